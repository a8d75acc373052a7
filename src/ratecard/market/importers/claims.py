"""Turns a feed's price keys and values into claims, or into the reason why a value is rejected.

The keys of a feed are data: a YAML file named after the importer maps each key to a meter, a quantity and
conditions. `keys` are whole keys or the base of one; `suffixes` may follow a base and add a condition or a
threshold. Reading and writing back use the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.cards import yaml_tree
from ratecard.core import decimals
from ratecard.core.records import NO_CONDITIONS, Conditions
from ratecard.market.importers import document
from ratecard.market.importers.feed import FeedClaim, Quarantined

NOT_AN_OBJECT = "not an object of prices"
NOT_A_NUMBER = "not a number"
BELOW_ZERO = "below zero: a sentinel, not a price"
CONTRADICTION = "its place and its key contradict each other"
FILLER = "a zero beside the price of the same thing"

#: The quantity that a price is usually given for, by the last word of the meter's name; else one.
_SHOWN = {
    "tokens": 1_000_000,
    "characters": 1_000_000,
    "pixels": 1_000_000,
    "pages": 1_000,
    "searches": 1_000,
    "queries": 1_000,
    "units": 1_000,
}


class KeyMeaning(NamedTuple):
    """The meaning of a price key: a quantity of a meter, under conditions, above a threshold."""

    meter: str
    per: int = 1
    when: Conditions = NO_CONDITIONS
    above: int = 0


class BlockRow(NamedTuple):
    """A block of a feed whose values are not what the rest are: of a seller in the feed's own words, of ids and meters.

    If it has `values`, only these texts of the feed are meant. Prices under a condition on a fact in `unless` are not.
    `unit` is by what its prices are multiplied, `meter` the one that they are really for; with neither they are
    rejected. `why` is the reason.
    """

    seller: re.Pattern[str]
    ids: re.Pattern[str]
    meters: frozenset[str]
    values: frozenset[str]
    unit: Decimal
    meter: str
    why: str
    unless: frozenset[str] = frozenset()

    @property
    def is_rejected(self) -> bool:
        """Whether no price of the block is taken."""
        return not self.unit and not self.meter

    def holds(self, provider: str, model_id: str, claim: FeedClaim) -> bool:
        """Whether a price is of this block."""
        named = self.seller.fullmatch(provider) and self.ids.fullmatch(model_id)
        meant = (not self.meters or claim.meter in self.meters) and (not self.values or claim.value in self.values)
        return bool(named) and meant and self.unless.isdisjoint(fact for fact, _ in claim.when)


class KeyTable(NamedTuple):
    """The keys of a feed, and the unit of its values in dollars (0.01 for cents)."""

    keys: Mapping[str, KeyMeaning]
    suffixes: Mapping[str, KeyMeaning]
    unit: Decimal


@lru_cache
def key_table(name: str) -> KeyTable:
    """The table in `<name>.yaml`."""
    written = _document(name)
    return KeyTable(
        {key: _meaning(row) for key, row in written["keys"].items()},
        {key: _meaning(row) for key, row in written.get("suffixes", {}).items()},
        Decimal(written.get("unit", "1")),
    )


def decompose(table: KeyTable, key: str) -> KeyMeaning | None:
    """The meaning of a key, without its known suffixes in the table; None for an unknown key."""
    if key in table.keys:
        return table.keys[key]
    for suffix in sorted(table.suffixes, key=len, reverse=True):
        if key.endswith(suffix):
            base, added = decompose(table, key.removesuffix(suffix)), table.suffixes[suffix]
            return narrowed(base, added.when, added.above) if base else None
    return None


def price_for(table: KeyTable, meaning: KeyMeaning, value: Decimal, per: int) -> Decimal:
    """The exact price for `per` of the meter, from a feed's value."""
    return decimals.divide(decimals.multiply(decimals.multiply(value, table.unit), Decimal(per)), Decimal(meaning.per))


def value_for(table: KeyTable, meaning: KeyMeaning, price: Decimal, per: int) -> Decimal:
    """The feed's value, from a price for `per` of the meter: the inverse of `price_for`."""
    return decimals.divide(decimals.multiply(price, Decimal(meaning.per)), decimals.multiply(Decimal(per), table.unit))


