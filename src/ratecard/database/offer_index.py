"""The index of a catalog: which offers have which text in each attribute, as bits, and below what no price lies.

Offers stand in order of slug, seller and model id; bit n of a set of bits is the n-th of them. A card that nobody
sells has a place too, so that it can be told why it is not chosen. Everything here follows from the cards.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import inf, nextafter
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.evidence import unit_price
from ratecard.core.records import Card, Offer, Tariff
from ratecard.database import offer_attributes
from ratecard.database.offer_attributes import ATTRIBUTES, CAPABILITY, NO_OFFER


class Place(NamedTuple):
    """Where a call could go: an offer of a card, which is its `number`-th."""

    slug: str
    seller: str
    model_id: str
    number: int = 0


class Index(NamedTuple):
    """What is known of all places at once.

    `holders` are by attribute the places that have each text; those in none of them have the empty one. `floors`
    are by meter below what no unit is sold at a place, whatever the day and the facts; infinite where it is not
    sold at all. They are binary fractions, and only ever less than a price.
    """

    places: Sequence[Place]
    holders: Mapping[str, Mapping[str, int]]
    floors: Mapping[str, Sequence[float]]


def index(cards: Iterable[Card]) -> Index:
    """The index of these cards."""
    found = sorted(_places(cards), key=lambda entry: entry[0])
    positions: dict[str, dict[str, list[int]]] = {}
    floors: dict[str, array[float]] = {}
    for position, (_, card, offer) in enumerate(found):
        for attribute, text in _texts(card, offer):
            positions.setdefault(attribute, {}).setdefault(text, []).append(position)
        for meter, floor in _floors(offer):
            floors.setdefault(meter, array("d", [inf]) * len(found))[position] = floor
    holders = {
        attribute: {text: bits(held) for text, held in sorted(by_text.items())}
        for attribute, by_text in sorted(positions.items())
    }
    return Index(tuple(place for place, _, _ in found), holders, dict(sorted(floors.items())))


def replaced(old: Index, slug: str, card: Card | None) -> Index:
    """The index with the card of this slug as it is now, or without one; all other places move up or down with it."""
    start = bisect_left(old.places, (slug,))
    end = start
    while end < len(old.places) and old.places[end].slug == slug:
        end += 1
    own = index([card] if card else [])
    size, low = len(own.places), (1 << start) - 1
    holders: dict[str, dict[str, int]] = {}
    for held in (old.holders, own.holders):
        for attribute, by_text in held.items():
            holders.setdefault(attribute, {}).update(dict.fromkeys(by_text, 0))
    for attribute, by_text in holders.items():
        before, now = old.holders.get(attribute, {}), own.holders.get(attribute, {})
        for text in by_text:
            held_before, held_now = before.get(text, 0), now.get(text, 0)
            by_text[text] = held_before & low | held_now << start | held_before >> end << start + size
    floors = {
        meter: _spliced(old.floors.get(meter), own.floors.get(meter), len(old.places), start, end, size)
        for meter in {*old.floors, *own.floors}
    }
    return Index((*old.places[:start], *own.places, *old.places[end:]), _some(holders), _sold(floors))


def _spliced(
    old: Sequence[float] | None, own: Sequence[float] | None, length: int, start: int, end: int, size: int
) -> array[float]:
    before = array("d", old or [inf] * length)
    before[start:end] = array("d", own or [inf] * size)
    return before


def _some(holders: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Only texts that some place has, in order."""
    found = {name: {text: held for text, held in sorted(texts.items()) if held} for name, texts in holders.items()}
    return {name: texts for name, texts in sorted(found.items()) if texts}


def _sold(floors: Mapping[str, array[float]]) -> dict[str, array[float]]:
    """Only meters that some place has a price for, in order."""
    return {meter: held for meter, held in sorted(floors.items()) if any(floor < inf for floor in held)}


def bits(positions: Sequence[int]) -> int:
    """The set of these positions, in rising order, as bits of a number."""
    held = bytearray((positions[-1] >> 3) + 1 if positions else 0)
    for position in positions:
        held[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(held, "little")


def members(held: int) -> Iterator[int]:
    """The positions in a set of bits, in rising order."""
    for start, byte in enumerate(held.to_bytes((held.bit_length() + 7) >> 3, "little")):
        if byte:
            yield from (start * 8 + bit for bit in _BITS[byte])


_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def _places(cards: Iterable[Card]) -> Iterator[tuple[Place, Card, Offer]]:
    for card in cards:
        for number, offer in enumerate(card.offers):
            yield Place(card.slug, offer.seller, offer.model_id, number), card, offer
        if not card.offers:
            yield Place(card.slug, "", ""), card, NO_OFFER


def _texts(card: Card, offer: Offer) -> Iterator[tuple[str, str]]:
    """Every attribute of a place about which somebody says something."""
    for name, read in ATTRIBUTES.items():
        text = read(card, offer)
        if text:
            yield name, text
    for word in {**card.capabilities, **offer.capabilities}:
        text = offer_attributes.known(offer_attributes.held(card, offer, word).value)
        if text:
            yield CAPABILITY + word, text


def _floors(offer: Offer) -> Iterator[tuple[str, float]]:
    lowest: dict[str, Decimal] = {}
    for tariff in offer.tariffs:
        share = _least_share(tariff)
        for rate in tariff.rates:
            price = decimals.multiply(unit_price(rate), share)
            lowest[rate.meter] = min(price, lowest.get(rate.meter, price))
    for meter, price in lowest.items():
        yield meter, nextafter(float(price), 0.0)


def _least_share(tariff: Tariff) -> Decimal:
    """What all reductions of a price list together could leave of a price."""
    share = decimals.ONE
    for change in tariff.adjustments:
        if change.percent < 0:
            share = decimals.multiply(share, max(decimals.ZERO, decimals.divide(100 + change.percent, Decimal(100))))
    return share
