"""What a page says of prices that are disputed, dated, adjusted or incomplete."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from site_reading import DAY, normal, text

from ratecard.core.records import Adjustment, Card, Claim, Rate, Tariff
from ratecard.site import rendering
from ratecard.site.edition import Edition
from ratecard.site.rendering import Page
from ratecard.site.views import model, model_short


@pytest.fixture(name="card")
def _card(edition: Edition) -> Card:
    return edition.catalog.cards["stanford/iclight-v2"]


def with_tariffs(card: Card, *tariffs: Tariff) -> Card:
    """The card with other price lists at its first seller."""
    return card._replace(offers=(card.offers[0]._replace(tariffs=tariffs), *card.offers[1:]))


def printed(edition: Edition, card: Card) -> str:
    """The words of a card's page."""
    page = model.model_page(edition, card)
    context = {"page": page, "shown": model_short.shown(edition, card, page), "twin": "x.md"}
    planned = Page("models/a/b/index.html", "model.html", context)
    return text(rendering.render(planned, edition))


def test_a_disputed_price_names_who_disputes_it(edition: Edition, card: Card) -> None:
    """A claim of another price stands beside the price held, with its number and source."""
    tariff = card.offers[0].tariffs[0]
    source = tariff.sources[0]._replace(via="Another list")
    claims = (
        Claim("images", Decimal("0.07"), source),
        Claim("images", Decimal("0.10"), source._replace(via="A third")),
    )

    page = printed(edition, with_tariffs(card, tariff._replace(claims=claims)))

    assert "disputed Sources give different prices" in page
    assert "disputes: Per image $0.070" in page
    assert "agrees: Per image $0.100" in page
    assert "via Another list" in page


def test_past_and_coming_price_lists_are_kept(edition: Edition, card: Card) -> None:
    """Each price list of an offer stands with the days it holds, and the one in force makes the price."""
    now = card.offers[0].tariffs[0]
    rate = now.rates[0]
    coming = now._replace(effective=DAY + timedelta(days=30), rates=(rate._replace(price=Decimal("0.2")),), examples=())
    past = now._replace(effective=date(2025, 1, 1), rates=(rate._replace(price=Decimal("0.3")),), examples=())

    page = printed(edition, with_tariffs(card, past, now._replace(effective=date(2026, 1, 1)), coming))

    assert "Per image $0.100" in page[page.index("Pricing") : page.index("API schema")]
    history = page[
        page.index("Price lists with the days they hold") : page.index(
            "Sources", page.index("Price lists with the days they hold")
        )
    ]
    assert normal(history).count("AIgateway") == 3
    assert "2026-12-21 open AIgateway Per image $0.200" in history
    assert "2025-01-01 2026-01-01 AIgateway Per image $0.300" in history


def test_a_price_that_begins_later_is_unknown_today(edition: Edition, card: Card) -> None:
    """Before its first price list takes effect, an offer has no price."""
    tariff = card.offers[0].tariffs[0]._replace(effective=DAY + timedelta(days=1))

    page = model.model_page(edition, with_tariffs(card, tariff))

    assert page.pricing.status == "unknown"
    assert not page.full


def test_what_has_no_price_and_what_changes_it_is_said(edition: Edition, card: Card) -> None:
    """Meters without a price, discounts, thresholds and minimums are part of what is printed."""
    tariff = card.offers[0].tariffs[0]
    rates = (
        Rate("input_tokens", Decimal("6"), per=1_000_000, above=200_000),
        Rate("audio_seconds", Decimal("0.006"), per=60, minimum=Decimal(10)),
    )
    batch = Adjustment("Batch discount", Decimal(-50), frozenset({("service_tier", "batch")}))
    changed = tariff._replace(rates=rates, adjustments=(batch,), incomplete=("requests",), examples=())

    page = printed(edition, with_tariffs(card, changed))

    assert "prompt above 200,000 tokens $6.00 per 1M input tokens" in page
    assert "at least 10 billed $0.006 per 60 seconds of audio" in page.replace("$0.0060", "$0.006")
    assert "Batch discount for service tier batch: -50%" in page
    assert "Without a price: per request" in page
