"""Importing models.dev."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from feed_reading import scalars
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.errors import BadFeed
from ratecard.market.importers import claims, document, modelsdev
from ratecard.market.importers.feed import FeedEntry

MODEL = {
    "id": "m-1",
    "name": "Model  One",
    "family": "one",
    "attachment": True,
    "reasoning": True,
    "tool_call": False,
    "structured_output": True,
    "open_weights": True,
    "release_date": "2026-02-03",
    "modalities": {"input": ["text", "image", "pdf", "smell"], "output": ["text"]},
    "limit": {"context": 200_000, "output": 8_000},
    "cost": {
        "input": 1.25,
        "output": 10,
        "reasoning": 12,
        "cache_read": 0.125,
        "cache_write": 1.5625,
        "input_audio": 3,
        "output_audio": 0,
        "tiers": [
            {"tier": {"type": "context", "size": 128_000}, "input": 2.5, "output": 15},
            {"tier": {"size": 256_000}, "input": 5, "cache_read": 0.5},
        ],
    },
    "experimental": {
        "modes": {"fast": {"cost": {"input": 7.5, "output": 60}, "provider": {"body": {"speed": "fast"}}}}
    },
}
SAMPLE = {
    "acme": {"id": "acme", "doc": "https://acme.example/docs", "models": {"m-1": MODEL, "maker/m:2": {"cost": {}}}}
}


def entries(written: object) -> list[FeedEntry]:
    """What the importer makes of a feed that holds this."""
    return list(modelsdev.entries(document.parse(json.dumps(written).encode(), "feed")))


def entry(model: object) -> FeedEntry:
    """What it makes of one model."""
    return entries({"acme": {"models": {"m": model}}})[0]


def price_values(model: Any) -> dict[str, object]:
    """Every value of a model that stands where prices stand."""
    holders = {"cost": model.get("cost")}
    experimental = model.get("experimental")
    modes = experimental.get("modes") if isinstance(experimental, dict) else None
    for name, mode in modes.items() if isinstance(modes, dict) else ():
        if isinstance(mode, dict):
            holders[f"experimental.modes.{name}.cost"] = mode.get("cost")
    found = {path: value for key, holder in holders.items() if holder for path, value in scalars(holder, key)}
    return {path: value for path, value in found.items() if not re.search(r"\.tiers\[\d+\]\.tier\b", path)}


def accounted(found: FeedEntry) -> set[str]:
    """The keys of an entry's claims and rejects."""
    return {claim.key for claim in found.claims} | {reject.key for reject in found.quarantined}


def test_an_entry_becomes_claims() -> None:
    """Each price is a claim with its meter, its key and what it depends on."""
    [first, _] = entries(SAMPLE)
    assert (first.provider, first.model_id, first.quarantined) == ("acme", "m-1", ())
    rows = [(each.key, each.meter, each.price, sorted(each.when), each.above) for each in first.claims]
    fast = [("service_tier", "fast")]
    assert rows == [
        ("cost.input", "input_tokens", Decimal("1.25"), [], 0),
        ("cost.output", "output_tokens", Decimal(10), [], 0),
        ("cost.reasoning", "reasoning_tokens", Decimal(12), [], 0),
        ("cost.cache_read", "cache_read_tokens", Decimal("0.125"), [], 0),
        ("cost.cache_write", "cache_write_tokens", Decimal("1.5625"), [], 0),
        ("cost.input_audio", "input_audio_tokens", Decimal(3), [], 0),
        ("cost.output_audio", "output_audio_tokens", Decimal(0), [], 0),
        ("cost.tiers[0].input", "input_tokens", Decimal("2.5"), [], 128_000),
        ("cost.tiers[0].output", "output_tokens", Decimal(15), [], 128_000),
        ("cost.tiers[1].input", "input_tokens", Decimal(5), [], 256_000),
        ("cost.tiers[1].cache_read", "cache_read_tokens", Decimal("0.5"), [], 256_000),
        ("experimental.modes.fast.cost.input", "input_tokens", Decimal("7.5"), fast, 0),
        ("experimental.modes.fast.cost.output", "output_tokens", Decimal(60), fast, 0),
    ]
    assert {each.per for each in first.claims} == {1_000_000}


