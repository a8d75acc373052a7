"""The most preferred assignment of one option to each task within a budget, exactly.

This is the multiple-choice knapsack problem. Three classical steps solve it on costs and preferences scaled to whole
numbers, so that nothing is rounded:

1. Of each task only the front is kept: options for which no other is as cheap and as much preferred.
2. Partial plans are built task by task; of those over the same tasks only the front is kept (Nemhauser and Ullmann,
   "Discrete Dynamic Programming and Capital Allocation", Management Science 15, 1969).
3. A partial plan is dropped if it cannot reach what another surely does. The bound is the linear relaxation of the
   other tasks, taken along the convex hulls of their fronts (Sinha and Zoltners, "The Multiple-Choice Knapsack
   Problem", Operations Research 27, 1979).

Of equal assignments the cheapest wins, then the one whose options come first by key, task by task in the order of their
names. The order of tasks and options does not matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadValue

#: The maximum number of partial plans compared at once; more would take minutes.
MAX_PARTS = 300_000


class Option(NamedTuple):
    """One way to do a task: its cost, its preference, and the key that breaks ties."""

    cost: Decimal
    preference: Decimal
    key: tuple[str, ...]


class Assignment(NamedTuple):
    """An option for each task, by the task's name, with their sums."""

    options: Mapping[str, Option]
    cost: Decimal
    preference: Decimal


