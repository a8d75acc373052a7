"""The calls a page can show: what each takes, and the example values used throughout the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ratecard.core.records import Card, Limits, Offer

JSON = "application/json"
MULTIPART = "multipart/form-data"

PROMPT = "A cyberpunk cat at sunset, cinematic lighting"
SIZE = "1024x1024"
CREATED = 1776947082
RESULT = "img/abc123.png"
BASE64 = "iVBORw0KGgoAAAANSUhEU..."
IMAGE, MASK, SPEECH = "photo.png", "mask.png", "speech.mp3"
IMAGE_URL, MASK_URL = "https://example.com/photo.png", "https://example.com/mask.png"

Value = str | int | list[str] | list[dict[str, str]]


class BodyField(NamedTuple):
    """One field of a request: its name, type and meaning."""

    name: str
    type: str
    sentence: str
    required: bool = False
    choices: tuple[str, ...] = ()


class Body(NamedTuple):
    """The fields a call takes in one content type."""

    content_type: str
    fields: tuple[BodyField, ...]


_MODEL = BodyField("model", "string", "The model's id at the seller; on the gateway that is its slug.", True)
_PROMPT = BodyField("prompt", "string", "What to make, in words.", True)
_COUNT = BodyField("n", "integer", "How many images; 1 where left out.")
_SIZE = BodyField("size", "string", "WIDTHxHEIGHT in pixels.")
_FORMAT = BodyField("response_format", "string", "An address of the result, or the result itself.",
                choices=("url", "b64_json"))  # fmt: skip
_QUALITY = BodyField("quality", "string", "How much care to take, where the model offers a choice.")
_STYLE = BodyField("style", "string", "The style, where the model offers a choice.")
_IMAGE = BodyField("image", "file", "The picture to change.", True)
_MASK = BodyField("mask", "file", "What may change; not every model honours it.")
_IMAGE_URL = BodyField("image_url", "string", "The address of the picture to change.", True)
_MASK_URL = BodyField("mask_url", "string", "The address of the mask; not every model honours it.")
_EDIT_MODEL = _MODEL._replace(sentence="The model's id; the seller's own choice where left out.", required=False)
_EDIT_PROMPT = _PROMPT._replace(sentence="What to change, in words.")

BODIES: Mapping[str, tuple[Body, ...]] = {
    "images/generations": (Body(JSON, (_MODEL, _PROMPT, _COUNT, _SIZE, _QUALITY, _STYLE, _FORMAT)),),
    "images/edits": (
        Body(MULTIPART, (_IMAGE, _MASK, _EDIT_PROMPT, _EDIT_MODEL, _COUNT, _SIZE, _FORMAT)),
        Body(JSON, (_IMAGE_URL, _MASK_URL, _EDIT_PROMPT, _EDIT_MODEL, _COUNT, _SIZE)),
    ),
}

#: The bodies of calls other than for images, without the model; inputs that a card does not need are left out.
SAMPLES: Mapping[str, Mapping[str, Value]] = {
    "chat/completions": {"messages": [{"role": "user", "content": "Why is the sky blue?"}]},
    "responses": {"input": "Why is the sky blue?"},
    "completions": {"prompt": "The sky is blue because"},
    "embeddings": {"input": ["a blue sky", "a red sunset"]},
    "rerank": {"query": "Why is the sky blue?", "documents": ["Air scatters blue light.", "Paris lies on the Seine."]},
    "audio/speech": {"voice": "alloy", "input": "The sky is blue because air scatters light."},
    "audio/transcriptions": {"file": SPEECH},
    "audio/translations": {"file": SPEECH},
    "images/variations": {"image": IMAGE},
    "videos": {"prompt": PROMPT, "input_reference": IMAGE},
}
_INPUTS: Mapping[str, str] = {"input_reference": "image"}
#: The fields that are files where a call is a form.
FILES = frozenset({"image", "mask", "file", "input_reference"})
#: Fields that only state a default; a short call leaves them out.
_USUAL = frozenset({"n", "response_format"})

#: Example values of inputs, by their name in a card.
_EXAMPLES: Mapping[str, Mapping[str, Value]] = {
    MULTIPART: {"image": IMAGE, "mask": MASK},
    JSON: {"image_url": IMAGE_URL, "mask_url": MASK_URL},
}


def example(body: Body, model: str, inputs: tuple[str, ...], limits: Limits) -> dict[str, Value]:
    """A request as the pages show it: every required field, then one image of the usual size."""
    names = {field.name: field.required for field in body.fields}
    files = {
        name: value
        for name, value in _EXAMPLES[body.content_type].items()
        if names.get(name) or (name in names and name.removesuffix("_url") in inputs)
    }
    values: dict[str, Value] = {"model": model, **files, "prompt": PROMPT, "n": 1, "size": size(limits)}
    return values | ({"response_format": "url"} if "response_format" in names and as_url(limits) else {})


def fields(endpoint: str, model: str, inputs: tuple[str, ...], limits: Limits) -> dict[str, Value]:
    """Everything a page's call carries: what the call must have, and for an image its number, size and form."""
    if endpoint in BODIES:
        return example(BODIES[endpoint][0], model, inputs, limits)
    carried = {name: value for name, value in SAMPLES[endpoint].items() if _INPUTS.get(name, "") in ("", *inputs)}
    return {"model": model, **carried}


def short(values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields without those that only state a default."""
    return {name: value for name, value in values.items() if name not in _USUAL}


def size(limits: Limits) -> str:
    """The size an example asks for: the usual one, or the first of those accepted."""
    return SIZE if not limits.sizes or SIZE in limits.sizes else limits.sizes[0]


def as_url(limits: Limits) -> bool:
    """True if a result can be returned as a URL."""
    return not limits.response_formats or "url" in limits.response_formats


def limits_of(card: Card, offer: Offer | None) -> Limits:
    """The limits where this offer is called: its own, else the card's."""
    if offer is None:
        return card.limits
    said = {name: value for name, value in offer.limits._asdict().items() if value}
    return card.limits._replace(**said)


def inputs_of(card: Card) -> tuple[str, ...]:
    """The inputs that every call of a model requires, other than text."""
    return tuple(name for name in card.required_inputs if name != "prompt")
