"""SQLite databases of other programs, which are only read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any


def rows(path: str, statements: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement for each table that a database has; another program may be writing to it.

    Raises `ValueError` for a file that is no database, or of another layout.
    """
    try:
        with closing(sqlite3.connect(f"{Path(os.path.abspath(path)).as_uri()}?mode=ro", uri=True)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table, statement in statements.items():
                if table in tables:
                    yield from database.execute(statement)
    except sqlite3.Error as error:
        raise ValueError(f"this SQLite database cannot be read: {error}") from error
