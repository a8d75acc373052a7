"""Models of one family beside each other."""

from __future__ import annotations

from typing import NamedTuple

from ratecard.records import Card
from ratecard.site import capabilities, links, listing, model_page
from ratecard.site.edition import Edition
from ratecard.site.listing import Row


class Line(NamedTuple):
    """One property, with its value for each model."""

    label: str
    values: tuple[str, ...]


class Comparison(NamedTuple):
    """A family: its models and what is compared."""

    family: str
    path: str
    models: tuple[Row, ...]
    lines: tuple[Line, ...]


def comparisons(edition: Edition) -> tuple[Comparison, ...]:
    """Every family of more than one model, by name."""
    names: dict[str, str] = {}
    for _, card in sorted(edition.catalog.cards.items()):
        if card.family:
            names.setdefault(links.anchor(card.family), card.family)
    families = ((name, model_page.family_members(edition, name)) for _, name in sorted(names.items()))
    return tuple(_comparison(edition, name, cards) for name, cards in families if len(cards) > 1)


def _comparison(edition: Edition, name: str, cards: list[Card]) -> Comparison:
    return Comparison(
        family=name,
        path=links.family(name),
        models=tuple(listing.row(edition, card) for card in cards),
        lines=tuple(_lines(edition, cards)),
    )


def _lines(edition: Edition, cards: list[Card]) -> list[Line]:
    spoken = [word for word in capabilities.words(edition) if any(word.id in card.capabilities for card in cards)]
    found = [Line(word.label, tuple(capabilities.value(card, None, word.id) for card in cards)) for word in spoken]
    limits = [
        {limit.label: limit.value for limit in capabilities.limits(edition, card) if not limit.seller} for card in cards
    ]
    labels = dict.fromkeys(label for held in limits for label in held)
    found += [Line(label, tuple(held.get(label, "unknown") for held in limits)) for label in labels]
    return found
