"""Lists of models by modality, capability, use case and family, and of those removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from ratecard.core import evidence, lives
from ratecard.core.catalog import retired
from ratecard.core.records import UNKNOWN, Card
from ratecard.site import links, paging
from ratecard.site.edition import Edition, priced_offer, seller_name, tariff_of
from ratecard.site.rendering import INDEX, Page
from ratecard.site.views import capabilities, charts
from ratecard.site.views.graded import Graded, graded, is_graded
from ratecard.site.views.prices import Headline
from ratecard.site.views.rows import ModelRow, model_row, row_order

#: The number of cheapest models by each meter, and the fewest that must share a meter.
CHEAPEST = 10
ENOUGH = 3
#: The number of models on a page of a list whose first page has more than the list.
SHORT = 50

Rows = Mapping[str, ModelRow]


class Topic(NamedTuple):
    """A list of models with the words of its page."""

    path: str
    title: str
    sentence: str
    slugs: Sequence[str]
    links: tuple[tuple[str, str], ...] = ()
    graded: Graded | None = None

    @property
    def size(self) -> int:
        """The number of models."""
        return len(self.slugs)


class TopicKind(NamedTuple):
    """A way of sorting models into topics."""

    path: str
    label: str
    sentence: str
    topics: Callable[[Edition], Iterator[Topic]]


class CheapestList(NamedTuple):
    """The models that cost least by one meter."""

    label: str
    unit: str
    rows: tuple[tuple[ModelRow, Headline], ...]
    others: int


class Removed(NamedTuple):
    """A model that no longer answers."""

    row: ModelRow
    successor: str
    successor_path: str


class Delisted(NamedTuple):
    """An offer that no price list carries any more."""

    name: str
    path: str
    seller: str
    model_id: str
    note: str


def pages(edition: Edition) -> Iterator[Page]:
    """The pages of every topic, and those of what was removed."""
    rows = {slug: model_row(edition, card) for slug, card in edition.catalog.cards.items()}
    for kind in KINDS:
        topics = list(kind.topics(edition))
        yield Page(f"{kind.path}{INDEX}", "topics.html", {"kind": kind, "topics": topics})
        for topic in topics:
            yield from _listed(edition, kind, topic, rows)
    yield from _removed(edition, rows)


def _listed(edition: Edition, kind: TopicKind, topic: Topic, rows: Rows) -> Iterator[Page]:
    entries = sorted((rows[slug] for slug in topic.slugs), key=row_order)
    cards = [edition.catalog.cards[slug] for slug in topic.slugs]
    cheap = cheapest(edition, cards, rows) if kind.path == "modalities/" else ()
    front = charts.context_front(edition, cards) if kind.path == "modalities/" else None
    context = {"kind": kind, "topic": topic, "cheapest": cheap, "front": front}
    size = min(SHORT, paging.SIZE) if cheap or front else None
    yield from paging.parted(topic.path, "topic.html", entries, context, size)


def modalities(edition: Edition) -> Iterator[Topic]:
    """The modalities by name."""
    for modality, cards in _gathered(edition, lambda card: [card.modality]):
        sentence = f"Every model whose work is {modality}"
        yield Topic(f"modalities/{links.anchor(modality)}/", f"Modality: {modality}", sentence, cards)


def capability_topics(edition: Edition) -> Iterator[Topic]:
    """The capabilities that any model is known to have, in the order of the pages."""
    spoken: dict[str, list[str]] = {}
    for slug, card in edition.catalog.cards.items():
        for id in capabilities.spoken_of(card):
            spoken.setdefault(id, []).append(slug)
    for word in edition.words:
        # Most capabilities are unknown for most models.
        asked = edition.catalog.cards if UNKNOWN in word.met_by else spoken.get(word.id, ())
        cards = map(edition.catalog.cards.__getitem__, asked)
        slugs = [card.slug for card in cards if capabilities.has(card, word) or capabilities.met_at(card, word)]
        if slugs:
            said = graded(edition, word) if is_graded(word) else None
            sentence = word.sentence.rstrip(".")
            yield Topic(f"capabilities/{word.id}/", f"Capability: {word.label}", sentence, slugs, graded=said)


def uses(edition: Edition) -> Iterator[Topic]:
    """The use cases of cards by name."""
    for use, cards in _gathered(edition, attrgetter("use_cases")):
        sentence = f"Models whose cards name {use} among what they are used for"
        yield Topic(f"use-cases/{links.anchor(use)}/", f"Use case: {use}", sentence, cards)


def families(edition: Edition) -> Iterator[Topic]:
    """The families of models, by name."""
    for path, cards in edition.families.items():
        name, slugs = cards[0].family, [card.slug for card in cards]
        compared = (("Side by side", path),) if len(cards) > 1 else ()
        sentence = f"Models of the {name} family"
        yield Topic(f"families/{links.anchor(name)}/", f"Family: {name}", sentence, slugs, compared)


KINDS = (
    TopicKind("modalities/", "Modalities", "Models by what they make, with the cheapest by each meter.", modalities),
    TopicKind(
        "capabilities/", "Capabilities", "Models by what they are known to do, somewhere at least.", capability_topics
    ),
    TopicKind("use-cases/", "Use cases", "Models by what their cards say they are used for.", uses),
    TopicKind("families/", "Families", "Models by the family they belong to.", families),
)  # fmt: skip


def cheapest(edition: Edition, cards: Iterable[Card], rows: Rows) -> tuple[CheapestList, ...]:
    """For each meter that enough models are charged by first, those that cost least; a meter is never mixed."""
    by_meter: dict[tuple[str, str], list[tuple[Decimal, str]]] = {}
    for card in cards:
        offer = priced_offer(edition, card)
        tariff = tariff_of(edition, offer)
        if offer is None or tariff is None or tariff.currency != "USD" or lives.ended(card, offer, edition.day):
            continue
        line = rows[card.slug].headline
        if line.prices and not line.start and not any(price.zero for price in line.prices):
            price = line.prices[0]
            by_meter.setdefault((price.label, price.unit), []).append((Decimal(price.value), card.slug))
    found = sorted(((key, sorted(held)) for key, held in by_meter.items()), key=lambda entry: -len(entry[1]))
    return tuple(
        CheapestList(
            label, unit, tuple((rows[slug], rows[slug].headline) for _, slug in held[:CHEAPEST]),
            max(0, len(held) - CHEAPEST),
        )
        for (label, unit), held in found if len(held) >= ENOUGH
    )  # fmt: skip


def _gathered(edition: Edition, words: Callable[[Card], Iterable[str]]) -> Iterator[tuple[str, list[str]]]:
    """Slugs by each of their words, words that share an address under the first of them."""
    found: dict[str, tuple[str, list[str]]] = {}
    for slug, card in sorted(edition.catalog.cards.items()):
        for word in dict.fromkeys(words(card)):
            held = found.setdefault(links.anchor(word), (word, []))[1]
            if slug not in held[-1:]:
                held.append(slug)
    yield from (found[address] for address in sorted(found))


def _removed(edition: Edition, rows: Rows) -> Iterator[Page]:
    cards = edition.catalog.cards
    entries = [
        Removed(rows[slug], card.replaced_by, links.model(card.replaced_by) if card.replaced_by in cards else "")
        for slug, card in sorted(cards.items())
        if retired(card, edition.day)
    ]
    entries.sort(key=lambda entry: entry.row.retired, reverse=True)
    lost = [
        Delisted(card.name, links.model(card.slug), seller_name(edition, offer.seller), offer.model_id, offer.note)
        for _, card in sorted(cards.items())
        for offer in card.offers
        if evidence.delisted(offer)
    ]
    yield from paging.parted("removed/", "removed.html", entries, {"lost": lost})
