"""Prices as JSON for the scripts of pages: the price lists of each model, and the vocabulary."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

from ratecard.core import display, evidence, lives
from ratecard.core.catalog import Catalog, sold
from ratecard.core.json_values import json_value
from ratecard.core.records import Card, Limits, Meter, Offer, Tariff, Vocabulary
from ratecard.requests import quantities

Json = dict[str, Any]

#: The limits that bound what a field of the calculator can say.
LIMITS = ("context_tokens", "max_output_tokens", "max_steps")
#: The limits of whole numbers that are facts.
FACT_LIMITS = {"steps": "max_steps"}
#: The fields of a price list that a cost needs; its evidence is on the page.
BILLING = ("rates", "effective", "currency", "adjustments", "periods", "incomplete")


def words(vocabulary: Vocabulary) -> bytes:
    """The meters and facts: everything a usage may be worded in."""
    meters = {
        id: {
            **_without(json_value(meter), "id", "label", "bounds", "input"),
            "units": display.plural(meter.unit),
            **_said("limit", _limit(meter)),
        }
        for id, meter in sorted(vocabulary.meters.items())
    }
    facts = {
        id: {**_without(json_value(fact), "id"), **_said("limit", FACT_LIMITS.get(id))}
        for id, fact in sorted(vocabulary.facts.items())
    }
    return _compact({"meters": meters, "facts": facts})


def prices(catalog: Catalog, card: Card) -> bytes:
    """Everything a card's costs are worked out from: its offers with all their price lists and their ends."""
    return _compact(
        {
            "slug": card.slug,
            "name": card.name,
            "modality": card.modality,
            **_said("limits", _limits(card.limits)),
            **_said("replaced_by", card.replaced_by),
            "offers": [_offer(catalog, card, offer) for offer in card.offers],
        }
    )


def asked_as(catalog: Catalog, card: Card, offer: Offer) -> tuple[str, ...]:
    """The words that select this offer: a model, then a seller if needed; none if no words do."""
    for model in (card.slug, offer.model_id):
        for seller in (None, offer.seller):
            with suppress(LookupError):  # the id means nothing without the seller
                if sold(catalog, model, seller)[1] is offer:
                    return (model, seller) if seller else (model,)
    return ()


def _limit(meter: Meter) -> str:
    """The limit that bounds what one call can count of a meter."""
    if meter.prompt:
        return "context_tokens"
    return "max_output_tokens" if meter.id in quantities.meters(quantities.CHAT, quantities.TEXT_OUT) else ""


def _offer(catalog: Catalog, card: Card, offer: Offer) -> Json:
    seller = catalog.sellers.get(offer.seller)
    return {
        "seller": offer.seller,
        "name": seller.name if seller else offer.seller,
        "model_id": offer.model_id,
        "as": asked_as(catalog, card, offer),
        **_said("facts", dict(sorted(offer.facts.items()))),
        **_said("limits", _limits(offer.limits)),
        **_said("released", json_value(lives.released(card, offer))),
        **_life(card, offer),
        **_said("delisted", offer.note if evidence.delisted(offer) else ""),
        **_said("scaled", seller.scaled if seller else {}),
        **_said("means", seller.means if seller else {}),
        **_said("fees", [_without(json_value(fee), "sources") for fee in seller.fees] if seller else []),
        "tariffs": [_tariff(offer, tariff) for tariff in offer.tariffs],
    }


def _life(card: Card, offer: Offer) -> Json:
    """The day an offer ends and who says so, and the day that it has outlived, if any."""
    end, past = lives.end(card, offer), lives.outlived(card, offer)
    return {
        **_said("retired", [end.date.isoformat(), lives.who(end.source)] if end else []),
        **_said("outlived", [past.date.isoformat(), past.says] if past else []),
    }


def _tariff(offer: Offer, tariff: Tariff) -> Json:
    said = json_value(tariff._replace(sources=(), claims=(), examples=()))
    assert isinstance(said, dict)  # as a record
    known = evidence.known_from(offer, tariff)
    return {
        **{name: said[name] for name in BILLING if name in said},
        **_said("defaults", dict(sorted(tariff.defaults.items()))),
        **_said("known_from", "" if known == (tariff.effective or date.min) else known.isoformat()),
        "status": evidence.price_status(tariff),
        **_said("last_read", json_value(evidence.last_read(tariff)) if tariff.stale else ""),
    }


def _limits(held: Limits) -> Json:
    said = json_value(held)
    assert isinstance(said, dict)  # as a record
    return {name: said[name] for name in LIMITS if name in said}


def _said(name: str, value: object) -> Json:
    return {name: value} if value else {}


def _without(record: object, *names: str) -> Json:
    assert isinstance(record, dict)  # as a record
    return {name: value for name, value in record.items() if name not in names}


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
