"""The content of a feed: a file, or a page on the web fetched once and within bounds."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from ratecard.core.errors import BadFeed
from ratecard.market.importers.document import MAX_BYTES

SECONDS = 60


def content(source: str) -> bytes:
    """The bytes of a file or of an https address; raises `BadFeed` where they cannot be had."""
    if "://" not in source:
        try:
            with Path(source).open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise BadFeed(f"{source}: {error.strerror or error}") from None
    if not source.startswith("https://"):
        raise BadFeed(f"{source}: only https addresses are fetched")
    try:
        with urllib.request.urlopen(source, timeout=SECONDS) as answer:
            found: bytes = answer.read(MAX_BYTES + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise BadFeed(f"{source}: {error}") from None
    return found
