"""Reads a request by the rows of `catalog/parameters.yaml`, and joins their needs.

Costs, needs and lint all start from `read`, so they agree on the endpoint, on errors and on unrecognized parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, find
from ratecard.core.errors import BadValue, UnknownModel, UnknownWord, listed
from ratecard.core.records import MEASURED, OPEN, Limits, RequestParameter, Vocabulary
from ratecard.core.usage import fact_problem, fact_value
from ratecard.requests import body
from ratecard.requests.body import Body, shown
from ratecard.requests.content import GivenParameter, Piece, pieces
from ratecard.requests.values import FORMS, MEASURES, WHOLE, is_list, spelled
from ratecard.routing.needs import HARD, INFO, SOFT, Need

#: The content type whose fields are all texts.
FORM = "multipart/form-data"

#: The name of a model that is still to be chosen; some sellers have models of that name too.
ANY_MODEL = "auto"

_ENTRY = "[]"
_STRENGTHS = (INFO, SOFT, HARD)
#: The limits that are numbers; of several needs the largest counts.
_NUMBERS = frozenset(name for name, nobody_said in Limits()._asdict().items() if nobody_said is None)


class Upload(NamedTuple):
    """A file sent with a request: its size in bytes, its type and, of an image, its pixels."""

    bytes: int | None = None
    content_type: str = ""
    width: int | None = None
    height: int | None = None


#: The files of a request by the name of their field.
Files = Mapping[str, Upload | Sequence[Upload]]


class Needs(NamedTuple):
    """What a request needs of the model that answers it.

    `words` are the facts and quantities of a usage that the request itself decides, `inputs` what its sender has at
    hand, `unrecognized` the places of parameters and values that no row of the catalog knows.
    """

    endpoint: str
    needs: tuple[Need, ...]
    words: Mapping[str, str] = {}
    inputs: tuple[str, ...] = ()
    unrecognized: tuple[str, ...] = ()


class RowMatch(NamedTuple):
    """A place of the request with a row about it, and the row's measure of it."""

    path: str
    row: RequestParameter
    measured: str | None = None

    @property
    def asks(self) -> bool:
        """Whether the value is none of the defaults."""
        return self.measured is None or self.measured not in self.row.default


class ParsedRequest(NamedTuple):
    """A request read by the rows of its endpoint.

    `found` are the places of rows that apply, `decided` the facts and quantities the request decides, each with its
    place, `absent` those that hold where it says nothing, `left` those it leaves to the seller.
    """

    endpoint: str
    found: tuple[RowMatch, ...]
    asked: tuple[GivenParameter, ...]
    pieces: tuple[Piece, ...]
    decided: Mapping[str, tuple[str, str]]
    absent: Mapping[str, str]
    left: frozenset[str]
    unrecognized: tuple[str, ...]


def needs_of(
    request: object, vocabulary: Vocabulary, endpoint: str | None = None, files: Files | None = None, modality: str = ""
) -> Needs:
    """What a request needs, from its body and the files that go along with it.

    The body is a mapping as JSON has it, or a line of a batch with a body in it. The endpoint is told from its
    parameters unless it is named; `modality` is the kind of model that is to answer, where that is known.

    Raises `BadValue` for a request that fits no endpoint and for a value that cannot be what its parameter is,
    with its place, and `UnknownWord` for an endpoint that the catalog does not know.
    """
    return needs_in(read(request, vocabulary, endpoint, files, modality))


def needs_in(reading: ParsedRequest) -> Needs:
    """What a request that was read needs."""
    open_call = Need("endpoint", reading.endpoint, lenient=True)  # few offers list the calls they answer
    return Needs(
        reading.endpoint,
        (open_call, *_needs(reading.found)),
        {**reading.absent, **{word: value for word, (value, _) in reading.decided.items()}},
        tuple(dict.fromkeys(name for entry in reading.found if entry.asks for name in entry.row.inputs)),
        reading.unrecognized,
    )


