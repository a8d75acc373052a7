"""What a log comes to, added up by the engine that reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ratecard.logs.engines import Engine, rows
from ratecard.logs.logs import Log


class Tally(NamedTuple):
    """What a log came to: its rows by problem, the sums of the sound ones, and the lines that are no rows."""

    rows: Mapping[str | None, int]
    sums: Mapping[str, int]
    rejected: int
    log: Log

    @property
    def problems(self) -> dict[str, int]:
        """The rows that have a problem, by problem."""
        return {problem: count for problem, count in self.rows.items() if problem is not None}

    @property
    def total(self) -> int:
        """Every line, whatever became of it."""
        return sum(self.rows.values()) + self.rejected


def tally(engine: Engine, log: Log) -> Tally:
    """Runs a log's table once and adds it up."""
    table = log.table
    meters = [name for name in table.columns if name.startswith("rc_q_")]
    sums = {name: table[name].sum() for name in meters}
    found = rows(engine, table.group_by("rc_problem").agg(rows=table.count(), **sums))
    sound: dict[str, Any] = next((row for row in found if row["rc_problem"] is None), {})
    return Tally(
        rows={row["rc_problem"]: row["rows"] for row in found},
        sums={name.removeprefix("rc_q_"): sound[name] for name in meters if sound},
        rejected=log.rejected().lines,
        log=log,
    )


#: Reads logs and adds them up: `read(path, …, input_tokens="t_in")`.
Reads = Callable[..., Tally]
