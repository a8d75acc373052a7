"""A cost as text, for the command line and for `print`, and as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ratecard.core import display
from ratecard.core.evidence import CURATED, DISPUTED, IN_DOUBT, SINGLE, confidence
from ratecard.pricing.rates import LEFT_OUT

#: The columns of a bill.
COLUMNS = ("meter", "quantity", "rate", "for", "amount")
#: The most characters of a result in short.
SHORT = 120


def in_short(cost: Any) -> str:
    """A cost in one short line, as shells show it."""
    return shortened(f"Cost({display.money(cost.total, cost.currency)} {cost.slug} at {seller(cost)})")


def shortened(text: str) -> str:
    """A text of at most `SHORT` characters."""
    return text if len(text) <= SHORT else f"{text[: SHORT - 2]}…)"


def seller(cost: Any) -> str:
    """The name of the seller."""
    name: str = cost.names.seller or cost.seller
    return name


def bill(cost: Any) -> Iterator[str]:
    """A cost as lines of text: what is paid, its lines, what was assumed, where the price comes from, warnings."""
    yield headline(cost)
    yield from body(cost)
    yield from (f"assumed: {fact} {value} ({why})" for fact, value, why in cost.assumed)
    yield source_line(cost)
    yield from (f"Warning: {warning}" for warning in cost.warnings)


def headline(cost: Any) -> str:
    """The model, the seller and what is paid."""
    least = "at least " if any(warning.endswith(LEFT_OUT) for warning in cost.warnings) else ""
    fees = f", {display.money(cost.funding, cost.currency)} with fees" if cost.fees else ""
    doubt = f", price {cost.price_status}" if cost.price_status in IN_DOUBT else ""
    return f"{cost.slug} at {seller(cost)}: {least}{display.money(cost.total, cost.currency)}{fees}{doubt}"


def body(cost: Any) -> Iterator[str]:
    """The lines of a cost as a table, and the percentages on top of them, between empty lines."""
    yield ""
    shown = [_row(cost, line) for line in cost.lines]
    unused = {"for"} if not any(row["for"] for row in shown) else set()
    yield display.table(
        [{key: text for key, text in row.items() if key not in unused} for row in shown], right=("quantity", "amount")
    )
    yield ""
    sums = [(change.name, f"{change.percent:+f} %", change.amount) for change in cost.adjustments]
    if cost.adjustments or cost.fees:
        sums.append(("total", "", cost.total))
    sums += [(fee.name, f"{fee.percent:f} %", fee.amount) for fee in cost.fees]
    if cost.fees:
        sums.append(("with fees", "", cost.funding))
    width = max((len(name) + len(percent) for name, percent, _ in sums), default=0) + 2
    for name, percent, amount in sums:
        yield f"{name} {percent}".ljust(width) + display.money(amount, cost.currency)


def _row(cost: Any, line: Any) -> dict[str, str]:
    rate = line.rate
    per = display.per(rate.per, cost.names.units.get(rate.meter, rate.meter))
    above = f" above {display.quantity(rate.above)} tokens" if rate.above else ""
    return {
        "meter": line.meter,
        "quantity": display.quantity(line.quantity),
        "rate": f"{display.price(rate.price, cost.currency)} {per}{above}",
        "for": display.conditions(rate.when),
        "amount": display.money(line.amount, cost.currency),
    }


def source_line(cost: Any) -> str:
    """The price's status, who says so, and when it was read last."""
    sources = cost.tariff.sources
    newest = max(sources, key=lambda source: source.checked)
    word, _, share = confidence(cost.tariff).partition(" ")
    read = f"{newest.via or newest.url} on {newest.checked}"
    status = f"price {cost.price_status}"
    if word == CURATED:
        more = f", and {len(sources) - 1} more" if len(sources) > 1 else ""
        return f"{status}: read {'in' if newest.via else 'at'} {read}{more}"
    if word == SINGLE:
        return f"{status}: one list says so, {read}"
    same, _, of = share.partition("/")
    agree = f"{same} of {of} lists agree" if same != of else f"{of} lists agree"
    told = agree if share else "lists differ" if word == DISPUTED else f"{word} among lists that differ"
    return f"{status}: {told}, newest {read}"


def html(cost: Any) -> str:
    """A cost as a table, as notebooks show it."""
    from html import escape  # here because the command line needs none of it

    rows = [_row(cost, line) for line in cost.lines]
    for part in (*cost.adjustments, *cost.fees):
        more = {"meter": part.name, "rate": f"{part.percent:+f} %", "amount": display.money(part.amount, cost.currency)}
        rows.append({**dict.fromkeys(COLUMNS, ""), **more})
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    cells = ("".join(f"<td>{escape(row[column])}</td>" for column in COLUMNS) for row in rows)
    made = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f"<table><caption>{escape(headline(cost))}</caption><thead><tr>{head}</tr></thead><tbody>{made}</tbody></table>"
    )
