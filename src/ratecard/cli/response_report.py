"""The output of `ratecard cost --response` and `--usage`: what an API's own usage report costs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ratecard import api
from ratecard.cli import cost_report
from ratecard.cli.output import machine, remark, table
from ratecard.core import decimals, display, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, RatecardError, listed
from ratecard.core.usage import usage_of
from ratecard.responses import bodies
from ratecard.responses import charge as charges
from ratecard.responses.charge import ResponseCost
from ratecard.responses.report import bare_report, report

#: How many responses a remark lists.
_MAX_PLACES = 5


class Traffic(NamedTuple):
    """The options of one `ratecard cost --response` or `--usage`."""

    file: str
    bare: bool = False
    flavor: str | None = None
    model: str = ""
    words: Mapping[str, str] = {}
    seller: str | None = None
    at: str | None = None
    db: str | None = None
    form: str | None = None
    ignore: tuple[str, ...] = ()


def run(traffic: Traffic) -> int:
    """Prints what the responses cost; returns the exit code of the first without a price."""
    catalog = api.open_catalog(traffic.db)
    given = usage_of(catalog.vocabulary, traffic.words)
    if given.quantities:
        raise BadValue(f"quantities come from the report; remove {listed(sorted(given.quantities), 'and')}")
    found = bodies.bodies(_text(traffic.file))
    charged, code = _charged(catalog, traffic, found, given.facts)
    single = len(found) == 1
    if traffic.form and charged:
        heads = [{} if single else {"response": place} for place, _ in charged]
        answers = [{**head, **charges.answer(charge)} for head, (_, charge) in zip(heads, charged, strict=True)]
        rows = [
            {**head, **row}
            for head, (_, charge) in zip(heads, charged, strict=True)
            for row in cost_report.rows([charge.cost])
        ]
        machine(traffic.form, answers, rows, single=single)
    elif single:
        print("\n".join(_shown(catalog, charged[0][1])))
    elif charged:
        _overview(catalog, charged, len(found))
    _remark("Warning", [(place, warning) for place, charge in charged for warning in _warnings(charge)], len(found))
    return code


def _text(file: str) -> str:
    """The text of a file, or of standard input for `-`."""
    if file == "-":
        content = sys.stdin.buffer.read()
    else:
        with open(file, "rb") as stream:
            content = stream.read()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadValue(f"{file} is not UTF-8 text: byte {error.start}") from None


def _charged(
    catalog: Catalog, traffic: Traffic, found: Sequence[Mapping[str, Any]], facts: Mapping[str, str]
) -> tuple[list[tuple[int, ResponseCost]], int]:
    """The priced responses with their numbers, and the exit code of the first without a price."""
    charged: list[tuple[int, ResponseCost]] = []
    errors: list[tuple[int, str]] = []
    code, moment = 0, moments.moment(traffic.at) if traffic.at else None
    twice = bodies.repeated(found)
    for place, body in enumerate(found, 1):
        try:
            if (own := bodies.own_id(body)) in twice:
                raise BadValue(
                    f"several have the id {own}, and a response is billed once; for a stream pass its `data:` lines"
                )
            read = bare_report if traffic.bare else report
            charge = charges.charge(
                catalog,
                read(body, traffic.flavor),
                model=traffic.model,
                seller=traffic.seller,
                at=moment,
                facts=facts,
                ignore=traffic.ignore,
            )
            charged.append((place, charge))
        except RatecardError as error:
            if len(found) == 1:
                raise
            errors.append((place, str(error)))
            code = code or error.exit_code
    _remark("Error", errors, len(found))
    return charged, code


def _shown(catalog: Catalog, charge: ResponseCost) -> Iterator[str]:
    """A charge as lines of text."""
    found, cost, models = charge
    yield from cost_report.bill_lines(catalog, cost)
    yield f"usage as reported by {found.flavor.api} ({found.flavor.id})"
    if models:
        yield f"of several models: {listed([f'{display.money(part)} {name}' for name, part in models.items()], 'and')}"
    for stated in found.stated:
        more = decimals.add(cost.total, -stated.amount)
        compared = f"this total is {display.money(abs(more))} {'more' if more > 0 else 'less'}" if more else "the same"
        yield f"the response states {stated.path} {display.money(stated.amount)}: {compared}"


def _overview(catalog: Catalog, charged: Sequence[tuple[int, ResponseCost]], count: int) -> None:
    """Prints a row per response, and the total."""
    rows = []
    for place, charge in charged:
        stated = charge.report.stated
        told = display.money(stated[0].amount) if stated else ""
        rows.append({"response": str(place), **cost_report.summary(catalog, charge.cost), "stated": told})
    unused = {"stated"} if not any(row["stated"] for row in rows) else set()
    shown = [{key: text for key, text in row.items() if key not in unused} for row in rows]
    table(shown, right=("response", "total", "with fees", "stated"))
    print()
    for currency in sorted({charge.cost.currency for _, charge in charged}):
        sums = [charge.cost.total for _, charge in charged if charge.cost.currency == currency]
        of = "" if len(charged) == count else f" of {len(charged)} of {count} responses"
        print(f"total{of}  {display.money(decimals.total(sums), currency)}")


def _warnings(charge: ResponseCost) -> Iterator[str]:
    yield from charge.cost.warnings
    yield from charges.left_out(charge.report)


def _remark(kind: str, remarks: Sequence[tuple[int, str]], count: int) -> None:
    """Prints each remark once, with the numbers of its responses if there are several."""
    places: dict[str, list[str]] = {}
    for place, text in remarks:
        places.setdefault(text, []).append(str(place))
    for text, about in places.items():
        more = len(about) - _MAX_PLACES
        shown = [*about[:_MAX_PLACES], *([f"{more} more"] if more > 0 else [])]
        noun = "response" if len(about) == 1 else "responses"
        head = "" if count == 1 else f"{noun} {listed(shown, 'and')}: "
        remark(f"{kind}: {head}{text}")
