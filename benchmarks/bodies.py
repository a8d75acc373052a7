"""Logs of raw response bodies: how many of them one processor reads and bills in a second, by flavor.

Every body is one that the tests know the usage of, so that none is refused; those of a flavor are repeated. A log holds
one body a line in a column `response`. What is measured is the processor time of the whole bill, of every thread, less
that of a log of a few lines: what it takes to open a log and to choose prices does not grow with it.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from measure import ROOT
from table import Table

from ratecard import api
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.logs import cost, summary
from ratecard.logs.engines import Engine, open_engine
from ratecard.logs.logs import open_log
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.report import report

FEW, MANY = 100, 5_000
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
REPORTS = ROOT / "tests" / "responses" / "reports.json"

BODIES = "Response bodies as JSON lines: read and billed, by flavor"
MIXED = "all flavors in one log"


def _bodies() -> dict[str, list[str]]:
    """The texts of bodies that one usage can hold, by flavor."""
    found: dict[str, list[str]] = defaultdict(list)
    for case in json.loads(REPORTS.read_text(encoding="utf-8")):
        try:
            said = report(case.get("body"))
            assert said.usage.quantities
        except BadValue:
            continue
        found[said.flavor.id].append(json.dumps(case["body"]))
    return found


TEXTS = _bodies()
ROWS: Mapping[str, tuple[str, ...]] = {
    BODIES: (*(flavor.id for flavor in FLAVORS if flavor.id in TEXTS), MIXED),
}


def tables() -> Iterator[Table]:
    """The one table."""
    catalog = api.open_catalog(ROOT / "catalog.db")
    texts = {**TEXTS, MIXED: [text for own in TEXTS.values() for text in own]}
    with tempfile.TemporaryDirectory() as folder, open_engine() as engine:
        _seconds(engine, catalog, _log(Path(folder), texts[MIXED], FEW))  # loads what is loaded once
        rows = [(name, *_speed(engine, catalog, Path(folder), texts[name])) for name in ROWS[BODIES]]
    yield Table(
        BODIES,
        f"{MANY:,} bodies each, those of the tests repeated, in a column of JSON lines; processor time of all threads, "
        f"less that of {FEW} bodies.",
        ("", "bytes a body", "µs a body", "bodies a second and processor"),
        rows,
    )


def _speed(engine: Engine, catalog: Catalog, folder: Path, texts: list[str]) -> tuple[str, str, str]:
    few, many = (_log(folder, texts, count) for count in (FEW, MANY))
    size = many.stat().st_size / MANY
    each = (_seconds(engine, catalog, many) - _seconds(engine, catalog, few)) / (MANY - FEW)
    return f"{size:,.0f}", f"{each * 1e6:,.1f}", f"{1 / each:,.0f}"


def _log(folder: Path, texts: list[str], count: int) -> Path:
    """A log of so many bodies."""
    path = folder / f"{count}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f'{{"response": {text}}}\n' for text in islice(cycle(texts), count))
    return path


def _seconds(engine: Engine, catalog: Catalog, path: Path) -> float:
    """The processor time of the bill of a log."""
    start = time.process_time()
    log = open_log(engine, [str(path)], {}, catalog.vocabulary)
    survey = cost.survey(engine, log, catalog, NOON)
    summary.billed(cost.summed(engine, log, survey, catalog, ["model"]), ["model"])
    return time.process_time() - start
