"""The index of a catalog's offers: bit sets by attribute and text, and lower bounds of prices.

Candidates are sorted by slug, seller and model id; bit n of a bit set is the n-th of them. A card without offers is a
candidate too, so that a route can explain its rejection. The index is derived from the cards alone.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from math import inf, nextafter
from operator import attrgetter
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.evidence import unit_price
from ratecard.core.records import Adjustment, Card, Conditions, Offer
from ratecard.database import offer_attributes
from ratecard.database.offer_attributes import NO_OFFER, Sellers


class Candidate(NamedTuple):
    """An offer that a call could use: the `number`-th of its card."""

    slug: str
    seller: str
    model_id: str
    number: int = 0


class Index(NamedTuple):
    """All candidates with their postings and lower bounds.

    `postings` map an attribute and a text to the bit set of candidates with that text; a candidate in none of them has
    the empty text. `lower_bounds` map a meter to a lower bound of its unit price at each candidate, whatever the day
    and the facts; infinite where the meter has no price. They are floats strictly below the exact prices.
    """

    candidates: Sequence[Candidate]
    postings: Mapping[str, Mapping[str, int]]
    lower_bounds: Mapping[str, Sequence[float]]


def index(cards: Iterable[Card], sellers: Sellers) -> Index:
    """The index of the cards of these sellers."""
    candidates: list[Candidate] = []
    positions: dict[str, dict[str, list[int]]] = {}
    priced: dict[str, dict[int, float]] = {}
    for card in sorted(cards, key=attrgetter("slug")):
        offers, texts = card.offers or (NO_OFFER,), [*offer_attributes.texts(card, sellers)]
        for own in sorted(Candidate(card.slug, one.seller, one.model_id, place) for place, one in enumerate(offers)):
            for attribute, text in texts[own.number].items():
                if text:
                    positions.setdefault(attribute, {}).setdefault(text, []).append(len(candidates))
            for meter, bound in _lower_bounds(offers[own.number]):
                priced.setdefault(meter, {})[len(candidates)] = bound
            candidates.append(own)
    postings = {
        attribute: {text: bits(held) for text, held in sorted(by_text.items())}
        for attribute, by_text in sorted(positions.items())
    }
    lower_bounds: dict[str, array[float]] = {}
    for meter, bounds in sorted(priced.items()):
        lower_bounds[meter] = array("d", [inf]) * len(candidates)
        for position, bound in bounds.items():
            lower_bounds[meter][position] = bound
    return Index(tuple(candidates), postings, lower_bounds)


def replaced(old: Index, slug: str, card: Card | None, sellers: Sellers) -> Index:
    """The index with one card replaced or removed; the positions after it shift."""
    start = bisect_left(old.candidates, (slug,))
    end = start
    while end < len(old.candidates) and old.candidates[end].slug == slug:
        end += 1
    own = index([card] if card else [], sellers)
    size, low = len(own.candidates), (1 << start) - 1
    postings: dict[str, dict[str, int]] = {}
    for held in (old.postings, own.postings):
        for attribute, by_text in held.items():
            postings.setdefault(attribute, {}).update(dict.fromkeys(by_text, 0))
    for attribute, by_text in postings.items():
        before, now = old.postings.get(attribute, {}), own.postings.get(attribute, {})
        for text in by_text:
            held_before, held_now = before.get(text, 0), now.get(text, 0)
            by_text[text] = held_before & low | held_now << start | held_before >> end << start + size
    lower_bounds: dict[str, array[float]] = {}
    for meter in sorted({*old.lower_bounds, *own.lower_bounds}):
        bounds = array("d", old.lower_bounds.get(meter) or [inf] * len(old.candidates))
        bounds[start:end] = array("d", own.lower_bounds.get(meter) or [inf] * size)
        if min(bounds, default=inf) < inf:
            lower_bounds[meter] = bounds
    found = {name: {text: held for text, held in sorted(texts.items()) if held} for name, texts in postings.items()}
    return Index(
        (*old.candidates[:start], *own.candidates, *old.candidates[end:]),
        {name: texts for name, texts in sorted(found.items()) if texts},
        lower_bounds,
    )


def bits(positions: Sequence[int]) -> int:
    """Ascending positions as a bit set."""
    held = bytearray((positions[-1] >> 3) + 1 if positions else 0)
    for position in positions:
        held[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(held, "little")


def members(held: int) -> Iterator[int]:
    """The positions in a bit set, ascending."""
    for start, byte in enumerate(held.to_bytes((held.bit_length() + 7) >> 3, "little")):
        if byte:
            yield from (start * 8 + bit for bit in _BITS[byte])


_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def _least_left(adjustments: Iterable[Adjustment], meter: str) -> Decimal:
    """The smallest share of a price that reductions can leave, given that a fact has one value at a time."""
    together: dict[Conditions, Decimal] = {}
    for change in adjustments:
        if change.percent < 0 and meter in (change.meters or (meter,)):
            share = max(decimals.ZERO, decimals.factor_of(change.percent))
            together[change.when] = decimals.multiply(share, together.get(change.when, decimals.ONE))
    least: dict[frozenset[str], Decimal] = {}
    for when, share in together.items():
        facts = frozenset(fact for fact, _ in when)
        least[facts] = min(share, least.get(facts, share))
    return reduce(decimals.multiply, least.values(), decimals.ONE)


def _lower_bounds(offer: Offer) -> Iterator[tuple[str, float]]:
    lowest: dict[str, Decimal] = {}
    for tariff in offer.tariffs:
        for rate in tariff.rates:
            price = unit_price(rate)
            if tariff.adjustments:
                price = decimals.multiply(price, _least_left(tariff.adjustments, rate.meter))
            lowest[rate.meter] = min(price, lowest.get(rate.meter, price))
    for meter, price in lowest.items():
        yield meter, nextafter(float(price), 0.0)
