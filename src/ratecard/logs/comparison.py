"""What a log itself says that its calls cost, beside what they cost by the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.logs.keys import BY_STATED, NUMBER, STATED, Known
from ratecard.logs.prices import CURRENCY
from ratecard.logs.summary import of_subject
from ratecard.logs.sums import COST, ROWS, Sums


class Difference(NamedTuple):
    """The rows of a model that have both costs, in one currency."""

    model: str
    currency: str
    rows: int
    stated: Decimal
    cost: Decimal

    @property
    def more(self) -> Decimal:
        """How much more the log states."""
        return decimals.subtract(self.stated, self.cost)


class Comparison(NamedTuple):
    """The stated costs of a log by `column`: by model, the largest difference first.

    `unstated` counts the rows that have a cost of ours alone; `alone` are those that have only a stated one, in this
    currency or another, by currency.
    """

    column: str
    models: tuple[Difference, ...]
    unstated: int
    alone: tuple[tuple[str, int, Decimal], ...]

    @property
    def totals(self) -> tuple[Difference, ...]:
        """The sums of each currency."""
        return _added([one._replace(model="") for one in self.models])


def compared(sums: Sums, known: Sequence[Known], column: str) -> Comparison:
    """The comparison of a log whose sums have stated costs."""
    found: list[Difference] = []
    alone: dict[str, tuple[int, Decimal]] = {}
    unstated = 0
    for row in sums.added([NUMBER, CURRENCY, BY_STATED]):
        said_in, rows, stated = row[BY_STATED], int(row[ROWS]), row[STATED] or decimals.ZERO
        own = known[row[NUMBER]] if row[NUMBER] >= 0 else None
        if said_in and said_in == row[CURRENCY]:
            found.append(Difference(of_subject(own, "model"), said_in, rows, _short(stated), _short(row[COST])))
        elif said_in:
            count, sum_ = alone.get(said_in, (0, decimals.ZERO))
            alone[said_in] = count + rows, _short(decimals.add(sum_, stated))
        elif row[CURRENCY]:
            unstated += rows
    models = sorted(_added(found), key=lambda one: (-abs(one.more), one.model))
    return Comparison(column, tuple(models), unstated, tuple((name, *rest) for name, rest in sorted(alone.items())))


def _added(found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Differences of one model and currency as one."""
    sums: dict[tuple[str, str], Difference] = {}
    for one in found:
        before = sums.get(one[:2])
        if before:
            stated, cost = decimals.add(before.stated, one.stated), decimals.add(before.cost, one.cost)
            sums[one[:2]] = Difference(*one[:2], before.rows + one.rows, _short(stated), _short(cost))
        else:
            sums[one[:2]] = one
    return tuple(sums.values())


def _short(number: Decimal) -> Decimal:
    return Decimal(decimals.text(Decimal(number)))
