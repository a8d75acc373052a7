"""The fees of sellers in words, with their arithmetic."""

from __future__ import annotations

from ratecard.core import decimals, display
from ratecard.core.records import Fee, Seller

ON_TOP = "on_top"
GATEWAY = "gateway"


def line(seller: Seller | None) -> str:
    """The fees in one line next to a price, or nothing where none is known."""
    if seller is None or seller.kind != GATEWAY or not seller.fees:
        return ""
    taken = " and ".join(display.percent(fee.percent) for fee in seller.fees)
    return f"You pay pass-through · {taken} applied at credit top-up, not per-call."


def sentences(seller: Seller | None) -> list[str]:
    """Each fee in a sentence with an example."""
    return [sentence(fee) for fee in seller.fees] if seller else []


def sentence(fee: Fee) -> str:
    """A fee worked out for a hundred dollars."""
    share = display.percent(fee.percent)
    if fee.basis == ON_TOP:
        paid = decimals.add(decimals.HUNDRED, fee.percent)
        return f"A fee of {share} comes on top of the credit bought: $100.00 of credit costs {display.money(paid)}."
    left = decimals.add(decimals.HUNDRED, -fee.percent)
    return f"A fee of {share} is taken from each payment: $100.00 paid leaves {display.money(left)} of credit."


def short(seller: Seller | None) -> str:
    """The fee as a table cell shows it."""
    if seller is None or not seller.fees:
        return "none stated"
    return ", ".join(
        f"{display.percent(fee.percent)} {'on top' if fee.basis == ON_TOP else 'of each payment'}"
        for fee in seller.fees
    )
