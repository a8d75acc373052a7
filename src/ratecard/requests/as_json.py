"""Forecasts as JSON values, with money and quantities as decimal texts."""

from __future__ import annotations

from typing import Any

from ratecard.core.json_values import json_value
from ratecard.pricing.as_json import Json, cost_answer, moment
from ratecard.pricing.cost import Cost
from ratecard.requests.bounds import FactValues

#: The three costs, in every format.
ENDS = ("min", "expected", "max")


def answer(forecast: Any) -> Json:
    """A forecast as JSON values: three costs (null if unknown) and what they are based on."""
    costs = zip(ENDS, ends(forecast), strict=True)
    return {
        "model": forecast.slug,
        "seller": forecast.seller,
        "model_id": forecast.model_id,
        "endpoint": forecast.endpoint,
        "currency": forecast.minimum.currency,
        "at": moment(forecast.minimum.at),
        **{name: None if cost is None else cost_answer(cost) for name, cost in costs},
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
            for entry in (*forecast.given, *defaults(forecast), *forecast.circumstances)
        ],
        "open": list(forecast.open),
        "not_included": list(forecast.excluded),
        "notes": list(forecast.notes),
        "parameters": {entry.name: entry.became or None for entry in forecast.parameters},
        "warnings": list(forecast.warnings),
    }  # fmt: skip


def ends(forecast: Any) -> tuple[Cost | None, ...]:
    """The minimum, expected and maximum cost."""
    return forecast.minimum, forecast.expected, forecast.maximum


def defaults(forecast: Any) -> list[FactValues]:
    """The price list's defaults, except for facts that the request leaves open."""
    left = {entry.fact for entry in forecast.circumstances}
    assumed = [entry for entry in forecast.minimum.assumed if entry.fact not in left]
    return [FactValues(entry.fact, (entry.value,), entry.value, entry.why) for entry in assumed]
