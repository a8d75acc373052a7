"""The test vectors, and that the package's own engine satisfies them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vectors
from ratecard import exact, pricing
from ratecard.catalog import Catalog
from ratecard.errors import Unpriced
from ratecard.records import Vocabulary
from ratecard.usage import Usage
from vectors import make, oracle

CATALOG = vectors.catalog_of_vectors()
CASES = vectors.cases()

#: How the engine puts each reason for having no price.
REASONS = {
    "no price list yet": "no price list was in force before .*",
    "price unknown": "its price is not known",
    "no rate": "no rate for {meter}(;| with) .*",
    "fact missing": "{meter} needs .*",
    "given twice": "{meter} and .* measure the same output here; .*",
}


def priced(catalog: Catalog, slug: str, usage: Usage, at: datetime) -> Mapping[str, Any] | tuple[str, ...]:
    """What the engine says: a cost as the vectors write it, or all that lacks a price."""
    card = catalog.cards[slug]
    offer = card.offers[0]
    try:
        return written(pricing.cost(card, offer, catalog.sellers[offer.seller], usage, catalog.vocabulary, at))
    except Unpriced as failure:
        return failure.missing


def written(cost: pricing.Cost) -> Mapping[str, Any]:
    """A cost as the vectors write it."""
    return {
        "currency": cost.currency,
        "lines": [
            {
                "item": line.item,
                "meter": line.meter,
                "quantity": exact.text(line.quantity),
                "price": exact.text(line.rate.price),
                "per": str(line.rate.per),
                "amount": exact.text(line.amount),
            }
            for line in cost.lines
        ],
        "adjustments": [_percentage(change) for change in cost.adjustments],
        "total": exact.text(cost.total),
        "fees": [_percentage(fee) for fee in cost.fees],
        "funding": exact.text(cost.funding),
        "assumed": {part.fact: part.value for part in cost.assumed},
    }


def _percentage(part: pricing.Percentage) -> dict[str, str]:
    return {"name": part.name, "percent": exact.text(part.percent), "amount": exact.text(part.amount)}


def says(missing: tuple[str, ...], unpriced: tuple[tuple[str, str], ...]) -> bool:
    """Whether an error names exactly these meters with these reasons."""
    forms = [REASONS[why].format(meter=meter) for meter, why in unpriced]
    return len(missing) == len(forms) and all(any(re.fullmatch(form, text) for text in missing) for form in forms)


def test_made_anew_the_vectors_are_the_same() -> None:
    """The file holds what its authors wrote and the oracle says, byte for byte."""
    assert vectors.FILE.read_text(encoding="utf-8") == make.text(), "run `make vectors`"


def test_the_oracle_shares_no_code_with_any_engine() -> None:
    """Whoever expects a result works it out without the package."""
    tree = ast.parse((vectors.FILE.parent / "oracle.py").read_text(encoding="utf-8"))
    found = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert found == {"__future__", "collections.abc", "datetime", "fractions", "math", "typing"}


def test_the_meters_of_the_vectors_are_those_of_the_catalog(vocabulary: Vocabulary) -> None:
    """The file needs nothing beside it, and what it says of meters is what the catalog says."""
    held = CATALOG.vocabulary.meters
    kept = {id: (meter.prompt, meter.whole, meter.reading, meter.instead_of) for id, meter in held.items()}
    words = vocabulary.meters.items()
    assert kept == {id: (meter.prompt, meter.whole, meter.reading, meter.instead_of) for id, meter in words}


def test_the_vectors_are_many_and_each_says_in_words_what_it_shows() -> None:
    """Hundreds of cases, no two of one name, every meter billed somewhere, every reason for having no price."""
    assert len(CASES) >= 700
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert {line["meter"] for case in CASES if case.cost for line in case.cost["lines"]} == {*CATALOG.vocabulary.meters}
    assert {why for case in CASES for _, why in case.unpriced} == {*REASONS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_engine_gives_what_the_vectors_say(case: vectors.Case) -> None:
    """Every line, percentage, fee and assumption to the digit, or an error that names all that is missing."""
    found = priced(CATALOG, case.offer, case.usage, case.at)
    if isinstance(found, tuple):
        assert says(found, case.unpriced), found
    else:
        assert found == case.cost


# Offers and usages that nobody thought of.

METERS = make.billing_meters()
SOME_METERS = (
    "images", "megapixels", "extra_megapixels", "tiles", "tile_steps", "image_steps", "input_images", "input_megapixels",
    "output_image_tokens", "input_tokens", "cache_read_tokens", "output_tokens", "audio_seconds", "videos", "video_seconds",
)  # fmt: skip
SOME_FACTS = {
    "quality": ("low", "high"), "service_tier": ("batch", "flex"), "region": ("eu", "us"), "period": ("peak", "off_peak"),
    "size": ("512x512", "1025x1024"), "steps": ("4", "25"), "seconds": ("5",), "input_size": ("2048x1",), "byok": ("on",),
}  # fmt: skip


def numbers(places: int, most: int) -> st.SearchStrategy[str]:
    """Canonical texts of numbers above 0."""
    return st.integers(1, most * 10**places).map(lambda digits: exact.text(Decimal(digits).scaleb(-places)))


def facts(most: int, without: str = "") -> st.SearchStrategy[dict[str, str]]:
    """Up to so many facts with a value each."""
    pairs = [(fact, value) for fact, values in SOME_FACTS.items() for value in values if fact != without]
    return st.lists(st.sampled_from(pairs), max_size=most).map(dict)


rates = st.fixed_dictionaries(
    {"meter": st.sampled_from(SOME_METERS), "price": numbers(12, 10) | st.just("0")},
    optional={
        "per": st.sampled_from(["7", "60", "1000", "3600", "1000000"]),
        "above": st.sampled_from(["10", "1000", "200000"]),
        "minimum": numbers(3, 20),
        "when": st.just({}) | facts(1) | facts(2),
    },
)
adjustments = st.fixed_dictionaries(
    {"name": st.just("a change"), "percent": st.sampled_from(["-50", "10", "-33.3", "12.5"]), "when": facts(2)},
    optional={"meters": st.lists(st.sampled_from(SOME_METERS), max_size=3)},
)
tariffs = st.fixed_dictionaries(
    {"rates": st.lists(rates, min_size=1, max_size=8)},
    optional={
        "defaults": facts(5, without="period"),
        "adjustments": st.lists(adjustments, max_size=3),
        "periods": st.just({"off_peak": ["fri-mon 16:30-24:00"], "peak": ["mon-fri 09:00-12:00"]}),
        "currency": st.just("EUR"),
    },
)
fees = st.fixed_dictionaries(
    {"name": st.just("a fee"), "percent": st.sampled_from(["5", "2.9", "0"]), "basis": st.sampled_from(["on_top", "deducted"])},
    optional={"waived": facts(2)},
)  # fmt: skip
DAYS = ("", "2024-02-29", "2026-11-21")


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    """An offer with one to three price lists, in order, of which only the first may have no day."""
    days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1, max_size=3)))
    lists = [{**draw(tariffs), **({"effective": day} if day else {})} for day in days]
    for tariff in lists if draw(st.sampled_from([True, True, False])) else []:
        tariff["rates"] += [{"meter": meter, "price": "1"} for meter in {rate["meter"]: 0 for rate in tariff["rates"]}]
    return {"tariffs": lists, "fees": draw(st.lists(fees, max_size=2))}


@st.composite
def bills(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, str]]:
    """An offer, and quantities that mostly are among those it prices."""
    offer = draw(offers())
    priced = {rate["meter"] for tariff in offer["tariffs"] for rate in tariff["rates"]}
    priced |= {METERS[meter]["reading"]["of"] for meter in priced if "reading" in METERS[meter]}
    meters = st.sampled_from(draw(st.sampled_from([sorted(priced), sorted(priced), SOME_METERS])))
    counts = numbers(3, 10**6) | numbers(0, 300_000) | st.just("0")
    return offer, draw(st.dictionaries(meters, counts, min_size=1, max_size=4))


#: Facts that are given: mostly all of them.
givens = st.fixed_dictionaries({fact: st.sampled_from(values) for fact, values in SOME_FACTS.items()}) | facts(5)
moments = st.builds(
    lambda day, minute: datetime.fromisoformat(day) + timedelta(minutes=minute),
    st.sampled_from(["2024-02-28", "2024-02-29", "2026-11-20", "2026-11-22", "2026-11-23"]),
    st.integers(0, 24 * 60 - 1),
)


@settings(max_examples=400, deadline=None)
@given(bill=bills(), known=givens, at=moments)
def test_engine_and_oracle_agree_on_what_nobody_thought_of(
    bill: tuple[dict[str, Any], dict[str, str]], known: dict[str, str], at: datetime
) -> None:
    """Random price lists and usages cost the same by the engine as by the oracle, or lack the same prices."""
    offer, quantities = bill
    expected = oracle.cost(METERS, offer, quantities, known, at.isoformat())
    catalog = vectors.catalog_of(METERS, {"offer": offer})
    found = priced(catalog, "offer", vectors.usage_of(quantities, known), at.replace(tzinfo=UTC))
    if isinstance(found, tuple):
        assert says(found, tuple((lack["meter"], lack["why"]) for lack in expected["unpriced"])), (found, expected)
    else:
        assert {"cost": found} == expected