def _meaning(row: Mapping[str, Any]) -> KeyMeaning:
    return KeyMeaning(
        meter=row.get("meter", ""),
        per=int(decimals.parse(row.get("per", "1")) or 1),
        when=frozenset(row.get("when", {}).items()),
        above=int(row.get("above", "0")),
    )


def shown_per(meter: str) -> int:
    """The quantity of a meter that prices are usually given for."""
    return _SHOWN.get(meter.rpartition("_")[2], 1)


def read(table: KeyTable, meaning: KeyMeaning, key: str, written: object) -> FeedClaim | Quarantined:
    """The claim in a price value, or why there is none."""
    number = document.number(written)
    if number is None:
        return refused(key, written, NOT_A_NUMBER)
    if number < 0:
        return refused(key, written, BELOW_ZERO)
    per = meaning.per if meaning.per > 1 else shown_per(meaning.meter)
    price = Decimal(decimals.text(price_for(table, meaning, number, per)))
    return FeedClaim(meaning.meter, price, per, key, str(written), meaning.when, meaning.above)


def restated(row: BlockRow, claim: FeedClaim) -> FeedClaim | None:
    """A claim of a block in the block's unit and meter; None if the block is rejected."""
    if row.is_rejected:
        return None
    meter = row.meter or claim.meter
    per = shown_per(meter) if row.meter else claim.per
    price = decimals.multiply(decimals.multiply(claim.price, row.unit or decimals.ONE), Decimal(per))
    return claim._replace(meter=meter, price=decimals.divide(price, Decimal(claim.per)), per=per)


def refused(key: str, written: object, why: str) -> Quarantined:
    """A rejected value, as a text on one line; an object or a list is only named."""
    match written:
        case str():
            text = written
        case None:
            text = "null"
        case bool():
            text = str(written).lower()
        case dict():
            text = "an object"
        case _:
            text = "a list"
    return Quarantined(key, text, why)


def narrowed(meaning: KeyMeaning, when: Conditions, above: int) -> KeyMeaning | None:
    """A meaning with further conditions and a threshold; None if they contradict its own."""
    both = meaning.when | when
    if len(dict(both)) < len(both) or (meaning.above and above):
        return None
    return meaning._replace(when=both, above=meaning.above or above)


def without_fillers(found: Sequence[FeedClaim | Quarantined]) -> tuple[tuple[FeedClaim, ...], tuple[Quarantined, ...]]:
    """Claims and rejected values; a zero is rejected where another claim gives the price of the same thing."""
    claims = [item for item in found if isinstance(item, FeedClaim)]
    priced = {(claim.meter, claim.when, claim.above) for claim in claims if claim.price}
    fillers = [claim for claim in claims if not claim.price and (claim.meter, claim.when, claim.above) in priced]
    rejected = [item for item in found if isinstance(item, Quarantined)]
    return (
        tuple(claim for claim in claims if claim not in fillers),
        (*rejected, *(Quarantined(claim.key, claim.value, FILLER) for claim in fillers)),
    )


@lru_cache
def section(name: str, part: str) -> dict[str, Any]:
    """Another part of `<name>.yaml`."""
    found = _document(name)[part]
    assert isinstance(found, dict)
    return found


@lru_cache
def block_rows(name: str) -> tuple[BlockRow, ...]:
    """The blocks in `<name>.yaml`."""
    return tuple(
        BlockRow(
            re.compile(row["seller"]),
            re.compile(row.get("ids", ".*")),
            frozenset(row.get("meters", ())),
            frozenset(row.get("values", ())),
            Decimal(row.get("unit", "0")),
            row.get("meter", ""),
            row["why"],
            frozenset(row.get("unless", ())),
        )
        for row in _document(name).get("blocks", ())
    )


@lru_cache
def _document(name: str) -> dict[str, Any]:
    tree, flaws = yaml_tree.parse(Path(__file__).with_name(f"{name}.yaml").read_bytes())
    assert not flaws, flaws
    written = yaml_tree.contents(tree)
    assert isinstance(written, dict)
    return written
