"""Prices as pages print them: each rate with its unit and conditions, each zero with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ratecard.core import decimals, display, evidence
from ratecard.core.records import Claim, Rate, Tariff, Vocabulary
from ratecard.pricing.headline import headline_rates, unlisted

#: Why a zero is zero, in the words that always follow it.
ZERO_REASONS: Mapping[str, str] = {
    "free": "free",
    "beta": "free in beta",
    "included": "included",
    "subscription": "part of a subscription",
    "unverified": "unverified",
    "": "no reason given",
}

ZERO_SENTENCES: Mapping[str, str] = {
    "free": "The seller states that it takes nothing for this.",
    "beta": "The seller takes nothing while this is in beta; that is not a promise for later.",
    "included": "What is marked as included is covered by another rate of the same price list.",
    "subscription": "The calls are part of a plan that is paid by the month or in advance; a plan is not free.",
    "unverified": "A zero is printed, and nobody has confirmed that calls are free of charge.",
}

STATUS_SENTENCES: Mapping[str, str] = {
    evidence.KNOWN: "The seller states these prices, or two price lists that are independent of each other do.",
    evidence.SINGLE: "One price list that is not the seller's own states these prices; nothing confirms it.",
    evidence.STALE: "Nobody has read these prices in the 90 days before the newest reading; they may have changed.",
    evidence.UNDATED: "What was paid on that day is not known; these are the first prices known.",
    evidence.BETA: "The seller takes nothing while this is in beta.",
    evidence.FREE: "Every rate of this price list is zero, and its seller says so.",
    evidence.SUBSCRIPTION: "The calls are part of a plan that is paid apart from them.",
    evidence.UNVERIFIED: "A zero stands in this price list that should not be planned on.",
    evidence.UNPRICED: "No source that was read states a price. Unknown is not zero.",
    evidence.PARTIAL: "Some of what the seller charges for has no known price.",
    evidence.DISPUTED: "Sources give different prices; the one held is shown, with those that differ.",
}


class ShownPrice(NamedTuple):
    """A rate in words: Per image, quality high, $0.167."""

    label: str
    conditions: str
    shown: str
    long: str
    value: str
    unit: str
    zero: str

    @property
    def beside(self) -> str:
        """The unit where the label does not say it already."""
        return "" if self.unit == self.label.lower() else self.unit


class Headline(NamedTuple):
    """The price of a model in one line; `start` if it is the lowest of several prices."""

    prices: tuple[ShownPrice, ...] = ()
    start: bool = False

    @property
    def text(self) -> str:
        """The line itself: from $0.011 per image."""
        phrases = " + ".join(phrase(price) for price in self.prices)
        return f"from {phrases}" if self.start else phrases


def price(rate: Rate | Claim, vocabulary: Vocabulary, currency: str = "USD") -> ShownPrice:
    """A rate or claim as a page prints it."""
    meter = vocabulary.meters.get(rate.meter) or unlisted(rate.meter)
    shown, long, value = _written(rate.price, currency)
    return ShownPrice(
        label=meter.label,
        conditions=", ".join(_conditions(rate, vocabulary)),
        shown=shown,
        long=long,
        value=value,
        unit=display.per(rate.per, meter.unit),
        zero=ZERO_REASONS[rate.zero if isinstance(rate, Rate) else ""] if not rate.price else "",
    )


@lru_cache(maxsize=1 << 16)
def _written(amount: Decimal, currency: str) -> tuple[str, str, str]:
    """An amount as pages write it; cached, as a market has far fewer amounts than prices."""
    return display.price(amount, currency), display.long_price(amount, currency), decimals.text(amount)


def prices(tariff: Tariff | None, vocabulary: Vocabulary) -> tuple[ShownPrice, ...]:
    """Every rate of a price list, in its order."""
    rates = tariff.rates if tariff else ()
    return tuple(price(rate, vocabulary, tariff.currency) for rate in rates if tariff)


def phrase(price: ShownPrice) -> str:
    """A price with its unit, a zero's reason and its conditions: $0.100 per image."""
    remarks = "; ".join(remark for remark in (price.zero, price.conditions) if remark)
    return f"{price.shown} {price.unit}" + (f" ({remarks})" if remarks else "")


def headline(tariff: Tariff | None, vocabulary: Vocabulary) -> Headline:
    """The price of what the seller counts first, under the facts assumed by default."""
    chosen = headline_rates(tariff, vocabulary)
    start = any(not usual for _, usual in chosen)
    currency = tariff.currency if tariff else ""
    return Headline(tuple(price(rate, vocabulary, currency) for rate, _ in chosen), start)


def facts(pairs: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> str:
    """Facts as people read them: quality high, service tier batch."""
    labels = vocabulary.facts
    return display.conditions((labels[id].label.lower() if id in labels else id, value) for id, value in pairs)


def zero_sentences(tariff: Tariff | None) -> list[str]:
    """The meaning of each kind of zero in a price list."""
    reasons = dict.fromkeys(rate.zero for rate in tariff.rates if rate.zero) if tariff else {}
    return [ZERO_SENTENCES[reason] for reason in reasons]


def _conditions(rate: Rate | Claim, vocabulary: Vocabulary) -> Sequence[str]:
    found = [facts(rate.when, vocabulary)] if rate.when else []
    if isinstance(rate, Rate) and rate.above:
        found.append(f"prompt above {display.quantity(rate.above)} tokens")
    if isinstance(rate, Rate) and rate.minimum:
        found.append(f"at least {display.quantity(rate.minimum)} billed")
    return found
