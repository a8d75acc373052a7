"""Parses moments into UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from time import time as seconds

from ratecard.core.errors import BadValue

#: A datetime, a date (its first minute), a text such as 2026-11-21T18:30; None is now.
Moment = datetime | date | str | None


def moment(at: Moment) -> datetime:
    """A moment in UTC from a datetime, a date (its first minute) or a text; now if it is None.

    Raises `BadValue` for a text that is not a date or time.
    """
    if at is None:
        return of_second(int(seconds()))
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            raise BadValue(f"{at!r} is not a date or time, such as 2026-11-21 or 2026-11-21T18:30") from None
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), UTC)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@lru_cache(maxsize=1)
def of_second(second: int) -> datetime:
    """The moment of a second since 1970."""
    return datetime.fromtimestamp(second, UTC)
