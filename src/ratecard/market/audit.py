"""The audit: prices and cards that are formally right and still deserve a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display
from ratecard.core.catalog import Catalog, event_date, retired
from ratecard.core.evidence import tariff_at, unit_price
from ratecard.core.records import Card, Example, Meter, Offer, Rate, Tariff
from ratecard.market import policy
from ratecard.market.reconcile import SLIPS

STALE = "stale"
OUTLIER = "outlier"
UNPROVEN_ZERO = "unproven-zero"
UNDER_UPSTREAM = "under-upstream"
RECOMMENDED = "retired-recommended"
EXAMPLE = "incomplete-example"
NO_SUCCESSOR = "no-successor"
OUT_OF_BOUNDS = "out-of-bounds"

#: After so many days a price should be read again.
OLD = 180
#: How many times the median of its siblings a price may be, or the median it.
FAR = 20
#: How many other sellers it takes to say what is usual.
SIBLINGS = 3

#: Who passes on the calls of others, at a price that builds on theirs.
PASSING_ON = frozenset({"gateway", "reseller"})
PROMPT = "prompt"


class Finding(NamedTuple):
    """One thing that deserves a second look, with a likely fix."""

    kind: str
    slug: str
    seller: str
    what: str
    mend: str


class Audit(NamedTuple):
    """A catalog as of a day, and after how many days a price is old."""

    catalog: Catalog
    day: date
    older_than: int


class ListedOffer(NamedTuple):
    """An offer with the price list in force."""

    card: Card
    offer: Offer
    tariff: Tariff


def audit(catalog: Catalog, day: date, older_than: int = OLD) -> list[Finding]:
    """Every finding, by kind, model and seller."""
    asked = Audit(catalog, day, older_than)
    return sorted(finding for card in catalog.cards.values() for check in CHECKS for finding in check(asked, card))


def _stale(asked: Audit, card: Card) -> Iterator[Finding]:
    """Prices that nobody has read for long; an imported one was read on the day its feed is of."""
    if retired(card, asked.day):
        return
    for listed in _listed(asked, card):
        tariff = listed.tariff
        newest = max(source.checked for source in (*tariff.sources, *(claim.source for claim in tariff.claims)))
        if newest < asked.day - timedelta(days=asked.older_than):
            age = (asked.day - newest).days
            yield _at(STALE, listed, f"last read on {newest}, {age} days ago", "read the source again, or import anew")


def _outliers(asked: Audit, card: Card) -> Iterator[Finding]:
    """Plain prices far from what other sellers of the same model take."""
    listed = list(_listed(asked, card))
    for one in listed:
        for rate in filter(_is_plain, one.tariff.rates):
            others = _elsewhere(listed, one, rate)
            if len(others) < SIBLINGS:
                continue
            median, price = _median(sorted(others.values())), unit_price(rate)
            ratio = decimals.divide(max(price, median), min(price, median))
            if ratio > FAR:
                side = "above" if price > median else "below"
                what = (
                    f"{_shown(asked, rate, price, one.tariff)} is {display.factor(ratio)} times {side}"
                    f" {_money(asked, rate, median, one.tariff)}, the median of {len(others)} other sellers"
                )
                yield _at(OUTLIER, one, what, "check the unit at the source; settle it in catalog/decisions")


def _elsewhere(listed: Sequence[ListedOffer], one: ListedOffer, rate: Rate) -> dict[str, Decimal]:
    """What each other seller takes for the same meter, the least where it has several offers."""
    found: dict[str, Decimal] = {}
    for other in listed:
        if other.offer.seller == one.offer.seller or other.tariff.currency != one.tariff.currency:
            continue
        for price in (unit_price(each) for each in other.tariff.rates if _is_plain(each) and each.meter == rate.meter):
            found[other.offer.seller] = min(price, found.get(other.offer.seller, price))
    return found


def _unproven_zeros(asked: Audit, card: Card) -> Iterator[Finding]:
    """Zeros without a source that confirms them."""
    for listed in _listed(asked, card):
        meters = dict.fromkeys(rate.meter for rate in listed.tariff.rates if rate.zero == "unverified")
        if meters:
            what = f"an unconfirmed zero: {', '.join(meters)}"
            yield _at(UNPROVEN_ZERO, listed, what, "check whether it is free, and write zero: free or the price")


def _under_upstream(asked: Audit, card: Card) -> Iterator[Finding]:
    """Prices of those who pass calls on that are lower than any the maker itself asks."""
    listed = list(_listed(asked, card))
    for one in listed:
        seller = asked.catalog.sellers.get(one.offer.seller)
        if seller is None or seller.kind not in PASSING_ON:
            continue
        sources = {card.provider, one.offer.upstream} - {one.offer.seller}
        own = [other.tariff for other in listed if other.offer.seller in sources]
        for rate in (rate for rate in one.tariff.rates if rate.price):
            floor = _least_price([tariff for tariff in own if tariff.currency == one.tariff.currency], rate.meter)
            price = unit_price(rate)
            if floor is not None and price < floor and not policy.same(price, floor):
                what = (
                    f"{_shown(asked, rate, price, one.tariff)} is under"
                    f" {_money(asked, rate, floor, one.tariff)}, the lowest price of the maker"
                )
                yield _at(UNDER_UPSTREAM, one, what, "check both prices at their sources; one of them may be old")


def _least_price(tariffs: Sequence[Tariff], meter: str) -> Decimal | None:
    """The lowest price above zero of a meter, whatever its conditions."""
    prices = (unit_price(rate) for tariff in tariffs for rate in tariff.rates if rate.meter == meter and rate.price)
    return min(prices, default=None)


def _retired_recommended(asked: Audit, card: Card) -> Iterator[Finding]:
    """Models whose successor no longer answers itself."""
    successor = asked.catalog.cards.get(card.replaced_by)
    if successor is not None and retired(successor, asked.day):
        what = f"its successor {successor.slug} retired on {event_date(successor, 'retired')}"
        yield Finding(RECOMMENDED, card.slug, "", what, "name a successor that answers in `replaced_by`")


def _incomplete_examples(asked: Audit, card: Card) -> Iterator[Finding]:
    """Worked examples without an input that every call carries and the price list charges for."""
    for offer in card.offers:
        for tariff in offer.tariffs:
            for needed in card.required_inputs:
                meters = _measuring(asked, needed)
                charged = sorted({rate.meter for rate in tariff.rates if rate.price and rate.meter in meters})
                for number, example in enumerate(tariff.examples if charged else (), 1):
                    if not _counts(example, meters):
                        what = f"example {number} has no {needed}, which is charged by {' or '.join(charged)}"
                        yield _at(
                            EXAMPLE, ListedOffer(card, offer, tariff), what, "add the input to the example's usage"
                        )


def _measuring(asked: Audit, needed: str) -> set[str]:
    """The meters that count an input of a call."""
    meters = asked.catalog.vocabulary.meters.values()
    if needed == PROMPT:
        return {meter.id for meter in meters if meter.prompt and not meter.input}
    return {meter.id for meter in meters if meter.input == needed}


def _counts(example: Example, meters: set[str]) -> bool:
    return any(meter in meters for meter in example.usage)


def _without_successor(asked: Audit, card: Card) -> Iterator[Finding]:
    """Models that ended, or are about to, and name none that follows."""
    if card.replaced_by:
        return
    for event in ("retired", "deprecated"):
        day = event_date(card, event)
        if day is not None and day <= asked.day:
            yield Finding(NO_SUCCESSOR, card.slug, "", f"{event} on {day}", "name what follows it in `replaced_by`")
            return


def _out_of_bounds(asked: Audit, card: Card) -> Iterator[Finding]:
    """Imported prices that are not believable for what they count."""
    for listed in _listed(asked, card):
        for rate in listed.tariff.rates if listed.tariff.confidence else ():
            meter = asked.catalog.vocabulary.meters.get(rate.meter)
            price = unit_price(rate)
            if meter is None or not price or meter.bounds[0] <= price <= meter.bounds[1]:
                continue
            bound, side = (meter.bounds[0], "below") if price < meter.bounds[0] else (meter.bounds[1], "above")
            what = (
                f"{_shown(asked, rate, price, listed.tariff)} is {side}"
                f" {_money(asked, rate, bound, listed.tariff)}, the bound of {meter.id}{_slip(meter, price)}"
            )
            yield _at(OUT_OF_BOUNDS, listed, what, "check the unit at the source, then fix the importer or the feed")


def _slip(meter: Meter, price: Decimal) -> str:
    """The smallest wrong unit that would explain a price outside its bounds."""
    low, high = meter.bounds
    for factor in SLIPS:
        right = decimals.divide(price, Decimal(factor)) if price > high else decimals.multiply(price, Decimal(factor))
        if low <= right <= high:
            return f": probably a unit slip of x{factor} or more"
    return ""


def _listed(asked: Audit, card: Card) -> Iterator[ListedOffer]:
    """The card's offers that have a price in force."""
    for offer in card.offers:
        tariff = tariff_at(offer, asked.day)
        if tariff is not None and tariff.rates:
            yield ListedOffer(card, offer, tariff)


