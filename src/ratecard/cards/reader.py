"""Reads a catalog's authored files into records and collects every problem.

`ratecard.cards.layout` defines where each file is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.cards import recovery, schema, yaml_tree
from ratecard.cards.layout import DECISIONS, MODELS, SELLERS, SUFFIX, listing
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.problems import Problem
from ratecard.core.records import Card, Vocabulary

#: The first line of a file, by which editors find its schema.
EDITOR_LINE = "# yaml-language-server: $schema="

#: The schema of the entries in each vocabulary file.
WORDS: Mapping[str, type[schema.Entry]] = {
    "meters": schema.Meter,
    "facts": schema.Fact,
    "capabilities": schema.CapabilityWord,
    "endpoints": schema.Endpoint,
    "parameters": schema.RequestParameter,
    "use_cases": schema.UseCase,
    "providers": schema.Provider,
    "collections": schema.Collection,
    "feeds": schema.Feed,
}


class Document(NamedTuple):
    """One authored file: the record it holds, its YAML tree and its problems.

    `broken` holds the paths whose values were dropped or replaced; checks that depend on them are skipped.
    """

    file: str
    id: str
    record: Any
    tree: yaml_tree.Node
    problems: tuple[Problem, ...] = ()
    broken: frozenset[yaml_tree.Path] = frozenset()

    def problem(self, path: yaml_tree.Path, what: str, mend: str) -> Problem:
        """A problem with the value at `path`."""
        mark = yaml_tree.find(self.tree, path)
        return Problem(self.file, mark.line, mark.column, recovery.spelled(path), what, mend)

    def holds(self, path: yaml_tree.Path) -> bool:
        """True if the value at `path` is the author's own."""
        return not any(path[: len(broken)] == broken for broken in self.broken)

    def is_whole(self, path: yaml_tree.Path) -> bool:
        """True if everything below `path` is the author's own too."""
        return not any(broken[: len(path)] == path for broken in self.broken)


class Draft(NamedTuple):
    """A catalog as read, with its documents and their problems; not yet checked across files."""

    catalog: Catalog
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def read(root: Path) -> Draft:
    """The catalog under `root`."""
    words, problems = read_words(root)
    documents: list[Document] = []
    for folder, reading in ((SELLERS, read_seller), (MODELS, read_card)):
        files, strays = listing(root / folder)
        problems.extend(strays)
        documents.extend(reading(root, file) for file in files)
    problems.extend(problem for document in documents for problem in document.problems)
    held = [document.record for document in documents if document.record is not None]
    cards = {record.slug: record for record in held if isinstance(record, Card)}
    sellers = {record.id: record for record in held if not isinstance(record, Card)}
    catalog = Catalog(
        cards=cards,
        sellers=sellers,
        providers=words["providers"],
        collections=words["collections"],
        feeds=words["feeds"],
        decisions=words["decisions"],
        vocabulary=Vocabulary(*(words[name] for name in Vocabulary._fields)),
        names=names_of(cards.values()),
    )
    return Draft(catalog, tuple(documents), tuple(problems))


def read_card(root: Path, file: str, *, alone: bool = True) -> Document:
    """The model card in a file below `root`/models; a folder that is not `alone` adds to a catalog, without schemas."""
    slug = slug_of(root, file)
    document = _document(file, slug, schema.Card, "slug")
    extra = list(_editor_line_problems(root, file)) if alone else []
    if not schema.SLUG.fullmatch(slug):
        mend = "name folders and file in lower case letters, digits, dots, dashes: provider/model.yaml"
        extra.insert(0, Problem(file, 1, 1, "", f"the path gives the invalid slug {slug!r}", mend))
    return document._replace(problems=(*document.problems, *extra))


def slug_of(root: Path, file: str) -> str:
    """The slug of the card in a file: its path below `root`/models."""
    return Path(file).relative_to(root / MODELS).with_suffix("").as_posix()


def read_seller(root: Path, file: str, *, alone: bool = True) -> Document:
    """The seller in a file below `root`/sellers."""
    document = _document(file, Path(file).stem, schema.Seller, "id")
    extra = _editor_line_problems(root, file) if alone else ()
    return document._replace(problems=(*document.problems, *extra))


def read_words(root: Path, *, alone: bool = True) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The entries of each file of words under `root`, by id; a folder that is not `alone` may lack any of them."""
    words: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for name, model in WORDS.items():
        if not alone and not (root / f"{name}{SUFFIX}").exists():
            words[name] = {}
            continue
        words[name], found = _word_file(str(root / f"{name}{SUFFIX}"), model)
        problems.extend(found)
    words["decisions"] = {}
    for file in listing(root / DECISIONS)[0]:
        entries, found = _word_file(file, schema.Decision)
        words["decisions"] |= entries
        problems.extend(found)
    return words, problems


def _word_file(file: str, model: type[schema.Entry]) -> tuple[dict[str, Any], list[Problem]]:
    tree, problems = _tree(file)
    if tree is None or not isinstance(tree.value, dict):
        return {}, problems or [Problem(file, 1, 1, "", "no entries", "write one entry per id")]
    entries: dict[str, Any] = {}
    for id, node in tree.value.items():
        salvage = recovery.read(model, node)
        problems.extend(_problem(file, remark, prefix=(id,)) for remark in salvage.remarks)
        if salvage.entry is not None:
            entries[id] = salvage.entry.build(id=id)
    return entries, problems


def _document(file: str, id: str, model: type[schema.Entry], key: str) -> Document:
    tree, problems = _tree(file)
    if tree is None:
        return Document(file, id, None, yaml_tree.Node(None, yaml_tree.Mark(1, 1)), tuple(problems))
    flawed = {(problem.line, problem.column) for problem in problems}
    salvage = recovery.read(model, tree)
    problems += [_problem(file, remark) for remark in salvage.remarks if remark.mark not in flawed]
    record = salvage.entry.build(**{key: id}) if salvage.entry is not None else None
    broken = frozenset(remark.path for remark in salvage.remarks)
    return Document(file, id, record, salvage.tree, tuple(problems), broken)


def _tree(file: str) -> tuple[yaml_tree.Node | None, list[Problem]]:
    try:
        with open(file, "rb") as stream:
            tree, flaws = yaml_tree.parse(stream.read(yaml_tree.MAX_BYTES + 1))
    except yaml_tree.NotYaml as failure:
        tree, flaws = None, [failure.flaw]
    except OSError as failure:
        reason = failure.strerror or "cannot be read"
        return None, [Problem(file, 1, 1, "", reason.lower(), "put a readable file there")]
    return tree, [Problem(file, *flaw.mark, "", flaw.what, flaw.mend) for flaw in flaws]


def _problem(file: str, remark: recovery.FieldProblem, prefix: yaml_tree.Path = ()) -> Problem:
    where = recovery.spelled((*prefix, *remark.path))
    return Problem(file, remark.mark.line, remark.mark.column, where, remark.what, remark.mend)


@lru_cache
def _editor_line(root: Path, folder: str) -> str:
    kind = "seller" if Path(folder).is_relative_to(root / SELLERS) else "card"
    target = os.path.relpath(root / "schema" / f"{kind}.schema.json", folder)
    return f"{EDITOR_LINE}{Path(target).as_posix()}"


def _editor_line_problems(root: Path, file: str) -> Iterator[Problem]:
    wanted = _editor_line(root, os.path.dirname(file))
    try:
        with open(file, encoding="utf-8-sig", errors="replace") as stream:
            first = stream.readline().strip()
    except OSError:
        return
    if first != wanted:
        yield Problem(file, 1, 1, "", "the line that names the schema for editors is missing", f"begin with: {wanted}")
