"""A forecast as text, for the command line and for `print`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from ratecard.core import display
from ratecard.core.errors import listed
from ratecard.pricing.as_text import seller, shortened, source_line
from ratecard.pricing.cost import Cost
from ratecard.requests.as_json import ENDS, defaults, ends


def in_short(forecast: Any) -> str:
    """A forecast in one short line, as shells show it."""
    low, _, high = (cost and display.money(cost.total, cost.currency) for cost in ends(forecast))
    most = f"to {high}" if high else "or more"
    return shortened(f"Forecast({low} {most}, {forecast.slug} at {seller(forecast.minimum)})")


def report(forecast: Any) -> Iterator[str]:
    """A forecast as lines of text."""
    yield f"{forecast.slug} at {seller(forecast.minimum)}, {forecast.endpoint}"
    yield ""
    yield display.table(list(_table(forecast)), right=("quantity", *ENDS))
    yield ""
    for quantity in forecast.quantities:
        yield f"{quantity.meter}: {quantity.why[0]}"
        yield from (f"  {why}" for why in quantity.why[1:])
    for entry in forecast.circumstances:
        yield f"{entry.fact}: {listed(entry.values)} ({entry.why})"
    for fact in forecast.given:
        yield f"{fact.fact}: {fact.expected} ({fact.why})"
    for assumed in defaults(forecast):
        yield f"assumed: {assumed.fact} {assumed.expected} ({assumed.why})"
    yield from (f"note: {note}" for note in forecast.notes)
    if forecast.open:
        yield f"no expected value for {listed(forecast.open, 'and')}; set it with --expect {forecast.open[0]}=…"
    yield source_line(forecast.minimum)


def _table(forecast: Any) -> Iterator[dict[str, str]]:
    """One row per billed meter, then the totals."""
    costs = ends(forecast)
    for meter in meters(forecast):
        yield line(forecast, meter, _quantities(forecast, meter), amounts(forecast, meter))
    for name in dict.fromkeys(change.name for cost in costs if cost for change in cost.adjustments):
        yield line(forecast, name, "", _changes(forecast, name))
    yield line(forecast, "total", "", totals(forecast))
    if any(cost and cost.fees for cost in costs):
        yield line(forecast, "with fees", "", [cost and cost.funding for cost in costs])


def line(forecast: Any, meter: str, quantity: str, money: Sequence[Decimal | None]) -> dict[str, str]:
    """A row of the table: a quantity, and what it costs at least, as expected and at most."""
    currency = forecast.minimum.currency
    absent = ("", "unknown", "no bound") if meter in ("", "total") else ("", "", "")
    shown = [
        none if amount is None else display.money(amount, currency) for amount, none in zip(money, absent, strict=True)
    ]
    return {"meter": meter, "quantity": quantity, **dict(zip(ENDS, shown, strict=True))}


def _quantities(forecast: Any, meter: str) -> str:
    """A meter's quantities in the three costs; one where they are equal."""
    known = next((entry for entry in forecast.quantities if entry.meter == meter), None)
    counts: list[Decimal | None] = list(known[1:4]) if known else billed(forecast, meter)
    texts = [
        none if end is None else display.quantity(end) for end, none in zip(counts, ("", "?", "no bound"), strict=True)
    ]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def _sums(forecast: Any, numbers: Callable[[Cost], Iterable[Decimal]]) -> list[Decimal | None]:
    """The sum of some numbers in each of the three costs; None if unknown."""
    return [None if cost is None else sum(numbers(cost), Decimal(0)) for cost in ends(forecast)]


def amounts(forecast: Any, meter: str) -> list[Decimal | None]:
    """What is paid by a meter in each of the three costs."""
    return _sums(forecast, lambda cost: (made.amount for made in cost.lines if made.meter == meter))


def _changes(forecast: Any, name: str) -> list[Decimal | None]:
    return _sums(forecast, lambda cost: (change.amount for change in cost.adjustments if change.name == name))


def billed(forecast: Any, meter: str) -> list[Decimal | None]:
    """The quantity billed by a meter in each of the three costs."""
    return _sums(forecast, lambda cost: (made.quantity for made in cost.lines if made.meter == meter))


def totals(forecast: Any) -> list[Decimal | None]:
    """The totals of the three costs."""
    return [cost and cost.total for cost in ends(forecast)]


def meters(forecast: Any) -> list[str]:
    """The meters billed in any of the three costs."""
    return list(dict.fromkeys(line.meter for cost in ends(forecast) if cost for line in cost.lines))
