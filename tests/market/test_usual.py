"""The defaults that a price list states by a price without conditions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ratecard.core.records import Rate
from ratecard.market import usual


def rates(*prices: str) -> list[Rate]:
    """Rates such as `images 0.2 quality=high size=1024x768`."""
    made = []
    for text in prices:
        meter, price, *facts = text.split()
        when = frozenset((fact, value) for fact, value in (one.split("=") for one in facts))
        made.append(Rate(meter, Decimal(price), when=when))
    return made


HIGH, LOW = "images 0.2 quality=high size=1024x768", "images 0.01 quality=low size=1024x768"


def test_a_price_without_conditions_is_that_of_the_only_cell_that_costs_the_same() -> None:
    """Its conditions are what the seller takes where a call says nothing, so that one fact alone is not passed over."""
    kept, defaults = usual.with_defaults(rates("images 0.2", LOW, HIGH, "input_tokens 5"))
    assert defaults == {"quality": "high", "size": "1024x768"}
    assert kept == rates(LOW, HIGH, "input_tokens 5")


@pytest.mark.parametrize(
    "prices",
    [
        ("images 0.3", LOW, HIGH),  # no cell costs as much
        ("images 0.2", HIGH, "images 0.2 quality=low size=1024x768"),  # two do
        ("images 0.2", HIGH, "images 0.01 quality=low"),  # cells of different facts
        ("images 0.2", "images 0.2 quality=high", "images 0.01 quality=low"),  # one fact alone
        ("images 0.2", LOW, HIGH, "requests 1 quality=low"),  # another meter goes by it
        (LOW, HIGH),
        ("images 0.2",),
    ],
)
def test_otherwise_nothing_is_taken_for_granted(prices: tuple[str, ...]) -> None:
    """A price without conditions stays where it may mean anything else."""
    assert usual.with_defaults(rates(*prices)) == (rates(*prices), {})
