"""Where a log's reports are: its lines are responses, or a column holds responses, or only usage.

A lookup gives the text at a flavor's path in each row. The parts of a JSON text that the lookups of one pass need are
parsed once, in a column of their own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import ibis
import ibis.expr.datatypes as dt
from ibis.expr import types as ir

from ratecard.logs import cells
from ratecard.logs.columns import ATTRIBUTES, LINES, Columns
from ratecard.logs.reports import json_shapes
from ratecard.logs.reports.json_shapes import Shape, Way
from ratecard.logs.tables import View
from ratecard.responses.flavors import WRAPPERS
from ratecard.responses.flavors.rows import Flavor
from ratecard.responses.paths import steps

#: The columns added for one pass over a log, and those it begins with.
PARSED, _BODY, _USAGE = "rc_parsed_", "rc_json_body", "rc_json_usage"

#: OpenTelemetry's protocol writes attributes as a list: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue")
_PAIRS = dt.Array(dt.Struct({"key": dt.string, "value": dt.Struct(dict.fromkeys(_VALUES, dt.string))}))


class JsonColumn(NamedTuple):
    """A column of texts, and the way from there to a value."""

    column: str
    way: Way


class Bodies(NamedTuple):
    """A log whose rows hold reports.

    `fields` are the columns that are fields of a response if a line is one, `prefix` is the start of columns that are
    attributes. `usage` is whether a column holds usage alone, `named` whether the caller named it, `body` whether a
    column holds whole responses; `told` are the facts of their envelope.
    """

    engine: str
    table: ir.Table
    fields: frozenset[str]
    prefix: str
    usage: bool
    named: bool
    body: bool
    told: Mapping[str, ir.StringValue]

    def json_column(self, flavor: Flavor, path: str) -> JsonColumn | None:
        """The place of a flavor's path in a row; None if no column can hold it."""
        way = steps(path, flavor.flat)
        if self.body:
            return JsonColumn(_BODY, way)
        if flavor.flat:
            column = self.prefix + path
            return JsonColumn(_USAGE, way) if self.named else JsonColumn(column, ()) if column in self.fields else None
        if way[0].key == flavor.usage[0] and (self.named or self.lent(flavor)):
            return JsonColumn(_USAGE, way[1:])
        return JsonColumn(way[0].key, way[1:]) if way[0].key in self.fields and not way[0].each else None

    def text(self, table: ir.Table, flavor: Flavor, root: str) -> ir.StringValue | None:
        """The text of the object that holds the usage; None if attributes are columns, or there is none."""
        if flavor.flat:
            column = _BODY if self.body else _USAGE if self.named else ""
            return table[column] if column else None
        json_column = self.json_column(flavor, root)
        if json_column is None:
            return None
        text = json_shapes.json_text(self.engine, table[json_column.column])
        return (
            json_shapes.object_text(self.engine, text, [step.key for step in json_column.way])
            if json_column.way
            else text
        )

    def lent(self, flavor: Flavor) -> bool:
        """Whether the column `usage` replaces a flavor's root of another name."""
        return self.usage and not self.named and not flavor.flat and flavor.usage[0] not in self.fields


def bodies(view: View, columns: Columns) -> Bodies:
    """The reports of a log that has some."""
    fields = frozenset(name for name in view.table.columns if name != columns.seller)
    starts = [f"{name}." for name in ATTRIBUTES]
    prefix = next((start for start in starts if any(name.startswith(f"{start}gen_ai.") for name in fields)), "")
    table, whole = view.table, columns.body not in ("", LINES)
    told: Mapping[str, ir.StringValue] = {}
    if whole:
        text = json_shapes.json_text(view.engine, cells.cell(view, columns.body).value)
        body, told = _opened(view.engine, columns.body, text)
        table = table.mutate(**{_BODY: body})
    if columns.usage:
        table = table.mutate(**{_USAGE: json_shapes.json_text(view.engine, cells.cell(view, columns.usage).value)})
    return Bodies(view.engine, table, fields, prefix, bool(columns.usage), columns.alone, whole, told)


