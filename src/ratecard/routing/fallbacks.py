"""Fallbacks: a chain of offers that share no host, so that no two of them fail together.

Offers of one seller share a host, and so do a gateway and the seller it passes calls on to. Where that is unknown, a
model with closed weights is assumed to run at its maker, and one with open weights at a host that other gateways use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import listed
from ratecard.core.lives import OPEN_WEIGHTS
from ratecard.routing.question import Choice, Question

#: The kinds of sellers that host models themselves.
HOSTS = frozenset({"maker", "cloud", "host", "local"})


#: The host of open weights behind a gateway that does not name it.
SOME_HOST = "some host"


class Chaining(NamedTuple):
    """Limits of a chain: the number of fallbacks, and their cost as a multiple of the choice's."""

    most: int = 3
    within: Decimal = Decimal(10)


CHAIN = Chaining()


def hosts(choice: Choice) -> frozenset[str]:
    """The hosts that an offer depends on."""
    known: dict[int, frozenset[str]] = choice.candidates.hosts
    if choice.position not in known:
        card, offer, seller = choice.offer
        own = seller.host or (offer.seller if seller.kind in HOSTS else "")
        assumed = SOME_HOST if card.licence.weights == OPEN_WEIGHTS else card.provider
        known[choice.position] = frozenset({offer.seller, offer.upstream or own or assumed})
    return known[choice.position]


def chain(ranked: Iterable[Choice], chaining: Chaining) -> Iterator[Choice]:
    """The ranked offers that share no host with an earlier one in the chain."""
    used: set[str] = set()
    ceiling = count = 0
    for choice in ranked:
        if not ceiling:  # a free choice sets no ceiling
            ceiling = int(decimals.multiply(Decimal(choice.amount), chaining.within))
        own = hosts(choice)
        if used.isdisjoint(own) and (not ceiling or choice.amount <= ceiling):
            yield choice
            used |= own
            count += 1
            if count > chaining.most:
                return


def binding(question: Question) -> str:
    """Why the call is bound to one seller, or an empty text."""
    words = question.setting.vocabulary.capabilities
    bound = [need for need in question.hard if need.kind == "capability" and words[need.value].bound]
    if not bound:
        return ""
    named = listed(sorted({words[need.value].label.lower() for need in bound}), "and")
    return f"no fallback: the request refers by {named} to data that only one seller holds"
