"""Long lists as several pages of a hundred entries, each with the way to the one before and the one behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ratecard.site.rendering import Page

SIZE = 100


class Part(NamedTuple):
    """A page of a list: its number, of how many, and the addresses of those beside it."""

    number: int
    of: int
    first: int
    last: int
    total: int
    previous: str
    next: str

    @property
    def suffix(self) -> str:
        """What tells the page from the others of the list, in titles and descriptions."""
        return f", page {self.number} of {self.of}" if self.number > 1 else ""


def parted(path: str, template: str, entries: Sequence[object], context: Mapping[str, object]) -> Iterator[Page]:
    """The pages of a list: the first at `path`, the others under `page/`; the template prints `entries`.

    The first of several also knows what the template would print for the whole list.
    """
    count = max(1, -(-len(entries) // SIZE))
    for number in range(1, count + 1):
        first, last = (number - 1) * SIZE, min(number * SIZE, len(entries))
        part = Part(
            number, count, first + 1, last, len(entries),
            _address(path, number - 1), _address(path, number + 1) if number < count else "",
        )  # fmt: skip
        shown = {**context, "entries": entries[first:last], "part": part}
        if number == 1 and count > 1:
            shown["whole"] = {"entries": entries, "part": Part(1, 1, 1, len(entries), len(entries), "", "")}
        yield Page(f"{_address(path, number)}index.html", template, shown)


def _address(path: str, number: int) -> str:
    if number < 1:
        return ""
    return path if number == 1 else f"{path}page/{number}/"
