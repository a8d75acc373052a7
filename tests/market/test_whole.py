"""The market as it is shipped: well-known models at their sellers, with their evidence.

Prices are asserted on the frozen evidence of docs/catalog, so that a new price changes no test.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ratecard import api, cli
from ratecard.core import evidence
from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced

AT = date(2026, 11, 21)

#: Model, seller, and what a million tokens in and a million out cost there by the frozen evidence of docs/catalog.
KNOWN = [
    ("openai/gpt-4o", "openai", "2.5", "10"),
    ("openai/gpt-4o", "azure", "2.5", "10"),
    ("openai/gpt-4o-mini", "openai", "0.15", "0.6"),
    ("openai/gpt-5", "openai", "1.25", "10"),
    ("openai/o3", "openai", "2", "8"),
    ("anthropic/claude-sonnet-4-5", "anthropic", "3", "15"),
    ("anthropic/claude-haiku-4-5", "anthropic", "1", "5"),
    ("google/gemini-2.5-flash", "google", "0.3", "2.5"),
    ("google/gemini-2.5-pro", "google", "1.25", "10"),
]


@pytest.mark.parametrize(("model", "seller", "into", "out"), KNOWN)
def test_well_known_models_cost_what_is_known(model: str, seller: str, into: str, out: str, frozen: Catalog) -> None:
    """A million tokens each way, at the maker and elsewhere, with the lists that say so."""
    for words, price in (({"input_tokens": 1_000}, into), ({"output_tokens": 1_000}, out)):
        found = api.cost(model, seller=seller, at=AT, catalog=frozen, **words)
        assert found.total == Decimal(price) / 1000
        assert found.tariff.sources
        assert found.tariff.claims or not found.tariff.confidence


def test_a_model_is_sold_by_many_and_priced_at_each(whole: Catalog) -> None:
    """The maker leads, clouds and gateways follow."""
    card = whole.cards["openai/gpt-4o"]
    sellers = [offer.seller for offer in card.offers]
    assert sellers[0] == "openai"
    assert {"azure", "openrouter", "vercel"} <= set(sellers)


def test_an_id_of_a_seller_names_that_very_offer(frozen: Catalog) -> None:
    """Bedrock charges a tenth more for its regional ids; a slug prices the plain one, and a region the region's."""
    model, regional = "anthropic/claude-sonnet-4-6", "eu.anthropic.claude-sonnet-4-6"
    for seller in (None, "bedrock"):
        found = api.cost(regional, seller=seller, input_tokens="1M", at=AT, catalog=frozen)
        assert (found.seller, found.model_id, found.total) == ("bedrock", regional, Decimal("3.3"))
    plain = api.cost(model, seller="bedrock", input_tokens="1M", at=AT, catalog=frozen)
    assert (plain.model_id, plain.total) == ("anthropic.claude-sonnet-4-6", 3)
    there = api.cost(model, seller="bedrock", input_tokens="1M", region="eu", at=AT, catalog=frozen)
    assert (there.model_id, there.total) == (regional, Decimal("3.3"))
    assert api.cost("openai/gpt-4o", input_tokens=1, at=AT, catalog=frozen).seller == "openai"  # also OpenRouter's id


