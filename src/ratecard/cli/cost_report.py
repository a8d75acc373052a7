"""What `ratecard cost` answers: a bill for one model, a comparison for several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ratecard import api
from ratecard.cli.output import Row, machine, remark, table
from ratecard.core import moments
from ratecard.core.catalog import Catalog, find
from ratecard.core.errors import RatecardError
from ratecard.core.usage import Usage, usage_of, words_of
from ratecard.pricing.as_json import cost_answer
from ratecard.pricing.cost import Cost, Line, cost_of


class Request(NamedTuple):
    """What a command line asks to be priced."""

    models: tuple[str, ...]
    words: dict[str, str]
    seller: str | None = None
    all_sellers: bool = False
    at: str | None = None
    db: str | None = None
    form: str | None = None


class Place(NamedTuple):
    """What is priced where: a model as it was named, at a seller, under that seller's id."""

    model: str
    seller: str | None
    model_id: str = ""


def plain_request(arguments: Sequence[str]) -> Request | None:
    """The request that plain arguments make: models, words, --seller, --at, --db and --json.

    None for anything else, which is click's to read.
    """
    options: dict[str, str] = {}
    plain: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--json":
            options["form"] = "json"
        elif argument in ("--seller", "--at", "--db"):
            value = next(rest, None)
            if value is None or value.startswith("-"):
                return None
            options[argument[2:]] = value
        elif argument.startswith("-"):
            return None
        else:
            plain.append(argument)
    models, words = split(plain)
    return Request(tuple(models), words, **options) if models else None  # type: ignore[arg-type]  # texts all


def split(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Models and words apart: what has an equals sign is a word."""
    models = [argument for argument in arguments if "=" not in argument]
    return models, words_of(argument for argument in arguments if "=" in argument)


def run(request: Request) -> int:
    """Prints what a request costs; the exit code is that of the first part without a price."""
    catalog = api.open_catalog(request.db)
    used = usage_of(catalog.vocabulary, request.words)
    places = [place for model in request.models for place in _places(catalog, model, request)]
    costs, code = _costs(catalog, places, used, request.at)
    single = len(places) == 1
    if request.form and costs:
        machine(request.form, [cost_answer(found) for found in costs], rows(costs), single=single)
    elif single:
        print("\n".join(bill_lines(catalog, costs[0])))
    elif costs:
        table([summary(catalog, found) for found in costs], right=("total", "to fund it"))
    for found in costs:
        for warning in found.warnings:
            remark(f"Warning: {'' if single else f'{found.slug} at {found.seller}: '}{warning}")
    return code


def _places(catalog: Catalog, model: str, request: Request) -> list[Place]:
    if not request.all_sellers:
        return [Place(model, request.seller)]
    return [Place(model, offer.seller, offer.model_id) for offer in find(catalog, model).offers]


def _costs(catalog: Catalog, places: Sequence[Place], used: Usage, at: str | None) -> tuple[list[Cost], int]:
    """What can be priced, and the exit code of the first that cannot."""
    costs: list[Cost] = []
    code, moment = 0, moments.moment(at)
    for model, seller, model_id in places:
        try:
            costs.append(cost_of(catalog, model, used, seller, moment, model_id))
        except RatecardError as error:
            if len(places) == 1:
                raise
            remark(f"Error: {error}")
            code = code or error.exit_code
    return costs, code


def bill_lines(catalog: Catalog, cost: Cost) -> Iterator[str]:
    """A cost as lines of text for people."""
    from ratecard.core import display  # here because JSON needs none of it

    seller = catalog.sellers[cost.seller]
    yield f"{cost.slug} at {seller.name}"
    yield ""
    rows = [_shown(catalog, cost, line) for line in cost.lines]
    unused = {"for"} if not any(row["for"] for row in rows) else set()
    shown = [{key: text for key, text in row.items() if key not in unused} for row in rows]
    yield display.table(shown, right=("quantity", "amount"))
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
    from ratecard.core import display  # the same

    rate, meter = line.rate, catalog.vocabulary.meters[line.meter]
    price = f"{display.price(rate.price, cost.currency)} {display.per(rate.per, meter.unit)}"
    above = f" above {display.quantity(rate.above)} tokens" if rate.above else ""
    return {
        "meter": line.meter,
        "quantity": display.quantity(line.quantity),
        "rate": price + above,
        "for": display.conditions(rate.when),
        "amount": display.money(line.amount, cost.currency),
    }


def summary(catalog: Catalog, cost: Cost) -> dict[str, str]:
    """A cost as one row among several, for people."""
    from ratecard.core import display  # the same

    return {
        "model": cost.slug,
        "seller": catalog.sellers[cost.seller].name,
        "called there": cost.model_id,
        "total": display.money(cost.total, cost.currency),
        "to fund it": display.money(cost.funding, cost.currency),
        "price": cost.price_status,
        "checked": max(source.checked for source in cost.tariff.sources).isoformat(),
    }


def rows(costs: Sequence[Cost]) -> Iterator[Row]:
    """One row per line, for separated values."""
    from ratecard.core import decimals, display  # the same

    for cost in costs:
        for line in cost.lines:
            yield {
                "model": cost.slug,
                "seller": cost.seller,
                "model_id": cost.model_id,
                "currency": cost.currency,
                "item": line.item,
                "meter": line.meter,
                "quantity": decimals.text(line.quantity),
                "price": decimals.text(line.rate.price),
                "per": line.rate.per,
                "when": display.conditions(line.rate.when),
                "amount": decimals.text(line.amount),
                "total": decimals.text(cost.total),
                "funding": decimals.text(cost.funding),
            }
