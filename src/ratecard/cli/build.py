"""`ratecard build`: from authored files to the database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ratecard.cli.options import catalog_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.core.errors import EXIT_FAILED, BadValue
from ratecard.core.problems import counted
from ratecard.database import store
from ratecard.market import additions
from ratecard.market.build import STAGES
from ratecard.market.build import build as build_catalog


@click.command()
@catalog_option
@click.option(
    "--db", type=click.Path(dir_okay=False, path_type=Path), default=Path("catalog.db"), show_default=True,
    help="The database to write.",
)  # fmt: skip
@click.option("--anew", is_flag=True, help="Read every file again, even if unchanged.")
@click.option(
    "--with", "own", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Add a folder of your own cards, sellers and words to the catalog that is built or installed.",
)  # fmt: skip
def build(root: Path, db: Path, anew: bool, own: Path | None) -> int:
    """Bring the database up to date with the authored files.

    Nothing is written if a file has a problem. Only changed files are read.

    \b
    ratecard build
    ratecard build --catalog catalog --db catalog.db --anew
    ratecard build --with my-models --db my-catalog.db
    """
    today = moments.moment(None).date()
    if own is not None:
        base = store.where()
        if db.resolve() == Path(base).resolve():
            raise BadValue(f"{db} is the catalog that --with adds to; name the new one with --db")
        built = additions.build(own, base, db, today)
    elif sys.stderr.isatty():
        with click.progressbar(length=len(STAGES), label="building", file=sys.stderr) as bar:
            built = build_catalog(root, db, today, anew=anew, tell=lambda stage: _advance(bar, stage))
    else:
        built = build_catalog(root, db, today, anew=anew)
    if built.problems:
        for problem in built.problems:
            remark(str(problem))
        remark(f"{counted(built.problems)}; {db} was not changed")
        return EXIT_FAILED
    remark(f"{db}: {built.cards} cards, {built.read} files read")
    return 0


def _advance(bar: Any, stage: str) -> None:
    bar.label = stage
    bar.update(1)
