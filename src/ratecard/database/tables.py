"""How each record lies in its table: which fields are columns, and how a value is written there.

Reading and writing both follow this one list, so what is written is what is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core import records as r
from ratecard.core.json_values import plain

#: How many texts of a column are remembered with what they mean.
CACHED = 4_096


class Codec(NamedTuple):
    """How a value becomes a column and comes back."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _as_json(read: Callable[[Any], Any]) -> Codec:
    @lru_cache(maxsize=CACHED)  # the same few sources, facts and empty lists stand in most rows
    def known(text: str) -> Any:
        return read(json.loads(text))

    return Codec(lambda value: _json(plain(value)), known)


def _source(value: Mapping[str, Any] | None) -> r.Source | None:
    if value is None:
        return None
    return r.Source(**{**value, "checked": date.fromisoformat(value["checked"])})


def _some_source(value: Mapping[str, Any]) -> r.Source:
    source = _source(value)
    assert source is not None
    return source


def _sources(values: Sequence[Mapping[str, Any]]) -> tuple[r.Source, ...]:
    return tuple(map(_some_source, values))


def _disagreement(value: Mapping[str, Any]) -> r.Disagreement:
    statements = tuple(r.Statement(item["says"], _some_source(item["source"])) for item in value["statements"])
    return r.Disagreement(**{**value, "statements": statements})


def _limits(value: Mapping[str, Any]) -> r.Limits:
    lists = {name: tuple(item) for name, item in value.items() if isinstance(item, list)}
    aspect = {"max_aspect": Decimal(value["max_aspect"])} if "max_aspect" in value else {}
    return r.Limits(**{**value, **lists, **aspect})


def _licence(value: Mapping[str, Any]) -> r.Licence:
    return r.Licence(**{**value, "source": _source(value.get("source"))})


def _reading(value: Mapping[str, Any] | None) -> r.Reading | None:
    return r.Reading(value["of"], tuple(value["times"])) if value else None


def _example(value: Mapping[str, Any]) -> r.Example:
    usage = {meter: Decimal(count) for meter, count in value["usage"].items()}
    return r.Example(**{**value, "usage": usage, "total": Decimal(value["total"])})


