"""Two routes compared: what changes with the day, the keys or the needs."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.routing.question import Choice, Rejection
from ratecard.routing.route import Route


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
    """What changes from one route to another of the same catalog."""
    earlier, later = _by_name(before), _by_name(after)
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


def _by_name(route: Route) -> dict[int, Choice]:
    """The offers that do, by their position."""
    chosen = (route.choice, *route.candidates) if route.choice else ()
    return {choice.position: choice for choice in chosen if choice}
