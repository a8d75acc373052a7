"""The rules of the router: the reasons that a need gives against an offer.

Most needs are judged by the text of one attribute, once for all offers that share it; the others are about cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import partial
from typing import NamedTuple

from ratecard.core.errors import listed
from ratecard.core.evidence import (
    BETA,
    CURATED,
    DISPUTED,
    FREE,
    STALE,
    SUBSCRIPTION,
    UNDATED,
    UNPRICED,
    UNVERIFIED,
    unit_price,
)
from ratecard.core.lives import is_unseen
from ratecard.core.records import NO, UNKNOWN, YES, Card, Limits, Offer, Seller
from ratecard.core.usage import dimensions
from ratecard.database import offer_attributes
from ratecard.database.offer_attributes import CAPABILITY, EXPERIMENTAL, SIZE_LIMITS, parsed, words
from ratecard.pricing.cost import Cost
from ratecard.routing.needs import Need, Reason, Setting, Verdict


def attribute(need: Need) -> str:
    """The attribute of an offer that a need is about."""
    own = RULES[need.kind].attribute
    return f"{own}{need.value}" if own == CAPABILITY else own


def verdicts(need: Need, text: str, setting: Setting) -> tuple[Verdict, ...]:
    """Why offers with this text in the attribute fail a need; nothing if they meet it."""
    return tuple(RULES[need.kind].judge(need, text, setting))


def _sold(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if not text:
        yield Verdict("NOT_SOLD", "seller", "a seller", "none known", "no seller is known")


def _price(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Requires a price list in force on the day, in the requested currency, without doubts except those of the need.

    A price of zero that an author calls free is in no doubt: it may be the caller's own machine.
    """
    day = setting.day.isoformat()
    entries = parsed(text) if text else []
    in_force = (entry for entry in reversed(entries) if entry[0] <= day)
    _, status, currency, confidence, checked = next(in_force, ("", "", "", "", ""))
    if not status and entries:
        sentence = f"no price list was in force before {entries[0][0]}"
        yield Verdict("PRICE_UNKNOWN", "price", "a price for this usage", UNKNOWN, sentence)
    elif status in ("", UNPRICED):
        yield Verdict("PRICE_UNKNOWN", "price", "a price for this usage", UNKNOWN, "the price is unknown")
    elif currency != setting.currency:
        yield Verdict(
            "OTHER_CURRENCY", "currency", setting.currency, currency,
            f"prices are in {currency}, which is not compared with {setting.currency}",
        )  # fmt: skip
    elif status in _DOUBTS and status not in words(need.value) and (status, confidence) != (FREE, CURATED):
        code, wanted, why = _DOUBTS[status]
        yield Verdict(code, "price", wanted, status, why.format(checked=checked), unknown=True)


#: The price statuses that no route chooses unless asked to: the code, what is wanted, and what is wrong.
_DOUBTS: Mapping[str, tuple[str, str, str]] = {
    DISPUTED: ("PRICE_DISPUTED", "an undisputed price", "sources disagree about the price"),
    STALE: ("PRICE_STALE", "a price read lately", "nobody has read the price since {checked}"),
    UNDATED: ("PRICE_UNDATED", "a price of that day", "the price of that day is not known"),
    UNVERIFIED: ("PRICE_ZERO_UNVERIFIED", "a confirmed price", "the price of zero is unconfirmed"),
    FREE: ("PRICE_FREE", "a price", "calls are free, which may end any day"),
    BETA: ("PRICE_BETA", "a price", "calls are free while this is in beta"),
}
#: The words for them.
DOUBTS = tuple(_DOUBTS)


