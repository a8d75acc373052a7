"""Costs as mappings ready for JSON, with money and quantities as decimal texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ratecard.core import decimals
from ratecard.core.records import Source

Json = dict[str, Any]


def cost_answer(cost: Any) -> Json:
    """A `Cost` with its lines, the facts assumed and the sources of the price."""
    effective = cost.tariff.effective
    return {
        "model": cost.slug,
        "seller": cost.seller,
        "model_id": cost.model_id,
        "currency": cost.currency,
        "at": moment(cost.at),
        "lines": [_line(line) for line in cost.lines],
        "adjustments": [_percentage(change) for change in cost.adjustments],
        "total": decimals.text(cost.total),
        "fees": [_percentage(fee) for fee in cost.fees],
        "funding": decimals.text(cost.funding),
        "assumed": [assumed._asdict() for assumed in cost.assumed],
        "price_status": cost.price_status,
        "tariff": {
            "effective": str(effective) if effective else None,
            "sources": [source_answer(source) for source in cost.tariff.sources],
        },
        "warnings": list(cost.warnings),
    }


def source_answer(source: Source) -> Json:
    """A source, without its empty fields."""
    return {key: str(value) for key, value in source._asdict().items() if value}


def moment(at: datetime) -> str:
    """A moment in UTC, as 2026-11-21T09:30:00Z."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _line(line: Any) -> Json:
    rate = line.rate
    entry: Json = {
        "item": line.item,
        "meter": line.meter,
        "quantity": decimals.text(line.quantity),
        "price": decimals.text(rate.price),
        "per": str(rate.per),
        "when": dict(sorted(rate.when)),
        "amount": decimals.text(line.amount),
    }
    if rate.above:
        entry["above"] = str(rate.above)
    if rate.minimum:
        entry["minimum"] = decimals.text(rate.minimum)
    return entry


def _percentage(part: Any) -> Json:
    return {"name": part.name, "percent": decimals.text(part.percent), "amount": decimals.text(part.amount)}
