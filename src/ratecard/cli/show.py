"""`ratecard show`: one model card."""

from __future__ import annotations

from typing import Any

import click

from ratecard.cli import show_report
from ratecard.cli.options import at_option, db_option, output_options


@click.command()
@click.argument("model")
@click.option("--sellers", "everyone", is_flag=True, help="List every seller.")
@click.option("--all", "everything", is_flag=True, help="Print everything known, with sources, by model id.")
@at_option
@db_option
@output_options
def show(**options: Any) -> int:
    """Show a model: price, capabilities, scores, sellers.

    \b
    ratecard show bfl/flux-2-pro
    ratecard show openai/gpt-image-2 --sellers
    ratecard show black-forest-labs/flux-2-pro --json
    """
    return show_report.run(show_report.ShowOptions(**options))
