"""The documents say what is so."""

from __future__ import annotations

import importlib.util
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import toys
from ratecard import api
from ratecard.core.catalog import Catalog

PROJECT_FILES = (
    "*.md", "*.toml", "Makefile", "src/**/*.py", "tests/**/*.py", "docs/**/*", "catalog/**/*.yaml", "templates/**/*"
)  # fmt: skip


@pytest.fixture(name="regenerate", scope="module")
def _regenerate() -> Any:
    spec = importlib.util.spec_from_file_location("regenerate", toys.ROOT / "docs" / "regenerate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_current(regenerate: Any, market_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """README, ARCHITECTURE and the references hold what `make docs` would write."""
    monkeypatch.setenv("RATECARD_DB", str(market_db))
    for path, text in regenerate.documents(market_db).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_the_readme_names_how_many_models_and_sellers_there_are(catalog: Catalog) -> None:
    """The counts in the introduction are those of the catalog."""
    found = re.search(r"core of (\d+) models\s+at (\d+) sellers", (toys.ROOT / "README.md").read_text())
    assert found is not None
    assert (int(found[1]), int(found[2])) == (len(catalog.cards), len(catalog.sellers))


def test_the_readmes_python_gives_what_it_says(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of Python in the README runs, and a line with a value has that value."""
    monkeypatch.setenv("RATECARD_DB", str(db))
    api.open_catalog()
    blocks = re.findall(r"```python\n(.*?)```", (toys.ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    names: dict[str, Any] = {}
    for line in filter(None, "\n".join(blocks).splitlines()):
        code, _, said = line.partition("#")
        if code.startswith("from "):
            exec(code, names)
        else:
            value = eval(code, names)
            assert not said.strip().startswith("Decimal") or repr(value) == said.strip()


def test_the_python_about_routing_gives_what_it_says(market_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first block of docs/routing.md runs at the day it was written, and its first value is as printed."""
    monkeypatch.setenv("RATECARD_DB", str(market_db))
    api.open_catalog()
    page = (toys.ROOT / "docs" / "routing.md").read_text(encoding="utf-8")
    block = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    names: dict[str, Any] = {}
    lines = [line for line in block.splitlines() if line]
    exec("\n".join(lines[:2]).replace("images=10", "images=10, at='2026-11-21'"), names)
    values = [eval(line.partition("#")[0], names) for line in lines[2:]]
    assert repr(values[0]) == lines[2].partition("#")[2].strip()
    assert all(values)


def test_the_readmes_sql_runs(db: Path) -> None:
    """The query in the README answers from the database as it is."""
    queries = re.findall(r"```sql\n(.*?)```", (toys.ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    rows = sqlite3.connect(db).execute(queries[0]).fetchall()
    assert len(rows) == 10
    assert all(source for *_, source, _ in rows)


@pytest.mark.parametrize(
    "path", sorted([*toys.ROOT.glob("*.md"), *(toys.ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name
)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    """Relative links resolve, and a fragment names a heading."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, fragment = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in [re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings]


def test_docstring_examples_of_the_package_are_right(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example at the top of the package gives what it shows."""
    import doctest

    import ratecard

    monkeypatch.setenv("RATECARD_DB", str(db))
    api.open_catalog()
    assert doctest.testmod(ratecard).failed == 0


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names a machine's path or a place outside the project."""
    foreign = re.compile(r"/work/|/root/|/home/|\.\./shared|127\.0\.0\.1:\d{4}/simple")
    for pattern in (
        "*.md",
        "*.toml",
        "Makefile",
        "src/**/*.py",
        "tests/**/*.py",
        "docs/**/*",
        "catalog/**/*.yaml",
        "templates/**/*",
    ):
        for path in toys.ROOT.glob(pattern):
            if path.is_file() and path.name != "test_docs.py" and path.suffix != ".pyc":
                text = path.read_text(encoding="utf-8").replace("-ai/workers", "")
                assert not foreign.search(text), path
