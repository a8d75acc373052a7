"""The bill of usage logs, from files to sums: open, survey, price, add up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ratecard.core.catalog import Catalog, named, offer_of
from ratecard.core.errors import UnknownSeller, listed
from ratecard.logs import cost, focus, grouping, job, logs, output, summary
from ratecard.logs.columns import Columns
from ratecard.logs.comparison import Comparison, compared
from ratecard.logs.cost import Instead, Survey
from ratecard.logs.engines import DUCKDB, PYTHON, Engine, open_engine, reading, usual
from ratecard.logs.keys import AT, BY_STATED, PROBLEM
from ratecard.logs.logs import Log
from ratecard.logs.projection import DAY, Projection, projected
from ratecard.logs.rejects import Rejects
from ratecard.logs.rows import billing
from ratecard.logs.summary import Bill
from ratecard.logs.sums import Sums
from ratecard.logs.transcripts.agents import HEADING

Show = Callable[[float], None]


class BillRequest(NamedTuple):
    """The options of a bill.

    `by` names the columns to group by, `mapping` the meaning of columns, `at` the moment (in UTC) of rows without one,
    `seller` that of all rows, `out` the file to write every row to. With `as_focus` the answer and `out` have FOCUS
    columns; with `spanned` the answer has the times of the first and last row. `now` is the present. Of rows that are
    alike in all columns of `unique` one counts. With `instead` the answer has a second bill, of the same calls at
    another model or seller, with `in_order` groups in order, with `forecast` a projection of the month.
    """

    paths: tuple[str, ...]
    now: datetime
    at: datetime | None = None
    by: tuple[str, ...] = ("model",)
    mapping: Mapping[str, str] = {}
    seller: str | None = None
    out: str | None = None
    engine: str = ""
    as_focus: bool = False
    spanned: bool = False
    unique: tuple[str, ...] = ()
    instead: Instead | None = None
    in_order: bool = False
    forecast: bool = False


class Answer(NamedTuple):
    """The bill of usage logs, their lines that are no rows, and the meaning of their columns.

    `span` is the time of the first row and of the last, if requested and known; `heading` is to be said first. `other`
    is the bill of the same calls at another model or seller, `stated` what the log says itself that they cost.
    """

    bill: Bill
    rejects: Rejects
    columns: Columns
    notes: tuple[str, ...]
    focus: tuple[Mapping[str, str | None], ...] = ()
    span: tuple[datetime, datetime] | None = None
    heading: str = ""
    other: Bill | None = None
    stated: Comparison | None = None
    projections: tuple[Projection, ...] = ()


def bill(catalog: Catalog, asked: BillRequest, show: Show | None = None) -> Answer:
    """What usage logs cost; `show` gets the progress of a long run.

    Raises `BadLog` for files that cannot be read or written or whose columns have no clear meaning,
    `UnknownModel`, `UnknownSeller` and `BadValue` for invalid options. Rows without a price are part of the answer, not
    an error.
    """
    asked = asked._replace(engine=asked.engine or usual())
    if asked.instead and asked.instead.model:
        found = named(catalog, asked.instead.model, asked.instead.seller or None)
        offer_of(found.card, asked.instead.seller or found.seller, found.model_id, {})
    if asked.out:
        output.check(asked.out, asked.paths, asked.engine in (DUCKDB, PYTHON) or asked.as_focus)
    if asked.engine == PYTHON:
        with tempfile.TemporaryDirectory(prefix="ratecard-") as spool:
            return _billed(_FewRows(catalog, asked, spool), catalog, asked)
    paths = listed(asked.paths[:3], "and") + (" and others" if len(asked.paths) > 3 else "")
    with open_engine(asked.engine) as engine, reading(paths):
        return job.run(engine, lambda: _billed(_OnEngine(engine, catalog, asked), catalog, asked), show)


class _OnEngine:
    """A log on an engine."""

    def __init__(self, engine: Engine, catalog: Catalog, asked: BillRequest) -> None:
        self._engine, self._catalog = engine, catalog
        mapping = _mapping(catalog, asked)
        whole = bool(asked.out) and not asked.as_focus
        log = logs.open_log(engine, asked.paths, mapping, catalog.vocabulary, _columns(asked), asked.unique, whole)
        self.timed = AT in log.table.columns
        self._log = timed(log, asked.at) if self.timed else log
        self.columns, self.notes, self.agents = log.columns, log.notes, log.agents

    def survey(self, at: datetime, instead: Instead | None = None) -> Survey:
        return cost.survey(self._engine, self._log, self._catalog, at, instead)

    def summed(self, found: Survey, by: Sequence[str]) -> Sums:
        return cost.summed(self._engine, self._log, found, self._catalog, by)

    def write(self, found: Survey, path: str) -> None:
        costed = cost.by_row(self._engine, self._log, found, self._catalog)
        output.write(self._engine, output.rows(costed, self._log.source_columns), path)

    def rejected(self) -> Rejects:
        return self._log.rejected()


class _FewRows:
    """A log in Python."""

    def __init__(self, catalog: Catalog, asked: BillRequest, spool: str) -> None:
        self._catalog = catalog
        mapping = _mapping(catalog, asked)
        by = _columns(asked)
        self._log = billing.open_rows(asked.paths, spool, mapping, catalog.vocabulary, by, asked.at, asked.unique)
        self.timed, self.columns, self.notes = self._log.timed, self._log.columns, self._log.notes
        self.agents = self._log.agents

    def survey(self, at: datetime, instead: Instead | None = None) -> Survey:
        return billing.survey(self._log, self._catalog, at, instead)

    def summed(self, found: Survey, by: Sequence[str]) -> Sums:
        return billing.summed(self._log, found, self._catalog, by)

    def write(self, found: Survey, path: str) -> None:
        billing.write(self._log, found, self._catalog, path)

    def rejected(self) -> Rejects:
        return self._log.rejects


def _billed(log: _OnEngine | _FewRows, catalog: Catalog, asked: BillRequest) -> Answer:
    by = focus.BY if asked.as_focus and log.timed else () if asked.as_focus else asked.by
    grouping.check((*by, *([DAY] if asked.forecast else ())), timed=log.timed)
    at, column = asked.at or asked.now, log.columns.stated
    survey = log.survey(at)
    if asked.out and not asked.as_focus:
        log.write(survey, asked.out)
    more = [*([DAY] if asked.forecast else ()), *([BY_STATED] if column else ())]
    sums = log.summed(survey, tuple(dict.fromkeys((*by, *more))))
    lines = tuple(focus.lines(sums, by, catalog)) if asked.as_focus else ()
    if asked.out and asked.as_focus:
        output.write_lines(lines, asked.out)
    other = None
    if asked.instead:
        priced = log.summed(log.survey(at, asked.instead), by)
        other = summary.billed(priced, by, survey.known)
    return Answer(
        bill=summary.billed(sums, by, in_order=asked.in_order),
        rejects=log.rejected(),
        columns=log.columns,
        notes=(*log.notes, *([] if log.timed else [_untimed(asked)])),
        focus=lines,
        span=survey.span if asked.spanned else None,
        other=other,
        stated=compared(sums, survey.known, column.column) if column else None,
        projections=tuple(projected(sums, survey.span)) if asked.forecast and survey.span else (),
        heading=HEADING if log.agents else "",
    )


def _untimed(asked: BillRequest) -> str:
    """The note on a log without times."""
    moment = (asked.at or asked.now).strftime("%Y-%m-%dT%H:%M")
    said = "" if asked.at else "; --at names another moment, --map at=COLUMN a column"
    return f"no column of the log says when its rows were: priced as of {moment} UTC{said}"


def _mapping(catalog: Catalog, asked: BillRequest) -> Mapping[str, str]:
    """The meaning of columns, with the seller of all rows."""
    for seller in (asked.seller, asked.instead.seller if asked.instead else ""):
        if seller and seller not in catalog.sellers:
            raise UnknownSeller("the log", seller, ())
    if not asked.seller:
        return asked.mapping
    return {**asked.mapping, "seller": f"'{asked.seller}'"}


def _columns(asked: BillRequest) -> list[str]:
    """The columns of the log that are asked for."""
    return [name for name in asked.by if name not in grouping.OWN and not asked.as_focus]


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
