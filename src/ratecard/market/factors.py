"""The percentages of a price list: prices under a service tier or in a region that are a multiple of the standard ones.

A batch price at half of every standard price is a rule of its seller, and says the price of a batch above a threshold
as well, whether a list spells it out or not. So where every price that a list states for a meter under one value of
such a fact is the same multiple of the price without it, the list is held as its standard prices and a percentage.
Prices that are no such multiple, or whose standard price is not stated, are held as they are; so is a single price that
no other bears out, since 0.13 may be half of 0.25, rounded. A percentage of zero says that the list knows the value,
and that the price stays the same under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.records import NO_CONDITIONS, Adjustment
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.policy import PriceKey
from ratecard.pricing.rates import could_tie

#: The decimals of a percentage that a seller would state; more are the rounding of two prices.
PLACES = 2
#: Meters that are a part of another one.
PARTS = (("reasoning_tokens", "output_tokens"),)

Prices = Mapping[PriceKey, PriceClaim]


class Factored(NamedTuple):
    """The prices that are no multiple of others, and the percentages from which the others follow."""

    prices: Prices
    adjustments: tuple[Adjustment, ...]


def factored(prices: Prices, facts: Iterable[str]) -> Factored:
    """The same price list with percentages for the values of some facts."""
    if not any(cell.when or cell.above for cell in prices):
        return Factored(prices, ())
    left = _stepped(_with_parts(prices))
    found: list[Adjustment] = []
    for fact in facts:
        under: dict[str, dict[str, list[PriceKey]]] = {}
        for cell in left:
            for value in (value for name, value in cell.when if name == fact):
                under.setdefault(value, {}).setdefault(cell.meter, []).append(cell)
        for value, meters in sorted(under.items()):
            shared: dict[Decimal, list[str]] = {}
            for meter, cells in meters.items():
                percent = _percent(left, cells, fact)
                if percent is not None:
                    shared.setdefault(percent, []).append(meter)
            for percent, alike in sorted(shared.items()):
                if not percent or len(alike) > 1 or len(meters[alike[0]]) > 1 or len(meters) == 1:
                    found.append(_adjustment(fact, value, percent, alike))
                    for cell in (cell for meter in alike for cell in meters[meter]):
                        del left[cell]
    return Factored(_completed(left, found), tuple(found))


def _with_parts(prices: Prices) -> Prices:
    """The prices with those of a part under every condition of the whole, where both cost the same without any.

    Thinking is billed as output: a list with a tier of output and none of thinking bills thinking in that tier as well.
    """
    found = dict(prices)
    for part, whole in PARTS:
        own, other = (prices.get(PriceKey(meter, NO_CONDITIONS, 0)) for meter in (part, whole))
        if own is not None and other is not None and (own.price, own.per) == (other.price, other.per):
            for cell in prices:
                if cell.meter == whole:
                    found.setdefault(cell._replace(meter=part), prices[cell]._replace(meter=part))
    return found


def _stepped(prices: Prices) -> dict[PriceKey, PriceClaim]:
    """The prices without those above a threshold of a meter whose price never changes there."""
    same: dict[tuple[str, int], bool] = {}
    for cell, price in prices.items():
        if cell.above:
            below = prices.get(cell._replace(above=0))
            step = cell.meter, cell.above
            same[step] = (
                same.get(step, True) and below is not None and (below.price, below.per) == (price.price, price.per)
            )
    return {cell: price for cell, price in prices.items() if not same.get((cell.meter, cell.above))}


def _percent(prices: Prices, cells: Iterable[PriceKey], fact: str) -> Decimal | None:
    """The percentage by which every one of some prices differs from the one without a fact; None if none is exact."""
    found = {_difference(prices, cell, fact) for cell in cells}
    return found.pop() if len(found) == 1 else None


def _difference(prices: Prices, cell: PriceKey, fact: str) -> Decimal | None:
    without = cell._replace(when=frozenset(pair for pair in cell.when if pair[0] != fact))
    standard = prices.get(without) or prices.get(without._replace(above=0))
    special = prices[cell]
    if standard is None or not standard.price or not special.price or standard.minimum != special.minimum:
        return None
    ratio = decimals.quotient(
        decimals.multiply(special.price, Decimal(standard.per)), decimals.multiply(standard.price, Decimal(special.per))
    )
    percent = None if ratio is None else decimals.multiply(decimals.subtract(ratio, decimals.ONE), decimals.HUNDRED)
    return percent if percent is not None and decimals.places(percent) <= PLACES else None


def _completed(prices: dict[PriceKey, PriceClaim], adjustments: Iterable[Adjustment]) -> Prices:
    """A price list with the prices of usages to which two of its prices would apply alike.

    A one-hour cache write in a long prompt costs as many times a short-lived one as in a short prompt. Where no price
    without the two conditions is stated, nobody can say, and a usage under both has no price.
    """
    percents: dict[tuple[str, str], Decimal] = {}
    for change in adjustments:
        if change.percent:
            percents.update(dict.fromkeys(change.when, change.percent))
    by_meter: dict[str, list[PriceKey]] = {}
    for cell in prices:
        by_meter.setdefault(cell.meter, []).append(cell)
    for cells in by_meter.values():
        for right, other in enumerate(cells):
            for one in cells[:right]:
                if could_tie(one, other, cells):
                    both = PriceKey(one.meter, one.when | other.when, max(one.above, other.above))
                    price = _product(prices, one, other, percents)
                    if price is not None and both not in prices:
                        prices[both] = price._replace(when=both.when, above=both.above)
                        cells.append(both)  # which the loop comes to as well
    return prices


def _product(
    prices: Prices, one: PriceKey, other: PriceKey, percents: Mapping[tuple[str, str], Decimal]
) -> PriceClaim | None:
    """The price under the conditions of two prices, each by its factor on the price that lacks both."""
    base = prices.get(PriceKey(one.meter, one.when & other.when, min(one.above, other.above)))
    if base is None or not base.price:
        return None
    price, special = prices[one], prices[other]
    factor = _rounded_factor(special, base, percents)
    if factor is not None:
        return price._replace(price=decimals.multiply(price.price, factor))
    dividend = decimals.multiply(decimals.multiply(price.price, special.price), Decimal(base.per))
    product = decimals.quotient(dividend, decimals.multiply(base.price, Decimal(special.per)))
    return None if product is None else price._replace(price=product)


def _rounded_factor(price: PriceClaim, base: PriceClaim, percents: Mapping[tuple[str, str], Decimal]) -> Decimal | None:
    """The factor of the list's own percentage for a condition of a price, if the price is that one rounded."""
    half = Decimal(5).scaleb(-decimals.places(price.price) - 1)
    for percent in (percents[pair] for pair in price.when - base.when if pair in percents):
        factor = decimals.factor_of(percent)
        difference = decimals.subtract(decimals.multiply(base.price, factor), price.price)
        if price.per == base.per and price.above == base.above and abs(difference) <= half:
            return factor
    return None


def _adjustment(fact: str, value: str, percent: Decimal, meters: Iterable[str]) -> Adjustment:
    return Adjustment(f"{fact.replace('_', ' ')} {value}", percent, frozenset({(fact, value)}), tuple(sorted(meters)))
