"""The files of a usage log, with their forms and columns.

Files that an engine would silently misread are copied first into the engine's own folder: compressed text (DuckDB reads
a truncated zstd file as a short one), text with a byte order mark, and standard input.
"""

from __future__ import annotations

import csv
import glob
import gzip
import os
import shutil
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from ratecard.core.errors import BadLog, listed
from ratecard.logs import documents
from ratecard.logs.engines import library
from ratecard.logs.transcripts import agents

PARQUET, CSV, JSONL = "parquet", "csv", "jsonl"
#: The endings of the files that are read in a directory.
ENDINGS = (".parquet", ".pq", ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")
PACKED = (".gz", ".zst", ".zstd")

_GZIP, _ZSTD, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (",", ";", "\t", "|")
#: Characters that engines take for a pattern in a path.
_PATTERN = frozenset("*?[]{}\\,'\"#%:")
_HEAD = 1 << 16


class LogFile(NamedTuple):
    """A file ready to be read: its name for people, its path, its form, and its columns.

    Columns are names for separated values, names with types for Parquet, and none for JSON, where each line has its
    own. `keys` are the columns that its folders name (`team=search/`) below `base`, `agents` the coding agents whose
    transcripts it was made of.
    """

    name: str
    path: str
    form: str
    columns: tuple[str, ...] = ()
    delimiter: str = ""
    keys: tuple[str, ...] = ()
    base: str = ""
    agents: tuple[str, ...] = ()


class _Readable(NamedTuple):
    """A file as text that is not packed: its name, its path, what to call files made of it, where it was found."""

    name: str
    path: str
    spare: str
    base: str


def sources(paths: Sequence[str], spool: str) -> tuple[list[LogFile], list[str]]:
    """The files at paths, and notes on those skipped; `spool` is a folder for plain copies.

    Raises `BadLog` for a path without a file, and for a file that is not of its form.
    """
    notes: list[str] = []
    spare = os.path.join(spool, f"{len(os.listdir(spool))}")
    found = [
        file
        for number, (name, base) in enumerate(_files(paths, notes))
        if (file := _readable(name, base, f"{spare}_{number}", notes))
    ]
    if not found:
        raise BadLog(f"nothing to read: {'; '.join(notes)}")
    written = {file: agent for file in found if (agent := agents.agent_of(file.path))}
    if not written:
        return [_source(file) for file in found], notes
    strays = [file.name for file in found if file not in written and os.path.basename(file.name) not in agents.BESIDE]
    if named := [name for name in strays if name in map(os.path.expanduser, paths)]:
        raise BadLog(
            f"{named[0]} is no transcript of a coding agent, as {next(iter(written)).name} is; bill them apart"
        )
    notes += [f"not read, no transcripts: {_some(strays)}"] if strays else []
    return [_transcripts(written, f"{spare}.calls")], notes


def _transcripts(written: Mapping[_Readable, agents.Agent], lines: str) -> LogFile:
    """The transcripts of coding agents as one file of their calls."""
    if not agents.unfold([(agent, file.name, file.path) for file, agent in written.items()], lines):
        raise BadLog(f"{_some([file.name for file in written])}: no transcript in it tells what a call used")
    names = tuple(dict.fromkeys(agent.name for agent in written.values()))
    return LogFile(f"transcripts of {listed(names, 'and')}", lines, JSONL, agents=names)


def _some(names: Sequence[str]) -> str:
    """The first of some names."""
    return listed(names[:5], "and") + ("…" if len(names) > 5 else "")


def _files(paths: Sequence[str], notes: list[str]) -> Iterator[tuple[str, str]]:
    """Every file that paths name, with the directory it was found under; notes those skipped."""
    if not paths:
        raise BadLog("no log is named")
    for path in (os.path.expanduser(path) for path in paths):
        if path == "-":
            yield path, ""
        elif "://" in path:
            raise BadLog(f"{path}: only files of this machine are read; copy or mount it first")
        elif os.path.isdir(path):
            yield from _within(path, notes)
        elif os.path.exists(path):
            yield path, ""
        else:
            matches = [match for match in sorted(glob.glob(path, recursive=True)) if os.path.isfile(match)]
            if not matches:
                raise BadLog(f"{path}: no such file" + (" (no file matches)" if glob.has_magic(path) else ""))
            yield from ((match, "") for match in matches)


def _within(directory: str, notes: list[str]) -> Iterator[tuple[str, str]]:
    """The logs in a directory and those below it, by name; hidden files and those of other endings are noted."""
    logs: list[str] = []
    others: list[str] = []
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            if name.startswith((".", "_")):
                continue  # files that Spark and Hadoop add to their output
            known = _plain_ending(name).endswith(ENDINGS) or agents.DATABASE.fullmatch(name)
            (logs if known else others).append(os.path.join(folder, name))
    if others:
        notes.append(f"not read, of another ending: {_some(others)}")
    if not logs:
        raise BadLog(f"{directory}: no file in it ends in {listed(ENDINGS)}")
    yield from ((path, directory) for path in logs)


def _plain_ending(name: str) -> str:
    """A name in lower case without a compression's ending."""
    small = name.lower()
    return next((small.removesuffix(ending) for ending in PACKED if small.endswith(ending)), small)


def _readable(name: str, base: str, spare: str, notes: list[str]) -> _Readable | None:
    """A file ready to be looked at; None, with a note, if it is empty."""
    path = _spooled(name, spare) if name == "-" else name
    head = _head(path)
    if head.startswith((_GZIP, _ZSTD)):
        path = _unpacked(name, path, spare + ".plain", "gzip" if head.startswith(_GZIP) else "zstd")
        head = _head(path)
    if not head:
        notes.append(f"{name} is empty")
        return None
    return _Readable(name, path, spare, base)


def _source(file: _Readable) -> LogFile:
    """One file of a log."""
    name, path, spare, base = file
    head = _head(path)
    if head.startswith(_UTF16):
        raise BadLog(f"{name} is UTF-16; write it as UTF-8, for example with iconv")
    form = _form(name, head)
    if form == JSONL and head.startswith(_BOM):
        path = _without_mark(path, spare + ".unmarked")
    if form == JSONL and documents.is_document(head.removeprefix(_BOM)):
        documents.unfold(name, path, f"{spare}.lines")
        path = f"{spare}.lines"
    plain = os.path.abspath(path)
    if _misleading(path):
        link = f"{spare}.{form}"
        os.symlink(plain, link)
        plain = link
    folders = os.path.relpath(os.path.dirname(name), base).split(os.sep) if base else ()
    keys = tuple(folder.partition("=")[0] for folder in folders if "=" in folder)
    if form == PARQUET:
        return LogFile(name, plain, form, _parquet_columns(name, path), keys=keys, base=base)
    if form == JSONL:
        return LogFile(name, plain, form, keys=keys, base=base)
    header, delimiter = _header(name, path)
    return LogFile(name, plain, form, tuple(header), delimiter, keys, base)


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise BadLog(f"{path}: {error.strerror}") from error


def _form(name: str, head: bytes) -> str:
    """A file's form, by its first bytes, else by its ending."""
    if head.startswith(_PARQUET):
        return PARQUET
    ending = _plain_ending(name)
    if ending.endswith((".parquet", ".pq")):
        raise BadLog(f"{name} is not a Parquet file: it does not begin as one")
    if ending.endswith((".csv", ".tsv", ".txt")):
        return CSV
    return JSONL if head.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[") or ending.endswith("l") else CSV


def _spooled(name: str, path: str) -> str:
    """Standard input as a file."""
    with open(path, "wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


def _unpacked(name: str, path: str, plain: str, compression: str) -> str:
    """A compressed file's content as a file of its own; raises `BadLog` if it is truncated or damaged."""
    try:
        with _packed(path, compression) as packed, open(plain, "wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except (OSError, EOFError, zlib.error) as error:
        raise BadLog(f"{name} cannot be unpacked ({error}); it was cut short or damaged") from error
    return plain


def _packed(path: str, compression: str) -> Any:
    """A compressed file, open to be read."""
    if compression == "gzip":
        return gzip.open(path)
    return library("pyarrow", "bulk").input_stream(path, compression=compression)


def _without_mark(path: str, plain: str) -> str:
    with open(path, "rb") as marked, open(plain, "wb") as file:
        marked.seek(len(_BOM))
        shutil.copyfileobj(marked, file, 1 << 20)
    return plain


def _misleading(path: str) -> bool:
    """Whether an engine would take a path for a pattern, a hidden file, or something compressed."""
    base = os.path.basename(path)
    return bool(_PATTERN & set(os.path.abspath(path))) or base.startswith((".", "_")) or base.lower().endswith(PACKED)


def _header(name: str, path: str) -> tuple[list[str], str]:
    """The column names of separated values, and the delimiter: the one that splits the first line into most names."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline(_HEAD)
    if not first.endswith(("\n", "\r")) and len(first) >= _HEAD:
        raise BadLog(f"{name}: the first line is no line of column names")
    names, delimiter = max(
        ((next(csv.reader([first], delimiter=delimiter), []), delimiter) for delimiter in _DELIMITERS),
        key=lambda found: len(found[0]),
    )
    header = [text or f"column_{place}" for place, text in enumerate(names, 1)]
    check_names(name, header)
    return header, delimiter


def check_names(name: str, names: Sequence[str]) -> None:
    """Raises `BadLog` for columns of the same name, or whose names differ only in case."""
    seen: dict[str, str] = {}
    for column in names:
        other = seen.setdefault(column.lower(), column)
        if other is not column:
            twice = f"the column {column!r} twice" if other == column else f"columns {other!r} and {column!r}"
            raise BadLog(f"{name} has {twice}; engines do not tell them apart, so rename one")


def _parquet_columns(name: str, path: str) -> tuple[str, ...]:
    """A Parquet file's columns and their types; raises `BadLog` if the file is truncated."""
    pyarrow, parquet = library("pyarrow", "bulk"), library("pyarrow.parquet", "bulk")
    try:
        schema = parquet.read_schema(path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        said = str(error).partition(".")[0]
        raise BadLog(f"{name} is not a whole Parquet file ({said}); was it cut short?") from error
    check_names(name, schema.names)
    return tuple(f"{field.name}: {field.type}" for field in schema)


def line_count(file: BinaryIO) -> int:
    """The number of lines; the last may lack its line end."""
    count, last = 0, b"\n"
    while block := file.read(1 << 20):
        count += block.count(b"\n")
        last = block[-1:]
    return count + (last != b"\n")
