"""Reads a catalog from a database, a folder, a git revision of it, or a folder with a feed imported."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import reader
from ratecard.cards.layout import EVIDENCE, METERS
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.database import store
from ratecard.market import identity, merge
from ratecard.market.importers import FEEDS, document, intake

#: The version of a feed that is imported only to be compared.
COMPARED = "of a file"


class State(NamedTuple):
    """A catalog and the number of problems in its files; entries with problems may be missing."""

    catalog: Catalog
    problems: int = 0


def state(name: str, root: Path) -> State:
    """The catalog in a database or folder of this name, else `root` at that git revision.

    `litellm:prices.json` is `root` after an import of that file. Raises `BadDatabase` for a file that is
    not a catalog, `BadFeed` for one that is not a feed, `BadValue` for an unknown name.
    """
    path = Path(name)
    if path.is_file() or path.suffix == ".db":
        return State(store.read(path))
    if path.is_dir():
        return _folder(path)
    feed, colon, source = name.partition(":")
    if colon and feed in FEEDS:
        return _with_feed(feed, source, root)
    return _revision(name, root)


def _folder(root: Path) -> State:
    if not (root / METERS).is_file():
        raise BadValue(f"{root}: a folder without {METERS}, so not a catalog's")
    draft = reader.read(root)
    whole = merge.market(draft.catalog, root) if (root / EVIDENCE).is_dir() else draft.catalog
    return State(whole, len(draft.problems))


def _with_feed(feed: str, source: str, root: Path) -> State:
    """A copy of the folder with the feed imported, as of the day it was last seen."""
    entries = import_module(f"ratecard.market.importers.{FEEDS[feed]}").entries(
        document.parse(document.content(source), source)
    )
    with tempfile.TemporaryDirectory(prefix="ratecard-") as folder:
        copy = Path(shutil.copytree(root, folder, dirs_exist_ok=True))
        catalog = reader.read(copy).catalog
        if feed not in catalog.feeds:
            raise BadValue(f"{root}/feeds.yaml has no entry {feed}, so it cannot be imported there")
        fresh = intake.intake(entries, identity.read(copy), catalog.vocabulary.meters)
        intake.write(copy, feed, fresh, COMPARED, catalog.feeds[feed].seen)
        return _folder(copy)


def _revision(name: str, root: Path) -> State:
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
    packed = io.BytesIO(done.stdout)
    with tempfile.TemporaryDirectory(prefix="ratecard-") as folder, tarfile.open(fileobj=packed) as archive:
        archive.extractall(folder, filter="data")
        if not Path(folder, METERS).is_file():
            raise BadValue(f"{name}: that revision has no catalog in {root}")
        return _folder(Path(folder))
