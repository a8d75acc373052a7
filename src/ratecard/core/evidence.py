"""The evidence behind a tariff: its price status, and the claims that agree or dispute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from ratecard.core import decimals
from ratecard.core.records import Benchmark, Claim, Conditions, Offer, Tariff

UNPRICED = "unknown"
DISPUTED = "disputed"
UNVERIFIED = "unverified"
UNDATED = "undated"
STALE = "stale"
PARTIAL = "partial"
SUBSCRIPTION = "subscription"
BETA = "beta"
SINGLE = "single"
FREE = "free"
KNOWN = "known"

#: The confidence of a price list written by an author.
CURATED = "curated"

#: The start of the note on an offer that all its feeds have dropped.
DELISTED = "no longer listed by"

#: Every price status, least reliable first.
PRICE_STATUSES = (UNPRICED, DISPUTED, UNVERIFIED, UNDATED, SUBSCRIPTION, STALE, PARTIAL, BETA, SINGLE, FREE, KNOWN)

#: The statuses of prices that can be compared: what the seller says, or at least one list that is not old.
COMPARABLE = frozenset({SINGLE, KNOWN})

#: The statuses of prices in doubt, which are said with every total.
IN_DOUBT = frozenset({DISPUTED, UNVERIFIED, UNDATED, STALE})

#: The days after which a price list that nobody has read again is stale.
FRESH_DAYS = 90

#: The reason for a zero that is covered by another price of the list.
INCLUDED = "included"

#: The reasons for a zero that is confirmed.
SURE_ZEROS = frozenset({FREE, BETA, INCLUDED, SUBSCRIPTION})


def price_status(tariff: Tariff | None) -> str:
    """The reliability of a price list: one of `PRICE_STATUSES`."""
    if tariff is None or not tariff.rates:
        return UNPRICED
    if is_disputed(tariff):
        return DISPUTED
    if any(rate.zero and rate.zero not in SURE_ZEROS for rate in tariff.rates):
        return UNVERIFIED
    if tariff.undated:
        return UNDATED
    reasons = {rate.zero for rate in tariff.rates}
    if SUBSCRIPTION in reasons and "" not in reasons:
        return SUBSCRIPTION
    if tariff.stale:
        return STALE
    if tariff.incomplete:
        return PARTIAL
    if "" not in reasons:
        return BETA if BETA in reasons else FREE
    return SINGLE if tariff.confidence == SINGLE else KNOWN


def is_disputed(tariff: Tariff) -> bool:
    """True if sources disagree about a price and no decision settles it.

    An imported list says so by its confidence. An authored list prevails over imported claims, which may
    be old, but not over a claim the author added.
    """
    if tariff.confidence:
        return tariff.confidence == DISPUTED
    return any(not claim.key for claim in disputes(tariff))


def confidence(tariff: Tariff) -> str:
    """The way the prices of a list were chosen: `curated`, `agreed 4/4`, `majority 3/4`, `single`, `disputed`, …."""
    return tariff.confidence or CURATED


def disputes(tariff: Tariff) -> tuple[Claim, ...]:
    """The claims that state a different price for a rate of this tariff."""
    return tuple(claim for claim, held in _compared(tariff) if held not in (None, unit_price(claim)))


def agreements(tariff: Tariff) -> tuple[Claim, ...]:
    """The claims that state the same price for a rate of this tariff."""
    return tuple(claim for claim, held in _compared(tariff) if held == unit_price(claim))


def _compared(tariff: Tariff) -> Iterator[tuple[Claim, Decimal | None]]:
    """Each claim with the price that the tariff has for the same."""
    held = HeldPrices(tariff)
    return ((claim, held.of(claim.meter, claim.when, claim.above)) for claim in tariff.claims)


class HeldPrices:
    """The prices of single units in a tariff, those included that follow from another by its percentages."""

    def __init__(self, tariff: Tariff) -> None:
        self.rates = {(rate.meter, rate.when, rate.above): unit_price(rate) for rate in tariff.rates}
        self.adjustments = tariff.adjustments

    def of(self, meter: str, when: Conditions, above: int = 0) -> Decimal | None:
        """The price of a single unit under just these conditions; None if the tariff states none."""
        stated = self.rates.get((meter, when, above))
        if stated is not None or not self.adjustments:
            return stated
        due = [one for one in self.adjustments if one.when <= when and meter in (one.meters or (meter,))]
        rest = when.difference(*(one.when for one in due))
        price = self.rates.get((meter, rest, above), self.rates.get((meter, rest, 0))) if due else None
        if price is None:
            return None
        for one in due:
            price = decimals.multiply(price, decimals.factor_of(one.percent))
        return price


class PricePer(Protocol):
    """A price for a quantity: a rate, or what a source says of one."""

    @property
    def price(self) -> Decimal:
        """The price of `per` of the meter."""

    @property
    def per(self) -> int:
        """The quantity that the price is for."""


def unit_price(stated: PricePer) -> Decimal:
    """The price of a single unit of the meter."""
    return stated.price if stated.per == 1 else _of_one(stated.price, stated.per)


@lru_cache(maxsize=16_384)  # many sellers ask the same prices
def _of_one(price: Decimal, per: int) -> Decimal:
    return decimals.divide(price, Decimal(per))


def delisted(offer: Offer) -> bool:
    """True if no feed lists the offer any more, so its prices are the last ones seen."""
    return offer.note.startswith(DELISTED)


def tariff_at(offer: Offer, day: date) -> Tariff | None:
    """The price list in force on a day, or None."""
    for tariff in reversed(offer.tariffs):
        if tariff.effective is None or tariff.effective <= day:
            return tariff
    return None


def dated(offer: Offer) -> tuple[Tariff, ...]:
    """The price lists of an offer, each once: without the first one for the days before it is known to hold."""
    return tuple(tariff for tariff in offer.tariffs if not tariff.undated)


def status_on(offer: Offer, tariff: Tariff, day: date) -> str:
    """The reliability of a price list of an offer on a day: `undated` before it is known to hold."""
    status = price_status(tariff)
    return status if status in (UNPRICED, DISPUTED, UNVERIFIED) or day >= known_from(offer, tariff) else UNDATED


def known_from(offer: Offer, tariff: Tariff) -> date:
    """The first day on which a price list is known to hold: that of its change, else of its first reading.

    A list without a first day that was read only after another one had followed held until then, as those who date
    prices say.
    """
    end = until(offer, tariff)
    if tariff.undated:
        return end or first_seen(tariff)
    if tariff.effective or (end and first_seen(tariff) >= end):
        return tariff.effective or date.min
    return first_seen(tariff)


def until(offer: Offer, tariff: Tariff) -> date | None:
    """The day the next price list takes effect, or None."""
    later = offer.tariffs[offer.tariffs.index(tariff) + 1 :]
    return later[0].effective if later else None


def last_read(tariff: Tariff) -> date:
    """The latest date a source of the price list was checked."""
    return max(source.checked for source in tariff.sources)


def first_seen(tariff: Tariff) -> date:
    """The earliest date a source of the price list was checked."""
    return min(source.checked for source in tariff.sources)


def newest_scores(scores: Iterable[Benchmark]) -> list[Benchmark]:
    """The newest score of each benchmark, measured alike."""
    found: dict[tuple[str, str, str], Benchmark] = {}
    for score in scores:
        about = score.benchmark, score.variant, score.harness
        if about not in found or score.day > found[about].day:
            found[about] = score
    return list(found.values())
