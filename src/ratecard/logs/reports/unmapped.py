"""Numbers in a log's reports that no row of their flavor reads, and how often each occurs."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import ibis
from ibis.expr import types as ir

from ratecard.logs.engines import Engine, rows
from ratecard.logs.reports import json_shapes
from ratecard.logs.reports.flavors import Reports, paths
from ratecard.responses.flavors.rows import Flavor
from ratecard.responses.paths import steps

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_ZERO = r"^-?[0.]+([eE].*)?$"


def notes(engine: Engine, found: Reports) -> list[str]:
    """Notes on nonzero numbers that no row reads, in the first two levels of the usage."""
    tables = list(_tables(engine, found))
    if not tables:
        return []
    every = functools.reduce(lambda one, other: one.union(other), tables)
    counts = rows(engine, every.group_by(["flavor", "path"]).agg(rows=every.count()).order_by("path", "flavor"))
    flavors = {flavor.id: flavor for flavor in found.apart}
    return [
        f"{row['path']} is read by nobody here; what it counts may be missing from the total: {row['rows']:,} rows"
        for row in counts
        if not _is_read(flavors[row["flavor"]], row["path"])
    ]


def _is_read(flavor: Flavor, path: str) -> bool:
    """Whether a flavor reads a number, or knows that it is billed as part of another."""
    every = [*paths(flavor), *flavor.told, *(row.path for row in flavor.stated), *flavor.mirrors]
    known = [path for names in every for path in names.split("|")]
    if flavor.flat:
        return path in known or path.startswith(tuple(f"{mirror}." for mirror in flavor.mirrors))
    keys = tuple(path.split("."))
    ways = (tuple(step.key for step in steps(other)) for other in known)
    return any(keys[: len(way)] == way for way in ways)


def _tables(engine: Engine, found: Reports) -> Iterator[ir.Table]:
    for flavor, own in found.apart.items():
        for root in flavor.usage:
            text = found.bodies.text(own, flavor, root)
            if text is not None:
                start = ibis.literal("" if flavor.flat else f"{root}.")
                first = _values(engine, own, text, start)
                yield _counted(first.filter(first.path.startswith(root)), flavor)
                if not flavor.flat:
                    inner = first.filter(first.value.startswith("{"))
                    yield _counted(_values(engine, inner, inner.value, inner.path + "."), flavor)


def _values(engine: Engine, table: ir.Table, text: ir.StringValue, start: ir.StringValue) -> ir.Table:
    """The values of the object in a text, each with its path, which begins with `start`."""
    held = json_shapes.once(json_shapes.typed(engine.name, text, ibis.dtype("map<string, string>")))
    objects = table.select(start=start, held=held)
    keyed = objects.select("start", "held", key=objects.held.keys().unnest())
    return keyed.select(path=keyed.start + keyed.key, value=keyed.held.get(keyed.key).cast("string"))


def _counted(table: ir.Table, flavor: Flavor) -> ir.Table:
    """The numbers in a table that are not zero."""
    number = table.value.re_search(_NUMBER) & ~table.value.re_search(_ZERO)
    return table.filter(number).select(path="path", flavor=ibis.literal(flavor.id))
