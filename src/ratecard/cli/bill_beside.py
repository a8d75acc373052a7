"""What `ratecard bill` says beside the bill: another model, the log's own costs, a budget, and the whole month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.cli.output import table
from ratecard.core import decimals, display
from ratecard.core.errors import BadValue
from ratecard.logs.bill import Answer
from ratecard.logs.comparison import Comparison, Difference
from ratecard.logs.cost import Instead
from ratecard.logs.projection import Projection
from ratecard.logs.subjects import BAD_ROW
from ratecard.logs.summary import Bill, Group

#: How many models, reasons and assumptions are shown of each.
SHOWN = 5
#: What `--as` says for the model of each row itself.
SAME = "same"
USD = "USD"


class Budget(NamedTuple):
    """A budget in a currency, and what of it was used, at least."""

    amount: Decimal
    currency: str
    used: Decimal

    @property
    def is_over(self) -> bool:
        """Whether more was used."""
        return self.used > self.amount


def instead_of(model: str | None, seller: str | None) -> Instead | None:
    """What `--as MODEL --seller SELLER` asks for; raises `BadValue` where that is nothing."""
    if model is None:
        return None
    if model == SAME and not seller:
        raise BadValue("--as same: name the seller with --seller")
    return Instead("" if model == SAME else model, seller or "")


def budget_of(text: str | None, bill: Bill) -> Budget | None:
    """The budget of a text such as 500 or `500 EUR`; raises `BadValue` for any other."""
    if text is None:
        return None
    number, _, currency = text.strip().removeprefix("$").partition(" ")
    amount, currency = decimals.parse_scaled(number), currency.strip().upper() or USD
    if amount is None or amount <= 0 or not (currency.isalpha() and len(currency) == 3):
        raise BadValue(f"--budget {text}: write an amount, such as 500 or '500 EUR'")
    used = [total.cost for total in bill.totals if total.currency == currency]
    return Budget(amount, currency, decimals.total(used))


def name_of(instead: Instead) -> str:
    """What is priced in place of the log's own calls, in words."""
    return f"{instead.model or 'the same models'}{f' at {instead.seller}' if instead.seller else ''}"


def of_group(other: Bill | None, group: Group) -> Group | None:
    """The group of the other bill that has the same rows."""
    own = tuple(group.by.values())
    return next((one for one in other.groups if tuple(one.by.values()) == own), None) if other else None


def sections(answer: Answer, instead: Instead | None, budget: Budget | None) -> Iterator[str]:
    """Lines for the end of a bill, after its totals."""
    if answer.other and instead:
        yield from _other(answer.bill, answer.other, name_of(instead))
    if budget:
        yield _budget(budget, answer.bill)
    for projection in answer.projections:
        yield _projection(projection, budget)
    if answer.stated and answer.stated.models:
        yield from _stated(answer.stated)


def _other(bill: Bill, other: Bill, name: str) -> Iterator[str]:
    for total in other.totals:
        own = next((one for one in bill.totals if one.currency == total.currency), None)
        rows = f"{display.quantity(total.rows)} of " if total.rows != other.rows else ""
        said = f"as {name}: {display.money(total.cost, total.currency)} for {rows}{display.counted(other.rows, 'row')}"
        yield f"{said}, {_change(own.cost, total.cost, total.currency)}" if own and _same_rows(bill, other) else said
    if not other.totals:
        yield f"as {name}: no row has a price"
    elif not _same_rows(bill, other):
        yield from _in_both(bill, other)
    without = [part for part in other.unpriced if part.status != BAD_ROW]
    for part in without[:SHOWN]:
        yield f"  without a cost there: {display.counted(part.rows, 'row')}: {part.reason}"
    if len(without) > SHOWN:
        yield f"  and {display.quantity(len(without) - SHOWN)} more reasons; --json lists them"
    assumed = dict.fromkeys(part.says for part in other.assumed)
    yield from (f"  assumed there: {text}" for text in [*assumed][:SHOWN])


def _in_both(bill: Bill, other: Bill) -> Iterator[str]:
    """The comparison of the lines of which every row has a price in both bills."""
    pairs = [(own, there) for own in bill.groups if (there := of_group(other, own)) and _whole(own) and _whole(there)]
    costs: dict[str, tuple[int, Decimal, Decimal]] = {}
    for own, there in pairs:
        if own.cost is not None and there.cost is not None and own.currency == there.currency:
            rows, before, after = costs.get(own.currency, (0, decimals.ZERO, decimals.ZERO))
            costs[own.currency] = (
                rows + own.rows, decimals.add(before, own.cost), decimals.add(after, there.cost)
            )  # fmt: skip
    for currency, (rows, before, after) in costs.items():
        said = f"{display.money(after, currency)}, {_change(before, after, currency)}"
        yield f"  not all rows have both prices; the {display.counted(rows, 'row')} of lines that do: {said}"
    if not costs:
        yield "  the two are not of the same rows, so they are not compared"


