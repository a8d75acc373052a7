"""The database: what is written is what is read."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
import worlds
from ratecard.cards import reader
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadDatabase
from ratecard.database import offer_index, store, tables, writer


def fingerprint(path: Path) -> str:
    """The bytes of a file as a short text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_written_is_what_is_read(catalog: Catalog, db: Path) -> None:
    """read(write(catalog)) == catalog, for every card, seller and word."""
    assert store.read(db) == catalog


def test_one_card_read_alone_is_the_same(catalog: Catalog, db: Path) -> None:
    """A card read on demand equals the card read among all."""
    for slug, card in catalog.cards.items():
        assert store.read(db).cards[slug] == card


def test_a_name_of_two_cards_leads_to_none(catalog: Catalog, db: Path) -> None:
    """Names that several sellers use for different models find nothing by themselves."""
    held = store.read(db)
    assert dict(held.names) == catalog.names
    assert "no such name" not in held.names


def test_decimals_survive_to_the_last_digit(tmp_path: Path, catalog: Catalog) -> None:
    """A price that binary floats cannot hold comes back as it was written."""
    offer = toys.offer("rates: [{meter: images, price: 0.100000000001}, {meter: requests, price: 123456.123456789012}]")
    card = toys.card("")._replace(offers=(offer,))
    writer.write(catalog._replace(cards={card.slug: card}, names={"toy": card.slug}), tmp_path / "x.db")
    rates = store.read(tmp_path / "x.db").cards[card.slug].offers[0].tariffs[0].rates
    assert [str(rate.price) for rate in rates] == ["0.100000000001", "123456.123456789012"]


def test_the_same_catalog_gives_the_same_bytes(catalog: Catalog, db: Path, tmp_path: Path) -> None:
    """Neither the order of cards nor what was written before shows in the file."""
    reversed_cards = dict(reversed(list(catalog.cards.items())))
    writer.write(catalog._replace(cards=reversed_cards), tmp_path / "a.db")
    assert fingerprint(tmp_path / "a.db") == fingerprint(db)


def test_an_update_gives_the_bytes_of_a_full_write(catalog: Catalog, db: Path, tmp_path: Path) -> None:
    """Taking a card out and putting it back leaves no trace, and so does changing it twice."""
    path = tmp_path / "a.db"
    writer.write(catalog, path)
    card = catalog.cards["openai/gpt-image-1"]
    writer.update(path, ["openai/gpt-image-1"], [], catalog.digest)
    assert "openai/gpt-image-1" not in store.read(path).cards
    writer.update(path, [], [card._replace(name="Other")], catalog.digest)
    writer.update(path, [], [card], catalog.digest)
    assert fingerprint(path) == fingerprint(db)


