"""pi-ai: sellers with their models, prices in dollars for a million tokens, and steps of prompt length.

The list is made of models.dev and of the lists that gateways publish. It writes 0 for what those have no price of: a
zero is read only where it is the price of both the prompt and the answer of a model that answers in text. At some
sellers of plans it writes what their calls would cost elsewhere (`estimated`), which is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ratecard.core.records import NO, YES
from ratecard.market.importers import document
from ratecard.market.importers.claims import key_table, section
from ratecard.market.importers.entry_values import (
    FoundPrice,
    by_seller,
    fields,
    flat,
    made,
    malformed,
    modality_words,
    read,
    rejected,
    shown,
    text,
    whole,
    written,
)
from ratecard.market.importers.feed import FeedEntry, FeedFacts

NAME = "pi-ai"
LICENCE = "MIT"
HOME = "https://github.com/earendil-works/pi"

_ABOVE = "inputTokensAbove"
#: What the list writes for the context or the longest answer of a model where it knows none.
_UNKNOWN_SIZE = 4_096
_THOUSAND = 1_000
#: What a chat is paid for in any case; both are zero where it is free.
_WHOLE = ("input", "output")


def entries(parsed: object) -> Iterator[FeedEntry]:
    """The entries of the feed, seller by seller; raises `BadFeed` if it has no object of sellers."""
    yield from by_seller(fields(parsed).get("providers"), NAME, _entry)


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by key, computed back from its claims."""
    return written(key_table("piai"), entry.claims)


def _entry(provider: str, model_id: str, model: object) -> FeedEntry:
    key = f"{provider}.{model_id}"
    if not isinstance(model, dict):
        return malformed(provider, model_id, key, model, "the entry is not an object")
    kind = text(model.get("type"))
    is_priced = "cost" in model and provider not in section("piai", "estimated")
    prices = list(_prices(model["cost"])) if is_priced else []
    whole_is_zero = kind == "chat" and all(_is_zero(fields(model.get("cost")).get(name)) for name in _WHOLE)
    meant = (found for found in prices if not _is_zero(found.value) or (whole_is_zero and found.name in _WHOLE))
    claims, quarantined = read(key_table("piai"), meant)
    return FeedEntry(provider, model_id, key, _facts(model_id, kind, model), claims, quarantined)


def _prices(cost: object) -> Iterator[FoundPrice]:
    if not isinstance(cost, dict):
        yield from rejected("cost", cost, "the prices are not an object")
        return
    yield from flat("cost", {name: value for name, value in cost.items() if name != "tiers"})
    steps = cost.get("tiers", [])
    if not isinstance(steps, list):
        yield from rejected("cost.tiers", steps, "the steps are not a list")
        return
    for place, step in enumerate(steps):
        yield from _step(f"cost.tiers[{place}]", step)


def _step(key: str, step: object) -> Iterator[FoundPrice]:
    """The prices of a step. Some lists count it from a round number on, which is taken for above that number."""
    if not isinstance(step, dict):
        yield from rejected(key, step, "the step is not an object")
        return
    above = whole(step.get(_ABOVE)) or 0
    above += (above + 1) % _THOUSAND == 0
    why = "" if above else "the step has no length"
    for found in flat(key, {name: value for name, value in step.items() if name != _ABOVE}):
        yield found._replace(above=above, why=found.why or why)


def _is_zero(value: object) -> bool:
    return document.number(value) == 0


def _facts(model_id: str, kind: str, model: Mapping[str, object]) -> FeedFacts:
    inputs = modality_words(model.get("input"))
    stated = section("piai", "makes").get(kind, [])
    modality, outputs = made(model_id, modality_words(model.get("output")) or tuple(stated))
    answers = kind == "chat"
    return FeedFacts(
        name=text(model.get("name")),
        modality=modality,
        input_modalities=inputs,
        output_modalities=outputs,
        context_tokens=_size(model.get("contextWindow")),
        max_output_tokens=_size(model.get("maxTokens")),
        capabilities=_said(model, inputs) | shown(modality, inputs, outputs) if answers else {},
    )


def _said(model: Mapping[str, object], inputs: tuple[str, ...]) -> dict[str, str]:
    """What an entry says in words: whether a model reasons, and whether it reads images, which every entry lists."""
    reasons = model.get("reasoning")
    said = {"reasoning": YES if reasons else NO} if isinstance(reasons, bool) else {}
    return said | ({"vision": YES if "image" in inputs else NO} if inputs else {})


def _size(value: object) -> int | None:
    size = whole(value)
    return None if size == _UNKNOWN_SIZE else size
