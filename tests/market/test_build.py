"""The build: again only what changed, never half."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

import toys
from ratecard.database import store
from ratecard.market import benchmarks
from ratecard.market import build as building

#: A build in a process of its own: of a folder, into a database, on a day.
BUILD = """
import sys
from datetime import date
from pathlib import Path
from ratecard.market import build
sys.exit(bool(build.build(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]), anew=True).problems))
"""


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    return toys.folder(tmp_path, ("toys/one", toys.CARD), ("toys/two", toys.CARD), ("toys/three", toys.CARD))


@pytest.fixture(name="db")
def _db(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


def digest(path: Path) -> str:
    """The bytes of a file as a short text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def anew(root: Path, tmp_path: Path, today: date) -> str:
    """The bytes a full build of the same files gives."""
    building.build(root, tmp_path / "anew.db", today, anew=True)
    return digest(tmp_path / "anew.db")


def test_nothing_changed_reads_nothing(root: Path, db: Path, today: date) -> None:
    """A second build looks at sizes and times only."""
    assert building.build(root, db, today).read > 3
    before = digest(db)
    assert building.build(root, db, today) == building.Built((), 0, 3)
    assert digest(db) == before


def test_a_file_touched_but_not_changed_is_not_read_again(root: Path, db: Path, today: date) -> None:
    """Content decides, not time."""
    building.build(root, db, today)
    (root / "models/toys/one.yaml").touch()
    assert building.build(root, db, today).read == 0


def test_one_changed_card_is_the_only_one_read(root: Path, db: Path, tmp_path: Path, today: date) -> None:
    """An update gives the same bytes as a full build of the same files."""
    building.build(root, db, today)
    toys.put(root, "toys/one", toys.CARD.replace("Toy", "Other") + "ids: [first]\n")
    assert building.build(root, db, today).read == 1
    assert store.read(db).cards["toys/one"].name == "Other"
    assert digest(db) == anew(root, tmp_path, today)


def test_a_changed_card_keeps_what_stands_elsewhere(root: Path, db: Path, tmp_path: Path, today: date) -> None:
    """Its scores, and what its seller's reference says of its calls, with the bytes of a full build."""
    seller = root / "sellers/fal.yaml"
    said = "{capability: streaming, value: yes, models: [toy], source: {url: https://a.example, checked: 2026-11-01}}"
    text = seller.read_text(encoding="utf-8")
    seller.write_text(text.replace("capabilities:\n", f"capabilities:\n  - {said}\n"), encoding="utf-8")
    toys.put(root, "toys/one", f"{toys.CARD}{toys.OFFER}        rates: [{{meter: images, price: 1}}]\n")
    building.build(root, db, today)
    toys.put(root, "toys/one", f"{toys.CARD}{toys.OFFER}        rates: [{{meter: images, price: 2}}]\n")
    assert building.build(root, db, today).read == 1
    assert store.read(db).cards["toys/one"].offers[0].capabilities["streaming"].value == "yes"
    assert digest(db) == anew(root, tmp_path, today)

    score = "toys/one\tArena\tElo\t1300\t\t\thttps://a.example\t2026-11-01"
    heading = "\t".join(benchmarks.HEADING)
    (root / "benchmarks.tsv").write_text(f"{heading}\n{score}\n", encoding="utf-8")
    building.build(root, db, today)
    toys.put(root, "toys/one", toys.CARD.replace("Toy", "Other") + toys.OFFER + "        rates: []\n")
    assert building.build(root, db, today).read == 1
    assert store.read(db).cards["toys/one"].benchmarks[0].benchmark == "Arena"
    assert digest(db) == anew(root, tmp_path, today)


def test_a_new_and_a_missing_card_are_followed(root: Path, db: Path, tmp_path: Path, today: date) -> None:
    """Files that come and go come and go in the database."""
    building.build(root, db, today)
    (root / "models/toys/two.yaml").unlink()
    toys.put(root, "toys/four", toys.CARD)
    assert building.build(root, db, today)[:3] == ((), 1, 3)
    assert list(store.read(db).cards) == ["toys/four", "toys/one", "toys/three"]
    assert digest(db) == anew(root, tmp_path, today)


