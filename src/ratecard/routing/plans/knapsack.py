"""The assignment of one option to each task that is preferred most within a budget, exactly.

This is the multiple-choice knapsack problem. Three classical steps solve it, on whole numbers that costs and
preferences are scaled to, so that nothing is rounded:

1. Within a task only the front stays: options to which no other is as cheap and as much preferred.
2. Part-plans are built up task by task; of those over the same tasks only the front stays (Nemhauser and Ullmann,
   "Discrete Dynamic Programming and Capital Allocation", Management Science 15, 1969).
3. A part-plan goes that cannot reach what another one surely does: the bound is the linear relaxation of the tasks
   that are left, taken along the convex hulls of their fronts (Sinha and Zoltners, "The Multiple-Choice Knapsack
   Problem", Operations Research 27, 1979).

Of equal assignments the one of least cost is taken, then the one whose options come first by key, task by task in the
order of their names: neither the order of tasks nor that of options matters.
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

#: How many part-plans are compared at once at most: more would take minutes.
MAX_PARTS = 300_000


class Option(NamedTuple):
    """One way to do a task: what it costs, how much it is preferred, and the key that settles ties."""

    cost: Decimal
    preference: Decimal
    key: tuple[str, ...]


class Assignment(NamedTuple):
    """An option for each task, by the task's name, with their sums."""

    options: Mapping[str, Option]
    cost: Decimal
    preference: Decimal


def front(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options to which no other is as cheap and as much preferred, the cheapest first."""
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
    """The tasks a budget pays for where it does not suffice for all: as many as it can, the cheapest first."""
    paid: set[str] = set()
    for cost, name in sorted((min(option.cost for option in options), name) for name, options in tasks.items()):
        budget = decimals.subtract(budget, cost)
        if budget >= 0:
            paid.add(name)
    return paid


def unit(tasks: Mapping[str, Sequence[Option]]) -> Decimal:
    """The least by which the costs of two assignments can differ."""
    places = max(decimals.places(option.cost) for options in tasks.values() for option in options)
    return Decimal((0, (1,), -places))


def best(tasks: Mapping[str, Sequence[Option]], budget: Decimal) -> Assignment | None:
    """The assignment that is preferred most and costs no more than the budget, or None where none is so cheap.

    Raises `BadValue` where more than `MAX_PARTS` part-plans would have to be compared at once.
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
    """An option beside the cheapest of its task: what more it costs, how much more it is preferred, in whole numbers.

    `rank` is the place of its key among the keys of the front.
    """

    cost: int
    gain: int
    rank: int


#: The front of a task, the cheapest first.
_Ladder = Sequence[_Step]

#: Some tasks done: what more that costs than their cheapest options, what it gains (below zero, so that sorting puts
#: more before less), and a number that orders plans as the keys of their options do, task by task.
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
    """The rank of the option each task gets, where the options together may cost `slack` more than the cheapest."""
    places = _multipliers(ladders)
    order = sorted(range(len(ladders)), key=lambda task: -ladders[task][-1].gain)
    increments = sorted(_increments(ladders), key=lambda found: -Fraction(found.gain, found.cost))
    parts: list[_Part] = [(0, 0, 0)]
    surely = 0
    for done, task in enumerate(order, 1):
        if len(parts) * len(ladders[task]) > MAX_PARTS:
            raise BadValue(
                f"costs and preferences combine in more than {MAX_PARTS:,} ways of which none is plainly worse; "
                "give preferences with fewer digits, or plan fewer tasks at once"
            )
        left = set(order[done:])
        rest = _Relaxed([found for found in increments if found.task in left])
        parts, surely = rest.promising(_grown(parts, ladders[task], places[task], slack), slack, surely)
    code = parts[-1][2]
    return [code // place % len(ladder) for ladder, place in zip(ladders, places, strict=True)]


def _multipliers(ladders: Sequence[_Ladder]) -> list[int]:
    """What the rank of each task's option is multiplied by in a plan's number: more the earlier the task."""
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
    """Whether the middle gains no more for its money than the straight line from left to right."""
    return (middle.gain - left.gain) * (right.cost - left.cost) <= (right.gain - left.gain) * (middle.cost - left.cost)


class _Relaxed:
    """The tasks that are left, relaxed: increments may be taken in part, those that gain most for their cost first."""

    def __init__(self, increments: Sequence[_Increment]) -> None:
        self.increments = increments
        self.costs = list(accumulate((found.cost for found in increments), initial=0))
        self.gains = list(accumulate((found.gain for found in increments), initial=0))

    def promising(self, parts: Iterable[_Part], slack: int, surely: int) -> tuple[list[_Part], int]:
        """The parts that may still become the best plan, and what some plan surely gains."""
        reach: list[tuple[int, _Part]] = []
        for part in parts:
            left = slack - part[0]
            taken = bisect_right(self.costs, left) - 1
            sure = self.gains[taken] - part[1]
            surely = max(surely, sure)
            if taken < len(self.increments):
                following = self.increments[taken]
                sure += (left - self.costs[taken]) * following.gain // following.cost
            reach.append((sure, part))
        return [part for most, part in reach if most >= surely], surely
