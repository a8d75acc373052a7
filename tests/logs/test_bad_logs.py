"""What `ratecard bill` says of logs that are not as they should be: clearly, without a traceback, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from billed import Bills, log

HEAD = "model,input_tokens"
FINE = "deepseek-v4-pro,1000"


def parquet(folder: Path) -> Path:
    """A Parquet file of one column of our own words."""
    path = folder / "log.parquet"
    duckdb.sql(f"COPY (SELECT 'deepseek-v4-pro' AS model, i AS input_tokens FROM range(1000) AS r(i)) TO '{path}'")
    return path


def truncated(folder: Path) -> str:
    """A Parquet file without its end."""
    path = parquet(folder)
    path.write_bytes(path.read_bytes()[:-10])
    return str(path)


def damaged(folder: Path) -> str:
    """A Parquet file whose end is fine and whose pages are not."""
    path = parquet(folder)
    text = path.read_bytes()
    path.write_bytes(text[:8] + bytes(len(text[8:200])) + text[200:])
    return str(path)


def empty_folder(folder: Path) -> str:
    """A folder without a log."""
    (folder / "none").mkdir()
    return str(folder / "none")


#: What is wrong with a whole log, how to make it, the exit code and what is said.
UNREADABLE: dict[str, tuple[Callable[[Path], str], int, str]] = {
    "no column for the model": (lambda path: log(path, ["name,input_tokens", FINE]), 1, "pass --map model=COLUMN"),
    "no column for a quantity": (lambda path: log(path, ["model,n", FINE]), 1, "pass --map METER=COLUMN"),
    "cut short": (truncated, 1, "is not a whole Parquet file"),
    "damaged": (damaged, 1, "log.parquet"),
    "no Parquet": (lambda path: log(path, "model\n", "log.parquet"), 1, "is not a Parquet file"),
    "empty": (lambda path: log(path, ""), 1, "nothing to read: "),
    "missing": (lambda path: str(path / "none.csv"), 1, "none.csv: no such file"),
    "no match": (lambda path: str(path / "*.csv"), 1, "no file matches"),
    "an empty folder": (empty_folder, 1, "no file in it ends in .parquet"),
    "an empty document": (lambda path: log(path, "[]", "log.json"), 1, "write one object a line"),
    "no JSON at all": (lambda path: log(path, "{oops\n{oops\n", "log.jsonl"), 1, "no line is a JSON object"),
    "two columns of a name": (lambda path: log(path, ["model,Model,input_tokens", "a,b,1"]), 1, "so rename one"),
}


@pytest.mark.parametrize("wrong", UNREADABLE)
def test_a_log_that_cannot_be_read_is_one_clear_message(wrong: str, tmp_path: Path, bill: Bills) -> None:
    """The message says which file and what is wrong; nothing is printed as a result, and --out writes nothing."""
    make, code, words = UNREADABLE[wrong]
    path = make(tmp_path)
    found = bill(path, "--out", str(tmp_path / "priced.csv"))
    assert (found.code, found.out) == (code, "")
    assert found.err.startswith("Error: ")
    assert words in found.err
    assert not [*tmp_path.glob("*priced*")]


#: Options that cannot be, and the exit code and what is said.
MISUSED = {
    ("--map", "modle=model"): (2, "'modle' is not a meter"),
    ("--map", "model"): (2, "--map"),
    ("--map", "input_tokens=nothing"): (1, "the log has no column 'nothing'"),
    ("--map", "input_tokens=model"): (5, "text in model"),
    ("--by", "nothing"): (1, "no column 'nothing' to add up by"),
    ("--by", "day"): (1, "no column of the log says when its rows were"),
    ("--engine", "sqlite"): (2, "'sqlite' is not an engine"),
    ("--seller", "nobody"): (2, "nobody"),
    ("--at", "yesterday"): (2, "'yesterday' is not a date or time"),
    ("--out", "priced.xlsx"): (2, "write a name that ends in .parquet, .csv or .jsonl"),
    ("--format", "invoice"): (2, "'invoice' is not one of"),
    ("--db", "none.db"): (1, "none.db: no such file; run `ratecard build`"),
}


@pytest.mark.parametrize("options", MISUSED, ids=" ".join)
def test_what_cannot_be_asked_is_said(options: tuple[str, str], tmp_path: Path, bill: Bills) -> None:
    """A bad option has its exit code, a message that quotes it, and no result."""
    code, words = MISUSED[options]
    found = bill(log(tmp_path, [HEAD, FINE]), *options)
    assert found.code == code
    assert words in found.err


#: Lines after one that is fine, and what is said of them; with the rows and the lines that are counted in all.
PROBLEMS: dict[str, tuple[str, list[str], str, int, int]] = {
    "text in a number": ("csv", [HEAD, FINE, "deepseek-v4-pro,abc"], "text in input_tokens", 2, 0),
    "negative": ("csv", [HEAD, FINE, "deepseek-v4-pro,-5"], "negative input_tokens", 2, 0),
    "NaN": ("csv", [HEAD, FINE, "deepseek-v4-pro,NaN"], "in input_tokens", 2, 0),
    "fraction": ("csv", [HEAD, FINE, "deepseek-v4-pro,1.5"], "fraction in input_tokens", 2, 0),
    "unknown model": ("csv", [HEAD, FINE, "nothing-like-it,5"], "unknown model 'nothing-like-it'\n", 2, 0),
    "null model": ("csv", [HEAD, FINE, ",5"], "bad row: no model", 2, 0),
    "too few fields": ("csv", [HEAD, FINE, "deepseek-v4-pro"], "log.csv:3: missing columns", 1, 1),
    "a line of ten megabytes": ("csv", [HEAD, FINE, "x" * 10_000_000], "log.csv:3", 1, 1),
    "a model of a megabyte": ("csv", [HEAD, FINE, f"{'x' * 1_000_000},1"], "unknown model 'xxx", 2, 0),
    "broken JSON": (
        "jsonl",
        ['{"model": "deepseek-v4-pro", "input_tokens": 1000}', '{"model": "deepseek-v4-pro", "input_'],
        "broken or empty row",
        2,
        0,
    ),
    "mixed types": (
        "jsonl",
        ['{"model": "deepseek-v4-pro", "input_tokens": "1000"}', '{"model": "deepseek-v4-pro", "input_tokens": [1]}'],
        "text in input_tokens",
        2,
        0,
    ),
}


@pytest.mark.parametrize("wrong", PROBLEMS)
def test_a_bad_line_costs_nothing_and_hides_nothing(wrong: str, tmp_path: Path, bill: Bills) -> None:
    """The other rows are priced, the bad one is counted with its reason, and the exit code is 5."""
    form, lines, words, rows, rejected = PROBLEMS[wrong]
    path = log(tmp_path, lines, f"log.{form}")
    found = bill(path, "--at", "2026-08-01")
    assert found.code == 5
    assert words in found.err
    assert len(found.err) < 5000
    counted = bill(path, "--at", "2026-08-01", "--json")
    assert (counted.json["rows"], counted.json["rejected"]["lines"]) == (rows, rejected)
    fine = bill(log(tmp_path, [HEAD, FINE], "fine.csv"), "--at", "2026-08-01", "--json")
    assert (fine.code, counted.total) == (0, fine.total)


def test_text_that_is_no_utf8_is_counted(tmp_path: Path, bill: Bills) -> None:
    """A line in another encoding is a bad line, never a guess."""
    path = tmp_path / "log.csv"
    path.write_bytes(f"{HEAD}\n{FINE}\n".encode() + b"mod\xe8le,5\n")
    found = bill(str(path), "--json")
    assert found.code == 5
    assert found.json["rows"] + found.json["rejected"]["lines"] == 2
    assert sum(total["rows"] for total in found.json["totals"]) == 1


def test_a_log_without_rows_costs_nothing(tmp_path: Path, bill: Bills) -> None:
    """A file of column names alone is a log of no rows: no total, exit code 0."""
    found = bill(log(tmp_path, [HEAD]))
    assert (found.code, found.out) == (0, "no row has a price\n")
    assert bill(log(tmp_path, [HEAD]), "--json").json["rows"] == 0


@pytest.mark.parametrize(
    ("missing", "options", "extra"), [("ibis", [], "bulk"), ("duckdb", [], "bulk"), ("pyspark", ["--engine", "spark"], "spark")]
)  # fmt: skip
def test_an_extra_that_is_not_installed_is_named(
    missing: str, options: list[str], extra: str, tmp_path: Path, db: Path
) -> None:
    """Where what a log needs is not installed, the message says how to get it; rows of CSV need nothing."""
    path = str(parquet(tmp_path))
    arguments = ["bill", path, "--db", str(db), *options]
    code = f"import sys; sys.modules[{missing!r}] = None; from ratecard import cli; sys.exit(cli.run({arguments!r}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "")
    assert f'pip install "ratecard[{extra}]"' in found.stderr
    assert "Traceback" not in found.stderr
