"""`ratecard cost`: what a usage costs, line by line."""

from __future__ import annotations

from typing import Any

import click

from ratecard.cli import cost_report
from ratecard.cli.options import at_option, db_option, output_options


@click.command()
@click.argument("arguments", nargs=-1, metavar="MODEL... NAME=VALUE...")
@click.option("--seller", metavar="SELLER", help="Price this seller's offer; default: the card's first.")
@click.option(
    "--sellers",
    metavar="[WHICH]",
    help="Compare sellers by what is paid: any (default), known, maker, cloud, host, gateway, or names with commas.",
)
@click.option("--per-call", is_flag=True, help="The quantities are those of one of calls=N calls, not of all.")
@click.option("--explain", is_flag=True, help="Print every place where the price was read.")
@click.option("--allow-unverified", is_flag=True, help="Price an offer at a zero that nobody has confirmed.")
@click.option(
    "--strict",
    is_flag=True,
    help="Refuse a price that is disputed, stale, unverified or undated, and facts that change nothing.",
)
@click.option("--response", metavar="FILE", help="Price the usage in an API response; - for standard input.")
@click.option("--usage", metavar="FILE", help="Price a bare usage object; name the model too.")
@click.option("--flavor", metavar="NAME", help="The API the response comes from, if it cannot be detected.")
@click.option("--ignore", multiple=True, metavar="FIELD", help="A field of usage that may be left out of the total.")
@click.option(
    "--request", metavar="FILE", help="Price an OpenAI-style request before sending it; - for standard input."
)
@click.option("--expect", multiple=True, metavar="NAME=VALUE", help="An expected value that --request leaves open.")
@at_option
@db_option
@output_options
def cost(
    arguments: tuple[str, ...],
    response: str | None,
    usage: str | None,
    flavor: str | None,
    ignore: tuple[str, ...],
    request: str | None,
    expect: tuple[str, ...],
    **options: Any,
) -> int:
    """Compute what a usage costs, with every line, assumption and source.

    A NAME is a meter (a quantity), a fact (a circumstance), or calls: then the quantities are those of so many calls.
    `ratecard words` lists them, with their synonyms. Several models are compared, and with --sellers where they are
    sold.

    \b
    ratecard cost openai/gpt-image-1 images=2 quality=high
    ratecard cost bfl/flux-2-pro images=1 input_images=1 size=2048x2048
    ratecard cost gemini-2.5-pro input_tokens=1m output_tokens=200k calls=100
    ratecard cost gpt-4o --sellers cloud input_tokens=20k output_tokens=1k
    ratecard cost ideogram/ideogram-v2-edit openai/gpt-image-2 images=100 --json
    ratecard cost --response response.json
    ratecard cost openai/gpt-5 --usage usage.json
    ratecard cost --request body.json --expect output_tokens=500
    """
    if sum(map(bool, (response, usage, request))) > 1:
        raise click.UsageError("--response, --usage and --request exclude each other")
    if flavor and not (response or usage):
        raise click.UsageError("--flavor requires --response or --usage")
    if ignore and not (response or usage):
        raise click.UsageError("--ignore requires --response or --usage")
    if expect and not request:
        raise click.UsageError("--expect requires --request")
    if options["per_call"] and (response or usage or request):
        raise click.UsageError("--per-call is for quantities on the command line")
    models, words = cost_report.split(arguments)
    asked = cost_report.CostOptions(tuple(models), words, **options)
    if request:
        from ratecard.cli import forecast_report  # here because a plain cost needs none of it

        return forecast_report.run(request, expect, asked)
    if response or usage:
        from ratecard.cli import response_report  # here because a plain cost needs none of it

        if asked.sellers or len(models) > 1:
            raise click.UsageError("a response is priced for one model at one seller")
        model = models[0] if models else ""
        file, at_seller = response or usage or "", (asked.seller, asked.at, asked.db, asked.form)
        traffic = response_report.Traffic(file, bool(usage), flavor, model, words, *at_seller, ignore)
        return response_report.run(traffic)
    if not models and not asked.sellers:
        raise click.UsageError("name a model, such as openai/gpt-image-1")
    if asked.sellers:
        from ratecard.cli import sellers_report  # the same

        return sellers_report.run(asked)
    return cost_report.run(asked)
