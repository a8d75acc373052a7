"""Merges the curated cards with the claims of feeds about their models and all others.

A curated fact is never overwritten: claims are added to curated prices, and become prices only where no
author wrote any.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import yaml_tree
from ratecard.cards.layout import EVIDENCE, METERS
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Card, Feed, Offer, Provider, Seller
from ratecard.market import capabilities, evidence_files, held_prices, identity
from ratecard.market.evidence_files import ModelClaim, PriceClaim, RemovedOffer
from ratecard.market.held_prices import Order
from ratecard.market.identity import Identity, Joiner
from ratecard.market.listings import Listing
from ratecard.market.policy import Ledger, ledger_of


class OfferKey(NamedTuple):
    """The key of an offer: a seller and a model id in lower case."""

    seller: str
    model_id: str


class Rows(NamedTuple):
    """The rows of identity, the decisions and the order of the meters."""

    identity: Identity
    ledger: Ledger
    order: Order


def market(catalog: Catalog, root: Path) -> Catalog:
    """The catalog with all claims of the feeds under `root`.

    Raises `BadCatalog` for a file of claims that cannot be read.
    """
    rows = _rows(catalog, root)
    listings = _listings(catalog, root)
    offers = ((listing.seller, listing.model_id) for listing in listings.values())
    joiner = Joiner(rows.identity, catalog.cards.values(), offers)
    by_slug: dict[str, dict[OfferKey, Listing]] = {}
    for key, listing in listings.items():
        by_slug.setdefault(joiner.slug(listing.seller, listing.model_id), {})[key] = listing
    sellers = _sellers(catalog, root, listings)
    cards = dict(catalog.cards)
    for slug, offered in by_slug.items():
        cards[slug] = _card(catalog, rows, slug, offered, sellers)
    unknown = sorted({card.provider for card in cards.values()} - set(catalog.providers))
    added = {id: Provider(id, "maker not stated" if id == identity.UNSTATED else id) for id in unknown}
    return catalog._replace(
        cards=dict(sorted(cards.items())),
        sellers=sellers,
        providers={**catalog.providers, **added},
        names=names_of(cards.values()),
    )


class Joins(NamedTuple):
    """The number of a feed's offers that join other offers on a card, and those that do not.

    `joined` share a card with an author's or another feed's offer, `alone` make a card of their own, and
    `makerless` are the slugs of the latter whose maker no list states.
    """

    joined: int
    alone: int
    makerless: tuple[str, ...]


def joins(catalog: Catalog, root: Path, feed: str, offered: Iterable[OfferKey]) -> Joins:
    """The joins of offers that a feed would add, with the curated cards and the claims of other feeds."""
    rows = identity.read(root)
    others = catalog._replace(feeds={id: held for id, held in catalog.feeds.items() if id != feed})
    known, fresh = list(_listings(others, root)), list(offered)
    joiner = Joiner(rows, catalog.cards.values(), [*known, *fresh])
    held = {*catalog.cards, *(joiner.slug(*key) for key in known)}
    slugs = [joiner.slug(*key) for key in fresh]
    alone = [slug for slug in slugs if slug not in held]
    makerless = {slug for slug in alone if identity.provider_of(rows, slug, catalog.providers) == identity.UNSTATED}
    return Joins(len(slugs) - len(alone), len(alone), tuple(sorted(makerless)))


def rejoined(catalog: Catalog, root: Path, card: Card, keys: Iterable[OfferKey]) -> Card:
    """A curated card that changed, merged again with the claims about the offers with these keys."""
    wanted = set(keys)
    listings = _listings(catalog, root, {key.seller for key in wanted})
    offered = {key: listing for key, listing in listings.items() if key in wanted}
    known = catalog._replace(cards={card.slug: card})
    return _card(known, _rows(catalog, root), card.slug, offered, catalog.sellers) if offered else card


def _rows(catalog: Catalog, root: Path) -> Rows:
    """The rows that every card needs; the order of the meters is read from their file, as databases lack it."""
    tree, _ = yaml_tree.parse((root / METERS).read_bytes())
    written = yaml_tree.contents(tree)
    assert isinstance(written, dict)
    order = {str(meter): index for index, meter in enumerate(written)}
    return Rows(identity.read(root), ledger_of(catalog.decisions.values()), order)


def _listings(catalog: Catalog, root: Path, only: Container[str] | None = None) -> dict[OfferKey, Listing]:
    """Every offer in the feeds (at some sellers), with each feed's claims, in their order of precedence."""
    found: dict[OfferKey, Listing] = {}
    last: dict[OfferKey, list[tuple[Feed, RemovedOffer]]] = {}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        folder = root / EVIDENCE / feed.id
        for seller in evidence_files.sellers(root, feed.id):
            if only is None or seller in only:
                models = evidence_files.models(folder / f"{seller}{evidence_files.MODELS}")
                prices = evidence_files.prices(folder / f"{seller}{evidence_files.PRICES}")
                _add(found, feed, seller, models, prices)
        for entry in evidence_files.removed(root, feed.id):
            if only is None or entry.seller in only:
                key = OfferKey(entry.seller, entry.model.model_id.lower())
                last.setdefault(key, []).append((feed, entry))
    return found | {key: _last_listing(entries) for key, entries in last.items() if key not in found}


