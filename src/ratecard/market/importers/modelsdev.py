"""models.dev: sellers with their models, prices in dollars for a million tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ratecard.core.errors import BadFeed
from ratecard.core.records import NO, YES
from ratecard.market.importers.claims import key_table, section
from ratecard.market.importers.entry_values import (
    FoundPrice,
    day,
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

NAME = "models.dev"
LICENCE = "MIT"
HOME = "https://github.com/anomalyco/models.dev"

_OVER_200K = "context_over_200k"
_WEIGHTS = {True: "open", False: "closed"}


def entries(parsed: object) -> Iterator[FeedEntry]:
    """The entries of the feed, seller by seller; raises `BadFeed` if it is not an object of sellers."""
    if not isinstance(parsed, dict):
        raise BadFeed(f"{NAME}: not an object of sellers")
    for provider, seller in parsed.items():
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
    """The number of context tokens above which a tier holds, or why it is unknown."""
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
    """The capabilities that the flags of a model that answers in text state."""
    rows = section("modelsdev", "capabilities").items()
    found = {word: YES if flag else NO for key, word in rows if isinstance(flag := model.get(key), bool)}
    options = model.get("reasoning_options")
    kinds = [fields(option).get("type") for option in options] if isinstance(options, list) else []
    return found | ({"reasoning-effort": YES if "effort" in kinds else NO} if any(kinds) else {})
