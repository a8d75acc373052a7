"""Importing OpenRouter's list of models."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from feed_reading import scalars
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.errors import BadFeed
from ratecard.core.periods import window
from ratecard.market.importers import claims, document, openrouter
from ratecard.market.importers.feed import FeedEntry

MODEL = {
    "id": "acme/one",
    "canonical_slug": "acme/one-20260203",
    "name": "Acme: One",
    "created": 1_770_076_800,
    "expiration_date": "2027-03-01",
    "context_length": 1_000_000,
    "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
    "top_provider": {"context_length": 200_000, "max_completion_tokens": 64_000, "is_moderated": False},
    "supported_parameters": ["tools", "reasoning", "response_format", "temperature"],
    "pricing": {
        "prompt": "0.00000125",
        "completion": "0.00001",
        "internal_reasoning": "0.000012",
        "input_cache_read": "0.000000125",
        "input_cache_write": "0.0000015625",
        "input_cache_write_1h": "0.0000025",
        "audio": "0.000003",
        "audio_output": "0.00002",
        "input_audio_cache": "0.0000003",
        "image": "0.001445",
        "image_output": "0.04",
        "image_token": "0.000002",
        "web_search": "0.01",
        "request": "0",
        "discount": 0,
        "overrides": [
            {"min_prompt_tokens": 200_000, "prompt": "0.0000025", "completion": "0.000015"},
            {"utc_start": 1630, "utc_end": 30, "utc_days": ["monday", "tuesday", "friday"], "prompt": "0.000001"},
        ],
    },
}
SAMPLE = {"data": [MODEL, {"id": "acme/one:free", "pricing": {"prompt": "0", "completion": "0"}}]}


def entries(written: object) -> list[FeedEntry]:
    """What the importer makes of a feed that holds this."""
    return list(openrouter.entries(document.parse(json.dumps(written).encode(), "feed")))


def entry(pricing: object, **model: object) -> FeedEntry:
    """What it makes of one model."""
    return entries({"data": [{"id": "acme/m", "pricing": pricing, **model}]})[0]


def price_values(pricing: object) -> dict[str, object]:
    """Every value that stands where prices stand; no discount is none, and no overrides are none."""
    beside = re.compile(r"overrides\[\d+\]\.(min_prompt_tokens|utc_start|utc_end|utc_days)\b")
    found = {path: value for path, value in scalars(pricing, "pricing") if not beside.search(path)}
    if found.get("pricing.overrides", 0) is None:
        del found["pricing.overrides"]
    if (discount := found.get("pricing.discount")) is None or document.number(str(discount)) == 0:
        found.pop("pricing.discount", None)
    return found


def accounted(found: FeedEntry) -> set[str]:
    """The keys of an entry's claims and rejects."""
    return {claim.key for claim in found.claims} | {reject.key for reject in found.quarantined}


def test_an_entry_becomes_claims() -> None:
    """Prices of one token are shown for a million; overrides are thresholds and periods."""
    found = entries(SAMPLE)[0]
    assert (found.provider, found.model_id, found.quarantined) == ("openrouter", "acme/one", ())
    million = 1_000_000
    rows = [(claim.key.removeprefix("pricing."), claim.meter, claim.price, claim.per, dict(claim.when), claim.above)
            for claim in found.claims]  # fmt: skip
    assert rows == [
        ("prompt", "input_tokens", Decimal("1.25"), million, {}, 0),
        ("completion", "output_tokens", Decimal(10), million, {}, 0),
        ("internal_reasoning", "reasoning_tokens", Decimal(12), million, {}, 0),
        ("input_cache_read", "cache_read_tokens", Decimal("0.125"), million, {}, 0),
        ("input_cache_write", "cache_write_tokens", Decimal("1.5625"), million, {}, 0),
        ("input_cache_write_1h", "cache_write_tokens", Decimal("2.5"), million, {"cache_ttl": "1h"}, 0),
        ("audio", "input_audio_tokens", Decimal(3), million, {}, 0),
        ("audio_output", "output_audio_tokens", Decimal(20), million, {}, 0),
        ("input_audio_cache", "cache_read_audio_tokens", Decimal("0.3"), million, {}, 0),
        ("image", "input_images", Decimal("0.001445"), 1, {}, 0),
        ("image_output", "images", Decimal("0.04"), 1, {}, 0),
        ("image_token", "input_image_tokens", Decimal(2), million, {}, 0),
        ("web_search", "searches", Decimal("0.01"), 1, {}, 0),
        ("request", "requests", Decimal(0), 1, {}, 0),
        ("overrides[0].prompt", "input_tokens", Decimal("2.5"), million, {}, 200_000),
        ("overrides[0].completion", "output_tokens", Decimal(15), million, {}, 200_000),
        ("overrides[1].prompt", "input_tokens", Decimal(1), million, {"period": "off_peak"}, 0),
    ]
    assert found.periods == {
        "off_peak": ("mon-tue 16:30-24:00", "mon-tue 00:00-00:30", "fri 16:30-24:00", "fri 00:00-00:30")
    }
    assert all(window(part) for part in found.periods["off_peak"])


