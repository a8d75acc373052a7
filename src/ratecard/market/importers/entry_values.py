"""The values of a feed's entries as prices, texts, dates and modalities, for feeds of sellers, models and price keys.

Keys that give one thing the same price are all claims; if their prices differ, none is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.errors import BadFeed
from ratecard.core.records import NO_CONDITIONS, YES, Conditions
from ratecard.market.importers import document
from ratecard.market.importers.claims import KeyTable, decompose, price_for, value_for
from ratecard.market.importers.feed import FeedClaim, FeedEntry, Quarantined

#: The modality of a model is the first of these that it puts out.
_MODALITIES = ("video", "image", "audio", "text")
_MODALITY_WORDS = {"embeddings": "vector"}
#: A word in the ids and families of models without text output: their modality and output.
_NAMED = {"rerank": ("rerank", "score"), "embed": ("embedding", "vector")}


class FoundPrice(NamedTuple):
    """A value in the position of a price: its path, its key and suffixes in the table, and its conditions.

    `why` is the reason to reject it, whatever its value is.
    """

    key: str
    name: str
    value: object
    suffixes: tuple[str, ...] = ()
    when: Conditions = NO_CONDITIONS
    above: int = 0
    effective: date | None = None
    why: str = ""


def by_seller(sellers: object, name: str, entry: Callable[[str, str, object], FeedEntry]) -> Iterator[FeedEntry]:
    """The entries of an object of sellers, each an object of models; raises `BadFeed` if it is none."""
    if not isinstance(sellers, dict):
        raise BadFeed(f"{name}: no object of sellers")
    for provider, models in sellers.items():
        if isinstance(models, dict):
            for model_id, model in models.items():
                yield entry(provider, model_id, model)
        else:
            yield malformed(provider, "", provider, models, "no object of models")


def flat(key: str, prices: object, suffixes: tuple[str, ...] = ()) -> Iterator[FoundPrice]:
    """The values of an object of prices; nested objects and lists are rejected."""
    if not isinstance(prices, dict):
        yield from rejected(key, prices, "the prices are not an object")
        return
    for name, value in prices.items():
        yield from leaf(f"{key}.{name}", value, name, suffixes)


def leaf(key: str, value: object, name: str, suffixes: tuple[str, ...]) -> Iterator[FoundPrice]:
    """A single value; an object or a list is rejected."""
    nested = isinstance(value, dict | list)
    return rejected(key, value, "not a number") if nested else iter([FoundPrice(key, name, value, suffixes)])


def rejected(key: str, value: object, why: str) -> Iterator[FoundPrice]:
    """Every value inside another one, all rejected."""
    open_ends = [(key, value)]
    while open_ends:
        here, what = open_ends.pop()
        if isinstance(what, dict) and what:
            open_ends += [(f"{here}.{name}".lstrip("."), inner) for name, inner in reversed(what.items())]
        elif isinstance(what, list) and what:
            open_ends += [(f"{here}[{place}]", what[place]) for place in reversed(range(len(what)))]
        else:
            yield FoundPrice(here, "", what, why=why)


def malformed(provider: str, model_id: str, key: str, what: object, why: str) -> FeedEntry:
    """An invalid entry, with all its values quarantined."""
    quarantined = tuple(_quarantined(found) for found in rejected("", what, why))
    return FeedEntry(provider, model_id, key, quarantined=quarantined)


def read(table: KeyTable, prices: Iterable[FoundPrice]) -> tuple[tuple[FeedClaim, ...], tuple[Quarantined, ...]]:
    """The claims in values, and the values in quarantine."""
    judged = [_claim(table, found) for found in prices]
    claims = [each for each in judged if isinstance(each, FeedClaim)]
    stated: dict[object, set[Decimal]] = {}
    for claim in claims:
        stated.setdefault(_about(claim), set()).add(claim.price)
    torn = {about for about, said in stated.items() if len(said) > 1}
    disputed = [Quarantined(each.key, each.value, "other keys price the same differently")
                for each in claims if _about(each) in torn]  # fmt: skip
    rejects = [each for each in judged if isinstance(each, Quarantined)]
    return tuple(each for each in claims if _about(each) not in torn), (*rejects, *disputed)


def written(table: KeyTable, claims: Iterable[FeedClaim]) -> dict[str, Decimal]:
    """Prices as a feed writes them, by key, computed back from claims that `read` made."""
    found: dict[str, Decimal] = {}
    for claim in claims:
        rows = (table.keys.get(name) for name in re.split(r"[.\[\]]+", claim.key))
        meaning = next((row for row in rows if row and row.meter == claim.meter and row.when <= claim.when), None)
        if meaning:
            found[claim.key] = value_for(table, meaning, claim.price, claim.per)
    return found


def _claim(table: KeyTable, found: FoundPrice) -> FeedClaim | Quarantined:
    known = found.name in table.keys and table.suffixes.keys() >= set(found.suffixes)
    meaning = decompose(table, "".join((found.name, *found.suffixes))) if known else None
    number = document.number(found.value)
    if found.why:
        return _quarantined(found)
    if number is None:
        return _quarantined(found._replace(why="not a number"))
    if number.is_signed():
        return _quarantined(found._replace(why="below zero"))
    if meaning is None:
        return _quarantined(found._replace(why="no such price key or condition"))
    per = 1_000_000 if meaning.meter.endswith("_tokens") else meaning.per
    return FeedClaim(
        meaning.meter,
        price_for(table, meaning, number, per),
        per,
        found.key,
        str(found.value),
        meaning.when | found.when,
        meaning.above or found.above,
        effective=found.effective,
    )


def _quarantined(found: FoundPrice) -> Quarantined:
    words = {"True": "true", "False": "false", "None": "null"}
    value = found.value
    return Quarantined(found.key, value if isinstance(value, str) else words.get(str(value), str(value)), found.why)


def _about(claim: FeedClaim) -> tuple[object, ...]:
    return claim.meter, claim.when, claim.above, claim.effective


def fields(value: object) -> Mapping[str, object]:
    """An object's fields; none for any other value."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A text on one line; empty for any other value."""
    return " ".join(value.split()) if isinstance(value, str) and not isinstance(value, document.Raw) else ""


