"""The cost of a usage at many candidates, as whole numbers of a tiny unit of money.

The money compared is `Cost.funding`, which is what has to be paid. The rates of a kind of usage become one whole number
for each item, so that a cost is a sum of products. Where that would not be exact (a minimum, a quotient that does not
end, very many decimals, periods), `pricing.cost` computes each cost.
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

#: The maximum decimals of a unit price, and of a quantity, for the cost to be a sum of whole products.
PRICE_PLACES, QUANTITY_PLACES = 36, 9
#: Amounts are whole numbers of this part of a unit of money.
PLACES = PRICE_PLACES + QUANTITY_PLACES

#: The unit price of each item, in tiny units.
Factors = tuple[int, ...]


class ScaledUsage(NamedTuple):
    """A usage at a moment, scaled for comparison at many candidates.

    `counts` are its quantities in billionths, in order of `items`, and None if they have more decimals; `floats` are
    the same as floats of one unit. `kind` is what determines prices, apart from quantities and the length of the
    prompt.
    """

    usage: Usage
    at: datetime
    items: tuple[str, ...]
    counts: tuple[int, ...] | None
    floats: tuple[float, ...]
    prompt: Decimal
    kind: tuple[object, ...]


def asked(usage: Usage, vocabulary: Vocabulary, at: datetime) -> ScaledUsage:
    """A usage scaled for comparison."""
    kind = kind_of(usage, vocabulary, at)
    items = tuple(name for name in sorted(usage.quantities) if name in kind.items)
    counts = [_whole(usage.quantities[item], QUANTITY_PLACES) for item in items]
    known = None if None in counts else tuple(count for count in counts if count is not None)
    floats = tuple([float(usage.quantities[item]) for item in items])
    like = (items, *sorted(usage.facts.items()), at.date())
    return ScaledUsage(usage, at, items, known, floats, kind.prompt, like)


class UnitCosts:
    """The unit costs of a kind of usage at one candidate, computed for each length of prompt on first use."""

    __slots__ = ("_by_length", "_card", "_offer", "_seller", "_thresholds", "_timely", "_vocabulary")

    def __init__(self, card: Card, offer: Offer, seller: Seller, at: datetime, vocabulary: Vocabulary) -> None:
        self._card, self._offer, self._seller, self._vocabulary = card, offer, seller, vocabulary
        tariff = tariff_at(offer, at.date())
        self._thresholds = tuple(sorted({rate.above for rate in tariff.rates if rate.above})) if tariff else ()
        self._timely = bool(tariff and tariff.periods)
        self._by_length: dict[int, Factors | Unpriced | None] = {}

    def amount(self, asked: ScaledUsage) -> int | Decimal | None:
        """The cost of the usage in tiny units of money, or None if its price is unknown."""
        length = bisect_left(self._thresholds, asked.prompt) if self._thresholds else 0
        try:
            factors = self._by_length[length]
        except KeyError:
            factors = self._by_length[length] = self._factors(asked)
        if factors is None or asked.counts is None:
            return self._exactly(asked)
        return None if isinstance(factors, Unpriced) else sum(map(mul, factors, asked.counts))

    def sure(self, asked: ScaledUsage) -> Factors | Unpriced | None:
        """The unit costs, or why there is no price, if independent of the prompt; else None."""
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
    """The cost of one unit of each item, fees included; None if costs are not proportional."""
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
    """The payment for each unit of a cost, fees included; None if that does not end."""
    result = decimals.ONE
    for fee in fees:
        part = decimals.quotient(fee.percent, fee_base(fee))
        if part is None:
            return None
        result = decimals.add(result, part)
    return result


def _whole(number: Decimal, places: int) -> int | None:
    """A number as a whole one with the decimal point moved, or None if it has more decimals."""
    scaled = decimals.multiply(number, Decimal(10) ** places)
    whole = int(scaled)
    return whole if whole == scaled else None


def money(amount: int | Decimal) -> Decimal:
    """An amount in tiny units as money."""
    return decimals.divide(Decimal(amount), _UNIT)
