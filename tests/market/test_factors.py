"""Percentages of price lists, recognised from prices that are a multiple of the standard ones."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ratecard.core.evidence import HeldPrices
from ratecard.core.records import Rate, Tariff
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.factors import factored
from ratecard.market.policy import PriceKey

FACTS = ("service_tier", "region")
BATCH, EU = ("service_tier", "batch"), ("region", "eu")


def prices(*rows: tuple[str, str, tuple[tuple[str, str], ...], int]) -> dict[PriceKey, PriceClaim]:
    """A price list of (meter, price per million, conditions, threshold)."""
    return {
        PriceKey(meter, frozenset(when), above): PriceClaim(
            "x-1", meter, frozenset(when), above, None, Decimal(price), 1_000_000, Decimal(0), "key", price
        )
        for meter, price, when, above in rows
    }


def said(found: dict[PriceKey, PriceClaim], facts: tuple[str, ...] = FACTS) -> tuple[set[PriceKey], dict[str, str]]:
    """What is left of a list, and its percentages by name."""
    left, adjustments = factored(found, facts)
    return set(left), {f"{one.name} on {' '.join(one.meters)}": f"{one.percent}" for one in adjustments}


def test_half_of_every_price_is_a_percentage() -> None:
    """GPT-5.6 Sol of 2026-08-21: batches cost half, in short and in long prompts, and twice ten percent is no sum."""
    left, percentages = said(
        prices(
            ("input_tokens", "4", (), 0),
            ("input_tokens", "8", (), 272_000),
            ("input_tokens", "2", (BATCH,), 0),
            ("input_tokens", "4", (BATCH,), 272_000),
            ("input_tokens", "4.4", (EU,), 0),
            ("input_tokens", "2.2", (EU, BATCH), 0),
            ("output_tokens", "20", (), 0),
            ("output_tokens", "10", (BATCH,), 0),
        )
    )

    assert left == {
        PriceKey("input_tokens", frozenset(), 0),
        PriceKey("input_tokens", frozenset(), 272_000),
        PriceKey("output_tokens", frozenset(), 0),
    }
    assert percentages == {
        "service tier batch on input_tokens output_tokens": "-50.0",
        "region eu on input_tokens": "10.0",
    }


@pytest.mark.parametrize(
    ("batch", "why"),
    [
        ("1.88", "rounded: 3.75 is not twice 1.88 by a percentage that a seller would state"),
        ("0", "a price of zero is a statement of its own"),
    ],
)
def test_a_price_that_is_no_exact_multiple_is_held_as_it_is(batch: str, why: str) -> None:
    """No digit of a stated price is lost to a factor that is only near."""
    stated = prices(("cache_write_tokens", "3.75", (), 0), ("cache_write_tokens", batch, (BATCH,), 0))

    left, percentages = said(stated)

    assert (left, percentages) == (set(stated), {}), why


def test_two_factors_of_one_meter_are_none() -> None:
    """Batches at half below a threshold and in full above it are what the list says, not a rule."""
    stated = prices(
        ("input_tokens", "3", (), 0),
        ("input_tokens", "6", (), 200_000),
        ("input_tokens", "1.5", (BATCH,), 0),
        ("input_tokens", "6", (BATCH,), 200_000),
    )

    assert said(stated) == (set(stated), {})


def test_prices_of_other_facts_are_never_factors() -> None:
    """The price of a large image is not a percentage of a small one."""
    large = (("size", "2048x2048"),)
    stated = prices(("images", "4", (), 0), ("images", "8", large, 0))

    assert said(stated) == (set(stated), {})


def test_the_same_price_stays_known() -> None:
    """Searches cost the same in the EU: the list knows the region, so asking for it is no mistake."""
    left, percentages = said(prices(("searches", "10", (), 0), ("searches", "10", (EU,), 272_000)))

    assert left == {PriceKey("searches", frozenset(), 0)}
    assert {name: Decimal(percent) for name, percent in percentages.items()} == {"region eu on searches": 0}


def test_a_step_that_changes_nothing_is_none() -> None:
    """Claude Sonnet 4.6 has one price at any length; a list that repeats it above 200,000 tokens has no step."""
    left, _ = said(prices(("input_tokens", "3", (), 0), ("input_tokens", "3", (), 200_000)))

    assert left == {PriceKey("input_tokens", frozenset(), 0)}


def test_every_stated_price_is_still_found() -> None:
    """The price of each statement of a list follows from its rates and percentages, to the last digit."""
    stated = prices(
        ("input_tokens", "4", (), 0),
        ("input_tokens", "8", (), 272_000),
        ("input_tokens", "2", (BATCH,), 0),
        ("input_tokens", "4.4", (EU,), 0),
        ("input_tokens", "8.8", (EU,), 272_000),
        ("input_tokens", "2.2", (EU, BATCH), 0),
    )
    left, adjustments = factored(stated, FACTS)
    rates = tuple(Rate(price.meter, price.price, price.per, price.when, price.above) for price in left.values())
    held = HeldPrices(Tariff((), rates, adjustments=adjustments))

    assert {cell: held.of(*cell) for cell in stated} == {
        cell: price.price / price.per for cell, price in stated.items()
    }


def test_a_price_under_two_conditions_follows_from_the_price_of_each() -> None:
    """Claude Haiku 5.5: an hour's cache write in a long prompt, which no list spells out, is no tie of two prices."""
    hour = ("cache_ttl", "1h")
    left, _ = factored(
        prices(
            ("cache_write_tokens", "1.25", (), 0),
            ("cache_write_tokens", "2.5", (), 100_000),
            ("cache_write_tokens", "2", (hour,), 0),
        ),
        FACTS,
    )

    assert left[PriceKey("cache_write_tokens", frozenset({hour}), 100_000)].price == 4


