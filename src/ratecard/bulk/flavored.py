"""The reports in the rows of a log, each read as the flavor it is of.

Which flavors occur is looked up first, as for a single report: the one with the most signs is meant. Each row is then
read by the rows of its own; one that fits none, or several alike, has a problem.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import ibis
from ibis.expr import types as ir

from ratecard.bulk import cells, shapes
from ratecard.bulk.bodies import Bodies, Pass, bodies, passed
from ratecard.bulk.cells import Fault
from ratecard.bulk.columns import Columns
from ratecard.bulk.engines import Engine, rows
from ratecard.bulk.reported import Reported, reported, weight
from ratecard.bulk.tables import View
from ratecard.errors import BadLog, BadValue
from ratecard.records import Vocabulary
from ratecard.reports.flavors import FLAVORS
from ratecard.reports.flavors.rows import Flavor
from ratecard.reports.reading import named

#: What the flavor of a row is called where none fits, or several do.
NONE, SEVERAL = "", "?"

#: What a flavor's own root counts for beside one that another column stands in for.
_OWN_ROOT = 64

_RECOGNISABLE = tuple(flavor for flavor in FLAVORS if not flavor.instead_of)


class Reports(NamedTuple):
    """What the rows of a log report, as expressions over `table`; `flavor` is the column that says what each is."""

    table: ir.Table
    bodies: Bodies
    flavors: tuple[Flavor, ...]
    flavor: ir.StringValue
    quantities: Mapping[str, ir.NumericValue]
    facts: Mapping[str, ir.StringValue]
    model: ir.StringValue | None
    seller: ir.StringValue | None
    at: ir.TimestampValue | None
    faults: tuple[Fault, ...]

    def readers(self, column: str) -> list[str]:
        """The flavors for which a column of the log is a field of the report that tells a fact."""
        return [
            flavor.id
            for flavor in self.flavors
            for row in flavor.facts
            if (place := self.bodies.place(flavor, row.path)) and place.column == column
        ]


def reports(engine: Engine, view: View, columns: Columns, vocabulary: Vocabulary) -> Reports:
    """What the rows of a log report, whose columns are known to hold it. Raises `BadLog` for an unknown flavor."""
    found = bodies(view, columns)
    if columns.flavor:
        ids = {_named(columns.flavor).id}
        families = {_named(columns.flavor): ()}
    else:
        ids = _occurring(engine, found)
        families = {flavor: _instead(flavor) for flavor in _RECOGNISABLE if flavor.id in ids}
    certain = len(ids) == 1 and len(families) == 1
    ready = passed(found, _wanted(families, certain))
    read = {
        flavor: reported(flavor, ready.lookups[flavor.id], found.told)
        for family, others in families.items()
        for flavor in (family, *others)
    }
    own = ibis.literal(next(iter(ids))) if certain else recognised(found, ready)
    table = ready.table.mutate(rc_flavor=shapes.once(_settled(own, families, read)))
    return _combined(found, table, read, vocabulary)


def recognised(found: Bodies, ready: Pass) -> ir.StringValue:
    """The flavor of each row: the one with the most signs and hints, of those whose signs are all there."""
    weights = []
    for flavor in _RECOGNISABLE:
        shown = weight(flavor, ready.lookups[flavor.id])
        if shown is not None:
            own = 0 if found.lent(flavor) else _OWN_ROOT
            weights.append((flavor, (shown > 0).ifelse(shown.cast("int32") + own, 0)))
    if not weights:
        return ibis.literal(NONE)
    # a weight and the place of its flavor in one number, so that the two greatest tell all
    places = ibis.array([value * len(weights) + place for place, (_, value) in enumerate(weights)]).sort()
    first, second = places[len(weights) - 1], places[len(weights) - 2] if len(weights) > 1 else ibis.literal(0)
    most, next_most = (place.cast("int32") // len(weights) for place in (first, second))
    place = first.cast("int32") % len(weights)
    known = ((place == number, flavor.id) for number, (flavor, _) in enumerate(weights))
    return ibis.cases((most == 0, NONE), (most == next_most, SEVERAL), *known, else_=NONE)


def _occurring(engine: Engine, found: Bodies) -> set[str]:
    """The flavors of a log's rows."""
    ready = passed(found, {flavor: _signs(flavor) for flavor in _RECOGNISABLE})
    table = ready.table.select(rc_flavor=recognised(found, ready)).distinct()
    return {row["rc_flavor"] for row in rows(engine, table)}


