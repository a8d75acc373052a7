"""The output of `ratecard plan`: the offers, their totals, what breaks first and what more money buys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import click

from ratecard import api
from ratecard.cli import route_report
from ratecard.cli.output import Row, machine, remark
from ratecard.core import decimals, display
from ratecard.core.errors import EXIT_FAILED, EXIT_NO_ROUTE, listed
from ratecard.core.tasks import ALLOWED
from ratecard.pricing.as_json import Json, moment
from ratecard.pricing.rates import PERIOD
from ratecard.routing.as_json import need_answer, rejection_answer, relaxed_answer
from ratecard.routing.plans.plan import Assigned, BudgetStep, Plan, Unserved
from ratecard.routing.plans.variants import Variant, windows


def run(workload: str, budget: str | None, at: str | None, db: str | None, form: str | None) -> int:
    """Prints the plan for a workload file; returns a non-zero exit code unless every task has a paid offer."""
    found = api.plan(workload, budget, at=at, catalog=api.open_catalog(db))
    if form:
        machine(form, [answer(found)] if form == "json" else list(rows(found)), rows(found), single=True)
    else:
        click.echo("\n".join(_report(found)))
    for unserved in found.unserved:
        remark("\n".join(_unserved(unserved)))
    if not found.suffices:
        remark(f"Error: the budget is too small; the cheapest plan costs {_money(found, found.least)}")
    for warning in found.warnings:
        remark(f"Warning: {warning}")
    return EXIT_NO_ROUTE if found.unserved else 0 if found.suffices else EXIT_FAILED


def _report(plan: Plan) -> Iterator[str]:
    """A plan as lines of text for people."""
    if not plan.assigned:
        yield "no task has an offer"
        return
    yield display.table(
        [_line(plan, each) for each in plan.assigned], right=("calls", "per call", "with fees", "eligible")
    )
    yield from _hours(plan)
    yield ""
    yield from _sums(plan)
    if plan.below:
        yield ""
        yield from _below(plan, plan.below)
    if plan.more:
        yield ""
        yield from _more(plan, plan.more)


def _line(plan: Plan, each: Assigned) -> dict[str, str]:
    variant = each.variant
    dearest = each.task.off_peak != ALLOWED
    line = {
        "task": each.task.name,
        "calls": display.quantity(each.task.calls),
        "offer": _offer(variant),
        "when": ", ".join(
            f"any hour ({value})" if fact == PERIOD and dearest else value for fact, value in variant.facts
        ),
        "per call": display.money(variant.choice.cost.total, plan.currency),
        "with fees": _money(plan, variant.amount),
        "eligible": display.quantity(each.offers),
    }
    if any(other.task.prefer or other.task.quality for other in plan.assigned):
        line["preference"] = _preference(each)
    return line


def _offer(variant: Variant) -> str:
    return f"{variant.choice.slug} at {variant.choice.seller}"


def _hours(plan: Plan) -> Iterator[str]:
    """The hours for calls that wait for off-peak prices."""
    for each in plan.assigned:
        name = dict(each.variant.facts).get(PERIOD)
        if name and each.task.off_peak == ALLOWED:
            periods = each.variant.choice.cost.tariff.periods
            hours = windows(each.variant)
            others = [f"outside {window}" for found in periods.values() for window in found]
            yield f"{each.task.name}: {name} is {listed(hours or others, 'and')} UTC"


def _preference(each: Assigned) -> str:
    """The offer's score, or its position in the task's list."""
    task, variant = each.task, each.variant
    if task.quality:
        return f"{task.quality} {decimals.text(decimals.divide(variant.preference, task.weight))}"
    if not task.prefer:
        return ""
    place = len(task.prefer) - int(decimals.divide(variant.preference, task.weight))
    return f"choice {place + 1}" if variant.preference else "not listed"


def _sums(plan: Plan) -> Iterator[str]:
    fees = decimals.subtract(plan.funding, plan.total)
    yield f"calls      {_money(plan, plan.total)}"
    if fees:
        yield f"fees       {_money(plan, fees)}"
    yield f"with fees  {_money(plan, plan.funding)}"
    if plan.budget is not None and plan.suffices:
        left = decimals.subtract(plan.budget, plan.funding)
        yield f"left       {_money(plan, left)} of {_money(plan, plan.budget)}"
    elif plan.budget is not None:
        names = [each.task.name for each in plan.assigned if not each.is_paid]
        short = decimals.subtract(plan.least, plan.budget)
        yield f"budget     {_money(plan, plan.budget)}, {_money(plan, short)} short of the cheapest plan"
        yield f"unpaid     {listed(names, 'and')}"


def _below(plan: Plan, step: BudgetStep) -> Iterator[str]:
    """What breaks first, by money and by calls."""
    yield f"What breaks first, below {_money(plan, plan.funding)}:"
    if step.unpaid:
        yield f"  no cheaper plan; unpaid: {listed(step.unpaid, 'and')}"
    yield from _changes(plan, step)
    if plan.budget is not None:
        share = decimals.divide(decimals.subtract(plan.budget, plan.funding), plan.funding)
        tenths = int(decimals.multiply(share, Decimal(1_000)))
        percent = display.percent(decimals.divide(Decimal(tenths), Decimal(10)))
        yield f"  all calls can grow by {percent} before that; each task alone:"
        for each in plan.assigned:
            growth = "without limit" if each.growth is None else f"by {display.quantity(each.growth)}"
            yield f"    {each.task.name}: {growth}"


def _more(plan: Plan, step: BudgetStep) -> Iterator[str]:
    assert plan.budget is not None
    extra = decimals.subtract(step.budget, plan.budget)
    if not step.changes:
        yield f"10% more budget ({_money(plan, extra)}) buys nothing: {_ceiling(plan)}"
        return
    yield f"10% more budget ({_money(plan, extra)}) buys:"
    yield from _changes(plan, step)


def _ceiling(plan: Plan) -> str:
    if plan.least == plan.most:
        return "no offer is preferred to the cheapest ones"
    if plan.funding == plan.most:
        return "every task has its most preferred offer"
    return f"every task has its most preferred offer only at {_money(plan, plan.most)}"


def _changes(plan: Plan, step: BudgetStep) -> Iterator[str]:
    for change in step.changes:
        shift = decimals.subtract(change.after.preference, change.before.preference)
        yield f"  {change.task}: {_called(change.before)} -> {_called(change.after)}, preference {_signed(shift)}"
    if step.preference is not None:
        yield f"  that plan: {_money(plan, step.cost)}, total preference {_signed(step.preference)}"


def _called(variant: Variant) -> str:
    facts = "".join(f", {value}" for _, value in variant.facts)
    return f"{_offer(variant)}{facts}"


def _signed(number: Decimal) -> str:
    return f"{'+' if number > 0 else ''}{decimals.text(number)}"


def _money(plan: Plan, amount: Decimal) -> str:
    return display.money(amount, plan.currency)


def _unserved(unserved: Unserved) -> Iterator[str]:
    """Why a task has no offer, and what would help."""
    yield f"Error: no offer for {unserved.task.name!r}"
    if unserved.unscored:
        yield f"{unserved.unscored:,} offers are eligible but have no {unserved.task.quality}"
    elif unserved.route.choice:
        yield "eligible offers have no price at some hours"
    else:
        yield from route_report.report(unserved.route, explain=False)


def answer(plan: Plan) -> Json:
    """A plan as a mapping ready for JSON."""
    return {
        "suffices": plan.suffices,
        "currency": plan.currency,
        "budget": None if plan.budget is None else decimals.text(plan.budget),
        "at": moment(plan.at),
        "catalog": plan.catalog,
        "total": decimals.text(plan.total),
        "fees": decimals.text(decimals.subtract(plan.funding, plan.total)),
        "funding": decimals.text(plan.funding),
        "least": decimals.text(plan.least),
        "most": decimals.text(plan.most),
        "preference": decimals.text(plan.preference),
        "tasks": [_assigned_answer(each) for each in plan.assigned],
        "without_offer": [
            {
                "task": unserved.task.name,
                "needs": [need_answer(need) for need in unserved.route.needs],
                "without_score": unserved.unscored,
                "relax": relaxed_answer(unserved.route.relax) if unserved.route.relax else None,
                "nearest": [rejection_answer(each) for each in route_report.nearest_rejections(unserved.route)],
            }
            for unserved in plan.unserved
        ],
        "below": _step_answer(plan.below),
        "more": _step_answer(plan.more),
        "warnings": list(plan.warnings),
    }


def _assigned_answer(each: Assigned) -> Json:
    return {
        "task": each.task.name,
        "calls": each.task.calls,
        **_variant_answer(each.variant),
        "offers": each.offers,
        "paid": each.is_paid,
        "further_calls": each.growth,
    }


def _variant_answer(variant: Variant) -> Json:
    return {
        "slug": variant.choice.slug,
        "seller": variant.choice.seller,
        "model_id": variant.choice.model_id,
        "facts": dict(variant.facts),
        "windows": list(windows(variant)),
        "one_call": decimals.text(variant.choice.cost.total),
        "amount": decimals.text(variant.amount),
        "price_status": variant.choice.cost.price_status,
        "preference": decimals.text(variant.preference),
    }


def _step_answer(step: BudgetStep | None) -> Json | None:
    if step is None:
        return None
    return {
        "budget": decimals.text(step.budget),
        "cost": decimals.text(step.cost),
        "preference": None if step.preference is None else decimals.text(step.preference),
        "changes": [
            {"task": change.task, "before": _variant_answer(change.before), "after": _variant_answer(change.after)}
            for change in step.changes
        ],
        "unpaid": list(step.unpaid),
    }


def rows(plan: Plan) -> Iterator[Row]:
    """One row per task; a task without an offer has empty cells."""
    for each in plan.assigned:
        found = _assigned_answer(each)
        found["facts"] = " ".join(f"{fact}={value}" for fact, value in each.variant.facts)
        found["windows"] = ", ".join(windows(each.variant))
        yield found
    for unserved in plan.unserved:
        empty = dict.fromkeys(("slug", "seller", "model_id", "facts", "windows", "one_call", "amount"))
        rest = {"price_status": None, "preference": None, "offers": 0, "paid": False, "further_calls": None}
        yield {"task": unserved.task.name, "calls": unserved.task.calls, **empty, **rest}
