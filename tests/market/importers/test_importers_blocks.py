"""Blocks of feeds that are not what the rest of their file is, on entries as the feeds stated them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import toys
from ratecard.cards import reader
from ratecard.market import evidence_files, identity
from ratecard.market.importers import FEEDS, claims, document, intake

Cents = Mapping[str, object]


def pay(**units: object) -> dict[str, Any]:
    """An entry of Portkey's with prices in cents."""
    tree: dict[str, Any] = {
        unit: {"price": price} if not isinstance(price, dict) else price for unit, price in units.items()
    }
    return {"pricing_config": {"pay_as_you_go": tree}}


def portkey(provider: str, model_id: str, **units: object) -> dict[str, Any]:
    """A file with one entry of Portkey's."""
    return {provider: {model_id: pay(**units)}}


def litellm(key: str, provider: str, mode: str = "chat", **prices: float) -> dict[str, Any]:
    """A file with one entry of LiteLLM's."""
    return {key: {"litellm_provider": provider, "mode": mode, **prices}}


def modelsdev(seller: str, model_id: str, **cost: float) -> dict[str, Any]:
    """A file with one entry of models.dev's."""
    return {seller: {"id": seller, "models": {model_id: {"id": model_id, "cost": cost}}}}


#: A feed, its file, and what is held of it: the price of one by meter.
HELD: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "MiniMax in dollars": (
        "portkey",
        portkey("minimax", "MiniMax-M2.7", request_token=3e-07, response_token=1.2e-06),
        {"input_tokens": "0.0000003", "output_tokens": "0.0000012"},
    ),
    "Google's input images in dollars": (
        "portkey",
        portkey("google", "gemini-3-pro-image", additional_units={"input_image": {"price": 0.0011}}),
        {"input_images": "0.0011"},
    ),
    "Cohere's reranking by the query": (
        "portkey",
        portkey("cohere", "rerank-english-v2.0", request_token=0.1, response_token=0),
        {"queries": "0.001", "output_tokens": "0"},
    ),
    "Amazon's reranking by the query": (
        "portkey",
        portkey("bedrock", "amazon.rerank-v1:0", request_token=0.1),
        {"queries": "0.001"},
    ),
    "speech by the character": (
        "portkey",
        portkey("openai", "tts-1", request_token=0.0015, response_token=0),
        {"input_characters": "0.000015", "output_tokens": "0"},
    ),
    "tokens of images": (
        "models-dev",
        modelsdev("302ai", "gemini-2.5-flash-image", input=0.3, output=30),
        {"input_tokens": "0.0000003", "output_image_tokens": "0.00003"},
    ),
    "reranking by the token": (
        "portkey",
        portkey("jina", "jina-reranker-v3", request_token=5e-06),
        {"input_tokens": "0.00000005"},
    ),
    "ten times at Azure": (
        "portkey",
        portkey("azure-ai", "accounts/fireworks/models/deepseek-v3.2", request_token=0.00062),
        {"input_tokens": "0.00000062"},
    ),
    "as it is at Azure": (
        "portkey",
        portkey("azure-ai", "accounts/fireworks/models/glm-5p1", request_token=0.00014),
        {"input_tokens": "0.0000014"},
    ),
    "Stability's edits in tenths": (
        "litellm",
        litellm("stability/erase", "stability", "image_edit", output_cost_per_image=0.005),
        {"images": "0.05"},
    ),
    "Stability's edits, once the list has mended them": (
        "litellm",
        litellm("stability/erase", "stability", "image_edit", output_cost_per_image=0.05),
        {"images": "0.05"},
    ),
    "Stability's images as they are": (
        "litellm",
        litellm("stability/sd3-large", "stability", "image_generation", output_cost_per_image=0.065),
        {"images": "0.065"},
    ),
    "Bedrock's calls to a region at the global price": (
        "litellm",
        litellm(
            "anthropic.claude-opus-5-5", "bedrock_converse", input_cost_per_token=4e-06, output_cost_per_token=2e-05
        ),
        {"input_tokens": "0.0000044", "output_tokens": "0.000022"},
    ),
    "Bedrock's calls to a region, once the list has mended them": (
        "litellm",
        litellm("anthropic.claude-opus-5-5", "bedrock_converse", input_cost_per_token=4.4e-06),
        {"input_tokens": "0.0000044"},
    ),
    "Bedrock's calls to a region that the list names": (
        "litellm",
        litellm("bedrock/us-gov-west-1/anthropic.claude-opus-4-8", "bedrock_converse", input_cost_per_token=6e-06),
        {"input_tokens": "0.000006"},
    ),
    "Helicone's thousandfold": (
        "models-dev",
        modelsdev("helicone", "mistral-nemo", input=20, output=40),
        {"input_tokens": "0.00000002", "output_tokens": "0.00000004"},
    ),
}

