"""The resolution class that a size is of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ratecard.core.records import Rate, Source, Tariff
from ratecard.pricing.classes import class_of, with_class

NAMES = ("0.5K", "1K", "2K", "4K")
LINES = ("360p", "480p", "720p", "1080p", "2160p")


@pytest.mark.parametrize(
    ("size", "classes", "name"),
    [
        ("512x512", NAMES, "0.5K"),
        ("1024x1024", NAMES, "1K"),
        ("1264x848", NAMES, "1K"),
        ("768x1376", NAMES, "1K"),
        ("2752x1536", NAMES, "2K"),
        ("4096x4096", NAMES, "4K"),
        ("5504x3072", NAMES, "4K"),
        ("1280x720", LINES, "720p"),
        ("1080x1920", LINES, "1080p"),
        ("3840x2160", LINES, "2160p"),
        # Between two classes, or of two at once.
        ("1536x1024", NAMES, "1536x1024"),
        ("1000x1000", LINES, "1000x1000"),
        ("1024x1024", ("2K", "4K"), "1024x1024"),
        ("1376x768", ("1K", "768p"), "1376x768"),
    ],
)
def test_a_size_is_of_one_class_or_stands_for_itself(size: str, classes: tuple[str, ...], name: str) -> None:
    """K counts pixels by the square, p those of the shorter side; what is of no class is not rounded to one."""
    assert class_of(size, classes) == name


def listed(*conditions: dict[str, str], **defaults: str) -> Tariff:
    """A price list with a price under each of these conditions."""
    rates = tuple(
        Rate("images", Decimal(place), when=frozenset(one.items())) for place, one in enumerate(conditions, 1)
    )
    return Tariff(rates=rates, sources=(Source("https://a.test", date(2026, 11, 20)),), defaults=defaults)


@pytest.mark.parametrize(
    ("facts", "tariff", "resolution"),
    [
        ({"size": "2048x2048"}, listed({"resolution": "1K"}, {"resolution": "2K"}), "2K"),
        ({"size": "1024x1024"}, listed({}, {"resolution": "4K"}, resolution="1K"), "1K"),
        ({"size": "2048x2048", "resolution": "4K"}, listed({"resolution": "2K"}), "4K"),
        ({"size": "2048x2048"}, listed({"quality": "high"}), None),
        ({"size": "2048x2048"}, listed({"resolution": "2K"}, {"size": "1024x1024"}), None),
        ({}, listed({"resolution": "2K"}), None),
    ],
)
def test_only_a_list_that_goes_by_resolution_asks_for_a_class(
    facts: dict[str, str], tariff: Tariff, resolution: str | None
) -> None:
    """A resolution that is given stays, and so does a size that the list knows by itself."""
    assert with_class(facts, tariff).get("resolution") == resolution
