"""Writes the catalog's database: a whole one, or the changes of a few cards.

The same catalog gives the same bytes whatever the database held before: row ids are hashes of names, the
text index is rebuilt and the file is compacted before it replaces the old one in one step.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ratecard.core.catalog import Catalog, claims, ids_of
from ratecard.core.evidence import price_status
from ratecard.core.records import Card, Offer, Tariff
from ratecard.database import index_tables, offer_index, tables
from ratecard.database.store import APPLICATION_ID, LAYOUT

_SQL = Path(__file__).parent

#: The tables that hold a card's rows, children first, each with the condition for one card.
_OWN_TARIFFS = "tariff_id IN (SELECT tariffs.id FROM tariffs JOIN offers ON offers.id = offer_id WHERE card_id = ?)"
_OWN_OFFERS = "offer_id IN (SELECT id FROM offers WHERE card_id = ?)"
_CARD_ROWS = (
    *((name, _OWN_TARIFFS) for name in ("rate_conditions", "rates", "adjustments", "claims", "sources")),
    *((name, _OWN_OFFERS) for name in ("tariffs", "offer_capabilities")),
    *((name, "card_id = ?") for name in ("offers", "card_capabilities", "events", "names")),
    ("cards", "id = ?"),
)


def write(catalog: Catalog, path: Path) -> None:
    """Writes a new database of a catalog, which replaces an old one in one step."""

    def fill(connection: sqlite3.Connection) -> None:
        _create(connection)
        _write_words(connection, catalog)
        for card in catalog.cards.values():
            _write_card(connection, card)
        for position, offer in enumerate(catalog.unplaced.values()):
            _write_offer(connection, None, position, offer)
        index_tables.write(connection, offer_index.index(catalog.cards.values()))

    _publish(path, None, fill, catalog.digest)


def update(path: Path, removed: Iterable[str], changed: Iterable[Card], digest: str) -> None:
    """Removes some cards from a database and writes others, in one step."""

    def fill(connection: sqlite3.Connection) -> None:
        changes = {**dict.fromkeys(removed), **{card.slug: card for card in changed}}
        found = index_tables.read(connection)
        for slug, card in changes.items():
            for table, own in _CARD_ROWS:
                connection.execute(f"DELETE FROM {table} WHERE {own}", (tables.row_id(slug),))
            if card:
                _write_card(connection, card)
            found = offer_index.replaced(found, slug, card)
        index_tables.write(connection, found)

    _publish(path, path, fill, digest)


def _publish(path: Path, base: Path | None, fill: Callable[[sqlite3.Connection], None], digest: str) -> None:
    """Fills a copy of `base` (or an empty file), compacts it and moves it to `path`."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.resolve().parent) as folder:
        draft, final = Path(folder, "draft.db"), Path(folder, "final.db")
        if base is not None:
            shutil.copyfile(base, draft)
        connection = sqlite3.connect(draft)
        try:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;")
            connection.execute("BEGIN")
            connection.execute("PRAGMA defer_foreign_keys = ON")
            fill(connection)
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
    import sqlite_utils  # here because an update needs none of it, and it takes long to load

    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    for script in ("catalog.sql", "views.sql", "search.sql"):
        statement = ""
        for line in (_SQL / script).read_text(encoding="utf-8").splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                connection.execute(statement)
                statement = ""
    notes = sqlite_utils.Database(connection).table("meta")
    notes.insert_all({"key": key, "value": value} for key, value in _ABOUT.items())


_ABOUT = {
    "title": "ratecard: AI models and what they cost",
    "layout": str(LAYOUT),
    "money": "Prices and quantities are exact decimals in TEXT; price_number is for sorting only.",
}


def _write_words(connection: sqlite3.Connection, catalog: Catalog) -> None:
    for name, table in tables.WORD_TABLES.items():
        holder = catalog if hasattr(catalog, name) else catalog.vocabulary
        _insert(connection, table, (table.row(entry) for entry in getattr(holder, name).values()))
    for seller in catalog.sellers.values():
        _insert(connection, tables.SELLERS, [tables.SELLERS.row(seller)])
        _insert_list(connection, tables.FEES, seller.id, seller.fees)
        _insert_list(connection, tables.ERRORS, seller.id, seller.errors)
        _insert_list(connection, tables.RULES, seller.id, seller.rules)


def _write_card(connection: sqlite3.Connection, card: Card) -> None:
    card_id = tables.row_id(card.slug)
    _insert(connection, tables.CARDS, [tables.CARDS.row(card, card_id)])
    claimed = set(claims(card))
    offered = {form for offer in card.offers for form in ids_of(offer)} - claimed
    names = sorted([*((name, card_id, 0) for name in claimed), *((name, card_id, 1) for name in offered)])
    connection.executemany("INSERT INTO names VALUES (?, ?, ?)", names)
    _insert_list(connection, tables.EVENTS, card_id, card.lifecycle)
    _insert_map(connection, tables.CARD_CAPABILITIES, card_id, card.capabilities)
    for position, offer in enumerate(card.offers):
        _write_offer(connection, card.slug, position, offer)


def _write_offer(connection: sqlite3.Connection, slug: str | None, position: int, offer: Offer) -> None:
    offer_id = tables.row_id(slug or "", offer.seller, offer.model_id)
    card_id = tables.row_id(slug) if slug else None
    _insert(connection, tables.OFFERS, [tables.OFFERS.row(offer, offer_id, card_id, position)])
    _insert_map(connection, tables.OFFER_CAPABILITIES, offer_id, offer.capabilities)
    for place, tariff in enumerate(offer.tariffs):
        tariff_id = tables.tariff_id(slug or "", offer, tariff)
        row = tables.TARIFFS.row(tariff, tariff_id, offer_id, place, price_status(tariff))
        _insert(connection, tables.TARIFFS, [row])
        _write_tariff_parts(connection, tariff_id, tariff)


def _write_tariff_parts(connection: sqlite3.Connection, tariff_id: int, tariff: Tariff) -> None:
    _insert_list(connection, tables.TARIFF_SOURCES, tariff_id, tariff.sources)
    _insert_list(connection, tables.RATES, tariff_id, tariff.rates)
    _insert_list(connection, tables.ADJUSTMENTS, tariff_id, tariff.adjustments)
    _insert_list(connection, tables.CLAIMS, tariff_id, tariff.claims)
    connection.executemany(
        "INSERT INTO rate_conditions VALUES (?, ?, ?, ?)",
        [
            (tariff_id, position, fact, value)
            for position, rate in enumerate(tariff.rates)
            for fact, value in sorted(rate.when)
        ],
    )


def _insert(connection: sqlite3.Connection, table: tables.Table, rows: Iterable[Sequence[Any]]) -> None:
    connection.executemany(table.insert(), rows)


def _insert_list(connection: sqlite3.Connection, table: tables.Table, owner: str | int, records: Sequence[Any]) -> None:
    _insert(connection, table, [table.row(record, owner, place) for place, record in enumerate(records)])


def _insert_map(connection: sqlite3.Connection, table: tables.Table, owner: int, records: Any) -> None:
    _insert(connection, table, [table.row(record, owner, word) for word, record in sorted(records.items())])
