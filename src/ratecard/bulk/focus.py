"""A bill in the columns of FOCUS, the FinOps Open Cost and Usage Specification: list prices, an estimate.

Column names and their meaning follow version 1.2 of the specification (focus.finops.org); what is ours
alone begins with `x_`, as it asks of providers' own columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ratecard import exact
from ratecard.bulk.costing import ROWS, Costed
from ratecard.bulk.engines import Engine, rows
from ratecard.bulk.keys import QUANTITY
from ratecard.bulk.prices import Priced
from ratecard.bulk.strata import Charge, Price
from ratecard.catalog import Catalog
from ratecard.records import Meter
from ratecard.tables import tariff_id

#: What charges are told apart by, beside what prices tell apart.
BY = ("day",)


def lines(engine: Engine, found: Costed, catalog: Catalog) -> Iterator[Mapping[str, str]]:
    """One line for each day, price list and meter, in order of day."""
    known = {tuple(one.row[name] for name in found.keys): one for one in found.found}
    day = "rc_by_day"
    names = [*found.keys, day] if day in found.table.columns else list(found.keys)
    quantities = [name for name in found.table.columns if name.startswith(QUANTITY)]
    table = found.table.select(*names, ROWS, *quantities)
    for row in rows(engine, table.order_by(names[::-1])):
        one = known[tuple(row[name] for name in found.keys)]
        if isinstance(one.outcome, Price):
            for charge in one.outcome.charges:
                yield _line(one, one.outcome, charge, row, catalog)


def _line(one: Priced, price: Price, charge: Charge, row: Mapping[str, Any], catalog: Catalog) -> Mapping[str, str]:
    place, rate, meter = one.place, charge.term.rate, catalog.vocabulary.meters[charge.term.meter]
    assert place is not None
    consumed = Decimal(row[QUANTITY + charge.term.item] or 0)
    cost = exact.add(exact.multiply(charge.constant, Decimal(row[ROWS])), exact.multiply(charge.each, consumed))
    unit_price = exact.multiply(rate.price, charge.share)
    priced = exact.divide(cost, unit_price) if unit_price else exact.divide(consumed, Decimal(rate.per))
    sku = "/".join((place.offer.seller, place.offer.model_id, charge.term.meter))
    return {
        **_period(row.get("rc_by_day")),
        "BillingCurrency": price.tariff.currency,
        "ChargeCategory": "Usage",
        "ChargeDescription": f"{place.card.name}: {meter.label}",
        "ConsumedQuantity": exact.text(consumed),
        "ConsumedUnit": catalog.vocabulary.meters[charge.term.item].unit,
        "ListCost": exact.text(cost),
        "ListUnitPrice": exact.text(unit_price),
        "PricingCategory": "Standard",
        "PricingQuantity": exact.text(priced),
        "PricingUnit": _pricing_unit(meter, rate.per),
        "ProviderName": place.seller.name,
        "PublisherName": catalog.providers[place.card.provider].name,
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": place.card.slug,
        "SkuId": sku,
        "SkuMeter": charge.term.meter,
        "SkuPriceId": f"{tariff_id(place.card.slug, place.offer, price.tariff)}:{_terms(charge)}",
        "x_Estimate": "list prices of ratecard; not an invoice",
    }


def _terms(charge: Charge) -> str:
    """What tells a rate from the others of its price list."""
    rate = charge.term.rate
    threshold = [f"above={rate.above}"] if rate.above else []
    return ",".join([rate.meter, *(f"{fact}={value}" for fact, value in sorted(rate.when)), *threshold])


def _pricing_unit(meter: Meter, per: int) -> str:
    return meter.unit if per == 1 else f"{per} {meter.unit}s"


def _period(day: str | None) -> dict[str, str]:
    if not day:
        return {"ChargePeriodStart": "", "ChargePeriodEnd": ""}
    end = date.fromisoformat(day) + timedelta(days=1)
    return {"ChargePeriodStart": f"{day}T00:00:00Z", "ChargePeriodEnd": f"{end}T00:00:00Z"}
