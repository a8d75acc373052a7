"""The benchmarks and the document that shows them speak of the same things."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

import toys

BENCHMARKS = toys.ROOT / "benchmarks"


@pytest.fixture(name="run", scope="module")
def _run() -> Iterator[Any]:
    sys.path.insert(0, str(BENCHMARKS))
    yield import_module("run")
    sys.path.remove(str(BENCHMARKS))


def parts(text: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """By module and title, the names of the rows that a document shows."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for module, part in re.findall(r"<!-- (\w+): made by benchmarks/run.py -->\n(.*?)<!-- end -->", text, re.DOTALL):
        tables = re.findall(r"^### ([^\n]+)$(.*?)(?=^### |\Z)", part, re.DOTALL | re.MULTILINE)
        found[module] = {title: tuple(re.findall(r"^\| ([^|]+?) \|", body, re.MULTILINE)[1:]) for title, body in tables}
    return found


def test_the_document_shows_the_rows_that_are_measured(run: Any) -> None:
    """docs/performance.md names every table and row that the benchmarks make, and no other."""
    shown = parts(run.DOCUMENT.read_text(encoding="utf-8"))
    assert shown == {name: dict(import_module(name).ROWS) for name in run.MODULES}


def test_writing_renews_only_what_was_measured(run: Any) -> None:
    """A run of one module leaves the tables of the others as they were."""
    table = import_module("table").Table("Toy", "A note.", ("", "ms"), [("one", "1")])
    before = run.DOCUMENT.read_text(encoding="utf-8")
    after = run.written(before, {"builds": [table]}, "a machine")
    assert parts(after) == {**parts(before), "builds": {"Toy": ("one",)}}
    assert run.written(after, {"builds": [table]}, "a machine") == after


def test_every_case_adds_up_by_the_prices_beside_it(run: Any) -> None:
    """What counts as right is the sum of tokens times published prices."""
    for case in import_module("usages").CASES.values():
        tokens = (case.input, case.cache_read, case.cache_write, case.output)
        amounts = [Decimal(price) * count for price, count in zip(case.prices, tokens, strict=True)]
        assert sum(amounts) == Decimal(case.total) * 1_000_000