def _tuple_of(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: tuple(map(read, values))


AS_IS = Codec(lambda value: value, lambda value: value)
DECIMAL = Codec(decimals.text, Decimal)
DAY = Codec(date.isoformat, date.fromisoformat)
MAYBE_DAY = Codec(lambda day: day and day.isoformat(), lambda text: text and date.fromisoformat(text))
FLAG = Codec(int, bool)
WORDS = _as_json(tuple)
FACTS = _as_json(dict)
CONDITIONS = _as_json(lambda value: frozenset(value.items()))
WINDOWS = _as_json(lambda value: {name: tuple(items) for name, items in value.items()})
BOUNDS = _as_json(_tuple_of(Decimal))
SOURCE = _as_json(_source)
SOURCES = _as_json(_sources)
LIMITS = _as_json(_limits)
LICENCE = _as_json(_licence)
READING = _as_json(_reading)
EXAMPLES = _as_json(_tuple_of(_example))
DISAGREEMENTS = _as_json(_tuple_of(_disagreement))


class Table(NamedTuple):
    """A table whose rows hold these fields of a record, behind the columns that say whose they are."""

    name: str
    record: Any
    columns: Mapping[str, Codec]
    owner: tuple[str, ...] = ()

    def row(self, record: Any, *owner: object) -> tuple[object, ...]:
        """The row that holds a record."""
        return (*owner, *(codec.write(getattr(record, name)) for name, codec in self.columns.items()))

    def entry(self, row: Sequence[Any], **rest: object) -> Any:
        """The record a row holds, with the fields that lie in other tables."""
        own = row[len(self.owner) :]
        values = {name: codec.read(value) for (name, codec), value in zip(self.columns.items(), own, strict=True)}
        return self.record(**values, **rest)

    def reader(self) -> Callable[[Sequence[Any]], Any]:
        """What makes a record of a row, for tables that hold all its fields; quicker than `entry` for many."""
        names: tuple[str, ...] = self.record._fields
        own, make = len(self.owner), self.record._make
        reads = [self.columns[name].read for name in names]
        places = [own + list(self.columns).index(name) for name in names]
        return lambda row: make([read(row[place]) for read, place in zip(reads, places, strict=True)])

    def select(self) -> str:
        """A query for all rows."""
        return f"SELECT {', '.join(self._quoted())} FROM {self.name}"

    def insert(self) -> str:
        """A statement that adds one row."""
        names = self._quoted()
        return f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"

    def _quoted(self) -> list[str]:
        return [f'"{name}"' for name in (*self.owner, *self.columns)]


PROVIDERS = Table("providers", r.Provider, {"id": AS_IS, "name": AS_IS, "url": AS_IS})
METERS = Table(
    "meters", r.Meter,
    {"id": AS_IS, "label": AS_IS, "unit": AS_IS, "bounds": BOUNDS, "per": AS_IS, "prompt": FLAG,
     "whole": FLAG, "input": AS_IS, "reading": READING, "instead_of": AS_IS},
)  # fmt: skip
FACT_WORDS = Table("facts", r.Fact, {"id": AS_IS, "label": AS_IS, "kind": AS_IS, "sentence": AS_IS, "values": WORDS})
CAPABILITY_WORDS = Table(
    "capabilities", r.CapabilityWord,
    {"id": AS_IS, "label": AS_IS, "sentence": AS_IS, "input": AS_IS, "values": WORDS, "met_by": WORDS,
     "bound": FLAG, "by_seller": FLAG},
)  # fmt: skip
ENDPOINTS = Table(
    "endpoints", r.Endpoint,
    {"id": AS_IS, "label": AS_IS, "path": AS_IS, "modality": AS_IS, "content_type": AS_IS, "sends": WORDS,
     "marks": WORDS, "rank": AS_IS},
)  # fmt: skip
PARAMETERS = Table(
    "parameters", r.RequestParameter,
    {"id": AS_IS, "endpoints": WORDS, "paths": WORDS, "sentence": AS_IS, "form": AS_IS, "measure": AS_IS,
     "values": WORDS, "default": WORDS, "unless": WORDS, "needs": FACTS, "strength": AS_IS, "lenient": FLAG,
     "adds": FLAG, "words": WORDS, "absent": AS_IS, "inputs": WORDS},
)  # fmt: skip
COLLECTIONS = Table(
    "collections", r.Collection,
    {"id": AS_IS, "title": AS_IS, "sentence": AS_IS, "modality": AS_IS, "needs": WORDS,
     "price_status": WORDS, "lifecycle": AS_IS, "newest_per_provider": FLAG},
)  # fmt: skip

FEEDS = Table(
    "feeds", r.Feed,
    {"id": AS_IS, "name": AS_IS, "version": AS_IS, "seen": DAY, "licence": AS_IS, "url": AS_IS, "rank": AS_IS},
)  # fmt: skip
DECISIONS = Table(
    "decisions", r.Decision,
    {"id": AS_IS, "seller": AS_IS, "model_id": AS_IS, "meter": AS_IS, "values": FACTS, "reason": AS_IS,
     "source": SOURCE, "date": DAY, "held": AS_IS, "when": CONDITIONS, "above": AS_IS},
)  # fmt: skip

SELLERS = Table(
    "sellers", r.Seller,
    {"id": AS_IS, "name": AS_IS, "kind": AS_IS, "url": AS_IS, "base_url": AS_IS, "key_variable": AS_IS,
     "key_placeholder": AS_IS, "media_url": AS_IS, "max_upload_bytes": AS_IS,
     "url_lifetime_hours": AS_IS, "endpoints": WORDS, "apart": WORDS, "disagreements": DISAGREEMENTS},
)  # fmt: skip
_OF_SELLER = ("seller", "position")
FEES = Table(
    "fees", r.Fee,
    {"name": AS_IS, "percent": DECIMAL, "basis": AS_IS, "waived": CONDITIONS, "sources": SOURCES, "note": AS_IS},
    _OF_SELLER,
)  # fmt: skip
ERRORS = Table("errors", r.ApiError, {"status": AS_IS, "type": AS_IS, "meaning": AS_IS, "retry": FLAG}, _OF_SELLER)
RULES = Table("rules", r.Rule, {"about": AS_IS, "says": AS_IS, "source": SOURCE}, _OF_SELLER)

CARDS = Table(
    "cards", r.Card,
    {"slug": AS_IS, "name": AS_IS, "provider": AS_IS, "modality": AS_IS, "family": AS_IS,
     "description": AS_IS, "strengths": WORDS, "use_cases": WORDS, "aliases": WORDS,
     "input_modalities": WORDS, "output_modalities": WORDS, "required_inputs": WORDS, "limits": LIMITS,
     "replaced_by": AS_IS, "licence": LICENCE, "sources": SOURCES, "disagreements": DISAGREEMENTS},
    ("id",),
)  # fmt: skip
EVENTS = Table(
    "events", r.Event, {"event": AS_IS, "date": DAY, "source": SOURCE, "note": AS_IS}, ("card_id", "position")
)
_CAPABILITY = {"value": AS_IS, "source": SOURCE, "note": AS_IS}
CARD_CAPABILITIES = Table("card_capabilities", r.Capability, _CAPABILITY, ("card_id", "capability"))
OFFERS = Table(
    "offers", r.Offer,
    {"seller": AS_IS, "model_id": AS_IS, "upstream": AS_IS, "endpoints": WORDS, "answers": WORDS, "mode": AS_IS,
     "limits": LIMITS, "note": AS_IS},
    ("id", "card_id", "position"),
)  # fmt: skip
OFFER_CAPABILITIES = Table("offer_capabilities", r.Capability, _CAPABILITY, ("offer_id", "capability"))
TARIFFS = Table(
    "tariffs", r.Tariff,
    {"effective": MAYBE_DAY, "currency": AS_IS, "defaults": FACTS, "required": WORDS, "periods": WINDOWS,
     "examples": EXAMPLES, "incomplete": WORDS, "note": AS_IS, "confidence": AS_IS},
    ("id", "offer_id", "position", "price_status"),
)  # fmt: skip
_OF_TARIFF = ("tariff_id", "position")
TARIFF_SOURCES = Table(
    "sources", r.Source, {"url": AS_IS, "checked": DAY, "as_of": AS_IS, "via": AS_IS, "note": AS_IS}, _OF_TARIFF
)
RATES = Table(
    "rates", r.Rate,
    {"meter": AS_IS, "price": DECIMAL, "per": AS_IS, "when": CONDITIONS, "above": AS_IS,
     "minimum": DECIMAL, "zero": AS_IS},
    _OF_TARIFF,
)  # fmt: skip
ADJUSTMENTS = Table(
    "adjustments", r.Adjustment,
    {"name": AS_IS, "percent": DECIMAL, "when": CONDITIONS, "meters": WORDS}, _OF_TARIFF,
)  # fmt: skip
CLAIMS = Table(
    "claims", r.Claim,
    {"meter": AS_IS, "price": DECIMAL, "source": SOURCE, "per": AS_IS, "when": CONDITIONS,
        "above": AS_IS, "key": AS_IS, "value": AS_IS}, _OF_TARIFF,
)  # fmt: skip

#: The tables of words, with the field of the catalog or vocabulary each belongs to.
WORD_TABLES: Mapping[str, Table] = {
    "meters": METERS,
    "facts": FACT_WORDS,
    "capabilities": CAPABILITY_WORDS,
    "endpoints": ENDPOINTS,
    "parameters": PARAMETERS,
    "providers": PROVIDERS,
    "collections": COLLECTIONS,
    "feeds": FEEDS,
    "decisions": DECISIONS,
}

#: Every table that mirrors a record.
TABLES = (
    *WORD_TABLES.values(), SELLERS, FEES, ERRORS, RULES, CARDS, EVENTS, CARD_CAPABILITIES, OFFERS,
    OFFER_CAPABILITIES, TARIFFS, TARIFF_SOURCES, RATES, ADJUSTMENTS, CLAIMS,
)  # fmt: skip


def row_id(*names: str) -> int:
    """The id of whatever these names identify: 52 bits, so that JSON readers keep every digit."""
    import hashlib  # here because reading needs no ids made

    digest = hashlib.blake2b("\0".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 12


def tariff_id(slug: str, offer: r.Offer, tariff: r.Tariff) -> int:
    """The id of a price list, the same in every catalog that has it."""
    day = tariff.effective.isoformat() if tariff.effective else ""
    return row_id(slug, offer.seller, offer.model_id, day)
