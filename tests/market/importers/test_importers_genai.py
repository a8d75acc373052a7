"""Importing genai-prices."""

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
from ratecard.core.periods import window
from ratecard.market.importers import claims, document, genai
from ratecard.market.importers.feed import FeedClaim, FeedEntry

NIGHT = {"start_time": "16:30:00Z", "end_time": "00:30:00Z"}
MODELS = [
    {
        "id": "plain",
        "name": "Plain",
        "context_window": 128_000,
        "deprecated": True,
        "prices": {
            "input_mtok": {"base": 1.25, "tiers": [{"start": 200_000, "price": 2.5}]},
            "output_mtok": 10,
            "cache_write_mtok": 1.5,
            "cache_write_1h_mtok": 2.5,
            "web_searches_kcount": 14,
        },
        "price_variants": [
            {"when": {"processing": "batch"}, "prices": {"input_mtok": 0.625}},
            {"when": {"speed": "fast"}, "prices": {"input_mtok": 7.5}, "constraint": {"start_date": "2026-10-14"}},
        ],
    },
    {
        "id": "dated",
        "prices": [
            {"prices": {"input_mtok": 3}},
            {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 2}},
        ],
    },
    {"id": "nightly", "prices": [{"prices": {"input_mtok": 2}}, {"constraint": NIGHT, "prices": {"input_mtok": 1}}]},
    {"id": "unpriced", "prices": {}},
]
SAMPLE = [{"id": "acme", "pricing_urls": ["https://acme.example/prices"], "models": MODELS}]


def entries(written: object) -> list[FeedEntry]:
    """What the importer makes of a feed that holds this."""
    return list(genai.entries(document.parse(json.dumps(written).encode(), "feed")))


def entry(**model: object) -> FeedEntry:
    """What it makes of one model."""
    return entries([{"id": "acme", "models": [{"id": "m", **model}]}])[0]


def price_values(model: dict[str, Any]) -> dict[str, object]:
    """Every value of a model that stands where prices stand."""
    found = {path: value for key in ("prices", "price_variants") if key in model
             for path, value in scalars(model[key], key)}  # fmt: skip
    beside = re.compile(r"(prices|price_variants)\[\d+\]\.(constraint|when)\b|\.tiers\[\d+\]\.start\b")
    return {path: value for path, value in found.items() if not beside.search(path)}


def accounted(found: FeedEntry) -> set[str]:
    """The keys of an entry's claims and rejects."""
    return {claim.key for claim in found.claims} | {reject.key for reject in found.quarantined}


def row(claim: FeedClaim) -> tuple[object, ...]:
    """A claim in short."""
    return claim.key, claim.meter, claim.price, claim.per, dict(claim.when), claim.above, claim.effective


def test_an_entry_becomes_claims() -> None:
    """Tiers are thresholds, variants are conditions, keys name their units."""
    found = entries(SAMPLE)[0]
    assert not found.quarantined
    million = 1_000_000
    assert [row(claim) for claim in found.claims] == [
        ("prices.input_mtok.base", "input_tokens", Decimal("1.25"), million, {}, 0, None),
        ("prices.input_mtok.tiers[0].price", "input_tokens", Decimal("2.5"), million, {}, 200_000, None),
        ("prices.output_mtok", "output_tokens", Decimal(10), million, {}, 0, None),
        ("prices.cache_write_mtok", "cache_write_tokens", Decimal("1.5"), million, {}, 0, None),
        ("prices.cache_write_1h_mtok", "cache_write_tokens", Decimal("2.5"), million, {"cache_ttl": "1h"}, 0, None),
        ("prices.web_searches_kcount", "searches", Decimal(14), 1_000, {}, 0, None),
        ("price_variants[0].prices.input_mtok", "input_tokens", Decimal("0.625"), million,
         {"service_tier": "batch"}, 0, None),
        ("price_variants[1].prices.input_mtok", "input_tokens", Decimal("7.5"), million,
         {"service_tier": "fast"}, 0, date(2026, 10, 14)),
    ]  # fmt: skip


