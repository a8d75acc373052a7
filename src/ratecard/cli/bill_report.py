"""The output of `ratecard bill`: totals by group, assumptions, and rows without a cost by reason."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard import api
from ratecard.cli import bill_beside
from ratecard.cli.output import Row, machine, remark, table
from ratecard.core import decimals, display, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_OVER_BUDGET, EXIT_UNPRICED
from ratecard.logs.bill import Answer, BillRequest
from ratecard.logs.bill import bill as bill_logs
from ratecard.logs.subjects import UNKNOWN_MODEL, advice
from ratecard.logs.summary import Bill, Group, Remark, UnpricedRows

#: How many groups the text output shows, and how many reasons, assumptions and warnings.
GROUPS, REASONS = 30, 10
#: Decimals of a group's cost in a table; totals and machine output are exact.
PLACES = 4
#: How many characters of a log's own text are shown.
WIDTH = 80


class BillOptions(NamedTuple):
    """The options of one `ratecard bill`."""

    logs: tuple[str, ...]
    by: tuple[str, ...]
    mapping: Mapping[str, str]
    seller: str | None = None
    out: str | None = None
    layout: str = "bill"
    engine: str = ""
    every: bool = False
    at: str | None = None
    db: str | None = None
    form: str | None = None
    unique: tuple[str, ...] = ()
    instead: str | None = None
    daily: bool = False
    budget: str | None = None
    forecast: bool = False


def run(options: BillOptions) -> int:
    """Prints what logs cost; returns EXIT_OVER_BUDGET if that is too much, EXIT_UNPRICED if a row has no price."""
    catalog = api.open_catalog(options.db)
    instead = bill_beside.instead_of(options.instead, options.seller)
    bill_beside.budget_of(options.budget, Bill((), (), 0, (), (), ()))  # before anything is read
    asked = BillRequest(
        paths=options.logs,
        now=datetime.now(UTC),
        at=moments.moment(options.at) if options.at else None,
        by=options.by,
        mapping=options.mapping,
        seller=None if instead else options.seller,
        out=options.out,
        engine=options.engine,
        as_focus=options.layout == "focus",
        unique=options.unique,
        instead=instead,
        in_order=options.daily,
        forecast=options.forecast,
    )
    with progress() as show:
        answer = bill_logs(catalog, asked, show)
    if answer.heading:
        remark(answer.heading) if options.form or asked.as_focus else print(f"{answer.heading}\n")
    budget = bill_beside.budget_of(options.budget, answer.bill)
    if asked.as_focus:
        if not options.out:
            machine(options.form or "csv", answer.focus, answer.focus)
    elif options.form:
        rows, as_json = list(_rows(answer)), options.form == "json"
        whole = {**_answer(answer), **bill_beside.as_json(answer, instead, budget)}
        machine(options.form, [whole] if as_json else rows, rows, single=as_json)
    else:
        _print(answer, catalog, options)
        for text in bill_beside.sections(answer, instead, budget):
            print(text)
        bill_beside.differences(answer.stated)
    for text in _account(answer, catalog, options):
        remark(text)
    if budget and budget.is_over:
        return EXIT_OVER_BUDGET
    return EXIT_UNPRICED if answer.bill.unpriced or answer.rejects.lines else 0


@contextmanager
def progress() -> Iterator[Callable[[float], None] | None]:
    """Shows the progress of a long run on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(hundredths: float) -> None:
        print(f"\r{hundredths:3.0f} %", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r     \r", end="", file=sys.stderr, flush=True)


def _print(answer: Answer, catalog: Catalog, options: BillOptions) -> None:
    bill = answer.bill
    shown = bill.groups if options.every else bill.groups[-GROUPS:] if options.daily else bill.groups[:GROUPS]
    if shown and shown[0].by:
        rows = list(_cells(shown, [*answer.columns.quantities], answer.other))
        words = {*shown[0].by}
        table(rows, right=[name for name in rows[0] if name not in words])
        if len(shown) < len(bill.groups):
            which = "earlier ones" if options.daily else "more"
            print(f"and {display.quantity(len(bill.groups) - len(shown))} {which}; --all shows them")
        print()
    for total in bill.totals:
        print(f"total {display.money(total.cost, total.currency)} for {_of(total.rows, bill.rows)}")
        if not (shown and shown[0].by):
            for group in bill.groups:
                if group.currency == total.currency:
                    for meter, count in group.quantities.items():
                        print(f"  {display.counted(count, catalog.vocabulary.meters[meter].unit)}")
        for fee in total.fees:
            name = catalog.sellers[fee.seller].name
            print(
                f"  not included: {display.money(fee.amount, total.currency)}, {name}'s {fee.name} of "
                f"{decimals.text(fee.percent)} %"
            )
    if not bill.totals:
        print("no row has a price")


def _of(rows: int, every: int) -> str:
    return f"{'' if rows == every else f'{display.quantity(rows)} of '}{display.counted(every, 'row')}"


def _cells(groups: Sequence[Group], meters: Sequence[str], other: Bill | None) -> Iterator[dict[str, str]]:
    """Table rows with the same columns each; quantities are in the log's order."""
    meters = [meter for meter in meters if any(meter in group.quantities for group in groups)]
    without = any(group.unpriced for group in groups)
    for group in groups:
        counts = group.quantities
        yield {
            **{name: _told(value) or "-" for name, value in group.by.items()},
            "rows": display.quantity(group.rows),
            **({"unpriced": display.quantity(group.unpriced) if group.unpriced else ""} if without else {}),
            **{meter: display.quantity(counts.get(meter, decimals.ZERO)) if group.rows else "" for meter in meters},
            "cost": _cost(group),
            **({"instead": _cost(bill_beside.of_group(other, group))} if other else {}),
        }


def _cost(group: Group | None) -> str:
    return "unknown" if group is None or group.cost is None else _rounded(group.cost, group.currency)


def _told(text: str) -> str:
    """A log's text, shortened and without control characters."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in text[: WIDTH + 1])
    return plain if len(plain) <= WIDTH else f"{plain[:WIDTH]}…"


def _rounded(cost: Decimal, currency: str) -> str:
    """A group's cost, rounded; a positive cost below the last decimal is shown as less than it."""
    least = Decimal(1).scaleb(-PLACES)
    if 0 < cost < least:
        return f"<{display.rounded(least, PLACES, currency)}"
    return display.rounded(cost, PLACES, currency)


def _account(answer: Answer, catalog: Catalog, options: BillOptions) -> Iterator[str]:
    """Rows left out and why, assumptions, notes, and the file written."""
    bill, every = answer.bill, options.every
    if bill.unpriced:
        without = sum(part.rows for part in bill.unpriced)
        yield f"Without a cost: {_of(without, bill.rows)}"
        yield from (f"  {_reason(part, catalog)}" for part in bill.unpriced[: None if every else REASONS])
        yield from _more(bill.unpriced, every)
    if answer.rejects.lines:
        yield f"Unreadable, not counted: {display.counted(answer.rejects.lines, 'line')}"
        for sample in answer.rejects.samples:
            place = f"{sample.file}:{sample.line}" if sample.line else sample.file
            yield f"  {place}: {sample.reason.lower()}" + (f": {_told(sample.text)}" if sample.text else "")
    yield from _remarks("Assumed", bill.assumed, every)
    yield from _remarks("Notes", bill.warnings, every)
    yield from answer.notes
    if options.out and options.layout == "focus":
        yield f"{options.out}: {display.counted(len(answer.focus), 'line')} in FOCUS 1.2 columns (an estimate)"
    elif options.out:
        rejected = ", without unreadable lines" if answer.rejects.lines else ""
        yield f"{options.out}: every row with its cost ({display.counted(bill.rows, 'row')}{rejected})"


def _reason(part: UnpricedRows, catalog: Catalog) -> str:
    """Rows without a cost, why, and a likely fix."""
    rows, status = display.counted(part.rows, "row"), part.status.replace("-", " ")
    if part.status == UNKNOWN_MODEL:
        hint = advice(catalog, part.model)
        return f"{rows}: {status} '{_told(part.model)}'" + (f"; {hint}" if hint else "")
    named = f" ({_told(part.model)})" if part.model and part.model not in part.reason else ""
    return f"{rows}: {status}{named}: {part.reason}"


def _remarks(title: str, found: Sequence[Remark], every: bool) -> Iterator[str]:
    """Each remark once, with its rows and models."""
    said: dict[str, list[Remark]] = {}
    for part in found:
        said.setdefault(part.says, []).append(part)
    ordered = sorted(said.items(), key=lambda entry: -sum(part.rows for part in entry[1]))
    if ordered:
        yield f"{title}:"
    for text, parts in ordered[: None if every else REASONS]:
        others = f" and {display.counted(len(parts) - 1, 'more model')}" if len(parts) > 1 else ""
        rows = display.counted(sum(part.rows for part in parts), "row")
        yield f"  {text} ({rows} of {_told(parts[0].model)}{others})"
    yield from _more(ordered, every)


def _more(found: Sequence[object], every: bool) -> Iterator[str]:
    if len(found) > REASONS and not every:
        yield f"  and {display.quantity(len(found) - REASONS)} more; --all or --json lists them"


def _answer(answer: Answer) -> dict[str, Any]:
    bill = answer.bill
    return {
        "groups": list(_rows(answer)),
        "totals": [
            {
                "currency": total.currency,
                "rows": total.rows,
                "cost": decimals.text(total.cost),
                "fees": [
                    {**fee._asdict(), "percent": decimals.text(fee.percent), "amount": decimals.text(fee.amount)}
                    for fee in total.fees
                ],
                "funding": decimals.text(total.funding),
            }
            for total in bill.totals
        ],
        "rows": bill.rows,
        "unpriced": [part._asdict() for part in bill.unpriced],
        "rejected": {
            "lines": answer.rejects.lines,
            "samples": [sample._asdict() for sample in answer.rejects.samples],
        },
        "assumed": [part._asdict() for part in bill.assumed],
        "warnings": [part._asdict() for part in bill.warnings],
        "notes": [*filter(None, [answer.heading]), *answer.notes],
        "recognised": answer.columns.recognised,
    }


def _rows(answer: Answer) -> Iterator[Row]:
    """The groups for machine output, with the same keys each; an unknown cost is null."""
    groups, other = answer.bill.groups, answer.other
    meters = [meter for meter in answer.columns.quantities if any(meter in group.quantities for group in groups)]
    for group in groups:
        yield {
            **group.by,
            "rows": group.rows,
            "unpriced": group.unpriced,
            **{meter: decimals.text(group.quantities.get(meter, decimals.ZERO)) for meter in meters},
            "cost": None if group.cost is None else decimals.text(group.cost),
            "currency": group.currency or None,
            **({"instead": _text(bill_beside.of_group(other, group))} if other else {}),
        }


def _text(group: Group | None) -> str | None:
    return None if group is None or group.cost is None else decimals.text(group.cost)