def read(
    request: object, vocabulary: Vocabulary, endpoint: str | None = None, files: Files | None = None, modality: str = ""
) -> ParsedRequest:
    """A request read by the rows of its endpoint; raises what `needs_of` raises."""
    sent = body.request(request)
    given = _given(sent.body, files or {})
    named = _endpoint(_path(endpoint, sent.endpoint), given, vocabulary, modality)
    tree, is_form = _tree(vocabulary, named), vocabulary.endpoints[named].content_type == FORM
    walked = list(_Walk(vocabulary, is_form).through(tree, given))
    known = [entry for entry in walked if isinstance(entry, RowMatch)]
    found = tuple(entry for entry in known if not any(name in given for name in entry.row.unless))
    asked = tuple(_asked(given, known))
    decided = _decided(found, vocabulary, _OF_BATCH if sent.batch else {})
    rows = {row.id: row for branch in tree.entries.values() for row in branch.rows if row.absent}
    return ParsedRequest(
        named,
        found,
        asked,
        tuple(pieces(asked)),
        decided,
        {word: row.absent for row in rows.values() for word in row.words if word not in decided},
        frozenset(word for entry in found if entry.row.cost == OPEN for word in entry.row.words if word not in decided),
        tuple(dict.fromkeys(entry for entry in walked if isinstance(entry, str))),
    )


def modality_of(catalog: Catalog, request: object) -> str:
    """The kind of model that a request names; empty if the catalog does not have it or the choice is open."""
    name = body.request(request).body.get("model")
    if not isinstance(name, str) or name in ("", ANY_MODEL):
        return ""
    try:
        return find(catalog, name).modality
    except UnknownModel:
        return ""


def why(need: Need, endpoint: str, vocabulary: Vocabulary) -> str:
    """The sentence of the row that a need of a request comes from; an empty text if there is no single one."""
    path = re.sub(r"\[[0-9]+\]", _ENTRY, need.path)
    told = (
        row.sentence
        for _, row in sorted(vocabulary.parameters.items())
        if path in row.paths and endpoint in row.endpoints and row.needs.get(need.kind) in (need.value, MEASURED)
    )
    return next(told, "")


def _given(body: Body, files: Files) -> dict[str, object]:
    """The parameters of a request, with its files; null and empty lists are not given."""
    given: dict[str, object] = {}
    for field, value in (*body.items(), *((field, _described(field, files[field])) for field in files)):
        if not isinstance(field, str):
            raise BadValue(f"the request has a parameter whose name is no text: {shown(field)}")
        name = field.removesuffix(_ENTRY) or field
        if _is_nothing(value):
            continue
        if name in given:
            raise BadValue(f"{name}: it is given twice")
        given[name] = value
    return given


def _described(field: str, uploads: Upload | Sequence[Upload]) -> list[dict[str, object]]:
    """The known fields of files, named like the paths of rows."""
    single = isinstance(uploads, Upload) or not isinstance(uploads, list | tuple)
    return [_file(field, upload) for upload in ([uploads] if single else [*uploads])]


def _file(field: str, upload: object) -> dict[str, object]:
    if not isinstance(upload, Upload):
        raise BadValue(f"{field}: {shown(upload)} does not say what a file is; write Upload(bytes=…) or several")
    return {key: value for key, value in upload._asdict().items() if value}


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, list | tuple) and not value)


def _path(endpoint: str | None, of_batch: str) -> str:
    """The id of an endpoint, given as an id or a path; raises `BadValue` if the batch is for another."""
    named = (endpoint or "").strip("/").removeprefix("v1/")
    if named and of_batch not in ("", named):
        raise BadValue(f"the request is a line of a batch for {of_batch}, not for {named}")
    return named or of_batch


