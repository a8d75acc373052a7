"""The build: checks the authored files as a whole and writes the database.

A manifest next to the database holds the size, time and content hash of each file it was built from. If
only model cards changed, only those are read and only their rows are written, with the same bytes as in a
full build.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard.cards.layout import (
    BENCHMARKS,
    DECISIONS,
    EVIDENCE,
    IDENTITY,
    MODELS,
    SELLERS,
    SUFFIX,
    VERIFICATIONS,
    WORD_FILES,
    entries,
)
from ratecard.core.garbage import uncollected
from ratecard.core.problems import Problem
from ratecard.database import store

SOURCES = Path(__file__).parent.parent

#: The stages of a full build, in order.
STAGES = ("reading cards", "checking", "joining what feeds claim", "writing")

Tell = Callable[[str], object]


class Stamp(NamedTuple):
    """The state of a file; `names` are those by which feeds may refer to its card."""

    size: int
    modified: int
    digest: str
    names: str = ""


class Built(NamedTuple):
    """The result of a build: the problems that stopped it, or the numbers of files read and cards held.

    `names` are, for each file read, those by which feeds may refer to its card.
    """

    problems: tuple[Problem, ...]
    read: int
    cards: int
    names: Mapping[str, str] = {}


def build(root: Path, db: Path, today: date, *, anew: bool = False, tell: Tell | None = None) -> Built:
    """Brings the database up to date with the files under `root`.

    Nothing is written if a file has a problem. `anew` reads everything again; `tell` is called with each
    of the `STAGES` as it begins.
    """
    with uncollected():
        return _build(root, db, today, {} if anew else _manifest(db), tell or (lambda stage: None))


def _build(root: Path, db: Path, today: date, before: Mapping[str, Stamp], tell: Tell) -> Built:
    stamps, strays = _stamps(root, before)
    code = _code_digest()
    if before and code == before[""].digest and not strays and not _changed(before, stamps):
        if any(before[file] != stamp for file, stamp in stamps.items()):
            _remember(db, stamps, code)
        return Built((), 0, _count(db))
    digest = _digest(stamps, root)
    built = None if strays else _update(root, db, today, before, stamps, digest, code)
    built = built or _rebuild(root, db, today, digest, tell)
    if not built.problems:
        names = built.names
        _remember(
            db, {file: stamp._replace(names=names.get(file, stamp.names)) for file, stamp in stamps.items()}, code
        )
    return built


def is_unchanged(db: Path) -> bool:
    """Whether a database is unchanged since this version built it."""
    before = _manifest(db)
    return bool(before) and before[""].digest == _code_digest()


def _rebuild(root: Path, db: Path, today: date, digest: str, tell: Tell) -> Built:
    from ratecard.database import writer  # here because a build with nothing to do needs none
    from ratecard.market import checking, incremental_build, merge  # here because a build with nothing to do needs none

    tell(STAGES[0])
    draft, problems = checking.checked(root, today, lambda: tell(STAGES[1]))
    if problems:
        return Built(tuple(problems), len(draft.documents), 0)
    tell(STAGES[2])
    whole = merge.market(draft.catalog, root)
    tell(STAGES[3])
    writer.write(whole._replace(digest=digest), db)
    names = {document.file: incremental_build.names(document.record) for document in draft.documents}
    return Built((), len(draft.documents), len(whole.cards), names)


def _update(
    root: Path,
    db: Path,
    today: date,
    before: Mapping[str, Stamp],
    stamps: Mapping[str, Stamp],
    digest: str,
    code: str,
) -> Built | None:
    """An update of the changed cards alone, or None if a full build is needed."""
    changed = _changed(before, stamps)
    models = str(root / MODELS) + os.sep
    if not before or before[""].digest != code or not all(file.startswith(models) for file in changed):
        return None
    from ratecard.database import writer  # here because a build with nothing to do needs none
    from ratecard.market import incremental_build  # here because a build with nothing to do needs none

    known = {file: before[file].names if file in before else "" for file in changed}
    update = incremental_build.update(root, db, known, today)
    if update is None:
        return None
    if update.problems:
        return Built(update.problems, len(changed), 0)
    writer.update(db, update.removed, update.cards, digest)
    return Built((), len(update.cards), _count(db), update.names)


def _stamps(root: Path, before: Mapping[str, Stamp]) -> tuple[dict[str, Stamp], bool]:
    """The state of every authored file, and whether there are other files among them.

    A file is read again only if its size or time differ.
    """
    strays = False
    singles = [*(f"{name}{SUFFIX}" for name in WORD_FILES), IDENTITY, VERIFICATIONS, BENCHMARKS]
    states = {str(root / name): root / name for name in singles}
    states |= {str(file): file for file in (root / EVIDENCE).glob("*/*.tsv")}
    found = {file: path.stat() for file, path in states.items() if path.is_file()}
    for folder in (SELLERS, DECISIONS, MODELS):
        files, others = entries(root / folder)
        found |= {entry.path: entry.stat(follow_symlinks=False) for entry in files}
        strays = strays or bool(others)
    return {file: _stamp(file, state, before.get(file)) for file, state in found.items()}, strays


def _stamp(file: str, state: os.stat_result, before: Stamp | None) -> Stamp:
    if before is not None and before[:2] == (state.st_size, state.st_mtime_ns):
        return before
    with open(file, "rb") as stream:
        return Stamp(state.st_size, state.st_mtime_ns, hashlib.sha256(stream.read()).hexdigest())


def _changed(before: Mapping[str, Stamp], stamps: Mapping[str, Stamp]) -> set[str]:
    """The files whose content is new, changed or missing."""
    old, new = ({file: stamp.digest for file, stamp in held.items() if file} for held in (before, stamps))
    return {file for file in old.keys() | new.keys() if old.get(file) != new.get(file)}


def _digest(stamps: Mapping[str, Stamp], root: Path) -> str:
    """One hash over all files, whatever the path of the catalog's folder."""
    start = len(str(root)) + 1
    lines = sorted(f"{file[start:].replace(os.sep, '/')} {stamp.digest}" for file, stamp in stamps.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _code_digest() -> str:
    """A hash of the package's code; a change of it causes a full build."""
    state = hashlib.sha256()
    for file in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("*.sql")]):
        state.update(file.read_bytes())
    return state.hexdigest()


def _manifest_path(db: Path) -> Path:
    return db.with_name(f".{db.name}.manifest")


def _manifest(db: Path) -> dict[str, Stamp]:
    """The stamps of the files that the database was built from; empty if they are unknown.

    The entry without a name is the database itself, with the digest of the code that built it.
    """
    try:
        held = json.loads(_manifest_path(db).read_text(encoding="utf-8"))
        stamps = {file: Stamp(*stamp) for file, stamp in held.items()}
        state = db.stat()
    except (OSError, ValueError, TypeError):
        return {}
    own = stamps.get("")
    return stamps if own and own[:2] == (state.st_size, state.st_mtime_ns) else {}


def _remember(db: Path, stamps: Mapping[str, Stamp], code: str) -> None:
    state = db.stat()
    held = {"": Stamp(state.st_size, state.st_mtime_ns, code), **stamps}
    draft = _manifest_path(db).with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(held), encoding="utf-8")
    os.replace(draft, _manifest_path(db))


def _count(db: Path) -> int:
    connection = store.connect(db)
    try:
        count: int = connection.execute("SELECT count(*) FROM cards").fetchone()[0]
    finally:
        connection.close()
    return count
