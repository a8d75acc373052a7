"""The best assignment of options to tasks: the same as trying out all of them, whatever the order."""

from __future__ import annotations

import decimal
import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core import decimals
from ratecard.core.errors import BadValue
from ratecard.routing.plans import knapsack
from ratecard.routing.plans.knapsack import Assignment, Option

Tasks = Mapping[str, Sequence[Option]]

#: Few different numbers, so that ties are common; with and without decimals.
COSTS = st.sampled_from([Decimal(text) for text in ("0", "0.1", "0.25", "1", "1.5", "2", "3", "1E+1")])
PREFERENCES = st.sampled_from([Decimal(text) for text in ("-1.5", "0", "0.001", "1", "2", "3.25")])
OPTIONS = st.lists(
    st.builds(Option, COSTS, PREFERENCES, st.tuples(st.sampled_from("abcdefgh"))),
    min_size=1,
    max_size=5,
    unique_by=lambda option: option.key,
)
TASKS = st.dictionaries(st.sampled_from(["captions", "images", "search", "voice"]), OPTIONS, min_size=1)
BUDGETS = st.decimals(0, 20, places=2)


def tried_out(tasks: Tasks, budget: Decimal) -> tuple[Option, ...] | None:
    """The best of all assignments there are: by preference, then cost, then keys in order of the tasks' names."""
    names = sorted(tasks)
    affordable = [
        options
        for options in product(*(tasks[name] for name in names))
        if decimals.total([option.cost for option in options]) <= budget
    ]
    return min(affordable, key=rank, default=None)


def rank(options: Sequence[Option]) -> tuple[Decimal, Decimal, list[tuple[str, ...]]]:
    """What orders assignments, the best first."""
    liked = decimals.total([option.preference for option in options])
    return -liked, decimals.total([option.cost for option in options]), [option.key for option in options]


def taken(assignment: Assignment | None) -> tuple[Option, ...] | None:
    """The options of an assignment in order of the tasks' names."""
    return assignment and tuple(assignment.options[name] for name in sorted(assignment.options))


@given(TASKS, BUDGETS)
def test_the_best_is_what_trying_out_everything_finds(tasks: Tasks, budget: Decimal) -> None:
    """Preference, cost and every tie are those of the best of all assignments."""
    assert taken(knapsack.best(tasks, budget)) == tried_out(tasks, budget)


@given(TASKS, BUDGETS, st.randoms())
def test_order_never_matters(tasks: Tasks, budget: Decimal, chance: random.Random) -> None:
    """Tasks and options may be given in any order."""
    names = list(tasks)
    chance.shuffle(names)
    mixed = {name: chance.sample(tasks[name], len(tasks[name])) for name in names}
    assert knapsack.best(mixed, budget) == knapsack.best(tasks, budget)


@given(TASKS, BUDGETS, BUDGETS)
def test_more_budget_is_never_worse(tasks: Tasks, budget: Decimal, more: Decimal) -> None:
    """What a larger budget pays for is preferred at least as much."""
    small, large = knapsack.best(tasks, budget), knapsack.best(tasks, budget + more)
    assert small is None or (large is not None and large.preference >= small.preference)


@given(TASKS, BUDGETS)
def test_the_sums_are_exact_and_within_the_budget(tasks: Tasks, budget: Decimal) -> None:
    """Cost and preference are those of the options, to the last digit, and no option is made up."""
    found = knapsack.best(tasks, budget)
    if found is None:
        assert knapsack.cheapest(tasks).cost > budget
    else:
        assert found.cost == sum(option.cost for option in found.options.values()) <= budget
        assert found.preference == sum(option.preference for option in found.options.values())
        assert all(option in tasks[name] for name, option in found.options.items())


@given(TASKS)
def test_a_budget_of_the_least_cost_pays_for_the_cheapest_and_one_unit_less_for_nothing(tasks: Tasks) -> None:
    """The smallest budget that does is the sum of the least costs."""
    least = knapsack.cheapest(tasks).cost
    found = knapsack.best(tasks, least)
    assert found is not None
    assert found.cost == least
    assert knapsack.best(tasks, decimals.subtract(least, knapsack.unit(tasks))) is None


@given(TASKS)
def test_what_is_preferred_most_is_what_any_budget_pays_for(tasks: Tasks) -> None:
    """Without a bound on money only preference counts, then cost."""
    assert knapsack.preferred(tasks) == knapsack.best(tasks, Decimal(10**9))


@given(TASKS)
def test_just_below_what_a_plan_costs_lies_the_next_cheaper_one(tasks: Tasks) -> None:
    """No assignment costs less than one and more than the other."""
    most = knapsack.preferred(tasks)
    below = decimals.subtract(most.cost, knapsack.unit(tasks))
    costs = {decimals.total([option.cost for option in options]) for options in product(*tasks.values())}
    assert not [cost for cost in costs if below < cost < most.cost]


@given(TASKS, BUDGETS)
def test_as_many_tasks_are_paid_as_can_be(tasks: Tasks, budget: Decimal) -> None:
    """No larger set of tasks has least costs that the budget pays for."""
    paid = knapsack.payable(tasks, budget)
    least = sorted(min(option.cost for option in options) for options in tasks.values())
    affordable = max(count for count in range(len(least) + 1) if decimals.total(least[:count]) <= budget)
    assert len(paid) == affordable
    assert sum(min(option.cost for option in tasks[name]) for name in paid) <= budget


