"""The bill of a few rows: their subjects and strata, and the sums of these, as an engine has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadLog, listed
from ratecard.core.records import Vocabulary
from ratecard.logs import files, keys, output, prices
from ratecard.logs.columns import Columns, recognise
from ratecard.logs.cost import Found, Instead, Survey, surveyed
from ratecard.logs.grouping import OF_STRATUM, OWN, TIMES
from ratecard.logs.keys import NO_SUBJECT, NUMBER, PROBLEM, QUANTITY, STATED
from ratecard.logs.prices import CURRENCY, PricedStratum, told
from ratecard.logs.rejects import Rejects
from ratecard.logs.rows import lines, reading, values
from ratecard.logs.rows.reading import Read
from ratecard.logs.strata import StratumPrice, meter_of
from ratecard.logs.subjects import Subject
from ratecard.logs.sums import COST, ROWS, Sums

#: What a log's row is in for: its key columns and what is asked for.
Key = tuple[Any, ...]


class FewRows(NamedTuple):
    """A log of a few rows, read; `timed` is whether something in it says when they were."""

    rows: list[Read]
    columns: Columns
    source_columns: tuple[str, ...]
    rejects: Rejects
    notes: tuple[str, ...]
    timed: bool
    agents: tuple[str, ...] = ()


class Keyed(NamedTuple):
    """The strata of some rows: the key of each row, and its quantities as its price list bills them."""

    names: tuple[str, ...]
    keys: list[Key]
    quantities: list[Mapping[str, int | Decimal]]
    found: tuple[PricedStratum, ...]


def open_rows(
    paths: Sequence[str],
    spool: str,
    meaning: Mapping[str, str],
    vocabulary: Vocabulary,
    by: Sequence[str],
    at: datetime | None,
    unique: Sequence[str] = (),
) -> FewRows:
    """The usage logs at paths; see `logs.open_log`, whose columns these are."""
    found, notes = files.sources(paths, spool)
    read = lines.read(found)
    taken = [name for name in read.columns if name.startswith("rc_")]
    if taken:
        raise BadLog(f"the log's column {taken[0]!r} begins with rc_, as those that are added do; rename it")
    columns = recognise(dict.fromkeys(read.columns, "text"), vocabulary, meaning)
    rows, said, timed = reading.read(read, columns, vocabulary, (*by, *unique), at)
    if unique:
        rows, repeats = reading.without_repeats(rows, unique)
        said += repeats
    if columns.at in read.columns and not columns.calls:
        said.append(f"times in {columns.at} without a zone are taken as UTC")
    if agents := found[0].agents:
        columns = columns._replace(recognised=listed(agents, "and"))
    return FewRows(rows, columns, read.columns, read.rejects, (*notes, *said), timed, agents)


def survey(log: FewRows, catalog: Catalog, at: datetime, instead: Instead | None = None) -> Survey:
    """What pricing needs to know about the log; see `cost.survey`."""
    meters = dict.fromkeys(meter for row in log.rows for meter in row.quantities)
    items = tuple(dict.fromkeys((*log.columns.quantities, *meters)))
    times = [row.at for row in log.rows if row.at]
    ends = (min(times), max(times)) if times else None
    found = Found(set(map(_subject, log.rows)), items, ends, any(row.problem for row in log.rows), log.columns.counts)
    return surveyed(found, catalog, at, instead)


def summed(log: FewRows, found: Survey, catalog: Catalog, by: Sequence[str]) -> Sums:
    """The sums of the log by its strata and by what is asked for; see `cost.summed`."""
    keyed = _keyed(log, found, catalog)
    asked = [name for name in by if name in TIMES or name not in OWN]
    sums: dict[Key, list[Any]] = {}
    for row, key, quantities in zip(log.rows, keyed.keys, keyed.quantities, strict=True):
        whole = (*key, *(_time(row.at, name) if name in TIMES else row.by[name] for name in asked))
        sum_ = sums.setdefault(whole, [0, *(0 for _ in found.items), decimals.ZERO])
        sum_[0] += 1
        sum_[-1] = decimals.add(sum_[-1], row.stated)
        for place, item in enumerate(found.items, 1):
            sum_[place] = values.sum_of(sum_[place], quantities.get(item, 0))
    known = {tuple(one.row[name] for name in keyed.names): one for one in keyed.found}
    names, depth = (*keyed.names, *asked), len(keyed.names)
    rows = [
        _priced(dict(zip(names, key, strict=True)) | {STATED: sum_[-1]}, known[key[:depth]], sum_, found.items)
        for key, sum_ in sums.items()
    ]
    return Sums(keyed.names, keyed.found, lambda wanted: _added(rows, wanted))


def write(log: FewRows, found: Survey, catalog: Catalog, path: str) -> None:
    """Writes every row with its cost, as `output.write` does."""
    keyed = _keyed(log, found, catalog)
    known = {tuple(one.row[name] for name in keyed.names): one for one in keyed.found}
    output.write_rows([*log.source_columns, *output.ADDED], _with_costs(log, keyed, known, found.items), path)


def _with_costs(
    log: FewRows, keyed: Keyed, known: Mapping[Key, PricedStratum], items: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    for row, key, quantities in zip(log.rows, keyed.keys, keyed.quantities, strict=True):
        one = known[key]
        priced = _priced({}, one, [1, *(quantities.get(item, 0) for item in items)], items)
        texts: dict[str, Any] = {**told(one), **priced, prices.TARIFF: prices.tariff(one)}
        texts[COST] = None if texts[COST] is None else decimals.text(texts[COST])
        yield {**row.own, **{name: texts[own] for name, own in output.ADDED.items()}}


def _subject(row: Read) -> Subject:
    return Subject(row.model or "", row.seller, row.facts, row.flavor)


def _keyed(log: FewRows, found: Survey, catalog: Catalog) -> Keyed:
    """Each row's key, and the prices of all that occur."""
    numbers = {one.subject: number for number, one in enumerate(found.known)}
    names = keys.names_of(found.sides, found.known)
    meters = catalog.vocabulary.meters
    every: list[Key] = []
    folded: list[Mapping[str, int | Decimal]] = []
    for row in log.rows:
        number = NO_SUBJECT if row.model is None else numbers[_subject(row)]
        quantities = dict(row.quantities)
        key = dict.fromkeys(names, 0) | {name: "" for name in names if name.startswith(keys.FIXED)}
        key |= {NUMBER: number}
        if number != NO_SUBJECT and not row.problem:
            own = found.known[number]
            quantities |= dict.fromkeys(own.idle & quantities.keys(), 0)
            for meter, container in sorted(own.folds.items()):
                quantities[container] = values.sum_of(quantities.get(container, 0), quantities.get(meter, 0))
                quantities[meter] = 0
            prompt = sum(count for item, count in quantities.items() if meters[meter_of(item)].prompt)
            prompt = prompt if row.prompt is None else row.prompt
            reached = {keys.PROMPT: prompt, keys.DAY: row.at, keys.MINUTE: _minute(row.at)}
            reached |= {QUANTITY + item: quantities.get(item, 0) for item in found.items}
            key |= keys.packed(found.sides, number, reached)
            key |= {keys.FIXED + item: str(quantities.get(item, 0)) for item in own.splits.endless}
        every.append((*key.values(), row.problem or ""))
        folded.append(quantities)
    named = (*names, PROBLEM)
    priced = prices.priced(
        [dict(zip(named, key, strict=True)) for key in dict.fromkeys(every)],
        found.known, found.sides, found.items, found.moment, catalog.vocabulary,
    )  # fmt: skip
    prices.scale(priced, meters)  # what an engine could not hold is refused here too
    return Keyed(named, every, folded, tuple(priced))


