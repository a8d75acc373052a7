"""The plan: one offer for each task of a workload within a budget, what breaks first and what more money buys."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.core.tasks import ALLOWED, Task, Workload
from ratecard.pricing.rates import PERIOD
from ratecard.routing.plans import files, knapsack, scores
from ratecard.routing.plans.knapsack import Assignment
from ratecard.routing.plans.scores import Scores
from ratecard.routing.plans.variants import Variant, Ways, ways
from ratecard.routing.route import Route

#: What a budget is multiplied by to see what more of it buys.
MORE = Decimal("1.1")
#: How many names of models a warning lists.
SHOWN = 5


class Assigned(NamedTuple):
    """A task and its offer; `offers` is the number it was chosen from.

    `growth` is the number of further calls that the rest of the budget pays for, None if unlimited. `is_paid` is False
    if the budget is too small for this task.
    """

    task: Task
    variant: Variant
    offers: int
    growth: int | None = None
    is_paid: bool = True


class Unserved(NamedTuple):
    """A task without an offer, its route, and the number of offers that only lack a score."""

    task: Task
    route: Route
    unscored: int


class TaskChange(NamedTuple):
    """A task that gets another offer at another budget."""

    task: str
    before: Variant
    after: Variant


class BudgetStep(NamedTuple):
    """The plan at another budget: its cost, its gain in preference and its changes.

    If that budget is too small, `unpaid` names the tasks it does not pay for, and nothing is compared.
    """

    budget: Decimal
    cost: Decimal
    preference: Decimal | None
    changes: tuple[TaskChange, ...]
    unpaid: tuple[str, ...] = ()


class Plan(NamedTuple):
    """An offer for each task, in the order of the workload.

    `total` is what the calls debit and `funding` what must be paid for that, fees included; the budget pays the
    latter. `least` is the smallest budget that pays for all tasks, `most` the one beyond which nothing is preferred
    more. `catalog` is the digest of the catalog that was asked. Where the budget is below it, `suffices` is False,
    and each task has its cheapest offer. `below` is the plan at a budget just below this one's cost, `more` that of a
    tenth more budget; both are None if there is nothing to compare.
    """

    assigned: tuple[Assigned, ...]
    unserved: tuple[Unserved, ...]
    budget: Decimal | None
    currency: str
    at: datetime
    catalog: str
    total: Decimal
    funding: Decimal
    preference: Decimal
    least: Decimal
    most: Decimal
    suffices: bool
    below: BudgetStep | None
    more: BudgetStep | None
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        from ratecard.routing.plans import as_text  # here because most plans are not printed

        return as_text.in_short(self)

    def __str__(self) -> str:
        from ratecard.routing.plans import as_text  # the same

        return "\n".join([*as_text.report(self), *(f"Warning: {warning}" for warning in self.warnings)])

    def _repr_html_(self) -> str:
        from ratecard.core import display  # the same

        return display.html(str(self))

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON values, as `ratecard plan --json` prints it."""
        from ratecard.routing.plans import as_json  # the same

        return as_json.answer(self)


def planned(
    catalog: Catalog,
    tasks: str | os.PathLike[str] | Iterable[Mapping[str, object]],
    at: datetime,
    budget: str | int | Decimal | None = None,
    **stated: object,
) -> Plan:
    """The plan for a workload's file, or for mappings with its words; raises what `ratecard.plan` raises."""
    if isinstance(tasks, str | os.PathLike):
        read = files.read(tasks, catalog, **stated)
    else:
        read = files.given(tasks, catalog, **stated)
    workload = read if budget is None else read._replace(budget=_money(budget))
    return plan_of(catalog, workload, at)


def _money(amount: str | int | Decimal) -> Decimal:
    number = amount if isinstance(amount, Decimal) and amount.is_finite() else decimals.parse(str(amount))
    if number is None or number < 0 or isinstance(amount, bool):
        raise BadValue(f"budget {amount!r} is not an amount of money, such as 100 or 99.50")
    return number


