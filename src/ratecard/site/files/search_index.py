"""The index by which models are found in the browser: what is known of each, in columns, in two files.

`index.json` holds what a search and the list of models show; `index-filters.json` what only filters ask for.
A row stands for the same model in both, and rows go by slug.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display, evidence
from ratecard.core.catalog import event_date, retired
from ratecard.core.records import NO, UNKNOWN, YES, CapabilityWord, Card, Offer, Rate
from ratecard.site import edition as editions
from ratecard.site.edition import Edition
from ratecard.site.files import packing
from ratecard.site.views import capabilities, estimates, labels, prices
from ratecard.site.views.estimates import Estimate

MODELS, FILTERS = "index.json", "index-filters.json"
#: The price of one image as a column among those of meters.
ONE_IMAGE = "one-image"
#: What a price says beside its amount: that it is the lowest of several, or why it is zero.
FROM = "from"
#: The seller that the slug begins with.
OWN = "="


class Entry(NamedTuple):
    """A model with the offer whose price a list shows."""

    card: Card
    offer: Offer | None


def files(edition: Edition, cards: Iterable[Card]) -> tuple[tuple[str, str], ...]:
    """The two files of the index."""
    ordered = sorted(cards, key=lambda card: card.slug)
    entries = [Entry(card, editions.priced_offer(edition, card)) for card in ordered]
    return (MODELS, _text(_models(edition, entries))), (FILTERS, _text(_filters(edition, entries)))


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _models(edition: Edition, entries: Sequence[Entry]) -> dict[str, object]:
    cards = [entry.card for entry in entries]
    spelt = labels.spellings(cards)
    slugs = packing.lines(card.slug for card in cards)
    marks = (labels.mark(card, spelt) for card in cards)
    offers = [offer for card in cards for offer in card.offers]
    return {
        "day": edition.day.isoformat(),
        "count": len(entries),
        "spellings": spelt,
        "models": "\n".join(f"{slug}\t{mark}" if mark else slug for slug, mark in zip(slugs, marks, strict=True)),
        "providers": _names({card.provider: editions.provider_name(edition, card) for card in cards}),
        "sellers": _names({offer.seller: editions.seller_name(edition, offer.seller) for offer in offers}),
        "columns": {
            name: packing.column([tell(edition, entry) for entry in entries]) for name, tell in COLUMNS.items()
        },
        "prices": _prices(edition, entries),
    }


def _filters(edition: Edition, entries: Sequence[Entry]) -> dict[str, object]:
    spoken = [word for word in edition.words if word.id != capabilities.MASK and _spoken_of(word, entries)]
    takes = sorted({word for entry in entries for word in entry.card.input_modalities})
    gives = sorted({word for entry in entries for word in entry.card.output_modalities})
    said = [_verdicts(entry.card, spoken) for entry in entries]
    return {
        "columns": {name: packing.column([tell(edition, entry) for entry in entries]) for name, tell in ASKED.items()},
        "answers": {
            "can": _answers([(word.id, word.label) for word in spoken], said),
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
    return {"words": words, **packing.column(rows)}


def _among(held: Sequence[str], words: Sequence[str]) -> str:
    if not held:
        return "u" * len(words)
    return "".join("y" if word in held else "n" for word in words)


def _spoken_of(word: CapabilityWord, entries: Iterable[Entry]) -> bool:
    return any(verdict(entry.card, word) != UNKNOWN for entry in entries)


def _verdicts(card: Card, words: Sequence[CapabilityWord]) -> str:
    """The first letters of what is known of each word; nobody says anything of most."""
    told = capabilities.spoken_of(card)
    return "".join(
        verdict(card, word)[0] if word.id in told or UNKNOWN in word.met_by else UNKNOWN[0] for word in words
    )


def verdict(card: Card, word: CapabilityWord) -> str:
    """Yes where any seller's calls meet a need for this, no where it is known that none does, else unknown."""
    offers: Iterable[Offer | None] = card.offers or (None,)
    values = {editions.capability(card, offer, word.id).value for offer in offers}
    if not values.isdisjoint(word.met_by):
        return YES
    return UNKNOWN if UNKNOWN in values else NO


def _provider(edition: Edition, entry: Entry) -> str:
    return entry.card.provider


def _modality(edition: Edition, entry: Entry) -> str:
    return entry.card.modality


