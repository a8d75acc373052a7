"""A few rows are billed without an engine, and as DuckDB bills them: the same lines, totals and refusals."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sessions
from billed import MIXED, Bills, log
from test_layouts import DOCUMENTS, EXPORTS
from test_reports_in_logs import PLAIN

from ratecard import open_catalog
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadLog
from ratecard.logs import bill as bills
from ratecard.logs.bill import Answer, BillRequest
from ratecard.logs.columns import is_constant, path
from ratecard.logs.layouts import ANY, LAYOUTS, Layout
from ratecard.market import build as building
from toys import ROOT

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(name="frozen", scope="module")
def _frozen(tmp_path_factory: pytest.TempPathFactory, today: date) -> Catalog:
    """The catalog with frozen prices."""
    file = tmp_path_factory.mktemp("frozen") / "catalog.db"
    assert not building.build(ROOT / "docs" / "catalog", file, today).problems
    return open_catalog(file)


def both(frozen: Catalog, *paths: str, **asked: Any) -> tuple[Answer | str, Answer | str]:
    """What DuckDB and Python alone make of a log: an answer, or why there is none."""
    found: list[Answer | str] = []
    for engine in ("duckdb", "python"):
        try:
            found.append(bills.bill(frozen, BillRequest(paths, NOW, engine=engine, spanned=True, **asked)))
        except BadLog as error:
            found.append(str(error))
    return found[0], found[1]


def alike(frozen: Catalog, *paths: str, **asked: Any) -> Answer:
    """The answer that both give; a line that is no row may be told in other words."""
    one, other = both(frozen, *paths, **asked)
    assert isinstance(one, Answer), one
    assert isinstance(other, Answer), other
    assert other.bill == one.bill
    assert other.rejects.lines == one.rejects.lines
    assert [(sample.line, sample.reason.lower()) for sample in other.rejects.samples if sample.line] == [
        (sample.line, sample.reason.lower()) for sample in one.rejects.samples if sample.line
    ]
    assert other.notes == one.notes
    assert (other.columns, other.span) == (one.columns, one.span)
    return other


def lines_of(rows: list[Any]) -> str:
    """Rows as JSON lines."""
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_is_billed_alike(name: str, tmp_path: Path, frozen: Catalog) -> None:
    """By model and by day, as JSON lines."""
    file = log(tmp_path, lines_of(EXPORTS[name][0]), "log.jsonl")
    assert alike(frozen, file, by=("model", "day")).bill.totals


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_billed_alike(name: str, tmp_path: Path, frozen: Catalog) -> None:
    """Pages, lists and batches of spans."""
    assert alike(frozen, log(tmp_path, json.dumps(DOCUMENTS[name][0]), "log.json")).bill.totals


#: What a quantity of a generated row may be: mostly sound.
COUNTS = (*range(0, 5000, 61), 0, 0, None, "", " 12 ", "1e3", "-3", "x", 1.5, "9" * 30)
MODELS = ("openai/gpt-4o", "gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash-lite", "no-such-model", "", None)
TIMES = ("2026-08-03T10:00:00Z", "2026-09-01 23:59:59.5", 1785715200, "2026-08-03T10:00:00+02:00", "soon", None)


def put(row: dict[str, Any], name: str, value: Any) -> None:
    """Sets a column, or a key within one."""
    *heads, last = path(name, ())
    for head in heads:
        row = row.setdefault(head, {})
    row[last] = value


def generated(layout: Layout, chance: random.Random) -> dict[str, Any]:
    """A row of a layout."""
    row: dict[str, Any] = {}
    for amount in layout.amounts or ANY.amounts:
        for name in (*amount.plus, *amount.minus):
            put(row, name, chance.choice(COUNTS[:82] if chance.random() < 0.9 else COUNTS))
    for name in (*layout.within, *layout.unbilled):
        put(row, name, 0 if chance.random() < 0.95 else 3)
    for group in layout.needs:
        if not any(name in row for name in group) and "." not in group[0]:
            row[group[0]] = chance.choice((1, 2, "openai"))
    for names, choices in ((layout.model, MODELS), (layout.at, TIMES)):
        if names:
            put(row, names[0], chance.choice(choices[:4] if chance.random() < 0.9 else choices))
    for names in (layout.seller[:1], *(own for own in layout.facts.values())):
        for name in names:
            if not is_constant(name):
                put(row, name, chance.choice(("", "", None, "openai", "batch", "standard", "1024x1024")))
    for column, value in layout.only.items():
        put(row, column, value.removeprefix("!") if chance.random() < 0.8 else "other")
    return row


@pytest.mark.parametrize(
    "write",
    [sessions.claude_code, sessions.codex, sessions.gemini_cli, sessions.opencode, sessions.cline, sessions.roo_code],
)
def test_transcripts_are_billed_alike(write: Callable[[Path], Path], tmp_path: Path, frozen: Catalog) -> None:
    """What coding agents leave on a disk is read into rows before either bills them."""
    answer = alike(frozen, str(write(tmp_path)), by=("day", "project", "model"))
    assert answer.heading
    assert answer.bill.groups


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "layout", [known for known in LAYOUTS if not known.reports and not known.calls], ids=lambda known: known.name
)
def test_every_layout_is_billed_alike(layout: Layout, form: str, tmp_path: Path, frozen: Catalog) -> None:
    """Rows made of a layout's own columns, sound and broken, as JSON lines and as values with objects as text."""
    chance = random.Random(f"{layout.name} {form}")  # it makes rows
    rows = [generated(layout, chance) for _ in range(150)]
    names = list(dict.fromkeys(itertools.chain.from_iterable(rows)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        values = (row.get(name) for name in names)
        writer.writerow([json.dumps(value) if isinstance(value, dict) else value for value in values])
    file = log(tmp_path, text.getvalue() if form == "csv" else lines_of(rows), f"log.{form}")
    answer = alike(frozen, file, by=("model", "seller", "week"))
    assert answer.columns.recognised == layout.name
    assert answer.bill.rows > 30


def test_every_kind_of_row_of_our_own_words_is_billed_alike(tmp_path: Path, frozen: Catalog) -> None:
    """Rows with and without a price, a time and a model; lines that are none; by everything that can be asked."""
    more = ['2026-09-01,"a ""b""",gpt-4o,1,0,2', '2026-09-01,"open', "never closed,gpt-4o,1,0,2", ""]
    file = log(tmp_path, MIXED.replace("deepseek-v4-pro", "gpt-4o") + "\n".join(more))
    for by in (("team", "hour"), ("tariff", "status"), ("name", "provider", "model_id"), ()):
        assert alike(frozen, file, by=by).rejects.lines == 3
    assert alike(frozen, file, at=NOW, seller="openai").bill.totals


@pytest.mark.parametrize(
    "times",
    [
        ("2026-08-20", "2026-8-3", "2026/08/03", "2026-08-20T01:00", "2026-08-20T1:2:3", "2026-08-20T24:00:00"),
        ("2026-08-20T01:00:00+02", "2026-08-20T01:00:00-0530", "2026-08-20 01:00:00.123456789Z", "2026-08-20T01:00:00 UTC"),
        ("2026-08", "20260820", "2026-08-20T01", "  2026-08-20", "2026-08-20 ", "2026-08-20 01:00:00  ", "2026-08-20T25:00:00", "2026-02-30", "2026-08-20T01:00:00z"),
        ("1785715200", "1785715200.7", "1785715200000", "1785715200000000000", "12", "today", "epoch", "1999-12-31"),
        ("2100-01-01", "20-08-2026", "2026-08-20T01:00:00 +02:00", "2026-08-20 01:00:60", "2026-08-20T01:00:00UTC"),
    ],
)  # fmt: skip
def test_times_are_read_alike(times: tuple[str, ...], tmp_path: Path, frozen: Catalog) -> None:
    """ISO in its many spellings, counts since 1970, and what is none."""
    file = log(tmp_path, ["model,at,input_tokens", *(f"gpt-4o,{time},{place}" for place, time in enumerate(times))])
    alike(frozen, file, by=("hour",))


NUMBERS = (
    *("1", ".5", "5.", "+3", "1e3", " 7 ", "1_000", "0x10", "1e-2", "1e", "--1", "00012", "-0", "1e33", "9" * 35, "NaN"),
    *("1.00005", "1.00004", "1.99996", "inf", "-inf", "1e400", "1000000000000000000", "1000000000000000001", "٣", "12d"),
)  # fmt: skip


def test_numbers_are_read_alike(tmp_path: Path, frozen: Catalog) -> None:
    """Whole quantities and such that come in parts, in any spelling."""
    rows = [{"model": "gpt-4o", "input_tokens": text, "n": place} for place, text in enumerate(NUMBERS)]
    rows += [{"model": "whisper-1", "audio_seconds": text, "n": place} for place, text in enumerate(NUMBERS)]
    alike(frozen, log(tmp_path, lines_of(rows), "log.jsonl"), by=("n",))


LINES = (
    *('{"model": "gpt-4o", "input_tokens": 3, "team": {"a": [1, 2.5]}}', "[1]", "5", "", "{bad", "null", '{"model": "x"}'),
    *('{"model": "gpt-4o", "model": "other", "input_tokens": 1}', '{"model": "gpt-4o", "input_tokens": true}', "{}"),
    *('{"model": null, "input_tokens": null}', '{"model": "\\ud83d", "input_tokens": 1}', '{"model": 5, "input_tokens": 2.0}'),
)  # fmt: skip


def test_lines_of_json_are_read_alike(tmp_path: Path, frozen: Catalog) -> None:
    """Objects, with names twice and values of any kind, and what is no object."""
    file = log(tmp_path, [LINES[0], *LINES], "log.jsonl")
    alike(frozen, file, by=("team",))
    alike(frozen, file, mapping={"output_tokens": "team.a"})


SEPARATED = (
    'model,input_tokens\n"gpt-4o"x,2\ngpt-4o,3\n',
    'model,input_tokens\ngpt-4o"x,2\n"gpt-4o" , "3"\n',
    "model,input_tokens\ngpt-4o,2,\ngpt-4o\n1,2,3\n\n   \n,\n",
    'model,input_tokens\n"two\nlines",2\ngpt-4o,4\n',
    'model;input_tokens\r\n"gpt-4o";2\r\n"x\r\ny";3\r\n',
    'model,input_tokens\ngpt-4o,"2\n3,4"x\ngpt-4o,6',
)


@pytest.mark.parametrize("text", SEPARATED)
def test_separated_values_are_read_alike(text: str, tmp_path: Path, frozen: Catalog) -> None:
    """Quotes within and around, fields too many and too few, lines within a value."""
    (tmp_path / "log.csv").write_bytes(text.encode())
    alike(frozen, str(tmp_path / "log.csv"), by=("name",))


def test_text_in_another_encoding_is_rejected_alike(tmp_path: Path, frozen: Catalog) -> None:
    """A line that is not UTF-8 is no row."""
    (tmp_path / "log.csv").write_bytes(b"model,input_tokens\ngpt-4o,1\ngpt-4\xe8,5\ngpt-4o,2\n")
    assert alike(frozen, str(tmp_path / "log.csv")).rejects.lines == 1


def test_several_files_and_the_folders_they_lie_in_are_one_log(tmp_path: Path, frozen: Catalog) -> None:
    """Of both forms, with columns that only some have, and packed."""
    for team, form, text in (
        ("team=a", "log.csv", "model,input_tokens,user\ngpt-4o,1,x\n"),
        ("team=b c", "log.jsonl", '{"model": "gpt-4o", "output_tokens": 5}\n'),
    ):
        (tmp_path / "logs" / team).mkdir(parents=True)
        log(tmp_path / "logs" / team, text, form)
    alike(frozen, str(tmp_path / "logs"), by=("team", "user"))


@pytest.mark.parametrize("flavor", PLAIN)
@pytest.mark.parametrize("held", [True, False], ids=["column", "line"])
def test_responses_are_billed_alike(held: bool, flavor: str, tmp_path: Path, frozen: Catalog) -> None:
    """Of every flavor, in a column or as lines."""
    rows: Iterator[Mapping[str, Any]] = iter({"response": body} if held else body for body in PLAIN[flavor])
    alike(frozen, log(tmp_path, lines_of(list(rows)), "log.jsonl"), at=NOW)


def test_an_engine_is_asked_for_where_rows_are_many(tmp_path: Path, frozen: Catalog) -> None:
    """Over 100,000 rows are refused with what to install."""
    file = log(tmp_path, "model,input_tokens\n" + "gpt-4o,1\n" * 100_001)
    assert both(frozen, file)[1] == 'a log of over 100,000 rows needs DuckDB: pip install "ratecard[bulk]"'


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_row_is_written_with_its_cost(form: str, tmp_path: Path, bill: Bills) -> None:
    """The same rows and costs as DuckDB writes."""
    file = log(tmp_path, MIXED)
    found = []
    for engine in ("duckdb", "python"):
        out = tmp_path / f"{engine}.{form}"
        assert bill(file, "--engine", engine, "--out", str(out)).code == 5
        text = out.read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text))) if form == "csv" else [*map(json.loads, text.splitlines())]
        found.append([{**row, "ratecard_cost": row["ratecard_cost"] and float(row["ratecard_cost"])} for row in rows])
    assert found[0] == found[1]


def test_a_focus_report_is_the_same(tmp_path: Path, bill: Bills) -> None:
    """Line by line."""
    file = log(tmp_path, MIXED)
    one, other = (bill(file, "--format", "focus", "--json", "--engine", engine) for engine in ("duckdb", "python"))
    assert one.json == other.json


def test_a_log_is_billed_where_no_engine_is_installed(tmp_path: Path, db: Path) -> None:
    """CSV is billed with no library but the standard one; Parquet says what to install."""
    file = log(tmp_path, ["model,input_tokens", "deepseek-v4-pro,1000"])
    missing = "for name in ('ibis', 'duckdb', 'pyarrow', 'pandas'): sys.modules[name] = None"
    code = f"import sys\n{missing}\nfrom ratecard import cli\nsys.exit(cli.run(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "bill", file, "--db", str(db), "--at", "2026-08-01", "--json"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(found.stdout)["totals"][0]["rows"] == 1
    (tmp_path / "log.parquet").write_bytes(b"PAR1")
    command[4] = str(tmp_path / "log.parquet")
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert 'pip install "ratecard[bulk]"' in refused.stderr
