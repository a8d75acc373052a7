"""Usage logs: what it takes to price millions of rows, beside what it takes merely to read them.

The catalog is made for it: 2,000 models with three rates each, plain or with a second price list beyond
200,000 tokens, so that nothing depends on what the shipped catalog happens to hold. Each figure is of the
work alone; loading libraries comes on top of both sides alike, and is in the table of whole processes.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from measure import ROOT, environment, interleaved, timed
from peers import commands
from table import Table

from ratecard import api
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Adjustment, Card, Offer, Provider, Rate, Seller, Source, Tariff
from ratecard.logs import cost, output, summary
from ratecard.logs.engines import Engine, open_engine
from ratecard.logs.logs import open_log

sys.path.insert(0, str(ROOT / "tests" / "logs"))
from loggen import write  # the generator of logs belongs to the tests

ROWS_MEASURED = 10_000_000
ROUNDS = 5
MODELS = 2_000
LONG = 200_000
FACT = "service_tier"
COLUMNS = {"input_tokens": "t_in", "cache_read_tokens": "t_cached", "output_tokens": "t_out"}
SUMS = ", ".join(f"sum({column})" for column in COLUMNS.values())
NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)

SUMMED = "Ten million rows: the total of each model"
WRITTEN = "Ten million rows: each written again with its cost"
GROWTH = "A row's share, from ten thousand rows to a hundred million"
ROWS: Mapping[str, tuple[str, ...]] = {
    SUMMED: (
        "DuckDB: sum of the columns",
        "DuckDB: sum of the columns by model",
        "ratecard, plain price lists",
        "ratecard, two tiers",
        "ratecard, tiers, batch discount and a new price list within the log",
        "loop over genai-prices calc_price",
    ),
    WRITTEN: (
        "DuckDB: one more column, a sum",
        "DuckDB: one more column, a decimal",
        "ratecard, plain price lists",
        "ratecard, two tiers",
    ),
    GROWTH: ("10,000 rows", "100,000 rows", "1,000,000 rows", "10,000,000 rows", "100,000,000 rows"),
}


def tables() -> Iterator[Table]:
    """The three tables, each of one run."""
    with tempfile.TemporaryDirectory() as folder:
        facts = write(Path(folder, "facts.parquet"), ROWS_MEASURED, MODELS, "BIGINT")
        log = write(Path(folder, "log.parquet"), ROWS_MEASURED, MODELS, "BIGINT", FACT)
        yield _summed(log, facts)
        yield _written(log, Path(folder))
        log.unlink()
        facts.unlink()
        yield _growth(Path(folder))


def catalog(*, tiers: bool = False, turns: bool = False) -> Catalog:
    """A catalog of the models that the generated log names."""
    words = api.open_catalog(ROOT / "catalog.db").vocabulary
    cards = {card.slug: card for card in (_card(number, tiers=tiers, turns=turns) for number in range(MODELS))}
    return Catalog(
        cards=cards,
        sellers={"maker": Seller("maker", "Maker", "maker")},
        providers={"maker": Provider("maker", "Maker")},
        collections={},
        vocabulary=words,
        names=names_of(cards.values()),
    )


def _card(number: int, *, tiers: bool, turns: bool) -> Card:
    slug = f"maker-{number % 40}/model-{number}"
    prices = [Decimal(number % 97 + 1) / 20, Decimal(number % 97 + 1) / 200, Decimal(number % 89 + 1) / 5]
    rates = [Rate(meter, price, 1_000_000) for meter, price in zip(COLUMNS, prices, strict=True)]
    if tiers:
        rates += [rate._replace(price=rate.price * 2, above=LONG) for rate in rates]
    sources = (Source("https://example.org/prices", date(2025, 12, 1)),)
    batch = (Adjustment("batch discount", Decimal(-50), frozenset({("service_tier", "batch")})),) if turns else ()
    lists = [Tariff(sources, tuple(rates), adjustments=batch, defaults={"service_tier": "standard"} if turns else {})]
    if turns:
        lists.append(lists[0]._replace(effective=date(2026, 1, 15)))
    return Card(slug, slug, "maker", "text", offers=(Offer("maker", slug, tariffs=tuple(lists)),))


def _summed(log: Path, facts: Path) -> Table:
    plain, tiers, turns = catalog(), catalog(tiers=True), catalog(tiers=True, turns=True)
    with ExitStack() as stack:
        engine, floor = stack.enter_context(open_engine()), stack.enter_context(_floor())
        jobs: dict[str, Callable[[], object]] = {
            ROWS[SUMMED][0]: lambda: floor.execute(f"SELECT {SUMS} FROM '{log}'").fetchall(),
            ROWS[SUMMED][1]: lambda: floor.execute(f"SELECT model, {SUMS} FROM '{log}' GROUP BY 1").fetchall(),
            ROWS[SUMMED][2]: lambda: total(engine, log, plain),
            ROWS[SUMMED][3]: lambda: total(engine, log, tiers),
            ROWS[SUMMED][4]: lambda: total(engine, facts, turns, at="ts", service_tier=FACT),
        }
        seconds = interleaved({name: lambda job=job: timed(job) for name, job in jobs.items()}, ROUNDS)
    peak = {name: f"{_peak(name, facts if name == ROWS[SUMMED][4] else log):,.0f}" for name in list(jobs)[2:]}
    seconds[ROWS[SUMMED][5]] = ROWS_MEASURED * _loop()
    low, by_model = seconds[ROWS[SUMMED][0]], seconds[ROWS[SUMMED][1]]
    return Table(
        SUMMED,
        f"Parquet, {MODELS:,} models, three kinds of tokens, in one process and warm; medians of {ROUNDS} rounds. What "
        "does not grow with the rows (choosing 2,000 to 16,000 prices) is within. Memory is the peak of a process of "
        "its own. The loop is one of 20,000 calls, reckoned up.",
        ("", "seconds", "times the sum", "times the sum by model", "million rows a second", "peak MiB"),
        [
            (
                name, f"{seconds[name]:.3f}", f"{seconds[name] / low:.1f}", f"{seconds[name] / by_model:.1f}",
                f"{ROWS_MEASURED / seconds[name] / 1e6:,.3g}", peak.get(name, ""),
            )
            for name in ROWS[SUMMED]
        ],
    )  # fmt: skip


def total(engine: Engine, log: Path, prices: Catalog, **more: str) -> summary.Bill:
    """The bill of a log by model; only the columns named are looked at."""
    opened = open_log(engine, [str(log)], {"model": "model", **COLUMNS, **more}, prices.vocabulary)
    found = cost.survey(engine, opened, prices, NOON)
    return summary.billed(cost.summed(engine, opened, found, prices, ["model"]), ["model"])


def _written(log: Path, folder: Path) -> Table:
    how = "(FORMAT parquet, COMPRESSION zstd)"
    with ExitStack() as stack:
        engine, floor = stack.enter_context(open_engine()), stack.enter_context(_floor())
        sum_ = f"SELECT *, t_in * 7 + t_out * 3 AS more FROM '{log}'"
        decimal = f"SELECT *, (t_in * 7 + t_out * 3 + t_cached)::DECIMAL(38, 9) * 0.000001 AS more FROM '{log}'"
        jobs: dict[str, Callable[[], object]] = {
            ROWS[WRITTEN][0]: lambda: floor.execute(f"COPY ({sum_}) TO '{folder}/sum.parquet' {how}").fetchall(),
            ROWS[WRITTEN][1]: lambda: floor.execute(f"COPY ({decimal}) TO '{folder}/decimal.parquet' {how}").fetchall(),
            ROWS[WRITTEN][2]: lambda: rewritten(engine, log, catalog(), f"{folder}/plain.parquet"),
            ROWS[WRITTEN][3]: lambda: rewritten(engine, log, catalog(tiers=True), f"{folder}/tiers.parquet"),
        }
        seconds = interleaved({name: lambda job=job: timed(job) for name, job in jobs.items()}, 3)
    low = seconds[ROWS[WRITTEN][0]]
    return Table(
        WRITTEN,
        "ratecard writes five columns more: cost, currency, price list, status and reason. Parquet with zstd all ways.",
        ("", "seconds", "times one more column"),
        [(name, f"{seconds[name]:.2f}", f"{seconds[name] / low:.2f}") for name in ROWS[WRITTEN]],
    )


def rewritten(engine: Engine, log: Path, prices: Catalog, path: str) -> None:
    """Writes every row of a log with its cost."""
    opened = open_log(engine, [str(log)], {"model": "model", **COLUMNS}, prices.vocabulary)
    found = cost.survey(engine, opened, prices, NOON)
    output.write(engine, output.rows(cost.by_row(engine, opened, found, prices), opened.source_columns), path)


def _growth(folder: Path) -> Table:
    rows = []
    prices = catalog(tiers=True)
    for name in ROWS[GROWTH]:
        count = int(name.split()[0].replace(",", ""))
        log = write(folder / f"{count}.parquet", count, MODELS, "BIGINT", FACT)
        ours, low = _both(log, prices)
        log.unlink()
        rows.append(
            (name, f"{ours:.3f}", f"{ours / count * 1e9:,.1f}", f"{low / count * 1e9:,.1f}", f"{ours / low:.1f}")
        )
    return Table(
        GROWTH,
        f"The total of each of {MODELS:,} models, price lists of two tiers. Choosing the prices takes the same time "
        "for any number of rows, which is all there is to see of a short log.",
        ("", "seconds", "ns a row", "ns a row, DuckDB's sum by model", "times that sum"),
        rows,
    )


def _both(log: Path, prices: Catalog) -> tuple[float, float]:
    """The seconds of the bill of a log, and of DuckDB's sum by model."""
    with open_engine() as engine, _floor() as floor:
        query = f"SELECT model, {SUMS} FROM '{log}' GROUP BY 1"
        jobs: dict[str, Callable[[], object]] = {
            "ours": lambda: total(engine, log, prices),
            "floor": lambda: floor.execute(query).fetchall(),
        }
        seconds = interleaved({name: lambda job=job: timed(job) for name, job in jobs.items()}, 3)
    return seconds["ours"], seconds["floor"]


