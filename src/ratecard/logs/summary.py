"""The cost of a log, grouped and in total, and the rows without a price by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.logs.grouping import OF_SUBJECT
from ratecard.logs.keys import NUMBER, QUANTITY, Known
from ratecard.logs.prices import CURRENCY, PricedStratum
from ratecard.logs.strata import SoldOffer, StratumPrice, meter_of
from ratecard.logs.subjects import Refusal
from ratecard.logs.sums import COST, ROWS, Sums
from ratecard.pricing import cost as pricing


class Group(NamedTuple):
    """The rows of a log that are equal in the columns grouped by and in currency.

    `rows`, `quantities` and `cost` are those of the rows that have a price; `unpriced` counts the others, in the group
    of the highest cost. The cost of a group without priced rows is None.
    """

    by: Mapping[str, str]
    currency: str
    rows: int
    quantities: Mapping[str, Decimal]
    cost: Decimal | None
    unpriced: int = 0


class SellerFee(NamedTuple):
    """A fee of a seller for funding the costs there."""

    seller: str
    name: str
    percent: Decimal
    amount: Decimal


class CurrencyTotal(NamedTuple):
    """The cost of all priced rows in a currency, and the fees for funding it."""

    currency: str
    rows: int
    cost: Decimal
    fees: tuple[SellerFee, ...]
    funding: Decimal


class UnpricedRows(NamedTuple):
    """Rows that have no cost, for one reason."""

    status: str
    reason: str
    model: str
    rows: int


class Remark(NamedTuple):
    """An assumption or a warning about some priced rows."""

    says: str
    model: str
    rows: int


class Bill(NamedTuple):
    """What a log costs."""

    groups: tuple[Group, ...]
    totals: tuple[CurrencyTotal, ...]
    rows: int
    unpriced: tuple[UnpricedRows, ...]
    assumed: tuple[Remark, ...]
    warnings: tuple[Remark, ...]


class _Part(NamedTuple):
    """One stratum with its number of rows and their cost."""

    priced: PricedStratum
    rows: int
    cost: Decimal


def billed(sums: Sums, by: Sequence[str], subjects: Sequence[Known] = (), *, in_order: bool = False) -> Bill:
    """The bill of a log whose sums were priced; runs the query of an engine.

    Groups are in the order of what they are added up by, or the dearest first. `subjects` are whose names they have, if
    not those of what was priced.
    """
    known = sums.known()
    parts = [
        _Part(known[tuple(row[name] for name in sums.keys)], int(row[ROWS]), row[COST] or decimals.ZERO)
        for row in sums.added(sums.keys)
    ]
    groups = list(_groups(sums, by, subjects))
    return Bill(
        groups=tuple(sorted(groups, key=lambda one: (*one.by.values(), one.currency)) if in_order else groups),
        totals=tuple(_totals(parts)),
        rows=sum(part.rows for part in parts),
        unpriced=tuple(_unpriced(parts)),
        assumed=_remarks((part, _assumptions(part)) for part in parts),
        warnings=_remarks(
            (part, part.priced.outcome.warnings) for part in parts if isinstance(part.priced.outcome, StratumPrice)
        ),
    )


def _groups(sums: Sums, by: Sequence[str], subjects: Sequence[Known]) -> Iterator[Group]:
    """The groups, highest cost first, then those without a priced row."""
    known = dict(enumerate(subjects)) or {one.row[NUMBER]: one.known for one in sums.found if one.known}
    found: dict[tuple[tuple[str, ...], str], Group] = {}
    without: Counter[tuple[str, ...]] = Counter()
    named = [name for name in by if name not in OF_SUBJECT]
    subject = [NUMBER] if len(named) < len(by) else []
    for row in sums.added([*named, *subject, CURRENCY]):
        key = tuple((row[name] or "") if name in row else of_subject(known.get(row[NUMBER]), name) for name in by)
        if row[CURRENCY] is None:
            without[key] += int(row[ROWS])
        else:
            found[key, row[CURRENCY]] = _more(found.get((key, row[CURRENCY])), dict(zip(by, key, strict=True)), row)
    for (key, _), group in sorted(found.items(), key=lambda entry: (-(entry[1].cost or decimals.ZERO), entry[0])):
        yield group._replace(unpriced=without.pop(key, 0))
    for key, number in sorted(without.items(), key=lambda entry: (-entry[1], entry[0])):
        yield Group(dict(zip(by, key, strict=True)), "", 0, {}, None, number)


def _more(group: Group | None, by: Mapping[str, str], row: Mapping[str, Any]) -> Group:
    """A group with the rows of a further sum."""
    group = group or Group(by, row[CURRENCY], 0, {}, decimals.ZERO)
    quantities = dict(group.quantities)
    for name in row:
        if name.startswith(QUANTITY) and row[name]:
            meter = meter_of(name.removeprefix(QUANTITY))
            quantities[meter] = decimals.add(quantities.get(meter, decimals.ZERO), _canonical(row[name]))
    return group._replace(
        rows=group.rows + int(row[ROWS]),
        quantities=quantities,
        cost=_canonical(decimals.add(group.cost or decimals.ZERO, row[COST])),
    )


def of_subject(known: Known | None, name: str) -> str:
    """A value that a subject's rows share; for an unknown model, the log's own."""
    if known is None:
        return ""
    subject, sold = known.subject, known.sold
    if name == "name":
        return subject.model
    if isinstance(sold, SoldOffer):
        values = {"model": sold.card.slug, "provider": sold.card.provider, "seller": sold.offer.seller}
        return values.get(name, sold.offer.model_id)
    return {"model": subject.model, "seller": subject.seller}.get(name, "")


def _canonical(number: Decimal) -> Decimal:
    return Decimal(decimals.text(Decimal(number)))


def _totals(parts: Iterable[_Part]) -> Iterator[CurrencyTotal]:
    """The total of each currency; fees are those of each seller's sum."""
    numbers: Counter[str] = Counter()
    costs: dict[str, dict[Any, Decimal]] = {}
    for part in parts:
        price = part.priced.outcome
        if isinstance(price, StratumPrice) and part.priced.sold:
            currency = price.tariff.currency
            numbers[currency] += part.rows
            under = costs.setdefault(currency, {})
            key = (part.priced.sold.seller.id, price.fees)
            under[key] = decimals.add(under.get(key, decimals.ZERO), part.cost)
    for currency, under in sorted(costs.items()):
        cost = _canonical(decimals.total(list(under.values())))
        fees = tuple(
            SellerFee(seller, *fee)
            for (seller, charged), sum_ in sorted(under.items(), key=str)
            for fee in pricing.fees_on(sum_, charged)
        )
        yield CurrencyTotal(
            currency, numbers[currency], cost, fees, decimals.total([cost, *(fee.amount for fee in fees)])
        )


def _unpriced(parts: Iterable[_Part]) -> Iterator[UnpricedRows]:
    """The rows without a cost by reason, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for part in parts:
        refusal = part.priced.outcome
        if isinstance(refusal, Refusal):
            counts[refusal.status, refusal.reason, part.priced.model] += part.rows
    for refused, number in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        yield UnpricedRows(*refused, rows=number)


def _assumptions(part: _Part) -> Iterator[str]:
    price, sold = part.priced.outcome, part.priced.sold
    if not isinstance(price, StratumPrice) or sold is None:
        return
    for assumed in price.assumed:
        yield f"{assumed.fact}={assumed.value}: {assumed.why}"
    subject = part.priced.known.subject if part.priced.known else None
    yield from part.priced.known.assumed if part.priced.known else ()
    doubtful = len(sold.card.offers) > 1
    if doubtful and subject and not subject.seller and subject.model != sold.offer.model_id:
        yield "the log names no seller: the first that the card names"


def _remarks(found: Iterable[tuple[_Part, Iterable[str]]]) -> tuple[Remark, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for part, texts in found:
        for text in texts:
            counts[text, part.priced.model] += part.rows
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Remark(text, model, number) for (text, model), number in ordered)
