"""Problems in authored files: location, description and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Problem(NamedTuple):
    """One mistake an author must fix."""

    file: str
    line: int
    column: int
    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.what}; {self.mend}"


def as_github(problem: Problem) -> str:
    """The problem as a workflow command, which GitHub shows next to the line."""
    message = f"{problem.where}: {problem.what}; {problem.mend}"
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::error file={problem.file},line={problem.line},col={problem.column}::{escaped}"


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems sorted by file, line and column, without duplicates."""
    return sorted(set(problems))


def counted(problems: Sequence[Problem]) -> str:
    """How many problems there are, in words."""
    return "no problems" if not problems else "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
