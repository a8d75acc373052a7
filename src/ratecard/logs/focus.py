"""A bill in the columns of FOCUS, the FinOps Open Cost and Usage Specification: list prices, an estimate.

Column names and their meaning follow version 1.2 of the specification (focus.finops.org); what is ours
alone begins with `x_`, as it asks of providers' own columns. Nobody has sent an invoice, so the columns that
say what was billed, contracted or discounted are not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals, display
from ratecard.core.catalog import Catalog
from ratecard.core.records import Meter, Tariff
from ratecard.database.tables import tariff_id
from ratecard.logs.keys import QUANTITY
from ratecard.logs.prices import PricedStratum
from ratecard.logs.strata import StratumPrice, TermCost, meter_of
from ratecard.logs.sums import ROWS, Sums

#: What separates charges of the same price; nothing for logs without times.
BY = ("day",)
#: The numbers of a line, which add up; its unit price is what it is.
SUMS = ("ConsumedQuantity", "ListCost", "PricingQuantity")
#: What ServiceCategory calls all that is sold here.
CATEGORY = "AI and Machine Learning"


class Pricing(NamedTuple):
    """A cost as so many of a unit at a price each; the product is the cost to the last digit."""

    unit: str
    price: Decimal
    quantity: Decimal


def lines(sums: Sums, by: Sequence[str], catalog: Catalog) -> Iterator[Mapping[str, str | None]]:
    """One line for each day, price list, rate and price of it, in order of day; what is not known is null."""
    known = sums.known()
    merged: dict[tuple[str, ...], dict[str, str]] = {}
    for row in sums.added([*sums.keys, *by]):
        one = known[tuple(row[name] for name in sums.keys)]
        if isinstance(one.outcome, StratumPrice):
            for charge in one.outcome.term_costs:
                line = _line(one, one.outcome.tariff, charge, row, catalog)
                if {line["ConsumedQuantity"], line["ListCost"]} != {"0"}:
                    _merge(merged, line)
    for key in sorted(merged):
        yield {name: text or None for name, text in merged[key].items()}


def _merge(merged: dict[tuple[str, ...], dict[str, str]], line: dict[str, str]) -> None:
    """Adds a line to the one that differs from it in its sums alone."""
    key = tuple(text for name, text in line.items() if name not in SUMS)
    if key in merged:
        sums = {name: decimals.text(decimals.add(Decimal(merged[key][name]), Decimal(line[name]))) for name in SUMS}
        line = {**line, **sums}
    merged[key] = line


def _line(
    one: PricedStratum, tariff: Tariff, charge: TermCost, row: Mapping[str, Any], catalog: Catalog
) -> dict[str, str]:
    sold, meters = one.sold, catalog.vocabulary.meters
    assert sold is not None
    meter, item = meters[charge.term.meter], meters[meter_of(charge.term.item)]
    count, consumed = Decimal(row[ROWS]), Decimal(row[QUANTITY + charge.term.item] or 0)
    cost = decimals.add(decimals.multiply(charge.constant, count), decimals.multiply(charge.each, consumed))
    pricing = _pricing(charge, meter, item, cost, count, consumed)
    return {
        **_period(row.get(BY[0])),
        "BillingCurrency": tariff.currency,
        "ChargeCategory": "Usage",
        "ChargeClass": "",  # null: no correction of an earlier charge
        "ChargeDescription": f"{sold.card.name}: {meter.label} (list price, estimated from a usage log)",
        "ChargeFrequency": "Usage-Based",
        "ConsumedQuantity": decimals.text(consumed),
        "ConsumedUnit": unit(item),
        "InvoiceIssuerName": sold.seller.name,
        "ListCost": decimals.text(cost),
        "ListUnitPrice": decimals.text(pricing.price),
        "PricingCategory": "Standard",
        "PricingQuantity": decimals.text(pricing.quantity),
        "PricingUnit": pricing.unit,
        "ProviderName": sold.seller.name,
        "PublisherName": catalog.providers[sold.card.provider].name,
        "ServiceCategory": CATEGORY,
        "ServiceName": sold.card.slug,
        "SkuId": "/".join((sold.offer.seller, sold.offer.model_id, meter.id)),
        "SkuMeter": meter.label,
        "SkuPriceId": f"{tariff_id(sold.card.slug, sold.offer, tariff)}:{_terms(charge)}",
        "x_Estimate": "list prices of ratecard; not an invoice",
    }


def _pricing(charge: TermCost, meter: Meter, item: Meter, cost: Decimal, count: Decimal, consumed: Decimal) -> Pricing:
    """A cost in the price list's own unit, or where that makes no quantity that ends, in a finer one."""
    rate = charge.term.rate
    price = decimals.multiply(rate.price, charge.share)
    quantity = decimals.divide(cost, price) if price else decimals.divide(consumed, Decimal(rate.per))
    if decimals.multiply(price, quantity) == cost:
        return Pricing(unit(meter) if rate.per == 1 else f"{rate.per} {unit(meter)}", price, quantity)
    if charge.each:
        return Pricing(unit(item), charge.each, consumed)
    return Pricing("Requests", charge.constant, count)


def _terms(charge: TermCost) -> str:
    """What tells a rate from the others of its price list, and the share of it that percentages leave."""
    rate = charge.term.rate
    threshold = [f"above={rate.above}"] if rate.above else []
    share = [f"share={decimals.text(charge.share)}"] if charge.share != 1 else []
    return ",".join([rate.meter, *(f"{fact}={value}" for fact, value in sorted(rate.when)), *threshold, *share])


def unit(meter: Meter) -> str:
    """A meter's unit as the specification writes units: capitalized and in plural, time by its name alone."""
    head = meter.unit.partition(" of ")[0].partition(" after ")[0].replace(" and ", "-")
    return " ".join(word[:1].upper() + word[1:] for word in display.plural(head).split())


def _period(day: str | None) -> dict[str, str]:
    """The day of a charge, and the month that it would be billed in; nothing where the log has no times."""
    names = ("ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd")
    if not day:
        return dict.fromkeys(names, "")
    start = date.fromisoformat(day)
    month = start.replace(day=1)
    days = (start, start + timedelta(days=1), month, (month + timedelta(days=31)).replace(day=1))
    return {name: f"{value}T00:00:00Z" for name, value in zip(names, days, strict=True)}
