"""Opened catalogs: one object per database file, while the file is the same."""

from __future__ import annotations

import os
from functools import lru_cache

from ratecard.core.catalog import Catalog
from ratecard.database import store


def opened(db: str | os.PathLike[str] | None = None) -> Catalog:
    """The catalog in a database: the one named, else RATECARD_DB, the packaged one.

    An open catalog is reused while its file is the same. Raises `BadDatabase` if the file is missing or
    not a catalog.
    """
    path = store.where(db)
    try:
        state = os.stat(path)
    except OSError:
        return store.read(path)
    return _opened(os.path.abspath(path), state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=8)
def _opened(path: str, modified: int, inode: int) -> Catalog:
    return store.read(path)
