"""The output of `ratecard cost --request`: the minimum, expected and maximum cost of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from ratecard import api
from ratecard.cli.cost_report import CostOptions, CostTarget, price_each, resolved, source_line, tell_each
from ratecard.cli.output import Row, machine, remark, table
from ratecard.cli.sources import request_bytes
from ratecard.core import decimals, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, listed
from ratecard.core.usage import usage_of, words_of
from ratecard.pricing.as_json import Json, cost_answer, moment
from ratecard.pricing.cost import Cost
from ratecard.requests import body
from ratecard.requests.bounds import FactValues
from ratecard.requests.forecast import Expectations, Forecast, forecast_of, open_names

#: The three costs, in every format.
ENDS = ("min", "expected", "max")


def run(source: str, expect: Sequence[str], options: CostOptions) -> int:
    """Prints what a request costs before it is sent; returns the exit code of the first target without a price."""
    catalog = api.open_catalog(options.db)
    found = body.parse(request_bytes(source))
    stated = usage_of(catalog.vocabulary, options.words)
    expected = usage_of(catalog.vocabulary, words_of(expect))
    asking, when = Expectations(stated, expected), moments.moment(options.at)
    options = resolved(catalog, options, needs_model=False)
    models = options.models or (body.model_of(found),)
    priced = [CostTarget(model, options.seller) for model in models]
    if options.sellers:
        from ratecard.cli.sellers_report import all_targets  # here because one seller needs none of it

        priced = all_targets(catalog, models, options.sellers)
    forecasts, failed, code = price_each(
        priced,
        lambda target: forecast_of(catalog, found, target.model, target.seller, when, asking, target.model_id),
        fatal=(BadValue,),  # the request itself is wrong
    )
    single = len(priced) == 1
    if options.form and forecasts:
        rows = [row for forecast in forecasts for row in _rows(forecast)]
        machine(options.form, [answer(forecast) for forecast in forecasts], rows, single=single and not options.sellers)
    elif single:
        print("\n".join(_report(catalog, forecasts[0])))
    elif forecasts:
        table([_summary(catalog, forecast) for forecast in forecasts], right=ENDS)
    tell_each("No price", failed)
    for forecast in forecasts:
        for warning in forecast.warnings:
            remark(f"Warning: {'' if single else f'{forecast.slug} at {forecast.seller}: '}{warning}")
    return code


def answer(forecast: Forecast) -> Json:
    """A forecast as JSON values: three costs (null if unknown) and what they are based on."""
    from ratecard.core.json_values import json_value  # here because a table needs none of it

    ends = zip(ENDS, _ends(forecast), strict=True)
    return {
        "model": forecast.slug,
        "seller": forecast.seller,
        "model_id": forecast.model_id,
        "endpoint": forecast.endpoint,
        "currency": forecast.minimum.currency,
        "at": moment(forecast.minimum.at),
        **{name: None if cost is None else cost_answer(cost) for name, cost in ends},
        "quantities": [
            {
                "meter": entry.meter,
                **{name: json_value(end) for name, end in zip(ENDS, entry[1:4], strict=True)},
                "why": list(entry.why),
            }
            for entry in forecast.quantities
        ],
        "facts": [
            {"fact": entry.fact, "values": list(entry.values), "expected": entry.expected or None, "why": entry.why}
            for entry in (*forecast.given, *_defaults(forecast), *forecast.circumstances)
        ],
        "open": list(open_names(forecast)),
        "not_included": list(forecast.excluded),
        "notes": list(forecast.notes),
        "parameters": {entry.name: entry.became or None for entry in forecast.parameters},
        "warnings": list(forecast.warnings),
    }  # fmt: skip


def _ends(forecast: Forecast) -> tuple[Cost | None, Cost | None, Cost | None]:
    return forecast.minimum, forecast.expected, forecast.maximum


def _sums(forecast: Forecast, numbers: Callable[[Cost], Iterable[Decimal]]) -> list[Decimal | None]:
    """The sum of some numbers in each of the three costs; None if unknown."""
    return [None if cost is None else sum(numbers(cost), Decimal(0)) for cost in _ends(forecast)]


def _amounts(forecast: Forecast, meter: str) -> list[Decimal | None]:
    return _sums(forecast, lambda cost: (line.amount for line in cost.lines if line.meter == meter))


def _changes(forecast: Forecast, name: str) -> list[Decimal | None]:
    return _sums(forecast, lambda cost: (change.amount for change in cost.adjustments if change.name == name))


def _billed(forecast: Forecast, meter: str) -> list[Decimal | None]:
    return _sums(forecast, lambda cost: (line.quantity for line in cost.lines if line.meter == meter))


def _totals(forecast: Forecast) -> list[Decimal | None]:
    return [cost and cost.total for cost in _ends(forecast)]


def _meters(forecast: Forecast) -> list[str]:
    """The meters billed in any of the three costs."""
    return list(dict.fromkeys(line.meter for cost in _ends(forecast) if cost for line in cost.lines))


def _defaults(forecast: Forecast) -> list[FactValues]:
    """The price list's defaults, except for facts that the request leaves open."""
    left = {entry.fact for entry in forecast.circumstances}
    assumed = [entry for entry in forecast.minimum.assumed if entry.fact not in left]
    return [FactValues(entry.fact, (entry.value,), entry.value, entry.why) for entry in assumed]