def front(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options for which no other is as cheap and as much preferred, cheapest first."""
    kept: list[Option] = []
    for option in sorted(options, key=lambda option: (option.cost, option.preference.copy_negate(), option.key)):
        if not kept or option.preference > kept[-1].preference:
            kept.append(option)
    return tuple(kept)


def cheapest(tasks: Mapping[str, Sequence[Option]]) -> Assignment:
    """The assignment of least cost; every task must have an option."""
    return _assignment({name: front(options)[0] for name, options in tasks.items()})


def preferred(tasks: Mapping[str, Sequence[Option]]) -> Assignment:
    """The cheapest of the assignments that are preferred most; every task must have an option."""
    return _assignment({name: front(options)[-1] for name, options in tasks.items()})


def payable(tasks: Mapping[str, Sequence[Option]], budget: Decimal) -> set[str]:
    """The tasks that too small a budget pays for: as many as possible, cheapest first."""
    paid: set[str] = set()
    for cost, name in sorted((min(option.cost for option in options), name) for name, options in tasks.items()):
        budget = decimals.subtract(budget, cost)
        if budget >= 0:
            paid.add(name)
    return paid


def unit(tasks: Mapping[str, Sequence[Option]]) -> Decimal:
    """The smallest possible difference of the costs of two assignments."""
    places = max(decimals.places(option.cost) for options in tasks.values() for option in options)
    return Decimal((0, (1,), -places))


def best(tasks: Mapping[str, Sequence[Option]], budget: Decimal) -> Assignment | None:
    """The most preferred assignment within the budget, or None.

    Raises `BadValue` if more than `MAX_PARTS` partial plans would have to be compared at once.
    """
    fronts = {name: front(tasks[name]) for name in sorted(tasks)}
    slack = decimals.subtract(budget, cheapest(fronts).cost)
    if slack < 0:
        return None
    costs = _scale(option.cost for options in fronts.values() for option in options)
    gains = _scale(option.preference for options in fronts.values() for option in options)
    ladders = [_ladder(options, costs, gains) for options in fronts.values()]
    ranks = _search(ladders, int(decimals.multiply(slack, costs)))
    return _assignment({name: _by_key(fronts[name])[rank] for name, rank in zip(fronts, ranks, strict=True)})


def _assignment(options: Mapping[str, Option]) -> Assignment:
    cost = decimals.total([option.cost for option in options.values()])
    return Assignment(options, cost, decimals.total([option.preference for option in options.values()]))


class _Step(NamedTuple):
    """An option relative to the cheapest of its task: its further cost and preference, in whole numbers.

    `rank` is the position of its key among the keys of the front.
    """

    cost: int
    gain: int
    rank: int


#: The front of a task, the cheapest first.
_Ladder = Sequence[_Step]

#: A partial plan: its cost above that of the cheapest options, its negated gain (so that more sorts first),
#: and a number that orders plans like the keys of their options, task by task.
_Part = tuple[int, int, int]


def _scale(numbers: Iterable[Decimal]) -> Decimal:
    """The power of ten that makes whole numbers of all."""
    return Decimal((0, (1,) + (0,) * max(map(decimals.places, numbers), default=0), 0))


def _by_key(options: Iterable[Option]) -> list[Option]:
    return sorted(options, key=lambda option: option.key)


def _ladder(options: Sequence[Option], costs: Decimal, gains: Decimal) -> _Ladder:
    ranks = {option: rank for rank, option in enumerate(_by_key(options))}
    least = options[0]
    return [
        _Step(
            int(decimals.multiply(decimals.subtract(option.cost, least.cost), costs)),
            int(decimals.multiply(decimals.subtract(option.preference, least.preference), gains)),
            ranks[option],
        )
        for option in options
    ]


def _search(ladders: Sequence[_Ladder], slack: int) -> list[int]:
    """The rank of each task's option; together the options may cost `slack` more than the cheapest."""
    places = _multipliers(ladders)
    order = sorted(range(len(ladders)), key=lambda task: -ladders[task][-1].gain)
    increments = sorted(_increments(ladders), key=lambda found: -Fraction(found.gain, found.cost))
    parts: list[_Part] = [(0, 0, 0)]
    surely = 0
    for done, task in enumerate(order, 1):
        if len(parts) * len(ladders[task]) > MAX_PARTS:
            raise BadValue(
                f"costs and preferences combine in more than {MAX_PARTS:,} ways, none of which is clearly worse; "
                "give preferences with fewer digits, or plan fewer tasks at once"
            )
        left = set(order[done:])
        rest = [found for found in increments if found.task in left]
        parts, surely = _promising(_grown(parts, ladders[task], places[task], slack), rest, slack, surely)
    code = parts[-1][2]
    return [code // place % len(ladder) for ladder, place in zip(ladders, places, strict=True)]


def _multipliers(ladders: Sequence[_Ladder]) -> list[int]:
    """The factor of each task's rank in a plan's number; larger for earlier tasks."""
    places = [1]
    for ladder in reversed(ladders[1:]):
        places.append(places[-1] * len(ladder))
    return places[::-1][: len(ladders)]


def _grown(parts: Iterable[_Part], ladder: _Ladder, place: int, slack: int) -> list[_Part]:
    """The front of the parts with one more task done in each way the budget allows."""
    grown = sorted(
        (cost + step.cost, gain - step.gain, code + step.rank * place)
        for cost, gain, code in parts
        for step in ladder
        if cost + step.cost <= slack
    )
    kept: list[_Part] = []
    for part in grown:
        if not kept or part[1] < kept[-1][1]:
            kept.append(part)
    return kept


class _Increment(NamedTuple):
    """From one corner to the next of the convex hull of a task's front."""

    cost: int
    gain: int
    task: int


def _increments(ladders: Sequence[_Ladder]) -> Iterator[_Increment]:
    for task, ladder in enumerate(ladders):
        hull: list[_Step] = []
        for step in ladder:
            while len(hull) > 1 and _lies_below(hull[-2], hull[-1], step):
                hull.pop()
            hull.append(step)
        for low, high in pairwise(hull):
            yield _Increment(high.cost - low.cost, high.gain - low.gain, task)


def _lies_below(left: _Step, middle: _Step, right: _Step) -> bool:
    """Whether the middle is not above the straight line from left to right."""
    return (middle.gain - left.gain) * (right.cost - left.cost) <= (right.gain - left.gain) * (middle.cost - left.cost)


def _promising(
    parts: Iterable[_Part], increments: Sequence[_Increment], slack: int, surely: int
) -> tuple[list[_Part], int]:
    """The parts that may still become the best plan, and what some plan surely gains.

    The bound takes increments of the other tasks, even in part, those that gain most for their cost first.
    """
    costs = list(accumulate((found.cost for found in increments), initial=0))
    gains = list(accumulate((found.gain for found in increments), initial=0))
    reach: list[tuple[int, _Part]] = []
    for part in parts:
        left = slack - part[0]
        taken = bisect_right(costs, left) - 1
        sure = gains[taken] - part[1]
        surely = max(surely, sure)
        if taken < len(increments):
            following = increments[taken]
            sure += (left - costs[taken]) * following.gain // following.cost
        reach.append((sure, part))
    return [part for most, part in reach if most >= surely], surely
