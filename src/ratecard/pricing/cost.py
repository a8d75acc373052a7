"""The cost of a usage at an offer: lines that add up to the total, each with its rate."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, sold
from ratecard.core.decimals import ONE, ZERO, add, multiply, whole
from ratecard.core.errors import MAX_SUGGESTIONS, BadValue, Unpriced, listed
from ratecard.core.records import Card, Fee, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.core.usage import MAX_QUANTITY, Usage
from ratecard.pricing.rates import Assumed, Kind, Names, Share, Terms, fee_base, terms


class Line(NamedTuple):
    """One line of a cost: a quantity of a meter at its rate.

    `item` is the quantity of the usage it comes from, which a reading may convert to another meter;
    `quantity` is the quantity billed, at least the rate's minimum.
    """

    item: str
    meter: str
    quantity: Decimal
    rate: Rate
    amount: Decimal


class Percentage(NamedTuple):
    """An adjustment or a fee that was applied, and its amount."""

    name: str
    percent: Decimal
    amount: Decimal


class Cost(NamedTuple):
    """The cost of a usage: `total` is debited for the calls, `funding` is the payment that the total requires.

    `print(cost)` is the bill, as `ratecard cost` prints it.
    """

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
    names: Names = Names()

    def __repr__(self) -> str:
        from ratecard.pricing import as_text  # here because most costs are not printed

        return as_text.in_short(self)

    def __str__(self) -> str:
        from ratecard.pricing import as_text  # the same

        return "\n".join(as_text.bill(self))

    def _repr_html_(self) -> str:
        from ratecard.pricing import as_text  # the same

        return as_text.html(self)

    def to_dict(self) -> dict[str, Any]:
        """The cost as JSON values, as `ratecard cost --json` prints it."""
        from ratecard.pricing import as_json  # the same

        return as_json.cost_answer(self)


#: The word for how many calls a usage is of.
CALLS = "calls"
#: What is assumed of a usage whose price depends on the length of a prompt, if nobody says how many calls it is of.
ONE_CALL = Assumed(CALLS, "1", "the price goes by the length of the prompt; calls=N for several")

_MOST = int(MAX_QUANTITY)
_NONE: tuple[Percentage, ...] = ()
#: A named tuple from all its values in order, in half the time that calling its class takes.
_line: Callable[[type[Line], Iterable[object]], Line] = tuple.__new__
_cost: Callable[[type[Cost], Iterable[object]], Cost] = tuple.__new__


def cost(
    card: Card, offer: Offer, seller: Seller, usage: Usage, vocabulary: Vocabulary, at: datetime, calls: int = 1
) -> Cost:
    """The cost of a usage at an offer, at a moment in UTC; of several calls of equal size if it is that of all.

    Raises `Unpriced`, naming every quantity without a rate; and `BadValue` if numbers that no valid card
    holds have too many digits.
    """
    try:
        kind = kind_of(usage, vocabulary, at)
        if calls == 1:
            return charged(terms(card, offer, seller, kind, vocabulary), usage.quantities, at)
        kind = kind._replace(prompt=decimals.divide(kind.prompt, Decimal(calls)))
        return _of_calls(terms(card, offer, seller, kind, vocabulary), usage.quantities, at, calls)
    except decimals.Unfit:
        raise BadValue(
            f"{card.slug} at {offer.seller}: its numbers come to more than {decimals.DIGITS} digits; "
            "`ratecard validate` says which are out of bounds"
        ) from None


def _of_calls(found: Terms, quantities: Mapping[str, Decimal], at: datetime, calls: int) -> Cost:
    """The cost of calls of equal size: a minimum is that of each of them."""
    least = [multiply(term.rate.minimum, Decimal(calls)) for term in found.terms]
    all_calls = [
        term._replace(rate=term.rate._replace(minimum=minimum))
        for term, minimum in zip(found.terms, least, strict=True)
    ]
    made = charged(found._replace(terms=tuple(all_calls)), quantities, at)
    lines = tuple(made_of._replace(rate=term.rate) for made_of, term in zip(made.lines, found.terms, strict=True))
    why = "the quantities are those of all calls, which are of equal size"
    return made._replace(lines=lines, assumed=(*made.assumed, Assumed(CALLS, str(calls), why)))


def cost_of(
    catalog: Catalog, model: str, used: Usage, seller: str | None, at: datetime, model_id: str = "", calls: int = 1
) -> Cost:
    """The cost of a usage of a model at a seller (the card's first if None), at a moment in UTC.

    A seller may sell a card under several ids with different prices: `model_id` selects one, else `model`
    if it is such an id; else the first is priced, with a warning if this usage costs something else at
    another.

    Raises the errors of `cost`.
    """
    card, offer = sold(catalog, model, seller, model_id, used.facts)
    if not used.quantities:
        from ratecard.pricing.priced_words import priced_by  # here because only a mistake needs it

        said = priced_by(card, offer, catalog.vocabulary, at)
        raise BadValue(f"nothing to price: say how much of {card.slug} is used{said}")
    if offer is None:
        raise Unpriced(card.slug, "", ["no seller is known"])
    found = cost(card, offer, catalog.sellers[offer.seller], used, catalog.vocabulary, at, calls)
    if offer.model_id in (model_id, model) or (offer.facts and offer.facts.items() <= used.facts.items()):
        return found
    others = [other.model_id for other in costing_otherwise(catalog, card, offer, used, found, calls)]
    if not others:
        return found
    more = len(others) - MAX_SUGGESTIONS
    shown = [*others[:MAX_SUGGESTIONS], *([f"{more} more"] if more > 0 else [])]
    warning = f"this is the cost as {offer.model_id}; at {offer.seller} it differs for {listed(shown, 'and')}"
    return found._replace(warnings=(*found.warnings, warning))


def costing_otherwise(
    catalog: Catalog, card: Card, offer: Offer, used: Usage, found: Cost, calls: int = 1
) -> list[Offer]:
    """The seller's other plain offers of the model under which this usage costs something else."""
    seller, others = catalog.sellers[offer.seller], []
    for other in card.offers:
        if other.seller == offer.seller and other.model_id != offer.model_id and not other.facts:
            with suppress(Unpriced):
                if cost(card, other, seller, used, catalog.vocabulary, found.at, calls).total != found.total:
                    others.append(other)
    return others


def kind_of(usage: Usage, vocabulary: Vocabulary, at: datetime) -> Kind:
    """The kind of a usage: its items, its facts and the length of its prompt."""
    counted = {name: count for name, count in usage.quantities.items() if count}
    prompt = usage.prompt
    if prompt is None:
        prompt = decimals.total([count for name, count in counted.items() if vocabulary.meters[name].prompt])
    return Kind(frozenset(counted), usage.facts, prompt, at)


class Uncounted(Exception):
    """A quantity that is not a plain whole number above zero, where only those are accepted."""


def charged(found: Terms, quantities: Mapping[str, Any], at: datetime, counting: bool = False) -> Cost:
    """The cost of these quantities under the rates of their kind.

    Every cost is computed here, cached or not, so the steps are written out for speed. Quantities are decimals; if
    `counting`, they are a caller's keywords, and any but whole numbers above zero raise `Uncounted`.
    """
    slug, seller, model_id, tariff, terms, shares, fees, assumed, status, warnings, names = found
    lines: list[Line] = []
    total = ZERO
    for item, meter, times, rate, each in terms:
        quantity = quantities[item]
        if counting:
            if type(quantity) is not int or not 0 < quantity <= _MOST:
                raise Uncounted
            quantity = whole(quantity)
        if each is None or not counting:
            entry = line(item, meter, times, rate, quantity)
            amount = entry.amount
        else:
            amount = multiply(each, quantity)
            billed = quantity if times is ONE else multiply(quantity, times)
            entry = _line(Line, (item, meter, billed, rate, amount))
        total = add(total, amount) if lines else amount
        lines.append(entry)
    adjustments = owed = _NONE
    if shares:
        adjustments = tuple(_adjustments(shares, lines))
        total = decimals.total([total, *(change.amount for change in adjustments)])
    funding = total
    if fees:
        owed = tuple(fees_on(total, fees))
        funding = decimals.total([total, *(fee.amount for fee in owed)])
    money, made = tariff.currency, tuple(lines)
    return _cost(Cost, (
        slug, seller, model_id, money, at, made, adjustments, total, owed, funding, assumed, status, tariff, warnings,
        names,
    ))  # fmt: skip


def line(item: str, meter: str, times: Decimal, rate: Rate, quantity: Decimal) -> Line:
    """The line of a quantity at a rate: at least the rate's minimum is billed."""
    billed = max(decimals.multiply(quantity, times), rate.minimum)
    return Line(item, meter, billed, rate, decimals.divide(decimals.multiply(rate.price, billed), Decimal(rate.per)))


def _adjustments(shares: Iterable[Share], lines: Sequence[Line]) -> Iterator[Percentage]:
    for share in shares:
        parts = [decimals.multiply(made.amount, part) for made, part in zip(lines, share.of_lines, strict=True)]
        change = decimals.total(parts)
        if change:
            yield Percentage(share.name, share.percent, change)


def fees_on(total: Decimal, fees: Iterable[Fee]) -> Iterator[Percentage]:
    """The fees for funding a total."""
    for fee in fees:
        yield Percentage(fee.name, fee.percent, decimals.divide(decimals.multiply(total, fee.percent), fee_base(fee)))
