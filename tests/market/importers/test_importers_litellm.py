"""Reading LiteLLM's price map."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from feed_reading import Found, assert_means, assert_set_aside
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core import periods
from ratecard.core.records import Vocabulary
from ratecard.market.importers import claims, document, litellm, windows
from ratecard.market.importers.feed import FeedEntry

#: What each family of keys means: an entry, what it comes to, by the case that asks for it.
MEANINGS: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "tokens in and out": (
        {"mode": "chat", "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05},
        [("input_tokens", {}, 0, "0.0000025"), ("output_tokens", {}, 0, "0.00001")],
    ),
    "a price written as a text": ({"input_cost_per_token": "2e-07"}, [("input_tokens", {}, 0, "2e-7")]),
    "4: a number is what its text says": (
        {"input_cost_per_token": 1.0000000000000001e-07},
        [("input_tokens", {}, 0, "1.0000000000000001e-7")],
    ),
    "zero is a price": ({"input_cost_per_token": 0.0}, [("input_tokens", {}, 0, "0")]),
    "a service tier": (
        {"output_cost_per_token_batches": 1e-06, "output_cost_per_token_ultrafast": 2e-06},
        [
            ("output_tokens", {"service_tier": "batch"}, 0, "1e-6"),
            ("output_tokens", {"service_tier": "ultrafast"}, 0, "2e-6"),
        ],
    ),
    "13: lifetime, threshold and tier in one key": (
        {"cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex": 2e-05},
        [("cache_write_tokens", {"cache_ttl": "12h", "service_tier": "flex"}, 272_000, "2e-5")],
    ),
    "13: cache writes of an hour": (
        {"cache_creation_input_token_cost": 1e-06, "cache_creation_input_token_cost_above_1hr": 2e-06},
        [("cache_write_tokens", {}, 0, "1e-6"), ("cache_write_tokens", {"cache_ttl": "1h"}, 0, "2e-6")],
    ),
    "17: an embedding's output is free": (
        {"mode": "embedding", "input_cost_per_token": 1e-07, "output_cost_per_token": 0},
        [("input_tokens", {}, 0, "1e-7"), ("output_tokens", {}, 0, "0")],
    ),
    "14: tokens of other kinds": (
        {
            "output_cost_per_image_token": 3e-05,
            "output_cost_per_audio_token": 2e-05,
            "input_cost_per_video_token": 1e-06,
        },
        [
            ("output_image_tokens", {}, 0, "3e-5"),
            ("output_audio_tokens", {}, 0, "2e-5"),
            ("input_video_tokens", {}, 0, "1e-6"),
        ],
    ),
    "an input price of an image that is made is its output price": (
        {"mode": "image_generation", "input_cost_per_image": 0.04},
        [("images", {}, 0, "0.04")],
    ),
    "an input image beside an image that is made": (
        {"mode": "image_generation", "input_cost_per_image": 0.001, "output_cost_per_image": 0.1},
        [("input_images", {}, 0, "0.001"), ("images", {}, 0, "0.1")],
    ),
    "an edited image": ({"mode": "image_edit", "input_cost_per_image": 0.04}, [("images", {}, 0, "0.04")]),
    "an image read in a chat": ({"mode": "chat", "input_cost_per_image": 0.001}, [("input_images", {}, 0, "0.001")]),
    "an image of a model of music is a song": (
        {"mode": "chat", "supported_output_modalities": ["audio"], "output_cost_per_image": 0.08},
        [("songs", {}, 0, "0.08")],
    ),
    "an image of a mode that makes sound is a song": (
        {"mode": "audio_speech", "output_cost_per_image": 0.06},
        [("songs", {}, 0, "0.06")],
    ),
    "a unit of the seller's own that comes to the dollars is no further price": (
        {"mode": "chat", "input_cost_per_token": 5.0001e-07, "input_dbu_cost_per_token": 7.143e-06},
        [("input_tokens", {}, 0, "5.0001e-7")],
    ),
    "a switch is no price": ({"provider_specific_entry": {"realtime_ga_only": 1}}, []),
    "3: two encodings of one price stay apart": (
        {"mode": "image_generation", "input_cost_per_image": 0.167, "input_cost_per_pixel": 1.5e-07},
        [("images", {}, 0, "0.167"), ("pixels", {}, 0, "1.5e-7")],
    ),
    "resolutions of images": (
        {"mode": "image_generation", "output_cost_per_image_0.5K": 0.06, "output_cost_per_image_512": 0.25},
        [("images", {"resolution": "0.5K"}, 0, "0.06"), ("images", {"size": "512x512"}, 0, "0.25")],
    ),
    "resolutions of video": (
        {"mode": "video_generation", "output_cost_per_second_720p": 0.1, "output_cost_per_second_4k": 0.6},
        [("video_seconds", {"resolution": "720p"}, 0, "0.1"), ("video_seconds", {"resolution": "2160p"}, 0, "0.6")],
    ),
    "seconds by mode: speech": (
        {"mode": "audio_speech", "output_cost_per_second": 0.00025},
        [("output_audio_seconds", {}, 0, "0.00025")],
    ),
    "seconds by mode: transcription": (
        {"mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0},
        [("audio_seconds", {}, 0, "0.0001"), ("output_audio_seconds", {}, 0, "0")],
    ),
    "seconds by mode: one price said twice": (
        {"mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001},
        [("audio_seconds", {}, 0, "0.0001"), ("audio_seconds", {}, 0, "0.0001")],
    ),
    "seconds by mode: machine time": ({"input_cost_per_second": 0.001}, [("compute_seconds", {}, 0, "0.001")]),
    "searches by how much is read": (
        {"search_context_cost_per_query": {"search_context_size_low": 0.01, "search_context_size_high": 0.014}},
        [("searches", {"search_context": "low"}, 0, "0.01"), ("searches", {"search_context": "high"}, 0, "0.014")],
    ),
    "queries by mode": ({"mode": "rerank", "input_cost_per_query": 0.002}, [("queries", {}, 0, "0.002")]),
    "queries by mode: searches": ({"mode": "search", "input_cost_per_query": 0.005}, [("searches", {}, 0, "0.005")]),
    "guardrail units": (
        {"guardrail_cost_per_unit": {"topicPolicyUnits": 0.00015}},
        [("guardrail_units", {"guardrail": "topic"}, 0, "0.00015")],
    ),
    "what tools and documents count": (
        {"ocr_cost_per_page_batches": 0.002, "annotation_cost_per_page": 0.005, "ocr_cost_per_credit": 0.015},
        [
            ("pages", {"service_tier": "batch"}, 0, "0.002"),
            ("annotated_pages", {}, 0, "0.005"),
            ("credits", {}, 0, "0.015"),
        ],
    ),
    "what sessions and messages count": (
        {
            "code_interpreter_cost_per_session": 0.03,
            "input_cost_per_text_message": 0.004,
            "citation_cost_per_token": 2e-06,
        },
        [("sessions", {}, 0, "0.03"), ("messages", {}, 0, "0.004"), ("citation_tokens", {}, 0, "2e-6")],
    ),
    "short prompts for free": (
        {"input_cost_per_token": 0, "input_cost_per_token_above_128k_tokens": 1e-06},
        [("input_tokens", {}, 0, "0"), ("input_tokens", {}, 128_000, "1e-6")],
    ),
    "bands of prompt lengths": (
        {
            "tiered_pricing": [
                {"range": [0, 32000.0], "input_cost_per_token": 1e-06},
                {"range": [32000.0, 128000.0], "input_cost_per_token": 2e-06, "output_cost_per_reasoning_token": 3e-06},
            ]
        },
        [
            ("input_tokens", {}, 0, "1e-6"),
            ("input_tokens", {}, 32_000, "2e-6"),
            ("reasoning_tokens", {}, 32_000, "3e-6"),
        ],
    ),
    "9: bands of result counts": (
        {
            "mode": "search",
            "tiered_pricing": [
                {"max_results_range": [0, 25], "input_cost_per_query": 0.005},
                {"max_results_range": [26, 100], "input_cost_per_query": 0.025},
            ],
        },
        [("searches", {"results": "0-25"}, 0, "0.005"), ("searches", {"results": "26-100"}, 0, "0.025")],
    ),
    "10: off peak": (
        {"off_peak_pricing": {"input_cost_per_token": 1e-07, "windows": [{"hours_utc": "16:30-00:00"}]}},
        [("input_tokens", {"period": "off_peak"}, 0, "1e-7")],
    ),
}

#: What is not taken: an entry, where, and why.
REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "5: a foreign unit": ({"input_dbu_cost_per_token": 1e-06}, "input_dbu_cost_per_token", "DBU"),
    "5: a foreign unit that comes to other dollars": (
        {"input_cost_per_token": 5e-07, "input_dbu_cost_per_token": 9e-06},
        "input_dbu_cost_per_token",
        "DBU",
    ),
    "8: a free allowance": (
        {"provider_specific_entry": {"minimax_free_input_images": 5}},
        "provider_specific_entry.minimax_free_input_images",
        "an allowance",
    ),
    "9: intervals of frames": (
        {"input_cost_per_video_per_second_above_8s_interval": 0.001},
        "input_cost_per_video_per_second_above_8s_interval",
        "no word",
    ),
    "12: a regional multiplier": (
        {"regional_processing_uplift_multiplier_eu": 1.1},
        "regional_processing_uplift_multiplier_eu",
        "a multiplier",
    ),
    "12: a multiplier among the seller's own": (
        {"provider_specific_entry": {"fast": 2.0}},
        "provider_specific_entry.fast",
        "a multiplier",
    ),
    "16: a sentinel": ({"input_cost_per_token": -1}, "input_cost_per_token", claims.BELOW_ZERO),
    "16: null": ({"input_cost_per_token": None}, "input_cost_per_token", claims.NOT_A_NUMBER),
    "16: {}": ({"input_cost_per_token": {}}, "input_cost_per_token", claims.NOT_A_NUMBER),
    "a flag": ({"input_cost_per_token": True}, "input_cost_per_token", claims.NOT_A_NUMBER),
    "a word": ({"input_cost_per_token": "free"}, "input_cost_per_token", claims.NOT_A_NUMBER),
    "24: an unknown key": ({"input_cost_per_smell": 1}, "input_cost_per_smell", litellm.UNKNOWN_KEY),
    "24: an unknown threshold": (
        {"input_cost_per_token_above_7k_tokens": 1},
        "input_cost_per_token_above_7k_tokens",
        litellm.UNKNOWN_KEY,
    ),
    "24: an unknown key inside": (
        {"guardrail_cost_per_unit": {"moodUnits": 1}},
        "guardrail_cost_per_unit.moodUnits",
        litellm.UNKNOWN_KEY,
    ),
    "a zero that fills a column": (
        {"mode": "image_generation", "input_cost_per_pixel": 1e-07, "output_cost_per_pixel": 0.0},
        "output_cost_per_pixel",
        claims.FILLER,
    ),
    "a band without a range": (
        {"tiered_pricing": [{"input_cost_per_token": 1}]},
        "tiered_pricing[0].input_cost_per_token",
        litellm.NO_RANGE,
    ),
    "a band that is none": ({"tiered_pricing": [3]}, "tiered_pricing[0]", claims.NOT_AN_OBJECT),
    "bands with a gap": (
        {"tiered_pricing": [{"range": [0, 5], "input_cost_per_token": 1}, {"range": [9, 12]}]},
        "tiered_pricing[0].input_cost_per_token",
        litellm.GAP,
    ),
    "bands with a gap of one": (
        {"tiered_pricing": [{"range": [0, 5], "input_cost_per_token": 1}, {"range": [7, 12]}]},
        "tiered_pricing[0].input_cost_per_token",
        litellm.GAP,
    ),
    "two thresholds": (
        {"tiered_pricing": [{"range": [5, 9], "input_cost_per_token_above_32k_tokens": 1}]},
        "tiered_pricing[0].input_cost_per_token_above_32k_tokens",
        claims.CONTRADICTION,
    ),
    "off peak without windows": (
        {"off_peak_pricing": {"input_cost_per_token": 1}},
        "off_peak_pricing.input_cost_per_token",
        windows.UNCLEAR,
    ),
}

#: What the key of an entry says: provider, key, the model's own id, conditions.
PLACES = {
    "a bare id": ("openai", "gpt-4o", "gpt-4o", {}),
    "a provider before it": ("groq", "groq/openai/gpt-oss", "openai/gpt-oss", {}),
    "a provider with a kind": ("vertex_ai-language-models", "vertex_ai/gemini-3", "gemini-3", {}),
    "18: a geography in the id": ("bedrock", "eu.anthropic.claude-v9:0", "eu.anthropic.claude-v9:0", {}),
    "1: quality and size": (
        "openai",
        "high/1024-x-1536/gpt-image-1.5",
        "gpt-image-1.5",
        {"quality": "high", "size": "1024x1536"},
    ),
    "1: provider, quality and size": (
        "fal_ai",
        "fal_ai/max/1024-x-768/openai/gpt-image-2/edit",
        "openai/gpt-image-2/edit",
        {"quality": "max", "size": "1024x768"},
    ),
    "1: size and steps": (
        "bedrock",
        "1024-x-1024/50-steps/bedrock/canvas-v1:0",
        "canvas-v1:0",
        {"size": "1024x1024", "steps": "50"},
    ),
    "1: steps without a number stay": ("bedrock", "512-x-512/max-steps/sdxl", "512-x-512/max-steps/sdxl", {}),
    "1: a size without a number stays": ("bedrock", "max-x-max/50-steps/sdxl", "max-x-max/50-steps/sdxl", {}),
    "12: a region": ("bedrock", "bedrock/us-gov-west-1/a.b-v1", "a.b-v1", {"region": "us-gov-west-1"}),
    "12: a zone of data": ("azure", "azure/eu/gpt-5", "gpt-5", {"region": "eu"}),
    "1: a commitment": (
        "bedrock",
        "bedrock/eu-central-1/6-month-commitment/a.b",
        "a.b",
        {"region": "eu-central-1", "commitment": "6-month"},
    ),
    "1: a commitment anywhere": ("bedrock", "bedrock/*/1-month-commitment/a.b", "a.b", {"commitment": "1-month"}),
}

#: Off-peak windows as LiteLLM writes them and as windows in UTC; none where they are unclear.
WINDOWS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "days and hours": (
        {"windows": [{"hours_utc": ["00:00-01:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]}]},
        ("mon-fri 00:00-01:00", "mon-fri 10:00-24:00"),
    ),
    "whole days": ({"windows": [{"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]}, ("sat-sun 00:00-24:00",)),
    "every night is split at midnight": (
        {"windows": [{"hours_utc": "16:30-00:30"}]},
        ("mon-sun 16:30-24:00", "mon-sun 00:00-00:30"),
    ),
    "days of another zone": (
        {"weekday_timezone": "Asia/Shanghai", "windows": [{"hours_utc": "10:00-00:00", "weekdays": [1, 2, 3, 4, 5]}]},
        ("mon-fri 10:00-16:00", "mon-thu 16:00-24:00", "sun 16:00-24:00"),
    ),
    "days apart": (
        {"windows": [{"hours_utc": "01:00-02:00", "weekdays": [1, 3]}]},
        ("mon 01:00-02:00", "wed 01:00-02:00"),
    ),
    "a night of some days": ({"windows": [{"hours_utc": "22:00-02:00", "weekdays": [1]}]}, ()),
    "a zone with summer time": (
        {"weekday_timezone": "Europe/Paris", "windows": [{"hours_utc": "01:00-02:00", "weekdays": [1]}]},
        (),
    ),
    "an eighth day": ({"windows": [{"hours_utc": "01:00-02:00", "weekdays": [8]}]}, ()),
    "hours that are none": ({"windows": [{"hours_utc": "1-2"}]}, ()),
    "an unknown word": ({"windows": [{"hours_utc": "01:00-02:00", "months": [1]}]}, ()),
    "no windows": ({"windows": []}, ()),
    "not even a list": ({"windows": 5}, ()),
}

KEYS = sorted(key for key in claims.key_table(litellm.NAME).keys if not set("./") & set(key))
SUFFIXES = sorted(claims.key_table(litellm.NAME).suffixes)
SWITCHES = {f"{key}.{part}" for key, parts in claims.section(litellm.NAME, "mixed").items() for part in parts}
PRICE = re.compile("cost|pric|uplift|multiplier|entry")
FIELDS = ("litellm_provider", "mode", "tiered_pricing", "off_peak_pricing", "windows", "range", "metadata", "source")
JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers().map(lambda n: document.Raw(str(n))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, *FIELDS]) | st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
#: Numbers as feeds write small ones: digits and a power of ten.
PRICES = st.builds(
    lambda digits, places: document.Raw(f"{digits}e-{places:02d}"), st.integers(0, 10**12), st.integers(0, 15)
)
SAMPLE = json.dumps({name: fields for name, (fields, _) in MEANINGS.items()}).encode()
#: The sample above, and whatever snapshot a folder named in the environment holds.
FEEDS = [Path(os.environ.get("RATECARD_FEEDS", "-"), "litellm.json")]
DOCUMENTS = {"sample": SAMPLE, **{path.name: path.read_bytes() for path in FEEDS if path.is_file()}}


def entry(fields: dict[str, Any], key: str = "toy") -> FeedEntry:
    """The entry that fields come to, by way of JSON."""
    source = json.dumps({key: {"litellm_provider": "maker", **fields}}).encode()
    (found,) = litellm.entries(document.parse(source, "litellm.json"))
    return found


def test_a_multiplier_is_a_price_of_tokens_under_a_condition() -> None:
    """Claude Opus 4.8 kept in the United States costs a tenth more, whatever the token; a batch follows from both."""
    found = entry(
        {
            "input_cost_per_token": 0.000005,
            "input_cost_per_token_batches": 0.0000025,
            "cache_creation_input_token_cost_above_1hr": 0.00001,
            "search_context_cost_per_query": {"search_context_size_low": 0.01},
            "provider_specific_entry": {"us": 1.1, "fast": 2.0},
            "fedramp_uplift_multiplier": 1.2,
        }
    )
    under = {
        (claim.meter, *sorted(claim.when)): claim.price
        for claim in found.claims
        if claim.key.startswith(("provider_specific_entry", "fedramp"))
    }

    us, fast, hour = ("region", "us"), ("service_tier", "fast"), ("cache_ttl", "1h")
    assert under == {
        ("input_tokens", us): Decimal("5.5"),
        ("cache_write_tokens", hour, us): Decimal(11),
        ("input_tokens", fast): Decimal(10),
        ("cache_write_tokens", hour, fast): Decimal(20),
        ("input_tokens", ("compliance", "fedramp")): Decimal(6),
        ("cache_write_tokens", hour, ("compliance", "fedramp")): Decimal(12),
    }
    assert found.quarantined == ()


@pytest.mark.parametrize("case", MEANINGS.values(), ids=MEANINGS)
def test_a_key_means_what_its_table_says(case: tuple[dict[str, Any], list[Found]]) -> None:
    """Meter, conditions, threshold and price follow from the key and the entry's mode."""
    fields, expected = case
    assert_means(entry(fields), expected)


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_what_is_no_price_is_set_aside_with_its_reason(case: tuple[dict[str, Any], str, str]) -> None:
    """Nothing is dropped: a value is a claim or stands in quarantine."""
    fields, key, why = case
    assert_set_aside(entry(fields), key, why)


