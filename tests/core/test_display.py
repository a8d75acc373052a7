"""How numbers and words look to people."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ratecard.core import display


@pytest.mark.parametrize(
    ("noun", "several"),
    [("image", "images"), ("search", "searches"), ("query", "queries"), ("second of video", "seconds of video"),
     ("megapixel after the first", "megapixels after the first"), ("input token", "input tokens")],
)  # fmt: skip
def test_several_of_it(noun: str, several: str) -> None:
    """Units read as English in the plural too."""
    assert display.plural(noun) == several


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "$0"), ("1.1", "$1.10"), ("0.1", "$0.100"), ("0.08", "$0.080"), ("0.0005", "$0.0005"), ("0.00021", "$0.00021"),
     ("0.0000013", "$0.0000013"), ("12", "$12.00"), ("0.00000000005", "$0.00000000005")],
)  # fmt: skip
def test_a_price_keeps_every_digit_it_has(amount: str, shown: str) -> None:
    """Two decimals from a dollar on, three from a cent on, else four, and more where digits would be lost."""
    assert display.price(Decimal(amount)) == shown


def test_money_has_its_sign_and_currency() -> None:
    """No exponent, at least two decimals, the currency's own sign where it has one."""
    assert display.money(Decimal("8")) == "$8.00"
    assert display.money(Decimal("-0.5")) == "-$0.50"
    assert display.money(Decimal("1E-8"), "CHF") == "0.00000001 CHF"
    assert display.long_price(Decimal("0.1")) == "$0.1000"
    assert display.quantity(1_000_000) == "1,000,000"
    assert display.article("image") == "an image"
