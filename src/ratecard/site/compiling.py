"""Templates as functions: a Jinja2 template, with all it extends and imports, as one plain Python function.

Jinja2 parses; what is left of the template is constant text and values to escape, in order. Names are resolved,
blocks put in their place and macros called directly once, when a template is compiled, and not on every page. What
this does not know of Jinja2's language is `Unsupported`; such a template is left to Jinja2, whose output is the
specification either way.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import markupsafe
from jinja2 import Environment, nodes
from markupsafe import escape

from ratecard.site import expressions
from ratecard.site.expressions import Names, Unsupported

#: Fills a template: from what a page prints to its text.
Filler = Callable[[Mapping[str, object]], str]
#: The imported macros of a template: the file each is in, and its name there.
Imports = dict[str, tuple[str, str]]

#: What `escape` does with a text, without marking the result: a tenth of the time, where markupsafe has it apart.
_escaped: Callable[[object], str] = getattr(markupsafe, "_escape_inner", escape)
#: Names in the source made here that are no variables of templates, whose names end in a number.
CONTEXT, WRITTEN = "given", "written"


def compiled(environment: Environment, name: str) -> Filler | None:
    """The function that fills a template, or None where only Jinja2 can."""
    try:
        return _Program(environment).filler(name)
    except Unsupported:
        return None


def escaped(value: object) -> str:
    """A value as text between tags or in an attribute, as markupsafe escapes it."""
    kind = type(value)
    if kind is str:  # exactly a text: what is marked as safe is a text too, and stays as it is
        return _escaped(value)
    return str(value) if kind is int else str(escape(value))


class _Template(NamedTuple):
    """A file of templates: its tree, the macros in it and those it imports."""

    name: str
    tree: nodes.Template
    imports: Imports
    parent: str

    def names(self) -> Names:
        """What the template's own names mean before anything is set."""
        own = {macro.name: (self.name, macro.name) for macro in self.tree.find_all(nodes.Macro)}
        return Names({}, {**self.imports, **own})


class _Program:
    """The source of one template's function and of the macros it calls."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.files: dict[str, _Template] = {}
        self.macros: dict[tuple[str, str], list[str]] = {}
        self.number = itertools.count(1)

    def filler(self, name: str) -> Filler:
        chain = [self._file(name)]
        while chain[-1].parent:
            chain.append(self._file(chain[-1].parent))
        body = _Body(self, chain)
        body.statements(chain[-1].tree.body, chain[-1].names())
        body.flush()
        lines = [line for macro in self.macros.values() for line in macro]
        lines += [f"def fill({CONTEXT}):", f" {WRITTEN} = []", *body.lines, f" return ''.join({WRITTEN})"]
        scope: dict[str, object] = {**expressions.helpers(self.environment), "escaped": escaped}
        exec(compile("\n".join(lines), f"<{name}>", "exec"), scope)
        made = scope["fill"]
        assert callable(made)
        return made

    def macro(self, key: tuple[str, str]) -> nodes.Macro:
        """A macro by its file and name; its function is in the program from now on."""
        file = self._file(key[0])
        found = next((macro for macro in file.tree.find_all(nodes.Macro) if macro.name == key[1]), None)
        if found is None:
            raise Unsupported(key)
        if key not in self.macros:
            self.macros[key] = []  # before its body, which may call the macro itself
            self.macros[key] = list(self._function(file, found))
        return found

    def function(self, key: tuple[str, str]) -> str:
        """The name of a macro's function."""
        return "macro_" + re.sub(r"\W", "_", f"{key[0]}__{key[1]}")

    def _function(self, file: _Template, macro: nodes.Macro) -> Iterator[str]:
        names = file.names()
        body = _Body(self, [file])
        arguments = [names.bind(argument.name, next(self.number)) for argument in macro.args]
        body.statements(macro.body, names)
        body.flush()
        yield f"def {self.function((file.name, macro.name))}({', '.join([CONTEXT, WRITTEN, *arguments])}):"
        yield from body.lines or [" pass"]

    def _file(self, name: str) -> _Template:
        if name not in self.files:
            assert self.environment.loader is not None
            source, path, _ = self.environment.loader.get_source(self.environment, name)
            tree = self.environment.parse(source, name, path)
            parents = [node.template for node in tree.find_all(nodes.Extends)]
            self.files[name] = _Template(name, tree, _imports(tree), expressions.text(parents[0]) if parents else "")
        return self.files[name]


def _imports(tree: nodes.Template) -> Imports:
    found: Imports = {}
    for node in tree.find_all(nodes.FromImport):
        file = expressions.text(node.template)
        for entry in node.names:
            name, alias = entry if isinstance(entry, tuple) else (entry, entry)
            found[alias] = (file, name)
    return found