@pytest.mark.parametrize("case", PLACES.values(), ids=PLACES)
def test_what_a_key_says_beside_its_model_becomes_conditions(case: tuple[str, str, str, dict[str, str]]) -> None:
    """Rows of one model meet under one id."""
    provider, key, model_id, when = case
    found = entry({"litellm_provider": provider, "output_cost_per_image": 0.02}, key)
    assert (found.provider, found.model_id, found.key) == (provider, model_id, key)
    assert [dict(claim.when) for claim in found.claims] == [when]


def test_seconds_under_a_commitment_are_reserved() -> None:
    """A price per second of a commitment is one of capacity, however it is spelled."""
    fields = {"litellm_provider": "bedrock", "mode": "chat", "cost_per_second": 0.011, "input_cost_per_second": 0.011}
    found = entry(fields, "bedrock/us-east-1/1-month-commitment/a.b")
    assert [claim.meter for claim in found.claims] == ["provisioned_seconds"] * 2


def test_a_published_price_per_minute_is_kept() -> None:
    """4: beside the rounded price per second stands the one that was published."""
    fields = {"mode": "audio_transcription", "input_cost_per_second": 0.00020833}
    found = entry({**fields, "metadata": {"original_pricing_per_minute": 0.0125, "calculation": "$0.0125/60 = ..."}})
    published = next(claim for claim in found.claims if claim.per == 60)
    assert (published.meter, published.price) == ("audio_seconds", Decimal("0.0125"))
    assert litellm.raw(found)[published.key] == Decimal("0.0125")


