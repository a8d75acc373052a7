"""Makes cards, offers and price lists from the claims of feeds."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.errors import listed
from ratecard.core.evidence import DELISTED, FREE, FRESH_DAYS, INCLUDED, SUBSCRIPTION, last_read, tariff_at, unit_price
from ratecard.core.records import (
    Claim,
    Conditions,
    Decision,
    Feed,
    Offer,
    Rate,
    Rule,
    Seller,
    Tariff,
)
from ratecard.market import cache_writes, factors, policy, price_lists, usual
from ratecard.market.capabilities import Implied
from ratecard.market.evidence_files import PriceClaim, SellerClaim
from ratecard.market.identity import Identity
from ratecard.market.listings import Listing, is_page, source
from ratecard.market.policy import Ledger, PriceKey
from ratecard.market.price_lists import Asked, HeldList

#: Of an offer whose model no other seller has.
NO_PRICES = Asked({})

#: The position of each meter in the vocabulary, which is the order of rates in a price list.
Order = Mapping[str, int]


class Rows(NamedTuple):
    """The rows of identity, the decisions, the order of the meters, what capabilities imply, and sellers of plans.

    `scaling` are the facts whose values raise or lower all prices of a list by a percentage, `newest` is the last day
    on which a feed was read.
    """

    identity: Identity
    ledger: Ledger
    order: Order
    implied: Implied
    plans: frozenset[str]
    scaling: tuple[str, ...]
    newest: date


def offer(listing: Listing, rows: Rows, asked: Asked = NO_PRICES) -> Offer:
    """The offer that claims state, with its price lists only."""
    made = aged(tariffs(listing, rows, asked), rows.newest)
    return Offer(listing.seller, listing.model_id, ids=listing.ids, tariffs=made, note=note(listing))


def seller(known: Seller, feed: Feed, claim: SellerClaim) -> Seller:
    """A seller with its missing fields taken from a claim; the fields of its API are taken all or none."""
    named = known._replace(name=known.name or claim.name, url=known.url or claim.url)
    if not claim.endpoints or known.endpoints or known.base_url not in ("", claim.base_url):
        return named
    says = f"Its calls have the form of OpenAI's: {feed.name} reaches it with the package {claim.value}"
    return named._replace(
        base_url=claim.base_url,
        key_variable=known.key_variable or claim.key_variable,
        endpoints=claim.endpoints,
        apart=claim.apart,
        rules=(*known.rules, Rule("calls", says, source(feed))),
    )


def answering(offer: Offer, listing: Listing | None, seller: Seller | None) -> Offer:
    """An offer with the endpoints of its seller, if a feed says that its model has text input and output."""
    if listing is None or seller is None or offer.endpoints or offer.model_id in seller.apart:
        return offer
    talks = any(
        model.modality == "text" and "text" in model.inputs and "text" in model.outputs for model in listing.named
    )
    return offer._replace(answers=seller.endpoints) if talks else offer


def note(listing: Listing) -> str:
    """The note of an offer that no feed lists any more; empty for any other offer."""
    if not listing.gone:
        return ""
    names = listed([feed.name for feed in listing.gone], "and")
    return f"{DELISTED} {names}, last seen there on {listing.gone[0].seen}"


def tariffs(listing: Listing, rows: Rows, asked: Asked = NO_PRICES) -> tuple[Tariff, ...]:
    """The price lists that claims state, oldest first.

    Feeds that date their prices give the history. The newest list holds the claims of every feed whose
    data are not older than the list; a list in the future holds announced prices. A list that only adds to the one
    before it is the same, read better. The first one, if it has a first day, stands for the days before as `undated`.
    """
    days = sorted({price.effective for prices in listing.prices.values() for price in prices}, key=_day)
    newest = max((feed.seen for feed in listing.prices), default=date.min)
    latest = max((day for day in days if _day(day) <= newest), key=_day, default=None)
    typical = asked.elsewhere(listing.seller)
    reach = {
        feed: max(known)
        for feed, models in listing.models.items()
        if (known := [m.context for m in models if m.context])
    }
    made: list[_DatedList] = []
    for day in days:
        said = _said(listing, day, is_latest=day == latest)
        if not said:
            continue
        found = price_lists.held(said, typical, _decisions(listing, rows, said), former=day != latest, reach=reach)
        since = day
        if day == latest and _was_read(listing, day):
            before = _said(listing, day, is_latest=False)
            page = price_lists.held(before, typical, _decisions(listing, rows, before), former=True)
            read = min(feed.seen for feed in found.sources)
            if read > _day(day) and not _only_adds(page, found):  # the price has changed since, nobody says when
                made.append(_DatedList(day, before, page))
                since = read
        if made and _only_adds(made[-1].found, found):
            since = made.pop().day
        made.append(_DatedList(since, said, found))
    lists = [tariff for one in made if (tariff := _tariff(listing, rows, one, asked)).rates]
    first = lists[:1] if lists and lists[0].effective else []
    return (*(tariff._replace(effective=None, claims=(), undated=True) for tariff in first), *lists)


def aged(tariffs: tuple[Tariff, ...], newest: date) -> tuple[Tariff, ...]:
    """Price lists of which the one in force on the newest day is stale if nobody has read it again for long."""
    now = next((tariff for tariff in reversed(tariffs) if _day(tariff.effective) <= newest), None)
    if now is None or not now.sources or last_read(now) >= newest - timedelta(days=FRESH_DAYS):
        return tariffs
    return tuple(tariff._replace(stale=True) if tariff is now else tariff for tariff in tariffs)


def without_outliers(offers: Sequence[Offer], newest: date) -> list[Offer]:
    """The offers of a card; an imported list in force that is far off what the other sellers ask is disputed."""
    held = [(offer, now) for offer in offers if (now := tariff_at(offer, newest)) is not None]
    asked = price_lists.asked_of((offer.seller, now) for offer, now in held)
    far = {
        id(now)
        for offer, now in held
        if now.confidence not in ("", policy.DECIDED) and price_lists.outlying(now, asked.elsewhere(offer.seller))
    }
    if not far:
        return list(offers)
    return [
        offer._replace(
            tariffs=tuple(
                tariff._replace(confidence=policy.DISPUTED) if id(tariff) in far else tariff for tariff in offer.tariffs
            )
        )
        for offer in offers
    ]


def asked(listings: Collection[Listing], own: Container[str] = ()) -> Asked:
    """What the sellers of a model ask, each at least and by the newest list of each offer.

    Whether writes to a cache are priced apart its maker's `own` lists say, or where there are none, all lists.
    """
    found: dict[str, dict[str, Decimal]] = {}
    makers = [listing for listing in listings if listing.seller in own and listing.prices]
    stated = (item for listing in makers or listings for item in listing.prices.items())
    writes_apart = any(cache_writes.apart(in_force(prices, feed.seen)) for feed, prices in stated)
    for listing in listings:
        least = found.setdefault(listing.seller, {})
        for meter, price in _newest(listing).items():
            least[meter] = min(price, least.get(meter, price)) if price else least.get(meter, price)
    return Asked(found, writes_apart=writes_apart)


def cost_alike(one: Listing, other: Listing) -> bool:
    """Whether the newest list of each of two offers states the same for all that both price without conditions."""
    prices, others = _newest(one), _newest(other)
    shared = prices.keys() & others.keys()
    return bool(shared) and all(policy.same(prices[meter], others[meter]) for meter in shared)


def _newest(listing: Listing) -> dict[str, Decimal]:
    """The plain prices of the newest list of an offer."""
    feed = max(listing.prices, key=lambda feed: (feed.seen, -feed.rank), default=None)
    cells = _cells_in_force(listing.prices[feed], feed.seen) if feed else {}
    return price_lists.plain_prices({cell: claims[-1] for cell, claims in cells.items()})


def in_force(prices: Iterable[PriceClaim], day: date) -> list[PriceClaim]:
    """One feed's claims that hold on a day, each distinct price once.

    Under the same conditions its newest list replaces the older ones wholly: what it no longer states has ended.
    """
    return [price for found in _cells_in_force(prices, day).values() for price in found]


def _cells_in_force(prices: Iterable[PriceClaim], day: date) -> dict[PriceKey, list[PriceClaim]]:
    begun = [price for price in prices if _day(price.effective) <= day]
    newest: dict[Conditions, date] = {}
    for price in begun:
        newest[price.when] = max(_day(price.effective), newest.get(price.when, date.min))
    held: dict[PriceKey, list[PriceClaim]] = {}
    for price in begun:
        if _day(price.effective) == newest[price.when]:
            others = held.setdefault(PriceKey(price.meter, price.when, price.above), [])
            if not others or unit_price(price) not in map(unit_price, others):
                others.append(price)
    return held


def claim(feed: Feed, price: PriceClaim) -> Claim:
    """A feed's claim as a record of the price list."""
    return Claim(
        price.meter, price.price, source(feed), price.per, price.when, price.above, price.key, price.value
    )  # fmt: skip


