"""The whole market: curated cards joined with what feeds claim of them and of every other model.

A curated fact is never overwritten: claims stand beside curated prices, and make prices of their own
only where no author wrote any.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import yaml_tree
from ratecard.cards.layout import EVIDENCE, METERS
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Card, Claim, Feed, Offer, Provider, Seller, Tariff
from ratecard.market import capabilities, evidence_files, held_prices, identity
from ratecard.market.evidence_files import ModelClaim, PriceClaim, RemovedOffer
from ratecard.market.held_prices import Ledger, Order
from ratecard.market.identity import Identity, Joiner
from ratecard.market.listings import Listing

#: The provider of models whose maker no list states.
NOBODY = Provider(identity.UNSTATED, "maker not stated")


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
    joiner = Joiner(rows, catalog.cards.values(), ((place.seller, found.model_id) for place, found in listings.items()))
    written = _rows(catalog, root, rows)
    by_slug: dict[str, list[tuple[OfferKey, Listing]]] = {}
    for place, found in listings.items():
        by_slug.setdefault(joiner.slug(place.seller, found.model_id), []).append((place, found))
    cards = dict(catalog.cards)
    sellers = _sellers(catalog, root, listings)
    for slug, offered in by_slug.items():
        cards[slug] = _answering(_card(catalog, written, slug, offered), dict(offered), sellers)
    return catalog._replace(
        cards=dict(sorted(cards.items())),
        sellers=sellers,
        providers=_providers(catalog, cards.values()),
        names=names_of(cards.values()),
    )


class Joins(NamedTuple):
    """How the offers of a feed meet the rest of the catalog.

    `joined` share a card with an author's or another feed's offer, `alone` make a card of their own,
    and `makerless` are those of the latter whose maker nobody states.
    """

    joined: int
    alone: int
    makerless: tuple[str, ...]


def joins(catalog: Catalog, root: Path, feed: str, offered: Iterable[OfferKey]) -> Joins:
    """How offers that a feed would bring meet the curated cards and what other feeds claim."""
    rows = identity.read(root)
    others = catalog._replace(feeds={id: held for id, held in catalog.feeds.items() if id != feed})
    known, fresh = list(_listings(others, root)), list(offered)
    joiner = Joiner(rows, catalog.cards.values(), [*known, *fresh])
    held = {*catalog.cards, *(joiner.slug(*place) for place in known)}
    slugs = [joiner.slug(*place) for place in fresh]
    alone = [slug for slug in slugs if slug not in held]
    makerless = {slug for slug in alone if identity.provider_of(rows, slug, catalog.providers) == identity.UNSTATED}
    return Joins(len(slugs) - len(alone), len(alone), tuple(sorted(makerless)))


def rejoined(catalog: Catalog, root: Path, card: Card, places: Iterable[OfferKey]) -> Card:
    """A curated card that changed, joined again with what feeds claim of the offers at `places`."""
    wanted = set(places)
    listings = _listings(catalog, root, frozenset(place.seller for place in wanted))
    offered = [(place, listing) for place, listing in listings.items() if place in wanted]
    known = catalog._replace(cards={card.slug: card})
    rows = _rows(catalog, root, identity.read(root))
    if not offered:
        return card
    return _answering(_card(known, rows, card.slug, offered), dict(offered), catalog.sellers)


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


def _card(catalog: Catalog, rows: Rows, slug: str, offered: list[tuple[OfferKey, Listing]]) -> Card:
    """The card of a slug with these offers: the curated one with more beside it, or one made of claims."""
    curated = catalog.cards.get(slug)
    listings = dict(sorted(offered, key=lambda pair: pair[0]))
    if curated is None:
        return _made(catalog, rows, slug, list(listings.values()))
    held = {_offer_key(offer) for offer in curated.offers}
    kept = [_beside(curated, offer, listings.get(_offer_key(offer)), rows) for offer in curated.offers]
    fresh = [
        held_prices.offer(listing, *rows)._replace(
            capabilities=capabilities.unspoken(listing, curated.capabilities),
            limits=capabilities.differing_limits(listing, curated.limits),
        )
        for place, listing in listings.items()
        if place not in held
    ]
    return curated._replace(offers=(*kept, *fresh))


def _made(catalog: Catalog, rows: Rows, slug: str, listings: list[Listing]) -> Card:
    """A card that no author wrote; the offer of its own maker leads."""
    by_seller = {word.id for word in catalog.vocabulary.capabilities.values() if word.by_seller}
    provider = identity.provider_of(rows.identity, slug, catalog.providers)
    own = {seller for seller, made in rows.identity.own.items() if made == provider}
    card = held_prices.card(slug, provider, listings, own, by_seller)
    offers = sorted(
        (_differing(held_prices.offer(listing, *rows), listing, card) for listing in listings),
        key=lambda offer: (offer.seller not in own, offer.seller, offer.model_id),
    )
    return card._replace(offers=tuple(offers))


def _differing(offer: Offer, listing: Listing, card: Card) -> Offer:
    """An offer of a card that claims make up, with what is said of it otherwise than of the card."""
    return offer._replace(
        capabilities=capabilities.differing(listing, card.capabilities),
        limits=capabilities.differing_limits(listing, card.limits),
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


def _providers(catalog: Catalog, cards: Iterable[Card]) -> dict[str, Provider]:
    needed = {card.provider for card in cards} - set(catalog.providers)
    added = {id: NOBODY if id == NOBODY.id else Provider(id, id) for id in sorted(needed)}
    return {**catalog.providers, **added}
