"""Prices that the rest of their own list shows to be wrong, on facts as lists stated them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard.cards import reader
from ratecard.core.catalog import Catalog
from ratecard.core.records import NO_CONDITIONS, Conditions, Rate
from ratecard.market import audit, identity, slips
from ratecard.market.importers import intake
from ratecard.market.importers.feed import FeedClaim, FeedEntry

BATCH = frozenset({("service_tier", "batch")})
HOUR = frozenset({("cache_ttl", "1h")})


def tokens(meter: str, price: str, when: Conditions = NO_CONDITIONS, above: int = 0) -> Rate:
    """A price of a million."""
    return Rate(meter, Decimal(price), 1_000_000, when, above)


def image(price: str) -> Rate:
    """A price of an image."""
    return Rate("images", Decimal(price))


#: A model id, the prices that a list states of it, and why each is wrong, if so.
CASES: dict[str, tuple[str, list[tuple[Rate, str]]]] = {
    "read and write are swapped": (
        "anthropic.claude-3-7-sonnet-20250219-v1:0",
        [
            (tokens("input_tokens", "3"), ""),
            (tokens("output_tokens", "15"), ""),
            (tokens("cache_read_tokens", "3.75"), slips.SWAPPED),
            (tokens("cache_write_tokens", "0.3"), slips.SWAPPED),
        ],
    ),
    "a cached token dearer than a fresh one": (
        "xiaomimimo/mimo-v2-flash",
        [
            (tokens("input_tokens", "0.1"), ""),
            (tokens("output_tokens", "0.3"), ""),
            (tokens("cache_read_tokens", "0.3"), slips.CACHED_DEARER),
        ],
    ),
    "cached audio dearer than fresh audio": (
        "gpt-realtime",
        [
            (tokens("input_audio_tokens", "32"), ""),
            (tokens("cache_read_audio_tokens", "64"), slips.CACHED_DEARER),
        ],
    ),
    "storage by the hour as a write": (
        "google/gemini-2.5-flash-lite",
        [
            (tokens("input_tokens", "0.1"), ""),
            (tokens("cache_read_tokens", "0.01"), ""),
            (tokens("cache_write_tokens", "1"), slips.STORAGE),
        ],
    ),
    "writes that cost what writes do": (
        "claude-sonnet-4-5",
        [
            (tokens("input_tokens", "3"), ""),
            (tokens("cache_read_tokens", "0.3"), ""),
            (tokens("cache_write_tokens", "3.75"), ""),
            (tokens("cache_write_tokens", "6", HOUR), ""),
        ],
    ),
    "characters beside the tokens they make": (
        "text-embedding-005",
        [
            (tokens("input_tokens", "0.1"), ""),
            (tokens("input_characters", "0.025"), slips.TWICE),
        ],
    ),
    "characters of something else than tokens": (
        "speech",
        [(tokens("input_tokens", "0.1"), ""), (tokens("input_characters", "15"), "")],
    ),
    "the price of an image for a million tokens": (
        "gemini-2.5-flash-image-preview",
        [
            (tokens("input_tokens", "0.3"), ""),
            (tokens("input_tokens", "0.15", BATCH), ""),
            (tokens("output_tokens", "0.039"), slips.IMAGE_FOR_TOKENS),
            (tokens("output_tokens", "0.0195", BATCH), slips.IMAGE_FOR_TOKENS),
            (tokens("output_image_tokens", "30"), ""),
        ],
    ),
    "the price of a token for an image": (
        "gemini-3.1-pro-preview",
        [
            (tokens("input_tokens", "2"), ""),
            (tokens("output_tokens", "12"), ""),
            (image("0.00012"), slips.TOKEN_FOR_IMAGE),
        ],
    ),
    "images by both": (
        "gemini-2.5-flash-image",
        [
            (tokens("input_tokens", "0.3"), ""),
            (tokens("output_tokens", "2.5"), ""),
            (tokens("output_image_tokens", "30"), ""),
            (image("0.039"), ""),
        ],
    ),
    "a step that no later Gemini has": (
        "gemini-3.7-flash",
        [
            (tokens("input_tokens", "0.75"), ""),
            (tokens("input_tokens", "1.5", above=128_000), "128,000"),
            (tokens("cache_read_tokens", "0", above=128_000), "128,000"),
        ],
    ),
    "the step of Gemini 1.5": (
        "gemini-flash-1.5-8b",
        [(tokens("input_tokens", "0.0375"), ""), (tokens("input_tokens", "0.075", above=128_000), "")],
    ),
    "another step": (
        "gemini-3.1-pro-preview",
        [(tokens("input_tokens", "2"), ""), (tokens("input_tokens", "4", above=200_000), "")],
    ),
    "a batch dearer than the standard tier": (
        "gemini-2.5-flash-preview-04-17",
        [
            (tokens("output_tokens", "0.6"), ""),
            (tokens("output_tokens", "1.25", BATCH), slips.TIER_DEARER),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_list_shows_which_of_its_prices_are_wrong(case: tuple[str, list[tuple[Rate, str]]]) -> None:
    """Each price is judged by the others of the same list, and those that are sound stay."""
    model_id, stated = case
    found = slips.reasons(model_id, [rate for rate, _ in stated])
    assert [bool(why) for why in found] == [bool(why) for _, why in stated]
    assert all(expected in why for why, (_, expected) in zip(found, stated, strict=True))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_import_sets_wrong_prices_aside(case: tuple[str, list[tuple[Rate, str]]], tmp_path: Path) -> None:
    """They are in quarantine with their text and the reason, and the rest is imported."""
    model_id, stated = case
    claims = tuple(
        FeedClaim(rate.meter, rate.price, rate.per, f"key{at}", f"text{at}", rate.when, rate.above)
        for at, (rate, _) in enumerate(stated)
    )
    root = toys.folder(tmp_path)
    fresh = intake.intake([FeedEntry("openai", model_id, model_id, claims=claims)], identity.read(root))
    aside = {line.split("\t")[3] for line in fresh.files["quarantine.tsv"].splitlines()[1:]}
    assert aside == {f"text{at}" for at, (_, why) in enumerate(stated) if why}
    assert fresh.claims == sum(not why for _, why in stated)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_audit_finds_wrong_prices(case: tuple[str, list[tuple[Rate, str]]], tmp_path: Path) -> None:
    """What stands in the catalog is judged by the same rules."""
    model_id, stated = case
    catalog: Catalog = reader.read(toys.folder(tmp_path)).catalog
    source = "sources: [{url: https://example.org/p, checked: 2026-11-01}]"
    rates = "rates: [{meter: input_tokens, price: 1}]"
    card = toys.card(f"offers:\n  - seller: fal\n    model_id: toy\n    tariffs:\n      - {source}\n        {rates}\n")
    offer = card.offers[0]
    tariff = offer.tariffs[0]._replace(rates=tuple(rate for rate, _ in stated))
    card = card._replace(offers=(offer._replace(model_id=model_id, tariffs=(tariff,)),))
    findings = audit.audit(catalog._replace(cards={card.slug: card}), date(2026, 11, 21))
    assert sum(finding.kind == "slip" for finding in findings) == sum(bool(why) and bool(rate.price or rate.above) for rate, why in stated)  # fmt: skip
