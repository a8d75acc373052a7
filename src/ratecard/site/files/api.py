"""The catalog as files of JSON: lists of models, providers, sellers, prices and changes, and each model whole."""

from __future__ import annotations

import calendar
import json
from collections import Counter
from collections.abc import Iterator, Mapping

from ratecard.core import decimals, evidence
from ratecard.core.catalog import event_date, retired
from ratecard.core.json_values import json_value
from ratecard.core.records import Card, Offer, Rate, Tariff
from ratecard.market.diff import ChangedPrice
from ratecard.site import links
from ratecard.site.edition import Edition, priced_offer, status_of, tariff_of
from ratecard.site.views import collections
from ratecard.site.views.changes import News

Json = dict[str, object]

PREFIX = "api/v1/"
OPENAI_MODELS = "v1/models"
#: Every slug, for the page that suggests similar ones.
SLUGS = "slugs.json"


def files(edition: Edition, events: tuple[News, ...]) -> Iterator[tuple[str, str]]:
    """Every file of the API with its text, but for the models one by one."""
    cards = [card for _, card in sorted(edition.catalog.cards.items())]
    lists: Mapping[str, list[Json]] = {
        "models": [model(edition, card) for card in cards],
        "providers": _providers(edition),
        "sellers": _sellers(edition),
        "prices": [row for card in cards for row in prices(edition, card)],
        "changes": [change(event) for event in events],
    }
    for name, entries in lists.items():
        # An entry a line, so that two editions differ in the lines that changed.
        body = ",\n".join(map(_compact, entries))
        yield f"{PREFIX}{name}.json", f'{{"as_of": "{edition.day.isoformat()}", "{name}": [\n{body}\n]}}\n'
    yield SLUGS, f"{_compact([card.slug for card in cards])}\n"
    yield OPENAI_MODELS, f"{_compact({'object': 'list', 'data': list(map(_openai, cards))})}\n"


def model(edition: Edition, card: Card) -> Json:
    """A model as the list has it, without unknown values."""
    offer = priced_offer(edition, card)
    born, end = collections.born(card), event_date(card, "retired")
    found: Json = {
        "slug": card.slug,
        "name": card.name,
        "provider": card.provider,
        "modality": card.modality,
        "family": card.family,
        "born": born.isoformat() if born else "",
        "retired": end.isoformat() if end else "",
        "active": not retired(card, edition.day),
        "context_tokens": card.limits.context_tokens,
        "sellers": sorted({held.seller for held in card.offers}),
        "price_status": status_of(edition, offer),
        "page": links.model(card.slug),
        "record": links.record(card.slug),
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def whole(edition: Edition, card: Card) -> str:
    """The file of a model: all of it, as `ratecard show --json` prints it, and the status of each offer's price."""
    whole = json_value(card)
    assert isinstance(whole, dict)
    statuses = [
        {"seller": offer.seller, "model_id": offer.model_id, "price_status": status_of(edition, offer)}
        for offer in card.offers
    ]
    return f"{_compact({'as_of': edition.day.isoformat(), 'price_statuses': statuses, **whole})}\n"


def prices(edition: Edition, card: Card) -> Iterator[Json]:
    """Every price of a model that is in force, one row for each rate of each offer."""
    for offer in card.offers:
        if tariff := tariff_of(edition, offer):
            yield from (_price(card, offer, tariff, rate) for rate in tariff.rates)


def change(event: News) -> Json:
    """A dated event; `prices` are what a new price list changed."""
    found: Json = {
        "day": event.day.isoformat(),
        "kind": event.kind,
        "model": event.slug,
        "name": event.name,
        "seller": event.seller_id,
        "model_id": event.model_id,
        "note": event.note,
        "source": event.source.url,
    }
    moved = [
        {
            "meter": moved.about, "when": dict(sorted(moved.when)), "above": moved.above,
            "before": _side(moved.before), "after": _side(moved.after),
        }
        for moved in event.changes
    ]  # fmt: skip
    return {name: value for name, value in found.items() if value} | ({"prices": moved} if moved else {})


def _price(card: Card, offer: Offer, tariff: Tariff, rate: Rate) -> Json:
    found: Json = {
        "model": card.slug,
        "seller": offer.seller,
        "model_id": offer.model_id,
        "meter": rate.meter,
        "price": decimals.text(rate.price),
        "per": rate.per,
        "currency": tariff.currency,
        "status": evidence.price_status(tariff),
        "confidence": evidence.confidence(tariff),
    }
    optional: Json = {
        "when": dict(sorted(rate.when)),
        "above": rate.above,
        "minimum": decimals.text(rate.minimum) if rate.minimum else "",
        "zero": rate.zero,
        "since": tariff.effective.isoformat() if tariff.effective else "",
    }
    return found | {name: value for name, value in optional.items() if value}


def _side(side: ChangedPrice | str) -> Json | None:
    if isinstance(side, str):
        return None
    return {"price": decimals.text(side.price), "per": side.per, "currency": side.currency}


def _providers(edition: Edition) -> list[Json]:
    made = Counter(card.provider for card in edition.catalog.cards.values())
    known = edition.catalog.providers
    return [
        {
            "id": id, "name": known[id].name if id in known else id, "models": count, "page": links.provider(id),
            **({"url": known[id].url} if id in known and known[id].url else {}),
        }
        for id, count in sorted(made.items())
    ]  # fmt: skip


def _sellers(edition: Edition) -> list[Json]:
    sold = Counter(offer.seller for card in edition.catalog.cards.values() for offer in card.offers)
    found = []
    for id, seller in sorted(edition.catalog.sellers.items()):
        whole = json_value(seller)
        assert isinstance(whole, dict)
        found.append({**whole, "offers": sold[id], "page": links.seller(id)})
    return found


def _openai(card: Card) -> Json:
    born = collections.born(card)
    created = calendar.timegm(born.timetuple()) if born else 0  # the format requires a number
    return {"id": card.slug, "object": "model", "created": created, "owned_by": card.provider}


def _compact(entry: Json | list[str]) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