def test_an_entry_says_what_the_model_is() -> None:
    """The top provider's limits come before the model's; a moment becomes its UTC day."""
    facts = entries(SAMPLE)[0].facts
    assert (facts.name, facts.modality) == ("Acme: One", "text")
    assert (facts.input_modalities, facts.output_modalities) == (("text", "image", "file"), ("text",))
    assert (facts.context_tokens, facts.max_output_tokens) == (200_000, 64_000)
    assert (facts.released, facts.retired) == (date(2026, 2, 3), date(2027, 3, 1))
    assert {word for word, value in facts.capabilities.items() if value == "yes"} == {
        "tool-calling", "reasoning", "json-mode", "sampling", "vision"
    }  # fmt: skip


def test_a_list_of_parameters_is_whole() -> None:
    """What is missing from it is not accepted, save what is had without a parameter; no list says nothing."""
    facts = entry({}, supported_parameters=["structured_outputs"]).facts
    assert facts.capabilities == {
        **dict.fromkeys(["forced-tool-choice", "json-mode", "logit-bias", "logprobs", "parallel-tool-calls"], "no"),
        **dict.fromkeys(["penalties", "sampling", "seed", "stop-sequences", "tool-calling", "verbosity"], "no"),
        "structured-outputs": "yes",
    }
    assert entry({}).facts.capabilities == entry({}, supported_parameters=[]).facts.capabilities == {}


@pytest.mark.parametrize("created", [None, "soon", -1, 0, 1.5, 10**14, True])
def test_a_moment_that_is_none_is_left_out(created: object) -> None:
    """Only a count of seconds that a calendar holds is a date."""
    assert entry({}, created=created).facts.released is None


@pytest.mark.parametrize(
    ("variant", "kept"),
    [("", 1), (":free", 1), (":batch", 1), (":thinking", 1), (":extended", 1),
     (":nitro", 0), (":floor", 0), (":exacto", 0), (":online", 0)],
)  # fmt: skip
def test_ways_of_routing_are_no_entries(variant: str, kept: int) -> None:
    """A variant with prices of its own stays as it is named; a way to choose a host is no model."""
    found = entries([{"id": f"acme/one{variant}", "pricing": {"prompt": "0.1"}}])
    assert [each.model_id for each in found] == [f"acme/one{variant}"] * kept


