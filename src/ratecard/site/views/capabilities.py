"""Capabilities and limits of a model, by seller where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from ratecard.core import display
from ratecard.core.records import UNKNOWN, Capability, CapabilityWord, Card, Limits, Offer
from ratecard.site.edition import NOTHING_SAID, Edition, capability_of, seller_name
from ratecard.site.views.references import Reference, References

MASK = "mask"
#: The most capabilities that a page calls strengths.
MAX_STRENGTHS = 6
#: The most capabilities that a list names; the others are counted.
MAX_NAMED = 3


class Difference(NamedTuple):
    """A seller's capability that differs from the card's."""

    seller: str
    value: str
    note: str
    reference: Reference | None


class CapabilityRow(NamedTuple):
    """One capability: its value, where it was read, and the sellers that differ."""

    label: str
    sentence: str
    value: str
    note: str
    reference: Reference | None
    differences: tuple[Difference, ...]


class LimitRow(NamedTuple):
    """One limit of a call, and the seller it is for where it is not the card's."""

    label: str
    value: str
    seller: str


_LABELS: Mapping[str, str] = {
    "sizes": "Sizes",
    "resolutions": "Resolutions",
    "aspect_ratios": "Aspect ratios",
    "min_side": "Least width and height",
    "max_side": "Greatest width and height",
    "multiple_of": "Width and height in steps of",
    "min_pixels": "Least pixels",
    "max_pixels": "Most pixels",
    "max_aspect": "Greatest ratio of the sides",
    "max_images": "Images per call",
    "max_reference_images": "Images taken in per call",
    "max_steps": "Steps",
    "max_prompt_characters": "Characters in a prompt",
    "max_upload_bytes": "Largest upload",
    "output_formats": "File formats",
    "response_formats": "Response formats",
    "context_tokens": "Context window in tokens",
    "max_output_tokens": "Longest answer in tokens",
}


def rows(edition: Edition, card: Card, references: References) -> tuple[CapabilityRow, ...]:
    """Every capability that the card or one of its offers declares."""
    spoken = spoken_of(card)
    return tuple(_row(edition, card, word, references) for word in edition.words if word.id in spoken)


def unspoken(edition: Edition, card: Card) -> tuple[str, ...]:
    """The labels of capabilities that are unknown here but known for other models of the modality."""
    silent = edition.topics.get(card.modality, frozenset()) - spoken_of(card)
    return tuple(word.label for word in edition.words if word.id in silent)


def named(edition: Edition, card: Card) -> tuple[str, ...]:
    """The leading capabilities a model has, and how many more."""
    said = card.capabilities.keys() - {MASK}
    held = [word.label for word in edition.words if word.id in said and has(card, word)]
    more = [f"+{len(held) - MAX_NAMED}"] if len(held) > MAX_NAMED else []
    return tuple(held[:MAX_NAMED] + more)


def has(card: Card, word: CapabilityWord) -> bool:
    """True if the card declares a capability."""
    return card.capabilities.get(word.id, NOTHING_SAID).value in word.met_by


def met_at(card: Card, word: CapabilityWord) -> list[str]:
    """The sellers where a need for this capability is met."""
    met = (offer.seller for offer in card.offers if capability_of(card, offer, word.id).value in word.met_by)
    return list(dict.fromkeys(met))


def strengths(edition: Edition, card: Card) -> tuple[str, ...]:
    """What the author names, else the context and what the model can do itself, in the order of the vocabulary."""
    context = card.limits.context_tokens
    size = [f"Context of {display.quantity(context)} tokens"] if context else []
    own = (word.label for word in edition.words if not word.by_seller and _can(card, word))
    return card.strengths or (*size, *islice(own, MAX_STRENGTHS))


def use_cases(edition: Edition, card: Card) -> tuple[str, ...]:
    """What the author names, else what models of its kind and capabilities are used for."""
    words = edition.catalog.vocabulary
    fitting = (use for use in words.use_cases.values() if (card.kind or card.modality) in use.kinds)
    met = (use.label for use in fitting if all(_can(card, words.capabilities[need]) for need in use.needs))
    return card.use_cases or tuple(sorted(met))


def _can(card: Card, word: CapabilityWord) -> bool:
    return has(card, word) or bool(met_at(card, word))


def value(card: Card, offer: Offer | None, word: str) -> str:
    """The value of a capability where an offer is called."""
    return capability_of(card, offer, word).value


def limits(edition: Edition, card: Card) -> tuple[LimitRow, ...]:
    """The limits of the card, then those in which its offers differ."""
    found = list(limits_of(card.limits))
    for offer in card.offers:
        found += limits_of(offer.limits, seller_name(edition, offer.seller))
    return tuple(found)


def limits_of(held: Limits, seller: str = "") -> tuple[LimitRow, ...]:
    """The limits that are stated, as those of a seller if it is named."""
    if not any(held):
        return ()
    stated = ((name, label, getattr(held, name)) for name, label in _LABELS.items())
    return tuple(LimitRow(label, _limit_text(name, limit), seller) for name, label, limit in stated if limit)


def said_at(edition: Edition, offer: Offer, references: References) -> tuple[tuple[str, Difference], ...]:
    """The capabilities that an offer declares itself, by label."""
    labels = {word.id: word.label for word in edition.words}
    shop = seller_name(edition, offer.seller)
    return tuple(
        (labels.get(id, id), Difference(shop, entry.value, entry.note, _reference(entry, references)))
        for id, entry in sorted(offer.capabilities.items())
    )


def spoken_of(card: Card) -> frozenset[str]:
    """The ids of capabilities that the card or one of its offers declares."""
    holders = (card.capabilities, *(offer.capabilities for offer in card.offers))
    return frozenset(id for holder in holders for id, entry in holder.items() if entry.value != UNKNOWN)


def _row(edition: Edition, card: Card, word: CapabilityWord, references: References) -> CapabilityRow:
    entry = capability_of(card, None, word.id)
    return CapabilityRow(
        label=word.label,
        sentence=word.sentence,
        value=entry.value,
        note=entry.note,
        reference=_reference(entry, references),
        differences=tuple(
            Difference(seller_name(edition, offer.seller), there.value, there.note, _reference(there, references))
            for offer in card.offers
            if (there := offer.capabilities.get(word.id))
        ),
    )


def _reference(entry: Capability, references: References) -> Reference | None:
    return references.get(entry.source) if entry.source else None


def _limit_text(name: str, limit: object) -> str:
    match limit:
        case tuple():
            return ", ".join(str(word) for word in limit)
        case int() if name == "max_upload_bytes":
            return display.file_size(limit)
        case int() | Decimal():
            return display.quantity(limit)
        case _:
            return str(limit)
