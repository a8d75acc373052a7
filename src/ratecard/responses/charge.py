"""The cost of a report: the sum over its parts, with each quantity under a meter of its price list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, named, offer_of
from ratecard.core.errors import BadValue, Unpriced, listed
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
from ratecard.responses.sellers import answering, check_local
from ratecard.responses.unmapped import Unmapped, forbidding


class ResponseCost(NamedTuple):
    """A report, and what it costs; `models` are the totals of its parts where these are of several models."""

    report: Report
    cost: Cost
    models: Mapping[str, Decimal] = {}


def charge(
    catalog: Catalog,
    report: Report,
    *,
    model: str = "",
    seller: str | None = None,
    at: datetime | None = None,
    facts: Mapping[str, str] = {},
    calls: int = 1,
    ignore: Collection[str] = (),
) -> ResponseCost:
    """What a report costs, as the sum over its parts.

    `model`, `seller`, `at` and `facts` override the report; the defaults are the card's first offer under that name,
    and now. A long-context threshold sees the input of all parts, which are of so many `calls` of equal size.
    Fields that are to `ignore` may be unread.

    Raises what `cost` raises, `BadValue` where neither names a model, and `Unpriced` where the report holds usage that
    nothing reads, a service tier that the price list does not know, or does not say which of several sellers answered.
    """
    if not (model or report.model or all(part.model for part in report.parts)):
        raise BadValue(f"a report of {report.flavor.id} does not say which model answered; name the model")
    given = [part._replace(facts=_without({**part.facts, **facts}, facts, ignore)) for part in report.parts]
    when = at or report.at or moment(None)
    notes: list[Assumed] = []
    costs: list[Cost] = []
    models: dict[str, Decimal] = {}
    for name in dict.fromkeys(part.model for part in given):
        own = tuple(part._replace(model="") for part in given if part.model == name)
        called = name or model or report.model
        found = _costs(catalog, report._replace(parts=own, model=called), seller or report.seller, when, calls, notes)
        models[called] = decimals.total([cost.total for cost in found])
        costs += found
    unread = forbidding(report.unmapped, report.flavor, (*ignore, *_stated(report, facts)))
    if unread:
        raise Unpriced(costs[0].slug, costs[0].seller, _reasons(unread))
    if report.calls > 1 == calls and any(line.rate.above for line in costs[0].lines):
        notes.append(ONE_CALL)
    return ResponseCost(report, _sum(costs, notes), models if len(models) > 1 else {})


def _costs(
    catalog: Catalog, report: Report, seller: str, when: datetime, calls: int, notes: list[Assumed]
) -> list[Cost]:
    """The cost of each part of a report of one model; assumptions are added to the notes."""
    parts = report.parts
    check_local(catalog, report.model, seller)
    found = named(catalog, report.model, seller or report.flavor.home)
    place, note = answering(catalog, found, seller or None, report.flavor.home, parts, when)
    notes += [note] if note else []
    offer = offer_of(found.card, place, found.model_id, parts[0].facts)
    tariff = tariff_at(offer, when.date()) if offer else None
    if offer and tariff and (why := _tier_problem(tariff, parts[0].facts, offer.facts)):
        stated = [f"the response states {row.path} ${decimals.text(row.amount)}" for row in report.stated]
        raise Unpriced(found.card.slug, offer.seller, [why, *stated])
    amounts = (*report.flavor.amounts, *(amount for row in report.flavor.inner for amount in row.amounts))
    billable = [_billable(part, amounts, tariff, notes) for part in parts]
    if len(billable) > 1:  # a threshold counts the input of the whole call
        meters: Mapping[str, Meter] = catalog.vocabulary.meters
        prompt = [count for part in billable for meter, count in part.quantities.items() if meters[meter].prompt]
        billable = [part._replace(prompt=decimals.total(prompt)) for part in billable]
    return [cost_of(catalog, found.card.slug, part, place, when, found.model_id, calls) for part in billable]


def _reasons(unread: Iterable[Unmapped]) -> list[str]:
    """Why there is no total, for each thing that nothing reads."""
    return [
        f"{path}={value} is read by nobody here, and may be billed; --ignore {path} prices the rest"
        for path, value in unread
    ]


def _stated(report: Report, facts: Mapping[str, str]) -> list[str]:
    """The fields of facts that are given, so that it does not matter what the report says of them."""
    return [row.path for row in report.flavor.facts if row.fact in facts]


def _without(facts: Mapping[str, str], given: Mapping[str, str], ignore: Collection[str]) -> dict[str, str]:
    return {fact: value for fact, value in facts.items() if fact in given or fact not in ignore}


#: The fact of a report that a price list must know: a tier is bought, and no list prices all tiers alike by silence.
_TIER = "service_tier"


def _tier_problem(tariff: Tariff, facts: Mapping[str, str], own: Mapping[str, str]) -> str:
    """Why a price list does not say what a call of this service tier cost, or an empty text."""
    tier = facts.get(_TIER)
    conditions = [*(rate.when for rate in tariff.rates), *(change.when for change in tariff.adjustments)]
    known = {value for when in conditions for fact, value in when if fact == _TIER}
    if not tier or tier in {*known, own.get(_TIER), dict(tariff.defaults).get(_TIER)}:
        return ""
    tells = f"tells {listed(sorted(known), 'and')} apart" if known else "tells no tiers apart"
    return f"no price for {_TIER}={tier}: this price list {tells}; --ignore {_TIER} prices it as usual"


def answer(found: ResponseCost) -> Json:
    """A charge as JSON values: the cost, unmapped numbers, and costs that the API states."""
    report, total = found.report, found.cost.total
    return {
        **cost_answer(found.cost),
        "flavor": report.flavor.id,
        **({"models": {name: decimals.text(total) for name, total in found.models.items()}} if found.models else {}),
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
