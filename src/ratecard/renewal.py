"""The site brought up to date: where nothing it is made of has changed, nothing is read or rendered.

Beside the site lies a manifest: one hash over all it was made of, and the size and time of each of its files.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ratecard.site import SiteConfig

CODE = Path(__file__).parent
#: The templates of an installed package, and those of the repository.
TEMPLATES = (CODE / "templates", CODE.parents[1] / "templates")
#: What stands in the folder of a site and is none of its pages.
OURS = "README.md"

State = tuple[int, int]
States = Mapping[str, State]


class Renewed(NamedTuple):
    """How many files a site has, and how many of them were written."""

    files: int
    written: int


def renew(db: Path, out: Path, *, day: date, config: SiteConfig | None = None) -> Renewed:
    """Brings the site in `out` up to date with a database as of a day.

    Raises `BadDatabase` where the database is none, `BadValue` where `out` holds something else than a site.
    """
    made_of = _made_of(db, day, config)
    before = dict(_states(out))
    if made_of and _remembered(out) == (made_of, before):
        return Renewed(len(before), 0)
    _build(db, out, day, config)
    after = dict(_states(out))
    _remember(out, made_of, after)
    return Renewed(len(after), sum(before.get(name) != state for name, state in after.items()))


def _build(db: Path, out: Path, day: date, config: SiteConfig | None) -> None:
    # Here because a renewal with nothing to do needs none of them.
    from ratecard import build, store
    from ratecard.site import SiteConfig
    from ratecard.site import build as render

    before = db.stat() if db.is_file() else None
    catalog = store.read(db)
    written = db.read_bytes() if build.stands(db) else None
    # What was replaced meanwhile is not what was read.
    written = written if db.stat() == before else None
    render(catalog, out, day=day, config=config or SiteConfig(), database=written)


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


def _states(folder: Path) -> Iterator[tuple[str, State]]:
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


def _remembered(out: Path) -> tuple[str, States] | None:
    try:
        made_of, held = json.loads(_manifest(out).read_text(encoding="utf-8"))
        return made_of, {name: (size, modified) for name, (size, modified) in held.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _remember(out: Path, made_of: str, states: States) -> None:
    draft = _manifest(out).with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps([made_of, states]), encoding="utf-8")
    os.replace(draft, _manifest(out))
