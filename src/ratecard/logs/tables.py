"""Files as tables of an engine, each column as the file has it: text stays text, Parquet keeps its types."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.core.errors import BadLog, listed
from ratecard.logs.engines import SPARK, Engine, reading
from ratecard.logs.files import CSV, JSONL, PARQUET, LogFile, check_names

if TYPE_CHECKING:
    from ibis import DataType, Table

#: The start of the columns that are added to a log's own.
ADDED = "rc_"
#: The column in which Spark keeps the text of a line that is no row; null for a sound one.
CORRUPT = "rc_corrupt"
_REJECTS, _SCANS = "rc_rejects", "rc_scans"


class Part(NamedTuple):
    """Files of one form and the same columns, as one table; `number` names DuckDB's tables of rejected lines."""

    table: Table
    sources: tuple[LogFile, ...]
    names: tuple[str, ...]
    number: int


class View(NamedTuple):
    """A table on an engine, and the kinds of its columns."""

    engine: str
    table: Table
    kinds: Mapping[str, str]


def parts(engine: Engine, sources: Sequence[LogFile]) -> list[Part]:
    """Sources as tables, one for all files of a form that have the same columns."""
    groups: dict[tuple[object, ...], list[LogFile]] = {}
    for source in sources:
        groups.setdefault((source.form, source.columns, source.delimiter, source.keys, source.base), []).append(source)
    read = _spark_table if engine.name == SPARK else _duckdb_table
    return [_part(engine, read, group, next(engine.numbers)) for group in groups.values()]


def _part(engine: Engine, read: Any, group: Sequence[LogFile], number: int) -> Part:
    first = group[0]
    names = _keys_of_lines(group) if first.form == JSONL else first.columns if first.form == CSV else ()
    with reading(listed([source.name for source in group[:3]], "and")):
        table = read(engine, group, names, number)
    return Part(table, tuple(group), tuple(names), number)


def unified(parts: Sequence[Part]) -> Table:
    """The parts as one table: columns by name, null where a part has none; differing types become text."""
    columns: dict[str, list[DataType]] = {}
    for part in parts:
        for name, type in part.table.schema().items():
            columns.setdefault(name, []).append(type)
    check_names("the log", list(columns))
    wanted = {name: _common(name, types) for name, types in columns.items()}
    tables = [_as(part.table, wanted) for part in parts]
    return functools.reduce(lambda one, other: one.union(other), tables)


def kinds(table: Table) -> dict[str, str]:
    """The kind of each column, and by its path that of each part of a nested one."""
    found: dict[str, str] = {}
    for name, type in table.schema().items():
        if name != CORRUPT:
            _add_kinds(found, name, type)
    return found


def kind_of(type: DataType) -> str:
    """The kind of a column of a type."""
    return next(
        (kind for kind, tests in _KINDS.items() if any(getattr(type, f"is_{test}")() for test in tests)), "other"
    )


def _add_kinds(found: dict[str, str], name: str, type: DataType) -> None:
    found[name] = kind_of(type)
    if type.is_struct():
        for part, inner in type.items():
            _add_kinds(found, f"{name}.{part}", inner)


#: Each kind of column, and Ibis' tests for the types that have it.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "flag": ("boolean",),
    "large": ("uint64",),
    "whole": ("integer",),
    "float": ("floating",),
    "decimal": ("decimal",),
    "text": ("string", "json"),
    "time": ("timestamp",),
    "date": ("date",),
    "nested": ("struct",),
    "map": ("map",),
}


def _common(name: str, types: Sequence[DataType]) -> DataType:
    """One type for a column that has several."""
    import ibis  # here because only an open engine needs it

    if len({type.copy(nullable=True) for type in types}) == 1:
        return types[0].copy(nullable=True)
    found = {kind_of(type) for type in types}
    if found & {"nested", "map", "other"}:
        raise BadLog(f"the column {name!r} has another form in some files than in others; bill them apart")
    if found == {"whole"}:
        return ibis.dtype("int64")
    if found == {"time"}:
        return ibis.dtype("timestamp('UTC')")
    return ibis.dtype("string")