def _by_call(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text and text not in words(need.value):
        yield Verdict(
            "SUBSCRIPTION_NEEDED", "price", "a price per call", SUBSCRIPTION,
            f"calls are included in a subscription to {text}",
        )  # fmt: skip


def _active(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    day, who, successor = parsed(text) if text else ("", "", "")
    if text and day <= setting.day.isoformat():
        then = f"; the successor is {successor}" if successor else ""
        yield Verdict("RETIRED", "lifecycle", "active", f"retired {day}", f"retired on {day}, {who} says{then}")


def _still_listed(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Requires that a list has shown the offer shortly before the day of the newest list, which is the need's value."""
    seen, note = parsed(text) if text else ("", "")
    if text and is_unseen(_day(seen), _day(need.value)):
        yield Verdict("DELISTED", "lifecycle", "listed", f"last seen {seen}".strip(), note, unknown=True)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _at_hand(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    for name in words(text):
        if name not in words(need.value):
            yield Verdict(
                f"INPUT_{name.upper()}_REQUIRED", "input", "no input beyond those the needs imply", name,
                f"every call requires {'an' if name[0] in 'aeiou' else 'a'} {name}, which the needs do not imply",
            )  # fmt: skip


def _tier(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text not in ("", need.value):
        wanted = need.value or "none"
        yield Verdict("TIER_NOT_ASKED_FOR", "service tier", wanted, text, f"the id is for service tier {text} only")


def _capability(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    word = setting.vocabulary.capabilities[need.value]
    wanted = listed(word.met_by)
    if text in word.met_by:
        return
    if not text:
        sentence = f"support for {word.label.lower()} is unknown"
        yield Verdict("CAPABILITY_UNKNOWN", need.value, wanted, UNKNOWN, sentence, unknown=True)
    elif text == NO:
        yield Verdict("CAPABILITY_MISSING", need.value, wanted, NO, f"{word.label.lower()} is not supported")
    else:
        code = f"{need.value.upper().replace('-', '_')}_{text.upper()}"
        yield Verdict(code, need.value, wanted, text, f"{word.label.lower()} is {text}")


def _without(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    word = setting.vocabulary.capabilities[need.value]
    if text in word.met_by:
        yield Verdict(
            "CAPABILITY_UNWANTED", f"without {need.value}", NO, text,
            f"{word.label.lower()} is supported, but excluded",
        )  # fmt: skip


def _among(code: str, noun: str, unknown: str, unsupported: str) -> Judge:
    """Requires a value of a list; the wording may mention `{value}` and what is `{offered}`."""

    def judge(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
        label = noun.format(value=need.value)
        if not text:
            yield Verdict(f"{code}_UNKNOWN", label, need.value, UNKNOWN, unknown, unknown=True)
        elif need.value not in words(text):
            offered = listed(words(text), "and")
            sentence = unsupported.format(value=need.value, offered=offered)
            yield Verdict(f"{code}_UNSUPPORTED", label, need.value, offered, sentence)

    return judge


def _size(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    problem = size_problem(_size_limits(text), need.value)
    if problem is None:
        sentence = "the supported sizes are unknown"
        yield Verdict("SIZE_UNKNOWN", "size", need.value, UNKNOWN, sentence, unknown=True)
    elif problem:
        yield Verdict("SIZE_UNSUPPORTED", "size", need.value, problem, f"supported sizes: {problem}")


def _size_limits(text: str) -> Limits:
    found = parsed(text) if text else {}
    aspect = {"max_aspect": Decimal(found["max_aspect"])} if "max_aspect" in found else {}
    sizes = {"sizes": tuple(found["sizes"])} if "sizes" in found else {}
    return Limits(**{**found, **aspect, **sizes})


def size_problem(limits: Limits, size: str) -> str | None:
    """The limits that a size exceeds: an empty text where it fits, None where unknown."""
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


#: The wording of each limit, by name: its reason code, what a call asks for, and a sentence about the limit.
LIMITS: Mapping[str, tuple[str, str, str]] = {
    "max_images": ("TOO_MANY_IMAGES", "n", "one call returns at most {limit} images"),
    "max_reference_images": ("TOO_MANY_INPUT_IMAGES", "input images", "one call takes at most {limit} images"),
    "max_steps": ("TOO_MANY_STEPS", "steps", "the limit is {limit} steps"),
    "max_prompt_characters": ("PROMPT_TOO_LONG", "prompt", "the limit of a prompt is {limit} characters"),
    "max_upload_bytes": ("UPLOAD_TOO_LARGE", "upload", "the limit of a file is {limit} bytes"),
    "context_tokens": ("CONTEXT_TOO_SHORT", "context", "the context is {limit} tokens"),
    "max_output_tokens": ("OUTPUT_TOO_LONG", "output tokens", "the output limit is {limit} tokens"),
    "output_formats": ("OUTPUT_FORMAT_UNSUPPORTED", "output format", "supported output formats: {limit}"),
    "response_formats": ("RESPONSE_FORMAT_UNSUPPORTED", "response format", "supported response formats: {limit}"),
    "aspect_ratios": ("ASPECT_RATIO_UNSUPPORTED", "aspect ratio", "supported aspect ratios: {limit}"),
    "resolutions": ("RESOLUTION_UNSUPPORTED", "resolution", "supported resolutions: {limit}"),
}


def _limit(name: str) -> Judge:
    code, label, sentence = LIMITS[name]
    several = isinstance(getattr(Limits(), name), tuple)

    def judge(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
        if not text:
            told = f"the limit of {label} is unknown"
            yield Verdict(f"{name.upper()}_UNKNOWN", label, need.value, UNKNOWN, told, unknown=True)
        elif need.value not in words(text) if several else int(need.value) > int(text):
            shown = listed(words(text), "and")
            yield Verdict(code, label, need.value, shown, sentence.format(limit=shown))

    return judge


def _listed_only(only: bool, code: str, noun: str) -> Judge:
    def judge(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
        if (text in words(need.value)) != only:
            verb = "is not among those requested" if only else "is excluded"
            yield Verdict(code, noun, need.value, text, f"{noun} {text} {verb}")

    return judge


def _sync(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if not text:
        sentence = "whether it answers synchronously is unknown"
        yield Verdict("MODE_UNKNOWN", "sync", "sync", UNKNOWN, sentence, unknown=True)
    elif text not in ("sync", "both"):
        yield Verdict("ASYNC_ONLY", "sync", "sync", text, "it answers with a job to poll")


def _licence(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    name, weights, commercial = parsed(text) if text else ("", UNKNOWN, UNKNOWN)
    offered = {"open-weights": weights == "open" and YES, "commercial": commercial}.get(
        need.value, name.lower() == need.value.lower() and YES
    )
    if offered == YES:
        return
    known = {"open-weights": weights, "commercial": commercial}.get(need.value, name)
    if not known or known == UNKNOWN:
        sentence = "the licence is unknown"
        yield Verdict("LICENCE_UNKNOWN", "licence", need.value, UNKNOWN, sentence, unknown=True)
    else:
        yield Verdict(
            "LICENCE_MISMATCH", "licence", need.value, f"{name or 'unnamed'}, weights {weights}",
            f"the licence does not meet {need.value}",
        )  # fmt: skip


def _seller_kind(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Requires a seller of one of the need's kinds that nothing speaks against."""
    kind, caution = parsed(text) if text else ("", "")
    if not kind:
        return  # not sold
    if kind not in words(need.value):
        told = "nobody has looked into this seller" if kind == UNKNOWN else f"the seller is a {kind}"
        yield Verdict("SELLER_KIND", "seller", listed(words(need.value)), kind, told)
    elif caution:
        yield Verdict("SELLER_CAUTION", "seller", "a seller that nothing speaks against", kind, caution)


def _hosts(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Requires that a model's maker sells it, or as many clouds and hosts as the need says."""
    if text not in ("", "maker") and int(text) < int(need.value):
        told = "no cloud or host sells the model" if text == "0" else "only one cloud or host sells the model"
        wanted = "the maker or a host" if need.value == "1" else f"the maker or {need.value} hosts"
        yield Verdict("FEW_HOSTS", "hosts", wanted, text, told)


def _kind(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text not in words(need.value):
        wanted = listed(words(need.value))
        yield Verdict("OTHER_KIND", "kind", wanted, text, f"it is a model for {text.replace('-', ' ')}, not {wanted}")


def _parameters(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text and Decimal(text) < Decimal(need.value):
        size = f"{text} billion" if Decimal(text) >= 1 else f"{Decimal(text) * 1000:f} million".replace(".000", "")
        yield Verdict("SMALL_MODEL", "parameters", f"{need.value} billion", text, f"it has only {size} parameters")


def _stage(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Rejects experiments, and previews of what is released: where that is a model of its own, the need names it."""
    stage, id, slug = parsed(text) if text else ("", "", "")
    released = id or (slug if slug in words(need.value) else "")
    if stage == EXPERIMENTAL:
        yield Verdict("EXPERIMENTAL", "stage", "a release", stage, "it is an experiment")
    elif released:
        yield Verdict("PREVIEW_OF_RELEASE", "stage", "a release", stage, f"it is a preview; {released} is released")


def _quality(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Requires a published score in a benchmark."""
    name, least = quality(need)
    score, variant, harness, source, day = scores(text).get(name, ("", "", "", "", ""))
    if not score:
        yield Verdict("QUALITY_UNKNOWN", name, least, UNKNOWN, f"no score in {name} is known", unknown=True)
    elif Decimal(score) < Decimal(least):
        how = "".join(f", {part}" for part in (variant, harness) if part)
        yield Verdict("QUALITY_TOO_LOW", name, least, score, f"scored {score} in {name}{how}, {source} says on {day}")


def quality(need: Need) -> tuple[str, str]:
    """The benchmark and the score of a need for quality."""
    name, _, least = need.value.rpartition(">=")
    return name, least


def scores(text: str) -> Mapping[str, tuple[str, str, str, str, str]]:
    """The best score by benchmark: the score, what was measured, with what, and who says so on which day."""
    return {name: tuple(rest) for name, *rest in parsed(text)} if text else {}


def _key(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text not in words(need.value):
        shown = listed(words(need.value), "and")
        yield Verdict("NO_KEY", "key", shown, text, f"no key for {text}, only for {shown}")


Judge = Callable[[Need, str, Setting], Iterator[Verdict]]


class NeedRule(NamedTuple):
    """The attribute that a kind of need is about, and the function that judges its text."""

    attribute: str
    judge: Judge


_input = _among(
    "INPUT_MODALITY", "input {value}", "the input modalities are unknown", "the input is {offered}, not {value}"
)
_output = _among(
    "OUTPUT_MODALITY", "output {value}", "the output modalities are unknown", "the output is {offered}, not {value}"
)
_endpoint = _among("ENDPOINT", "endpoint", "the supported endpoints are unknown", "only {offered} is supported")
_region = _among("REGION", "region", "the regions are unknown", "sold for {offered}, not {value}")
_only, _not = partial(_listed_only, True), partial(_listed_only, False)

#: The rule of each kind of need about an attribute.
RULES: Mapping[str, NeedRule] = {
    "sold": NeedRule("sold", _sold),
    "price": NeedRule("tariffs", _price),
    "by_call": NeedRule("subscription", _by_call),
    "active": NeedRule("retired", _active),
    "listed": NeedRule("delisted", _still_listed),
    "at_hand": NeedRule("required_inputs", _at_hand),
    "tier": NeedRule("service_tier", _tier),
    "capability": NeedRule(CAPABILITY, _capability),
    "without": NeedRule(CAPABILITY, _without),
    "input": NeedRule("input", _input),
    "output": NeedRule("output", _output),
    "endpoint": NeedRule("endpoints", _endpoint),
    "size": NeedRule("sizes", _size),
    **{name: NeedRule(name, _limit(name)) for name in Limits._fields if name not in SIZE_LIMITS},
    "provider": NeedRule("provider", _only("PROVIDER_NOT_ASKED_FOR", "provider")),
    "not_provider": NeedRule("provider", _not("PROVIDER_RULED_OUT", "provider")),
    "seller": NeedRule("seller", _only("SELLER_NOT_ASKED_FOR", "seller")),
    "not_seller": NeedRule("seller", _not("SELLER_RULED_OUT", "seller")),
    "sync": NeedRule("mode", _sync),
    "licence": NeedRule("licence", _licence),
    "region": NeedRule("regions", _region),
    "key": NeedRule("seller", _key),
    "seller_kind": NeedRule("seller_kind", _seller_kind),
    "hosts": NeedRule("hosts", _hosts),
    "kind": NeedRule("kind", _kind),
    "parameters": NeedRule("parameters", _parameters),
    "stage": NeedRule("stage", _stage),
    "quality": NeedRule("benchmarks", _quality),
}


class CostedOffer(NamedTuple):
    """An offer with the cost of the usage, where known."""

    card: Card
    offer: Offer
    seller: Seller
    setting: Setting
    cost: Cost | None = None


def reasons(need: Need, costed: CostedOffer) -> Iterator[Reason]:
    """The reasons that a need gives against an offer."""
    if need.kind in _PRICED:
        yield from (found._replace(path=need.path) for found in _PRICED[need.kind](need, costed))
        return
    if need.kind in NAMED:
        yield from _named(need, costed)
        return
    about, card, offer = attribute(need), costed.card, costed.offer
    for found in verdicts(need, offer_attributes.value(about, card, offer, costed.setting.sellers), costed.setting):
        told = None if found.code in _WITHOUT_SOURCE else offer_attributes.source(about, card, offer)
        yield Reason(
            found.code, found.need, found.required, found.offered, told, found.sentence, found.unknown, need.path
        )


def is_priced(need: Need) -> bool:
    """Whether a need is about the cost of the usage."""
    return need.kind in _PRICED


#: The kinds of needs that list names, and whether the names are wanted.
NAMED: Mapping[str, bool] = {"only": True, "ignore": False}


def parse_name(entry: str) -> tuple[str, str]:
    """The kind (provider, seller or slug) and the name of an entry of such a list; in a slug, * matches anything."""
    kind, _, rest = entry.partition(":")
    return (kind, rest) if kind in ("provider", "seller") else ("slug", entry)


def matches(entry: str, card: Card, offer: Offer) -> bool:
    """Whether an entry matches an offer."""
    kind, wanted = parse_name(entry)
    return (
        is_named(card.slug, wanted)
        if kind == "slug"
        else wanted == (card.provider if kind == "provider" else offer.seller)
    )


def is_named(slug: str, wanted: str) -> bool:
    """Whether a name, in which * matches anything, matches a slug."""
    return slug == wanted or ("*" in wanted and fnmatchcase(slug, wanted))


def _named(need: Need, costed: CostedOffer) -> Iterator[Reason]:
    card, offer = costed.card, costed.offer
    if any(matches(entry, card, offer) for entry in need.value.split(",")) == NAMED[need.kind]:
        return
    code, verb = ("NOT_ASKED_FOR", "is not among those requested") if NAMED[need.kind] else ("RULED_OUT", "is excluded")
    found = f"{card.slug} at {offer.seller or 'no seller'}"
    yield Reason(code, need.kind, need.value, found, None, f"{found} {verb}")


def _max_cost(need: Need, costed: CostedOffer) -> Iterator[Reason]:
    cost, ceiling = costed.cost, Decimal(need.value)
    if cost is not None and cost.funding > ceiling:
        over = cost.funding - ceiling
        yield Reason(
            "OVER_BUDGET", "max_cost", need.value, f"{cost.funding:f}", cost.tariff.sources[0],
            f"cost is {over:f} {cost.currency} above the limit of {ceiling:f} {cost.currency}",
        )  # fmt: skip


def _max_price(need: Need, costed: CostedOffer) -> Iterator[Reason]:
    if costed.cost is None:
        return
    meter, _, ceiling = need.value.partition("=")
    shown = costed.setting.vocabulary.meters[meter].per
    prices = [unit_price(line.rate) * shown for line in costed.cost.lines if line.meter == meter]
    source = costed.cost.tariff.sources[0]
    if not prices:
        meters = listed(sorted({line.meter for line in costed.cost.lines}) or ["nothing"], "and")
        yield Reason(
            "PRICE_NOT_COMPARABLE", "max_price", need.value, meters, source,
            f"this usage is billed by {meters}, not by {meter}",
        )  # fmt: skip
    elif max(prices) > Decimal(ceiling):
        yield Reason(
            "PRICE_ABOVE_CEILING", "max_price", need.value, f"{max(prices):f}", source,
            f"price of {max(prices):f} is above the limit of {ceiling}",
        )  # fmt: skip


#: The kind of need that limits the cost of the usage.
MAX_COST = "max_cost"

_PRICED: Mapping[str, Callable[[Need, CostedOffer], Iterator[Reason]]] = {MAX_COST: _max_cost, "max_price": _max_price}

#: Unknown values and the caller's own choices have no source.
_WITHOUT_SOURCE = frozenset(
    {"NOT_SOLD", "CAPABILITY_UNKNOWN", "SIZE_UNKNOWN", "MODE_UNKNOWN", "LICENCE_UNKNOWN", "REGION_UNKNOWN",
     "ENDPOINT_UNKNOWN", "PROVIDER_NOT_ASKED_FOR", "PROVIDER_RULED_OUT", "SELLER_NOT_ASKED_FOR", "SELLER_RULED_OUT",
     "NO_KEY", "SELLER_KIND", "SELLER_CAUTION", "FEW_HOSTS", "OTHER_KIND", "SMALL_MODEL", "EXPERIMENTAL",
     "PREVIEW_OF_RELEASE", "QUALITY_UNKNOWN", "QUALITY_TOO_LOW", *(f"{name.upper()}_UNKNOWN" for name in LIMITS)}
)  # fmt: skip
