"""Cards, requests of every kind and what these cost there, for the tests of forecasts in every engine."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

import toys
from ratecard.core import moments
from ratecard.core.catalog import Catalog
from ratecard.core.records import Card
from ratecard.requests.content import ITEM_TEXTS

CHAT_RATES = """\
rates:
  - {meter: input_tokens, price: 2.00, per: 1_000_000}
  - {meter: input_tokens, price: 1.00, per: 1_000_000, when: {service_tier: batch}}
  - {meter: cache_read_tokens, price: 0.50, per: 1_000_000}
  - {meter: output_tokens, price: 10.00, per: 1_000_000}
  - {meter: output_tokens, price: 5.00, per: 1_000_000, when: {service_tier: batch}}
  - {meter: searches, price: 10.00, per: 1_000}
"""
LONG_RATES = """\
rates:
  - {meter: input_tokens, price: 2.00, per: 1_000_000}
  - {meter: input_tokens, price: 0.50, per: 1_000_000, above: 100}
  - {meter: output_tokens, price: 10.00, per: 1_000_000}
"""
IMAGE_RATES = """\
defaults: {quality: medium}
rates:
  - {meter: images, price: 0.01, when: {quality: low, size: 1024x1024}}
  - {meter: images, price: 0.04, when: {quality: medium, size: 1024x1024}}
  - {meter: images, price: 0.16, when: {quality: high, size: 1024x1024}}
  - {meter: images, price: 0.02, when: {quality: low, size: 1536x1024}}
  - {meter: images, price: 0.06, when: {quality: medium, size: 1536x1024}}
  - {meter: images, price: 0.25, when: {quality: high, size: 1536x1024}}
"""
PIXEL_RATES = """\
defaults: {size: 1024x1024, input_size: 1024x1024}
rates: [{meter: megapixels, price: 0.03}, {meter: input_images, price: 0.015}]
"""
TOKEN_IMAGE_RATES = """\
rates:
  - {meter: input_tokens, price: 5.00, per: 1_000_000}
  - {meter: input_image_tokens, price: 10.00, per: 1_000_000}
  - {meter: output_image_tokens, price: 40.00, per: 1_000_000}
"""
VIDEO_RATES = """\
rates:
  - {meter: video_seconds, price: 0.10, when: {size: 1280x720}}
  - {meter: video_seconds, price: 0.30, when: {size: 1792x1024}}
"""
CLIP_RATES = (
    "rates: [{meter: videos, price: 0.35, when: {seconds: 5}}, {meter: videos, price: 0.70, when: {seconds: 10}}]"
)
SPOKEN_RATES = """\
rates:
  - {meter: input_tokens, price: 0.60, per: 1_000_000}
  - {meter: output_audio_tokens, price: 12.00, per: 1_000_000}
  - {meter: output_audio_seconds, price: 0.00025}
"""


def priced_card(slug: str, modality: str, rates: str, **limits: int) -> Card:
    """A card of a modality with one price list and these limits."""
    found = toys.card(toys.OFFER + "".join(f"        {line}\n" for line in rates.splitlines()), slug)
    return found._replace(modality=modality, limits=found.limits._replace(**limits))


CARDS = (
    priced_card("openai/gpt-4o", "text", CHAT_RATES, context_tokens=1000, max_output_tokens=200),
    priced_card("toys/other", "text", CHAT_RATES),
    priced_card("toys/long", "text", LONG_RATES, context_tokens=1000),
    priced_card("toys/image", "image", IMAGE_RATES),
    priced_card("toys/pixels", "image", PIXEL_RATES),
    priced_card("toys/token-image", "image", TOKEN_IMAGE_RATES),
    priced_card("toys/video", "video", VIDEO_RATES),
    priced_card("toys/clip", "video", CLIP_RATES),
    priced_card("toys/speech", "audio", "rates: [{meter: input_characters, price: 15.00, per: 1_000_000}]"),
    priced_card("toys/spoken", "audio", SPOKEN_RATES),
    priced_card("toys/listener", "audio", "rates: [{meter: audio_seconds, price: 0.006, per: 60}]"),
    priced_card(
        "openai/text-embedding-3-small", "embedding", "rates: [{meter: input_tokens, price: 0.02, per: 1_000_000}]"
    ),
)


@cache
def toy_catalog() -> Catalog:
    """The toys, in the words of the repository's catalog and at its sellers."""
    return toys.bare_catalog()._replace(cards={card.slug: card for card in CARDS})


NOW = moments.moment("2026-11-21T12:00")


