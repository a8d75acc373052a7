"""Merges the cards with the offers that feeds claim of their models.

What an author wrote is never overwritten: claims are added to authored prices, and become prices only where no
author wrote any. An offer that no card claims is unplaced.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from ratecard.cards import yaml_tree
from ratecard.cards.layout import EVIDENCE, FACTS, METERS
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Card, Feed, Offer, Seller
from ratecard.market import (
    benchmarks,
    capabilities,
    evidence_files,
    held_prices,
    identity,
    lifecycle,
    preference,
    price_lists,
    verifications,
)
from ratecard.market.capabilities import Implied
from ratecard.market.evidence_files import ModelClaim, PriceClaim, RemovedOffer
from ratecard.market.held_prices import Rows
from ratecard.market.identity import Identity, Joiner
from ratecard.market.listings import Listing, OfferKey, is_stepped, joined, with_prices_of
from ratecard.market.policy import ledger_of
from ratecard.market.price_lists import Asked

#: The kinds of sellers that serve a model with closed weights as its maker does, or pass calls on to it.
PASSING_ON = frozenset({"cloud", "gateway"})


def market(catalog: Catalog, root: Path) -> Catalog:
    """The catalog with all claims of the feeds under `root`.

    Raises `BadCatalog` for a file of claims that cannot be read.
    """
    rows = _rows(catalog, root)
    listed = dict(sorted(listings(catalog, root).items()))
    placed, left = _placed(Joiner(rows.identity, catalog.cards.values()), listed, listed)
    sellers = _sellers(catalog, root, rows.identity, listed)
    scores = benchmarks.read(root, catalog.cards)
    cards = {
        slug: _card(card, rows, placed.get(slug, {}), sellers)._replace(benchmarks=scores.get(slug, ()))
        for slug, card in sorted(catalog.cards.items())
    }
    scaled = scaled_prices(cards.values(), rows.scaling)
    sellers = {id: seller._replace(scaled=scaled.get(id, {})) for id, seller in sellers.items()}
    return catalog._replace(
        cards=cards,
        unplaced={
            f"{key.seller}/{found.model_id}": lifecycle.with_life(held_prices.offer(found, rows), found)
            for key, found in left.items()
        },
        sellers=sellers,
        names=names_of(cards.values()),
    )


def scaled_prices(cards: Iterable[Card], scaling: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """By seller and meter, the facts that raise or lower a price in any price list of these cards."""
    facts = frozenset(scaling)
    found: dict[str, dict[str, set[str]]] = {}
    for offer in (offer for card in cards for offer in card.offers):
        for tariff in offer.tariffs:
            meters = tuple({rate.meter for rate in tariff.rates})
            changes = ((change.meters or meters, change.when) for change in tariff.adjustments)
            for named, when in (*(((rate.meter,), rate.when) for rate in tariff.rates), *changes):
                for fact in facts.intersection(fact for fact, _ in when):
                    for meter in named:
                        found.setdefault(offer.seller, {}).setdefault(meter, set()).add(fact)
    return {
        seller: {meter: tuple(sorted(held)) for meter, held in sorted(meters.items())}
        for seller, meters in sorted(found.items())
    }


#: The listings of a card, each with the facts by which it differs from the plain model.
Offered = Mapping[OfferKey, tuple[Listing, Mapping[str, str]]]


def _placed(
    joiner: Joiner, listings: Mapping[OfferKey, Listing], ids: Iterable[OfferKey]
) -> tuple[dict[str, Offered], dict[OfferKey, Listing]]:
    """The listings by the slug of their card, one for each id however spelled, and those that no card claims.

    `ids` are all of their sellers' ids, which show whether a seller writes them as paths.
    """
    paths: dict[str, int] = {}
    for seller, id in ids:
        paths[seller] = paths.get(seller, 0) + (1 if "/" in id else -1)
    spelled: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], list[Listing]] = {}
    left: dict[OfferKey, Listing] = {}
    for key, listing in listings.items():
        found = joiner.placed(listing.seller, listing.model_id, listing.seen)
        if found is None:
            left[key] = listing
        else:
            of = (found.slug, listing.seller, found.name, tuple(found.facts.items()))
            spelled.setdefault(of, []).append(listing)
    placed: dict[str, dict[OfferKey, tuple[Listing, Mapping[str, str]]]] = {}
    for (slug, seller, name, facts), same in spelled.items():
        for listing in joined(same, name, as_path=paths[seller] > 0):
            placed.setdefault(slug, {})[OfferKey(seller, listing.model_id.lower())] = listing, dict(facts)
    return {**placed}, left


def slugs_of(catalog: Catalog, root: Path, offered: Iterable[OfferKey], day: date) -> dict[OfferKey, str]:
    """The card of each of some offers on a day, empty where no card claims it."""
    joiner = Joiner(identity.read(root), catalog.cards.values())
    found = {offer: joiner.placed(*offer, day) for offer in offered}
    return {offer: placed.slug if placed else "" for offer, placed in sorted(found.items())}


def rejoined(catalog: Catalog, root: Path, card: Card, keys: Iterable[OfferKey]) -> Card:
    """A card that changed, merged again with the claims about the offers with these keys."""
    wanted = set(keys)
    rows = _rows(catalog, root)
    listed = listings(catalog, root, wanted)
    offered = {key: found for key, found in sorted(listed.items()) if key in wanted}
    placed, _ = _placed(Joiner(rows.identity, [card]), offered, listed)
    scores = benchmarks.read(root, catalog.cards.keys())
    joined = _card(card, rows, placed.get(card.slug, {}), catalog.sellers)
    return joined._replace(benchmarks=scores.get(card.slug, ()))


def _rows(catalog: Catalog, root: Path) -> Rows:
    """The rows that every card needs; the order of meters and facts is read from their files, as databases lack it."""
    order = {meter: position for position, meter in enumerate(_written(root / METERS))}
    implied = {word.id: word.implied_by for word in catalog.vocabulary.capabilities.values() if word.implied_by}
    plans = frozenset(seller.id for seller in catalog.sellers.values() if seller.kind == "subscription")
    newest = max((feed.seen for feed in catalog.feeds.values()), default=date.min)
    scales = (fact.id for fact in catalog.vocabulary.facts.values() if fact.scales)
    scaling = tuple(sorted(scales, key=_written(root / FACTS).index))
    return Rows(identity.read(root), ledger_of(catalog.decisions.values()), order, implied, plans, scaling, newest)


def _written(file: Path) -> list[str]:
    """The words of a vocabulary file as they are written."""
    tree, _ = yaml_tree.parse(file.read_bytes())
    assert isinstance(tree.value, dict)
    return list(tree.value)


def listings(catalog: Catalog, root: Path, only: Collection[OfferKey] | None = None) -> dict[OfferKey, Listing]:
    """Every offer in the feeds with each feed's claims, in their order of precedence.

    Where `only` some offers are asked for, those of their sellers are found, and what is said of these alone.
    """
    shops = None if only is None else {key.seller for key in only}
    found: dict[OfferKey, Listing] = {}
    last: dict[OfferKey, list[tuple[Feed, RemovedOffer]]] = {}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        folder = root / EVIDENCE / feed.id
        for seller in evidence_files.sellers(root, feed.id):
            if shops is None or seller in shops:
                own = seller in feed.reads
                there = feed._replace(rank=price_lists.FIRST, keeps_ended=False) if own else feed
                ids = None if only is None else {key.model_id for key in only if key.seller == seller}
                models = evidence_files.models(folder / f"{seller}{evidence_files.MODELS}", ids)
                prices = evidence_files.prices(folder / f"{seller}{evidence_files.PRICES}", ids)
                _add(found, there, seller, models, prices)
        for entry in evidence_files.removed(root, feed.id):
            if shops is None or entry.seller in shops:
                key = OfferKey(entry.seller, entry.model.model_id.lower())
                last.setdefault(key, []).append((feed, entry))
    for key in found.keys() & last.keys():
        _keep_ends(found[key], last[key])
    found |= {key: _last_listing(entries) for key, entries in last.items() if key not in found}
    _add_readings(found, root, max((feed.seen for feed in catalog.feeds.values()), default=date.min))
    return found


def _add_readings(found: Mapping[OfferKey, Listing], root: Path, newest: date) -> None:
    """Adds what sellers' own pages say of listed offers."""
    for key, page, prices in verifications.pages(root, newest):
        if key in found:
            found[key].prices.setdefault(page, []).extend(prices)


