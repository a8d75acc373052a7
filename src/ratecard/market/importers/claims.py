"""Turns a feed's price keys and values into claims, or into the reason why a value is refused.

The keys of a feed are data: a YAML file named after the importer says for each key which meter it prices,
how much of it and under which conditions. `keys` are whole keys or the base of one, `suffixes` may follow
a base and add a condition or a threshold. Reading and writing back use the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

#: For how much of a meter a price reads well, by the last word of the meter's name; else for one.
_SHOWN = {
    "tokens": 1_000_000,
    "characters": 1_000_000,
    "pixels": 1_000_000,
    "pages": 1_000,
    "searches": 1_000,
    "queries": 1_000,
    "units": 1_000,
}


class Target(NamedTuple):
    """What a price key means: so much of a meter, under conditions, above a threshold."""

    meter: str
    per: int = 1
    when: Conditions = NO_CONDITIONS
    above: int = 0


class KeyTable(NamedTuple):
    """The keys of a feed, and what its values are counted in: `unit` of a dollar (0.01 for cents)."""

    keys: Mapping[str, Target]
    suffixes: Mapping[str, Target]
    unit: Decimal


@lru_cache
def key_table(name: str) -> KeyTable:
    """The table in `<name>.yaml` beside the importers."""
    written = _document(name)
    return KeyTable(
        {key: _target(row) for key, row in written["keys"].items()},
        {key: _target(row) for key, row in (written.get("suffixes") or {}).items()},
        Decimal(written.get("unit", "1")),
    )


def decompose(table: KeyTable, key: str) -> Target | None:
    """What a key means, taking known suffixes off its end, or None where it is not in the table."""
    if key in table.keys:
        return table.keys[key]
    for suffix in sorted(table.suffixes, key=len, reverse=True):
        if key.endswith(suffix):
            base = decompose(table, key.removesuffix(suffix))
            return _joined(base, table.suffixes[suffix]) if base else None
    return None


def price_for(table: KeyTable, target: Target, value: Decimal, per: int) -> Decimal:
    """The price for `per` of the meter that a feed's value comes to, exactly."""
    return decimals.divide(decimals.multiply(decimals.multiply(value, table.unit), Decimal(per)), Decimal(target.per))


def value_for(table: KeyTable, target: Target, price: Decimal, per: int) -> Decimal:
    """The feed's value that a price for `per` of the meter comes from: the inverse of `price_for`."""
    return decimals.divide(decimals.multiply(price, Decimal(target.per)), decimals.multiply(Decimal(per), table.unit))


def _joined(base: Target, suffix: Target) -> Target | None:
    """Both together; None where they contradict each other."""
    facts = dict(base.when)
    if any(facts.get(fact, value) != value for fact, value in suffix.when) or (base.above and suffix.above):
        return None
    return base._replace(when=base.when | suffix.when, above=base.above or suffix.above)


def _target(row: Mapping[str, Any]) -> Target:
    return Target(
        meter=row.get("meter", ""),
        per=int(decimals.parse(row.get("per", "1")) or 1),
        when=frozenset((row.get("when") or {}).items()),
        above=int(row.get("above", "0")),
    )


def shown_per(meter: str) -> int:
    """For how much of a meter prices are usually given."""
    return _SHOWN.get(meter.rpartition("_")[2], 1)


def read(table: KeyTable, target: Target, key: str, written: object) -> FeedClaim | Quarantined:
    """The claim that a price value comes to, or why it comes to none."""
    number = document.number(written)
    if number is None:
        return refused(key, written, NOT_A_NUMBER)
    if number < 0:
        return refused(key, written, BELOW_ZERO)
    per = target.per if target.per > 1 else shown_per(target.meter)
    price = Decimal(decimals.text(price_for(table, target, number, per)))
    return FeedClaim(target.meter, price, per, key, str(written), target.when, target.above)


def refused(key: str, written: object, why: str) -> Quarantined:
    """A value that is not taken, as a text of its own."""
    return Quarantined(key, text(written), why)


def narrowed(target: Target, when: Conditions, above: int) -> Target | None:
    """A target where its place asks for more; None where both say different things of one fact."""
    both = target.when | when
    if len(dict(both)) < len(both) or (target.above and above):
        return None
    return target._replace(when=both, above=target.above or above)


def without_fillers(claims: Iterable[FeedClaim]) -> tuple[list[FeedClaim], list[Quarantined]]:
    """Claims apart from zeros that stand beside a price of the same thing, and those zeros."""
    found = list(claims)
    priced = {(claim.meter, claim.when, claim.above) for claim in found if claim.price}
    kept = [claim for claim in found if claim.price or (claim.meter, claim.when, claim.above) not in priced]
    fillers = [claim for claim in found if not claim.price and (claim.meter, claim.when, claim.above) in priced]
    return kept, [Quarantined(claim.key, claim.value, FILLER) for claim in fillers]


def text(written: object) -> str:
    """A value of JSON on one line; what holds others is only named."""
    match written:
        case str():
            return written
        case None:
            return "null"
        case bool():
            return str(written).lower()
        case dict():
            return "an object"
        case _:
            return "a list"


@lru_cache
def section(name: str, part: str) -> dict[str, Any]:
    """Another part of `<name>.yaml`."""
    found = _document(name)[part]
    assert isinstance(found, dict)
    return found


@lru_cache
def _document(name: str) -> dict[str, Any]:
    tree, flaws = yaml_tree.parse(Path(__file__).with_name(f"{name}.yaml").read_bytes())
    assert not flaws, flaws
    written = yaml_tree.contents(tree)
    assert isinstance(written, dict)
    return written
