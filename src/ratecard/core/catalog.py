"""The catalog, and lookup of cards by slug, alias or a seller's model id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ratecard.core.errors import MAX_SUGGESTIONS, UnknownModel, UnknownSeller, near
from ratecard.core.records import Card, Collection, Decision, Feed, Offer, Provider, Seller, Vocabulary


class Catalog(NamedTuple):
    """All published records, by id.

    `names` maps each alias and seller's model id that identifies exactly one card to that card's slug.
    The mappings are read-only and may load on demand.
    """

    cards: Mapping[str, Card]
    sellers: Mapping[str, Seller]
    providers: Mapping[str, Provider]
    collections: Mapping[str, Collection]
    vocabulary: Vocabulary
    names: Mapping[str, str]
    feeds: Mapping[str, Feed] = {}
    decisions: Mapping[str, Decision] = {}
    digest: str = ""


def find(catalog: Catalog, name: str) -> Card:
    """The card with this slug, alias or seller's model id.

    Raises `UnknownModel` with up to five similar names for anything else: a similar name is suggested,
    never priced.
    """
    card = catalog.cards.get(name) or catalog.cards.get(catalog.names.get(name, ""))
    if card is None:
        raise UnknownModel(name, suggestions(catalog, name))
    return card


def offer_of(card: Card, seller: str | None = None, name: str = "") -> Offer | None:
    """The offer with model id `name` at a seller (or at any), or else the first offer there.

    The card's slug and aliases select an offer only together with a seller, since gateways use the same
    names as model ids. None if the card has no offer. Raises `UnknownSeller` if the seller has none.
    """
    offers = [offer for offer in card.offers if seller in (None, offer.seller)]
    if seller is not None and not offers:
        raise UnknownSeller(card.slug, seller, sorted({offer.seller for offer in card.offers}))
    if seller is None and name in (card.slug, *card.aliases):
        name = ""
    return next((offer for offer in offers if offer.model_id == name), offers[0] if offers else None)


def names_of(cards: Iterable[Card]) -> dict[str, str]:
    """The slug for each alias or model id that identifies exactly one card."""
    owners: dict[str, set[str]] = {}
    for card in cards:
        for name in (*card.aliases, *(offer.model_id for offer in card.offers)):
            owners.setdefault(name, set()).add(card.slug)
    return {name: slug for name, slugs in sorted(owners.items()) if len(slugs) == 1 for slug in slugs if name != slug}


def suggestions(catalog: Catalog, name: str) -> list[str]:
    """Up to five slugs similar to `name`, most similar first."""
    known = {slug: slug for slug in catalog.cards} | dict(catalog.names)
    wanted = name.lower()
    matches = near(wanted, [*known, *(slug.rsplit("/", 1)[-1] for slug in catalog.cards)])
    tails = {slug.rsplit("/", 1)[-1]: slug for slug in catalog.cards}
    inside = [slug for slug in catalog.cards if len(wanted) > 2 and wanted in slug]
    found = [known.get(match) or tails[match] for match in matches] + sorted(inside, key=len)
    return list(dict.fromkeys(found))[:MAX_SUGGESTIONS]


def event_date(card: Card, event: str) -> date | None:
    """The date of a lifecycle event, or None if unknown."""
    return next((entry.date for entry in card.lifecycle if entry.event == event), None)


def retired(card: Card, day: date) -> bool:
    """True if the model is retired on this day."""
    end = event_date(card, "retired")
    return end is not None and end <= day
