"""Laws of the router on random catalogs, against a second opinion that tries everything."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

import worlds
from ratecard.core.catalog import Catalog
from ratecard.routing.as_json import route_answer
from ratecard.routing.fallbacks import hosts
from ratecard.routing.question import Choice
from ratecard.routing.ranking import Objectives
from ratecard.routing.relaxation import FIXED, KNOWN
from ratecard.routing.route import Route, route
from worlds import World

AT = datetime(2026, 11, 21, tzinfo=UTC)

seeds = st.integers(0, 2**64)


def routed(world: World, **more: object) -> Route:
    """The route of a world."""
    return route(world.catalog, world.needs, world.usage, AT, caller=world.caller, **more)  # type: ignore[arg-type]


def chosen(found: Route) -> list[Choice]:
    """All that does, the best first."""
    return [found.choice, *found.candidates] if found.choice else []


@given(seed=seeds)
def test_what_does_and_what_does_not_is_what_a_plain_look_at_each_offer_says(seed: int, catalog: Catalog) -> None:
    """Every offer that meets all hard needs is there in order of cost and name; every other one is told a reason."""
    world = worlds.world(seed, catalog)
    found, needs = routed(world), worlds.hard(world)
    expected = [candidate for candidate in worlds.candidates(world) if worlds.fits(candidate, frozenset(), needs)]
    expected.sort(key=lambda candidate: (candidate.funding, candidate.name))
    assert [(choice.name, choice.funding) for choice in chosen(found)] == [(one.name, one.funding) for one in expected]
    assert all(choice.cost.funding == choice.funding for choice in chosen(found))
    others = [candidate.name for candidate in worlds.candidates(world) if candidate not in expected]
    assert [(one.slug, one.seller, one.model_id) for one in found.rejected] == others
    assert all(one.reasons for one in found.rejected)


@given(seed=seeds)
def test_each_way_out_is_enough_and_none_gives_up_more_than_it_must(seed: int, catalog: Catalog) -> None:
    """The relaxations are exactly the smallest sets that trying all sets finds, with count and cheapest."""
    world = worlds.world(seed, catalog)
    found, needs, candidates = routed(world), worlds.hard(world), worlds.candidates(world)
    if found.relax is None:
        assert found.choice is not None
        return
    assert {frozenset(way.needs) for way in found.relax.ways} == worlds.smallest(candidates, needs)
    for way in found.relax.ways:
        back = [candidate for candidate in candidates if worlds.fits(candidate, frozenset(way.needs), needs)]
        least = min(back, key=lambda candidate: (candidate.funding, candidate.name))
        assert (way.offers, way.cheapest.name, way.cheapest.funding) == (len(back), least.name, least.funding)


@given(seed=seeds)
def test_a_conflict_leaves_nothing_and_each_of_its_needs_is_part_of_it(seed: int, catalog: Catalog) -> None:
    """No offer meets the needs of a conflict together; without any one of them some offer does."""
    world = worlds.world(seed, catalog)
    found, needs, candidates = routed(world), worlds.hard(world), worlds.candidates(world)
    if found.relax is None or not found.relax.ways:
        assert found.relax is None or not found.relax.conflict
        return
    core = frozenset(found.relax.conflict)
    spared = frozenset({*needs, KNOWN}) - core
    assert not any(worlds.fits(candidate, spared, needs) for candidate in candidates)
    for need in core:
        assert any(worlds.fits(candidate, spared | {need}, needs) for candidate in candidates)


@given(seed=seeds)
def test_a_near_miss_misses_one_need_and_would_save_what_it_says(seed: int, catalog: Catalog) -> None:
    """Near misses are the cheapest of the offers that would do without a single need and cost less than the choice."""
    world = worlds.world(seed, catalog)
    found, needs = routed(world), worlds.hard(world)
    if found.choice is None:
        assert not found.near_misses
        return
    near = [
        candidate
        for candidate in worlds.candidates(world)
        if candidate.funding is not None
        and candidate.funding < found.choice.funding
        and not worlds.fits(candidate, frozenset(), needs)
        and any(worlds.fits(candidate, frozenset({need}), needs) for need in needs)
    ]
    near.sort(key=lambda candidate: (candidate.funding, candidate.name))
    assert [miss.choice.name for miss in found.near_misses] == [candidate.name for candidate in near][:5]
    for miss in found.near_misses:
        assert miss.saving == found.choice.funding - miss.choice.funding
        assert miss.reasons


@given(seed=seeds)
def test_the_front_is_exactly_what_nothing_beats(seed: int, catalog: Catalog) -> None:
    """By comparing all with all; what is beaten names one that beats it, and in what."""
    world = worlds.world(seed, catalog)
    found = routed(world, objectives=Objectives(columns={"quality": world.quality}))
    front = found.front("cost", "quality")

    def vector(choice: Choice) -> tuple[object, ...]:
        quality = world.quality.get(choice.slug)
        return choice.funding, float("inf") if quality is None else -quality

    def beats(one: Choice, other: Choice) -> bool:
        mine, its = vector(one), vector(other)
        return mine != its and all(left <= right for left, right in zip(mine, its, strict=True))  # type: ignore[operator]

    best = {one.name for one in chosen(found) if not any(beats(other, one) for other in chosen(found))}
    assert {choice.name for choice in front.choices} == best
    assert {entry.choice.name for entry in front.dominated} == {one.name for one in chosen(found)} - best
    for entry in front.dominated:
        assert beats(entry.by, entry.choice)
        assert entry.axes


@given(seed=seeds)
def test_a_chain_meets_every_need_and_never_fails_together(seed: int, catalog: Catalog) -> None:
    """No two of the choice and its fallbacks share a seller or a host, and none costs more than it may."""
    world = worlds.world(seed, catalog)
    found = routed(world)
    if found.choice is None:
        assert not found.fallbacks
        return
    chain = [found.choice, *found.fallbacks]
    assert {choice.name for choice in chain} <= {choice.name for choice in chosen(found)}
    used: set[str] = set()
    for choice in chain:
        assert used.isdisjoint(hosts(choice))
        used |= hosts(choice)
    sure = [choice.funding for choice in chain if choice.funding]
    assert all(cost <= 10 * sure[0] for cost in sure)


@given(seed=seeds)
def test_order_and_history_never_matter(seed: int, catalog: Catalog) -> None:
    """Cards and needs in another order, and questions asked before, change not a byte of what is answered."""
    world = worlds.world(seed, catalog)
    first = json.dumps(route_answer(routed(world)))
    double = world.usage._replace(quantities={name: 3 * count for name, count in world.usage.quantities.items()})
    routed(world._replace(usage=double)).fallbacks  # noqa: B018  # what it learns is what could matter
    assert json.dumps(route_answer(routed(world))) == first
    dice = Random(seed)
    cards, needs = list(world.catalog.cards.values()), list(world.needs)
    dice.shuffle(cards)
    other = world._replace(catalog=world.catalog._replace(cards={card.slug: card for card in cards}))
    assert json.dumps(route_answer(routed(other))) == first
    dice.shuffle(needs)
    shuffled = routed(other._replace(needs=tuple(needs)))
    assert [(one.name, one.amount) for one in chosen(shuffled)] == [
        (one.name, one.amount) for one in chosen(routed(world))
    ]


def test_the_needs_of_every_call_are_no_ones_to_give_up() -> None:
    """A seller, a price, a model that answers and inputs at hand are not needs that a way out may drop."""
    assert {"sold", "price", "active", "at_hand"} <= FIXED