def _signs(flavor: Flavor) -> list[str]:
    """The paths of a flavor's signs and hints."""
    return [choice.partition("=")[0] for sign in (*flavor.signs, *flavor.hints) for choice in sign.split("|")]


def paths(flavor: Flavor) -> list[str]:
    """Every path that a flavor's quantities, facts and the rest of a row are read from."""
    found = [path for amount in flavor.amounts for path in (*amount.plus, *amount.minus)]
    found += [path for total in flavor.totals for path in (total.path, *total.parts)]
    found += [row.path for row in (*flavor.facts, *flavor.sellers)]
    return [*found, *flavor.model, *flavor.at]


def _wanted(families: Mapping[Flavor, Sequence[Flavor]], certain: bool) -> dict[Flavor, list[str]]:
    """The paths to look up, by flavor: those of what occurs, and of every sign where rows differ."""
    wanted = {flavor: paths(flavor) for family, others in families.items() for flavor in (family, *others)}
    if not certain:
        for flavor in _RECOGNISABLE:
            wanted[flavor] = [*wanted.get(flavor, []), *_signs(flavor)]
    return wanted


def _settled(
    own: ir.StringValue, families: Mapping[Flavor, Sequence[Flavor]], read: Mapping[Flavor, Reported]
) -> ir.StringValue:
    """The flavor of each row, or the one to take instead where a row contradicts itself as it."""
    cases = [
        ((own == flavor.id) & read[flavor].bad & ~read[other].bad, other.id)
        for flavor, others in families.items()
        for other in others
    ]
    return ibis.cases(*cases, else_=own) if cases else own


def _combined(found: Bodies, table: ir.Table, read: Mapping[Flavor, Reported], vocabulary: Vocabulary) -> Reports:
    """What each row reports, by the rows of its own flavor."""
    flavor = table["rc_flavor"]
    parts = [(flavor == one.id, reading) for one, reading in read.items()]
    meters = dict.fromkeys(meter for _, reading in parts for meter in reading.quantities)
    facts = dict.fromkeys(fact for _, reading in parts for fact in reading.facts)
    quantities = {
        meter: _chosen([(here, one.quantities.get(meter)) for here, one in parts], 0).cast(
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
        flavors=tuple(read),
        flavor=flavor,
        quantities=quantities,
        facts={fact: _chosen([(here, one.facts.get(fact)) for here, one in parts], None) for fact in facts},
        model=_chosen([(here, one.model) for here, one in parts], None),
        seller=_chosen([(here, one.seller) for here, one in parts], None),
        at=_chosen([(here, one.at) for here, one in parts], None),
        faults=(known, *(_where(here, fault) for here, one in parts for fault in one.faults)),
    )


def _chosen(cases: Iterable[tuple[ir.BooleanValue, ir.Value | None]], other: int | None) -> ir.Value | None:
    """The value of the one case that holds; None where no case has any."""
    some = [(here, value) for here, value in cases if value is not None]
    if not some:
        return None
    return ibis.cases(*some, else_=ibis.literal(other, some[0][1].type()))


def _where(here: ir.BooleanValue, fault: Fault) -> Fault:
    """A fault of the rows of one flavor."""
    return Fault(here & fault.bad, tuple((here & bad, reason) for bad, reason in fault.reasons))


def _instead(flavor: Flavor) -> tuple[Flavor, ...]:
    return tuple(other for other in FLAVORS if other.instead_of == flavor.id)


def _named(flavor: str) -> Flavor:
    try:
        return named(flavor, FLAVORS)
    except BadValue as error:
        raise BadLog(f"--map flavor={flavor}: {error}") from error
