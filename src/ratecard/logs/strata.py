"""Strata: the parts of a log in which a cost is a constant for each row plus so much for each unit.

The rate of a row depends on its model and facts, the length of its prompt, its moment, the meters it has, and
minimums. Where none of these differ, the cost is affine in the quantities, so the cost of the sums of a million rows is
exactly that of the rows. `terms` chooses the rates, as for a single cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ratecard.core import decimals, lives
from ratecard.core.evidence import known_from, tariff_at
from ratecard.core.periods import period_at, window
from ratecard.core.records import Card, Fee, Meter, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.core.usage import reading_facts, reading_times
from ratecard.pricing.classes import with_class
from ratecard.pricing.cost import line
from ratecard.pricing.rates import (
    PERIOD,
    Assumed,
    Kind,
    Term,
    Terms,
    meant,
    price_of_one,
    rate_for,
    special,
    terms,
    unknown,
)
from ratecard.responses.flavors.rows import Amount
from ratecard.responses.folding import costs_as, folds, immaterial

#: A Monday: the minutes of a week are counted from its first.
MONDAY = date(2024, 1, 1)
MINUTES_A_DAY = 24 * 60
#: The decimals of a log's fractional quantities, such as seconds.
PLACES = 9
#: What separates the meter of an item from a fact of its quantity alone, as in `cache_write_tokens@cache_ttl=1h`.
APART = "@"


def meter_of(item: str) -> str:
    """The meter that an item is counted by."""
    return item.partition(APART)[0]


def _by_facts(items: Iterable[str]) -> Iterator[tuple[str, dict[str, str], frozenset[str]]]:
    """The end of all items with the same fact of their own, that fact, and their meters; first those without."""
    ends: dict[str, set[str]] = {"": set()}
    for item in items:
        meter, apart, own = item.partition(APART)
        ends.setdefault(apart + own, set()).add(meter)
    for end, meters in ends.items():
        yield end, dict([end.removeprefix(APART).split("=")]) if end else {}, frozenset(meters)


class SoldOffer(NamedTuple):
    """The offer that a row's model name means."""

    card: Card
    offer: Offer
    seller: Seller


class Span(NamedTuple):
    """The first and the last day of a log."""

    first: date
    last: date


class Splits(NamedTuple):
    """Where the price of a model's rows changes.

    `prompts` are the numbers of tokens from which another rate applies, `days` those on which a price list takes
    effect, `minutes` those of the week at which a period begins or ends, `quantities` the thresholds by meter: the
    least possible one, where presence decides, and those that reach a minimum. `endless` meters have a price that does
    not end as a decimal; each of their quantities is priced by itself.
    """

    prompts: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    minutes: tuple[int, ...] = ()
    quantities: Mapping[str, tuple[Decimal, ...]] = {}
    endless: tuple[str, ...] = ()


class Stratum(NamedTuple):
    """Rows of one offer with the same facts between the same splits, represented by one of them.

    `prompt`, `day` and `minute` (of the week) are values that any of its rows could have; `items` are the meters it may
    have, apart where a call has several quantities of one, under different facts; `reached` is the least quantity of
    each, `fixed` the exact quantities of all its rows, `reported` whether the quantities come from an API's report.
    """

    sold: SoldOffer
    facts: Mapping[str, str]
    prompt: int
    day: date
    minute: int
    items: frozenset[str]
    reached: Mapping[str, Decimal] = {}
    fixed: Mapping[str, Decimal] = {}
    reported: bool = False


class TermCost(NamedTuple):
    """The cost of one term in a stratum: `constant` for each row, `each` for every unit of the item.

    `share` is the part of the rate's price left by percentages; both include it.
    """

    term: Term
    constant: Decimal
    each: Decimal
    share: Decimal


class StratumPrice(NamedTuple):
    """The price of a stratum's rows, and its price list."""

    tariff: Tariff
    term_costs: tuple[TermCost, ...]
    fees: tuple[Fee, ...]
    assumed: tuple[Assumed, ...]
    price_status: str
    warnings: tuple[str, ...]

    @property
    def constant(self) -> Decimal:
        """The cost of each row apart from its quantities."""
        return decimals.total([charge.constant for charge in self.term_costs])

    @property
    def each(self) -> dict[str, Decimal]:
        """What each unit of an item costs."""
        items = dict.fromkeys(charge.term.item for charge in self.term_costs)
        return {
            item: decimals.total([charge.each for charge in self.term_costs if charge.term.item == item])
            for item in items
        }


