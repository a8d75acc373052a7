"""Which of several claimed prices is held, by a written policy.

A claim counts for the cell of its meter, conditions and threshold: claims under other conditions are
not compared. Within a cell: a decision in the ledger goes first; else all agree; else more than half
agree; else the feed that stands first in the order of precedence is held and the cell is disputed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard import exact
from ratecard.records import Conditions

CURATED = "curated"
DECIDED = "decided"
AGREED = "agreed"
MAJORITY = "majority"
SINGLE = "single"
DISPUTED = "disputed"

#: Confidences, the weakest first.
WEAKEST_FIRST = (DISPUTED, SINGLE, MAJORITY, DECIDED, AGREED, CURATED)


class Cell(NamedTuple):
    """What a price is of, within one offer: only claims of the same cell are compared."""

    meter: str
    when: Conditions
    above: int


class Verdict(NamedTuple):
    """The feed whose claim is held in a cell, and how sure that is, such as `agreed 3/3` or `majority 2/3`."""

    feed: str
    confidence: str


def verdict(prices: Mapping[str, Decimal], precedence: Sequence[str], decided: Decimal | None = None) -> Verdict:
    """Which feed's price for one unit is held, of at least one; `precedence` names every feed."""
    order = sorted(prices, key=precedence.index)
    if decided is not None:
        holder = next((feed for feed in order if prices[feed] == decided), None)
        if holder is not None:
            return Verdict(holder, DECIDED)
    if len(order) == 1:
        return Verdict(order[0], SINGLE)
    price, votes = _leading(prices, order)
    holder = next(feed for feed in order if prices[feed] == price)
    if votes == len(order):
        return Verdict(holder, f"{AGREED} {votes}/{votes}")
    if votes * 2 > len(order):
        return Verdict(holder, f"{MAJORITY} {votes}/{len(order)}")
    return Verdict(order[0], DISPUTED)


def weakest(confidences: Sequence[str]) -> str:
    """The confidence of a price list: that of its least sure price, `single` where nothing was compared."""
    compared = [text for text in confidences if text != SINGLE]
    return min(compared, key=_rank) if compared else SINGLE


def _rank(confidence: str) -> tuple[int, Decimal]:
    kind, _, share = confidence.partition(" ")
    votes, _, all_votes = share.partition("/")
    ratio = exact.divide(Decimal(votes), Decimal(all_votes)) if share else exact.ZERO
    return WEAKEST_FIRST.index(kind), ratio


def _leading(prices: Mapping[str, Decimal], order: Sequence[str]) -> tuple[Decimal, int]:
    counts = Counter(prices[feed] for feed in order)
    return counts.most_common(1)[0]
