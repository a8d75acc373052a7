"""`ratecard cost`: what a usage costs, line by line."""

from __future__ import annotations

import click

from ratecard.cli import bill
from ratecard.cli.options import at_option, db_option, output_options


@click.command()
@click.argument("arguments", nargs=-1, metavar="MODEL... NAME=VALUE...")
@click.option(
    "--seller", metavar="SELLER", help="Price it as this seller sells it; the card's first offer if left out."
)
@click.option("--all-sellers", is_flag=True, help="Price it at every seller.")
@click.option("--request", metavar="FILE", help="Price an OpenAI-style request before it is sent; - reads stdin.")
@click.option("--expect", multiple=True, metavar="NAME=VALUE", help="What is expected of what --request leaves open.")
@at_option
@db_option
@output_options
def cost(
    arguments: tuple[str, ...],
    seller: str | None,
    all_sellers: bool,
    request: str | None,
    expect: tuple[str, ...],
    at: str | None,
    db: str | None,
    form: str | None,
) -> int:
    """What a usage costs, with every line, assumption and source.

    A NAME that is a meter is a quantity, one that is a fact is a circumstance. Several models, or
    --all-sellers, are compared.

    \b
    ratecard cost openai/gpt-image-1 images=2 quality=high
    ratecard cost bfl/flux-2-pro images=1 input_images=1 size=2048x2048
    ratecard cost ideogram/ideogram-v2-edit openai/gpt-image-2 images=100 --json
    ratecard cost --request body.json --expect output_tokens=500
    """
    models, words = bill.split(arguments)
    asked = bill.Request(tuple(models), words, seller, all_sellers, at, db, form)
    if request is not None:
        from ratecard.cli import forecasting  # here because a plain cost needs none of it

        return forecasting.run(request, expect, asked)
    if expect:
        raise click.UsageError("--expect goes with --request; without one, everything is known")
    if not models:
        raise click.UsageError("name a model, such as openai/gpt-image-1")
    return bill.run(asked)
