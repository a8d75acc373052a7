"""The comparison data of a model, as lines of a label and a value: the model's own, then those of each offer.

A line of an offer replaces the model's line of the same group and label.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ratecard.core import evidence
from ratecard.core.catalog import event_date
from ratecard.core.records import UNKNOWN, Capability, Card, Limits, Offer
from ratecard.site import links
from ratecard.site.edition import Edition, priced_offer, provider_name, seller_name, seller_of, tariff_of
from ratecard.site.views import capabilities, collections, fees, prices

#: A group, a label in it, and a value.
Line = tuple[str, str, str]

ABOUT, PRICE, CAN, LIMITS, LICENCE = "About", "Price", "Capabilities", "Limits", "Licence"
#: The order of the groups.
GROUPS = (ABOUT, PRICE, CAN, LIMITS, LICENCE)


def document(edition: Edition, card: Card) -> str:
    """The lines of a model as JSON, without unknown values."""
    shown = priced_offer(edition, card)
    offers = [
        {
            "seller": offer.seller,
            "name": seller_name(edition, offer.seller),
            **({"shown": True} if offer is shown else {}),
            "model_id": offer.model_id,
            "lines": [line for line in _there(edition, offer) if line[2]],
        }
        for offer in card.offers
    ]
    found = {
        "slug": card.slug,
        "name": card.name,
        "path": links.model(card.slug),
        "groups": GROUPS,
        "lines": [line for line in _own(edition, card) if line[2] not in ("", UNKNOWN)],
        "offers": offers,
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def _own(edition: Edition, card: Card) -> Iterator[Line]:
    born, end = collections.born(card), event_date(card, "retired")
    yield ABOUT, "Provider", provider_name(edition, card)
    yield ABOUT, "Family", card.family
    yield ABOUT, "Makes", card.modality
    yield ABOUT, "Takes in", ", ".join(card.input_modalities)
    yield ABOUT, "Gives back", ", ".join(card.output_modalities)
    yield ABOUT, "Since", born.isoformat() if born else ""
    yield ABOUT, "Retirement", end.isoformat() if end else "none announced"
    yield ABOUT, "Sellers", str(len({offer.seller for offer in card.offers}))
    yield from _can(edition, card.capabilities)
    yield from _limits(card.limits)
    yield LICENCE, "Licence", card.licence.name
    yield LICENCE, "Weights", card.licence.weights
    yield LICENCE, "Commercial use", card.licence.commercial


def _there(edition: Edition, offer: Offer) -> Iterator[Line]:
    tariff = tariff_of(edition, offer)
    vocabulary = edition.catalog.vocabulary
    yield PRICE, "Status", evidence.price_status(tariff)
    yield PRICE, "Confidence", evidence.confidence(tariff) if tariff else ""
    for price in prices.prices(tariff, vocabulary):
        zero = f" ({price.zero})" if price.zero else ""
        label = f"{price.label}, {price.conditions}" if price.conditions else price.label
        yield PRICE, label, f"{price.shown}{zero} {price.unit}"
    yield PRICE, "Assumed", prices.facts(tariff.defaults.items(), vocabulary) if tariff else ""
    yield PRICE, "Fee", fees.short(seller_of(edition, offer))
    yield PRICE, "Called there", offer.model_id
    yield from _can(edition, offer.capabilities)
    yield from _limits(offer.limits)


def _can(edition: Edition, said: Mapping[str, Capability]) -> Iterator[Line]:
    yield from ((CAN, word.label, said[word.id].value) for word in edition.words if word.id in said)


def _limits(held: Limits) -> Iterator[Line]:
    yield from ((LIMITS, limit.label, limit.value) for limit in capabilities.limits_of(held))
