"""Selects the models of a collection by its query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ratecard.core.catalog import Catalog, event_date, retired
from ratecard.core.evidence import price_status, tariff_at
from ratecard.core.records import Card, Collection
from ratecard.site.views import capabilities


def members(collection: Collection, catalog: Catalog, day: date) -> tuple[Card, ...]:
    """The models of a collection on a day, by slug."""
    cards = [card for _, card in sorted(catalog.cards.items()) if belongs(card, collection, catalog, day)]
    return tuple(newest_per_provider(cards) if collection.newest_per_provider else cards)


def belongs(card: Card, collection: Collection, catalog: Catalog, day: date) -> bool:
    """True if a model meets every condition of the query that concerns it alone."""
    return (
        (not collection.modality or card.modality == collection.modality)
        and (not collection.lifecycle or retired(card, day) == (collection.lifecycle == "retired"))
        and all(_meets(card, need, catalog) for need in collection.needs)
        and (not collection.price_status or not statuses(card, day).isdisjoint(collection.price_status))
    )


def statuses(card: Card, day: date) -> set[str]:
    """The status of each of the model's prices on a day."""
    return {price_status(tariff_at(offer, day)) for offer in card.offers}


def born(card: Card) -> date | None:
    """The day a model was released, or if unknown, first listed."""
    return event_date(card, "released") or event_date(card, "listed")


def newest_per_provider(cards: Iterable[Card]) -> list[Card]:
    """The newest dated model of each provider; models without a date cannot be the newest."""
    newest: dict[str, Card] = {}
    for card in cards:
        best = newest.get(card.provider)
        if born(card) and (best is None or _age(card) > _age(best)):
            newest[card.provider] = card
    return sorted(newest.values(), key=lambda card: card.slug)


def _age(card: Card) -> date:
    return born(card) or date.min


def _meets(card: Card, need: str, catalog: Catalog) -> bool:
    word = catalog.vocabulary.capabilities.get(need)
    if word is None:
        return False
    return bool(capabilities.met_at(card, word)) or (not card.offers and capabilities.has(card, word))
