"""`ratecard search`: models by the words of their cards."""

from __future__ import annotations

from typing import Any

import click

from ratecard.cli import search_report
from ratecard.cli.options import at_option, db_option, output_options


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--modality", metavar="WORD", help="Only models that produce this.")
@click.option(
    "--need", "needs", multiple=True, metavar="CAPABILITY",
    help="Only models known to have this capability; repeatable.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print only slugs.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Maximum number of results.")
@at_option
@db_option
@output_options
def search(**options: Any) -> int:
    """Find models by name, maker, seller or use.

    \b
    ratecard search claude sonnet 4.5
    ratecard search cheapest vision model
    ratecard search flux --need edit --json
    """
    return search_report.run(search_report.SearchOptions(**options))
