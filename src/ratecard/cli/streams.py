"""Standard streams that cause no traceback when closed, full or limited in their characters."""

from __future__ import annotations

import io
import os
import sys

STANDARD = 3


def prepare() -> None:
    """Opens closed streams on the null device, and escapes characters that stdout cannot encode.

    Otherwise the next file opened would get the free descriptor, and `print` would write a missing stream to stdout.
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
    """Prints a line to stderr; a closed stderr is ignored."""
    try:
        print(text, file=sys.stderr)
    except OSError:
        discard(sys.stderr.fileno())


def flush() -> bool:
    """Flushes stdout; returns False, and discards the rest, if it cannot be written."""
    try:
        sys.stdout.flush()
    except OSError:
        discard(sys.stdout.fileno())
        return False
    return True


def discard(number: int) -> None:
    """Redirects a descriptor to the null device."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
