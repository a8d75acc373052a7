"""Rules: what speaks against an offer for a need, by the text of the attribute that the need is about.

All offers that are alike in that attribute are judged at once, and explained alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from ratecard.core.errors import listed
from ratecard.core.evidence import INCLUDED, UNPRICED, UNVERIFIED_ZERO
from ratecard.core.records import NO, UNKNOWN, YES, Limits
from ratecard.core.usage import dimensions
from ratecard.database.offer_attributes import CAPABILITY, SIZE_LIMITS, parsed, words
from ratecard.routing.needs import Need, Setting, Verdict


def attribute(need: Need) -> str:
    """The attribute of an offer that a need is about."""
    own = RULES[need.kind].attribute
    return f"{own}{need.value}" if own == CAPABILITY else own


def verdicts(need: Need, text: str, setting: Setting) -> tuple[Verdict, ...]:
    """What speaks against every offer whose attribute has this text."""
    return tuple(RULES[need.kind].judge(need, text, setting))


def _sold(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if not text:
        yield Verdict("NOT_SOLD", "seller", "a seller", "none known", "no seller is known")


def _price(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    """Whether a price list holds on the day, in the currency asked for, that somebody vouches for."""
    day = setting.day.isoformat()
    entries = parsed(text) if text else []
    _, status, currency, *_ = next((entry for entry in reversed(entries) if entry[0] <= day), ("", "", ""))
    if not status and entries:
        sentence = f"no price list was in force before {entries[0][0]}"
        yield Verdict("PRICE_UNKNOWN", "price", "a price for this usage", UNKNOWN, sentence)
    elif status in ("", UNPRICED):
        yield Verdict("PRICE_UNKNOWN", "price", "a price for this usage", UNKNOWN, "its price is not known")
    elif currency != setting.currency:
        yield Verdict(
            "OTHER_CURRENCY", "currency", setting.currency, currency,
            f"its prices are in {currency}, which is not compared with {setting.currency}",
        )  # fmt: skip
    elif status == UNVERIFIED_ZERO:
        yield Verdict(
            "PRICE_ZERO_UNVERIFIED", "price", "a confirmed price", "0",
            "its price of zero is not a confirmed free offer", unknown=True,
        )  # fmt: skip


def _by_call(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text and text not in words(need.value):
        yield Verdict(
            "SUBSCRIPTION_NEEDED", "price", "a price per call", INCLUDED,
            f"its calls are included in a subscription from {text}",
        )  # fmt: skip


def _active(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    day, _, successor = text.partition(" ")
    if text and day <= setting.day.isoformat():
        then = f"; its successor is {successor}" if successor else ""
        yield Verdict("RETIRED", "lifecycle", "active", f"retired {day}", f"it was retired on {day}{then}")


def _still_listed(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text:
        yield Verdict("DELISTED", "lifecycle", "listed", "no longer listed", f"it is {text}", unknown=True)


def _at_hand(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    for name in words(text):
        if name not in words(need.value):
            yield Verdict(
                f"INPUT_{name.upper()}_REQUIRED", "input", "no input beyond what the needs imply", name,
                f"every call must carry {_a(name)}, which the needs do not imply",
            )  # fmt: skip


def _capability(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    word = setting.vocabulary.capabilities[need.value]
    wanted = listed(word.met_by)
    if text in word.met_by:
        return
    if not text:
        sentence = f"whether it offers {word.label.lower()} is not known"
        yield Verdict("CAPABILITY_UNKNOWN", need.value, wanted, UNKNOWN, sentence, unknown=True)
    elif text == NO:
        yield Verdict("CAPABILITY_MISSING", need.value, wanted, NO, f"it does not offer {word.label.lower()}")
    else:
        code = f"{need.value.upper().replace('-', '_')}_{text.upper()}"
        yield Verdict(code, need.value, wanted, text, f"{word.label.lower()} is {text} here")


def _without(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    word = setting.vocabulary.capabilities[need.value]
    if text in word.met_by:
        yield Verdict(
            "CAPABILITY_UNWANTED", f"without {need.value}", NO, text,
            f"it offers {word.label.lower()}, which was ruled out",
        )  # fmt: skip


def _modality(side: str, verb: str) -> Judge:
    def judge(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
        offered, label = words(text), f"{side} {need.value}"
        if not offered:
            code, sentence = f"{side.upper()}_MODALITY_UNKNOWN", f"no source says what it {verb}"
            yield Verdict(code, label, need.value, UNKNOWN, sentence, unknown=True)
        elif need.value not in offered:
            code, shown = f"{side.upper()}_MODALITY_UNSUPPORTED", listed(offered, "and")
            yield Verdict(code, label, need.value, shown, f"it {verb} {shown}, not {need.value}")

    return judge


def _endpoint(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    offered = words(text)
    if not offered:
        sentence = "no source says which endpoints answer for it"
        yield Verdict("ENDPOINT_UNKNOWN", "endpoint", need.value, UNKNOWN, sentence, unknown=True)
    elif need.value not in offered:
        shown = listed(offered, "and")
        yield Verdict("ENDPOINT_UNSUPPORTED", "endpoint", need.value, shown, f"it answers at {shown} only")


def _size(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    problem = size_problem(_size_limits(text), need.value)
    if problem is None:
        sentence = "no source says which sizes it makes"
        yield Verdict("SIZE_UNKNOWN", "size", need.value, UNKNOWN, sentence, unknown=True)
    elif problem:
        yield Verdict("SIZE_UNSUPPORTED", "size", need.value, problem, f"it makes {problem}")


def _size_limits(text: str) -> Limits:
    found = parsed(text) if text else {}
    aspect = {"max_aspect": Decimal(found["max_aspect"])} if "max_aspect" in found else {}
    sizes = {"sizes": tuple(found["sizes"])} if "sizes" in found else {}
    return Limits(**{**found, **aspect, **sizes})


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


class Limit(NamedTuple):
    """How a limit is spoken of: `label` is what a call asks for, `sentence` what an offer does with its limit."""

    code: str
    label: str
    sentence: str


#: What speaks against a call that goes beyond a limit, by the limit's name.
LIMITS: Mapping[str, Limit] = {
    "max_images": Limit("TOO_MANY_IMAGES", "n", "one call makes at most {limit}"),
    "max_reference_images": Limit("TOO_MANY_INPUT_IMAGES", "input images", "one call takes at most {limit} images"),
    "max_steps": Limit("TOO_MANY_STEPS", "steps", "it takes at most {limit} steps"),
    "max_prompt_characters": Limit("PROMPT_TOO_LONG", "prompt", "a prompt has at most {limit} characters"),
    "max_upload_bytes": Limit("UPLOAD_TOO_LARGE", "upload", "a file has at most {limit} bytes"),
    "context_tokens": Limit("CONTEXT_TOO_SHORT", "context", "its context is {limit} tokens"),
    "max_output_tokens": Limit("OUTPUT_TOO_LONG", "output tokens", "it gives at most {limit} tokens"),
    "output_formats": Limit("OUTPUT_FORMAT_UNSUPPORTED", "output format", "it gives {limit}"),
    "response_formats": Limit("RESPONSE_FORMAT_UNSUPPORTED", "response format", "it answers as {limit}"),
    "aspect_ratios": Limit("ASPECT_RATIO_UNSUPPORTED", "aspect ratio", "it makes {limit}"),
    "resolutions": Limit("RESOLUTION_UNSUPPORTED", "resolution", "it makes {limit}"),
}


def _limit(name: str) -> Judge:
    code, label, sentence = LIMITS[name]
    several = isinstance(getattr(Limits(), name), tuple)

    def judge(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
        if not text:
            told = f"no source says what it allows as {label}"
            yield Verdict(f"{name.upper()}_UNKNOWN", label, need.value, UNKNOWN, told, unknown=True)
        elif need.value not in words(text) if several else int(need.value) > int(text):
            shown = listed(words(text), "and")
            yield Verdict(code, label, need.value, shown, sentence.format(limit=shown))

    return judge


def _listed_only(only: bool, code: str, noun: str) -> Judge:
    def judge(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
        if (text in words(need.value)) != only:
            verb = "is not among those asked for" if only else "was ruled out"
            yield Verdict(code, noun, need.value, text, f"{noun} {text} {verb}")

    return judge


def _sync(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if not text:
        sentence = "no source says whether it answers at once"
        yield Verdict("MODE_UNKNOWN", "sync", "sync", UNKNOWN, sentence, unknown=True)
    elif text not in ("sync", "both"):
        yield Verdict("ASYNC_ONLY", "sync", "sync", text, "it answers as a job to poll")


def _licence(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    name, weights, commercial = parsed(text) if text else ("", UNKNOWN, UNKNOWN)
    offered = {"open-weights": weights == "open" and YES, "commercial": commercial}.get(
        need.value, name.lower() == need.value.lower() and YES
    )
    if offered == YES:
        return
    known = {"open-weights": weights, "commercial": commercial}.get(need.value, name)
    if not known or known == UNKNOWN:
        sentence = "no source states its licence"
        yield Verdict("LICENCE_UNKNOWN", "licence", need.value, UNKNOWN, sentence, unknown=True)
    else:
        yield Verdict(
            "LICENCE_MISMATCH", "licence", need.value, f"{name or 'unnamed'}, weights {weights}",
            f"its licence does not allow {need.value}",
        )  # fmt: skip


def _key(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    if text not in words(need.value):
        shown = listed(words(need.value), "and")
        yield Verdict("NO_KEY", "key", shown, text, f"there is no key for {text}, only for {shown}")


def _region(need: Need, text: str, setting: Setting) -> Iterator[Verdict]:
    named = words(text)
    if not named:
        sentence = "no source says in which regions it runs"
        yield Verdict("REGION_UNKNOWN", "region", need.value, UNKNOWN, sentence, unknown=True)
    elif need.value not in named:
        shown = listed(named, "and")
        yield Verdict("REGION_UNSUPPORTED", "region", need.value, shown, f"it is sold for {shown}, not {need.value}")


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


Judge = Callable[[Need, str, Setting], Iterator[Verdict]]


class Rule(NamedTuple):
    """How a kind of need is judged: by which attribute, and what speaks against a text in it."""

    attribute: str
    judge: Judge


_only, _not = partial(_listed_only, True), partial(_listed_only, False)

#: Every kind of need that an attribute answers.
RULES: Mapping[str, Rule] = {
    "sold": Rule("sold", _sold),
    "price": Rule("tariffs", _price),
    "by_call": Rule("subscription", _by_call),
    "active": Rule("retired", _active),
    "listed": Rule("delisted", _still_listed),
    "at_hand": Rule("required_inputs", _at_hand),
    "capability": Rule(CAPABILITY, _capability),
    "without": Rule(CAPABILITY, _without),
    "input": Rule("input", _modality("input", "takes")),
    "output": Rule("output", _modality("output", "gives")),
    "endpoint": Rule("endpoints", _endpoint),
    "size": Rule("sizes", _size),
    **{name: Rule(name, _limit(name)) for name in Limits._fields if name not in SIZE_LIMITS},
    "provider": Rule("provider", _only("PROVIDER_NOT_ASKED_FOR", "provider")),
    "not_provider": Rule("provider", _not("PROVIDER_RULED_OUT", "provider")),
    "seller": Rule("seller", _only("SELLER_NOT_ASKED_FOR", "seller")),
    "not_seller": Rule("seller", _not("SELLER_RULED_OUT", "seller")),
    "sync": Rule("mode", _sync),
    "licence": Rule("licence", _licence),
    "region": Rule("regions", _region),
    "key": Rule("seller", _key),
}
