"""The guide to a modality: its calls and their parameters, its meters and prices, and what changes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display, evidence, lives
from ratecard.core.records import (
    UNKNOWN,
    Card,
    Endpoint,
    Meter,
    Offer,
    Rate,
    RequestParameter,
    Seller,
    Tariff,
    Vocabulary,
)
from ratecard.site import links
from ratecard.site.edition import Edition, capability_of, provider_name, seller_name, seller_of, tariff_of
from ratecard.site.views import capabilities, cheapest, collection_sql, collections, guide_words, snippets
from ratecard.site.views.guide_words import Words
from ratecard.site.views.references import Reference, References, numbered
from ratecard.site.views.rows import ModelRow, model_row, model_rows
from ratecard.site.views.snippets import Code

#: The number of cheapest models in a guide; their collection has the others.
CHOICES = 10
#: How many digits of a price an overview shows.
DIGITS = 4
#: The number of values that are named; the others are counted.
VALUES = 8
#: Any seller, where the catalog knows none that answers a call.
ANY_SELLER = Seller("", "any seller", "", base_url="https://api.seller.example/v1", key_placeholder="YOUR_KEY")
ANY_MODEL = "MODEL"
#: The capabilities of models that work from a picture.
EDITING = ("image-to-image", "edit")


class Shown(NamedTuple):
    """A call as it is written, and the parameters it may carry."""

    label: str
    address: str
    content_type: str
    curl: Code
    python: Code | None
    model: str
    path: str
    parameters: tuple[RequestParameter, ...]


class RoundedPrice(NamedTuple):
    """A price as an overview shows it, and the exact decimal."""

    shown: str
    value: str


class Counted(NamedTuple):
    """A meter: how many models and offers it is charged for, and what they take for it."""

    label: str
    id: str
    unit: str
    models: int
    offers: int
    prices: tuple[RoundedPrice, ...]
    """The lowest, the one in the middle and the highest, where any is known."""
    zeros: int


class PriceFactor(NamedTuple):
    """Something that prices depend on, for how many models, and its values."""

    label: str
    id: str
    sentence: str
    models: int
    values: tuple[str, ...]
    others: int


class Choices(NamedTuple):
    """What costs least by one meter, and the query that gives it."""

    title: str
    sentence: str
    path: str
    unit: str
    rows: tuple[ModelRow, ...]
    sql: Code


class Pick(NamedTuple):
    """A model that the gateway's guide names; `row` is None where the catalog has no such model."""

    id: str
    row: ModelRow | None
    strength: str
    successor: str
    successor_path: str


class Mask(NamedTuple):
    """The mask support of one offer."""

    row: ModelRow
    seller: str
    value: str
    reference: Reference | None


class AtGateway(NamedTuple):
    """The guide to the calls at the gateway."""

    path: str
    seller: Seller
    makers: tuple[str, ...]
    generate: Code
    answer: Code
    picks: tuple[Pick, ...]
    editors: tuple[ModelRow, ...]
    edit: Code
    edit_json: Code
    editor: str
    editor_path: str
    masks: tuple[Mask, ...]
    upload: str
    hours: int | None
    waiting: tuple[ModelRow, ...]
    references: tuple[Reference, ...]


class Guide(NamedTuple):
    """Everything a guide prints that comes from the catalog."""

    modality: str
    path: str
    words: Words
    models: int
    offers: int
    priced: int
    calls: tuple[Shown, ...]
    inputs: tuple[tuple[str, int], ...]
    meters: tuple[Counted, ...]
    circumstances: tuple[PriceFactor, ...]
    choices: Choices | None
    gateway: AtGateway | None


#: The price lists in force, each with its model.
_Listed = Sequence[tuple[Card, Tariff]]


def guides(edition: Edition) -> tuple[Guide, ...]:
    """A guide for every modality with an active model, the largest first."""
    least = {entry.collection.modality: entry for entry in cheapest.collections(edition)}
    return tuple(
        _guide(edition, modality, cards, least.get(modality)) for modality, cards in _answering(edition).items()
    )


def titles(edition: Edition) -> tuple[tuple[str, Words], ...]:
    """The path of each guide, and its words."""
    return tuple((_path(words), words) for words in map(guide_words.words, _answering(edition)))


def _answering(edition: Edition) -> dict[str, list[Card]]:
    """The active models by modality, the largest first."""
    return dict(sorted(cheapest.active_cards(edition).items(), key=lambda entry: (-len(entry[1]), entry[0])))


def _path(words: Words) -> str:
    return f"docs/{words.path}/"


