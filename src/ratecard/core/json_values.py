"""Converts records to JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from ratecard.core import decimals
from ratecard.core.lazy import LazyTuple

#: Marks the missing default of a required field.
_NONE = object()
#: Types that are JSON values already; checked first, since most values are.
_PLAIN = frozenset({str, int, bool, float, type(None)})


def json_value(value: object) -> object:
    """A value as JSON: decimals as strings, records as objects without fields that equal their default."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return {
            name: item if type(item) in _PLAIN else json_value(item)
            for name, default, item in zip(*_form(kind), value, strict=True)  # type: ignore[call-overload]  # a tuple
            if item is not default and item != default
        }
    return _composed(value)


def _composed(value: object) -> object:
    match value:
        case Decimal():
            return decimals.text(value)
        case date():
            return value.isoformat()
        case frozenset():
            return dict(sorted(value))
        case tuple() | list() | LazyTuple():
            return [json_value(item) for item in value]
        case Mapping():
            return {key: json_value(item) for key, item in value.items()}
        case _:
            return value


@cache
def _form(kind: type) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """The fields of a record and their defaults; `_NONE` for a required field."""
    fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # a NamedTuple
    defaults: Mapping[str, object] = getattr(kind, "_field_defaults", {})
    return fields, tuple(defaults.get(name, _NONE) for name in fields)