def test_an_entry_says_what_the_model_is() -> None:
    """Name, context and the seller's price page; a name may say that it embeds."""
    facts = entries(SAMPLE)[0].facts
    assert (facts.name, facts.context_tokens, facts.source) == ("Plain", 128_000, "https://acme.example/prices")
    assert (facts.modality, facts.retired) == ("", None)
    [found] = entries([{"id": "acme", "models": [{"id": "acme-embed-2"}]}])
    assert (found.facts.modality, found.facts.output_modalities) == ("embedding", ("vector",))


@pytest.mark.parametrize(
    ("comment", "source"),
    [
        (None, "https://acme.example/prices"),
        (
            "Read at https://docs.acme.example/models/plain#cost. And more.",
            "https://docs.acme.example/models/plain#cost",
        ),
        ("Ref: https://github.com/acme/docs/1 https://acme.example/batch", "https://acme.example/batch"),
        ("See https://elsewhere.example/acme", "https://acme.example/prices"),
    ],
)
def test_a_comment_names_the_page_of_the_prices(comment: str | None, source: str) -> None:
    """The source of an entry is a page of the seller's own: the one of its comment, else that of all prices."""
    model = {"id": "plain", "prices": {}, "price_comments": comment}
    (found,) = entries([{**SAMPLE[0], "models": [model]}])
    assert found.facts.source == source


def test_audio_that_goes_in_is_no_second_charge() -> None:
    """The old key and the new one of an hour of audio are one price."""
    found = entry(prices={"audio_hours": 0.36, "input_audio_hours": 0.36})
    assert {(claim.meter, claim.price / claim.per) for claim in found.claims} == {("audio_seconds", Decimal("0.0001"))}


def test_dated_lists_say_from_when() -> None:
    """The first list has no date; an announced price has one that lies ahead."""
    found = entries(SAMPLE)[1]
    assert [(claim.price, claim.effective) for claim in found.claims] == [(3, None), (2, date(2027, 1, 1))]


def test_a_window_of_the_day_is_a_period_on_every_day() -> None:
    """A night is split at midnight; the feed knows no days of the week."""
    found = entries(SAMPLE)[2]
    assert found.periods == {"off_peak": ("mon-sun 16:30-24:00", "mon-sun 00:00-00:30")}
    assert [dict(claim.when) for claim in found.claims] == [{}, {"period": "off_peak"}]


@pytest.mark.parametrize(("inside", "name"), [(1, "off_peak"), (3, "peak")])
def test_a_period_is_named_by_its_prices(inside: int, name: str) -> None:
    """Below what stands is off_peak, above it peak."""
    constraint = {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}
    found = entry(prices=[{"prices": {"input_mtok": 2}}, {"constraint": constraint, "prices": {"input_mtok": inside}}])
    assert found.periods == {name: ("mon-sun 00:30-16:30",)}


def test_two_windows_of_one_price_are_one_period() -> None:
    """Morning and noon peaks hold the same prices."""
    peaks = [{"start_time": f"{start:02}:00:00Z", "end_time": f"{end:02}:00:00Z"} for start, end in ((1, 4), (6, 10))]
    lists = [{"prices": {"input_mtok": 1}}, *({"constraint": peak, "prices": {"input_mtok": 2}} for peak in peaks)]
    found = entry(prices=lists)
    assert found.periods == {"peak": ("mon-sun 01:00-04:00", "mon-sun 06:00-10:00")}
    assert len(found.claims) == 3
    assert genai.raw(found)["prices[2].prices.input_mtok"] == 2


@pytest.mark.parametrize(
    ("written", "minute"),
    [("00:30:00Z", 30), ("16:30", 990), ("08:00:00+08:00", 0), ("20:00:00-05:30", 90), ("01:00:00.000Z", 60),
     ("23:59:59Z", None), ("24:00", None), ("7:00", None), ("", None), (None, None), (3, None)],
)  # fmt: skip
def test_times_are_whole_minutes_in_utc(written: object, minute: int | None) -> None:
    """An offset is taken off; seconds are not rounded away."""
    assert genai.minute(written) == minute


