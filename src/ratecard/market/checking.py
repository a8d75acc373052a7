"""The checks of a catalog's folder, which `validate` and `build` share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from ratecard.cards import checks, reader
from ratecard.cards.layout import EVIDENCE
from ratecard.core.errors import BadCatalog
from ratecard.core.garbage import uncollected
from ratecard.core.problems import Problem, in_order
from ratecard.market import benchmarks, identity, verifications

_PLACED = re.compile(r"(?P<file>.*?):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?: (?P<what>.*)", re.DOTALL)


def checked(root: Path, today: date, tell: Callable[[], object] = lambda: None) -> tuple[reader.Draft, list[Problem]]:
    """A catalog as it was read, and all its problems; `tell` is called between reading and checking."""
    with uncollected():
        draft = reader.read(root)
        tell()
        return draft, in_order([*checks.problems(draft, today), *_table_problems(root, draft)])


def _table_problems(root: Path, draft: reader.Draft) -> Iterator[Problem]:
    """Problems of the files that are joined with the cards, as far as they show without joining them."""
    readings: tuple[Callable[[], object], ...] = (
        lambda: identity.read(root),
        lambda: benchmarks.read(root, draft.catalog.cards),
        lambda: verifications.read(root),
    )
    for reading in readings:
        try:
            reading()
        except BadCatalog as error:
            yield from map(_problem, map(str, error.problems))
    for file in sorted((root / EVIDENCE).glob("*/*.tsv")):
        first, *lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        tabs = first.count("\t")
        for place, line in enumerate(lines, 2):
            if line and line.count("\t") != tabs:
                what = f"{line.count(chr(9)) + 1} cells, not {tabs + 1}"
                yield Problem(str(file), place, 1, "", what, "import the feed again")
                break


def _problem(text: str) -> Problem:
    """A problem that another reader states in words."""
    found = _PLACED.fullmatch(text)
    if found is None:
        return Problem(text.partition(": ")[0], 1, 1, "", text.partition(": ")[2], "correct the file")
    what, _, mend = found["what"].partition("; ")
    return Problem(found["file"], int(found["line"]), int(found["column"] or 1), "", what, mend or "correct the line")