def _floor() -> duckdb.DuckDBPyConnection:
    return duckdb.connect().execute("SET enable_progress_bar = false")


def _loop(calls: int = 20_000) -> float:
    """The seconds that genai-prices takes for a row of a loop."""
    code = (
        "import time; from genai_prices import Usage, calc_price\n"
        "def row(n): calc_price(Usage(input_tokens=1000 + n % 900, cache_read_tokens=n % 400, output_tokens=n % 300),"
        " model_ref='gpt-4o', provider_id='openai')\n"
        f"row(1); start = time.perf_counter()\nfor n in range({calls}): row(n)\n"
        f"print((time.perf_counter() - start) / {calls})"
    )
    done = subprocess.run(
        [commands("genai-prices") / "python", "-c", code], check=True, capture_output=True, text=True, env=os.environ
    )
    return float(done.stdout)


def _peak(name: str, log: Path) -> float:
    """The most memory, in MiB, of a process that makes one bill."""
    done = subprocess.run(
        [sys.executable, __file__, name, str(log)], check=True, capture_output=True, text=True, env=environment()
    )
    return float(done.stdout)


def _alone(name: str, log: Path) -> None:
    more: dict[str, Any] = {}
    if name == ROWS[SUMMED][4]:
        more = {"at": "ts", "service_tier": FACT}
    with open_engine() as engine:
        total(engine, log, catalog(tiers=name != ROWS[SUMMED][2], turns=bool(more)), **more)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    _alone(sys.argv[1], Path(sys.argv[2]))
