"""Pydantic's errors as problems an author can act on, and the parts of a document that still stand.

A document with mistakes is pruned of what is broken and read again, so that the checks that need
whole records still see the rest of it and one run reports every problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ratecard.cards.schema import Entry
from ratecard.cards.yaml_tree import Mark, Node, Path, contents, find
from ratecard.core.errors import near

#: How often a document is pruned and read again before it is given up.
MAX_PASSES = 8


def _stand_in(text: str) -> Node:
    return Node(text, Mark(1, 1))


#: What takes the place of a required value that is broken, by its key. Nothing that rests on a
#: stand-in is ever shown or stored: a document with problems is not built.
STAND_INS: Mapping[str, Node] = {
    **{key: _stand_in("none") for key in ("name", "provider", "meter", "seller", "model_id", "about")},
    **{key: _stand_in("none") for key in ("says", "held", "why", "title", "label", "sentence", "unit")},
    **{key: _stand_in("1") for key in ("price", "percent", "total")},
    **{key: _stand_in("2000-01-01") for key in ("checked", "date")},
    "url": _stand_in("https://none"),
    "modality": _stand_in("image"),
    "kind": _stand_in("reseller"),
    "event": _stand_in("listed"),
    "value": _stand_in("unknown"),
    "rates": Node([], Mark(1, 1)),
    "source": Node({"url": _stand_in("https://none"), "checked": _stand_in("2000-01-01")}, Mark(1, 1)),
    "sources": Node(
        [Node({"url": _stand_in("https://none"), "checked": _stand_in("2000-01-01")}, Mark(1, 1))],
        Mark(1, 1),
    ),
}


class FieldProblem(NamedTuple):
    """A problem inside one document."""

    path: Path
    mark: Mark
    what: str
    mend: str


class Salvage(NamedTuple):
    """What a document yields: the entry, the tree it was read from, and what is wrong with it."""

    entry: Entry | None
    tree: Node
    remarks: tuple[FieldProblem, ...]


def read(model: type[Entry], tree: Node) -> Salvage:
    """The entry a tree stands for.

    Broken parts are reported and left out or, where an entry cannot do without, replaced by a
    stand-in; the entry is None where nothing useful remains.
    """
    remarks: tuple[FieldProblem, ...] | None = None
    for _ in range(MAX_PASSES):
        try:
            return Salvage(model.model_validate(contents(tree)), tree, remarks or ())
        except ValidationError as failure:
            errors = failure.errors(include_url=False)
        if remarks is None:
            remarks = tuple(_remark(model, tree, error) for error in errors if not _echo(error))
        tree = _pruned(tree, [error for error in errors if not _echo(error)] or errors)
    return Salvage(None, tree, remarks or ())


def _echo(error: ErrorDetails) -> bool:
    """Whether an error only repeats that the items of a list are broken."""
    return error["type"] == "too_short" and bool(error["input"])


def spelled(path: Path) -> str:
    """A path as authors read it: offers[0].tariffs[1].rates[2].price."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _remark(model: type[Entry], tree: Node, error: ErrorDetails) -> FieldProblem:
    path = tuple(part for part in error["loc"] if part != "[key]")
    what, mend = _words(model, path, error)
    return FieldProblem(path, find(tree, path, key=error["type"] == "extra_forbidden"), what, mend)


def _words(model: type[Entry], path: Path, error: ErrorDetails) -> tuple[str, str]:
    context: dict[str, Any] = error.get("ctx", {})
    last = path[-1] if path else ""
    match error["type"]:
        case "ratecard":
            return context["what"], context["mend"]
        case "missing":
            return f"the required key {last!r} is missing", "add it"
        case "extra_forbidden":
            guesses = near(str(last), _keys_at(model, path[:-1]), limit=1)
            hint = f"did you mean {guesses[0]!r}?" if guesses else "remove it"
            return f"unknown key {last!r}", hint
        case "literal_error":
            words = str(context["expected"]).replace("'', ", "").replace("''", "")
            return f"{error['input']!r} is not a word for this", f"write one of {words}"
    if error["input"] is None:
        return "the value is empty", "fill it in or leave the key out"
    return _SHAPES.get(error["type"], (_lowered(error["msg"]), "mend the value"))


_SHAPES = {
    "string_type": ("a text is expected here", "write a single value"),
    "dict_type": ("keys and values are expected here", "write a mapping such as {key: value}"),
    "model_type": ("keys and values are expected here", "write a mapping such as {key: value}"),
    "tuple_type": ("a list is expected here", "write it as [one, two]"),
    "list_type": ("a list is expected here", "write it as [one, two]"),
    "too_short": ("the list is empty", "give at least one"),
    "string_too_long": ("the text is too long", "shorten it"),
    "string_pattern_mismatch": ("the text has another form than is expected here", "see the schema for it"),
    "int_type": ("a whole number is expected here", "write digits only"),
    "bool_type": ("true or false is expected here", "write true or false"),
    "is_instance_of": ("a number is expected here", "write digits with a point"),
}


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _keys_at(model: type[Entry], path: Path) -> Iterable[str]:
    """The keys an entry may have at a path."""
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
    """The tree with what the errors name left out, or replaced where an entry needs something."""
    broken: dict[Path, Node | None] = {}
    for error in errors:
        path = tuple(part for part in error["loc"] if part != "[key]")
        if path:
            broken[path] = STAND_INS.get(str(path[-1]))
            if error["type"] == "missing" and broken[path] is None:
                broken[path[:-1]] = None
    return _mended(tree, broken, ())


def _mended(node: Node, broken: Mapping[Path, Node | None], path: Path) -> Node:
    match node.value:
        case dict() as entries:
            standing = {
                part[-1]: stand_in for part, stand_in in broken.items() if part[:-1] == path and stand_in is not None
            }
            kept = {
                key: _mended(child, broken, (*path, key))
                for key, child in entries.items()
                if (*path, key) not in broken
            }
            return node._replace(value=kept | {str(key): child for key, child in standing.items()})
        case list() as items:
            return node._replace(
                value=[
                    _mended(child, broken, (*path, index))
                    for index, child in enumerate(items)
                    if (*path, index) not in broken
                ]
            )
        case _:
            return node
