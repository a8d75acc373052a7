"""What a usage costs as SQLite works it out: the statement in `cost.sql`, and the decimals it counts in.

The package's own engine is `pricing`; this is the same law for whoever has the database and no Python.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.usage import Usage
from ratecard.database import store

#: SQLite's decimals have no bound; nothing the statement works out comes near this many digits.
_UNBOUNDED = Context(prec=3_000, traps=[Inexact, InvalidOperation])


class CostRow(NamedTuple):
    """A part of a bill, or what lacks a price: one row of the statement, named by `part`.

    `item` is the quantity a line comes from, the name of an adjustment or fee, or the fact assumed; `detail`
    a line's conditions, the total's currency, the value assumed, or why there is no price.
    """

    part: str
    item: str | None
    meter: str | None
    quantity: str | None
    price: str | None
    per: int | None
    percent: str | None
    amount: str | None
    detail: str | None


def connect(path: store.Path) -> sqlite3.Connection:
    """A read-only connection to a catalog that can run the statement; raises `BadDatabase` for anything else."""
    connection = store.connect(path)
    add_decimals(connection)
    return connection


def bill(
    connection: sqlite3.Connection, slug: str, usage: Usage, at: datetime, *, seller: str | None = None,
    model_id: str | None = None,
) -> list[CostRow]:  # fmt: skip
    """The parts of what a usage costs at a card's offer, in SQL alone; only `unpriced` ones where a price lacks."""
    given = {
        "slug": slug,
        "seller": seller,
        "model_id": model_id,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "quantities": json.dumps({meter: decimals.text(count) for meter, count in usage.quantities.items()}),
        "facts": json.dumps(dict(usage.facts)),
    }
    return [CostRow(*row) for row in connection.execute(statement(), given)]


@cache
def statement() -> str:
    """The statement, with the parameters that its head names."""
    return Path(__file__).with_name("cost.sql").read_text(encoding="utf-8")


def add_decimals(connection: sqlite3.Connection) -> None:
    """Gives a connection the functions of SQLite's decimal extension, which its shell has built in.

    See https://sqlite.org/floatingpoint.html#the_decimal_c_extension; null in is null out.
    """
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, 2, function, deterministic=True)
    connection.create_aggregate("decimal_sum", 1, _Sum)  # type: ignore[arg-type]  # the stubs ask for int results


_Number = str | int | None


def _of_two(function: Callable[[Decimal, Decimal], Decimal]) -> Callable[[_Number, _Number], str | None]:
    def called(left: _Number, right: _Number) -> str | None:
        return None if left is None or right is None else format(function(Decimal(left), Decimal(right)), "f")

    return called


def _compare(left: _Number, right: _Number) -> int | None:
    return None if left is None or right is None else int(_UNBOUNDED.compare(Decimal(left), Decimal(right)))


_FUNCTIONS: Mapping[str, Callable[[_Number, _Number], str | int | None]] = {
    "decimal_add": _of_two(_UNBOUNDED.add),
    "decimal_sub": _of_two(_UNBOUNDED.subtract),
    "decimal_mul": _of_two(_UNBOUNDED.multiply),
    "decimal_cmp": _compare,
}


class _Sum:
    """The sum of many decimals; null where there is none."""

    def __init__(self) -> None:
        self._sum: Decimal | None = None

    def step(self, number: _Number) -> None:
        """Takes one more."""
        if number is not None:
            self._sum = _UNBOUNDED.add(self._sum or decimals.ZERO, Decimal(number))

    def finalize(self) -> str | None:
        """The sum so far."""
        return None if self._sum is None else format(self._sum, "f")
