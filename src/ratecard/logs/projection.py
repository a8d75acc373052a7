"""What a month will cost if its other days are as those that a log has of it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.logs.prices import CURRENCY
from ratecard.logs.sums import COST, Sums

DAY = "day"


class Projection(NamedTuple):
    """The last month of a log in one currency: the cost of the days seen, and of the whole month at their mean.

    `first` and `last` are the days seen, whether or not each has a row; `until` is the moment of the last row.
    """

    month: str
    currency: str
    first: date
    last: date
    until: datetime
    days: int
    cost: Decimal
    projected: Decimal

    @property
    def seen(self) -> int:
        """How many days were seen."""
        return (self.last - self.first).days + 1


def projected(sums: Sums, span: tuple[datetime, datetime]) -> Iterator[Projection]:
    """The projection of each currency, from the sums of a log by day."""
    until = span[1]
    last = until.date()
    first = max(span[0].date(), last.replace(day=1))
    days = monthrange(last.year, last.month)[1]
    costs: dict[str, Decimal] = {}
    for row in sums.added([DAY, CURRENCY]):
        if row[CURRENCY] and row[DAY] and first <= date.fromisoformat(row[DAY]) <= last:
            costs[row[CURRENCY]] = decimals.add(costs.get(row[CURRENCY], decimals.ZERO), row[COST])
    for currency, cost in sorted(costs.items()):
        seen = Decimal((last - first + timedelta(days=1)).days)
        whole = decimals.divide(decimals.multiply(cost, Decimal(days)), seen)
        short = Decimal(decimals.text(cost))
        yield Projection(f"{last:%Y-%m}", currency, first, last, until, days, short, Decimal(decimals.text(whole)))
