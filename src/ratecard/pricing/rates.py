"""Resolves the rates for one kind of usage: the rate of each quantity, and the price of a unit of it.

A rate applies if its conditions are a subset of the facts and the prompt is above its threshold; of those that apply,
the one with the most conditions wins, a threshold being one. Two that tie are no rate, since nobody says which is
meant. A given value that a list does not know, of a fact by which it has prices, has no rate either; nor has a tier or
region that the list does not know of a seller that prices those apart. A quantity without a rate is an error.

Resolved rates do not depend on the amounts of a usage. They are the one source of a cost's lines, of cached costs, of
the router's integer amounts and of the prices of a log: a unit price, reduced or raised by percentages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from ratecard.core import decimals, lives
from ratecard.core.errors import Unpriced, listed
from ratecard.core.evidence import (
    DISPUTED,
    STALE,
    UNDATED,
    UNVERIFIED,
    delisted,
    known_from,
    last_read,
    status_on,
    tariff_at,
)
from ratecard.core.records import Adjustment, Card, Conditions, Fee, Meter, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.core.usage import reading_facts, reading_times
from ratecard.pricing.classes import RESOLUTION, SIZE, with_class

#: The fact that names the part of the week of a call.
PERIOD = "period"
#: What is said of a fact that was given and on which the price does not depend.
IDLE = "is in none of the prices used here, and taken not to matter"
#: What is said where a part of the usage is in no number.
LEFT_OUT = "this total leaves it out"


class Kind(NamedTuple):
    """A usage without its amounts.

    `items` are the meters with a quantity above zero, `prompt` are the tokens that thresholds count, `at` is the time
    in UTC.
    """

    items: frozenset[str]
    facts: Mapping[str, str]
    prompt: Decimal
    at: datetime


class Term(NamedTuple):
    """The rate of a line: each unit of `item` is `times` units of `meter`, charged at `rate`.

    `each` is the exact price of a unit of the item, before percentages. It is None if a line is not that price times
    a quantity: under a rate with a minimum, or if the decimals of the price do not end.
    """

    item: str
    meter: str
    times: Decimal
    rate: Rate
    each: Decimal | None


class Share(NamedTuple):
    """A percentage, and its share of the amount of each line, in order.

    Each percentage is applied to the result of the previous ones.
    """

    name: str
    percent: Decimal
    of_lines: tuple[Decimal, ...]


class Assumed(NamedTuple):
    """A fact that was not given, and the reason for the assumed value."""

    fact: str
    value: str
    why: str


class Names(NamedTuple):
    """What people call what a cost holds by its id: the seller, and the unit of each meter."""

    seller: str = ""
    units: Mapping[str, str] = {}


class Terms(NamedTuple):
    """The rates of one offer for a kind of usage: a term for every line, then the percentages and fees."""

    slug: str
    seller: str
    model_id: str
    tariff: Tariff
    terms: tuple[Term, ...]
    shares: tuple[Share, ...]
    fees: tuple[Fee, ...]
    assumed: tuple[Assumed, ...]
    price_status: str
    warnings: tuple[str, ...]
    names: Names = Names()

    def left(self, line: int) -> Decimal:
        """The factor by which all percentages multiply the amount of a line."""
        return decimals.total([decimals.ONE, *(share.of_lines[line] for share in self.shares)])


def terms(card: Card, offer: Offer, seller: Seller, kind: Kind, vocabulary: Vocabulary) -> Terms:
    """The rates of an offer for a kind of usage.

    Raises `Unpriced`, naming every quantity without a rate.
    """
    tariff = _tariff(card, offer, kind.at)
    stated = meant(kind.facts, seller)
    kind = kind._replace(facts=with_class(stated, tariff))
    facts = {**tariff.defaults, **_timely(tariff, kind.at), **kind.facts}
    given = special(kind.facts, offer, vocabulary)
    found, missing = _terms(tariff, seller, kind, facts, given, vocabulary.meters)
    if missing:
        raise Unpriced(card.slug, offer.seller, missing)
    held = frozenset(facts.items())
    relevant = _relevant(tariff, seller, found, vocabulary.meters)
    if RESOLUTION in relevant and kind.facts.keys() - stated.keys():
        relevant.add(SIZE)
    charged = tuple(term for term in found if term.times)
    return Terms(
        slug=card.slug,
        seller=offer.seller,
        model_id=offer.model_id,
        tariff=tariff,
        terms=charged,
        shares=tuple(_shares([change for change in tariff.adjustments if change.when <= held], charged)),
        fees=tuple(fee for fee in seller.fees if not (fee.waived and fee.waived <= held)),
        assumed=tuple(_assumed(tariff, kind, stated, relevant)),
        price_status=status_on(offer, tariff, kind.at.date()),
        warnings=tuple(_warnings(card, offer, tariff, seller, kind._replace(facts=stated), relevant)),
        names=Names(seller.name, {term.meter: vocabulary.meters[term.meter].unit for term in charged}),
    )


def rate_for(rates: Iterable[Rate], facts: Conditions, prompt: Decimal) -> Rate | None:
    """The rate with the most conditions of those that apply, or None if none applies or two tie.

    A threshold is a condition; of rates under the same conditions the highest threshold wins.
    """
    best: Rate | None = None
    tied = False
    for rate in rates:
        if not applies(rate, facts, prompt):
            continue
        more = 1 if best is None else conditions(rate) - conditions(best)
        if best is None or more > 0 or (more == 0 and rate.when == best.when and rate.above > best.above):
            best, tied = rate, tied and more == 0
        elif more == 0 and rate.when != best.when:
            tied = True
    return None if tied else best


class Priced(Protocol):
    """What prices a meter under conditions: a rate, or a claim of one."""

    @property
    def meter(self) -> str:
        """What is counted."""

    @property
    def when(self) -> Conditions:
        """The facts that must hold."""

    @property
    def above(self) -> int:
        """The threshold of the prompt."""


def could_tie(one: Priced, other: Priced, others: Iterable[Priced] = ()) -> bool:
    """Whether both could apply to one usage with equally many conditions, while none of the others wins over both."""
    if one.meter != other.meter:
        return False
    if one.when == other.when:
        return one.above == other.above
    both = one.when | other.when
    if len({fact for fact, _ in both}) < len(both) or conditions(one) != conditions(other):
        return False
    above = max(one.above, other.above)
    return not any(
        third.meter == one.meter and third.when <= both and third.above <= above and conditions(third) > conditions(one)
        for third in others
    )


def applies(rate: Rate, facts: Conditions, prompt: Decimal) -> bool:
    """Whether a rate's conditions hold and the prompt is above its threshold."""
    return rate.when <= facts and (not rate.above or prompt > rate.above)


