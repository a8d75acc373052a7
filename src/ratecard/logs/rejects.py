"""The lines of a log that are no rows, counted against the file itself, so that none is lost.

Spark keeps such a line as a row with a problem; so does DuckDB with JSON. DuckDB's CSV reader writes rejected lines
into a table of its own, but silently skips what follows an unclosed quote, so each file's lines are counted too.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.logs.engines import SPARK, Engine
from ratecard.logs.files import CSV, LogFile, line_count

if TYPE_CHECKING:
    from ratecard.logs.tables import Part

#: How many rejected lines are shown for each part of a log.
SHOWN = 3

#: One row per rejected line of the last run: where it begins, why, its text, and the lines it runs over. The text
#: begins with the blank lines before it.
_LAST_RUN = """
    SELECT file_path, line, any_value(error_type), max(text), max(len(string_split(text, chr(10))))
    FROM (SELECT *, trim(csv_line, chr(10) || chr(13)) AS text FROM {rejects}) JOIN {scans} USING (scan_id, file_id)
    WHERE scan_id = (SELECT max(scan_id) FROM {scans})
    GROUP BY file_path, line
"""


class Sample(NamedTuple):
    """A line that is no row: its place, the reason and its first characters. Line 0 means unknown."""

    file: str
    line: int
    reason: str
    text: str


class Rejects(NamedTuple):
    """The number of a log's lines that are not in its table, and a few of them."""

    lines: int = 0
    samples: tuple[Sample, ...] = ()


def rejected(engine: Engine, parts: Sequence[Part]) -> Rejects:
    """The lines that DuckDB left out in the last complete run of a log's table."""
    found = [_left_out(engine.backend, part) for part in parts if engine.name != SPARK and part.sources[0].form == CSV]
    return Rejects(sum(part.lines for part in found), tuple(sample for part in found for sample in part.samples))


def _left_out(backend: Any, part: Part) -> Rejects:
    noted = _noted(backend, part)
    lost = _lost(backend, part)
    samples = noted.samples
    if lost:
        names = ", ".join(source.name for source in part.sources[:SHOWN])
        samples = (*samples, Sample(names, 0, "swallowed by a quote that is not closed", ""))
    return Rejects(noted.lines + lost, samples)


def _noted(backend: Any, part: Part) -> Rejects:
    """The lines that the last run recorded."""
    from ratecard.logs.tables import rejects_of  # here because it needs Ibis, which an open engine has loaded

    rejects, scans = rejects_of(part)
    last = f"({_LAST_RUN.format(rejects=rejects, scans=scans)}) AS last(path, line, reason, text, lines)"
    total = backend.raw_sql(f"SELECT coalesce(sum(lines), 0)::BIGINT FROM {last}").fetchall()[0][0]
    shown = backend.raw_sql(f"SELECT path, line, reason, left(text, 80) FROM {last} ORDER BY path, line LIMIT {SHOWN}")
    names = {source.path: source.name for source in part.sources}
    samples = (Sample(names.get(path, path), *rest) for path, *rest in shown.fetchall())
    return Rejects(total, tuple(samples))


def _lost(backend: Any, part: Part) -> int:
    """The number of lines that are neither rows nor recorded."""
    lines = sum(_lines(source) for source in part.sources)
    view = f"rc_part_{part.number}"
    rows = backend.raw_sql(f"SELECT count(*) FROM {view}").fetchall()[0][0]
    if rows + _noted(backend, part).lines == lines:
        return 0
    breaks = " + ".join(f"coalesce({_breaks(name)}, 0)" for name in part.names)
    rows, within = backend.raw_sql(f"SELECT count(*), coalesce(sum({breaks}), 0)::BIGINT FROM {view}").fetchall()[0]
    blank = sum(_blank_lines(source) for source in part.sources)
    return max(0, lines - blank - int(rows) - int(within) - _noted(backend, part).lines)


def _lines(source: LogFile) -> int:
    """The lines of a file after its header."""
    with open(source.path, "rb") as file:
        return line_count(file) - 1


def _blank_lines(source: LogFile) -> int:
    with open(source.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return len(re.findall(rb"(?m)^\r?\n", text))


def _breaks(name: str) -> str:
    """The number of line breaks in a column's text."""
    column = '"' + name.replace('"', '""') + '"'
    return f"length({column}) - length(replace({column}, chr(10), ''))"
