"""How the code is built: who uses what, start-up, size, public names."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ratecard
import toys

SOURCE = toys.ROOT / "src" / "ratecard"
MODULES = sorted(SOURCE.rglob("*.py"))

#: The packages from the ground up; one imports only what stands on an earlier line.
FLOORS = (
    "core",
    "pricing database",
    "cards",
    "market routing",
    "requests responses",
    "api",
    "logs",
    "site",
    "cli",
)

#: Who alone may import a library.
HOLDERS = {
    "yaml": {"cards"},
    "pydantic": {"cards"},
    "pydantic_core": {"cards"},
    "sqlite3": {
        "store",
        "stored_index",
        "writer",
        "sql",
        "database",
    },  # `sql` gives a connection the decimals it prices with
    "sqlite_utils": {"database"},
    "jinja2": {"site"},
    "markupsafe": {"site"},
    "click": {"cli"},
    "ibis": {"logs"},
    "duckdb": {"logs"},
    "pyspark": {"logs"},
    "pyarrow": {"logs"},
    "pandas": {"logs"},
    "bpe_openai": {"requests"},
}


def noun(path: Path) -> str:
    """The top-level module or package a file belongs to."""
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The modules a file imports, wherever it does so; `ratecard` ones by their first part."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            names |= {f"ratecard.{alias.name}" for alias in node.names} if module == "ratecard" else {module}
    return names


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_package_has_its_floor() -> None:
    """A new package finds its place on purpose."""
    assert {noun(path) for path in MODULES} - {"__init__", "__main__"} == set(" ".join(FLOORS).split())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_import_points_upward(path: Path) -> None:
    """A package uses only those on floors below its own, so no two import each other."""
    floor = {name: number for number, names in enumerate(FLOORS) for name in names.split()}
    own = noun(path)
    if own in floor:
        used = {name.split(".")[1] for name in imports(path) if name.startswith("ratecard.")} - {own}
        above = {name for name in used if floor.get(name, -1) >= floor[own]}
        assert not above, f"{own} may not use {above}"


def test_no_modules_import_each_other() -> None:
    """The imports between modules, inside packages too and under TYPE_CHECKING, have no circle."""
    names = {".".join(("ratecard", *path.relative_to(SOURCE).with_suffix("").parts)): path for path in MODULES}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    arrows: dict[str, set[str]] = {}
    for name, path in names.items():
        found: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                whole = ((f"{node.module}.{alias.name}", node.module or "") for alias in node.names)
                found |= {inner if inner in names else module for inner, module in whole}
        arrows[name] = found & names.keys() - {name}
    try:
        graphlib.TopologicalSorter(arrows).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_each_library_has_one_holder(path: Path) -> None:
    """Only the reader's tree knows YAML, only what is about the database SQLite, only the site Jinja2, only the cli click."""
    for name in imports(path):
        holders = HOLDERS.get(name.split(".")[0])
        assert holders is None or noun(path) in holders, f"{noun(path)} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_module_is_long_and_each_says_what_it_is(path: Path) -> None:
    """A module has at most 600 lines and begins with the sentence that could stand in a table of contents."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 600
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring.split("\n\n")[0].endswith((".", "serve`: the pages, and a look at them.")), docstring


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_fit_on_a_screen(path: Path) -> None:
    """No function has over 60 lines, and none takes over 7 arguments by place."""
    for function in functions(path):
        size = (function.end_lineno or 0) - function.lineno + 1
        assert size <= 60, f"{path.name}: {function.name}"
        positional = [*function.args.posonlyargs, *function.args.args]
        is_command = any("click" in ast.unparse(decorator) for decorator in function.decorator_list)
        assert len(positional) <= (9 if is_command else 7), f"{path.name}: {function.name}"


#: Coined words that have a standard one: candidate, postings, lower bound, cache, folding, response cost, lazy sequence,
#: JSON value, YAML tree, recovery, incremental, held, capability, options, needs of, rules, unit costs, snapshot, logs,
#: request body, added, removed, unrecognized.
RETIRED = frozenset(
    [
        "place",
        "places",
        "holder",
        "holders",
        "floor",
        "floors",
        "ready",
        "kept",
        "standing",
        "settling",
        "settled",
        "charges",
        "plain",
        "nodes",
        "mending",
        "partial",
        "imported",
        "abilities",
        "asking",
        "inspecting",
        "judging",
        "sheet",
        "sheets",
        "states",
        "bulk",
        "envelope",
        "envelopes",
        "came",
        "gone",
        "unread",
    ]
)


def _bare(name: str) -> str:
    """A name without the capitals and underscores that it is written with."""
    return name.strip("_").removesuffix(".py").lower()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_retired_word_names_anything(path: Path) -> None:
    """No module, package, class or function bears a word that the field has another for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = [
        node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    named = {_bare(name) for name in (*defined, *path.relative_to(SOURCE).parts)}
    assert not named & RETIRED - ({"places"} if path.name == "decimals.py" else set())


def test_no_command_option_heading_or_key_bears_a_retired_word() -> None:
    """Neither options nor what the command line prints as a heading or a key of JSON does."""
    for path in sorted((SOURCE / "cli").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        options = re.findall(r'"--([a-z-]+)"', text)
        keys = re.findall(r'"([a-z_]+)":', text)
        headings = re.findall(r'_section\("([^"]+)"', text)
        assert not {word for name in (*options, *keys) for word in re.split("[-_]", name)} & RETIRED, path
        assert not {word.lower() for heading in headings for word in heading.split()} & RETIRED, path


def test_nothing_catches_everything() -> None:
    """No handler is broader than what it expects."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, path
                assert ast.unparse(node.type) not in ("Exception", "BaseException"), path


HEAVY = ("pydantic", "sqlite_utils", "yaml", "jinja2", "click")


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("from ratecard import cost; cost('openai/gpt-image-1', images=2, quality='high')", HEAVY),
        ("from ratecard import route; route(['edit'], images=1)", HEAVY),
        ("import sys; sys.argv = ['ratecard', 'cost', 'openai/gpt-image-1', 'images=2', '--json'];"
         "from ratecard.cli import run; run(sys.argv[1:])", HEAVY),
        ("from ratecard.cli import run; run(['route', '--need', 'edit', 'images=1'])", HEAVY[:-1]),
        ("from ratecard.cli import run; run(['search', 'flux'])", HEAVY),
        ("from ratecard.cli import run; run(['show', 'bfl/flux-2-pro'])", HEAVY),
        ("from ratecard.cli import run; run(['history', 'bfl/flux-2-pro'])", HEAVY[:-1]),
        ("from ratecard.cli import run; run(['where'])", HEAVY[:-1]),
        ("from ratecard.cli import run; run(['--help'])", HEAVY[:-1]),
    ],
)  # fmt: skip
def test_prices_and_routes_start_without_the_tools_that_build(code: str, absent: tuple[str, ...], db: Path) -> None:
    """`cost` and `route` load neither pydantic nor sqlite_utils, PyYAML, Jinja2 or (a plain cost) click."""
    check = f"{code}\nimport sys\nassert not set(sys.modules) & {set(absent)!r}, set(sys.modules) & {set(absent)!r}"
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True,
        text=True,
        check=False,
        env={"RATECARD_DB": str(db), "PATH": "", "PYTHONPATH": str(SOURCE.parent)},
    )
    assert done.returncode == 0, done.stderr


def test_the_public_names_are_those_listed() -> None:
    """__all__ is sorted, every name in it is there, and each has a docstring."""
    assert ratecard.__all__ == sorted(ratecard.__all__)
    for name in ratecard.__all__:
        assert getattr(ratecard, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ratecard.nothing  # noqa: B018  # the access is what is tested
    assert set(ratecard.__all__) <= set(dir(ratecard))


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    """errors.py opens with every error and the builtin it is under."""
    from ratecard.core import errors

    drawn = dict(re.findall(r"── (\w+)\s+\((\w+)\)", errors.__doc__ or ""))
    real = {
        name: next(base.__name__ for base in found.__bases__ if base is not errors.RatecardError)
        for name, found in vars(errors).items()
        if isinstance(found, type) and issubclass(found, errors.RatecardError) and found is not errors.RatecardError
        and found.__module__ == errors.__name__
    }  # fmt: skip
    assert drawn == real


def test_lint_and_types_are_clean() -> None:
    """ruff, its formatter and strict mypy have nothing to say."""
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=toys.ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
