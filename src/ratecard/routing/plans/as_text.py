"""A plan as text, for the command line and for `print`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ratecard.core import decimals, display
from ratecard.core.errors import listed
from ratecard.core.tasks import ALLOWED
from ratecard.pricing.as_text import shortened
from ratecard.pricing.rates import PERIOD
from ratecard.routing.plans.variants import Variant, windows


def in_short(plan: Any) -> str:
    """A plan in one short line, as shells show it."""
    tasks, without = len(plan.assigned) + len(plan.unserved), len(plan.unserved)
    of = f"{tasks} task{'' if tasks == 1 else 's'}" + (f", {without} without an offer" if without else "")
    over = "" if plan.suffices else ", over the budget"
    return shortened(f"Plan({money(plan, plan.funding)} for {of}{over})")


def report(plan: Any) -> Iterator[str]:
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


def _line(plan: Any, each: Any) -> dict[str, str]:
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
        "with fees": money(plan, variant.amount),
        "eligible": display.quantity(each.offers),
    }
    if any(other.task.prefer or other.task.quality for other in plan.assigned):
        line["preference"] = _preference(each)
    return line


def _offer(variant: Variant) -> str:
    return f"{variant.choice.slug} at {variant.choice.seller}"


def _hours(plan: Any) -> Iterator[str]:
    """The hours for calls that wait for off-peak prices."""
    for each in plan.assigned:
        name = dict(each.variant.facts).get(PERIOD)
        if name and each.task.off_peak == ALLOWED:
            periods = each.variant.choice.cost.tariff.periods
            hours = windows(each.variant)
            others = [f"outside {window}" for found in periods.values() for window in found]
            yield f"{each.task.name}: {name} is {listed(hours or others, 'and')} UTC"


def _preference(each: Any) -> str:
    """The offer's score, or its position in the task's list."""
    task, variant = each.task, each.variant
    if task.quality:
        return f"{task.quality} {decimals.text(decimals.divide(variant.preference, task.weight))}"
    if not task.prefer:
        return ""
    place = len(task.prefer) - int(decimals.divide(variant.preference, task.weight))
    return f"choice {place + 1}" if variant.preference else "not listed"


def _sums(plan: Any) -> Iterator[str]:
    fees = decimals.subtract(plan.funding, plan.total)
    yield f"calls      {money(plan, plan.total)}"
    if fees:
        yield f"fees       {money(plan, fees)}"
    yield f"with fees  {money(plan, plan.funding)}"
    if plan.budget is not None and plan.suffices:
        left = decimals.subtract(plan.budget, plan.funding)
        yield f"left       {money(plan, left)} of {money(plan, plan.budget)}"
    elif plan.budget is not None:
        names = [each.task.name for each in plan.assigned if not each.is_paid]
        short = decimals.subtract(plan.least, plan.budget)
        yield f"budget     {money(plan, plan.budget)}, {money(plan, short)} short of the cheapest plan"
        yield f"unpaid     {listed(names, 'and')}"


def _below(plan: Any, step: Any) -> Iterator[str]:
    """What breaks first, by money and by calls."""
    yield f"What breaks first, below {money(plan, plan.funding)}:"
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


def _more(plan: Any, step: Any) -> Iterator[str]:
    assert plan.budget is not None
    extra = decimals.subtract(step.budget, plan.budget)
    if not step.changes:
        yield f"10% more budget ({money(plan, extra)}) buys nothing: {_ceiling(plan)}"
        return
    yield f"10% more budget ({money(plan, extra)}) buys:"
    yield from _changes(plan, step)


def _ceiling(plan: Any) -> str:
    if plan.least == plan.most:
        return "no offer is preferred to the cheapest ones"
    if plan.funding == plan.most:
        return "every task has its most preferred offer"
    return f"every task has its most preferred offer only at {money(plan, plan.most)}"


def _changes(plan: Any, step: Any) -> Iterator[str]:
    for change in step.changes:
        shift = decimals.subtract(change.after.preference, change.before.preference)
        yield f"  {change.task}: {_called(change.before)} -> {_called(change.after)}, preference {_signed(shift)}"
    if step.preference is not None:
        yield f"  that plan: {money(plan, step.cost)}, total preference {_signed(step.preference)}"


def _called(variant: Variant) -> str:
    facts = "".join(f", {value}" for _, value in variant.facts)
    return f"{_offer(variant)}{facts}"


def _signed(number: Decimal) -> str:
    return f"{'+' if number > 0 else ''}{decimals.text(number)}"


def money(plan: Any, amount: Decimal) -> str:
    """An amount in the currency of a plan."""
    return display.money(amount, plan.currency)
