"""Relaxation: which needs to give up so that an offer fits, and what giving up one need would save.

Candidates that fail the same set of needs form one bit set. The sets of needs that contain no other are exactly the
smallest sets to give up (minimal correction sets), and a smallest set of needs that cannot be met together hits each of
them (hitting-set duality, R. Reiter, "A theory of diagnosis from first principles", 1987).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from ratecard.database.offer_index import members
from ratecard.routing.needs import Need, Reason
from ratecard.routing.question import Choice, Question, Rejection, reasons_against
from ratecard.routing.rules import is_priced
from ratecard.routing.search import PricedCandidate

#: The requirement that values be known; it can be given up like a need.
KNOWN = Need("known", "everything")

#: The maximum number of near misses, and of rejections that miss the fewest needs.
NEAR_MISSES, NEAREST = 5, 3

Needs = frozenset[Need]


class Relaxation(NamedTuple):
    """A smallest set of needs to give up, how many offers then fit, and the cheapest of them."""

    needs: tuple[Need, ...]
    offers: int
    cheapest: Choice


class NearMiss(NamedTuple):
    """An offer that misses a single need and costs less than the choice."""

    choice: Choice
    need: Need
    reasons: tuple[Reason, ...]
    saving: Decimal


class Relaxed(NamedTuple):
    """All smallest sets of needs to give up, and a smallest set of needs that conflict."""

    ways: tuple[Relaxation, ...]
    conflict: tuple[Need, ...]


def relaxed(question: Question) -> Relaxed:
    """Every smallest set of needs to give up where no offer fits; fewest needs first, then cheapest."""
    groups = list(_groups(question))
    found: list[Needs] = []
    waiting = [(len(needs), tuple(sorted(needs)), needs, False) for needs in {needs for needs, _ in groups}]
    heapify(waiting)
    while waiting:
        _, _, needs, sure = heappop(waiting)
        if any(less <= needs for less in found):
            continue
        for also in [frozenset[Need]()] if sure else sorted(_too_dear(question, groups, needs), key=len):
            more = needs | also
            if more != needs:
                heappush(waiting, (len(more), tuple(sorted(more)), more, True))
            else:
                found.append(needs)
                break
    ways = [_relaxation(question, groups, needs) for needs in found]
    ways.sort(key=lambda way: (len(way.needs), way.cheapest.amount, way.cheapest.position, way.needs))
    return Relaxed(tuple(ways), _conflict(question, found))


def near_misses(question: Question, choice: Choice) -> tuple[NearMiss, ...]:
    """The offers that miss a single need and cost less than the choice, cheapest first."""
    found: list[tuple[PricedCandidate, Need]] = []
    for needs, held in _groups(question):
        if len(needs) == 1 and KNOWN not in needs:
            (need,) = needs
            found += [(candidate, need) for candidate in islice(_cheaper(question, held, choice), NEAR_MISSES)]
    dear = (
        (candidate, question.too_dear(candidate)) for candidate in _cheaper(question, question.frame.fitting, choice)
    )
    found += islice(((candidate, missed[0]) for candidate, missed in dear if len(missed) == 1), NEAR_MISSES)
    nearest = dict(sorted(found, reverse=True))  # a candidate found for two needs keeps the first
    return tuple(
        _near_miss(question, candidate, nearest[candidate], choice) for candidate in sorted(nearest)[:NEAR_MISSES]
    )


def _near_miss(question: Question, candidate: PricedCandidate, need: Need, choice: Choice) -> NearMiss:
    other = Choice(question, candidate)
    return NearMiss(other, need, tuple(reasons_against(question, candidate.position)), choice.funding - other.funding)


def _cheaper(question: Question, among: int, choice: Choice) -> Iterator[PricedCandidate]:
    for candidate in question.cheapest_first(among):
        if candidate.amount >= choice.amount:
            return
        yield candidate


def nearest(question: Question, among: int, most: int) -> list[int]:
    """The positions that miss the fewest needs; those the caller excluded by name come last."""
    levels = [among]  # the candidates by number of misses
    for need, unmet, unknown in _failing(question):
        against = unmet | unknown
        for _ in range(LEFT_OUT if need.kind in BY_NAME else 1):
            levels = [
                (same & ~against) | (fewer & against) for same, fewer in zip([*levels, 0], [0, *levels], strict=True)
            ]
    found = (position for held in levels for position in members(held))
    return list(islice(found, most))


def nearest_rejections(question: Question) -> tuple[Rejection, ...]:
    """The rejected offers that miss the fewest needs."""
    found = nearest(question, question.candidates.everyone, NEAREST)
    return tuple(Rejection(question, position) for position in found)


#: The kinds of needs that select by name, and how many misses one of them counts as.
BY_NAME = frozenset({"only", "ignore", "provider", "not_provider", "seller", "not_seller", "key"})
LEFT_OUT = 4


def _failing(question: Question) -> Iterator[tuple[Need, int, int]]:
    """Each need not about cost, with the candidates that do not meet it and those rejected as unknown."""
    for need in question.hard:
        if not is_priced(need):
            against = question.candidates.against(need, question.setting)
            yield need, against.unmet, 0 if question.passes_unknown(need) else against.unknown


def misses(question: Question) -> Iterator[tuple[Need, int, int]]:
    """Each need that any candidate fails, with the number that do not meet it and the number unknown."""
    for need, unmet, unknown in _failing(question):
        if unmet | unknown:
            yield need, unmet.bit_count(), unknown.bit_count()


def _groups(question: Question) -> Iterator[tuple[Needs, int]]:
    """Sets of needs not about cost, each with the candidates that fit once it is given up.

    A candidate with unknown values is in two groups: without those needs, or with unknown values allowed. Candidates
    that fail a need of every call are in none.
    """
    everyone: list[tuple[Needs, Needs, int]] = [(frozenset(), frozenset(), question.candidates.everyone)]
    for need, failing, unknown in _failing(question):
        fixed = need.kind in FIXED
        split: list[tuple[Needs, Needs, int]] = []
        for unmet, unsure, held in everyone:
            parts = (
                (unmet, unsure, held & ~failing & ~unknown),
                (unmet | {KNOWN} if fixed else unmet, unsure if fixed else unsure | {need}, held & unknown),
                (unmet | {need}, unsure, 0 if fixed else held & failing),
            )
            split += [part for part in parts if part[2]]
        everyone = split
    for unmet, unsure, held in everyone:
        if not unsure or KNOWN in unmet:
            yield unmet, held
        else:
            yield unmet | unsure, held
            yield unmet | {KNOWN}, held


#: The needs of every call, which cannot be given up.
FIXED = frozenset({"sold", "price", "by_call", "active", "listed", "at_hand", "tier"})


def _too_dear(question: Question, groups: Iterable[tuple[Needs, int]], needs: Needs) -> set[Needs]:
    """The sets of needs about cost that the priced candidates fail once these needs are given up."""
    among = _within(groups, needs)
    if not question.frame.about_cost:
        return {frozenset()} if next(question.cheapest_first(among), None) else set()
    return {frozenset(question.too_dear(candidate)) for candidate in question.all_priced(among)}


def _within(groups: Iterable[tuple[Needs, int]], needs: Needs) -> int:
    """The candidates that fit once these needs are given up, whatever they cost."""
    found = 0
    for missed, held in groups:
        if missed <= needs:
            found |= held
    return found


def _relaxation(question: Question, groups: Iterable[tuple[Needs, int]], needs: Needs) -> Relaxation:
    found = [
        candidate
        for candidate in question.all_priced(_within(groups, needs))
        if needs.issuperset(question.too_dear(candidate))
    ]
    return Relaxation(_ordered(question, needs), len(found), Choice(question, found[0]))


def _conflict(question: Question, ways: list[Needs]) -> tuple[Need, ...]:
    """A smallest set of needs that no offer meets together."""
    core = {need for way in ways for need in way}
    for need in reversed(_ordered(question, core)):
        if all(way & (core - {need}) for way in ways):
            core.discard(need)
    return _ordered(question, core)


def _ordered(question: Question, needs: Iterable[Need]) -> tuple[Need, ...]:
    wanted = set(needs)
    return tuple(need for need in (*question.hard, KNOWN) if need in wanted)
