"""Usage logs as one table with the same columns for all files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ratecard.core.errors import BadLog, listed
from ratecard.core.records import Vocabulary
from ratecard.logs import files, grouping
from ratecard.logs.columns import NOTHING, Columns, check_keys, recognise, repeated, sources
from ratecard.logs.engines import Engine, reading, rows
from ratecard.logs.keys import STATED, STATED_IN, USD
from ratecard.logs.rejects import Rejects, rejected

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import Value

    from ratecard.logs.cells import Cell, Fault, Number
    from ratecard.logs.reports.reports import Reports
    from ratecard.logs.tables import View


class Log(NamedTuple):
    """A usage log as one lazy table, and what its columns mean.

    `table` has the original columns (`source_columns`) under their own names and the canonical ones:
    `rc_model`, `rc_seller` and `rc_at` (where the log has them), `rc_q_<meter>`, `rc_f_<fact>`, `rc_by_<name>` and
    `rc_problem`, which is null for a sound row and else describes the problem; quantities of such a row are
    meaningless. `rejected()` counts the lines that could not be parsed in the last complete run of the table, so call
    it after one. `notes` are assumptions and skipped files, `agents` the coding agents whose transcripts it is.
    """

    table: Table
    columns: Columns
    source_columns: tuple[str, ...]
    rejected: Callable[[], Rejects]
    notes: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


def open_log(
    engine: Engine,
    paths: Sequence[str],
    meaning: Columns | Mapping[str, str],
    vocabulary: Vocabulary,
    by: Sequence[str] = (),
    unique: Sequence[str] = (),
    whole: bool = True,
) -> Log:
    """The usage logs at paths (files, globs, directories, or `-` for standard input) as one table.

    `meaning` is the mapping of `--map`, or columns already recognised; `by` are further columns to keep as `rc_by_…`.
    Of rows that are alike in all columns of `unique` one counts, that with the largest quantities. A log of reports
    keeps all its own columns if `whole`, else only those in use.

    Raises `BadLog` for files that cannot be read or whose columns have no clear meaning.
    """
    from ratecard.logs import tables  # here because it needs Ibis, which an open engine has loaded

    found, notes = files.sources(paths, engine.spool)
    parts = tables.parts(engine, found)
    read = tables.unified(parts)
    kinds = tables.kinds(read)
    taken = [name for name in kinds if name.startswith(tables.ADDED)]
    if taken:
        raise BadLog(f"the log's column {taken[0]!r} begins with rc_, as those that are added do; rename it")
    columns = meaning if isinstance(meaning, Columns) else recognise(kinds, vocabulary, meaning)
    _check_keys(engine, tables.View(engine.name, read, kinds), columns)
    read, left_out = _with_usage(tables.View(engine.name, read, kinds), columns)
    view = tables.View(engine.name, read, kinds)
    table = _with_canonical(engine, view, columns, vocabulary, (*by, *unique), whole)
    if unique:
        with reading(listed(paths, "and")):
            table, repeats = _once(engine, table, unique)
        left_out += repeated(repeats, unique)
    notes += left_out
    names = tuple(name for name in read.columns if name != tables.CORRUPT)
    if columns.at and kinds.get(columns.at) in ("text", "time", "date") and not columns.calls:
        notes.append(f"times in {columns.at} without a zone are taken as UTC")
    with reading(listed(paths, "and")):
        table = tables.view(engine, table)
    agents = found[0].agents
    if agents:
        columns = columns._replace(recognised=listed(agents, "and"))
    return Log(table, columns, names, lambda: rejected(engine, parts), tuple(notes), agents)


def _with_usage(view: View, columns: Columns) -> tuple[Table, list[str]]:
    """The rows of a log that have usage of their own, and notes on those that are left out."""
    import ibis  # the same

    from ratecard.logs import cells  # the same

    table, notes = view.table, []
    for column, value in columns.only.items():
        own = cells.text(cells.cell(view._replace(table=table), column))
        other = value.removeprefix("!")
        table = table.filter((own == other) if other == value else (own.isnull() | (own != other)))
        notes.append(f"rows whose {column} is {'not ' if other == value else ''}{other} have no usage and are left out")
    if columns.unique:
        keys = [cells.text(cells.cell(view._replace(table=table), name)) for name in columns.unique]
        known = functools.reduce(lambda one, other: one & other, (key.notnull() for key in keys))
        most = cells.cell(view._replace(table=table), columns.most).value.try_cast("int64").coalesce(0)
        place = ibis.row_number().over(ibis.window(group_by=keys, order_by=ibis.desc(most)))
        numbered = table.mutate(rc_repeat=known & (place > 0))
        repeats = int(numbered.rc_repeat.sum().execute() or 0)
        table = numbered.filter(~numbered.rc_repeat).drop("rc_repeat")
        notes += repeated(repeats, columns.unique)
    return table, notes


def _once(engine: Engine, table: Table, unique: Sequence[str]) -> tuple[Table, int]:
    """A log without the rows that repeat a call, and their number; a row that says nothing of its call is one."""
    import ibis  # the same

    keys = [table[f"rc_by_{name}"].cast("string") for name in unique]
    known = functools.reduce(lambda one, other: one & other, (key.fill_null("") != "" for key in keys))
    amounts = [table[name] for name in table.columns if name.startswith("rc_q_")]
    order = [table.rc_problem.notnull(), *(ibis.desc(amount) for amount in amounts), table.rc_model]
    place = ibis.row_number().over(ibis.window(group_by=[known, *keys], order_by=order))
    numbered = table.mutate(rc_repeat=known & (place > 0))
    (found,) = rows(engine, numbered.aggregate(repeats=numbered.rc_repeat.sum()))
    return numbered.filter(~numbered.rc_repeat).drop("rc_repeat"), int(found["repeats"] or 0)


def _check_keys(engine: Engine, view: View, columns: Columns) -> None:
    """Raises `BadLog` for a key that the caller named and no row has."""
    from ratecard.logs import cells  # the same

    if columns.keys:
        counts = {f"n{place}": cells.cell(view, name).value.count() for place, name in enumerate(columns.keys)}
        (found,) = rows(engine, view.table.aggregate(rows=view.table.count(), **counts))
        check_keys(columns.keys, [int(found[name]) for name in counts], int(found["rows"]))


def _with_canonical(
    engine: Engine, view: View, columns: Columns, vocabulary: Vocabulary, by: Sequence[str], whole: bool
) -> Table:
    """A log with its own and the canonical columns."""
    from ratecard.logs import tables  # the same

    found = None
    if columns.body:
        from ratecard.logs.reports import reports  # the same

        found = reports.reports(engine, view, columns, vocabulary, by, whole)
        view = view._replace(table=found.table)
    own = [name for name in view.table.columns if name != tables.CORRUPT and not name.startswith(tables.ADDED)]
    return view.table.select(*own, **_canonical(view, columns, vocabulary, by, found))


def _canonical(
    view: View, columns: Columns, vocabulary: Vocabulary, by: Sequence[str], found: Reports | None = None
) -> dict[str, Value]:
    """The canonical columns as expressions over a table's own ones, and over its reports."""
    import ibis  # the same

    from ratecard.logs import cells  # the same

    cell = functools.partial(cells.cell, view)
    numbers = _numbers(columns, vocabulary, cell)
    amounts = {
        meter: cells.quantity(amount, numbers, vocabulary.meters[meter].whole)
        for meter, amount in columns.quantities.items()
    }
    said: dict[str, Value | None] = {
        "rc_model": cells.text(cell(columns.model)) if columns.model else None,
        "rc_seller": cells.text(cell(columns.seller)) if columns.seller else None,
        "rc_at": cells.time(cell(columns.at)) if columns.at else None,
    }
    said |= {f"rc_f_{fact}": _fact(fact, columns, cell) for fact in columns.facts}
    added = _over(said, columns, found) if found else {name: value for name, value in said.items() if value is not None}
    if columns.calls:
        added["rc_flavor"] = cells.text(cell("flavor")).fill_null("")
        added |= {"rc_prompt": cell("prompt").value.try_cast("int64")} if "prompt" in view.kinds else {}
    added |= {f"rc_q_{meter}": amount.value for meter, amount in amounts.items()}
    for name in by:
        made = grouping.part(name, view.kinds)
        added[grouping.BY + name] = cells.part(cell(made.column), made)
    if columns.stated:
        cost = cells.exact(cell(columns.stated.column), columns.stated.per)
        said_in = cells.text(cell(columns.currency)).upper() if columns.currency else ibis.literal(USD)
        added |= {STATED: cost.fill_null(0), STATED_IN: cost.isnull().ifelse(ibis.null("string"), said_in)}
    counted = [cell(name).value for name in numbers]
    counted += [found.flavor] if found else []
    faults = [*_faults_of_row(view, added["rc_model"], counted)]
    if found:
        faults.insert(0, found.fault())
    if columns.calls:
        told = cells.text(cell("problem"))
        faults.insert(0, cells.Fault(told.notnull(), ((told.notnull(), told),)))
    if numbers and not found:
        empty = [cells.is_empty(cell(name)) for name in sources(columns, without=columns.counts)]
        nothing = functools.reduce(lambda one, other: one & other, empty)
        faults.append(cells.Fault(nothing, ((nothing, NOTHING),)))
    if columns.at:
        faults.append(cells.untimely(cell(columns.at), said["rc_at"]))
    faults += [number.fault for number in (*numbers.values(), *amounts.values())]
    faults += [cells.unbilled(cell(name)) for name in columns.unbilled]
    added["rc_problem"] = cells.problem(faults)
    return added