def test_an_entry_says_what_the_model_is() -> None:
    """Facts are in our words; what we have no word for is left out."""
    facts = entries(SAMPLE)[0].facts
    assert (facts.name, facts.family, facts.modality, facts.weights) == ("Model One", "one", "text", "open")
    assert (facts.input_modalities, facts.output_modalities) == (("text", "image", "pdf"), ("text",))
    assert (facts.context_tokens, facts.max_output_tokens, facts.released) == (200_000, 8_000, date(2026, 2, 3))
    assert facts.capabilities == {
        "reasoning": "yes",
        "tool-calling": "no",
        "structured-outputs": "yes",
        "vision": "yes",
    }
    assert facts.source == "https://acme.example/docs"


@pytest.mark.parametrize(
    ("model", "modality", "outputs"),
    [
        ({"modalities": {"output": ["text", "image"]}}, "image", ("text", "image")),
        ({"modalities": {"output": ["text", "audio"]}}, "audio", ("text", "audio")),
        ({"modalities": {"output": ["video"]}}, "video", ("video",)),
        ({"modalities": {"output": ["text"]}, "family": "text-embedding"}, "embedding", ("vector",)),
        ({"modalities": {"output": ["text"]}, "family": "Reranker"}, "rerank", ("score",)),
        ({"modalities": {"output": ["scent"]}}, "", ()),
        ({"modalities": "text"}, "", ()),
        ({}, "", ()),
    ],
)
def test_what_a_model_makes(model: object, modality: str, outputs: tuple[str, ...]) -> None:
    """The modality follows from the outputs, or from a name that says more."""
    facts = entry(model).facts
    assert (facts.modality, facts.output_modalities) == (modality, outputs)


@pytest.mark.parametrize("written", ["2026", "2026-02", "2026-02-30", "20260203", "soon", None, 2026])
def test_a_date_that_is_no_day_is_left_out(written: object) -> None:
    """A month is not its first day."""
    assert entry({"release_date": written}).facts.released is None


AWKWARD = {
    "a key the schema drops, plain": ({"cached_input": 0.1}, {"cost.cached_input": "cache_read_tokens"}, {}),
    "another spelling of it": ({"cache_input": 0.1}, {"cost.cache_input": "cache_read_tokens"}, {}),
    "a dropped cache write": ({"cached_write": 0.1}, {"cost.cached_write": "cache_write_tokens"}, {}),
    "citations": ({"citation": 2}, {"cost.citation": "citation_tokens"}, {}),
    "a key the schema drops, of no known unit": ({"image": 21}, {}, {"cost.image": "no such price key"}),
    "requests of no known unit": ({"request": 5.0}, {}, {"cost.request": "no such price key"}),
    "free": ({"input": 0}, {"cost.input": "input_tokens"}, {}),
    "nothing inside": ({}, {}, {}),
    "no prices but a text": ("contact us", {}, {"cost": "not an object"}),
    "null": (None, {}, {"cost": "not an object"}),
    "a null price": ({"input": None}, {}, {"cost.input": "not a number"}),
    "an unknown price": ({"input": "unknown"}, {}, {"cost.input": "not a number"}),
    "a flag": ({"input": True}, {}, {"cost.input": "not a number"}),
    "below zero": ({"input": -1}, {}, {"cost.input": "below zero"}),
    "a price in a wrong place": ({"input": {"output": 3}}, {}, {"cost.input.output": "not a number"}),
    "a list of prices": ({"input": [1, [2]]}, {}, {"cost.input[0]": "not a number", "cost.input[1][0]": "not a num"}),
    "one price under two keys": (
        {"cache_read": 1, "cache_input": 1.0},
        {"cost.cache_read": "cache_read_tokens", "cost.cache_input": "cache_read_tokens"},
        {},
    ),
    "two prices for one thing": (
        {"cache_read": 1, "cache_input": 2},
        {},
        {"cost.cache_read": "other keys", "cost.cache_input": "other keys"},
    ),
    "the older form of a tier": (
        {"context_over_200k": {"input": 2}},
        {"cost.context_over_200k.input": "input_tokens"},
        {},
    ),
    "a tier of no size": ({"tiers": [{"input": 2}]}, {}, {"cost.tiers[0].input": "unknown kind"}),
    "a tier of size zero": ({"tiers": [{"input": 2, "tier": {"size": 0}}]}, {}, {"cost.tiers[0].input": "no size"}),
    "a tier of another kind": (
        {"tiers": [{"input": 2, "tier": {"size": 10, "type": "results"}}]},
        {},
        {"cost.tiers[0].input": "unknown kind"},
    ),
    "a tier that is none": ({"tiers": [3]}, {}, {"cost.tiers[0]": "not an object"}),
    "tiers that are no list": ({"tiers": {"input": 3}}, {}, {"cost.tiers.input": "not a list"}),
    "a key that looks like our own words": ({"input@fast": 3}, {}, {"cost.input@fast": "no such price key"}),
}


