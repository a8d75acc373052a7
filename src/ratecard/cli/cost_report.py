"""The output of `ratecard cost`: a bill for one model, a comparison of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from ratecard import api
from ratecard.cli.output import Row, machine, remark, table
from ratecard.core import moments
from ratecard.core.catalog import Catalog, find
from ratecard.core.errors import RatecardError, Unpriced
from ratecard.core.evidence import COMPARABLE, DISPUTED, PARTIAL, STALE, UNDATED, UNVERIFIED
from ratecard.core.usage import usage_of, words_of
from ratecard.pricing.as_json import cost_answer
from ratecard.pricing.cost import Cost, Line, cost_of
from ratecard.pricing.rates import IDLE

Outcome = TypeVar("Outcome")


class CostOptions(NamedTuple):
    """The options of one `ratecard cost`."""

    models: tuple[str, ...]
    words: dict[str, str]
    seller: str | None = None
    all_sellers: bool = False
    allow_unverified: bool = False
    strict: bool = False
    at: str | None = None
    db: str | None = None
    form: str | None = None


class CostTarget(NamedTuple):
    """A model to price, as named on the command line, at a seller and under that seller's id."""

    model: str
    seller: str | None
    model_id: str = ""


def plain_options(arguments: Sequence[str]) -> CostOptions | None:
    """Parses models, words, --seller, --at, --db and --json; returns None for anything else, which click parses."""
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
    return CostOptions(tuple(models), words, **options) if models else None  # type: ignore[arg-type]  # texts all


