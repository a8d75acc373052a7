"""What a log costs, added up: by whatever was asked for, and what could not be priced and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard import exact, pricing
from ratecard.bulk.costing import COST, ROWS, Costed
from ratecard.bulk.engines import Engine, rows
from ratecard.bulk.keys import AT, QUANTITY
from ratecard.bulk.prices import CURRENCY, PRICED, SLUG, SOLD_BY, STATUS, Priced
from ratecard.bulk.strata import Price
from ratecard.bulk.subjects import Refusal
from ratecard.errors import BadLog
from ratecard.pricing import Percentage

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table, Value

#: What sums can be asked for by, beside the log's own columns.
TIMES = {"day": "%Y-%m-%d", "month": "%Y-%m", "hour": "%Y-%m-%dT%H"}
OWN = ("model", "seller", "status", *TIMES)
BY = "rc_by_"


class Group(NamedTuple):
    """The rows of a log that are alike in what sums were asked for by, and in currency."""

    by: Mapping[str, str]
    currency: str
    rows: int
    quantities: Mapping[str, Decimal]
    cost: Decimal


class Total(NamedTuple):
    """What all priced rows of a currency come to, and the fees to fund that."""

    currency: str
    rows: int
    cost: Decimal
    fees: tuple[Percentage, ...]
    funding: Decimal


class Unpriced(NamedTuple):
    """Rows that have no cost, for one reason."""

    status: str
    reason: str
    model: str
    rows: int


class Remark(NamedTuple):
    """Something to know about some priced rows: an assumption or a warning."""

    says: str
    model: str
    rows: int


class Bill(NamedTuple):
    """What a log costs."""

    groups: tuple[Group, ...]
    totals: tuple[Total, ...]
    rows: int
    unpriced: tuple[Unpriced, ...]
    assumed: tuple[Remark, ...]
    warnings: tuple[Remark, ...]


class _Part(NamedTuple):
    """One stratum with its number of rows and their cost."""

    priced: Priced
    rows: int
    cost: Decimal


def by_columns(table: Table, by: Sequence[str]) -> dict[str, Value]:
    """The columns of a log that sums are made by, beside those that its prices bring along."""
    columns: dict[str, Value] = {}
    for name in by:
        if name in TIMES:
            if AT not in table.columns:
                raise BadLog(f"--by {name}: no column of the log says when its rows were; pass --map at=COLUMN")
            columns[BY + name] = table[AT].strftime(TIMES[name])
        elif name not in OWN:
            columns[BY + name] = table[BY + name].cast("string")
    return columns


def billed(engine: Engine, found: Costed, by: Sequence[str]) -> Bill:
    """The bill of a log whose sums were costed; runs the sums, then adds up by what was asked for."""
    parts = list(_parts(engine, found))
    return Bill(
        groups=tuple(_groups(engine, found.table, by)),
        totals=tuple(_totals(parts)),
        rows=sum(part.rows for part in parts),
        unpriced=tuple(_unpriced(parts)),
        assumed=_remarks((part, _assumptions(part)) for part in parts),
        warnings=_remarks((part, _warnings(part)) for part in parts),
    )


def _parts(engine: Engine, found: Costed) -> Iterator[_Part]:
    table = found.table
    sums = table.group_by(list(found.keys)).aggregate(rows=table[ROWS].sum(), cost=table[COST].sum())
    known = {tuple(one.row[name] for name in found.keys): one for one in found.found}
    for row in rows(engine, sums):
        yield _Part(known[tuple(row[name] for name in found.keys)], int(row["rows"]), row["cost"] or exact.ZERO)


def _groups(engine: Engine, table: Table, by: Sequence[str]) -> Iterator[Group]:
    """The sums by what was asked for, the dearest first; rows without a cost are told apart by status."""
    named = {name: _by(table, name) for name in by}
    table = table.mutate(**{f"by_{place}": value for place, value in enumerate(named.values())})
    columns = [f"by_{place}" for place in range(len(named))]
    quantities = [name for name in table.columns if name.startswith(QUANTITY)]
    sums = {name: table[name].sum() for name in (*quantities, COST, ROWS)}
    priced = table.filter(table[STATUS] == PRICED)
    found = priced.group_by([*columns, CURRENCY]).aggregate(**sums)
    order = [found[COST].desc(), *(found[name] for name in columns)]
    for row in rows(engine, found.order_by(order)):
        yield Group(
            by={name: row[column] or "" for name, column in zip(named, columns, strict=True)},
            currency=row[CURRENCY],
            rows=int(row[ROWS]),
            quantities={name.removeprefix(QUANTITY): _plain(row[name]) for name in quantities if row[name]},
            cost=_plain(row[COST]),
        )


def _plain(number: Decimal) -> Decimal:
    return Decimal(exact.text(Decimal(number)))


def _by(table: Table, name: str) -> Value:
    own = {"model": SLUG, "seller": SOLD_BY, "status": STATUS}
    return table[own.get(name, BY + name)]


def _totals(parts: Iterable[_Part]) -> Iterator[Total]:
    """The total of each currency; fees are reckoned for each seller's sum."""
    numbers: Counter[str] = Counter()
    costs: dict[str, dict[Any, Decimal]] = {}
    for part in parts:
        price = part.priced.outcome
        if isinstance(price, Price) and part.priced.place:
            currency = price.tariff.currency
            numbers[currency] += part.rows
            under = costs.setdefault(currency, {})
            key = (part.priced.place.seller.id, price.fees)
            under[key] = exact.add(under.get(key, exact.ZERO), part.cost)
    for currency, under in sorted(costs.items()):
        cost = _plain(exact.total(list(under.values())))
        fees = tuple(
            fee for (_, charged), sum_ in sorted(under.items(), key=str) for fee in pricing.fees_on(sum_, charged)
        )
        yield Total(currency, numbers[currency], cost, fees, exact.total([cost, *(fee.amount for fee in fees)]))


def _unpriced(parts: Iterable[_Part]) -> Iterator[Unpriced]:
    """The rows without a cost by reason, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for part in parts:
        refusal = part.priced.outcome
        if isinstance(refusal, Refusal):
            counts[refusal.status, refusal.reason, part.priced.model] += part.rows
    for refused, number in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        yield Unpriced(*refused, rows=number)


def _assumptions(part: _Part) -> Iterator[str]:
    price, place = part.priced.outcome, part.priced.place
    if not isinstance(price, Price) or place is None:
        return
    for assumed in price.assumed:
        yield f"{assumed.fact}={assumed.value}: {assumed.why}"
    subject = part.priced.known.subject if part.priced.known else None
    if subject and not subject.seller and subject.model != place.offer.model_id:
        yield "the log names no seller: the first that the card names"


def _warnings(part: _Part) -> Iterator[str]:
    if isinstance(part.priced.outcome, Price):
        yield from part.priced.outcome.warnings


def _remarks(found: Iterable[tuple[_Part, Iterator[str]]]) -> tuple[Remark, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for part, texts in found:
        for text in texts:
            counts[text, part.priced.model] += part.rows
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Remark(text, model, number) for (text, model), number in ordered)
