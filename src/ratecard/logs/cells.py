"""The cells of a log as expressions: quantities, times and words, and the problems of a row.

Nothing runs here: every engine gets the same Ibis expression. A sound row takes a cast and a comparison; reasons are
computed only for rows with a problem.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import ibis
from ibis.expr import types as ir

from ratecard.core.errors import BadLog
from ratecard.core.usage import MAX_QUANTITY
from ratecard.logs.columns import is_constant, path
from ratecard.logs.engines import SPARK
from ratecard.logs.grouping import TIMES, Part
from ratecard.logs.layouts import ColumnSum
from ratecard.logs.tables import View, kind_of

#: The largest quantity of one row; the sum of nine columns still fits 2**63.
MOST = int(MAX_QUANTITY)
#: Numbers of seconds that are times: 2000 to 2100. What is larger counts milli-, micro- or nanoseconds.
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800
#: Text of whole quantities is read with four decimals, so that a fraction is seen; others with nine.
_MONEY = "decimal(38, 12)"
_WHOLE, _PARTS = "decimal(38, 4)", "decimal(38, 9)"
_INFINITE = ("inf", "infinity", "+inf", "+infinity", "-inf", "-infinity")


class Cell(NamedTuple):
    """A column, or a key within one, as an expression."""

    name: str
    value: ir.Value
    kind: str


class Fault(NamedTuple):
    """A possible problem of a row: a cheap test, and the reasons, of which the first that holds is reported."""

    bad: ir.BooleanValue
    reasons: tuple[tuple[ir.BooleanValue, ir.StringValue | str], ...]


class Number(NamedTuple):
    """A quantity: its value, never null, and its possible problem."""

    value: ir.NumericValue
    fault: Fault


def cell(view: View, column: str) -> Cell:
    """The cell at a column's path, or a constant in single quotes."""
    if is_constant(column):
        return Cell(column, ibis.literal(column[1:-1]), "text")
    head, *keys = path(column, view.table.columns)
    value = view.table[head]
    for place, key in enumerate(keys):
        if value.type().is_struct():
            value = value[key]
        elif value.type().is_map():
            value = value.get(key)
        else:
            return Cell(
                column,
                _extracted(view.engine, value.cast("string"), keys[place:]),
                "text",
            )
    if value.type().is_json():
        value = value.cast("string")
    return Cell(column, value, kind_of(value.type()))


def _extracted(engine: str, text: ir.StringValue, keys: Sequence[str]) -> ir.StringValue:
    """The value under some keys of a JSON text, by a function of DuckDB or Spark's own; null if there is none.

    Ibis' own way into JSON runs Python for each row on Spark.
    """
    found: ir.StringValue
    if engine == SPARK:
        found = builtin("get_json_object", ("string", "string"), "string")(
            text, "$" + "".join(f"['{key}']" for key in keys)
        )
    else:
        way = "$" + "".join(f".{json.dumps(key)}" for key in keys)
        found = builtin("try", ("string",), "string")(
            builtin("json_extract_string", ("string", "string"), "string")(text, way)
        )
    return found


@functools.lru_cache(maxsize=1024)
def builtin(name: str, given: tuple[Any, ...], back: str) -> Any:
    """A function of an engine, for these types of arguments and result."""
    return ibis.udf.scalar.builtin(_of_two if len(given) > 1 else _of_one, name=name, signature=(given, back))


def _of_one(value: Any) -> Any:
    """The signature of an engine's function of one argument."""
    raise NotImplementedError


def _of_two(value: Any, how: Any) -> Any:
    """The signature of an engine's function of two arguments."""
    raise NotImplementedError


def text(found: Cell, words: Mapping[str, str] | None = None) -> ir.StringValue:
    """A cell as text, with its values replaced by `words`."""
    if found.kind == "flag":
        on, off = ("true", "false") if words else ("on", "off")
        value = ibis.cases((found.value, on), (~found.value, off), else_=ibis.null("string"))
    else:
        value = found.value.cast("string")
    return value.lower().cases(*words.items(), else_=value) if words else value


def number(found: Cell, whole: bool, alone: bool = True) -> Number:
    """A cell as a quantity; one used `alone` needs no guard against overflowing sums."""
    match found.kind:
        case "text":
            return of_text(found, read_number(found.value, whole), whole)
        case "whole" if whole and alone:
            value = found.value
            return Number(value.cast("int64").coalesce(0), Fault(~value.between(0, MOST), _outside(found)))
        case "whole" | "large" | "decimal":
            return _of_number(found, whole)
        case "float":
            # DuckDB answers isnan(x) and x > 1 from a column's bounds where it has them, and those leave out NaN;
            # a cast that NaN does not pass is not fooled
            return of_text(found, read_number(found.value, whole), whole)
        case _:
            raise BadLog(f"the column {found.name!r} holds no numbers")


def _of_number(found: Cell, whole: bool) -> Number:
    """A number of a type without NaN as a quantity."""
    inside = found.value.between(0, MOST)
    safe = inside.ifelse(found.value, 0)
    broken = (safe % 1 != 0) if whole and found.kind == "decimal" else ibis.literal(False)
    reasons = (*_outside(found), (broken, f"fraction in {found.name}"))
    return Number(safe.cast("int64" if whole else _PARTS), Fault(~inside | broken, reasons))


def _outside(found: Cell) -> tuple[tuple[ir.BooleanValue, str], ...]:
    return ((found.value < 0, f"negative {found.name}"), (found.value > MOST, f"too large {found.name}"))