def conditions(rate: Priced) -> int:
    """The number of conditions of a rate, its threshold included."""
    return len(rate.when) + bool(rate.above)


def meant(facts: Mapping[str, str], seller: Seller) -> Mapping[str, str]:
    """Facts with the values that the words of a seller stand for: fast serving is OpenAI's word for priority."""
    if not seller.means:
        return facts
    return {fact: seller.means.get(fact, {}).get(value, value) for fact, value in facts.items()}


def special(facts: Mapping[str, str], offer: Offer, vocabulary: Vocabulary) -> dict[str, str]:
    """Those of the facts given that ask for anything but the standard price of an offer."""
    return {
        fact: value
        for fact, value in facts.items()
        if offer.facts.get(fact) != value and not (fact in vocabulary.facts and value in vocabulary.facts[fact].plain)
    }


def _values(tariff: Tariff, meter: str, fact: str) -> set[str]:
    """The values of a fact under which a price list has prices of a meter."""
    rates = (rate.when for rate in tariff.rates if rate.meter == meter)
    changes = (change.when for change in tariff.adjustments if meter in (change.meters or (meter,)))
    return {value for when in (*rates, *changes) for name, value in when if name == fact}


def unknown(tariff: Tariff, seller: Seller, meter: str, given: Mapping[str, str]) -> Iterator[str]:
    """What a price list does not know of the facts given, for a meter."""
    for fact, value in sorted(given.items()):
        values = _values(tariff, meter, fact)
        if tariff.defaults.get(fact) == value:
            continue
        if values and value not in values:
            yield f"no rate for {meter} with {fact}={value}; there is one for {listed(sorted(values))}"
        elif not values and fact in seller.scaled.get(meter, ()):
            yield f"no rate for {meter} with {fact}={value}; other models of this seller have prices by {fact}"


