"""A collection holds exactly the models that answer its query."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, text

from ratecard.core import evidence, lives
from ratecard.core.catalog import Catalog, retired
from ratecard.core.records import NO_CONDITIONS, Collection
from ratecard.database import store
from ratecard.site import pages as planning
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.views import cheapest, collection_sql, collections

#: Queries beside those of the catalog: every part of one, alone and together, and one that nothing answers.
FURTHER = (
    Collection("all", "All", "Everything"),
    Collection("text", "Text", "Text that answers", modality="text", lifecycle="active"),
    Collection("both", "Both", "Edits with a mask", needs=("edit", "mask")),
    Collection("newest", "Newest", "The newest that makes images", modality="image", newest_per_provider=True),
    Collection("gone", "Gone", "The newest that ended", lifecycle="retired", newest_per_provider=True),
    Collection("odd", "Odd", "Nothing", needs=("levitation",)),
    Collection("quoted", "Quoted", "Nothing", modality="it's"),
    Collection("unsure", "Unsure", "Prices nobody is sure of", price_status=("unknown", "disputed", "partial")),
)


def _members(catalog: Catalog, id: str, day: date = DAY) -> list[str]:
    return [card.slug for card in collections.members(catalog.collections[id], catalog, day)]


def test_the_free_tier_holds_every_zero(catalog: Catalog) -> None:
    """It holds the models some seller offers at zero that still answer."""
    found = _members(catalog, "free-tier")

    assert "bytedance/stable-diffusion-xl-lightning" in found
    assert "stanford/iclight-v2" not in found


def test_the_frontier_holds_one_model_of_a_provider(catalog: Catalog) -> None:
    """It holds the newest dated model of each provider, and none that has ended."""
    cards = [catalog.cards[slug] for slug in _members(catalog, "frontier")]
    makers = [card.provider for card in cards]

    assert len(makers) == len(set(makers))
    assert not any(retired(card, DAY) for card in cards)
    for card in cards:
        rivals = (other for other in catalog.cards.values() if other.provider == card.provider)
        dates = [collections.born(rival) for rival in rivals if not retired(rival, DAY)]
        assert collections.born(card) == max(day for day in dates if day)


def test_the_day_decides_what_is_retired(catalog: Catalog) -> None:
    """A model is retired from its last day on, and not a day before."""
    end = date(2026, 10, 23)

    assert "openai/gpt-image-1" in _members(catalog, "retired", end)
    assert "openai/gpt-image-1" not in _members(catalog, "retired", end - timedelta(days=1))


def test_a_mask_counts_where_some_seller_honours_it(catalog: Catalog) -> None:
    """A gateway that ignores masks does not hide a maker that takes them."""
    assert "ideogram/ideogram-v2-edit" in _members(catalog, "mask")
    assert "stanford/iclight-v2" not in _members(catalog, "mask")


def test_a_need_that_is_no_word_is_met_by_nobody(catalog: Catalog) -> None:
    """A collection that asks for a capability nobody has a word for is empty."""
    query = Collection("x", "X", "Nothing", needs=("levitation",))

    assert collections.members(query, catalog, DAY) == ()


@pytest.fixture(name="market", scope="module")
def _market(market_db: Path) -> Catalog:
    return store.read(market_db)


def _asked(db: Path, statement: str) -> list[str]:
    with closing(sqlite3.connect(db)) as connection:
        return [row[0] for row in connection.execute(statement)]


@pytest.mark.parametrize("day", [DAY, date(2026, 8, 1), date(2024, 1, 1)])
def test_sql_gives_the_same_models(day: date, market: Catalog, market_db: Path) -> None:
    """The query that a page shows gives exactly the models it lists, over the whole market and on other days."""
    for entry in (*market.collections.values(), *FURTHER):
        statement = collection_sql.sql(entry, market.vocabulary.capabilities, day).text

        assert _asked(market_db, statement) == [card.slug for card in collections.members(entry, market, day)], entry.id


@pytest.mark.parametrize("day", [DAY, date(2026, 8, 1)])
def test_sql_gives_what_costs_least(day: date, market: Catalog, market_db: Path) -> None:
    """So does the query of each collection of what costs least, in the same order."""
    found = cheapest.collections(Edition.of(market, day, SiteConfig()))

    assert {entry.collection.modality for entry in found} == {card.modality for card in market.cards.values()}
    for entry in found:
        meter = entry.meter
        statement = collection_sql.cheapest(entry.collection.modality, meter.id, meter.per, cheapest.COUNT, day).text
        assert _asked(market_db, statement) == [least.slug for least in entry.models]


def test_what_costs_least_is_sure(market: Catalog) -> None:
    """Each such model answers, and has that price at that seller, known, above zero and whatever the circumstances."""
    edition = Edition.of(market, DAY, SiteConfig())
    for entry in cheapest.collections(edition):
        assert entry.models
        assert list(entry.models) == sorted(entry.models, key=lambda least: (least.price, least.slug))
        for least in entry.models:
            tariff = evidence.tariff_at(least.offer, DAY)
            assert tariff is not None
            assert not lives.ended(least.card, least.offer, DAY)
            assert evidence.price_status(tariff) in evidence.COMPARABLE
            prices = {
                evidence.unit_price(rate) * entry.meter.per
                for rate in tariff.rates
                if rate.meter == entry.meter.id and rate.when == NO_CONDITIONS
            }
            assert any(abs(price - least.price) < Decimal("1e-8") for price in prices if price)


def test_each_collection_shows_its_query(site: Path, edition: Edition) -> None:
    """The page of a collection has its query in words and in SQL."""
    held = planning.held(edition)
    assert {entry.entry.id for entry in held} >= {"frontier", "free-tier", "image", "mask", "cheapest-image"}
    for entry in held:
        page = text((site / entry.path / "index.html").read_bytes())

        assert entry.entry.sentence in page
        assert " ".join(entry.sql.text.split()) in page