def _seller(edition: Edition, entry: Entry) -> str:
    shown = _shown(edition, entry)
    return OWN if shown and shown == entry.card.slug.partition("/")[0] else shown


def _shown(edition: Edition, entry: Entry) -> str:
    return entry.offer.seller if entry.offer and editions.has_price(edition, entry.offer) else ""


def _sold_by(edition: Edition, entry: Entry) -> str:
    return str(len({offer.seller for offer in entry.card.offers}))


def _context(edition: Edition, entry: Entry) -> str:
    held = (limits.context_tokens for limits in (entry.card.limits, *(offer.limits for offer in entry.card.offers)))
    return str(max((tokens for tokens in held if tokens), default=""))


def _status(edition: Edition, entry: Entry) -> str:
    return editions.status(edition, entry.offer)


def _life(edition: Edition, entry: Entry) -> str:
    if retired(entry.card, edition.day):
        return "retired"
    announced = event_date(entry.card, "retired") or event_date(entry.card, "deprecated")
    return "deprecated" if announced else ""


def _mask(edition: Edition, entry: Entry) -> str:
    return capabilities.value(entry.card, None, capabilities.MASK)


def _licence(edition: Edition, entry: Entry) -> str:
    return f"{entry.card.licence.weights} {entry.card.licence.commercial}"


def _confidence(edition: Edition, entry: Entry) -> str:
    tariff = editions.tariff(edition, entry.offer)
    return evidence.confidence(tariff) if tariff else ""


def _others(edition: Edition, entry: Entry) -> str:
    shown = _shown(edition, entry)
    return " ".join(sorted({offer.seller for offer in entry.card.offers} - {shown}))


#: What a list shows of each model, and what is only asked for.
COLUMNS: Mapping[str, Callable[[Edition, Entry], str]] = {
    "provider": _provider,
    "modality": _modality,
    "seller": _seller,
    "sold_by": _sold_by,
    "context": _context,
    "status": _status,
    "life": _life,
}
ASKED: Mapping[str, Callable[[Edition, Entry], str]] = {
    "mask": _mask,
    "licence": _licence,
    "confidence": _confidence,
    "others": _others,
}


def _prices(edition: Edition, entries: Sequence[Entry]) -> list[dict[str, object]]:
    """A column for each meter that leads a price list, the most frequent first; then what one image costs."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for place, entry in enumerate(entries):
        tariff = editions.tariff(edition, entry.offer)
        for rate, usual in prices.headline_rates(tariff, edition.catalog.vocabulary) if tariff else ():
            remark = _remark(rate.price, rate.zero, usual)
            found.setdefault((rate.meter, tariff.currency if tariff else ""), {})[place] = (
                f"{decimals.text(_usual_price(edition, rate))}{remark}"
            )
    ordered = sorted(found, key=lambda key: (-len(found[key]), key))
    columns = [_meter(edition, key) | packing.sparse(found[key], len(entries)) for key in ordered]
    images = {place: _estimate(one) for place, one in enumerate(_images(edition, entries)) if one}
    one = {"id": ONE_IMAGE, "label": "One image", "unit": "for one image", "currency": "USD"}
    return [*columns, one | packing.sparse(images, len(entries))] if images else columns


def _meter(edition: Edition, key: tuple[str, str]) -> dict[str, object]:
    meter, currency = edition.catalog.vocabulary.meters[key[0]], key[1]
    id = meter.id if currency == "USD" else f"{meter.id}-{currency.lower()}"
    return {"id": id, "label": meter.label, "unit": display.per(meter.per, meter.unit), "currency": currency}


def _usual_price(edition: Edition, rate: Rate) -> Decimal:
    """The price for as many as the meter is usually priced by, so that all prices of a column count the same."""
    usual = edition.catalog.vocabulary.meters[rate.meter].per
    return rate.price if usual == rate.per else decimals.multiply(evidence.unit_price(rate), Decimal(usual))


def _remark(price: Decimal, zero: str, usual: bool) -> str:
    remarks = ([] if usual else [FROM]) + ([] if price else [prices.ZERO_REASONS[zero]])
    return "".join(f"|{remark}" for remark in remarks)


def _images(edition: Edition, entries: Iterable[Entry]) -> list[Estimate | None]:
    return [estimates.one_image(edition, entry.card, entry.offer) for entry in entries]


def _estimate(one: Estimate) -> str:
    return f"{one.value}|{one.zero}" if one.zero else one.value
