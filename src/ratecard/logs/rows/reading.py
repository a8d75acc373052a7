"""The rows of a log as their columns mean it: model, seller, time, facts, quantities, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.records import Vocabulary
from ratecard.logs import grouping
from ratecard.logs.columns import NOTHING, Columns, check_keys, is_constant, path, repeated, sources
from ratecard.logs.grouping import Part
from ratecard.logs.keys import BY_STATED, USD
from ratecard.logs.rows import values
from ratecard.logs.rows.lines import Lines, Row
from ratecard.logs.rows.reports import Reader, Reported


class Read(NamedTuple):
    """A row as it is billed: whose call it was, when, its quantities by meter, and its problem or None.

    `by` are the columns to add up by, as text, `own` is the row itself, `stated` what it says that it costs, `prompt`
    the tokens of the whole call's prompt where the row is a part of a call.
    """

    model: str | None
    seller: str
    flavor: str
    facts: tuple[tuple[str, str], ...]
    at: datetime | None
    quantities: Mapping[str, int | Decimal]
    by: Mapping[str, str | None]
    problem: str | None
    own: Row
    stated: Decimal = decimals.ZERO
    prompt: int | None = None


class Cells:
    """The cells of a log's rows by column."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._columns = tuple(columns)
        self._ways: dict[str, tuple[str, ...]] = {}

    def of(self, row: Row, column: str) -> Any:
        """The value of a row in a column, or at a path within one."""
        way = self._ways.get(column)
        if way is None:
            way = ("",) if is_constant(column) else path(column, self._columns)
            self._ways[column] = way
        return values.cell(row, column, way)

    def text(self, row: Row, column: str, words: Mapping[str, str] | None = None) -> str | None:
        """The text of a row in a column; None for no column too."""
        return values.text(self.of(row, column), words) if column else None


def read(
    lines: Lines, columns: Columns, vocabulary: Vocabulary, by: Sequence[str], at: datetime | None
) -> tuple[list[Read], list[str], bool]:
    """The rows of a log that have usage of their own, notes on the others, and whether something tells their times.

    `at` is the time of rows without one. Raises `BadLog` for a column to add up by that the log does not have.
    """
    cells = Cells(lines.columns)
    kinds = dict.fromkeys(lines.columns, "text")
    parts = {name: grouping.part(name, kinds) for name in by}
    check_keys(
        columns.keys,
        [sum(cells.of(row, key) is not None for row in lines.rows) for key in columns.keys],
        len(lines.rows),
    )
    rows, notes = _with_usage(lines.rows, columns, cells)
    reader = Reader(columns, lines.columns, vocabulary, cells.of) if columns.body else None
    counting = _counting(columns, vocabulary)
    found = [_read(row, columns, cells, reader, counting) for row in rows]
    timed = bool(columns.at or (reader and reader.timed))
    if timed:
        found = [_timed(one, columns, at) for one in found]
    found = [_with_columns(one, columns, cells, parts) for one in found]
    return found, notes, timed


def without_repeats(found: Sequence[Read], unique: Sequence[str]) -> tuple[list[Read], list[str]]:
    """The rows without those that are alike in some columns, of which that with the largest quantities counts."""
    best: dict[tuple[str | None, ...], Read] = {}
    for place, one in enumerate(found):
        key = tuple(one.by[name] for name in unique)
        whole = key if all(key) else (str(place), *key, None)
        if whole not in best or _rank(one) < _rank(best[whole]):
            best[whole] = one
    return list(best.values()), repeated(len(found) - len(best), unique)


def _rank(one: Read) -> tuple[Any, ...]:
    """Whether a row is bad, and then its quantities from the first on."""
    return bool(one.problem), [-count for count in one.quantities.values()], one.model or ""


def _with_columns(one: Read, columns: Columns, cells: Cells, by: Mapping[str, Part]) -> Read:
    """A row with the columns to add up by, and what it says that it costs."""
    told = {name: values.part(cells.of(one.own, made.column), made) for name, made in by.items()}
    if not columns.stated:
        return one._replace(by=told)
    money = values.exact(cells.text(one.own, columns.stated.column), values.MONEY)
    said_in = (cells.text(one.own, columns.currency) or "").upper() if columns.currency else USD
    stated = decimals.divide(money or decimals.ZERO, Decimal(columns.stated.per))
    return one._replace(by=told | {BY_STATED: None if money is None else said_in}, stated=stated)


def _with_usage(rows: list[Row], columns: Columns, cells: Cells) -> tuple[list[Row], list[str]]:
    notes = []
    for column, value in columns.only.items():
        other = value.removeprefix("!")
        rows = [row for row in rows if (cells.text(row, column) == other) == (other == value)]
        notes.append(f"rows whose {column} is {'not ' if other == value else ''}{other} have no usage and are left out")
    if columns.unique:
        rows, repeats = _once(rows, columns, cells)
        notes += repeated(repeats, columns.unique)
    return rows, notes


