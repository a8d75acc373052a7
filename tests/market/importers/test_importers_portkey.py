"""Reading Portkey's price files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from feed_reading import Found, assert_means, assert_set_aside
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.records import Vocabulary
from ratecard.market.importers import claims, document, portkey
from ratecard.market.importers.feed import FeedEntry


def pay(**units: Any) -> dict[str, Any]:
    """A price configuration of units and their cents."""
    return {"pricing_config": {"pay_as_you_go": priced(units)}}


def priced(units: dict[str, Any]) -> dict[str, Any]:
    """Units as the feed nests them."""
    return {unit: priced(cents) if isinstance(cents, dict) else {"price": cents} for unit, cents in units.items()}


def custom(regions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An entry whose prices differ by region."""
    return {
        "custom_pricing": {"regions": {region: {"execution_modes": modes} for region, modes in regions.items()}, **more}
    }


#: What each family of units means, by the case that asks for it.
MEANINGS: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "3: cents for one token": (
        pay(request_token=0.00025, response_token=0.001),
        [("input_tokens", {}, 0, "0.0000025"), ("output_tokens", {}, 0, "0.00001")],
    ),
    "16: zero is a price": (pay(request_token=0), [("input_tokens", {}, 0, "0")]),
    "16: nothing at all": (pay(), []),
    "16: no configuration": ({"pricing_config": None}, []),
    "cache": (
        pay(cache_read_input_token=0.00003, cache_write_input_token=0.000375),
        [("cache_read_tokens", {}, 0, "3e-7"), ("cache_write_tokens", {}, 0, "0.00000375")],
    ),
    "13: cache writes of an hour": (
        pay(additional_units={"cache_write_1h": 0.0006}),
        [("cache_write_tokens", {"cache_ttl": "1h"}, 0, "0.000006")],
    ),
    "14: tokens of other kinds": (
        pay(
            request_text_token=0.0005,
            response_image_token=0.004,
            cached_image_input_token=0.0002,
            reasoning_token=0.001,
        ),
        [
            ("input_tokens", {}, 0, "0.000005"),
            ("output_image_tokens", {}, 0, "0.00004"),
            ("cache_read_image_tokens", {}, 0, "0.000002"),
            ("reasoning_tokens", {}, 0, "0.00001"),
        ],
    ),
    "15: images by quality and size": (
        pay(image={"default": {"default": 4}, "hd": {"default": 8, "1024x1792": 12}, "standard": {"256x256": 1.6}}),
        [
            ("images", {}, 0, "0.04"),
            ("images", {"quality": "hd"}, 0, "0.08"),
            ("images", {"quality": "hd", "size": "1024x1792"}, 0, "0.12"),
            ("images", {"quality": "standard", "size": "256x256"}, 0, "0.016"),
        ],
    ),
    "seconds of video by size": (
        pay(additional_units={"video_duration_seconds_1280_720": 10, "video_seconds": 40}),
        [("video_seconds", {"size": "1280x720"}, 0, "0.1"), ("video_seconds", {}, 0, "0.4")],
    ),
    "19: routing": (pay(additional_units={"routing_units": 1.4e-05}), [("router_tokens", {}, 0, "1.4e-7")]),
    "tools": (
        pay(additional_units={"web_search_high_context": 1.2, "file_search": 0.25, "x_search": 0.5, "maps": 2.5}),
        [
            ("searches", {"search_context": "high"}, 0, "0.012"),
            ("file_searches", {}, 0, "0.0025"),
            ("social_searches", {}, 0, "0.005"),
            ("map_searches", {}, 0, "0.025"),
        ],
    ),
    "images and megapixels among further units": (
        pay(additional_units={"generated_images": 3.5, "megapixels": 0.05, "image_1k": 3.9}),
        [("images", {}, 0, "0.035"), ("megapixels", {}, 0, "0.0005"), ("images", {"resolution": "1K"}, 0, "0.039")],
    ),
    "11: batch": (
        {"pricing_config": {"batch_config": {"request_token": {"price": 0.00015}}}},
        [("input_tokens", {"service_tier": "batch"}, 0, "0.0000015")],
    ),
    "a price per call": (
        {"pricing_config": {"fixed_cost": {"request": {"price": 0.5}}}},
        [("requests", {}, 0, "0.005")],
    ),
    "3: training by the token and by the hour": (
        {"pricing_config": {"finetune_config": {"pay_per_token": {"price": 0.0008}, "pay_per_hour": {"price": 10000}}}},
        [("training_tokens", {}, 0, "0.000008"), ("training_hours", {}, 0, "100")],
    ),
    "12: a list of regions": (
        custom({"us,eu": {"flex": pay(request_token=0.001)}}),
        [
            ("input_tokens", {"region": "us", "service_tier": "flex"}, 0, "0.00001"),
            ("input_tokens", {"region": "eu", "service_tier": "flex"}, 0, "0.00001"),
        ],
    ),
    "no region in particular": (
        custom({"default": {"standard": pay(request_token=0.001)}}),
        [("input_tokens", {}, 0, "0.00001")],
    ),
    "context tiers": (
        custom(
            {
                "default": {
                    "priority": {
                        "context_tiers": {"lte-200k": pay(request_token=0.001), "gt-200k": pay(request_token=0.002)}
                    }
                }
            },
            context_tier_map={"0": "lte-200k", "200000": "gt-200k"},
        ),
        [
            ("input_tokens", {"service_tier": "priority"}, 0, "0.00001"),
            ("input_tokens", {"service_tier": "priority"}, 200_000, "0.00002"),
        ],
    ),
    "formulas hold no prices": (
        {"pricing_config": {"calculate": {"request": {"operands": [{"value": "input_tokens"}, {"value": 1}]}}}},
        [],
    ),
}