def _last_listing(entries: Sequence[tuple[Feed, RemovedOffer]]) -> Listing:
    """The claims about an offer that no feed lists any more, on the last day that a feed did."""
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
    catalog: Catalog, rows: Rows, slug: str, offered: Mapping[OfferKey, Listing], sellers: Mapping[str, Seller]
) -> Card:
    """The card of a slug with these offers: the curated one with claims added, or one made from claims."""
    curated = catalog.cards.get(slug)
    listings = dict(sorted(offered.items(), key=lambda pair: pair[0]))
    if curated is None:
        card = _made(catalog, rows, slug, listings.values())
    else:
        held = {_offer_key(offer) for offer in curated.offers}
        kept = [_with_claims(curated, offer, listings.get(_offer_key(offer)), rows) for offer in curated.offers]
        fresh = [
            held_prices.offer(listing, *rows)._replace(
                capabilities=capabilities.unspoken(listing, curated.capabilities),
                limits=capabilities.differing_limits(listing, curated.limits),
            )
            for key, listing in listings.items()
            if key not in held
        ]
        card = curated._replace(offers=(*kept, *fresh))
    offers = (
        held_prices.answering(offer, offered.get(_offer_key(offer)), sellers.get(offer.seller)) for offer in card.offers
    )
    return card._replace(offers=tuple(offers))


def _made(catalog: Catalog, rows: Rows, slug: str, listings: Collection[Listing]) -> Card:
    """A card without an author; the offer of its own maker is first."""
    by_seller = {word.id for word in catalog.vocabulary.capabilities.values() if word.by_seller}
    provider = identity.provider_of(rows.identity, slug, catalog.providers)
    own = {seller for seller, made in rows.identity.own.items() if made == provider}
    card = held_prices.card(slug, provider, tuple(listings), own, by_seller)
    offers = (
        held_prices.offer(listing, *rows)._replace(
            capabilities=capabilities.differing(listing, card.capabilities),
            limits=capabilities.differing_limits(listing, card.limits),
        )
        for listing in listings
    )
    ordered = sorted(offers, key=lambda offer: (offer.seller not in own, offer.seller, offer.model_id))
    return card._replace(offers=tuple(ordered))


def _offer_key(offer: Offer) -> OfferKey:
    return OfferKey(offer.seller, offer.model_id.lower())


def _with_claims(card: Card, offer: Offer, listing: Listing | None, rows: Rows) -> Offer:
    """A curated offer with the claims of feeds, and with the capabilities and limits that its author left out.

    The claims are added to its newest price list; if it has none, they make one.
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
    cells = {(rate.meter, rate.when, rate.above) for rate in newest.rates}
    claims = [
        held_prices.claim(feed, price)
        for feed, prices in listing.prices.items()
        if newest.effective is None or feed.seen >= newest.effective
        for price in held_prices.in_force(prices, feed.seen)
        if (price.meter, price.when, price.above) in cells
    ]
    return offer._replace(tariffs=(*earlier, newest._replace(claims=(*newest.claims, *claims))))


def _sellers(catalog: Catalog, root: Path, listings: Iterable[OfferKey]) -> dict[str, Seller]:
    """The curated sellers and those that only feeds know, each with the claims about it."""
    unknown = sorted({key.seller for key in listings} - set(catalog.sellers))
    found = {**catalog.sellers, **{id: Seller(id, "", "unknown") for id in unknown}}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        for claim in evidence_files.seller_claims(root, feed.id):
            if claim.seller in found:
                found[claim.seller] = held_prices.seller(found[claim.seller], feed, claim)
    return {id: seller._replace(name=seller.name or id) for id, seller in found.items()}