@pytest.mark.parametrize(("key", "target"), claims.key_table("genai").keys.items())
def test_every_unit_is_taken(key: str, target: claims.KeyMeaning) -> None:
    """Each price key is one claim for as many units as it names, and leads back."""
    sizes = {"mtok": 1_000_000, "mchars": 1_000_000, "kcount": 1_000, "kpages": 1_000, "hours": 3_600,
             "gpixels": 1_000_000_000}  # fmt: skip
    found = entry(prices={key: 0.43})
    [claim] = found.claims
    assert (claim.meter, claim.per, claim.price) == (target.meter, sizes[key.rpartition("_")[2]], Decimal("0.43"))
    assert genai.raw(found) == {f"prices.{key}": Decimal("0.43")}


@pytest.mark.parametrize(("suffix", "target"), claims.key_table("genai").suffixes.items())
def test_every_variant_is_a_condition(suffix: str, target: claims.KeyMeaning) -> None:
    """Each known condition of a variant becomes one of ours."""
    fact, _, value = suffix.removeprefix("@").partition("=")
    [claim] = entry(price_variants=[{"when": {fact: value}, "prices": {"input_mtok": 1}}]).claims
    assert claim.when == target.when


def listed(*lists: object) -> dict[str, object]:
    """A model with these price lists after one that stands."""
    return {"prices": [{"prices": {"input_mtok": 2, "output_mtok": 2}}, *lists]}


def within(constraint: object, **prices: object) -> dict[str, object]:
    """A price list under a constraint."""
    return {"constraint": constraint, "prices": prices}


