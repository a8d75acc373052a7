"""Maps each record to its table: a column for each field, encoded by the field's annotation.

Reading and writing use the same codecs, so a value that is written is read back unchanged.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin

from ratecard.core import decimals
from ratecard.core import records as r
from ratecard.core.json_values import json_value

#: The columns of fields whose names SQL has for itself, so that no statement needs to quote one.
COLUMN_NAMES = {"when": "conditions", "values": "listed", "default": "usual"}

#: Decoded JSON texts kept in memory, for each column type.
CACHED = 4_096


class Codec(NamedTuple):
    """Encodes a value for its column and decodes it."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _as_is(value: Any) -> Any:
    return value


_AS_IS = Codec(_as_is, _as_is)
#: The types with a column type of their own; all others are JSON.
_SCALARS: Mapping[object, Codec] = {
    str: _AS_IS,
    int: _AS_IS,
    int | None: _AS_IS,
    bool: Codec(int, bool),
    Decimal: Codec(decimals.text, Decimal),
    date: Codec(date.isoformat, date.fromisoformat),
    date | None: Codec(lambda day: day and day.isoformat(), lambda text: text and date.fromisoformat(text)),
}


@cache
def _codec(hint: Any) -> Codec:
    """The codec of a column whose field has this type."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    decode = _decoder(hint)

    @lru_cache(maxsize=CACHED)  # most rows repeat the same few sources, facts and empty lists
    def read(text: str) -> Any:
        return decode(json.loads(text))

    def encoded(value: Any) -> str:
        return _ENCODE(json_value(value))

    known = lru_cache(maxsize=CACHED)(encoded)

    def write(value: Any) -> str:
        if value == {}:
            return "{}"
        try:
            return known(value)
        except TypeError:  # it holds a mapping
            return encoded(value)

    return Codec(write, read)


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Turns a JSON value back into a value of this type; the inverse of `json_values.json_value`."""
    if hint in (str, int, bool):
        return _as_is
    if hint in _SCALARS:
        return _SCALARS[hint].read
    origin, inner = get_origin(hint), get_args(hint)
    if origin is frozenset:
        return lambda pairs: frozenset(pairs.items())
    if origin is UnionType:
        (some,) = (_decoder(one) for one in inner if one is not NoneType)
        return lambda value: None if value is None else some(value)
    if origin is tuple:
        item = _decoder(inner[0])
        return lambda values: tuple(map(item, values))
    if origin is Mapping:
        held = _decoder(inner[1])
        return lambda values: {key: held(value) for key, value in values.items()}
    fields = {name: _decoder(field) for name, field in _hints(hint).items()}
    return lambda values: hint(**{name: fields[name](value) for name, value in values.items()})


def _hints(record: Any) -> dict[str, Any]:
    """The types of a record's fields."""
    return dict(record.__annotations__)


@cache
def _columns(record: Any, elsewhere: tuple[str, ...]) -> dict[str, Codec]:
    return {name: _codec(hint) for name, hint in _hints(record).items() if name not in elsewhere}


class Table(NamedTuple):
    """A table of records: the `owner` columns, then a column for each field that is not in another table."""

    name: str
    record: Any
    owner: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def columns(self) -> Mapping[str, Codec]:
        """The codec of each field's column; computed on first use, since a price needs few tables."""
        return _columns(self.record, self.elsewhere)

    def row(self, record: Any, *owner: object) -> tuple[object, ...]:
        """The row of a record."""
        return self.rows([record], *owner)[0]

    def rows(self, records: Iterable[Any], *owner: object) -> list[tuple[object, ...]]:
        """The rows of the records of one owner; those of a table with positions have theirs."""
        _, fields, writes = _writer(self)
        has_position = len(self.owner) > len(owner)
        rows: list[tuple[object, ...]] = []
        for position, record in enumerate(records):
            row = [*fields(record)]
            for place, write in writes:
                row[place] = write(row[place])
            rows.append((*owner, position, *row) if has_position else (*owner, *row))
        return rows

    def entry(self, row: Sequence[Any], **rest: object) -> Any:
        """The record in a row, completed by `rest` with the fields from other tables."""
        names, reads = _readers(self)
        values = dict(zip(names, row[len(self.owner) :], strict=True))
        for name, _, read in reads:
            values[name] = read(values[name])
        return self.record(**values, **rest)

    def reader(self) -> Callable[[Sequence[Any]], Any]:
        """Reads a row of a table without `elsewhere`; faster than `entry` for many rows."""
        skipped, make, (_, reads) = len(self.owner), self.record._make, _readers(self)

        def record(row: Sequence[Any]) -> Any:
            own = [*row[skipped:]]
            for _, place, read in reads:
                own[place] = read(own[place])
            return make(own)

        return record

    def owner_and_fields(self) -> list[str]:
        """The names of a row's columns, in order."""
        return [*self.owner, *(COLUMN_NAMES.get(name, name) for name in self.columns)]

    def select(self) -> str:
        """A query for every row."""
        return f"SELECT {', '.join(self.owner_and_fields())} FROM {self.name}"

    def insert(self) -> str:
        """A statement that inserts one row."""
        return _writer(self)[0]