def words(value: object) -> tuple[str, ...]:
    """The texts in a list, each once."""
    found = [text(each) for each in value] if isinstance(value, list) else []
    return tuple(dict.fromkeys(each for each in found if each))


def whole(value: object) -> int | None:
    """A whole number above zero and below 10**15; None for any other value."""
    number = document.whole(value)
    return number if number and number < 10**15 else None


def day(value: object) -> date | None:
    """A full date; None for any other value, such as a month or a year alone."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def modality_words(value: object) -> tuple[str, ...]:
    """A list of modalities in our words; unknown ones are left out."""
    known = {*_MODALITIES, *_MODALITY_WORDS.values(), "pdf", "file"}
    found = (_MODALITY_WORDS.get(word, word) for word in words(value))
    return tuple(dict.fromkeys(word for word in found if word in known))


def made(name: str, outputs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A model's modality and outputs, by its name where the name is more specific than the outputs."""
    for part, (modality, output) in _NAMED.items():
        if part in name.lower() and set(outputs) <= {"text", output}:
            return modality, (output,)
    if outputs == ("vector",):
        return "embedding", outputs
    outputs = tuple(output for output in outputs if output in _MODALITIES)
    return next((word for word in _MODALITIES if word in outputs), ""), outputs


def shown(modality: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> dict[str, str]:
    """The capabilities that follow from a model's modality, inputs and outputs."""
    if modality == "text" and inputs == ("audio",) and outputs == ("text",):
        return {"speech-to-text": YES}
    found = {
        "vision": modality == "text" and "image" in inputs,
        "embeddings": modality == "embedding",
        "multimodal-embeddings": modality == "embedding" and bool({"image", "audio", "video"} & {*inputs}),
        "rerank": modality == "rerank",
    }
    return {word: YES for word, shows in found.items() if shows}