def split(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Separates models from words, which have an equals sign."""
    models = [argument for argument in arguments if "=" not in argument]
    return models, words_of(argument for argument in arguments if "=" in argument)


def run(options: CostOptions) -> int:
    """Prints what a usage costs; returns the exit code of the first target without a price, 0 if any seller has one."""
    catalog = api.open_catalog(options.db)
    used = usage_of(catalog.vocabulary, options.words)
    moment = moments.moment(options.at)
    priced = targets(catalog, options.models, options)

    def price(target: CostTarget) -> Cost:
        found = cost_of(catalog, target.model, used, target.seller, moment, target.model_id)
        found = found if options.allow_unverified else _confirmed(found)
        return _sure(found) if options.strict else found

    costs, failed, code = price_each(priced, price)
    if options.all_sellers:
        costs.sort(key=lambda found: (found.currency, found.price_status not in SURE, found.funding))
    single = len(priced) == 1
    if options.form and costs:
        machine(options.form, [cost_answer(found) for found in costs], rows(costs), single=single)
    elif single:
        print("\n".join(bill_lines(catalog, costs[0])))
    elif costs:
        table([summary(catalog, found) for found in costs], right=("total", "with fees"))
    tell_each("No price", failed)
    if single:
        tell_each("Warning", [("", warning) for found in costs for warning in found.warnings])
        return code
    said = [(f"{found.slug} at {found.seller}", warning) for found in costs for warning in found.warnings]
    tell_each("Warning", [(name, warning.replace(name, "it", 1)) for name, warning in said])
    return 0 if options.all_sellers and costs else code


#: The statuses of prices that a comparison shows first.
SURE = frozenset({*COMPARABLE, PARTIAL})
#: The statuses of prices that `--strict` refuses.
IN_DOUBT = frozenset({DISPUTED, UNVERIFIED, UNDATED, STALE})
#: The most offers named after what holds for several.
MAX_NAMED = 3


def tell_each(kind: str, said: Iterable[tuple[str, str]]) -> None:
    """Prints remarks, each about one offer or none, and each text once with the offers that it is about."""
    about: dict[str, list[str]] = {}
    for name, text in said:
        about.setdefault(text, []).append(name)
    for text, found in about.items():
        names = list(dict.fromkeys(found))
        named = ", ".join(names[:MAX_NAMED]) + (f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else "")
        remark(f"{kind}: {f'{named}: ' if named else ''}{text}")


def _confirmed(found: Cost) -> Cost:
    """A cost that is not the zero of an offer that nobody confirmed to be free; raises `Unpriced` for one that is."""
    if found.total or found.price_status != UNVERIFIED:
        return found
    why = "nobody has confirmed that its price of zero is meant; --allow-unverified prices it so"
    raise Unpriced(found.slug, found.seller, [why])


def _sure(found: Cost) -> Cost:
    """A cost whose price is sure and depends on every fact given; raises `Unpriced` for any other."""
    doubts = [f"its price is {found.price_status}"] if found.price_status in IN_DOUBT else []
    doubts += [warning for warning in found.warnings if warning.endswith(IDLE)]
    if doubts:
        raise Unpriced(found.slug, found.seller, [f"{doubt}, which --strict refuses" for doubt in doubts])
    return found


def targets(catalog: Catalog, models: Sequence[str], options: CostOptions) -> list[CostTarget]:
    """Each model at the requested seller, or at all of them."""
    if not options.all_sellers:
        return [CostTarget(model, options.seller) for model in models]
    return [
        CostTarget(model, offer.seller, offer.model_id) for model in models for offer in find(catalog, model).offers
    ]


def price_each(
    targets: Sequence[CostTarget], price: Callable[[CostTarget], Outcome], fatal: tuple[type[RatecardError], ...] = ()
) -> tuple[list[Outcome], list[tuple[str, str]], int]:
    """The priced targets, those without a price with the reason, and the exit code of the first of these.

    Raises for a single target.
    """
    priced: list[Outcome] = []
    failed: list[tuple[str, str]] = []
    code = 0
    for target in targets:
        try:
            priced.append(price(target))
        except RatecardError as error:
            if len(targets) == 1 or isinstance(error, fatal):
                raise
            if isinstance(error, Unpriced):
                failed.append((f"{target.model} at {target.seller or error.seller}", "; ".join(error.missing)))
            else:
                remark(f"Error: {error}")
            code = code or error.exit_code
    return priced, failed, code


def bill_lines(catalog: Catalog, cost: Cost) -> Iterator[str]:
    """A cost as lines of text."""
    from ratecard.core import display  # here because JSON needs none of it

    seller = catalog.sellers[cost.seller]
    yield f"{cost.slug} at {seller.name}" + (f", price {UNDATED}" if cost.price_status == UNDATED else "")
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
        sums.append(("with fees", "", cost.funding))
    width = max(len(name) + len(percent) for name, percent, _ in sums) + 2
    for name, percent, amount in sums:
        yield f"{name} {percent}".ljust(width) + display.money(amount, cost.currency)
    for assumed in cost.assumed:
        yield f"assumed: {assumed.fact} {assumed.value} ({assumed.why})"
    yield from source_lines(cost)


def source_lines(cost: Cost) -> Iterator[str]:
    """The price's status and where it was read."""
    yield f"price {cost.price_status}, read at:"
    for source in cost.tariff.sources:
        yield f"  {source.url} on {source.checked}" + (f", via {source.via}" if source.via else "")


def _shown(catalog: Catalog, cost: Cost, line: Line) -> dict[str, str]:
    from ratecard.core import display  # the same

    rate = line.rate
    price = display.rate(rate._replace(zero=""), cost.currency, catalog.vocabulary)
    above = f" above {display.quantity(rate.above)} tokens" if rate.above else ""
    return {
        "meter": line.meter,
        "quantity": display.quantity(line.quantity),
        "rate": price + above,
        "for": display.conditions(rate.when),
        "amount": display.money(line.amount, cost.currency),
    }


def summary(catalog: Catalog, cost: Cost) -> dict[str, str]:
    """A cost as one row of a comparison."""
    from ratecard.core import display  # the same

    return {
        "model": cost.slug,
        "seller": catalog.sellers[cost.seller].name,
        "model id": cost.model_id,
        "total": display.money(cost.total, cost.currency),
        "with fees": display.money(cost.funding, cost.currency),
        "price": cost.price_status,
        "checked": max(source.checked for source in cost.tariff.sources).isoformat(),
    }


def rows(costs: Sequence[Cost]) -> Iterator[Row]:
    """One row per line, for CSV and TSV."""
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
