"""The bill of usage logs, from files to sums: open, survey, price, add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import UnknownSeller, listed
from ratecard.logs import cost, focus, job, logs, output, summary
from ratecard.logs.columns import Columns
from ratecard.logs.cost import Costed
from ratecard.logs.engines import DUCKDB, Engine, open_engine, reading
from ratecard.logs.keys import AT, PROBLEM
from ratecard.logs.logs import Log
from ratecard.logs.rejects import Rejects
from ratecard.logs.summary import Bill

Show = Callable[[float], None]


class BillRequest(NamedTuple):
    """The options of a bill.

    `by` names the columns to group by, `mapping` the meaning of columns, `at` the moment (in UTC) of rows without one,
    `seller` that of all rows, `out` the file to write every row to. With `as_focus` the answer and `out` have FOCUS
    columns; with `spanned` the answer has the times of the first and last row. `now` is the present.
    """

    paths: tuple[str, ...]
    now: datetime
    at: datetime | None = None
    by: tuple[str, ...] = ("model",)
    mapping: Mapping[str, str] = {}
    seller: str | None = None
    out: str | None = None
    engine: str = DUCKDB
    as_focus: bool = False
    spanned: bool = False


class Answer(NamedTuple):
    """The bill of usage logs, their lines that are no rows, and the meaning of their columns.

    `span` is the time of the first row and of the last, if requested and known.
    """

    bill: Bill
    rejects: Rejects
    columns: Columns
    notes: tuple[str, ...]
    focus: tuple[Mapping[str, str | None], ...] = ()
    span: tuple[datetime, datetime] | None = None


def bill(catalog: Catalog, asked: BillRequest, show: Show | None = None) -> Answer:
    """What usage logs cost; `show` gets the progress of a long run.

    Raises `BadLog` for files that cannot be read or written or whose columns have no clear meaning,
    `UnknownSeller` and `BadValue` for invalid options. Rows without a price are part of the answer, not an error.
    """
    if asked.out:
        output.check(asked.out, asked.paths, asked.engine == DUCKDB or asked.as_focus)
    named = listed(asked.paths[:3], "and") + (" and others" if len(asked.paths) > 3 else "")
    with open_engine(asked.engine) as engine, reading(named):
        return job.run(engine, lambda: _billed(engine, catalog, asked), show)


def _billed(engine: Engine, catalog: Catalog, asked: BillRequest) -> Answer:
    log, notes = _opened(engine, catalog, asked)
    by = focus.BY if asked.as_focus and AT in log.table.columns else () if asked.as_focus else asked.by
    columns = summary.by_columns(log.table, by)
    survey = cost.survey(engine, log, catalog, asked.at or asked.now)
    if asked.out and not asked.as_focus:
        output.write(engine, output.rows(cost.by_row(engine, log, survey, catalog), log.source_columns), asked.out)
    found: Costed = cost.summed(engine, log, survey, catalog, columns)
    lines = tuple(focus.lines(engine, found, catalog)) if asked.as_focus else ()
    if asked.out and asked.as_focus:
        output.write_lines(lines, asked.out)
    billed = summary.billed(engine, found, by)
    return Answer(billed, log.rejected(), log.columns, notes, lines, survey.span if asked.spanned else None)


def _opened(engine: Engine, catalog: Catalog, asked: BillRequest) -> tuple[Log, tuple[str, ...]]:
    """The log, with notes on how it was read."""
    mapping = dict(asked.mapping)
    if asked.seller:
        if asked.seller not in catalog.sellers:
            raise UnknownSeller("the log", asked.seller, ())
        mapping["seller"] = f"'{asked.seller}'"
    columns = [name for name in asked.by if name not in summary.OWN and not asked.as_focus]
    whole = bool(asked.out) and not asked.as_focus
    log = logs.open_log(engine, asked.paths, mapping, catalog.vocabulary, columns, whole)
    if AT in log.table.columns:
        return timed(log, asked.at), log.notes
    moment = (asked.at or asked.now).strftime("%Y-%m-%dT%H:%M")
    said = "" if asked.at else "; --at names another moment, --map at=COLUMN a column"
    return log, (*log.notes, f"no column of the log says when its rows were: priced as of {moment} UTC{said}")


def timed(log: Log, at: datetime | None) -> Log:
    """A log whose rows without a time get this moment, or a problem if there is none."""
    import ibis  # here because only logs need it

    table = log.table
    if at is not None:
        moment = ibis.literal(at.replace(tzinfo=None), type="timestamp(6)")
        return log._replace(table=table.mutate(**{AT: table[AT].fill_null(moment)}))
    missing = (
        table[AT].isnull().ifelse(f"no time in {log.columns.at or 'the report'}; --at gives one", ibis.null("string"))
    )
    return log._replace(table=table.mutate(**{PROBLEM: ibis.coalesce(table[PROBLEM], missing)}))
