"""`ratecard validate` and `ratecard build`: from authored files to the database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from ratecard.cli.output import remark
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.problems import Problem, as_github
from ratecard.market import build as building

catalog_option = click.option(
    "--catalog",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("catalog"),
    show_default=True,
    help="The folder with the authored files.",
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@catalog_option
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), help="How to print problems.", default="text"
)
def validate(paths: tuple[Path, ...], root: Path, form: str) -> int:
    """Every problem of every file: where, what, and how to mend it.

    With PATHS, only the problems of those files or folders are shown; the whole catalog is read all
    the same, since a card is right only among the others.

    \b
    ratecard validate
    ratecard validate catalog/models/openai --format github
    """
    from ratecard.cards import checks

    problems = [problem for problem in checks.validate(root, _today()) if _within(problem, paths)]
    match form:
        case "json":
            click.echo(json.dumps([problem._asdict() for problem in problems], indent=2, ensure_ascii=False))
        case "github":
            _print(as_github(problem) for problem in problems)
        case _:
            _print(str(problem) for problem in problems)
    remark(f"{len(problems)} problems" if problems else "no problems")
    return EXIT_FAILED if problems else 0


@click.command()
@catalog_option
@click.option(
    "--db", type=click.Path(dir_okay=False, path_type=Path), default=Path("catalog.db"), show_default=True,
    help="The database to write.",
)  # fmt: skip
@click.option("--anew", is_flag=True, help="Read every file again, changed or not.")
def build(root: Path, db: Path, anew: bool) -> int:
    """The database, brought up to date with the authored files.

    Nothing is written where a file has a problem. Only files that changed are read.

    \b
    ratecard build
    ratecard build --catalog catalog --db catalog.db --anew
    """
    if sys.stderr.isatty():
        with click.progressbar(length=len(building.STAGES), label="building", file=sys.stderr) as bar:
            built = building.build(root, db, _today(), anew=anew, tell=lambda stage: _advance(bar, stage))
    else:
        built = building.build(root, db, _today(), anew=anew)
    if built.problems:
        for problem in built.problems:
            remark(str(problem))
        remark(f"{len(built.problems)} problems; {db} stays as it was")
        return EXIT_FAILED
    remark(f"{db}: {built.cards} cards, {built.read} files read")
    return 0


def _advance(bar: Any, stage: str) -> None:
    bar.label = stage
    bar.update(1)


def _today() -> date:
    return datetime.now(UTC).date()


def _within(problem: Problem, paths: tuple[Path, ...]) -> bool:
    file = Path(problem.file).resolve()
    return not paths or any(file.is_relative_to(path.resolve()) for path in paths)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
