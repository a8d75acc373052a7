"""A log written out again with the cost of every row: all of it or nothing."""

from __future__ import annotations

import csv
import glob
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ratecard.core.errors import BadLog, BadValue, listed
from ratecard.logs.cost import Costed
from ratecard.logs.engines import DUCKDB, Engine, reading
from ratecard.logs.prices import CURRENCY, REASON, STATUS, TARIFF, told
from ratecard.logs.sums import COST

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table

#: The columns added to the log's own, and their sources.
ADDED = {
    "ratecard_cost": COST,
    "ratecard_currency": CURRENCY,
    "ratecard_tariff": TARIFF,
    "ratecard_status": STATUS,
    "ratecard_reason": REASON,
}

#: The forms a log is written in, by the end of the file's name.
FORMS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "jsonl"}
#: What Spark leaves in a folder that it has written to the end.
_SUCCESS = "_SUCCESS"


def form_of(path: str) -> str:
    """The form for a file's name; raises `BadValue` for any other."""
    end = os.path.splitext(path)[1]
    if end not in FORMS:
        raise BadValue(f"--out {path}: write a name that ends in {listed(list(FORMS))}")
    return FORMS[end]


def check(path: str, inputs: Sequence[str], one_file: bool) -> None:
    """Raises if the output cannot be written, before anything is read, and removes abandoned drafts.

    `BadValue` for a name of no known form, for one of the logs themselves or a file among them, and for a folder
    that is not the engine's own; `BadLog` where nothing can be written.
    """
    form_of(path)
    for log in inputs:
        if _among(path, log):
            raise BadValue(f"--out {path} is one of the logs that are read, or among them; write to another place")
    if os.path.isdir(path) and (one_file or not os.path.exists(os.path.join(path, _SUCCESS))):
        raise BadValue(f"--out {path} is a folder; name a file")
    _clean(path)
    try:
        probe = _draft(path)
        open(probe, "wb").close()
        os.remove(probe)
    except OSError as error:
        raise BadLog(f"--out {path}: cannot be written: {error.strerror}") from error


def rows(found: Costed, columns: Sequence[str]) -> Table:
    """Every row of a log with its own columns, its cost, the price list and its status."""
    table = found.table
    taken = [name for name in columns if name in ADDED]
    if taken:
        raise BadLog(f"the log has a column {taken[0]!r} already, as one that was priced before; leave it out")
    import ibis  # here because only logs need it

    every = [told(one) for one in found.found]
    values = {name: {texts[name] for texts in every} for name in (CURRENCY, STATUS, REASON)}
    alike = {name: ibis.literal(*kinds, type="string") for name, kinds in values.items() if len(kinds) == 1}
    return table.select(*columns, **{name: alike.get(own, table[own]) for name, own in ADDED.items()})


def write(engine: Engine, table: Table, path: str) -> None:
    """Writes a table into a file (on Spark, a folder of files), replacing it.

    It is moved there when complete; an interrupted run leaves the old one unchanged.
    """
    form = form_of(path)
    with reading(f"--out {path}"), _complete(path) as draft:
        match form:
            case "parquet":
                table.to_parquet(draft, compression="zstd")
            case "csv":
                table.to_csv(draft, header=True)
            case _:
                _to_lines(engine, table.mutate(ratecard_cost=table["ratecard_cost"].cast("string")), draft)


def _to_lines(engine: Engine, table: Table, draft: str) -> None:
    """One object a line; a number of JSON has fewer digits than a cost may have, so that is text."""
    backend: Any = engine.backend
    backend._run_pre_execute_hooks(table)
    query = backend.compile(table)
    if engine.name == DUCKDB:
        target = draft.replace("'", "''")
        backend.raw_sql(f"COPY ({query}) TO '{target}' (FORMAT json)")
    else:
        engine.native.sql(query).write.json(draft, ignoreNullFields=False)


def write_lines(lines: Sequence[Mapping[str, str | None]], path: str) -> None:
    """Writes lines of texts into a file, as `write` does; in Parquet, what is a number is one there too."""
    if form_of(path) == "parquet":
        with reading(f"--out {path}"), _complete(path) as draft:
            _lines_to_parquet(lines, draft)
    else:
        write_rows(list(lines[0]) if lines else [], lines, path)


def write_rows(columns: Sequence[str], lines: Iterable[Mapping[str, Any]], path: str) -> None:
    """Writes rows as CSV or as JSON lines, without an engine; raises `BadLog` for Parquet, which needs one."""
    form = form_of(path)
    if form == "parquet":
        raise BadLog(f'--out {path}: Parquet needs DuckDB: pip install "ratecard[bulk]"')
    with _complete(path) as draft, open(draft, "w", encoding="utf-8", newline="") as file:
        if form == "jsonl":
            whole = (dict.fromkeys(columns) | dict(line) for line in lines)
            file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in whole)
        elif columns:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_field(line.get(name)) for name in columns] for line in lines)


def _field(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value


def _lines_to_parquet(lines: Sequence[Mapping[str, str | None]], draft: str) -> None:
    import pyarrow  # here because only Parquet needs it
    from pyarrow import parquet

    columns: dict[str, list[Any]] = {name: [line[name] for line in lines] for name in (lines[0] if lines else ())}
    for name, values in columns.items():
        if name.endswith(("Cost", "Price", "Quantity")):
            columns[name] = [Decimal(value or 0) for value in values]
    parquet.write_table(pyarrow.table(columns), draft, compression="zstd")


def _among(path: str, log: str) -> bool:
    """Whether a file is one that a log's path names, or lies where that looks."""
    own = os.path.realpath(path)
    if os.path.isdir(log):
        return os.path.commonpath([own, os.path.realpath(log)]) == os.path.realpath(log)
    found = [log] if os.path.exists(log) else glob.glob(log, recursive=True)
    return any(os.path.realpath(name) == own for name in found)


def _draft(path: str) -> str:
    return os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.draft")


def _clean(path: str) -> None:
    """Removes the drafts of a file whose processes have ended."""
    folder, name = os.path.split(path)
    drafts = re.compile(rf"(?:tmp_)?\.{re.escape(name)}\.([0-9]+)\.draft")
    for found in os.listdir(folder or ".") if os.path.isdir(folder or ".") else ():
        match = drafts.fullmatch(found)
        if match and not _alive(int(match[1])):
            _remove(os.path.join(folder, found))


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process
        pass
    return True


@contextmanager
def _complete(path: str) -> Iterator[str]:
    """A draft next to a path, moved there if the block succeeds and removed otherwise."""
    draft = _draft(path)
    try:
        yield draft
        if os.path.isdir(path):  # the engine's own, as `check` has seen to
            shutil.rmtree(path)
        os.replace(draft, path)
    finally:
        _remove(draft)


def _remove(path: str) -> None:
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)
