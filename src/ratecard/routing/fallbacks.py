"""Fallbacks: whom to turn to when the chosen offer fails, so that no two of a chain fail together.

Offers of one seller can fail together, and so can those that are passed on to the same host: a gateway and whoever
it buys from. Where nobody says to whom a reseller passes calls on, it may be to the model's own maker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import listed
from ratecard.core.records import Card, Offer, Seller
from ratecard.routing.question import Choice, Question

#: The kinds of sellers that answer calls themselves.
HOSTS = frozenset({"maker", "cloud"})


class Chaining(NamedTuple):
    """How long a chain may get after its first, and how many times the first one's cost a member may cost."""

    most: int = 3
    within: Decimal = Decimal(10)


CHAIN = Chaining()


def hosts(choice: Choice) -> frozenset[str]:
    """Who has to be up for an offer to answer."""
    known: dict[int, frozenset[str]] = choice.places.hosts
    if choice.position not in known:
        known[choice.position] = _hosts(*choice.offer)
    return known[choice.position]


def _hosts(card: Card, offer: Offer, seller: Seller) -> frozenset[str]:
    if offer.upstream:
        return frozenset({offer.seller, offer.upstream})
    return frozenset({offer.seller} if seller.kind in HOSTS else {offer.seller, card.provider})


def chain(ranked: Iterable[Choice], chaining: Chaining) -> Iterator[Choice]:
    """Of offers that meet every need, the best first, those that fail together with none before them."""
    used: set[str] = set()
    ceiling = count = 0
    for choice in ranked:
        if not ceiling:  # what is free has no multiple
            ceiling = int(decimals.multiply(Decimal(choice.amount), chaining.within))
        own = hosts(choice)
        if used.isdisjoint(own) and (not ceiling or choice.amount <= ceiling):
            yield choice
            used |= own
            count += 1
            if count > chaining.most:
                return


def binding(question: Question) -> str:
    """Why calls like this one cannot be sent to anyone else, or an empty text."""
    words = question.setting.vocabulary.capabilities
    bound = [need for need in question.hard if need.kind == "capability" and words[need.value].bound]
    if not bound:
        return ""
    named = listed(sorted({words[need.value].label.lower() for need in bound}), "and")
    return f"no fallback: what the request refers to by {named} is kept by one seller alone"
