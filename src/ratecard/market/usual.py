"""The defaults of a price list that has a price without conditions among prices by several facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ratecard.core.evidence import unit_price
from ratecard.core.records import Conditions, Rate

#: Prices by a single fact say which value is the usual one less surely: two values often cost the same.
FEWEST = 2


def with_defaults(rates: Sequence[Rate]) -> tuple[list[Rate], Mapping[str, str]]:
    """The rates without a meter's price under no conditions, if it is that of exactly one of its other prices.

    The conditions of that one are then what the seller takes where a call says nothing, and are returned as defaults.
    Otherwise a call that names one of the facts alone would be priced as if it had named none.
    """
    for meter in dict.fromkeys(rate.meter for rate in rates):
        usual = _usual([rate for rate in rates if rate.meter == meter])
        named = {fact for fact, _ in usual}
        elsewhere = {fact for rate in rates if rate.meter != meter for fact, _ in rate.when}
        if usual and named.isdisjoint(elsewhere):
            return [rate for rate in rates if rate.meter != meter or rate.when], dict(sorted(usual))
    return list(rates), {}


def _usual(rates: Sequence[Rate]) -> Conditions:
    """The conditions of the only rate of a meter that costs what it costs without any."""
    plain = [rate for rate in rates if not rate.when]
    cells = [rate for rate in rates if rate.when]
    kinds = {frozenset(fact for fact, _ in rate.when) for rate in cells}
    if len(plain) != 1 or len(kinds) != 1 or any(rate.above for rate in rates) or len(next(iter(kinds))) < FEWEST:
        return frozenset()
    same = [rate for rate in cells if _each(rate) == _each(plain[0])]
    return same[0].when if len(same) == 1 else frozenset()


def _each(rate: Rate) -> object:
    return unit_price(rate), rate.minimum
