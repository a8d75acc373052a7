"""YAML documents as plain trees whose every value knows its line.

Only the event stream of PyYAML is used, never its constructors: a scalar stays the author's text
until the schema types it, so `no`, `16:30`, `1e-6` and `010` mean what they look like. Duplicate keys,
anchors, aliases, tags, further documents, great depth and great size are refused, which also removes
the crashes that deep or self-referring documents cause in the usual loaders.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import yaml

MAX_BYTES = 262_144
MAX_DEPTH = 16

#: What a plain scalar may be to mean "nothing given".
_NULLS = {"", "~", "null"}

Key = str | int
Path = tuple[Key, ...]


class Mark(NamedTuple):
    """A place in a file, counted from 1."""

    line: int
    column: int


class Node(NamedTuple):
    """A value with its place; `keys` holds the places of a mapping's keys."""

    value: str | None | list[Node] | dict[str, Node]
    mark: Mark
    keys: dict[str, Mark] = {}


class NotYaml(Exception):
    """The text cannot be read as the YAML this project accepts."""

    def __init__(self, mark: Mark, what: str, mend: str) -> None:
        self.mark, self.what, self.mend = mark, what, mend
        super().__init__(f"{mark.line}:{mark.column}: {what}; {mend}")


def parse(source: bytes) -> Node:
    """The tree of one document; raises `NotYaml` with the place and the remedy."""
    text = _decoded(source)
    try:
        return _document(iter(yaml.parse(text, Loader=_Loader)))
    except yaml.YAMLError as error:
        raise _not_yaml(error) from None


def plain(node: Node) -> object:
    """The tree without places: dicts, lists, texts and None."""
    match node.value:
        case dict() as entries:
            return {key: plain(child) for key, child in entries.items()}
        case list() as items:
            return [plain(child) for child in items]
        case scalar:
            return scalar


def find(node: Node, path: Path, *, key: bool = False) -> Mark:
    """The place of the value at `path` (of its key, if asked), or of the nearest enclosing value."""
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


def _decoded(source: bytes) -> str:
    if len(source) > MAX_BYTES:
        raise NotYaml(Mark(1, 1), f"the file has {len(source)} bytes", f"keep it under {MAX_BYTES}")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start]
        mark = Mark(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise NotYaml(mark, "the file is not UTF-8", "save it as UTF-8") from None


def _document(events: Iterator[yaml.Event]) -> Node:
    next(events)  # the start of the stream
    if isinstance(next(events), yaml.StreamEndEvent):
        raise NotYaml(Mark(1, 1), "the file is empty", "write a mapping of keys and values")
    root = _node(next(events), events, 0)
    next(events)  # the end of the document
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise NotYaml(_mark(after), "a second document begins here", "keep one document per file")
    return root


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    mark = _mark(event)
    if depth > MAX_DEPTH:
        raise NotYaml(mark, f"nested more than {MAX_DEPTH} deep", "flatten it")
    _refuse_references(event, mark)
    match event:
        case yaml.ScalarEvent():
            null = event.style is None and event.value in _NULLS
            return Node(None if null else event.value, mark)
        case yaml.SequenceStartEvent():
            return Node(list(_items(events, depth)), mark)
        case _:
            return _mapping(events, mark, depth)


def _items(events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, events, depth + 1)


def _mapping(events: Iterator[yaml.Event], mark: Mark, depth: int) -> Node:
    entries: dict[str, Node] = {}
    keys: dict[str, Mark] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        name = _key(event)
        if name in entries:
            raise NotYaml(
                _mark(event),
                f"duplicate key {name!r}, first on line {keys[name].line}",
                "keep one of them",
            )
        keys[name] = _mark(event)
        entries[name] = _node(next(events), events, depth + 1)
    return Node(entries, mark, keys)


def _key(event: yaml.Event) -> str:
    mark = _mark(event)
    _refuse_references(event, mark)
    if not isinstance(event, yaml.ScalarEvent):
        raise NotYaml(mark, "a key is not a word", "write keys as plain words")
    if event.value == "<<":
        raise NotYaml(mark, "merge keys (<<) are not accepted", "write the keys out")
    return event.value


def _refuse_references(event: yaml.Event, mark: Mark) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise NotYaml(mark, "anchors and aliases are not accepted", "write the value out")
    if getattr(event, "tag", None):
        raise NotYaml(mark, f"the tag {event.tag!r} is not accepted", "remove the tag")


def _mark(event: yaml.Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _not_yaml(error: yaml.YAMLError) -> NotYaml:
    where = getattr(error, "problem_mark", None)
    mark = Mark(where.line + 1, where.column + 1) if where else Mark(1, 1)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return NotYaml(mark, f"not YAML: {what}", "check the indentation, quotes and brackets there")