#: What is not taken: an entry, where, and why.
REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "24: an unknown unit": (
        pay(smell=1),
        "pricing_config.pay_as_you_go.smell.price",
        portkey.UNKNOWN_UNIT,
    ),
    "24: an unknown size": (
        pay(image={"hd": {"7x7": 1}}),
        "pricing_config.pay_as_you_go.image.hd.7x7.price",
        portkey.UNKNOWN_UNIT,
    ),
    "24: another model nested inside": (
        {"other-model": pay(request_token=0.0005)},
        "other-model.pricing_config.pay_as_you_go.request_token.price",
        portkey.UNKNOWN_PLACE,
    ),
    "24: a number somewhere": ({"pricing_config": {"margin": 3}}, "pricing_config.margin", portkey.UNKNOWN_PLACE),
    "16: a sentinel": (pay(request_token=-1), "pricing_config.pay_as_you_go.request_token.price", claims.BELOW_ZERO),
    "16: null": (pay(request_token=None), "pricing_config.pay_as_you_go.request_token.price", claims.NOT_A_NUMBER),
    "a word": (pay(request_token="free"), "pricing_config.pay_as_you_go.request_token.price", claims.NOT_A_NUMBER),
    "a list": (pay(request_token=[]), "pricing_config.pay_as_you_go.request_token.price", claims.NOT_A_NUMBER),
    "answers apart from calls": (
        {"pricing_config": {"fixed_cost": {"response": {"price": 0}}}},
        "pricing_config.fixed_cost.response.price",
        "no meter",
    ),
    "another currency": (
        {"pricing_config": {"currency": "EUR", "pay_as_you_go": {"request_token": {"price": 1}}}},
        "pricing_config.pay_as_you_go.request_token.price",
        portkey.NOT_DOLLARS,
    ),
    "an unknown mode": (
        custom({"us": {"warp": pay(request_token=1)}}),
        "custom_pricing.regions.us.execution_modes.warp.pricing_config.pay_as_you_go.request_token.price",
        portkey.UNKNOWN_MODE,
    ),
    "a tier without a threshold": (
        custom({"us": {"flex": {"context_tiers": {"gt-9k": pay(request_token=1)}}}}),
        "custom_pricing.regions.us.execution_modes.flex.context_tiers.gt-9k"
        ".pricing_config.pay_as_you_go.request_token.price",
        portkey.UNKNOWN_TIER,
    ),
    "a region without a name": (
        custom({"us,": {"flex": pay(request_token=1)}}),
        "custom_pricing.regions.us,.execution_modes.flex.pricing_config.pay_as_you_go.request_token.price",
        portkey.UNNAMED_REGION,
    ),
    "batch under flex": (
        custom({"us": {"flex": {"pricing_config": {"batch_config": {"request_token": {"price": 1}}}}}}),
        "custom_pricing.regions.us.execution_modes.flex.pricing_config.batch_config.request_token.price",
        claims.CONTRADICTION,
    ),
    "a zero that fills a column": (
        pay(request_token=0, additional_units={"embedding_text_token": 0.001}),
        "pricing_config.pay_as_you_go.request_token.price",
        claims.FILLER,
    ),
}

