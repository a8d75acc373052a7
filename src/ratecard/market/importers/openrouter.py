"""OpenRouter's list of models: prices as texts in dollars for one unit, with overrides.

Users fetch the list themselves; it is not part of the catalog. Variants of a model with prices of their
own, such as `:free`, are entries; those that only select hosts, such as `:nitro`, are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from ratecard.core import periods
from ratecard.core.errors import BadFeed
from ratecard.core.records import NO, YES
from ratecard.market.importers import document
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
    words,
    written,
)
from ratecard.market.importers.feed import FeedEntry, FeedFacts
from ratecard.market.importers.genai import PriceBlock, spans, timed

NAME = "OpenRouter"
LICENCE = "terms of OpenRouter; not redistributed"
HOME = "https://openrouter.ai/api/v1/models"

_SELLER = "openrouter"
_ROUTING = frozenset({"nitro", "floor", "exacto", "online"})
_CONDITIONS = frozenset({"min_prompt_tokens", "utc_start", "utc_end", "utc_days"})
_VARIES = Decimal(-1)
#: Below these a price said to be for an image is one for a token.
_LEAST = {"image": Decimal("0.00001"), "image_output": Decimal("0.0001")}
_LAST_SECOND = 253_402_300_799


def entries(parsed: object) -> Iterator[FeedEntry]:
    """The entries of the list; raises `BadFeed` if there is no list."""
    models = parsed.get("data") if isinstance(parsed, dict) else parsed
    if not isinstance(models, list):
        raise BadFeed(f"{NAME}: no list of models")
    for place, model in enumerate(models):
        key = f"data[{place}]"
        model_id = text(model.get("id")) if isinstance(model, dict) else ""
        if not isinstance(model, dict) or not model_id:
            yield malformed(_SELLER, "", key, model, "the entry is not an object with an id")
        elif model_id.partition(":")[2] not in _ROUTING:
            prices, named = timed(list(_blocks(model["pricing"]))) if "pricing" in model else ([], {})
            claims, quarantined = read(key_table("openrouter"), map(_suspected, prices))
            yield FeedEntry(_SELLER, model_id, key, _facts(model), claims, quarantined, named)


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by key, computed back from its claims."""
    return written(key_table("openrouter"), entry.claims)


def _blocks(pricing: object) -> Iterator[PriceBlock]:
    """The base prices, then each override of them."""
    if not isinstance(pricing, dict):
        yield PriceBlock(tuple(rejected("pricing", pricing, "the prices are not an object")))
        return
    base = {name: value for name, value in pricing.items() if name not in ("overrides", "discount")}
    discount, overrides = pricing.get("discount"), pricing.get("overrides")
    applies = discount is not None and document.number(discount) != 0
    refused = rejected("pricing.discount", discount, "a ratio, not a price") if applies else ()
    yield PriceBlock((*flat("pricing", base), *refused))
    if isinstance(overrides, list):
        for place, override in enumerate(overrides):
            yield _override(f"pricing.overrides[{place}]", override)
    elif overrides is not None:
        yield PriceBlock(tuple(rejected("pricing.overrides", overrides, "the overrides are not a list")))


def _override(key: str, override: object) -> PriceBlock:
    if not isinstance(override, dict):
        return PriceBlock(tuple(rejected(key, override, "the override is not an object")))
    prices = {name: value for name, value in override.items() if name not in _CONDITIONS}
    above = whole(override["min_prompt_tokens"]) if "min_prompt_tokens" in override else 0
    why = "the override's threshold is no number of tokens" if above is None else ""
    windows = _windows(override) if override.keys() & {"utc_start", "utc_end", "utc_days"} else ()
    if windows is None:
        why = "the override's window is not understood"
    if prices.keys() - key_table("openrouter").keys.keys():
        why = "the override has unknown parts, which may be conditions"
    if not override.keys() & _CONDITIONS:
        why = "the override has no condition"
    found = (each._replace(above=above or 0, why=each.why or why) for each in flat(key, prices))
    return PriceBlock(tuple(found), windows or ())


def _windows(override: Mapping[str, object]) -> tuple[str, ...] | None:
    """The windows of an override; None if they are not understood."""
    days = _days(override["utc_days"]) if "utc_days" in override else ["mon-sun"]
    start, end = 0, 24 * 60
    if override.keys() & {"utc_start", "utc_end"}:
        first, last = _minute(override.get("utc_start")), _minute(override.get("utc_end"))
        if first is None or last is None:
            return None
        start, end = first, last
    return spans(start, end, days) or None


def _minute(value: object) -> int | None:
    """The minute of the day, from a clock number such as 1030."""
    number = document.whole(value)
    if number is None or number > 2400 or number % 100 > 59:
        return None
    return number // 100 * 60 + number % 100


def _days(value: object) -> list[str]:
    """Ranges of days of the week; none if one is not a day."""
    named = [word[:3] for word in words(value) if word.endswith("day")]
    if not isinstance(value, list) or len(named) < len(value) or set(named) - set(periods.DAYS):
        return []
    return periods.day_ranges(map(periods.DAYS.index, set(named)))


def _suspected(found: FoundPrice) -> FoundPrice:
    """A price, with a reason against it if it is a sentinel or too small for its unit."""
    number = document.number(found.value)
    if found.why or number is None:
        return found
    if number == _VARIES:
        return found._replace(why="the price varies")
    small = number < _LEAST.get(found.name, Decimal(0)) and number > 0
    return found._replace(why="too little for an image: likely the price of a token") if small else found


def _facts(model: Mapping[str, object]) -> FeedFacts:
    architecture, limits = fields(model.get("architecture")), fields(model.get("top_provider"))
    inputs = modality_words(architecture.get("input_modalities"))
    modality, outputs = made(text(model.get("id")), modality_words(architecture.get("output_modalities")))
    created = whole(model.get("created"))
    return FeedFacts(
        name=text(model.get("name")),
        modality=modality,
        input_modalities=inputs,
        output_modalities=outputs,
        context_tokens=whole(limits.get("context_length")) or whole(model.get("context_length")),
        max_output_tokens=whole(limits.get("max_completion_tokens")),
        released=datetime.fromtimestamp(created, UTC).date() if created and created <= _LAST_SECOND else None,
        retired=day(model.get("expiration_date")),
        capabilities=_accepted(words(model.get("supported_parameters"))) | shown(modality, inputs, outputs),
    )


def _accepted(parameters: tuple[str, ...]) -> dict[str, str]:
    """The capabilities that the list of accepted parameters states; none without a list."""
    said = {
        word: YES if {*asking} & {*parameters} else NO for word, asking in section("openrouter", "parameters").items()
    }
    otherwise = section("openrouter", "otherwise")
    return {word: value for word, value in said.items() if parameters and (value == YES or word not in otherwise)}
