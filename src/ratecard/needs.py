"""Needs: what a call requires of a model and its seller, and whether an offer meets them.

A need is met, not met, or unknown; unknown never passes for met. Each kind of need is one function
that yields the reasons against an offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.catalog import event_date, near, retired
from ratecard.errors import BadValue, UnknownWord, listed
from ratecard.evidence import delisted, unit_price
from ratecard.pricing import Cost
from ratecard.records import NO, UNKNOWN, YES, Capability, Card, Limits, Offer, Seller, Source, Vocabulary
from ratecard.usage import dimensions

#: The inputs every caller is taken to have.
ALWAYS_AT_HAND = frozenset({"prompt"})


HARD, SOFT, INFO = "hard", "soft", "info"


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


class Reason(NamedTuple):
    """Why an offer does not do: what was required, what is offered, and who says so."""

    code: str
    need: str
    required: str
    offered: str
    source: Source | None
    sentence: str
    unknown: bool = False


class Candidate(NamedTuple):
    """An offer to be judged, with what it would cost where that is known."""

    card: Card
    offer: Offer
    seller: Seller
    vocabulary: Vocabulary
    day: date
    at_hand: frozenset[str]
    cost: Cost | None = None


def reasons(need: Need, candidate: Candidate) -> Iterator[Reason]:
    """The reasons against an offer that one need gives."""
    return _RULES[need.kind](need, candidate)


def unmet_always(candidate: Candidate) -> Iterator[Reason]:
    """The reasons against an offer that hold whatever is asked for: it is gone, perhaps gone, or lacks an input."""
    card, offer = candidate.card, candidate.offer
    if retired(card, candidate.day):
        day = event_date(card, "retired")
        successor = f"; its successor is {card.replaced_by}" if card.replaced_by else ""
        source = next(event.source for event in card.lifecycle if event.event == "retired")
        yield Reason(
            "RETIRED", "lifecycle", "active", f"retired {day}", source,
            f"it was retired on {day}{successor}",
        )  # fmt: skip
    if delisted(offer):
        last = offer.tariffs[-1].sources[0] if offer.tariffs else None
        yield Reason("DELISTED", "lifecycle", "listed", "no longer listed", last, f"it is {offer.note}", unknown=True)
    for name in card.required_inputs:
        if name not in candidate.at_hand:
            yield Reason(
                f"INPUT_{name.upper()}_REQUIRED", "input", "no input beyond what the needs imply", name,
                _source(card), f"every call must carry {_a(name)}, which the needs do not imply",
            )  # fmt: skip


def capability(word: str, vocabulary: Vocabulary) -> Need:
    """The need for a capability; raises `UnknownWord` for one that is no capability."""
    if word not in vocabulary.capabilities:
        raise UnknownWord("capability", word, near(word, vocabulary.capabilities, 3))
    return Need("capability", word)


def price_ceiling(meter: str, price: Decimal, vocabulary: Vocabulary) -> Need:
    """The need for a price of at most so much, for the quantity a page shows the meter's price for."""
    if meter not in vocabulary.meters:
        raise UnknownWord("meter", meter, near(meter, vocabulary.meters, 3))
    if price < 0:
        raise BadValue(f"{meter}={price}: a price ceiling cannot be below zero")
    return Need("max_price", f"{meter}={price:f}")


