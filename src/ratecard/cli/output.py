"""Results on stdout in the format asked for, remarks on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ratecard.cli import streams

Row = Mapping[str, Any]

#: The formats, under sqlite-utils' names for their flags; a table for people where none is asked for.
FORMATS = ("json", "nl", "csv", "tsv")


def machine(form: str, answers: Sequence[Row], rows: Iterable[Row], *, single: bool = False) -> None:
    """Prints answers as JSON, or their rows as separated values; one answer alone if `single`."""
    match form:
        case "json":
            print(json.dumps(answers[0] if single else list(answers), indent=2, ensure_ascii=False))
        case "nl":
            for answer in answers:
                print(json.dumps(answer, ensure_ascii=False))
        case _:
            sys.stdout.write(separated(list(rows), "," if form == "csv" else "\t"))


def separated(rows: Sequence[Row], delimiter: str) -> str:
    """Rows as separated values under a heading; no cell can be taken for a formula."""
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
    return f"'{text}" if risky and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def table(rows: Sequence[Mapping[str, str]], right: Sequence[str] = ()) -> None:
    """Prints rows as a table for people."""
    from ratecard.core import display  # here because JSON needs none of it

    print(display.table(rows, right))


def remark(text: str) -> None:
    """Says something on stderr, beside the result."""
    streams.say(text)