def read_number(value: ir.Value, whole: bool) -> ir.DecimalValue:
    """A text, or a number that may be NaN, as an exact number; null if it is none."""
    return value.try_cast(_WHOLE if whole else _PARTS)


def of_text(found: Cell, read: ir.DecimalValue, whole: bool, empty: Sequence[str] = ("",)) -> Number:
    """A text, or a number that may be NaN, as the quantity that was `read` in it; texts that are `empty` mean none."""
    value, name = found.value, found.name
    outside = (read < 0) | (read > MOST)
    inside = read.between(0, MOST).ifelse(read, 0)  # so that nothing outside is cast
    counted = inside.cast("int64" if whole else _PARTS)
    fraction = inside != counted if whole else ibis.literal(False)
    said = value.cast("string").strip().lower()
    reasons = (
        (read.isnull() & (said == "nan"), f"NaN in {name}"),
        (read.isnull() & said.isin(_INFINITE), f"infinity in {name}"),
        (read.isnull() & said.re_search(r"^[+-]?[0-9]+(\.[0-9]*)?(e[+]?[0-9]+)?$"), f"too large {name}"),
        (read.isnull() & said.notin(empty), f"text in {name}"),
        (read < 0, f"negative {name}"),
        (read > MOST, f"too large {name}"),
        (fraction, f"fraction in {name}"),
    )
    return Number(counted, Fault(read.isnull().ifelse(said.notin(empty), outside | fraction), reasons))


def part(found: Cell, made: Part) -> ir.Value:
    """What is made of a cell to add up by."""
    if made.is_time:
        moment = time(found)
        return (moment.truncate(TIMES[made.function][0]) if made.function in TIMES else moment).strftime(made.form)
    if not made.function:
        return found.value
    said = text(found)
    return said.left(made.length) if made.length else said.lower()


def exact(found: Cell, per: int) -> ir.DecimalValue:
    """A cell as money, in so many parts of a unit; null where it says none."""
    value: ir.DecimalValue = found.value.try_cast(_MONEY)
    return value if per == 1 else (value / per).try_cast(_MONEY)


def is_empty(found: Cell) -> ir.BooleanValue:
    """Whether a cell says nothing."""
    return found.value.fill_null("").strip() == "" if found.kind == "text" else found.value.isnull()


def amount_type(whole: bool) -> str:
    """The type of a whole or a fractional quantity."""
    return "int64" if whole else _PARTS


def quantity(amount: ColumnSum, numbers: Mapping[str, Number], whole: bool) -> Number:
    """An amount: the sum of its columns, less what is counted elsewhere."""
    plus = functools.reduce(lambda one, other: one + other, (numbers[name].value for name in amount.plus))
    plus = plus if whole else plus.cast(_PARTS)
    if not amount.minus:
        return Number(plus, Fault(ibis.literal(False), ()))
    value = functools.reduce(lambda one, other: one - other, (numbers[name].value for name in amount.minus), plus)
    reason = f"{' and '.join(amount.minus)} exceed {' and '.join(amount.plus)}"
    return Number(value, Fault(value < 0, ((value < 0, reason),)))


def time(found: Cell) -> ir.TimestampValue:
    """A cell as a moment in UTC, without a zone; null if it is no time of this century.

    ISO texts (without a zone: taken as UTC), timestamps, dates, and seconds, milli-, micro- or nanoseconds since 1970.
    """
    value, kind = found.value, found.kind
    if kind in ("time", "date"):
        return value.cast("timestamp")
    if kind == "text":
        moment = value.try_cast("timestamp('UTC')").cast("timestamp")
        moment = ibis.coalesce(moment, _since_1970(value.try_cast("float64")))
    elif kind in ("whole", "large", "float", "decimal"):
        moment = _since_1970(value.cast("float64"))
    else:
        raise BadLog(f"the column {found.name!r} holds no times")
    first, last = (ibis.timestamp(f"{year}-01-01 00:00:00") for year in (2000, 2100))
    return ((moment >= first) & (moment < last)).ifelse(moment, ibis.null("timestamp"))


def _since_1970(count: ir.FloatingValue) -> ir.TimestampValue:
    """The time of a count since 1970, whose size tells seconds, milli-, micro- or nanoseconds."""
    scales = (1, 10**3, 10**6, 10**9)
    seconds = ibis.cases(
        *((count.between(_EARLIEST * scale, _LATEST * scale), count / scale) for scale in scales),
        else_=ibis.null("float64"),
    )
    return seconds.floor().cast("int64").as_timestamp("s").cast("timestamp")


def untimely(found: Cell, moment: ir.TimestampValue) -> Fault:
    """A cell that holds something other than a time."""
    given = (found.value.strip() != "") if found.kind == "text" else found.value.notnull()
    bad = moment.isnull() & given
    return Fault(bad, ((bad, f"bad time in {found.name}"),))


def unbilled(found: Cell) -> Fault:
    """A cell with a quantity that the layout has no meter for; zero and nothing are no such quantity."""
    value = read_number(found.value, whole=False) if found.kind in ("text", "float") else found.value
    bad = (value != 0).fill_null(False)
    return Fault(bad, ((bad, f"{found.name} cannot be billed from this log"),))


def problem(faults: Sequence[Fault]) -> ir.StringValue:
    """The problem of a row, or null; reasons are computed only where a cheap test fails."""
    some = functools.reduce(lambda one, other: one | other, (fault.bad for fault in faults))
    reasons = [reason for fault in faults for reason in fault.reasons]
    return some.ifelse(ibis.cases(*reasons, else_="bad row"), ibis.null("string"))
