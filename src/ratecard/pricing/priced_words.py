"""The words that a model has prices of: its meters, as people count them, and its facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ratecard.core.errors import listed
from ratecard.core.evidence import tariff_at
from ratecard.core.records import Card, Offer, Vocabulary


def priced_by(card: Card, offer: Offer | None, vocabulary: Vocabulary, at: datetime) -> str:
    """An example of a quantity of a model, and what it is priced by."""
    items, facts = priced_words(offer, vocabulary, at)
    first = items[0] if items else "images"
    example = 1000 if first in vocabulary.meters and vocabulary.meters[first].per > 1 else 1
    return f", such as {first}={example}{has_prices(card.slug, items, facts)}"


def has_prices(slug: str, items: Sequence[str], facts: Sequence[str]) -> str:
    """What a model has prices of, as the end of a sentence; empty if that is not known."""
    if not items:
        return ""
    goes_by = f", which go by {listed(facts, 'and')}" if facts else ""
    return f"; {slug} has prices of {listed(items, 'and')}{goes_by}"


def priced_words(offer: Offer | None, vocabulary: Vocabulary, at: datetime) -> tuple[list[str], list[str]]:
    """The meters that the price list of an offer has prices of, as people count them, and the facts it asks for."""
    tariff = tariff_at(offer, at.date()) if offer else None
    if tariff is None:
        return [], []
    items: dict[str, None] = {}
    facts: dict[str, None] = {fact: None for rate in tariff.rates for fact, _ in sorted(rate.when)}
    for rate in tariff.rates:
        reading = vocabulary.meters[rate.meter].reading
        items[reading.of if reading else rate.meter] = None
        facts.update((factor.rpartition(" of ")[2], None) for factor in (reading.times if reading else ()))
    facts.update((fact, None) for change in tariff.adjustments for fact, _ in sorted(change.when))
    return list(items), list(facts)
