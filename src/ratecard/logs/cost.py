"""The cost of a usage log as one expression for every engine: row by row, or of sums."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial, reduce
from operator import add, and_
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.database import store
from ratecard.logs import grouping, keys, lookups, prices, strata, subjects
from ratecard.logs.engines import Engine, rows
from ratecard.logs.keys import AT, PROBLEM, QUANTITY, STATED, Known, Side
from ratecard.logs.logs import Log
from ratecard.logs.prices import CONSTANT, CURRENCY, EACH, KEY, PricedStratum
from ratecard.logs.strata import SoldOffer, Span, Splits, StratumPrice
from ratecard.logs.subjects import Refusal, Subject
from ratecard.logs.sums import COST, ROWS, Sums
from ratecard.responses.flavors.rows import Amount

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table, Value


#: What another model's price list may not have apart: it is input there.
_CACHED = tuple(
    Amount(meter, (), within="input_tokens", alike=True, assumed=True)
    for meter in ("cache_read_tokens", "cache_write_tokens")
)


class Survey(NamedTuple):
    """What pricing needs to know about a log.

    Its subjects, the sides of splits that a row can be on, its meters, its first moment (or the only one), whether any
    row is bad, and the times of its first row and its last, or None if it has none.
    """

    known: tuple[Known, ...]
    sides: tuple[Side, ...]
    items: tuple[str, ...]
    moment: datetime
    problems: bool
    span: tuple[datetime, datetime] | None = None


class Found(NamedTuple):
    """What a log holds.

    Its subjects, its meters, the times of its first row and its last, whether any row is bad, and the meters that may
    be mere counts.
    """

    named: Collection[Subject]
    items: tuple[str, ...]
    ends: tuple[datetime, datetime] | None
    problems: bool
    counts: tuple[str, ...] = ()


class Instead(NamedTuple):
    """What calls are priced as: a model, or nothing for each its own, and a seller.

    Without a seller it is the first that the model's card names.
    """

    model: str = ""
    seller: str = ""


class Costed(NamedTuple):
    """A log, or its sums, with the cost of each row; its key columns and the price of each stratum."""

    table: Table
    keys: tuple[str, ...]
    found: tuple[PricedStratum, ...]


def survey(engine: Engine, log: Log, catalog: Catalog, at: datetime, instead: Instead | None = None) -> Survey:
    """Finds the subjects and days of a log.

    `at` is the moment of rows without one, `instead` what calls are priced as in place of their own model.
    """
    table = log.table
    named = {keys.subject_of(row) for row in rows(engine, table.select(*keys.subject_columns(table)).distinct())}
    ends, problems = _extent(engine, table)
    found = Found(named, tuple(keys.items_of(table)), ends, problems, log.columns.counts)
    return surveyed(found, catalog, at, instead)


def surveyed(found: Found, catalog: Catalog, at: datetime, instead: Instead | None = None) -> Survey:
    """The survey of what was found in a log."""
    first, last = found.ends or (at, at)
    ordered = sorted(found.named)
    store.preload(catalog, (subject.model for subject in ordered))
    days = Span(first.date(), last.date())
    known = tuple(_known(subject, catalog, found, days, instead) for subject in ordered)
    meters = catalog.vocabulary.meters
    fine = {item: not meters[strata.meter_of(item)].whole for item in found.items}
    timed = found.ends is not None
    return Survey(known, tuple(keys.sides(known, fine, timed=timed)), found.items, first, found.problems, found.ends)


def _known(subject: Subject, catalog: Catalog, found: Found, span: Span, instead: Instead | None) -> Known:
    sold = subjects.sold(catalog, subject)
    if instead:
        sold = _sold_instead(subject, sold, catalog, instead)
    if not isinstance(sold, SoldOffer):
        return Known(subject, sold, Splits())
    items = frozenset(found.items)
    idle = strata.unbilled(sold, frozenset(found.counts), span, catalog.vocabulary.meters)
    splits = strata.splits(sold, dict(subject.facts), items - idle, span, catalog.vocabulary)
    amounts = subjects.of_flavor(subject).amounts if subject.flavor else ()
    try:
        folds = strata.folding(sold, (*amounts, *(_CACHED if instead else ())), span)
    except Unpriced as error:
        return Known(subject, Refusal(subjects.UNPRICED, "; ".join(error.missing)), Splits())
    folds = dict(_folded(folds, items))
    own = {amount.meter for amount in amounts}
    said = [
        f"{item} without a price of their own are {name}"
        for item, name in folds.items()
        if strata.meter_of(item) not in own
    ]
    said += [f"{meter} is a count that is not billed" for meter in sorted(idle)]
    return Known(subject, sold, splits, folds, idle, tuple(said))


def _folded(folds: Mapping[str, str], items: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The items that are billed as others, by that one: of the same facts, if the log has it."""
    for item in items:
        meter = strata.meter_of(item)
        if meter in folds:
            wanted = (folds[meter] + item.removeprefix(meter), folds[meter])
            yield from ((item, own) for own in [own for own in wanted if own in items][:1])


