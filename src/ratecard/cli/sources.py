"""Where commands read what they are given: a file, or standard input."""

from __future__ import annotations

import sys

import click

from ratecard.envelopes import MAX_BYTES


def request_bytes(source: str, option: str = "--request") -> bytes:
    """The bytes of a request in a file (`-` for standard input), no more than one can have."""
    if source == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with open(source, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{option}: {source}: {error.strerror}") from None