class _DatedList(NamedTuple):
    """What is held from a day on, and what each feed states for it."""

    day: date | None
    said: Mapping[Feed, Mapping[PriceKey, list[PriceClaim]]]
    found: HeldList


def _said(listing: Listing, day: date | None, *, is_latest: bool) -> dict[Feed, dict[PriceKey, list[PriceClaim]]]:
    """What each feed that can know it states for a day.

    Of the newest list these are all feeds that are not older, of another day those that date their prices: of a day to
    come only those that announce it, and without a day those that also say when the price ended.
    """
    said: dict[Feed, dict[PriceKey, list[PriceClaim]]] = {}
    for feed, prices in listing.prices.items():
        is_dated = any(price.effective and not price.when for price in prices)
        announces = feed.seen >= _day(day) or any(price.effective == day for price in prices)
        if (is_latest and feed.seen >= _day(day)) or (is_dated and announces):
            said[feed] = _cells_in_force(prices, feed.seen if is_latest else _day(day))
    return {feed: cells for feed, cells in said.items() if cells}


def _was_read(listing: Listing, day: date | None) -> bool:
    """True if a day is known from what somebody read at the seller alone, and no list dates a price on it."""
    dating = [feed for feed, prices in listing.prices.items() if any(price.effective == day for price in prices)]
    return day is not None and all(is_page(feed) for feed in dating)


