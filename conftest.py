"""Runs every code block of the documents on the frozen catalog in docs/catalog."""

from __future__ import annotations

import difflib
import gc
import json
import re
import shlex
from doctest import ELLIPSIS
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from docs import regenerate
from ratecard import api
from ratecard.cards import recovery, schema, yaml_tree
from ratecard.core.catalog import Catalog
from ratecard.database import sql_cost, store
from ratecard.market import build

ROOT = Path(__file__).parent

#: The files whose tests take longest: they come first, so that at the end no process runs one while others are idle.
LONG = (
    *("tests/logs/test_spark.py", "tests/logs/test_reports_in_logs.py", "tests/test_wheel.py"),
    *("tests/site/test_site_whole.py", "tests/logs/test_vectors_in_bulk.py", "tests/site/test_site_try.py"),
    *("tests/site/test_site_snippets.py", "tests/site/test_site_calculator.py", "tests/test_examples.py"),
    *("tests/site/test_site_validators.py", "tests/site/test_site_browser.py", "tests/test_architecture.py"),
)


#: What tests share is large, stays until the end, and is looked through by each search for garbage: these are few.
gc.set_threshold(100_000, 20, 100)


def pytest_collection_finish() -> None:
    """Takes what is there by now for what stays."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Lets all go at the end, as libraries expect it."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long files first."""
    places = {ROOT / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


@pytest.fixture(scope="session")
def frozen_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of docs/catalog, whose prices never change."""
    path = tmp_path_factory.mktemp("frozen") / "docs.db"
    assert not build.build(ROOT / "docs" / "catalog", path, regenerate.DAY).problems
    return path


@pytest.fixture(scope="session")
def frozen(frozen_db: Path) -> Catalog:
    """The catalog of docs/catalog, as the database gives it."""
    return store.read(frozen_db)


@pytest.fixture
def reader(frozen_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who has built docs.db and follows a page at the root of the project."""
    for entry in ROOT.iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    (tmp_path / "docs.db").unlink(missing_ok=True)
    (tmp_path / "docs.db").symlink_to(frozen_db)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))
    api.open_catalog()  # the default is kept from one call to the next


def console(example: Example) -> str | None:
    """Compares the output of a command with what the page shows."""
    command, _, shown = str(example.parsed).partition("\n")
    return differing(shown, regenerate.output(shlex.split(command.removeprefix("$ "))[1:]), "run `make docs`")


def sql(example: Example) -> str | None:
    """Runs a query, which must find something."""
    connection = sql_cost.connect("docs.db")
    try:
        left_out = dict.fromkeys(re.findall(r":([a-z]+)", example.parsed))
        return None if connection.execute(example.parsed, left_out).fetchall() else "the query finds nothing"
    finally:
        connection.close()


def yaml(example: Example) -> str | None:
    """Checks that an entry, or a file of entries by id, is one that an author may write."""
    tree, flaws = yaml_tree.parse(str(example.parsed).encode())
    assert not flaws, flaws
    assert tree is not None
    assert isinstance(tree.value, dict)
    kinds = schema.Entry.__subclasses__()
    one = any(not recovery.read(kind, tree).remarks for kind in kinds)
    many = any(all(not recovery.read(kind, node).remarks for node in tree.value.values()) for kind in kinds)
    return None if one or many else "no kind of entry reads this"


def sh(example: Example) -> str | None:
    """Checks the commands of a block: targets of the Makefile, bills by cost.sql in the shell of SQLite."""
    block = str(example.parsed)
    if block.startswith("sqlite3 "):
        given = dict(re.findall(r"""^\.parameter set :(\w+) (?:"'|')(.*?)(?:'"|')$""", block, re.MULTILINE))
        connection = sql_cost.connect(shlex.split(block.partition("\n")[0])[1])
        cursor = connection.execute(sql_cost.statement(), {"model_id": None, **given})
        rows = [[column for column, *_ in cursor.description], *cursor.fetchall()]
        connection.close()
        lines = ("|".join("" if value is None else str(value) for value in row) for row in rows)
        example.namespace["printed"] = "".join(f"{line}\n" for line in lines)
        return None
    targets = set(re.findall(r"^([\w.]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = {"make", *(f"make {target}" for target in targets), "export RATECARD_DB=docs.db"}
    unknown = {" ".join(shlex.split(line, comments=True)) for line in block.splitlines()} - known
    return f"no such command: {unknown}" if unknown else None


def text(example: Example) -> str | None:
    """Compares the block after a bill in SQL with what it prints; other text is output that `make docs` writes."""
    printed = example.namespace.pop("printed", None)
    return None if printed is None else differing(str(example.parsed), printed, "write this")


def differing(shown: str, true: str, mend: str) -> str | None:
    """How a page differs from what is so."""
    lines = difflib.unified_diff(shown.splitlines(), true.splitlines(), "page", mend, lineterm="")
    return "\n".join(lines) or None


def json_block(example: Example) -> None:
    """Reads a block of JSON."""
    json.loads(example.parsed)


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
        *(
            CodeBlockParser(language, evaluator)
            for language, evaluator in {
                "console": console, "sql": sql, "yaml": yaml, "sh": sh, "text": text, "json": json_block
            }.items()
        ),
    ],
    patterns=["*.md", "docs/*.md", "docs/catalog/*.md", "examples/*.md", "benchmarks/*.md"],
    fixtures=["reader"],
).pytest()  # fmt: skip
