"""Sequences and mappings that are read on their first use: a price needs one offer of a card that many sell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

Entry = TypeVar("Entry")
Held = TypeVar("Held")


class _Read(Generic[Held]):
    """What is read once, on first use."""

    __slots__ = ("_held", "_read")

    def __init__(self, read: Callable[[], Held]) -> None:
        self._read: Callable[[], Held] | None = read
        self._held: Any = None

    def held(self) -> Held:
        """What was read."""
        if self._read is not None:
            self._held = self._read()
            self._read = None
        found: Held = self._held
        return found

    def __len__(self) -> int:
        return len(self.held())  # type: ignore[arg-type]  # a tuple or a dictionary

    def __eq__(self, other: object) -> bool:
        return self.held() == (other.held() if isinstance(other, _Read) else other)

    def __hash__(self) -> int:
        return hash(self.held())

    def __repr__(self) -> str:
        return repr(self.held())


class LazyTuple(_Read[tuple[Entry, ...]], Sequence[Entry]):
    """A tuple that is read on first use; equal to it, and pickled as it."""

    @overload
    def __getitem__(self, place: int) -> Entry: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Entry, ...]: ...

    def __getitem__(self, place: int | slice) -> Entry | tuple[Entry, ...]:
        return self.held()[place]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.held())

    def __reduce__(self) -> tuple[object, ...]:
        return tuple, (self.held(),)


class LazyMap(_Read[Mapping[str, Entry]], Mapping[str, Entry]):
    """A mapping that is read on first use; equal to it, and pickled as it."""

    def __getitem__(self, name: str) -> Entry:
        return self.held()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.held())

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self.held()),)
