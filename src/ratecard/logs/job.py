"""A long job on an engine: run beside us, so that it can be watched and interrupted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from time import monotonic
from typing import TypeVar

from ratecard.logs.engines import DUCKDB, Engine

Result = TypeVar("Result")

#: Seconds before progress is worth showing, and between two looks at it.
PATIENCE, LOOK = 1.0, 0.1


def run(engine: Engine, job: Callable[[], Result], show: Callable[[float], None] | None = None) -> Result:
    """What a job gives, while `show` is told now and then how many hundredths of it are done.

    Where the caller is interrupted so is the engine, and the job has ended when `KeyboardInterrupt` goes on.
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
    """How many hundredths of what an engine is running are done; 0 where it cannot say."""
    if engine.name == DUCKDB:
        return max(0.0, float(engine.native.query_progress()))
    tracker = engine.native.sparkContext.statusTracker()
    stages = [info for stage in tracker.getActiveStageIds() if (info := tracker.getStageInfo(stage))]
    tasks = sum(stage.numTasks for stage in stages)
    return 100 * sum(stage.numCompletedTasks for stage in stages) / tasks if tasks else 0.0


def stop(engine: Engine) -> None:
    """Ends what an engine is running."""
    if engine.name == DUCKDB:
        engine.native.interrupt()
    else:
        engine.native.sparkContext.cancelAllJobs()
