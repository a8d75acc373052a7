"""The keys of a log's strata: the number of a row's subject, and its side of each split of that subject.

A small table of subjects with their bounds is joined to the log, so a row is only compared with the bounds of its own
price, and all its sides together are one number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import reduce
from math import gcd
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.core.records import Meter
from ratecard.logs import lookups
from ratecard.logs.engines import Engine
from ratecard.logs.lookups import Column
from ratecard.logs.strata import MINUTES_A_DAY, PLACES, SoldOffer, Splits, Stratum, meter_of
from ratecard.logs.subjects import Refusal, Subject

if TYPE_CHECKING:  # an expression is made of what the table brings along
    from ibis import Table, Value

MODEL, SELLER, AT, PROBLEM, FLAVOR = "rc_model", "rc_seller", "rc_at", "rc_problem", "rc_flavor"
#: The prompt of the call that a row is a part of; null where it is a whole one.
WHOLE_PROMPT = "rc_prompt"
QUANTITY, FACT = "rc_q_", "rc_f_"
#: What the log itself says that a row costs, and in which currency: USD where it has no column for that.
STATED, STATED_IN, USD = "rc_stated", "rc_by_rc_stated_in", "USD"
#: The same currency as something to add up by.
BY_STATED = "rc_stated_in"
#: The key columns: the subject, the sides of its splits, and quantities priced by themselves.
NUMBER, SIDES, FIXED, FOLD = "rc_subject", "rc_sides_", "rc_fixed_", "rc_fold_"
IDLE = "rc_idle_"
#: The number of combinations of sides that fit 32 bits.
_MOST_SIDES = 2**31 - 1
#: The number of rows without a subject.
NO_SUBJECT = -1

A_WEEK = 7 * MINUTES_A_DAY
#: The first minute of 1970, a Thursday, in minutes of its week.
_EPOCH = 3 * MINUTES_A_DAY

PROMPT, DAY, MINUTE = "prompt", "day", "minute"

_OWN = "s_"
#: Bounds that nothing reaches, for subjects that have fewer than others.
_FINE = f"decimal(38, {PLACES})"
_NEVER: Mapping[str, Any] = {
    "int64": 2**63 - 1,
    "timestamp(6)": datetime.combine(date.max, time()),
    _FINE: Decimal(10) ** 28,
}


class Known(NamedTuple):
    """A subject of a log: its offer (or why none), and where its price changes.

    `folds` maps meters to those its price list bills them as; `idle` are counts that it does not bill at all;
    `assumed` says so of what is not the log's own word.
    """

    subject: Subject
    sold: SoldOffer | Refusal
    splits: Splits
    folds: Mapping[str, str] = {}
    idle: frozenset[str] = frozenset()
    assumed: tuple[str, ...] = ()


class Side(NamedTuple):
    """A kind of split: the bounds that each subject has for a prompt, a moment or the quantity of a meter.

    `span` is the number of sides. The week is cut into equal pieces instead, the longest that have every bound at an
    edge; `piece` is their length in minutes, and 0 for all other kinds.
    """

    name: str
    kind: str
    bounds: Sequence[Sequence[Any]]
    span: int
    piece: int = 0

    def columns(self) -> Iterator[Column]:
        """Its columns in the table of subjects."""
        if self.piece:
            yield Column(f"{_OWN}{self.name}", "boolean", [bool(own) for own in self.bounds])
            return
        for sold in range(self.span - 1):
            values = [own[sold] if sold < len(own) else _NEVER[self.kind] for own in self.bounds]
            yield Column(f"{_OWN}{self.name}_{sold}", self.kind, values)

    def side(self, table: Table, value: Value) -> Value:
        """The side of a row: the number of its subject's bounds that it reaches, or its piece of the week."""
        columns = [table[column.name] for column in self.columns()]
        if self.piece:
            return columns[0].ifelse((value // self.piece).cast("int32"), 0)
        return reduce(add, ((value >= bound).cast("int32") for bound in columns))

    def of(self, number: int, value: Any) -> int:
        """The side of a row of a subject."""
        own = self.bounds[number]
        if self.piece:
            return value // self.piece if own else 0
        return bisect_right(own, value) if own else 0

    def reached(self, number: int, side: int) -> Any:
        """The greatest bound of a subject that rows on a side reach, or None."""
        if self.piece:
            return side * self.piece if self.bounds[number] else None
        return self.bounds[number][side - 1] if side else None


def _bounded(name: str, kind: str, bounds: Sequence[Sequence[Any]]) -> Side:
    return Side(name, kind, bounds, 1 + max(map(len, bounds), default=0))


def subject_columns(table: Table) -> list[str]:
    """The columns that identify a row's subject."""
    return [name for name in table.columns if name in (MODEL, SELLER, FLAVOR) or name.startswith(FACT)]


def items_of(table: Table) -> list[str]:
    """The meters a log counts by, apart where their quantities have facts of their own."""
    return [name.removeprefix(QUANTITY) for name in table.columns if name.startswith(QUANTITY)]


def subject_of(row: Mapping[str, Any]) -> Subject:
    """The subject of a row that holds the subject columns."""
    facts = {name.removeprefix(FACT): value for name, value in row.items() if name.startswith(FACT) and value}
    return Subject(row[MODEL] or "", row.get(SELLER) or "", tuple(sorted(facts.items())), row.get(FLAVOR) or "")


def sides(known: Sequence[Known], items: Mapping[str, bool], *, timed: bool) -> list[Side]:
    """The kinds of splits that subjects of a log have; `items` are its meters, and whether each comes in parts."""
    every = [one.splits for one in known]
    found = [_bounded(PROMPT, "int64", [splits.prompts for splits in every])]
    if timed:
        days = [[datetime.combine(day, time()) for day in splits.days] for splits in every]
        found.append(_bounded(DAY, "timestamp(6)", days))
        minutes = [splits.minutes for splits in every]
        turns = [turn for own in minutes for turn in own]
        piece = gcd(*turns, A_WEEK) if turns else 0
        found.append(Side(MINUTE, "int64", minutes, A_WEEK // piece if turns else 1, piece))
    for item, fine in items.items():
        bounds = [[bound if fine else int(bound) for bound in splits.quantities.get(item, ())] for splits in every]
        found.append(_bounded(QUANTITY + item, _FINE if fine else "int64", bounds))
    return [side for side in found if side.span > 1]


def keyed(
    engine: Engine, table: Table, known: Sequence[Known], held: Sequence[Side], meters: Mapping[str, Meter]
) -> Table:
    """A log with its key columns, those of `key_names`."""
    subjects = _subjects(engine, table, known, held)
    joined = table.left_join(subjects, [_same(table, subjects, name) for name in subject_columns(table)])
    joined = joined.mutate(**_folded(joined, known))
    columns = {NUMBER: joined[_OWN + NUMBER].fill_null(NO_SUBJECT)}
    for sold, packed in enumerate(_packs(held)):
        passed = [(side.span, side.side(joined, _compared(joined, side, meters))) for side in packed]
        number = reduce(lambda total, one: total * one[0] + one[1], passed[1:], passed[0][1])
        columns[f"{SIDES}{sold}"] = joined[_OWN + SIDES].fill_null(False).ifelse(number, 0).fill_null(0)
    for item in _endless(known):
        quantity = joined[QUANTITY + item].cast("string")
        columns[FIXED + item] = joined[_OWN + FIXED + item].fill_null(False).ifelse(quantity, "")
    return joined.mutate(**columns).drop(*subjects.columns)


def _folded(joined: Table, known: Sequence[Known]) -> dict[str, Value]:
    """The quantities of a log, folded as each row's price list bills them."""
    found: dict[str, Value] = {}
    for meter in _idle(known):
        idle = joined[_OWN + IDLE + meter].fill_null(False)
        found[QUANTITY + meter] = idle.ifelse(0, joined[QUANTITY + meter])
    for meter, container in _folds(known):
        folds = joined[_OWN + FOLD + meter].fill_null(False)
        own, whole = (found.get(QUANTITY + name, joined[QUANTITY + name]) for name in (meter, container))
        found[QUANTITY + container] = whole + folds.ifelse(own, 0)
        found[QUANTITY + meter] = folds.ifelse(0, own)
    return {name: value.cast(joined[name].type()) for name, value in found.items()}


def _folds(known: Sequence[Known]) -> list[tuple[str, str]]:
    return sorted({fold for one in known for fold in one.folds.items()})


def _idle(known: Sequence[Known]) -> list[str]:
    return sorted({meter for one in known for meter in one.idle})


def key_names(table: Table) -> list[str]:
    """The names of the key columns of a keyed log."""
    return [name for name in table.columns if name == NUMBER or name.startswith((SIDES, FIXED))]


def names_of(held: Sequence[Side], known: Sequence[Known]) -> list[str]:
    """The names of the key columns of a log with these sides."""
    sides = (f"{SIDES}{place}" for place, _ in enumerate(_packs(held)))
    return [NUMBER, *sides, *(FIXED + item for item in _endless(known))]


def packed(held: Sequence[Side], number: int, reached: Mapping[str, Any]) -> dict[str, int]:
    """The sides of one row of a subject, from its value for each kind of split, as `keyed` has them."""
    found = {}
    for place, packed in enumerate(_packs(held)):
        total = 0
        for side in packed:
            total = total * side.span + side.of(number, reached[side.name])
        found[f"{SIDES}{place}"] = total
    return found


def stratum_of(
    row: Mapping[str, Any], known: Sequence[Known], held: Sequence[Side], items: Sequence[str], moment: datetime
) -> Stratum:
    """The stratum of a row of key columns; `moment` is the log's first, or only, moment."""
    number = row[NUMBER]
    own = known[number]
    reached = dict(_reached(number, row, held))
    quantities = {item: Decimal(reached[QUANTITY + item] or 0) for item in own.splits.quantities}
    minute = moment.weekday() * MINUTES_A_DAY + moment.hour * 60 + moment.minute
    assert isinstance(own.sold, SoldOffer)
    return Stratum(
        sold=own.sold,
        facts=dict(own.subject.facts),
        prompt=reached.get(PROMPT) or 0,
        day=(reached.get(DAY) or moment).date(),
        minute=minute if reached.get(MINUTE) is None else reached[MINUTE],
        items=frozenset(items) - own.idle - {item for item, quantity in quantities.items() if not quantity},
        reached=quantities,
        reported=bool(own.subject.flavor),
        fixed={item: Decimal(row[FIXED + item]) for item in own.splits.endless if row[FIXED + item]},
    )


def _packs(held: Sequence[Side]) -> list[list[Side]]:
    """The sides in groups, each small enough for one number of 32 bits."""
    lots: list[list[Side]] = []
    room = 0
    for side in held:
        if side.span > room:
            lots.append([])
            room = _MOST_SIDES
        lots[-1].append(side)
        room //= side.span
    return lots


def _reached(number: int, row: Mapping[str, Any], held: Sequence[Side]) -> Iterator[tuple[str, Any]]:
    """The greatest bound of each kind that a row on its sides has reached."""
    for sold, packed in enumerate(_packs(held)):
        rest = row[f"{SIDES}{sold}"]
        for side in reversed(packed):
            rest, index = divmod(rest, side.span)
            yield side.name, side.reached(number, index)


def _same(table: Table, subjects: Table, name: str) -> Value:
    column = table[name] if name == MODEL else table[name].fill_null("")
    return column == subjects[_OWN + name]


def _compared(table: Table, side: Side, meters: Mapping[str, Meter]) -> Value:
    """The value of a row that is compared with the bounds of a split."""
    match side.name:
        case name if name == PROMPT:
            own = reduce(add, (table[QUANTITY + item] for item in items_of(table) if meters[meter_of(item)].prompt))
            return table[WHOLE_PROMPT].fill_null(own) if WHOLE_PROMPT in table.columns else own
        case name if name == DAY:
            return table[AT]
        case name if name == MINUTE:
            return (table[AT].epoch_seconds() // 60 + _EPOCH) % A_WEEK
        case name:
            return table[name]


def _subjects(engine: Engine, table: Table, known: Sequence[Known], held: Sequence[Side]) -> Table:
    """The subjects by number, each with the bounds of its splits."""
    named = subject_columns(table)
    columns = [Column(_OWN + NUMBER, "int32", list(range(len(known))))]
    split = [any(side.bounds[sold] for side in held) for sold in range(len(known))]
    columns.append(Column(_OWN + SIDES, "boolean", split))
    columns += [Column(_OWN + name, "string", [_part(one.subject, name) for one in known]) for name in named]
    columns += [column for side in held for column in side.columns()]
    columns += [
        Column(_OWN + FIXED + item, "boolean", [item in one.splits.endless for one in known])
        for item in _endless(known)
    ]
    columns += [
        Column(_OWN + FOLD + meter, "boolean", [meter in one.folds for one in known]) for meter, _ in _folds(known)
    ]
    columns += [Column(_OWN + IDLE + meter, "boolean", [meter in one.idle for one in known]) for meter in _idle(known)]
    return lookups.table(engine, columns)


def _part(subject: Subject, column: str) -> str:
    if column == MODEL:
        return subject.model
    if column == FLAVOR:
        return subject.flavor
    return subject.seller if column == SELLER else dict(subject.facts).get(column.removeprefix(FACT), "")


def _endless(known: Sequence[Known]) -> list[str]:
    return sorted({item for one in known for item in one.splits.endless})
