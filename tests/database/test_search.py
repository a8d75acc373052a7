"""The search finds what people mean, however they spell it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard import cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import one_off
from ratecard.core.evidence import KNOWN, price_status, tariff_at
from ratecard.core.lives import is_alive
from ratecard.database.search import search

DAY = date(2026, 11, 21)


@given(text=st.text(max_size=30))
def test_any_text_is_a_valid_search(text: str, db: Path) -> None:
    """No text a person may type breaks the query, whatever signs it holds."""
    assert isinstance(search(db, text), list)


def test_a_search_finds_slugs_ids_and_words(db: Path) -> None:
    """A model is found by its slug, by another name, by its maker and by what it is for."""
    found = [one.slug for one in search(db, "black-forest-labs/flux-2-pro")]
    assert search(db, "openai/gpt-image-1")[0].slug == "openai/gpt-image-1"
    assert "bfl/flux-2-pro" in found
    assert "stanford/iclight-v2" in [one.slug for one in search(db, "relight")]
    assert search(db, "") == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gpt4o", "openai/gpt-4o"),
        ("gpt 4o", "openai/gpt-4o"),
        ("gtp-4o", "openai/gpt-4o"),
        ("GPT-4o price", "openai/gpt-4o"),
        ("gpt image", "openai/gpt-image-2"),
        ("gemeni 2.5 pro", "google/gemini-2.5-pro"),
        ("gemini 2.5 pro", "google/gemini-2.5-pro"),
        ("cluade", "anthropic/"),
        ("flux 2 pro", "bfl/flux-2-pro"),
        ("rerank", "cohere/"),
        ("deepseek", "deepseek/"),
    ],
)
def test_the_first_model_is_the_one_that_is_meant(text: str, first: str, frozen_db: Path) -> None:
    """Spaces, dashes, capitals, slips of one letter and words for uses lead to the model."""
    found = search(frozen_db, text, today=DAY)
    assert found
    assert found[0].slug.startswith(first)


def test_a_use_finds_models_that_are_known_to_have_it(frozen_db: Path, frozen: Catalog) -> None:
    """Words for what a model does are read as the capability, its synonyms too."""
    found = [frozen.cards[one.slug] for one in search(frozen_db, "inpainting", today=DAY)]
    held = [[card.capabilities, *(offer.capabilities for offer in card.offers)] for card in found]
    assert found
    assert all(any(known["mask"].value in ("optional", "required") for known in one if "mask" in known) for one in held)


def test_the_cheapest_comes_first_on_request(frozen_db: Path, frozen: Catalog) -> None:
    """Of models that read images and that several sellers sell, the first costs least for a token in and one out."""
    found = [frozen.cards[one.slug] for one in search(frozen_db, "cheapest vision model", today=DAY)]
    several = [card for card in found if len({offer.seller for offer in card.offers}) > 1]
    prices = []
    for card in several:
        tariff = tariff_at(card.offers[0], DAY)
        rates = tariff.rates if tariff and price_status(tariff) == KNOWN else ()
        tokens = [rate.price / rate.per for rate in rates if rate.meter in ("input_tokens", "output_tokens")]
        prices.append(sum(tokens[:2]) if tokens and is_alive(card, DAY) else Decimal("Infinity"))
    assert found[0] == several[0]
    assert prices[0] == min(prices) < Decimal("Infinity")


def test_the_price_is_what_a_default_call_pays(frozen_db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a list by quality it is that of the quality taken by default, not the first."""
    cli.run(["search", "gpt image 2", "--json", "--db", str(frozen_db)])
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["slug"], row["price"]) == ("openai/gpt-image-2", "$0.053 per image")


def test_a_seller_beside_a_name_is_where_it_is_sold(frozen_db: Path) -> None:
    """A cloud's or a gateway's name is no part of a model's, and is the seller whose price is shown."""
    assert search(frozen_db, "aigateway flux", today=DAY)[0].seller == "aigateway"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("gtp", "gpt", True), ("sonet", "sonnet", True), ("cluade", "claude", True), ("gemeni", "gemini", True),
     ("flux", "flux", True), ("veo", "sora", False), ("claude", "clouds", False), ("abcd", "badc", False)],
)  # fmt: skip
def test_a_slip_is_one_letter_or_two_neighbours(one: str, other: str, near: bool) -> None:
    """One letter changed, added or dropped, or two neighbours exchanged."""
    assert one_off(one, other) is near
    assert one_off(other, one) is near
