"""The streams a command writes to: none that is closed, full or short of characters ends it in a traceback."""

from __future__ import annotations

import io
import os
import sys

STANDARD = 3


def prepare() -> None:
    """Lets closed streams lead nowhere, and has characters escaped that a stream cannot write.

    A number left free would be given to the next file that is opened, and `print` takes a missing stream for stdout.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) < STANDARD:
        os.set_inheritable(number, True)
    os.close(number)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Says something on stderr, beside the result, which must not fail because nobody can hear it."""
    try:
        print(text, file=sys.stderr)
    except OSError:
        discard(sys.stderr.fileno())


def flush() -> bool:
    """Whether all that was printed has been written; what cannot be is given up, so that it is not tried again."""
    try:
        sys.stdout.flush()
    except OSError:
        discard(sys.stdout.fileno())
        return False
    return True


def discard(number: int) -> None:
    """Lets a stream lead nowhere from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
