"""The attributes of an offer, each as one text, so that a rule judges all offers with the same text once.

An empty text means unknown. An offer's own value goes before its card's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ratecard.core import decimals, lives
from ratecard.core.evidence import DISPUTED, SUBSCRIPTION, UNVERIFIED, confidence, delisted, price_status
from ratecard.core.records import UNKNOWN, YES, Capability, Card, Licence, Limits, Offer, Source

#: The offer of a card that has none.
NO_OFFER = Offer("", "")

#: The limits that together give the possible sizes; they are one attribute.
SIZE_LIMITS = ("sizes", "min_side", "max_side", "multiple_of", "min_pixels", "max_pixels", "max_aspect")

CAPABILITY = "capability "


def value(attribute: str, card: Card, offer: Offer) -> str:
    """The text of an attribute at an offer of a card."""
    if attribute.startswith(CAPABILITY):
        return known(held(card, offer, attribute.removeprefix(CAPABILITY)).value)
    return ATTRIBUTES[attribute](card, offer)


def source(attribute: str, card: Card, offer: Offer) -> Source | None:
    """The source of an attribute at an offer; the card's first source if there is none of its own."""
    own: Source | None = None
    if attribute.startswith(CAPABILITY):
        own = held(card, offer, attribute.removeprefix(CAPABILITY)).source
    elif attribute == "licence":
        own = card.licence.source
    elif attribute == "retired":
        end = lives.end(card, offer)
        own = end.source if end else None
    elif attribute in ("tariffs", "delisted", "regions") and offer.tariffs:
        own = offer.tariffs[-1].sources[0]
    return own or (card.sources[0] if card.sources else None)


def held(card: Card, offer: Offer, word: str) -> Capability:
    """A capability at an offer: the offer's own, else the card's."""
    return offer.capabilities.get(word) or card.capabilities.get(word) or Capability(UNKNOWN)


def limits_of(card: Card, offer: Offer) -> Limits:
    """The limits at an offer: its own, else the card's."""
    if offer.limits == _NO_LIMITS:
        return card.limits
    own = {name: value for name, value in offer.limits._asdict().items() if value}
    return card.limits._replace(**own)


def known(word: str) -> str:
    """A word, or an empty text for `unknown`."""
    return "" if word == UNKNOWN else word


def words(text: str) -> tuple[str, ...]:
    """The words of an attribute that holds several."""
    return tuple(text.split(",")) if text else ()


#: The output of a model by its modality, where none is listed; a model of modality audio may have audio or text.
MAKES: Mapping[str, str] = {
    "text": "text", "image": "image", "video": "video", "embedding": "vector", "rerank": "score"
}  # fmt: skip


def _limit(name: str) -> Callable[[Card, Offer], str]:
    def read(card: Card, offer: Offer) -> str:
        found = getattr(limits_of(card, offer), name)
        return "" if found in (None, ()) else ",".join(found) if isinstance(found, tuple) else str(found)

    return read


def _sizes(card: Card, offer: Offer) -> str:
    found = limits_of(card, offer)
    stated = {name: limit for name in SIZE_LIMITS if (limit := getattr(found, name)) not in (None, ())}
    if "max_aspect" in stated:
        stated["max_aspect"] = decimals.text(stated["max_aspect"])
    return _json(stated) if stated else ""


def _retired(card: Card, offer: Offer) -> str:
    """The day an offer ends, whoever says so, and the model's successor."""
    end = lives.end(card, offer)
    return _json([end.date.isoformat(), lives.who(end.source), card.replaced_by]) if end else ""


def _delisted(card: Card, offer: Offer) -> str:
    """The day an offer was last seen and the note that says so, if no list has it any more."""
    return _json([offer.seen.isoformat() if offer.seen else "", offer.note]) if delisted(offer) else ""


def _licence(card: Card, offer: Offer) -> str:
    found = card.licence
    return "" if found == Licence() else _json([found.name, found.weights, found.commercial])


def _tariffs(card: Card, offer: Offer) -> str:
    """The first day, price status, currency, confidence and last check of each price list."""
    found: list[tuple[str, ...]] = []
    for tariff in offer.tariffs:
        since = tariff.effective.isoformat() if tariff.effective else ""
        checked = max(source.checked for source in tariff.sources).isoformat()
        status = price_status(tariff)
        if status == DISPUTED and not any(rate.price for rate in tariff.rates):
            status = UNVERIFIED
        found.append((since, status, tariff.currency, confidence(tariff), checked))
    return _json(found) if found else ""


def _subscription(card: Card, offer: Offer) -> str:
    """The seller, if a subscription includes all prices of the offer."""
    rates = [rate for tariff in offer.tariffs for rate in tariff.rates]
    return offer.seller if rates and all(rate.zero == SUBSCRIPTION for rate in rates) else ""


def _regions(card: Card, offer: Offer) -> str:
    """The regions that the id and the price lists of an offer name."""
    named = {region for fact, region in offer.facts.items() if fact == "region"}
    for tariff in offer.tariffs:
        conditions = [*(rate.when for rate in tariff.rates), *(change.when for change in tariff.adjustments)]
        for when in (*conditions, tariff.defaults.items()):
            named |= {region for fact, region in when if fact == "region"}
    return ",".join(sorted(named))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parsed(text: str) -> Any:
    """The value of an attribute's JSON text."""
    return json.loads(text)


_NO_LIMITS = Limits()

#: Every attribute except the capabilities, which are `capability <word>`.
ATTRIBUTES: Mapping[str, Callable[[Card, Offer], str]] = {
    "provider": lambda card, offer: card.provider,
    "sold": lambda card, offer: YES if offer.seller else "",
    "seller": lambda card, offer: offer.seller,
    "upstream": lambda card, offer: offer.upstream,
    "mode": lambda card, offer: known(offer.mode),
    "endpoints": lambda card, offer: ",".join(offer.endpoints),
    "modality": lambda card, offer: card.modality,
    "input": lambda card, offer: ",".join(card.input_modalities),
    "output": lambda card, offer: ",".join(card.output_modalities) or MAKES.get(card.modality, ""),
    "required_inputs": lambda card, offer: ",".join(card.required_inputs),
    "retired": _retired,
    "delisted": _delisted,
    "licence": _licence,
    "tariffs": _tariffs,
    "subscription": _subscription,
    "regions": _regions,
    "service_tier": lambda card, offer: offer.facts.get("service_tier", ""),
    "sizes": _sizes,
    **{name: _limit(name) for name in Limits._fields if name not in SIZE_LIMITS},
}
