"""Importing model-prices."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from ratecard.core.errors import BadFeed
from ratecard.market.importers import document, modelprices
from ratecard.market.importers.feed import FeedEntry

NOTICED = "models.dev commit"


def rates(since: str, basis: str = NOTICED, **prices: object) -> dict[str, Any]:
    """Prices as the feed writes them."""
    said = {"source": f"https://one.test/{basis[:4]}", "valid_from": f"{since}T10:00:00Z", "valid_from_basis": basis}
    return {**prices, **said}


def dated(start: str | None, of: dict[str, Any] | None) -> dict[str, Any]:
    """A list from a day on; None is the first."""
    return {"start": start and f"{start}T10:00:00Z", "rates": of}


def entry(model: object, provider: str = "openai", model_id: str = "plain") -> FeedEntry:
    """What the importer makes of one entry."""
    written = {"prices": {provider: {model_id: model}}}
    (found,) = modelprices.entries(document.parse(json.dumps(written).encode(), "feed"))
    return found


def stated(found: FeedEntry) -> set[tuple[str, str, str, int, str]]:
    """The claims: since when, meter, conditions, threshold and price of a million."""
    return {
        (
            str(one.effective), one.meter, " ".join("=".join(pair) for pair in sorted(one.when)), one.above,
            f"{one.price * 1_000_000 / one.per:.6f}".rstrip("0").rstrip("."),
        )
        for one in found.claims
    }  # fmt: skip


def test_each_change_is_a_list_of_its_own() -> None:
    """GPT-5.6 Sol: $5 and $30 from its release on, $4 and $20 since 2026-08-21, each with its step."""
    first = rates("2026-07-09", input=5.0, output=30.0, tiers=[{"above": 272_000, "input": 10.0, "output": 45.0}])
    then = rates("2026-08-21", "documented", input=4.0, output=20.0,
                 tiers=[{"above": 272_000, "input": 8.0, "output": 30.0}])  # fmt: skip
    found = entry({"standard": [dated(None, first), dated("2026-08-21", then)]})

    assert stated(found) == {
        ("2026-07-09", "input_tokens", "", 0, "5"), ("2026-07-09", "output_tokens", "", 0, "30"),
        ("2026-07-09", "input_tokens", "", 272_000, "10"), ("2026-07-09", "output_tokens", "", 272_000, "45"),
        ("2026-08-21", "input_tokens", "", 0, "4"), ("2026-08-21", "output_tokens", "", 0, "20"),
        ("2026-08-21", "input_tokens", "", 272_000, "8"), ("2026-08-21", "output_tokens", "", 272_000, "30"),
    }  # fmt: skip
    assert found.facts.source == "https://one.test/docu"


def test_a_list_that_only_adds_is_the_same_list_read_better() -> None:
    """GPT-4o: its price of a repeated prompt and its faster service were noticed later, and no price changed."""
    found = entry({
        "standard": [
            dated(None, rates("2025-06-05", input=2.5, output=10.0)),
            dated("2025-06-17", rates("2025-06-17", input=2.5, output=10.0, cache_read=1.25)),
        ],
        "fast": [dated(None, None), dated("2026-10-01", rates("2026-10-01", input=4.25, output=17.0))],
    })  # fmt: skip

    assert stated(found) == {
        ("2025-06-05", "input_tokens", "", 0, "2.5"), ("2025-06-05", "output_tokens", "", 0, "10"),
        ("2025-06-05", "cache_read_tokens", "", 0, "1.25"),
        ("2025-06-05", "input_tokens", "service_tier=fast", 0, "4.25"),
        ("2025-06-05", "output_tokens", "service_tier=fast", 0, "17"),
    }  # fmt: skip


def test_a_list_that_was_noticed_after_its_end_has_no_first_day() -> None:
    """LongCat 2.0: the price before 2026-06-29 was noticed on 2026-07-04, when it held no longer."""
    found = entry({"standard": [
        dated(None, rates("2026-07-04", input=0.75, output=2.95)),
        dated("2026-06-29", rates("2026-06-29", "documented", input=0.3, output=1.2)),
    ]})  # fmt: skip

    assert stated(found) == {
        ("None", "input_tokens", "", 0, "0.75"), ("None", "output_tokens", "", 0, "2.95"),
        ("2026-06-29", "input_tokens", "", 0, "0.3"), ("2026-06-29", "output_tokens", "", 0, "1.2"),
    }  # fmt: skip


def test_no_list_is_older_than_the_model() -> None:
    """Batches began in 2024; those of a model of 2026 with it."""
    found = entry({
        "standard": [dated(None, rates("2026-07-09", input=5.0, output=30.0))],
        "batch": [dated(None, None), dated("2024-04-15", rates("2024-04-15", input=2.5, output=15.0))],
    })  # fmt: skip

    assert {one.effective for one in found.claims} == {date(2026, 7, 9)}


def test_what_is_no_longer_sold_is_set_aside() -> None:
    """Claude Opus 4.6 has had no fast mode since 2026-08-06."""
    found = entry({
        "standard": [dated(None, rates("2026-02-05", input=5.0, output=25.0))],
        "fast": [dated("2026-04-08", rates("2026-04-08", input=30.0, output=150.0)), dated("2026-08-06", None)],
    })  # fmt: skip

    assert {one.meter for one in found.claims if one.when} == set()
    assert {(one.key, one.why) for one in found.quarantined} == {
        ("fast[0].rates.input", "no longer sold since 2026-08-06"),
        ("fast[0].rates.output", "no longer sold since 2026-08-06"),
    }


@pytest.mark.parametrize(("provider", "hours"), [("anthropic", {"10"}), ("openai", set())])
def test_an_hour_of_cache_costs_a_multiple_where_it_is_sold(provider: str, hours: set[str]) -> None:
    """The list writes a multiple everywhere; Anthropic's is twice the price of the prompt."""
    prices = rates("2026-07-24", input=5.0, output=25.0, cache_write=6.25, cache_write_1h_multiple=2.0)
    found = stated(entry({"standard": [dated(None, prices)]}, provider))

    assert {
        price for _, meter, when, _, price in found if when == "cache_ttl=1h" and meter == "cache_write_tokens"
    } == hours