def _decisions(
    listing: Listing, rows: Rows, said: Mapping[Feed, Mapping[PriceKey, list[PriceClaim]]]
) -> dict[PriceKey, Decision]:
    cells = {cell for held in said.values() for cell in held}
    spelled = (listing.seller, (listing.model_id, *listing.ids))
    return {cell: ruling for cell in cells if (ruling := policy.decision(rows.ledger, *spelled, cell))}


def _only_adds(before: HeldList, after: HeldList) -> bool:
    """True if a list has every price of the one before it."""
    prices = after.prices
    return all(
        cell in prices and policy.same(unit_price(prices[cell]), unit_price(price))
        for cell, price in before.prices.items()
    )


def _tariff(listing: Listing, rows: Rows, held: _DatedList, asked: Asked) -> Tariff:
    """A price list, its rates in the order of the vocabulary."""
    found = held.found
    why_zero = _why_zero(listing, rows, paid=any(price.price for price in found.prices.values()))
    prices = cache_writes.held(found.prices, listing.seller, priced_apart=asked.writes_apart)
    kept, adjustments = factors.factored(prices, rows.scaling)
    ordered = sorted(kept, key=lambda cell: (cell.meter, len(cell.when), sorted(cell.when), cell.above))
    rates = [
        Rate(
            price.meter, price.price, price.per, price.when, price.above, price.minimum,
            "" if price.price else why_zero,
        )
        for price in map(kept.__getitem__, ordered)
    ]  # fmt: skip
    rates.sort(key=lambda rate: rows.order.get(rate.meter, len(rows.order)))
    rates, defaults = usual.with_defaults(rates)
    unconditional = {rate.meter for rate in rates if not rate.when}
    required = {fact for rate in rates if rate.meter not in unconditional for fact, _ in rate.when} - defaults.keys()
    stated = (
        (feed, price)
        for feed, cells in held.said.items()
        for claims in cells.values()
        for said in claims
        if (price := cache_writes.meant(said, found.prices, listing.seller)) is not None
    )
    return Tariff(
        sources=tuple(map(source, found.sources)),
        rates=tuple(rates),
        effective=held.day,
        defaults=defaults,
        required=tuple(sorted(required)),
        adjustments=adjustments,
        periods=next((dict(model.periods) for model in listing.named if model.periods), {}),
        claims=tuple(claim(feed, price) for feed, price in stated),
        confidence=found.confidence,
    )


def _why_zero(listing: Listing, rows: Rows, *, paid: bool) -> str:
    """The reason for a price of zero: free by its id, part of a plan or of a paid list, or unverified."""
    if listing.model_id.endswith(rows.identity.free):
        return FREE
    if listing.seller in rows.plans:
        return SUBSCRIPTION
    return INCLUDED if paid else "unverified"


def _day(day: date | None) -> date:
    return day or date.min
