"""What the tests of logs share: open engines, and what a log comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from billed import Bills, Came

from ratecard import cli
from ratecard.core.records import Vocabulary
from ratecard.logs.engines import Engine, open_engine
from ratecard.logs.logs import open_log
from tallies import Reads, Tally, tally


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """DuckDB, open for all tests."""
    with open_engine("duckdb") as engine:
        yield engine


@pytest.fixture
def read(engine: Engine, vocabulary: Vocabulary) -> Reads:
    """Reads logs and adds them up."""

    def reading(*paths: Path | str, by: Sequence[str] = (), **mapping: str) -> Tally:
        return tally(engine, open_log(engine, [str(path) for path in paths], mapping, vocabulary, by))

    return reading


@pytest.fixture
def bill(db: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Bills:
    """Runs `ratecard bill` on the curated catalog; no failure may show a traceback."""
    monkeypatch.setenv("RATECARD_DB", str(db))

    def bill(*arguments: str) -> Came:
        code = cli.run(["bill", *arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Came(code, out, err)

    return bill