def _keep_ends(listing: Listing, dropped: Sequence[tuple[Feed, RemovedOffer]]) -> None:
    """Adds the ends that feeds stated of an offer that they dropped since, while others still list it."""
    for feed, entry in dropped:
        if entry.model.retired:
            stated = ModelClaim(listing.model_id, retired=entry.model.retired)
            listing.models.setdefault(_as_of(feed, entry.last_seen), []).append(stated)


def _as_of(feed: Feed, day: date) -> Feed:
    """A feed as it was on an earlier day."""
    return feed._replace(seen=day, version=f"as of {day}")


def _last_listing(entries: Sequence[tuple[Feed, RemovedOffer]]) -> Listing:
    """The claims about an offer that no feed lists any more, on the last day that a feed did."""
    day = max(entry.last_seen for _, entry in entries)
    first = entries[0][1]
    listing = Listing(first.seller, first.model.model_id, {}, {})
    for feed, entry in entries:
        if entry.last_seen == day:
            then = _as_of(feed, day)
            listing.models.setdefault(then, []).append(entry.model)
            listing.prices.setdefault(then, []).extend(entry.prices)
    return listing._replace(gone=tuple(listing.models))


def _add(
    found: dict[OfferKey, Listing], feed: Feed, seller: str, models: Iterable[ModelClaim], prices: Iterable[PriceClaim]
) -> None:
    def listing(id: str) -> Listing:
        return found.setdefault(OfferKey(seller, id.lower()), Listing(seller, id, {}, {}))

    for id, stated in groupby(models, attrgetter("model_id")):
        listing(id).models.setdefault(feed, []).extend(stated)
    for id, asked in groupby(prices, attrgetter("model_id")):
        listing(id).prices.setdefault(feed, []).extend(asked)