#: Ids that hold a band of prompt lengths: the model's own id, and above how many tokens.
BANDS = {
    "gemini-pro-lte-128k": ("gemini-pro", 0),
    "gemini-pro-gt-128k": ("gemini-pro", 128_000),
    "gemini-pro-gt-200k": ("gemini-pro", 200_000),
    "sonar-128k-online": ("sonar-128k-online", 0),
}

UNITS = sorted(key for key in claims.key_table(portkey.NAME).keys if "_config." not in key and "fixed_cost." not in key)
WORDS = st.sampled_from(
    ["pricing_config", "pay_as_you_go", "price", "custom_pricing", "regions", "execution_modes", "context_tiers", "us"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers().map(lambda n: document.Raw(str(n))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
#: Numbers as feeds write small ones: digits and a power of ten.
PRICES = st.builds(
    lambda digits, places: document.Raw(f"{digits}e-{places:02d}"), st.integers(0, 10**12), st.integers(0, 15)
)
SAMPLE = json.dumps({"maker": {name: fields for name, (fields, _) in MEANINGS.items()}}).encode()
#: The sample above, and whatever snapshot a folder named in the environment holds.
FEEDS = [Path(os.environ.get("RATECARD_FEEDS", "-"), "portkey.json")]
DOCUMENTS = {"sample": SAMPLE, **{path.name: path.read_bytes() for path in FEEDS if path.is_file()}}


def entry(fields: dict[str, Any], model_id: str = "toy", provider: str = "maker") -> FeedEntry:
    """The entry that fields come to, by way of JSON."""
    source = json.dumps({provider: {model_id: fields}}).encode()
    (found,) = portkey.entries(document.parse(source, "portkey.json"))
    return found


@pytest.mark.parametrize(
    ("provider", "units", "price"),
    [
        ("together-ai", {"image": {"default": {"default": 0.03}}}, "0.03"),
        ("openai", {"image": {"default": {"default": 0.03}}}, "0.0003"),
        ("together-ai", {"request_token": 0.03}, "0.0003"),
    ],
)
def test_one_providers_images_are_in_dollars(provider: str, units: dict[str, Any], price: str) -> None:
    """Together's file states images and videos in dollars, its tokens in cents as every file does."""
    found = entry(pay(**units), provider=provider)
    (stated,) = found.claims
    assert stated.price / stated.per == Decimal(price)
    assert portkey.raw(found) == {stated.key: Decimal("0.03")}


@pytest.mark.parametrize("case", MEANINGS.values(), ids=MEANINGS)
def test_a_unit_means_what_its_table_says(case: tuple[dict[str, Any], list[Found]]) -> None:
    """Meter, conditions, threshold and dollars follow from where a price stands."""
    fields, expected = case
    assert_means(entry(fields), expected)


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_what_is_no_price_is_set_aside_with_its_reason(case: tuple[dict[str, Any], str, str]) -> None:
    """Nothing is dropped: a value is a claim or stands in quarantine."""
    fields, key, why = case
    assert_set_aside(entry(fields), key, why)


@pytest.mark.parametrize("model_id", BANDS)
def test_an_id_for_a_band_of_prompts_is_the_models_own_with_a_threshold(model_id: str) -> None:
    """1: rows of one model meet under one id."""
    found = entry(pay(request_token=0.001), model_id)
    assert (found.model_id, found.claims[0].above) == BANDS[model_id]
    assert found.key == f"maker/{model_id}"


def test_a_band_and_a_tier_that_both_set_a_threshold_contradict_each_other() -> None:
    """Which of the two holds is not guessed."""
    tiers = {"context_tiers": {"gt-200k": pay(request_token=0.002)}}
    found = entry(custom({"us": {"flex": tiers}}, context_tier_map={"200000": "gt-200k"}), "toy-gt-128k")
    assert [item.why for item in found.quarantined] == [claims.CONTRADICTION]


def test_a_providers_default_row_is_no_model() -> None:
    """Its sentinel zeros are no prices, and it is left out."""
    found = entry(pay(request_token=0, response_token=0), "default")
    assert (found.claims, found.quarantined, found.is_model) == ((), (), False)


@pytest.mark.parametrize("name", ["default_steps", "default_duration_seconds", "default_sample_count"])
def test_what_a_call_is_by_default_is_no_price(name: str) -> None:
    """It stands among the prices, and counts steps, seconds or videos."""
    found = entry(pay(additional_units={name: 28}))
    assert (found.claims, found.quarantined) == ((), ())


def test_what_an_id_for_long_prompts_repeats_says_nothing() -> None:
    """Gemini 2.5 Flash is in the list for prompts up to 128,000 tokens and above, at one price; its Pro doubles."""
    short, long = pay(request_token=0.000125, response_token=0.001), pay(request_token=0.00025, response_token=0.001)
    models = {"toy-lte-128k": short, "toy-gt-128k": long, "flat-lte-128k": short, "flat-gt-128k": short}
    found = {one.key: one for one in portkey.entries(document.parse(json.dumps({"maker": models}).encode(), "feed"))}

    assert [(one.meter, one.above) for one in found["maker/toy-gt-128k"].claims] == [("input_tokens", 128_000)]
    assert (found["maker/flat-gt-128k"].claims, found["maker/flat-gt-128k"].quarantined) == ((), ())


def test_the_modality_is_taken_where_it_is_given() -> None:
    """What is absent or odd stays empty."""
    assert entry({"params": {"type": "image"}}).facts.modality == "image"
    assert entry({"params": {"type": {"primary": "chat"}}}).facts.modality == "text"
    odd: tuple[Any, ...] = ({"type": 3}, [], {"type": "smell"})
    assert [entry({"params": params}).facts.modality for params in odd] == ["", "", ""]


@pytest.mark.parametrize("broken", [b"[]", b"3", b'{"a": []}', b'{"a": null}', b'{"a": {"b": []}}', b'{"a": {"b": 3}}'])
def test_what_is_no_entry_is_set_aside(broken: bytes) -> None:
    """A broken entry is an entry without claims."""
    (found,) = portkey.entries(document.parse(broken, "portkey.json"))
    assert found.claims == ()
    assert [item.why for item in found.quarantined] == [claims.NOT_AN_OBJECT]


@given(st.dictionaries(WORDS | st.text(max_size=12), JSON, max_size=5), st.text())
def test_nothing_a_feed_can_hold_breaks_the_reading(fields: dict[str, Any], model_id: str) -> None:
    """Whatever stands in an entry, each value is told once."""
    (found,) = portkey.entries({"maker": {model_id: fields}})
    assert all(item.why for item in found.quarantined)
    assert all(claim.price >= 0 for claim in found.claims)


@given(st.dictionaries(st.sampled_from(UNITS), PRICES, max_size=6), st.sampled_from(["pay_as_you_go", "batch_config"]))
def test_known_units_come_back_as_they_were(cents: dict[str, document.Raw], section: str) -> None:
    """Reading and writing back gives every number that is not set aside, and loses none."""
    units: dict[str, Any] = {}
    for unit, price in cents.items():
        outer, _, inner = unit.rpartition(".")
        (units.setdefault(outer, {}) if outer else units)[inner] = {"price": price}
    (found,) = portkey.entries({"maker": {"toy": {"pricing_config": {section: units}}}})
    written = {f"pricing_config.{section}.{unit}.price": Decimal(price) for unit, price in cents.items()}
    back = portkey.raw(found)
    assert back == {key: written[key] for key in back}
    assert set(back) | {item.key for item in found.quarantined} == set(written)


def numbers(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every number below a value, by path, as a reader of the feed would list them."""
    if isinstance(value, document.Raw):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            if key != "calculate":
                yield from numbers(child, f"{path}.{key}" if path else key)


@pytest.mark.parametrize("source", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_feed_is_read_without_loss(source: bytes, vocabulary: Vocabulary) -> None:
    """Every number is a claim that comes back exactly, or in quarantine; few are."""
    read = document.parse(source, "portkey.json")
    total = aside = 0
    for found in portkey.entries(read):
        back, refused = portkey.raw(found), {item.key for item in found.quarantined}
        assert back == {claim.key: Decimal(claim.value) for claim in found.claims}
        provider, _, model_id = found.key.partition("/")
        wanted = dict(numbers(read[provider][model_id]))
        assert set(wanted) == set(back) | refused, found.key
        assert all(Decimal(wanted[key]) == back[key] for key in back)
        assert {claim.meter for claim in found.claims} <= set(vocabulary.meters)
        assert not set(back) & refused
        total, aside = total + len(back) + len(refused), aside + len(refused)
    assert aside < total * 0.02