NOON = {"start_time": "10:00:00Z", "end_time": "14:00:00Z"}
LATE = {"start_time": "13:00:00Z", "end_time": "20:00:00Z"}
AWKWARD = {
    "a unit the table lacks": ({"prices": {"input_gallons": 3}}, {"prices.input_gallons": "no such price key"}),
    "below zero": ({"prices": {"input_mtok": -1}}, {"prices.input_mtok": "below zero"}),
    "a null price": ({"prices": {"input_mtok": None}}, {"prices.input_mtok": "not a number"}),
    "an unknown price": ({"prices": {"input_mtok": "tbd"}}, {"prices.input_mtok": "not a number"}),
    "a list for a price": ({"prices": {"input_mtok": [1]}}, {"prices.input_mtok[0]": "not a number"}),
    "no price list": ({"prices": 3}, {"prices": "not an object"}),
    "a list that is none": ({"prices": [3]}, {"prices[0]": "no prices"}),
    "prices beside their list": ({"prices": [{"input_mtok": 3}]}, {"prices[0].input_mtok": "no prices"}),
    "a tier without a start": (
        {"prices": {"input_mtok": {"base": "x", "tiers": [{"start": 0, "price": 1}]}}},
        {"prices.input_mtok.base": "not a number", "prices.input_mtok.tiers[0].price": "no start"},
    ),
    "a tier with more than a start": (
        {"prices": {"input_mtok": {"base": None, "tiers": [{"start": 1, "price": 1, "end": 3}, 4]}}},
        {"prices.input_mtok.base": "not a number", "prices.input_mtok.tiers[0].start": "not as",
         "prices.input_mtok.tiers[0].price": "not as", "prices.input_mtok.tiers[0].end": "not as",
         "prices.input_mtok.tiers[1]": "not as"},
    ),
    "tiers of another shape": ({"prices": {"input_mtok": {"low": 1}}}, {"prices.input_mtok.low": "not as expected"}),
    "a month for a day": (listed(within({"start_date": "2026-09"}, input_mtok=1)),
                          {"prices[1].prices.input_mtok": "not understood"}),
    "a time to the second": (listed(within(NOON | {"end_time": "14:00:59Z"}, input_mtok=1)),
                             {"prices[1].prices.input_mtok": "not understood"}),
    "an empty window": (listed(within(NOON | {"end_time": "10:00:00Z"}, input_mtok=1)),
                        {"prices[1].prices.input_mtok": "not understood"}),
    "a weekday": (listed(within(NOON | {"weekdays": [1]}, input_mtok=1)),
                  {"prices[1].prices.input_mtok": "not understood"}),
    "a constraint that is none": (listed(within({}, input_mtok=1)), {"prices[1].prices.input_mtok": "not understood"}),
    "something beside the prices": (
        listed(within(None, input_mtok=1) | {"output_mtok": 4}),
        {"prices[1].prices.input_mtok": "unknown parts", "prices[1].output_mtok": "unknown parts"},
    ),
    "a window that is dearer and cheaper": (
        listed(within(NOON, input_mtok=1, output_mtok=3)),
        {"prices[1].prices.input_mtok": "neither", "prices[1].prices.output_mtok": "neither"},
    ),
    "a window of a price that does not stand": (
        {"prices": [within(NOON, input_mtok=1)]}, {"prices[0].prices.input_mtok": "neither"},
    ),
    "two peaks of different prices": (
        listed(within(NOON, input_mtok=3), within(LATE, input_mtok=4)),
        {"prices[1].prices.input_mtok": "different prices", "prices[2].prices.input_mtok": "different prices"},
    ),
    "a peak across an off-peak": (
        listed(within(NOON, input_mtok=3), within(LATE, input_mtok=1)),
        {"prices[1].prices.input_mtok": "overlaps", "prices[2].prices.input_mtok": "overlaps"},
    ),
    "a variant under no condition": (
        {"price_variants": [{"when": {}, "prices": {"input_mtok": 1}}]},
        {"price_variants[0].prices.input_mtok": "no conditions", "price_variants[0].when": "no conditions"},
    ),
    "a variant under an unknown condition": (
        {"price_variants": [{"when": {"processing": "batch", "moon": "full"}, "prices": {"input_mtok": 1}}]},
        {"price_variants[0].prices.input_mtok": "no such price key or condition"},
    ),
    "a variant that contradicts itself": (
        {"price_variants": [{"when": {"processing": "batch", "speed": "fast"}, "prices": {"input_mtok": 1}}]},
        {"price_variants[0].prices.input_mtok": "no such price key or condition"},
    ),
    "variants that are no list": ({"price_variants": {"input_mtok": 1}}, {"price_variants.input_mtok": "not a list"}),
    "two undated lists": (
        {"prices": [within(None, input_mtok=1), within(None, input_mtok=2)]},
        {"prices[0].prices.input_mtok": "other keys", "prices[1].prices.input_mtok": "other keys"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AWKWARD.values(), ids=AWKWARD)
def test_what_is_not_taken_says_why(case: tuple[dict[str, Any], dict[str, str]]) -> None:
    """Every other value is in quarantine with the reason."""
    model, reasons = case
    found = entry(**model)
    assert {reject.key for reject in found.quarantined} == reasons.keys()
    for reject in found.quarantined:
        assert reasons[reject.key] in reject.why
    assert {claim.key for claim in found.claims} == price_values(model).keys() - reasons.keys()


def test_a_window_and_a_date_hold_together() -> None:
    """A list may be confined to a window and to the time from a day on."""
    found = entry(**listed(within(NOON | {"start_date": "2026-10-01"}, input_mtok=3)))
    assert row(found.claims[-1])[4:] == ({"period": "peak"}, 0, date(2026, 10, 1))


@pytest.mark.parametrize("broken", [{}, "x", None, 3])
def test_what_is_no_such_feed_is_refused(broken: object) -> None:
    """Another shape altogether is one clear error."""
    with pytest.raises(BadFeed, match="genai-prices: not a list"):
        entries(broken)


@pytest.mark.parametrize(
    "seller",
    [
        None,
        {"id": "a"},
        {"id": "a", "models": [3]},
        {"models": [{"id": "m", "prices": 1}]},
        {"id": "a", "models": [{"prices": {"input_mtok": 1}}]},
    ],
)
def test_an_entry_that_is_none_is_quarantined(seller: object) -> None:
    """It has no claims, and its values are kept."""
    [found] = entries([seller])
    assert not found.claims
    assert found.quarantined


def feeds() -> dict[str, bytes]:
    """The sample, and the snapshot where one is at hand."""
    path = Path(os.environ.get("RATECARD_FEEDS") or "/nowhere", "genai-prices.json")
    return {"sample": json.dumps(SAMPLE).encode()} | ({path.name: path.read_bytes()} if path.exists() else {})


@pytest.mark.parametrize("source", feeds().values(), ids=feeds())
def test_a_whole_feed_is_accounted_for(source: bytes) -> None:
    """Each price value is a claim or in quarantine, under 2 % are, and each claim gives back its value."""
    parsed = document.parse(source, "feed")
    models = [model for seller in parsed for model in seller["models"]]
    total = rejected = 0
    for found, model in zip(genai.entries(parsed), models, strict=True):
        values = price_values(model)
        assert accounted(found) == values.keys()
        assert len(found.claims) + len(found.quarantined) == len(values)
        raw = genai.raw(found)
        for claim in found.claims:
            assert claim.value == values[claim.key]
            assert raw[claim.key] == document.number(claim.value)
        assert all(window(part) for parts in found.periods.values() for part in parts)
        total, rejected = total + len(values), rejected + len(found.quarantined)
    assert rejected * 50 < total


NAMES = st.sampled_from(
    ["input_mtok", "output_mtok", "requests_kcount", "base", "tiers", "start", "price", "prices", "constraint", "when",
     "start_date", "start_time", "end_time", "x"]
)  # fmt: skip
TEXTS = st.sampled_from(["2026-01-02", "01:00:00Z", "05:30:00Z", "batch", "1.5", "-1", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
CONSTRAINT = st.none() | JSON | st.sampled_from([NOON, NIGHT, LATE, {"start_date": "2026-10-01"}])
FLAT = st.dictionaries(st.sampled_from(["input_mtok", "output_mtok"]), st.integers(-1, 3) | JSON)
LIST = st.fixed_dictionaries({"prices": FLAT}, optional={"constraint": CONSTRAINT})
WHEN = st.sampled_from([{"processing": "batch"}, {"speed": "fast"}, {"moon": "full"}]) | JSON
VARIANT = st.fixed_dictionaries({"prices": FLAT, "when": WHEN}, optional={"constraint": CONSTRAINT})
ENTRIES = st.fixed_dictionaries(
    {"id": st.just("m")},
    optional={
        "prices": JSON | FLAT | st.lists(LIST, max_size=4),
        "price_variants": JSON | st.lists(VARIANT, max_size=3),
        "name": JSON,
        "context_window": JSON,
    },
)


@given(ENTRIES | JSON)
def test_no_entry_raises_and_nothing_is_lost(model: object) -> None:
    """Whatever an entry is, its values are accounted for and its claims lead back."""
    [found] = entries([{"id": "acme", "models": [model]}])
    whole = isinstance(model, dict) and "id" in model
    assert accounted(found) >= (price_values(model) if whole else dict(scalars(model))).keys()
    assert not {claim.key for claim in found.claims} & {reject.key for reject in found.quarantined}
    assert genai.raw(found) == {claim.key: document.number(claim.value) for claim in found.claims}
    used = {value for claim in found.claims for fact, value in claim.when if fact == "period"}
    assert used <= found.periods.keys()


PRICES = st.dictionaries(
    st.sampled_from(sorted(claims.key_table("genai").keys)),
    st.decimals(min_value=0, max_value=10**6, places=9).map(lambda price: f"{price:f}"),
)


@given(PRICES, PRICES, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_known_keys_go_there_and_back(first: dict[str, str], later: dict[str, str], day: date) -> None:
    """Known keys are claims, unless two of one meaning differ; each claim's value is got back."""
    found = entry(prices=[{"prices": first}, {"prices": later, "constraint": {"start_date": day.isoformat()}}])
    values = {f"prices[{place}].prices.{key}": price
              for place, prices in enumerate((first, later)) for key, price in prices.items()}  # fmt: skip
    assert accounted(found) == values.keys()
    assert {reject.why for reject in found.quarantined} <= {"other keys price the same differently"}
    assert genai.raw(found) == {claim.key: Decimal(values[claim.key]) for claim in found.claims}
    assert {claim.effective for claim in found.claims if "[1]" in claim.key} <= {day}