def test_a_rounded_price_multiplies_by_the_percentage_that_it_rounds() -> None:
    """GPT-5.4 states a batch's cached tokens as 0.13, half of 0.25: above a threshold it is half of 0.5, not 0.26."""
    left, _ = factored(
        prices(
            ("input_tokens", "2.5", (), 0),
            ("input_tokens", "1.25", (BATCH,), 0),
            ("output_tokens", "15", (), 0),
            ("output_tokens", "7.5", (BATCH,), 0),
            ("cache_read_tokens", "0.25", (), 0),
            ("cache_read_tokens", "0.5", (), 272_000),
            ("cache_read_tokens", "0.13", (BATCH,), 0),
        ),
        FACTS,
    )

    assert left[PriceKey("cache_read_tokens", frozenset({BATCH}), 272_000)].price == Decimal("0.25")
    assert left[PriceKey("cache_read_tokens", frozenset({BATCH}), 0)].price == Decimal("0.13")


def test_where_nothing_tells_the_common_price_nothing_is_made_up() -> None:
    """A price for quality and one for size, and none without: nobody says what both together cost."""
    stated = prices(("images", "8", (("quality", "hd"),), 0), ("images", "4", (("size", "1024x1024"),), 0))

    assert set(factored(stated, FACTS).prices) == set(stated)


def test_thinking_costs_what_output_costs_in_every_tier() -> None:
    """Gemini 3 Flash: the list has output in flex and thinking without a tier, at the same standard price."""
    flex = ("service_tier", "flex")
    left, percentages = said(
        prices(
            ("output_tokens", "3", (), 0),
            ("output_tokens", "1.5", (flex,), 0),
            ("reasoning_tokens", "3", (), 0),
        )
    )

    assert left == {PriceKey("output_tokens", frozenset(), 0), PriceKey("reasoning_tokens", frozenset(), 0)}
    assert percentages == {"service tier flex on output_tokens reasoning_tokens": "-50.0"}
