"""The usage reported in a row, read by the one reader of responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core.records import Vocabulary
from ratecard.logs.columns import LINES, Columns
from ratecard.logs.reports import reader
from ratecard.logs.reports.reader import BODY, FACT, LINE, QUANTITY, USAGE, Reading


class Reported(NamedTuple):
    """What a row's report says; nothing, and why, if it cannot be read."""

    flavor: str = ""
    model: str | None = None
    seller: str = ""
    at: datetime | None = None
    facts: Mapping[str, str] = {}
    quantities: Mapping[str, int | Decimal] = {}
    problem: str | None = None


class Reader:
    """Reads the reports of a log's rows; `timed` is whether one of them says when it was.

    Raises `BadLog` for an unknown flavor.
    """

    def __init__(
        self,
        columns: Columns,
        names: Iterable[str],
        vocabulary: Vocabulary,
        cell: Callable[[dict[str, Any], str], Any],
    ) -> None:
        reader.check(columns.flavor)
        own = tuple(name for name in names if name != columns.seller)
        self._cell, self._lines, self.timed = cell, columns.body == LINES and not columns.alone, False
        self._start = reader.prefix(own)
        if self._lines:
            holds, self._names = LINE, reader.in_use(own, self._start)
        else:
            column = columns.usage if columns.alone else columns.body
            holds, self._names = USAGE if columns.alone else BODY, {column: column}
        self._reading = Reading(holds, tuple(self._names), columns.flavor, reader.whole(vocabulary))

    def reads(self, flavor: str, column: str) -> bool:
        """Whether a flavor reads a fact from a column of the log."""
        return self._lines and flavor in reader.readers(column, self._start)

    def read(self, row: dict[str, Any]) -> Reported:
        """The report in a row."""
        texts = [_text(row.get(name) if self._lines else self._cell(row, name)) for name in self._names.values()]
        found = {name: value for name, (value,) in reader.read(self._reading, [texts]).items()}
        flavor = found.get(reader.FLAVOR, "")
        self.timed = self.timed or reader.AT in found
        return Reported(
            flavor,
            found.get(reader.MODEL),
            found.get(reader.SELLER, ""),
            found.get(reader.AT),
            _of(found, FACT),
            _of(found, QUANTITY),
            found.get(reader.PROBLEM) or (None if flavor else reader.NOTHING),
        )


def _of(found: Mapping[str, Any], start: str) -> dict[str, Any]:
    return {name.removeprefix(start): value for name, value in found.items() if name.startswith(start)}


def _text(value: Any) -> str | None:
    """A value as its text; one of another kind as JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