@pytest.mark.parametrize(
    "setting",
    [{"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Etc/GMT+11"}, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}],
)
def test_neither_hash_seed_nor_zone_nor_locale_shows_in_the_bytes(
    setting: dict[str, str], db: Path, tmp_path: Path
) -> None:
    """Another process with other surroundings writes the same file."""
    script = (
        "import sys; from pathlib import Path; from ratecard.cards import reader; from ratecard.database import writer;"
        "writer.write(reader.read(Path(sys.argv[1])).catalog, Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(toys.ROOT / "catalog"), str(tmp_path / "a.db")]
    subprocess.run(command, check=True, env={**os.environ, **setting}, cwd="/")
    assert fingerprint(tmp_path / "a.db") == fingerprint(db)


def test_the_tables_have_the_columns_their_records_need(db: Path) -> None:
    """catalog.sql and the list of tables agree, and every table is strict."""
    connection = store.connect(db)
    for table in tables.TABLES:
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        assert set(table.owner_and_fields()) == columns, table.name
        strict = connection.execute("SELECT strict FROM pragma_table_list WHERE name = ?", (table.name,)).fetchone()
        assert strict == (1,), table.name


def test_the_file_is_sound(db: Path) -> None:
    """No page is broken and no reference hangs."""
    connection = store.connect(db)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_view_can_be_read(db: Path) -> None:
    """The views that people read answer, and the one of prices has every rate in force."""
    connection = store.connect(db)
    views = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert {"prices", "offer_prices", "masks", "disputes"} <= set(views)
    for view in views:
        connection.execute(f"SELECT * FROM {view} LIMIT 1").fetchall()
    newest = "SELECT max(position) FROM tariffs AS later WHERE later.offer_id = tariffs.offer_id"
    in_force = f"SELECT count(*) FROM rates JOIN tariffs ON tariffs.id = tariff_id WHERE tariffs.position = ({newest})"
    assert connection.execute("SELECT count(*) FROM prices").fetchone() == connection.execute(in_force).fetchone()


def test_a_price_in_sql_is_text_with_a_number_to_sort_by(frozen_db: Path) -> None:
    """Money is exact text; the number is for sorting and plotting alone."""
    row = store.connect(frozen_db).execute(
        "SELECT price, typeof(price), per, typeof(price_number) FROM prices"
        " WHERE slug = 'openai/gpt-image-1' AND meter = 'input_tokens'"
    )
    assert row.fetchone() == ("5", "text", 1_000_000, "real")


def test_the_database_cannot_be_changed_through_a_catalog(db: Path) -> None:
    """The connection is read-only, and a missing file is never created."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.connect(db).execute("DELETE FROM rates")
    with pytest.raises(BadDatabase, match="no such file"):
        store.read(db.with_name("missing.db"))
    assert not db.with_name("missing.db").exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 600])
def test_a_foreign_file_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    """What is no catalog is named as such."""
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(BadDatabase, match=r"x\.db") as failure:
        store.read(path)
    assert "\n" not in str(failure.value)


def test_another_layout_is_refused(tmp_path: Path, db: Path) -> None:
    """A catalog of another version is not guessed at."""
    path = tmp_path / "x.db"
    path.write_bytes(db.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    with pytest.raises(BadDatabase, match=r"layout 99.*newer ratecard; upgrade it"):
        store.read(path)


def test_prices_in_the_database_are_the_authors_to_the_digit(catalog: Catalog, db: Path) -> None:
    """Every rate of every card is a row with the same price."""
    authored = sorted(
        rate.price for card in catalog.cards.values() for offer in card.offers for tariff in offer.tariffs
         for rate in tariff.rates
    )  # fmt: skip
    rows = store.connect(db).execute("SELECT price FROM rates")
    assert sorted(Decimal(price) for (price,) in rows) == authored


def test_reading_needs_the_files_of_the_catalog_only() -> None:
    """A folder without cards is an empty catalog with problems, not a crash."""
    draft = reader.read(Path("/nonexistent"))
    assert draft.catalog.cards == {}
    assert len(draft.problems) == len(reader.WORDS)


def test_the_index_that_is_stored_is_the_index_of_the_cards(catalog: Catalog, db: Path) -> None:
    """Candidates, postings and lower bounds read from a database part by part, in any order, equal those written."""
    expected, found = offer_index.index(catalog.cards.values(), catalog.sellers), store.index_of(store.read(db))
    assert found is not None
    backwards = [found.candidates[position] for position in reversed(range(len(expected.candidates)))]
    assert tuple(reversed(backwards)) == tuple(found.candidates) == expected.candidates
    assert {name: dict(found.postings[name]) for name in found.postings} == expected.postings
    assert {meter: list(found.lower_bounds[meter]) for meter in found.lower_bounds} == {
        meter: list(bounds) for meter, bounds in expected.lower_bounds.items()
    }


@given(seed=st.integers(0, 2**64), other=st.integers(0, 2**64))
def test_an_index_with_a_card_replaced_is_the_index_of_those_cards(seed: int, other: int, catalog: Catalog) -> None:
    """Cards put in, taken out or changed leave the index that is made anew."""
    before, after = worlds.world(seed, catalog).catalog.cards, worlds.world(other, catalog).catalog.cards
    found = offer_index.index(before.values(), catalog.sellers)
    for slug in {**before, **after}:
        found = offer_index.replaced(found, slug, after.get(slug), catalog.sellers)
    expected = offer_index.index(after.values(), catalog.sellers)
    assert (found.candidates, found.postings) == (expected.candidates, expected.postings)
    assert {meter: list(bounds) for meter, bounds in found.lower_bounds.items()} == {
        meter: list(bounds) for meter, bounds in expected.lower_bounds.items()
    }


def test_no_column_needs_quoting(db: Path) -> None:
    """Every column of every table and view can be asked for by its bare name."""
    connection = store.connect(db)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    for name in names:
        for column in [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]:
            connection.execute(f"SELECT {column} FROM {name} LIMIT 0")
    assert "rates" in names