def _fact(fact: str, columns: Columns, cell: Callable[[str], Cell]) -> Value:
    """A fact as its column says it, or where that says nothing, as another column does."""
    import ibis  # the same

    from ratecard.logs import cells  # the same

    own = cells.text(cell(columns.facts[fact]), columns.words.get(fact))
    if fact not in columns.otherwise:
        return own
    return ibis.coalesce(own.nullif(""), cells.text(cell(columns.otherwise[fact]), columns.words.get(fact)))


def _over(said: Mapping[str, Value | None], columns: Columns, found: Reports) -> dict[str, Value]:
    """The canonical columns from the log's own ones, or where these are empty from the reports."""
    import ibis  # the same

    reported = {f"rc_{name}": found.value(name) for name in ("model", "seller", "at")}
    reported |= {f"rc_f_{fact}": value for fact, value in found.values("f_").items()}
    added: dict[str, Value] = {"rc_flavor": found.flavor}
    for name in dict.fromkeys((*said, *reported)):
        own, other = said.get(name), reported.get(name)
        column = columns.facts.get(name.removeprefix("rc_f_"), "")
        if own is not None and column:
            own = own.nullif("")
            readers = found.readers(column)  # for their rows the column is a field of the report
            own = found.flavor.isin(readers).ifelse(ibis.null("string"), own) if readers else own
        if own is not None and name in ("rc_model", "rc_seller"):
            own = own.nullif("")
        value = (
            ibis.coalesce(*(part for part in (own, other) if part is not None))
            if own is not None or other is not None
            else None
        )
        if value is not None:
            added[name] = value
    added.setdefault("rc_model", ibis.null("string"))
    return added | {f"rc_q_{meter}": value for meter, value in found.quantities.items()}


