"""One cost, warm, in process: every library in a process of its own, asked in turn within one run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import measure
import peers
from table import Table
from usages import CASES

OWN = "ratecard cost"
NAMES = (
    "Decimal floor",
    OWN,
    "ratecard, no terms ready",
    "genai-prices calc_price, usage prebuilt",
    "genai-prices calc_price",
    "litellm cost_per_token",
    "litellm completion_cost",
    "tokencost",
)
HEAD = ("", "µs a call", "times the floor", f"times {OWN}", "bytecode instructions", "answers", "right")
ROWS = {f"One cost, warm: {title}": NAMES for title in CASES}

ROUNDS = 31
#: How long one job runs in a round, in seconds.
SLICE = 0.01


class Contestant:
    """A library that waits in a process of its own."""

    def __init__(self, python: str | Path, *told: str, script: str = "contestant.py") -> None:
        self._process = subprocess.Popen(
            [python, Path(__file__).parent / script, *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=measure.environment(),
        )
        assert self._process.stdout
        self.answers = {(title, name): answer for title, name, answer in json.loads(self._process.stdout.readline())}

    def ask(self, title: str, name: str, calls: int | str) -> float:
        """The seconds that so many calls take, or the instructions of one."""
        assert self._process.stdin
        assert self._process.stdout
        print(title, name, calls, sep="\t", file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())

    def leave(self) -> None:
        """Ends the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def tables() -> Iterator[Table]:
    """A table for each usage."""
    contestants = [Contestant(sys.executable, library) for library in ("floor", "ratecard")]
    contestants += [Contestant(peers.commands(name) / "python", name) for name in peers.PEERS]
    by_name = {name: one for one in contestants for _, name in one.answers}
    for title, case in CASES.items():
        answers = {name: by_name[name].answers[title, name] for name in NAMES}
        runs = {name: run(by_name[name], title, name) for name in NAMES if _number(answers[name]) is not None}
        seconds = measure.interleaved(runs, ROUNDS)
        work = {name: by_name[name].ask(title, name, "?") for name in runs}
        rows = [_row(name, answers[name], case.total, seconds, work) for name in NAMES]
        yield Table(f"One cost, warm: {title}", case.words(), HEAD, rows)
    for one in contestants:
        one.leave()


def run(one: Contestant, title: str, name: str) -> Callable[[], float]:
    """A job that answers the seconds of one call, averaged over as many as fill a slice."""
    calls = 10
    while (seconds := one.ask(title, name, calls)) < SLICE:
        calls = max(2 * calls, int(calls * SLICE / max(seconds, 1e-9)))
    return lambda: one.ask(title, name, calls) / calls


def _row(name: str, answer: str, total: str, seconds: dict[str, float], work: dict[str, float]) -> tuple[str, ...]:
    number = _number(answer)
    if number is None:
        return (name, "-", "-", "-", "-", answer, "no")
    floor, own, took = seconds["Decimal floor"], seconds[OWN], seconds[name]
    right = (
        "yes" if number == Decimal(total) else "to a float" if abs(number - Decimal(total)) < Decimal("1e-12") else "no"
    )
    ratios = (f"{took * 1e6:.2f}", f"{took / floor:.1f}", f"{took / own:.1f}", f"{work[name]:,.0f}")
    return (name, *ratios, f"{number.normalize():f}", right)


def _number(answer: str) -> Decimal | None:
    try:
        return Decimal(answer)
    except InvalidOperation:
        return None
