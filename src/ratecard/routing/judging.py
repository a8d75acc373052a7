"""Judging one offer: every reason that a need gives against it, with who says so.

Most kinds of need look at one attribute of an offer (`ratecard.routing.rules`); the others are about cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import NamedTuple

from ratecard.core.errors import listed
from ratecard.core.evidence import unit_price
from ratecard.core.records import Card, Offer, Seller
from ratecard.database import offer_attributes
from ratecard.pricing.cost import Cost
from ratecard.routing.needs import Need, Reason, Setting
from ratecard.routing.rules import LIMITS, attribute, verdicts


class Candidate(NamedTuple):
    """An offer to be judged, with what the usage would cost there where that is known."""

    card: Card
    offer: Offer
    seller: Seller
    setting: Setting
    cost: Cost | None = None


def reasons(need: Need, candidate: Candidate) -> Iterator[Reason]:
    """The reasons against an offer that one need gives."""
    if need.kind in _PRICED:
        yield from (found._replace(path=need.path) for found in _PRICED[need.kind](need, candidate))
        return
    if need.kind in NAMED:
        yield from _named(need, candidate)
        return
    about, card, offer = attribute(need), candidate.card, candidate.offer
    for found in verdicts(need, offer_attributes.value(about, card, offer), candidate.setting):
        told = None if found.code in _WITHOUT_SOURCE else offer_attributes.source(about, card, offer)
        yield Reason(
            found.code, found.need, found.required, found.offered, told, found.sentence, found.unknown, need.path
        )


def is_priced(need: Need) -> bool:
    """Whether a need is about what the usage costs, so that only a cost can tell."""
    return need.kind in _PRICED


#: The kinds of needs that are lists of names, and whether they are of those that are wanted.
NAMED: Mapping[str, bool] = {"only": True, "ignore": False}


class Name(NamedTuple):
    """An entry of such a list: `kind` is provider, seller or slug; in a slug * is anything."""

    kind: str
    name: str


def name(entry: str) -> Name:
    """What an entry means, as `provider:…`, `seller:…` or a slug."""
    kind, _, rest = entry.partition(":")
    return Name(kind, rest) if kind in ("provider", "seller") else Name("slug", entry)


def matches(entry: str, card: Card, offer: Offer) -> bool:
    """Whether an entry means an offer."""
    kind, wanted = name(entry)
    return (
        is_named(card.slug, wanted)
        if kind == "slug"
        else wanted == (card.provider if kind == "provider" else offer.seller)
    )


def is_named(slug: str, wanted: str) -> bool:
    """Whether a name, in which * is anything, means a slug."""
    return slug == wanted or ("*" in wanted and fnmatchcase(slug, wanted))


def _named(need: Need, candidate: Candidate) -> Iterator[Reason]:
    card, offer = candidate.card, candidate.offer
    if any(matches(entry, card, offer) for entry in need.value.split(",")) == NAMED[need.kind]:
        return
    code, verb = (
        ("NOT_ASKED_FOR", "is not among those asked for") if NAMED[need.kind] else ("RULED_OUT", "was ruled out")
    )
    found = f"{card.slug} at {offer.seller or 'nobody'}"
    yield Reason(code, need.kind, need.value, found, None, f"{found} {verb}")


def _max_cost(need: Need, candidate: Candidate) -> Iterator[Reason]:
    cost, ceiling = candidate.cost, Decimal(need.value)
    if cost is not None and cost.funding > ceiling:
        over = cost.funding - ceiling
        yield Reason(
            "OVER_BUDGET", "max_cost", need.value, f"{cost.funding:f}", cost.tariff.sources[0],
            f"it costs {cost.funding:f} {cost.currency}, {over:f} more than {need.value}",
        )  # fmt: skip


def _max_price(need: Need, candidate: Candidate) -> Iterator[Reason]:
    if candidate.cost is None:
        return
    meter, _, ceiling = need.value.partition("=")
    shown = candidate.setting.vocabulary.meters[meter].per
    prices = [unit_price(line.rate) * shown for line in candidate.cost.lines if line.meter == meter]
    source = candidate.cost.tariff.sources[0]
    if not prices:
        meters = listed(sorted({line.meter for line in candidate.cost.lines}) or ["nothing"], "and")
        yield Reason(
            "PRICE_NOT_COMPARABLE", "max_price", need.value, meters, source,
            f"this usage is billed by {meters}, not by {meter}",
        )  # fmt: skip
    elif max(prices) > Decimal(ceiling):
        yield Reason(
            "PRICE_ABOVE_CEILING", "max_price", need.value, f"{max(prices):f}", source,
            f"its price is {max(prices):f}, above {ceiling}",
        )  # fmt: skip


#: The kind of need for a usage that costs no more than so much.
MAX_COST = "max_cost"

_PRICED: Mapping[str, Callable[[Need, Candidate], Iterator[Reason]]] = {MAX_COST: _max_cost, "max_price": _max_price}

#: What nobody says has no source, and neither has what the caller alone decides.
_WITHOUT_SOURCE = frozenset(
    {"NOT_SOLD", "CAPABILITY_UNKNOWN", "SIZE_UNKNOWN", "MODE_UNKNOWN", "LICENCE_UNKNOWN", "REGION_UNKNOWN",
     "ENDPOINT_UNKNOWN", "PROVIDER_NOT_ASKED_FOR", "PROVIDER_RULED_OUT", "SELLER_NOT_ASKED_FOR", "SELLER_RULED_OUT",
     "NO_KEY", *(f"{name.upper()}_UNKNOWN" for name in LIMITS)}
)  # fmt: skip
