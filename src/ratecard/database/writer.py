"""Writes the catalog's database: a whole one, or the changes of a few cards.

The same catalog gives the same bytes whatever the database held before: row ids are hashes of names, the
text index is rebuilt and the file is compacted before it replaces the old one in one step.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from ratecard.core.catalog import Catalog, claims, ids_of
from ratecard.core.evidence import price_status, until
from ratecard.core.records import Card, Offer
from ratecard.database import index_tables, offer_index, store, tables, utils
from ratecard.database.store import APPLICATION_ID, LAYOUT

_SQL = Path(__file__).parent

#: The tables that hold a card's rows, children first, each with the condition for one card.
_OWN_TARIFFS = "tariff_id IN (SELECT tariffs.id FROM tariffs JOIN offers ON offers.id = offer_id WHERE card_id = ?)"
_OWN_OFFERS = "offer_id IN (SELECT id FROM offers WHERE card_id = ?)"
_CARD_ROWS = (
    ("rate_conditions", _OWN_TARIFFS),
    *((table.name, _OWN_TARIFFS) for table in tables.TABLES if "tariff_id" in table.owner),
    *((table.name, _OWN_OFFERS) for table in tables.TABLES if "offer_id" in table.owner),
    *((table.name, "card_id = ?") for table in tables.TABLES if "card_id" in table.owner),
    ("names", "card_id = ?"),
    ("cards", "id = ?"),
)


def write(catalog: Catalog, path: Path) -> None:
    """Writes a new database of a catalog, which replaces an old one in one step."""

    def fill(connection: sqlite3.Connection) -> None:
        _create(connection)
        _write_words(connection, catalog)
        rows = Rows()
        for card in catalog.cards.values():
            _add_card(rows, card)
        for position, offer in enumerate(catalog.unplaced.values()):
            _add_offer(rows, None, position, offer)
        _insert(connection, rows)
        index_tables.write(connection, offer_index.index(catalog.cards.values(), catalog.sellers))

    _publish(path, None, fill, catalog.digest)


def update(path: Path, removed: Iterable[str], changed: Iterable[Card], digest: str) -> None:
    """Removes some cards from a database and writes others, in one step."""
    sellers = store.read(path).sellers

    def fill(connection: sqlite3.Connection) -> None:
        changes = {**dict.fromkeys(removed), **{card.slug: card for card in changed}}
        found = before = index_tables.read(connection)
        rows = Rows()
        for slug, card in changes.items():
            for table, own in _CARD_ROWS:
                connection.execute(f"DELETE FROM {table} WHERE {own}", (tables.row_id(slug),))
            if card:
                _add_card(rows, card)
            found = offer_index.replaced(found, slug, card, sellers)
        _insert(connection, rows)
        index_tables.write(connection, found, before)

    _publish(path, path, fill, digest)


def _publish(path: Path, base: Path | None, fill: Callable[[sqlite3.Connection], None], digest: str) -> None:
    """Fills a copy of `base` (or an empty file), compacts it and moves it to `path`."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.resolve().parent) as folder:
        draft, final = Path(folder, "draft.db"), Path(folder, "final.db")
        if base is not None:
            shutil.copyfile(base, draft)
        connection = sqlite3.connect(draft)
        try:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")
            connection.execute("BEGIN")
            fill(connection)
            for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):  # faster than at each row
                raise sqlite3.IntegrityError(f"a row of {table} refers to none of {parent}")
            connection.execute("INSERT INTO card_search (card_search) VALUES ('rebuild')")
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('digest', ?)", (digest,))
            connection.execute("COMMIT")
            connection.execute("PRAGMA schema_version = 1")  # else it counts the updates
            connection.execute("VACUUM INTO ?", (str(final),))
        finally:
            connection.close()
        _flush(final)
        os.replace(final, path)
        _flush(path.resolve().parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    for script in ("catalog.sql", "views.sql", "search.sql"):
        statement = ""
        for line in (_SQL / script).read_text(encoding="utf-8").splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                connection.execute(statement)
                statement = ""
    notes = utils.library().Database(connection).table("meta")
    notes.insert_all({"key": key, "value": value} for key, value in _ABOUT.items())


_ABOUT = {
    "title": "ratecard: AI models and what they cost",
    "layout": str(LAYOUT),
    "money": "Prices and quantities are exact decimals in TEXT; price_number is for sorting only.",
}


def _write_words(connection: sqlite3.Connection, catalog: Catalog) -> None:
    rows = Rows()
    for name, table in tables.WORD_TABLES.items():
        holder = catalog if hasattr(catalog, name) else catalog.vocabulary
        for entry in getattr(holder, name).values():
            rows.add(table, entry)
    for seller in catalog.sellers.values():
        rows.add(tables.SELLERS, seller)
        rows.add_list(tables.FEES, seller.id, seller.fees)
        rows.add_list(tables.ERRORS, seller.id, seller.errors)
        rows.add_list(tables.RULES, seller.id, seller.rules)
    _insert(connection, rows)


class Rows(dict[str, list[Sequence[Any]]]):
    """Rows to insert, by their statement: SQLite takes a table's rows at once far faster than one by one."""

    def add(self, table: tables.Table, record: Any, *owner: object) -> None:
        """Adds the row of a record."""
        self.setdefault(table.insert(), []).append(table.row(record, *owner))

    def add_list(self, table: tables.Table, owner: str | int, records: Iterable[Any]) -> None:
        """Adds the rows of records that are told apart by their position."""
        self.setdefault(table.insert(), []).extend(table.rows(records, owner))

    def add_map(self, table: tables.Table, owner: int, records: Mapping[str, Any]) -> None:
        """Adds the rows of records that are told apart by a word."""
        for word, record in sorted(records.items()):
            self.add(table, record, owner, word)


def _insert(connection: sqlite3.Connection, rows: Rows) -> None:
    for statement, found in rows.items():
        connection.executemany(statement, sorted(found, key=itemgetter(0)))  # in the order of the table's key


def _add_card(rows: Rows, card: Card) -> None:
    card_id = tables.row_id(card.slug)
    rows.add(tables.CARDS, card, card_id)
    claimed = set(claims(card))
    offered = {form for offer in card.offers for form in ids_of(offer)} - claimed
    names = rows.setdefault("INSERT INTO names VALUES (?, ?, ?)", [])
    names += sorted([*((name, card_id, 0) for name in claimed), *((name, card_id, 1) for name in offered)])
    rows.add_list(tables.EVENTS, card_id, card.lifecycle)
    rows.add_list(tables.BENCHMARKS, card_id, card.benchmarks)
    rows.add_map(tables.CARD_CAPABILITIES, card_id, card.capabilities)
    for position, offer in enumerate(card.offers):
        _add_offer(rows, card.slug, position, offer)
    spellings = [(offer, id) for offer in card.offers for id in offer.ids]
    for position, (offer, id) in enumerate(spellings, len(card.offers)):
        same_as = tables.row_id(card.slug, offer.seller, offer.model_id)
        alike = Offer(offer.seller, id, facts=offer.facts)
        rows.add(tables.OFFERS, alike, tables.row_id(card.slug, alike.seller, id), card_id, position, same_as)


def _add_offer(rows: Rows, slug: str | None, position: int, offer: Offer) -> None:
    offer_id = tables.row_id(slug or "", offer.seller, offer.model_id)
    rows.add(tables.OFFERS, offer, offer_id, tables.row_id(slug) if slug else None, position, None)
    rows.add_list(tables.OFFER_EVENTS, offer_id, offer.lifecycle)
    rows.add_map(tables.OFFER_CAPABILITIES, offer_id, offer.capabilities)
    for place, tariff in enumerate(offer.tariffs):
        tariff_id = tables.tariff_id(slug or "", offer, tariff)
        replaced = until(offer, tariff)
        owner = (tariff_id, offer_id, place, price_status(tariff), replaced and str(replaced))
        rows.add(tables.TARIFFS, tariff, *owner)
        rows.add_list(tables.TARIFF_SOURCES, tariff_id, tariff.sources)
        rows.add_list(tables.RATES, tariff_id, tariff.rates)
        rows.add_list(tables.ADJUSTMENTS, tariff_id, tariff.adjustments)
        rows.add_list(tables.CLAIMS, tariff_id, tariff.claims)
        conditions = rows.setdefault("INSERT INTO rate_conditions VALUES (?, ?, ?, ?)", [])
        for number, rate in enumerate(tariff.rates):
            conditions += [(tariff_id, number, fact, value) for fact, value in sorted(rate.when)]
