"""The table on the first screen: what people use, at what price, and where it costs least."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from browser import opened
from playwright.sync_api import Browser, expect
from site_reading import DAY

import toys
from ratecard.core.catalog import Catalog
from ratecard.core.records import Card, Seller
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.views import model, popular
from ratecard.site.views.popular import PopularModel

SELLERS = {
    "acme": Seller("acme", "Acme", "maker"),
    "cloud": Seller("cloud", "Cloud", "cloud"),
    "host": Seller("host", "Host", "host"),
    "other": Seller("other", "Other", "host"),
    "slow": Seller("slow", "Slow", "host", caution="it changes the weights"),
    "shop": Seller("shop", "Shop", "reseller"),
}


def card(slug: str, released: date, *offers: str, weights: str = "open") -> Card:
    """A chat model by its day and its offers: each a seller and the prices of a million tokens, in and out."""
    sold = "".join(
        f"""
          - seller: {seller}
            model_id: {slug}
            tariffs:
              - sources: [{{url: https://example.org/prices, checked: 2026-11-01}}]
                rates:
                  - {{meter: input_tokens, price: {into}, per: 1000000}}
                  - {{meter: output_tokens, price: {out}, per: 1000000}}"""
        for seller, into, out in (offer.split() for offer in offers)
    )
    text = f"""
        kind: chat
        licence: {{weights: {weights}}}
        limits: {{context_tokens: 131072}}
        lifecycle: [{{event: released, date: {released}, source: {{url: https://example.org, checked: 2026-11-01}}}}]
        offers: {sold}
        """
    return toys.card(text, slug)._replace(modality="text", provider=slug.partition("/")[0])


def shown(catalog: Catalog, *cards: Card) -> list[PopularModel]:
    """The rows of the table of text."""
    held = catalog._replace(cards={one.slug: one for one in cards}, sellers=SELLERS, unplaced={})
    tables = popular.tables(Edition.of(held, DAY, SiteConfig()))
    return [row for table in tables if table.group.id == "text" for row in table.models]


def slugs(rows: list[PopularModel]) -> list[str]:
    """The models in order."""
    return [row.row.slug for row in rows]


def test_the_number_of_sellers_decides_and_age_halves_it(catalog: Catalog) -> None:
    """Four sellers of a model that is a year old count as one of a new one."""
    new, old = DAY - timedelta(days=1), DAY - timedelta(days=370)
    four = card("a/four", old, "acme 1 2", "cloud 1 2", "host 1 2", "other 1 2")
    one, two = card("b/one", new, "acme 1 2"), card("c/two", new, "acme 1 2", "host 1 2")
    assert slugs(shown(catalog, four, one, two)) == ["c/two", "b/one", "a/four"]
    assert [row.sellers for row in shown(catalog, four, one, two)] == [2, 1, 4]


def test_a_maker_has_four_places(catalog: Catalog) -> None:
    """Nobody fills the table alone."""
    cards = [card(f"a/m{number}", DAY, "acme 1 2") for number in range(6)]
    assert len(shown(catalog, *cards, card("b/m", DAY, "acme 1 2"))) == popular.OF_A_MAKER + 1


def test_only_sellers_in_good_standing_count(catalog: Catalog) -> None:
    """Resellers and sellers that something speaks against are no sign of use, and nobody's cheapest."""
    sold = card("a/m", DAY, "acme 1 2", "slow 0.1 0.2", "shop 0.1 0.2")
    (row,) = shown(catalog, sold, card("b/m", DAY, "shop 0.1 0.2"))
    assert (row.row.slug, row.sellers, row.cheapest) == ("a/m", 1, popular.Cheapest("Acme", "$1.00 / $2.00"))


@pytest.mark.parametrize(
    ("offers", "cheapest"),
    [
        (("acme 1 2", "host 0.5 2"), popular.Cheapest("Host", "$0.500 / $2.00")),
        (("acme 1 2", "host 0.995 1.999"), popular.Cheapest("Acme", "$1.00 / $2.00")),
        (("acme 1 2", "host 0.9 3"), popular.Cheapest("Acme", "$1.00 / $2.00")),
        (("acme 1 2", "host 0.9 2.2", "other 0.9 2"), popular.Cheapest("Other", "$0.900 / $2.00")),
    ],
)
def test_the_cheapest_seller_is_that_of_a_usual_call(offers: tuple[str, ...], cheapest: Any, catalog: Catalog) -> None:
    """Three tokens go in for each that comes out; a difference of less than a hundredth is none."""
    (row,) = shown(catalog, card("a/m", DAY, *offers))
    assert row.cheapest == cheapest
    assert [price.shown for price in row.tokens] == ["$1.00", "$2.00"]
    assert row.context == "131k"


def test_a_models_page_begins_with_its_figures(catalog: Catalog) -> None:
    """The usual prices of tokens, and how many a call takes; a model that is not paid by tokens has none."""
    sold = card("a/m", date(2026, 5, 1), "acme 1 2.5")
    held = catalog._replace(cards={sold.slug: sold}, sellers=SELLERS, unplaced={})
    page = model.model_page(Edition.of(held, DAY, SiteConfig()), sold)
    assert page.head.chips[-2:] == (("price", "$1.00 in, $2.50 out per 1M tokens"), ("context", "131,072 tokens"))
    image = catalog.cards["openai/gpt-image-1"]
    chips = dict(model.model_page(Edition.of(catalog, DAY, SiteConfig()), image).head.chips)
    assert chips.keys() == {"slug", "provider", "family", "released"}


@pytest.fixture(name="start")
def _start(home: str, browser: Browser) -> Iterator[Any]:
    with opened(browser) as (page, complaints):
        page.goto(home)
        yield page
        assert complaints == []


def test_the_first_screen_has_models_and_prices(start: Any) -> None:
    """Tabs show one table each, without a script too; each row has a price."""
    tables = start.locator("table.popular")
    expect(tables.first).to_be_visible()
    assert tables.first.bounding_box()["y"] < 640
    start.locator("label[for=made-image]").click()
    expect(start.locator("table.popular.image")).to_be_visible()
    assert start.locator("table.popular:visible").count() == 1
    rows = start.locator("table.popular.image tbody tr")
    assert rows.count() >= 10
    for row in rows.all():
        assert "$" in row.inner_text()


def test_the_line_above_it_leads_to_a_cost(start: Any) -> None:
    """In one step, with a model as people name it and quantities as they write them."""
    start.locator("input[name=m]").fill("GPT Image 1")
    start.locator("input[name=input_tokens]").fill("")
    start.locator("input[name=output_tokens]").fill("")
    start.get_by_role("button", name="Compute").click()
    start.wait_for_url("**/cost/?*")
    start.wait_for_selector("form.estimate[data-ready]")
    expect(start.locator(".model a")).to_have_text("GPT Image 1")
