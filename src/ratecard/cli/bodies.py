"""The request that a command is given: what a file holds, or standard input."""

from __future__ import annotations

import sys

import click

from ratecard.envelopes import MAX_BYTES


def read(source: str, called: str) -> bytes:
    """The bytes of a request (`-` is standard input), no more than one can have; `called` names it in errors."""
    if source == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with open(source, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{called}: {source}: {error.strerror}") from None
