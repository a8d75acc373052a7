"""Replaces a directory of files atomically."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ratecard.core.errors import BadValue

KEPT = "README.md"
#: What every site holds; a directory that has other files but not these is none.
MARKS = ("index.html", "llms.txt", "style.css")

# linux/fs.h and linux/fcntl.h
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100

File = tuple[str, bytes]


@contextlib.contextmanager
def drafted(out: Path) -> Iterator[SiteDraft]:
    """A draft of `out` to be filled, which takes its place at the end in one step.

    The old directory is in place until all files are there, whatever fails before; its README.md is kept.
    """
    out = out.resolve()
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        fresh.chmod(0o755)
        yield SiteDraft(fresh, out)
        if (out / KEPT).is_file():
            shutil.copyfile(out / KEPT, fresh / KEPT)
        if not out.exists():
            fresh.rename(out)
        elif not _exchange(fresh, out):
            _rename_twice(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


class SiteDraft:
    """A draft of a directory, next to the one it will replace.

    A file that has not changed is not written again: it is the old one, with its time, so that whatever
    copies the site to a host finds only what is new. Several processes may fill one draft.
    """

    def __init__(self, root: Path, before: Path) -> None:
        self.root = str(root)
        self.before = str(before) if before.is_dir() else ""
        self.made = {self.root}

    def put(self, name: str, content: bytes) -> None:
        """Puts a file with its content there. Raises `BadValue` for a name that leads outside."""
        if os.path.isabs(name) or ".." in name.replace("\\", "/").split("/"):
            raise BadValue(f"{name!r} would be written outside the site; rename what it stands for")
        path = f"{self.root}/{name}"
        folder = path.rpartition("/")[0]
        if folder not in self.made:
            os.makedirs(folder, exist_ok=True)
            self.made.add(folder)
        if not (self.before and _taken_over(f"{self.before}/{name}", path, content)):
            _write(path, content)


def _write(path: str, content: bytes) -> None:
    # Not `open`, which asks the system four more things about each of some ten thousand files.
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def _refuse_foreign(out: Path) -> None:
    held = {entry.name for entry in out.iterdir()} - {KEPT} if out.is_dir() else set()
    if out.exists() and not out.is_dir():
        raise BadValue(f"{out} is not a directory; name one for the site")
    if held and not held.issuperset(MARKS):
        raise BadValue(f"{out} holds files that are not a site; name a new or empty directory")


def _taken_over(old: str, path: str, content: bytes) -> bool:
    try:
        state = os.lstat(old)
        same = stat.S_ISREG(state.st_mode) and state.st_size == len(content) and _read(old) == content
        if same:
            os.link(old, path)
    except FileExistsError:
        raise
    except OSError:  # there was none, or this file system has no hard links
        return False
    return same


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _exchange(fresh: Path, out: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # not Linux, or a C library older than 2018
        return False
    names = (_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(out))
    return bool(rename(*names, _RENAME_EXCHANGE) == 0)


def _rename_twice(fresh: Path, out: Path) -> None:
    aside = fresh.with_name(f"{fresh.name}-old")
    out.rename(aside)
    try:
        fresh.rename(out)
    except OSError:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