@pytest.mark.parametrize("case", WINDOWS.values(), ids=WINDOWS)
def test_windows_are_told_in_utc(case: tuple[dict[str, Any], tuple[str, ...]]) -> None:
    """Hours are UTC, days those of the zone; what is not clear is set aside."""
    pricing, expected = case
    found = entry({"off_peak_pricing": {"input_cost_per_token": 1e-07, **pricing}})
    assert set(found.periods.get("off_peak", ())) == set(expected)
    assert bool(found.claims) == bool(expected)
    assert all(periods.window(text) for text in expected)


def test_an_early_monday_in_shanghai_is_still_sunday_in_utc() -> None:
    """The moment decides, not the name of the day."""
    pricing = WINDOWS["days of another zone"][0]
    found = entry({"off_peak_pricing": {"input_cost_per_token": 1e-07, **pricing}})
    sunday, friday = datetime(2026, 11, 22, 17, tzinfo=UTC), datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert [periods.period_at(found.periods, at) for at in (sunday, friday)] == ["off_peak", "standard"]


def test_facts_are_taken_only_where_they_are_plain() -> None:
    """What is absent or odd stays empty."""
    found = entry(
        {
            "mode": "embedding",
            "max_input_tokens": 8192.0,
            "max_output_tokens": "many",
            "deprecation_date": "2026-07-24",
            "supports_vision": True,
            "supports_reasoning": False,
            "supports_function_calling": "yes",
            "source": "https://example.org/prices",
        }
    ).facts
    assert (found.modality, found.context_tokens, found.max_output_tokens) == ("embedding", 8192, None)
    assert (found.retired, found.source) == (date(2026, 7, 24), "https://example.org/prices")
    assert found.capabilities == {"embeddings": "yes", "multimodal-embeddings": "yes"}
    assert entry({"deprecation_date": "2026-13-01", "source": "see docs"}).facts == entry({}).facts


