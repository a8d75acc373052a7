"""Which of the two layouts a model page has, and what a page says at its top."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, text

from ratecard.core.catalog import Catalog, retired
from ratecard.core.records import Card
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition, page_offer, tariff_of
from ratecard.site.views import capabilities, model

FULL_ONLY = ("Use this model", "Frequently asked questions")


def test_the_full_layout_stands_for_a_known_price_above_zero(edition: Edition) -> None:
    """The full layout is printed exactly where the page's seller has a known price above 0."""
    for card in edition.catalog.cards.values():
        tariff = tariff_of(edition, page_offer(edition, card))
        known = tariff is not None and any(rate.price > 0 for rate in tariff.rates)

        page = model.model_page(edition, card)

        assert page.full == known
        assert bool(page.head.summary) == bool(page.questions) == known


def test_the_layout_shows_in_the_page(site: Path, edition: Edition) -> None:
    """What belongs to the full layout alone stands on no page of the short one."""
    for card in edition.catalog.cards.values():
        full = model.is_full(edition, page_offer(edition, card))
        page = text((site / "models" / card.slug / "index.html").read_bytes())

        assert [label in page for label in FULL_ONLY] == [full, full], card.slug


@pytest.mark.parametrize(("price", "zero", "full"), [("0.1", "", True), ("0", "beta", False), ("0", "free", False)])
def test_a_price_decides_the_layout(price: str, zero: str, full: bool, edition: Edition) -> None:
    """Changing nothing but the price changes the layout."""
    card = edition.catalog.cards["stanford/iclight-v2"]
    offer = card.offers[0]
    rate = offer.tariffs[0].rates[0]._replace(price=Decimal(price), zero=zero)
    changed = offer._replace(tariffs=(offer.tariffs[0]._replace(rates=(rate,)),))

    page = model.model_page(edition, card._replace(offers=(changed,)))

    assert page.full is full


def test_the_page_is_about_the_gateway_where_it_sells(edition: Edition) -> None:
    """The page's seller is the gateway if it has an offer, else the first."""
    for card in edition.catalog.cards.values():
        offer = page_offer(edition, card)
        sellers = [each.seller for each in card.offers]

        assert (offer.seller if offer else None) == (
            "aigateway" if "aigateway" in sellers else sellers[0] if sellers else None
        )


def test_a_retired_model_says_so_at_the_top(site: Path, catalog: Catalog) -> None:
    """A model that no longer answers says when it ended, and by what it was followed, before anything else."""
    ended = [card for card in catalog.cards.values() if retired(card, DAY)]
    assert ended

    for card in ended:
        page = text((site / "models" / card.slug / "index.html").read_bytes())
        top = page[: page.index("slug · ")]

        assert "Retired on" in top
        assert not card.replaced_by or card.replaced_by in top


def test_links_without_a_target_are_left_out(catalog: Catalog) -> None:
    """The playground and the ranking are linked only where a site has them."""
    card = catalog.cards["stanford/iclight-v2"]
    settings = SiteConfig(playground_url="https://play.example/try", ranking_url="https://rank.example/?by=use")

    bare = _labels(Edition.of(catalog, DAY, SiteConfig()), card)
    rich = _labels(Edition.of(catalog, DAY, settings), card)

    assert bare == ["Compare", "API reference"]
    assert rich == ["Try in playground →", "Compare", "API reference", "See usage ranking →"]


def test_a_page_names_as_unknown_only_what_is_asked_of_its_kind(edition: Edition) -> None:
    """That nobody knows whether an image model takes steps is worth a word; that it keeps no conversation is not."""
    named = capabilities.unspoken(edition, edition.catalog.cards["openai/gpt-image-2"])

    assert "Relighting" in named
    assert "Server state" not in named
    assert "Embeddings" not in named


def test_a_card_without_prose_has_strengths_and_uses(edition: Edition) -> None:
    """They follow from what the model can do and from its kind; what an author wrote stands alone."""
    gpt, authored = (edition.catalog.cards[slug] for slug in ("openai/gpt-4o", "stanford/iclight-v2"))

    assert not gpt.strengths
    assert capabilities.strengths(edition, gpt) == ("Context of 128,000 tokens", "Vision")
    assert {"Questions and drafts", "Questions about images"} <= set(capabilities.use_cases(edition, gpt))
    assert "Problems in several steps" not in capabilities.use_cases(edition, gpt)
    assert capabilities.strengths(edition, authored) == authored.strengths
    assert capabilities.use_cases(edition, authored) == authored.use_cases
    assert "Best for: " in model.model_page(edition, authored).head.summary


def test_a_seller_without_openai_calls_gets_no_invented_one(edition: Edition) -> None:
    """Where the page's seller has no call of OpenAI's shape, no call is shown."""
    page = model.model_page(edition, edition.catalog.cards["leonardo/phoenix-1.0"])

    assert page.call is None
    assert page.errors == ()
    assert page.sold_as == "@cf/leonardo/phoenix-1.0"


def _labels(edition: Edition, card: Card) -> list[str]:
    return [action.label for action in model.model_page(edition, card).actions]
