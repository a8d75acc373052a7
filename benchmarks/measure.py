"""Time, measured side by side: every job once in each round, medians of the rounds."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent


def interleaved(jobs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of the seconds that each job says it took, all of them once in every round."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            seconds[name].append(job())
    return {name: statistics.median(values) for name, values in seconds.items()}


def timed(job: Callable[[], object]) -> float:
    """How many seconds a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def worked(job: Callable[[], object]) -> float:
    """How many seconds of the processor a job takes in this process."""
    start = time.process_time()
    job()
    return time.process_time() - start


def environment(**more: str) -> dict[str, str]:
    """The environment of a measured process: bytecode is written, and the repository's catalog is used."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "RATECARD_DB": str(ROOT / "catalog.db"), **more}


def processors(command: Sequence[str], **more: str) -> tuple[float, float]:
    """How many seconds a command takes from start to end, and how many of processors, with all it starts."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    before = sum(os.times()[2:4])
    took = timed(lambda: subprocess.run(command, check=True, env=environment(**more), **quiet))
    return took, sum(os.times()[2:4]) - before


def process(command: Sequence[str], *, check: bool = True) -> float:
    """How many seconds of processors a command takes from start to end; where `check`, it must succeed."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=check, env=environment(), **quiet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