def _endpoint(named: str, given: Body, words: Vocabulary, modality: str) -> str:
    """The named endpoint, else the one whose marks are given and that knows most parameters."""
    if named:
        row = words.endpoints.get(named)
        if row is None:
            raise UnknownWord("known endpoint", named, words.endpoints)
        if row.marks and not any(mark in given for mark in row.marks):
            raise BadValue(f"the request has no {listed(row.marks)}, which {named} takes")
        return named
    marked = [row for row in words.endpoints.values() if any(mark in given for mark in row.marks)]
    if not marked:
        ranked = sorted(words.endpoints.values(), key=lambda row: row.rank)
        marks = list(dict.fromkeys(mark for row in ranked for mark in row.marks[:1]))
        raise BadValue(f"the request has no {listed(marks)}, so it is a call to none of the endpoints")
    fitting = [row for row in marked if modality in ("", row.modality)] or marked
    return min(fitting, key=lambda row: (sum(name not in _tree(words, row.id).entries for name in given), row.rank)).id


class _Branch:
    """The rows about one path, and the longer paths below it by their next name."""

    def __init__(self) -> None:
        self.rows: list[RequestParameter] = []
        self.entries: dict[str, _Branch] = {}

    def goes_into(self, value: object) -> bool:
        """Whether there are rows about the parts of such a value."""
        if isinstance(value, Mapping):
            return bool(self.entries.keys() - {_ENTRY})
        return is_list(value) and _ENTRY in self.entries


class _Trees:
    """The rows of the latest vocabulary as trees by endpoint, replaced as a whole for the sake of threads."""

    latest: tuple[Mapping[str, RequestParameter], dict[str, _Branch]] = ({}, {})


def _tree(words: Vocabulary, endpoint: str) -> _Branch:
    """The rows about an endpoint by their paths."""
    rows, trees = _Trees.latest
    if rows is not words.parameters:
        rows, trees = _Trees.latest = (words.parameters, {})
    if endpoint not in trees:
        # in the order of ids, since a database keeps no other
        trees[endpoint] = _grown(row for _, row in sorted(rows.items()) if endpoint in row.endpoints)
    return trees[endpoint]


def _grown(rows: Iterable[RequestParameter]) -> _Branch:
    root = _Branch()
    for row in rows:
        for path in row.paths:
            branch = root
            for name in path.replace(_ENTRY, f".{_ENTRY}").split("."):
                branch = branch.entries.setdefault(name, _Branch())
            branch.rows.append(row)
    return root


class _Walk(NamedTuple):
    """How a request is read: the vocabulary, and whether its values may be texts of form fields."""

    words: Vocabulary
    spelled: bool

    def through(self, branch: _Branch, given: Body, path: str = "") -> Iterator[RowMatch | str]:
        """Every row that applies to the parameters of an object, and every unrecognized path."""
        if not all(isinstance(name, str) for name in given):
            raise BadValue(f"{path}: it has a name that is no text")
        for name in sorted(given):  # so that their order in the request does not matter
            place = f"{path}.{name}" if path else name
            if _is_nothing(given[name]):
                continue
            if name not in branch.entries or name == _ENTRY:
                yield place
            else:
                yield from self._value(branch.entries[name], given[name], place)

    def _value(self, branch: _Branch, value: object, path: str) -> Iterator[RowMatch | str]:
        if self.spelled and not branch.rows and branch.entries.keys() == {_ENTRY} and not is_list(value):
            value = [value]  # a form field that may come several times came once
        taking = [row for row in branch.rows if self._takes(row, value)]
        if not taking and not branch.goes_into(value):
            raise BadValue(f"{path}: {shown(value)} is not {_wanted(branch)}")
        yield from self._rows(branch, taking, value, path)
        if not branch.goes_into(value) or any(row.form == WHOLE for row in taking):
            return
        if isinstance(value, Mapping):
            yield from self.through(branch, value, path)
        elif isinstance(value, list | tuple):
            for place, entry in enumerate(value):
                if not _is_nothing(entry):
                    yield from self._value(branch.entries[_ENTRY], entry, f"{path}[{place}]")

    def _takes(self, row: RequestParameter, value: object) -> bool:
        takes = FORMS[row.form][0]
        return takes(value) or (self.spelled and takes(spelled(value)))

    def _rows(
        self, branch: _Branch, taking: Sequence[RequestParameter], value: object, path: str
    ) -> Iterator[RowMatch | str]:
        measured = [(row, MEASURES[row.measure](value)) for row in taking]
        fitting = [RowMatch(path, row, found) for row, found in measured if not row.values or found in row.values]
        if taking and not fitting:
            if problem := self._fact_problem(branch, value):
                raise BadValue(f"{path}: {value}: {problem}")
            yield path
        yield from fitting

    def _fact_problem(self, branch: _Branch, value: object) -> str:
        """Why a value cannot be the fact of its rows; empty if it can, or they have none."""
        words = (word for row in branch.rows for word in row.words)
        fact = next((self.words.facts[word] for word in words if word in self.words.facts), None)
        return fact_problem(fact, str(value)) if fact else ""


