"""`ratecard bill --out`: every row with its cost, all of it or nothing."""

from __future__ import annotations

import os
import pty
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from billed import MIXED, Bills, log

import loggen

#: The columns that are added to each row.
ADDED = ["ratecard_cost", "ratecard_currency", "ratecard_tariff", "ratecard_status", "ratecard_reason"]
#: A log that takes a few seconds to write out.
MANY = 3_000_000
MAPPED = [
    *("--map", "model='deepseek/deepseek-chat',at=ts,cache_read_tokens=t_cached,output_tokens=t_out"),
    *("--map", "input_tokens=t_in-t_cached"),
]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A long log."""
    return loggen.write(tmp_path_factory.mktemp("logs") / "long.parquet", MANY)


def started(path: Path, out: Path, db: Path) -> subprocess.Popen[str]:
    """A process that writes a long log out."""
    return in_front([sys.executable, "-m", "ratecard", "bill", str(path), *MAPPED, "--out", str(out), "--db", str(db)])


def in_front(command: list[str]) -> subprocess.Popen[str]:
    """A process that Ctrl-C reaches, even where the tests themselves run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


def drafts(folder: Path) -> list[str]:
    """The files in a folder that are not done."""
    return [name for name in os.listdir(folder) if "draft" in name]


#: The command line, whose engine is kept at work where a written file would be put in place; it says so.
HELD = """
import os, sys
from ratecard import cli
from ratecard.logs import job
run = job.run
def watched(engine, work, show=None):
    def held(source, target):
        print("written", file=sys.stderr, flush=True)
        engine.native.execute("SELECT sum(a.range + b.range) FROM range(10000000) a, range(10000000) b").fetchall()
    os.replace = held
    return run(engine, work, show)
job.run = watched
sys.exit(cli.run(sys.argv[1:]))
"""


def held(path: Path, out: Path, db: Path) -> subprocess.Popen[str]:
    """A process that has written a long log out and has not put it in place, however fast the machine is."""
    command = [sys.executable, "-c", HELD, "bill", str(path), *MAPPED, "--out", str(out), "--db", str(db)]
    process = in_front(command)
    assert process.stderr
    assert process.stderr.readline() == "written\n"
    assert [name for name in drafts(out.parent) if (out.parent / name).stat().st_size]
    return process


def test_interrupted_it_leaves_what_was_there(long: Path, tmp_path: Path, db: Path) -> None:
    """Ctrl-C before a file is in place ends with 130 and leaves the old one as it was; another run works."""
    out = tmp_path / "priced.parquet"
    out.write_text("what was there")
    process = held(long, out, db)
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate()
    assert (process.returncode, printed) == (130, "")
    assert "Traceback" not in said
    assert [*os.listdir(tmp_path)] == [out.name]
    assert out.read_text() == "what was there"

    again = started(long, out, db)
    printed, said = again.communicate()
    assert again.returncode == 0, said
    assert not re.search(r"\r|[0-9] %", said)  # nobody looks
    total = re.search(r"^total \$([0-9.]+) for 3,000,000 rows$", printed, re.MULTILINE)
    assert total
    summed = duckdb.sql(f"SELECT count(*), sum(ratecard_cost) FROM '{out}'").fetchall()
    assert summed == [(MANY, Decimal(total[1]))]
    assert [*os.listdir(tmp_path)] == [out.name]


def test_killed_it_leaves_a_draft_that_the_next_run_takes_away(
    long: Path, tmp_path: Path, db: Path, bill: Bills
) -> None:
    """A process that could not clean up leaves nothing of that name; the next run removes its draft, not others'."""
    out = tmp_path / "priced.parquet"
    process = held(long, out, db)
    process.kill()
    process.communicate()
    assert not out.exists()
    assert drafts(tmp_path)
    living = tmp_path / f".{out.name}.{os.getppid()}.draft"
    living.write_text("another process writes this")
    (tmp_path / "other.csv").write_text("model,input_tokens\ndeepseek-v4-pro,5\n")
    assert bill(str(tmp_path / "other.csv"), "--out", str(out)).code == 0
    assert drafts(tmp_path) == [living.name]
    assert duckdb.sql(f"SELECT count(*) FROM '{out}'").fetchall() == [(1,)]


