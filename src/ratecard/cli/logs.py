"""What `ratecard bill` answers: sums, what was assumed, and every row that has no cost, by reason."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ratecard import api, display, exact
from ratecard.bulk import bills
from ratecard.bulk.bills import Answer
from ratecard.bulk.summary import Group, Remark
from ratecard.catalog import Catalog
from ratecard.cli.output import Row, machine, remark, table
from ratecard.errors import EXIT_UNPRICED

#: How many reasons, assumptions and warnings are shown to people.
SHOWN = 10
#: Decimals of a sum among others; the total below them and --json have every digit.
PLACES = 4


class Request(NamedTuple):
    """What a command line asks to be billed."""

    logs: tuple[str, ...]
    by: tuple[str, ...]
    mapping: Mapping[str, str]
    seller: str | None = None
    out: str | None = None
    layout: str = "bill"
    engine: str = "duckdb"
    at: str | None = None
    db: str | None = None
    form: str | None = None


def run(request: Request) -> int:
    """Prints what logs cost; the exit code says whether every row has a price."""
    catalog = api.open_catalog(request.db)
    asked = bills.Asked(
        paths=request.logs,
        at=api.moment(request.at),
        by=request.by,
        mapping=request.mapping,
        seller=request.seller,
        out=request.out,
        engine=request.engine,
        as_focus=request.layout == "focus",
    )
    with progress() as show:
        answer = bills.bill(catalog, asked, show)
    if request.layout == "focus":
        machine(request.form or "csv", answer.focus, answer.focus)
    elif request.form:
        machine(request.form, [_answer(answer)], _rows(answer), single=True)
    else:
        _print(answer, catalog)
    for text in _account(answer):
        remark(text)
    return EXIT_UNPRICED if answer.bill.unpriced or answer.rejects.lines else 0


@contextmanager
def progress() -> Iterator[Callable[[float], None] | None]:
    """Shows on a terminal how far a long run is."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(hundredths: float) -> None:
        print(f"\r{hundredths:3.0f} %", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r     \r", end="", file=sys.stderr, flush=True)


def _print(answer: Answer, catalog: Catalog) -> None:
    rows = [_group(group, catalog) for group in answer.bill.groups]
    if rows:
        table(rows, right=[name for name in rows[0] if name in ("rows", "cost") or name in catalog.vocabulary.meters])
        print()
    for total in answer.bill.totals:
        fees = "".join(f", {display.money(fee.amount, total.currency)} {fee.name}" for fee in total.fees)
        print(f"{display.money(total.cost, total.currency)} for {display.quantity(total.rows)} rows{fees}")
    if not answer.bill.totals:
        print("no row has a price")


def _group(group: Group, catalog: Catalog) -> dict[str, str]:
    meters = {meter: display.quantity(count) for meter, count in group.quantities.items()}
    return {
        **group.by,
        "rows": display.quantity(group.rows),
        **meters,
        "cost": display.money(group.cost, group.currency),
    }


def _account(answer: Answer) -> Iterator[str]:
    """What was left out and why, then what was assumed."""
    bill = answer.bill
    if bill.unpriced or answer.rejects.lines:
        without = sum(part.rows for part in bill.unpriced)
        yield f"without a cost: {display.quantity(without)} of {display.quantity(bill.rows)} rows"
        for part in bill.unpriced[:SHOWN]:
            named = f" ({part.model})" if part.model else ""
            yield f"  {display.quantity(part.rows)} {part.status}{named}: {part.reason}"
        yield from _more(len(bill.unpriced) - SHOWN)
    if answer.rejects.lines:
        yield f"no rows at all: {display.quantity(answer.rejects.lines)} lines"
        for sample in answer.rejects.samples:
            yield f"  {sample.file}:{sample.line}: {sample.reason}: {sample.text}"
    yield from _remarks("assumed", bill.assumed)
    yield from _remarks("to know", bill.warnings)
    yield from answer.notes


def _remarks(title: str, found: Sequence[Remark]) -> Iterator[str]:
    """Each thing to know once, with the rows and models it is about."""
    said: dict[str, list[Remark]] = {}
    for part in found:
        said.setdefault(part.says, []).append(part)
    ordered = sorted(said.items(), key=lambda entry: -sum(part.rows for part in entry[1]))
    if ordered:
        yield f"{title}:"
    for text, parts in ordered[:SHOWN]:
        others = f" and {len(parts) - 1} more models" if len(parts) > 1 else ""
        yield f"  {text} ({display.quantity(sum(part.rows for part in parts))} rows of {parts[0].model}{others})"
    yield from _more(len(ordered) - SHOWN)


def _more(rest: int) -> Iterator[str]:
    if rest > 0:
        yield f"  and {rest} more; --json lists them all"


def _answer(answer: Answer) -> dict[str, Any]:
    bill = answer.bill
    return {
        "groups": list(_rows(answer)),
        "totals": [
            {
                "currency": total.currency,
                "rows": total.rows,
                "cost": exact.text(total.cost),
                "fees": [{"name": fee.name, "amount": exact.text(fee.amount)} for fee in total.fees],
                "funding": exact.text(total.funding),
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
        "notes": list(answer.notes),
        "recognised": answer.columns.recognised,
    }


def _rows(answer: Answer) -> Iterator[Row]:
    for group in answer.bill.groups:
        quantities = {meter: exact.text(count) for meter, count in group.quantities.items()}
        yield {**group.by, "rows": group.rows, **quantities, "cost": exact.text(group.cost), "currency": group.currency}
