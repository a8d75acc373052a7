"""The search finds what people mean, however they spell it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard import cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import one_off
from ratecard.core.evidence import KNOWN, price_status, tariff_at
from ratecard.core.lives import is_alive
from ratecard.database.search import search
from ratecard.market import build

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
        ("claude sonnet 4.5", "anthropic/claude-sonnet-4-5"),
        ("claude 4.5 sonnet", "anthropic/claude-sonnet-4-5"),
        ("sonnet 4.5", "anthropic/claude-sonnet-4-5"),
        ("sonet", "anthropic/claude-sonnet-"),
        ("haiku", "anthropic/claude-haiku-4-5"),
        ("gpt 5 mini", "openai/gpt-5-mini"),
        ("gpt-5", "openai/gpt-5"),
        ("chatgpt", "openai/gpt-5"),
        ("anthropic", "anthropic/"),
        ("azure gpt-4o", "openai/gpt-4o"),
        ("embeddings", "openai/text-embedding-3-small"),
        ("stable diffusion", "stability-ai/sdxl"),
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


SOURCE = "{url: https://example.org/prices, checked: 2026-11-01}"


def _card(provider: str, name: str, sellers: str, price: str = "2", more: str = "", modality: str = "text") -> str:
    """A card whose sellers all take the same for a million tokens in, and `more` beside it."""
    offers = "".join(
        f"  - {{seller: {seller}, model_id: {name.lower().replace(' ', '-')}, tariffs: [{{sources: [{SOURCE}],"
        f" rates: [{{meter: input_tokens, price: {price}, per: 1000000}}]}}]}}\n"
        for seller in sellers.split()
    )
    head = f"name: {name}\nprovider: {provider}\nmodality: {modality}\nsources: [{SOURCE}]\n"
    return f"{head}{more}offers:\n{offers}"


RETIRED = f"lifecycle: [{{event: retired, date: 2025-02-18, source: {SOURCE}}}]\n"


@pytest.fixture(name="robots", scope="module")
def _robots(tmp_path_factory: pytest.TempPathFactory, today: date) -> Path:
    """A maker's robots, an old one that it has retired, and one that another made of them."""
    folder = tmp_path_factory.mktemp("robots")
    unsure = "{seller: fal, model_id: robot-3, tariffs: [{sources: [" + SOURCE + "], rates: [{meter: input_tokens, "
    unsure += "price: 0, per: 1000000, zero: unverified}]}]}"
    third = _card("mistral", "Robot 3", "mistral").replace("offers:\n", f"offers:\n  - {unsure}\n")
    free = "  - {seller: fal, model_id: 'robot-2:free', tariffs: [{sources: [" + SOURCE + "], rates: "
    free += "[{meter: input_tokens, price: 0, per: 1000000, zero: free}]}]}\n"
    root = toys.folder(
        folder,
        ("mistral/robot-1", _card("mistral", "Robot 1", "mistral", more=RETIRED + "ids: [robot]\n")),
        ("mistral/robot-2", _card("mistral", "Robot 2", "mistral fal") + free),
        ("mistral/robot-3", third),
        ("mistral/robot-4-long-name-of-much", _card("mistral", "Robot 4 long name of much", "mistral")),
        ("cohere/robot-2x", _card("cohere", "Robot 2x", "cohere")),
    )
    done = build.build(root, folder / "robots.db", today)
    assert not done.problems
    return folder / "robots.db"


def test_a_makers_models_come_before_what_others_made_of_them(robots: Path) -> None:
    """Whoever makes most of what is sold under a name is its maker, however long the names of its models are."""
    found = [one.slug for one in search(robots, "robot", today=DAY)]
    assert found.index("cohere/robot-2x") > found.index("mistral/robot-4-long-name-of-much")


def test_what_is_sold_comes_before_what_its_maker_retired(robots: Path) -> None:
    """A retired model is not first because the name fits exactly, unless its number is asked for."""
    assert search(robots, "robot", today=DAY)[0].slug != "mistral/robot-1"
    assert search(robots, "robot 1", today=DAY)[0].slug == "mistral/robot-1"


def _rows(db: Path, text: str, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    cli.run(["search", *text.split(), "--json", "--db", str(db)])
    return {row["slug"]: row for row in json.loads(capsys.readouterr().out)}


def test_what_is_free_is_shown_where_it_is_free(robots: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The price is that of the seller's id that costs nothing, not of the plain model there."""
    row = _rows(robots, "free", capsys)["mistral/robot-2"]
    assert (row["seller"], row["price"], row["status"]) == ("fal", "$0 per 1M input tokens (free)", "free")


def test_a_zero_that_nobody_vouches_for_is_no_headline(robots: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first seller that has a price stands for the model."""
    row = _rows(robots, "robot 3", capsys)["mistral/robot-3"]
    assert (row["seller"], row["price"]) == ("mistral", "$2.00 per 1M input tokens")


def test_a_model_that_has_ended_is_shown_with_the_day(robots: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The day is a column of its own, and no column where nothing has ended."""
    rows = _rows(robots, "robot", capsys)
    assert (rows["mistral/robot-1"]["ended"], rows["mistral/robot-2"]["ended"]) == ("2025-02-18", "")
    cli.run(["search", "robot", "2", "--db", str(robots)])
    assert "ended" not in capsys.readouterr().out.splitlines()[0]


def test_a_namesake_of_another_maker_is_not_first(tmp_path: Path, today: date) -> None:
    """Where one maker's models are most of what a name means, a model of just that name by another comes later."""
    root = toys.folder(
        tmp_path,
        ("cohere/robot", _card("cohere", "Robot", "cohere")),
        ("mistral/robot-1", _card("mistral", "Robot 1", "mistral fal")),
        ("mistral/robot-2", _card("mistral", "Robot 2", "mistral")),
    )
    assert not build.build(root, tmp_path / "toys.db", today).problems
    found = [one.slug for one in search(tmp_path / "toys.db", "robot", today=DAY)]
    assert found == ["mistral/robot-1", "mistral/robot-2", "cohere/robot"]
    assert search(tmp_path / "toys.db", "cohere/robot", today=DAY)[0].slug == "cohere/robot"


def test_the_cheapest_of_a_kind_are_compared_by_what_they_give(frozen_db: Path, frozen: Catalog) -> None:
    """Images by the price of one, not by that of a token of the prompt; what has no such price comes last."""
    found = [frozen.cards[one.slug] for one in search(frozen_db, "cheapest image model", today=DAY)]
    prices = []
    for card in found:
        tariff = tariff_at(card.offers[0], DAY)
        rates = tariff.rates if tariff and price_status(tariff) == KNOWN else ()
        prices.append(min((rate.price for rate in rates if rate.meter == "images" and not rate.when), default=None))
    several = [price for card, price in zip(found, prices, strict=True) if len(card.offers) > 1 and price]
    assert {card.modality for card in found} == {"image"}
    assert prices[0] is not None
    assert several == sorted(several)


def test_words_that_say_nothing_list_what_is_widely_sold(frozen_db: Path, frozen: Catalog) -> None:
    """The best model is a model to chat with."""
    found = search(frozen_db, "best model", today=DAY)
    assert found
    assert all(frozen.cards[one.slug].kind == "chat" for one in found)


def test_searches_are_no_part_of_what_a_token_costs(frozen_db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a call pays by default is counted in tokens alone."""
    row = _rows(frozen_db, "text embedding 3 small", capsys)["openai/text-embedding-3-small"]
    assert row["price"] == "$0.020 per 1M input tokens"
