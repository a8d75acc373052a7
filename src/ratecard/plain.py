"""Records as the plain values that JSON holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ratecard import exact


def plain(value: object) -> object:
    """A value as JSON can hold it: decimals as texts, records without what only repeats a default."""
    match value:
        case Decimal():
            return exact.text(value)
        case date():
            return value.isoformat()
        case frozenset():
            return dict(sorted(value))
        case tuple() if hasattr(value, "_fields"):
            return _fields(value, getattr(value, "_field_defaults", {}))
        case tuple() | list():
            return [plain(item) for item in value]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case _:
            return value


def _fields(record: object, defaults: Mapping[str, object]) -> dict[str, object]:
    named = ((name, getattr(record, name)) for name in record._fields)  # type: ignore[attr-defined]  # a NamedTuple
    return {name: plain(item) for name, item in named if name not in defaults or defaults[name] != item}