def _is_plain(rate: Rate) -> bool:
    """Whether a price above zero holds without conditions and from the first token on."""
    return bool(rate.price) and not rate.when and not rate.above


def _median(prices: Sequence[Decimal]) -> Decimal:
    middle = len(prices) // 2
    if len(prices) % 2:
        return prices[middle]
    return decimals.divide(decimals.add(prices[middle - 1], prices[middle]), Decimal(2))


def _at(kind: str, listed: ListedOffer, what: str, mend: str) -> Finding:
    return Finding(kind, listed.card.slug, listed.offer.seller, f"{listed.offer.model_id}: {what}", mend)


def _shown(asked: Audit, rate: Rate, price: Decimal, tariff: Tariff) -> str:
    """A price with what it is of and when it holds."""
    above = f"above {display.quantity(rate.above)}" if rate.above else ""
    what = ", ".join(filter(None, (rate.meter, display.conditions(rate.when), above)))
    return f"{what} at {_money(asked, rate, price, tariff)}"


def _money(asked: Audit, rate: Rate, price: Decimal, tariff: Tariff) -> str:
    """A unit price as it is usually shown: $3.00 per 1M input tokens."""
    meter = asked.catalog.vocabulary.meters.get(rate.meter)
    per = meter.per if meter else 1
    amount = display.money(decimals.multiply(price, Decimal(per)), tariff.currency)
    return f"{amount} {display.per(per, meter.unit)}" if meter else amount


CHECKS: tuple[Callable[[Audit, Card], Iterator[Finding]], ...] = (
    _stale,
    _outliers,
    _unproven_zeros,
    _under_upstream,
    _retired_recommended,
    _incomplete_examples,
    _without_successor,
    _out_of_bounds,
)

#: What each kind of finding is, in one sentence.
KINDS = {
    STALE: "A price that was not checked recently.",
    OUTLIER: f"More than {FAR} times above or below the median of at least {SIBLINGS} other sellers of the model.",
    UNPROVEN_ZERO: "A price of zero without a source that confirms it is free.",
    UNDER_UPSTREAM: "A gateway or reseller is cheaper than the maker.",
    RECOMMENDED: "A retired model is named as a successor.",
    EXAMPLE: "A worked example omits an input that every call has and that is charged.",
    NO_SUCCESSOR: "A retired model without a named successor.",
    OUT_OF_BOUNDS: "An imported price is implausible for its meter: probably a wrong unit.",
}
