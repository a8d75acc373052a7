"""Builds and sizes: what a large catalog takes to build, and to open and price from."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import measure
from table import Table

from ratecard import api
from ratecard.cards import reader
from ratecard.database import store, writer
from ratecard.market import build as building

_MODEL_ID = re.compile(r"\bmodel_id: [\"']?[^\s,}\"']+")

CARDS = 10_000
SIZES = (100, 10_000, 50_000)
DAY = date(2026, 12, 1)
BUILDS = ("whole", "nothing changed", "one card changed", "(sum of ten million ints)")
ROWS = {
    "Build of 10,000 cards": BUILDS,
    "First cost by size of the catalog": tuple(f"{size:,} models" for size in SIZES),
}


def tables() -> Iterator[Table]:
    """Builds of ten thousand cards; the first cost from catalogs of several sizes."""
    for module in ("cards.checks", "market.incremental_build", "market.merge", "database.writer"):
        import_module(f"ratecard.{module}")  # start-up is not what is measured here
    yield _builds()
    yield _sizes()


def _builds() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        root, db = _multiplied(Path(folder)), Path(folder, "catalog.db")
        card = sorted((root / "models").rglob("*.yaml"))[CARDS // 2]
        text = card.read_text(encoding="utf-8")

        def touched() -> None:
            card.write_text(f"{text}# {time.monotonic_ns()}\n", encoding="utf-8")
            _built(root, db)

        whole = measure.worked(lambda: _built(root, db, anew=True))
        jobs = {"nothing changed": lambda: _built(root, db), "one card changed": touched}
        timed = {name: lambda job=job: measure.worked(job) for name, job in jobs.items()}
        seconds = {"whole": whole, **measure.interleaved(timed, rounds=7)}
    seconds["(sum of ten million ints)"] = measure.worked(lambda: sum(range(10_000_000)))
    rows = [(name, f"{took:.3f}", f"{whole / took:.1f}") for name, took in seconds.items()]
    note = (
        "Times of the processor: the authored cards copied under further names, without the imported lists. The last"
        " row is a loop of plain Python, so that runs on different machines can be set against each other."
    )
    return Table("Build of 10,000 cards", note, ("", "s", "times faster than whole"), rows)


def _built(root: Path, db: Path, *, anew: bool = False) -> None:
    problems = building.build(root, db, DAY, anew=anew).problems
    assert not problems, problems[0]


def _sizes() -> Table:
    authored = reader.read(measure.ROOT / "catalog").catalog
    card = next(iter(authored.cards.values()))
    with tempfile.TemporaryDirectory() as folder:
        databases = {}
        for size in SIZES:
            slugs = [f"{card.provider}/model-{number:06}" for number in range(size)]
            cards = {slug: card._replace(slug=slug, ids=(), ids_at={}) for slug in slugs}
            databases[size] = Path(folder, f"{size}.db")
            writer.write(authored._replace(cards=cards, names={}), databases[size])
        slug = f"{card.provider}/model-000050"
        jobs = {
            f"{size:,} models": lambda path=path: measure.worked(
                lambda: api.cost(slug, images=1, catalog=store.read(path))
            )
            for size, path in databases.items()
        }
        seconds = measure.interleaved(jobs, rounds=31)
    least = seconds[f"{SIZES[0]:,} models"]
    rows = [(name, f"{took * 1e3:.2f}", f"{took / least:.2f}") for name, took in seconds.items()]
    note = "Times of the processor: a database is opened and one model priced, in a process that has done so before."
    return Table("First cost by size of the catalog", note, ("", "ms", f"times {SIZES[0]} models"), rows)


def _multiplied(folder: Path) -> Path:
    """The repository's authored cards, copied under further names until there are enough."""
    root = folder / "catalog"
    shutil.copytree(measure.ROOT / "catalog", root, ignore=shutil.ignore_patterns("evidence", "decisions"))
    cards = sorted((root / "models").rglob("*.yaml"))
    for number in range(CARDS - len(cards)):
        card = cards[number % len(cards)]
        lines = card.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(line for line in lines if not line.startswith(("ids:", "ids_at:", "replaced_by:")))
        copy = f"-copy-{number // len(cards)}"
        text = _MODEL_ID.sub(rf"\g<0>{copy}", kept)  # no two cards have the same offer
        card.with_name(f"{card.stem}{copy}.yaml").write_text(text, encoding="utf-8")
    return root