def _whole(group: Group) -> bool:
    return bool(group.rows) and not group.unpriced


def _same_rows(bill: Bill, other: Bill) -> bool:
    """Whether both bills have a price of the same rows: of all but those that are bad in either."""
    return all(part.status == BAD_ROW for part in (*bill.unpriced, *other.unpriced))


def _change(before: Decimal, after: Decimal, currency: str) -> str:
    difference = decimals.subtract(after, before)
    if not difference:
        return "the same"
    shown = display.rounded(abs(difference), 4, currency)
    share = f" ({display.share(abs(difference), before)})" if before else ""
    return f"{shown}{share} {'more' if difference > 0 else 'less'}"


def _budget(budget: Budget, bill: Bill) -> str:
    """How much of a budget was used; at least so much if some rows have no cost."""
    least = "at least " if bill.unpriced else ""
    left = decimals.subtract(budget.amount, budget.used)
    rest = f"{display.rounded(abs(left), 2, budget.currency)} {'over' if left < 0 else 'left'}"
    used = display.share(budget.used, budget.amount)
    return f"budget {display.money(budget.amount, budget.currency)}: {least}{used} used, {rest}"


def _projection(found: Projection, budget: Budget | None) -> str:
    cost = display.rounded(found.cost, 2, found.currency)
    if found.seen == found.days:
        return f"projection of {found.month}: none, the log has all its days ({cost})"
    whole = display.rounded(found.projected, 2, found.currency)
    share = ""
    if budget and budget.currency == found.currency:
        share = f", {display.share(found.projected, budget.amount)} of the budget"
    return (
        f"projection of {found.month}: {whole}{share}, if its {found.days} days are as the {found.seen} from "
        f"{found.first} to {found.last} ({cost}, until {found.until:%H:%M}); no trend or weekday is reckoned"
    )


def _stated(found: Comparison) -> Iterator[str]:
    for total in found.totals:
        stated, cost = (display.money(amount, total.currency) for amount in (total.stated, total.cost))
        change = _change(total.stated, total.cost, total.currency)
        rows_of = display.counted(total.rows, "row")
        yield f"stated in {found.column}: {stated} for {rows_of}; by the catalog {cost}, {change}"
    for currency, rows, amount in found.alone:
        yield f"  {display.money(amount, currency)} more for {display.counted(rows, 'row')} without such a cost here"
    if found.unstated:
        yield f"  {display.counted(found.unstated, 'row')} without a stated cost"


def differences(found: Comparison | None) -> None:
    """Prints the models whose stated cost is another than ours, the largest difference first."""
    models = [one for one in found.models if one.more] if found else []
    if models:
        print()
        table([_difference(one) for one in models[: 2 * SHOWN]], right=["rows", "stated", "catalog", "difference"])
        if len(models) > 2 * SHOWN:
            print(f"and {display.quantity(len(models) - 2 * SHOWN)} more; --json lists them")


def _difference(one: Difference) -> dict[str, str]:
    sign = "+" if one.cost > one.stated else "-"
    return {
        "model": one.model,
        "rows": display.quantity(one.rows),
        "stated": display.rounded(one.stated, 4, one.currency),
        "catalog": display.rounded(one.cost, 4, one.currency),
        "difference": f"{sign}{display.rounded(abs(one.more), 4, one.currency)}",
    }


def as_json(answer: Answer, instead: Instead | None, budget: Budget | None) -> dict[str, Any]:
    """The same for machines, of what was asked for."""
    found: dict[str, Any] = {}
    if answer.other and instead:
        found["as"] = {
            **instead._asdict(),
            "totals": [
                {"currency": total.currency, "rows": total.rows, "cost": decimals.text(total.cost)}
                for total in answer.other.totals
            ],
            "same_rows": _same_rows(answer.bill, answer.other),
            "unpriced": [part._asdict() for part in answer.other.unpriced],
            "assumed": [part._asdict() for part in answer.other.assumed],
        }
    if budget:
        found["budget"] = {
            "currency": budget.currency,
            "amount": decimals.text(budget.amount),
            "used": decimals.text(budget.used),
            "over": budget.is_over,
            "complete": not answer.bill.unpriced,
        }
    if answer.projections:
        found["projections"] = [
            {
                "month": one.month,
                "currency": one.currency,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "days": one.days,
                "cost": decimals.text(one.cost),
                "projected": decimals.text(one.projected),
            }
            for one in answer.projections
        ]
    if answer.stated:
        found["stated"] = {
            "column": answer.stated.column,
            "models": _models(answer.stated.models),
            "unstated": answer.stated.unstated,
            "alone": [
                {"currency": currency, "rows": rows, "stated": decimals.text(amount)}
                for currency, rows, amount in answer.stated.alone
            ],
        }
    return found


def _models(found: Sequence[Difference]) -> list[dict[str, Any]]:
    return [{**one._asdict(), "stated": decimals.text(one.stated), "cost": decimals.text(one.cost)} for one in found]