def test_a_full_disk_is_a_clear_error(long: Path, tmp_path: Path, db: Path) -> None:
    """Where there is no room for the file the message says so, and what was there stays."""
    out = tmp_path / "priced.parquet"
    out.write_text("what was there")
    command = [sys.executable, "-m", "ratecard", "bill", str(long), *MAPPED, "--out", str(out), "--db", str(db)]
    found = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
    )
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith(f"Error: --out {out}: ")
    assert "Traceback" not in found.stderr
    assert (out.read_text(), drafts(tmp_path)) == ("what was there", [])


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_every_row_is_written_with_what_became_of_it(form: str, tmp_path: Path, bill: Bills) -> None:
    """Each row keeps its own columns and gets its cost, price list and status; one without a cost has the reason."""
    path, out = log(tmp_path, MIXED), tmp_path / f"priced.{form}"
    found = bill(path, "--out", str(out), "--json")
    assert found.code == 5
    assert f"{out}: every row with its cost (7 rows, without unreadable lines)\n" in found.err
    read = f"read_csv('{out}', all_varchar = true)" if form == "csv" else f"'{out}'"
    priced = duckdb.sql(f"SELECT * FROM {read}")
    assert priced.columns == [*MIXED.splitlines()[0].split(","), *ADDED]
    costs = duckdb.sql("SELECT ratecard_status, count(*), sum(ratecard_cost::DECIMAL(38, 18)) FROM priced GROUP BY 1")
    by_status = {status: (number, total) for status, number, total in costs.fetchall()}
    assert by_status == {
        "priced": (3, Decimal(found.total)),
        "bad-row": (3, None),
        "unknown-model": (1, None),
    }
    reasons = duckdb.sql("SELECT DISTINCT ratecard_reason FROM priced WHERE ratecard_status = 'bad-row' ORDER BY 1")
    assert [reason for (reason,) in reasons.fetchall()] == [
        "no model",
        "no time in timestamp; --at gives one",
        "text in prompt_tokens",
    ]


def test_the_price_list_of_a_row_is_one_of_the_catalog(tmp_path: Path, bill: Bills, db: Path) -> None:
    """ratecard_tariff is the id of a row of the database's table of price lists."""
    out = tmp_path / "priced.parquet"
    bill(log(tmp_path, MIXED), "--out", str(out))
    ids = duckdb.sql(f"SELECT DISTINCT ratecard_tariff FROM '{out}' WHERE ratecard_cost IS NOT NULL").fetchall()
    with sqlite3.connect(db) as catalog:
        known = {id for (id,) in catalog.execute("SELECT id FROM tariffs")}
    assert {id for (id,) in ids} <= known
    assert ids


def refused(folder: Path) -> Iterator[tuple[list[str], int, str]]:
    """Places that cannot be written to, with the exit code and what is said."""
    path = log(folder, MIXED)
    (folder / "a").mkdir()
    (folder / "a" / "own.parquet").mkdir()
    link = folder / "link.csv"
    link.symlink_to(path)
    yield [path, "--out", path], 2, "is one of the logs"
    yield [path, "--out", str(link)], 2, "is one of the logs"
    yield [str(folder / "*.csv"), "--out", path], 2, "is one of the logs"
    yield [str(folder), "--out", str(folder / "a" / "new.parquet")], 2, "or among them"
    yield [path, "--out", str(folder / "a" / "own.parquet")], 2, "is a folder; name a file"
    yield [path, "--out", str(folder / "none" / "new.parquet")], 1, "cannot be written: No such file or directory"
    yield [path, "--out", f"{path}/new.parquet"], 1, "cannot be written: Not a directory"


def test_what_must_not_be_overwritten_is_refused(tmp_path: Path, bill: Bills) -> None:
    """Neither the logs themselves nor a folder is written over, and a place that cannot be written to is told first."""
    for arguments, code, words in refused(tmp_path):
        found = bill(*arguments)
        assert (found.code, found.out) == (code, "")
        assert words in found.err
    assert Path(tmp_path, "log.csv").read_text() == MIXED
    assert (tmp_path / "a" / "own.parquet").is_dir()


def test_a_log_that_was_priced_is_not_priced_into_the_same_columns(tmp_path: Path, bill: Bills) -> None:
    """A column that would be added must not be there already."""
    out = tmp_path / "priced.csv"
    bill(log(tmp_path, MIXED), "--out", str(out))
    found = bill(str(out), "--out", str(tmp_path / "twice.csv"))
    assert found.code == 1
    assert "the log has a column 'ratecard_cost' already" in found.err


def on_a_terminal(command: list[str], environment: dict[str, str]) -> str:
    """What a command shows on a terminal of its own."""
    leader, follower = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=follower, env=environment) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                block = os.read(leader, 1 << 16)
            except OSError:  # the terminal's other end is closed
                break
            if not block:
                break
            shown += block
        process.wait()
    os.close(leader)
    return shown.decode()


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path, db: Path) -> None:
    """A run that is slow to end shows how far it is, cleans up after itself, and has no colours at all."""
    # The work ends only once progress was shown, so that no machine is too fast for it.
    code = """
import sys, threading
from ratecard import cli
from ratecard.logs import bill, job
shown, work, look = threading.Event(), job.run, job.done
job.PATIENCE = 0

def slowly(engine, task, show=None):
    return work(engine, lambda: (shown.wait(), task())[1], show and (lambda done: (show(done), shown.set())))

job.run = slowly
job.done = lambda engine: look(engine) or 42.0
sys.exit(cli.run(sys.argv[1:]))
"""
    command = [sys.executable, "-c", code, "bill", log(tmp_path, MIXED), "--db", str(db)]
    shown = on_a_terminal(command, {**os.environ, "NO_COLOR": "1"})
    assert re.findall(r"\r *([0-9]+) %", shown)[0] == "42"
    assert "\r     \r" in shown
    assert "\x1b" not in shown
