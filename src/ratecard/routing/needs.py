"""Needs: what a call requires of the offer that answers it.

A need is met, not met or unknown; unknown does not count as met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.records import Seller, Source, Vocabulary
from ratecard.core.synonyms import capability_called

#: The inputs that every caller is assumed to have.
ALWAYS_AT_HAND = frozenset({"prompt"})

HARD, SOFT, INFO = "hard", "soft", "info"


class Need(NamedTuple):
    """A requirement of a call: a kind and a value.

    A `hard` need rejects offers that do not meet it, a `soft` one is reported as a compromise, an `info` one rejects
    nothing. `path` is its place in the request. A `lenient` need accepts unknown values with a warning, whatever the
    policy; it is meant for limits that few sources state.
    """

    kind: str
    value: str
    strength: str = HARD
    path: str = ""
    lenient: bool = False


class Verdict(NamedTuple):
    """Why an attribute's text fails a need; `unknown` where it may in fact meet it."""

    code: str
    need: str
    required: str
    offered: str
    sentence: str
    unknown: bool = False


class Reason(NamedTuple):
    """Why an offer is rejected: what was required, what is offered, and the source.

    `path` is the need's place in the request.
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
    """The context of a judgement: the vocabulary, the day, the currency of comparison and the sellers."""

    vocabulary: Vocabulary
    day: date
    currency: str = "USD"
    sellers: Mapping[str, Seller] = {}


def still_listed(catalog: Catalog) -> Need:
    """The need that a list has shown the offer not long before the newest list of the catalog."""
    return Need("listed", max((feed.seen.isoformat() for feed in catalog.feeds.values()), default=""))


def always(
    listed: Need, at_hand: frozenset[str], held: Sequence[str] = (), tier: str = "", allowed: Sequence[str] = ()
) -> tuple[Need, ...]:
    """The needs of every call: a seller, a price, a current listing, and no required input beyond those at hand.

    `held` are the sellers the caller has an account or subscription with, `tier` is the service tier of the call,
    `allowed` are the statuses of doubtful prices that may be chosen.
    """
    return (
        Need("sold", ""), Need("price", ",".join(sorted(allowed))), Need("by_call", ",".join(sorted(held))),
        Need("active", ""), listed, Need("at_hand", ",".join(sorted(at_hand))), Need("tier", tier),
    )  # fmt: skip


def capability(word: str, vocabulary: Vocabulary, kind: str = "capability") -> Need:
    """The need for a capability, or for an input such as `audio-input`; raises `UnknownWord` for an unknown one."""
    known = capability_called(word, vocabulary.capabilities)
    if known:
        return Need(kind, known)
    inputs = {f"{meter.input}-input": meter.input for meter in vocabulary.meters.values() if meter.input}
    if word in inputs and kind == "capability":
        return Need("input", inputs[word])
    raise UnknownWord("capability", word, vocabulary.capabilities)


def price_ceiling(meter: str, price: Decimal, vocabulary: Vocabulary) -> Need:
    """The need for a meter's price of at most this much, per the quantity shown on pages."""
    if meter not in vocabulary.meters:
        raise UnknownWord("meter", meter, vocabulary.meters)
    if price < 0:
        raise BadValue(f"{meter}={price}: a price limit cannot be negative")
    return Need("max_price", f"{meter}={price:f}")


def at_hand(needs: Sequence[Need], given: Sequence[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The inputs at hand: a prompt, those given, and those the needed capabilities work on."""
    named = (vocabulary.capabilities[need.value].input for need in needs if need.kind == "capability")
    implied = {word for word in named if word}
    masked = {"image"} if "mask" in implied else set()
    return ALWAYS_AT_HAND | implied | masked | frozenset(given)
