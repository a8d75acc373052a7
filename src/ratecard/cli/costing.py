"""`ratecard cost`: what a usage costs, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ratecard import api, display, exact
from ratecard.answers import cost_answer
from ratecard.catalog import Catalog, find
from ratecard.cli.options import at_option, db_option, split
from ratecard.cli.output import Row, machine, output_options, remark, table
from ratecard.errors import RatecardError
from ratecard.pricing import Cost, Line


@click.command()
@click.argument("arguments", nargs=-1, required=True, metavar="MODEL... NAME=VALUE...")
@click.option(
    "--seller", metavar="SELLER", help="Price it as this seller sells it; the card's first offer if left out."
)
@click.option("--all-sellers", is_flag=True, help="Price it at every seller.")
@at_option
@db_option
@output_options
def cost(
    arguments: tuple[str, ...], seller: str | None, all_sellers: bool, at: str | None, db: str | None, form: str | None
) -> int:
    """What a usage costs, with every line, assumption and source.

    A NAME that is a meter is a quantity, one that is a fact is a circumstance. Several models, or
    --all-sellers, are compared.

    \b
    ratecard cost openai/gpt-image-1 images=2 quality=high
    ratecard cost bfl/flux-2-pro images=1 input_images=1 size=2048x2048
    ratecard cost ideogram/ideogram-v2-edit openai/gpt-image-2 images=100 --json
    """
    models, words = split(arguments)
    if not models:
        raise click.UsageError("name a model, such as openai/gpt-image-1")
    catalog = api.open_catalog(db)
    places = [place for model in models for place in _places(catalog, model, seller, all_sellers)]
    costs, code = _costs(catalog, places, words, at)
    if not costs:
        return code
    single = len(places) == 1
    if form:
        machine(form, [cost_answer(found) for found in costs], _rows(costs), single=single)
    elif single:
        click.echo("\n".join(_bill(catalog, costs[0])))
    else:
        table([_summary(catalog, found) for found in costs], right=("total", "to fund it"))
    for found in costs:
        for warning in found.warnings:
            remark(f"Warning: {'' if single else f'{found.slug} at {found.seller}: '}{warning}")
    return code


def _places(catalog: Catalog, model: str, seller: str | None, everywhere: bool) -> list[tuple[str, str | None]]:
    if not everywhere:
        return [(model, seller)]
    return [(model, offer.seller) for offer in find(catalog, model).offers]


def _costs(
    catalog: Catalog, places: Sequence[tuple[str, str | None]], words: dict[str, str], at: str | None
) -> tuple[list[Cost], int]:
    """What can be priced, and the exit code of the first that cannot."""
    costs: list[Cost] = []
    code = 0
    for model, seller in places:
        try:
            costs.append(api.cost(model, seller=seller, at=at, catalog=catalog, **words))
        except RatecardError as error:
            if len(places) == 1:
                raise
            remark(f"Error: {error}")
            code = code or error.exit_code
    return costs, code


def _bill(catalog: Catalog, cost: Cost) -> Iterator[str]:
    """A cost as lines of text for people."""
    seller = catalog.sellers[cost.seller]
    yield f"{cost.slug} at {seller.name}"
    yield ""
    yield display.table([_shown(catalog, cost, line) for line in cost.lines], right=("quantity", "amount"))
    yield ""
    sums = [(change.name, f"{change.percent:+f} %", change.amount) for change in cost.adjustments]
    sums.append(("total", "", cost.total))
    sums += [(fee.name, f"{fee.percent:f} %", fee.amount) for fee in cost.fees]
    if cost.fees:
        sums.append(("to fund it", "", cost.funding))
    width = max(len(name) + len(percent) for name, percent, _ in sums) + 2
    for name, percent, amount in sums:
        yield f"{name} {percent}".ljust(width) + display.money(amount, cost.currency)
    for assumed in cost.assumed:
        yield f"assumed: {assumed.fact} {assumed.value} ({assumed.why})"
    yield f"price {cost.price_status}, read at:"
    for source in cost.tariff.sources:
        yield f"  {source.url} on {source.checked}" + (f", via {source.via}" if source.via else "")


def _shown(catalog: Catalog, cost: Cost, line: Line) -> dict[str, str]:
    rate, meter = line.rate, catalog.vocabulary.meters[line.meter]
    per = f"{display.quantity(rate.per)} {meter.unit}s" if rate.per > 1 else meter.unit
    price = f"{display.price(rate.price, cost.currency)} per {per}"
    above = f" above {display.quantity(rate.above)} tokens" if rate.above else ""
    return {
        "meter": line.meter,
        "quantity": display.quantity(line.quantity),
        "rate": price + above,
        "for": display.conditions(rate.when),
        "amount": display.money(line.amount, cost.currency),
    }


def _summary(catalog: Catalog, cost: Cost) -> dict[str, str]:
    return {
        "model": cost.slug,
        "seller": catalog.sellers[cost.seller].name,
        "total": display.money(cost.total, cost.currency),
        "to fund it": display.money(cost.funding, cost.currency),
        "price": cost.price_status,
        "checked": max(source.checked for source in cost.tariff.sources).isoformat(),
    }


def _rows(costs: Sequence[Cost]) -> Iterator[Row]:
    """One row per line, for separated values."""
    for cost in costs:
        for line in cost.lines:
            yield {
                "model": cost.slug,
                "seller": cost.seller,
                "currency": cost.currency,
                "item": line.item,
                "meter": line.meter,
                "quantity": exact.text(line.quantity),
                "price": exact.text(line.rate.price),
                "per": line.rate.per,
                "when": display.conditions(line.rate.when),
                "amount": exact.text(line.amount),
                "total": exact.text(cost.total),
                "funding": exact.text(cost.funding),
            }
