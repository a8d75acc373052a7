"""`ratecard cost`: what a usage costs, line by line."""

from __future__ import annotations

import click

from ratecard.cli import cost_report
from ratecard.cli.options import at_option, db_option, output_options


@click.command()
@click.argument("arguments", nargs=-1, metavar="MODEL... NAME=VALUE...")
@click.option("--seller", metavar="SELLER", help="Price this seller's offer; default: the card's first.")
@click.option("--all-sellers", is_flag=True, help="Price every seller's offer, the cheapest sure price first.")
@click.option("--allow-unverified", is_flag=True, help="Price an offer at a zero that nobody has confirmed.")
@click.option(
    "--strict",
    is_flag=True,
    help="Refuse a price that is disputed, stale, unverified or undated, and facts that change nothing.",
)
@click.option("--response", metavar="FILE", help="Price the usage in an API response; - for standard input.")
@click.option("--usage", metavar="FILE", help="Price a bare usage object; name the model too.")
@click.option("--flavor", metavar="NAME", help="The API the response comes from, if it cannot be detected.")
@click.option(
    "--request", metavar="FILE", help="Price an OpenAI-style request before sending it; - for standard input."
)
@click.option("--expect", multiple=True, metavar="NAME=VALUE", help="An expected value that --request leaves open.")
@at_option
@db_option
@output_options
def cost(
    arguments: tuple[str, ...],
    seller: str | None,
    all_sellers: bool,
    allow_unverified: bool,
    strict: bool,
    expect: tuple[str, ...],
    **rest: str | None,
) -> int:
    """Compute what a usage costs, with every line, assumption and source.

    A NAME is a meter (a quantity) or a fact (a circumstance). Several models, or --all-sellers, are
    compared.

    \b
    ratecard cost openai/gpt-image-1 images=2 quality=high
    ratecard cost bfl/flux-2-pro images=1 input_images=1 size=2048x2048
    ratecard cost ideogram/ideogram-v2-edit openai/gpt-image-2 images=100 --json
    ratecard cost --response response.json
    ratecard cost openai/gpt-5 --usage usage.json
    ratecard cost --request body.json --expect output_tokens=500
    """
    response, usage, flavor, request = (rest.pop(name) for name in ("response", "usage", "flavor", "request"))
    if sum(map(bool, (response, usage, request))) > 1:
        raise click.UsageError("--response, --usage and --request exclude each other")
    if flavor and not (response or usage):
        raise click.UsageError("--flavor requires --response or --usage")
    if expect and not request:
        raise click.UsageError("--expect requires --request")
    models, words = cost_report.split(arguments)
    options = cost_report.CostOptions(tuple(models), words, seller, all_sellers, allow_unverified, strict, **rest)
    if request:
        from ratecard.cli import forecast_report  # here because a plain cost needs none of it

        return forecast_report.run(request, expect, options)
    if response or usage:
        from ratecard.cli import response_report  # here because a plain cost needs none of it

        if all_sellers or len(models) > 1:
            raise click.UsageError("a response is priced for one model at one seller")
        model = models[0] if models else ""
        traffic = response_report.Traffic(response or usage or "", bool(usage), flavor, model, words, seller, **rest)
        return response_report.run(traffic)
    if not models:
        raise click.UsageError("name a model, such as openai/gpt-image-1")
    return cost_report.run(options)
