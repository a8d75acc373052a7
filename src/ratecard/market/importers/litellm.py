"""LiteLLM's price map: one flat entry per model id, with conditions written into keys and ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.records import NO, NO_CONDITIONS, YES, Conditions
from ratecard.market import policy
from ratecard.market.importers import claims, document, windows
from ratecard.market.importers.entry_values import day, modality_words, words
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined

NAME = "litellm"
LICENCE = "MIT"
HOME = "https://github.com/BerriAI/litellm"

UNKNOWN_KEY = "a price key that is not known"
NO_RANGE = "its band has no range of whole numbers"
GAP = "its bands leave a gap or overlap"
NOTHING_MULTIPLIED = "a multiplier of no price of tokens"

#: The key of an entry that only names another one.
ALIAS = "alias_of"

TIER = "service_tier"
TOKENS = "_tokens"

_PRICE_KEY = re.compile(r"cost|pric|uplift|multiplier")


class _Value(NamedTuple):
    """A price value: its path in the entry, its key, and the conditions under which it holds."""

    path: str
    key: str
    written: object
    when: Conditions = NO_CONDITIONS
    above: int = 0
    why: str = ""


def entries(parsed: Any) -> Iterator[FeedEntry]:
    """The entries of the price map."""
    if not isinstance(parsed, dict):
        yield FeedEntry("", "", "", quarantined=(claims.refused("", parsed, claims.NOT_AN_OBJECT),))
        return
    for key, entry in parsed.items():
        yield _entry(key, entry)


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by key."""
    table, multipliers = claims.key_table(NAME), claims.section(NAME, "multipliers")
    return {
        claim.key: Decimal(claim.value)
        if claim.key in multipliers
        else claims.value_for(
            table, claims.decompose(table, claim.key) or claims.KeyMeaning(claim.meter), claim.price, claim.per
        )
        for claim in entry.claims
    }


def _entry(key: str, entry: object) -> FeedEntry:
    if not isinstance(entry, dict):
        return FeedEntry("", key, key, quarantined=(claims.refused("", entry, claims.NOT_AN_OBJECT),))
    provider = _text(entry, "litellm_provider")
    model_id, when = _entry_key(key, provider)
    why = claims.section(NAME, "not_models").get(key, "")
    values = [value for value in _values(entry) if not _said_again(entry, value)]
    multipliers = {} if why else claims.section(NAME, "multipliers")
    prices = (value._replace(why=why or value.why) for value in values if value.key not in multipliers)
    stated, rejected = claims.without_fillers([_read(entry, when, value) for value in prices])
    kept = list(stated)
    for value in (value for value in values if value.key in multipliers):
        products = _multiplied(stated, value)
        kept += products
        rejected = rejected if products else (*rejected, claims.refused(value.path, value.written, NOTHING_MULTIPLIED))
    periods = {}
    if any(claim.when >= windows.IN_OFF_PEAK for claim in kept):
        periods[windows.OFF_PEAK] = windows.read(entry["off_peak_pricing"], claims.section(NAME, "zones"))
    is_model = not why and ALIAS not in entry
    facts = _facts(entry, model_id) if is_model else FeedFacts()
    return FeedEntry(provider, model_id, key, facts, tuple(kept), rejected, periods, is_model=is_model)


def _entry_key(key: str, provider: str) -> tuple[str, Conditions]:
    """The model's own id in the key of an entry, and the conditions there."""
    bare = _without_provider(key, provider)
    for pattern in claims.section(NAME, "places").values():
        match = re.fullmatch(pattern, bare)
        if match:
            facts = {fact: text for fact, text in match.groupdict().items() if text and fact != "model"}
            if "size" in facts:
                facts["size"] = facts["size"].replace("-x-", "x")
            return _without_provider(match["model"], provider), frozenset(facts.items())
    return bare, NO_CONDITIONS


def _without_provider(key: str, provider: str) -> str:
    first, _, rest = key.partition("/")
    return rest if rest and f"{provider}_".startswith((f"{first}_", f"{first}-")) else key


