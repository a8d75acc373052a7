"""Bounds of quantities and facts that are not known yet: the possible, the expected, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadValue, listed
from ratecard.core.usage import Usage


class Quantity(NamedTuple):
    """The least, expected and maximum quantity of a meter; None if unknown or unbounded."""

    meter: str
    least: Decimal
    expected: Decimal | None
    most: Decimal | None
    why: tuple[str, ...] = ()


class FactValues(NamedTuple):
    """The possible values of a fact, the expected one (or an empty text), and why."""

    fact: str
    values: tuple[str, ...]
    expected: str
    why: str


def known(meter: str, count: int | Decimal, why: str) -> Quantity:
    """A known quantity."""
    number = Decimal(count)
    return Quantity(meter, number, number, number, (why,))


def unknown(meter: str, most: int | None, why: str) -> Quantity:
    """A quantity from 0 up to a bound, if there is one; a bound of 0 makes it known."""
    if most == 0:
        return known(meter, 0, why)
    return Quantity(meter, decimals.ZERO, None, None if most is None else Decimal(most), (why,))


def joined(quantities: Iterable[Quantity]) -> dict[str, Quantity]:
    """Quantities summed by meter; anything open in one is open in the sum."""
    found: dict[str, Quantity] = {}
    for part in quantities:
        whole = found.get(part.meter)
        found[part.meter] = part if whole is None else _sum(whole, part)
    return found


def _sum(left: Quantity, right: Quantity) -> Quantity:
    return Quantity(
        left.meter,
        decimals.add(left.least, right.least),
        _both(left.expected, right.expected),
        _both(left.most, right.most),
        tuple(dict.fromkeys((*left.why, *right.why))),
    )


def _both(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else decimals.add(left, right)


#: The meters that are part of another one in a request, and separate on an invoice.
WITHIN: Mapping[str, str] = {"cache_read_tokens": "input_tokens", "cache_write_tokens": "input_tokens"}


def given(quantities: Mapping[str, Quantity], stated: Usage, why: str) -> dict[str, Quantity]:
    """Quantities with the stated ones in their place; cached input is not counted as input too.

    Raises `BadValue` if more is read from a cache than the input has.
    """
    found = dict(quantities)
    for meter, count in stated.quantities.items():
        whole = found.get(WITHIN.get(meter, ""))
        if whole is not None and whole.meter not in stated.quantities:
            found[whole.meter] = _less(whole, meter, count)
        found[meter] = known(meter, count, why)
    return found


def _less(whole: Quantity, meter: str, count: Decimal) -> Quantity:
    if whole.most is not None and count > whole.most:
        raise BadValue(f"{meter}={count}: the request has at most {whole.most} {whole.meter} to be part of")
    rest = [None if end is None else max(decimals.add(end, -count), decimals.ZERO) for end in whole[1:4]]
    return Quantity(whole.meter, rest[0] or decimals.ZERO, rest[1], rest[2], (*whole.why, f"less {count} as {meter}"))


def expecting(
    quantities: Mapping[str, Quantity], facts: Iterable[FactValues], stated: Usage
) -> tuple[dict[str, Quantity], list[FactValues]]:
    """Quantities and facts with expectations for those that are open.

    Raises `BadValue` for an expectation of one that is not open, or out of bounds.
    """
    found, open_facts = dict(quantities), {entry.fact: entry for entry in facts}
    for meter, count in stated.quantities.items():
        found[meter] = _expected(found.get(meter), meter, count)
    for fact, value in stated.facts.items():
        open_facts[fact] = _chosen(open_facts.get(fact), fact, value)
    return found, list(open_facts.values())


def _expected(quantity: Quantity | None, meter: str, count: Decimal) -> Quantity:
    if quantity is None:
        raise BadValue(f"--expect {meter}={count}: the request leaves nothing open there; give it as {meter}={count}")
    if count < quantity.least or (quantity.most is not None and count > quantity.most):
        upper = "on" if quantity.most is None else f"to {quantity.most}"
        raise BadValue(f"--expect {meter}={count}: it can only be from {quantity.least} {upper}: {quantity.why[-1]}")
    return quantity._replace(expected=count, why=(*quantity.why, f"expected as stated: {count}"))


def _chosen(open_fact: FactValues | None, fact: str, value: str) -> FactValues:
    if open_fact is None:
        raise BadValue(f"--expect {fact}={value}: the request leaves nothing open there; give it as {fact}={value}")
    if value not in open_fact.values:
        raise BadValue(f"--expect {fact}={value}: it can only be {listed(open_fact.values)}")
    return open_fact._replace(expected=value, why=f"{open_fact.why}; expected as stated")
