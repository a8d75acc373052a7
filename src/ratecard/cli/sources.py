"""Files and standard input that commands read."""

from __future__ import annotations

import mimetypes
import os
import struct
import sys
from collections.abc import Sequence

import click

from ratecard.requests.body import MAX_BYTES
from ratecard.requests.needs_of import Upload

#: The start of a PNG file, up to its width and height (ISO/IEC 15948, 5.2 and 11.2.2).
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"


def request_bytes(source: str, option: str = "--request") -> bytes:
    """The bytes of a request in a file (`-` for standard input), up to the size limit."""
    if source == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with open(source, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{option}: {source}: {error.strerror}") from None


def uploads(texts: Sequence[str]) -> dict[str, list[Upload]]:
    """The files of FIELD=FILE by field, with size, type and the pixels of a PNG."""
    found: dict[str, list[Upload]] = {}
    for text in texts:
        field, equals, path = text.partition("=")
        if not equals or not os.path.isfile(path):
            raise click.UsageError(f"--file: {text!r} is not FIELD=FILE with an existing file")
        kind = mimetypes.guess_type(path)[0] or ""
        found.setdefault(field, []).append(Upload(os.path.getsize(path), kind, *_pixels(path)))
    return found


def _pixels(path: str) -> tuple[int, int] | tuple[None, None]:
    """The width and height of a PNG image; None for other files."""
    with open(path, "rb") as file:
        head = file.read(len(_PNG) + 8)
    if not head.startswith(_PNG) or len(head) < len(_PNG) + 8:
        return None, None
    width, height = struct.unpack(">II", head[len(_PNG) :])
    return width, height
