"""A workload as its author wrote it, read from a file or given in Python, with every problem."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ratecard.cards import recovery, schema, yaml_tree
from ratecard.cards.yaml_tree import Mark, Node, Path
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, BadWorkload, RatecardError, UnknownModel
from ratecard.core.problems import Problem, in_order
from ratecard.core.tasks import ALLOWED, Task, Workload
from ratecard.core.usage import usage_of
from ratecard.pricing.rates import PERIOD
from ratecard.routing import options
from ratecard.routing.arguments import Options
from ratecard.routing.needs import Need

#: The fact that says that calls go as a batch.
SERVICE_TIER = "service_tier"
BATCH = (SERVICE_TIER, "batch")

#: Options of the router that a task may state, by the name of both.
ROUTED = (
    "needs", "without", "inputs", "outputs", "n", "min_context", "max_cost", "max_price",
    "providers", "not_providers", "sellers", "not_sellers", "only", "ignore", "sync", "licence", "region",
    "any_seller",
)  # fmt: skip


def needs_of(catalog: Catalog, task: Task) -> list[Need]:
    """The needs that a task states; raises what `options.needs` raises."""
    stated = {name: _stated(task, name) for name in ROUTED}
    asked = Options(size=task.size or None, **stated)
    return options.completed(catalog, asked, usage_of(catalog.vocabulary, task.usage), options.needs(catalog, asked))


def _stated(task: Task, name: str) -> Any:
    """A task's value of a name, with money as text."""
    match getattr(task, name):
        case Decimal() as amount:
            return decimals.text(amount)
        case Mapping() as prices:
            return {meter: decimals.text(price) for meter, price in prices.items()}
        case found:
            return found


def read(file: str | os.PathLike[str], catalog: Catalog, **rest: object) -> Workload:
    """The workload in a YAML file; `rest` are words that override its own.

    Raises `BadWorkload` with every problem, its line and its fix.
    """
    name = os.fspath(file)
    try:
        with open(name, "rb") as stream:
            tree, flaws = yaml_tree.parse(stream.read(yaml_tree.MAX_BYTES + 1))
    except yaml_tree.NotYaml as failure:
        raise BadWorkload([_flawed(name, failure.flaw)]) from None
    except OSError as failure:
        raise BadWorkload([f"{name}: {failure.strerror or 'it cannot be read'}; name a readable file"]) from None
    stated = _stated_beside(rest)
    if isinstance(tree.value, dict):
        tree = tree._replace(value=tree.value | stated)
    workload = _checked(name, tree, catalog, [_flawed(name, flaw) for flaw in flaws])
    if "scores" in stated or not workload.scores:
        return workload
    return workload._replace(scores=os.path.join(os.path.dirname(name), workload.scores))


def given(tasks: Iterable[Mapping[str, object]], catalog: Catalog, **rest: object) -> Workload:
    """The workload of tasks given as mappings, with the words and rules of a file; raises `BadWorkload` alike.

    `rest` are the other words of a workload; what is None is not given.
    """
    tree = Node({"tasks": _node(list(tasks)), **_stated_beside(rest)}, _NOWHERE)
    return _checked("workload", tree, catalog, [])


def _stated_beside(rest: Mapping[str, object]) -> dict[str, Node]:
    return {name: _node(value) for name, value in rest.items() if value is not None}


def _node(value: object) -> Node:
    """A Python value as a YAML tree."""
    match value:
        case Mapping():
            held: str | list[Node] | dict[str, Node] | None = {str(key): _node(entry) for key, entry in value.items()}
            return Node(held, _NOWHERE, dict.fromkeys(map(str, value), _NOWHERE))
        case list() | tuple():
            held = [_node(entry) for entry in value]
        case set() | frozenset():
            held = [_node(entry) for entry in sorted(value, key=str)]
        case bool():
            held = "true" if value else "false"
        case float():
            held = decimals.text(Decimal(repr(value)))
        case Decimal():
            held = decimals.text(value) if value.is_finite() else str(value)
        case _:
            held = None if value is None else str(value)
    return Node(held, _NOWHERE)


_NOWHERE = Mark(1, 1)


