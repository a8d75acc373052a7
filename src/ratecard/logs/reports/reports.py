"""The reports in a log's rows: the engine hands its rows over in batches, the reader reads them, once for all queries.

What was read is kept by the engine in a table of its own, with those columns of the log that are still needed.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import ibis
from ibis.expr import types as ir

from ratecard.core.records import Vocabulary
from ratecard.logs import cells, grouping
from ratecard.logs.cells import Fault
from ratecard.logs.columns import LINES, Columns, is_constant, path, sources
from ratecard.logs.engines import SPARK, Engine, rows
from ratecard.logs.reports import arrow, reader
from ratecard.logs.reports.reader import BODY, LINE, QUANTITY, USAGE, Reading
from ratecard.logs.tables import CORRUPT, View

#: The kinds of columns that are no fields of a response.
_TIMES = ("time", "date")
#: The column handed over, and the start of those that come back.
_TEXTS, READ = "rc_texts", "rc_read_"


class Reports(NamedTuple):
    """A log with what its rows report; a column that no row has is not there.

    `prefix` is the start of columns that are attributes, `lines` whether columns are fields of a response.
    """

    table: ir.Table
    prefix: str
    lines: bool

    def value(self, name: str) -> ir.Value | None:
        """What the rows report under a name, or None if no row does."""
        return self.table[READ + name] if READ + name in self.table.columns else None

    def values(self, start: str) -> dict[str, ir.Value]:
        """The facts or quantities that rows report, by fact or meter."""
        names = [name for name in self.table.columns if name.startswith(READ + start)]
        return {name.removeprefix(READ + start): self.table[name] for name in names}

    @property
    def flavor(self) -> ir.StringValue:
        """The flavor of each row; null where it has a problem or reports nothing."""
        flavor = self.value(reader.FLAVOR)
        return ibis.null("string") if flavor is None else flavor

    @property
    def quantities(self) -> dict[str, ir.NumericValue]:
        """The quantity of each meter in each row."""
        return {meter: value.fill_null(0).cast(value.type()) for meter, value in self.values(QUANTITY).items()}

    def fault(self) -> Fault:
        """The problem of a row that cannot be billed, or that reports nothing."""
        problem = self.value(reader.PROBLEM)
        if problem is None:
            problem = ibis.null("string")
        bad = self.flavor.isnull()
        return Fault(bad, ((problem.notnull(), problem), (bad, reader.NOTHING)))

    def readers(self, column: str) -> list[str]:
        """The flavors for which a column of the log is a fact of their response."""
        return reader.readers(column, self.prefix) if self.lines else []


def reports(
    engine: Engine, view: View, columns: Columns, vocabulary: Vocabulary, by: Sequence[str], whole: bool
) -> Reports:
    """The reports in the rows of a log that has some; the rows keep all columns if `whole`, else those in use.

    Raises `BadLog` for an unknown flavor.
    """
    reader.check(columns.flavor)
    prefix = reader.prefix(view.table.columns)
    holds, found = _handed_over(view, columns, prefix)
    reading = Reading(holds, tuple(found), columns.flavor, reader.whole(vocabulary))
    kept = (
        list(view.table.columns) if whole else [name for name in view.table.columns if name in _used(view, columns, by)]
    )
    handed = view.table.select(*kept, **{_TEXTS: ibis.array(list(found.values()))})
    read = _on_spark if engine.name == SPARK else _on_duckdb
    table = read(engine, handed, kept, reading)
    return Reports(_without_empty(engine, table), prefix, holds == LINE)


def _handed_over(view: View, columns: Columns, prefix: str) -> tuple[str, dict[str, ir.StringValue]]:
    """What a row holds, and the texts to read by their names."""
    if columns.body != LINES:
        return BODY, {columns.body: json_text(view.engine, cells.cell(view, columns.body).value)}
    if columns.alone:
        return USAGE, {columns.usage: json_text(view.engine, cells.cell(view, columns.usage).value)}
    names = [name for name in view.table.columns if name != columns.seller and view.kinds.get(name) not in _TIMES]
    texts = reader.in_use(names, prefix)
    found = {field: json_text(view.engine, view.table[name]) for field, name in texts.items()}
    return LINE, found


def _used(view: View, columns: Columns, by: Sequence[str]) -> set[str]:
    """The columns of a log that are needed besides its reports."""
    names = [columns.model, columns.seller, columns.at, *sources(columns), *columns.unbilled, columns.currency]
    names += [
        *columns.facts.values(),
        *columns.otherwise.values(),
        *([columns.stated.column] if columns.stated else ()),
    ]
    names += [grouping.part(name, view.kinds).column for name in by]
    heads = {path(name, view.table.columns)[0] for name in names if name and not is_constant(name)}
    return heads | {CORRUPT}


def json_text(engine: str, value: ir.Value) -> ir.StringValue:
    """A column as JSON text; texts are taken as JSON."""
    kind = value.type()
    if kind.is_string() or not (kind.is_struct() or kind.is_map() or kind.is_array()):
        return value.cast("string")
    written: ir.StringValue = cells.builtin("to_json", (kind,), "json")(value).cast("string")
    return written


#: The engines' names of types that differ from Ibis'.
_SPARK = {"timestamp(6)": "timestamp_ntz", "int64": "bigint"}
_DUCKDB = {"string": "VARCHAR", "timestamp(6)": "TIMESTAMP", "int64": "BIGINT"}


def _on_duckdb(engine: Engine, handed: ir.Table, kept: Sequence[str], reading: Reading) -> ir.Table:
    """The rows written once into a file of the engine's folder, with what a function of Python reads in them."""
    backend: Any = engine.backend
    number = next(engine.numbers)
    name, file = f"rc_reader_{number}", os.path.join(engine.spool, f"{number}.read.parquet").replace("'", "''")
    types = arrow.types(reading)

    def read(texts: Any) -> Any:
        return arrow.read(reading, texts)

    parts = ", ".join(f"{_quoted(column)} {_DUCKDB.get(kind, kind)}" for column, kind in types.items())
    engine.native.create_function(name, read, ["VARCHAR[]"], f"STRUCT({parts})", type="arrow", null_handling="special")
    own = "".join(f"{_quoted(column)}, " for column in kept)
    query = f"SELECT {own}{name}({_TEXTS}) AS rc_read FROM ({backend.compile(handed)})"
    backend.raw_sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    engine.native.remove_function(name)
    flat = ", ".join(f"rc_read.{_quoted(column)} AS {_quoted(READ + column)}" for column in types)
    backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {own}{flat} FROM read_parquet('{file}')")
    table: ir.Table = backend.table(name)
    return table


def _on_spark(engine: Engine, handed: ir.Table, kept: Sequence[str], reading: Reading) -> ir.Table:
    """The rows with what Spark's workers of Python read in them, kept by Spark."""
    from pyspark.sql.types import StructType

    backend: Any = engine.backend
    name = f"rc_reader_{next(engine.numbers)}"
    frame = engine.native.sql(backend.compile(handed))
    types = (f"`{READ}{column}` {_SPARK.get(kind, kind)}" for column, kind in arrow.types(reading).items())
    added: Any = StructType.fromDDL(", ".join(types))
    schema = StructType([*frame.schema.fields[: len(kept)], *added])
    plain = frame.toDF(*map(str, range(len(frame.columns))))  # a name with a dot would be taken for a path
    plain.mapInArrow(functools.partial(arrow.batches, reading, READ), schema).cache().createOrReplaceTempView(name)
    table: ir.Table = backend.table(name)
    return table


def _without_empty(engine: Engine, table: ir.Table) -> ir.Table:
    """The table without the columns that no row reports anything in."""
    added = [name for name in table.columns if name.startswith(READ)]
    (counts,) = rows(engine, table.aggregate(**{name: table[name].count() for name in added}))
    return table.drop(*(name for name in added if not counts[name]))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
