"""The list of models on numbered pages, since one page of them all would be megabytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ratecard.site import links
from ratecard.site.listing import Row

#: Rows of one page.
ROWS = 100
#: Pages on either side of the current one that are linked, besides the first and the last.
NEAR = 2


class PageLink(NamedTuple):
    """A link to another page of the list; `rel` says where it stands to this one."""

    number: int
    label: str
    path: str
    rel: str = ""


class NumberedPage(NamedTuple):
    """One page: its rows, which of all rows these are, and the way to the others."""

    number: int
    last: int
    total: int
    first: int
    until: int
    rows: Sequence[Row]
    links: tuple[PageLink, ...]


def numbered(rows: Sequence[Row]) -> Iterator[NumberedPage]:
    """The pages of a list; one, be it empty, at least."""
    last = max(1, -(-len(rows) // ROWS))
    for number in range(1, last + 1):
        start = (number - 1) * ROWS
        held = rows[start : start + ROWS]
        yield NumberedPage(
            number, last, len(rows), min(start + 1, len(rows)), start + len(held), held, tuple(_links(number, last))
        )


def _links(number: int, last: int) -> Iterator[PageLink]:
    if number > 1:
        yield PageLink(number - 1, "Previous", links.models(number - 1), "prev")
    near = {1, last, *range(max(1, number - NEAR), min(last, number + NEAR) + 1)}
    yield from (PageLink(each, str(each), links.models(each)) for each in sorted(near))
    if number < last:
        yield PageLink(number + 1, "Next", links.models(number + 1), "next")
