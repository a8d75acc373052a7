"""models.dev: sellers with their models, prices in dollars for a million tokens.

The first half reads this feed; the second holds what feeds of its shape share: prices where they were
found, what becomes of each, and the way back. Keys that say the same thing twice with one price are
claims all of them; with different prices none is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.errors import BadFeed
from ratecard.core.records import NO, NO_CONDITIONS, YES, Conditions
from ratecard.market.importers import document as texts
from ratecard.market.importers.claims import KeyTable, Target, decompose, key_table, price_for, section, value_for
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined

NAME = "models.dev"
LICENCE = "MIT"
HOME = "https://github.com/anomalyco/models.dev"

_OVER_200K = "context_over_200k"
_WEIGHTS = {True: "open", False: "closed"}
#: The modality of a model is the first of these that it puts out.
_MODALITIES = ("video", "image", "audio", "text")
_MODALITY_WORDS = {"embeddings": "vector"}
#: What the ids and families of models that answer with no text have in them, and what they put out.
_NAMED = {"rerank": ("rerank", "score"), "embed": ("embedding", "vector")}


def entries(document: object) -> Iterator[FeedEntry]:
    """The entries of the feed, seller by seller; raises `BadFeed` where it is no mapping of sellers."""
    if not isinstance(document, dict):
        raise BadFeed(f"{NAME}: not an object of sellers")
    for provider, seller in document.items():
        models = seller.get("models") if isinstance(seller, dict) else seller
        if isinstance(models, dict):
            for model_id, model in models.items():
                yield _entry(provider, model_id, model, text(seller.get("doc")))
        else:
            yield malformed(provider, "", provider, models, "no object of models")


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by key, computed back from its claims."""
    return written(key_table("modelsdev"), entry.claims)


def _entry(provider: str, model_id: str, model: object, source: str) -> FeedEntry:
    key = f"{provider}.models.{model_id}"
    if not isinstance(model, dict):
        return malformed(provider, model_id, key, model, "the entry is not an object")
    claims, quarantined = read(key_table("modelsdev"), _prices(model))
    return FeedEntry(provider, model_id, key, _facts(model_id, model, source), claims, quarantined)


def _prices(model: Mapping[str, object]) -> Iterator[FoundPrice]:
    if "cost" in model:
        yield from _costs("cost", model["cost"])
    experimental = model.get("experimental")
    if isinstance(experimental, bool) or experimental is None:
        return
    modes = experimental.get("modes", {}) if isinstance(experimental, dict) else experimental
    if not isinstance(modes, dict):
        yield from rejected("experimental.modes", modes, "no object of modes")
        return
    for name, mode in modes.items():
        key = f"experimental.modes.{name}"
        if not isinstance(mode, dict):
            yield from rejected(key, mode, "the mode is not an object")
        elif "cost" in mode:
            yield from _costs(f"{key}.cost", mode["cost"], (f"@{name}",))


def _costs(key: str, cost: object, suffixes: tuple[str, ...] = ()) -> Iterator[FoundPrice]:
    if not isinstance(cost, dict):
        yield from rejected(key, cost, "the prices are not an object")
        return
    nested = {"tiers", _OVER_200K}
    yield from flat(key, {name: value for name, value in cost.items() if name not in nested}, suffixes)
    if "tiers" in cost:
        yield from _tiers(f"{key}.tiers", cost["tiers"], suffixes)
    if _OVER_200K in cost:
        yield from flat(f"{key}.{_OVER_200K}", cost[_OVER_200K], (*suffixes, f"@{_OVER_200K}"))


def _tiers(key: str, tiers: object, suffixes: tuple[str, ...]) -> Iterator[FoundPrice]:
    if not isinstance(tiers, list):
        yield from rejected(key, tiers, "the tiers are not a list")
        return
    for place, tier in enumerate(tiers):
        here = f"{key}[{place}]"
        if not isinstance(tier, dict):
            yield from rejected(here, tier, "the tier is not an object")
            continue
        above, why = _threshold(tier.get("tier"))
        prices = {name: value for name, value in tier.items() if name != "tier"}
        for found in flat(here, prices, suffixes):
            yield found._replace(above=above, why=found.why or why)


def _threshold(tier: object) -> tuple[int, str]:
    """Above how many tokens of context a tier holds, or why that is not known."""
    if not isinstance(tier, dict) or tier.keys() - {"size", "type"} or tier.get("type", "context") != "context":
        return 0, "the tier is of an unknown kind"
    size = whole(tier.get("size"))
    return (size, "") if size else (0, "the tier has no size")


def _facts(model_id: str, model: Mapping[str, object], source: str) -> FeedFacts:
    modalities, limit = fields(model.get("modalities")), fields(model.get("limit"))
    inputs = modality_words(modalities.get("input"))
    modality, outputs = made(f"{model_id} {text(model.get('family'))}", modality_words(modalities.get("output")))
    return FeedFacts(
        name=text(model.get("name")),
        family=text(model.get("family")),
        modality=modality,
        input_modalities=inputs,
        output_modalities=outputs,
        context_tokens=whole(limit.get("context")),
        max_output_tokens=whole(limit.get("output")),
        released=day(model.get("release_date")),
        weights=next((word for flag, word in _WEIGHTS.items() if model.get("open_weights") is flag), ""),
        capabilities=(_capabilities(model) if "text" in outputs or not outputs else {})
        | shown(modality, inputs, outputs),
        source=source,
    )


def _capabilities(model: Mapping[str, object]) -> dict[str, str]:
    """What the flags of a model that answers in text say it can do, and what not."""
    rows = section("modelsdev", "capabilities").items()
    found = {word: YES if flag else NO for key, word in rows if isinstance(flag := model.get(key), bool)}
    kinds = [fields(option).get("type") for option in _list(model.get("reasoning_options"))]
    return found | ({"reasoning-effort": YES if "effort" in kinds else NO} if any(kinds) else {})


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


