"""Compares the models of a family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ratecard.core.records import Card
from ratecard.site.edition import Edition
from ratecard.site.views import capabilities
from ratecard.site.views.rows import ModelRow, model_row


class ComparisonLine(NamedTuple):
    """One property, with its value for each model."""

    label: str
    values: tuple[str, ...]


class Comparison(NamedTuple):
    """A family: its models and what is compared."""

    family: str
    path: str
    models: tuple[ModelRow, ...]
    lines: tuple[ComparisonLine, ...]


def comparisons(edition: Edition) -> tuple[Comparison, ...]:
    """Every family of more than one model, by name."""
    return tuple(
        Comparison(
            family=cards[0].family,
            path=path,
            models=tuple(model_row(edition, card) for card in cards),
            lines=tuple(_lines(edition, cards)),
        )
        for path, cards in edition.families.items()
        if len(cards) > 1
    )


def _lines(edition: Edition, cards: Sequence[Card]) -> list[ComparisonLine]:
    spoken = [word for word in edition.words if any(word.id in card.capabilities for card in cards)]
    found = [
        ComparisonLine(word.label, tuple(capabilities.value(card, None, word.id) for card in cards)) for word in spoken
    ]
    limits = [
        {limit.label: limit.value for limit in capabilities.limits(edition, card) if not limit.seller} for card in cards
    ]
    labels = dict.fromkeys(label for held in limits for label in held)
    found += [ComparisonLine(label, tuple(held.get(label, "unknown") for held in limits)) for label in labels]
    return found
