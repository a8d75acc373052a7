"""Reads the catalog's database, each card on demand.

`read(write(catalog)) == catalog` is the whole specification; `ratecard.database.writer` writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadDatabase
from ratecard.core.lazy import LazyMap, LazyTuple
from ratecard.core.model_ids import normal
from ratecard.core.records import Card, Offer, Tariff, Vocabulary
from ratecard.database import tables

if TYPE_CHECKING:  # a cost needs no index
    from ratecard.database.offer_index import Index

#: The mark of a ratecard catalog ("RATE"), and the layout that this version reads.
APPLICATION_ID = 0x52415445
LAYOUT = 14

#: The number of cards in one query, limited by the number of parameters.
AT_ONCE = 500
#: The number of sellers of a card whose parts are read one by one; then follow those of all others.
FEW_SELLERS = 2

DB_VARIABLE = "RATECARD_DB"
LOCAL_DB = "catalog.db"
PACKAGED_DB = os.path.join(os.path.dirname(os.path.dirname(__file__)), LOCAL_DB)

#: The path of a database; pathlib takes longer to load than a price to compute.
Path = str | os.PathLike[str]


def where(db: Path | None = None) -> str:
    """The path of the database: the one given, else RATECARD_DB, the packaged one.

    Raises `BadDatabase` if none exists.
    """
    named = db or os.environ.get(DB_VARIABLE)
    if named:
        return os.fspath(named)
    if os.path.isfile(PACKAGED_DB):
        return PACKAGED_DB
    raise BadDatabase(
        f"no catalog found: --db and {DB_VARIABLE} are unset and this copy of ratecard contains none; "
        f"run `ratecard build` in a folder that has catalog/ and name its {LOCAL_DB}"
    )


def opened(db: Path | None = None) -> Catalog:
    """The catalog in a database: the one named, else RATECARD_DB, the packaged one.

    It is one object while its file is the same.

    Raises `BadDatabase` if the file is missing or not a catalog.
    """
    path = where(db)
    try:
        state = os.stat(path)
    except OSError:
        return read(path)
    return _opened(os.path.abspath(path), state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=8)
def _opened(path: str, modified: int, inode: int) -> Catalog:
    return read(path)


def read(path: Path) -> Catalog:
    """The catalog in a database.

    Raises `BadDatabase` if the file is missing, not a catalog or of another layout; the file is never
    created or changed.
    """
    connection = connect(path)
    origin = Origin(os.path.abspath(path), meta(connection, "digest"))
    words = {
        name: _Entries(connection, table).at(origin, f"vocabulary.{name}" if name in Vocabulary._fields else name)
        for name, table in tables.WORD_TABLES.items()
    }
    return Catalog(
        cards=_Cards(connection).at(origin, "cards"),
        sellers=_Entries(connection, tables.SELLERS).at(origin, "sellers"),
        providers=words["providers"],
        collections=words["collections"],
        feeds=words["feeds"],
        decisions=words["decisions"],
        vocabulary=Vocabulary(*(words[name] for name in Vocabulary._fields)),
        names=_Names(connection).at(origin, "names"),
        unplaced=_Unplaced(connection).at(origin, "unplaced"),
        digest=origin.digest,
    )


def slugs(catalog: Catalog) -> list[str]:
    """The slugs of all cards, without reading these."""
    if not isinstance(catalog.cards, _Cards):
        return list(catalog.cards)
    return [slug for (slug,) in catalog.cards.connection.execute("SELECT slug FROM cards ORDER BY slug")]


def preload(catalog: Catalog, names: Iterable[str]) -> None:
    """Reads the cards with these names in few queries, if the catalog reads cards on demand."""
    if isinstance(catalog.cards, _Cards):
        catalog.cards.preload(slug for name in names for slug in (name, *catalog.names.get(normal(name), ())))


def read_ahead(catalog: Catalog, slugs: Iterable[str], sellers: Collection[str]) -> None:
    """Reads cards in few queries, if the catalog reads them on demand; of their offers first those of some sellers."""
    if isinstance(catalog.cards, _Cards):
        catalog.cards.preload(slugs, sellers)


def index_of(catalog: Catalog) -> Index | None:
    """The candidate index of a catalog read from a database, loaded in parts on demand."""
    from ratecard.database import index_tables  # here because a cost needs none of it

    return index_tables.read(catalog.cards.connection) if isinstance(catalog.cards, _Cards) else None


class Origin(NamedTuple):
    """The database that a catalog is read from, and the digest it had."""

    path: str
    digest: str


def origin_of(catalog: Catalog) -> Origin | None:
    """The database of a catalog; None for one that was read from cards."""
    return catalog.cards.origin if isinstance(catalog.cards, _Cards) else None


def catalog_at(origin: Origin) -> Catalog:
    """The catalog in a database; raises `BadDatabase` if it is not there any more, or not the same."""
    catalog = opened(origin.path)
    if catalog.digest != origin.digest:
        raise BadDatabase(f"{origin.path}: not the catalog that was asked, but a later one; ask again")
    return catalog


def _part(origin: Origin, path: str) -> object:
    """A part of the catalog in a database, such as the meters of its vocabulary."""
    return attrgetter(path)(catalog_at(origin))


class _Connection(sqlite3.Connection):
    """A connection that closes itself when nothing refers to it any more."""

    def __del__(self) -> None:
        self.close()


def connect(path: Path) -> sqlite3.Connection:
    """A read-only connection to a catalog; raises `BadDatabase` for anything else."""
    if not os.path.isfile(path):
        raise BadDatabase(f"{path}: no such file; run `ratecard build`, or name another with --db")
    quoted = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    # Safe in any thread: SQLite serializes the queries, and the file is read-only.
    name = f"file:{quoted}?mode=ro&immutable=1"
    connection = sqlite3.connect(name, uri=True, check_same_thread=False, factory=_Connection)
    try:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadDatabase(f"{path}: not a catalog ({error}); build it again") from None
    if mark != APPLICATION_ID:
        raise BadDatabase(f"{path}: an SQLite file, but not a ratecard catalog")
    if layout != LAYOUT:
        newer = "written for a newer ratecard; upgrade it: pip install -U ratecard"
        older = "written by an older ratecard; run `ratecard build` where its cards are, or name another"
        advice = newer if layout > LAYOUT else older
        raise BadDatabase(f"{path}: layout {layout}, while this version reads {LAYOUT}: {advice}")
    return connection


def meta(connection: sqlite3.Connection, key: str) -> str:
    """A value of the table `meta`, empty if it is missing."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else ""


