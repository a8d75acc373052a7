"""A catalog as it stands, stood or would stand: a database, a folder, a revision of it, or it with a feed imported."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import reader
from ratecard.cards.layout import EVIDENCE
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.database import store
from ratecard.market import identity, merge
from ratecard.market.importers import FEEDS, document, intake

#: The version under which a feed's file is imported only to be compared.
COMPARED = "of a file"

#: The file by which a folder is known to be a catalog's.
MARK = "meters.yaml"


class State(NamedTuple):
    """A catalog and how many problems its files have; what they are about may be missing from it."""

    catalog: Catalog
    problems: int = 0


def state(name: str, root: Path) -> State:
    """The catalog in a database or folder of this name, else `root` as it was at the git revision.

    `litellm:prices.json` is `root` as importing that file would leave it. Raises `BadDatabase` for a
    file that is no catalog, `BadFeed` for one that is no feed, `BadValue` for a name that leads nowhere.
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
    if not (root / MARK).is_file():
        raise BadValue(f"{root}: a folder without {MARK}, so not a catalog's")
    draft = reader.read(root)
    whole = merge.market(draft.catalog, root) if (root / EVIDENCE).is_dir() else draft.catalog
    return State(whole, len(draft.problems))


def _with_feed(feed: str, source: str, root: Path) -> State:
    """A copy of the folder into which the feed is imported as of the day it was last seen."""
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
