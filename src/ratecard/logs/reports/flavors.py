"""The reports in the rows of a log, each read by its flavor.

The flavor of a row is the one with the most signs, as for a single report. A row that fits none, or several equally,
has a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import ibis
from ibis.expr import types as ir

from ratecard.core.errors import BadLog, BadValue, listed
from ratecard.core.records import Vocabulary
from ratecard.logs import cells
from ratecard.logs.cells import Fault, Number
from ratecard.logs.columns import Columns
from ratecard.logs.engines import SPARK, Engine
from ratecard.logs.reports import json_shapes
from ratecard.logs.reports import quantities as reported
from ratecard.logs.reports.bodies import Bodies, Pass, bodies, passed
from ratecard.logs.reports.quantities import Reported
from ratecard.logs.reports.recognition import NONE, RECOGNISABLE, SEVERAL, Recognition, by_flavor, occurring, recognised
from ratecard.logs.tables import View
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Flavor
from ratecard.responses.report import named

#: Columns for the numbers of reports, and for the problems of a row as each flavor.
_NUMBER, _WHY = "rc_number_", "rc_why_"


class Reports(NamedTuple):
    """The reports in a log's rows, as expressions over `table`; `flavor` is the column of each row's flavor.

    `apart` are the rows recognised as each flavor, without what is read in them.
    """

    table: ir.Table
    bodies: Bodies
    apart: Mapping[Flavor, ir.Table]
    flavors: tuple[Flavor, ...]
    flavor: ir.StringValue
    quantities: Mapping[str, ir.NumericValue]
    facts: Mapping[str, ir.StringValue]
    model: ir.StringValue | None
    seller: ir.StringValue | None
    at: ir.TimestampValue | None
    faults: tuple[Fault, ...]

    def readers(self, column: str) -> list[str]:
        """The flavors that read a fact from this column of the log."""
        return [
            flavor.id
            for flavor in self.flavors
            for row in flavor.facts
            if (number := self.bodies.json_column(flavor, row.path)) and number.column == column
        ]


def reports(engine: Engine, view: View, columns: Columns, vocabulary: Vocabulary) -> Reports:
    """The reports in the rows of a log that has some. Raises `BadLog` for an unknown flavor."""
    found = bodies(view, columns)
    recognition: Recognition | None = None
    if columns.flavor:
        try:
            families: dict[Flavor, tuple[Flavor, ...]] = {named(columns.flavor, FLAVORS): ()}
        except BadValue as error:
            raise BadLog(f"--map flavor={columns.flavor}: {error}") from error
    else:
        recognition = occurring(engine, found)
        families = {
            flavor: tuple(other for other in FLAVORS if (other.instead_of, other.signs) == (flavor.id, flavor.signs))
            for flavor in RECOGNISABLE
            if flavor.id in recognition.ids
        }
        if engine.name == SPARK and len(families) > 1:
            # Spark plans every flavor again for each column, which takes too much memory
            kinds = listed([flavor.id for flavor in families], "and")
            raise BadLog(f"reports of {kinds}: Spark reads one flavor at a time: split the log, or use --engine duckdb")
        if len(families) == len(recognition.ids) == 1:
            recognition = None  # all rows are of one flavor
    if recognition:
        signs = passed(found, by_flavor(recognition.paths()))
        shown = recognised(signs, recognition, signs.table)
        apart = {flavor: shown.filter(shown.rc_flavor == flavor.id) for flavor in families}
    else:
        apart = dict.fromkeys(families, found.table)
    ready = passed(found, _wanted(families, recognition))
    every = [flavor for family, others in families.items() for flavor in (family, *others)]
    table, read = _read(ready, every, found.told)
    table = (
        recognised(ready, recognition, table)
        if recognition
        else table.mutate(rc_flavor=ibis.literal(next(flavor.id for flavor in families)))
    )
    table = table.mutate(
        **{_WHY + one.id: json_shapes.once(cells.problem(reading.faults)) for one, reading in read.items()}
    )
    table = table.mutate(rc_flavor=json_shapes.once(_resolved_flavor(table, families)))
    return _combined(found, apart, table, read, vocabulary)


def _read(
    ready: Pass, flavors: Iterable[Flavor], told: Mapping[str, ir.StringValue]
) -> tuple[ir.Table, dict[Flavor, Reported]]:
    """The rows read as each of some flavors, with every number computed once in a column of its own."""
    texts = {
        (flavor, path, whole): text
        for flavor in flavors
        for path, whole in reported.wanted(flavor)
        if (text := ready.lookups[flavor.id](path)) is not None
    }
    names = {
        (text.get_name(), whole): f"{_NUMBER}{number}" for number, ((_, _, whole), text) in enumerate(texts.items())
    }
    table = ready.table.mutate(
        **{
            f"{names[text.get_name(), whole]}_read": json_shapes.once(cells.read_number(text, whole))
            for (_, _, whole), text in texts.items()
            if not text.type().is_array()
        }
    )
    columns: dict[str, ir.Value] = {}
    for (_, path, whole), text in texts.items():
        name = names[text.get_name(), whole]
        if name not in columns:
            read = None if text.type().is_array() else table[f"{name}_read"]
            number = reported.number(path, text, whole, read)
            columns |= {
                name: json_shapes.once(number.value),
                f"{name}_why": json_shapes.once(cells.problem([number.fault])),
            }
    table = table.mutate(**columns)
    numbers: dict[Flavor, dict[tuple[str, bool], Number]] = {flavor: {} for flavor in flavors}
    for (flavor, path, whole), text in texts.items():
        name = names[text.get_name(), whole]
        numbers[flavor][path, whole] = Number(table[name], _said(table[f"{name}_why"]))
    return table, {
        flavor: reported.reported(flavor, ready.lookups[flavor.id], numbers[flavor], told) for flavor in flavors
    }


def _said(why: ir.StringValue) -> Fault:
    """A fault with a computed reason."""
    return Fault(why.notnull(), ((why.notnull(), why),))


def paths(flavor: Flavor) -> list[str]:
    """Every path that a flavor reads."""
    found = [path for amount in flavor.amounts for path in (*amount.plus, *amount.minus)]
    found += [path for total in flavor.totals for path in (total.path, *total.parts)]
    found += [row.path for row in (*flavor.facts, *flavor.sellers)]
    return [*found, *flavor.model, *flavor.at]


def _wanted(families: Mapping[Flavor, Sequence[Flavor]], recognition: Recognition | None) -> dict[Flavor, list[str]]:
    """The paths to look up by flavor: those of the flavors that occur, and the signs if rows differ."""
    every = [
        (flavor, path) for family, others in families.items() for flavor in (family, *others) for path in paths(flavor)
    ]
    return by_flavor([*every, *(recognition.paths() if recognition else ())])


def _resolved_flavor(table: ir.Table, families: Mapping[Flavor, Sequence[Flavor]]) -> ir.StringValue:
    """The flavor of each row, or its alternative if the row contradicts itself as that flavor."""
    own = table.rc_flavor
    cases = [
        ((own == flavor.id) & table[_WHY + flavor.id].notnull() & table[_WHY + other.id].isnull(), other.id)
        for flavor, others in families.items()
        for other in others
    ]
    return ibis.cases(*cases, else_=own) if cases else own


def _combined(
    found: Bodies,
    apart: Mapping[Flavor, ir.Table],
    table: ir.Table,
    read: Mapping[Flavor, Reported],
    vocabulary: Vocabulary,
) -> Reports:
    """The report in each row, by its own flavor."""
    flavor = table["rc_flavor"]
    parts = [(flavor == one.id, reading) for one, reading in read.items()]
    meters = dict.fromkeys(meter for _, reading in parts for meter in reading.quantities)
    facts = dict.fromkeys(fact for _, reading in parts for fact in reading.facts)
    quantities = {
        meter: ibis.coalesce(_chosen([(here, one.quantities.get(meter)) for here, one in parts], 0), 0).cast(
            cells.amount_type(vocabulary.meters[meter].whole)
        )
        for meter in meters
    }
    known = Fault(
        flavor.isin([NONE, SEVERAL]),
        (
            (flavor == NONE, "no usage of a known flavor"),
            (flavor == SEVERAL, "usage of several flavors; say which with --map flavor=…"),
        ),
    )
    return Reports(
        table=table,
        bodies=found,
        apart=apart,
        flavors=tuple(read),
        flavor=flavor,
        quantities=quantities,
        facts={fact: _chosen([(here, one.facts.get(fact)) for here, one in parts], None) for fact in facts},
        model=_chosen([(here, one.model) for here, one in parts], None),
        seller=_chosen([(here, one.seller) for here, one in parts], None),
        at=_chosen([(here, one.at) for here, one in parts], None),
        faults=(known, *(_where(here, _said(table[_WHY + one.flavor.id])) for here, one in parts)),
    )


def _chosen(cases: Iterable[tuple[ir.BooleanValue, ir.Value | None]], other: int | None) -> ir.Value | None:
    """The value of the case that holds; None if no case has one."""
    some = [(here, value) for here, value in cases if value is not None]
    if not some:
        return None
    return ibis.cases(*some, else_=ibis.literal(other, some[0][1].type()))


def _where(here: ir.BooleanValue, fault: Fault) -> Fault:
    """A fault of the rows of one flavor."""
    return Fault(here & fault.bad, tuple((here & bad, reason) for bad, reason in fault.reasons))
