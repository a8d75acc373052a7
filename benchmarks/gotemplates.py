"""The site's own template of a page in Hugo's language, so that both are asked for the very same pages.

What is written twice by hand drifts apart. So the template for Hugo is made of the one for Jinja2: blocks in their
place and macros written out where they are called, which is the fastest way for Hugo too.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes

Names = dict[str, str]

_OPERATORS = {"eq": "eq", "ne": "ne", "lt": "lt", "lteq": "le", "gt": "gt", "gteq": "ge"}


def translated(environment: Environment, name: str) -> str:
    """A template with all it extends and imports, as one of Hugo's."""
    return _Translation(environment).page(name)


def values(value: Any) -> Any:
    """What a page prints as JSON for Hugo, whose keys are lower case and whose numbers are floats."""
    match value:
        case bool() | None | str():
            return value
        case int():
            return str(value) if value else 0  # a large float would be printed with an exponent
        case tuple() if hasattr(value, "_fields"):
            properties = (name for name, held in vars(type(value)).items() if isinstance(held, property))
            return {name: values(getattr(value, name)) for name in (*value._fields, *properties)}
        case tuple() | list():
            return [values(item) for item in value]
        case _:
            return str(value)


class _Translation:
    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.number = itertools.count(1)
        self.chain: list[nodes.Template] = []

    def page(self, name: str) -> str:
        while name:
            tree = self._tree(name)
            self.chain.append(tree)
            parents = [node.template.value for node in tree.find_all(nodes.Extends)]
            name = parents[0] if parents else ""
        body = self._body(self.chain[-1].body, {}, self._macros(self.chain[-1]))
        # Each parameter is looked up once, which Hugo is slow at.
        asked = sorted(set(re.findall(r"\$given_(\w+)", body)))
        return "".join(f"{{{{ $given_{name} := .Params.{name} }}}}" for name in asked) + body

    def _tree(self, name: str) -> nodes.Template:
        return self.environment.parse(self.environment.loader.get_source(self.environment, name)[0])

    def _macros(self, tree: nodes.Template) -> dict[str, Any]:
        """The macros that a file knows: name, then the macro and those that its own file knows."""
        known: dict[str, Any] = {}
        for node in tree.find_all(nodes.FromImport):
            theirs = self._macros(self._tree(node.template.value))
            pairs = [(entry, entry) if isinstance(entry, str) else entry for entry in node.names]
            known |= {alias: theirs[name] for name, alias in pairs}
        known |= {macro.name: (macro, known) for macro in tree.find_all(nodes.Macro)}
        return known

    def _body(self, body: list[nodes.Node], names: Names, macros: dict[str, Any], loop: str = "") -> str:
        return "".join(self._statement(node, names, macros, loop) for node in body)

    def _statement(self, node: nodes.Node, names: Names, macros: dict[str, Any], loop: str) -> str:
        match node:
            case nodes.Output():
                return "".join(self._output(child, names, macros, loop) for child in node.nodes)
            case nodes.If():
                branches = [("if", node.test, node.body), *(("else if", each.test, each.body) for each in node.elif_)]
                shown = "".join(
                    f"{{{{ {word} {_source(test, names, loop)} }}}}{self._body(body, dict(names), macros, loop)}"
                    for word, test, body in branches
                )
                other = f"{{{{ else }}}}{self._body(node.else_, dict(names), macros, loop)}" if node.else_ else ""
                return f"{shown}{other}{{{{ end }}}}"
            case nodes.For():
                return self._for(node, names, macros, loop)
            case nodes.Block():
                return self._block(node.name)
            case nodes.Assign():
                value = _source(node.node, names, loop)
                return f"{{{{ {self._bound(node.target.name, names)} := {value} }}}}"
            case nodes.Macro() | nodes.FromImport() | nodes.Extends():
                return ""
        raise NotImplementedError(node)

    def _bound(self, name: str, names: Names) -> str:
        names[name] = f"${name}{next(self.number)}"
        return names[name]

    def _block(self, name: str) -> str:
        found = ((tree, block) for tree in self.chain for block in tree.find_all(nodes.Block) if block.name == name)
        tree, block = next(found)
        return self._body(block.body, {}, self._macros(tree))

    def _for(self, node: nodes.For, names: Names, macros: dict[str, Any], loop: str) -> str:
        number = next(self.number)
        inner = dict(names)
        begin = f"{{{{ $all{number} := {_source(node.iter, names, loop)} }}}}"
        if isinstance(node.target, nodes.Name):
            each, parts = self._bound(node.target.name, inner), ""
        else:
            each = f"$each{number}"
            parts = "".join(
                f"{{{{ {self._bound(item.name, inner)} := index {each} {at} }}}}"
                for at, item in enumerate(node.target.items)
            )
        body = parts + self._body(node.body, inner, macros, str(number))
        other = f"{{{{ else }}}}{self._body(node.else_, dict(names), macros, loop)}" if node.else_ else ""
        return f"{begin}{{{{ range $at{number}, {each} := $all{number} }}}}{body}{other}{{{{ end }}}}"

    def _output(self, node: nodes.Expr, names: Names, macros: dict[str, Any], loop: str) -> str:
        match node:
            case nodes.TemplateData():
                return node.data
            case nodes.CondExpr():
                return self._statement(
                    nodes.If(node.test, [nodes.Output([node.expr1])], [], [nodes.Output([node.expr2])]),
                    names, macros, loop,
                )  # fmt: skip
            case nodes.Call(node=nodes.Name(name=name)) if name in macros:
                macro, known = macros[name]
                given = [_source(argument, names, loop) for argument in node.args]
                inner: Names = {}
                bound = (f"{self._bound(argument.name, inner)} := {value}" for argument, value in
                         zip(macro.args, given, strict=True))  # fmt: skip
                begin = "".join(f"{{{{ {line} }}}}" for line in bound)
                return begin + self._body(macro.body, inner, known)
            case nodes.Filter(name="tojson"):
                return f"{{{{ {_source(node.node, names, loop)} | safeJS }}}}"  # which is text of JSON already
            case nodes.Filter(name="content"):
                return f"{{{{ {_source(node.node, names, loop)} }}}}"
        return f"{{{{ {_source(node, names, loop)} }}}}"


