"""SQL that only reads: statements of a user's own, and those of the cookbook by name."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from ratecard.core.errors import BadValue, UnknownWord
from ratecard.database import sql_cost, store, utils

#: sqlite-utils puts one around each query.
SAVEPOINT = sqlite3.SQLITE_SAVEPOINT
#: What a statement that reads may do; everything else is refused before it runs.
READING = frozenset(
    [sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE, SAVEPOINT]
)  # fmt: skip
#: The pragmas that only tell of tables.
TELLING = ("table_info", "table_xinfo", "table_list", "index_list", "index_info", "data_version")
#: Virtual tables that statements may read; they are made on first use, which the authorizer would refuse.
VIRTUAL = ("card_search", "json_each('[]')", "json_tree('[]')", *(f"pragma_{name}('x')" for name in TELLING[:-1]))
#: The number of steps of a statement after which Ctrl-C is heard and the time is looked at.
STEPS = 100_000
#: The seconds after which a statement is given up.
LONGEST = 60

_HEAD = re.compile(r"-- ([a-z-]+): (.+?)\n")


class Recipe(NamedTuple):
    """A query of the cookbook: its name, what it answers, and its statement."""

    name: str
    answers: str
    sql: str


def query(path: store.Path, sql: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of a statement that reads; parameters such as `:model` that have no value are null.

    Raises `BadValue` for a statement that writes, attaches or changes a setting, for one that SQLite refuses, and for
    one that takes longer than `LONGEST`.
    """
    connection = store.connect(path)
    sql_cost.add_decimals(connection)
    database = utils.library().Database(connection)
    connection.execute("PRAGMA query_only = ON")
    for table in VIRTUAL:
        connection.execute(f"SELECT 1 FROM {table} LIMIT 0")
    connection.set_authorizer(_authorized)
    end = monotonic() + LONGEST
    connection.set_progress_handler(lambda: monotonic() > end, STEPS)
    asked = re.findall(r"(?<![:\w])[:@$](\w+)", sql)
    try:
        return list(database.query(sql, {**dict.fromkeys(asked), **values}))
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        said = " ".join(str(error).split())
        if said.startswith("query() can only be used") or "not authorized" in said:
            said = "only statements that read are run, such as SELECT: this one writes, attaches or changes a setting"
        elif said == "interrupted":
            said = f"given up after {LONGEST} seconds"
        raise BadValue(said) from None


@cache
def cookbook() -> Sequence[Recipe]:
    """The queries of the cookbook, in its order."""
    text = Path(__file__).with_name("cookbook.sql").read_text(encoding="utf-8")
    _, *parts = _HEAD.split(text)
    return [Recipe(name, about, sql.strip()) for name, about, sql in zip(*[iter(parts)] * 3, strict=True)]


def named(name: str) -> Recipe:
    """The query of the cookbook with this name; raises `UnknownWord`."""
    found = {recipe.name: recipe for recipe in cookbook()}
    if name not in found:
        raise UnknownWord("query of the cookbook", name, found)
    return found[name]


def _authorized(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    telling = action == sqlite3.SQLITE_PRAGMA and first in TELLING
    return sqlite3.SQLITE_OK if action in READING or telling else sqlite3.SQLITE_DENY
