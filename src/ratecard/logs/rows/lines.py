"""The rows of CSV and JSON lines, and the lines that are none, as DuckDB reads them.

An empty field is nothing; a field too many or too few, a quote that is not closed and text that is not UTF-8 make a
line no row. A line that is no JSON object is an empty row.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import unquote

from ratecard.core.errors import BadLog
from ratecard.logs.files import CSV, PARQUET, LogFile, check_names
from ratecard.logs.rejects import SHOWN, Rejects, Sample

#: The most rows that are billed without an engine.
MOST = 100_000

Row = dict[str, Any]


class Lines(NamedTuple):
    """The rows of some files: each column's text, or the value that JSON has there."""

    columns: tuple[str, ...]
    rows: list[Row]
    rejects: Rejects


class _Bad(ValueError):
    """A line that is no row, and why."""


def read(sources: Sequence[LogFile]) -> Lines:
    """The rows of files. Raises `BadLog` for Parquet and for more rows than `MOST`."""
    found: list[Row] = []
    columns: dict[str, None] = {}
    rejected = Rejects()
    for group in _alike(sources):
        first, own = len(found), Rejects()
        for source in group:
            if source.form == PARQUET:
                raise BadLog(f'{source.name} is Parquet, which needs DuckDB: pip install "ratecard[bulk]"')
            keys = _keys(source)
            lines, own = (_values(source, own)) if source.form == CSV else (_objects(source), own)
            for row in lines:
                found.append(row | keys if row else row)
                if len(found) > MOST:
                    raise BadLog(f'a log of over {MOST:,} rows needs DuckDB: pip install "ratecard[bulk]"')
        rejected = Rejects(rejected.lines + own.lines, (*rejected.samples, *own.samples[:SHOWN]))
        columns |= dict.fromkeys((*_names(group, found[first:]), *group[0].keys))
    check_names("the log", list(columns))
    return Lines(tuple(columns), found, rejected)


def parsed(text: str) -> Any:
    """The value of a JSON text, with the first of two keys of one name; raises `ValueError` for any other text."""
    try:
        return json.loads(text, object_pairs_hook=_first_of_each)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _alike(sources: Sequence[LogFile]) -> list[list[LogFile]]:
    """The files in groups of one form and the same columns."""
    groups: dict[tuple[object, ...], list[LogFile]] = {}
    for source in sources:
        groups.setdefault((source.form, source.columns, source.delimiter, source.keys, source.base), []).append(source)
    return list(groups.values())


def _names(group: Sequence[LogFile], rows: Sequence[Row]) -> list[str]:
    """The columns of a group: those of the header, or every key of a line, the first line's first."""
    if group[0].form == CSV:
        return list(group[0].columns)
    own = [[key for key in row if key not in group[0].keys] for row in rows if row]
    found = dict.fromkeys(own[0]) if own else {}
    found |= dict.fromkeys(sorted({key for keys in own for key in keys if key}))
    if not found:
        raise BadLog(f"{group[0].name}: no line is a JSON object")
    check_names(group[0].name, list(found))
    return list(found)


def _keys(source: LogFile) -> Row:
    """The columns that a file's folders name."""
    folders = os.path.relpath(os.path.dirname(source.name), source.base).split(os.sep) if source.keys else ()
    return {name: unquote(value) for name, mark, value in (folder.partition("=") for folder in folders) if mark}


def _objects(source: LogFile) -> Iterator[Row]:
    """The JSON objects of a file; an empty one for a line that is none."""
    with open(source.path, "rb") as file:
        for line in file:
            if line.strip():
                try:
                    found = parsed(line.decode("utf-8"))
                    if b"\\ud" in line.lower():
                        json.dumps(found, ensure_ascii=False).encode()  # half a character is none
                except ValueError:
                    found = {}
                yield found if isinstance(found, dict) else {}


def _first_of_each(pairs: list[tuple[str, Any]]) -> Row:
    found = dict(pairs)
    return found if len(found) == len(pairs) else dict(reversed(pairs))


def _values(source: LogFile, rejects: Rejects) -> tuple[list[Row], Rejects]:
    """The rows of separated values, and the lines rejected so far with those that are none."""
    found: list[Row] = []
    lines, samples = rejects.lines, list(rejects.samples)
    with open(source.path, "rb") as file:
        file.readline()  # the names
        for number, count, record in _records(file, source.delimiter):
            if not record and len(source.columns) > 1:
                continue  # a blank line
            try:
                found.append(_row(record, source))
            except ValueError as error:
                lines += count
                reason = "invalid encoding" if isinstance(error, UnicodeDecodeError) else str(error)
                samples.append(Sample(source.name, number, reason, record.decode("utf-8", "replace")[:80]))
    return found, Rejects(lines, tuple(samples[:SHOWN]))


def _records(file: BinaryIO, delimiter: str) -> Iterator[tuple[int, int, bytes]]:
    """The records of a file: the number of their first line, how many lines they run over, and their text."""
    number, count, record = 2, 0, b""
    for line in file:
        count += 1
        record += line
        if _is_whole(record, delimiter):
            yield number, count, _without_end(record)
            number, count, record = number + count, 0, b""
    if count:
        yield number, count, record


def _is_whole(record: bytes, delimiter: str) -> bool:
    """Whether a record ends with its last line, sound or not; else a quote is open."""
    if b'"' not in record:
        return True
    try:
        return _fields(_without_end(record).decode("utf-8", "replace"), delimiter) is not None
    except _Bad:
        return True


def _without_end(record: bytes) -> bytes:
    return record.removesuffix(b"\n").removesuffix(b"\r")


def _row(record: bytes, source: LogFile) -> Row:
    """A record's fields by column."""
    fields = _fields(record.decode("utf-8"), source.delimiter)
    if fields is None:
        raise _Bad("unquoted value")
    if len(fields) == len(source.columns) + 1 and not fields[-1]:
        fields = fields[:-1]  # a delimiter at the end of the line
    if len(fields) != len(source.columns):
        raise _Bad("missing columns" if len(fields) < len(source.columns) else "too many columns")
    return {name: text or None for name, text in zip(source.columns, fields, strict=True)}


def _fields(record: str, delimiter: str) -> list[str] | None:
    """The fields of a record; None if a quote of it is not closed. Raises for text behind a closed quote."""
    if '"' not in record:
        return record.split(delimiter)
    found: list[str] = []
    place = 0
    while True:
        start = place + len(record[place:]) - len(record[place:].lstrip(" "))
        if record[start : start + 1] == '"':
            quoted = _quoted(record, start + 1)
            if quoted is None:
                return None
            text, end = quoted
            end += len(record[end:]) - len(record[end:].lstrip(" "))
            if end < len(record) and record[end] != delimiter:
                raise _Bad("unquoted value")
        else:
            end = record.find(delimiter, place)
            end = len(record) if end < 0 else end
            text = record[place:end]
        found.append(text)
        if end >= len(record):
            return found
        place = end + 1


def _quoted(record: str, place: int) -> tuple[str, int] | None:
    """The text up to the quote that closes it, and the place behind that; two quotes are one of the text."""
    parts: list[str] = []
    while True:
        end = record.find('"', place)
        if end < 0:
            return None
        parts.append(record[place:end])
        if record[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1
        parts.append('"')
        place = end + 2
