"""The cheapest models of each modality, by the meter that most of its models are charged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display, evidence, lives
from ratecard.core.records import NO_CONDITIONS, Card, Collection, Meter, Offer, Rate
from ratecard.site import links
from ratecard.site.edition import Edition, tariff_of

#: The number of models in a collection.
COUNT = 20
#: Prices that differ by less are equal, as in the published query, which computes in binary fractions.
_GRAIN = Decimal("1e-9")


class Least(NamedTuple):
    """A model by its least price of a meter, and the offer that has it."""

    price: Decimal
    slug: str
    card: Card
    offer: Offer


class CheapestCollection(NamedTuple):
    """The cheapest models of a modality: the query in words, its meter, and the models in order."""

    collection: Collection
    meter: Meter
    models: tuple[Least, ...]


def collections(edition: Edition) -> tuple[CheapestCollection, ...]:
    """One collection for each modality in which any model has a comparable price."""
    found = (_collection(edition, modality, cards) for modality, cards in sorted(active_cards(edition).items()))
    return tuple(entry for entry in found if entry)


def active_cards(edition: Edition) -> dict[str, list[Card]]:
    """The models that someone may still sell, by modality."""
    found: dict[str, list[Card]] = {}
    for _, card in sorted(edition.catalog.cards.items()):
        if lives.is_alive(card, edition.day):
            found.setdefault(card.modality, []).append(card)
    return found


def _collection(edition: Edition, modality: str, cards: Sequence[Card]) -> CheapestCollection | None:
    prices = [
        (card, offer, rate) for card in cards for offer in card.offers for rate in _comparable(edition, card, offer)
    ]
    number = Counter(meter for meter, _ in {(rate.meter, card.slug) for card, _, rate in prices})
    meters = edition.catalog.vocabulary.meters
    leading = min(number, key=lambda one: (-number[one], one), default="")
    if not leading:
        return None
    meter = meters[leading]
    least: dict[str, Least] = {}
    for card, offer, rate in prices:
        if rate.meter == leading:
            price = decimals.multiply(evidence.unit_price(rate), Decimal(meter.per)).quantize(_GRAIN)
            entry = Least(price, card.slug, card, offer)
            least[card.slug] = min(least.get(card.slug, entry), entry, key=lambda one: one.price)
    ranked = sorted(least.values(), key=lambda one: (one.price, one.slug))
    return CheapestCollection(_query(modality, meter), meter, tuple(ranked[:COUNT]))


def _comparable(edition: Edition, card: Card, offer: Offer) -> list[Rate]:
    """The known prices of an offer that depend on no conditions."""
    tariff = tariff_of(edition, offer)
    if tariff is None or evidence.delisted(offer) or tariff.currency != "USD" or lives.ended(card, offer, edition.day):
        return []
    if evidence.price_status(tariff) not in evidence.COMPARABLE:
        return []
    return [rate for rate in tariff.rates if rate.when == NO_CONDITIONS and not rate.above and not rate.zero]


def _query(modality: str, meter: Meter) -> Collection:
    unit = display.per(meter.per, meter.unit)
    return Collection(
        id=f"cheapest-{links.anchor(modality)}",
        title=f"Cheapest {modality} models, {unit}",
        sentence=(
            f"Active {modality} models by their least price {unit}, the first {COUNT}, among known prices that depend "
            "on nothing else"
        ),
        modality=modality,
        lifecycle="active",
    )
