"""Attributes: what an offer is like, each as one text, so that a thousand offers alike are judged once.

An empty text means that nobody says. What an offer states itself goes before what its card states.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ratecard.core import decimals
from ratecard.core.catalog import event_date
from ratecard.core.evidence import DISPUTED, INCLUDED, UNVERIFIED_ZERO, confidence, delisted, price_status
from ratecard.core.records import UNKNOWN, YES, Capability, Card, Licence, Limits, Offer, Source, Tariff

#: What a card that nobody sells is judged as.
NO_OFFER = Offer("", "")

#: The limits that together say which sizes are made; they are judged together.
SIZE_LIMITS = ("sizes", "min_side", "max_side", "multiple_of", "min_pixels", "max_pixels", "max_aspect")

CAPABILITY = "capability "


def value(attribute: str, card: Card, offer: Offer) -> str:
    """What an offer of a card is like in one attribute."""
    if attribute.startswith(CAPABILITY):
        return known(held(card, offer, attribute.removeprefix(CAPABILITY)).value)
    return ATTRIBUTES[attribute](card, offer)


def source(attribute: str, card: Card, offer: Offer) -> Source | None:
    """Who says what an offer is like in an attribute; the card's first source where nothing more exact is known."""
    own: Source | None = None
    if attribute.startswith(CAPABILITY):
        own = held(card, offer, attribute.removeprefix(CAPABILITY)).source
    elif attribute == "licence":
        own = card.licence.source
    elif attribute == "retired":
        own = next((event.source for event in card.lifecycle if event.event == "retired"), None)
    elif attribute in ("tariffs", "delisted", "regions") and offer.tariffs:
        own = offer.tariffs[-1].sources[0]
    return own or (card.sources[0] if card.sources else None)


def held(card: Card, offer: Offer, word: str) -> Capability:
    """What is known of a capability at an offer: the offer's own word, else the card's."""
    return offer.capabilities.get(word) or card.capabilities.get(word) or Capability(UNKNOWN)


def limits_of(card: Card, offer: Offer) -> Limits:
    """The limits at an offer: its own where it states them, else the card's."""
    if offer.limits == _NO_LIMITS:
        return card.limits
    own = {name: value for name, value in offer.limits._asdict().items() if value}
    return card.limits._replace(**own)


def known(word: str) -> str:
    """A word, or an empty text for the word that says nobody knows."""
    return "" if word == UNKNOWN else word


def words(text: str) -> tuple[str, ...]:
    """The words of an attribute that holds several."""
    return tuple(text.split(",")) if text else ()


#: What a kind of model gives back, where nobody lists it: a model of sounds may listen or speak.
MAKES: Mapping[str, str] = {
    "text": "text", "image": "image", "video": "video", "embedding": "vector", "rerank": "score"
}  # fmt: skip


def _listed(several: Iterable[str]) -> str:
    return ",".join(several)


def _limit(name: str) -> Callable[[Card, Offer], str]:
    def read(card: Card, offer: Offer) -> str:
        found = getattr(limits_of(card, offer), name)
        return "" if found in (None, ()) else _listed(found) if isinstance(found, tuple) else str(found)

    return read


def _sizes(card: Card, offer: Offer) -> str:
    found = limits_of(card, offer)
    stated = {name: getattr(found, name) for name in SIZE_LIMITS}
    stated = {name: limit for name, limit in stated.items() if limit not in (None, ())}
    return (
        _json({name: decimals.text(v) if name == "max_aspect" else v for name, v in stated.items()}) if stated else ""
    )


def _retired(card: Card, offer: Offer) -> str:
    day = event_date(card, "retired")
    return f"{day.isoformat()} {card.replaced_by}".rstrip() if day else ""


def _licence(card: Card, offer: Offer) -> str:
    found = card.licence
    return "" if found == Licence() else _json([found.name, found.weights, found.commercial])


def _tariffs(card: Card, offer: Offer) -> str:
    """From when on each price list holds, how far it can be relied on, its currency, and when it was checked last."""
    return _json([_tariff(tariff) for tariff in offer.tariffs]) if offer.tariffs else ""


def _tariff(tariff: Tariff) -> list[str]:
    since = tariff.effective.isoformat() if tariff.effective else ""
    checked = max(source.checked for source in tariff.sources).isoformat()
    return [since, _status(tariff), tariff.currency, confidence(tariff), checked]


def _status(tariff: Tariff) -> str:
    """How far a price list can be relied on; a zero that sources dispute is one that nobody vouches for."""
    found = price_status(tariff)
    return UNVERIFIED_ZERO if found == DISPUTED and not any(rate.price for rate in tariff.rates) else found


def _subscription(card: Card, offer: Offer) -> str:
    """The seller, where all its prices for the offer are zero because a subscription has been paid for."""
    rates = [rate for tariff in offer.tariffs for rate in tariff.rates]
    return offer.seller if rates and all(rate.zero == INCLUDED for rate in rates) else ""


def _regions(card: Card, offer: Offer) -> str:
    """The regions that the price lists of an offer name."""
    conditions = [
        when
        for tariff in offer.tariffs
        for when in (*(rate.when for rate in tariff.rates), *(change.when for change in tariff.adjustments))
    ]
    named = {place for when in conditions for fact, place in when if fact == "region"}
    return _listed(
        sorted(named | {tariff.defaults[f] for tariff in offer.tariffs for f in ("region",) if f in tariff.defaults})
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parsed(text: str) -> Any:
    """What a text of an attribute that is JSON stands for."""
    return json.loads(text)


_NO_LIMITS = Limits()

#: Every attribute apart from the capabilities, which are `capability <word>`.
ATTRIBUTES: Mapping[str, Callable[[Card, Offer], str]] = {
    "provider": lambda card, offer: card.provider,
    "sold": lambda card, offer: YES if offer.seller else "",
    "seller": lambda card, offer: offer.seller,
    "upstream": lambda card, offer: offer.upstream,
    "mode": lambda card, offer: known(offer.mode),
    "endpoints": lambda card, offer: _listed(offer.endpoints),
    "modality": lambda card, offer: card.modality,
    "input": lambda card, offer: _listed(card.input_modalities),
    "output": lambda card, offer: _listed(card.output_modalities) or MAKES.get(card.modality, ""),
    "required_inputs": lambda card, offer: _listed(card.required_inputs),
    "retired": _retired,
    "delisted": lambda card, offer: offer.note if delisted(offer) else "",
    "licence": _licence,
    "tariffs": _tariffs,
    "subscription": _subscription,
    "regions": _regions,
    "sizes": _sizes,
    **{name: _limit(name) for name in Limits._fields if name not in SIZE_LIMITS},
}
