"""Portkey's price files: per provider and model a tree of units, in cents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ratecard.core.records import NO_CONDITIONS, Conditions
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
    """Where in an entry a price stands, in words of the feed."""

    section: str
    unit: str
    regions: tuple[str, ...] = ()
    mode: str = "standard"
    tier: str = ""


def entries(document: Any) -> Iterator[FeedEntry]:
    """The entries of all providers' files."""
    if not isinstance(document, dict):
        yield FeedEntry("", "", "", quarantined=(claims.refused("", document, claims.NOT_AN_OBJECT),))
        return
    for provider, models in document.items():
        if not isinstance(models, dict):
            refused = claims.refused("", models, claims.NOT_AN_OBJECT)
            yield FeedEntry(provider, "", provider, quarantined=(refused,))
            continue
        for model_id, entry in models.items():
            yield _entry(provider, model_id, entry)


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by path."""
    table = claims.key_table(NAME)
    return {
        claim.key: claims.value_for(table, claims.Target(claim.meter), claim.price, claim.per) for claim in entry.claims
    }


def _entry(provider: str, model_id: str, entry: object) -> FeedEntry:
    key = f"{provider}/{model_id}"
    family, above = _family(model_id)
    if not isinstance(entry, dict):
        return FeedEntry(provider, family, key, quarantined=(claims.refused("", entry, claims.NOT_AN_OBJECT),))
    why = claims.section(NAME, "not_models").get(model_id, "")
    found = [item for path, written in _prices(entry) for item in _read(entry, path, written, above, why)]
    kept, fillers = claims.without_fillers(item for item in found if isinstance(item, FeedClaim))
    return FeedEntry(
        provider,
        family,
        key,
        _facts(entry),
        tuple(kept),
        tuple([item for item in found if isinstance(item, Quarantined)] + fillers),
        is_model=not why,
    )


def _family(model_id: str) -> tuple[str, int]:
    """The model that an id belongs to, and above how many tokens its prices hold."""
    match = _BAND.fullmatch(model_id)
    if match is None:
        return model_id, 0
    return match["model"], int(match["thousands"]) * 1_000 if match["side"] == "gt" else 0


def _prices(entry: Mapping[str, Any]) -> Iterator[tuple[_Path, object]]:
    """Every number of an entry and whatever else stands where a price should, in order."""
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
    entry: Mapping[str, Any], path: _Path, written: object, above: int, why: str
) -> Iterator[FeedClaim | Quarantined]:
    """The claims of one value, one for each of its regions, or why there are none."""
    key = ".".join(path)
    place = _price_path("/".join(path))
    if not why:
        why = _refusal(entry, place)
    if why or place is None:
        yield claims.refused(key, written, why)
        return
    target = _target(place, _threshold(entry, place), above)
    if target is None:
        yield claims.refused(key, written, claims.CONTRADICTION)
        return
    for when in _regions(place.regions):
        found = claims.read(claims.key_table(NAME), target._replace(when=target.when | when), key, written)
        yield found
        if isinstance(found, Quarantined):
            return


@lru_cache(maxsize=16_384)
def _price_path(path: str) -> _PricePath | None:
    match = _PLACE.fullmatch(path)
    if match is None:
        return None
    regions = tuple(dict.fromkeys(region.strip() for region in (match["regions"] or "default").split(",")))
    unit = match["unit"].replace("/", ".")
    return _PricePath(match["section"], unit, regions, match["mode"] or "standard", match["tier"] or "")


def _refusal(entry: Mapping[str, Any], place: _PricePath | None) -> str:
    """Why no price is read at a place, if so."""
    if place is None:
        return UNKNOWN_PLACE
    if _currency(entry) not in (None, "USD"):
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


def _target(place: _PricePath, threshold: int | None, above: int) -> claims.Target | None:
    unit = _unit(place.section, place.unit)
    if unit is None or threshold is None:
        return None
    mode = frozenset(claims.section(NAME, "execution_modes")[place.mode].items())
    narrowed = claims.narrowed(unit, mode, threshold)
    return claims.narrowed(narrowed, NO_CONDITIONS, above) if narrowed else None


@lru_cache(maxsize=4_096)
def _unit(section: str, unit: str) -> claims.Target | None:
    """What a unit means in a section of a price configuration."""
    table = claims.key_table(NAME)
    own = claims.decompose(table, f"{section}.{unit}")
    shared = claims.decompose(table, unit)
    when = claims.section(NAME, "sections").get(section)
    if own or shared is None or when is None:
        return own
    return claims.narrowed(shared, frozenset(when.items()), 0)


def _threshold(entry: Mapping[str, Any], place: _PricePath) -> int | None:
    """Above how many tokens a context tier begins; None where nothing says so."""
    if not place.tier:
        return 0
    tiers = entry["custom_pricing"].get("context_tier_map")
    starts = [start for start, tier in tiers.items() if tier == place.tier] if isinstance(tiers, dict) else []
    number = document.number(starts[0]) if len(starts) == 1 else None
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def _regions(regions: tuple[str, ...]) -> Iterator[Conditions]:
    for region in regions:
        everywhere = region in claims.section(NAME, "everywhere")
        yield NO_CONDITIONS if everywhere else frozenset({("region", region)})


def _currency(entry: Mapping[str, Any]) -> object:
    config = entry.get("pricing_config")
    return config.get("currency") if isinstance(config, dict) else None


def _facts(entry: Mapping[str, Any]) -> FeedFacts:
    params = entry.get("params")
    kind = params.get("type") if isinstance(params, dict) else None
    modality = kind.get("primary") if isinstance(kind, dict) else kind
    known = claims.section(NAME, "modalities")
    return FeedFacts(modality=known.get(modality, "") if isinstance(modality, str) else "")
