"""The index of places as a database holds it: written whole, read part by part when it is asked for."""

from __future__ import annotations

import sqlite3
import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

from ratecard.database.offer_index import Index, Place

#: The floors of a meter are listed for all places where more than one in so many has a price.
LISTED_FROM = 10

_PLACE = "SELECT slug, seller, model_id, number FROM places"


def read(connection: sqlite3.Connection) -> Index:
    """The index that a database holds."""
    places = _Places(connection)

    def holders(attribute: str) -> dict[str, int]:
        rows = connection.execute("SELECT value, places FROM holders WHERE attribute = ?", (attribute,))
        return {text: int.from_bytes(held, "little") for text, held in rows}

    def floors(meter: str) -> array[float]:
        row = connection.execute("SELECT places, prices FROM floors WHERE meter = ?", (meter,)).fetchone()
        return _unpacked(row[0], row[1], len(places)) if row else array("d")

    attributes = "SELECT DISTINCT attribute FROM holders ORDER BY attribute"
    return Index(
        places,
        _OnDemand(holders, lambda: connection.execute(attributes)),
        _OnDemand(floors, lambda: connection.execute("SELECT meter FROM floors ORDER BY meter")),
    )


def write(connection: sqlite3.Connection, index: Index) -> None:
    """Puts an index in the place of any that the database holds."""
    for table in ("places", "holders", "floors"):
        connection.execute(f"DELETE FROM {table}")
    rows = ((position, *place) for position, place in enumerate(index.places))
    connection.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?)", rows)
    for attribute, texts in index.holders.items():
        entries = [(attribute, text, _bytes(held)) for text, held in texts.items()]
        connection.executemany("INSERT INTO holders VALUES (?, ?, ?)", entries)
    packed = [(meter, *_packed(floors)) for meter, floors in index.floors.items()]
    connection.executemany("INSERT INTO floors VALUES (?, ?, ?)", packed)


def _bytes(held: int) -> bytes:
    return held.to_bytes((held.bit_length() + 7) // 8, "little")


def _packed(floors: Sequence[float]) -> tuple[bytes, bytes]:
    """The positions that have a price, and what it is not below; no positions where all are listed."""
    sold = [position for position, floor in enumerate(floors) if floor < inf]
    if len(sold) * LISTED_FROM > len(floors):
        return b"", struct.pack(f"<{len(floors)}d", *floors)
    prices = [floors[position] for position in sold]
    return struct.pack(f"<{len(sold)}I", *sold), struct.pack(f"<{len(sold)}d", *prices)


def _unpacked(positions: bytes, prices: bytes, count: int) -> array[float]:
    if not positions:
        floors = array("d", prices)
        if sys.byteorder == "big":
            floors.byteswap()
        return floors
    floors = array("d", [inf]) * count
    for (position,), (price,) in zip(
        struct.iter_unpack("<I", positions), struct.iter_unpack("<d", prices), strict=True
    ):
        floors[position] = price
    return floors


class _Places(Sequence[Place]):
    """The places of a database by position, each read once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._count: int = connection.execute("SELECT count(*) FROM places").fetchone()[0]
        self._read: dict[int, Place] = {}
        self._all: tuple[Place, ...] = ()

    def __getitem__(self, position: Any) -> Any:
        if self._all or isinstance(position, slice):
            return self._whole()[position]
        if position not in self._read:
            row = self._connection.execute(f"{_PLACE} WHERE position = ?", (position,)).fetchone()
            if row is None:
                raise IndexError(position)
            self._read[position] = Place._make(row)
        return self._read[position]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._whole())

    def _whole(self) -> tuple[Place, ...]:
        if not self._all:
            rows = self._connection.execute(f"{_PLACE} ORDER BY position").fetchall()
            self._all = tuple(map(Place._make, rows))
        return self._all

    def __len__(self) -> int:
        return self._count


class _OnDemand(Mapping[str, Any]):
    """What `find` finds for a word, kept; nothing is held for a word for which it finds nothing."""

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
