"""Prices that their own list shows to be wrong: in another unit or column, or one charge stated twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ratecard.cards import yaml_tree
from ratecard.core import decimals
from ratecard.core.evidence import PricePer, unit_price
from ratecard.core.records import NO_CONDITIONS, Conditions
from ratecard.market import policy
from ratecard.pricing.rates import Priced

SWAPPED = "the prices of a read and of a write of the cache are swapped"
CACHED_DEARER = "a token from the cache dearer than a fresh one"
STORAGE = "far dearer than the prompt: what a cache costs by the hour, or another price, not a write"
TWICE = "the charge that the list also states for tokens, four characters to a token"
TOKEN_FOR_IMAGE = "the price of a token in the place of an image's"
IMAGE_FOR_TOKENS = "the price of an image in the place of a million tokens'"
TIER_DEARER = "a discounted tier dearer than the standard one"

#: The meter of a fresh token, by that of one read from the cache.
FRESH = {
    "cache_read_tokens": "input_tokens",
    "cache_read_audio_tokens": "input_audio_tokens",
    "cache_read_image_tokens": "input_image_tokens",
    "cache_read_video_tokens": "input_video_tokens",
}
#: The meter of a write, by that of the read it may be swapped with.
WRITES = {"cache_read_tokens": "cache_write_tokens", "cache_read_audio_tokens": "cache_write_audio_tokens"}
READS = {write: read for read, write in WRITES.items()}
#: The meter of tokens, by that of the characters they are made of.
CHARACTERS = {"input_characters": "input_tokens", "output_characters": "output_tokens"}
CHARACTERS_A_TOKEN = Decimal(4)
#: Service tiers that cost less than the standard one.
DISCOUNTED = frozenset({("service_tier", "batch"), ("service_tier", "flex")})

#: A write costs at most so many times the prompt: twice for an hour, and a little more where five minutes of storage
#: are added to the price of a cheap prompt.
WRITE_AT_MOST = Decimal("2.2")
#: An image costs at least so many tokens, of text or of images, and a token of text that part of a token of an image.
TOKENS_OF_IMAGE = Decimal(100)


class Stated(Priced, PricePer, Protocol):
    """A price as a list states it, or a rate."""


class Step(NamedTuple):
    """A step of prompt length that models with such ids do not have."""

    ids: re.Pattern[str]
    above: int
    why: str


#: The prices of one unit, above zero, by meter, conditions and threshold.
Cells = Mapping[tuple[str, Conditions, int], Sequence[Decimal]]


def reasons(model_id: str, stated: Sequence[Stated]) -> list[str]:
    """For each price of one list of an offer why it is wrong; empty where nothing shows that it is."""
    cells: dict[tuple[str, Conditions, int], list[Decimal]] = {}
    for each in stated:
        if each.price:
            cells.setdefault((each.meter, each.when, each.above), []).append(unit_price(each))
    return [_step(model_id, each) or next(_found(each, cells), "") if each.price else _step(model_id, each)
            for each in stated]  # fmt: skip


def _step(model_id: str, stated: Stated) -> str:
    steps = (step.why for step in _steps() if step.above == stated.above and step.ids.fullmatch(model_id.lower()))
    return next(steps, "") if stated.above else ""


def _found(stated: Stated, cells: Cells) -> Iterator[str]:
    """The reasons against a price above zero."""
    yield from _cached(stated, cells)
    yield from _images(stated, cells)
    price = unit_price(stated)
    tokens = _highest(cells, CHARACTERS.get(stated.meter, ""), stated)
    if tokens and policy.same(tokens, decimals.multiply(price, CHARACTERS_A_TOKEN)):
        yield TWICE
    if stated.when & DISCOUNTED:
        standard = max(cells.get((stated.meter, stated.when - DISCOUNTED, stated.above), ()), default=None)
        if standard and _dearer(price, standard):
            yield TIER_DEARER


def _cached(stated: Stated, cells: Cells) -> Iterator[str]:
    """The reasons against a price of a read or a write of the cache."""
    read = READS.get(stated.meter, stated.meter)
    fresh = _highest(cells, FRESH.get(read, ""), stated)
    if fresh is None:
        return
    reads, writes = _highest(cells, read, stated), _highest(cells, WRITES.get(read, ""), stated)
    if reads and writes and _dearer(reads, fresh) and _dearer(fresh, writes):
        yield SWAPPED
    if stated.meter == read and _dearer(unit_price(stated), fresh):
        yield CACHED_DEARER
    if stated.meter != read and not stated.when and unit_price(stated) > decimals.multiply(fresh, WRITE_AT_MOST):
        yield STORAGE


def _images(stated: Stated, cells: Cells) -> Iterator[str]:
    """The reasons against a price of images or of text in the place of the other."""
    price, image_token = unit_price(stated), _unconditional(cells, "output_image_tokens", stated)
    if stated.meter == "images":
        tokens = max(image_token, _unconditional(cells, "output_tokens", stated))
        if price < decimals.multiply(tokens, TOKENS_OF_IMAGE):
            yield TOKEN_FOR_IMAGE
    fresh = _highest(cells, "input_tokens", stated)
    cheap = stated.meter == "output_tokens" and decimals.multiply(price, TOKENS_OF_IMAGE) < image_token
    if cheap and fresh and _dearer(fresh, price):
        yield IMAGE_FOR_TOKENS


def _unconditional(cells: Cells, meter: str, beside: Stated) -> Decimal:
    """The highest price of a meter under the conditions of another price or none, zero if there is none."""
    cell = next((cell for when in (beside.when, NO_CONDITIONS) if (cell := cells.get((meter, when, beside.above)))), ())
    return max(cell, default=decimals.ZERO)


def _highest(cells: Cells, meter: str, beside: Stated) -> Decimal | None:
    """The highest price of a meter under the conditions of another price."""
    return max(cells.get((meter, beside.when, beside.above), ()), default=None)


def _dearer(one: Decimal, other: Decimal) -> bool:
    return one > other and not policy.same(one, other)


@lru_cache
def _steps() -> tuple[Step, ...]:
    return tuple(Step(re.compile(row["ids"]), int(row["above"]), row["why"]) for row in written("steps"))


def written(name: str) -> list[dict[str, Any]]:
    """The rows of a table of `slips.yaml`."""
    tree, flaws = yaml_tree.parse(Path(__file__).with_name("slips.yaml").read_bytes())
    assert not flaws, flaws
    tables = yaml_tree.contents(tree)
    assert isinstance(tables, dict)
    return list(tables[name])