def price_of_one(rate: Rate, times: Decimal) -> Decimal | None:
    """The exact price of `times` units of a rate's meter, or None if its decimals do not end."""
    return decimals.quotient(decimals.multiply(rate.price, times), Decimal(rate.per))


def _shares(adjustments: Sequence[Adjustment], charged: Sequence[Term]) -> Iterator[Share]:
    left = [decimals.ONE] * len(charged)
    for adjustment in adjustments:
        part = decimals.multiply(adjustment.percent, decimals.HUNDREDTH)
        shares = [
            decimals.multiply(rest, part) if covers(adjustment, term) else decimals.ZERO
            for rest, term in zip(left, charged, strict=True)
        ]
        left = [decimals.add(rest, share) for rest, share in zip(left, shares, strict=True)]
        yield Share(adjustment.name, adjustment.percent, tuple(shares))


def covers(adjustment: Adjustment, term: Term) -> bool:
    """Whether a percentage applies to a line; a line whose rate names a fact of it already includes it."""
    named = {fact for fact, _ in term.rate.when}
    return (not adjustment.meters or term.meter in adjustment.meters) and not any(
        fact in named for fact, _ in adjustment.when
    )


def fee_base(fee: Fee) -> Decimal:
    """The divisor of a fee's percent: a mark-up is f/100 of the total, a gross-up f/(100-f)."""
    return decimals.HUNDRED if fee.basis == "on_top" else decimals.subtract(decimals.HUNDRED, fee.percent)


def _tariff(card: Card, offer: Offer, at: datetime) -> Tariff:
    released = lives.released(card, offer)
    if released and at.date() < released:
        raise Unpriced(card.slug, offer.seller, [f"it was released on {released}; there is no price before"])
    tariff = tariff_at(offer, at.date())
    if tariff is not None and tariff.rates:
        return tariff
    if offer.tariffs and tariff is None:
        first = offer.tariffs[0].effective
        raise Unpriced(card.slug, offer.seller, [f"no price list was in force before {first}"])
    raise Unpriced(card.slug, offer.seller, ["its price is not known"])


def _timely(tariff: Tariff, at: datetime) -> dict[str, str]:
    if not tariff.periods:
        return {}
    from ratecard.core.periods import period_at  # here because few price lists have periods

    return {PERIOD: period_at(tariff.periods, at)}


def _terms(
    tariff: Tariff,
    seller: Seller,
    kind: Kind,
    facts: Mapping[str, str],
    given: Mapping[str, str],
    meters: Mapping[str, Meter],
) -> tuple[list[Term], list[str]]:
    """A term for each item under each of its readings that the tariff prices, and the items without a rate."""
    priced = list(dict.fromkeys(rate.meter for rate in tariff.rates))
    held = frozenset(facts.items())
    found: list[Term] = []
    missing = list(_uncovered(kind.items, priced, meters))
    for meter in priced:
        reading = meters[meter].reading
        item = meter if meter in kind.items else reading.of if reading else ""
        if item not in kind.items:
            continue
        lacking = [fact for fact in _asked(meters[meter], item) if fact not in facts]
        rates = [rate for rate in tariff.rates if rate.meter == meter]
        rate = rate_for(rates, held, kind.prompt)
        lost = next(unknown(tariff, seller, meter, given), "")
        if lacking:
            missing.append(f"{meter} needs {listed(lacking, 'and')}")
        elif rate is None:
            missing.append(_no_rate(meter, rates, facts))
        elif lost:
            missing.append(lost)
        else:
            times = decimals.ONE if reading is None or item == meter else reading_times(reading, facts)
            found.append(Term(item, meter, times, rate, None if rate.minimum else price_of_one(rate, times)))
    return found, missing


def _asked(meter: Meter, item: str) -> list[str]:
    """The facts needed to measure an item by a meter; none for the meter's own item."""
    if meter.reading is None or item == meter.id:
        return []
    return reading_facts(meter.reading)