@cache
def _readers(table: Table) -> tuple[tuple[str, ...], list[tuple[str, int, Callable[[Any], Any]]]]:
    """The fields that have a column, and what decodes some of them."""
    columns = enumerate(table.columns.items())
    return (*table.columns,), [
        (name, place, codec.read) for place, (name, codec) in columns if codec.read is not _as_is
    ]


@cache
def _writer(table: Table) -> tuple[str, Callable[[Any], Sequence[Any]], list[tuple[int, Callable[[Any], Any]]]]:
    """What inserts a row, what reads the fields of a record that have a column, and what encodes some of them."""
    named = table.owner_and_fields()
    statement = f"INSERT INTO {table.name} ({', '.join(named)}) VALUES ({', '.join('?' * len(named))})"
    writes = [(place, codec.write) for place, codec in enumerate(table.columns.values()) if codec.write is not _as_is]
    return statement, attrgetter(*table.columns) if table.elsewhere else tuple, writes


_OF_SELLER = ("seller", "position")
_OF_TARIFF = ("tariff_id", "position")

SELLERS = Table("sellers", r.Seller, elsewhere=("fees", "errors", "rules"))
FEES = Table("fees", r.Fee, _OF_SELLER)
ERRORS = Table("errors", r.ApiError, _OF_SELLER)
RULES = Table("rules", r.Rule, _OF_SELLER)
CARDS = Table("cards", r.Card, ("id",), elsewhere=("capabilities", "lifecycle", "offers", "benchmarks"))
EVENTS = Table("events", r.Event, ("card_id", "position"))
BENCHMARKS = Table("benchmarks", r.Benchmark, ("card_id", "position"))
CARD_CAPABILITIES = Table("card_capabilities", r.Capability, ("card_id", "capability"))
OFFERS = Table(
    "offers",
    r.Offer,
    ("id", "card_id", "position", "same_as"),
    elsewhere=("ids", "capabilities", "tariffs", "lifecycle"),
)
OFFER_EVENTS = Table("offer_events", r.Event, ("offer_id", "position"))
OFFER_CAPABILITIES = Table("offer_capabilities", r.Capability, ("offer_id", "capability"))
TARIFFS = Table(
    "tariffs",
    r.Tariff,
    ("id", "offer_id", "position", "price_status", "until"),
    elsewhere=("sources", "rates", "adjustments", "claims"),
)
TARIFF_SOURCES = Table("sources", r.Source, _OF_TARIFF)
RATES = Table("rates", r.Rate, _OF_TARIFF)
ADJUSTMENTS = Table("adjustments", r.Adjustment, _OF_TARIFF)
CLAIMS = Table("claims", r.Claim, _OF_TARIFF)

#: The tables of the catalog's and the vocabulary's mappings, by field.
WORD_TABLES: Mapping[str, Table] = {
    "meters": Table("meters", r.Meter),
    "facts": Table("facts", r.Fact),
    "capabilities": Table("capabilities", r.CapabilityWord),
    "endpoints": Table("endpoints", r.Endpoint),
    "parameters": Table("parameters", r.RequestParameter),
    "use_cases": Table("use_cases", r.UseCase),
    "providers": Table("providers", r.Provider),
    "collections": Table("collections", r.Collection),
    "feeds": Table("feeds", r.Feed),
    "decisions": Table("decisions", r.Decision),
}

#: Every table that mirrors a record.
TABLES = (
    *WORD_TABLES.values(), SELLERS, FEES, ERRORS, RULES, CARDS, EVENTS, BENCHMARKS, CARD_CAPABILITIES, OFFERS,
    OFFER_EVENTS, OFFER_CAPABILITIES, TARIFFS, TARIFF_SOURCES, RATES, ADJUSTMENTS, CLAIMS,
)  # fmt: skip


def row_id(*names: str) -> int:
    """A stable id for a name: a hash of 52 bits, which JSON readers keep exactly."""
    import hashlib  # here because reading computes no ids

    digest = hashlib.blake2b("\0".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 12


def tariff_id(slug: str, offer: r.Offer, tariff: r.Tariff) -> int:
    """The id of a price list, the same in every catalog that has it."""
    day = tariff.effective.isoformat() if tariff.effective else ""
    return row_id(slug, offer.seller, offer.model_id, day)