def _values(entry: Mapping[str, Any]) -> Iterator[_Value]:
    """Every price value of an entry, nested ones included."""
    for key, written in entry.items():
        switches = claims.section(NAME, "mixed").get(key)
        if switches is not None:
            parts = written if isinstance(written, dict) else {}
            for part, value in parts.items():
                if document.number(value) is not None and part not in switches:
                    yield _Value(f"{key}.{part}", f"{key}.{part}", value)
        elif not _PRICE_KEY.search(key):
            continue
        elif key == "tiered_pricing" and isinstance(written, list):
            yield from _bands(key, written)
        elif key == "off_peak_pricing" and isinstance(written, dict):
            yield from _off_peak_values(key, written)
        elif isinstance(written, dict) and written:
            yield from (_Value(f"{key}.{part}", f"{key}.{part}", value) for part, value in written.items())
        else:
            yield _Value(key, key, written)


def _bands(key: str, bands: list[Any]) -> Iterator[_Value]:
    """The prices of each band of prompt lengths or result counts."""
    ranges = [_range(band) for band in bands]
    # A band of prompt lengths begins where the one before it ends, a band of counts one further.
    gap = any(before and after and after[0] - before[1] not in (0, 1) for before, after in pairwise(ranges))
    for index, (band, span) in enumerate(zip(bands, ranges, strict=True)):
        path = f"{key}[{index}]"
        if not isinstance(band, dict):
            yield _Value(path, path, band, why=claims.NOT_AN_OBJECT)
            continue
        counts = "max_results_range" in band
        when = frozenset({("results", f"{span[0]}-{span[1]}")}) if span and counts else NO_CONDITIONS
        above = span[0] if span and not counts else 0
        why = NO_RANGE if span is None else GAP if gap else ""
        for name, written in band.items():
            if name not in ("range", "max_results_range"):
                yield _Value(f"{path}.{name}", name, written, when, above, why)


def _range(band: object) -> tuple[int, int] | None:
    given = band if isinstance(band, dict) else {}
    if ("range" in given) == ("max_results_range" in given):
        return None
    span = given.get("range", given.get("max_results_range"))
    ends = [document.whole(end) for end in span] if isinstance(span, list) else []
    match ends:
        case [int(first), int(last)] if first < last:
            return first, last
    return None


def _off_peak_values(key: str, pricing: Mapping[str, Any]) -> Iterator[_Value]:
    zones = claims.section(NAME, "zones")
    why = "" if windows.read(pricing, zones) else windows.UNCLEAR
    for name, written in pricing.items():
        if name not in ("windows", "weekday_timezone"):
            yield _Value(f"{key}.{name}", name, written, windows.IN_OFF_PEAK, why=why)


def _read(entry: Mapping[str, Any], when: Conditions, value: _Value) -> FeedClaim | Quarantined:
    mode, reasons = _text(entry, "mode"), claims.section(NAME, "refused")
    why = value.why or reasons.get(value.key) or reasons.get(f"{mode}/{value.key}")
    if why:
        return claims.refused(value.path, value.written, why)
    committed = any(fact == "commitment" for fact, _ in when)
    limits = ["committed/"] * committed + ["sound/"] * (_outputs(entry, mode) == ("audio",))
    limits += [f"{mode}/lone/"] * _lone(entry, value.key) + [f"{mode}/", ""]
    meaning = _meaning(value.key, tuple(limits))
    if meaning is None:
        return claims.refused(value.path, value.written, UNKNOWN_KEY)
    narrowed = claims.narrowed(meaning, when | value.when, value.above)
    if narrowed is None:
        return claims.refused(value.path, value.written, claims.CONTRADICTION)
    return claims.read(claims.key_table(NAME), narrowed, value.path, value.written)


@lru_cache(maxsize=4_096)
def _meaning(key: str, limits: Sequence[str]) -> claims.KeyMeaning | None:
    """The meaning of a key in an entry to which rows with these prefixes apply, by the first of them."""
    table = claims.key_table(NAME)
    return next(filter(None, (claims.decompose(table, f"{limit}{key}") for limit in limits)), None)


def _said_again(entry: Mapping[str, Any], value: _Value) -> bool:
    """Whether a value is another price of its entry in a unit of the seller's own."""
    row = claims.section(NAME, "again").get(value.key)
    units, stated = document.number(value.written), document.number(entry.get(row["of"])) if row else None
    if row is None or units is None or stated is None:
        return False
    return policy.same(decimals.multiply(units, Decimal(row["each"])), stated)


