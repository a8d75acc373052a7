"""The documents say what is so."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import toys
from docs import regenerate
from ratecard import api
from ratecard.cards import checks, reader
from ratecard.cards.layout import WORD_FILES

PROJECT_FILES = (
    "*.md", "*.toml", "Makefile", "src/**/*.py", "tests/**/*.py", "docs/**/*", "catalog/**/*.yaml", "templates/**/*"
)  # fmt: skip


#: Every page, the decisions included.
DOCUMENTS = sorted([*toys.ROOT.glob("*.md"), *(toys.ROOT / "docs").rglob("*.md")])


def test_generated_parts_are_current(frozen_db: Path, market_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The references hold what `make docs` would write; conftest.py of the project runs the commands of every page."""
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))
    for path, text in regenerate.references(market_db).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_every_block_is_run_or_is_output() -> None:
    """A block is in a language that conftest.py runs, or a diagram, output or the settings of a web server."""
    for path in DOCUMENTS:
        languages = set(re.findall(r"^```(.*)\n(?:.*\n)*?```$", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert languages <= {"console", "json", "nginx", "python", "sh", "sql", "text", "yaml", ""}, path.name


def test_the_documents_catalog_is_valid_and_shares_the_vocabulary(today: date) -> None:
    """docs/catalog has its own cards and the project's words."""
    folder = toys.ROOT / "docs" / "catalog"
    assert checks.validate(folder, today) == []
    for words in set(WORD_FILES) - {"feeds"}:
        assert (folder / f"{words}.yaml").resolve() == toys.ROOT / "catalog" / f"{words}.yaml"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
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


def test_docstring_examples_of_the_package_are_right(frozen_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example at the top of the package gives what it shows."""
    import doctest

    import ratecard

    monkeypatch.setenv("RATECARD_DB", str(frozen_db))
    api.open_catalog()
    assert doctest.testmod(ratecard).failed == 0


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names a machine's path or a place outside the project."""
    foreign = re.compile(r"/work/|/root/|/home/|\.\./shared|127\.0\.0\.1:\d{4}/simple")
    for pattern in PROJECT_FILES:
        for path in toys.ROOT.glob(pattern):
            if path.is_file() and path.name != "test_docs.py" and path.suffix != ".pyc":
                text = path.read_text(encoding="utf-8").replace("-ai/workers", "")
                assert not foreign.search(text), path


def test_the_words_that_contributing_adds_work(tmp_path: Path, today: date) -> None:
    """Its files, added to the catalog as the page says, are valid, and their price and capability are found."""
    page = (toys.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    root = toys.folder(tmp_path)
    for name, text in re.findall(r"^```yaml\n# catalog/(\S+):.*\n((?:.*\n)*?)```$", page, re.MULTILINE):
        file = root / name
        kind = {"models": "card", "sellers": "seller"}.get(name.partition("/")[0])
        head = f"# yaml-language-server: $schema={'../' * name.count('/')}schema/{kind}.schema.json\n" if kind else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text(encoding="utf-8") if file.exists() else head) + text, encoding="utf-8")
    assert checks.validate(root, today) == []
    catalog = reader.read(root).catalog
    assert api.cost("acme/echo-1", voice_clones=2, accent="regional", catalog=catalog).total == 10
    found = api.route(["depth-map"], voice_clones=1, catalog=catalog)
    assert found.choice is not None
    assert found.choice.slug == "acme/echo-1"