def identities(path: Path) -> list[tuple[str, tuple[str, ...], str]]:
    """Each card's slug, the names it claims and its successor: what other cards are checked against."""
    rows = connect(path).execute(
        "SELECT slug, replaced_by, group_concat(names.name, char(10)) FROM cards JOIN names ON card_id = cards.id "
        "WHERE rank = 0 GROUP BY slug"
    )
    return [(slug, tuple(names.split("\n")), replaced_by) for slug, replaced_by, names in rows]


def offers(path: Path) -> list[tuple[str, str, str]]:
    """The slug, seller and id of each card's offers."""
    rows = connect(path).execute("SELECT slug, seller, model_id FROM offers JOIN cards ON card_id = cards.id")
    return list(rows)


class _Stored:
    """A part of a catalog in a database: pickled as where it is."""

    origin: Origin
    _part: str

    def at(self, origin: Origin, part: str) -> Self:
        """The same, which knows where it is."""
        self.origin, self._part = origin, part
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _part, (self.origin, self._part)


class _Cards(_Stored, Mapping[str, Card]):
    """The cards of a database by slug, in order of slug, each read once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._read: dict[str, Card] = {}
        self._all = False

    def __getitem__(self, slug: str) -> Card:
        if slug not in self._read:
            found = [] if self._all else _cards(self.connection, (slug,))
            if not found:
                raise KeyError(slug)
            self._read[slug] = found[0]
        return self._read[slug]

    def preload(self, slugs: Iterable[str], sellers: Collection[str] = ()) -> None:
        """Reads many cards at a time; where sellers are given, what others ask is read when it is used."""
        wanted = [] if self._all else sorted(set(slugs) - self._read.keys())
        for start in range(0, len(wanted), AT_ONCE):
            found = _cards(self.connection, wanted[start : start + AT_ONCE], sellers)
            self._read.update((card.slug, card) for card in found)

    def __iter__(self) -> Iterator[str]:
        if not self._all:
            held = _cards(self.connection)
            self._read, self._all = {card.slug: card for card in held}, True
        return iter(self._read)

    def keys(self) -> KeysView[str]:
        """The slugs, without reading the cards."""
        rows = self.connection.execute("SELECT slug FROM cards ORDER BY slug")
        return dict.fromkeys(slug for (slug,) in rows).keys()

    def __len__(self) -> int:
        count: int = self.connection.execute("SELECT count(*) FROM cards").fetchone()[0]
        return count


class _Entries(_Stored, Mapping[str, Any]):
    """The entries of a vocabulary or seller table by id, each read once."""

    def __init__(self, connection: sqlite3.Connection, table: tables.Table) -> None:
        self._connection, self._table = connection, table
        self._read: dict[str, Any] = {}
        self._all = False

    def __getitem__(self, id: str) -> Any:
        if id not in self._read:
            found = {} if self._all else _entries(self._connection, self._table, id)
            self._read[id] = found[id]
        return self._read[id]

    def __iter__(self) -> Iterator[str]:
        if not self._all:
            self._read, self._all = _entries(self._connection, self._table, None), True
        return iter(self._read)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Names(_Stored, Mapping[str, tuple[str, ...]]):
    """The slugs of each name, by its normal form: of cards that claim it, then of those with such an offer."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getitem__(self, name: str) -> tuple[str, ...]:
        query = "SELECT slug FROM names JOIN cards ON cards.id = card_id WHERE names.name = ? ORDER BY rank, slug"
        rows = _about(self._connection, query, name)
        if not rows:
            raise KeyError(name)
        return tuple(slug for (slug,) in rows)

    def __iter__(self) -> Iterator[str]:
        rows = self._connection.execute("SELECT DISTINCT name FROM names ORDER BY name")
        return (name for (name,) in rows.fetchall())

    def __len__(self) -> int:
        count: int = self._connection.execute("SELECT count(DISTINCT name) FROM names").fetchone()[0]
        return count