def _report(catalog: Catalog, forecast: Forecast) -> Iterator[str]:
    """A forecast as lines of text."""
    from ratecard.core import display  # here because JSON needs none of it

    yield f"{forecast.slug} at {catalog.sellers[forecast.seller].name}, {forecast.endpoint}"
    yield ""
    yield display.table(list(_lines(forecast)), right=("quantity", *ENDS))
    yield ""
    for quantity in forecast.quantities:
        yield f"{quantity.meter}: {quantity.why[0]}"
        yield from (f"  {why}" for why in quantity.why[1:])
    for entry in forecast.circumstances:
        yield f"{entry.fact}: {listed(entry.values)} ({entry.why})"
    for fact in forecast.given:
        yield f"{fact.fact}: {fact.expected} ({fact.why})"
    for assumed in _defaults(forecast):
        yield f"assumed: {assumed.fact} {assumed.expected} ({assumed.why})"
    yield from (f"note: {note}" for note in forecast.notes)
    names = open_names(forecast)
    if names:
        yield f"no expected value for {listed(names, 'and')}; set it with --expect {names[0]}=…"
    yield source_line(forecast.minimum)


def _lines(forecast: Forecast) -> Iterator[dict[str, str]]:
    """One row per billed meter, then the totals."""
    ends = _ends(forecast)
    for meter in _meters(forecast):
        yield _line(forecast, meter, _quantities(forecast, meter), _amounts(forecast, meter))
    for name in dict.fromkeys(change.name for cost in ends if cost for change in cost.adjustments):
        yield _line(forecast, name, "", _changes(forecast, name))
    yield _line(forecast, "total", "", _totals(forecast))
    if any(cost and cost.fees for cost in ends):
        yield _line(forecast, "with fees", "", [cost and cost.funding for cost in ends])


def _line(forecast: Forecast, meter: str, quantity: str, amounts: Sequence[Decimal | None]) -> dict[str, str]:
    from ratecard.core import display  # the same

    currency = forecast.minimum.currency
    absent = ("", "unknown", "no bound") if meter in ("", "total") else ("", "", "")
    shown = [
        none if amount is None else display.money(amount, currency)
        for amount, none in zip(amounts, absent, strict=True)
    ]
    return {"meter": meter, "quantity": quantity, **dict(zip(ENDS, shown, strict=True))}


def _quantities(forecast: Forecast, meter: str) -> str:
    """A meter's quantities in the three costs; one where they are equal."""
    from ratecard.core import display  # the same

    known = next((entry for entry in forecast.quantities if entry.meter == meter), None)
    ends: list[Decimal | None] = list(known[1:4]) if known else _billed(forecast, meter)
    texts = [
        none if end is None else display.quantity(end) for end, none in zip(ends, ("", "?", "no bound"), strict=True)
    ]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def _summary(catalog: Catalog, forecast: Forecast) -> dict[str, str]:
    totals = _line(forecast, "", "", _totals(forecast))
    return {
        "model": forecast.slug,
        "seller": catalog.sellers[forecast.seller].name,
        "model id": forecast.model_id,
        **{name: totals[name] for name in ENDS},
        "price": forecast.minimum.price_status,
        "checked": max(source.checked for source in forecast.minimum.tariff.sources).isoformat(),
    }


def _rows(forecast: Forecast) -> Iterator[Row]:
    """One row per meter, then one for the total, for CSV and TSV."""
    for meter in (*_meters(forecast), "total"):
        amounts = _totals(forecast) if meter == "total" else _amounts(forecast, meter)
        quantities = [None] * 3 if meter == "total" else _billed(forecast, meter)
        yield {
            "model": forecast.slug,
            "seller": forecast.seller,
            "model_id": forecast.model_id,
            "endpoint": forecast.endpoint,
            "currency": forecast.minimum.currency,
            "meter": meter,
            **{f"{name}_quantity": _text(end) for name, end in zip(ENDS, quantities, strict=True)},
            **{name: _text(end) for name, end in zip(ENDS, amounts, strict=True)},
        }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else decimals.text(number)