def test_the_feeds_own_sample_is_no_model() -> None:
    """Its prices are set aside and its facts are none."""
    found = entry({"mode": "one of: chat, embedding", "input_cost_per_token": 0.0}, "sample_spec")
    assert found.claims == ()
    assert [item.key for item in found.quarantined] == ["input_cost_per_token"]


def test_another_name_of_an_entry_is_no_model() -> None:
    """A name of the list's own, which no seller knows, is no offer."""
    found = entry({"alias_of": "maker/claude-opus-5-5", "litellm_provider": ""}, "claude-opus-latest")
    assert (found.is_model, found.claims, found.quarantined) == (False, (), ())


@pytest.mark.parametrize("broken", [b"[]", b"3", b"null", b'{"a": []}', b'{"a": 3}', b'{"a": null}'])
def test_what_is_no_entry_is_set_aside(broken: bytes) -> None:
    """A broken entry is an entry without claims."""
    (found,) = litellm.entries(document.parse(broken, "litellm.json"))
    assert found.claims == ()
    assert [item.why for item in found.quarantined] == [claims.NOT_AN_OBJECT]


def test_prices_are_shown_as_the_catalog_shows_them(vocabulary: Vocabulary) -> None:
    """The quantity of a claim is the one that the catalog gives for its meter."""
    shown = {meter.id: claims.shown_per(meter.id) for meter in vocabulary.meters.values()}
    assert shown == {meter.id: meter.per for meter in vocabulary.meters.values()}


