"""The usage reported in a row, read as that of a single response."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core.errors import BadLog, BadValue
from ratecard.logs.columns import ATTRIBUTES, LINES, Columns
from ratecard.logs.documents import attributes
from ratecard.logs.rows import values
from ratecard.responses import paths
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.report import ROOTS, Report, bare_report, named, opened, report

#: The starts of the names that flat flavors use.
_FLAT = tuple(dict.fromkeys(root for flavor in FLAVORS if flavor.flat for root in flavor.usage))
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
#: The beginnings of what is said of a body that is no report.
_NONE = ("no usage of a known flavor", "usage is an object", "a response is an object", "this is a usage")
_SEVERAL = "usage of several flavors; say which with --map flavor=…"


class Reported(NamedTuple):
    """What a row's report says; nothing, and why, if it cannot be read."""

    flavor: str = ""
    model: str | None = None
    seller: str = ""
    at: datetime | None = None
    facts: Mapping[str, str] = {}
    quantities: Mapping[str, int | Decimal] = {}
    problem: str | None = None


class Reader:
    """Reads the reports of a log's rows."""

    def __init__(self, columns: Columns, names: Iterable[str], cell: Callable[[dict[str, Any], str], Any]) -> None:
        self._columns, self._cell = columns, cell
        self._names = tuple(name for name in names if name != columns.seller)
        flat = [f"{name}." for name in ATTRIBUTES for other in self._names if other.startswith(f"{name}.gen_ai.")]
        self._start = flat[0] if flat else ""
        self._unread: Counter[str] = Counter()
        self.timed = False
        try:
            self._flavor = named(columns.flavor, FLAVORS).id if columns.flavor else None
        except BadValue as error:
            raise BadLog(f"--map flavor={columns.flavor}: {error}") from error

    def reads(self, flavor: str, column: str) -> bool:
        """Whether a flavor reads a fact from a column of the log."""
        if self._columns.body != LINES or not flavor:
            return False
        own = named(flavor, FLAVORS)
        return any(paths.steps(row.path, own.flat)[0].key == column.removeprefix(self._start) for row in own.facts)

    def read(self, row: dict[str, Any]) -> Reported:
        """The report in a row."""
        try:
            found = self._report(row)
        except BadValue as error:
            return Reported(problem=_why(str(error)))
        flavor = found.flavor
        self.timed = self.timed or any(self._holds(path) for path in flavor.at)
        self._count(found)
        strange = {fact.path for fact in (*flavor.facts, *flavor.sellers)}
        unknown = [f"{part.path}={part.value[:40]} is not known" for part in found.unmapped if part.path in strange]
        apart = [_apart(found)] if len(found.parts) > 1 else []
        usage, at = found.parts[0], found.at and found.at.replace(tzinfo=None)
        none: dict[str, int | Decimal] = {amount.meter: 0 for amount in flavor.amounts}
        quantities = {meter: int(count) if count == int(count) else count for meter, count in usage.quantities.items()}
        return Reported(
            flavor.id,
            found.model or None,
            found.seller,
            at,
            usage.facts,
            none | quantities,
            next(iter((*apart, *unknown)), None),
        )

    def _holds(self, path: str) -> bool:
        """Whether rows can have something at a path of a report."""
        return self._columns.body != LINES or path.partition(".")[0] in self._names

    def _report(self, row: dict[str, Any]) -> Report:
        columns = self._columns
        if columns.alone:
            return bare_report(_numbers(_object(self._cell(row, columns.usage))), self._flavor)
        if columns.body != LINES:
            value = _object(self._cell(row, columns.body))
            whole = {columns.body: value}
            inner, told = opened(whole)
            return report(_numbers(whole if told or inner is not whole else value), self._flavor)
        body = {
            name.removeprefix(self._start): _object(value) if isinstance(value, str) else value
            for name, value in row.items()
            if name in self._names
        }
        try:
            return report(_numbers(body), self._flavor)
        except BadValue:
            for lent in _lent(body):
                return report(_numbers(lent), self._flavor)
            raise

    def _count(self, found: Report) -> None:
        """Notes the numbers in the first two levels of a usage that nothing reads."""
        flavor = found.flavor
        known = {*(row.path for row in flavor.beside), *(row.path for row in (*flavor.facts, *flavor.sellers))}
        for part in found.unmapped:
            depth = 0 if flavor.flat else part.path.count(".")
            if part.value != "0" and part.path not in known and depth <= 2:
                self._unread[part.path] += 1

    def notes(self) -> Iterator[str]:
        """Notes on numbers that nothing reads."""
        for path, number in sorted(self._unread.items()):
            yield f"{path} is in no price list and not billed: {number:,} rows"


def _lent(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with its column `usage` under another flavor's name for it."""
    if isinstance(body.get("usage"), dict):
        for root in sorted(ROOTS - {"usage"} - body.keys()):
            moved = {**{name: value for name, value in body.items() if name != "usage"}, root: body["usage"]}
            try:
                report(_numbers(moved))
            except BadValue:
                continue
            yield moved


def _object(value: Any) -> Any:
    """A value, or the object or list that its text is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        value = values.of_json(value) or value
    if (
        isinstance(value, list)
        and value
        and all(isinstance(pair, dict) and pair.keys() >= {"key", "value"} for pair in value)
    ):
        return attributes(value)
    return value


def _numbers(body: Any) -> Any:
    """A body whose numbers in quotes are numbers where usage is."""
    if not isinstance(body, dict):
        return body
    return {
        key: _read(value) if key in ROOTS or key.startswith(_FLAT) else _numbers(value) for key, value in body.items()
    }


def _read(value: Any) -> Any:
    match value:
        case str() if _NUMBER.fullmatch(value.strip()):
            return Decimal(value.strip())
        case dict():
            return {key: _read(inner) for key, inner in value.items()}
        case list():
            return [_read(inner) for inner in value]
        case _:
            return value


def _apart(found: Report) -> str:
    """Why a report of parts under different facts is no row of a bill."""
    meter, facts = next(
        (amount.meter, [fact for fact, _ in amount.when]) for amount in found.flavor.amounts if amount.when
    )
    return f"{meter} under several {' and '.join(facts)} in one report"


def _why(said: str) -> str:
    """What is wrong with a report, as a log's rows say it."""
    if said.startswith(_NONE):
        return "no usage of a known flavor"
    return _SEVERAL if said.startswith("this could be a report of") else said
