"""Which of several claimed prices is held, by a written policy.

A claim counts for the cell of its meter, conditions and threshold: claims under other conditions are
not compared. Within a cell: a decision in the ledger goes first; else all agree; else more than half
agree; else the feed that stands first in the order of precedence is held and the cell is disputed.
Prices that differ by half a percent or less are the same price, rounded by one of them; a feed that
states several prices for one cell is as many voices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

from ratecard.core import decimals
from ratecard.core.records import Conditions

CURATED = "curated"
DECIDED = "decided"
AGREED = "agreed"
MAJORITY = "majority"
SINGLE = "single"
DISPUTED = "disputed"

#: What stands between a feed's name and the number of a further voice of it.
AGAIN = "#"

T = TypeVar("T")

#: Confidences, the weakest first.
WEAKEST_FIRST = (DISPUTED, SINGLE, MAJORITY, DECIDED, AGREED, CURATED)


#: Two prices that differ by no more than this share are the same price, rounded.
TOLERANCE = Decimal("0.005")


class PriceKey(NamedTuple):
    """What a price is of, within one offer: only claims of the same cell are compared."""

    meter: str
    when: Conditions
    above: int


class PriceChoice(NamedTuple):
    """The feed whose claim is held in a cell, and how sure that is, such as `agreed 3/3` or `majority 2/3`."""

    feed: str
    confidence: str


def verdict(prices: Mapping[str, Decimal], precedence: Sequence[str], decided: Decimal | None = None) -> PriceChoice:
    """Which feed's price for one unit is held, of at least one; `precedence` names every feed."""
    order = sorted(prices, key=lambda voice: (precedence.index(voice.partition(AGAIN)[0]), voice))
    if decided is not None:
        holder = next((feed for feed in order if prices[feed] == decided), None)
        if holder is not None:
            return PriceChoice(holder, DECIDED)
    if len(order) == 1:
        return PriceChoice(order[0], SINGLE)
    price, votes = _leading(prices, order)
    holder = next(feed for feed in order if same(prices[feed], price))
    if votes == len(order):
        return PriceChoice(holder, f"{AGREED} {votes}/{votes}")
    if votes * 2 > len(order):
        return PriceChoice(holder, f"{MAJORITY} {votes}/{len(order)}")
    return PriceChoice(order[0], DISPUTED)


def voices(claims: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Claims by who makes them: a feed's name, and for its second one the name with #2, and so on."""
    found: dict[str, T] = {}
    for feed, claim in claims:
        count = sum(voice.partition(AGAIN)[0] == feed for voice in found)
        found[f"{feed}{AGAIN}{count + 1}" if count else feed] = claim
    return found


def weakest(confidences: Sequence[str]) -> str:
    """The confidence of a price list: that of its least sure price, `single` where nothing was compared."""
    compared = [text for text in confidences if text != SINGLE]
    return min(compared, key=_rank) if compared else SINGLE


def _rank(confidence: str) -> tuple[int, Decimal]:
    kind, _, share = confidence.partition(" ")
    votes, _, all_votes = share.partition("/")
    ratio = decimals.divide(Decimal(votes), Decimal(all_votes)) if share else decimals.ZERO
    return WEAKEST_FIRST.index(kind), ratio


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two prices are the same, give or take rounding."""
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def _leading(prices: Mapping[str, Decimal], order: Sequence[str]) -> tuple[Decimal, int]:
    """The price that most voices agree on, the earliest of equals, and how many they are."""
    votes = {voice: sum(same(prices[voice], other) for other in prices.values()) for voice in order}
    first = max(order, key=lambda voice: votes[voice])
    return prices[first], votes[first]
