"""Paths into JSON: where `usage.details[modality=AUDIO].tokenCount` leads in a body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

#: The keys and places in lists that lead from a body to a value.
Trail = tuple[str | int, ...]

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


class _Node:
    """A place that paths lead through: the paths that end there, and those that go on by key or by items of a list."""

    __slots__ = ("ends", "items", "keys")

    def __init__(self) -> None:
        self.ends: list[str] = []
        self.keys: dict[str, _Node] = {}
        self.items: dict[PathStep, _Node] = {}

    def add(self, path: str) -> None:
        """Adds a path that begins here."""
        node = self
        for step in steps(path):
            node = node.keys.setdefault(step.key, _Node())
            if step.each:
                node = node.items.setdefault(step, _Node())
        node.ends.append(path)


class Walks:
    """Some paths, to be followed in many bodies at once rather than one by one."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._start = _Node()
        for path in self.known:
            self._start.add(path)

    def walked(self, body: Mapping[str, Any]) -> Walked:
        """A body in which the paths have been followed."""
        found: dict[str, list[PathMatch]] = {}
        _walk(self._start, body, (), found)
        walked = Walked(body)
        walked.known, walked.found = self.known, found
        return walked


class Walked(dict[str, Any]):
    """A body with the values that known paths lead to."""

    __slots__ = ("found", "known")
    known: frozenset[str]
    found: dict[str, list[PathMatch]]


def _walk(node: _Node, value: Any, trail: Trail, found: dict[str, list[PathMatch]]) -> None:
    """Follows the paths of a node from a value there."""
    keys = node.keys
    for key, inner in value.items():
        further = keys.get(key)
        if further is None or inner is None:
            continue
        way = (*trail, key)
        for path in further.ends:
            found.setdefault(path, []).append(PathMatch(way, inner))
        if further.keys and isinstance(inner, Mapping):
            _walk(further, inner, way, found)
        elif further.items and isinstance(inner, list):
            for index, item in enumerate(inner):
                if isinstance(item, Mapping):
                    _walk_item(further, item, (*way, index), found)


def _walk_item(node: _Node, item: Mapping[str, Any], trail: Trail, found: dict[str, list[PathMatch]]) -> None:
    for step, further in node.items.items():
        if not step.field or str(item.get(step.field)) == step.wanted:
            for path in further.ends:
                found.setdefault(path, []).append(PathMatch(trail, item))
            if further.keys:
                _walk(further, item, trail, found)


def matches(body: Mapping[str, Any], path: str, flat: bool = False) -> list[PathMatch]:
    """Every value a path leads to, except null; a path is one name in a body that is `flat`."""
    if not flat and type(body) is Walked and path in body.known:
        return body.found.get(path, [])
    if flat:
        value: Any = body.get(path)
        return [] if value is None else [PathMatch((path,), value)]
    if "[" not in path:
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
    value = place.value.get(key) if isinstance(place.value, Mapping) else None
    if value is None:
        return
    if not each:
        yield PathMatch((*place.trail, key), value)
        return
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
