"""How often price lists agree: what they share and where they differ, over all sellers and at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ratecard.core import display
from ratecard.core.records import Feed
from ratecard.market.reconcile import COMPARED, Tally

#: So many prices two lists share at a seller before a percentage says something.
ENOUGH = 20

#: The row that stands for all sellers together.
ALL = ""


class Row(NamedTuple):
    """A seller, and for each pair of lists what they share there, or None where that is too little."""

    seller: str
    tallies: tuple[Tally | None, ...]


class Grid(NamedTuple):
    """The plain prices of one meter: for all sellers, then by seller, the pairs of lists side by side."""

    meter: str
    pairs: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def totals(tallies: Iterable[Tally]) -> list[Tally]:
    """What pairs of lists share, summed over sellers."""
    sums: dict[tuple[str, tuple[str, str]], list[int]] = {}
    for tally in tallies:
        held = sums.setdefault((tally.meter, tally.feeds), [0, 0])
        held[0] += tally.shared
        held[1] += tally.differing
    ordered = sorted(sums.items(), key=lambda item: (COMPARED.index(item[0][0]), item[0][1]))
    return [Tally(ALL, meter, feeds, *counts) for (meter, feeds), counts in ordered]


def grids(tallies: Sequence[Tally], at_least: int = ENOUGH) -> list[Grid]:
    """A grid for each meter that lists share; sellers where two of them share enough, the most first."""
    summed = totals(tallies)
    pairs = tuple(sorted({tally.feeds for tally in summed}))
    enough = [tally for tally in tallies if tally.shared >= at_least]
    return [
        Grid(meter, pairs, (_row(ALL, meter, pairs, summed), *_rows(meter, pairs, enough)))
        for meter in COMPARED
        if any(tally.meter == meter for tally in summed)
    ]


def differing(tally: Tally) -> str:
    """How many of the shared prices differ: 12/86 14.0%."""
    return f"{tally.differing}/{tally.shared} {display.share(tally.differing, tally.shared)}"


def table(tallies: Sequence[Tally], feeds: Mapping[str, Feed], labels: Mapping[str, str]) -> str:
    """The grids as Markdown; `labels` has the words for each meter."""
    return "\n\n".join("\n".join(_lines(grid, feeds, labels)) for grid in grids(tallies))


def _rows(meter: str, pairs: Sequence[tuple[str, str]], tallies: Sequence[Tally]) -> list[Row]:
    shared: dict[str, int] = {}
    for tally in tallies:
        if tally.meter == meter:
            shared[tally.seller] = shared.get(tally.seller, 0) + tally.shared
    sellers = sorted(shared, key=lambda seller: (-shared[seller], seller))
    return [_row(seller, meter, pairs, tallies) for seller in sellers]


def _row(seller: str, meter: str, pairs: Sequence[tuple[str, str]], tallies: Iterable[Tally]) -> Row:
    found = {tally.feeds: tally for tally in tallies if (tally.seller, tally.meter) == (seller, meter)}
    return Row(seller, tuple(found.get(pair) for pair in pairs))


def _lines(grid: Grid, feeds: Mapping[str, Feed], labels: Mapping[str, str]) -> list[str]:
    pairs = [" / ".join(feeds[feed].name for feed in pair) for pair in grid.pairs]
    body = [
        " | ".join((row.seller or "all sellers", *(differing(tally) if tally else "" for tally in row.tallies)))
        for row in grid.rows
    ]
    head = [" | ".join((labels[grid.meter], *pairs)), "|".join(["---", *("--:" for _ in pairs)])]
    return [f"| {head[0]} |", f"|{head[1]}|", *(f"| {line} |" for line in body)]