def _card(card: Card, rows: Rows, offered: Offered, sellers: Mapping[str, Seller]) -> Card:
    """A card with the offers that feeds list, the default one first."""
    offered = _billed(card, _with_doors(offered, sellers), rows)
    listings = {OfferKey(one.seller, id.lower()): one for one, _ in offered.values() for id in (one.model_id, *one.ids)}
    authored = [listings.get(_offer_key(offer)) for offer in card.offers]
    stated = [_with_sellers_word(card, offer, sellers) for offer in card.offers]
    own = {seller for seller, provider in rows.identity.own.items() if provider == card.provider}
    asked = held_prices.asked([listing for listing, _ in offered.values()], own)
    kept = [
        offer._replace(tariffs=held_prices.aged(offer.tariffs, rows.newest))
        for offer in (
            _with_claims(card, offer, found, rows, asked) for offer, found in zip(stated, authored, strict=True)
        )
    ]
    fresh = [
        _fresh(card, listing, rows, asked, sellers)._replace(facts=facts)
        for listing, facts in offered.values()
        if listing not in authored
    ]
    sure = held_prices.without_outliers([*kept, *fresh], rows.newest)
    kept, fresh = sure[: len(kept)], sure[len(kept) :]
    answered = (
        held_prices.answering(offer, listings.get(_offer_key(offer)), sellers.get(offer.seller))
        for offer in preference.ordered(card.slug, kept, fresh, own, sellers)
    )

    def listing_of(offer: Offer) -> Listing | None:
        return listings.get(_offer_key(offer))

    living = lifecycle.with_lives(card._replace(offers=tuple(answered)), listing_of, own)
    living = lifecycle.ended_elsewhere(living, listing_of, sellers)
    return _with_makers_word(living, listings, own, sellers, rows.implied)


#: The kinds of models that are billed by what they draw; a zero for their tokens is a gap of a list.
DRAWING = frozenset({"image", "video"})
TOKENS = "_tokens"


def _billed(card: Card, offered: Offered, rows: Rows) -> Offered:
    """The listings of a card without zeros for the tokens of a model that draws, unless an id or a plan is free."""

    def priced(listing: Listing) -> Listing:
        if listing.seller in rows.plans or listing.model_id.endswith(rows.identity.free):
            return listing
        prices = {
            feed: [price for price in stated if price.price or not price.meter.endswith(TOKENS)]
            for feed, stated in listing.prices.items()
        }
        return listing._replace(prices={feed: stated for feed, stated in prices.items() if stated})

    if card.modality not in DRAWING:
        return offered
    return {key: (priced(listing), facts) for key, (listing, facts) in offered.items()}


