"""Rows that hold responses, read by the one reader of responses, a batch at a time: texts in, columns out.

An engine hands over the columns that hold a report as texts and gets back who answered when, the facts, the quantity of
each meter, or why a row cannot be billed. Nothing here knows an engine, so each runs the same function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadLog, BadValue
from ratecard.core.records import Vocabulary
from ratecard.core.usage import MAX_QUANTITY, Usage
from ratecard.logs.columns import ATTRIBUTES
from ratecard.responses.bodies import IDS, bodies, id_in, parsed
from ratecard.responses.flavors import FLAVORS, MARKS, WRAPPERS
from ratecard.responses.flavors.rows import Amount, Flavor
from ratecard.responses.paths import choices, steps
from ratecard.responses.report import ROOTS, Facts, Report, bare_report, named, opened, printable, report_of

#: What a row holds: the fields of a response in its columns, a whole response in one, or a usage without the response.
LINE, BODY, USAGE = "line", "body", "usage"

#: The columns that come back, besides one for each fact and each meter.
FLAVOR, MODEL, SELLER, ID, AT, PROBLEM = "flavor", "model", "seller", "id", "at", "problem"
FACT, QUANTITY = "f_", "q_"
#: The problem of a row that reports nothing.
NOTHING = "no usage of a known flavor in it"
#: The end of a flavor's id where several read a usage alike, so that none of their makers is meant.
ANY_MAKER = "?"
#: The decimals of quantities that come in parts.
PLACES = 9


def _amounts(flavor: Flavor) -> Iterator[Amount]:
    """All that a flavor counts, of other models and beside its usage too."""
    yield from flavor.amounts
    yield from (amount for row in flavor.inner for amount in row.amounts)
    yield from (Amount(row.meter, ()) for row in flavor.beside if row.meter)


_AMOUNTS = tuple(amount for flavor in FLAVORS for amount in _amounts(flavor))
#: The facts and the meters of all flavors.
FACTS = sorted(
    {row.fact for flavor in FLAVORS for row in flavor.facts}
    | {fact for amount in _AMOUNTS for fact, _ in amount.when}
    | {fact for wrapper in WRAPPERS for fact, _ in wrapper.facts}
)
METERS = sorted({amount.meter for amount in _AMOUNTS})
#: The items that a part of a report counts: a meter, with a fact of its own where another part has another value of it.
ITEMS = [
    *METERS,
    *sorted({f"{amount.meter}@{fact}={value}" for amount in _AMOUNTS for fact, value in amount.when}),
]

#: OpenTelemetry's protocol writes attributes as a list: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue")
#: The starts of attributes that count what was used; a span may write their numbers as texts.
COUNTS = tuple(sorted({f"{root}." for flavor in FLAVORS if flavor.flat for root in flavor.usage}))
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_FLAGS = {"true": True, "false": False}
#: What differs between two rows with the same problem: their numbers, places in lists, and what else a body has.
_OF_ONE_ROW = re.compile(
    r"; (?:there is|read it|price each) .*|:? -?[0-9.]+(?=[ ,;]|$)|=-?[0-9.]+(?=[ ,;]|$)|: .*(?= is not a )", re.DOTALL
)
_PLACE = re.compile(r"\.[0-9]+(?=[. ,;]|$)")
#: The longest reason, in characters.
_LONGEST = 300


class Reading(NamedTuple):
    """How the rows of a log are read.

    `holds` says what a row holds, `names` of which fields the texts are, or of which column the one is. `flavor` is
    that of all rows, or empty. `whole` are the items to count, and whether each has whole units.
    """

    holds: str
    names: tuple[str, ...]
    flavor: str
    whole: Mapping[str, bool]


def whole(vocabulary: Vocabulary) -> dict[str, bool]:
    """The items that a catalog has a meter for, and whether each has whole units."""
    meters = {item: vocabulary.meters.get(item.partition("@")[0]) for item in ITEMS}
    return {item: meter.whole for item, meter in meters.items() if meter}


def check(flavor: str) -> None:
    """Raises `BadLog` for an unknown flavor of all rows."""
    try:
        named(flavor or FLAVORS[0].id, FLAVORS)
    except BadValue as error:
        raise BadLog(f"--map flavor={flavor}: {error}") from error


def prefix(names: Collection[str]) -> str:
    """The start of columns that are attributes of a span."""
    starts = [f"{name}." for name in ATTRIBUTES]
    return next((start for start in starts if any(f"{start}gen_ai." in name for name in names)), "")


def in_use(names: Iterable[str], start: str) -> dict[str, str]:
    """The columns of a log that are fields of a response, by field."""
    known = fields()
    found = {name.removeprefix(start): name for name in names}
    return {field: name for field, name in found.items() if field in known or field.startswith(COUNTS)}


def readers(column: str, start: str) -> list[str]:
    """The flavors for which a column of the log is a fact of their response."""
    found = [
        flavor.id
        for flavor in FLAVORS
        for row in flavor.facts
        for path in choices(row.path)
        if column == (start + path if flavor.flat else steps(path)[0].key)
    ]
    return [*found, *(flavor + ANY_MAKER for flavor in found)]


def fields() -> frozenset[str]:
    """The fields of a response at which some flavor may look, and attributes by their whole names."""
    texts = {text for flavor in FLAVORS for text in _texts(flavor)} | {mark.path for mark in MARKS}
    paths = {re.split("[=~]", path)[0] for text in texts for path in choices(text)}
    return frozenset({re.split(r"[.\[]", path)[0] for path in paths} | paths | ROOTS | {*IDS}) | frozenset(
        wrapper.path.partition(".")[0] for wrapper in WRAPPERS
    )


def _texts(row: object) -> Iterator[str]:
    if isinstance(row, str):
        yield row
    elif isinstance(row, tuple):
        for part in row:
            yield from _texts(part)


def read(reading: Reading, rows: Sequence[Sequence[str | None]]) -> dict[str, list[Any]]:
    """The columns of a batch of rows, without those that no row has; a row is the texts of the reading's names."""
    found: dict[str, list[Any]] = {}
    for place, row in enumerate(rows):
        for name, value in _row(reading, row):
            column = found.get(name)
            if column is None:
                column = found[name] = [None] * len(rows)
            column[place] = value
    return found


