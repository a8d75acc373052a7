"""Objects of other libraries as the JSON values they stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

_JSON = (str, int, float, type(None))


def json_like(value: object) -> Any:
    """A value as mappings, lists and scalars: what `model_dump`, `to_dict` or the fields of a dataclass say.

    Anything else is given back as it is.
    """
    if isinstance(value, _JSON):
        return value
    if isinstance(value, Mapping):
        return {key: json_like(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_like(entry) for entry in value]
    for name in ("model_dump", "to_dict"):
        dump = getattr(value, name, None)
        if callable(dump) and not isinstance(value, type):
            return json_like(dump())
    if dataclasses.is_dataclass(value):
        return {field.name: json_like(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value