def _as(table: Table, wanted: Mapping[str, DataType]) -> Table:
    """A table with exactly the columns wanted."""
    import ibis  # the same

    if dict(table.schema().items()) == dict(wanted):
        return table
    have = table.schema()
    return table.select(
        **{
            name: (table[name] if have[name] == type else table[name].cast(type)) if name in have else ibis.null(type)
            for name, type in wanted.items()
        }
    )


def _keys_of_lines(group: Sequence[LogFile]) -> list[str]:
    """Every key of any JSON line; those of the first line come first."""
    import duckdb  # the same

    lines = f"read_ndjson_objects({_texts(source.path for source in group)}, ignore_errors = true)"
    with duckdb.connect() as connection, reading(group[0].name):
        first = connection.execute(f"SELECT json_keys(json) FROM {lines} WHERE json_type(json) = 'OBJECT' LIMIT 1")
        found = dict.fromkeys(key for (keys,) in first.fetchall() for key in keys)
        every = connection.execute(f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {lines} ORDER BY key")
        found.update(dict.fromkeys(key for (key,) in every.fetchall() if key))
    if not found:
        raise BadLog(f"{group[0].name}: no line is a JSON object")
    check_names(group[0].name, list(found))
    return list(found)


def _duckdb_table(engine: Engine, group: Sequence[LogFile], names: Sequence[str], number: int) -> Table:
    """Files as a view of DuckDB, which records all lines that it cannot parse."""
    form, paths = group[0].form, _texts(source.path for source in group)
    columns = "{" + ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names) + "}"
    keys = f"hive_partitioning = {'true' if group[0].keys else 'false'}, hive_types_autocast = false"
    call = {
        PARQUET: f"read_parquet({paths}, {keys})",
        JSONL: f"read_json({paths}, format = 'newline_delimited', ignore_errors = true, compression = 'none', "
        f"columns = {columns}, {keys})",
        CSV: f"read_csv({paths}, auto_detect = false, header = true, compression = 'none', delim = "
        f"{_text(group[0].delimiter)}, quote = '\"', escape = '\"', columns = {columns}, store_rejects = true, "
        f"rejects_limit = 0, rejects_table = '{_REJECTS}_{number}', rejects_scan = '{_SCANS}_{number}', {keys})",
    }
    backend: Any = engine.backend
    backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW rc_part_{number} AS SELECT * FROM {call[form]}")
    return backend.table(f"rc_part_{number}")


def _spark_table(engine: Engine, group: Sequence[LogFile], names: Sequence[str], number: int) -> Table:
    """Files as a view of Spark; a line that is no row becomes one with its text in `CORRUPT`."""
    from pyspark.sql.types import StringType, StructField, StructType  # the same

    backend: Any = engine.backend
    first = group[0]
    reader = backend._session.read
    if first.keys:
        reader = reader.option("basePath", os.path.abspath(first.base))
    if first.form != PARQUET:
        fields = [StructField(name, StringType()) for name in (*names, CORRUPT)]
        reader = reader.schema(StructType(fields)).option("columnNameOfCorruptRecord", CORRUPT)
    if first.form == CSV:
        reader = reader.options(header=True, sep=first.delimiter, quote='"', escape='"', maxCharsPerColumn=-1)
    form = "json" if first.form == JSONL else first.form
    frame = reader.format(form).load([source.path for source in group])
    frame.createOrReplaceTempView(f"rc_part_{number}")
    return backend.table(f"rc_part_{number}")


def view(engine: Engine, table: Table) -> Table:
    """The same table as a view of the engine, so that what is asked of it is written in few words each time."""
    import ibis.expr.operations as ops  # the same

    name = f"rc_log_{next(engine.numbers)}"
    backend: Any = engine.backend
    statement = backend.compile(table)
    if engine.name == SPARK:
        backend.raw_sql(statement).createOrReplaceTempView(name)
    else:
        backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {statement}")
    # with the types that it is known to have: an engine may give another one where both are as good
    known: Table = ops.DatabaseTable(name, table.schema(), backend, ops.Namespace()).to_expr()
    return known


def rejects_of(part: Part) -> tuple[str, str]:
    """The names of DuckDB's tables of a part's rejected lines, and of the runs that rejected them."""
    return f"{_REJECTS}_{part.number}", f"{_SCANS}_{part.number}"


def _texts(texts: Any) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
