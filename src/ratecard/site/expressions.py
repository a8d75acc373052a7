"""The expressions of templates as Python: what a Jinja2 expression means, without Jinja2 at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from jinja2 import Environment, nodes
from jinja2.runtime import markup_join


class Unsupported(Exception):  # it is caught where it arises, and never anybody's error
    """A part of Jinja2's language that is left to Jinja2."""


class Names(NamedTuple):
    """What the names of a template mean: variables, and macros by their file and name there."""

    variables: dict[str, str]
    macros: dict[str, tuple[str, str]]
    loop: tuple[str, str] = ("", "")
    """The place in the loop around, and how often it goes round."""

    def bind(self, name: str, number: int) -> str:
        """A variable of the function for a name of the template."""
        self.variables[name] = f"{name}_{number}"
        return self.variables[name]

    def inside(self, place: str, count: str) -> Names:
        """The names inside a loop: what is set there is forgotten behind it."""
        return Names(dict(self.variables), self.macros, (place, count))


_OPERATORS: Mapping[str, str] = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in",
}  # fmt: skip
_BINARY: Mapping[type[nodes.BinExpr], str] = {nodes.And: "and", nodes.Or: "or", nodes.Add: "+", nodes.Sub: "-"}


def helpers(environment: Environment) -> dict[str, object]:
    """What the source of expressions calls by name."""
    context = environment.from_string("").new_context()

    def filtered(name: str, value: object, *given: object, **named: object) -> object:
        return environment.call_filter(name, value, given, named, context)

    return {"filtered": filtered, "joined": markup_join, "content": environment.filters.get("content")}


def text(node: nodes.Node) -> str:
    """A text that stands in a template as such."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return node.value
    raise Unsupported(node)


def targets(node: nodes.Node, names: Names, number: Callable[[], int]) -> str:
    """The variables a loop sets."""
    match node:
        case nodes.Name(name=name):
            return names.bind(name, number())
        case nodes.Tuple(items=items):
            return f"({', '.join(targets(item, names, number) for item in items)},)"
        case _:
            raise Unsupported(node)


def source(node: nodes.Node, names: Names) -> str:
    """The Python of an expression."""
    match node:
        case nodes.Const(value=value):
            return repr(value)
        case nodes.Name(name=name):
            return _name(name, names)
        case nodes.Getattr(node=nodes.Name(name="loop"), attr=attribute):
            return _loop(attribute, names)
        case nodes.Getattr(node=of, attr=attribute):
            return f"{source(of, names)}.{attribute}"
        case nodes.Getitem(node=of, arg=nodes.Const() | nodes.Name() as key):
            return f"{source(of, names)}[{source(key, names)}]"
        case nodes.Getitem(node=of, arg=nodes.Slice(start=start, stop=stop, step=None)):
            ends = (source(end, names) if end else "" for end in (start, stop))
            return f"{source(of, names)}[{':'.join(ends)}]"
        case nodes.Tuple(items=items):
            return f"({''.join(f'{source(item, names)}, ' for item in items)})"
        case _:
            return _composed(node, names)


def _composed(node: nodes.Node, names: Names) -> str:
    match node:
        case nodes.Not(node=negated):
            return f"(not {source(negated, names)})"
        case nodes.And() | nodes.Or() | nodes.Add() | nodes.Sub():
            return f"({source(node.left, names)} {_BINARY[type(node)]} {source(node.right, names)})"
        case nodes.Compare(expr=first, ops=operands):
            rest = (f"{_OPERATORS[operand.op]} {source(operand.expr, names)}" for operand in operands)
            return f"({source(first, names)} {' '.join(rest)})"
        case nodes.Concat(nodes=parts):
            return f"joined(({''.join(f'{source(part, names)}, ' for part in parts)}))"
        case nodes.CondExpr(test=test, expr1=first, expr2=other) if other is not None:
            return f"({source(first, names)} if {source(test, names)} else {source(other, names)})"
        case nodes.Call(node=nodes.Getattr() as method):
            return f"{source(method, names)}({', '.join(_arguments(node, names))})"
        case nodes.Filter(node=of, name=name) if of is not None:
            return _filter(name, node, source(of, names), names)
        case _:
            raise Unsupported(node)


def _name(name: str, names: Names) -> str:
    if name in names.variables:
        return names.variables[name]
    if name in names.macros or name in ("loop", "self", "super", "caller", "varargs", "kwargs"):
        raise Unsupported(name)  # a macro as a value, or something only Jinja2 knows
    return f"given[{name!r}]"


def _loop(attribute: str, names: Names) -> str:
    place, count = names.loop
    meant = {
        "index": f"({place} + 1)",
        "index0": place,
        "first": f"(not {place})",
        "last": f"({place} == {count} - 1)",
        "length": count,
    }
    if not place or attribute not in meant:
        raise Unsupported(attribute)
    return meant[attribute]


def _filter(name: str, node: nodes.Filter, value: str, names: Names) -> str:
    match name, node.args, node.kwargs:
        case "length", [], []:
            return f"len({value})"
        case "list", [], []:
            return f"list({value})"
        case "select", [], []:
            return f"[each for each in {value} if each]"
        case "map", [], [only] if only.key == "attribute":
            return f"[each.{text(only.value)} for each in {value}]"
        case "content", [], []:
            return f"content({value})"
        case _:
            return f"filtered({', '.join([repr(name), value, *_arguments(node, names)])})"


def _arguments(node: nodes.Call | nodes.Filter, names: Names) -> list[str]:
    if node.dyn_args or node.dyn_kwargs:
        raise Unsupported(node)
    named = (f"{given.key}={source(given.value, names)}" for given in node.kwargs)
    return [*(source(given, names) for given in node.args), *named]
