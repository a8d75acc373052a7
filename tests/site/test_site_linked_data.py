"""Linked data, badges and pictures say what the page says, and no more than is known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_reading import DAY, head

from ratecard.core import decimals, evidence
from ratecard.core.catalog import Catalog
from ratecard.core.records import Card, Limits
from ratecard.site import links
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition, page_offer, status_of, tariff_of
from ratecard.site.files import linked_data
from ratecard.site.files.badge import COLOURS, _short, badge
from ratecard.site.views import charts
from ratecard.site.views.rows import model_row

#: The properties of schema.org that each type here may have, by https://schema.org/docs/full.html.
PROPERTIES = {
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "SoftwareApplication": {"name", "identifier", "applicationCategory", "creator", "url", "offers"},
    "Organization": {"name"},
    "Offer": {"seller", "priceSpecification", "validFrom"},
    "UnitPriceSpecification": {"price", "priceCurrency", "unitText", "referenceQuantity", "description"},
    "QuantitativeValue": {"value"},
}


def linked(site: Path, slug: str) -> Any:
    """The linked data of a model's page."""
    (script,) = [
        script
        for script in head((site / links.model(slug) / "index.html").read_bytes(), "script")
        if script.get("type") == "application/ld+json"
    ]
    return json.loads(script.text or "")


def test_linked_data_uses_the_words_of_schema_org(site: Path, catalog: Catalog) -> None:
    """Every model's page has it, under schema.org's context, with types and properties that are defined there."""
    for slug in catalog.cards:
        data = linked(site, slug)
        assert data["@context"] == "https://schema.org"
        for node in nodes(data["@graph"]):
            assert set(node) - {"@type"} <= PROPERTIES[node["@type"]], slug


def test_a_price_is_stated_only_where_it_is_known(site: Path, edition: Edition) -> None:
    """No unknown, disputed or unverified price becomes an offer; a known one is the tariff's own decimal."""
    seen = set()
    for slug, card in edition.catalog.cards.items():
        offer = page_offer(edition, card)
        tariff = tariff_of(edition, offer)
        status = status_of(edition, offer)
        found = [node for node in nodes(linked(site, slug)["@graph"]) if node["@type"] == "UnitPriceSpecification"]
        seen.add(status)
        assert bool(found) == (status in ("known", "free", "partial")), slug
        held = {(decimals.text(rate.price), rate.per) for rate in tariff.rates} if tariff else set()
        assert {(one["price"], one.get("referenceQuantity", {}).get("value", 1)) for one in found} <= held
    assert {"known", "unknown"} <= seen


def test_addresses_stand_where_the_site_has_one(edition: Edition) -> None:
    """Breadcrumbs lead to absolute addresses or to none."""
    card = edition.catalog.cards["openai/gpt-image-1"]
    public = replace(edition, config=SiteConfig(base_url="https://a.example"))

    assert "https://a.example/models/" in json.dumps(linked_data.of_model(public, card))
    assert '"item"' not in json.dumps(linked_data.of_model(edition, card))


def test_every_model_has_a_badge_that_says_its_price(site: Path, edition: Edition) -> None:
    """A badge is well-formed, says name and headline or that the price is unknown, and fetches nothing."""
    for slug, card in edition.catalog.cards.items():
        row = model_row(edition, card)
        badge = Xml.fromstring((site / links.badge(slug)).read_text("utf-8"))
        said = badge.get("aria-label") or ""

        assert said.endswith(_short(row.headline.text or "price unknown")), slug
        assert not any("href" in name for element in badge.iter() for name in element.attrib)


@pytest.mark.parametrize("name", ["<b>&\"'", "x" * 500, "a\x00b\u202ec"])
def test_any_name_makes_a_badge(name: str, edition: Edition) -> None:
    """A name with markup, at any length, or with what XML cannot hold is text in a picture."""
    row = model_row(edition, edition.catalog.cards["openai/gpt-image-1"])

    assert Xml.fromstring(badge(row._replace(name=name))).tag.endswith("svg")


def test_words_on_badges_can_be_read() -> None:
    """White stands out from each colour by 4.5 or more, and there is a colour for each status."""
    from ratecard.site import settings

    assert set(COLOURS) == set(evidence.PRICE_STATUSES)
    for colour in (*COLOURS.values(), "#30373b"):
        assert settings.contrast("#ffffff", colour) >= settings.CONTRAST


