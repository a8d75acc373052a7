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