#: What entries tell of their models, by the case: an entry, its id, what it takes in and puts out, what it can do.
ABILITIES: dict[str, tuple[dict[str, Any], str, str, str, dict[str, str]]] = {
    "flags of an answering mode": (
        {"mode": "chat", "supports_function_calling": True, "supports_vision": False, "supports_web_search": "yes"},
        "x", "", "text", {"tool-calling": "yes", "vision": "no"},
    ),
    "flags add to what is taken in": (
        {"mode": "chat", "supports_vision": True, "supports_pdf_input": True, "supports_audio_output": True},
        "x", "text image pdf", "text audio", {"vision": "yes"},
    ),
    "a list says more than a mode": (
        {"mode": "chat", "supported_modalities": ["text", "video"], "supported_output_modalities": ["text", "code"]},
        "x", "text video", "text", {},
    ),
    "flags of answers mean nothing of pictures": (
        {"mode": "image_generation", "supports_vision": True, "supports_function_calling": False},
        "x", "text image", "image", {"text-to-image": "yes"},
    ),
    "the more particular flag holds": (
        {"mode": "chat", "supports_tool_choice": True, "supports_forced_tool_use": False},
        "x", "", "text", {"forced-tool-choice": "no"},
    ),
    "a schema held by a stand-in is nobody's word": (
        {"mode": "chat", "supports_response_schema": True, "supports_native_structured_output": False},
        "x", "", "text", {},
    ),
    "one level of effort is enough": (
        {"mode": "chat", "supports_low_reasoning_effort": False, "supports_max_reasoning_effort": True},
        "x", "", "text", {"reasoning-effort": "yes"},
    ),
    "a level that is missing says nothing of effort": (
        {"mode": "chat", "supports_low_reasoning_effort": False, "reasoning_effort_levels": []}, "x", "", "text", {},
    ),
    "a mode is for something": ({"mode": "rerank"}, "x", "text", "score", {"rerank": "yes"}),
    "speech": ({"mode": "audio_speech"}, "x", "text", "audio", {"text-to-speech": "yes"}),
    "transcripts": ({"mode": "audio_transcription"}, "x", "audio", "text", {"speech-to-text": "yes"}),
    "an endpoint for edits": (
        {"mode": "image_generation", "supported_endpoints": ["/v1/images/edits", "/v1/images/generations"]},
        "x", "", "image", {"text-to-image": "yes", "edit": "yes"},
    ),
    "an edit that is booked as a generation": (
        {"mode": "image_generation", "supported_endpoints": ["/v1/images/generations"]}, "x/edit", "", "image", {},
    ),
    "a video of a text alone": (
        {"mode": "video_generation", "supported_modalities": ["text"]}, "x", "text", "video", {"text-to-video": "yes"},
    ),
    "a video of an image": (
        {"mode": "video_generation", "supported_modalities": ["text", "image"]},
        "x", "text image", "video", {"image-to-video": "yes"},
    ),
    "a video by its id": (
        {"mode": "video_generation", "supported_modalities": ["text", "audio"]},
        "x-t2v", "text audio", "video", {"text-to-video": "yes"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ABILITIES)
def test_an_entry_says_what_its_model_can_do(case: str) -> None:
    """By flags that are yes or no, by its mode, and by what it takes in; what is absent is not a no."""
    fields, model_id, inputs, outputs, can = ABILITIES[case]
    (found,) = litellm.entries({model_id: fields})
    assert (" ".join(found.facts.input_modalities), " ".join(found.facts.output_modalities)) == (inputs, outputs)
    assert found.facts.capabilities == can


@pytest.mark.parametrize(
    ("name", "part"),
    [("litellm", "capabilities"), ("litellm", "shown"), ("modelsdev", "capabilities")],
)
def test_every_capability_of_a_table_is_the_catalogs(name: str, part: str, vocabulary: Vocabulary) -> None:
    """Feeds speak of capabilities by the words of the catalog."""
    assert set(claims.section(name, part).values()) <= set(vocabulary.capabilities)


@pytest.mark.parametrize(("name", "part"), [("litellm", "tasks"), ("litellm", "lent"), ("openrouter", "parameters")])
def test_every_row_for_a_capability_is_for_one_of_the_catalogs(name: str, part: str, vocabulary: Vocabulary) -> None:
    """Rows that are found by capability name one that there is."""
    assert set(claims.section(name, part)) <= set(vocabulary.capabilities)


@pytest.mark.parametrize("name", ["litellm", "portkey"])
def test_every_word_of_a_table_is_the_catalogs(name: str, vocabulary: Vocabulary) -> None:
    """Tables name only meters and facts that there are, with values that there are."""
    table = claims.key_table(name)
    assert {target.meter for target in table.keys.values()} <= set(vocabulary.meters)
    for target in (*table.keys.values(), *table.suffixes.values()):
        for fact, value in target.when:
            values = vocabulary.facts[fact].values
            assert not values or value in values


@given(
    st.dictionaries(st.sampled_from(KEYS) | st.sampled_from(FIELDS) | st.text(max_size=12), JSON, max_size=6), st.text()
)
def test_nothing_a_feed_can_hold_breaks_the_reading(fields: dict[str, Any], key: str) -> None:
    """Whatever stands in an entry, each value is told once."""
    (found,) = litellm.entries({key: fields})
    assert all(item.why for item in found.quarantined)
    assert all(claim.price >= 0 for claim in found.claims)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(KEYS), st.lists(st.sampled_from(SUFFIXES), max_size=2, unique=True)).map(
            lambda parts: parts[0] + "".join(parts[1])
        ),
        PRICES,
        max_size=6,
    ),
    st.sampled_from(["chat", "image_generation", "video_generation", "audio_transcription", "search", ""]),
)
def test_known_keys_come_back_as_they_were(prices: dict[str, document.Raw], mode: str) -> None:
    """Reading and writing back gives every number that is not set aside, and loses none."""
    (found,) = litellm.entries({"toy": {"mode": mode, **prices}})
    back = litellm.raw(found)
    assert back == {key: Decimal(prices[key]) for key in back}
    assert set(back) | {item.key for item in found.quarantined} == set(prices)