def _row(reading: Reading, texts: Sequence[str | None]) -> Iterator[tuple[str, Any]]:
    """The values of one row; none where there is nothing in it."""
    body: Mapping[str, Any] = {}
    try:
        body, told = _body(reading, texts)
        if not body:
            return
        found = _report(reading, body, told)
        apart = any(part.model for part in found.parts)  # a row is of one model
        usage = (found if apart else found._replace(parts=found.parts[:1])).usage
        counts = [(item, n) for part in found.parts for item, n in _items(part, usage)]
        yield from [(QUANTITY + item, _quantity(reading, item, n)) for item, n in counts]
    except BadValue as error:
        yield PROBLEM, reason(str(error))
        yield from ((MODEL, printable(body[name])) for name in _MODELS if isinstance(body.get(name), str))
        return
    yield from ((FACT + fact, value) for fact, value in usage.facts.items())
    flavor = found.flavor
    yield FLAVOR, flavor.id + (ANY_MAKER if _HOMES[flavor.id] != flavor.home else "")
    said = {MODEL: found.model, SELLER: found.seller, ID: printable(id_in(body))}
    yield from ((name, value) for name, value in said.items() if value)
    if found.at:
        yield AT, found.at.replace(tzinfo=None)


#: The columns that may be envelopes of a response.
_ENVELOPES = {wrapper.path.partition(".")[0] for wrapper in WRAPPERS if wrapper.facts}
#: Who defined each flavor, and the fields that name a model.
_HOMES = {flavor.id: flavor.home for flavor in FLAVORS}
_MODELS = sorted({path for flavor in FLAVORS for path in flavor.model})


