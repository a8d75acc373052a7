"""`ratecard verify-prices`: prices to read at their sellers, and how those that were read compare."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from ratecard import api
from ratecard.cli.options import at_option, catalog_option, db_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.market import verifications


@click.command("verify-prices")
@click.option("--sample", "number", default=20, show_default=True, type=click.IntRange(1), help="How many prices.")
@click.option("--seed", default=1, show_default=True, type=int, help="Another seed is another sample.")
@click.option("--seller", "sellers", multiple=True, metavar="SELLER", help="Only prices of this seller; repeatable.")
@at_option
@catalog_option
@db_option
def verify_prices(number: int, seed: int, sellers: tuple[str, ...], at: str | None, root: Path, db: str | None) -> None:
    """Draw prices in force at random, for a person to read at their sellers.

    Prints lines of verifications.tsv in the catalog's folder. Add the page (url), the day of the copy that you
    read, and the verdict: right, wrong (with the price of the page) or gone; then append the lines there. Each
    counts as a reading of the seller's own list from the next build on. Says also what the readings so far found.

    \b
    ratecard verify-prices --sample 150 --seed 7 --seller openai --seller anthropic > sample.tsv
    """
    catalog = api.open_catalog(db)
    for seller in sellers:
        if seller not in catalog.sellers:
            raise click.UsageError(f"--seller: no seller {seller!r} is known")
    click.echo("\t".join(verifications.HEADING))
    for line in verifications.sample(catalog, sellers, number, seed, moments.moment(at).date()):
        click.echo("\t".join(line))
    counts = Counter(found.verdict for found in verifications.read(root) if found.verdict)
    if counts:
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in verifications.VERDICTS if counts[verdict])
        remark(f"so far: {told}")