def numbers(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every number below a value, by path, as a reader of the feed would list them."""
    if isinstance(value, document.Raw):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            if key not in ("range", "max_results_range", "windows"):
                yield from numbers(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from numbers(child, f"{path}[{index}]")


@pytest.mark.parametrize("source", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_feed_is_read_without_loss(source: bytes, vocabulary: Vocabulary) -> None:
    """Every number of a price key comes back exactly, is in quarantine, or says in DBU what stands beside it in dollars."""
    read = document.parse(source, "litellm.json")
    total = aside = 0
    for found in litellm.entries(read):
        back, refused = litellm.raw(found), {item.key for item in found.quarantined}
        assert back == {claim.key: Decimal(claim.value) for claim in found.claims}
        wanted = {key: value for key, value in numbers(read[found.key]) if PRICE.search(key) and key not in SWITCHES}
        again = {key for key in wanted if "_dbu_" in key and key.replace("_dbu_", "_") in back}
        assert set(wanted) <= set(back) | refused | again, found.key
        assert all(Decimal(wanted[key]) == back[key] for key in set(wanted) & set(back))
        assert {claim.meter for claim in found.claims} <= set(vocabulary.meters)
        assert not set(back) & refused
        total, aside = total + len(back) + len(refused), aside + len(refused)
    assert aside < total * 0.01
