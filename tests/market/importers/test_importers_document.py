"""Reading a feed's JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.errors import BadFeed
from ratecard.market.importers import document

BROKEN = {
    "no JSON": (b"{", "not JSON"),
    "NaN": (b'{"a": NaN}', "NaN is not a number"),
    "Infinity": (b'{"a": -Infinity}', "-Infinity is not a number"),
    "a key twice": (b'{"a": {"b": 1, "b": 2}}', "'b' appears twice"),
    "no UTF-8": b"\xff\xfe",
    "too deep": (b"[" * 100_000, "nested too deep"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_broken_feed_is_one_clear_error(case: bytes | tuple[bytes, str]) -> None:
    """What cannot be read names the feed and the reason."""
    source, message = case if isinstance(case, tuple) else (case, "not UTF-8")
    with pytest.raises(BadFeed, match=r"feed\.json") as failure:
        document.parse(source, "feed.json")
    assert message in str(failure.value)


def test_a_feed_over_the_limit_is_not_parsed() -> None:
    """Size is looked at first."""
    with pytest.raises(BadFeed, match="are more than"):
        document.parse(b" " * (document.MAX_BYTES + 1), "feed.json")


def test_numbers_keep_their_text() -> None:
    """No number passes through a binary float."""
    found = document.parse(b'{"a": 2.5e-06, "b": 0.1000000000000000055, "c": 3, "d": "0.00000025"}', "x")
    assert found == {"a": "2.5e-06", "b": "0.1000000000000000055", "c": "3", "d": "0.00000025"}
    assert [document.number(value) for value in found.values()] == [
        Decimal("0.0000025"), Decimal("0.1000000000000000055"), Decimal(3), Decimal("0.00000025"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["", "x", "1e400", "1_000", "٣", "0x1", "1e", "--1", None, [], {}, True, "9" * 50])
def test_what_is_no_number_is_none(value: object) -> None:
    """Nothing but a plain finite number is one."""
    assert document.number(value) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("1e-15"), max_value=10**9))
def test_every_number_a_feed_can_write_is_read_exactly(number: Decimal) -> None:
    """Plain and scientific notation give the same decimal."""
    for text in (str(number), f"{number:f}"):
        if len(text) <= 40:
            assert document.number(document.Raw(text)) == number
