"""Everything that is stated of a capability with more values than yes and no, model by model and seller by seller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ratecard.core.records import NO, UNKNOWN, YES, Capability, CapabilityWord, Card
from ratecard.site import links
from ratecard.site.edition import NOTHING_SAID, Edition, provider_name, seller_name
from ratecard.site.views.references import Reference, References, numbered


class Said(NamedTuple):
    """A value with the sellers that it holds at, none where it is the model's own."""

    value: str
    sellers: tuple[str, ...]
    reference: Reference | None


class GradedModel(NamedTuple):
    """A model with the address of its page."""

    slug: str
    name: str
    path: str


class GradedRow(NamedTuple):
    """Models of one maker with what their cards alike say of a capability, and what differs from it at sellers."""

    models: tuple[GradedModel, ...]
    own: Said
    elsewhere: tuple[Said, ...]


class Graded(NamedTuple):
    """The statements about a capability, how many models each value holds for somewhere, and their sources."""

    label: str
    size: int
    rows: tuple[GradedRow, ...]
    counts: tuple[tuple[str, int], ...]
    references: tuple[Reference, ...]


def is_graded(word: CapabilityWord) -> bool:
    """True if a card may say more of a capability than yes or no."""
    return not {YES, NO, UNKNOWN}.issuperset(word.values)


def graded(edition: Edition, word: CapabilityWord) -> Graded:
    """The statements about a capability by provider and name; models of which nobody says anything are left out."""
    spoken = sorted(
        (
            card
            for card in edition.catalog.cards.values()
            if any(entry.value != UNKNOWN for entry in _entries(card, word))
        ),
        key=lambda card: (provider_name(edition, card).lower(), card.name.lower(), card.slug),
    )
    notes = numbered(entry.source for card in spoken for entry in _entries(card, word) if entry.source)
    values = Counter(value for card in spoken for value in {entry.value for entry in _entries(card, word)})
    return Graded(
        label=word.label,
        size=len(spoken),
        rows=tuple(_rows(edition, spoken, word, notes)),
        counts=tuple((value, values[value]) for value in word.values if value != UNKNOWN and values[value]),
        references=tuple(notes.values()),
    )


def _entries(card: Card, word: CapabilityWord) -> Iterable[Capability]:
    holders = (card.capabilities, *(offer.capabilities for offer in card.offers))
    return [holder[word.id] for holder in holders if word.id in holder]


def _rows(edition: Edition, cards: Iterable[Card], word: CapabilityWord, notes: References) -> Iterator[GradedRow]:
    alike: dict[tuple[str, Said, tuple[Said, ...]], list[GradedModel]] = {}
    for card in cards:
        own = card.capabilities.get(word.id, NOTHING_SAID)
        differing: dict[tuple[str, Reference | None], dict[str, None]] = {}
        for offer in card.offers:
            there = offer.capabilities.get(word.id)
            if there is not None and there.value != own.value:
                key = there.value, _reference(there, notes)
                differing.setdefault(key, {})[seller_name(edition, offer.seller)] = None
        itself = Said(own.value, (), _reference(own, notes))
        elsewhere = tuple(Said(value, tuple(names), source) for (value, source), names in differing.items())
        model = GradedModel(card.slug, card.name, links.model(card.slug))
        alike.setdefault((card.provider, itself, elsewhere), []).append(model)
    for (_, itself, elsewhere), models in alike.items():
        yield GradedRow(tuple(models), itself, elsewhere)


def _reference(entry: Capability, notes: References) -> Reference | None:
    return notes.get(entry.source) if entry.source else None