@pytest.mark.parametrize("case", AWKWARD.values(), ids=AWKWARD)
def test_what_is_taken_and_what_is_not(case: tuple[object, dict[str, str], dict[str, str]]) -> None:
    """Every value is a claim, or in quarantine with the reason."""
    cost, meters, reasons = case
    found = entry({"cost": cost})
    assert {claim.key: claim.meter for claim in found.claims} == meters
    assert {reject.key for reject in found.quarantined} == reasons.keys()
    for reject in found.quarantined:
        assert reasons[reject.key] in reject.why


def test_the_older_form_of_a_tier_is_a_threshold() -> None:
    """`context_over_200k` reprices requests above 200,000 tokens."""
    [claim] = entry({"cost": {"context_over_200k": {"input": 2}}}).claims
    assert (claim.above, claim.when) == (200_000, frozenset())


@pytest.mark.parametrize(
    ("experimental", "keys"),
    [
        (True, set()),
        ({"modes": {"slow": {"cost": {"input": 1}}}}, {"experimental.modes.slow.cost.input"}),
        ({"modes": {"fast": 3}}, {"experimental.modes.fast"}),
        ({"modes": [4]}, {"experimental.modes[0]"}),
        ([5], {"experimental.modes[0]"}),
    ],
)
def test_modes_that_are_not_known_are_not_taken(experimental: object, keys: set[str]) -> None:
    """A mode without a row in the table is a price under an unknown condition."""
    found = entry({"experimental": experimental})
    assert not found.claims
    assert {reject.key for reject in found.quarantined} == keys


@pytest.mark.parametrize("text", ["2.5e-06", "0.1000000000000000055", "3.0", "0.07"])
def test_prices_are_exact(text: str) -> None:
    """No price passes through a float, and each can be found again as it is written."""
    source = f'{{"a": {{"models": {{"m": {{"cost": {{"input": {text}}}}}}}}}}}'.encode()
    [found] = modelsdev.entries(document.parse(source, "feed"))
    [claim] = found.claims
    assert (claim.price, claim.value) == (Decimal(text), text)
    assert modelsdev.raw(found) == {"cost.input": Decimal(text)}


def test_the_way_back_is_by_the_claim() -> None:
    """A claim of another meter than its key has is not written back."""
    found = entry({"cost": {"input": 2}})
    other = found._replace(claims=(found.claims[0]._replace(meter="output_tokens"),))
    assert modelsdev.raw(other) == {}
    dearer = found._replace(claims=(found.claims[0]._replace(price=Decimal(3), per=1_000),))
    assert modelsdev.raw(dearer) == {"cost.input": 3_000}


@pytest.mark.parametrize("broken", [[], "x", None, 3])
def test_what_is_no_such_feed_is_refused(broken: object) -> None:
    """Another shape altogether is one clear error."""
    with pytest.raises(BadFeed, match=r"models\.dev: not an object"):
        entries(broken)


@pytest.mark.parametrize("seller", [None, 3, [], {"models": [1]}, {}])
def test_a_seller_that_is_none_is_quarantined(seller: object) -> None:
    """It is one entry without claims."""
    [found] = entries({"acme": seller})
    assert (found.provider, found.model_id, found.claims) == ("acme", "", ())
    assert found.quarantined


def test_ids_are_the_feeds_own() -> None:
    """Slashes and colons in an id stay."""
    assert [each.model_id for each in entries(SAMPLE)] == ["m-1", "maker/m:2"]


def feeds() -> dict[str, bytes]:
    """The sample, and the snapshot where one is at hand."""
    path = Path(os.environ.get("RATECARD_FEEDS") or "/nowhere", "models-dev.json")
    return {"sample": json.dumps(SAMPLE).encode()} | ({path.name: path.read_bytes()} if path.exists() else {})


