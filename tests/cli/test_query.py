"""`ratecard query`: SQL that only reads, in every format."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from ratecard import cli
from ratecard.database import query as querying
from ratecard.database.query import cookbook


@pytest.fixture(name="run")
def _run(frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_statement_prints_its_rows_in_every_format(run: Any) -> None:
    """A table for people, else JSON, lines of JSON, or values separated by commas or tabs."""
    sql = "SELECT slug, price FROM prices WHERE slug = 'openai/gpt-image-1' AND meter = 'input_tokens'"
    assert run("query", sql)[1].splitlines()[2].split() == ["openai/gpt-image-1", "5"]
    assert json.loads(run("query", sql, "--json")[1]) == [{"slug": "openai/gpt-image-1", "price": "5"}]
    assert json.loads(run("query", sql, "--nl")[1]) == {"slug": "openai/gpt-image-1", "price": "5"}
    assert run("query", sql, "--csv")[1] == "slug,price\nopenai/gpt-image-1,5\n"
    assert run("query", sql, "--tsv")[1] == "slug\tprice\nopenai/gpt-image-1\t5\n"


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM cards", "UPDATE rates SET price = 0", "CREATE TEMP TABLE x (a)", "DROP TABLE cards", "VACUUM", "BEGIN",
     "ATTACH ':memory:' AS other", "PRAGMA query_only = OFF", "WITH x AS (SELECT 1) DELETE FROM cards RETURNING id"],
)  # fmt: skip
def test_a_statement_that_does_more_than_read_is_refused(sql: str, run: Any, frozen_db: Path) -> None:
    """It changes nothing, and the message says so in one line."""
    before = frozen_db.read_bytes()
    code, out, err = run("query", sql)
    assert (code, out) == (2, "")
    assert err.startswith("Error: only statements that read are run")
    assert frozen_db.read_bytes() == before


@pytest.mark.parametrize(
    ("sql", "words"),
    [("SELEC 1", "syntax error"), ("SELECT * FROM nowhere", "no such table: nowhere"),
     ("SELECT 1; SELECT 2", "one statement")],
)  # fmt: skip
def test_an_error_of_sql_is_one_line(sql: str, words: str, run: Any) -> None:
    """What SQLite says is passed on without a traceback."""
    code, _, err = run("query", sql)
    assert code == 2
    assert err.count("\n") == 1
    assert words in err


def test_a_statement_that_never_ends_is_given_up(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute; here at once."""
    monkeypatch.setattr(querying, "LONGEST", 0)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    assert run("query", endless) == (2, "", "Error: given up after 0 seconds\n")


def test_virtual_tables_and_exact_decimals_can_be_read(run: Any) -> None:
    """The full-text search, JSON, the list of columns and sums of decimals work."""
    for sql in (
        "SELECT slug FROM card_search WHERE card_search MATCH 'gpt' LIMIT 1",
        "SELECT value FROM json_each('[1]')",
        "SELECT name FROM pragma_table_info('cards')",
        "SELECT decimal_sum(price) FROM prices",
        "SELECT ':x', '10:30'",
    ):
        assert run("query", sql)[0] == 0, sql


def test_the_cookbook_is_run_by_name(run: Any) -> None:
    """Each query has a name, finds something in the frozen catalog, and takes parameters."""
    listed = json.loads(run("query", "--list", "--json")[1])
    assert [row["name"] for row in listed] == [recipe.name for recipe in cookbook()]
    assert json.loads(run("query", "--json", "--named")[1]) == listed
    for recipe in cookbook():
        assert json.loads(run("query", "--named", recipe.name, "--json")[1]), recipe.name
    rows = json.loads(run("query", "--named", "on-a-day", "-p", "day", "2025-07-01", "--json")[1])
    assert {row["price"] for row in rows if row["meter"] == "input_tokens"} == {"2"}
    code, _, err = run("query", "--named", "cheapest-visions")
    assert (code, "did you mean cheapest-vision" in err) == (2, True)


def test_one_of_statement_name_and_list_is_given(run: Any) -> None:
    """None of them and two of them are errors of usage."""
    assert run("query")[0] == 2
    assert run("query", "SELECT 1", "--list")[0] == 2
    assert run("query", "SELECT 1", "--named")[0] == 2
    assert run("query", "--named", "model", "SELECT 1")[0] == 2


def test_the_view_of_prices_joins_itself_in_seconds(market_db: Path) -> None:
    """Each price beside those of other sellers of the model, over the whole market."""
    connection = sqlite3.connect(f"file:{market_db}?mode=ro", uri=True)
    joined = "a.slug = b.slug AND a.meter = b.meter AND a.above = b.above"
    sql = f"SELECT count(*) FROM prices AS a JOIN prices AS b ON {joined}"
    start = time.process_time()
    (count,) = connection.execute(sql).fetchone()
    assert count > 100_000
    assert time.process_time() - start < 10
