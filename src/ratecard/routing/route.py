"""The route: the best offer that meets every need, its fallbacks, and the reasons against the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import islice
from operator import eq
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ratecard.core import decimals, display
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, NoRoute
from ratecard.core.usage import Usage
from ratecard.database.offer_index import bits, members
from ratecard.pricing.as_text import shortened
from ratecard.routing import ranking
from ratecard.routing.candidates import Candidates, candidates_of
from ratecard.routing.fallbacks import CHAIN, Chaining, binding, chain
from ratecard.routing.needs import Need
from ratecard.routing.question import ANYONE, Caller, Choice, Question, Rejection, question
from ratecard.routing.ranking import CHEAPEST, Front, Objectives, check_axes
from ratecard.routing.rules import MAX_COST
from ratecard.routing.search import Prices, prices

if TYPE_CHECKING:
    from ratecard.routing.relaxation import NearMiss, Relaxed

Entry = TypeVar("Entry")

#: The number of entries prepared ahead of an iteration.
AT_ONCE = 512


class LazySequence(Sequence[Entry], Generic[Entry]):
    """A lazy sequence: entries are made from numbers on access; `ahead` prepares the next ones of an iteration."""

    __slots__ = ("_ahead", "_make", "_numbers")

    def __init__(
        self, numbers: range, make: Callable[[int], Entry], ahead: Callable[[range], None] | None = None
    ) -> None:
        self._numbers, self._make, self._ahead = numbers, make, ahead

    def __iter__(self) -> Iterator[Entry]:
        for start in range(0, len(self._numbers), AT_ONCE):
            some = self._numbers[start : start + AT_ONCE]
            if self._ahead:
                self._ahead(some)
            yield from map(self._make, some)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> Any:
        found = self._numbers[index]
        return LazySequence(found, self._make, self._ahead) if isinstance(found, range) else self._make(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # equality compares the entries, which may be many

    def __repr__(self) -> str:
        return f"<{len(self)} entries>"


class Route:
    """The answer to a question; its parts are computed on first use.

    `print(route)` says what was chosen, why, and what to fall back to. `rules` is the version of the rules, which
    changes where the same question may get another answer.
    """

    rules = "2"

    def __init__(self, asked: Question, objectives: Objectives, chaining: Chaining, needs: Sequence[Need]) -> None:
        self.question, self.objectives, self.chaining, self.needs = asked, objectives, chaining, tuple(needs)
        self.unrecognized: tuple[str, ...] = ()
        self._found: list[Choice] = []
        self._further = self._best_first()

    def __getstate__(self) -> dict[str, Any]:
        asked = ("question", "objectives", "chaining", "needs", "unrecognized")
        return {name: value for name, value in vars(self).items() if name in asked}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _found=[])
        self._further = self._best_first()

    def __repr__(self) -> str:
        if self.choice is None:
            return "Route(choice=None)"
        count = f"{len(self.fallbacks)} fallback{'' if len(self.fallbacks) == 1 else 's'}"
        what = f"{self.choice.slug} at {self.choice.offer[2].name} {self.choice.money}"
        return shortened(f"Route(choice={what}, {count})")

    def __str__(self) -> str:
        if self.choice is None:
            return "no offer meets every need"
        needs = ", ".join(dict.fromkeys(need.value for need in self.needs if need.kind == "capability")) or "the call"
        others = "; ".join(map(_named, self.fallbacks)) or self.unbound or "nothing else fits"
        weights = self.objectives.weights.items()
        by = " and ".join(f"{axis} {weight}" for axis, weight in weights) or " then ".join(self.objectives.by)
        why = f"the best of the offers known to meet {needs}, by {by}"
        return f"{_named(self.choice)}\nbecause it is {why}\nelse {others}"

    def _repr_html_(self) -> str:
        return display.html(str(self))

    def to_dict(self, axes: Iterable[str] = ()) -> dict[str, Any]:
        """The route as JSON values, as `ratecard route --json` prints it; its front is over these axes, if any."""
        from ratecard.routing import as_json  # here because most routes are not written out

        return as_json.route_answer(self, axes)

    @property
    def choice(self) -> Choice | None:
        """The best offer that meets every hard need, or None; see `best`."""
        return self._found[0] if self._found else next(self._ranking(), None)

    @property
    def best(self) -> Choice:
        """The choice, where there is one; raises `NoRoute` where no offer meets every need."""
        if self.choice is None:
            raise NoRoute("no offer meets every need; `relax` has those to give up, cheapest first")
        return self.choice

    def first(self, count: int) -> tuple[Choice, ...]:
        """The best of the offers that meet every hard need, found without pricing the others where cost decides."""
        return tuple(islice(self._ranking(), count))

    @cached_property
    def fallbacks(self) -> tuple[Choice, ...]:
        """The offers to try in order when the choice fails; no two of them, or it, share a host."""
        return () if self.unbound else tuple(islice(chain(self._ranking(), self.chaining), 1, None))

    @cached_property
    def unbound(self) -> str:
        """Why no other seller can answer the call, or an empty text."""
        return binding(self.question)

    @cached_property
    def candidates(self) -> LazySequence[Choice]:
        """The other offers that meet every hard need, best first."""
        return LazySequence(range(1, len(self.priced)), lambda number: Choice(self.question, self.priced[number]))

    @cached_property
    def priced(self) -> Prices:
        """Every offer that meets every hard need, with its amount, best first."""
        asked = self.question
        found = asked.all_priced(asked.frame.fitting)
        if asked.frame.about_cost:
            found = prices(candidate for candidate in found if not asked.too_dear(candidate))
        if self.objectives.by_cost_alone:
            return found
        return prices(ranking.ranked(asked, self.objectives, found))

    @cached_property
    def rejected(self) -> LazySequence[Rejection]:
        """Every other offer, and cards without offers, by name."""
        others = list(members(self.rejected_bits))

        def ahead(numbers: range) -> None:
            self.question.candidates.preload(others[number] for number in numbers)

        return LazySequence(range(len(others)), lambda number: Rejection(self.question, others[number]), ahead)

    @cached_property
    def rejected_bits(self) -> int:
        """The rejected candidates, as a bit set."""
        return self.question.candidates.everyone & ~bits(sorted(self.priced.positions))

    @cached_property
    def relax(self) -> Relaxed | None:
        """Which needs to give up so that an offer fits; None where one does."""
        from ratecard.routing.relaxation import relaxed  # here for start-up time: most routes have a choice

        return None if self.choice else relaxed(self.question)

    @cached_property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """Offers that miss a single need and cost less than the choice."""
        from ratecard.routing.relaxation import near_misses  # here for start-up time: rarely used

        return near_misses(self.question, self.choice) if self.choice else ()

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the choice and its fallbacks."""
        chosen = (self.choice, *self.fallbacks) if self.choice else ()
        told = [warning for choice in chosen for warning in choice.warnings]
        told += [f"{path}: unrecognized parameter, ignored when routing" for path in self.unrecognized]
        return tuple([*told, self.unbound] if self.unbound and chosen else told)

    def front(self, *by: str) -> Front:
        """The Pareto front over these axes, else over the objectives; raises `UnknownWord` for an unknown axis."""
        wanted = by or (self.objectives.by if not self.objectives.weights else tuple(self.objectives.weights))
        check_axes(self.objectives, wanted)
        return ranking.front(self.question, self.objectives, wanted, self.priced)

    def _ranking(self) -> Iterator[Choice]:
        """The eligible offers, best first, found lazily and only once."""
        yield from self._found
        for choice in self._further:
            self._found.append(choice)
            yield choice

    def _best_first(self) -> Iterator[Choice]:
        if self.objectives.by_cost_alone:
            yield from self._cheapest_first()
        else:
            yield from (Choice(self.question, candidate) for candidate in self.priced)

    def _cheapest_first(self) -> Iterator[Choice]:
        asked = self.question
        for found in asked.cheapest_first(asked.frame.fitting):
            missed = asked.too_dear(found)
            if any(need.kind == MAX_COST for need in missed):
                return  # the rest costs more
            if not missed:
                yield Choice(asked, found)


