"""The cost of a report: the sum over its parts, with each quantity under a meter of its price list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, named, offer_of
from ratecard.core.errors import BadValue
from ratecard.core.evidence import tariff_at
from ratecard.core.moments import moment
from ratecard.core.records import Meter, Tariff
from ratecard.core.usage import Usage
from ratecard.pricing.as_json import Json, cost_answer
from ratecard.pricing.cost import ONE_CALL, Cost, Percentage, cost_of
from ratecard.pricing.rates import Assumed
from ratecard.responses.flavors.rows import Amount
from ratecard.responses.folding import folds, immaterial
from ratecard.responses.report import Report


class ResponseCost(NamedTuple):
    """A report, and what it costs."""

    report: Report
    cost: Cost


def charge(
    catalog: Catalog,
    report: Report,
    *,
    model: str = "",
    seller: str | None = None,
    at: datetime | None = None,
    facts: Mapping[str, str] = {},
    calls: int = 1,
) -> ResponseCost:
    """What a report costs, as the sum over its parts.

    `model`, `seller`, `at` and `facts` override the report; the defaults are the card's first offer under that name,
    and now. A long-context threshold sees the input of all parts, which are of so many `calls` of equal size.

    Raises what `cost` raises, and `BadValue` where neither names a model.
    """
    name = model or report.model
    if not name:
        raise BadValue(f"a report of {report.flavor.id} does not say which model answered; name the model")
    place = seller or report.seller or None
    found = named(catalog, name, place or report.flavor.home)
    place = place or found.seller
    given = [part._replace(facts={**part.facts, **facts}) for part in report.parts]
    offer = offer_of(found.card, place, found.model_id, given[0].facts if given else {})
    when = at or report.at or moment(None)
    tariff = tariff_at(offer, when.date()) if offer else None
    notes: list[Assumed] = []
    parts = [_billable(part, report.flavor.amounts, tariff, notes) for part in given]
    if len(parts) > 1:  # a threshold counts the input of the whole call
        meters: Mapping[str, Meter] = catalog.vocabulary.meters
        prompt = [count for part in parts for meter, count in part.quantities.items() if meters[meter].prompt]
        parts = [part._replace(prompt=decimals.total(prompt)) for part in parts]
    costs = [cost_of(catalog, found.card.slug, part, place, when, found.model_id, calls) for part in parts]
    if report.calls > 1 == calls and any(line.rate.above for line in costs[0].lines):
        notes.append(ONE_CALL)
    return ResponseCost(report, _sum(costs, notes))


def answer(found: ResponseCost) -> Json:
    """A charge as JSON values: the cost, unmapped numbers, and costs that the API states."""
    report, total = found.report, found.cost.total
    return {
        **cost_answer(found.cost),
        "flavor": report.flavor.id,
        "unmapped": [found._asdict() for found in report.unmapped],
        "stated": [
            {
                "path": stated.path,
                "amount": decimals.text(stated.amount),
                "currency": "USD",
                "difference": decimals.text(decimals.add(total, -stated.amount)),
            }
            for stated in report.stated
        ],
    }


def left_out(report: Report) -> Iterator[str]:
    """What a report says that is in no number of its cost, in sentences."""
    for path, value in report.unmapped:
        if value != "0":
            yield f"{path}={value} belongs to no known quantity or fact; this total leaves it out"


def _billable(part: Usage, amounts: Sequence[Amount], tariff: Tariff | None, notes: list[Assumed]) -> Usage:
    """A part as a price list can price it; assumptions are added to the notes."""
    if tariff is None:
        return part
    counts = dict(part.quantities)
    within = {amount.meter: amount for amount in amounts if amount.within}
    for meter in [name for name in counts if name in within]:
        amount = within[meter]
        if folds(amount, tariff):
            count = counts.pop(meter)
            counts[amount.within] = decimals.add(counts.get(amount.within, decimals.ZERO), count)
            if amount.assumed:
                notes.append(Assumed(meter, decimals.text(count), f"billed as {amount.within}, which contain them"))
    folded = part._replace(quantities=counts)
    facts = dict(immaterial(folded.quantities, folded.facts, tariff))
    notes += [Assumed(fact, value, "whatever its value, the price is the same") for fact, value in facts.items()]
    return folded._replace(facts={**facts, **folded.facts})


def _sum(costs: Sequence[Cost], notes: Iterable[Assumed]) -> Cost:
    """The costs of a report's parts as one: every line, and percentages of one name added up."""
    first = costs[0]
    units = {meter: unit for cost in costs for meter, unit in cost.names.units.items()}
    return first._replace(
        names=first.names._replace(units=units),
        lines=tuple(line for cost in costs for line in cost.lines),
        adjustments=_added(change for cost in costs for change in cost.adjustments),
        total=decimals.total([cost.total for cost in costs]),
        fees=_added(fee for cost in costs for fee in cost.fees),
        funding=decimals.total([cost.funding for cost in costs]),
        assumed=tuple(dict.fromkeys([*(assumed for cost in costs for assumed in cost.assumed), *notes])),
        warnings=tuple(dict.fromkeys(warning for cost in costs for warning in cost.warnings)),
    )


def _added(percentages: Iterable[Percentage]) -> tuple[Percentage, ...]:
    sums: dict[tuple[str, Decimal], Decimal] = {}
    for part in percentages:
        key = (part.name, part.percent)
        sums[key] = decimals.add(sums.get(key, decimals.ZERO), part.amount)
    return tuple(Percentage(name, percent, amount) for (name, percent), amount in sums.items())
