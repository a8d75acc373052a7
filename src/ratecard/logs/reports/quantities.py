"""The usage reported in each row of a log, read by the rows of a flavor, as expressions.

The second interpreter of `responses.flavors`: quantities, facts and contradictions are those of `responses.report`.
Anything that is an error there, or cannot be one usage, is a row with a problem here. Numbers in quotes count, as in
any log.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import ibis
from ibis.expr import types as ir

from ratecard.logs import cells
from ratecard.logs.cells import Cell, Fault, Number
from ratecard.responses.flavors.rows import Amount, FactOf, Flavor, Total

#: The text at a path in each row, or an array of texts; None if no column can hold it.
Lookup = Callable[[str], ir.Value | None]

#: Texts that mean none.
_EMPTY = ("{}", "[]")
#: The number of characters of an unknown value that a problem quotes.
_QUOTED = 40


class Reported(NamedTuple):
    """The reports of one flavor's rows: quantities by meter, facts, who answered and when, and problems."""

    flavor: Flavor
    quantities: Mapping[str, ir.NumericValue]
    facts: Mapping[str, ir.StringValue]
    model: ir.StringValue | None
    seller: ir.StringValue | None
    at: ir.TimestampValue | None
    faults: tuple[Fault, ...]


def reported(
    flavor: Flavor, at: Lookup, known: Mapping[tuple[str, bool], Number], told: Mapping[str, ir.StringValue] = {}
) -> Reported:
    """The reports of a flavor's rows, with its paths looked up by `at`; `told` are the facts of the envelope.

    `known` are the numbers at its paths, whole or fractional: all of `wanted` that a row can hold.
    """
    numbers = _Numbers(at, known)
    amounts = [_amount(amount, numbers) for amount in flavor.amounts]
    pairs = list(zip(flavor.amounts, amounts, strict=True))
    totals = [fault for total in flavor.totals for fault in _contradicted(total, numbers)]
    facts, unclear = _facts(flavor.facts, at, told)
    sellers, strange = _facts(flavor.sellers, at)
    models = [found for path in flavor.model if (found := at(path)) is not None]
    moment, untimely = _moment(flavor, at)
    faults = [
        _unused(flavor, at),
        *(number.fault for number in known.values()),
        *(amount.fault for amount in amounts),
        *totals,
        *_lifetimes(pairs),
        *unclear,
        *strange,
        *untimely,
    ]
    return Reported(
        flavor=flavor,
        quantities=_summed(pairs),
        facts={**facts, **_of_quantities(pairs)},
        model=ibis.coalesce(*models) if models else None,
        seller=ibis.literal(flavor.seller) if flavor.seller else sellers.get("seller"),
        at=moment,
        faults=tuple(faults),
    )


