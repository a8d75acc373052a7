"""`ratecard bill`: what it reads, adds up and prints."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from billed import MIXED, Bills, log

from ratecard import cost, open_catalog
from ratecard.logs.grouping import OWN

#: A log in ratecard's own words, with times on both sides of a change of price.
ROWS = [
    {"at": "2026-08-20T01:00:00Z", "model": "deepseek/deepseek-v4-pro", "team": "a", "input_tokens": 1000},
    {"at": "2026-08-25T01:00:00Z", "model": "deepseek-v4-pro", "team": "b", "input_tokens": 2000},
    {"at": "2026-08-25T23:00:00Z", "model": "deepseek-v4-flash", "team": "b", "input_tokens": 3001},
]


def expected(db: Path) -> Decimal:
    """What the rows cost one by one."""
    catalog = open_catalog(db)
    parts = [
        cost(str(row["model"]), input_tokens=row["input_tokens"], at=str(row["at"]), catalog=catalog) for row in ROWS
    ]
    return sum((part.total for part in parts), Decimal(0))


def written(folder: Path, form: str) -> str:
    """The log in a form, packed as its ending says."""
    path = folder / f"log.{form}"
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    values = "\n".join([",".join(ROWS[0]), *(",".join(map(str, row.values())) for row in ROWS), ""])
    match form.split("."):
        case ["parquet"]:
            plain = folder / "plain.jsonl"
            plain.write_text(lines)
            duckdb.sql(f"COPY (SELECT * FROM '{plain}') TO '{path}' (FORMAT parquet)")
            plain.unlink()
        case [kind, *packed]:
            text = (lines if kind == "jsonl" else values).encode()
            match packed:
                case ["gz"]:
                    text = gzip.compress(text)
                case ["zst"]:
                    text = pa.compress(text, codec="zstd", asbytes=True)
            path.write_bytes(text)
    return str(path)


@pytest.mark.parametrize(
    "form", ["parquet", "csv", "jsonl", "csv.gz", "jsonl.gz", "csv.zst", "jsonl.zst"]
)  # fmt: skip
def test_every_form_comes_to_what_its_rows_cost_one_by_one(form: str, tmp_path: Path, bill: Bills, db: Path) -> None:
    """Parquet, CSV and JSON lines, packed or not, have the same exact total and exit code 0."""
    found = bill(written(tmp_path, form), "--json")
    assert (found.code, Decimal(found.total), found.json["rows"]) == (0, expected(db), 3)


def test_several_files_globs_and_folders_are_one_log(tmp_path: Path, bill: Bills, db: Path) -> None:
    """Files of several forms, named, matched or found in a folder, add up."""
    first, second = written(tmp_path, "csv"), written(tmp_path, "jsonl.gz")
    for paths in ((first, second), (str(tmp_path / "*"),), (str(tmp_path),)):
        assert Decimal(bill(*paths, "--json").total) == 2 * expected(db)


def test_standard_input_is_a_log_too(tmp_path: Path, db: Path) -> None:
    """`-` reads what is piped in."""
    text = Path(written(tmp_path, "jsonl")).read_bytes()
    command = [sys.executable, "-m", "ratecard", "bill", "-", "--json", "--db", str(db)]
    found = subprocess.run(command, input=text, capture_output=True, check=True)
    assert Decimal(json.loads(found.stdout)["totals"][0]["cost"]) == expected(db)


def test_columns_are_mapped(tmp_path: Path, bill: Bills) -> None:
    """A meter can be a difference of columns, a model a constant; a seller can be said for all rows."""
    path = log(tmp_path, ["day,t_in,t_hit", "2026-10-01,1000,400"])
    mapping = ["--map", "model='deepseek/deepseek-v4-pro',input_tokens=t_in-t_hit", "--map", "cache_read_tokens=t_hit"]
    found = bill(path, *mapping, "--seller", "deepseek", "--json").json
    (group,) = found["groups"]
    assert (group["input_tokens"], group["cache_read_tokens"]) == ("600", "400")
    assert "seller" not in json.dumps(found["assumed"])


BY = {
    "model": ["deepseek/deepseek-v4-flash", "deepseek/deepseek-v4-pro"],
    "name": ["deepseek-v4-flash", "deepseek-v4-pro", "deepseek/deepseek-v4-pro"],
    "provider": ["deepseek"],
    "seller": ["deepseek"],
    "model_id": ["deepseek-v4-flash", "deepseek-v4-pro"],
    "status": ["priced"],
    "month": ["2026-08"],
    "week": ["2026-08-17", "2026-08-24"],
    "day": ["2026-08-20", "2026-08-25"],
    "hour": ["2026-08-20 01:00", "2026-08-25 01:00", "2026-08-25 23:00"],
    "team": ["a", "b"],
    '"team"': ["a", "b"],
}


@pytest.mark.parametrize("by", BY)
def test_sums_are_made_by_what_is_asked_for(by: str, tmp_path: Path, bill: Bills, db: Path) -> None:
    """Whatever sums are made by, they hold every row once and add up to the total."""
    found = bill(written(tmp_path, "csv"), "--by", by, "--json").json
    assert sorted(group[by] for group in found["groups"]) == BY[by]
    assert sum(Decimal(group["cost"]) for group in found["groups"]) == expected(db)
    assert sum(group["rows"] for group in found["groups"]) == 3


def test_sums_by_tariff_are_those_of_the_catalogs_price_lists(tmp_path: Path, bill: Bills, db: Path) -> None:
    """A tariff is told by its id in the database, and every word of our own can be asked for at once."""
    found = bill(written(tmp_path, "csv"), "--by", ",".join(OWN), "--json").json
    with sqlite3.connect(db) as connection:
        known = {str(id) for (id,) in connection.execute("SELECT id FROM tariffs")}
    assert len(found["groups"]) == 3
    assert {group["tariff"] for group in found["groups"]} <= known


def test_nothing_to_add_up_by_is_one_total(tmp_path: Path, bill: Bills) -> None:
    """`--by ''` prints the total, with what was used."""
    found = bill(written(tmp_path, "csv"), "--by", "")
    first, *rest = found.out.splitlines()
    assert first.startswith("total $0.")
    assert first.endswith(" for 3 rows")
    assert rest == ["  6,001 input tokens"]
    assert len(bill(written(tmp_path, "csv"), "--by", "", "--json").json["groups"]) == 1


def test_a_column_of_our_own_name_is_asked_for_in_quotes(tmp_path: Path, bill: Bills) -> None:
    """A log's own column `status` is not the status of its prices."""
    path = log(tmp_path, ["model,status,output_tokens", "deepseek-v4-pro,success,10"])
    assert bill(path, "--by", '"status"', "--json").json["groups"][0]['"status"'] == "success"
    assert bill(path, "--by", "status", "--json").json["groups"][0]["status"] == "priced"


