"""Small tables to join with a log, and results that an engine keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.logs.engines import DUCKDB, Engine

if TYPE_CHECKING:  # an expression is made of what the engine brings along
    from ibis import Table

#: Spark's names for kinds of columns that differ from Ibis'.
_SPARK_KINDS = {"int64": "bigint", "int32": "int", "timestamp(6)": "timestamp"}


class Column(NamedTuple):
    """A column of a small table: its name, its kind in Ibis' words, and its values."""

    name: str
    kind: str
    values: Sequence[Any]


def table(engine: Engine, columns: Sequence[Column]) -> Table:
    """The columns as a table that joins with those of an engine."""
    import ibis  # here because only logs need it

    if engine.name == DUCKDB:
        schema = ibis.schema({column.name: column.kind for column in columns})
        ours = ibis.memtable({column.name: column.values for column in columns}, schema=schema)
        return materialized(engine, ours)  # DuckDB reports no progress for tables in memory
    name = ibis.util.gen_name("ratecard")
    kinds = ", ".join(f"`{column.name}` {_SPARK_KINDS.get(column.kind, column.kind)}" for column in columns)
    rows = list(zip(*(map(_in_utc, column.values) for column in columns), strict=True))
    engine.native.createDataFrame(rows, kinds).createOrReplaceTempView(name)
    return engine.backend.table(name)


def _in_utc(value: object) -> object:
    """A moment with its zone; Spark would take one without as local time."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def materialized(engine: Engine, found: Table) -> Table:
    """A table that the engine computes once and keeps."""
    import ibis  # here because only logs need it

    name = ibis.util.gen_name("ratecard")
    if engine.name == DUCKDB:
        return engine.backend.create_table(name, found, temp=True)
    engine.native.sql(engine.backend.compile(found)).cache().createOrReplaceTempView(name)
    return engine.backend.table(name)
