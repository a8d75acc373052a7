"""One price value of a feed in our words: a claim, or the reason why it is none."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from ratecard.cards import yaml_tree
from ratecard.core import decimals
from ratecard.core.records import Conditions
from ratecard.market.importers import document, mapping
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


def shown_per(meter: str) -> int:
    """For how much of a meter prices are usually given."""
    return _SHOWN.get(meter.rpartition("_")[2], 1)


def read(table: mapping.Table, target: mapping.Target, key: str, written: object) -> FeedClaim | Quarantined:
    """The claim that a price value comes to, or why it comes to none."""
    number = document.number(written)
    if number is None:
        return refused(key, written, NOT_A_NUMBER)
    if number < 0:
        return refused(key, written, BELOW_ZERO)
    per = target.per if target.per > 1 else shown_per(target.meter)
    price = Decimal(decimals.text(mapping.price(table, target, number, per)))
    return FeedClaim(target.meter, price, per, key, str(written), target.when, target.above)


def refused(key: str, written: object, why: str) -> Quarantined:
    """A value that is not taken, as a text of its own."""
    return Quarantined(key, text(written), why)


def narrowed(target: mapping.Target, when: Conditions, above: int) -> mapping.Target | None:
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
    """A further part of the table in `<name>.yaml`."""
    tree, flaws = yaml_tree.parse(Path(__file__).with_name(f"{name}.yaml").read_bytes())
    assert not flaws, flaws
    written = yaml_tree.plain(tree)
    assert isinstance(written, dict)
    found = written[part]
    assert isinstance(found, dict)
    return found
