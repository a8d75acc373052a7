"""Importing pi-ai."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from feed_reading import Found, assert_means, assert_set_aside, scalars
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.errors import BadFeed
from ratecard.market.importers import claims, document, piai
from ratecard.market.importers.feed import FeedEntry

#: Entries as the feed wrote them on 2026-11-20, without the way they are called.
OPUS = {
    "type": "chat",
    "name": "Claude Opus 5.5",
    "reasoning": True,
    "input": ["text", "image"],
    "cost": {"input": 4, "output": 20, "cacheRead": 0.2, "cacheWrite": 5},
    "contextWindow": 1_000_000,
    "maxTokens": 128_000,
}
LUNA = {
    "type": "chat",
    "name": "GPT-5.6 Luna",
    "reasoning": True,
    "input": ["text", "image"],
    "cost": {
        "input": 0.2,
        "output": 1.2,
        "cacheRead": 0.02,
        "cacheWrite": 0.25,
        "tiers": [{"inputTokensAbove": 271_999, "input": 0.4, "output": 1.8, "cacheRead": 0.04, "cacheWrite": 0.5}],
    },
    "contextWindow": 1_050_000,
    "maxTokens": 128_000,
}
QWEN = {
    "type": "chat",
    "name": "Qwen3-14B",
    "reasoning": True,
    "input": ["text"],
    "cost": {"input": 0.12, "output": 0.24, "cacheRead": 0, "cacheWrite": 0},
    "contextWindow": 40_960,
    "maxTokens": 4_096,
}
GEMMA = {**QWEN, "name": "Gemma 4 31B", "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0}}
CLEF = {
    "type": "classifier",
    "name": "Clef",
    "input": ["text", "image"],
    "cost": {"input": 0.24, "output": 0, "cacheRead": 0, "cacheWrite": 0},
    "contextWindow": 65_536,
}
FLUX = {
    "type": "image",
    "name": "FLUX.2 Pro",
    "input": ["text", "image"],
    "output": ["image"],
    "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0},
}

#: What is held of an entry: the price of one by meter, conditions and threshold.
HELD: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "tokens, fresh and from a cache": (
        OPUS,
        [
            ("input_tokens", {}, 0, "0.000004"),
            ("output_tokens", {}, 0, "0.00002"),
            ("cache_read_tokens", {}, 0, "0.0000002"),
            ("cache_write_tokens", {}, 0, "0.000005"),
        ],
    ),
    "a step, counted from a round number on": (
        LUNA,
        [
            ("input_tokens", {}, 0, "0.0000002"),
            ("output_tokens", {}, 0, "0.0000012"),
            ("cache_read_tokens", {}, 0, "0.00000002"),
            ("cache_write_tokens", {}, 0, "0.00000025"),
            ("input_tokens", {}, 272_000, "0.0000004"),
            ("output_tokens", {}, 272_000, "0.0000018"),
            ("cache_read_tokens", {}, 272_000, "0.00000004"),
            ("cache_write_tokens", {}, 272_000, "0.0000005"),
        ],
    ),
    "a zero where the list knows no price of a cache": (
        QWEN,
        [("input_tokens", {}, 0, "0.00000012"), ("output_tokens", {}, 0, "0.00000024")],
    ),
    "a model that is free": (GEMMA, [("input_tokens", {}, 0, "0"), ("output_tokens", {}, 0, "0")]),
    "a verdict, which has no tokens": (CLEF, [("input_tokens", {}, 0, "0.00000024")]),
    "an image, of which the list has no price": (FLUX, []),
}

#: What is not taken: an entry's prices, where, and why.
REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown key": ({"input": 1, "reasoning": 2}, "cost.reasoning", "no such price key"),
    "below zero": ({"input": -1, "output": 2}, "cost.input", "below zero"),
    "a word": ({"input": "free", "output": 2}, "cost.input", "not a number"),
    "a step without a length": ({"tiers": [{"input": 1}]}, "cost.tiers[0].input", "no length"),
    "a step that is none": ({"tiers": [3]}, "cost.tiers[0]", "not an object"),
    "no list of steps": ({"tiers": {"input": 1}}, "cost.tiers.input", "not a list"),
}


def entries(written: object) -> list[FeedEntry]:
    """What the importer makes of a feed that holds this."""
    return list(piai.entries(document.parse(json.dumps(written).encode(), "feed")))


def entry(model: object, model_id: str = "plain", provider: str = "acme") -> FeedEntry:
    """What the importer makes of one entry."""
    (found,) = entries({"providers": {provider: {model_id: model}}})
    return found


@pytest.mark.parametrize("case", HELD.values(), ids=HELD)
def test_a_price_is_one_of_a_million_tokens_and_a_zero_is_one_of_a_free_model(
    case: tuple[dict[str, Any], list[Found]],
) -> None:
    """Steps hold above a length; the list writes 0 for what it does not know, which is no price."""
    model, expected = case
    assert_means(entry(model), expected)


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_what_is_not_taken_says_why(case: tuple[dict[str, Any], str, str]) -> None:
    """What is understood is a claim, the rest stands in quarantine."""
    cost, key, why = case
    assert_set_aside(entry({"type": "chat", "cost": cost}), key, why)


def test_an_entry_says_what_the_model_is() -> None:
    """The name, what goes in and comes out, the sizes, and whether it reads images and reasons."""
    found = entry(OPUS).facts
    assert (found.name, found.modality) == ("Claude Opus 5.5", "text")
    assert (found.input_modalities, found.output_modalities) == (("text", "image"), ("text",))
    assert (found.context_tokens, found.max_output_tokens) == (1_000_000, 128_000)
    assert found.capabilities == {"reasoning": "yes", "vision": "yes"}
    assert entry({**QWEN, "reasoning": False}).facts.capabilities == {"reasoning": "no", "vision": "no"}


def test_sizes_that_the_list_does_not_know_are_none() -> None:
    """It writes 4,096 where it knows none."""
    assert (entry(QWEN).facts.context_tokens, entry(QWEN).facts.max_output_tokens) == (40_960, None)
    assert entry(FLUX).facts.context_tokens is None


def test_what_is_not_a_chat_has_no_capabilities_of_one() -> None:
    """An image model makes images; a classifier makes nothing that has a modality."""
    assert (entry(FLUX).facts.modality, entry(FLUX).facts.capabilities) == ("image", {})
    assert (entry(CLEF).facts.modality, entry(CLEF).facts.capabilities) == ("", {})


def test_what_calls_of_a_plan_would_cost_elsewhere_is_no_price() -> None:
    """The list estimates it for Kimi's coding plan; the offer is there without a price."""
    found = entry(OPUS, "k3", "kimi-coding")
    assert (found.claims, found.quarantined, found.facts.name) == ((), (), "Claude Opus 5.5")