def test_a_changed_word_rebuilds_everything(root: Path, db: Path, today: date) -> None:
    """A vocabulary concerns every card."""
    building.build(root, db, today)
    words = root / "capabilities.yaml"
    words.write_text(words.read_text().replace("Relighting", "Light"))
    assert building.build(root, db, today).read > 3


def test_a_removed_successor_is_found_though_its_heir_did_not_change(root: Path, db: Path, today: date) -> None:
    """What one change breaks elsewhere is reported in the other file."""
    toys.put(root, "toys/one", toys.CARD + "replaced_by: toys/two\n")
    building.build(root, db, today)
    (root / "models/toys/two.yaml").unlink()
    problems = building.build(root, db, today).problems
    assert [problem.what for problem in problems] == ["no card 'toys/two'"]


def test_an_alias_another_card_holds_is_found_in_an_update(root: Path, db: Path, today: date) -> None:
    """Aliases are unique over the whole catalog, whichever card changed."""
    toys.put(root, "toys/one", toys.CARD + "aliases: [same]\n")
    building.build(root, db, today)
    toys.put(root, "toys/two", toys.CARD + "aliases: [same]\n")
    assert building.build(root, db, today).problems


def test_a_stray_file_is_found_though_no_card_changed(root: Path, db: Path, today: date) -> None:
    """What does not belong among the cards stops the build, then and later."""
    building.build(root, db, today)
    (root / "models/toys/notes.txt").write_text("x")
    for _ in range(2):
        assert [problem.what for problem in building.build(root, db, today).problems] == ["not a .yaml file"]


def test_a_mistake_leaves_the_old_database(root: Path, db: Path, today: date) -> None:
    """Nothing is written where a file has a problem, and the next build sees it still."""
    building.build(root, db, today)
    before = digest(db)
    toys.put(root, "toys/one", toys.CARD + "nonsense: 1\n")
    for _ in range(2):
        assert building.build(root, db, today).problems
        assert digest(db) == before


def test_a_database_that_was_tampered_with_is_built_anew(root: Path, db: Path, today: date) -> None:
    """The manifest vouches only for the file it was written with."""
    building.build(root, db, today)
    before = digest(db)
    connection = sqlite3.connect(db)
    connection.execute("DELETE FROM cards")
    connection.commit()
    connection.close()
    assert building.build(root, db, today).read > 3
    assert digest(db) == before


def test_nothing_is_left_beside_the_database(root: Path, db: Path, tmp_path: Path, today: date) -> None:
    """Only the database and its manifest remain."""
    building.build(root, db, today)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".catalog.db.manifest", "catalog", "catalog.db"]


def test_a_killed_build_leaves_a_whole_database(root: Path, db: Path, today: date) -> None:
    """Whenever a build is killed, the file is the old one or the new one."""
    building.build(root, db, today)
    command = [sys.executable, "-c", BUILD, str(root), str(db), today.isoformat()]
    for step in range(24):
        toys.put(root, "toys/one", toys.CARD.replace("Toy", f"Toy {step}"))
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(0.15 + step * 0.015)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert store.connect(db).execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(store.read(db).cards) == 3


def test_builders_at_the_same_time_do_not_disturb_each_other(root: Path, db: Path, tmp_path: Path, today: date) -> None:
    """Several builds of the same files all succeed and leave the same bytes."""
    command = [sys.executable, "-c", BUILD, str(root), str(db), today.isoformat()]
    running = [subprocess.Popen(command) for _ in range(6)]
    assert [process.wait() for process in running] == [0] * 6
    assert digest(db) == anew(root, tmp_path, today)
    assert os.listdir(tmp_path).count("catalog.db") == 1