def price(stratum: Stratum, vocabulary: Vocabulary) -> StratumPrice:
    """The price of a stratum's rows; raises `Unpriced` if any part of their usage has none."""
    term_costs: list[TermCost] = []
    parts = []
    for end, own, items in _by_facts(stratum.items):
        parts.append(found := _terms(stratum, {**stratum.facts, **own}, items, vocabulary))
        own_terms = (term._replace(item=term.item + end) for term in found.terms)
        for number, term in enumerate(own_terms):
            left = found.left(number)
            constant, each = _affine(term, stratum)
            term_costs.append(TermCost(term, decimals.multiply(constant, left), decimals.multiply(each, left), left))
    first = parts[0]
    assumed = dict.fromkeys(one for part in parts for one in part.assumed)
    warnings = dict.fromkeys(one for part in parts for one in part.warnings)
    return StratumPrice(
        first.tariff, tuple(term_costs), first.fees, tuple(assumed), first.price_status, tuple(warnings)
    )


def _terms(stratum: Stratum, facts: Mapping[str, str], items: frozenset[str], vocabulary: Vocabulary) -> Terms:
    """The rates of those items of a stratum that have the same facts."""
    sold = stratum.sold
    tariff = tariff_at(sold.offer, stratum.day)
    if tariff is not None and tariff.periods and PERIOD not in facts:
        moment = datetime.combine(MONDAY, time()) + timedelta(minutes=stratum.minute)
        facts = {**facts, PERIOD: period_at(tariff.periods, moment)}
    if tariff is not None and stratum.reported:
        facts = {**dict(immaterial(items, facts, tariff)), **facts}
    kind = Kind(items, facts, Decimal(stratum.prompt), datetime.combine(stratum.day, time()))
    return terms(sold.card, sold.offer, sold.seller, kind, vocabulary)


def _affine(term: Term, stratum: Stratum) -> tuple[Decimal, Decimal]:
    """The cost of a term for each row of a stratum, and for each unit of its item."""
    item, meter, times, rate, each = term
    if item in stratum.fixed:
        return line(item, meter, times, rate, stratum.fixed[item]).amount, decimals.ZERO
    if rate.minimum and decimals.multiply(stratum.reached[item], times) < rate.minimum:
        return line(item, meter, times, rate, decimals.ZERO).amount, decimals.ZERO
    each = price_of_one(rate, times) if each is None else each
    assert each is not None, "the quantities of endless prices are fixed"
    return decimals.ZERO, each


def splits(sold: SoldOffer, facts: Mapping[str, str], items: frozenset[str], span: Span, words: Vocabulary) -> Splits:
    """Where the price of an offer's rows changes, under their facts."""
    found = [(end, _splits(sold, {**facts, **own}, meters, span, words)) for end, own, meters in _by_facts(items)]
    every = [part for _, part in found]
    return Splits(
        prompts=tuple(sorted({prompt for part in every for prompt in part.prompts})),
        days=tuple(sorted({day for part in every for day in part.days})),
        minutes=tuple(sorted({minute for part in every for minute in part.minutes})),
        quantities={meter + end: bounds for end, part in found for meter, bounds in part.quantities.items()},
        endless=tuple(sorted(meter + end for end, part in found for meter in part.endless)),
    )


def _splits(sold: SoldOffer, facts: Mapping[str, str], items: frozenset[str], span: Span, words: Vocabulary) -> Splits:
    """The same for items that have the same facts."""
    facts = meant(facts, sold.seller)
    lists = [
        (tariff, {**tariff.defaults, **known}, special(known, sold.offer, words))
        for tariff in _in_force(sold.offer, span)
        for known in (with_class(facts, tariff),)
    ]
    meters = words.meters
    measures = [part for tariff, held, _ in lists for part in _measures(tariff, items, held, meters)]
    quantities: dict[str, set[Decimal]] = {}
    doubtful = (_doubtful(tariff, items, held, meters) for tariff, held, _ in lists)
    unknown_to = (_unknown_to(tariff, sold.seller, items, given, meters) for tariff, _, given in lists)
    for item in sorted(set().union(*doubtful, *unknown_to)):
        quantities[item] = {least(meters[item])}
    for item, rate, times in measures:
        if rate.minimum:
            quantities.setdefault(item, set()).update((least(meters[item]), _reach(rate.minimum, times, meters[item])))
    return Splits(
        prompts=tuple(sorted({rate.above + 1 for _, rate, _ in measures if rate.above})),
        days=tuple(sorted({day for day in _turning_days(sold) if span.first < day <= span.last})),
        minutes=tuple(sorted({turn for tariff, *_ in lists if PERIOD not in facts for turn in _turns(tariff)})),
        quantities={item: tuple(sorted(bounds)) for item, bounds in quantities.items()},
        endless=tuple(sorted({item for item, rate, times in measures if price_of_one(rate, times) is None})),
    )


