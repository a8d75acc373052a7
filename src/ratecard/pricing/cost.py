"""What a usage costs at an offer: lines that add up, each with the rate that made it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import MAX_SUGGESTIONS, Catalog, find, offer_of
from ratecard.core.errors import BadValue, Unpriced, listed
from ratecard.core.records import Adjustment, Card, Fee, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.core.usage import Usage
from ratecard.pricing.rates import Assumed, Kind, Term, Terms, terms

HUNDRED = Decimal(100)


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

    Raises `Unpriced`, naming everything that lacks a rate, rather than leave anything out; and `BadValue` where
    numbers that no card may hold come to more digits than there is room for.
    """
    try:
        return charged(terms(card, offer, seller, kind_of(usage, vocabulary, at), vocabulary), usage.quantities, at)
    except decimals.Unfit:
        raise BadValue(
            f"{card.slug} at {offer.seller}: its numbers come to more than {decimals.DIGITS} digits; "
            "`ratecard validate` says which are out of bounds"
        ) from None


def cost_of(catalog: Catalog, model: str, used: Usage, seller: str | None, at: datetime, model_id: str = "") -> Cost:
    """What a usage of a model costs at a seller (the card's first where None), at a moment in UTC.

    A seller may sell a card under several ids, each with a price of its own: `model_id` says which, else
    `model` where it is such an id; else the first is priced, with a warning where others make this usage
    cost something else.

    Raises what `cost` raises.
    """
    card = find(catalog, model)
    if not used.quantities:
        raise BadValue(f"nothing to price: say how much of {card.slug} is used, such as images=1")
    offer = offer_of(card, seller, model_id or model)
    if offer is None:
        raise Unpriced(card.slug, "", ["no seller is known"])
    found = cost(card, offer, catalog.sellers[offer.seller], used, catalog.vocabulary, at)
    if offer.model_id in (model_id, model):
        return found
    others = _costing_otherwise(catalog, card, offer, used, found)
    return found._replace(warnings=(*found.warnings, _among(offer, others))) if others else found


def _costing_otherwise(catalog: Catalog, card: Card, offer: Offer, used: Usage, found: Cost) -> list[str]:
    """Under which other ids the seller sells the card so that this usage costs something else."""
    seller, ids = catalog.sellers[offer.seller], []
    for other in card.offers:
        if other.seller == offer.seller and other.model_id != offer.model_id:
            with suppress(Unpriced):
                if cost(card, other, seller, used, catalog.vocabulary, found.at).total != found.total:
                    ids.append(other.model_id)
    return ids


def _among(offer: Offer, others: list[str]) -> str:
    more = len(others) - MAX_SUGGESTIONS
    shown = [*others[:MAX_SUGGESTIONS], *([f"{more} more"] if more > 0 else [])]
    return f"this is the cost as {offer.model_id}; at {offer.seller} it differs for {listed(shown, 'and')}"


def kind_of(usage: Usage, vocabulary: Vocabulary, at: datetime) -> Kind:
    """What kind of usage this is: what there is some of, under which facts, how long its prompt is."""
    counted = {name: count for name, count in usage.quantities.items() if count}
    prompt = usage.prompt
    if prompt is None:
        prompt = decimals.total([count for name, count in counted.items() if vocabulary.meters[name].prompt])
    return Kind(frozenset(counted), usage.facts, prompt, at)


def charged(terms: Terms, quantities: Mapping[str, Decimal], at: datetime) -> Cost:
    """The cost of so much of everything under terms that were made for usages of this kind."""
    lines = tuple(line(term, quantities[term.item]) for term in terms.terms)
    adjustments = tuple(_adjustments(terms.adjustments, lines))
    total = decimals.total([*(line.amount for line in lines), *(change.amount for change in adjustments)])
    fees = tuple(fees_on(total, terms.fees))
    return Cost(
        slug=terms.slug,
        seller=terms.seller,
        model_id=terms.model_id,
        currency=terms.tariff.currency,
        at=at,
        lines=lines,
        adjustments=adjustments,
        total=total,
        fees=fees,
        funding=decimals.total([total, *(fee.amount for fee in fees)]),
        assumed=terms.assumed,
        price_status=terms.price_status,
        tariff=terms.tariff,
        warnings=terms.warnings,
    )


def line(term: Term, quantity: Decimal) -> Line:
    """The line that a term makes of a quantity: what is billed is the rate's minimum at least."""
    billed = max(decimals.multiply(quantity, term.times), term.rate.minimum)
    amount = decimals.divide(decimals.multiply(term.rate.price, billed), Decimal(term.rate.per))
    return Line(term.item, term.meter, billed, term.rate, amount)


def _adjustments(adjustments: Sequence[Adjustment], lines: Sequence[Line]) -> Iterator[Percentage]:
    """Each percentage in its turn, on what the ones before it left of the lines it covers."""
    running = [line.amount for line in lines]
    for adjustment in adjustments:
        change = decimals.ZERO
        for index, line in enumerate(lines):
            if covers(adjustment, line):
                part = decimals.divide(decimals.multiply(running[index], adjustment.percent), HUNDRED)
                running[index] = decimals.add(running[index], part)
                change = decimals.add(change, part)
        if change:
            yield Percentage(adjustment.name, adjustment.percent, change)


def share(adjustments: Iterable[Adjustment], term: Term) -> Decimal:
    """What percentages, one after the other, leave of each unit of money that a term comes to."""
    result = decimals.ONE
    for adjustment in adjustments:
        if covers(adjustment, term):
            result = decimals.divide(decimals.multiply(result, decimals.add(HUNDRED, adjustment.percent)), HUNDRED)
    return result


def covers(adjustment: Adjustment, line: Line | Term) -> bool:
    """Whether a percentage is for a line: not where the line's rate itself names a fact of it."""
    named = {fact for fact, _ in line.rate.when}
    return (not adjustment.meters or line.meter in adjustment.meters) and not any(
        fact in named for fact, _ in adjustment.when
    )


def fees_on(total: Decimal, fees: Iterable[Fee]) -> Iterator[Percentage]:
    """What it takes to fund the total: the mark-up base*f, or the gross-up base*f/(1-f)."""
    for fee in fees:
        share = decimals.multiply(total, fee.percent)
        rest = HUNDRED if fee.basis == "on_top" else HUNDRED - fee.percent
        yield Percentage(fee.name, fee.percent, decimals.divide(share, rest))
