"""Paths into JSON: where `usage.details[modality=AUDIO].tokenCount` leads in a body.

`[field=value]` goes on to an object with that value, or to each item of a list that is one; `*` to every value of an
object; of paths joined by `|`, each is one name of the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

#: The keys and places in lists that lead from a body to a value.
Trail = tuple[str | int, ...]

#: The step to every value of an object.
EVERY = "*"

_STEP = re.compile(r"([^.\[\]]+)(?:\[([^=\]]*)=?([^\]]*)\])?")


class PathMatch(NamedTuple):
    """A value, and the way to it."""

    trail: Trail
    value: Any


class PathStep(NamedTuple):
    """One step of a path: a key, and whether it goes on to `each` item of a list whose field has the value wanted."""

    key: str
    each: bool = False
    field: str = ""
    wanted: str = ""


def matches(body: Mapping[str, Any], path: str, flat: bool = False) -> list[PathMatch]:
    """Every value a path leads to, except null; a path is one name in a body that is `flat`."""
    if "|" in path:
        return [found for choice in path.split("|") for found in matches(body, choice, flat)]
    if flat:
        value: Any = body.get(path)
        return [] if value is None else [PathMatch((path,), value)]
    if "[" not in path and "*" not in path:
        keys = tuple(path.split("."))
        value = body
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
            if value is None:
                return []
        return [PathMatch(keys, value)]
    found = [PathMatch((), body)]
    for step in steps(path):
        found = [further for place in found for further in _step(place, *step)]
    return found


def leaves(body: Mapping[str, Any], path: str, flat: bool = False) -> list[PathMatch]:
    """Every value below a path that is no object and no list, except null."""
    if flat:
        return [
            PathMatch((key,), value) for key, value in body.items() if key.startswith(f"{path}.") and value is not None
        ]
    return [leaf for place in matches(body, path) for leaf in _below(place)]


@lru_cache(maxsize=1024)
def steps(path: str, flat: bool = False) -> tuple[PathStep, ...]:
    """The steps of a path; one that is `flat` is a single key."""
    if flat:
        return (PathStep(path),)
    return tuple(PathStep(found[1], "[" in found[0], found[2] or "", found[3] or "") for found in _STEP.finditer(path))


def _step(place: PathMatch, key: str, each: bool, field: str, wanted: str) -> Iterator[PathMatch]:
    if not isinstance(place.value, Mapping):
        return
    if key == EVERY:
        yield from (PathMatch((*place.trail, name), value) for name, value in place.value.items() if value is not None)
        return
    value = place.value.get(key)
    if value is None:
        return
    if not each:
        yield PathMatch((*place.trail, key), value)
        return
    if isinstance(value, Mapping) and (not field or str(value.get(field)) == wanted):
        yield PathMatch((*place.trail, key), value)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, Mapping) and (not field or str(item.get(field)) == wanted):
            yield PathMatch((*place.trail, key, index), item)


def _below(place: PathMatch) -> Iterator[PathMatch]:
    waiting = [place]
    while waiting:  # a loop, since JSON may be nested deeper than calls may
        trail, value = waiting.pop()
        match value:
            case Mapping():
                items: list[tuple[str | int, Any]] = list(value.items())
            case list():
                items = list(enumerate(value))
            case _:
                yield PathMatch(trail, value)
                continue
        waiting += [PathMatch((*trail, key), item) for key, item in reversed(items) if item is not None]