def test_a_bill_for_people_says_all_there_is_to_say(tmp_path: Path, bill: Bills) -> None:
    """Sums come dearest first, with what has no price beside them; whatever else there is to know is on stderr."""
    found = bill(log(tmp_path, MIXED))
    assert found.code == 5
    table, total = found.out.rstrip().split("\n\n")
    assert table.splitlines()[0].split() == [
        *("model", "rows", "unpriced", "input_tokens", "cache_read_tokens", "output_tokens", "cost"),
    ]
    assert [line.split()[0] for line in table.splitlines()[2:]] == [
        *("deepseek/deepseek-v4-flash", "deepseek/deepseek-v4-pro", "-", "deepseek-v4-flsh"),
    ]
    assert table.splitlines()[3].split()[1:3] == ["1", "2"]
    assert table.splitlines()[-1].split()[1:] == ["0", "1", "unknown"]
    assert total.endswith(" for 3 of 7 rows")
    for words in (
        "Without a cost: 4 of 7 rows\n",
        "  1 row: bad row: no model\n",
        "  1 row: bad row (deepseek-v4-pro): text in prompt_tokens\n",
        "  1 row: bad row (deepseek-v4-pro): no time in timestamp; --at gives one\n",
        "  1 row: unknown model 'deepseek-v4-flsh'; did you mean deepseek/deepseek-v4-flash",
        "Unreadable, not counted: 1 line\n",
        "log.csv:9: too many columns: 2026-09-03T09:30:00Z,ops,google/gemini-3-pro-image,0,0,200,77\n",
        "times in timestamp without a zone are taken as UTC\n",
    ):
        assert words in found.err


def test_every_row_is_in_a_sum(tmp_path: Path, bill: Bills) -> None:
    """Rows with and without a price are counted in the sum they belong to; a cost that nobody knows is null."""
    found = bill(log(tmp_path, MIXED), "--by", "team,day", "--json").json
    assert sum(group["rows"] + group["unpriced"] for group in found["groups"]) == found["rows"] == 7
    assert {group["cost"] for group in found["groups"] if not group["rows"]} == {None}
    assert sum(part["rows"] for part in found["unpriced"]) == 4
    assert found["rejected"]["lines"] == 1


def test_machines_get_the_same_in_every_form(tmp_path: Path, bill: Bills) -> None:
    """--json is one object; --nl, --csv and --tsv are its sums, with money as decimal text."""
    path = log(tmp_path, MIXED)
    groups = bill(path, "--json").json["groups"]
    assert [json.loads(line) for line in bill(path, "--nl").out.splitlines()] == groups
    texts = [{name: "" if value is None else str(value) for name, value in group.items()} for group in groups]
    for form, delimiter in (("--csv", ","), ("--tsv", "\t")):
        found = csv.DictReader(io.StringIO(bill(path, form).out), delimiter=delimiter)
        assert [dict(row) for row in found] == texts


