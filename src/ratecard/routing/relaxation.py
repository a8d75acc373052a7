"""Relaxing: what to give up so that something fits, and what giving up one thing would save.

Every place fails some set of needs; places that fail the same are one group of bits. The sets that contain no other
are exactly the smallest sets of needs to give up (minimal correction sets), and a smallest set of needs that cannot be
met together hits each of them (hitting-set duality, R. Reiter, "A theory of diagnosis from first principles", 1987).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from ratecard.database.offer_index import members
from ratecard.routing.judging import is_priced
from ratecard.routing.needs import Need, Reason
from ratecard.routing.question import Choice, Question, reasons_against
from ratecard.routing.search import Priced

#: What stands for letting pass whatever nobody knows; it can be given up like a need.
KNOWN = Need("known", "everything")

#: How many cheaper offers that miss one need are told of.
NEAR_MISSES = 5

Needs = frozenset[Need]


class Relaxation(NamedTuple):
    """A smallest set of needs without which something fits: how many offers that brings back, and the cheapest."""

    needs: tuple[Need, ...]
    offers: int
    cheapest: Choice


class NearMiss(NamedTuple):
    """An offer that misses one need and would cost less than the choice."""

    choice: Choice
    need: Need
    reasons: tuple[Reason, ...]
    saving: Decimal


class Relaxed(NamedTuple):
    """All ways to give up as little as possible, and a smallest set of needs that cannot be met together."""

    ways: tuple[Relaxation, ...]
    conflict: tuple[Need, ...]


def relaxed(question: Question) -> Relaxed:
    """What to give up where nothing fits: every smallest set of needs, the ones with fewest and cheapest first."""
    groups = list(_groups(question))
    found: list[Needs] = []
    waiting = [(len(needs), _names(needs), needs, False) for needs in {needs for needs, _ in groups}]
    heapify(waiting)
    while waiting:
        _, _, needs, sure = heappop(waiting)
        if any(less <= needs for less in found):
            continue
        for also in [frozenset[Need]()] if sure else sorted(_too_dear(question, groups, needs), key=len):
            more = needs | also
            if more != needs:
                heappush(waiting, (len(more), _names(more), more, True))
            else:
                found.append(needs)
                break
    ways = [_relaxation(question, groups, needs) for needs in found]
    ways.sort(key=lambda way: (len(way.needs), way.cheapest.amount, way.cheapest.position, way.needs))
    return Relaxed(tuple(ways), _conflict(question, found))


def near_misses(question: Question, choice: Choice) -> tuple[NearMiss, ...]:
    """The offers that miss a single need and would cost less than the choice, the cheapest first."""
    found: list[tuple[Priced, Need]] = []
    for needs, held in _groups(question):
        if len(needs) == 1 and KNOWN not in needs:
            (need,) = needs
            found += [(place, need) for place in islice(_cheaper(question, held, choice), NEAR_MISSES)]
    dear = ((place, question.too_dear(place)) for place in _cheaper(question, question.frame.fitting, choice))
    found += islice(((place, missed[0]) for place, missed in dear if len(missed) == 1), NEAR_MISSES)
    nearest = dict(sorted(found, reverse=True))  # of two needs for a place the first stays
    return tuple(_near_miss(question, place, nearest[place], choice) for place in sorted(nearest)[:NEAR_MISSES])


def _near_miss(question: Question, place: Priced, need: Need, choice: Choice) -> NearMiss:
    other = Choice(question, place)
    return NearMiss(other, need, tuple(reasons_against(question, place.position)), choice.funding - other.funding)


def _cheaper(question: Question, among: int, choice: Choice) -> Iterator[Priced]:
    for place in question.cheapest_first(among):
        if place.amount >= choice.amount:
            return
        yield place


def nearest(question: Question, among: int, most: int) -> list[int]:
    """The positions, of some places, that miss the fewest needs; those that a caller left out by name come last."""
    levels = [among]  # of each number of misses the places that have so many
    for need, against in _against(question):
        for _ in range(LEFT_OUT if need.kind in BY_NAME else 1):
            levels = [
                (same & ~against) | (fewer & against) for same, fewer in zip([*levels, 0], [0, *levels], strict=True)
            ]
    found = (position for held in levels for position in members(held))
    return list(islice(found, most))


#: The kinds of needs that only name whom a caller wants, and for how many misses one of them counts.
BY_NAME = frozenset({"only", "ignore", "provider", "not_provider", "seller", "not_seller", "key"})
LEFT_OUT = 4


def _against(question: Question) -> Iterator[tuple[Need, int]]:
    """Each need that an attribute answers, with the places it speaks against."""
    for need in question.hard:
        if not is_priced(need):
            against = question.places.against(need, question.setting)
            yield need, against.unmet | (0 if question.passes_unknown(need) else against.unknown)


def misses(question: Question) -> Iterator[tuple[Need, int, int]]:
    """Each need that speaks against any place: how many do not meet it, and of how many nobody knows."""
    for need in question.hard:
        if not is_priced(need):
            against = question.places.against(need, question.setting)
            unknown = 0 if question.passes_unknown(need) else against.unknown
            if against.unmet | unknown:
                yield need, against.unmet.bit_count(), unknown.bit_count()


def _groups(question: Question) -> Iterator[tuple[Needs, int]]:
    """Which needs, apart from those about the cost, would have to be given up for which places.

    A place that fails only because nobody knows is given two ways: without those needs, or with what is unknown let
    pass. Places for which nothing can be given up are in no group.
    """
    everyone: list[tuple[Needs, Needs, int]] = [(frozenset(), frozenset(), question.places.everywhere)]
    for need in question.hard:
        if is_priced(need):
            continue
        against = question.places.against(need, question.setting)
        unknown = 0 if question.passes_unknown(need) else against.unknown
        standing = need.kind in STANDING
        split: list[tuple[Needs, Needs, int]] = []
        for unmet, unsure, held in everyone:
            parts = (
                (unmet, unsure, held & ~against.unmet & ~unknown),
                (unmet | {KNOWN} if standing else unmet, unsure if standing else unsure | {need}, held & unknown),
                (unmet | {need}, unsure, 0 if standing else held & against.unmet),
            )
            split += [part for part in parts if part[2]]
        everyone = split
    for unmet, unsure, held in everyone:
        if not unsure or KNOWN in unmet:
            yield unmet, held
        else:
            yield unmet | unsure, held
            yield unmet | {KNOWN}, held


#: The needs of every call, which nobody can give up.
STANDING = frozenset({"sold", "price", "by_call", "active", "listed", "at_hand"})


def _too_dear(question: Question, groups: Iterable[tuple[Needs, int]], needs: Needs) -> set[Needs]:
    """The needs about the cost that priced places of a group fail: a set for each of them."""
    among = _within(groups, needs)
    if not question.frame.about_cost:
        return {frozenset()} if next(question.cheapest_first(among), None) else set()
    return {frozenset(question.too_dear(place)) for place in question.all_priced(among)}


def _within(groups: Iterable[tuple[Needs, int]], needs: Needs) -> int:
    """The places that come back when these needs are given up, unless they cost too much."""
    found = 0
    for missed, held in groups:
        if missed <= needs:
            found |= held
    return found


def _relaxation(question: Question, groups: Iterable[tuple[Needs, int]], needs: Needs) -> Relaxation:
    found = [
        place for place in question.all_priced(_within(groups, needs)) if needs.issuperset(question.too_dear(place))
    ]
    return Relaxation(_ordered(question, needs), len(found), Choice(question, found[0]))


def _conflict(question: Question, ways: list[Needs]) -> tuple[Need, ...]:
    """A smallest set of needs that leaves nothing: what is left when each need that can be spared is taken out."""
    core = {need for way in ways for need in way}
    for need in reversed(_ordered(question, core)):
        if all(way & (core - {need}) for way in ways):
            core.discard(need)
    return _ordered(question, core)


def _ordered(question: Question, needs: Iterable[Need]) -> tuple[Need, ...]:
    wanted = set(needs)
    return tuple(need for need in (*question.hard, KNOWN) if need in wanted)


def _names(needs: Needs) -> tuple[Need, ...]:
    """Needs as something to compare, so that the order never depends on anything else."""
    return tuple(sorted(needs))
