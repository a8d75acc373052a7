"""The test vectors as logs on DuckDB, and that no vector is left out on any engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from vectors_in_logs import APART, LOTS, check

import vectors
from ratecard.logs.engines import DUCKDB, Engine


@pytest.mark.parametrize("lot", [lot for name, lot in LOTS if name == DUCKDB])
def test_every_vector_costs_the_same_in_a_log(lot: str, engine: Engine, tmp_path: Path) -> None:
    """Each row has the total of its case to the last digit, or none where the case has none; sums are their sums."""
    check(engine, lot, tmp_path)


def test_no_vector_is_left_out() -> None:
    """Every case is in exactly one log of each engine."""
    for engine in APART:
        held = [case.name for (name, _), lot in LOTS.items() if name == engine for case in lot]
        assert sorted(held) == sorted(case.name for case in vectors.cases())
