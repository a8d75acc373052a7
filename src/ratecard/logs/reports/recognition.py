"""The flavor of each row of a log: of those whose signs are all there, the one with the most signs and hints.

The engine only says which signs each row shows, a bit for each. What flavor a set of signs means is worked out here,
once for each set that occurs, as for a single report.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import ibis
from ibis.expr import types as ir

from ratecard.logs.engines import Engine, rows
from ratecard.logs.reports import json_shapes
from ratecard.logs.reports.bodies import Bodies, JsonColumn, Pass, passed
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Flavor

#: The flavor of a row that fits none, or several.
NONE, SEVERAL = "", "?"
#: The flavors that a row is recognised as; the others stand in for one of them.
RECOGNISABLE = tuple(flavor for flavor in FLAVORS if not flavor.instead_of)

#: The columns of a row's signs, and the number of signs in each.
_SIGNS, _BITS = "rc_signs_", 62
#: The weight of a flavor's own root over one that another column replaces.
_OWN_ROOT = 64


class Sign(NamedTuple):
    """A test of a row: the path of a flavor leads to a value that is no object, or to the value that is wanted."""

    flavor: Flavor
    path: str
    wanted: str


class Candidate(NamedTuple):
    """A flavor that rows can have: the bits of each of its signs and hints, of which one is enough."""

    flavor: Flavor
    signs: tuple[int, ...]
    hints: tuple[int, ...]
    root: int

    @property
    def bits(self) -> int:
        """All signs that its weight depends on."""
        return functools.reduce(operator.or_, (*self.signs, *self.hints))

    def weight(self, shown: int) -> int:
        """The number of signs and hints among those shown; 0 if a sign is missing."""
        if not all(shown & sign for sign in self.signs):
            return 0
        return len(self.signs) + sum(bool(shown & hint) for hint in self.hints) + self.root


class Recognition(NamedTuple):
    """The flavors in a log: the signs that tell them apart, by their bit, and the flavor of each set of signs."""

    signs: Mapping[int, Sign]
    flavors: Mapping[int, str]

    @property
    def ids(self) -> set[str]:
        """The flavors that occur."""
        return set(self.flavors.values())

    def paths(self) -> Iterator[tuple[Flavor, str]]:
        """The paths that the signs look up."""
        return ((sign.flavor, sign.path) for sign in self.signs.values())


def occurring(engine: Engine, found: Bodies) -> Recognition:
    """The flavors of a log's rows, from one run over it."""
    signs, candidates = _candidates(found)
    ready = passed(found, by_flavor((sign.flavor, sign.path) for sign in signs))
    bits = {1 << number: sign for number, sign in enumerate(signs)}
    words = _words(ready, bits)
    table = ready.table.select(**_columns(words)).distinct() if words else None
    found_sets = [
        sum(row[_name(number)] << number * _BITS for number in words)
        for row in (rows(engine, table) if table is not None else ())
    ] or [0]
    fitting = [one for one in candidates if any(one.weight(shown) for shown in found_sets)]
    needed = functools.reduce(operator.or_, (one.bits for one in fitting), 0)
    return Recognition(
        {bit: sign for bit, sign in bits.items() if bit & needed},
        {shown & needed: _flavor(fitting, shown) for shown in found_sets},
    )


def by_flavor(pairs: Iterable[tuple[Flavor, str]]) -> dict[Flavor, list[str]]:
    """Paths by the flavor that they belong to."""
    paths: dict[Flavor, list[str]] = {}
    for flavor, path in pairs:
        paths.setdefault(flavor, []).append(path)
    return paths


def recognised(ready: Pass, recognition: Recognition, table: ir.Table) -> ir.Table:
    """The log with each row's flavor, where `ready` has the paths of the signs looked up."""
    words = _words(ready, recognition.signs)
    if len(recognition.ids) == 1 or not words:
        return table.mutate(rc_flavor=ibis.literal(next(iter(recognition.ids))))
    table = table.mutate(**_columns(words))
    cases = [
        (
            _is_one_of(table, tuple(words), [shown for shown, own in recognition.flavors.items() if own == flavor]),
            flavor,
        )
        for flavor in sorted(recognition.ids - {NONE})
    ]
    return table.mutate(rc_flavor=json_shapes.once(ibis.cases(*cases, else_=NONE)))


def _candidates(found: Bodies) -> tuple[list[Sign], list[Candidate]]:
    """The signs that rows can show, each once, and the flavors that rows can have."""
    numbers: dict[tuple[JsonColumn, str], int] = {}
    signs: list[Sign] = []

    def bits(flavor: Flavor, choices: str) -> int:
        """The bits of a sign, of which one is enough; 0 if no row can show it."""
        every = 0
        for choice in choices.split("|"):
            path, within, wanted = choice.partition("~")
            path, _, wanted = (path, "", within + wanted) if within else choice.partition("=")
            place = found.json_column(flavor, path)
            if place is None:
                continue
            key = (place, wanted)
            if key not in numbers:
                numbers[key] = len(signs)
                signs.append(Sign(flavor, path, wanted))
            every |= 1 << numbers[key]
        return every

    candidates = []
    for flavor in RECOGNISABLE:
        needed = tuple(bits(flavor, sign) for sign in flavor.signs)
        if all(needed):
            hints = tuple(filter(None, (bits(flavor, hint) for hint in flavor.hints)))
            candidates.append(Candidate(flavor, needed, hints, 0 if found.lent(flavor) else _OWN_ROOT))
    return signs, candidates


def _flavor(candidates: Sequence[Candidate], shown: int) -> str:
    """The flavor that some signs mean."""
    weights = {one.flavor.id: one.weight(shown) for one in candidates}
    most = max(weights.values(), default=0)
    best = [flavor for flavor, weight in weights.items() if weight == most]
    return NONE if not most else SEVERAL if len(best) > 1 else best[0]


def _words(ready: Pass, signs: Mapping[int, Sign]) -> dict[int, ir.IntegerValue]:
    """The signs of a row as numbers, by the place of their bits."""
    words: dict[int, list[ir.IntegerValue]] = {}
    for bit, sign in signs.items():
        value = ready.lookups[sign.flavor.id](sign.path)
        if value is not None:
            test = value == sign.wanted if sign.wanted else ~value.startswith("{")
            if sign.wanted.startswith("~"):
                test = value.lower().contains(sign.wanted[1:])
            number, place = divmod(bit.bit_length() - 1, _BITS)
            one, zero = ibis.literal(1 << place, "int64"), ibis.literal(0, "int64")
            words.setdefault(number, []).append(test.fill_null(False).ifelse(one, zero))
    return {number: functools.reduce(operator.add, shown) for number, shown in words.items()}


def _columns(words: Mapping[int, ir.IntegerValue]) -> dict[str, ir.IntegerValue]:
    return {_name(number): json_shapes.once(word) for number, word in words.items()}


def _name(number: int) -> str:
    return f"{_SIGNS}{number}"


def _is_one_of(table: ir.Table, words: Sequence[int], sets: Iterable[int]) -> ir.BooleanValue:
    """Whether a row shows one of some sets of signs."""
    parts = [tuple(shown >> number * _BITS & (1 << _BITS) - 1 for number in words) for shown in sets]
    columns = [table[_name(number)] for number in words]
    if len(columns) == 1:
        return columns[0].isin([part for (part,) in parts])
    tests = (functools.reduce(operator.and_, map(operator.eq, columns, part)) for part in parts)
    return functools.reduce(operator.or_, tests)