def _named(choice: Choice) -> str:
    return f"{choice.slug} at {choice.offer[2].name}, as {choice.model_id}: {choice.money}"


def route(
    catalog: Catalog | Candidates,
    needs: Sequence[Need],
    usage: Usage,
    at: datetime,
    *,
    caller: Caller = ANYONE,
    objectives: Objectives = CHEAPEST,
    chaining: Chaining = CHAIN,
    unrecognized: Sequence[str] = (),
) -> Route:
    """The route for needs and a usage, by cost or by other objectives.

    `unrecognized` are the paths of unrecognized parameters in the request, reported as warnings.

    Raises `BadValue` for a usage without quantities, and `UnknownWord` for an unknown objective.
    """
    if not any(usage.quantities.values()):
        raise BadValue("nothing to compare: state a quantity, such as images=1 or input_tokens=1000 output_tokens=200")
    check_axes(objectives, (*objectives.by, *objectives.weights))
    where = catalog if isinstance(catalog, Candidates) else candidates_of(catalog)
    found = Route(question(where, tuple(needs), usage, at, caller), objectives, chaining, needs)
    found.unrecognized = tuple(unrecognized)
    return found


class Versus(NamedTuple):
    """The differences between two routes over the same offers.

    `difference` is how much more the choice costs afterwards. `added` are the offers eligible only afterwards,
    `removed` those no longer eligible, with the reasons, and `changed` those eligible both times at another cost.
    """

    before: Choice | None
    after: Choice | None
    difference: Decimal | None
    added: tuple[Choice, ...]
    removed: tuple[Rejection, ...]
    changed: tuple[tuple[Choice, Choice], ...]


def versus(before: Route, after: Route) -> Versus:
    """The differences from one route to another of the same catalog."""
    earlier, later = _by_position(before), _by_position(after)
    one, other = before.choice, after.choice
    return Versus(
        before=one,
        after=other,
        difference=decimals.add(other.funding, -one.funding) if one and other else None,
        added=tuple(choice for name, choice in later.items() if name not in earlier),
        removed=tuple(
            Rejection(after.question, choice.position) for name, choice in earlier.items() if name not in later
        ),
        changed=tuple(
            (choice, later[name])
            for name, choice in earlier.items()
            if name in later and choice.amount != later[name].amount
        ),
    )


def _by_position(route: Route) -> dict[int, Choice]:
    """The eligible offers by position."""
    chosen = (route.choice, *route.candidates) if route.choice else ()
    return {choice.position: choice for choice in chosen if choice}
