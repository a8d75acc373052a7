"""Converts the weekly windows of an off-peak price, as LiteLLM writes them, to windows in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ratecard.core.periods import Window, day_ranges, window_text

OFF_PEAK = "off_peak"
IN_OFF_PEAK = frozenset({("period", OFF_PEAK)})
UNCLEAR = "its weekly windows cannot be told in UTC"

_DAY = 24 * 60
_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_EVERY_DAY = frozenset(range(7))


def read(pricing: Mapping[str, Any], zones: Mapping[str, str]) -> tuple[str, ...]:
    """The windows of an object with `windows` and perhaps `weekday_timezone`; none if they are unclear.

    Hours are UTC; days are those of the zone, whose offset from UTC `zones` gives in minutes.
    """
    zone = pricing.get("weekday_timezone", "UTC")
    written = pricing.get("windows")
    if not isinstance(zone, str) or zone not in zones or not isinstance(written, list):
        return ()
    spans = [span for window in written for span in _spans(window)]
    if None in spans or not spans:
        return ()
    ahead = int(zones[zone])
    return tuple(
        window_text(days, part.start, part.end)
        for span in spans
        if span
        for part in _in_utc(span, ahead)
        for days in day_ranges(part.days)
    )


def _spans(window: object) -> Iterator[Window | None]:
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
            yield Window(days, start, end)
        elif days == _EVERY_DAY:
            yield Window(days, start, _DAY)
            yield Window(days, 0, end)
        else:
            yield None  # past midnight, and which day the night belongs to is not stated


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


def _in_utc(span: Window, ahead: int) -> Iterator[Window]:
    """A span with the days of UTC, given one with the days of a zone `ahead` minutes ahead of UTC."""
    days, start, end = span
    midnight = _DAY - ahead
    if start < min(end, midnight):
        yield Window(days, start, min(end, midnight))
    if max(start, midnight) < end:
        yield Window(frozenset((day - 1) % 7 for day in days), max(start, midnight), end)
