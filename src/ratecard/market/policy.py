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
from ratecard.core.records import Conditions, Decision

CURATED = "curated"
DECIDED = "decided"
AGREED = "agreed"
MAJORITY = "majority"
SINGLE = "single"
DISPUTED = "disputed"

#: Separates a feed's name from the number of a further voice: `litellm#2`.
AGAIN = "#"

T = TypeVar("T")

#: Confidences, the weakest first.
WEAKEST_FIRST = (DISPUTED, SINGLE, MAJORITY, DECIDED, AGREED, CURATED)

#: The largest relative difference between two prices that are the same, rounded.
TOLERANCE = Decimal("0.005")


class PriceKey(NamedTuple):
    """The cell of a price within one offer."""

    meter: str
    when: Conditions
    above: int


#: Decisions by seller, model id in lower case, and cell.
Ledger = Mapping[tuple[str, str, PriceKey], Decision]


class PriceChoice(NamedTuple):
    """The feed whose claim is held in a cell, and the confidence, such as `agreed 3/3` or `majority 2/3`."""

    feed: str
    confidence: str


def verdict(prices: Mapping[str, Decimal], precedence: Sequence[str], decided: Decimal | None = None) -> PriceChoice:
    """The feed whose unit price is held, of one or more; `precedence` names every feed."""
    order = sorted(prices, key=lambda voice: (precedence.index(voice.partition(AGAIN)[0]), voice))
    if decided is not None:
        holder = next((feed for feed in order if prices[feed] == decided), None)
        if holder is not None:
            return PriceChoice(holder, DECIDED)
    if len(order) == 1:
        return PriceChoice(order[0], SINGLE)
    votes = {voice: sum(same(prices[voice], other) for other in prices.values()) for voice in order}
    leading = max(order, key=lambda voice: votes[voice])  # the first of several with as many votes
    holder, count = next(feed for feed in order if same(prices[feed], prices[leading])), votes[leading]
    if count == len(order):
        return PriceChoice(holder, f"{AGREED} {count}/{count}")
    if count * 2 > len(order):
        return PriceChoice(holder, f"{MAJORITY} {count}/{len(order)}")
    return PriceChoice(order[0], DISPUTED)


def ledger_of(decisions: Iterable[Decision]) -> Ledger:
    """Decisions by seller, model id and cell."""
    return {
        (decision.seller, decision.model_id.lower(), PriceKey(decision.meter, decision.when, decision.above)): decision
        for decision in decisions
    }


def decision(ledger: Ledger, seller: str, ids: Iterable[str], cell: PriceKey) -> Decision | None:
    """The decision about a price of an offer, under any spelling of its id."""
    return next((found for id in ids if (found := ledger.get((seller, id.lower(), cell)))), None)


def voices(claims: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Claims by voice: the feed's name, with #2 for its second claim, and so on."""
    found: dict[str, T] = {}
    for feed, claim in claims:
        count = sum(voice.partition(AGAIN)[0] == feed for voice in found)
        found[f"{feed}{AGAIN}{count + 1}" if count else feed] = claim
    return found


def weakest(confidences: Sequence[str]) -> str:
    """The confidence of a price list: that of its weakest compared price, else `single`."""
    compared = [text for text in confidences if text != SINGLE]
    return min(compared, key=_rank) if compared else SINGLE


def _rank(confidence: str) -> tuple[int, Decimal]:
    kind, _, share = confidence.partition(" ")
    votes, _, all_votes = share.partition("/")
    ratio = decimals.divide(Decimal(votes), Decimal(all_votes)) if share else decimals.ZERO
    return WEAKEST_FIRST.index(kind), ratio


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two prices are the same, apart from rounding."""
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
