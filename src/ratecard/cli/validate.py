"""`ratecard validate`: every problem of the authored files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ratecard.cli.options import catalog_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.problems import as_github, counted


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@catalog_option
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), help="How to print problems.", default="text"
)
def validate(paths: tuple[Path, ...], root: Path, form: str) -> int:
    """Check the authored files: where each problem is, what it is and how to fix it.

    PATHS limits the output to the problems of those files or folders. The whole catalog is always read,
    because a card is only valid together with the others.

    \b
    ratecard validate
    ratecard validate catalog/models/openai --format github
    """
    from ratecard.market import checking  # here because the list of commands does not need pydantic

    today = moments.moment(None).date()
    problems = [
        problem
        for problem in checking.checked(root, today)[1]
        if not paths or any(Path(problem.file).resolve().is_relative_to(path.resolve()) for path in paths)
    ]
    if form == "json":
        click.echo(json.dumps([problem._asdict() for problem in problems], indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(as_github(problem) if form == "github" else str(problem))
    remark(counted(problems))
    return EXIT_FAILED if problems else 0
