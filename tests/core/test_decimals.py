"""Numbers that binary arithmetic made, and the decimals that they mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ratecard.core import decimals


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0.30000000000000004", "0.3"),
        ("0.0440000001", "0.044"),
        ("0.09999999999999999", "0.1"),
        ("0.25599999", "0.256"),
        ("29.999999999999996", "30"),
        ("2.0000000000000002e-07", "0.0000002"),
        ("15.000020000000002", "15.00002"),
    ],
)
def test_float_noise_is_shortened_to_the_decimal_that_is_meant(written: str, meant: str) -> None:
    """A long number next to a short one was made by binary arithmetic."""
    assert decimals.text(decimals.shortened(Decimal(written))) == meant


@pytest.mark.parametrize(
    "written",
    [
        "0.333333333",
        "0.0833333333333333",
        "0.2857142857142857",
        "0.02384185791015625",
        "1.433525",
        "1000000000",
        "15.00002",
        "0",
        "3",
    ],
)
def test_a_long_number_of_its_own_is_kept(written: str) -> None:
    """A third, a converted currency and a large round number are what they are."""
    assert decimals.shortened(Decimal(written)) == Decimal(written)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1000", "1000"), ("1_000", "1000"), ("1,000,000", "1000000"), ("1,234.5", "1234.5"), ("20k", "20000"), ("20K", "20000"),
        ("1.5m", "1500000"), ("1M", "1000000"), ("2G", "2000000000"), ("2b", "2000000000"), ("1e6", "1000000"), ("1.5E+3", "1500"),
        ("1,00", None), ("1,0000", None), ("0,100", None), ("1e-3", None), ("e3", None), ("k", None), ("1kk", None), ("", None),
        ("1e", None), ("1.5.5e3", None), ("01e3", None),
    ],
)  # fmt: skip
def test_a_quantity_is_read_as_people_write_it(words: str, number: str | None) -> None:
    """With groups of thousands, a suffix in either case, or a power of ten; anything else is no number."""
    assert decimals.parse_scaled(words) == (None if number is None else Decimal(number))