def _uncovered(items: frozenset[str], priced: Sequence[str], meters: Mapping[str, Meter]) -> Iterator[str]:
    measured = {*priced, *(reading.of for name in priced if (reading := meters[name].reading))}
    for name in sorted(items):
        other = meters[name].instead_of
        if other in priced and name in priced and other in items:
            yield f"{name} and {other} measure the same output here; give one of them"
        if name not in measured:
            yield f"no rate for {name}; this price list has {listed(priced, 'and')}"


def _no_rate(meter: str, rates: Sequence[Rate], facts: Mapping[str, str]) -> str:
    from ratecard.core import display  # here because only a mistake needs it

    asked = sorted({fact for rate in rates for fact, _ in rate.when})
    if not asked:
        return f"no rate for {meter} in a prompt of up to {min(rate.above for rate in rates):,} tokens"
    given = ", ".join(f"{fact}={facts.get(fact, '(not given)')}" for fact in asked)
    offered = " / ".join(dict.fromkeys(display.conditions(rate.when) for rate in rates))
    return f"no rate for {meter} with {given}; there is one for each of {offered}"


def _relevant(tariff: Tariff, seller: Seller, found: Iterable[Term], meters: Mapping[str, Meter]) -> set[str]:
    """The facts on which the price of these terms can depend."""
    billed = {term.meter for term in found}
    facts = {fact for rate in tariff.rates if rate.meter in billed for fact, _ in rate.when}
    for adjustment in tariff.adjustments:
        if not adjustment.meters or not billed.isdisjoint(adjustment.meters):
            facts.update(fact for fact, _ in adjustment.when)
    facts |= {fact for fee in seller.fees for fact, _ in fee.waived}
    for term in found:
        facts.update(_asked(meters[term.meter], term.item))
    return facts


def _assumed(tariff: Tariff, kind: Kind, stated: Mapping[str, str], relevant: set[str]) -> Iterator[Assumed]:
    """The facts that were not stated; `kind` has those that follow from others."""
    for fact, value in sorted({**tariff.defaults, **kind.facts}.items()):
        if fact in relevant and fact not in stated:
            follows = f"the class of size {kind.facts[SIZE]}" if fact in kind.facts else ""
            yield Assumed(fact, value, follows or "default of the price list")
    if tariff.periods and PERIOD in relevant and PERIOD not in kind.facts:
        yield Assumed(PERIOD, _timely(tariff, kind.at)[PERIOD], f"the time {kind.at:%H:%M} UTC")


def _warnings(
    card: Card, offer: Offer, tariff: Tariff, seller: Seller, kind: Kind, relevant: set[str]
) -> Iterator[str]:
    day = kind.at.date()
    end = lives.end(card, offer)
    if end and end.date <= day:
        successor = f"; its successor is {card.replaced_by}" if card.replaced_by else ""
        yield f"{card.slug} at {offer.seller} was retired on {end.date}, {lives.who(end.source)} says{successor}"
    past = lives.outlived(card, offer)
    if past and past.date <= day:
        yield f"{card.slug} at {offer.seller}: {past.says}"
    if delisted(offer):
        yield f"{card.slug} at {offer.seller} is {offer.note}"
    status = status_on(offer, tariff, day)
    if status == UNDATED:
        yield f"its price before {known_from(offer, tariff)} is not known; this is the first one that is"
    if status == UNVERIFIED:
        reasons = sorted({rate.zero for rate in tariff.rates if rate.zero})
        yield f"the price of zero is {listed(reasons, 'and')}, not a confirmed free offer"
    if status == STALE:
        yield f"the price was last read on {last_read(tariff)}; it may have changed since"
    if status == DISPUTED:
        yield "sources disagree about this price; the evidence names them"
    if tariff.incomplete:
        yield f"this seller also charges for {listed(tariff.incomplete, 'and')} at a price that is not known"
    for fact, value in sorted(kind.facts.items()):
        if fact not in relevant and offer.facts.get(fact) != value:
            yield f"{fact}={value} {IDLE}"
    for fee in seller.fees:
        if fee.note and fee.waived and fee.waived <= frozenset(kind.facts.items()):
            yield fee.note
