"""The search index of the browser: columns of models, in two files.

`index.json` has the columns that search and lists show; `index-filters.json` those of filters only. Both have the
same rows, by slug.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display, evidence
from ratecard.core.catalog import event_date, retired
from ratecard.core.records import NO, UNKNOWN, YES, CapabilityWord, Card, Offer, Rate
from ratecard.pricing import headline
from ratecard.site.edition import (
    Edition,
    capability_of,
    has_price,
    priced_offer,
    provider_name,
    seller_name,
    status_of,
    tariff_of,
)
from ratecard.site.views import capabilities, labels, prices
from ratecard.site.views.estimate_box import one_image

MODELS, FILTERS = "index.json", "index-filters.json"
#: What lists show of each model, and what only filters ask for.
COLUMNS = ("provider", "modality", "seller", "sold_by", "context", "status", "life")
FILTER_COLUMNS = ("mask", "licence", "confidence", "others")
#: The price of one image as a column among those of meters.
ONE_IMAGE = "one-image"
#: The remark of a price that is the lowest of several; others say why it is zero.
FROM = "from"
#: The seller that the slug begins with.
OWN = "="
#: Characters that JSON takes as they are: one byte each for the most frequent values, then two, then three.
_LETTERS = (*range(0x23, 0x5C), *range(0x5D, 0x7F), *range(0xA1, 0xD800))
#: How many characters a line may share with the one before it.
_SHARED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class IndexEntry(NamedTuple):
    """A model with the offer whose price a list shows."""

    card: Card
    offer: Offer | None


def files(edition: Edition, cards: Iterable[Card]) -> tuple[tuple[str, str], ...]:
    """The two files of the index."""
    ordered = sorted(cards, key=lambda card: card.slug)
    entries = [IndexEntry(card, priced_offer(edition, card)) for card in ordered]
    return (MODELS, _text(_models(edition, entries))), (FILTERS, _text(_filters(edition, entries)))


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _models(edition: Edition, entries: Sequence[IndexEntry]) -> dict[str, object]:
    cards = [entry.card for entry in entries]
    spelt = labels.spellings(cards)
    slugs = front_coded(card.slug for card in cards)
    marks = (labels.mark(card, spelt) for card in cards)
    offers = [offer for card in cards for offer in card.offers]
    return {
        "day": edition.day.isoformat(),
        "count": len(entries),
        "spellings": spelt,
        "models": "\n".join(f"{slug}\t{mark}" if mark else slug for slug, mark in zip(slugs, marks, strict=True)),
        "providers": _names({card.provider: provider_name(edition, card) for card in cards}),
        "sellers": _names({offer.seller: seller_name(edition, offer.seller) for offer in offers}),
        "columns": _packed(COLUMNS, [_listed(edition, *entry) for entry in entries]),
        "prices": _prices(edition, entries),
    }


def _filters(edition: Edition, entries: Sequence[IndexEntry]) -> dict[str, object]:
    words = [word for word in edition.words if word.id != capabilities.MASK]
    told = [_verdicts(entry.card, words) for entry in entries]
    spoken = [place for place in range(len(words)) if any(row[place] != UNKNOWN[0] for row in told)]
    takes = sorted({word for entry in entries for word in entry.card.input_modalities})
    gives = sorted({word for entry in entries for word in entry.card.output_modalities})
    return {
        "columns": _packed(FILTER_COLUMNS, [_filtered(edition, *entry) for entry in entries]),
        "answers": {
            "can": _answers(
                [(words[place].id, words[place].label) for place in spoken],
                ["".join(row[place] for place in spoken) for row in told],
            ),
            "takes": _answers(_alike(takes), [_among(entry.card.input_modalities, takes) for entry in entries]),
            "gives": _answers(_alike(gives), [_among(entry.card.output_modalities, gives) for entry in entries]),
        },
    }


def _names(names: Mapping[str, str]) -> dict[str, str]:
    return {id: name for id, name in sorted(names.items()) if name != id}


def _alike(words: Iterable[str]) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


def _answers(words: Sequence[tuple[str, str]], rows: Sequence[str]) -> dict[str, object]:
    """Words to ask for, and for each model a letter a word: y(es), n(o) or u(nknown)."""
    return {"words": words, **packed(rows)}


def _among(held: Sequence[str], words: Sequence[str]) -> str:
    if not held:
        return "u" * len(words)
    return "".join("y" if word in held else "n" for word in words)


def _verdicts(card: Card, words: Sequence[CapabilityWord]) -> str:
    """The first letter of the verdict on each word; most are unknown."""
    told = capabilities.spoken_of(card)
    return "".join(
        verdict(card, word)[0] if word.id in told or UNKNOWN in word.met_by else UNKNOWN[0] for word in words
    )


def verdict(card: Card, word: CapabilityWord) -> str:
    """Yes where any seller's calls meet a need for this, no where it is known that none does, else unknown."""
    offers: Iterable[Offer | None] = card.offers or (None,)
    values = {capability_of(card, offer, word.id).value for offer in offers}
    if not values.isdisjoint(word.met_by):
        return YES
    return UNKNOWN if UNKNOWN in values else NO