@pytest.mark.parametrize("source", feeds().values(), ids=feeds())
def test_a_whole_feed_is_accounted_for(source: bytes) -> None:
    """Each price value is a claim or in quarantine, under 2 % are, and each claim gives back its value."""
    parsed = document.parse(source, "feed")
    total = rejected = 0
    for found in modelsdev.entries(parsed):
        values = price_values(parsed[found.provider]["models"][found.model_id])
        assert accounted(found) == values.keys()
        assert len(found.claims) + len(found.quarantined) == len(values)
        raw = modelsdev.raw(found)
        for claim in found.claims:
            assert claim.value == values[claim.key]
            assert raw[claim.key] == document.number(claim.value)
        total, rejected = total + len(values), rejected + len(found.quarantined)
    assert rejected * 50 < total


NAMES = st.sampled_from(
    [*claims.key_table("modelsdev").keys, "tiers", "tier", "size", "context_over_200k", "x", "input@fast"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
MODELS = JSON | st.fixed_dictionaries(
    {},
    optional={
        "cost": JSON,
        "experimental": JSON | st.fixed_dictionaries({"modes": st.dictionaries(st.just("fast"), JSON)}),
        "modalities": JSON,
        "limit": JSON,
        "family": JSON,
        "release_date": JSON,
    },
)


@given(MODELS)
def test_no_entry_raises_and_nothing_is_lost(model: object) -> None:
    """Whatever an entry is, its values are accounted for and its claims lead back."""
    found = entry(model)
    values = price_values(model) if isinstance(model, dict) else dict(scalars(model))
    assert accounted(found) >= values.keys()
    assert not {claim.key for claim in found.claims} & {reject.key for reject in found.quarantined}
    assert modelsdev.raw(found) == {claim.key: document.number(claim.value) for claim in found.claims}


PRICES = st.dictionaries(
    st.sampled_from(sorted(claims.key_table("modelsdev").keys)),
    st.decimals(min_value=0, max_value=10**6, places=9).map(lambda price: f"{price:f}"),
)


@given(PRICES, PRICES, st.integers(1, 10**7))
def test_known_keys_go_there_and_back(flat: dict[str, str], tier: dict[str, str], size: int) -> None:
    """Known keys are claims, unless two of one meaning differ; each claim's value is got back."""
    found = entry({"cost": flat | {"tiers": [tier | {"tier": {"size": size}}]}})
    values = {f"cost.{key}": price for key, price in flat.items()}
    values |= {f"cost.tiers[0].{key}": price for key, price in tier.items()}
    assert accounted(found) == values.keys()
    assert {reject.why for reject in found.quarantined} <= {"other keys price the same differently"}
    assert modelsdev.raw(found) == {claim.key: Decimal(values[claim.key]) for claim in found.claims}
    assert {claim.above for claim in found.claims if ".tiers" in claim.key} <= {size}


@pytest.mark.parametrize(
    ("fields", "can"),
    [
        ({"temperature": False, "tool_call": True}, {"sampling": "no", "tool-calling": "yes"}),
        ({"temperature": None, "attachment": True}, {}),
        ({"reasoning_options": [{"type": "toggle"}, {"type": "effort", "values": ["low"]}]}, {"reasoning-effort": "yes"}),
        ({"reasoning_options": [{"type": "budget_tokens", "min": 1024}]}, {"reasoning-effort": "no"}),
        ({"reasoning_options": []}, {}),
        ({"reasoning_options": "effort"}, {}),
        ({"tool_call": True, "modalities": {"input": ["text"], "output": ["image"]}}, {}),
        ({"modalities": {"input": ["audio"], "output": ["text"]}}, {"speech-to-text": "yes"}),
        ({"modalities": {"input": ["text", "image"], "output": ["embeddings"]}}, {"embeddings": "yes", "multimodal-embeddings": "yes"}),
        ({"family": "rerank"}, {"rerank": "yes"}),
    ],
)  # fmt: skip
def test_flags_and_modalities_say_what_a_model_can_do(fields: dict[str, object], can: dict[str, str]) -> None:
    """Flags of answers are read only of models that answer in text; an empty list of options says nothing."""
    (found,) = entries({"acme": {"models": {"m": fields}}})
    assert found.facts.capabilities == can
