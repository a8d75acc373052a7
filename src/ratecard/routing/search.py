"""Searches candidates by cost.

A candidate is priced only when its lower bound is at most the best exact amount found so far; only exact amounts decide
the order. Ties are broken by slug, seller and model id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from math import inf
from operator import mul
from typing import Any, NamedTuple

from ratecard.routing.candidates import Candidates
from ratecard.routing.integer_costs import ScaledUsage

#: The first and the largest batch of cards to read.
FIRST_READ, MOST_READ = 8, 512


class PricedCandidate(NamedTuple):
    """The cost of the usage at a candidate, in tiny units of money."""

    amount: int | Decimal
    position: int


class Prices(Sequence[PricedCandidate]):
    """A sequence of priced candidates, stored as two columns for speed."""

    __slots__ = ("amounts", "positions")

    def __init__(self, amounts: list[int | Decimal], positions: list[int]) -> None:
        self.amounts, self.positions = amounts, positions

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Prices(self.amounts[index], self.positions[index])
        return PricedCandidate(self.amounts[index], self.positions[index])

    def __iter__(self) -> Iterator[PricedCandidate]:
        return map(PricedCandidate, self.amounts, self.positions)


def prices(found: Iterable[PricedCandidate]) -> Prices:
    """Priced candidates in the given order."""
    held = list(found)
    return Prices([one.amount for one in held], [one.position for one in held])


def cheapest_first(candidates: Candidates, among: int, asked: ScaledUsage) -> Iterator[PricedCandidate]:
    """Lazily yields the candidates that have a price for the usage, cheapest first."""
    order = candidates.order(among, asked)
    scale = order.scale(asked.floats)
    unit_costs_by_position = candidates.unit_costs_by_position(asked)
    found: list[PricedCandidate] = []
    reading, reach = 0, FIRST_READ
    entries = order.current_entries()
    for rank, (least, position) in enumerate(entries):
        if least == inf:
            break
        bound = least * scale
        while found and (found[0].amount < bound or (found[0].amount == bound and found[0].position < position)):
            yield heappop(found)
        unit_costs = unit_costs_by_position.get(position)
        if unit_costs is None:
            if rank >= reading:
                candidates.preload([position for _, position in entries[rank : rank + reach]])
                reading, reach = rank + reach, min(2 * reach, MOST_READ)
            unit_costs = candidates.unit_costs(position, asked)
            sure = unit_costs.sure(asked)
            if sure is not None:
                order.learn(position, sure)
        amount = unit_costs.amount(asked)
        if amount is not None:
            heappush(found, PricedCandidate(amount, position))
    while found:
        yield heappop(found)


def all_priced(candidates: Candidates, among: int, asked: ScaledUsage) -> Prices:
    """The same as a whole; candidates with equal unit costs are priced once."""
    block = candidates.block(among, asked)
    by_amount: dict[int | Decimal, tuple[int, ...]] = {}
    others, counts = block.others, asked.counts
    if counts is None:
        others = tuple(position for _, positions in block.alike for position in positions) + others
    else:
        for factors, positions in block.alike:
            amount = sum(map(mul, factors, counts))
            by_amount[amount] = by_amount[amount] + positions if amount in by_amount else positions
    unit_costs_by_position = candidates.unit_costs_by_position(asked)
    for position in others:
        charged = unit_costs_by_position[position].amount(asked)
        if charged is not None:
            by_amount[charged] = (*by_amount.get(charged, ()), position)
    amounts: list[int | Decimal] = []
    found: list[int] = []
    for amount in sorted(by_amount):
        held = by_amount[amount]
        amounts += [amount] * len(held)
        found += sorted(held) if len(held) > 1 else held
    return Prices(amounts, found)
