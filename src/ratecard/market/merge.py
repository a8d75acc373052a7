"""The whole market: cards joined with the offers that feeds claim of their models.

A fact that an author wrote is never overwritten: claims are kept next to authored prices, and make prices of their
own only where no author wrote any. An offer that no card claims is unplaced.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import yaml_tree
from ratecard.cards.layout import EVIDENCE, METERS
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Card, Claim, Feed, Offer, Seller, Tariff
from ratecard.market import capabilities, evidence_files, held_prices, identity, preference
from ratecard.market.evidence_files import ModelClaim, PriceClaim, RemovedOffer
from ratecard.market.held_prices import Ledger, Order
from ratecard.market.identity import Identity, Joiner
from ratecard.market.listings import Listing

#: The kinds of sellers that serve a model with closed weights as its maker does, or pass calls on to it.
PASSING_ON = frozenset({"cloud", "gateway"})
CLOSED = "closed"


class OfferKey(NamedTuple):
    """An offer as feeds know it: a seller and a model id, whatever the case of its letters."""

    seller: str
    model_id: str


class Rows(NamedTuple):
    """What is written about identity, what was decided, and the order of the meters."""

    identity: Identity
    ledger: Ledger
    order: Order


def market(catalog: Catalog, root: Path) -> Catalog:
    """The catalog with all that the feeds under `root` claim.

    Raises `BadCatalog` for a file of claims that cannot be read.
    """
    rows = identity.read(root)
    listings = _listings(catalog, root)
    joiner = Joiner(rows, catalog.cards.values())
    written = _rows(catalog, root, rows)
    by_slug: dict[str, list[tuple[OfferKey, Listing]]] = {}
    facts: dict[OfferKey, Mapping[str, str]] = {}
    unplaced: dict[OfferKey, Listing] = {}
    for place, found in listings.items():
        placed = joiner.place(place.seller, found.model_id)
        if placed is None:
            unplaced[place] = found
        else:
            by_slug.setdefault(placed.slug, []).append((place, found))
            facts[place] = placed.facts
    sellers = _called(_sellers(catalog, root, listings), rows)
    cards = dict(catalog.cards)
    for slug, offered in by_slug.items():
        cards[slug] = _answering(_card(cards[slug], written, dict(offered), facts, sellers), dict(offered), sellers)
    return catalog._replace(
        cards=dict(sorted(cards.items())),
        unplaced={
            f"{place.seller}/{found.model_id}": held_prices.offer(found, *written)
            for place, found in sorted(unplaced.items(), key=itemgetter(0))
        },
        sellers=sellers,
        names=names_of(cards.values()),
    )


class Arrivals(NamedTuple):
    """How many offers of a feed join a card, and those that no card claims."""

    placed: int
    unplaced: tuple[OfferKey, ...]


def arrivals(catalog: Catalog, root: Path, offered: Iterable[OfferKey]) -> Arrivals:
    """Which of the offers that a feed would bring join a card."""
    joiner = Joiner(identity.read(root), catalog.cards.values())
    offers = list(offered)
    unplaced = tuple(sorted(offer for offer in offers if joiner.place(*offer) is None))
    return Arrivals(len(offers) - len(unplaced), unplaced)


def rejoined(catalog: Catalog, root: Path, card: Card, places: Iterable[OfferKey]) -> Card:
    """A card that changed, joined again with what feeds claim of the offers at `places`."""
    wanted = set(places)
    listings = _listings(catalog, root, frozenset(place.seller for place in wanted))
    offered = [(place, listing) for place, listing in listings.items() if place in wanted]
    if not offered:
        return card
    written = _rows(catalog, root, identity.read(root))
    joiner = Joiner(written.identity, [card])
    placed = {place: joiner.place(place.seller, listing.model_id) for place, listing in offered}
    facts = {place: found.facts for place, found in placed.items() if found}
    joined = _card(card, written, dict(offered), facts, catalog.sellers)
    return _answering(joined, dict(offered), catalog.sellers)


def _rows(catalog: Catalog, root: Path, rows: Identity) -> Rows:
    """What every card needs; the order of the meters is that of their file, which a database does not keep."""
    tree, _ = yaml_tree.parse((root / METERS).read_bytes())
    written = yaml_tree.contents(tree)
    assert isinstance(written, dict)
    order = {str(meter): place for place, meter in enumerate(written)}
    return Rows(rows, held_prices.ledger_of(catalog.decisions.values()), order)


def _listings(catalog: Catalog, root: Path, only: frozenset[str] | None = None) -> dict[OfferKey, Listing]:
    """Every offer that a feed knows (at some sellers), with each feed's claims, in their order of precedence."""
    found: dict[OfferKey, Listing] = {}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        folder = root / EVIDENCE / feed.id
        for seller in evidence_files.sellers(root, feed.id):
            if only is not None and seller not in only:
                continue
            models = evidence_files.models(folder / f"{seller}{evidence_files.MODELS}")
            prices = evidence_files.prices(folder / f"{seller}{evidence_files.PRICES}")
            _add(found, feed, seller, models, prices)
    return found | _removed(catalog, root, found.keys(), only)


def _removed(
    catalog: Catalog, root: Path, listed: Container[OfferKey], only: frozenset[str] | None
) -> dict[OfferKey, Listing]:
    """The offers that no feed lists any more, as their last feeds listed them."""
    last: dict[OfferKey, list[tuple[Feed, RemovedOffer]]] = {}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        for entry in evidence_files.removed(root, feed.id):
            place = OfferKey(entry.seller, entry.model.model_id.lower())
            if place not in listed and (only is None or entry.seller in only):
                last.setdefault(place, []).append((feed, entry))
    return {place: _last_listing(entries) for place, entries in last.items()}


