"""The ways to do a task: every offer that meets its needs, at the times and in the tiers its calls allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.tasks import ALLOWED, Task, Workload
from ratecard.core.usage import usage_of
from ratecard.pricing.rates import PERIOD
from ratecard.routing import options, ranking
from ratecard.routing import route as routing
from ratecard.routing.plans import knapsack
from ratecard.routing.plans.files import BATCH, needs_of
from ratecard.routing.plans.knapsack import Option
from ratecard.routing.plans.scores import Scores
from ratecard.routing.question import Caller, Choice
from ratecard.routing.ranking import Objectives
from ratecard.routing.route import Route
from ratecard.routing.search import PricedCandidate

Facts = tuple[tuple[str, str], ...]

#: The cost of one call at each candidate, and its circumstances.
_Found = dict[int, tuple[int | Decimal, Facts]]


class Variant(NamedTuple):
    """An offer with the circumstances of its calls: `facts` in addition to those of the task.

    `amount` is what must be paid for all calls, fees included.
    """

    choice: Choice
    facts: Facts
    amount: Decimal
    preference: Decimal


class Ways(NamedTuple):
    """The ways to do a task that are best at some budget, and the number of offers they were chosen from.

    `route` has the reasons against other offers; `unscored` is the number of eligible offers without a score.
    """

    task: Task
    front: Mapping[Option, Variant]
    offers: int
    route: Route
    unscored: int


def ways(catalog: Catalog, workload: Workload, task: Task, scores: Scores, at: datetime) -> Ways:
    """The ways to do a task of a workload at the prices of a moment in UTC."""
    routes = _TaskRoutes(catalog, workload, task, at)
    found = routes.cheapest()
    preferences = _preferences(routes, scores, sorted(found))
    candidates = routes.route(()).question.candidates.index.candidates
    calls = {
        Option(Decimal(found[position][0]), preference, candidates[position][:3]): position
        for position, preference in preferences.items()
    }
    front: dict[Option, Variant] = {}
    for call in knapsack.front(calls):
        amount, facts = found[calls[call]]
        choice = Choice(routes.route(facts).question, PricedCandidate(amount, calls[call]))
        total = decimals.multiply(choice.cost.funding, Decimal(task.calls))
        front[call._replace(cost=total)] = Variant(choice, facts, total, call.preference)
    return Ways(task, front, len(calls), routes.route(()), len(found) - len(calls))


def windows(variant: Variant) -> tuple[str, ...]:
    """The hours (UTC) for the calls of a variant; none if any hour, or any other hour, will do."""
    periods = variant.choice.cost.tariff.periods
    return tuple(window for fact, value in variant.facts if fact == PERIOD for window in periods.get(value, ()))


class _TaskRoutes:
    """The routes of a task under different circumstances."""

    def __init__(self, catalog: Catalog, workload: Workload, task: Task, at: datetime) -> None:
        self.task, self.at, self.catalog = task, at, catalog
        self.usage = usage_of(catalog.vocabulary, {**task.usage, "size": task.size} if task.size else task.usage)
        self.needs = needs_of(catalog, task)
        keys = options.held_keys(catalog, workload.keys or None)
        self.caller = Caller(task.inputs, task.allow_unknown, keys, workload.currency)
        self.routes: dict[Facts, Route] = {}

    def route(self, facts: Facts) -> Route:
        """The route of a call under these circumstances."""
        if facts not in self.routes:
            used = self.usage._replace(facts={**self.usage.facts, **dict(facts)})
            self.routes[facts] = routing.route(self.catalog, self.needs, used, self.at, caller=self.caller)
        return self.routes[facts]

    def cheapest(self) -> _Found:
        """The cost of a call at each candidate: in a batch if allowed and cheaper, else alone."""
        found = self._at_its_hour(())
        if self.task.batch == ALLOWED:
            for position, batched in self._at_its_hour((BATCH,)).items():
                if position not in found or batched[0] < found[position][0]:
                    found[position] = batched
        return found

    def _at_its_hour(self, tier: Facts) -> _Found:
        """The cost of a call: in the cheapest part of the week if it can wait, else in the dearest."""
        periods = self.catalog.vocabulary.facts[PERIOD].values
        parts: list[Facts] = [()] if PERIOD in self.task.usage else [((PERIOD, name),) for name in periods]
        priced = [{found.position: found.amount for found in self.route(tier + part).priced} for part in parts]
        differing = {position for prices in priced for position, _ in prices.items() ^ priced[0].items()}
        found = {position: (amount, tier) for position, amount in priced[0].items() if position not in differing}
        for position in differing:
            known = [(prices[position], part) for prices, part in zip(priced, parts, strict=True) if position in prices]
            waits = self.task.off_peak == ALLOWED
            if waits or len(known) == len(parts):
                amount, part = (min if waits else max)(known, key=itemgetter(0))
                found[position] = (amount, tier + part)
        return found


def _preferences(routes: _TaskRoutes, scores: Scores, positions: Sequence[int]) -> dict[int, Decimal]:
    """The preference of each candidate: its score, or its rank in the task's list from below, times the task's weight.

    Candidates without a score are left out.
    """
    task, question = routes.task, routes.route(()).question
    numbers: dict[int, Decimal | None]
    if task.quality:
        names = {position: question.candidates.index.candidates[position] for position in positions}
        numbers = {position: scores.of(task.quality, *name[:2]) for position, name in names.items()}
    else:
        wanted = Objectives(prefer=options.names(routes.catalog, task.prefer))
        priced = [PricedCandidate(0, position) for position in positions]
        ranks = ranking.scores(question, wanted, "preference", priced)
        numbers = {
            position: Decimal(len(task.prefer) - int(rank)) for position, rank in zip(positions, ranks, strict=True)
        }
    return {
        position: decimals.multiply(number, task.weight) for position, number in numbers.items() if number is not None
    }
