"""Columns packed small: each distinct value once, and one character a row that says which it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

#: Characters that JSON takes as they are: one byte each for the most frequent values, then two, then three.
_LETTERS = (*range(0x23, 0x5C), *range(0x5D, 0x7F), *range(0xA1, 0xD800))
#: How many characters a line may share with the one before it.
_SHARED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def column(values: Sequence[str]) -> dict[str, object]:
    """A column: its distinct values, the most frequent first, and a character for each row."""
    counts = Counter(values)
    distinct = sorted(counts, key=lambda value: (-counts[value], value))
    letters = {value: chr(_LETTERS[place]) for place, value in enumerate(distinct)}
    return {"values": distinct, "rows": "".join(letters[value] for value in values)}


def sparse(values: Mapping[int, str], count: int) -> dict[str, object]:
    """A column of which many rows have no value: an empty text stands for that."""
    return column([values.get(place, "") for place in range(count)])


def lines(words: Iterable[str]) -> list[str]:
    """Each text without what it shares with the one before, and a character for how much that is."""
    found, before = [], ""
    for word in words:
        same = shared(before, word)
        found.append(_SHARED[same] + word[same:])
        before = word
    return found


def shared(first: str, second: str) -> int:
    """How many characters two texts have in common from the start, as far as one character can say."""
    most = min(len(first), len(second), len(_SHARED) - 1)
    return next((place for place in range(most) if first[place] != second[place]), most)