def _last_listing(entries: Sequence[tuple[Feed, RemovedOffer]]) -> Listing:
    """What was said of an offer on the last day that any feed listed it."""
    day = max(entry.last_seen for _, entry in entries)
    first = entries[0][1]
    listing = Listing(first.seller, first.model.model_id, {}, {})
    for feed, entry in entries:
        if entry.last_seen == day:
            then = feed._replace(seen=day, version=f"as of {day}")
            listing.models.setdefault(then, []).append(entry.model)
            listing.prices.setdefault(then, []).extend(entry.prices)
    return listing._replace(gone=tuple(listing.models))


def _add(
    found: dict[OfferKey, Listing], feed: Feed, seller: str, models: Iterable[ModelClaim], prices: Iterable[PriceClaim]
) -> None:
    for model in models:
        listing = found.setdefault(OfferKey(seller, model.model_id.lower()), Listing(seller, model.model_id, {}, {}))
        listing.models.setdefault(feed, []).append(model)
    for price in prices:
        listing = found.setdefault(OfferKey(seller, price.model_id.lower()), Listing(seller, price.model_id, {}, {}))
        listing.prices.setdefault(feed, []).append(price)


def _card(
    card: Card,
    rows: Rows,
    listings: Mapping[OfferKey, Listing],
    facts: Mapping[OfferKey, Mapping[str, str]],
    sellers: Mapping[str, Seller],
) -> Card:
    """A card with the offers that feeds know, the default one first."""
    held = {_offer_key(offer) for offer in card.offers}
    kept = [_beside(card, offer, listings.get(_offer_key(offer)), rows) for offer in card.offers]
    fresh = [
        held_prices.offer(listing, *rows)._replace(
            facts=facts.get(place, {}),
            capabilities=capabilities.unspoken(listing, card.capabilities),
            limits=capabilities.differing_limits(listing, card.limits),
        )
        for place, listing in listings.items()
        if place not in held
    ]
    own = {seller for seller, provider in rows.identity.own.items() if provider == card.provider}
    offers = preference.ordered(kept, fresh, own, card.provider, sellers)
    makers = next(
        (listings[_offer_key(offer)] for offer in offers if offer.seller in own and _offer_key(offer) in listings), None
    )
    if makers is None or card.licence.weights != CLOSED:
        return card._replace(offers=offers)
    stated = capabilities.stated(makers)
    return card._replace(
        offers=tuple(
            capabilities.with_makers(offer, stated, card.capabilities)
            if offer.seller in own or sellers[offer.seller].kind in PASSING_ON
            else offer
            for offer in offers
        )
    )


def _answering(card: Card, offered: Mapping[OfferKey, Listing], sellers: Mapping[str, Seller]) -> Card:
    """A card whose offers have the calls that they are known to answer."""
    offers = (
        held_prices.answering(offer, offered.get(_offer_key(offer)), sellers.get(offer.seller)) for offer in card.offers
    )
    return card._replace(offers=tuple(offers))


def _offer_key(offer: Offer) -> OfferKey:
    return OfferKey(offer.seller, offer.model_id.lower())


def _beside(card: Card, offer: Offer, listing: Listing | None, rows: Rows) -> Offer:
    """A curated offer with what feeds add to it: capabilities and limits of which its author says nothing, and claims.

    The claims stand beside its newest price list; where it has none they make one.
    """
    if listing is None or (listing.gone and offer.tariffs):
        return offer
    said = capabilities.unspoken(listing, card.capabilities, offer.capabilities)
    limits = capabilities.completed(offer.limits, listing, card.limits)
    offer = offer._replace(capabilities={**offer.capabilities, **said}, limits=limits)
    if not offer.tariffs:
        note = "; ".join(filter(None, (held_prices.note(listing), offer.note)))
        return offer._replace(tariffs=held_prices.tariffs(listing, *rows), note=note)
    *earlier, newest = offer.tariffs
    return offer._replace(tariffs=(*earlier, newest._replace(claims=(*newest.claims, *_further(newest, listing)))))


def _further(tariff: Tariff, listing: Listing) -> Iterator[Claim]:
    """The claims of feeds for what a curated price list prices, as of its day or later."""
    cells = {(rate.meter, rate.when, rate.above) for rate in tariff.rates}
    for feed, prices in listing.prices.items():
        if tariff.effective is None or feed.seen >= tariff.effective:
            for price in held_prices.in_force(prices, feed.seen):
                if (price.meter, price.when, price.above) in cells:
                    yield held_prices.claim(feed, price)


def _sellers(catalog: Catalog, root: Path, listings: Mapping[OfferKey, Listing]) -> dict[str, Seller]:
    """The curated sellers and those that only feeds know, each with what feeds say of it beside its prices."""
    unknown = sorted({place.seller for place in listings} - set(catalog.sellers))
    found = {**catalog.sellers, **{id: Seller(id, "", "unknown") for id in unknown}}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        for claim in evidence_files.seller_claims(root, feed.id):
            if claim.seller in found:
                found[claim.seller] = held_prices.seller(found[claim.seller], feed, claim)
    return {id: seller._replace(name=seller.name or id) for id, seller in found.items()}


def _called(sellers: Mapping[str, Seller], rows: Identity) -> dict[str, Seller]:
    """The sellers with what feeds call them."""
    names: dict[str, set[str]] = {}
    for name, seller in rows.sellers.items():
        names.setdefault(seller, set()).add(name)
    return {
        id: seller._replace(names=tuple(sorted({*seller.names, *names.get(id, ())} - {id})))
        for id, seller in sellers.items()
    }
