"""Needs: what a call requires of whoever answers it.

A need is met, not met, or unknown; unknown never passes for met.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.records import Source, Vocabulary

#: The inputs every caller is taken to have.
ALWAYS_AT_HAND = frozenset({"prompt"})


HARD, SOFT, INFO = "hard", "soft", "info"

#: Stands in a row of `RequestParameter` for the value that is measured in the request.


class Need(NamedTuple):
    """Something a call requires: a kind of need and the value asked for.

    A `hard` need must be met, what fails a `soft` one is told of it, an `info` need says what the call does and
    rejects nothing. `path` is where in a request it comes from. `lenient` lets pass what nobody knows, with a
    warning, whatever the policy; for limits that few sources state.
    """

    kind: str
    value: str
    strength: str = HARD
    path: str = ""
    lenient: bool = False


class Verdict(NamedTuple):
    """What speaks against offers with one text in an attribute; `unknown` where it may be no obstacle at all."""

    code: str
    need: str
    required: str
    offered: str
    sentence: str
    unknown: bool = False


class Reason(NamedTuple):
    """Why an offer does not do: what was required, what is offered, and who says so.

    `path` is where in a request the need comes from.
    """

    code: str
    need: str
    required: str
    offered: str
    source: Source | None
    sentence: str
    unknown: bool = False
    path: str = ""


class Setting(NamedTuple):
    """What needs are judged in: the words, the day and the currency in which costs are compared."""

    vocabulary: Vocabulary
    day: date
    currency: str = "USD"


def always(at_hand: frozenset[str], held: Sequence[str] = ()) -> tuple[Need, ...]:
    """What every call needs, whatever is asked for: a seller, a price for it, and no input that is not at hand.

    `held` are the sellers with whom the caller has an account, or a subscription where they sell by that.
    """
    return (
        Need("sold", ""), Need("price", ""), Need("by_call", ",".join(sorted(held))), Need("active", ""),
        Need("listed", ""), Need("at_hand", ",".join(sorted(at_hand))),
    )  # fmt: skip


def capability(word: str, vocabulary: Vocabulary) -> Need:
    """The need for a capability; raises `UnknownWord` for one that is no capability."""
    if word not in vocabulary.capabilities:
        raise UnknownWord("capability", word, vocabulary.capabilities)
    return Need("capability", word)


def price_ceiling(meter: str, price: Decimal, vocabulary: Vocabulary) -> Need:
    """The need for a price of at most so much, for the quantity a page shows the meter's price for."""
    if meter not in vocabulary.meters:
        raise UnknownWord("meter", meter, vocabulary.meters)
    if price < 0:
        raise BadValue(f"{meter}={price}: a price ceiling cannot be below zero")
    return Need("max_price", f"{meter}={price:f}")


def at_hand(needs: Sequence[Need], given: Sequence[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The inputs a caller has: a prompt, those given, and those the needed capabilities work on."""
    named = (vocabulary.capabilities[need.value].input for need in needs if need.kind == "capability")
    implied = {word for word in named if word}
    masked = {"image"} if "mask" in implied else set()
    return ALWAYS_AT_HAND | implied | masked | frozenset(given)
