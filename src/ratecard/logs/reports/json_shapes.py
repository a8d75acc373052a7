"""The values at some paths of a JSON text, parsed once for each row into a value of one type.

A text that is no JSON, or a value of another form than the paths expect, is null.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import ibis
import ibis.expr.datatypes as dt
from ibis.expr import types as ir

from ratecard.logs.engines import SPARK
from ratecard.responses.paths import PathStep

Way = tuple[PathStep, ...]


class Shape(NamedTuple):
    """The parts of a value to read: its text, the parts of an object, or the `items` of a list."""

    text: bool = False
    parts: Mapping[str, Shape] = {}
    items: Shape | None = None

    @property
    def mixed(self) -> bool:
        """Whether it is read in more than one way; then it stays text and is parsed again where needed."""
        return self.text + bool(self.parts) + (self.items is not None) != 1

    def type(self) -> dt.DataType:
        """The type that holds it."""
        if self.mixed or self.text:
            return dt.string
        return dt.Array(dt.string) if self.items else self.object_type()

    def object_type(self) -> dt.DataType:
        """The type that holds its parts."""
        return dt.Struct({key: part.type() for key, part in self.parts.items()})


def shape(ways: Iterable[Way]) -> Shape:
    """The shape of a value that has all these ways."""
    every = set(ways)
    keys = sorted({way[0].key for way in every if way})
    return Shape(() in every, {key: _part([way for way in every if way and way[0].key == key]) for key in keys})


def _part(ways: Iterable[Way]) -> Shape:
    """The shape behind one key, read as a whole or item by item."""
    plain = shape(way[1:] for way in ways if not way[0].each)
    listed = [way for way in ways if way[0].each]
    inner = {way[1:] for way in listed} | {(PathStep(way[0].field),) for way in listed if way[0].field}
    return plain._replace(items=shape(inner) if listed else None)


def parsed(engine: str, text: ir.StringValue, found: Shape) -> ir.Value:
    """A text of JSON as a value of a shape, which has parts."""
    return typed(engine, text, found.object_type())


def reached(engine: str, value: ir.Value, found: Shape, way: Way) -> ir.Value:
    """The text at the end of a way from a parsed value, or an array of texts if it goes through a list."""
    for json_column, step in enumerate(way):
        if value.type().is_string():
            value = typed(engine, value, found.object_type())
        value, found = value[step.key], found.parts[step.key]
        if step.each:
            return _each(engine, value, found, step, way[json_column + 1 :])
    return value


def _each(engine: str, value: ir.Value, found: Shape, step: PathStep, rest: Way) -> ir.ArrayValue:
    """The texts in the items of a list; null if an item lacks it."""
    items = typed(engine, value, dt.Array(dt.string)) if value.type().is_string() else value
    inner = found.items or Shape()

    def of(item: ir.StringValue, way: Way) -> ir.Value:
        return reached(engine, typed(engine, item, inner.object_type()), inner, way)

    if step.field:
        items = items.filter(lambda item: of(item, (PathStep(step.field),)) == step.wanted)
    return items.map(lambda item: of(item, rest)) if rest else items


def json_text(engine: str, value: ir.Value) -> ir.StringValue:
    """A column as JSON text; texts are taken as JSON."""
    kind = value.type()
    if kind.is_string() or not (kind.is_struct() or kind.is_map() or kind.is_array()):
        return value.cast("string")
    written: ir.StringValue = _function("to_json", (kind,), dt.string)(value)
    return written


def object_text(engine: str, text: ir.StringValue, keys: Iterable[str]) -> ir.StringValue:
    """The text of the object under some keys of a text of JSON; null where there is none."""
    found = extracted(engine, text, keys, "json_extract").cast("string")
    return found.startswith("{").ifelse(found, ibis.null("string"))


def extracted(engine: str, text: ir.StringValue, keys: Iterable[str], function: str) -> Any:
    """The value under some keys of a JSON text, by a function of DuckDB or Spark's own; null if there is none.

    Ibis' own way into JSON runs Python for each row on Spark.
    """
    if engine == SPARK:
        path = "$" + "".join(f"['{key}']" for key in keys)
        return _function("get_json_object", (dt.string, dt.string), dt.string)(text, path)
    path = "$" + "".join(f".{json.dumps(key)}" for key in keys)
    value = _function(function, (dt.string, dt.string), dt.string)(text, path)
    return _function("try", (dt.string,), dt.string)(value)


def once(value: ir.Value) -> ir.Value:
    """The same value in a step of its own, so that an engine's function is not computed twice."""
    return _function("coalesce", (value.type(),), value.type())(value)


def typed(engine: str, text: ir.StringValue, type: dt.DataType) -> ir.Value:
    """A text of JSON as a value of a type, such as the numbers of an object by name."""
    if engine == SPARK:
        return _function("from_json", (dt.string, dt.string), type)(text, _spark(type))
    transformed = _function("json_transform", (dt.string, dt.string), type)(text, json.dumps(_duckdb(type)))
    return _function("try", (type,), type)(transformed)


def _spark(type: dt.DataType) -> str:
    """A type as Spark writes it."""
    if isinstance(type, dt.Struct):
        return f"struct<{','.join(f'`{name}`:{_spark(inner)}' for name, inner in type.items())}>"
    if isinstance(type, dt.Array):
        return f"array<{_spark(type.value_type)}>"
    return "map<string,string>" if isinstance(type, dt.Map) else "string"


def _duckdb(type: dt.DataType) -> Any:
    """A type for DuckDB's JSON functions; items of lists stay JSON, so that each can be parsed again."""
    if isinstance(type, dt.Struct):
        return {name: _duckdb(inner) for name, inner in type.items()}
    if isinstance(type, dt.Array):
        return ["JSON" if type.value_type.is_string() else _duckdb(type.value_type)]
    return "MAP(VARCHAR, JSON)" if isinstance(type, dt.Map) else "VARCHAR"


@functools.lru_cache(maxsize=1024)
def _function(name: str, given: tuple[dt.DataType, ...], back: dt.DataType) -> Any:
    """A function of an engine, for these types of arguments and result."""
    return ibis.udf.scalar.builtin(_of_two if len(given) > 1 else _of_one, name=name, signature=(given, back))


def _of_one(value: Any) -> Any:
    """The signature of an engine's function of one argument."""
    raise NotImplementedError


def _of_two(value: Any, how: Any) -> Any:
    """The signature of an engine's function of two arguments."""
    raise NotImplementedError
