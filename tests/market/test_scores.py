"""Published scores of models."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard.cards import reader
from ratecard.core.errors import BadCatalog
from ratecard.core.evidence import newest_scores
from ratecard.core.records import Benchmark
from ratecard.market import benchmarks, merge

HEADING = "\t".join(benchmarks.HEADING)
#: Claude 3.5 Haiku on Aider's polyglot benchmark, as its leaderboard has it.
LINE = "toys/toy\tAider Polyglot\tpercent correct\t28\t\t\thttps://aider.chat/docs/leaderboards/\t2024-12-21"
SCORE = Benchmark(
    "Aider Polyglot",
    "percent correct",
    Decimal(28),
    "",
    "",
    "https://aider.chat/docs/leaderboards/",
    date(2024, 12, 21),
)


def put(root: Path, *lines: str) -> None:
    """Writes a file of scores."""
    (root / "benchmarks.tsv").write_text("\n".join([HEADING, *lines, ""]), encoding="utf-8")


def test_a_score_stands_at_its_card(tmp_path: Path) -> None:
    """With its metric, source and day, and nowhere else."""
    root = toys.folder(tmp_path, ("toys/toy", toys.CARD), ("toys/other", toys.CARD))
    put(root, LINE)
    found = merge.market(reader.read(root).catalog, root)

    assert found.cards["toys/toy"].benchmarks == (SCORE,)
    assert found.cards["toys/other"].benchmarks == ()


def test_the_newest_of_what_was_measured_alike_counts() -> None:
    """Another effort or another program around the model is another score."""
    later, high = SCORE._replace(score=Decimal(30), day=date(2025, 1, 1)), SCORE._replace(variant="high")

    assert newest_scores([SCORE, later, high]) == [later, high]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("toys/toy\tAider", "2 cells, not 8"),
        (LINE.replace("\t28\t", "\tmany\t"), "not a score"),
        (LINE.replace("https://", ""), "is no address of a page"),
        (LINE.replace("2024-12-21", "soon"), "soon"),
        (LINE.replace("toys/toy", "toys/none"), "no card is toys/none"),
    ],
)
def test_a_line_that_is_no_score_is_named(line: str, why: str, tmp_path: Path) -> None:
    """The error says the file, the line and what is wrong."""
    put(tmp_path, line)
    with pytest.raises(BadCatalog, match=f"benchmarks.tsv:2:1: .*{why}"):
        benchmarks.read(tmp_path, {"toys/toy"})
