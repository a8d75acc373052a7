"""Records as the plain values that JSON holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from ratecard.core import decimals

#: In the place of a default that a field has not.
_NONE = object()
#: What JSON holds as it is; asked first, since most values are such.
_PLAIN = frozenset({str, int, bool, float, type(None)})


def json_value(value: object) -> object:
    """A value as JSON can hold it: decimals as texts, records without what only repeats a default."""
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
        case tuple() | list():
            return [json_value(item) for item in value]
        case Mapping():
            return {key: json_value(item) for key, item in value.items()}
        case _:
            return value


@cache
def _form(kind: type) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """The names of a record's fields and their defaults; a field without one has what no value equals."""
    fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # a NamedTuple
    defaults: Mapping[str, object] = getattr(kind, "_field_defaults", {})
    return fields, tuple(defaults.get(name, _NONE) for name in fields)
