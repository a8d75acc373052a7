"""The catalog: cards and their words, found by slug, alias or a seller's own model id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ratecard.core.errors import MAX_SUGGESTIONS, UnknownModel, UnknownSeller, near
from ratecard.core.records import Card, Collection, Decision, Feed, Offer, Provider, Seller, Vocabulary


class Catalog(NamedTuple):
    """Everything that is published, each kind by its id.

    `names` leads from every alias and every seller's model id that means exactly one card to that
    card's slug. The mappings may read on demand; nothing here changes them.
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

    Raises `UnknownModel`, with up to five near names, for anything else: a near name is suggested,
    never priced.
    """
    card = catalog.cards.get(name) or catalog.cards.get(catalog.names.get(name, ""))
    if card is None:
        raise UnknownModel(name, suggestions(catalog, name))
    return card


def offer_of(card: Card, seller: str | None = None, name: str = "") -> Offer | None:
    """The offer of one seller, or of any, that is called `name` there; else the first of them.

    A card's own slug or alias names no offer unless a seller is given too, since gateways call models
    by the same words. None where nobody sells the card. Raises `UnknownSeller` where that seller does not.
    """
    offers = [offer for offer in card.offers if seller in (None, offer.seller)]
    if seller is not None and not offers:
        raise UnknownSeller(card.slug, seller, sorted({offer.seller for offer in card.offers}))
    if seller is None and name in (card.slug, *card.aliases):
        name = ""
    return next((offer for offer in offers if offer.model_id == name), offers[0] if offers else None)


def names_of(cards: Iterable[Card]) -> dict[str, str]:
    """Every further name that means exactly one card, with its slug."""
    owners: dict[str, set[str]] = {}
    for card in cards:
        for name in (*card.aliases, *(offer.model_id for offer in card.offers)):
            owners.setdefault(name, set()).add(card.slug)
    return {name: slug for name, slugs in sorted(owners.items()) if len(slugs) == 1 for slug in slugs if name != slug}


def suggestions(catalog: Catalog, name: str) -> list[str]:
    """Up to five slugs that someone who wrote `name` may have meant, the nearest first."""
    known = {slug: slug for slug in catalog.cards} | dict(catalog.names)
    wanted = name.lower()
    matches = near(wanted, [*known, *(slug.rsplit("/", 1)[-1] for slug in catalog.cards)])
    tails = {slug.rsplit("/", 1)[-1]: slug for slug in catalog.cards}
    inside = [slug for slug in catalog.cards if len(wanted) > 2 and wanted in slug]
    found = [known.get(match) or tails[match] for match in matches] + sorted(inside, key=len)
    return list(dict.fromkeys(found))[:MAX_SUGGESTIONS]


def event_date(card: Card, event: str) -> date | None:
    """The day of an event in a model's life, or None where it is not known."""
    return next((entry.date for entry in card.lifecycle if entry.event == event), None)


def retired(card: Card, day: date) -> bool:
    """Whether the model no longer answers on this day."""
    end = event_date(card, "retired")
    return end is not None and end <= day