@pytest.mark.parametrize("broken", [[], 3, None, {}, {"providers": []}])
def test_what_is_no_such_feed_is_refused(broken: object) -> None:
    """Without sellers nothing is imported."""
    with pytest.raises(BadFeed, match="no object of sellers"):
        entries(broken)


@pytest.mark.parametrize("models", [3, [], "x", {"plain": 3}, {"plain": []}])
def test_an_entry_that_is_none_is_quarantined(models: object) -> None:
    """A broken entry is an entry without claims."""
    (found,) = entries({"providers": {"acme": models}})
    assert found.claims == ()
    assert found.quarantined


SAMPLE = {"providers": {"acme": {str(place): model for place, (model, _) in enumerate(HELD.values())}}}


def documents() -> list[bytes]:
    """The sample, and what a folder named in the environment holds."""
    path = Path(os.environ.get("RATECARD_FEEDS") or "/nowhere", "pi-ai.json")
    return [json.dumps(SAMPLE).encode(), *([path.read_bytes()] if path.is_file() else [])]


@pytest.mark.parametrize("source", documents(), ids=["sample", "snapshot"][: len(documents())])
def test_a_whole_feed_is_accounted_for(source: bytes) -> None:
    """Every price above zero is a claim that comes back exactly, or in quarantine; few are."""
    parsed = document.parse(source, "feed")
    total = aside = 0
    for found in piai.entries(parsed):
        model = parsed["providers"][found.provider][found.model_id]
        back, refused = piai.raw(found), {item.key for item in found.quarantined}
        assert back == {claim.key: Decimal(claim.value) for claim in found.claims}
        if found.provider not in claims.section("piai", "estimated"):
            stated = dict(scalars({"cost": model["cost"]}))
            wanted = {key for key, value in stated.items() if Decimal(str(value)) and "Above" not in key}
            assert wanted <= set(back) | refused, found.key
        total, aside = total + len(back) + len(refused), aside + len(refused)
    assert aside <= total * 0.01


json_values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers().map(lambda number: document.Raw(str(number))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "cost", "input", "output", "cacheRead", "tiers", "inputTokensAbove"])
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_entry_raises(model: object) -> None:
    """Whatever stands in an entry, it is read or set aside with a reason."""
    (found,) = piai.entries({"providers": {"acme": {"plain": model}}})
    assert all(item.why for item in found.quarantined)
    assert all(claim.price >= 0 for claim in found.claims)
