"""What a usage log costs, as one expression that every engine computes: row by row, or summed first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import add, and_
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.database import store
from ratecard.logs import keys, lookups, prices, strata, subjects
from ratecard.logs.engines import Engine, rows
from ratecard.logs.keys import AT, PROBLEM, QUANTITY, Known, Side
from ratecard.logs.logs import Log
from ratecard.logs.prices import CONSTANT, EACH, KEY, PricedStratum
from ratecard.logs.strata import SoldOffer, Span, Splits, StratumPrice
from ratecard.logs.subjects import Refusal, Subject

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table, Value

ROWS, COST = "rc_rows", "rc_cost"


class Survey(NamedTuple):
    """What must be known of a log before it can be priced.

    Its subjects, on which sides of their splits a row can lie, the meters it counts by, when it begins (or
    all of it was), and whether any of its rows is bad.
    """

    known: tuple[Known, ...]
    sides: tuple[Side, ...]
    items: tuple[str, ...]
    moment: datetime
    problems: bool


class Costed(NamedTuple):
    """A log, or its sums, with the cost of each row beside it; its key columns and the price of each stratum."""

    table: Table
    keys: tuple[str, ...]
    found: tuple[PricedStratum, ...]


def survey(engine: Engine, log: Log, catalog: Catalog, at: datetime) -> Survey:
    """Looks through a log for its subjects and days; `at` is the moment of rows where the log has none."""
    table = log.table
    named = {keys.subject_of(row) for row in rows(engine, table.select(*keys.subject_columns(table)).distinct())}
    first, last = _span(engine, table, at)
    store.preload(catalog, (subject.model for subject in named))
    items, span = tuple(keys.items_of(table)), Span(first.date(), last.date())
    known = tuple(_known(subject, catalog, frozenset(items), span) for subject in sorted(named))
    problems = rows(engine, table.filter(table[PROBLEM].notnull()).select(PROBLEM).limit(1))
    return Survey(known, tuple(keys.sides(table, known)), items, first, bool(problems))


def _known(subject: Subject, catalog: Catalog, items: frozenset[str], span: Span) -> Known:
    sold = subjects.sold(catalog, subject)
    if not isinstance(sold, SoldOffer):
        return Known(subject, sold, Splits())
    splits = strata.splits(sold, dict(subject.facts), items, span, catalog.vocabulary)
    if not subject.flavor:
        return Known(subject, sold, splits)
    try:
        folds = strata.folding(sold, subjects.of_flavor(subject).amounts, span)
    except Unpriced as error:
        return Known(subject, Refusal(subjects.UNPRICED, "; ".join(error.missing)), Splits())
    return Known(subject, sold, splits, {meter: own for meter, own in folds.items() if {meter, own} <= items})


def _span(engine: Engine, table: Table, at: datetime) -> tuple[datetime, datetime]:
    if AT not in table.columns:
        return at, at
    ends = rows(engine, table.aggregate(first=table[AT].min(), last=table[AT].max()))[0]
    return ends["first"] or at, ends["last"] or at


def by_row(engine: Engine, log: Log, found: Survey, catalog: Catalog) -> Costed:
    """Every row of a log with its cost, which is null where it has none."""
    table, names = _keyed(engine, log, found, catalog)
    return _joined(engine, table, names, rows(engine, table.select(*names).distinct()), found, catalog)


def summed(engine: Engine, log: Log, found: Survey, catalog: Catalog, by: Mapping[str, Value]) -> Costed:
    """The sums of a log by its strata and some further columns, with their cost.

    Within a stratum a cost is affine, so the sums cost what the rows do, to the last digit.
    """
    table, names = _keyed(engine, log, found, catalog)
    table = table.mutate(**by)
    quantities = (table[name] for name in table.columns if name.startswith(QUANTITY))
    sums = {quantity.get_name(): quantity.sum().fill_null(0).cast(_wide(quantity)) for quantity in quantities}
    groups = lookups.materialized(engine, table.group_by([*names, *by]).aggregate(**{ROWS: table.count()}, **sums))
    return _joined(engine, groups, names, rows(engine, groups.select(*names).distinct()), found, catalog)


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
    """What a row, or the rows that it sums, cost: a constant for each and so much for every unit."""
    found = [one.outcome for one in priced if isinstance(one.outcome, StratumPrice)]
    amounts = [table[QUANTITY + item] * table[EACH + item] for item in items if any(map(_priced_by_unit(item), found))]
    if not amounts or any(price.constant for price in found):
        amounts.append(table[CONSTANT] * table[ROWS] if ROWS in table.columns else table[CONSTANT])
    return reduce(add, amounts).cast(table[CONSTANT].type())


def _priced_by_unit(item: str) -> Callable[[StratumPrice], bool]:
    return lambda price: any(charge.each and charge.term.item == item for charge in price.term_costs)