#: A feed, its file, and a word of the reason why none of its prices is held.
REFUSED: dict[str, tuple[str, Any, str]] = {
    "yuan": ("models-dev", modelsdev("moark", "MiniMax-M2.1", input=2.1, output=8.4), "yuan"),
    "minutes of audio": (
        "models-dev",
        modelsdev("evroc", "openai/whisper-large-v3", input=0.0023, output_audio=2.3),
        "minute",
    ),
    "images as tokens": (
        "litellm",
        litellm("fireworks_ai/accounts/fireworks/models/flux-kontext-pro", "fireworks_ai", input_cost_per_token=4e-08),
        "image",
    ),
    "Oracle's Grok": (
        "litellm",
        litellm("oci/xai.grok-4-fast", "oci", input_cost_per_token=5e-06, output_cost_per_token=2.5e-05),
        "Grok 4",
    ),
    "Jais": (
        "litellm",
        litellm("watsonx/core42/jais-13b-chat", "watsonx", input_cost_per_token=0.0005, output_cost_per_token=0.002),
        intake.UNBELIEVABLE,
    ),
    "estimates": (
        "litellm",
        litellm("runwayml/eleven_multilingual_v2", "runwayml", "audio_speech", input_cost_per_character=3e-07),
        "estimate",
    ),
    "a tenth of an image": (
        "portkey",
        portkey("together-ai", "google/flash-image-2.5", image={"default": {"default": {"price": 0.0039}}}),
        "tenth",
    ),
    "a price at a seller that has no such offer": (
        "genai-prices",
        [
            {
                "id": "openai",
                "models": [
                    {
                        "id": "gpt-oss-120b",
                        "match": {"equals": "gpt-oss-120b"},
                        "prices": {"input_mtok": 0.039, "output_mtok": 0.18},
                    }
                ],
            }
        ],
        "open weights",
    ),
    "a price of tokens that no model has": (
        "portkey",
        portkey("somebody", "rerank", request_token=0.1),
        intake.UNBELIEVABLE,
    ),
}


def imported(feed: str, tree: Any, root: Path) -> intake.Intake:
    """What an import of a file comes to."""
    name = FEEDS[feed]
    parsed = document.parse(json.dumps(tree).encode(), feed)
    entries = import_module(f"ratecard.market.importers.{name}").entries(parsed)
    meters = reader.read(root).catalog.vocabulary.meters
    return intake.intake(entries, identity.read(root), meters, blocks=claims.block_rows(name))


@pytest.fixture(name="root", scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toys.folder(tmp_path_factory.mktemp("blocks"))


@pytest.mark.parametrize("case", HELD.values(), ids=HELD)
def test_a_block_is_read_in_its_own_unit(case: tuple[str, dict[str, Any], dict[str, str]], root: Path) -> None:
    """The price is right, and the text of the feed stands beside it."""
    feed, tree, expected = case
    fresh = imported(feed, tree, root)
    (text,) = (text for name, text in fresh.files.items() if name.endswith(".prices.tsv"))
    found = evidence_files.parsed_prices(text)
    assert {claim.meter: claim.price / claim.per for claim in found} == {
        meter: Decimal(price) for meter, price in expected.items()
    }
    assert all(claim.value in json.dumps(tree) for claim in found)
    assert not fresh.quarantined


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_block_that_is_refused_says_why(case: tuple[str, Any, str], root: Path) -> None:
    """No price of it is held, and each is in quarantine with the reason."""
    feed, tree, why = case
    fresh = imported(feed, tree, root)
    assert fresh.claims == 0
    assert fresh.quarantined
    assert all(why in reason for reason in fresh.quarantined)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_about_a_block_says_why(feed: str) -> None:
    """A unit is above zero and not one, and meters are known words."""
    for row in claims.block_rows(FEEDS[feed]):
        assert row.why
        assert row.unit >= 0
        assert row.unit != 1
