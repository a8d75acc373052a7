"""`ratecard where`: which database is used."""

from __future__ import annotations

import os

import click

from ratecard.cli.options import db_option
from ratecard.cli.output import remark
from ratecard.database import store


@click.command()
@db_option
def where(db: str | None) -> None:
    """Show which database is used and what it contains."""
    path = store.where(db)
    catalog = store.read(path)
    click.echo(os.path.abspath(path))
    remark(f"{len(catalog.cards)} cards, digest {catalog.digest[:16]}")
