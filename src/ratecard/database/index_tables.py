"""The candidate index in a database: written whole, read in parts on demand."""

from __future__ import annotations

import sqlite3
import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from math import inf
from typing import Any

from ratecard.database.offer_index import Candidate, Index

#: A meter with prices at more than one candidate in this many is stored as a dense column.
LISTED_FROM = 10

NO_INDEX = Index((), {}, {})

_CANDIDATE = "SELECT slug, seller, model_id, number FROM candidates"


def read(connection: sqlite3.Connection) -> Index:
    """The index stored in a database."""
    candidates = _Candidates(connection)

    def postings(attribute: str) -> dict[str, int]:
        rows = connection.execute("SELECT value, candidates FROM postings WHERE attribute = ?", (attribute,))
        return {text: int.from_bytes(held, "little") for text, held in rows}

    def lower_bounds(meter: str) -> array[float]:
        row = connection.execute("SELECT candidates, prices FROM lower_bounds WHERE meter = ?", (meter,)).fetchone()
        return _unpacked(row[0], row[1], len(candidates)) if row else array("d")

    attributes = "SELECT DISTINCT attribute FROM postings ORDER BY attribute"
    return Index(
        candidates,
        _OnDemand(postings, lambda: connection.execute(attributes)),
        _OnDemand(lower_bounds, lambda: connection.execute("SELECT meter FROM lower_bounds ORDER BY meter")),
    )


def write(connection: sqlite3.Connection, index: Index, before: Index = NO_INDEX) -> None:
    """Stores an index in place of the one that the database holds: what differs from it."""
    if tuple(index.candidates) != tuple(before.candidates):
        rows = ((position, *candidate) for position, candidate in enumerate(index.candidates))
        connection.execute("DELETE FROM candidates")
        connection.executemany("INSERT INTO candidates VALUES (?, ?, ?, ?, ?)", rows)
    for attribute, texts in _differing(connection, "postings", "attribute", index.postings, before.postings):
        entries = [
            (attribute, text, held.to_bytes((held.bit_length() + 7) // 8, "little")) for text, held in texts.items()
        ]
        connection.executemany("INSERT INTO postings VALUES (?, ?, ?)", entries)
    for meter, bounds in _differing(connection, "lower_bounds", "meter", index.lower_bounds, before.lower_bounds):
        connection.execute("INSERT INTO lower_bounds VALUES (?, ?, ?)", (meter, *_packed(bounds)))


def _differing(
    connection: sqlite3.Connection, table: str, column: str, now: Mapping[str, Any], before: Mapping[str, Any]
) -> list[tuple[str, Any]]:
    """The entries that are not as before, whose rows are deleted."""
    for word in before:
        if now.get(word) != before[word]:
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (word,))
    return [(word, entry) for word, entry in now.items() if before.get(word) != entry]


def _packed(lower_bounds: Sequence[float]) -> tuple[bytes, bytes]:
    """The positions with a price and their lower bounds; no positions for a dense column."""
    sold = [*compress(range(len(lower_bounds)), map(inf.__gt__, lower_bounds))]
    if len(sold) * LISTED_FROM > len(lower_bounds):
        return b"", struct.pack(f"<{len(lower_bounds)}d", *lower_bounds)
    prices = [lower_bounds[position] for position in sold]
    return struct.pack(f"<{len(sold)}I", *sold), struct.pack(f"<{len(sold)}d", *prices)


def _unpacked(positions: bytes, prices: bytes, count: int) -> array[float]:
    if not positions:
        lower_bounds = array("d", prices)
        if sys.byteorder == "big":
            lower_bounds.byteswap()
        return lower_bounds
    lower_bounds = array("d", [inf]) * count
    for (position,), (price,) in zip(
        struct.iter_unpack("<I", positions), struct.iter_unpack("<d", prices), strict=True
    ):
        lower_bounds[position] = price
    return lower_bounds


class _Candidates(Sequence[Candidate]):
    """The candidates of a database by position, each read once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._count: int = connection.execute("SELECT count(*) FROM candidates").fetchone()[0]
        self._read: dict[int, Candidate] = {}
        self._all: tuple[Candidate, ...] = ()

    def __getitem__(self, position: Any) -> Any:
        if self._all or isinstance(position, slice):
            return self._whole()[position]
        if position not in self._read:
            row = self._connection.execute(f"{_CANDIDATE} WHERE position = ?", (position,)).fetchone()
            if row is None:
                raise IndexError(position)
            self._read[position] = Candidate._make(row)
        return self._read[position]

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._whole())

    def _whole(self) -> tuple[Candidate, ...]:
        if not self._all:
            rows = self._connection.execute(f"{_CANDIDATE} ORDER BY position").fetchall()
            self._all = tuple(map(Candidate._make, rows))
        return self._all

    def __len__(self) -> int:
        return self._count


class _OnDemand(Mapping[str, Any]):
    """A mapping that looks up each key once, with `find`; a key with an empty result is missing."""

    def __init__(self, find: Callable[[str], Any], words: Callable[[], sqlite3.Cursor]) -> None:
        self._find, self._words = find, words
        self._read: dict[str, Any] = {}

    def __getitem__(self, word: str) -> Any:
        if word not in self._read:
            self._read[word] = self._find(word)
        if not self._read[word]:
            raise KeyError(word)
        return self._read[word]

    def __iter__(self) -> Iterator[str]:
        return (word for (word,) in self._words().fetchall())

    def __len__(self) -> int:
        return sum(1 for _ in self)