def _with_doors(offered: Offered, sellers: Mapping[str, Seller]) -> Offered:
    """The listings of a card, with the steps of prompt length that lists state at one door of a seller alone.

    Where an id costs the same at a seller and at a further door of it with the same page of prices (`bedrock-mantle`),
    lists that only know one of the two speak for both.
    """
    found = dict(offered)
    for door, (listing, facts) in offered.items():
        host = sellers[door.seller].host if door.seller in sellers else ""
        main = OfferKey(host, door.model_id)
        if main not in offered or sellers[host].prices_url != sellers[door.seller].prices_url:
            continue
        house, other = offered[main]
        if is_stepped(listing) != is_stepped(house) and held_prices.cost_alike(listing, house):
            found[door] = with_prices_of(listing, house), facts
            found[main] = with_prices_of(house, listing), other
    return found


def _with_sellers_word(card: Card, offer: Offer, sellers: Mapping[str, Seller]) -> Offer:
    """A curated offer with what its seller's reference states, where the card's author says nothing of the offer."""
    said = capabilities.of_calls(sellers.get(offer.seller), card.modality, (offer.model_id, *offer.ids))
    return offer._replace(capabilities={**said, **offer.capabilities}) if said else offer


def _fresh(card: Card, listing: Listing, rows: Rows, asked: Asked, sellers: Mapping[str, Seller]) -> Offer:
    """An offer that only feeds list, with what its seller's reference states of it."""
    said = capabilities.of_calls(sellers.get(listing.seller), card.modality, (listing.model_id, *listing.ids))
    claimed = capabilities.unspoken(listing, rows.implied, card.capabilities, said)
    limits = capabilities.differing_limits(listing, card.limits)
    return held_prices.offer(listing, rows, asked)._replace(capabilities={**said, **claimed}, limits=limits)


def _with_makers_word(
    card: Card,
    listings: Mapping[OfferKey, Listing],
    own: Container[str],
    sellers: Mapping[str, Seller],
    implied: Implied,
) -> Card:
    """A card whose offers have what its maker states of its own, where the maker or its cloud answers the calls."""
    keys = (_offer_key(offer) for offer in card.offers if offer.seller in own)
    makers = next((listings[key] for key in keys if key in listings), None)
    if makers is None or card.licence.weights != lifecycle.CLOSED:
        return card
    stated = capabilities.stated(makers, implied)
    offers = (
        capabilities.with_makers(offer, stated, card.capabilities)
        if offer.seller in own or sellers[offer.seller].kind in PASSING_ON
        else offer
        for offer in card.offers
    )
    return card._replace(offers=tuple(offers))


def _offer_key(offer: Offer) -> OfferKey:
    return OfferKey(offer.seller, offer.model_id.lower())


def _with_claims(card: Card, offer: Offer, listing: Listing | None, rows: Rows, asked: Asked) -> Offer:
    """A curated offer with the claims of feeds, and with the capabilities and limits that its author left out.

    The claims are added to its newest price list; if it has none, they make one.
    """
    if listing is None or (listing.gone and offer.tariffs):
        return offer
    said = capabilities.unspoken(listing, rows.implied, card.capabilities, offer.capabilities)
    limits = capabilities.completed(offer.limits, listing, card.limits)
    offer = offer._replace(capabilities={**offer.capabilities, **said}, limits=limits)
    if not offer.tariffs:
        note = "; ".join(filter(None, (held_prices.note(listing), offer.note)))
        return offer._replace(tariffs=held_prices.tariffs(listing, rows, asked), note=note)
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


def _sellers(catalog: Catalog, root: Path, rows: Identity, listings: Iterable[OfferKey]) -> dict[str, Seller]:
    """The curated sellers and those that only feeds know, each with its names in feeds and the claims about it."""
    unknown = sorted({key.seller for key in listings} - set(catalog.sellers))
    found = {**catalog.sellers, **{id: Seller(id, "", "unknown") for id in unknown}}
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        for claim in evidence_files.seller_claims(root, feed.id):
            if claim.seller in found:
                found[claim.seller] = held_prices.seller(found[claim.seller], feed, claim)
    names: dict[str, set[str]] = {id: set(seller.names) for id, seller in found.items()}
    for name, seller in rows.sellers.items():
        names.setdefault(seller, set()).add(name)
    return {
        id: seller._replace(name=seller.name or id, names=tuple(sorted(names[id] - {id})))
        for id, seller in found.items()
    }
