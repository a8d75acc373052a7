"""Runs work in forked processes, which share everything this one has in memory."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from ratecard.core.errors import BadValue

Result = TypeVar("Result")
#: A piece of independent work.
Work = Callable[[], Result]

_shares: Sequence[Work[Any]] = ()


def processors() -> int:
    """The number of available processors."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def done(shares: Sequence[Work[Result]], processes: int) -> list[Result]:
    """The results of all work, in order; the first failure is raised.

    All is done in this process where it cannot be copied safely: outside Linux, and while other threads run.
    """
    if processes < 2 or sys.platform != "linux" or threading.active_count() > 1:
        return [share() for share in shares]
    # A copy has the catalog already; a process started afresh would have to be sent all of it.
    copies = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(min(processes, len(shares)), copies, _begin, (shares,)) as pool:
        try:
            return list(pool.map(_do, range(len(shares))))
        except BrokenProcessPool:
            raise BadValue("a process that made pages was ended from outside; is there enough memory?") from None


def _begin(shares: Sequence[Work[Any]]) -> None:
    global _shares  # noqa: PLW0603  # the one thing a copy is told, before its first share
    _shares = shares
    # Ctrl-C reaches the parent too, which then asks for no further shares.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _do(number: int) -> Any:
    return _shares[number]()
