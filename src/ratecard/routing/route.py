"""The route: the offer that meets every need at the least cost, what to fall back to, and why not the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.core.usage import Usage
from ratecard.database.offer_index import bits, members
from ratecard.routing.candidates import Places, places
from ratecard.routing.fallbacks import CHAIN, Chaining, binding, chain
from ratecard.routing.judging import MAX_COST
from ratecard.routing.needs import Need
from ratecard.routing.objectives import CHEAPEST, Objectives, check
from ratecard.routing.question import ANYONE, Choice, Options, Question, Rejection, question
from ratecard.routing.search import Prices, prices
from ratecard.routing.views import View

if TYPE_CHECKING:
    from ratecard.routing.ranking import Front
    from ratecard.routing.relaxation import NearMiss, Relaxed

#: The version of the rules that answers follow: another one where the same question may have another answer.
RULES = "2"


class Route:
    """The answer to a question: each part is worked out when it is looked at, and never changes."""

    def __init__(self, asked: Question, objectives: Objectives, chaining: Chaining, needs: Sequence[Need]) -> None:
        self.question, self.objectives, self.chaining, self.needs = asked, objectives, chaining, tuple(needs)
        self.unread: tuple[str, ...] = ()
        self._found: list[Choice] = []
        self._further = self._ranked()

    @property
    def choice(self) -> Choice | None:
        """The best offer that meets every hard need, or None where none does."""
        return self._found[0] if self._found else next(self._ranking(), None)

    @cached_property
    def fallbacks(self) -> tuple[Choice, ...]:
        """Whom to turn to when the choice fails, in turn: no two of them fail together with each other or with it."""
        if self.unbound:
            return ()
        return tuple(islice(chain(self._ranking(), self.chaining), 1, None))

    @cached_property
    def unbound(self) -> str:
        """Why nobody else could answer the call, or an empty text."""
        return binding(self.question)

    @cached_property
    def candidates(self) -> View[Choice]:
        """The other offers that meet every hard need, the best first."""
        return View(range(1, len(self.priced)), lambda number: Choice(self.question, self.priced[number]))

    @cached_property
    def priced(self) -> Prices:
        """Every offer that meets every hard need with what the usage comes to there, the best first."""
        asked = self.question
        found = asked.all_priced(asked.frame.fitting)
        if asked.frame.about_cost:
            found = prices(place for place in found if not asked.too_dear(place))
        if self.objectives.plain:
            return found
        from ratecard.routing.ranking import ranked  # here because the cheapest is found without it

        return prices(ranked(asked, self.objectives, found))

    @cached_property
    def rejected(self) -> View[Rejection]:
        """Every other offer, and cards that nobody sells, in order of their names."""
        others = list(members(self.rejected_bits))

        def ahead(numbers: range) -> None:
            self.question.places.preload(others[number] for number in numbers)

        return View(range(len(others)), lambda number: Rejection(self.question, others[number]), ahead)

    @cached_property
    def rejected_bits(self) -> int:
        """The places of every other offer, as bits."""
        return self.question.places.everywhere & ~bits(sorted(self.priced.positions))

    @cached_property
    def relax(self) -> Relaxed | None:
        """What to give up so that something fits; None where something does."""
        from ratecard.routing.relaxation import relaxed  # here because an answer that fits needs none of it

        return None if self.choice else relaxed(self.question)

    @cached_property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """Offers that miss a single need and would cost less than the choice."""
        from ratecard.routing.relaxation import near_misses  # here because few look at them

        return near_misses(self.question, self.choice) if self.choice else ()

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What to know before using the choice or a fallback."""
        chosen = (self.choice, *self.fallbacks) if self.choice else ()
        told = [warning for choice in chosen for warning in choice.warnings]
        told += [f"{path}: nothing is known of this parameter, so it asks for nothing here" for path in self.unread]
        return tuple([*told, self.unbound] if self.unbound and chosen else told)

    def front(self, *by: str) -> Front:
        """The offers that nothing beats in all of these axes; raises `UnknownWord` for one that is no axis."""
        wanted = by or (self.objectives.by if not self.objectives.weights else tuple(self.objectives.weights))
        check(self.objectives, wanted)
        from ratecard.routing import ranking  # here because few look at it

        return ranking.front(self.question, self.objectives, wanted, self.priced)

    def _ranking(self) -> Iterator[Choice]:
        """The offers that do, the best first, as far as they are asked for; none is looked for twice."""
        yield from self._found
        for choice in self._further:
            self._found.append(choice)
            yield choice

    def _ranked(self) -> Iterator[Choice]:
        if not self.objectives.plain:
            return (Choice(self.question, found) for found in self.priced)
        return self._cheapest_first()

    def _cheapest_first(self) -> Iterator[Choice]:
        asked = self.question
        for found in asked.cheapest_first(asked.frame.fitting):
            missed = asked.too_dear(found)
            if any(need.kind == MAX_COST for need in missed):
                return  # nothing that comes after it is cheaper
            if not missed:
                yield Choice(asked, found)


def route(
    catalog: Catalog | Places,
    needs: Sequence[Need],
    usage: Usage,
    at: datetime,
    *,
    options: Options = ANYONE,
    objectives: Objectives = CHEAPEST,
    chaining: Chaining = CHAIN,
    unread: Sequence[str] = (),
) -> Route:
    """The offers that meet every hard need, by cost of this usage or what else is better, then by name.

    `unread` are the places of a request that nobody knows; the answer says so.

    Raises `BadValue` where the usage holds no quantity, since nothing could be compared, and `UnknownWord` for an
    objective that is none.
    """
    if not any(usage.quantities.values()):
        raise BadValue(
            "nothing to compare: say what will be used, such as images=1, or input_tokens=1000 output_tokens=200"
        )
    check(objectives, (*objectives.by, *objectives.weights))
    where = catalog if isinstance(catalog, Places) else places(catalog)
    found = Route(question(where, tuple(needs), usage, at, options), objectives, chaining, needs)
    found.unread = tuple(unread)
    return found