class Pass(NamedTuple):
    """A log with parsed columns, and the lookups in them, one for each flavor."""

    table: ir.Table
    lookups: Mapping[str, Callable[[str], ir.Value | None]]


def passed(found: Bodies, wanted: Mapping[Flavor, Iterable[str]]) -> Pass:
    """The log parsed for the lookups of some paths of some flavors."""
    places = {
        (flavor.id, path): json_column
        for flavor, paths in wanted.items()
        for names in paths
        for path in names.split("|")
        if (json_column := found.json_column(flavor, path)) is not None
    }
    by_column: dict[str, set[Way]] = {}
    for json_column in places.values():
        by_column.setdefault(json_column.column, set()).add(json_column.way)
    given = {name: json_shapes.shape(ways) for name, ways in by_column.items()}
    names = {name: f"{PARSED}{number}" for number, name in enumerate(given)}
    texts = {name: json_shapes.json_text(found.engine, found.table[name]) for name in given}
    table = found.table.mutate(
        **{
            names[name]: json_shapes.parsed(found.engine, texts[name], shape)
            for name, shape in given.items()
            if shape.parts
        }
    )
    pairs = any(flavor.flat for flavor in wanted) and _BODY in given
    if pairs:
        table = table.mutate(**{f"{PARSED}pairs": json_shapes.typed(found.engine, table[_BODY], _PAIRS)})
    columns = {
        json_column: f"{PARSED}text_{number}" for number, json_column in enumerate(dict.fromkeys(places.values()))
    }
    flat = [(flavor.id, path) for flavor, paths in wanted.items() if flavor.flat for path in paths]
    attributes = {places.get((flavor, path)) for flavor, names in flat for path in names.split("|")}
    values = {}
    for json_column, column in columns.items():
        value = _value(found.engine, table, json_column, names[json_column.column], given[json_column.column])
        if pairs and json_column in attributes:
            value = value.coalesce(_in_pairs(table[f"{PARSED}pairs"], json_column.way[0].key))
        values[column] = json_shapes.once(value)
    table = table.mutate(**values)
    lookups = {flavor.id: functools.partial(_looked_up, flavor, table, places, columns) for flavor in wanted}
    return Pass(table, lookups)


def _looked_up(
    flavor: Flavor,
    table: ir.Table,
    places: Mapping[tuple[str, str], JsonColumn],
    columns: Mapping[JsonColumn, str],
    path: str,
) -> ir.Value | None:
    some = [place for choice in path.split("|") if (place := places.get((flavor.id, choice))) is not None]
    found = [table[columns[place]] for place in dict.fromkeys(some)]
    if len(found) < 2:
        return found[0] if found else None
    return ibis.coalesce(*(value.nullif("0") for value in found), *found).name(f"{columns[some[0]]}_{len(found)}")


def _value(engine: str, table: ir.Table, json_column: JsonColumn, parsed: str, shape: Shape) -> ir.Value:
    if not json_column.way:
        return json_shapes.json_text(engine, table[json_column.column]).nullif("")
    return json_shapes.reached(engine, table[parsed], shape, json_column.way)


def _in_pairs(pairs: ir.ArrayValue, key: str) -> ir.StringValue:
    """The value of an attribute among a list of keys and values."""
    own = pairs.filter(lambda pair: pair["key"] == key)
    return own.map(lambda pair: ibis.coalesce(*(pair["value"][kind] for kind in _VALUES))).maxs()


def _opened(engine: str, column: str, text: ir.StringValue) -> tuple[ir.StringValue, dict[str, ir.StringValue]]:
    """The response in a column, taken out of its envelope, and the envelope's facts."""
    within = [known for known in WRAPPERS if known.path.startswith(f"{column}.")]
    inner = [json_shapes.object_text(engine, text, known.path.split(".")[1:]) for known in within]
    facts: dict[str, ir.StringValue] = {}
    for known, found in zip(within, inner, strict=True):
        for fact, value in known.facts:
            facts[fact] = found.notnull().ifelse(ibis.literal(value), ibis.null("string"))
    return ibis.coalesce(*inner, text), facts