class _Body:
    """The lines of a function's body: text is gathered, and written as one list with what stands between."""

    def __init__(self, program: _Program, chain: list[_Template]) -> None:
        self.program = program
        self.chain = chain
        self.lines: list[str] = []
        self.depth = 1
        self.pieces: list[str] = []

    def statements(self, body: list[nodes.Node], names: Names) -> None:
        """The lines of some nodes, one behind the other."""
        for node in body:
            self._statement(node, names)

    def flush(self) -> None:
        """Write what has been gathered."""
        if self.pieces:
            self._line(f"{WRITTEN} += ({', '.join(_joined(self.pieces))},)")
            self.pieces.clear()

    def _line(self, line: str) -> None:
        self.lines.append(" " * self.depth + line)

    def _statement(self, node: nodes.Node, names: Names) -> None:
        match node:
            case nodes.Output():
                for child in node.nodes:
                    self._output(child, names)
            case nodes.If():
                self._if(node, names)
            case nodes.For():
                self._for(node, names)
            case nodes.Block():
                self._block(node)
            case nodes.Assign(target=nodes.Name(name=name)):
                value = expressions.source(node.node, names)
                self.flush()
                self._line(f"{names.bind(name, next(self.program.number))} = {value}")
            case nodes.Macro() | nodes.FromImport() | nodes.Extends():
                pass  # macros are functions of the program, and the chain is known
            case _:
                raise Unsupported(node)

    def _output(self, node: nodes.Expr, names: Names) -> None:
        match node:
            case nodes.TemplateData(data=data):
                self.pieces.append(repr(data))
            case nodes.Const(value=value):
                self.pieces.append(repr(escaped(value)))
            case nodes.CondExpr(expr2=other) if other is not None:
                self._if(nodes.If(node.test, [nodes.Output([node.expr1])], [], [nodes.Output([other])]), names)
            case nodes.Call(node=nodes.Name(name=name)) if name in names.macros:
                self._call(node, names.macros[name], names)
            case nodes.Filter(name="content" | "tojson"):  # marked as safe by what they return
                self.pieces.append(expressions.source(node, names))
            case _:
                self.pieces.append(f"escaped({expressions.source(node, names)})")

    def _call(self, node: nodes.Call, key: tuple[str, str], names: Names) -> None:
        macro = self.program.macro(key)
        if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != len(macro.args):
            raise Unsupported(node)
        self.flush()
        given = [expressions.source(argument, names) for argument in node.args]
        self._line(f"{self.program.function(key)}({', '.join([CONTEXT, WRITTEN, *given])})")

    def _if(self, node: nodes.If, names: Names) -> None:
        self.flush()
        for word, test, body in (
            ("if", node.test, node.body),
            *(("elif", branch.test, branch.body) for branch in node.elif_),
        ):
            self._line(f"{word} {expressions.source(test, names)}:")
            self._indented(body, names)
        if node.else_:
            self._line("else:")
            self._indented(node.else_, names)

    def _indented(self, body: list[nodes.Node], names: Names) -> None:
        self.depth += 1
        before = len(self.lines)
        self.statements(body, names)
        self.flush()
        if len(self.lines) == before:
            self._line("pass")
        self.depth -= 1

    def _for(self, node: nodes.For, names: Names) -> None:
        if node.recursive:
            raise Unsupported(node)
        self.flush()
        number = next(self.program.number)
        over = f"all{number}"
        inner = names.inside(f"at{number}", f"len({over})")
        targets = expressions.targets(node.target, inner, lambda: next(self.program.number))
        entries = expressions.source(node.iter, names)
        if node.test:
            test = expressions.source(node.test, inner._replace(loop=("", "")))
            entries = f"[{targets} for {targets} in {entries} if {test}]"
        self._line(f"{over} = tuple({entries})")
        self._line(f"for at{number}, {targets} in enumerate({over}):")
        self._indented(node.body, inner)
        if node.else_:
            self._line(f"if not {over}:")
            self._indented(node.else_, names)

    def _block(self, node: nodes.Block) -> None:
        for file in self.chain:  # the nearest to the page has the say
            for block in file.tree.find_all(nodes.Block):
                if block.name == node.name:
                    self.statements(block.body, file.names())
                    return


def _joined(pieces: list[str]) -> Iterator[str]:
    """The pieces with neighbouring constants as one."""
    for constant, group in itertools.groupby(pieces, key=lambda piece: piece[0] in "'\""):
        if constant:
            yield "(" + " ".join(group) + ")"
        else:
            yield from group