def _guide(edition: Edition, modality: str, cards: Sequence[Card], least: cheapest.CheapestCollection | None) -> Guide:
    sold = [(card, offer) for card in cards for offer in card.offers if not lives.ended(card, offer, edition.day)]
    offers = [(card, offer, tariff_of(edition, offer)) for card, offer in sold]
    listed = [(card, tariff) for card, _, tariff in offers if tariff and tariff.currency == "USD"]
    inputs = Counter(name for card in cards for name in card.input_modalities)
    vocabulary = edition.catalog.vocabulary
    words = guide_words.words(modality)
    return Guide(
        modality=modality,
        path=_path(words),
        words=words,
        models=len(cards),
        offers=len(offers),
        priced=sum(tariff is not None for _, _, tariff in offers),
        calls=tuple(_calls(edition, modality, cards)),
        inputs=tuple(sorted(inputs.items(), key=lambda entry: (-entry[1], entry[0]))),
        meters=tuple(_meters(listed, vocabulary)),
        circumstances=tuple(_circumstances(listed, vocabulary)),
        choices=_choices(edition, least) if least else None,
        gateway=_at_gateway(edition, modality),
    )


def _calls(edition: Edition, modality: str, cards: Sequence[Card]) -> Iterator[Shown]:
    vocabulary = edition.catalog.vocabulary
    for endpoint in sorted(vocabulary.endpoints.values(), key=lambda one: one.rank):
        if endpoint.modality == modality:
            card, offer, seller = _example(edition, endpoint, cards)
            call = snippets.call(card, offer, seller, vocabulary, full=False)
            if call:
                python = next((tab.code for tab in call.tabs if tab.id == "python"), None)
                known = card.slug in edition.catalog.cards
                rows = (row for row in vocabulary.parameters.values() if endpoint.id in row.endpoints)
                yield Shown(
                    endpoint.label, f"{call.method} {call.url}", call.content_type, call.curl, python,
                    card.name if known else "", links.model(card.slug) if known else "",
                    tuple(sorted(rows, key=lambda row: (row.paths, row.id))),
                )  # fmt: skip


def _example(edition: Edition, endpoint: Endpoint, cards: Sequence[Card]) -> tuple[Card, Offer, Seller]:
    """A model for a call: at the gateway, else the newest at its maker; a placeholder if none is known."""
    known = (
        (card, offer._replace(endpoints=(endpoint.id,)), seller)
        for card in cards
        for offer in card.offers
        if endpoint.id in (offer.endpoints or offer.answers)
        and (seller := seller_of(edition, offer))
        and seller.base_url
    )
    found = min(known, key=lambda one: _remoteness(edition, *one), default=None)
    card = Card(ANY_MODEL, ANY_MODEL, "", endpoint.modality)
    return found or (card, Offer("", ANY_MODEL, endpoints=(endpoint.id,)), ANY_SELLER)


def _remoteness(edition: Edition, card: Card, offer: Offer, seller: Seller) -> tuple[object, ...]:
    born = collections.born(card) or date.min
    return seller.id != edition.config.gateway, seller.id != card.provider, -born.toordinal(), card.slug, offer.model_id


