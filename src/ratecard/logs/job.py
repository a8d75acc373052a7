"""A long job on an engine, run in a thread, so that it can be watched and interrupted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from time import monotonic
from typing import TypeVar

from ratecard.logs.engines import DUCKDB, Engine

Result = TypeVar("Result")

#: Seconds before progress is shown, and between two updates.
PATIENCE, LOOK = 1.0, 0.1


def run(engine: Engine, job: Callable[[], Result], show: Callable[[float], None] | None = None) -> Result:
    """The result of a job; `show` gets its progress in percent.

    An interrupt stops the engine, and the job has ended before `KeyboardInterrupt` is raised again.
    """
    start = monotonic()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(job)
        try:
            while not wait((future,), LOOK).done:
                if show and monotonic() - start > PATIENCE:
                    show(done(engine))
        except KeyboardInterrupt:
            while not future.done():  # between two queries there is nothing to stop yet
                stop(engine)
                wait((future,), LOOK)
            raise
        return future.result()


def done(engine: Engine) -> float:
    """The progress of an engine in percent; 0 if unknown."""
    if engine.name == DUCKDB:
        return max(0.0, float(engine.native.query_progress()))
    tracker = engine.native.sparkContext.statusTracker()
    stages = [info for stage in tracker.getActiveStageIds() if (info := tracker.getStageInfo(stage))]
    tasks = sum(stage.numTasks for stage in stages)
    return 100 * sum(stage.numCompletedTasks for stage in stages) / tasks if tasks else 0.0


def stop(engine: Engine) -> None:
    """Interrupts an engine."""
    if engine.name == DUCKDB:
        engine.native.interrupt()
    else:
        engine.native.sparkContext.cancelAllJobs()
