"""Error recovery: turns pydantic's errors into problems an author can act on, and keeps the valid rest.

Broken parts of a document are removed and it is read again, so that checks on whole records still run
and one pass reports every problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ratecard.cards.schema import Entry
from ratecard.cards.yaml_tree import Mark, Node, Path, contents, find
from ratecard.core.errors import near

#: Maximum number of times a document is pruned and read again.
MAX_PASSES = 8


def _placeholder(value: str | list[Node] | dict[str, Node]) -> Node:
    return Node(value, Mark(1, 1))


_SOURCE = _placeholder({"url": _placeholder("https://example.org"), "checked": _placeholder("2000-01-01")})

#: Placeholders for broken required values, by key. They are never shown or stored, because a document
#: with problems is not built.
PLACEHOLDERS: Mapping[str, Node] = {
    **{key: _placeholder("none") for key in ("name", "provider", "meter", "seller", "model_id", "about")},
    **{key: _placeholder("none") for key in ("says", "held", "why", "title", "label", "sentence", "unit")},
    **{key: _placeholder("1") for key in ("price", "percent", "total")},
    **{key: _placeholder("2000-01-01") for key in ("checked", "date")},
    "url": _placeholder("https://example.org"),
    "modality": _placeholder("image"),
    "kind": _placeholder("reseller"),
    "event": _placeholder("listed"),
    "value": _placeholder("unknown"),
    "rates": _placeholder([]),
    "source": _SOURCE,
    "sources": _placeholder([_SOURCE]),
}


class FieldProblem(NamedTuple):
    """A problem in one document, located by path and mark."""

    path: Path
    mark: Mark
    what: str
    mend: str


class Salvage(NamedTuple):
    """The result of reading a document: the entry, the tree it was read from and the problems."""

    entry: Entry | None
    tree: Node
    remarks: tuple[FieldProblem, ...]


def read(model: type[Entry], tree: Node) -> Salvage:
    """Reads the entry in a tree.

    Broken parts are reported and removed or, if required, replaced by a placeholder; the entry is None
    if nothing useful remains.
    """
    remarks: tuple[FieldProblem, ...] | None = None
    for _ in range(MAX_PASSES):
        try:
            return Salvage(model.model_validate(contents(tree)), tree, remarks or ())
        except ValidationError as failure:
            errors = failure.errors(include_url=False)
        # A list is also too short if its items are broken; that error only repeats theirs.
        own = [error for error in errors if error["type"] != "too_short" or not error["input"]]
        if remarks is None:
            found = []
            for error in own:
                path = _path(error)
                mark = find(tree, path, key=error["type"] == "extra_forbidden")
                found.append(FieldProblem(path, mark, *_words(model, path, error)))
            remarks = tuple(found)
        tree = _pruned(tree, own or errors)
    return Salvage(None, tree, remarks or ())


def spelled(path: Path) -> str:
    """A path as authors read it: offers[0].tariffs[1].rates[2].price."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _path(error: ErrorDetails) -> Path:
    return tuple(part for part in error["loc"] if part != "[key]")


def _words(model: type[Entry], path: Path, error: ErrorDetails) -> tuple[str, str]:
    context: dict[str, Any] = error.get("ctx", {})
    last = path[-1] if path else ""
    match error["type"]:
        case "ratecard":
            return context["what"], context["mend"]
        case "missing":
            return f"the required key {last!r} is missing", "add it"
        case "extra_forbidden":
            if str(last).isdigit():
                return f"{last!r} is no key: a comma ends a value", "write numbers with a point, such as 0.04"
            guesses = near(str(last), _keys_at(model, path[:-1]), limit=1)
            hint = f"did you mean {guesses[0]!r}?" if guesses else "remove it"
            return f"unknown key {last!r}", hint
        case "literal_error":
            words = str(context["expected"]).replace("'', ", "").replace("''", "")
            return f"{error['input']!r} is not an allowed value", f"write one of {words}"
    if error["input"] is None:
        return "the value is empty", "fill it in or omit the key"
    message = error["msg"]
    return _SHAPES.get(error["type"], (message[:1].lower() + message[1:], "correct the value"))


_SHAPES = {
    "string_type": ("a text is expected here", "write a single value"),
    "dict_type": ("keys and values are expected here", "write a mapping such as {key: value}"),
    "model_type": ("keys and values are expected here", "write a mapping such as {key: value}"),
    "tuple_type": ("a list is expected here", "write it as [one, two]"),
    "list_type": ("a list is expected here", "write it as [one, two]"),
    "too_short": ("the list is empty", "give at least one"),
    "string_too_long": ("the text is too long", "shorten it"),
    "string_pattern_mismatch": ("the text has the wrong format", "see the schema for the format"),
    "int_type": ("a whole number is expected here", "write digits only"),
    "bool_type": ("true or false is expected here", "write true or false"),
    "is_instance_of": ("a number is expected here", "write digits with a point"),
}


def _keys_at(model: type[Entry], path: Path) -> Iterable[str]:
    """The keys allowed at a path of an entry."""
    for part in path:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = _entry_in(field.annotation) or model
    return model.model_fields


def _entry_in(annotation: Any) -> type[Entry] | None:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    return next(filter(None, map(_entry_in, get_args(annotation))), None)


def _pruned(tree: Node, errors: list[ErrorDetails]) -> Node:
    """The tree without its broken parts, required ones replaced by placeholders."""
    broken: dict[Path, Node | None] = {}
    for error in errors:
        path = _path(error)
        if path:
            broken[path] = PLACEHOLDERS.get(str(path[-1]))
            if error["type"] == "missing" and broken[path] is None:
                broken[path[:-1]] = None
    return _repaired(tree, broken, ())


def _repaired(node: Node, broken: Mapping[Path, Node | None], path: Path) -> Node:
    match node.value:
        case dict() as entries:
            kept = {
                key: _repaired(child, broken, (*path, key))
                for key, child in entries.items()
                if (*path, key) not in broken
            }
            replaced = {
                str(part[-1]): placeholder
                for part, placeholder in broken.items()
                if part[:-1] == path and placeholder is not None
            }
            return node._replace(value=kept | replaced)
        case list() as items:
            return node._replace(
                value=[
                    _repaired(child, broken, (*path, index))
                    for index, child in enumerate(items)
                    if (*path, index) not in broken
                ]
            )
        case _:
            return node
