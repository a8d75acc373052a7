"""The test vectors as logs, and what each row of these must cost on every engine that prices logs."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import vectors
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.logs import cost, summary
from ratecard.logs.engines import DUCKDB, Engine
from ratecard.logs.engines import rows as fetched
from ratecard.logs.logs import open_log
from ratecard.logs.prices import PRICED
from ratecard.logs.subjects import UNPRICED

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: Offers whose digits, from the largest amount to the smallest price, need an account of their own: a decimal of a
#: log holds 38. Where a log is quickly priced, each offer with more digits than most is one by itself, too.
LONG = ("per/a-tie-that-ends", "adjusted/odd-percentages")
APART = {DUCKDB: ("extreme/", "per/", "adjusted/"), "spark": ("extreme/",)}


def lot_of(case: vectors.Case, engine: str) -> str:
    """The log of an engine that a case is in; those of every meter are a log too, since it is wide."""
    kind = case.offer.partition("/")[0] + "/"
    if kind in APART[engine]:
        return case.offer
    return kind if kind == "meter/" else "long numbers" if case.offer in LONG else "all others"


def lots() -> dict[tuple[str, str], list[vectors.Case]]:
    """The cases in logs whose amounts fit one account, by engine and name."""
    found: dict[tuple[str, str], list[vectors.Case]] = defaultdict(list)
    for engine in APART:
        for case in vectors.cases():
            found[engine, lot_of(case, engine)].append(case)
    return found


LOTS = lots()


def parquet(found: list[vectors.Case], words: Catalog, file: Path) -> Path:
    """A Parquet file with a row for every case."""
    columns: dict[str, Any] = {
        "number": pa.array(range(len(found)), pa.int64()),
        "model": [case.offer for case in found],
        "at": pa.array([case.at.replace(tzinfo=None) for case in found], pa.timestamp("us")),
    }
    for meter in sorted({meter for case in found for meter in case.usage.quantities}):
        whole = words.vocabulary.meters[meter].whole
        # an empty usage says that nothing was used; a row without quantities does not
        counts = [case.usage.quantities.get(meter, None if case.usage.quantities else 0) for case in found]
        kind = pa.int64() if whole else pa.decimal128(38, 9)
        columns[meter] = pa.array([int(n) if whole and n is not None else n for n in counts], kind)
    for fact in sorted({fact for case in found for fact in case.usage.facts}):
        columns[fact] = [case.usage.facts.get(fact) for case in found]
    pq.write_table(pa.table(columns), file)
    return file


def check(engine: Engine, lot: str, folder: Path) -> None:
    """Asserts that a log costs what its vectors say: each row to the last digit, and their sums."""
    words, found = vectors.catalog_of_vectors(), LOTS[engine.name, lot]
    file = parquet(found, words, folder / "cases.parquet")
    meters = sorted({meter for case in found for meter in case.usage.quantities})
    log = open_log(engine, [str(file)], {meter: meter for meter in meters}, words.vocabulary)
    survey = cost.survey(engine, log, words, NOON)

    rows = cost.by_row(engine, log, survey, words).table.select("number", "rc_cost", "p_currency", "p_status")
    bill = summary.billed(cost.summed(engine, log, survey, words, []), ["model"])

    by_number = sorted(fetched(engine, rows), key=lambda row: row["number"])
    assert [
        (case.name, row)
        for case, row in zip(found, by_number, strict=True)
        if expected(case) != (row["p_status"], row["rc_cost"], row["p_currency"])
    ] == []
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for case in found:
        if case.cost is not None:
            key = case.offer, case.cost["currency"]
            totals[key] = decimals.add(totals[key], Decimal(case.cost["total"]))
    priced = [group for group in bill.groups if group.cost is not None]
    assert {(group.by["model"], group.currency): group.cost for group in priced} == totals
    assert sum(group.rows + group.unpriced for group in bill.groups) == bill.rows
    assert sum(part.rows for part in bill.unpriced) == sum(case.cost is None for case in found)
    assert bill.rows == len(found)


def expected(case: vectors.Case) -> tuple[str, Decimal | None, str | None]:
    """The status, cost and currency that the row of a case must have."""
    if case.cost is None:
        return UNPRICED, None, None
    return PRICED, Decimal(case.cost["total"]), case.cost["currency"]