def unbilled(sold: SoldOffer, items: frozenset[str], span: Span, meters: Mapping[str, Meter]) -> frozenset[str]:
    """The items that none of an offer's price lists in a span has a rate for."""
    rated = {rate.meter for tariff in _in_force(sold.offer, span) for rate in tariff.rates}
    readings = (meters[name].reading for name in rated)
    return items - rated - {reading.of for reading in readings if reading}


def folding(sold: SoldOffer, amounts: Iterable[Amount], span: Span) -> dict[str, str]:
    """The meters of a report that an offer bills as another one, by that one.

    Where one of its price lists in that span does and another does not, it is billed by its own price: on the days of
    the others a row that has some of it has no price.
    """
    lists = list(_in_force(sold.offer, span))
    found = {}
    for amount in amounts:
        ways = {folds(amount, tariff) for tariff in lists}
        if len(ways) > 1 and all(folds(amount, tariff) or costs_as(amount, tariff) for tariff in lists):
            ways = {True}  # the same money either way
        if ways == {True}:
            found[amount.meter] = amount.within
    return found


def least(meter: Meter) -> Decimal:
    """The smallest quantity of a meter that a log can hold."""
    return decimals.ONE if meter.whole else Decimal(1).scaleb(-PLACES)


def _turning_days(sold: SoldOffer) -> Iterator[date]:
    """The days from which an offer has another price, or one that is surer."""
    released = lives.released(sold.card, sold.offer)
    if released:
        yield released
    for tariff in sold.offer.tariffs:
        if tariff.effective:
            yield tariff.effective
        yield known_from(sold.offer, tariff)


def _within(tariff: Tariff, span: Span) -> bool:
    return tariff.effective is not None and span.first < tariff.effective <= span.last


def _in_force(offer: Offer, span: Span) -> Iterator[Tariff]:
    first = tariff_at(offer, span.first)
    if first is not None:
        yield first
    yield from (tariff for tariff in offer.tariffs if _within(tariff, span))


def _turns(tariff: Tariff) -> Iterator[int]:
    """The minutes of the week at which a period of a price list begins or ends."""
    for windows in tariff.periods.values():
        for part in map(window, windows):
            for day in part.days:
                yield from (day * MINUTES_A_DAY + part.start, day * MINUTES_A_DAY + part.end)


def _measures(
    tariff: Tariff, items: frozenset[str], facts: Mapping[str, str], meters: Mapping[str, Meter]
) -> Iterator[tuple[str, Rate, Decimal]]:
    """Each rate with each item it can measure and how often; items that lack a fact are in `_doubtful`."""
    for rate in tariff.rates:
        if rate.meter in items:
            yield rate.meter, rate, decimals.ONE
        reading = meters[rate.meter].reading
        if reading and reading.of in items and facts.keys() >= set(reading_facts(reading)):
            times = reading_times(reading, facts)
            if times:
                yield reading.of, rate, times


def _reach(minimum: Decimal, times: Decimal, meter: Meter) -> Decimal:
    """The least quantity of an item that reaches a minimum, of those that a log can hold."""
    places = 0 if meter.whole else PLACES
    return Decimal(ceil(Fraction(minimum) / Fraction(times) * 10**places)).scaleb(-places)


def _unknown_to(
    tariff: Tariff, seller: Seller, items: frozenset[str], given: Mapping[str, str], meters: Mapping[str, Meter]
) -> set[str]:
    """The items whose price list does not know the facts given, so that a row with any of them has no price."""
    found: set[str] = set()
    for name in {rate.meter for rate in tariff.rates} if given else ():
        reading = meters[name].reading
        measured = items & {name, reading.of if reading else name}
        if measured and any(unknown(tariff, seller, name, given)):
            found |= measured
    return found


def _doubtful(tariff: Tariff, items: frozenset[str], facts: Mapping[str, str], meters: Mapping[str, Meter]) -> set[str]:
    """The items whose presence can decide whether, or by which meters, a row is priced."""
    found: set[str] = set()
    covered: set[str] = set()
    timeless = frozenset((fact, value) for fact, value in facts.items() if fact != PERIOD)
    for name in {rate.meter for rate in tariff.rates}:
        reading, rates = meters[name].reading, [rate for rate in tariff.rates if rate.meter == name]
        measured = items & {name, reading.of if reading else name}
        covered |= measured
        lacks = reading is not None and reading.of in items and not facts.keys() >= set(reading_facts(reading))
        other = meters[name].instead_of
        prompts = {0, *(rate.above + 1 for rate in rates if rate.above)}
        unrated = any(rate_for(rates, timeless, Decimal(prompt)) is None for prompt in prompts)
        if len(measured) > 1 or lacks or unrated:
            found |= measured
        if {name, other} <= items:
            found |= {name, other}
    return found | (items - covered)
