"""The bill of usage logs, from files to sums: open, look through, price, add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from ratecard.bulk import costing, focus, logs, output, running, summary
from ratecard.bulk.columns import Columns
from ratecard.bulk.costing import Survey
from ratecard.bulk.engines import DUCKDB, Engine, open_engine, reading
from ratecard.bulk.logs import Log
from ratecard.bulk.rejects import Rejects
from ratecard.bulk.summary import Bill
from ratecard.catalog import Catalog
from ratecard.errors import UnknownSeller

Show = Callable[[float], None]


class Asked(NamedTuple):
    """What is asked of usage logs.

    `by` names what to add up by, `mapping` which column means what, `at` the moment (in UTC) of rows where
    the log has none, `seller` that of all rows, `out` the file to write every row to, `priced_as` whether
    the sums are to be those of FOCUS.
    """

    paths: tuple[str, ...]
    at: datetime
    by: tuple[str, ...] = ("model",)
    mapping: Mapping[str, str] = {}
    seller: str | None = None
    out: str | None = None
    engine: str = DUCKDB
    as_focus: bool = False


class Answer(NamedTuple):
    """What usage logs cost, the lines of them that are no rows, and what their columns were taken for."""

    bill: Bill
    rejects: Rejects
    columns: Columns
    notes: tuple[str, ...]
    focus: tuple[Mapping[str, str], ...] = ()


def bill(catalog: Catalog, asked: Asked, show: Show | None = None) -> Answer:
    """What usage logs cost; `show` is told how far a long run is.

    Raises `BadLog` for files that cannot be read or whose columns have no clear meaning, `UnknownSeller`
    and `BadValue` for what cannot be asked. Rows without a price are part of the answer, not an error.
    """
    if asked.out:
        output.form_of(asked.out)
    with open_engine(asked.engine) as engine, reading("the log"):
        log = _opened(engine, catalog, asked)
        survey = costing.survey(engine, log, catalog, asked.at)
        if asked.out:
            _write(engine, log, survey, catalog, asked.out, show)
        by = focus.BY if asked.as_focus else asked.by
        found = running.run(
            engine,
            lambda: costing.summed(engine, log, survey, catalog, summary.by_columns(log.table, by)),
            show,
        )
        answer = summary.billed(engine, found, by)
        lines = tuple(focus.lines(engine, found, catalog)) if asked.as_focus else ()
        return Answer(answer, log.rejected(), log.columns, log.notes, lines)


def _opened(engine: Engine, catalog: Catalog, asked: Asked) -> Log:
    mapping = dict(asked.mapping)
    if asked.seller:
        if asked.seller not in catalog.sellers:
            raise UnknownSeller("the log", asked.seller, ())
        mapping["seller"] = f"'{asked.seller}'"
    columns = [name for name in asked.by if name not in summary.OWN]
    return logs.open_log(engine, asked.paths, mapping, catalog.vocabulary, columns)


def _write(engine: Engine, log: Log, survey: Survey, catalog: Catalog, path: str, show: Show | None) -> None:
    found = costing.by_row(engine, log, survey, catalog)
    running.run(engine, lambda: output.write(output.rows(found, log.source_columns), path), show)
