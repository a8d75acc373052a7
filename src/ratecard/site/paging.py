"""Pagination of long lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from ratecard.site.rendering import Page

#: Entries on a page: of models with their prices, about 50 KB.
SIZE = 75


class ListPage(NamedTuple):
    """A page of a list: its number, its entries, and the addresses of itself and its neighbours."""

    number: int
    of: int
    first: int
    last: int
    total: int
    path: str
    previous: str
    next: str

    @property
    def suffix(self) -> str:
        """The suffix that makes titles and descriptions of later pages unique."""
        return f", page {self.number} of {self.of}" if self.number > 1 else ""


def parted(
    path: str, template: str, entries: Sequence[object], context: Mapping[str, object], size: int | None = None
) -> Iterator[Page]:
    """The pages of a list: the first at `path`, the others under `page/`; the template prints `entries`.

    The first of several also knows what the template would print for the whole list.
    """
    size = size or SIZE
    full, rest = divmod(len(entries), size)
    sizes = [size] * full + ([rest] if rest or not full else [])
    for part in counted(path, sizes):
        shown = {**context, "entries": entries[part.first - 1 : part.last], "part": part}
        if part.number == 1 and part.of > 1:
            shown["whole"] = {"entries": entries, "part": whole(part)}
        yield Page(f"{part.path}index.html", template, shown)


def counted(path: str, sizes: Sequence[int]) -> list[ListPage]:
    """The pages of a list with so many entries on each."""
    ends, count = list(accumulate(sizes)), len(sizes)
    return [
        ListPage(
            number, count, end - size + 1, end, ends[-1], _address(path, number),
            _address(path, number - 1), _address(path, number + 1) if number < count else "",
        )
        for number, (size, end) in enumerate(zip(sizes, ends, strict=True), 1)
    ]  # fmt: skip


def whole(part: ListPage) -> ListPage:
    """The list on one page."""
    return part._replace(number=1, of=1, first=1, last=part.total, previous="", next="")


def _address(path: str, number: int) -> str:
    if number < 1:
        return ""
    return path if number == 1 else f"{path}page/{number}/"
