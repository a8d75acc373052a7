"""Fetches a feed and parses its JSON, keeping every number as the text it was written in."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

from ratecard.core import decimals
from ratecard.core.errors import BadFeed

#: The largest feed that is read, in bytes; the largest known one has a fiftieth of it.
MAX_BYTES = 150_000_000
TIMEOUT_SECONDS = 60

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE]([+-]?[0-9]{1,3}))?", re.ASCII)


class Raw(str):
    """A number, as the feed writes it."""

    __slots__ = ()


def content(source: str) -> bytes:
    """The bytes of a file or an https address; raises `BadFeed` if they cannot be read."""
    if "://" not in source:
        try:
            with Path(source).open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise BadFeed(f"{source}: {error.strerror or error}") from None
    if not source.startswith("https://"):
        raise BadFeed(f"{source}: only https addresses are fetched")
    try:
        with urllib.request.urlopen(source, timeout=TIMEOUT_SECONDS) as answer:
            found: bytes = answer.read(MAX_BYTES + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise BadFeed(f"{source}: {error}") from None
    return found


def parse(source: bytes, name: str) -> Any:
    """The document, with numbers as `Raw` texts.

    Raises `BadFeed`, naming the feed and the position, for invalid JSON, a document too large or deep, NaN,
    Infinity or a duplicate key.
    """
    if len(source) > MAX_BYTES:
        raise BadFeed(f"{name}: {len(source)} bytes are more than the {MAX_BYTES} that are read")
    try:
        return json.loads(
            source.decode("utf-8-sig"),
            parse_float=Raw,
            parse_int=Raw,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except UnicodeDecodeError as error:
        raise BadFeed(f"{name}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadFeed(f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg.lower()}") from None
    except ValueError as error:
        raise BadFeed(f"{name}: {error}") from None
    except RecursionError:
        raise BadFeed(f"{name}: nested too deep to be a price list") from None


def number(value: object) -> Decimal | None:
    """The exact finite number in a value, None if there is none; some feeds write numbers as strings."""
    if not isinstance(value, str) or len(value) > decimals.MAX_DIGITS:
        return None
    match = _NUMBER.fullmatch(value)
    if match is None or abs(int(match[1] or 0)) > decimals.MAX_DIGITS:
        return None
    return Decimal(value)


def whole(value: object) -> int | None:
    """The whole number of zero or more in a value, else None."""
    found = number(value)
    return int(found) if found is not None and found >= 0 and found == int(found) else None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {double!r} appears twice in one object")
    return found
