"""What the numbers of a tariff rest on: its status, and which claims agree or dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ratecard.core import decimals
from ratecard.core.records import Claim, Conditions, Offer, Rate, Tariff

UNPRICED = "unknown"
DISPUTED = "disputed"
UNVERIFIED_ZERO = "unverified-zero"
PARTIAL = "partial"
FREE = "free"
KNOWN = "known"

#: What a price list is that an author wrote.
CURATED = "curated"

#: How the note of an offer begins that every feed dropped which listed it.
DELISTED = "no longer listed by"

#: Every status a price can have, the one that needs most care first.
PRICE_STATUSES = (UNPRICED, DISPUTED, UNVERIFIED_ZERO, PARTIAL, FREE, KNOWN)

#: Why something is not charged for that comes with what is: another price, or a subscription.
INCLUDED = "included"

#: The reasons for a zero that somebody vouches for.
SURE_ZEROS = frozenset({"free", INCLUDED})


def price_status(tariff: Tariff | None) -> str:
    """How far a price list can be relied on: one of `PRICE_STATUSES`."""
    if tariff is None or not tariff.rates:
        return UNPRICED
    if is_disputed(tariff):
        return DISPUTED
    if any(rate.zero and rate.zero not in SURE_ZEROS for rate in tariff.rates):
        return UNVERIFIED_ZERO
    if tariff.incomplete:
        return PARTIAL
    return FREE if all(rate.zero for rate in tariff.rates) else KNOWN


def is_disputed(tariff: Tariff) -> bool:
    """Whether nobody settled what the price is.

    What was imported says so by its confidence. What an author wrote is held against an imported
    list, which may be old, but not against a claim the author put beside it.
    """
    if tariff.confidence:
        return tariff.confidence == DISPUTED
    return any(not claim.key for claim in disputes(tariff))


def confidence(tariff: Tariff) -> str:
    """How the prices of a list were chosen: `curated`, `agreed 4/4`, `majority 3/4`, `single`, `disputed`, …."""
    return tariff.confidence or CURATED


def disputes(tariff: Tariff) -> tuple[Claim, ...]:
    """The claims that give a rate of this tariff another price."""
    held = _unit_prices(tariff.rates)
    return tuple(claim for claim in tariff.claims if held.get(_cell(claim), unit_price(claim)) != unit_price(claim))


def agreements(tariff: Tariff) -> tuple[Claim, ...]:
    """The claims that give a rate of this tariff the same price."""
    held = _unit_prices(tariff.rates)
    return tuple(claim for claim in tariff.claims if held.get(_cell(claim)) == unit_price(claim))


def _unit_prices(rates: Sequence[Rate]) -> dict[tuple[str, Conditions, int], Decimal]:
    return {_cell(rate): unit_price(rate) for rate in rates}


def _cell(price: Rate | Claim) -> tuple[str, Conditions, int]:
    return price.meter, price.when, price.above


def unit_price(rate: Rate | Claim) -> Decimal:
    """The price of a single unit of the meter."""
    return decimals.divide(rate.price, Decimal(rate.per))


def delisted(offer: Offer) -> bool:
    """Whether nobody lists the offer any more: its prices are the last ones seen, not known to hold."""
    return offer.note.startswith(DELISTED)


def tariff_at(offer: Offer, day: date) -> Tariff | None:
    """The price list in force on a day, or None before the first one (or where there is none)."""
    for tariff in reversed(offer.tariffs):
        if tariff.effective is None or tariff.effective <= day:
            return tariff
    return None


def until(offer: Offer, tariff: Tariff) -> date | None:
    """The first day a price list no longer holds: the day the next one takes effect."""
    later = offer.tariffs[offer.tariffs.index(tariff) + 1 :]
    return later[0].effective if later else None


def first_seen(tariff: Tariff) -> date:
    """The earliest day someone checked the price list."""
    return min(source.checked for source in tariff.sources)
