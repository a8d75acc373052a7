"""The cost of a usage in SQLite: runs the statement in `cost.sql`, with exact decimals.

`pricing` is the engine of the package; the statement gives the same result to users of the database
without Python.
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

#: SQLite's decimals have no bound; no result of the statement has nearly this many digits.
_UNBOUNDED = Context(prec=3_000, traps=[Inexact, InvalidOperation])


class CostRow(NamedTuple):
    """One row of the result: a part of a bill or an item without a price, named by `part`.

    `item` is the quantity of a line, the name of an adjustment or fee, or the fact assumed; `detail` is a
    line's conditions, the total's currency, the value assumed, or the reason for a missing price.
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
    # the statement joins a few rows each time, which takes a sixth of the time without indexes made for them
    connection.execute("PRAGMA automatic_index = OFF")
    add_decimals(connection)
    return connection


def bill(
    connection: sqlite3.Connection, slug: str, usage: Usage, at: datetime, *, seller: str | None = None,
    model_id: str | None = None,
) -> list[CostRow]:  # fmt: skip
    """The parts of a usage's cost at a card's offer, in SQL alone; only `unpriced` ones if a price is missing."""
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
    """The statement, with the parameters that its first comment names."""
    return Path(__file__).with_name("cost.sql").read_text(encoding="utf-8")


def add_decimals(connection: sqlite3.Connection) -> None:
    """Adds the functions of SQLite's decimal extension, which SQLite's shell has built in.

    See https://sqlite.org/floatingpoint.html#the_decimal_c_extension; a null argument gives null.
    """
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, 2, function, deterministic=True)
    connection.create_aggregate("decimal_sum", 1, _Sum)  # type: ignore[arg-type]  # the stubs ask for int results


_Number = str | int | None


def _of_two(function: Callable[[Decimal, Decimal], Decimal]) -> Callable[[_Number, _Number], str | None]:
    def called(left: _Number, right: _Number) -> str | None:
        return None if left is None or right is None else format(function(Decimal(left), Decimal(right)), "f")

    return called


_FUNCTIONS: Mapping[str, Callable[[_Number, _Number], str | int | None]] = {
    "decimal_add": _of_two(_UNBOUNDED.add),
    "decimal_sub": _of_two(_UNBOUNDED.subtract),
    "decimal_mul": _of_two(_UNBOUNDED.multiply),
    "decimal_cmp": lambda left, right: (
        None if left is None or right is None else int(_UNBOUNDED.compare(Decimal(left), Decimal(right)))
    ),
}


class _Sum:
    """The sum of many decimals; null if there are none."""

    def __init__(self) -> None:
        self._sum: Decimal | None = None

    def step(self, number: _Number) -> None:
        """Adds one number."""
        if number is not None:
            self._sum = _UNBOUNDED.add(self._sum or decimals.ZERO, Decimal(number))

    def finalize(self) -> str | None:
        """The sum so far."""
        return None if self._sum is None else format(self._sum, "f")