def _source(node: Any, names: Names, loop: str) -> str:
    """An expression in Hugo's language."""

    def of(other: Any) -> str:
        return _source(other, names, loop)

    match node:
        case nodes.Const():
            return json.dumps(node.value)
        case nodes.Name():
            return names.get(node.name) or f"$given_{node.name}"
        case nodes.Getattr(node=nodes.Name(name="loop")):
            last = f"(eq $at{loop} (sub (len $all{loop}) 1))"
            return {"first": f"(eq $at{loop} 0)", "last": last, "index": f"(add $at{loop} 1)"}[node.attr]
        case nodes.Getattr():
            return f"{of(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"(index {of(node.node)} {of(node.arg)})"
        case nodes.Not():
            return f"(not {of(node.node)})"
        case nodes.And() | nodes.Or():
            return f"({'and' if isinstance(node, nodes.And) else 'or'} {of(node.left)} {of(node.right)})"
        case nodes.Compare(ops=[operand]):
            return f"({_OPERATORS[operand.op]} {of(node.expr)} {of(operand.expr)})"
        case nodes.Concat():
            return f"(print {' '.join(of(part) for part in node.nodes)})"
        case nodes.CondExpr():
            return f"(cond {of(node.test)} {of(node.expr1)} {of(node.expr2)})"
        case nodes.Filter():
            return _filter(node, of)
    raise NotImplementedError(node)


def _filter(node: nodes.Filter, of: Callable[[Any], str]) -> str:
    match node:
        case nodes.Filter(name="length"):
            return f"(len {of(node.node)})"
        case nodes.Filter(name="join"):
            return f"(delimit {of(node.node)} {of(node.args[0])})"
        case nodes.Filter(name="list"):
            return of(node.node)
        case nodes.Filter(name="select", node=nodes.Filter(name="map") as mapped):
            return f'(where {of(mapped.node)} {of(mapped.kwargs[0].value)} "ne" "")'
    raise NotImplementedError(node)