def at_hand(needs: Sequence[Need], given: Sequence[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The inputs a caller has: a prompt, those given, and those the needed capabilities work on."""
    words = (vocabulary.capabilities[need.value].input for need in needs if need.kind == "capability")
    implied = {word for word in words if word}
    masked = {"image"} if "mask" in implied else set()
    return ALWAYS_AT_HAND | implied | masked | frozenset(given)


def held(candidate: Candidate, word: str) -> Capability:
    """What is known of a capability at an offer: the offer's own word, else the card's."""
    own = candidate.offer.capabilities.get(word)
    return own or candidate.card.capabilities.get(word) or Capability(UNKNOWN)


def _capability(need: Need, candidate: Candidate) -> Iterator[Reason]:
    word = candidate.vocabulary.capabilities[need.value]
    found = held(candidate, need.value)
    if found.value in word.met_by:
        return
    source = found.source or _source(candidate.card)
    if found.value == UNKNOWN:
        yield Reason(
            "CAPABILITY_UNKNOWN", need.value, listed(word.met_by), UNKNOWN, None,
            f"whether it offers {word.label.lower()} is not known", unknown=True,
        )  # fmt: skip
    elif found.value == NO:
        yield Reason(
            "CAPABILITY_MISSING", need.value, listed(word.met_by), NO, source,
            f"it does not offer {word.label.lower()}",
        )  # fmt: skip
    else:
        yield Reason(
            f"{need.value.upper().replace('-', '_')}_{found.value.upper()}", need.value, listed(word.met_by),
            found.value, source, f"{word.label.lower()} is {found.value} here",
        )  # fmt: skip


def _without(need: Need, candidate: Candidate) -> Iterator[Reason]:
    word = candidate.vocabulary.capabilities[need.value]
    found = held(candidate, need.value)
    if found.value in word.met_by:
        yield Reason(
            "CAPABILITY_UNWANTED", f"without {need.value}", NO, found.value, found.source,
            f"it offers {word.label.lower()}, which was ruled out",
        )  # fmt: skip


def _modality(side: str) -> Callable[[Need, Candidate], Iterator[Reason]]:
    def rule(need: Need, candidate: Candidate) -> Iterator[Reason]:
        offered: tuple[str, ...] = getattr(candidate.card, f"{side}_modalities")
        if need.value in offered:
            return
        code = f"{side.upper()}_MODALITY_" + ("UNSUPPORTED" if offered else "UNKNOWN")
        yield Reason(
            code, f"{side} {need.value}", need.value, listed(offered, "and") if offered else UNKNOWN,
            _source(candidate.card), _modality_sentence(side, need.value, offered), unknown=not offered,
        )  # fmt: skip

    return rule


def _modality_sentence(side: str, wanted: str, offered: Sequence[str]) -> str:
    verb = "takes" if side == "input" else "gives"
    if not offered:
        return f"no source says what it {verb}"
    return f"it {verb} {listed(offered, 'and')}, not {wanted}"


def _size(need: Need, candidate: Candidate) -> Iterator[Reason]:
    limits = limits_of(candidate)
    problem = size_problem(limits, need.value)
    if problem is None:
        yield Reason(
            "SIZE_UNKNOWN", "size", need.value, UNKNOWN, None, "no source says which sizes it makes", unknown=True
        )
    elif problem:
        yield Reason("SIZE_UNSUPPORTED", "size", need.value, problem, _source(candidate.card), f"it makes {problem}")


def limits_of(candidate: Candidate) -> Limits:
    """The limits at an offer: its own where it states them, else the card's."""
    own = {name: value for name, value in candidate.offer.limits._asdict().items() if value}
    return candidate.card.limits._replace(**own)


def size_problem(limits: Limits, size: str) -> str | None:
    """What speaks against a size: an empty text where it fits, None where nobody says."""
    if limits.sizes:
        return "" if size in limits.sizes else f"{listed(limits.sizes, 'and')} only"
    width, height = dimensions(size)
    area, (short, long) = width * height, sorted((width, height))
    bounds: tuple[tuple[object, bool, str], ...] = (
        (limits.max_side, long <= (limits.max_side or long), f"sides up to {limits.max_side}"),
        (limits.min_side, short >= (limits.min_side or short), f"sides from {limits.min_side}"),
        (limits.max_pixels, area <= (limits.max_pixels or area), f"up to {limits.max_pixels} pixels"),
        (limits.min_pixels, area >= (limits.min_pixels or 0), f"from {limits.min_pixels} pixels"),
        (limits.multiple_of, not (width % (limits.multiple_of or 1) or height % (limits.multiple_of or 1)),
         f"multiples of {limits.multiple_of}"),
        (limits.max_aspect, long <= (limits.max_aspect or long) * short, f"aspect ratios up to {limits.max_aspect}"),
    )  # fmt: skip
    stated = [(fits, words) for bound, fits, words in bounds if bound is not None]
    return listed([words for fits, words in stated if not fits] or [""], "and") if stated else None


def _images(need: Need, candidate: Candidate) -> Iterator[Reason]:
    most = limits_of(candidate).max_images
    if most is None:
        yield Reason(
            "IMAGES_PER_CALL_UNKNOWN", "n", need.value, UNKNOWN, None,
            "no source says how many images one call makes", unknown=True,
        )  # fmt: skip
    elif most < int(need.value):
        yield Reason(
            "TOO_MANY_IMAGES", "n", need.value, str(most), _source(candidate.card),
            f"one call makes at most {most}",
        )  # fmt: skip


def _listed_only(need_kind: str, code: str, noun: str, own: Callable[[Candidate], str]) -> Rule:
    def rule(need: Need, candidate: Candidate) -> Iterator[Reason]:
        inside = own(candidate) in need.value.split(",")
        if inside == (need_kind == "only"):
            return
        verb = "is not among those asked for" if need_kind == "only" else "was ruled out"
        yield Reason(code, noun, need.value, own(candidate), None, f"{noun} {own(candidate)} {verb}")

    return rule


def _sync(need: Need, candidate: Candidate) -> Iterator[Reason]:
    mode = candidate.offer.mode
    if mode in ("sync", "both"):
        return
    if mode == UNKNOWN:
        yield Reason(
            "MODE_UNKNOWN", "sync", "sync", UNKNOWN, None, "no source says whether it answers at once", unknown=True
        )
    else:
        yield Reason("ASYNC_ONLY", "sync", "sync", mode, _source(candidate.card), "it answers as a job to poll")


def _licence(need: Need, candidate: Candidate) -> Iterator[Reason]:
    licence = candidate.card.licence
    offered = {"open-weights": licence.weights == "open" and YES, "commercial": licence.commercial}.get(
        need.value, licence.name.lower() == need.value.lower() and YES
    )
    if offered == YES:
        return
    known = {"open-weights": licence.weights, "commercial": licence.commercial}.get(need.value, licence.name)
    if not known or known == UNKNOWN:
        yield Reason(
            "LICENCE_UNKNOWN", "licence", need.value, UNKNOWN, None, "no source states its licence", unknown=True
        )
    else:
        yield Reason(
            "LICENCE_MISMATCH", "licence", need.value, f"{licence.name or 'unnamed'}, weights {licence.weights}",
            licence.source, f"its licence does not allow {need.value}",
        )  # fmt: skip


def _max_cost(need: Need, candidate: Candidate) -> Iterator[Reason]:
    cost, ceiling = candidate.cost, Decimal(need.value)
    if cost is not None and cost.total > ceiling:
        over = cost.total - ceiling
        yield Reason(
            "OVER_BUDGET", "max_cost", need.value, f"{cost.total:f}", cost.tariff.sources[0],
            f"it costs {cost.total:f} {cost.currency}, {over:f} more than {need.value}",
        )  # fmt: skip


def _max_price(need: Need, candidate: Candidate) -> Iterator[Reason]:
    if candidate.cost is None:
        return
    meter, _, ceiling = need.value.partition("=")
    shown = candidate.vocabulary.meters[meter].per
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


def _source(card: Card) -> Source | None:
    return card.sources[0] if card.sources else None


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


Rule = Callable[[Need, Candidate], Iterator[Reason]]

_RULES: Mapping[str, Rule] = {
    "capability": _capability,
    "without": _without,
    "input": _modality("input"),
    "output": _modality("output"),
    "size": _size,
    "images": _images,
    "provider": _listed_only("only", "PROVIDER_NOT_ASKED_FOR", "provider", lambda found: found.card.provider),
    "not_provider": _listed_only("not", "PROVIDER_RULED_OUT", "provider", lambda found: found.card.provider),
    "seller": _listed_only("only", "SELLER_NOT_ASKED_FOR", "seller", lambda found: found.offer.seller),
    "not_seller": _listed_only("not", "SELLER_RULED_OUT", "seller", lambda found: found.offer.seller),
    "sync": _sync,
    "licence": _licence,
    "max_cost": _max_cost,
    "max_price": _max_price,
}
