"""The output of `ratecard cost --request`: the minimum, expected and maximum cost of a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ratecard import api
from ratecard.cli.cost_report import CostOptions, CostTarget, price_each, resolved, tell_each
from ratecard.cli.output import Row, machine, remark, table
from ratecard.cli.sources import request_bytes
from ratecard.core import decimals, moments
from ratecard.core.errors import BadValue
from ratecard.core.usage import usage_of, words_of
from ratecard.pricing.as_text import seller
from ratecard.requests import as_json, as_text, body
from ratecard.requests.forecast import Expectations, Forecast, forecast_of


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
        machine(
            options.form,
            [as_json.answer(forecast) for forecast in forecasts],
            rows,
            single=single and not options.sellers,
        )
    elif single:
        print("\n".join(as_text.report(forecasts[0])))
    elif forecasts:
        table([_summary(forecast) for forecast in forecasts], right=as_json.ENDS)
    tell_each("No price", failed)
    for forecast in forecasts:
        for warning in forecast.warnings:
            remark(f"Warning: {'' if single else f'{forecast.slug} at {forecast.seller}: '}{warning}")
    return code


def _summary(forecast: Forecast) -> dict[str, str]:
    totals = as_text.line(forecast, "", "", as_text.totals(forecast))
    return {
        "model": forecast.slug,
        "seller": seller(forecast.minimum),
        "model id": forecast.model_id,
        **{name: totals[name] for name in as_json.ENDS},
        "price": forecast.minimum.price_status,
        "checked": max(source.checked for source in forecast.minimum.tariff.sources).isoformat(),
    }


def _rows(forecast: Forecast) -> Iterator[Row]:
    """One row per meter, then one for the total, for CSV and TSV."""
    for meter in (*as_text.meters(forecast), "total"):
        amounts = as_text.totals(forecast) if meter == "total" else as_text.amounts(forecast, meter)
        quantities = [None] * 3 if meter == "total" else as_text.billed(forecast, meter)
        yield {
            "model": forecast.slug,
            "seller": forecast.seller,
            "model_id": forecast.model_id,
            "endpoint": forecast.endpoint,
            "currency": forecast.minimum.currency,
            "meter": meter,
            **{f"{name}_quantity": _text(end) for name, end in zip(as_json.ENDS, quantities, strict=True)},
            **{name: _text(end) for name, end in zip(as_json.ENDS, amounts, strict=True)},
        }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else decimals.text(number)
