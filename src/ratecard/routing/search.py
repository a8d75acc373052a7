"""Searching: the offers that meet every need, in order of what the usage costs there.

A place is priced only when nothing that was priced is surely cheaper: floors say below what no place can lie, and
only exact amounts decide. Equal amounts go to the first slug, seller and model id, so the order is always the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from math import inf
from operator import mul
from typing import Any, NamedTuple

from ratecard.routing.candidates import Places
from ratecard.routing.integer_costs import Asked

#: How many places are read at once where the catalog reads them on demand: first, and at most.
FIRST_READ, MOST_READ = 8, 512


class Priced(NamedTuple):
    """What the usage comes to at a place, in tiny units of money."""

    amount: int | Decimal
    position: int


class Prices(Sequence[Priced]):
    """Many priced places in an order: two columns, since a record for each would take longer than its price."""

    __slots__ = ("amounts", "positions")

    def __init__(self, amounts: list[int | Decimal], positions: list[int]) -> None:
        self.amounts, self.positions = amounts, positions

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return Prices(self.amounts[place], self.positions[place])
        return Priced(self.amounts[place], self.positions[place])

    def __iter__(self) -> Iterator[Priced]:
        return map(Priced, self.amounts, self.positions)


def prices(found: Iterable[Priced]) -> Prices:
    """Priced places in the order they come in."""
    held = list(found)
    return Prices([one.amount for one in held], [one.position for one in held])


def cheapest_first(places: Places, among: int, asked: Asked) -> Iterator[Priced]:
    """Those of some places that have a price for the usage, the cheapest first, each found when it is asked for."""
    order = places.order(among, asked)
    scale = order.scale(asked.floats)
    sheets = places.sheets(asked)
    found: list[Priced] = []
    reading, reach = 0, FIRST_READ
    entries = order.settled()
    for place, (least, position) in enumerate(entries):
        if least == inf:
            break
        bound = least * scale
        while found and (found[0].amount < bound or (found[0].amount == bound and found[0].position < position)):
            yield heappop(found)
        sheet = sheets.get(position)
        if sheet is None:
            if place >= reading:
                places.preload([position for _, position in entries[place : place + reach]])
                reading, reach = place + reach, min(2 * reach, MOST_READ)
            sheet = places.sheet(position, asked)
            sure = sheet.sure(asked)
            if sure is not None:
                order.learn(position, sure)
        amount = sheet.amount(asked)
        if amount is not None:
            heappush(found, Priced(amount, position))
    while found:
        yield heappop(found)


def all_priced(places: Places, among: int, asked: Asked) -> Prices:
    """The same, all at once: what charges the same is priced once."""
    block = places.block(among, asked)
    by_amount: dict[int | Decimal, tuple[int, ...]] = {}
    others, counts = block.others, asked.counts
    if counts is None:
        others = tuple(position for _, positions in block.alike for position in positions) + others
    else:
        for factors, positions in block.alike:
            amount = sum(map(mul, factors, counts))
            by_amount[amount] = by_amount[amount] + positions if amount in by_amount else positions
    sheets = places.sheets(asked)
    for position in others:
        charged = sheets[position].amount(asked)
        if charged is not None:
            by_amount[charged] = (*by_amount.get(charged, ()), position)
    amounts: list[int | Decimal] = []
    found: list[int] = []
    for amount in sorted(by_amount):
        held = by_amount[amount]
        amounts += [amount] * len(held)
        found += sorted(held) if len(held) > 1 else held
    return Prices(amounts, found)
