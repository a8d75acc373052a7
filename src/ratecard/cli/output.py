"""Results on stdout in the chosen format, remarks on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ratecard.cli import streams

Row = Mapping[str, Any]

#: The machine formats, named like the flags of sqlite-utils; the default is text.
FORMATS = ("json", "nl", "csv", "tsv")


def machine(form: str, answers: Sequence[Row], rows: Iterable[Row], *, single: bool = False) -> None:
    """Prints answers as JSON, or their rows as CSV or TSV; `single` prints one object, not a list."""
    match form:
        case "json":
            print(json.dumps(answers[0] if single else list(answers), indent=2, ensure_ascii=False))
        case "nl":
            for answer in answers:
                print(json.dumps(answer, ensure_ascii=False))
        case _:
            sys.stdout.write(separated(list(rows), "," if form == "csv" else "\t"))


def separated(rows: Sequence[Row], delimiter: str) -> str:
    """Rows as CSV or TSV with a heading; cells that a spreadsheet would run as formulas are quoted."""
    import csv  # here because most results are not separated values
    import io

    stream = io.StringIO()
    if rows:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    risky = text[:1] in ("=", "+", "-", "@", "\t", "\r")
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if risky and not is_number else text


def table(rows: Sequence[Mapping[str, str]], right: Sequence[str] = ()) -> None:
    """Prints rows as an aligned table."""
    from ratecard.core import display  # here because JSON needs none of it

    print(display.table(rows, right))


def remark(text: str) -> None:
    """Prints a line to stderr."""
    streams.say(text)
