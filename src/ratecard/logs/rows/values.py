"""The cells of a row as texts, numbers and times, with the problems that `cells` finds on an engine."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ratecard.core import decimals
from ratecard.core.usage import MAX_QUANTITY
from ratecard.logs.columns import is_constant
from ratecard.logs.grouping import Part
from ratecard.logs.rows.lines import parsed

MOST = int(MAX_QUANTITY)
#: The digits that engines keep of a number: whole quantities are read with four decimals, others with nine.
WHOLE, PARTS, _DIGITS = Decimal("0.0001"), Decimal("0.000000001"), 38
MONEY = Decimal("1e-12")
_WIDE = Context(prec=80, rounding=ROUND_HALF_UP)
_INFINITE = ("inf", "infinity", "+inf", "+infinity", "-inf", "-infinity")
_SPACES = " \t\n\v\f\r"
_NUMBER = re.compile(r"[+-]?(?:[0-9](?:_?[0-9])*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_LARGE = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?(e[+]?[0-9]+)?")
_TIME = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})"
    r"(?:[T ]([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2})?| ([A-Za-z][A-Za-z_/+0-9-]*))?\s*)?"
)
#: Numbers of seconds that are times: 2000 to 2100. What is larger counts milli-, micro- or nanoseconds.
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800


def cell(row: Mapping[str, Any], column: str, way: Sequence[str]) -> Any:
    """The value at the way to a column, within text of JSON too; None where there is none."""
    if is_constant(column):
        return column[1:-1]
    value = row.get(way[0])
    if len(way) > 1 and isinstance(value, str):
        value = of_json(value)
    for key in way[1:]:
        value = value.get(key) if isinstance(value, dict) else None
    return value


@lru_cache(maxsize=64)
def of_json(text: str) -> Any:
    """The value of a JSON text, or None."""
    try:
        return parsed(text)
    except ValueError:
        return None


def text(value: Any, words: Mapping[str, str] | None = None) -> str | None:
    """A value as text, replaced by one of `words`."""
    match value:
        case None | str():
            said = value
        case bool():
            said = "true" if value else "false"
        case float():
            said = repr(value)
        case dict() | list():
            said = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        case _:
            said = str(value)
    return words.get(said.lower(), said.lower()) if words and said is not None else said


def number(value: Any, name: str, whole: bool) -> tuple[int | Decimal, str | None]:
    """A value as a quantity, and its problem; nothing is 0."""
    if type(value) is int and 0 <= value <= MOST:
        return (value if whole else Decimal(value)), None
    if type(value) is str and value.isascii() and value.isdigit() and len(value) < len(str(MOST)):
        return (int(value) if whole else Decimal(value)), None
    said = text(value)
    plain = (said or "").strip(" ")
    if not plain:
        return (0 if whole else Decimal(0)), None
    read = exact(said, WHOLE if whole else PARTS)
    if read is None:
        return 0, _problem_of(plain.lower(), name)
    if not 0 <= read <= MOST:
        return 0, f"negative {name}" if read < 0 else f"too large {name}"
    if whole and read != read.to_integral_value():
        return 0, f"fraction in {name}"
    return (int(read) if whole else read), None


def exact(said: str | None, step: Decimal) -> Decimal | None:
    """A text as a number in whole steps; None where it is none, or too large for an engine."""
    plain = (said or "").strip(_SPACES)
    if not _NUMBER.fullmatch(plain):
        return None
    found = Decimal(plain)
    if found.adjusted() >= _DIGITS + int(step.as_tuple().exponent):
        return None
    return found.quantize(step, context=_WIDE)


def _problem_of(plain: str, name: str) -> str:
    if plain == "nan":
        return f"NaN in {name}"
    if plain in _INFINITE:
        return f"infinity in {name}"
    return f"too large {name}" if _LARGE.fullmatch(plain) else f"text in {name}"


def time(value: Any) -> datetime | None:
    """A value as a moment in UTC, without a zone; None if it is no time of this century."""
    said = text(value)
    if said is None:
        return None
    try:
        found = _of_text(said) or _since_1970(float(said.strip(_SPACES)))
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None
    return found if found and 2000 <= found.year < 2100 else None


def _of_text(said: str) -> datetime | None:
    found = _TIME.fullmatch(said.lstrip(_SPACES))
    if not found:
        return None
    year, month, day, hour, minute, second, part, _, sign, hours, minutes, zone = found.groups()
    if int(minute or 0) > 59 or int(second or 0) > 59:
        return None
    moment = datetime(int(year), int(month), int(day), tzinfo=ZoneInfo(zone) if zone else UTC)
    late = timedelta(hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0))
    if late > timedelta(days=1):
        return None
    moment += late + timedelta(microseconds=int((part or "")[:6].ljust(6, "0")))
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return moment.astimezone(UTC).replace(tzinfo=None) - ahead


def _since_1970(count: float) -> datetime | None:
    """The time of a count since 1970, whose size tells seconds, milli-, micro- or nanoseconds."""
    for scale in (1, 10**3, 10**6, 10**9):
        if _EARLIEST * scale <= count <= _LATEST * scale:
            return datetime(1970, 1, 1) + timedelta(seconds=int(count / scale))  # noqa: DTZ001  # moments are in UTC
    return None


def sum_of(one: int | Decimal | None, other: int | Decimal | None) -> int | Decimal:
    """The exact sum of two quantities; nothing is 0."""
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return decimals.add(Decimal(one or 0), Decimal(other or 0))
    return (one or 0) + (other or 0)


def part(value: Any, made: Part) -> str | None:
    """What is made of a cell to add up by."""
    if made.is_time:
        moment = time(value)
        return None if moment is None else start(moment, made.function).strftime(made.form)
    said = text(value)
    if said is None or not made.function:
        return said
    return said[: made.length] if made.length else said.lower()


def start(moment: datetime, name: str) -> datetime:
    """A day that the week of a moment begins with, or else the moment itself."""
    return moment - timedelta(days=moment.weekday()) if name == "week" else moment


def is_given(value: Any) -> bool:
    """Whether a cell says anything."""
    said = text(value)
    return said is not None and said.strip(" ") != ""