def _multiplied(prices: Iterable[FeedClaim], multiplier: _Value) -> list[FeedClaim]:
    """The standard prices of tokens under the condition of a multiplier."""
    factor = document.number(multiplier.written) or decimals.ZERO
    when = frozenset(claims.section(NAME, "multipliers")[multiplier.key].items())
    apart = {TIER, *(fact for fact, _ in when)}
    return [
        price._replace(
            price=Decimal(decimals.text(decimals.multiply(price.price, factor))),
            key=multiplier.path,
            value=str(multiplier.written),
            when=price.when | when,
        )
        for price in prices
        if price.price and factor > 0 and price.meter.endswith(TOKENS)
        and apart.isdisjoint(fact for fact, _ in price.when)
    ]  # fmt: skip


def _lone(entry: Mapping[str, Any], key: str) -> bool:
    """Whether the other side of a price, input or output, is absent, zero or equal."""
    side, _, rest = key.partition("_")
    other = {"input": f"output_{rest}", "output": f"input_{rest}"}.get(side, "")
    number = document.number(entry.get(other))
    return not number or number == document.number(entry.get(key))


def _facts(entry: Mapping[str, Any], model_id: str) -> FeedFacts:
    source, mode = _text(entry, "source"), _text(entry, "mode")
    inputs = _inputs(entry, mode)
    return FeedFacts(
        modality=claims.section(NAME, "modalities").get(mode, ""),
        input_modalities=inputs,
        output_modalities=_outputs(entry, mode),
        context_tokens=document.whole(entry.get("max_input_tokens")),
        max_output_tokens=document.whole(entry.get("max_output_tokens")),
        retired=day(entry.get("deprecation_date")),
        capabilities=_flagged(entry, mode) | _tasks(entry, mode, model_id, inputs),
        source=source if source.startswith(("https://", "http://")) else "",
    )


def _inputs(entry: Mapping[str, Any], mode: str) -> tuple[str, ...]:
    """The input modalities of an entry: by a list or its mode, else text, and what its flags add."""
    flagged = [word for flag, word in claims.section(NAME, "inputs").items() if entry.get(flag) is True]
    text = ["text"] if flagged else []
    stated = modality_words(entry.get("supported_modalities")) or claims.section(NAME, "takes").get(mode, text)
    return tuple(dict.fromkeys([*stated, *flagged]))


def _outputs(entry: Mapping[str, Any], mode: str) -> tuple[str, ...]:
    stated = modality_words(entry.get("supported_output_modalities")) or claims.section(NAME, "makes").get(mode, [])
    spoken = ["audio"] if stated and entry.get("supports_audio_output") is True else []
    return tuple(dict.fromkeys([*stated, *spoken]))


def _flagged(entry: Mapping[str, Any], mode: str) -> dict[str, str]:
    """The capabilities that the flags of an entry that answers in text state."""
    if mode not in claims.section(NAME, "answering"):
        return {}
    said = {
        word: YES if entry[flag] else NO
        for flag, word in claims.section(NAME, "capabilities").items()
        if isinstance(entry.get(flag), bool)
    }
    shown = {word: YES for key, word in claims.section(NAME, "shown").items() if entry.get(key)}
    lent = {word for word, flag in claims.section(NAME, "lent").items() if entry.get(flag) is False}
    return {word: value for word, value in said.items() if value == NO or word not in lent} | shown


def _tasks(entry: Mapping[str, Any], mode: str, model_id: str, inputs: tuple[str, ...]) -> dict[str, str]:
    """The tasks that the mode of an entry states."""
    endpoints = words(entry.get("supported_endpoints"))
    return {
        word: YES
        for word, rows in claims.section(NAME, "tasks").items()
        if any(_is_for(row, mode, model_id, inputs, endpoints) for row in rows)
    }


def _is_for(
    row: Mapping[str, str], mode: str, model_id: str, inputs: tuple[str, ...], endpoints: tuple[str, ...]
) -> bool:
    return (
        row["mode"] == mode
        and ("takes" not in row or row["takes"] in inputs)
        and ("only" not in row or inputs == (row["only"],))
        and ("endpoint" not in row or row["endpoint"] in endpoints)
        and ("id" not in row or re.fullmatch(row["id"], model_id) is not None)
        and ("not" not in row or re.fullmatch(row["not"], model_id) is None)
    )


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
