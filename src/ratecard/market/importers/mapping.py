"""A feed's price keys as data: each names a meter, how much of it a value buys, and its conditions.

A table is YAML beside the importer: `keys` are whole keys or the base of one, `suffixes` are what may
follow a base, each adding a condition or a threshold. Both directions are read from the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.cards import yaml_tree
from ratecard.core import decimals
from ratecard.core.records import NO_CONDITIONS, Conditions

_FOLDER = Path(__file__).parent


class Target(NamedTuple):
    """What a price key means: so much of a meter, under conditions, above a threshold."""

    meter: str
    per: int = 1
    when: Conditions = NO_CONDITIONS
    above: int = 0


class Table(NamedTuple):
    """The keys of a feed, and what its values are counted in: `unit` of a dollar (0.01 for cents)."""

    keys: Mapping[str, Target]
    suffixes: Mapping[str, Target]
    unit: Decimal


@lru_cache
def table(name: str) -> Table:
    """The table in `<name>.yaml` beside the importers."""
    tree, flaws = yaml_tree.parse((_FOLDER / f"{name}.yaml").read_bytes())
    assert not flaws, flaws
    written = yaml_tree.plain(tree)
    assert isinstance(written, dict)
    return Table(
        {key: _target(row) for key, row in written["keys"].items()},
        {key: _target(row) for key, row in (written.get("suffixes") or {}).items()},
        Decimal(written.get("unit", "1")),
    )


def decompose(table: Table, key: str) -> Target | None:
    """What a key means, taking known suffixes off its end, or None where it is not in the table."""
    if key in table.keys:
        return table.keys[key]
    for suffix in sorted(table.suffixes, key=len, reverse=True):
        if key.endswith(suffix):
            base = decompose(table, key.removesuffix(suffix))
            return _joined(base, table.suffixes[suffix]) if base else None
    return None


def price(table: Table, target: Target, value: Decimal, per: int) -> Decimal:
    """The price for `per` of the meter that a feed's value comes to, exactly."""
    return decimals.divide(decimals.multiply(decimals.multiply(value, table.unit), Decimal(per)), Decimal(target.per))


def value(table: Table, target: Target, price: Decimal, per: int) -> Decimal:
    """The feed's value that a price for `per` of the meter comes from: the inverse of `price`."""
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