def test_long_tables_are_cut_for_people_alone(tmp_path: Path, bill: Bills) -> None:
    """Thirty sums and ten reasons are shown, how many more there are is said, and --all shows them."""
    rows = [f"deepseek-v4-pro,team-{place:02},{place}" for place in range(40)]
    rows += [f"no-model-of-{place},team-00,1" for place in range(12)]
    path = log(tmp_path, ["model,team,output_tokens", *rows])
    found, every = bill(path, "--by", "team"), bill(path, "--by", "team", "--all")
    assert "and 10 more; --all shows them\n\ntotal" in found.out
    assert found.out.index("team-39") < found.out.index("team-38")
    assert "  and 2 more; --all or --json lists them\n" in found.err
    assert "more; --all" not in every.out + every.err
    assert len(every.out.splitlines()) == 2 + 40 + 2
    assert every.err.count("unknown model") == 12
    assert len(bill(path, "--by", "team", "--json").json["groups"]) == 40


def test_a_sum_too_small_to_show_is_not_called_nothing(tmp_path: Path, bill: Bills) -> None:
    """Sums are rounded; one that would round to zero says less than what is shown, and the total has every digit."""
    path = log(tmp_path, ["model,input_tokens", "deepseek-v4-pro,1"])
    found = bill(path, "--at", "2026-12-01")
    assert "<$0.0001" in found.out
    assert found.out.splitlines()[-1].startswith("total $0.000000")


def test_a_fee_stands_beside_the_total(tmp_path: Path, bill: Bills, frozen_db: Path) -> None:
    """What a gateway takes to fund calls is named with its seller, and no part of the total."""
    path = log(tmp_path, ["model,images", "ideogram/ideogram-v2-edit,100"])
    found = bill(path, "--seller", "aigateway", "--db", str(frozen_db))
    assert "total $8.00 for 1 row\n" in found.out
    assert "not included: $0.40, AIgateway's top-up fee of 5 %\n" in found.out
    (total,) = bill(path, "--seller", "aigateway", "--json", "--db", str(frozen_db)).json["totals"]
    assert (total["cost"], total["funding"]) == ("8", "8.4")
    assert total["fees"] == [{"seller": "aigateway", "name": "top-up fee", "percent": "5", "amount": "0.4"}]


def test_a_log_without_times_says_when_it_was_priced_for(tmp_path: Path, bill: Bills) -> None:
    """Rows of a log without times are of now or of --at, and the bill says which."""
    path = log(tmp_path, ["model,input_tokens", "deepseek-v4-pro,1000000"])
    assert "--at names another moment" in bill(path).err
    early, late = bill(path, "--at", "2026-08-01", "--json"), bill(path, "--at", "2026-08-25T02:00", "--json")
    assert "priced as of 2026-08-01T00:00 UTC\n" in early.err
    assert early.total != late.total


def test_rows_without_a_time_are_of_the_moment_that_is_named_or_of_none(tmp_path: Path, bill: Bills) -> None:
    """Where a log has times, a row without one is not priced unless --at says when it was."""
    path = log(
        tmp_path, ["at,model,input_tokens", "2026-08-25T02:00Z,deepseek-v4-pro,1000000", ",deepseek-v4-pro,1000000"]
    )
    found = bill(path, "--json")
    assert (found.code, [part["reason"] for part in found.json["unpriced"]]) == (5, ["no time in at; --at gives one"])
    told = bill(path, "--at", "2026-08-01", "--json")
    other = log(tmp_path, ["at,model,input_tokens", "2026-08-01,deepseek-v4-pro,1000000"], "other.csv")
    assert told.code == 0
    assert Decimal(told.total) == Decimal(found.total) + Decimal(bill(other, "--json").total)


def test_known_layouts_are_recognised(tmp_path: Path, bill: Bills) -> None:
    """A log of a known layout needs no --map, and the answer says which it was taken for."""
    found = bill(log(tmp_path, MIXED), "--json").json
    assert found["recognised"] == "prompt and completion tokens"


def test_help_is_there_before_the_engine() -> None:
    """The help of the command loads neither Ibis nor DuckDB."""
    code = "import sys; from ratecard import cli; cli.run(['bill', '--help']); print(sorted(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Add up what usage logs cost" in shown
    assert not [name for name in ("ibis", "duckdb", "pyarrow", "pandas") if f"'{name}'" in shown]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_the_zone_of_the_machine_changes_nothing(zone: str, tmp_path: Path, db: Path) -> None:
    """A change of price falls at midnight in UTC, wherever a log is billed."""
    moments = ("2026-08-16T23:00:00Z", "2026-08-17T00:30:00Z", "2026-08-17T01:30:00Z")
    path = log(tmp_path, ["at,model,input_tokens", *(f"{moment},deepseek-v4-pro,1000000" for moment in moments)])
    command = [sys.executable, "-m", "ratecard", "bill", path, "--by", "hour", "--json", "--db", str(db)]
    environment = {**os.environ, "TZ": zone}
    shown = subprocess.run(command, capture_output=True, check=True, env=environment).stdout
    costs = [
        cost("deepseek-v4-pro", input_tokens=1_000_000, at=moment, catalog=open_catalog(db)).total for moment in moments
    ]
    assert len({*costs}) == 3
    found = {group["hour"]: Decimal(group["cost"]) for group in json.loads(shown)["groups"]}
    assert found == dict(zip(("2026-08-16 23:00", "2026-08-17 00:00", "2026-08-17 01:00"), costs, strict=True))