def _wanted(branch: _Branch) -> str:
    forms = [FORMS[row.form][1] for row in branch.rows]
    forms += [FORMS["list"][1]] if _ENTRY in branch.entries else []
    forms += [FORMS["object"][1]] if branch.entries.keys() - {_ENTRY} else []
    return listed(list(dict.fromkeys(forms)))


def _asked(given: Body, found: Iterable[RowMatch]) -> Iterator[GivenParameter]:
    """The parameters of a request in its order, each with the row that says how it changes the cost."""
    rows: dict[str, RowMatch] = {}
    for entry in found:
        name = _top(entry.path)
        if name not in rows or (entry.row.cost and not rows[name].row.cost):
            rows[name] = entry
    for name, value in given.items():
        if (held := rows.get(name)) is None:
            yield GivenParameter(name, value)
        else:
            number = held.path == name and held.row.form in ("count", "whole")  # a form field spells it
            yield GivenParameter(name, spelled(value) if number else value, held.row)


def _needs(found: Iterable[RowMatch]) -> list[Need]:
    """The needs of all places: equal ones of one parameter once; of a limit the sum or the largest."""
    joined: dict[tuple[str, ...], Need] = {}
    for entry in found:
        row = entry.row
        for kind, word in sorted(row.needs.items()) if entry.asks else ():
            value = entry.measured if word == MEASURED else word
            adds = row.adds and word == MEASURED
            if value is None or (adds and value == "0"):
                continue
            need = Need(kind, value, row.strength, entry.path, row.lenient)
            key = (kind,) if kind in _NUMBERS else (kind, value, _top(entry.path))
            before = joined.get(key)
            joined[key] = need if before is None else _stronger(before, need, adds=adds)
    return list(joined.values())


def _stronger(one: Need, other: Need, *, adds: bool) -> Need:
    strength = max(one.strength, other.strength, key=_STRENGTHS.index)
    if adds:
        paths = one.path.split(" + ")
        names = dict.fromkeys([*(_top(path) for path in paths), _top(other.path)])
        value = decimals.text(decimals.add(Decimal(one.value), Decimal(other.value)))
        return one._replace(value=value, strength=strength, path=" + ".join(names))
    kept = other if one.kind in _NUMBERS and Decimal(other.value) > Decimal(one.value) else one
    return kept._replace(strength=strength, lenient=one.lenient and other.lenient)


def _top(path: str) -> str:
    """The parameter that a place belongs to."""
    return path.partition(".")[0].partition("[")[0]


#: The facts of a line of a batch, and their place.
_OF_BATCH: Mapping[str, tuple[str, str]] = {"service_tier": ("batch", "url")}


def _decided(
    found: Iterable[RowMatch], words: Vocabulary, of_batch: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """The facts and quantities that the request decides, each with its place."""
    decided = dict(of_batch)
    for entry in found:
        for word in entry.row.words if entry.measured is not None and entry.row.cost != OPEN else ():
            value = _word(word, str(entry.measured), entry.path, words)
            before, where = decided.setdefault(word, (value, entry.path))
            if before != value:
                raise BadValue(f"{entry.path}: {value} contradicts {where}, which is {before}")
    return decided


def _word(word: str, value: str, path: str, words: Vocabulary) -> str:
    fact = words.facts.get(word)
    if fact is None:
        return value
    try:
        return fact_value(fact, value == "true" if fact.kind == "flag" else value)
    except BadValue as error:
        raise BadValue(f"{path}: {error}") from None
