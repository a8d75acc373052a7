"""Spark: every vector, a log of each form, and `ratecard bill` cost there what they cost on DuckDB."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from billed import MIXED, Bills, log
from test_logs import FORMS, TOKENS
from test_reports_in_logs import PLAIN, log_of, read, reported
from vectors_in_logs import LOTS, check

import loggen
from ratecard.core.records import Vocabulary
from ratecard.logs.engines import SPARK, Engine, open_engine
from ratecard.logs.logs import open_log
from tallies import tally

#: What suits a Java that runs for a minute: a quick compiler, and one thread that collects garbage.
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(name="spark", scope="module", autouse=True)
def _spark() -> Iterator[Engine]:
    """The one Spark of a run, on a machine west of Greenwich: no price may follow the zone of the machine."""
    if not shutil.which("java"):
        pytest.skip("Spark runs on Java: install a Java runtime 17, such as openjdk-17-jre-headless")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        patch.setenv("JDK_JAVA_OPTIONS", BRIEF)
        time.tzset()
        with open_engine("local[1]") as engine:
            engine.native.conf.set("spark.sql.shuffle.partitions", "1")
            yield engine
    time.tzset()


@pytest.mark.parametrize("lot", [lot for name, lot in LOTS if name == SPARK])
def test_every_vector_costs_the_same_in_a_log(lot: str, spark: Engine, tmp_path: Path) -> None:
    """Each row has the total of its case to the last digit, or none where the case has none; sums are their sums."""
    check(spark, lot, tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_as_on_duckdb(
    form: str, spark: Engine, engine: Engine, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    """Parquet, separated values and JSON, packed or not, add up to the same."""
    path = str(loggen.write(tmp_path / f"log.{form}", 1000))
    there, here = (tally(one, open_log(one, [path], TOKENS, vocabulary)) for one in (spark, engine))
    assert (there.rows, there.sums, there.rejected) == (here.rows, here.sums, 0)


@pytest.mark.parametrize("lines", [False, True], ids=["column", "lines"])
def test_responses_of_all_flavors_are_read_as_alone(
    lines: bool, spark: Engine, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    """Responses of every flavor in one log have the quantities, facts, model, seller and time of each."""
    bodies = [body for found in PLAIN.values() for body in found]
    path = log_of(tmp_path / "log.jsonl", *(body if lines else {"response": body} for body in bodies))
    assert read(spark, vocabulary, path) == [reported(body) for body in bodies]


# The command closes the Spark it has used, which is the only one of a process: this comes last.


def test_the_bill_is_the_same_and_its_rows_are_a_folder(tmp_path: Path, bill: Bills) -> None:
    """Sums are equal in every grouping, and lines that are no rows are rows with a problem there.

    The costs of rows in the folder of files are those in a file; a later run replaces the folder.
    """
    path = log(tmp_path, MIXED)
    by = ["--by", "model,team,week,day,hour,month", "--json"]
    out, file = tmp_path / "priced.jsonl", tmp_path / "here.parquet"
    here = bill(path, *by, "--out", str(file)).json
    priced = [group for group in here["groups"] if group["rows"]]
    for _ in range(2):
        came = bill(path, *by, "--out", str(out), "--engine", "spark")
        there = came.json
        assert came.code == 5
        assert [group for group in there["groups"] if group["rows"]] == priced
        assert there["totals"] == here["totals"]
        assert there["rows"] == here["rows"] + here["rejected"]["lines"]
    costs = "SELECT model, ratecard_cost::DECIMAL(38, 18) FROM {} WHERE ratecard_status = 'priced' ORDER BY ALL"
    rows = duckdb.sql(costs.format(f"read_json('{out}/*.json')")).fetchall()
    assert rows == duckdb.sql(costs.format(f"'{file}'")).fetchall()
    assert not [*tmp_path.glob("*draft*"), *tmp_path.glob(".*draft*")]
