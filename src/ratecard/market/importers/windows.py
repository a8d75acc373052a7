"""The weekly windows of an off-peak price as feeds write them, as windows in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from ratecard.core.periods import DAYS

OFF_PEAK = "off_peak"
IN_OFF_PEAK = frozenset({("period", OFF_PEAK)})
UNCLEAR = "its weekly windows cannot be told in UTC"

_DAY = 24 * 60
_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_EVERY_DAY = frozenset(range(7))

#: Some days of the week, from a minute of the day up to another.
_Span = tuple[frozenset[int], int, int]


def read(pricing: Mapping[str, Any], zones: Mapping[str, str]) -> tuple[str, ...]:
    """The windows of an object with `windows` and maybe `weekday_timezone`; none where they are unclear.

    Hours are UTC; days are those of the zone, whose distance from UTC `zones` gives in minutes.
    """
    zone = pricing.get("weekday_timezone", "UTC")
    written = pricing.get("windows")
    if not isinstance(zone, str) or zone not in zones or not isinstance(written, list):
        return ()
    spans = [span for window in written for span in _spans(window)]
    if None in spans or not spans:
        return ()
    ahead = int(zones[zone])
    return tuple(text for span in spans if span for part in _in_utc(span, ahead) for text in _texts(part))


def _spans(window: object) -> Iterator[_Span | None]:
    """The spans of one window; None for what is not understood."""
    given = window if isinstance(window, dict) else {}
    days = _days(given.get("weekdays", ["1", "2", "3", "4", "5", "6", "7"]))
    hours = given.get("hours_utc")
    for text in hours if isinstance(hours, list) and hours else [hours]:
        span = _hours(text)
        if not days or span is None or set(given) - {"weekdays", "hours_utc"}:
            yield None
            continue
        start, end = span
        if start < end:
            yield days, start, end
        elif days == _EVERY_DAY:
            yield days, start, _DAY
            yield days, 0, end
        else:
            yield None  # past midnight: whose night it is, is not said


def _days(written: object) -> frozenset[int]:
    if not isinstance(written, list) or not all(day in ("1", "2", "3", "4", "5", "6", "7") for day in written):
        return frozenset()
    return frozenset(int(day) - 1 for day in written)


def _hours(written: object) -> tuple[int, int] | None:
    match = _HOURS.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        return None
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    return (start, end or _DAY) if start < _DAY and end <= _DAY else None


def _in_utc(span: _Span, ahead: int) -> Iterator[_Span]:
    """A span whose days are those of a zone so many minutes ahead of UTC, with the days of UTC."""
    days, start, end = span
    midnight = _DAY - ahead
    if start < min(end, midnight):
        yield days, start, min(end, midnight)
    if max(start, midnight) < end:
        yield frozenset((day - 1) % 7 for day in days), max(start, midnight), end


def _texts(span: _Span) -> Iterator[str]:
    days, start, end = span
    for run in _runs(sorted(days)):
        name = DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
        yield f"{name} {_clock(start)}-{_clock(end)}"


def _runs(days: Iterable[int]) -> Iterator[list[int]]:
    """Days that follow one another."""
    for _, run in groupby(enumerate(days), key=lambda item: item[1] - item[0]):
        yield [day for _, day in run]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