def _listed(edition: Edition, card: Card, offer: Offer | None) -> tuple[str, ...]:
    """The columns of `index.json` for a model."""
    shown = _shown(edition, offer)
    tokens = [limits.context_tokens for limits in (card.limits, *(offer.limits for offer in card.offers))]
    announced = event_date(card, "retired") or event_date(card, "deprecated")
    return (
        card.provider,
        card.modality,
        OWN if shown and shown == card.slug.partition("/")[0] else shown,
        str(len({offer.seller for offer in card.offers})),
        str(max(filter(None, tokens), default="")),
        status_of(edition, offer),
        "retired" if retired(card, edition.day) else "deprecated" if announced else "",
    )


def _filtered(edition: Edition, card: Card, offer: Offer | None) -> tuple[str, ...]:
    """The columns of `index-filters.json` for a model."""
    tariff = tariff_of(edition, offer)
    return (
        capabilities.value(card, None, capabilities.MASK),
        f"{card.licence.weights} {card.licence.commercial}",
        evidence.confidence(tariff) if tariff else "",
        " ".join(sorted({offer.seller for offer in card.offers} - {_shown(edition, offer)})),
    )


def _shown(edition: Edition, offer: Offer | None) -> str:
    return offer.seller if offer and has_price(edition, offer) else ""


def _prices(edition: Edition, entries: Sequence[IndexEntry]) -> list[dict[str, object]]:
    """A column for each meter that leads a price list, the most frequent first; then what one image costs."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for place, entry in enumerate(entries):
        tariff = tariff_of(edition, entry.offer)
        for rate, usual in headline.headline_rates(tariff, edition.catalog.vocabulary) if tariff else ():
            remarks = ([] if usual else [FROM]) + ([] if rate.price else [prices.ZERO_REASONS[rate.zero]])
            value = "|".join([decimals.text(_usual_price(edition, rate)), *remarks])
            found.setdefault((rate.meter, tariff.currency if tariff else ""), {})[place] = value
    ordered = sorted(found, key=lambda key: (-len(found[key]), key))
    columns = [_meter(edition, key) | packed_sparsely(found[key], len(entries)) for key in ordered]
    images = {
        place: f"{cost.value}|{cost.zero}" if cost.zero else cost.value
        for place, entry in enumerate(entries)
        if (cost := one_image(edition, *entry))
    }
    one = {"id": ONE_IMAGE, "label": "One image", "unit": "for one image", "currency": "USD"}
    return [*columns, one | packed_sparsely(images, len(entries))] if images else columns


def _meter(edition: Edition, key: tuple[str, str]) -> dict[str, object]:
    meter, currency = edition.catalog.vocabulary.meters[key[0]], key[1]
    id = meter.id if currency == "USD" else f"{meter.id}-{currency.lower()}"
    return {"id": id, "label": meter.label, "unit": display.per(meter.per, meter.unit), "currency": currency}


def _usual_price(edition: Edition, rate: Rate) -> Decimal:
    """The price for the usual quantity of the meter, the same for all prices of a column."""
    usual = edition.catalog.vocabulary.meters[rate.meter].per
    return rate.price if usual == rate.per else decimals.multiply(evidence.unit_price(rate), Decimal(usual))


def _packed(names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, object]:
    return {name: packed([row[place] for row in rows]) for place, name in enumerate(names)}


def packed(values: Sequence[str]) -> dict[str, object]:
    """A column: its distinct values, the most frequent first, and a character for each row."""
    counts = Counter(values)
    distinct = sorted(counts, key=lambda value: (-counts[value], value))
    letters = {value: chr(_LETTERS[place]) for place, value in enumerate(distinct)}
    return {"values": distinct, "rows": "".join(letters[value] for value in values)}


def packed_sparsely(values: Mapping[int, str], count: int) -> dict[str, object]:
    """A column in which rows without a value are empty strings."""
    return packed([values.get(place, "") for place in range(count)])


def front_coded(words: Iterable[str]) -> list[str]:
    """Front coding: each string without the prefix it shares with the one before, after a character for its length."""
    found, before = [], ""
    for word in words:
        most = min(len(before), len(word), len(_SHARED) - 1)
        same = next((place for place in range(most) if before[place] != word[place]), most)
        found.append(_SHARED[same] + word[same:])
        before = word
    return found
