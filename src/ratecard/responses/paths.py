"""Paths into JSON: where `usage.details[modality=AUDIO].tokenCount` leads in a body.

`[field=value]` goes on to an object with that value, or to each item of a list that is one; `*` to every value of an
object; of paths joined by `|`, each is one name of the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

#: The keys and places in lists that lead from a body to a value.
Trail = tuple[str | int, ...]

#: The step to every value of an object.
EVERY = "*"
#: What most values are, for a quick look.
PLAIN = frozenset({Decimal, int, str, bool})
#: What is surely no number, nor has some in it; a text may be one in quotes.
NO_NUMBER = frozenset({bool, type(None)})
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
    """Some paths, to be followed in many bodies at once rather than one by one.

    Below the `roots` of a body all is noted besides. Paths through every value of an object are left
    to `matches`.
    """

    def __init__(self, known: Iterable[str], roots: Iterable[str]) -> None:
        apart = (choice for path in known for choice in choices(path))
        self.known, self._roots = frozenset(path for path in apart if EVERY not in path), frozenset(roots)
        self._start = _Node()
        for path in self.known:
            self._start.add(path)

    def walked(self, body: Mapping[str, Any]) -> Walked:
        """A body in which the paths have been followed."""
        walked = Walked(body)
        walked.known, walked.found, walked.ends = self.known, {}, []
        for key, value in body.items():
            if key in self._start.keys or key in self._roots:
                ends = walked.ends if key in self._roots else None
                _walk(self._start, {key: value}, (), walked.found, ends)
        return walked


class Walked(dict[str, Any]):
    """A body with the values that known paths lead to.

    `ends` are the numbers and texts below its roots, and the lists and objects there that no path goes through to its
    end.
    """

    __slots__ = ("ends", "found", "known")
    known: frozenset[str]
    found: dict[str, list[PathMatch]]
    ends: list[PathMatch]


def _walk(
    node: _Node, value: Any, trail: Trail, found: dict[str, list[PathMatch]], ends: list[PathMatch] | None
) -> None:
    """Follows the paths of a node from an object there."""
    keys = node.keys
    for key, inner in value.items():
        further = keys.get(key)
        if inner is None or (further is None and ends is None):
            continue
        place = PathMatch((*trail, key), inner)
        if further is not None:
            for path in further.ends:
                found.setdefault(path, []).append(place)
            if (further.keys or further.items) and (type(inner) is dict or isinstance(inner, Mapping)):
                if further.items:
                    _walk_item(further, inner, place.trail, found)
                if further.keys:
                    _walk(further, inner, place.trail, found, ends)
                    continue
            if further.items and isinstance(inner, list):
                for index, item in enumerate(inner):
                    if isinstance(item, Mapping):
                        _walk_item(further, item, (*place.trail, index), found)
        if ends is not None and type(inner) not in NO_NUMBER:
            ends.append(place)


def _walk_item(node: _Node, item: Mapping[str, Any], trail: Trail, found: dict[str, list[PathMatch]]) -> None:
    for step, further in node.items.items():
        if not step.field or str(item.get(step.field)) == step.wanted:
            for path in further.ends:
                found.setdefault(path, []).append(PathMatch(trail, item))
            if further.keys:
                _walk(further, item, trail, found, None)


def matches(body: Mapping[str, Any], path: str, flat: bool = False) -> list[PathMatch]:
    """Every value a path leads to, except null; a path is one name in a body that is `flat`."""
    if not flat and type(body) is Walked and path in body.known:
        return body.found.get(path, [])
    if "|" in path:
        return [found for choice in choices(path) for found in matches(body, choice, flat)]
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
    """Every value below a path that is no object or list, except null."""
    if flat:
        return [
            PathMatch((key,), value) for key, value in body.items() if key.startswith(f"{path}.") and value is not None
        ]
    return [leaf for place in matches(body, path) for leaf in below(place)]


@lru_cache(maxsize=1024)
def choices(path: str) -> tuple[str, ...]:
    """The names of one value that a path joins."""
    return tuple(path.split("|"))


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


def below(place: PathMatch) -> Iterator[PathMatch]:
    """The values in a value that are no objects or lists, or the value itself if it is none of these."""
    waiting = [place]
    while waiting:  # a loop, since JSON may be nested deeper than calls may
        place = waiting.pop()
        trail, value = place
        kind = type(value)
        if kind in PLAIN:
            yield place
        elif kind is dict or isinstance(value, Mapping):
            items: list[tuple[str | int, Any]] = [*value.items()]
            waiting += [PathMatch((*trail, key), item) for key, item in reversed(items) if type(item) not in NO_NUMBER]
        elif isinstance(value, list):
            items = [*enumerate(value)]
            waiting += [PathMatch((*trail, key), item) for key, item in reversed(items) if type(item) not in NO_NUMBER]
        else:
            yield place