def _flawed(file: str, flaw: yaml_tree.Flaw) -> Problem:
    return Problem(file, *flaw.mark, "", flaw.what, flaw.mend)


def _checked(file: str, tree: Node, catalog: Catalog, problems: list[Problem]) -> Workload:
    salvage = recovery.read(schema.Workload, tree)
    problems += [
        Problem(file, *remark.mark, recovery.spelled(remark.path), remark.what, remark.mend)
        for remark in salvage.remarks
        if remark.mark not in {(problem.line, problem.column) for problem in problems}
    ]
    models = not problems
    workload: Workload | None = salvage.entry.build() if salvage.entry else None
    tasks = tree.value.get("tasks") if isinstance(tree.value, dict) else None
    # where some tasks could not be read, the others have other numbers than in the tree
    if workload and tasks and isinstance(tasks.value, list) and len(workload.tasks) == len(tasks.value):
        for path, error in _misfits(workload, catalog):
            mark = yaml_tree.find(salvage.tree, path)
            what, _, mend = str(error).partition("; ")
            problems.append(Problem(file, *mark, recovery.spelled(path), what, mend or "correct the value"))
            models = models and isinstance(error, UnknownModel)
    if problems or workload is None:
        raise BadWorkload(in_order(problems), unknown_models=models)
    return workload


_Misfit = tuple[Path, RatecardError]


def _misfits(workload: Workload, catalog: Catalog) -> Iterator[_Misfit]:
    """The contradictions of a workload to the catalog or itself, with their paths."""
    for index, seller in enumerate(workload.keys):
        yield from _caught(("keys", index), options.held_keys, catalog, (seller,))
    names: set[str] = set()
    for index, task in enumerate(workload.tasks):
        at: Path = ("tasks", index)
        if task.name in names:
            yield (*at, "name"), BadValue(f"two tasks are called {task.name!r}; give each a name of its own")
        names.add(task.name)
        for found in (_unusable, _unroutable, _contradictory):
            yield from ((at + path, error) for path, error in found(task, catalog))
        if task.quality and not workload.scores:
            yield (*at, "quality"), BadValue("no scores are given; name their file as `scores` of the workload")


def _unusable(task: Task, catalog: Catalog) -> Iterator[_Misfit]:
    for word, value in task.usage.items():
        yield from _caught(("usage", word), usage_of, catalog.vocabulary, {word: value})
    words = catalog.vocabulary.meters
    if not any(word in words and decimals.parse_scaled(value) != 0 for word, value in task.usage.items()):
        yield ("usage",), BadValue("one call uses nothing; say what, such as images: 1")


def _unroutable(task: Task, catalog: Catalog) -> Iterator[_Misfit]:
    for name in ROUTED:
        stated = _stated(task, name)
        if isinstance(stated, tuple):
            for index, entry in enumerate(stated):
                one: dict[str, Any] = {name: (entry,)}
                yield from _caught((name, index), options.needs, catalog, Options(**one))
        else:
            yield from _caught((name,), options.needs, catalog, Options(**{name: stated}))
    for index, entry in enumerate(task.prefer):
        yield from _caught(("prefer", index), options.names, catalog, (entry,))
    if task.size:
        yield from _caught(("size",), options.needs, catalog, Options(size=task.size))


def _contradictory(task: Task, catalog: Catalog) -> Iterator[_Misfit]:
    """Values that contradict each other."""
    if task.batch == ALLOWED and task.sync:
        yield ("batch",), BadValue("a batch does not answer at once; leave out batch or sync")
    if task.batch == ALLOWED and SERVICE_TIER in task.usage:
        yield ("batch",), BadValue(f"the usage states a {SERVICE_TIER}; leave out that or batch")
    if task.off_peak == ALLOWED and PERIOD in task.usage:
        yield ("off_peak",), BadValue(f"the usage states a {PERIOD}; leave out that or off_peak")
    if task.prefer and task.quality:
        yield ("quality",), BadValue("prefer and quality both say what is preferred; leave one out")
    if task.size and "size" in task.usage:
        yield ("size",), BadValue("the usage states a size too; leave one out")


def _caught(path: Path, check: Callable[..., object], *given: object) -> Iterator[_Misfit]:
    try:
        check(*given)
    except RatecardError as error:
        yield path, error