def _numbers(columns: Columns, vocabulary: Vocabulary, cell: Callable[[str], Cell]) -> dict[str, Number]:
    """Each column of a quantity as a number; whole if a meter that counts it is whole."""
    from ratecard.logs import cells  # the same

    whole: set[str] = set()
    summed: set[str] = set()
    for meter, amount in columns.quantities.items():
        names = {*amount.plus, *amount.minus}
        whole |= names if vocabulary.meters[meter].whole else set()
        summed |= names if len(names) > 1 else set()
    return {name: cells.number(cell(name), name in whole, name not in summed) for name in sources(columns)}


def _faults_of_row(view: View, model: Value, counted: Sequence[Value]) -> list[Fault]:
    """The faults of a whole row: it is empty or broken, or has no model."""
    from ratecard.logs import cells, tables  # the same

    empty = functools.reduce(lambda one, other: one & other.isnull(), counted, model.isnull())
    unnamed = model.fill_null("") == ""
    faults = [cells.Fault(unnamed, ((empty, "broken or empty row"), (unnamed, "no model")))]
    if tables.CORRUPT in view.table.columns:
        corrupt = view.table[tables.CORRUPT].notnull()
        faults.insert(0, cells.Fault(corrupt, ((corrupt, "broken or empty row"),)))
    return faults
