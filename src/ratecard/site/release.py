"""A directory of files put in place of another in one step."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ratecard.errors import BadValue

KEPT = "README.md"
#: What every site holds; a directory that has other files but not these is somebody else's.
MARKS = ("index.html", "llms.txt", "style.css")

# linux/fs.h and linux/fcntl.h
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100

File = tuple[str, bytes]


def publish(files: Iterable[File], out: Path) -> int:
    """Put the files beside `out` and exchange the two; returns how many there are.

    The old directory stands until all files are there, whatever goes wrong before; its README.md is kept.
    A file that has not changed is not written again: it is the old one, with its time, so that whatever
    copies the site to a host finds only what is new.
    """
    out = out.resolve()
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        fresh.chmod(0o755)
        count = sum(_put(fresh, out, name, content) for name, content in files)
        if (out / KEPT).is_file():
            shutil.copyfile(out / KEPT, fresh / KEPT)
        _replace(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return count


def _refuse_foreign(out: Path) -> None:
    held = {entry.name for entry in out.iterdir()} - {KEPT} if out.is_dir() else set()
    if out.exists() and not out.is_dir():
        raise BadValue(f"{out} is not a directory; name one for the site")
    if held and not held.issuperset(MARKS):
        raise BadValue(f"{out} holds files that are not a site; name a new or empty directory")


def _put(root: Path, before: Path, name: str, content: bytes) -> int:
    path = root / name
    if not path.resolve().is_relative_to(root):
        raise BadValue(f"{name!r} would be written outside the site; rename what it stands for")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not _taken_over(before / name, path, content):
        with path.open("xb") as file:
            file.write(content)
    return 1


def _taken_over(old: Path, path: Path, content: bytes) -> bool:
    try:
        state = old.lstat()
        same = stat.S_ISREG(state.st_mode) and state.st_size == len(content) and old.read_bytes() == content
        if same:
            os.link(old, path)
    except FileExistsError:
        raise
    except OSError:  # there was none, or this file system knows no second name of a file
        return False
    return same


def _replace(fresh: Path, out: Path) -> None:
    if not out.exists():
        fresh.rename(out)
    elif not _exchange(fresh, out):
        _rename_twice(fresh, out)


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
