"""What the numbers of a tariff rest on: its status, and which claims agree or dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ratecard import exact
from ratecard.records import Claim, Offer, Rate, Tariff

UNPRICED = "unknown"
DISPUTED = "disputed"
UNVERIFIED_ZERO = "unverified-zero"
PARTIAL = "partial"
FREE = "free"
KNOWN = "known"

#: Every status a price can have, the one that needs most care first.
PRICE_STATUSES = (UNPRICED, DISPUTED, UNVERIFIED_ZERO, PARTIAL, FREE, KNOWN)

#: The reasons for a zero that somebody vouches for.
SURE_ZEROS = frozenset({"free", "included"})


def price_status(tariff: Tariff | None) -> str:
    """How far a price list can be relied on: one of `PRICE_STATUSES`."""
    if tariff is None or not tariff.rates:
        return UNPRICED
    if disputes(tariff):
        return DISPUTED
    if any(rate.zero and rate.zero not in SURE_ZEROS for rate in tariff.rates):
        return UNVERIFIED_ZERO
    if tariff.incomplete:
        return PARTIAL
    return FREE if all(rate.zero for rate in tariff.rates) else KNOWN


def disputes(tariff: Tariff) -> tuple[Claim, ...]:
    """The claims that give a rate of this tariff another price."""
    return tuple(claim for claim in tariff.claims if not agrees(claim, tariff.rates))


def agreements(tariff: Tariff) -> tuple[Claim, ...]:
    """The claims that give a rate of this tariff the same price."""
    return tuple(claim for claim in tariff.claims if agrees(claim, tariff.rates))


def agrees(claim: Claim, rates: Sequence[Rate]) -> bool:
    """Whether one of the rates has this claim's meter, conditions and price for one unit."""
    return any(
        (rate.meter, rate.when) == (claim.meter, claim.when) and unit_price(rate) == unit_price(claim) for rate in rates
    )


def unit_price(rate: Rate | Claim) -> Decimal:
    """The price of a single unit of the meter."""
    return exact.divide(rate.price, Decimal(rate.per))


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