def plan_of(catalog: Catalog, workload: Workload, at: datetime) -> Plan:
    """The plan for a workload at the prices of a moment in UTC; raises what `plan` raises."""
    columns = {task.quality for task in workload.tasks if task.quality}
    given = scores.read(workload.scores, columns, catalog) if columns else scores.NO_SCORES
    found = [ways(catalog, workload, task, given, at) for task in workload.tasks]
    fronts = _Fronts([entry for entry in found if entry.front])
    budget = workload.budget
    best = knapsack.preferred(fronts.options) if budget is None else knapsack.best(fronts.options, budget)
    taken = best or knapsack.cheapest(fronts.options)
    assigned = tuple(fronts.assigned(taken, budget))
    return Plan(
        assigned=assigned,
        unserved=tuple(Unserved(entry.task, entry.route, entry.unscored) for entry in found if not entry.front),
        budget=budget,
        currency=workload.currency,
        at=at,
        catalog=catalog.digest,
        total=decimals.total(
            [decimals.multiply(each.variant.choice.cost.total, Decimal(each.task.calls)) for each in assigned]
        ),
        funding=taken.cost,
        preference=taken.preference,
        least=knapsack.cheapest(fronts.options).cost,
        most=knapsack.preferred(fronts.options).cost,
        suffices=best is not None,
        below=fronts.below(taken) if best else None,
        more=fronts.at(decimals.multiply(budget, MORE), taken) if best and budget is not None else None,
        warnings=tuple(
            dict.fromkeys([*_about(given, found), *(text for each in assigned for text in _warnings(each))])
        ),
    )


def _about(given: Scores, found: Iterable[Ways]) -> Iterator[str]:
    """Warnings about scores of unknown models and offers without a score."""
    names = given.foreign
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"{given.file} scores what is not in the catalog: {', '.join(names[:SHOWN])}{more}"
    for entry in found:
        if entry.unscored:
            yield f"{entry.task.name}: {entry.unscored:,} offers have no {entry.task.quality} and were left out"


class _Fronts:
    """The tasks that have an offer, each with the ways that can be best."""

    def __init__(self, found: Iterable[Ways]) -> None:
        self.found = {entry.task.name: entry for entry in found}
        self.options = {name: tuple(entry.front) for name, entry in self.found.items()}

    def assigned(self, taken: Assignment, budget: Decimal | None) -> Iterator[Assigned]:
        """Each task with the offer an assignment gives it."""
        left = None if budget is None else decimals.subtract(budget, taken.cost)
        paid = set(self.found) if left is None or left >= 0 else knapsack.payable(self.options, budget or decimals.ZERO)
        for name, entry in self.found.items():
            variant = entry.front[taken.options[name]]
            each = variant.choice.funding
            growth = int(Fraction(left) // Fraction(each)) if left is not None and left >= 0 and each else None
            yield Assigned(entry.task, variant, entry.offers, growth, name in paid)

    def below(self, taken: Assignment) -> BudgetStep | None:
        """The plan at a budget just below an assignment's cost, or None if it is free."""
        return self.at(decimals.subtract(taken.cost, knapsack.unit(self.options)), taken) if taken.cost else None

    def at(self, budget: Decimal, taken: Assignment) -> BudgetStep:
        """The plan at another budget, compared with an assignment."""
        other = knapsack.best(self.options, budget)
        if other is None:
            paid = knapsack.payable(self.options, budget)
            cost = decimals.total([min(option.cost for option in self.options[name]) for name in paid])
            return BudgetStep(budget, cost, None, (), tuple(name for name in self.found if name not in paid))
        changes = tuple(
            TaskChange(name, entry.front[taken.options[name]], entry.front[other.options[name]])
            for name, entry in self.found.items()
            if taken.options[name] != other.options[name]
        )
        return BudgetStep(budget, other.cost, decimals.subtract(other.preference, taken.preference), changes)


def _warnings(assigned: Assigned) -> Iterator[str]:
    """Warnings about the offer of a task."""
    task, variant = assigned.task, assigned.variant
    offer = f"{variant.choice.slug} at {variant.choice.seller}"
    yield from (f"{task.name}: {text}" for text in variant.choice.warnings)
    if not variant.choice.cost.total:
        yield f"{task.name}: {offer} costs nothing; how many calls are free is not known"
    if PERIOD in dict(variant.facts) and task.off_peak != ALLOWED:
        yield f"{task.name}: {offer} is counted at its dearest hours, since the calls cannot wait"
