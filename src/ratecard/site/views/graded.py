"""Everything that is stated of a capability with more values than yes and no, model by model and seller by seller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ratecard.core.records import NO, UNKNOWN, YES, Capability, CapabilityWord, Card
from ratecard.site import links
from ratecard.site.edition import NOTHING_SAID, Edition, provider_name, seller_name
from ratecard.site.views.references import Reference, References, numbered


class Said(NamedTuple):
    """A value with the sellers that it holds at, none where it is the model's own."""

    value: str
    sellers: tuple[str, ...]
    note: str
    reference: Reference | None


class GradedRow(NamedTuple):
    """What a card says of a capability, and what differs from it at sellers."""

    slug: str
    name: str
    path: str
    provider: str
    own: Said
    elsewhere: tuple[Said, ...]


class Graded(NamedTuple):
    """The statements about a capability, how many models each value holds for somewhere, and their sources."""

    label: str
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
        rows=tuple(_row(edition, card, word, notes) for card in spoken),
        counts=tuple((value, values[value]) for value in word.values if value != UNKNOWN and values[value]),
        references=tuple(notes.values()),
    )


def _entries(card: Card, word: CapabilityWord) -> Iterable[Capability]:
    holders = (card.capabilities, *(offer.capabilities for offer in card.offers))
    return [holder[word.id] for holder in holders if word.id in holder]


def _row(edition: Edition, card: Card, word: CapabilityWord, notes: References) -> GradedRow:
    own = card.capabilities.get(word.id, NOTHING_SAID)
    differing: dict[Capability, dict[str, None]] = {}
    for offer in card.offers:
        there = offer.capabilities.get(word.id)
        if there is not None and there.value != own.value:
            differing.setdefault(there, {})[seller_name(edition, offer.seller)] = None
    return GradedRow(
        slug=card.slug,
        name=card.name,
        path=links.model(card.slug),
        provider=provider_name(edition, card),
        own=_said(own, (), notes),
        elsewhere=tuple(_said(entry, tuple(sellers), notes) for entry, sellers in differing.items()),
    )


def _said(entry: Capability, sellers: tuple[str, ...], notes: References) -> Said:
    return Said(entry.value, sellers, entry.note, notes.get(entry.source) if entry.source else None)
