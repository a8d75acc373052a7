"""What a usage comes to at many places: where a cost is so much per unit, as whole numbers of a tiny unit of money.

The money compared is `Cost.funding`, which is what has to be paid. What `ratecard.pricing.rates` says of a kind of
usage is turned into one whole number for every item, so that a cost is a sum of products; where it would not be exact
so (a minimum, a quotient that does not end, very many decimals, periods), `pricing.cost` is asked each time.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime
from decimal import Decimal
from operator import mul
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import Unpriced
from ratecard.core.evidence import tariff_at
from ratecard.core.records import Card, Fee, Offer, Seller, Vocabulary
from ratecard.core.usage import Usage
from ratecard.pricing.cost import cost, kind_of
from ratecard.pricing.rates import Kind, Terms, fee_base, terms

#: How many decimals a price of one unit may have, and a quantity, for the cost to be a sum of whole products.
PRICE_PLACES, QUANTITY_PLACES = 36, 9
#: Amounts are whole numbers of this part of a unit of money.
PLACES = PRICE_PLACES + QUANTITY_PLACES

#: So much of the currency for each of so many items, in tiny units.
Factors = tuple[int, ...]


class ScaledUsage(NamedTuple):
    """A usage at a moment, ready to be compared at many places.

    `counts` are its quantities in billionths, in order of `items`, and None where they have more decimals; `floats`
    the same as binary fractions of one. `kind` is what prices follow from apart from how much there is of
    everything and how long the prompt is.
    """

    usage: Usage
    at: datetime
    items: tuple[str, ...]
    counts: tuple[int, ...] | None
    floats: tuple[float, ...]
    prompt: Decimal
    kind: tuple[object, ...]


def asked(usage: Usage, vocabulary: Vocabulary, at: datetime) -> ScaledUsage:
    """A usage as it is compared."""
    kind = kind_of(usage, vocabulary, at)
    items = tuple(name for name in sorted(usage.quantities) if name in kind.items)
    counts = [_whole(usage.quantities[item], QUANTITY_PLACES) for item in items]
    known = None if None in counts else tuple(count for count in counts if count is not None)
    floats = tuple([float(usage.quantities[item]) for item in items])
    like = (items, *sorted(usage.facts.items()), at.date())
    return ScaledUsage(usage, at, items, known, floats, kind.prompt, like)


class UnitCosts:
    """What a kind of usage is charged at one place, worked out for each length of prompt when one comes."""

    __slots__ = ("_by_length", "_card", "_offer", "_seller", "_thresholds", "_timely", "_vocabulary")

    def __init__(self, card: Card, offer: Offer, seller: Seller, at: datetime, vocabulary: Vocabulary) -> None:
        self._card, self._offer, self._seller, self._vocabulary = card, offer, seller, vocabulary
        tariff = tariff_at(offer, at.date())
        self._thresholds = tuple(sorted({rate.above for rate in tariff.rates if rate.above})) if tariff else ()
        self._timely = bool(tariff and tariff.periods)
        self._by_length: dict[int, Factors | Unpriced | None] = {}

    def amount(self, asked: ScaledUsage) -> int | Decimal | None:
        """What the usage comes to in tiny units of money, or None where its price is not known."""
        length = bisect_left(self._thresholds, asked.prompt) if self._thresholds else 0
        try:
            factors = self._by_length[length]
        except KeyError:
            factors = self._by_length[length] = self._factors(asked)
        if factors is None or asked.counts is None:
            return self._exactly(asked)
        return None if isinstance(factors, Unpriced) else sum(map(mul, factors, asked.counts))

    def sure(self, asked: ScaledUsage) -> Factors | Unpriced | None:
        """What each unit costs, or why there is no price, where that holds however long the prompt is; else None."""
        if self._thresholds or self._timely:
            return None
        self.amount(asked)
        return self._by_length[0]

    def _factors(self, asked: ScaledUsage) -> Factors | Unpriced | None:
        if self._timely:
            return None
        kind = Kind(frozenset(asked.items), asked.usage.facts, asked.prompt, asked.at)
        try:
            return factors(terms(self._card, self._offer, self._seller, kind, self._vocabulary), asked.items)
        except Unpriced as error:
            return error.with_traceback(None)

    def _exactly(self, asked: ScaledUsage) -> Decimal | None:
        try:
            found = cost(self._card, self._offer, self._seller, asked.usage, self._vocabulary, asked.at)
        except Unpriced:
            return None
        return decimals.multiply(found.funding, _UNIT)


_UNIT = Decimal(10) ** PLACES


def factors(found: Terms, items: tuple[str, ...]) -> Factors | None:
    """What one unit of each item costs, all told; None where a cost is more than so much a unit."""
    each: dict[str, Decimal] = dict.fromkeys(items, decimals.ZERO)
    paid = _paid(found.fees)
    for line, term in enumerate(found.terms):
        if term.each is None or paid is None:
            return None
        charged = decimals.multiply(term.each, found.left(line))
        each[term.item] = decimals.add(each[term.item], decimals.multiply(charged, paid))
    numbers = [_whole(each[item], PRICE_PLACES) for item in items]
    return None if None in numbers else tuple(number for number in numbers if number is not None)


def _paid(fees: tuple[Fee, ...]) -> Decimal | None:
    """What is paid for each unit of money that a call costs; None where that does not end."""
    result = decimals.ONE
    for fee in fees:
        part = decimals.quotient(fee.percent, fee_base(fee))
        if part is None:
            return None
        result = decimals.add(result, part)
    return result


def _whole(number: Decimal, places: int) -> int | None:
    """A number in units of its last place, or None where it has more decimals than that."""
    scaled = decimals.multiply(number, Decimal(10) ** places)
    whole = int(scaled)
    return whole if whole == scaled else None


def money(amount: int | Decimal) -> Decimal:
    """An amount in tiny units as money."""
    return decimals.divide(Decimal(amount), _UNIT)