def _meters(listed: _Listed, vocabulary: Vocabulary) -> Iterator[Counted]:
    """The meters that occur, the most frequent first; each offer counts once, by the least it takes above zero."""
    models: dict[str, set[str]] = {}
    offers: Counter[str] = Counter()
    zeros: Counter[str] = Counter()
    least: dict[str, list[Rate]] = {}
    for card, tariff in listed:
        for id in {rate.meter for rate in tariff.rates}:
            rates = [rate for rate in tariff.rates if rate.meter == id and not rate.zero]
            models.setdefault(id, set()).add(card.slug)
            offers[id] += 1
            zeros[id] += not rates
            if rates and evidence.price_status(tariff) in evidence.COMPARABLE:
                least.setdefault(id, []).append(min(rates, key=evidence.unit_price))
    for id in sorted(models, key=lambda one: (-offers[one], one)):
        meter = vocabulary.meters[id]
        per = _per(least.get(id, ()), meter)
        prices = sorted(decimals.multiply(evidence.unit_price(rate), Decimal(per)) for rate in least.get(id, ()))
        spread = (prices[0], prices[(len(prices) - 1) // 2], prices[-1]) if prices else ()
        unit, shown = display.per(per, meter.unit), tuple(map(_rounded, spread))
        yield Counted(meter.label, id, unit, len(models[id]), offers[id], shown, zeros[id])


def _per(rates: Sequence[Rate], meter: Meter) -> int:
    """The quantity that most prices of the meter are for."""
    counts = Counter(rate.per for rate in rates)
    return min(counts, key=lambda per: (-counts[per], per != meter.per, per), default=meter.per)


def _rounded(price: Decimal) -> RoundedPrice:
    digits = len(price.normalize().as_tuple().digits)
    shown = display.price(price)
    if digits > DIGITS:
        shown = f"≈ {display.rounded(price, max(2, DIGITS - 1 - price.adjusted()))}"
    return RoundedPrice(shown, decimals.text(price))


def _circumstances(listed: _Listed, vocabulary: Vocabulary) -> Iterator[PriceFactor]:
    """The facts that prices depend on, the most frequent first, then prompt lengths and minimum quantities."""
    models: dict[str, set[str]] = {}
    values: dict[str, Counter[str]] = {}
    for card, tariff in listed:
        for id, value in {*_conditions(tariff)}:
            models.setdefault(id, set()).add(card.slug)
            values.setdefault(id, Counter())[value] += 1
    for id in sorted(models, key=lambda one: (one in _OTHERWISE, -len(models[one]), one)):
        label, sentence = _OTHERWISE.get(id) or (vocabulary.facts[id].label, vocabulary.facts[id].sentence)
        found = [value for value, _ in sorted(values[id].items(), key=lambda entry: (-entry[1], entry[0]))]
        shown = tuple(found[:VALUES])
        yield PriceFactor(
            label, "" if id in _OTHERWISE else id, sentence, len(models[id]), shown, len(found) - len(shown)
        )


#: What changes a price without being a fact.
_OTHERWISE = {
    "above": ("Length of the prompt", "Above so many tokens the whole call has other prices"),
    "minimum": ("Least quantity", "So much is billed at least"),
}


def _conditions(tariff: Tariff) -> Iterator[tuple[str, str]]:
    for rate in tariff.rates:
        yield from rate.when
        if rate.above:
            yield "above", display.counted(rate.above, "token")
        if rate.minimum:
            yield "minimum", display.quantity(rate.minimum)
    for adjustment in tariff.adjustments:
        yield from adjustment.when


def _choices(edition: Edition, least: cheapest.CheapestCollection) -> Choices:
    entry, meter = least.collection, least.meter
    return Choices(
        title=entry.title,
        sentence=entry.sentence,
        path=links.collection(entry.id),
        unit=display.per(meter.per, meter.unit),
        rows=tuple(model_row(edition, one.card, one.offer) for one in least.models[:CHOICES]),
        sql=collection_sql.cheapest(entry.modality, meter.id, meter.per, CHOICES, edition.day),
    )


def _at_gateway(edition: Edition, modality: str) -> AtGateway | None:
    """The guide to the gateway's calls, if its own guide is known."""
    seller, named = edition.catalog.sellers.get(edition.config.gateway), guide_words.words(modality).gateway
    if seller is None or named is None:
        return None
    cards = [card for _, card in sorted(edition.catalog.cards.items()) if card.modality == modality]
    words = [word for word in edition.words if word.id in EDITING]
    editors = [card for card in cards if any(capabilities.has(card, word) for word in words)]
    offers = ((card, offer) for card in editors for offer in (card.offers or (None,)))
    mask_sources = (capability_of(card, offer, capabilities.MASK).source for card, offer in offers)
    notes = numbered(source for source in mask_sources if source)
    return AtGateway(
        path=f"docs/{named.path}/",
        seller=seller,
        makers=tuple(sorted({provider_name(edition, card) for card in cards}, key=str.lower)),
        generate=named.generate,
        answer=_filled(named.answer, seller),
        picks=tuple(_pick(edition, id) for id in named.models),
        editors=model_rows(edition, editors),
        edit=_filled(named.edit, seller),
        edit_json=named.edit_json,
        editor=named.editor,
        editor_path=links.model(named.editor) if named.editor in edition.catalog.cards else "",
        masks=tuple(_masks(edition, editors, notes)),
        upload=display.file_size(seller.max_upload_bytes) if seller.max_upload_bytes else "",
        hours=seller.url_lifetime_hours,
        waiting=model_rows(edition, (card for card in cards if any(offer.mode == "async" for offer in card.offers))),
        references=tuple(notes.values()),
    )


def _filled(code: Code, seller: Seller) -> Code:
    """An example with the seller's own addresses."""
    values = {"BASE": seller.base_url, "KEY": seller.key_variable or "API_KEY", "MEDIA": seller.media_url or "…"}
    return code._replace(text=re.sub("|".join(values), lambda found: values[found[0]], code.text))


def _pick(edition: Edition, id: str) -> Pick:
    card = edition.catalog.cards.get(id)
    if card is None:
        return Pick(id, None, "", "", "")
    known = card.replaced_by in edition.catalog.cards
    return Pick(
        id=id,
        row=model_row(edition, card),
        strength="; ".join(card.strengths) or card.description,
        successor=card.replaced_by,
        successor_path=links.model(card.replaced_by) if known else "",
    )


def _masks(edition: Edition, cards: Iterable[Card], notes: References) -> Iterable[Mask]:
    for card in cards:
        row = model_row(edition, card)
        for offer in card.offers:
            entry = capability_of(card, offer, capabilities.MASK)
            if entry.value != UNKNOWN:
                reference = notes.get(entry.source) if entry.source else None
                yield Mask(row, seller_name(edition, offer.seller), entry.value, reference)
