"""What the pages of documentation say is so: every example is run, every list is held against the program."""

from __future__ import annotations

import ast
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from site_reading import text

from ratecard import api, cli
from ratecard.cli.group import COMMANDS
from ratecard.core import errors
from ratecard.site.files.api import PREFIX
from ratecard.site.files.api_openapi import LISTS
from ratecard.site.views import docs
from ratecard.site.views.docs import DocExample


def named(example: DocExample) -> str:
    """An example by what it is for."""
    return example.title


@pytest.mark.parametrize("example", docs.SQL, ids=named)
def test_each_query_answers(example: DocExample, site: Path) -> None:
    """Every query of the cookbook runs in the database that stands beside it, and finds something where it should."""
    with closing(sqlite3.connect(site / "catalog.db")) as connection:
        rows = connection.execute(example.code.text).fetchall()

    assert rows or "disputes" in example.code.text


@pytest.mark.parametrize("example", docs.PYTHON, ids=named)
def test_each_piece_of_python_runs(example: DocExample, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example runs as it stands, and one that says what it gives gives that."""
    monkeypatch.setenv("RATECARD_DB", str(db))
    api.open_catalog()
    *before, last = ast.parse(example.code.text).body
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {}
    exec(compile(ast.Module(before, []), "example", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "example", "eval"), names)

    assert not example.gives or repr(value) == example.gives


@pytest.mark.parametrize("example", docs.SHELL, ids=named)
def test_each_command_runs(
    example: DocExample, db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command line ends well and says something."""
    monkeypatch.setenv("RATECARD_DB", str(db))
    program, *arguments = shlex.split(example.code.text)

    assert program == "ratecard"
    assert cli.run(arguments) == 0
    assert capsys.readouterr().out


def test_every_command_is_listed() -> None:
    """The page has each command, in the order of the program's own help."""
    assert [name for name, _ in docs.COMMANDS] == list(COMMANDS)


def test_every_error_is_listed(site: Path) -> None:
    """The page has each error with its builtin, and each exit code."""
    listed = {name: builtin for name, builtin, _ in docs.raised()}
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.RatecardError)
    ]
    page = text((site / "docs/errors/index.html").read_bytes())

    assert set(listed) == {kind.__name__ for kind in kinds} - {"RatecardError"}
    assert (listed["UnknownModel"], listed["Unpriced"]) == ("LookupError", "ValueError")
    assert all(name in page for name in listed)
    assert {code for code, _ in docs.EXIT_CODES} == {
        0,
        *(kind.exit_code for kind in kinds),
        errors.EXIT_NO_ROUTE,
        errors.EXIT_OVER_BUDGET,
    }


def test_every_file_that_is_named_is_there(site: Path) -> None:
    """The page about JSON names only files that the site has."""
    for path in (*(f"{PREFIX}{name}.json" for name in LISTS), *(path for path, _ in docs.FILES)):
        assert (site / path).is_file(), path
