"""The meaning of a usage log's columns: known layouts, ratecard's own words, and `--map`.

A column is named by its path: `usage.prompt_tokens` is the key `prompt_tokens` of the column `usage`, unless the log
has a column of that whole name; `attributes."gen_ai.request.model"` quotes a key that has dots of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ratecard.core.errors import BadLog, UnknownWord, listed
from ratecard.core.records import Vocabulary
from ratecard.logs.layouts import ANY, COUNTS, CURRENCIES, DOUBTS, LAYOUTS, ColumnSum, Layout, StatedColumn

#: What `--map` may name besides meters and facts.
PLACES = ("model", "seller", "at", "usage", "response", "flavor", "stated")
#: The kinds of a column whose keys are known only row by row.
OPEN_KINDS = ("text", "map")

#: The column of responses if each line of the log is one.
LINES = "*"
#: The columns of OpenTelemetry's attributes.
ATTRIBUTES = ("attributes", "SpanAttributes")
#: The fields of a response that hold its usage; columns of these names may be something else.
_ROOTS = ("usageMetadata", "usage_metadata", "usage_info", "usage", "meta")
#: The columns that hold whole responses or their envelopes.
_HOLDERS = ("response", "result", "message", *ATTRIBUTES)
#: Fields that only a response has; its `provider` is not who sold it.
_OF_RESPONSES = ("object", "choices")

#: The problem of a row that has a model and nothing that was used.
NOTHING = "no quantity"

_PART = re.compile(r'\s*(?:"([^"]+)"|([^".]+?))\s*(?:\.|$)')
_TERM = re.compile(r"""\s*([+-]?)\s*((?:"[^"]+"|'[^']*'|[^+\-"'\s])+)\s*""")


class Columns(NamedTuple):
    """The meaning of a log's columns. In place of a column, `'text'` in single quotes is a constant for all rows.

    `quantities` has one disjoint amount per meter; `words` are the log's words for a fact's values, `otherwise` the
    columns of facts for rows in which the first says nothing. `only`, `unique`, `most` and `unbilled` are the layout's.
    `counts` are meters that a row is billed by only if its price list has them, `stated` is the column of the log's own
    costs and `currency` that of their currency; `keys` are the keys within columns that the caller named.
    If rows hold reports, `body` is their column (`LINES` if each line is one), and `usage` that of the usage alone,
    `alone` if the caller named it; `flavor` is their flavor, if not recognised. Rows of `calls` were read
    before.
    """

    model: str
    seller: str = ""
    at: str = ""
    quantities: Mapping[str, ColumnSum] = {}
    facts: Mapping[str, str] = {}
    otherwise: Mapping[str, str] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    only: Mapping[str, str] = {}
    unique: tuple[str, ...] = ()
    most: str = ""
    unbilled: tuple[str, ...] = ()
    usage: str = ""
    body: str = ""
    alone: bool = False
    flavor: str = ""
    calls: bool = False
    recognised: str = ""
    counts: tuple[str, ...] = ()
    stated: StatedColumn | None = None
    currency: str = ""
    keys: tuple[str, ...] = ()


def recognise(kinds: Mapping[str, str], vocabulary: Vocabulary, mapping: Mapping[str, str]) -> Columns:
    """The meaning of a log's columns, from their names and kinds and the caller's `mapping`.

    `kinds` gives each column's kind (whole, decimal, float, text, time, date, flag, map, nested), and by its path that
    of each key of a nested one. Raises `BadLog` if no column has a clear meaning.
    """
    for target in mapping:
        if target not in PLACES and target not in vocabulary.meters and target not in vocabulary.facts:
            known = [*vocabulary.meters, *vocabulary.facts]
            raise UnknownWord("meter, a fact or one of model, seller, at, usage, stated", target, known)
    layout = next((known for known in LAYOUTS if _fits(known, kinds)), ANY)
    told = {target: told_columns(text, kinds, target) for target, text in mapping.items() if target != "flavor"}
    quantities = _quantities(layout, kinds, vocabulary, told)
    facts = _facts(layout, kinds, vocabulary, told)
    body = _body(layout, kinds, told, quantities)
    usage = _single(told, "usage") or ("usage" if body == LINES and "usage" in kinds else "")
    if body:  # what the caller maps overrides the report
        quantities = {meter: amount for meter, amount in quantities.items() if meter in told}
    columns = Columns(
        model=_single(told, "model") or ("" if body and layout.reports else _first(layout.model, kinds)),
        seller=_single(told, "seller") or _first(_sellers(layout, kinds, body), kinds),
        at=_single(told, "at") or _first(layout.at, kinds),
        quantities=quantities,
        facts=facts,
        otherwise={fact: name for fact, name in _otherwise(layout, kinds, facts) if fact not in told},
        words={fact: words for fact, words in layout.words.items() if fact in facts and fact not in told},
        only={name: value for name, value in layout.only.items() if has(name, kinds)},
        unique=layout.unique if all(has(name, kinds) for name in layout.unique) else (),
        most=layout.most,
        unbilled=() if quantities.keys() & told.keys() else tuple(name for name in layout.unbilled if has(name, kinds)),
        usage=usage,
        body=body,
        alone="usage" in told,
        flavor=mapping.get("flavor", ""),
        calls=layout.calls,
        recognised=layout.name,
        counts=_counts(quantities, told),
        stated=_stated(layout, kinds, told),
        currency=_first(CURRENCIES, kinds),
        keys=tuple(dict.fromkeys(name for amount in told.values() for name in _keys(amount, kinds))),
    )
    _check_found(columns, kinds)
    return columns


def _counts(quantities: Mapping[str, ColumnSum], told: Mapping[str, ColumnSum]) -> tuple[str, ...]:
    """The meters that are more likely to be counts, in a log that has other quantities."""
    found = tuple(name for name in COUNTS if name in quantities and name not in told)
    return found if quantities.keys() - set(found) else ()


def _stated(layout: Layout, kinds: Mapping[str, str], told: Mapping[str, ColumnSum]) -> StatedColumn | None:
    """The column of the log's own costs: the caller's, or the layout's."""
    if "stated" in told:
        return StatedColumn(_single(told, "stated"))
    return layout.stated if layout.stated and has(layout.stated.column, kinds) else None


def _keys(amount: ColumnSum, kinds: Mapping[str, str]) -> Iterator[str]:
    """The keys within columns that an amount adds up."""
    return (name for name in (*amount.plus, *amount.minus) if not is_constant(name) and name not in kinds)


def check_keys(keys: Sequence[str], counts: Sequence[int], rows: int) -> None:
    """Raises `BadLog` for a key that none of the rows of a log has."""
    for name, count in zip(keys, counts, strict=True):
        if rows and not count:
            raise BadLog(f"--map {name}: no row has anything there")


def repeated(repeats: int, names: Sequence[str]) -> list[str]:
    """The note on rows that repeat a call."""
    lines = "line repeats" if repeats == 1 else "lines repeat"
    return [f"{repeats:,} {lines} a call by {listed(names, 'and')}, and a call is billed once"] if repeats else []


def path(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The column, and the keys within it, that a path names; a column of the whole name takes precedence."""
    if text in names:
        return (text,)
    parts: list[str] = []
    place = 0
    while place < len(text):
        found = _PART.match(text, place)
        if not found:
            raise BadLog(f'{text!r} is not a column; write a name, a.b for a key, or "a b" in double quotes')
        parts.append(found[1] or found[2])
        place = found.end()
    for length in range(len(parts), 1, -1):  # a column may have dots in its own name
        head = ".".join(parts[:length])
        if head in names:
            return (head, *parts[length:])
    return tuple(parts)


def is_constant(column: str) -> bool:
    """Whether a column is a constant: a text in single quotes."""
    return len(column) > 1 and column[0] == column[-1] == "'"


def sources(columns: Columns, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Every column of a quantity, once; `without` those of some meters."""
    amounts = (amount for meter, amount in columns.quantities.items() if meter not in without)
    found = (name for amount in amounts for name in (*amount.plus, *amount.minus))
    return tuple(dict.fromkeys(found))


def told_columns(text: str, kinds: Mapping[str, str], target: str = "") -> ColumnSum:
    """The meaning of one `--map TARGET=TEXT`: columns added and subtracted, or one quoted constant.

    Raises `BadLog` for a text that cannot be read, or a column the log does not have.
    """
    if text.strip() in kinds or is_constant(text.strip()):
        return ColumnSum(target, (text.strip(),))
    plus: list[str] = []
    minus: list[str] = []
    place = 0
    while place < len(text):
        found = _TERM.match(text, place)
        if not found or (place and not found[1]):
            raise BadLog(f"--map {target}={text}: write columns joined by + and -, such as t_in-t_cached")
        (minus if found[1] == "-" else plus).append(found[2])
        place = found.end()
    unknown = [name for name in (*plus, *minus) if not has(name, kinds)]
    if unknown and has(text.strip(), kinds):
        return ColumnSum(target, (text.strip(),))  # a key with a sign of its own
    if unknown:
        raise BadLog(f"--map {target}={text}: the log has no column {unknown[0]!r}; it has {_shown(kinds)}")
    if not plus:
        raise BadLog(f"--map {target}={text}: name a column, such as {target}=t_in")
    return ColumnSum(target, tuple(plus), tuple(minus))


def has(column: str, kinds: Mapping[str, str]) -> bool:
    """Whether a log has a column, or one that may hold such a key."""
    if column in kinds:
        return True
    if not column or column[0] in "'+-" or not _PART.match(column):
        return False
    parts = path(column, kinds)
    head, keys = parts[0], parts[1:]
    for key in keys:
        if kinds.get(head) in OPEN_KINDS:
            return True
        head = f"{head}.{key}"
    return head in kinds


def _fits(layout: Layout, kinds: Mapping[str, str]) -> bool:
    return all(any(has(name, kinds) for name in names) for names in layout.needs) and not set(layout.lacks) & set(kinds)


def _first(candidates: Iterable[str], kinds: Mapping[str, str]) -> str:
    return next((name for name in candidates if is_constant(name) or has(name, kinds)), "")


def _single(told: Mapping[str, ColumnSum], target: str) -> str:
    """The column mapped to a target that takes only one."""
    amount = told.get(target)
    if not amount:
        return ""
    if len(amount.plus) != 1 or amount.minus:
        raise BadLog(f"--map {target}=…: one column is wanted, not a sum")
    return amount.plus[0]


def _quantities(
    layout: Layout, kinds: Mapping[str, str], vocabulary: Vocabulary, told: Mapping[str, ColumnSum]
) -> dict[str, ColumnSum]:
    """Each meter's amount: as mapped, else by the layout, else from a column named like the meter."""
    given = {meter: amount for meter, amount in told.items() if meter in vocabulary.meters}
    used = {name for amount in given.values() for name in (*amount.plus, *amount.minus)}
    laid: dict[str, ColumnSum] = {}
    if not given and "usage" not in told:
        laid = {amount.meter: present for amount in layout.amounts if (present := _present(amount, kinds))}
        used |= {name for amount in laid.values() for name in (*amount.plus, *amount.minus)} | {*layout.within}
        _check_doubts(layout, kinds, used)
    own = () if layout.closed else (name for name in kinds if name in vocabulary.meters and name not in used)
    return {**laid, **{name: ColumnSum(name, (name,)) for name in own if name not in laid}, **given}


def _body(
    layout: Layout, kinds: Mapping[str, str], told: Mapping[str, ColumnSum], quantities: Mapping[str, ColumnSum]
) -> str:
    """The column of a log's reports, or nothing if its own columns hold the usage."""
    if "response" in told:
        return _single(told, "response")
    if "usage" in told:
        return LINES
    roots = {name for name in _ROOTS if name in kinds}
    plainly = roots - {"usage", "meta"} or (roots and set(_OF_RESPONSES) & set(kinds))
    if set(told) & set(quantities) or (quantities and not plainly):
        return ""
    starts = ("", *(f"{name}." for name in ATTRIBUTES if name not in kinds))
    if roots or any(name.startswith(f"{start}gen_ai.usage.") for start in starts for name in kinds):
        return LINES
    return next((name for name in _HOLDERS if kinds.get(name) in (*OPEN_KINDS, "nested", "other")), "")


def _sellers(layout: Layout, kinds: Mapping[str, str], body: str) -> Sequence[str]:
    """The columns that may name the seller, without fields of a response."""
    if body and layout.reports:
        return ()
    upstream = {"provider"} if body == LINES and set(_OF_RESPONSES) & set(kinds) else set()
    return [name for name in layout.seller if name not in upstream]


def _present(amount: ColumnSum, kinds: Mapping[str, str]) -> ColumnSum | None:
    """An amount of those columns that the log has; None if it has none to add."""
    plus = tuple(name for name in amount.plus if has(name, kinds))
    return ColumnSum(amount.meter, plus, tuple(name for name in amount.minus if has(name, kinds))) if plus else None


def _facts(
    layout: Layout, kinds: Mapping[str, str], vocabulary: Vocabulary, told: Mapping[str, ColumnSum]
) -> dict[str, str]:
    own = {} if layout.closed else {name: name for name in kinds if name in vocabulary.facts}
    laid = {fact: _first(names, kinds) for fact, names in layout.facts.items() if fact in vocabulary.facts}
    laid = {fact: column for fact, column in laid.items() if column}
    return {**own, **laid, **{fact: _single(told, fact) for fact in told if fact in vocabulary.facts}}


def _otherwise(layout: Layout, kinds: Mapping[str, str], facts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The second column of a fact that a log has."""
    for fact, names in layout.facts.items():
        later = [name for name in names if has(name, kinds) and name != facts.get(fact)]
        if fact in facts and later:
            yield fact, later[0]


def _check_doubts(layout: Layout, kinds: Mapping[str, str], used: set[str]) -> None:
    """Raises if a column may or may not be included in another one, and no layout says which."""
    if layout.closed:
        return
    for whole, part, target, meter in DOUBTS:
        if whole in kinds and part in kinds and part not in used:
            raise BadLog(
                f"{part} may or may not be included in {whole}, and nothing in the log says which; "
                f"pass --map {target}={whole}-{part} --map {meter}={part} if included, "
                f"else --map {target}={whole} --map {meter}={part}"
            )


def _check_found(columns: Columns, kinds: Mapping[str, str]) -> None:
    missing = []
    if not columns.model and not columns.body:
        missing.append("the model (pass --map model=COLUMN)")
    if not columns.quantities and not columns.body:
        missing.append("any quantity (pass --map METER=COLUMN, such as --map input_tokens=t_in)")
    if missing:
        raise BadLog(f"no column of the log says {listed(missing, 'and')}; its columns are {_shown(kinds)}")


def _shown(kinds: Mapping[str, str], most: int = 40) -> str:
    names = list(kinds)
    return listed(names[:most], "and") + (f" and {len(names) - most} more" if len(names) > most else "")
