"""What a usage costs at an offer: lines that add up, each with the rate that made it.

A rate applies when its conditions are a subset of the facts and the prompt is above its threshold;
of those that apply, the one with the most conditions wins. A quantity that no rate covers is an
error that names what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard import exact
from ratecard.catalog import event_date, retired
from ratecard.errors import Unpriced, listed
from ratecard.evidence import DISPUTED, UNVERIFIED_ZERO, delisted, first_seen, price_status, tariff_at
from ratecard.records import Adjustment, Card, Conditions, Fee, Meter, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.usage import Usage, reading, reading_facts

HUNDRED = Decimal(100)

#: The fact that says which part of the week a call falls into.
PERIOD = "period"


class Line(NamedTuple):
    """One line of a cost: so much of a meter at the rate that made it.

    `item` is the quantity of the usage it comes from, which a reading may have turned into another
    meter; `quantity` is what is billed, after the rate's minimum.
    """

    item: str
    meter: str
    quantity: Decimal
    rate: Rate
    amount: Decimal


class Percentage(NamedTuple):
    """An adjustment or a fee that was applied, and what it came to."""

    name: str
    percent: Decimal
    amount: Decimal


class Assumed(NamedTuple):
    """A fact that nobody gave, and why it was taken for granted."""

    fact: str
    value: str
    why: str


class Cost(NamedTuple):
    """What a usage costs: `total` is what the calls debit, `funding` what must be paid for that."""

    slug: str
    seller: str
    model_id: str
    currency: str
    at: datetime
    lines: tuple[Line, ...]
    adjustments: tuple[Percentage, ...]
    total: Decimal
    fees: tuple[Percentage, ...]
    funding: Decimal
    assumed: tuple[Assumed, ...]
    price_status: str
    tariff: Tariff
    warnings: tuple[str, ...]


def cost(card: Card, offer: Offer, seller: Seller, usage: Usage, vocabulary: Vocabulary, at: datetime) -> Cost:
    """The cost of a usage at an offer, at a moment in UTC.

    Raises `Unpriced`, naming everything that lacks a rate, rather than leave anything out.
    """
    tariff = _tariff(card, offer, at)
    facts = {**tariff.defaults, **_timely(tariff, at), **usage.facts}
    items, missing = _items(tariff, usage, facts, vocabulary.meters)
    lines = [_line(item, meter, billed, rate) for item, meter, billed, rate in items if billed]
    if missing:
        raise Unpriced(card.slug, offer.seller, missing)
    adjustments = tuple(_adjustments(tariff.adjustments, lines, frozenset(facts.items())))
    total = exact.total([*(line.amount for line in lines), *(change.amount for change in adjustments)])
    fees = tuple(_fees(seller.fees, total, frozenset(facts.items())))
    relevant = _relevant(tariff, seller, [meter for _, meter, _, _ in items], vocabulary.meters)
    return Cost(
        slug=card.slug,
        seller=offer.seller,
        model_id=offer.model_id,
        currency=tariff.currency,
        at=at,
        lines=tuple(lines),
        adjustments=adjustments,
        total=total,
        fees=fees,
        funding=exact.total([total, *(fee.amount for fee in fees)]),
        assumed=tuple(_assumed(tariff, usage, relevant, at)),
        price_status=price_status(tariff),
        tariff=tariff,
        warnings=tuple(_warnings(card, offer, tariff, seller, usage, relevant, at)),
    )


def rate_for(rates: Iterable[Rate], facts: Conditions, prompt: Decimal) -> Rate | None:
    """Of the rates that apply the one with the most conditions, or None where none applies."""
    best: Rate | None = None
    for rate in rates:
        if applies(rate, facts, prompt) and (best is None or _weight(rate) > _weight(best)):
            best = rate
    return best


def applies(rate: Rate, facts: Conditions, prompt: Decimal) -> bool:
    """Whether a rate's conditions hold and its threshold is passed."""
    return rate.when <= facts and (not rate.above or prompt > rate.above)


