"""Portkey's price files: per provider and model a tree of units, in cents.

An id for prompts above a length repeats what its sibling for prompts up to it states: only what differs is read. A
provider's default row stands for no model, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ratecard.core.records import NO_CONDITIONS
from ratecard.market.importers import claims, document
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined

NAME = "portkey"
LICENCE = "MIT"
HOME = "https://github.com/Portkey-AI/models"

UNKNOWN_PLACE = "a number where no price is known to stand"
UNKNOWN_UNIT = "a unit that is not known"
UNKNOWN_MODE = "an execution mode that is not known"
UNKNOWN_TIER = "a context tier without a threshold"
UNNAMED_REGION = "a region without a name"
NOT_DOLLARS = "not in US dollars"

#: An id that holds one band of prompt lengths, such as `model-gt-200k`.
_BAND = re.compile(r"(?P<model>.+)-(?P<side>lte|gt)-(?P<thousands>[1-9][0-9]{0,4})k")
_PLACE = re.compile(
    r"(?:custom_pricing/regions/(?P<regions>[^/]+)/execution_modes/(?P<mode>[^/]+)/(?:context_tiers/(?P<tier>[^/]+)/)?)?"
    r"pricing_config/(?P<section>[^/]+)/(?P<unit>.+)/price"
)

_Path = tuple[str, ...]


class _PricePath(NamedTuple):
    """The path of a price in an entry, in words of the feed."""

    section: str
    unit: str
    regions: tuple[str, ...]
    mode: str
    tier: str


def entries(parsed: Any) -> Iterator[FeedEntry]:
    """The entries of all providers' files."""
    if not isinstance(parsed, dict):
        yield FeedEntry("", "", "", quarantined=(claims.refused("", parsed, claims.NOT_AN_OBJECT),))
        return
    for provider, models in parsed.items():
        if not isinstance(models, dict):
            refused = claims.refused("", models, claims.NOT_AN_OBJECT)
            yield FeedEntry(provider, "", provider, quarantined=(refused,))
            continue
        for model_id, entry in models.items():
            yield _entry(provider, model_id, entry, _below(models, model_id))


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by path."""
    cents, dollars = claims.key_table(NAME), claims.key_table(NAME)._replace(unit=Decimal(1))
    stated = {claim.key: dollars if _in_dollars(entry.provider, claim.meter) else cents for claim in entry.claims}
    return {
        claim.key: claims.value_for(stated[claim.key], claims.KeyMeaning(claim.meter), claim.price, claim.per)
        for claim in entry.claims
    }


def _below(models: Mapping[str, object], model_id: str) -> Mapping[_Path, object]:
    """The values for prompts up to the length that an id is above of; none for other ids."""
    band = _BAND.fullmatch(model_id)
    if band is None or band["side"] != "gt":
        return {}
    entry = models.get(f"{band['model']}-lte-{band['thousands']}k")
    return dict(_prices(entry)) if isinstance(entry, dict) else {}


def _entry(provider: str, model_id: str, entry: object, below: Mapping[_Path, object]) -> FeedEntry:
    key = f"{provider}/{model_id}"
    band = _BAND.fullmatch(model_id)
    family = band["model"] if band else model_id
    above = int(band["thousands"]) * 1_000 if band and band["side"] == "gt" else 0
    if not isinstance(entry, dict):
        return FeedEntry(provider, family, key, quarantined=(claims.refused("", entry, claims.NOT_AN_OBJECT),))
    if model_id in claims.section(NAME, "not_models"):
        return FeedEntry(provider, family, key, _facts(entry), is_model=False)
    told = ((path, written) for path, written in _prices(entry) if path not in below or below[path] != written)
    found = [item for path, written in told for item in _read(provider, entry, path, written, above)]
    kept, rejected = claims.without_fillers(found)
    return FeedEntry(provider, family, key, _facts(entry), kept, rejected)


def _prices(entry: Mapping[str, Any]) -> Iterator[tuple[_Path, object]]:
    """Every number of an entry and every value in the position of a price, in order."""
    waiting: list[tuple[_Path, object]] = [((), entry)]
    while waiting:
        path, value = waiting.pop()
        match value:
            case dict() if value and (not path or path[-1] not in claims.section(NAME, "no_prices")):
                waiting.extend(reversed([((*path, str(part)), child) for part, child in value.items()]))
            case list() if value:
                waiting.extend(reversed([((*path, str(index)), child) for index, child in enumerate(value)]))
            case _ if path[-1:] == ("price",) or isinstance(value, document.Raw):
                yield path, value


def _read(
    provider: str, entry: Mapping[str, Any], path: _Path, written: object, above: int
) -> Iterator[FeedClaim | Quarantined]:
    """The claims in one value, one for each of its regions, or why there are none."""
    key = ".".join(path)
    place = _price_path("/".join(path))
    why = _refusal(entry, place)
    if why or place is None:
        yield claims.refused(key, written, why)
        return
    meaning = _meaning(place, _threshold(entry, place), above)
    if meaning is None:
        yield claims.refused(key, written, claims.CONTRADICTION)
        return
    table = claims.key_table(NAME)
    table = table._replace(unit=Decimal(1)) if _in_dollars(provider, meaning.meter) else table
    for region in place.regions:
        everywhere = region in claims.section(NAME, "everywhere")
        when = meaning.when if everywhere else meaning.when | {("region", region)}
        found = claims.read(table, meaning._replace(when=when), key, written)
        yield found
        if isinstance(found, Quarantined):
            return


def _in_dollars(provider: str, meter: str) -> bool:
    return meter in claims.section(NAME, "dollars").get(provider, ())


@lru_cache(maxsize=16_384)
def _price_path(path: str) -> _PricePath | None:
    match = _PLACE.fullmatch(path)
    if match is None:
        return None
    regions = tuple(dict.fromkeys(region.strip() for region in (match["regions"] or "default").split(",")))
    unit = match["unit"].replace("/", ".")
    return _PricePath(match["section"], unit, regions, match["mode"] or "standard", match["tier"] or "")


def _refusal(entry: Mapping[str, Any], place: _PricePath | None) -> str:
    """Why a price is rejected, if so."""
    if place is None:
        return UNKNOWN_PLACE
    config = entry.get("pricing_config")
    if isinstance(config, dict) and config.get("currency") not in (None, "USD"):
        return NOT_DOLLARS
    reasons = claims.section(NAME, "refused")
    reason = reasons.get(place.unit) or reasons.get(f"{place.section}.{place.unit}")
    if reason or _unit(place.section, place.unit) is None:
        return reason or UNKNOWN_UNIT
    if place.mode not in claims.section(NAME, "execution_modes"):
        return UNKNOWN_MODE
    if not all(place.regions):
        return UNNAMED_REGION
    return UNKNOWN_TIER if _threshold(entry, place) is None else ""


def _meaning(place: _PricePath, threshold: int | None, above: int) -> claims.KeyMeaning | None:
    unit = _unit(place.section, place.unit)
    if unit is None or threshold is None:
        return None
    mode = frozenset(claims.section(NAME, "execution_modes")[place.mode].items())
    narrowed = claims.narrowed(unit, mode, threshold)
    return claims.narrowed(narrowed, NO_CONDITIONS, above) if narrowed else None


@lru_cache(maxsize=4_096)
def _unit(section: str, unit: str) -> claims.KeyMeaning | None:
    """The meaning of a unit in a section of a price configuration."""
    table = claims.key_table(NAME)
    own = claims.decompose(table, f"{section}.{unit}")
    shared = claims.decompose(table, unit)
    when = claims.section(NAME, "sections").get(section)
    if own or shared is None or when is None:
        return own
    return claims.narrowed(shared, frozenset(when.items()), 0)


def _threshold(entry: Mapping[str, Any], place: _PricePath) -> int | None:
    """The number of tokens above which a context tier begins; None if it is not stated."""
    if not place.tier:
        return 0
    tiers = entry["custom_pricing"].get("context_tier_map")
    starts = [start for start, tier in tiers.items() if tier == place.tier] if isinstance(tiers, dict) else []
    return document.whole(starts[0]) if len(starts) == 1 else None


def _facts(entry: Mapping[str, Any]) -> FeedFacts:
    params = entry.get("params")
    kind = params.get("type") if isinstance(params, dict) else None
    modality = kind.get("primary") if isinstance(kind, dict) else kind
    known = claims.section(NAME, "modalities")
    return FeedFacts(modality=known.get(modality, "") if isinstance(modality, str) else "")
