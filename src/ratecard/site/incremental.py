"""Incremental build of the site: nothing is read or rendered if no source has changed.

A manifest next to the site has a hash of all sources, the size and time of each file, and the times of folders,
which show whether anything was added.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ratecard.site.config import SiteConfig

CODE = Path(__file__).parent.parent
#: The templates of an installed package, and those of the repository.
TEMPLATES = (CODE / "templates", CODE.parents[1] / "templates")
#: A file in the folder of a site that is not part of it.
OURS = "README.md"

FileState = tuple[int, int]
FileStates = Mapping[str, FileState]


class Manifest(NamedTuple):
    """The hash of a site's sources, and the state of its files and folders after the build."""

    made_of: str
    files: FileStates
    folders: Mapping[str, int]
    top: Sequence[str]
    """The entries of the site's top folder, whose time others may change."""


class Renewed(NamedTuple):
    """The number of files of a site, and of those written."""

    files: int
    written: int


def renew(db: Path, out: Path, *, day: date, config: SiteConfig | None = None) -> Renewed:
    """Bring the site in `out` up to date with a database as of a day.

    Raises `BadDatabase` for a file that is no catalog database, `BadValue` if `out` holds other files than a site.
    """
    made_of = _made_of(db, day, config)
    held = _load_manifest(out)
    if held and held.made_of == made_of and _unchanged(out, held):
        return Renewed(len(held.files), 0)
    before = dict(_file_states(out))
    _build(db, out, day, config)
    after = dict(_file_states(out))
    _save_manifest(out, made_of, after)
    return Renewed(len(after), sum(before.get(name) != state for name, state in after.items()))


def _build(db: Path, out: Path, day: date, config: SiteConfig | None) -> None:
    # Here because an unchanged site needs none of them.
    from ratecard.database import store
    from ratecard.market import build
    from ratecard.site.build import build as render
    from ratecard.site.config import SiteConfig

    before = db.stat() if db.is_file() else None
    catalog = store.read(db)
    written = db.read_bytes() if build.is_unchanged(db) else None
    same = db.stat() == before  # else the file was replaced after it was read
    render(catalog, out, day=day, config=config or SiteConfig(), database=written if same else None)


def _made_of(db: Path, day: date, config: SiteConfig | None) -> str:
    """One hash over the database, the code, the templates, the day and the settings; none without a database."""
    state = hashlib.sha256(f"{day} {config and config._asdict()}".encode())
    try:
        with db.open("rb") as file:
            state.update(hashlib.file_digest(file, "sha256").digest())
    except OSError:
        return ""
    for path in _sources():
        state.update(path.name.encode())
        state.update(path.read_bytes())
    return state.hexdigest()


def _sources() -> list[Path]:
    code = sorted(path for path in CODE.rglob("*.[ps][yq]*") if path.suffix in (".py", ".sql"))
    templates = next(filter(Path.is_dir, TEMPLATES))
    return code + sorted(path for path in templates.rglob("*") if path.is_file())


def _file_states(folder: Path) -> Iterator[tuple[str, FileState]]:
    """The size and time of each file of a site."""
    waiting = [str(folder)] if folder.is_dir() else []
    start = len(str(folder)) + 1
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.path[start:] != OURS:
                    state = entry.stat(follow_symlinks=False)
                    yield entry.path[start:], (state.st_size, state.st_mtime_ns)


def _manifest(out: Path) -> Path:
    whole = out.resolve()
    return whole.with_name(f".{whole.name}.manifest")


def _unchanged(out: Path, held: Manifest) -> bool:
    """True if every file and folder is unchanged: one `lstat` each, without reading a folder."""
    root = f"{out}{os.sep}"
    try:
        for name, (size, modified) in held.files.items():
            state = os.lstat(root + name)
            if state.st_size != size or state.st_mtime_ns != modified:
                return False
        same = all(os.lstat(root + name).st_mtime_ns == modified for name, modified in held.folders.items())
        return same and _top(out) == held.top
    except OSError:
        return False


def _top(out: Path) -> list[str]:
    return sorted(name for name in os.listdir(out) if name != OURS)


def _load_manifest(out: Path) -> Manifest | None:
    try:
        made_of, files, folders, top = json.loads(_manifest(out).read_text(encoding="utf-8"))
        states = {name: (size, modified) for name, (size, modified) in files.items()}
        return Manifest(made_of, states, dict(folders.items()), list(top))
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _save_manifest(out: Path, made_of: str, states: FileStates) -> None:
    names = {name.rpartition(os.sep)[0] for name in states} - {""}
    above = {folder for name in names for folder in _above(name)}
    folders = {name: os.lstat(out / name).st_mtime_ns for name in sorted(names | above)}
    draft = _manifest(out).with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(Manifest(made_of, states, folders, _top(out))), encoding="utf-8")
    os.replace(draft, _manifest(out))


def _above(folder: str) -> Iterator[str]:
    while folder := folder.rpartition(os.sep)[0]:
        yield folder
