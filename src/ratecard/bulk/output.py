"""A log written out again with the cost of every row: all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ratecard.bulk.costing import COST, Costed
from ratecard.bulk.prices import CURRENCY, REASON, STATUS, TARIFF
from ratecard.errors import BadValue, listed

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table

#: What is written beside the log's own columns, and where it comes from.
ADDED = {
    "ratecard_cost": COST,
    "ratecard_currency": CURRENCY,
    "ratecard_tariff": TARIFF,
    "ratecard_status": STATUS,
    "ratecard_reason": REASON,
}

#: The forms a log is written in, by the end of the file's name.
FORMS = {".parquet": "parquet", ".csv": "csv"}


def form_of(path: str) -> str:
    """The form that a file's name asks for; raises `BadValue` for any other."""
    end = os.path.splitext(path)[1]
    if end not in FORMS:
        raise BadValue(f"--out {path}: write a name that ends in {listed(list(FORMS))}")
    return FORMS[end]


def rows(found: Costed, columns: Sequence[str]) -> Table:
    """Every row of a log with its own columns, its cost, the price list it comes from and what became of it."""
    table = found.table
    return table.select(*columns, **{name: table[own] for name, own in ADDED.items()})


def write(table: Table, path: str) -> None:
    """Writes a table into a file (on Spark, a folder of files), in place of whatever was there.

    It is put in place when it is complete: whoever stops on the way leaves the old one as it was.
    """
    form = form_of(path)
    with _complete(path) as draft:
        if form == "parquet":
            table.to_parquet(draft, compression="zstd")
        else:
            table.to_csv(draft, header=True)


@contextmanager
def _complete(path: str) -> Iterator[str]:
    """A draft beside a path, moved there when the block ends well and removed where it does not."""
    draft = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.draft")
    try:
        yield draft
        if os.path.isdir(path):
            shutil.rmtree(path)
        os.replace(draft, path)
    finally:
        if os.path.isdir(draft):
            shutil.rmtree(draft)
        elif os.path.exists(draft):
            os.remove(draft)
