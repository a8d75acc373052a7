"""A cost as text and as HTML, from what it holds itself: ids rather than names."""

from __future__ import annotations

from html import escape
from typing import Any

from ratecard.core import decimals, display

#: The columns of a bill.
COLUMNS = ("meter", "quantity", "price", "for", "amount")


def headline(cost: Any) -> str:
    """The model, the seller and what is paid for the usage."""
    fees = f", {display.money(cost.funding, cost.currency)} with fees" if cost.fees else ""
    return f"{cost.slug} at {cost.seller}: {display.money(cost.total, cost.currency)}{fees}"


def bill(cost: Any) -> str:
    """A cost with its lines, what was assumed and where its price was read."""
    found = rows(cost)
    used = [name for name in COLUMNS if any(row[name] for row in found)]
    table = display.table([{name: row[name] for name in used} for row in found], right=("quantity", "amount"))
    said = [f"assumed: {assumed.fact} {assumed.value} ({assumed.why})" for assumed in cost.assumed]
    newest = max(cost.tariff.sources, key=lambda source: source.checked)
    said.append(f"price {cost.price_status}, last read on {newest.checked} ({newest.via or newest.url})")
    return "\n".join([headline(cost), "", table, "", *said, *(f"warning: {text}" for text in cost.warnings)])


def rows(cost: Any) -> list[dict[str, str]]:
    """The lines of a cost, with the percentages on top of them."""
    found = [
        {
            "meter": line.meter,
            "quantity": display.quantity(line.quantity),
            "price": f"{display.money(line.rate.price, cost.currency)} per {line.rate.per:,}",
            "for": display.conditions(line.rate.when),
            "amount": display.money(line.amount, cost.currency),
        }
        for line in cost.lines
    ]
    for part in (*cost.adjustments, *cost.fees):
        percent = f"{decimals.text(part.percent)} %"
        more = {"meter": part.name, "price": percent, "amount": display.money(part.amount, cost.currency)}
        found.append({**dict.fromkeys(COLUMNS, ""), **more})
    return found


def html(cost: Any) -> str:
    """A cost as a table, as notebooks show it."""
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row[column])}</td>" for column in COLUMNS) + "</tr>" for row in rows(cost)
    )
    return (
        f"<table><caption>{escape(headline(cost))}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
