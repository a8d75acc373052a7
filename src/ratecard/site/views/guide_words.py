"""The words of the guide to each modality: its address, its lead and the usual mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ratecard.site import links
from ratecard.site.views.snippets import Code, json_text


class Mistake(NamedTuple):
    """Something that has gone wrong for others, what to do instead, and where it is told."""

    says: str
    url: str


class GatewayExamples(NamedTuple):
    """Models and examples of a gateway's own guide, and the folder of ours under docs/.

    `models` are in its order and by its ids; `editor` answers an edit that names no model. BASE, KEY and MEDIA in an
    example stand for the seller's base address, the variable of its key and its address of results.
    """

    path: str
    models: tuple[str, ...]
    editor: str
    generate: Code
    answer: Code
    edit: Code
    edit_json: Code


class Words(NamedTuple):
    """The words of one guide; `path` is its folder under docs/."""

    path: str
    title: str
    lead: str
    mistakes: tuple[Mistake, ...] = ()
    gateway: GatewayExamples | None = None


_GITHUB = "https://github.com"
_JOBS = "https://aigateway.sh/docs/async-jobs"

TEXT = Words(
    "text",
    "Text models",
    "Chats, answers with tools and plain completions. Input and output are counted in tokens, each at a price of its "
    "own; what was read from a cache, written to one or searched for is counted apart.",
    (
        Mistake(
            "A table without a price for a new model reports $0.00, and no alarm about a budget goes off. Treat an "
            "unknown price as unknown.",
            f"{_GITHUB}/newrelic-experimental/preflight/issues/448",
        ),
        Mistake(
            "Calls of a priority tier are costed at the standard price. The tier that answered is a circumstance of "
            "the price: name it.",
            f"{_GITHUB}/langfuse/langfuse/issues/13780",
        ),
        Mistake(
            "Off-peak prices are taken for the whole day, or peak hours for the whole week where they are those of "
            "workdays. Cost a call at the moment it was made.",
            f"{_GITHUB}/nesquikm/mcp-rubber-duck/issues/143",
        ),
        Mistake(
            "A batch discount is taken off every line. It differs by meter: what was read from a cache and what was "
            "searched can stay at the usual price.",
            f"{_GITHUB}/pydantic/genai-prices/issues/115",
        ),
        Mistake(
            "An id that ends in latest means another model after each release. Log the dated id that the response "
            "names.",
            f"{_GITHUB}/pydantic/genai-prices/issues/679",
        ),
        Mistake(
            "Last month's calls are costed at today's prices. Price lists are dated here; a cost is asked for as of a "
            "day.",
            f"{_GITHUB}/mozilla-ai/any-llm/issues/994",
        ),
    ),
)
IMAGE = Words(
    "images/prices",
    "Image models",
    "Pictures from words, and pictures changed as a prompt says. Models are charged by the picture, by its megapixels "
    "or tiles, by steps or by tokens; what is put in can be counted as well.",
    (
        Mistake(
            "One flat price per image is assumed for a model that charges by quality and size: far too much at the "
            "low end, far too little at the high one.",
            f"{_GITHUB}/BerriAI/litellm/pull/37751",
        ),
        Mistake(
            "A price for tokens and a table of prices per image are added up, where the table is what those tokens "
            "come to; or the tokens of the picture put in are left out.",
            f"{_GITHUB}/BerriAI/litellm/issues/13847",
        ),
        Mistake(
            "The size asked for is not the size that comes back. Which of the two is billed is the seller's rule; "
            "look at what the response says.",
            f"{_GITHUB}/fal-ai/fal/issues/655",
        ),
        Mistake(
            "Pictures put in are forgotten: some models count them as megapixels at a price of their own, rounded up "
            "for each picture.",
            f"{_GITHUB}/veniceai/api-docs/pull/241",
        ),
        Mistake(
            "A mask is sent to a model that silently ignores it, and the whole picture changes.",
            "https://aigateway.sh/docs/images",
        ),
    ),
    GatewayExamples(
        path="images",
        models=(
            "bfl/flux-2-klein-9b", "bfl/flux-2-pro", "openai/dall-e-3", "google/imagen-3", "stability-ai/sdxl",
            "ideogram/ideogram-v3",
        ),
        editor="bria/fibo-edit/edit",
        generate=Code(
            "http",
            "POST /v1/images/generations\n\n"
            + json_text(
                {
                    "model": "bfl/flux-2-klein-9b",
                    "prompt": "a neon ramen shop in the rain, cinematic, 35mm",
                    "size": "1024x1024",
                    "n": 1,
                    "response_format": "url",
                }
            ),
        ),
        answer=Code("jsonc", '{ "created": …, "data": [{ "url": "MEDIA" }] }'),
        edit=Code(
            "bash",
            "curl BASE/images/edits \\\n"
            '  -H "Authorization: Bearer $KEY" \\\n'
            "  -F image=@cat.png \\\n"
            "  -F 'prompt=make the cat wear sunglasses' \\\n"
            "  -F 'model=bria/fibo-edit/edit'",
        ),
        edit_json=Code("json", json_text({"image_url": "https://example.com/cat.png", "prompt": "sunglasses"})),
    ),
)  # fmt: skip
AUDIO = Words(
    "audio",
    "Audio models",
    "Speech from text, text from speech, translations and music. Models are charged by the second of sound, by the "
    "character read aloud or by tokens: three meters that cannot be compared with each other.",
    (
        Mistake(
            "A price per minute is stored per second, and rounded. Keep the unit that the seller publishes and divide "
            "last.",
            f"{_GITHUB}/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
        ),
        Mistake(
            "A job for music is polled without a pause. A call that takes long is answered with 202 and a job; this "
            "gateway asks for three seconds between two looks at it.",
            _JOBS,
        ),
    ),
)
VIDEO = Words(
    "video",
    "Video models",
    "Films from words or a first picture. Most are charged by the second of film, with a price of its own for each "
    "resolution; a call starts a job, and the film is fetched when that is done.",
    (
        Mistake(
            "Lists that know tokens alone have no place for a price per second: the model is listed without a "
            "cost, which is not free.",
            f"{_GITHUB}/anomalyco/models.dev/issues/5311",
        ),
        Mistake(
            "Seconds of a processor are taken for seconds of film, or the unit of a price for a call. Read what the "
            "price counts before multiplying.",
            f"{_GITHUB}/openstory-so/openstory/issues/1069",
        ),
        Mistake(
            "The address of a result is kept instead of the film. Addresses are signed for hours and files deleted "
            "after days; a new look at the job gives a new address.",
            _JOBS,
        ),
    ),
)
EMBEDDING = Words(
    "embeddings",
    "Embedding models",
    "Vectors for texts and pictures. What goes in is counted, nearly always in tokens; what comes out are numbers, "
    "for which nothing is taken even where a list has a price for output.",
    (
        Mistake(
            "Every text is sent in a call of its own at the usual price, where a batch that may take a day costs half "
            "at a seller that offers one for embeddings.",
            f"{_GITHUB}/aigateway-sh/openapi",
        ),
    ),
)
RERANK = Words(
    "rerank",
    "Rerank models",
    "Documents in the order in which they answer a query. Sellers charge by the query, whatever its length, or by the "
    "tokens of query and documents together.",
)

#: The guides that have words of their own, by modality.
WORDS: Mapping[str, Words] = {
    "text": TEXT, "image": IMAGE, "audio": AUDIO, "video": VIDEO, "embedding": EMBEDDING, "rerank": RERANK,
}  # fmt: skip


def words(modality: str) -> Words:
    """The words of a modality's guide, plain ones if it has none of its own."""
    title = f"{modality[:1].upper()}{modality[1:]} models"
    return WORDS.get(modality) or Words(
        links.anchor(modality), title, f"What the catalog knows of models for {modality}."
    )
