"""The words of the policy on prices: confidences, the cell of a price, when two prices are the same, and decisions.

Prices that differ by half a percent or less are the same price, rounded by one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from ratecard.core.evidence import PricePer, unit_price
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


class _Stated(PricePer, Protocol):
    """A price in the text of the list that states it."""

    @property
    def value(self) -> str:
        """The text."""


def still_judges(decision: Decision, voices: Mapping[str, _Stated]) -> bool:
    """True while the lists that a decision names state what it judged, and others state no further price."""
    named = {voice: claim for voice, claim in voices.items() if voice in decision.values}
    if not named or (decision.held and decision.held not in named):
        return False
    prices = [unit_price(claim) for claim in named.values()]
    return all(
        claim.value == decision.values[voice]
        if voice in named
        else any(same(unit_price(claim), price) for price in prices)
        for voice, claim in voices.items()
    )


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two prices are the same, apart from rounding."""
    return one == other or abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