def _body(reading: Reading, texts: Sequence[str | None]) -> tuple[Mapping[str, Any], Facts]:
    """The response in a row, and the facts that its envelope tells."""
    if reading.holds == LINE:
        return opened({name: _field(name, text) for name, text in zip(reading.names, texts, strict=True) if text})
    (text,) = texts
    if not text or not text.strip():
        return {}, ()
    body: Mapping[str, Any] = _object(text)
    if reading.holds == USAGE:
        return body, ()
    if reading.names[0] in _ENVELOPES and not ROOTS & body.keys():
        inner, told = opened({reading.names[0]: body})
        if told:
            return inner, told
    return opened(body)


def _report(reading: Reading, body: Mapping[str, Any], told: Facts) -> Report:
    flavor = reading.flavor or None
    if reading.holds == USAGE:
        return bare_report(body, flavor)
    try:
        return report_of(body, told, flavor)
    except BadValue:
        usage = body.get("usage") if reading.holds == LINE else None
        if flavor or not isinstance(usage, Mapping):
            raise
        with suppress(BadValue):
            return bare_report(usage)  # a column of usage without a response around it
        raise


def _field(name: str, text: str) -> Any:
    """A field of a line by its text; an engine writes a number as it writes a text of digits."""
    if text[0] in "{[":
        try:
            found = parsed(text)
        except json.JSONDecodeError:
            return text
        return _attributes(found)
    return text if name in _MODELS or name in IDS else _scalar(text)


def _scalar(text: str) -> Any:
    return Decimal(text) if _NUMBER.fullmatch(text) else _FLAGS.get(text, text)


def _object(text: str) -> Any:
    """The response in a text: an object, a list of attributes, or the events of a stream."""
    if text.lstrip()[0] == "[":
        try:
            found = _attributes(parsed(text))
        except json.JSONDecodeError:
            found = None
        if isinstance(found, Mapping):
            return found
    several = bodies(text)
    if len(several) > 1:
        raise BadValue("several responses in one row; write one a row")
    return _attributes(several[0])


def _attributes(value: Any) -> Any:
    """Attributes as an object with numbers, whether they are listed or their numbers are texts; all else as it is."""
    if isinstance(value, list) and value and all(isinstance(pair, Mapping) and "key" in pair for pair in value):
        value = {str(pair["key"]): _typed(pair.get("value")) for pair in value}
    if isinstance(value, Mapping) and any(str(key).startswith(COUNTS) for key in value):
        return {
            key: _scalar(own) if isinstance(own, str) and key.startswith(COUNTS) else own for key, own in value.items()
        }
    return value


def _typed(value: Any) -> Any:
    """The value of an attribute, which names its type."""
    if not isinstance(value, Mapping):
        return value
    return next((value[kind] for kind in _VALUES if kind in value), None)


def _items(part: Usage, first: Usage) -> Iterator[tuple[str, Decimal]]:
    """The quantities of a part of a report, with what tells its facts from those of the first part."""
    end = ""
    if part.facts != first.facts:
        differ = sorted(part.facts.items() - first.facts.items())
        end = "@" + ",".join(f"{fact}={value}" for fact, value in differ)
        if first.facts.keys() - part.facts.keys() or any(meter + end not in _ITEMS for meter in part.quantities):
            raise BadValue(f"the report has parts under different facts ({end[1:]}) that one row cannot hold")
    yield from ((meter + end, quantity) for meter, quantity in part.quantities.items() if quantity)


_ITEMS = frozenset(ITEMS)


def _quantity(reading: Reading, item: str, quantity: Decimal) -> int | Decimal:
    """A quantity as an engine can hold it."""
    meter = item.partition("@")[0]
    whole = reading.whole.get(item)
    if whole is None:
        raise BadValue(f"no meter {meter} in this catalog")
    if quantity > MAX_QUANTITY:
        raise BadValue(f"too many {meter} in one response")
    if decimals.places(quantity) and decimals.places(Decimal(decimals.text(quantity))) > (0 if whole else PLACES):
        raise BadValue(f"{meter} come whole" if whole else f"{meter} have more than {PLACES} decimals")
    return int(quantity) if whole else quantity


def reason(text: str) -> str:
    """What is wrong with a row, in words that are the same for all rows of the same fault."""
    return printable(_PLACE.sub("", _OF_ONE_ROW.sub("", text)))[:_LONGEST]
