"""Tombstones: what a feed no longer lists, kept with the day it was last seen there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ratecard.market.evidence_files import MODELS, PRICES, REMOVED, REMOVED_MODELS, Cells, cells, removed_text


def kept(present: Mapping[str, str], fresh: Mapping[str, str], last_seen: date | None) -> dict[str, str]:
    """The files of what is gone, for a feed's files before and after an import.

    They hold what they held, without the entries that came back, and what stood there on `last_seen`
    and is missing now; None adds nothing. No file is made where nothing is gone.
    """
    listed = _entries(fresh)
    files: dict[str, str] = {}
    for name, suffix in ((REMOVED, PRICES), (REMOVED_MODELS, MODELS)):
        rows = cells(present.get(name, ""))
        if last_seen:
            rows += [(seller, row[0], last_seen.isoformat(), *row[1:]) for seller, row in _lines(present, suffix)]
        gone = [row for row in rows if (row[0], row[1].lower()) not in listed]
        if gone:
            files[name] = removed_text(suffix, gone)
    return files


def _entries(files: Mapping[str, str]) -> set[tuple[str, str]]:
    """The seller and the model id of everything some files list, whatever the case of its letters."""
    return {(seller, row[0].lower()) for seller, row in _lines(files, MODELS)}


def _lines(files: Mapping[str, str], suffix: str) -> Iterator[tuple[str, Cells]]:
    for name, text in files.items():
        if name.endswith(suffix):
            yield from ((name.removesuffix(suffix), row) for row in cells(text))