def test_every_offer_of_a_card_is_priced_as_itself(frozen_db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id has its own price; a comparison of sellers has the offer of a default call, here and in a region."""
    own = ["anthropic.claude-sonnet-4-6", "eu.anthropic.claude-sonnet-4-6"]
    asked = ["input_tokens=1M", "calls=10", "--at", "2026-11-21", "--nl", "--db", str(frozen_db)]
    cli.run(["cost", *own, *asked])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["model_id"]: one["total"] for one in found} == dict(zip(own, ("3", "3.3"), strict=True))
    for more, id in (([], own[0]), (["region=eu"], own[1])):
        cli.run(["cost", "anthropic/claude-sonnet-4-6", "--sellers", *more, *asked])
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [one["model_id"] for one in found if one["seller"] == "bedrock"] == [id]


def test_long_context_is_charged_for_the_whole_request(frozen: Catalog) -> None:
    """A quarter of a million tokens at gemini-2.5-pro cost the higher rate from the first to the last."""
    cost = api.cost("google/gemini-2.5-pro", input_tokens=250_000, at="2026-07-01", catalog=frozen)
    assert cost.total == Decimal("0.625")
    assert api.cost("google/gemini-2.5-pro", input_tokens=200_000, at="2026-07-01", catalog=frozen).total == Decimal(
        "0.25"
    )


@pytest.mark.parametrize(
    ("at", "price"),
    [
        ("2026-07-15T02:00", "0.435"),  # before the change, when peak hours meant nothing
        ("2026-07-15T12:00", "0.435"),
        ("2026-11-20T02:00", "1.32"),  # a Friday in peak hours
        ("2026-11-20T03:59:59", "1.32"),
        ("2026-11-20T04:00", "0.66"),
        ("2026-11-20T18:00", "0.66"),  # the same Friday at night
        ("2026-11-21T02:00", "0.66"),  # a Saturday
    ],
)
def test_peak_hours_of_the_right_days_and_only_since_they_exist(at: str, price: str, frozen: Catalog) -> None:
    """History and the clock hold together: neither is applied without the other."""
    assert api.cost("deepseek/deepseek-v4-pro", input_tokens="1M", at=at, catalog=frozen).total == Decimal(price)


def test_a_day_before_the_first_price_list_has_no_price(frozen: Catalog) -> None:
    """A model that was not sold yet costs nothing that could be named."""
    with pytest.raises(Unpriced, match="it was released on 2026-04-24; there is no price before"):
        api.cost("deepseek/deepseek-v4-pro", input_tokens=1, at="2026-04-23", catalog=frozen)


def test_prices_that_changed_are_priced_as_of_their_day(frozen: Catalog) -> None:
    """o3 cost five times as much until 10 June 2025."""
    for day, price in (("2025-06-09", "10"), ("2025-06-11", "2")):
        assert api.cost("openai/o3", input_tokens="1M", at=day, catalog=frozen).total == Decimal(price)


#: Model, seller and capability, and what feeds or the card say of it there.
CAN = [
    ("openai/gpt-4o", "openai", "structured-outputs", "yes"),
    ("openai/gpt-4o", "azure", "tool-calling", "yes"),
    ("openai/gpt-4o", "openai", "service-tiers", "yes"),
    ("openai/gpt-4o", "poe", "sampling", "no"),
    ("openai/gpt-5", "openai", "sampling", "no"),
    ("openai/text-embedding-3-small", "openai", "embeddings", "yes"),
    ("openai/whisper-1", "openai", "speech-to-text", "yes"),
    ("openai/tts-1", "openai", "text-to-speech", "yes"),
    ("anthropic/claude-sonnet-4-5", "anthropic", "computer-use", "yes"),
    ("anthropic/claude-sonnet-4-5", "vertex-ai", "prompt-caching", "yes"),
    ("google/gemini-2.5-flash", "google", "web-search", "yes"),
    ("cohere/rerank-v3.5", "cohere", "rerank", "yes"),
]


@pytest.mark.parametrize(("model", "seller", "word", "value"), CAN)
def test_well_known_models_can_do_what_is_known(model: str, seller: str, word: str, value: str, whole: Catalog) -> None:
    """At each seller its own word stands, else what the card says."""
    card = whole.cards[model]
    offer = next(offer for offer in card.offers if offer.seller == seller)
    found = offer.capabilities.get(word) or card.capabilities[word]
    assert found.value == value
    assert found.source


def test_a_search_finds_what_only_a_seller_grants(market_db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model is found by what any of its offers can do, not by its card alone."""
    cli.run(["search", "gpt-4o", "--need", "service-tiers", "-q", "--db", str(market_db)])
    assert "openai/gpt-4o" in capsys.readouterr().out.split()


def test_what_sellers_grant_stands_at_offers_alone(whole: Catalog) -> None:
    """No card tells every seller's offers to have what one of them grants."""
    granted = {word.id for word in whole.vocabulary.capabilities.values() if word.by_seller}
    told = [(card.slug, word) for card in whole.cards.values() for word in granted & set(card.capabilities)]
    assert not [(slug, word) for slug, word in told if whole.cards[slug].capabilities[word].value != "no"]


def test_the_market_is_as_large_as_it_is_said_to_be(whole: Catalog) -> None:
    """A card for each model, of its maker; ten thousand ids, few of them unplaced; every price with its source."""
    offers = [offer for card in whole.cards.values() for offer in card.offers]
    assert 1_500 < len(whole.cards) < 2_500
    assert all(card.provider in whole.providers for card in whole.cards.values())
    assert sum(1 + len(offer.ids) for offer in offers) > 10_000
    assert len(whole.unplaced) * 20 < len(offers)
    tariffs = [tariff for offer in offers for tariff in offer.tariffs]
    assert all(tariff.sources for tariff in tariffs)
    assert {evidence.confidence(tariff).partition(" ")[0] for tariff in tariffs} == {
        "curated", "agreed", "majority", "single", "disputed", "decided",
    }  # fmt: skip