def either(tests: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    """Whether one of some tests holds."""
    return functools.reduce(operator.or_, tests, ibis.literal(False))


class _Numbers(NamedTuple):
    """The numbers of a flavor by path."""

    at: Lookup
    known: Mapping[tuple[str, bool], Number]

    def of(self, paths: Iterable[str], whole: bool) -> list[Number]:
        """The numbers at the paths that rows can have."""
        return [self.known[path, whole] for path in paths if (path, whole) in self.known]


def wanted(flavor: Flavor) -> list[tuple[str, bool]]:
    """The paths to a flavor's numbers, and whether each is whole."""
    found = [(path, amount.whole) for amount in flavor.amounts for path in (*amount.plus, *amount.minus)]
    found += [(path, True) for total in flavor.totals for path in (total.path, *total.parts)]
    return list(dict.fromkeys(found))


def number(path: str, found: ir.Value, whole: bool, read: ir.DecimalValue | None = None) -> Number:
    """The number at a path, or the sum of those in a list; `read` is the number in a single text."""

    def counted(text: ir.StringValue, read: ir.DecimalValue) -> Number:
        return cells.of_text(Cell(path, text, "text"), read, whole, ("", *_EMPTY))

    if read is not None:
        return counted(found, read)
    numbers = found.map(lambda text: counted(text, cells.read_number(text, whole)).value)
    bad = found.map(lambda text: counted(text, cells.read_number(text, whole)).fault.bad).anys().coalesce(False)
    value = numbers.sums().coalesce(0).cast(cells.amount_type(whole))
    return Number(value, Fault(bad, ((bad, f"no quantity in {path}"),)))


def _amount(amount: Amount, numbers: _Numbers) -> Number:
    """An amount's quantity: the sum of its paths, less what is counted elsewhere."""
    nothing = ibis.literal(amount.calls).cast(cells.amount_type(amount.whole))
    plus, minus = numbers.of(amount.plus, amount.whole), numbers.of(amount.minus, amount.whole)
    counted = functools.reduce(operator.add, (number.value for number in plus), nothing)
    value = functools.reduce(operator.sub, (number.value for number in minus), counted)
    if not minus:
        return Number(value, Fault(ibis.literal(False), ()))
    reason = f"{' and '.join(amount.minus)} exceed {' and '.join(amount.plus)}"
    return Number(value, Fault(value < 0, ((value < 0, reason),)))


def _summed(pairs: Sequence[tuple[Amount, Number]]) -> dict[str, ir.NumericValue]:
    """The quantity of each meter; of several amounts of one, a sound row has only one."""
    found: dict[str, ir.NumericValue] = {}
    for amount, number in pairs:
        found[amount.meter] = found[amount.meter] + number.value if amount.meter in found else number.value
    return found


def _of_quantities(pairs: Sequence[tuple[Amount, Number]]) -> dict[str, ir.StringValue]:
    """Facts of single quantities, if a row has any of it."""
    cases: dict[str, list[tuple[ir.BooleanValue, str]]] = {}
    for amount, number in pairs:
        for fact, value in amount.when:
            cases.setdefault(fact, []).append((number.value > 0, value))
    return {fact: ibis.cases(*found, else_=ibis.null("string")) for fact, found in cases.items()}


def _lifetimes(pairs: Sequence[tuple[Amount, Number]]) -> Iterator[Fault]:
    """Quantities of one meter under different facts, which one row of a bill cannot hold."""
    for meter in dict.fromkeys(amount.meter for amount, _ in pairs if amount.when):
        own = [number.value for amount, number in pairs if amount.meter == meter]
        bad = functools.reduce(operator.add, ((value > 0).cast("int8") for value in own)) > 1
        facts = " and ".join(
            dict.fromkeys(fact for amount, _ in pairs if amount.meter == meter for fact, _ in amount.when)
        )
        yield Fault(bad, ((bad, f"{meter} under several {facts} in one report"),))


def _contradicted(total: Total, numbers: _Numbers) -> Iterator[Fault]:
    """A total that is not the sum of its parts."""
    stated, text = numbers.of((total.path,), True), numbers.at(total.path)
    if stated and text is not None:
        parts = functools.reduce(operator.add, (part.value for part in numbers.of(total.parts, True)))
        bad = (text.notnull() & ~text.isin(_EMPTY) & (stated[0].value != parts)).fill_null(False)
        yield Fault(bad, ((bad, f"{total.path} is not {' + '.join(total.parts)}"),))


def _unused(flavor: Flavor, at: Lookup) -> Fault:
    """The fault of a row without any of the flavor's quantities."""
    paths = dict.fromkeys(path for path, _ in wanted(flavor))
    found = [value for path in paths if (value := at(path)) is not None]
    used = either(value.length() > 0 if value.type().is_array() else value.notnull() for value in found)
    bad = ~used.fill_null(False)
    return Fault(bad, ((bad, f"no usage of {flavor.id}"),))


def _facts(
    rows: Iterable[FactOf], at: Lookup, told: Mapping[str, ir.StringValue] = {}
) -> tuple[dict[str, ir.StringValue], list[Fault]]:
    """The facts in some fields; unknown values and contradictions are faults."""
    said: dict[str, list[ir.StringValue]] = {fact: [value] for fact, value in told.items()}
    faults = []
    for row in rows:
        found = at(row.path)
        if found is None:
            continue
        strange = found.notin([value for value, _ in row.values]).fill_null(False)
        quoted = ibis.literal(f"{row.path}=") + found.left(_QUOTED) + " is not known"
        faults.append(Fault(strange, ((strange, quoted),)))
        known = {value: meant for value, meant in row.values if meant}
        said.setdefault(row.fact, []).append(found.cases(*known.items(), else_=ibis.null("string")))
    facts = {fact: ibis.coalesce(*values) for fact, values in said.items()}
    for fact, values in said.items():
        differ = either((value != facts[fact]).fill_null(False) for value in values[1:])
        faults.append(Fault(differ, ((differ, f"{fact} is said to be two different things"),)))
    return facts, faults


def _moment(flavor: Flavor, at: Lookup) -> tuple[ir.TimestampValue | None, list[Fault]]:
    """The times of the responses, and the faults of those that are no times."""
    places = [Cell(path, found, "text") for path in flavor.at if (found := at(path)) is not None]
    times = [cells.time(json_column) for json_column in places]
    faults = [cells.untimely(json_column, time) for json_column, time in zip(places, times, strict=True)]
    return (ibis.coalesce(*times) if times else None), faults