class _Unplaced(_Stored, Mapping[str, Offer]):
    """The offers that no card claims, by seller and model id, all read when one is asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read: dict[str, Offer] | None = None

    def _offers(self) -> dict[str, Offer]:
        if self._read is None:
            query = f"{tables.OFFERS.select()} WHERE card_id IS NULL ORDER BY position"
            found = _sold(self._connection, self._connection.execute(query).fetchall(), everything=False)
            self._read = {f"{offer.seller}/{offer.model_id}": offer for offers in found.values() for offer in offers}
        return self._read

    def __getitem__(self, name: str) -> Offer:
        return self._offers()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._offers())

    def __len__(self) -> int:
        return len(self._offers())


def _about(connection: sqlite3.Connection, query: str, *names: str) -> list[Any]:
    """The rows of a query about some names; none if a name cannot be encoded in UTF-8."""
    try:
        return connection.execute(query, names).fetchall()
    except UnicodeEncodeError:
        return []


def _entries(connection: sqlite3.Connection, table: tables.Table, id: str | None) -> dict[str, Any]:
    """The entries of a vocabulary or seller table by id: one, or all in order."""
    query = f"{table.select()} {'ORDER BY id' if id is None else 'WHERE id = ?'}"
    rows = connection.execute(query).fetchall() if id is None else _about(connection, query, id)
    ids = [row[0] for row in rows]
    parts = (tables.FEES, tables.ERRORS, tables.RULES) if table is tables.SELLERS else ()
    rest = {part.name: _lists(connection, part, ids) for part in parts}
    return {row[0]: table.entry(row, **{name: lists.get(row[0], ()) for name, lists in rest.items()}) for row in rows}


def _cards(
    connection: sqlite3.Connection, slugs: Sequence[str] | None = None, sellers: Collection[str] = ()
) -> list[Card]:
    """The cards with these slugs that exist, or all cards, in order of slug."""
    only = "" if slugs is None else f"WHERE slug IN ({','.join('?' * len(slugs))})"
    query = f"{tables.CARDS.select()} {only} ORDER BY slug"
    rows = _about(connection, query, *(slugs or ()))
    ids = [row[0] for row in rows] if slugs is not None else None
    events = _lists(connection, tables.EVENTS, ids)
    benchmarks = _lists(connection, tables.BENCHMARKS, ids)
    capabilities = _maps(connection, tables.CARD_CAPABILITIES, ids)
    offers = _sold(connection, _rows(connection, tables.OFFERS, "card_id", ids), sellers, everything=ids is None)
    return [
        tables.CARDS.entry(
            row,
            lifecycle=events.get(row[0], ()),
            capabilities=capabilities.get(row[0], {}),
            offers=offers.get(row[0], ()),
            benchmarks=benchmarks.get(row[0], ()),
        )
        for row in rows
    ]


def _sold(
    connection: sqlite3.Connection, rows: Sequence[Any], sellers: Collection[str] = (), *, everything: bool
) -> dict[int, tuple[Offer, ...]]:
    """The offers in some rows, by card.

    Those of a single card, and those of which some sellers come first, have their parts read when they are used.
    """
    parts = _Parts(connection, rows, sellers, everything)
    late = bool(sellers) or (len({row[1] for row in rows}) == 1 and not everything)
    seller = tables.OFFERS.owner_and_fields().index("seller")
    spelled: dict[int, list[str]] = {}
    for row in rows:
        if row[3]:
            spelled.setdefault(row[3], []).append(tables.OFFERS.entry(row).model_id)
    grouped: dict[int, list[Offer]] = {}
    for row in rows:
        if not row[3]:
            read = parts.lazily(row[0], row[seller]) if late else parts.of(row[0])
            grouped.setdefault(row[1], []).append(tables.OFFERS.entry(row, ids=tuple(spelled.get(row[0], ())), **read))
    return {card: tuple(offers) for card, offers in grouped.items()}


class _Parts:
    """What of offers is in other tables: read for all of them, or for those of one seller when one is looked at.

    Where `sellers` are given, it is read for all of theirs, and for all of others.
    """

    def __init__(
        self, connection: sqlite3.Connection, rows: Sequence[Any], sellers: Collection[str], everything: bool
    ) -> None:
        self._connection, self._rows, self._sellers, self._everything = connection, rows, sellers, everything
        self._found: dict[object, dict[str, dict[Any, Any]]] = {}

    def of(self, offer: int) -> dict[str, Any]:
        """The parts of an offer, read with those of all."""
        return {name: self._read(name, None).get(offer, empty) for name, empty in _EMPTY.items()}

    def lazily(self, offer: int, seller: str) -> dict[str, Any]:
        """The same, read when they are used."""

        def part(name: str) -> Callable[[], Any]:
            return lambda: self._read(name, self._group(seller)).get(offer, _EMPTY[name])

        return {name: (LazyMap if empty == {} else LazyTuple)(part(name)) for name, empty in _EMPTY.items()}

    def _group(self, seller: str) -> object:
        return seller in self._sellers if self._sellers else seller

    def _read(self, name: str, group: object) -> dict[Any, Any]:
        if group not in self._found and len(self._found) >= FEW_SELLERS:
            group = None
        found = self._found.setdefault(group, {})
        if name not in found:
            place = tables.OFFERS.owner_and_fields().index("seller")
            ids = [row[0] for row in self._rows if group is None or self._group(row[place]) == group]
            found[name] = _PARTS[name](self._connection, None if self._everything else ids)
        return found[name]


def _tariffs(connection: sqlite3.Connection, offers: Sequence[int] | None) -> dict[int, tuple[Tariff, ...]]:
    rows = _rows(connection, tables.TARIFFS, "offer_id", offers)
    ids = [row[0] for row in rows] if offers is not None else None
    parts = (tables.TARIFF_SOURCES, tables.RATES, tables.ADJUSTMENTS)
    rest = {part.name: _lists(connection, part, ids) for part in parts}
    claims = cache(lambda: _lists(connection, tables.CLAIMS, ids))
    grouped: dict[int, tuple[Tariff, ...]] = {}
    for row in rows:
        said = _late(claims, row[0]) if offers is not None else claims().get(row[0], ())
        own = {name: lists.get(row[0], ()) for name, lists in rest.items()}
        tariff = tables.TARIFFS.entry(row, **own, claims=said)
        grouped[row[1]] = (*grouped.get(row[1], ()), tariff)
    return grouped


def _late(lists: Callable[[], Mapping[int, tuple[Any, ...]]], owner: int) -> LazyTuple[Any]:
    """The records of an owner, read with those of others when they are used: a price needs no claims."""
    return LazyTuple(lambda: lists().get(owner, ()))


_EMPTY: Mapping[str, Any] = {"capabilities": {}, "tariffs": (), "lifecycle": ()}


def _lists(
    connection: sqlite3.Connection, table: tables.Table, owners: Sequence[int | str] | None = None
) -> dict[Any, tuple[Any, ...]]:
    """The records of a table by owner, in order of position."""
    grouped: dict[Any, list[Any]] = {}
    record = table.reader()
    for row in _rows(connection, table, table.owner[0], owners):
        grouped.setdefault(row[0], []).append(record(row))
    return {owner: tuple(entries) for owner, entries in grouped.items()}


def _maps(
    connection: sqlite3.Connection, table: tables.Table, owners: Sequence[int] | None
) -> dict[Any, dict[str, Any]]:
    """The records of a table by owner and word."""
    grouped: dict[Any, dict[str, Any]] = {}
    for row in _rows(connection, table, table.owner[0], owners):
        grouped.setdefault(row[0], {})[row[1]] = table.entry(row)
    return grouped


def _rows(
    connection: sqlite3.Connection, table: tables.Table, column: str, owners: Sequence[int | str] | None
) -> list[Any]:
    """The rows of some owners (all if None), in the order of writing."""
    only = "" if owners is None else f"WHERE {column} IN ({','.join('?' * len(owners))})"
    order = ", ".join((column, *(name for name in table.owner[1:] if name in ("position", "capability"))))
    return connection.execute(f"{table.select()} {only} ORDER BY {order}", owners or ()).fetchall()


#: What reads the parts of offers that are in other tables, by the field.
_PARTS: Mapping[str, Callable[[sqlite3.Connection, Sequence[int] | None], dict[Any, Any]]] = {
    "capabilities": lambda connection, ids: _maps(connection, tables.OFFER_CAPABILITIES, ids),
    "tariffs": _tariffs,
    "lifecycle": lambda connection, ids: _lists(connection, tables.OFFER_EVENTS, ids),
}
