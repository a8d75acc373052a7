"""Offers that no card claims: a table on their seller's page, and nothing anywhere else."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, text

from ratecard.core.catalog import Catalog
from ratecard.core.records import Offer, Rate, Source, Tariff
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.views import model

ID = "model-of-nobody"
SEEN = date(2026, 11, 3)
SONNET = "anthropic/claude-sonnet-4-5"


def offered(seller: str, model_id: str, price: str, **facts: str) -> Offer:
    """An offer of input tokens at this price, whose id stands for these facts."""
    rate = Rate("input_tokens", Decimal(price), 1_000_000)
    return Offer(seller, model_id, facts=facts, tariffs=(Tariff((Source("https://a.example", SEEN),), (rate,)),))


@pytest.fixture(name="held", scope="module")
def _held(catalog: Catalog) -> Catalog:
    """Two cards, one sold under several ids, and an offer that no card claims."""
    offers = (
        offered("anthropic", "claude-sonnet-4-5", "3"),
        offered("bedrock", "claude-sonnet-4-5", "3.5"),
        offered("bedrock", "eu.claude-sonnet-4-5", "4", region="eu"),
        offered("bedrock", "claude-sonnet-4-5-batch", "1", service_tier="batch", snapshot="2025-09-29"),
    )
    sonnet = catalog.cards[SONNET]._replace(offers=offers)
    cards = {SONNET: sonnet, "stanford/iclight-v2": catalog.cards["stanford/iclight-v2"]}
    return catalog._replace(cards=cards, unplaced={f"mistral/{ID}": offered("mistral", ID, "1.25")})


@pytest.fixture(name="built", scope="module")
def _built(held: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("unplaced") / "site"
    build(held, out, day=DAY, processes=1)
    return out


def test_an_unplaced_offer_stands_on_its_sellers_page(built: Path) -> None:
    """Under a heading of its own with its id, its price and the day of its source, for people and for programs."""
    page = text((built / "sellers" / "mistral" / "index.html").read_bytes())
    listed = json.loads((built / "sellers" / "mistral.json").read_text("utf-8"))

    table = page.partition("Offers of no known model")[2]
    assert f"{ID} known Input tokens $1.25 per 1M input tokens {SEEN}" in table
    price = {"counts": "Input tokens", "price": "1.25", "unit": "per 1M input tokens"}
    assert listed["unplaced"] == [{"model_id": ID, "prices": [price], "status": "known"}]
    assert listed["models"] == []


def test_a_seller_without_unplaced_offers_has_no_heading_for_them(built: Path) -> None:
    """Nothing stands empty."""
    assert "Offers of no known model" not in text((built / "sellers" / "anthropic" / "index.html").read_bytes())


def test_an_unplaced_offer_is_nowhere_else(built: Path) -> None:
    """No page, list, collection, comparison, index or feed of the site names it; the database has it."""
    naming = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file() and _names(path)}

    assert naming == {"catalog.db", "sellers/mistral.json", "sellers/mistral.md", "sellers/mistral/index.html"}


def test_a_seller_says_what_it_is_and_where_its_prices_stand(built: Path, held: Catalog) -> None:
    """Its kind, its home page and its price page."""
    seller = held.sellers["mistral"]
    page = (built / "sellers" / "mistral" / "index.html").read_text("utf-8")

    assert seller.kind == "maker"
    assert '<span class="badge">maker</span>' in page
    assert 'href="https://mistral.ai' in page
    assert seller.prices_url
    assert f'href="{seller.prices_url}"' in page


def test_a_model_is_one_row_of_its_seller_at_its_plain_price(built: Path) -> None:
    """Whatever the number of ids under which the seller offers it."""
    listed = json.loads((built / "sellers" / "bedrock.json").read_text("utf-8"))

    assert [(row["slug"], row["prices"][0]["price"]) for row in listed["models"]] == [(SONNET, "3.5")]


def test_an_offer_says_how_its_id_differs_from_the_plain_model(held: Catalog, built: Path) -> None:
    """In small words beside the id: the region, the snapshot, the service tier."""
    edition = Edition.of(held, DAY, SiteConfig())
    rows = model.model_page(edition, held.cards[SONNET]).dossier.offers
    page = text((built / "models" / SONNET / "index.html").read_bytes())

    assert [row.differs for row in rows] == ["", "", "region eu", "service tier batch, snapshot 2025-09-29"]
    assert "eu.claude-sonnet-4-5 region eu" in page
    assert "claude-sonnet-4-5-batch service tier batch, snapshot 2025-09-29" in page
    assert "3 sellers" not in page  # it has two


def _names(path: Path) -> bool:
    return ID.encode() in path.read_bytes()
