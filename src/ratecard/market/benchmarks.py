"""Published scores of models: `benchmarks.tsv`, one score a line."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from ratecard.cards.layout import BENCHMARKS
from ratecard.core.errors import BadCatalog
from ratecard.core.records import Benchmark

#: The heading of the file: the card, then what is said of it.
HEADING = ("model", *Benchmark._fields)


def read(root: Path, slugs: Container[str]) -> Mapping[str, tuple[Benchmark, ...]]:
    """The scores of each card; raises `BadCatalog` with file and line for a line that is none, or of no card."""
    file = root / BENCHMARKS
    if not file.is_file():
        return {}
    first, *lines = file.read_text(encoding="utf-8").split("\n")
    if first.split("\t") != list(HEADING):
        raise BadCatalog([f"{file}:1:1: the heading is not {' '.join(HEADING)}, separated by tabs"])
    found: dict[str, list[Benchmark]] = {}
    for place, line in enumerate(lines, 2):
        if line:
            try:
                slug, score = _score(line.split("\t"))
            except (ValueError, ArithmeticError) as error:
                raise BadCatalog([f"{file}:{place}:1: not a score: {error}"]) from None
            if slug not in slugs:
                raise BadCatalog([f"{file}:{place}:1: no card is {slug}"])
            found.setdefault(slug, []).append(score)
    return {slug: tuple(sorted(scores)) for slug, scores in found.items()}


def _score(cells: list[str]) -> tuple[str, Benchmark]:
    if len(cells) != len(HEADING):
        raise ValueError(f"{len(cells)} cells, not {len(HEADING)}")
    slug, benchmark, metric, score, variant, harness, source, day = cells
    if not source.startswith("https://"):
        raise ValueError(f"{source!r} is no address of a page")
    number = Decimal(score)
    if not number.is_finite() or not benchmark:
        raise ValueError(f"{score!r} is no score")
    return slug, Benchmark(benchmark, metric, number, variant, harness, source, date.fromisoformat(day))