def _once(rows: Sequence[Row], columns: Columns, cells: Cells) -> tuple[list[Row], int]:
    """The rows without repeats of one call; of these the one with the most counts."""
    best: dict[tuple[str | None, ...], tuple[int, int]] = {}
    alone: list[int] = []
    for place, row in enumerate(rows):
        key = tuple(cells.text(row, name) for name in columns.unique)
        if None in key:
            alone.append(place)
            continue
        most = values.exact(cells.text(row, columns.most), values.WHOLE) or Decimal(0)
        if key not in best or most > best[key][0]:
            best[key] = (int(most), place)
    places = sorted([*alone, *(place for _, place in best.values())])
    return [rows[place] for place in places], len(rows) - len(places)


class _Counting(NamedTuple):
    """How the quantities of rows are read: their columns, those that are more than mere counts, and what is whole."""

    names: tuple[str, ...]
    counted: tuple[str, ...]
    whole: frozenset[str]
    meters: Mapping[str, bool]


def _counting(columns: Columns, vocabulary: Vocabulary) -> _Counting:
    meters = {meter: vocabulary.meters[meter].whole for meter in columns.quantities}
    whole = [columns.quantities[meter] for meter, is_whole in meters.items() if is_whole]
    names = frozenset(name for amount in whole for name in (*amount.plus, *amount.minus))
    return _Counting(sources(columns), sources(columns, without=columns.counts), names, meters)


def _read(row: Row, columns: Columns, cells: Cells, reader: Reader | None, counting: _Counting) -> Read:
    given = {name: cells.of(row, name) for name in counting.names}
    numbers = {name: values.number(value, name, name in counting.whole) for name, value in given.items()}
    amounts = {meter: _amount(columns, meter, numbers, whole) for meter, whole in counting.meters.items()}
    moment = values.time(cells.of(row, columns.at)) if columns.at else None
    facts = {fact: _fact(row, fact, columns, cells) for fact in columns.facts}
    found = reader.read(row) if reader else Reported()
    model = cells.text(row, columns.model)
    model = (model or found.model) if reader else model
    untimely = columns.at and moment is None and values.is_given(cells.of(row, columns.at))
    prompt = values.exact(cells.text(row, "prompt"), values.WHOLE) if columns.calls else None
    problems = [
        cells.text(row, "problem") if columns.calls else None,
        found.problem,
        None if model else _of_row(model, given, found),
        None if reader or any(values.is_given(given[name]) for name in counting.counted) else NOTHING,
        f"bad time in {columns.at}" if untimely else None,
        *(problem for _, problem in numbers.values()),
        *(problem for _, problem in amounts.values()),
        *(_unbilled(cells.text(row, name), name) for name in columns.unbilled),
    ]
    known = dict(found.facts)
    known |= {
        fact: value
        for fact, value in facts.items()
        if value and not (reader and reader.reads(found.flavor, columns.facts[fact]))
    }
    return Read(
        model=model,
        seller=cells.text(row, columns.seller) or found.seller,
        flavor=(cells.text(row, "flavor") or "") if columns.calls else found.flavor,
        facts=tuple(sorted(known.items())),
        at=moment or found.at,
        quantities={**{meter: amount for meter, (amount, _) in amounts.items()}, **found.quantities},
        by={},
        problem=next((problem for problem in problems if problem), None),
        own=row,
        prompt=None if prompt is None else int(prompt),
    )


def _amount(
    columns: Columns, meter: str, numbers: Mapping[str, tuple[int | Decimal, str | None]], whole: bool
) -> tuple[int | Decimal, str | None]:
    amount = columns.quantities[meter]
    value: int | Decimal = 0 if whole else Decimal(0)
    for name in amount.plus:
        value = values.sum_of(value, numbers[name][0])
    for name in amount.minus:
        value = values.sum_of(value, -numbers[name][0])
    if value < 0:
        return value, f"{' and '.join(amount.minus)} exceed {' and '.join(amount.plus)}"
    return value, None


def _of_row(model: str | None, given: Mapping[str, Any], found: Reported) -> str:
    """The problem of a row without a model: it may be empty or broken."""
    nothing = all(value is None for value in given.values()) and not found.flavor
    return "broken or empty row" if nothing and model is None else "no model"


def _fact(row: Row, fact: str, columns: Columns, cells: Cells) -> str | None:
    words = columns.words.get(fact)
    said = cells.text(row, columns.facts[fact], words)
    return said if said or fact not in columns.otherwise else cells.text(row, columns.otherwise[fact], words)


def _unbilled(said: str | None, name: str) -> str | None:
    return f"{name} cannot be billed from this log" if values.exact(said, values.PARTS) else None


def _timed(one: Read, columns: Columns, at: datetime | None) -> Read:
    if one.at is not None:
        return one
    if at is not None:
        return one._replace(at=at.replace(tzinfo=None))
    return one._replace(problem=one.problem or f"no time in {columns.at or 'the report'}; --at gives one")