AWKWARD = {
    "a router's sentinel": ({"prompt": "-1", "completion": "-1"},
                            {"pricing.prompt": "varies", "pricing.completion": "varies"}),
    "below zero": ({"prompt": "-0.5"}, {"pricing.prompt": "below zero"}),
    "minus zero": ({"prompt": "-0"}, {"pricing.prompt": "below zero"}),
    "an unknown key": ({"tool_use": "0.1"}, {"pricing.tool_use": "no such price key"}),
    "an empty text": ({"prompt": ""}, {"pricing.prompt": "not a number"}),
    "null": ({"prompt": None}, {"pricing.prompt": "not a number"}),
    "an object for a price": ({"prompt": {"usd": "1"}}, {"pricing.prompt.usd": "not a number"}),
    "no prices": (None, {"pricing": "not an object"}),
    "a list of prices": (["1"], {"pricing[0]": "not an object"}),
    "no discount": ({"prompt": "1", "discount": "0.0"}, {}),
    "a discount": ({"prompt": "1", "discount": 0.25}, {"pricing.discount": "a ratio"}),
    "a token's price on an image": ({"image_output": "0.00003"}, {"pricing.image_output": "likely the price of a token"}),
    "a token's price on an image put in": ({"image": "0.0000003"}, {"pricing.image": "likely the price of a token"}),
    "images that are free": ({"image": "0", "image_output": "0"}, {}),
    "embeddings without output": ({"prompt": "0.00000002", "completion": "0"}, {}),
    "overrides that are none": ({"overrides": {"prompt": "1"}}, {"pricing.overrides.prompt": "not a list"}),
    "an override that is none": ({"overrides": ["x"]}, {"pricing.overrides[0]": "not an object"}),
    "an override always": ({"overrides": [{"prompt": "1"}]}, {"pricing.overrides[0].prompt": "no condition"}),
    "an override by something unknown": (
        {"overrides": [{"min_prompt_tokens": 5, "min_images": 3, "prompt": "1"}]},
        {"pricing.overrides[0].prompt": "unknown parts", "pricing.overrides[0].min_images": "unknown parts"},
    ),
    "a threshold of zero": ({"overrides": [{"min_prompt_tokens": 0, "prompt": "1"}]},
                            {"pricing.overrides[0].prompt": "no number of tokens"}),
    "a window without an end": ({"overrides": [{"utc_start": 100, "prompt": "1"}]},
                                {"pricing.overrides[0].prompt": "window is not understood"}),
    "a clock of 61 minutes": ({"overrides": [{"utc_start": 161, "utc_end": 300, "prompt": "1"}]},
                              {"pricing.overrides[0].prompt": "window is not understood"}),
    "a window of nothing": ({"overrides": [{"utc_start": 300, "utc_end": 300, "prompt": "1"}]},
                            {"pricing.overrides[0].prompt": "window is not understood"}),
    "a day that is none": ({"overrides": [{"utc_days": ["monday", "holiday"], "prompt": "1"}]},
                           {"pricing.overrides[0].prompt": "window is not understood"}),
    "a window of a price that does not stand": ({"overrides": [{"utc_start": 100, "utc_end": 300, "prompt": "1"}]},
                                                {"pricing.overrides[0].prompt": "neither all above"}),
    "one threshold with two prices": (
        {"overrides": [{"min_prompt_tokens": 5, "prompt": "1"}, {"min_prompt_tokens": 5, "prompt": "2"}]},
        {"pricing.overrides[0].prompt": "other keys", "pricing.overrides[1].prompt": "other keys"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AWKWARD.values(), ids=AWKWARD)
def test_what_is_not_taken_says_why(case: tuple[object, dict[str, str]]) -> None:
    """Every value is a claim, or in quarantine with the reason."""
    pricing, reasons = case
    found = entry(pricing)
    assert {reject.key for reject in found.quarantined} == reasons.keys()
    for reject in found.quarantined:
        assert reasons[reject.key] in reject.why
    assert {claim.key for claim in found.claims} == price_values(pricing).keys() - reasons.keys()


@pytest.mark.parametrize(
    ("override", "windows"),
    [
        ({"utc_start": 100, "utc_end": 1030}, ("mon-sun 01:00-10:30",)),
        ({"utc_start": 0, "utc_end": 2400}, ("mon-sun 00:00-24:00",)),
        ({"utc_start": 2200, "utc_end": 0}, ("mon-sun 22:00-24:00",)),
        ({"utc_days": ["sunday", "saturday"]}, ("sat-sun 00:00-24:00",)),
        ({"utc_days": ["wednesday"], "utc_start": 100, "utc_end": 400}, ("wed 01:00-04:00",)),
        (
            {"utc_days": ["monday", "sunday"], "utc_start": 100, "utc_end": 400},
            ("mon 01:00-04:00", "sun 01:00-04:00"),
        ),
    ],
)
def test_windows_of_overrides(override: dict[str, object], windows: tuple[str, ...]) -> None:
    """Clock numbers and days become windows in UTC; dearer ones are peaks."""
    found = entry({"prompt": "1", "overrides": [override | {"prompt": "2"}]})
    assert found.periods == {"peak": windows}


@pytest.mark.parametrize("broken", [{}, {"data": {}}, "x", None, 3])
def test_what_is_no_such_feed_is_refused(broken: object) -> None:
    """Another shape altogether is one clear error."""
    with pytest.raises(BadFeed, match="OpenRouter: no list of models"):
        entries(broken)


@pytest.mark.parametrize("model", [None, 3, ["x"], {"pricing": {"prompt": "1"}}, {"id": 3, "pricing": {"prompt": "1"}}])
def test_an_entry_that_is_none_is_quarantined(model: object) -> None:
    """It has no claims, and its values are kept."""
    [found] = entries([model])
    assert (found.model_id, found.claims) == ("", ())
    assert found.quarantined


def test_a_whole_list_is_accounted_for() -> None:
    """Each price value is a claim that gives back its value."""
    for found, model in zip(entries(SAMPLE), SAMPLE["data"], strict=True):
        values = price_values(model["pricing"])
        assert accounted(found) == values.keys()
        assert openrouter.raw(found) == {key: document.number(value) for key, value in values.items()}


KEYS = sorted(claims.key_table("openrouter").keys)
CONDITIONS = ["min_prompt_tokens", "utc_start", "utc_end", "utc_days"]
NAMES = st.sampled_from([*KEYS[:4], *CONDITIONS, "overrides", "discount", "x"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    SCALARS | st.sampled_from(["0.1", "-1", "monday", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
OVERRIDE = st.fixed_dictionaries(
    {"prompt": st.sampled_from(["0.1", "0.2", "0.3"])},
    optional={
        "min_prompt_tokens": st.integers(-1, 9),
        "utc_start": st.sampled_from([0, 100, 1030]) | JSON,
        "utc_end": st.sampled_from([300, 2400, 60]),
        "utc_days": st.lists(st.sampled_from(["monday", "friday", "x"])),
    },
)
PRICING = JSON | st.fixed_dictionaries({"prompt": st.just("0.2")}, optional={"overrides": st.lists(OVERRIDE)})


@given(PRICING, JSON)
def test_no_entry_raises_and_nothing_is_lost(pricing: object, other: object) -> None:
    """Whatever an entry is, its values are accounted for and its claims lead back."""
    found = entry(
        pricing, name=other, created=other, architecture=other, top_provider=other, supported_parameters=other
    )
    assert accounted(found) >= price_values(pricing).keys()
    assert not {claim.key for claim in found.claims} & {reject.key for reject in found.quarantined}
    assert openrouter.raw(found) == {claim.key: document.number(claim.value) for claim in found.claims}
    used = {value for claim in found.claims for fact, value in claim.when if fact == "period"}
    assert used <= found.periods.keys()
    entries([other])


AMOUNTS = st.decimals(min_value="0.001", max_value=1000, places=12).map(lambda price: f"{price:f}")


@given(st.dictionaries(st.sampled_from(KEYS), AMOUNTS), st.dictionaries(st.sampled_from(KEYS), AMOUNTS))
def test_known_keys_go_there_and_back(standing: dict[str, str], long: dict[str, str]) -> None:
    """Every known key is a claim whose value is got back."""
    found = entry(standing | {"overrides": [long | {"min_prompt_tokens": 128_000}]})
    values = {f"pricing.{key}": Decimal(price) for key, price in standing.items()}
    values |= {f"pricing.overrides[0].{key}": Decimal(price) for key, price in long.items()}
    assert not found.quarantined
    assert openrouter.raw(found) == values