def _priced(row: dict[str, Any], one: PricedStratum, sum_: Sequence[Any], items: Sequence[str]) -> dict[str, Any]:
    """A sum with its quantities, its cost, and what is told of its stratum."""
    row |= {ROWS: sum_[0], **{QUANTITY + item: sum_[place] for place, item in enumerate(items, 1)}}
    row |= {column: told(one).get(column) for column in OF_STRATUM.values()}
    row |= {prices.TARIFF: prices.tariff(one), CURRENCY: None, COST: None}
    if isinstance(one.outcome, StratumPrice):
        each = one.outcome.each
        costs = [decimals.multiply(one.outcome.constant, Decimal(sum_[0]))]
        counts = dict(zip(items, sum_[1:], strict=False))
        costs += [decimals.multiply(price, Decimal(counts[item])) for item, price in each.items()]
        row |= {CURRENCY: one.outcome.tariff.currency, COST: decimals.total(costs)}
    return row


def _added(rows: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> list[Mapping[str, Any]]:
    """The sums added up by some of their columns."""
    found: dict[Key, dict[str, Any]] = {}
    for row in rows:
        key = tuple(_text(row, name) for name in wanted)
        sum_ = found.setdefault(key, dict(zip(wanted, key, strict=True)))
        for name, value in row.items():
            if name in (ROWS, COST, STATED) or name.startswith(QUANTITY):
                sum_.setdefault(name, None)
                if value is not None:
                    sum_[name] = values.sum_of(sum_[name], value)
    return list(found.values())


def _text(row: Mapping[str, Any], name: str) -> Any:
    value = row[OF_STRATUM.get(name, name)]
    return str(value) if name in OF_STRATUM and value is not None else value


def _time(at: datetime | None, name: str) -> str | None:
    """The start of the time that a row is added up by."""
    if at is None:
        return None
    return values.start(at, name).strftime(TIMES[name][1])


def _minute(at: datetime | None) -> int | None:
    """The minute of its week that a moment is in."""
    return None if at is None else (at.weekday() * 24 + at.hour) * 60 + at.minute
