"""Scores a user gives to models: numeric columns of a CSV or JSON file, by which offers are preferred."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, find
from ratecard.core.errors import BadWorkload, UnknownModel, near
from ratecard.core.problems import Problem

MAX_BYTES = 16_000_000
SLUG, SELLER = "slug", "seller"


class Scores(NamedTuple):
    """The numbers of a file by column, model's slug and seller, which is empty if the number holds at every seller.

    `foreign` are names of models that are not in the catalog; their numbers are not used.
    """

    file: str
    columns: Mapping[str, Mapping[tuple[str, str], Decimal]]
    foreign: tuple[str, ...] = ()

    def of(self, column: str, slug: str, seller: str) -> Decimal | None:
        """The score of a model at a seller, else of the model anywhere, or None where the file gives none."""
        found = self.columns[column]
        own = found.get((slug, seller))
        return found.get((slug, "")) if own is None else own


NO_SCORES = Scores("", {})


def read(file: str | os.PathLike[str], columns: Iterable[str], catalog: Catalog) -> Scores:
    """The scores that columns of a file give to the catalog's models.

    A CSV file has a heading, a JSON file is a list of objects. Raises `BadWorkload` for a file or column that cannot
    be read, for a cell that is no number, and for a model listed twice.
    """
    name = os.fspath(file)
    rows = list(_rows(name))
    return gathered(name, rows, sorted(set(columns)), catalog)


class Row(NamedTuple):
    """One model's cells as texts, and the line they begin on."""

    line: int
    cells: Mapping[str, str]


def _slug(catalog: Catalog, model: str) -> str | None:
    try:
        return find(catalog, model).slug
    except UnknownModel:
        return None


def gathered(name: str, rows: Sequence[Row], columns: Sequence[str], catalog: Catalog) -> Scores:
    """The scores in rows; raises `BadWorkload` with every problem."""
    problems = [*_missing(name, rows, columns)]
    found: dict[str, dict[tuple[str, str], Decimal]] = {column: {} for column in columns}
    foreign: list[str] = []
    for row in rows if not problems else ():
        model, seller = row.cells.get(SLUG, ""), row.cells.get(SELLER, "")
        slug = _slug(catalog, model)
        if slug is None or (seller and seller not in catalog.sellers):
            foreign.append(f"{model}@{seller}" if seller else model)
            continue
        for column in columns:
            text = row.cells.get(column, "")
            number = decimals.parse(text)
            if number is not None and found[column].setdefault((slug, seller), number) != number:
                twice = f"{'@'.join(filter(None, (slug, seller)))} is listed twice"
                problems.append(Problem(name, row.line, 1, column, twice, "keep one of the rows"))
            elif text and number is None:
                wrong = f"{text!r} is not a number"
                problems.append(Problem(name, row.line, 1, column, wrong, "leave the cell empty if unknown"))
    if problems:
        raise BadWorkload(problems)
    return Scores(name, found, tuple(dict.fromkeys(foreign)))


def _missing(name: str, rows: Sequence[Row], columns: Sequence[str]) -> Iterable[Problem]:
    known = list(dict.fromkeys(key for row in rows for key in row.cells))
    for column in (SLUG, *columns):
        if column not in known:
            guesses = near(column, known, 1)
            mend = f"did you mean {guesses[0]!r}?" if guesses else f"it has {', '.join(known) or 'no rows'}"
            yield Problem(name, 1, 1, "", f"there is no column {column!r}", mend)


def _rows(name: str) -> Iterable[Row]:
    try:
        with open(name, "rb") as stream:
            text = stream.read(MAX_BYTES + 1).decode("utf-8-sig")
    except OSError as failure:
        raise BadWorkload([f"{name}: {failure.strerror or 'it cannot be read'}; name a readable file"]) from None
    except UnicodeDecodeError:
        raise BadWorkload([Problem(name, 1, 1, "", "the file is not UTF-8", "save it as UTF-8")]) from None
    if len(text) > MAX_BYTES:
        raise BadWorkload([Problem(name, 1, 1, "", f"it has more than {MAX_BYTES:,} bytes", "keep the columns used")])
    return _of_json(name, text) if name.lower().endswith(".json") else _of_csv(name, text)


def _of_csv(name: str, text: str) -> Iterable[Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        for cells in reader:
            if len(cells) > len(heading):
                raise BadWorkload([Problem(name, reader.line_num, 1, "", "more cells than headings", "mend the row")])
            yield Row(reader.line_num, dict(zip(heading, map(str.strip, cells), strict=False)))
    except csv.Error as error:
        raise BadWorkload([Problem(name, reader.line_num, 1, "", f"not CSV: {error}", "mend the row")]) from None


def _of_json(name: str, text: str) -> Iterable[Row]:
    try:
        rows = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        where = Problem(name, error.lineno, error.colno, "", f"not JSON: {error.msg}", "mend the text there")
        raise BadWorkload([where]) from None
    except RecursionError:
        raise BadWorkload([Problem(name, 1, 1, "", "nested too deep", "write a list of objects")]) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadWorkload([Problem(name, 1, 1, "", "not a list of objects", 'write [{"slug": …, "score": …}]')])
    for row in rows:
        yield Row(1, {key: "" if value is None else str(value).strip() for key, value in row.items()})
