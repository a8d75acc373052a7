"""The sums of a log, whoever added them up: an engine, or Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ratecard.logs.prices import PricedStratum

#: The columns of a sum beside its quantities: its number of rows and their cost.
ROWS, COST = "rc_rows", "rc_cost"


class Sums(NamedTuple):
    """The sums of a log's rows by stratum and some further columns.

    `keys` are the columns of a stratum, `found` the prices of all strata that occur. `added` adds up by any of the key
    columns, of the currency and of what was asked for (`team`, `day`, `tariff`, as text): a row for each combination,
    with the number of rows, their quantities and their cost, which is None or without meaning where they have none.
    """

    keys: tuple[str, ...]
    found: tuple[PricedStratum, ...]
    added: Callable[[Sequence[str]], list[Mapping[str, Any]]]

    def known(self) -> dict[tuple[Any, ...], PricedStratum]:
        """Each stratum by its key."""
        return {tuple(one.row[name] for name in self.keys): one for one in self.found}