def says(*texts: str) -> dict[str, Any]:
    """A chat to a model whose encoding is known, with these messages of the user."""
    return {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": text} for text in texts]}


HELLO = says("hello")  # 3 around the message, 4 for user, 5 for hello, 3 before the reply: 15 tokens
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
SEEN = {
    "model": "openai/gpt-4o",
    "messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}, PICTURE]}],
}
TOOL = {"type": "function", "function": {"name": "f"}}  # 43 bytes as JSON, one word
ASK = {"model": "openai/gpt-4o", "input": "hello"}
DRAW = {"model": "toys/image", "prompt": "a cat"}
EDIT = {"model": "toys/pixels", "prompt": "a hat", "image": "cat.png"}
FILM = {"model": "toys/video", "prompt": "a cat"}
SPEAK = {"model": "toys/speech", "input": "hello", "voice": "alloy"}
HEAR = {"model": "toys/listener", "file": "talk.mp3"}
EMBED = {"model": "openai/text-embedding-3-small"}


#: Bodies, each with its least, expected and most cost where a token is a character that is no blank.
COSTS: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    # chat: 15 tokens in at $2/M are 0.00003; out at $10/M
    ({**HELLO, "max_tokens": 100}, ("0.00003", "-", "0.00103")),
    ({**HELLO, "max_completion_tokens": 100}, ("0.00003", "-", "0.00103")),
    ({**HELLO, "max_completion_tokens": 50, "max_tokens": 100}, ("0.00003", "-", "0.00053")),
    ({**HELLO, "max_tokens": 100, "n": 3}, ("0.00003", "-", "0.00303")),
    ({**HELLO, "max_tokens": 0}, ("0.00003", "0.00003", "0.00003")),
    (HELLO, ("0.00003", "-", "0.00203")),
    ({**HELLO, "n": 2}, ("0.00003", "-", "0.00403")),
    ({**HELLO, "max_tokens": 100, "service_tier": "auto"}, ("0.00003", "-", "0.00103")),
    ({**HELLO, "max_tokens": 100, "service_tier": "default"}, ("0.00003", "-", "0.00103")),
    ({**HELLO, "max_tokens": 100, "service_tier": "batch"}, ("0.000015", "-", "0.000515")),
    ({**HELLO, "max_tokens": 100, "temperature": 1, "stream": True, "stop": ["a"]}, ("0.00003", "-", "0.00103")),
    ({**HELLO, "max_tokens": 100, "frobnicate": 1}, ("0.00003", "-", "0.00103")),
    ({**says("hello", "hello"), "max_tokens": 0}, ("0.000054", "0.000054", "0.000054")),
    ({"model": "openai/gpt-4o", "max_tokens": 0, "messages": [{"role": "user", "name": "Ann", "content": "hello"}]},
     ("0.000038", "0.000038", "0.000038")),
    # a picture may come to anything up to the context of 1,000 tokens
    ({**SEEN, "max_tokens": 100}, ("0.00003", "-", "0.003")),
    ({**HELLO, "max_tokens": 100, "tools": [TOOL]}, ("0.000032", "-", "0.001116")),
    ({**HELLO, "max_tokens": 100, "web_search_options": {}}, ("0.00003", "-", "-")),
    ({**HELLO, "max_tokens": 100, "prediction": {}}, ("0.00003", "-", "-")),
    # another model's tokenizer and framing: 2 to 20 for the message; no limit is known, so no maximum
    ({**HELLO, "model": "toys/other"}, ("0.000004", "-", "-")),
    ({**HELLO, "model": "toys/other", "max_tokens": 100}, ("0.000004", "-", "0.001058")),
    ({**SEEN, "model": "toys/other", "max_tokens": 100}, ("0.000004", "-", "-")),
    # responses
    ({**ASK, "max_output_tokens": 100}, ("0.00003", "-", "0.00103")),
    ({**ASK, "instructions": "hi", "max_output_tokens": 100}, ("0.000034", "-", "0.001034")),
    ({**ASK, "input": [{"role": "user", "content": [{"type": "input_text", "text": "hello"}]}], "max_output_tokens": 0},
     ("0.00003", "0.00003", "0.00003")),
    ({**ASK, "previous_response_id": "r", "max_output_tokens": 100}, ("0.00003", "-", "0.003")),
    ({**ASK, "tools": [{"type": "web_search"}], "max_tool_calls": 3, "max_output_tokens": 100}, ("0.00003", "-", "0.033")),
    ({**ASK, "tools": [{"type": "web_search"}], "max_output_tokens": 100}, ("0.00003", "-", "-")),
    ({**ASK, "tools": [{"type": "mcp"}], "max_output_tokens": 100}, ("0.00003", "-", "-")),
    # completions
    ({"model": "openai/gpt-4o", "prompt": "hello", "max_tokens": 10, "best_of": 4}, ("0.00001", "-", "0.00041")),
    ({"model": "openai/gpt-4o", "prompt": ["he", "llo"], "max_tokens": 0}, ("0.00001", "0.00001", "0.00001")),
    # images: what is open ranges over what the price list knows
    ({**DRAW, "size": "1024x1024"}, ("0.04", "0.04", "0.04")),
    ({**DRAW, "size": "1024x1024", "n": 2}, ("0.08", "0.08", "0.08")),
    ({**DRAW, "size": "1024x1024", "quality": "high"}, ("0.16", "0.16", "0.16")),
    ({**DRAW, "size": "1024x1024", "quality": "auto"}, ("0.01", "0.04", "0.16")),
    ({**DRAW, "size": "auto", "quality": "high"}, ("0.16", "-", "0.25")),
    (DRAW, ("0.04", "-", "0.06")),
    ({**DRAW, "n": 10}, ("0.4", "-", "0.6")),
    ({**DRAW, "size": "auto", "quality": "auto"}, ("0.01", "-", "0.25")),
    ({**DRAW, "size": None, "quality": "low"}, ("0.01", "-", "0.02")),
    ({**DRAW, "size": "1024x1024", "partial_images": 2}, ("0.04", "0.04", "-")),
    ({**DRAW, "size": "1024x1024", "partial_images": 0}, ("0.04", "0.04", "0.04")),
    ({**DRAW, "model": "toys/pixels", "size": "2048x2048"}, ("0.12", "0.12", "0.12")),
    ({**DRAW, "model": "toys/pixels"}, ("0.03", "0.03", "0.03")),
    ({**DRAW, "model": "toys/token-image"}, ("0.00001", "-", "-")),
    # edits
    (EDIT, ("0.045", "0.045", "0.045")),
    ({**EDIT, "image": ["a.png", "b.png"]}, ("0.06", "0.06", "0.06")),
    ({**EDIT, "n": 2}, ("0.075", "0.075", "0.075")),
    ({**EDIT, "mask": "mask.png"}, ("0.045", "0.045", "0.06")),
    ({**EDIT, "model": "toys/image", "size": "1024x1024"}, ("0.04", "0.04", "0.04")),
    ({**EDIT, "model": "toys/token-image"}, ("0.00001", "-", "-")),
    # video
    ({**FILM, "seconds": "8", "size": "1280x720"}, ("0.8", "0.8", "0.8")),
    ({**FILM, "seconds": 8}, ("0.8", "-", "2.4")),
    ({**FILM, "duration": 8, "size": "auto", "n": 2}, ("1.6", "-", "4.8")),
    ({**FILM, "model": "toys/clip"}, ("0.35", "-", "0.7")),
    ({**FILM, "model": "toys/clip", "seconds": 10}, ("0.7", "0.7", "0.7")),
    # speech and what is heard
    (SPEAK, ("0.000075", "0.000075", "0.000075")),
    ({**SPEAK, "input": "héllo wörld", "speed": 2}, ("0.000165", "0.000165", "0.000165")),
    ({**SPEAK, "model": "toys/spoken"}, ("0.0000006", "-", "-")),
    (HEAR, ("0", "-", "-")),
    ({**HEAR, "prompt": "names", "language": "en"}, ("0", "-", "-")),
    # embeddings
    ({**EMBED, "input": "hello"}, ("0.0000001", "0.0000001", "0.0000001")),
    ({**EMBED, "input": ["hello", "world"]}, ("0.0000002", "0.0000002", "0.0000002")),
    ({**EMBED, "input": [1, 2, 3]}, ("0.00000006", "0.00000006", "0.00000006")),
    ({**EMBED, "input": [[1, 2], [3]], "dimensions": 8}, ("0.00000006", "0.00000006", "0.00000006")),
]  # fmt: skip


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["", "auto", "hi", "8"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ITEM_TEXTS, "type", "content", "text"]), inner),
    max_leaves=6,
)  # fmt: skip
#: The names of all parameters but the model.
_ROWS = toys.bare_catalog().vocabulary.parameters.values()
NAMES = sorted({path for row in _ROWS for path in row.paths if path.isidentifier()} - {"model"})
#: Requests that say anything at all.
bodies = st.dictionaries(st.sampled_from(NAMES), _values, max_size=5)

#: Requests to models of each modality.
BODIES: dict[str, list[dict[str, Any]]] = {
    "text": [{"messages": [{"role": "user", "content": "Hello you"}], "max_tokens": 300_000}],
    "image": [{"prompt": "a cat", "n": 3, "size": "auto", "quality": "auto"}, {"prompt": "a", "image": ["x"], "mask": "y"}],
    "video": [{"prompt": "a", "seconds": 8}],
    "audio": [{"input": "abc", "voice": "x"}, {"file": "a"}],
    "embedding": [{"input": ["a b", "c"]}],
}  # fmt: skip