# What feeds of sellers, models and price keys share.


class FoundPrice(NamedTuple):
    """A value where a price should be: its path, the table's words for it, and what holds around it.

    `name` is a key of the table and `suffixes` are some of its suffixes, as far as the value is known;
    `why` is set where it cannot be taken, whatever it is.
    """

    key: str
    name: str
    value: object
    suffixes: tuple[str, ...] = ()
    when: Conditions = NO_CONDITIONS
    above: int = 0
    effective: date | None = None
    why: str = ""


def flat(key: str, prices: object, suffixes: tuple[str, ...] = ()) -> Iterator[FoundPrice]:
    """The values of an object of prices; what is nested in it is rejected."""
    if not isinstance(prices, dict):
        yield from rejected(key, prices, "the prices are not an object")
        return
    for name, value in prices.items():
        if isinstance(value, dict | list):
            yield from rejected(f"{key}.{name}", value, "not a number")
        else:
            yield FoundPrice(f"{key}.{name}", name, value, suffixes)


def rejected(key: str, value: object, why: str) -> Iterator[FoundPrice]:
    """Every value inside another one, none of which can be taken."""
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
    """An entry that is none, with everything in it quarantined."""
    quarantined = tuple(_quarantined(found) for found in rejected("", what, why))
    return FeedEntry(provider, model_id, key, quarantined=quarantined)


def read(table: KeyTable, prices: Iterable[FoundPrice]) -> tuple[tuple[FeedClaim, ...], tuple[Quarantined, ...]]:
    """What becomes of values: each is a claim or in quarantine."""
    judged = [_judged(table, found) for found in prices]
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
    """Prices as a feed writes them, by key: the way back from claims that `read` made."""
    return {
        claim.key: value_for(table, target, claim.price, claim.per)
        for claim in claims
        if (target := _row(table, claim))
    }


def _judged(table: KeyTable, found: FoundPrice) -> FeedClaim | Quarantined:
    target, number = _target(table, found), texts.number(found.value)
    why = found.why or _fault(target, number)
    if why or target is None or number is None:
        return _quarantined(found._replace(why=why))
    per = 1_000_000 if target.meter.endswith("_tokens") else target.per
    return FeedClaim(
        target.meter,
        price_for(table, target, number, per),
        per,
        found.key,
        str(found.value),
        target.when | found.when,
        target.above or found.above,
        effective=found.effective,
    )


def _target(table: KeyTable, found: FoundPrice) -> Target | None:
    if found.name not in table.keys or set(found.suffixes) - table.suffixes.keys():
        return None
    return decompose(table, "".join((found.name, *found.suffixes)))


def _fault(target: Target | None, number: Decimal | None) -> str:
    if number is None:
        return "not a number"
    if number.is_signed():
        return "below zero"
    return "" if target else "no such price key or condition"


def _quarantined(found: FoundPrice) -> Quarantined:
    words = {"True": "true", "False": "false", "None": "null"}
    value = found.value
    return Quarantined(found.key, value if isinstance(value, str) else words.get(str(value), str(value)), found.why)


def _about(claim: FeedClaim) -> tuple[object, ...]:
    return claim.meter, claim.when, claim.above, claim.effective


def _row(table: KeyTable, claim: FeedClaim) -> Target | None:
    """The row of the table that a claim's meter and conditions come from, among those its path names."""
    rows = (table.keys.get(name) for name in re.split(r"[.\[\]]+", claim.key))
    return next((row for row in rows if row and row.meter == claim.meter and row.when <= claim.when), None)


def fields(value: object) -> Mapping[str, object]:
    """An object's fields; none where the value is no object."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A text on one line; empty where the value is none."""
    return " ".join(value.split()) if isinstance(value, str) and not isinstance(value, texts.Raw) else ""


def words(value: object) -> tuple[str, ...]:
    """The texts in a list, each once."""
    found = [text(each) for each in value] if isinstance(value, list) else []
    return tuple(dict.fromkeys(each for each in found if each))


def whole(value: object) -> int | None:
    """A whole number above zero; None where the value is none."""
    number = texts.number(value)
    if number is None or not 0 < number < 10**15 or number != int(number):
        return None
    return int(number)


def day(value: object) -> date | None:
    """A full date; None where the value is none, or names a month or year only."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def modality_words(value: object) -> tuple[str, ...]:
    """A list of modalities in our words; those we have no word for are left out."""
    known = {*_MODALITIES, *_MODALITY_WORDS.values(), "pdf", "file"}
    found = (_MODALITY_WORDS.get(word, word) for word in words(value))
    return tuple(dict.fromkeys(word for word in found if word in known))


def made(name: str, outputs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What a model makes: its modality and outputs, by its name where that tells more than the outputs."""
    for part, (modality, output) in _NAMED.items():
        if part in name.lower() and set(outputs) <= {"text", output}:
            return modality, (output,)
    if outputs == ("vector",):
        return "embedding", outputs
    outputs = tuple(output for output in outputs if output in _MODALITIES)
    return next((word for word in _MODALITIES if word in outputs), ""), outputs


def shown(modality: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> dict[str, str]:
    """The capabilities that show in what a model takes in and puts out."""
    if modality == "text" and inputs == ("audio",) and outputs == ("text",):
        return {"speech-to-text": YES}
    found = {
        "vision": modality == "text" and "image" in inputs,
        "embeddings": modality == "embedding",
        "multimodal-embeddings": modality == "embedding" and bool({"image", "audio", "video"} & {*inputs}),
        "rerank": modality == "rerank",
    }
    return {word: YES for word, shows in found.items() if shows}