def test_steps_are_as_high_as_prices_and_as_long_as_they_held(edition: Edition) -> None:
    """A price that doubled halfway is half as high for half the width, then at the top."""
    from datetime import timedelta

    card = edition.catalog.cards["ideogram/ideogram-v2-edit"]
    offer = card.offers[0]
    tariff = offer.tariffs[0]
    old = tariff._replace(effective=DAY - timedelta(days=100), rates=(tariff.rates[0]._replace(price=Decimal("0.04")),))
    new = tariff._replace(effective=DAY - timedelta(days=50), rates=(tariff.rates[0]._replace(price=Decimal("0.08")),))
    (drawn,) = charts.steps(edition, card._replace(offers=(offer._replace(tariffs=(old, new)),)))

    assert drawn.lines == (("Per image", "M0 80H300V0H600"),)
    assert drawn.turns == (300,)
    assert (drawn.first, drawn.last) == ((DAY - timedelta(days=100)).isoformat(), DAY.isoformat())


@given(places=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=30))
def test_the_front_holds_what_nothing_beats(places: list[tuple[int, int]]) -> None:
    """A model is on it exactly where no other has at least its context for less, nor more context for no more."""
    card = Card("a/b", "B", "a", "text")
    dots = [charts._Dot(tokens, Decimal(price), card, "") for tokens, price in places]
    unbeaten = {
        (tokens, price)
        for tokens, price in places
        if not any(
            (longer >= tokens and less < price) or (longer > tokens and less <= price) for longer, less in places
        )
    }

    found = [(dot.tokens, int(dot.price)) for dot in charts.unbeaten(dots)]

    assert found == sorted(unbeaten)


def test_the_front_is_drawn_of_models_that_state_both(edition: Edition) -> None:
    """What has no price of input or no context is not drawn; its table has the decimals of the price lists."""
    cards = [with_price_of_input(edition, number) for number in range(1, 6)]
    stated = [card._replace(limits=Limits(context_tokens=1000 * number)) for number, card in enumerate(cards, 1)]
    front = charts.context_front(edition, [*stated, *(card._replace(limits=Limits()) for card in cards)])

    assert front is not None
    assert front.drawn == len(cards)
    assert [row.value for row in front.rows] == ["1", "2", "3", "4", "5"]
    assert front.across[0] == "1k"
    assert re.fullmatch(r"(M\d+ \d+h0)+", front.dots)
    assert re.fullmatch(r"M0 \d+H\d+(V\d+H\d+)*", front.line)
    assert charts.context_front(edition, cards[:0]) is None


def test_a_spread_needs_several_sellers_with_different_prices(edition: Edition) -> None:
    """It is drawn from the least to the most of what is stated, and not at all for too few."""
    drawn = 0
    for card in edition.catalog.cards.values():
        spread = charts.spread(edition, card)
        if spread is None:
            continue
        drawn += 1
        assert spread.sellers >= charts.ENOUGH
        assert re.fullmatch(r"(M\d+ 0h0)+", spread.dots)
        places = [int(place) for place in re.findall(r"M(\d+)", spread.dots)]
        assert (min(places), max(places)) == (0, charts.WIDTH)
    assert charts.spread(edition, next(iter(edition.catalog.cards.values()))._replace(offers=())) is None
    assert drawn > 0


def with_price_of_input(edition: Edition, price: int) -> Card:
    """A card whose one offer takes so much for a million input tokens."""
    card = edition.catalog.cards["ideogram/ideogram-v2-edit"]
    offer = card.offers[0]
    tariff = offer.tariffs[0]
    rate = tariff.rates[0]._replace(meter="input_tokens", price=Decimal(price), per=1_000_000)
    return card._replace(offers=(offer._replace(tariffs=(tariff._replace(rates=(rate,)),)),))


def nodes(part: Any) -> list[dict[str, Any]]:
    """Every typed node within linked data."""
    if isinstance(part, dict):
        own = [part] if "@type" in part else []
        return own + [node for held in part.values() for node in nodes(held)]
    return [node for held in part for node in nodes(held)] if isinstance(part, list) else []