def _sold_instead(
    subject: Subject, sold: SoldOffer | Refusal, catalog: Catalog, instead: Instead
) -> SoldOffer | Refusal:
    """The offer that a subject's calls are priced as instead of its own."""
    if instead.model:
        return subjects.sold(catalog, Subject(instead.model, instead.seller, subject.facts))
    if isinstance(sold, Refusal):
        return sold
    return subjects.sold(catalog, Subject(sold.card.slug, instead.seller, subject.facts))


def _extent(engine: Engine, table: Table) -> tuple[tuple[datetime, datetime] | None, bool]:
    """The time of the first row of a log and of the last, if any has one, and whether any row is bad.

    Bad rows are counted rather than filtered, since DuckDB writes out again whatever a filter's column is made of.
    """
    times = {"first": table[AT].min(), "last": table[AT].max()} if AT in table.columns else {}
    (found,) = rows(engine, table.aggregate(problems=table[PROBLEM].count(), **times))
    first, last = found.get("first"), found.get("last")
    return (first, last) if first and last else None, bool(found["problems"])


def by_row(engine: Engine, log: Log, found: Survey, catalog: Catalog) -> Costed:
    """Every row of a log with its cost; null if it has none."""
    table, names = _keyed(engine, log, found, catalog)
    return _joined(engine, table, names, rows(engine, table.select(*names).distinct()), found, catalog)


def summed(engine: Engine, log: Log, found: Survey, catalog: Catalog, by: Sequence[str]) -> Sums:
    """The sums of a log by its strata and by what is asked for, with their cost.

    Within a stratum a cost is affine, so the cost of the sums is exactly that of the rows.
    """
    table, names = _keyed(engine, log, found, catalog)
    more = grouping.by_columns(table, by)
    table = table.mutate(**more)
    quantities = (table[name] for name in table.columns if name.startswith(QUANTITY))
    sums = {quantity.get_name(): quantity.sum().fill_null(0).cast(_wide(quantity)) for quantity in quantities}
    if STATED in table.columns:
        sums[STATED] = table[STATED].sum()
    groups = lookups.materialized(engine, table.group_by([*names, *more]).aggregate(**{ROWS: table.count()}, **sums))
    priced = _joined(engine, groups, names, rows(engine, groups.select(*names).distinct()), found, catalog)
    return Sums(priced.keys, priced.found, partial(_added, engine, priced))


def _added(engine: Engine, found: Costed, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The sums added up by some of their columns."""
    table = found.table
    told = {f"by_{place}": name for place, name in enumerate(names) if name not in (*found.keys, CURRENCY)}
    table = table.mutate(**{column: grouping.written(table, name) for column, name in told.items()})
    columns = [*told, *(name for name in names if name in (*found.keys, CURRENCY))]
    quantities = [name for name in table.columns if name.startswith(QUANTITY)]
    stated = [STATED] if STATED in table.columns else []
    sums = {name: table[name].sum() for name in (*quantities, *stated, COST, ROWS)}
    added = rows(engine, table.group_by(columns).aggregate(**sums))
    return [{told.get(name, name): value for name, value in row.items()} for row in added]


def _wide(quantity: Value) -> str:
    kind = quantity.type()
    return f"decimal(38, {kind.scale})" if kind.is_decimal() else "decimal(38, 0)"


def _keyed(engine: Engine, log: Log, found: Survey, catalog: Catalog) -> tuple[Table, list[str]]:
    table = keys.keyed(engine, log.table, found.known, found.sides, catalog.vocabulary.meters)
    names = keys.key_names(table)
    if not found.problems:
        return table, names
    return table.mutate(**{PROBLEM: table[PROBLEM].fill_null("")}), [*names, PROBLEM]


def _joined(
    engine: Engine,
    table: Table,
    names: Sequence[str],
    keyed: Sequence[Mapping[str, Any]],
    found: Survey,
    catalog: Catalog,
) -> Costed:
    items = found.items
    priced = prices.priced(keyed, found.known, found.sides, items, found.moment, catalog.vocabulary)
    listed = prices.tabulated(engine, priced, names, items, catalog.vocabulary.meters)
    joined = table.left_join(listed, reduce(and_, (table[name] == listed[KEY + name] for name in names)))
    return Costed(joined.mutate(**{COST: _cost(joined, items, priced)}), tuple(names), tuple(priced))


def _cost(table: Table, items: Sequence[str], priced: Sequence[PricedStratum]) -> Value:
    """The cost of a row, or of the rows it sums: a constant for each row and a price for each unit."""
    found = [one.outcome for one in priced if isinstance(one.outcome, StratumPrice)]
    by_unit = {charge.term.item for price in found for charge in price.term_costs if charge.each}
    amounts = [table[QUANTITY + item] * table[EACH + item] for item in items if item in by_unit]
    if not amounts or any(price.constant for price in found):
        amounts.append(table[CONSTANT] * table[ROWS] if ROWS in table.columns else table[CONSTANT])
    return reduce(add, amounts).cast(table[CONSTANT].type())
