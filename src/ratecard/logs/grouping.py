"""What a log can be added up by: words of our own, its columns, and their times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ratecard.core.errors import BadLog
from ratecard.logs.columns import has
from ratecard.logs.keys import AT
from ratecard.logs.prices import STATUS, TARIFF

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table, Value

#: The times to group by: unit and format of each. A week is named by its Monday.
TIMES = {
    "month": ("M", "%Y-%m"),
    "week": ("W", "%Y-%m-%d"),
    "day": ("D", "%Y-%m-%d"),
    "hour": ("h", "%Y-%m-%d %H:00"),
}
#: The columns to group by that all rows of a subject share, and those that all rows of a stratum share.
OF_SUBJECT = ("model", "name", "provider", "seller", "model_id")
OF_STRATUM = {"tariff": TARIFF, "status": STATUS}
#: All of them. A column of the log with such a name is written in double quotes.
OWN = (*OF_SUBJECT, *OF_STRATUM, *TIMES)
BY = "rc_by_"

#: The day of the week of a time, and the texts that are made of a column: `lower(team)`, `left(user, 3)`.
WEEKDAY, LOWER, LEFT = "weekday", "lower", "left"
_CALL = re.compile(rf"({'|'.join((*TIMES, WEEKDAY, LOWER, LEFT))})\(\s*(.+?)\s*(?:,\s*([1-9][0-9]?)\s*)?\)")


class Part(NamedTuple):
    """What is made of a column to add up by: a start of its time, a day of the week, or a text; nothing for itself."""

    column: str
    function: str = ""
    length: int = 0

    @property
    def is_time(self) -> bool:
        """Whether the column is read as a time."""
        return self.function in TIMES or self.function == WEEKDAY

    @property
    def form(self) -> str:
        """How a time is written."""
        return TIMES[self.function][1] if self.function in TIMES else "%A"


def part(name: str, kinds: Mapping[str, str]) -> Part:
    """What `day(created)` or a column means in a log of such columns; raises `BadLog` for a column it has not."""
    found = None if name in kinds else _CALL.fullmatch(name)
    if found and (found[1] == LEFT) != bool(found[3]):
        raise BadLog(f"--by {name}: write left(COLUMN, 3) for the first characters, and day(COLUMN) for a time")
    made = Part(found[2], found[1], int(found[3] or 0)) if found else Part(name)
    if not has(made.column, kinds):
        raise BadLog(f"the log has no column {made.column!r} to add up by")
    return made


def check(by: Sequence[str], *, timed: bool) -> None:
    """Raises `BadLog` for a time to add up by in a log without times."""
    for name in by:
        if name in TIMES and not timed:
            raise BadLog(f"--by {name}: no column of the log says when its rows were; pass --map at=COLUMN")


def by_columns(table: Table, by: Sequence[str]) -> dict[str, Value]:
    """The columns of a log to group by, without those of its prices."""
    columns: dict[str, Value] = {}
    for name in by:
        if name in TIMES:
            columns[BY + name] = table[AT].truncate(TIMES[name][0])
        elif name not in OWN:
            columns[BY + name] = table[BY + name].cast("string")
    return columns


def written(table: Table, name: str) -> Value:
    """A column grouped by, as text."""
    if name in TIMES:
        return table[BY + name].strftime(TIMES[name][1])
    return table[OF_STRATUM.get(name, BY + name)].cast("string")