def test_a_zero_beside_prices_is_no_price() -> None:
    """GPT-3.5 Turbo has no price of a repeated prompt, which the list writes as 0; GLM-4.7-Flash is free."""
    paid = entry({"standard": [dated(None, rates("2025-07-23", input=0.5, output=1.5, cache_read=0.0))]})
    free = entry({"standard": [dated(None, rates("2026-01-19", input=0.0, output=0.0, cache_read=0.0))]})

    assert {one.meter for one in paid.claims} == {"input_tokens", "output_tokens"}
    assert {(one.meter, one.price) for one in free.claims} >= {("input_tokens", 0), ("output_tokens", 0)}


@pytest.mark.parametrize(
    ("model", "key", "why"),
    [
        ([], "", "the entry is not an object"),
        ({"standard": [{"rates": {"input": 1}}]}, "standard[0].rates.input", "not as expected"),
        ({"standard": [dated("soon", rates("2026-01-01", input=1))]}, "standard[0].start", "no first day"),
        ({"standard": [dated(None, rates("2026-01-01", input=1, output=2, image=3))]}, "standard[0].rates.image", "no such"),
        ({"slow": [dated(None, rates("2026-01-01", input=1))]}, "slow[0].rates.input", "no such price key or condition"),
        ({"standard": [dated(None, rates("2026-01-01", tiers=[{"input": 1}]))]}, "standard[0].rates.tiers[0].input", "length"),
    ],
)  # fmt: skip
def test_what_is_not_taken_says_why(model: object, key: str, why: str) -> None:
    """Nothing is lost without a word."""
    found = entry(model)

    assert any(one.key == key and why in one.why for one in found.quarantined), found.quarantined


def test_another_document_is_refused() -> None:
    """A feed of another form is an error, and nothing is read from it."""
    with pytest.raises(BadFeed, match="no object of sellers"):
        list(modelprices.entries(document.parse(b'{"prices": []}', "feed")))
