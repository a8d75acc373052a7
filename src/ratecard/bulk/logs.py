"""Usage logs as one table: whatever the files, the same columns with the same meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ratecard.bulk.columns import Columns
from ratecard.bulk.engines import Engine
from ratecard.records import Vocabulary

if TYPE_CHECKING:
    from ibis import Table


class Sample(NamedTuple):
    """One row that could not be read: where it stands, why, and how it begins."""

    file: str
    line: int
    reason: str
    text: str


class Rejects(NamedTuple):
    """The lines of a log that are no rows at all: how many, and a few of them."""

    lines: int = 0
    samples: tuple[Sample, ...] = ()


class Log(NamedTuple):
    """A usage log as one lazy table, and what its columns mean.

    `table` has the original columns (`source_columns`) under their own names and beside them the canonical ones:
    `rc_model`, `rc_seller` and `rc_at` (where the log has them), `rc_q_<meter>`, `rc_f_<fact>`, `rc_by_<name>` and
    `rc_problem`, which is null for a sound row and else says what is wrong with it; a quantity of such a row means
    nothing. `rejected()` counts the lines that are not in the table because they could not be taken apart; it reads
    what the last run of the table left, so call it after one. `notes` say what was assumed or passed over.
    """

    table: Table
    columns: Columns
    source_columns: tuple[str, ...]
    rejected: Callable[[], Rejects]
    notes: tuple[str, ...] = ()


def open_log(
    engine: Engine,
    paths: Sequence[str],
    meaning: Columns | Mapping[str, str],
    vocabulary: Vocabulary,
    by: Sequence[str] = (),
) -> Log:
    """The usage logs at paths (files, globs, directories, or `-` for standard input) as one table.

    `meaning` is what `--map` says, or columns already recognised. Raises `BadLog` for files that cannot be read or
    whose columns have no clear meaning.
    """
    raise NotImplementedError
