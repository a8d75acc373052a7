"""Response bodies in a text: one JSON object, an array, JSON Lines, or the events of a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ratecard.core.errors import BadValue, listed
from ratecard.responses.report import ROOTS, opened

#: The fields that identify a response.
IDS = ("id", "responseId", "response_id")
#: Numbers are decimals, whole ones too: an int of Python has a longest length.
_JSON = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)
_DATA = "data:"
_END = "[DONE]"


def bodies(text: str) -> list[dict[str, Any]]:
    """The bodies in a text, numbers as exact decimals; the events of one stream are one body.

    Raises `BadValue` for what is not JSON, with its place.
    """
    text = text.lstrip("\ufeff").strip()
    if not text:
        raise BadValue("there is nothing in it; a response is a JSON object")
    if text.startswith((_DATA, "event:", "id:", "retry:", ":")):
        return [_merged(_events(text))]
    try:
        whole = parsed(text)
    except json.JSONDecodeError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not _is_json(lines[0][1]):
            raise BadValue(f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
        return _objects([_line(number, line) for number, line in lines])
    return _objects(whole) if isinstance(whole, list) else [_object(whole)]


def parsed(text: str) -> Any:
    """A text of JSON with exact numbers; raises `json.JSONDecodeError`, and `BadValue` if it is nested too deeply."""
    try:
        return _JSON.decode(text)
    except RecursionError:
        raise BadValue("it is nested too deeply to be a response") from None


def _is_json(line: str) -> bool:
    try:
        parsed(line)
    except json.JSONDecodeError:
        return False
    return True


def _line(number: int, line: str) -> object:
    try:
        return parsed(line)
    except json.JSONDecodeError as error:
        raise BadValue(f"not JSON: line {number}, column {error.colno}: {error.msg}") from None


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValue("a response is a JSON object with fields, and this is another value")
    return value


def _objects(values: Iterable[object]) -> list[dict[str, Any]]:
    found = [_object(value) for value in values]
    if not found:
        raise BadValue("there is no response in it; the list is empty")
    return found


def repeated(found: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """The places, from 1 on, of responses with the same id, by id."""
    places: dict[str, list[int]] = {}
    for place, body in enumerate(found, 1):
        if own := own_id(body):
            places.setdefault(own, []).append(place)
    return {own: held for own, held in places.items() if len(held) > 1}


def own_id(body: Mapping[str, Any]) -> str:
    """The id of a response, or an empty text."""
    inner, _ = opened(body)
    return id_in(inner)


def id_in(inner: Mapping[str, Any]) -> str:
    """The id of a response that is out of its envelope, or an empty text."""
    for key in IDS:
        if known := inner.get(key):
            return str(known)
    return ""


def _events(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        data = line.removeprefix(_DATA).strip()
        if line.startswith(_DATA) and data not in ("", _END):
            yield _object(_line(number, data))


def _merged(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A stream's events as one body, with the last value of each number of usage and the first of all else."""
    whole: dict[str, Any] = {}
    ids: set[str] = set()
    for event in events:
        inner, _ = opened(event)
        used = [key for key in inner if key in ROOTS and isinstance(inner[key], Mapping)]
        if used:
            ids.add(own_id(event))
            whole = {**inner, **whole, **{key: _over(whole.get(key), inner[key]) for key in used}}
    if len(ids - {""}) > 1:
        raise BadValue(
            f"the events are of several responses, {listed(sorted(ids - {''}), 'and')}; give one stream at a time"
        )
    if not whole:
        raise BadValue("no event of the stream says what was used; ask the API to include usage in its stream")
    return whole


def _over(before: object, after: Any) -> Any:
    """A later value over an earlier one, field by field; null is ignored."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return before if after is None else after
    return {key: _over(before.get(key), after.get(key)) for key in {**before, **after}}