def _weight(rate: Rate) -> tuple[int, int]:
    return len(rate.when) + bool(rate.above), rate.above


def _tariff(card: Card, offer: Offer, at: datetime) -> Tariff:
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
    from ratecard.periods import period_at  # here because few price lists have periods

    return {PERIOD: period_at(tariff.periods, at)}


_Item = tuple[str, str, Decimal, Rate]


def _items(
    tariff: Tariff, usage: Usage, facts: Mapping[str, str], meters: Mapping[str, Meter]
) -> tuple[list[_Item], list[str]]:
    """Each quantity under each of its readings that the tariff prices, and what lacks a rate."""
    priced = list(dict.fromkeys(rate.meter for rate in tariff.rates))
    held = frozenset(facts.items())
    prompt = _prompt(usage, meters)
    items: list[_Item] = []
    missing = list(_uncovered(tariff, usage, priced, meters))
    for meter in priced:
        item = _item_of(meters[meter], usage)
        if item is None:
            continue
        lacking = _lacking(meters[meter], item, facts)
        rates = [rate for rate in tariff.rates if rate.meter == meter]
        rate = rate_for(rates, held, prompt)
        if lacking:
            missing.append(f"{meter} needs {listed(lacking, 'and')}")
        elif rate is None:
            missing.append(_no_rate(meter, rates, facts))
        else:
            items.append((item, meter, _billed(meters[meter], item, usage, facts), rate))
    return items, missing


def _prompt(usage: Usage, meters: Mapping[str, Meter]) -> Decimal:
    """What a threshold looks at: the input of the whole call."""
    if usage.prompt is not None:
        return usage.prompt
    return exact.total([count for name, count in usage.quantities.items() if meters[name].prompt])


def _item_of(meter: Meter, usage: Usage) -> str | None:
    """The quantity of the usage that a meter measures, or None where it measures none."""
    if usage.quantities.get(meter.id):
        return meter.id
    origin = meter.reading.of if meter.reading else ""
    return origin if usage.quantities.get(origin) else None


def _lacking(meter: Meter, item: str, facts: Mapping[str, str]) -> list[str]:
    if meter.reading is None or item == meter.id:
        return []
    return [fact for fact in reading_facts(meter.reading) if fact not in facts]


def _billed(meter: Meter, item: str, usage: Usage, facts: Mapping[str, str]) -> Decimal:
    if item == meter.id:
        return usage.quantities[item]
    return reading(meter, usage.quantities, facts)


def _uncovered(tariff: Tariff, usage: Usage, priced: Sequence[str], meters: Mapping[str, Meter]) -> Iterator[str]:
    for name, count in sorted(usage.quantities.items()):
        if not count:
            continue
        other = meters[name].instead_of
        if other in priced and name in priced and usage.quantities.get(other):
            yield f"{name} and {other} measure the same output here; give one of them"
        if not any(name in _measured(meters[meter]) for meter in priced):
            yield f"no rate for {name}; this price list has {listed(priced, 'and')}"


def _measured(meter: Meter) -> tuple[str, ...]:
    return (meter.id, meter.reading.of) if meter.reading else (meter.id,)


def _no_rate(meter: str, rates: Sequence[Rate], facts: Mapping[str, str]) -> str:
    from ratecard import display  # here because only a mistake needs it

    asked = sorted({fact for rate in rates for fact, _ in rate.when})
    given = ", ".join(f"{fact}={facts.get(fact, '(not given)')}" for fact in asked)
    offered = " / ".join(dict.fromkeys(display.conditions(rate.when) for rate in rates))
    return f"no rate for {meter} with {given}; there is one for each of {offered}"


def _line(item: str, meter: str, quantity: Decimal, rate: Rate) -> Line:
    billed = max(quantity, rate.minimum)
    amount = exact.divide(exact.multiply(rate.price, billed), Decimal(rate.per))
    return Line(item, meter, billed, rate, amount)


