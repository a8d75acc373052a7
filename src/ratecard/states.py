"""A catalog as it stands or stood: in a database, in a folder, or at a revision of the folder."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from ratecard import market, reader, store
from ratecard.catalog import Catalog
from ratecard.errors import BadValue
from ratecard.layout import EVIDENCE

#: The file by which a folder is known to be a catalog's.
MARK = "meters.yaml"


class State(NamedTuple):
    """A catalog and how many problems its files have; what they are about may be missing from it."""

    catalog: Catalog
    problems: int = 0


def state(name: str, root: Path) -> State:
    """The catalog in a database or folder of this name, else `root` as it was at the git revision.

    Raises `BadDatabase` for a file that is no catalog, `BadValue` for a name that leads nowhere.
    """
    path = Path(name)
    if path.is_file() or path.suffix == ".db":
        return State(store.read(path))
    if path.is_dir():
        return _folder(path)
    return _revision(name, root)


def _folder(root: Path) -> State:
    if not (root / MARK).is_file():
        raise BadValue(f"{root}: a folder without {MARK}, so not a catalog's")
    draft = reader.read(root)
    whole = market.market(draft.catalog, root) if (root / EVIDENCE).is_dir() else draft.catalog
    return State(whole, len(draft.problems))


def _revision(name: str, root: Path) -> State:
    packed = _archive(name, root)
    with tempfile.TemporaryDirectory(prefix="ratecard-") as folder, tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
        if not os.path.isfile(os.path.join(folder, MARK)):
            raise BadValue(f"{name}: that revision has no catalog in {root}")
        return _folder(Path(folder))


def _archive(name: str, root: Path) -> bytes:
    """The folder as git kept it, as a tar file."""
    if name.startswith("-"):
        raise BadValue(f"{name!r} is neither a database, nor a catalog's folder, nor a git revision")
    command = ["git", "-C", str(root), "archive", "--format=tar", name]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise BadValue(f"{name}: no such file or folder, and git is not installed to look for a revision") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise BadValue(f"{name!r} is neither a database, nor a catalog's folder, nor a git revision of {root}: {said}")
    return done.stdout
