"""Quantities, units and addresses in the words of the pages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ratecard.core import display
from ratecard.site import links


@pytest.mark.parametrize(
    ("count", "unit", "words"),
    [
        (1, "image", "per image"),
        (1_000_000, "input token", "per 1M input tokens"),
        (1_000, "page", "per 1,000 pages"),
        (60, "second of audio", "per 60 seconds of audio"),
        (2, "megapixel after the first", "per 2 megapixels after the first"),
    ],
)
def test_what_a_price_buys(count: int, unit: str, words: str) -> None:
    """A price says how much of what it buys."""
    assert display.per(count, unit) == words


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 image"), (2, "2 images"), (0, "0 images"), (Decimal("1500"), "1,500 images")]
)
def test_a_quantity_agrees_with_its_unit(number: int | Decimal, words: str) -> None:
    """One thing is one, all else are several."""
    assert display.counted(number, "image") == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(50_000_000, "50 MB"), (25 * 2**20, "25 MB (26,214,400 bytes)"), (1_234, "1,234 bytes")],
)
def test_a_file_size_is_never_rounded(size: int, words: str) -> None:
    """A size in MB that is not a round million also says its bytes."""
    assert display.file_size(size) == words


@pytest.mark.parametrize(
    ("path", "root"), [("index.html", "./"), ("models/index.html", "../"), ("models/a/b/index.html", "../../../")]
)
def test_the_way_back_to_the_start(path: str, root: str) -> None:
    """Links are relative to the page they stand on."""
    assert links.root(path) == root


@pytest.mark.parametrize(("name", "anchor"), [("FLUX.2 [pro]", "flux-2-pro"), ("Größe", "gr-e"), ("..", "other")])
def test_a_name_as_an_address(name: str, anchor: str) -> None:
    """A name becomes letters, digits and dashes, and never a way out of its folder."""
    assert links.anchor(name) == anchor