def _adjustments(adjustments: Sequence[Adjustment], lines: Sequence[Line], facts: Conditions) -> Iterator[Percentage]:
    """Each percentage in its turn, on what the ones before it left of the lines it covers.

    A line whose rate itself names a fact of the adjustment is already at that price.
    """
    running = [line.amount for line in lines]
    for adjustment in adjustments:
        if not adjustment.when <= facts:
            continue
        change = exact.ZERO
        for index, line in enumerate(lines):
            if _covers(adjustment, line):
                part = exact.divide(exact.multiply(running[index], adjustment.percent), HUNDRED)
                running[index] = exact.add(running[index], part)
                change = exact.add(change, part)
        if change:
            yield Percentage(adjustment.name, adjustment.percent, change)


def _covers(adjustment: Adjustment, line: Line) -> bool:
    named = {fact for fact, _ in line.rate.when}
    return (not adjustment.meters or line.meter in adjustment.meters) and not any(
        fact in named for fact, _ in adjustment.when
    )


def _fees(fees: Iterable[Fee], total: Decimal, facts: Conditions) -> Iterator[Percentage]:
    """What it takes to fund the total: the mark-up base*f, or the gross-up base*f/(1-f)."""
    for fee in fees:
        if fee.waived and fee.waived <= facts:
            continue
        share = exact.multiply(total, fee.percent)
        rest = HUNDRED if fee.basis == "on_top" else HUNDRED - fee.percent
        yield Percentage(fee.name, fee.percent, exact.divide(share, rest))


def _relevant(tariff: Tariff, seller: Seller, used: Iterable[str], meters: Mapping[str, Meter]) -> set[str]:
    """The facts that the price of these meters can depend on."""
    billed = set(used)
    facts = {fact for rate in tariff.rates if rate.meter in billed for fact, _ in rate.when}
    facts |= {fact for adjustment in tariff.adjustments for fact, _ in adjustment.when}
    facts |= {fact for fee in seller.fees for fact, _ in fee.waived}
    for meter in billed:
        derived = meters[meter].reading
        facts.update(reading_facts(derived) if derived else ())
    return facts


def _assumed(tariff: Tariff, usage: Usage, relevant: set[str], at: datetime) -> Iterator[Assumed]:
    for fact, value in sorted(tariff.defaults.items()):
        if fact in relevant and fact not in usage.facts:
            yield Assumed(fact, value, "default of the price list")
    if tariff.periods and PERIOD in relevant and PERIOD not in usage.facts:
        yield Assumed(PERIOD, _timely(tariff, at)[PERIOD], f"the time {at:%H:%M} UTC")


def _warnings(
    card: Card, offer: Offer, tariff: Tariff, seller: Seller, usage: Usage, relevant: set[str], at: datetime
) -> Iterator[str]:
    day = at.date()
    if retired(card, day):
        successor = f"; its successor is {card.replaced_by}" if card.replaced_by else ""
        yield f"{card.slug} was retired on {event_date(card, 'retired')}{successor}"
    if delisted(offer):
        yield f"{card.slug} at {offer.seller} is {offer.note}"
    if tariff.effective is None and day < first_seen(tariff):
        yield f"the price was first seen on {first_seen(tariff)}; nobody checked it for {day}"
    status = price_status(tariff)
    if status == UNVERIFIED_ZERO:
        reasons = sorted({rate.zero for rate in tariff.rates if rate.zero})
        yield f"the price of zero is {listed(reasons, 'and')}, not a confirmed free offer"
    if status == DISPUTED:
        yield "sources disagree about this price; the evidence names them"
    if tariff.incomplete:
        yield f"this seller also charges for {listed(tariff.incomplete, 'and')} at a price that is not known"
    for fact in sorted(usage.facts.keys() - relevant):
        yield f"{fact}={usage.facts[fact]} makes no difference to this price"
    for fee in seller.fees:
        if fee.note and fee.waived and fee.waived <= frozenset(usage.facts.items()):
            yield fee.note
