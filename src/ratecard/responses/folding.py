"""Folds reported quantities into the meter that contains them, and finds facts that do not change a price."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ratecard.core.evidence import unit_price
from ratecard.core.records import Tariff
from ratecard.responses.flavors.rows import Amount


def folds(amount: Amount, tariff: Tariff) -> bool:
    """Whether a price list bills an amount as the meter that contains it."""
    rates = [rate for rate in tariff.rates if rate.meter == amount.meter]
    included = bool(rates) and all(rate.zero == "included" for rate in rates)
    return bool(amount.within) and (included or (amount.alike and not rates))


def costs_as(amount: Amount, tariff: Tariff) -> bool:
    """Whether a price list has the same prices of an amount as of the meter that contains it."""
    prices: dict[str, set[tuple[object, ...]]] = {amount.meter: set(), amount.within: set()}
    for rate in tariff.rates:
        if rate.meter in prices:
            prices[rate.meter].add((unit_price(rate), rate.when, rate.above, rate.minimum))
    shares = [{amount.meter, amount.within} & set(change.meters) for change in tariff.adjustments if change.meters]
    return prices[amount.meter] == prices[amount.within] and all(len(share) != 1 for share in shares)


def immaterial(meters: Collection[str], facts: Mapping[str, str], tariff: Tariff) -> Iterator[tuple[str, str]]:
    """Missing facts that every rate of the meters used depends on, at one price for all values."""
    held = {**tariff.defaults, **facts}
    rates = [rate for rate in tariff.rates if rate.meter in meters]
    for fact in sorted({fact for rate in rates for fact, _ in rate.when} - set(held)):
        asking = [rate for rate in rates if fact in dict(rate.when)]
        own = {rate.meter for rate in asking}
        free = {rate.meter for rate in rates if rate not in asking}
        alike = {
            (rate.meter, rate.price, rate.per, rate.above, rate.when - {(fact, dict(rate.when)[fact])})
            for rate in asking
        }
        if not own & free and len(alike) == len({kind[:1] + kind[3:] for kind in alike}):
            yield fact, min(dict(rate.when)[fact] for rate in asking)
