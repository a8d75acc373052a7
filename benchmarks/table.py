"""A table of a benchmark: what was measured side by side, as text for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """Rows of one run; the first cell of each names it. `note` says what was measured and how."""

    title: str
    note: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def names(self) -> tuple[str, ...]:
        """What the rows are called."""
        return tuple(row[0] for row in self.rows)

    def text(self) -> str:
        """The table in columns."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        shown = [
            "  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in cells)
            for cells in (enumerate(zip(line, widths, strict=True)) for line in lines)
        ]
        return "\n".join([f"\n{self.title}", *shown])

    def markdown(self) -> str:
        """The table under its heading, as the document holds it."""
        lines = [self.head, ["---", *["--:"] * (len(self.head) - 1)], *self.rows]
        return "\n".join([f"### {self.title}\n", f"{self.note}\n", *(f"| {' | '.join(line)} |" for line in lines)])