@given(OPTIONS)
def test_the_front_holds_what_nothing_beats(options: list[Option]) -> None:
    """Every option left out is as dear and no more preferred than one that stays; those rise in both."""
    front = knapsack.front(options)
    assert list(front) == sorted(front)
    assert all(low.cost < high.cost and low.preference < high.preference for low, high in pairwise(front))
    assert all(
        any(kept.cost <= option.cost and kept.preference >= option.preference for kept in front) for option in options
    )


def test_ambient_decimal_contexts_change_nothing() -> None:
    """Three digits of precision and a hundred give the same plan."""
    tasks = {
        "a": [Option(Decimal("0.123456789"), Decimal("1.000001"), ("x",)), Option(Decimal("0.2"), Decimal("1.000002"), ("y",))],
        "b": [Option(Decimal("1000000.000000001"), Decimal(0), ("x",))],
    }  # fmt: skip
    found = knapsack.best(tasks, Decimal("1000000.2"))
    with decimal.localcontext(prec=3):
        assert knapsack.best(tasks, Decimal("1000000.2")) == found
    assert found is not None
    assert (found.cost, found.preference) == (Decimal("1000000.123456790"), Decimal("1.000001"))


def workload(chance: random.Random, tasks: int, options: int, costs: range, points: range) -> dict[str, list[Option]]:
    """A workload with random whole costs and preferences."""
    return {
        f"task {number}": [
            Option(Decimal(chance.choice(costs)), Decimal(chance.choice(points)), (f"{place:04}",))
            for place in range(options)
        ]
        for number in range(tasks)
    }


def by_table(tasks: Tasks, budget: int) -> tuple[int, int]:
    """The best preference for whole costs and what it costs at least, by a table over all sums of money."""
    table = [0] * (budget + 1)
    for options in tasks.values():
        table = [
            max((table[money - int(option.cost)] + int(option.preference) for option in options if option.cost <= money), default=-(10**9))
            for money in range(budget + 1)
        ]  # fmt: skip
    return table[budget], table.index(table[budget])


@pytest.mark.parametrize("seed", range(8))
def test_larger_workloads_are_planned_as_a_table_over_all_sums_of_money_says(seed: int) -> None:
    """Another algorithm, which looks at every whole budget, finds the same preference and the same cost."""
    chance = random.Random(seed)
    tasks = workload(chance, 12, 40, range(1, 80), range([5, 100][seed % 2]))
    budget = chance.randrange(40, 400)
    found = knapsack.best(tasks, Decimal(budget))
    assert found is not None
    assert (found.preference, found.cost) == by_table(tasks, budget)


def relaxed(tasks: Tasks, budget: Decimal, price: Fraction) -> Fraction:
    """What no plan can exceed, whatever a unit of money is said to be worth in preference."""
    best = (max(Fraction(o.preference) - price * Fraction(o.cost) for o in options) for options in tasks.values())
    return sum(best, price * Fraction(budget))


def test_a_hundred_tasks_of_five_thousand_offers_are_planned_to_within_one_step_of_the_relaxation() -> None:
    """The size a plan is made for: the result is as near to the bound of Lagrange as whole options can be."""
    offers = workload(random.Random(1), 100, 5_000, range(1, 10**6), range(10_000))
    tasks = {name: knapsack.front(options) for name, options in offers.items()}
    low, high = knapsack.cheapest(tasks).cost, knapsack.preferred(tasks).cost
    budget = (low + high) / 2
    found = knapsack.best(offers, budget)
    assert found is not None
    assert found.cost <= budget
    steps = [pair for options in tasks.values() for pair in pairwise(options)]
    slopes = sorted(
        {Fraction(high.preference - low.preference) / Fraction(high.cost - low.cost) for low, high in steps}
    )
    place = bisect_left(
        range(len(slopes) - 1), True,
        key=lambda place: relaxed(tasks, budget, slopes[place]) <= relaxed(tasks, budget, slopes[place + 1]),
    )  # fmt: skip
    gap = relaxed(tasks, budget, slopes[place]) - Fraction(found.preference)
    assert 0 <= gap < max(high.preference - low.preference for low, high in steps)


def test_what_cannot_be_compared_in_time_is_refused_in_words() -> None:
    """Prices that follow scores exactly leave nothing plainly worse; beyond the bound that is said."""
    chance = random.Random(1)
    tasks = {
        f"task {number}": [
            Option(Decimal(points), Decimal(points), (f"{points}",))
            for points in sorted(chance.sample(range(10**12), 40))
        ]
        for number in range(8)
    }  # fmt: skip
    assert prod(len(options) for options in tasks.values()) > knapsack.MAX_PARTS
    low, high = knapsack.cheapest(tasks).cost, knapsack.preferred(tasks).cost
    with pytest.raises(BadValue, match="combine in more than 300,000 ways, none of which is clearly worse; give pref"):
        knapsack.best(tasks, (low + high) / 2)
