"""Parses YAML into a tree in which every value knows its line.

It uses PyYAML's events, not its constructors: a scalar remains the author's text until the schema types
it, so `no`, `16:30`, `1e-6` and `010` mean what they look like. Duplicate keys, anchors, aliases, tags,
further documents, deep nesting and large files are rejected; this also prevents the crashes that deep or
self-referencing documents cause in other loaders. Recoverable mistakes are collected as flaws.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

import yaml

MAX_BYTES = 262_144
MAX_DEPTH = 16

#: The unquoted scalars that mean null.
_NULLS = {"", "~", "null"}

Key = str | int
Path = tuple[Key, ...]


class Mark(NamedTuple):
    """A position in a file, counted from 1."""

    line: int
    column: int


class Node(NamedTuple):
    """A value with its position; `keys` holds the positions of a mapping's keys."""

    value: str | list[Node] | dict[str, Node] | None
    mark: Mark
    keys: dict[str, Mark] = {}


class Flaw(NamedTuple):
    """A recoverable mistake in a document, with its remedy."""

    mark: Mark
    what: str
    mend: str


class NotYaml(Exception):
    """The text cannot be parsed; `flaw` says where and why."""

    def __init__(self, mark: Mark, what: str, mend: str) -> None:
        self.flaw = Flaw(mark, what, mend)
        super().__init__(f"{mark.line}:{mark.column}: {what}; {mend}")


def parse(source: bytes) -> tuple[Node, list[Flaw]]:
    """The tree of one document and its flaws.

    Raises `NotYaml`, with position and remedy, if parsing cannot continue.
    """
    if len(source) > MAX_BYTES:
        raise NotYaml(Mark(1, 1), f"the file has {len(source)} bytes", f"keep it under {MAX_BYTES}")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start]
        mark = Mark(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise NotYaml(mark, "the file is not UTF-8", "save it as UTF-8") from None
    try:
        reading = _Reading(iter(_Loader(text).get_event, None))
        return reading.document(), reading.flaws
    except yaml.YAMLError as error:
        mark = _position(getattr(error, "problem_mark", None))
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise NotYaml(mark, f"not YAML: {what}", "check the indentation, quotes and brackets there") from None


def contents(node: Node) -> object:
    """The tree without positions: dicts, lists, strings and None."""
    match node.value:
        case dict() as entries:
            return {key: contents(child) for key, child in entries.items()}
        case list() as items:
            return [contents(child) for child in items]
        case scalar:
            return scalar


def scalars(node: Node, keys: Container[str], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts below a node that stand under one of some keys, each with its path."""
    entries: Iterable[tuple[Key, Node]] = ()
    match node.value:
        case dict() as held:
            entries = held.items()
        case list() as items:
            entries = enumerate(items)
    for key, child in entries:
        if not isinstance(child.value, str):
            yield from scalars(child, keys, (*path, key))
        elif key in keys:
            yield (*path, key), child.value


def find(node: Node, path: Path, *, key: bool = False) -> Mark:
    """The position of the value (or key) at `path`, or of the nearest enclosing value."""
    mark = node.mark
    for step, part in enumerate(path):
        last = step == len(path) - 1
        if isinstance(node.value, dict) and part in node.value:
            if last and key:
                return node.keys[str(part)]
            node = node.value[str(part)]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return mark
        mark = node.mark
    return mark


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reading:
    """One pass over the events of a document."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.flaws: list[Flaw] = []

    def document(self) -> Node:
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise NotYaml(Mark(1, 1), "the file is empty", "write a mapping of keys and values")
        root = self.node(next(self.events), 0)
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self.flaw(after, "a second document begins here", "keep one document per file")
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        mark = _position(event.start_mark)
        if depth > MAX_DEPTH:
            raise NotYaml(mark, f"nested more than {MAX_DEPTH} deep", "flatten it")
        self.refuse_references(event)
        match event:
            case yaml.ScalarEvent():
                null = not event.style and event.value in _NULLS
                return Node(None if null else event.value, mark)
            case yaml.AliasEvent():
                return Node(None, mark)
            case yaml.SequenceStartEvent():
                return Node(list(self.items(depth)), mark)
            case _:
                return self.mapping(mark, depth)

    def items(self, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, depth + 1)

    def mapping(self, mark: Mark, depth: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self.key(event, depth)
            value = self.node(next(self.events), depth + 1)
            if name in entries:
                first = keys[name].line
                self.flaw(event, f"duplicate key {name!r}, first on line {first}", "keep one of them")
            elif name is not None:
                keys[name], entries[name] = _position(event.start_mark), value
        return Node(entries, mark, keys)

    def key(self, event: yaml.Event, depth: int) -> str | None:
        self.refuse_references(event)
        if not isinstance(event, yaml.ScalarEvent):
            self.flaw(event, "a key is not a plain word", "write keys as plain words")
            if not isinstance(event, yaml.AliasEvent):
                self.node(event, depth + 1)
            return None
        if event.value == "<<":
            self.flaw(event, "merge keys (<<) are not accepted", "write the keys out")
            return None
        return str(event.value)

    def refuse_references(self, event: yaml.Event) -> None:
        if getattr(event, "anchor", None):  # an alias has one too
            self.flaw(event, "anchors and aliases are not accepted", "write the value out")
        tag = getattr(event, "tag", None)
        if tag:
            self.flaw(event, f"the tag {tag!r} is not accepted", "remove the tag")

    def flaw(self, event: yaml.Event, what: str, mend: str) -> None:
        self.flaws.append(Flaw(_position(event.start_mark), what, mend))


def _position(mark: Any) -> Mark:
    """A position counted from 1; the start of the file if PyYAML gives none."""
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
