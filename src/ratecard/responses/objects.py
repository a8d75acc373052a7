"""Responses as client libraries hold them: objects read as the JSON values that they stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any

from ratecard.core.errors import BadValue

#: How objects of client libraries give their values: pydantic's way, and that of Google's and LangChain's older ones.
_WAYS = ("model_dump", "to_dict", "dict", "_asdict")


def fields_of(found: object) -> Mapping[str, Any]:
    """The fields of a response or a usage: of a mapping, an object with `model_dump` or `to_dict`, or a dataclass.

    Raises `BadValue` for anything else.
    """
    if isinstance(found, Mapping):
        return {str(key): _value(value) for key, value in found.items()}
    for way in _WAYS:
        method = getattr(found, way, None)
        if callable(method) and not isinstance(found, type):
            fields = method()
            if isinstance(fields, Mapping):
                return fields_of(fields)
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return fields_of({field.name: getattr(found, field.name) for field in dataclasses.fields(found)})
    raise BadValue(f"{type(found).__name__} is no response: pass a mapping or an object with model_dump() or to_dict()")


def _value(value: object) -> Any:
    """A field as JSON has it; enumerations by their value."""
    if isinstance(value, Mapping):
        return fields_of(value)
    if isinstance(value, list | tuple):
        return [_value(entry) for entry in value]
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    try:
        return fields_of(value)
    except BadValue:
        return value
