"""`ratecard where`: which database is used."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from ratecard.cli.options import db_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.database import store


@click.command()
@db_option
def where(db: str | None) -> None:
    """Show which database is used and what it contains."""
    path = store.where(db)
    catalog = store.read(path)
    click.echo(os.path.abspath(path))
    built = datetime.fromtimestamp(os.path.getmtime(path), UTC).date()
    today = moments.moment(None).date()
    (offers,) = store.connect(path).execute("SELECT count(*) FROM offers WHERE same_as IS NULL").fetchone()
    remark(f"{len(catalog.cards)} cards, {offers} offers, {len(catalog.sellers)} sellers, digest {catalog.digest[:16]}")
    remark(f"built {built}")
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.seen, reverse=True):
        remark(f"{feed.name} {feed.version}: read {feed.seen}, {(today - feed.seen).days} days ago")
