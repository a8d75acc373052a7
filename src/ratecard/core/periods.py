"""Weekly windows in UTC, such as `mon-fri 16:30-24:00`, and the periods they define."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

#: The period of a moment outside every window.
STANDARD = "standard"

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? ([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])")
_MINUTES_A_DAY = 24 * 60


class Window(NamedTuple):
    """Days of the week (0 is Monday), from minute `start` of the day to before minute `end`."""

    days: frozenset[int]
    start: int
    end: int


def window(text: str) -> Window:
    """Parses a window; raises ValueError with the expected form."""
    match = _WINDOW.fullmatch(text)
    if match is None or match[1] not in DAYS or (match[2] or "mon") not in DAYS:
        raise ValueError(f"{text!r} is not a window such as 'mon-fri 16:30-24:00'")
    first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
    start, end = int(match[3]) * 60 + int(match[4]), int(match[5]) * 60 + int(match[6])
    if max(start, end) > _MINUTES_A_DAY:
        raise ValueError(f"{text!r} is not a window: a day ends at 24:00")
    if not start < end:
        raise ValueError(f"{text!r} does not end after it starts; split a night at 24:00")
    return Window(frozenset((first + step) % 7 for step in range((last - first) % 7 + 1)), start, end)


def window_text(days: str, start: int, end: int) -> str:
    """A window on some days, from one minute of the day to another; `window` parses it."""
    return f"{days} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def day_ranges(days: Iterable[int]) -> list[str]:
    """Days of the week, consecutive ones as a range: `mon-fri`."""
    runs = [[day for _, day in run] for _, run in groupby(enumerate(sorted(days)), key=lambda item: item[1] - item[0])]
    return [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs]


def period_at(periods: Mapping[str, Iterable[str]], at: datetime) -> str:
    """The period of a moment in UTC; `standard` outside all windows."""
    minute = at.hour * 60 + at.minute
    for name, windows in periods.items():
        for part in map(window, windows):
            if at.weekday() in part.days and part.start <= minute < part.end:
                return name
    return STANDARD


def overlaps(left: Window, right: Window) -> bool:
    """True if the windows share a moment of the week."""
    return bool(left.days & right.days) and left.start < right.end and right.start < left.end
