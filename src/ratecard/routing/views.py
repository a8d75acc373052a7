"""A sequence whose entries are made when they are looked at: ten thousand of them cost nothing until then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")

#: How many entries are looked ahead.
AT_ONCE = 512


class View(Sequence[Entry], Generic[Entry]):
    """What `make` makes of each of some numbers; two views are equal where their entries are.

    Where all are looked at in turn, `ahead` is told of the next few hundred before they are made.
    """

    __slots__ = ("_ahead", "_make", "_numbers")

    def __init__(
        self, numbers: range, make: Callable[[int], Entry], ahead: Callable[[range], None] | None = None
    ) -> None:
        self._numbers, self._make, self._ahead = numbers, make, ahead

    def __iter__(self) -> Iterator[Entry]:
        for start in range(0, len(self._numbers), AT_ONCE):
            some = self._numbers[start : start + AT_ONCE]
            if self._ahead:
                self._ahead(some)
            yield from map(self._make, some)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: Any) -> Any:
        found = self._numbers[place]
        return View(found, self._make, self._ahead) if isinstance(found, range) else self._make(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]  # its entries decide, and they may be many

    def __repr__(self) -> str:
        return f"<{len(self)} entries>"


def _same(one: object, other: object) -> bool:
    return one == other
