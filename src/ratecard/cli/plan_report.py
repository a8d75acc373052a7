"""The output of `ratecard plan`: the offers, their totals, what breaks first and what more money buys."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ratecard import api
from ratecard.cli import route_report
from ratecard.cli.output import Row, machine, remark
from ratecard.core.errors import EXIT_FAILED, EXIT_NO_ROUTE
from ratecard.routing.plans import as_json, as_text
from ratecard.routing.plans.plan import Plan, Unserved
from ratecard.routing.plans.variants import windows


def run(workload: str, budget: str | None, at: str | None, db: str | None, form: str | None) -> int:
    """Prints the plan for a workload file; returns a non-zero exit code unless every task has a paid offer."""
    found = api.plan(workload, budget, at=at, catalog=api.open_catalog(db))
    if form:
        machine(form, [as_json.answer(found)] if form == "json" else list(rows(found)), rows(found), single=True)
    else:
        click.echo("\n".join(as_text.report(found)))
    for unserved in found.unserved:
        remark("\n".join(_unserved(unserved)))
    if not found.suffices:
        remark(f"Error: the budget is too small; the cheapest plan costs {as_text.money(found, found.least)}")
    for warning in found.warnings:
        remark(f"Warning: {warning}")
    return EXIT_NO_ROUTE if found.unserved else 0 if found.suffices else EXIT_FAILED


def _unserved(unserved: Unserved) -> Iterator[str]:
    """Why a task has no offer, and what would help."""
    yield f"Error: no offer for {unserved.task.name!r}"
    if unserved.unscored:
        yield f"{unserved.unscored:,} offers are eligible but have no {unserved.task.quality}"
    elif unserved.route.choice:
        yield "eligible offers have no price at some hours"
    else:
        yield from route_report.report(unserved.route, explain=False)


def rows(plan: Plan) -> Iterator[Row]:
    """One row per task; a task without an offer has empty cells."""
    for each in plan.assigned:
        found = as_json.assigned_answer(each)
        found["facts"] = " ".join(f"{fact}={value}" for fact, value in each.variant.facts)
        found["windows"] = ", ".join(windows(each.variant))
        yield found
    for unserved in plan.unserved:
        empty = dict.fromkeys(("slug", "seller", "model_id", "facts", "windows", "one_call", "amount"))
        rest = {"price_status": None, "preference": None, "offers": 0, "paid": False, "further_calls": None}
        yield {"task": unserved.task.name, "calls": unserved.task.calls, **empty, **rest}
