"""A request as it would be sent: its endpoint, and what each of its parameters is known to decide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ratecard.errors import BadValue, listed
from ratecard.forecasting.parameters import EVERY, SHAPES, TEXT, Parameter, parameter
from ratecard.records import Card

Body = Mapping[str, object]

#: More than any call takes; beyond it a number is a slip.
MAX_COUNT = 10**9
#: A request may carry images and files as text, but not a library.
MAX_BYTES = 100_000_000


class Request(NamedTuple):
    """A body, and what its envelope says: a line of a batch names its endpoint and is served as a batch."""

    body: Body
    endpoint: str = ""
    batch: bool = False


class Asked(NamedTuple):
    """A parameter of a request with its row, where there is one."""

    name: str
    value: object
    row: Parameter | None


def parse(text: bytes) -> Request:
    """The request that JSON text holds: a body, or a line of a batch with a body in it.

    Raises `BadValue` for anything else.
    """
    if len(text) > MAX_BYTES:
        raise BadValue(f"the request has {len(text):,} bytes; more than {MAX_BYTES:,} are not read")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadValue(f"the request is not UTF-8 text: byte {error.start} ends it") from None
    except json.JSONDecodeError as error:
        raise BadValue(f"the request is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except BadValue:
        raise
    except ValueError as error:  # a whole number of more digits than Python reads
        raise BadValue(f"the request cannot be read: {error}") from None
    except RecursionError:
        raise BadValue("the request is nested too deep to be one") from None
    return request(found)


def request(found: object) -> Request:
    """The request that parsed JSON stands for; raises `BadValue` unless it is an object."""
    body = _object(found, "the request")
    url, inner = body.get("url"), body.get("body")
    if not isinstance(url, str) or inner is None:
        return Request(body)
    endpoint = url.rstrip("/").partition("/v1/")[2]
    if endpoint not in EVERY:
        raise BadValue(f"url: {url!r} is none of the endpoints that are known: {listed(EVERY)}")
    return Request(_object(inner, "body"), endpoint, batch=True)


def model_of(asked: Request) -> str:
    """The model that a request names; raises `BadValue` where it names none."""
    named = asked.body.get("model")
    if named is None:
        raise BadValue("the request names no model; add one to it, or name it as MODEL")
    if not isinstance(named, str) or not named:
        raise BadValue(f"model: {shown(named)} is not a model's name")
    return named


def endpoint_of(asked: Request, card: Card) -> str:
    """The endpoint a request is made for, by its envelope, its names and the kind of its model.

    Raises `BadValue` where it could be for none.
    """
    if asked.endpoint:
        marks = {mark for shape in SHAPES if shape.endpoint == asked.endpoint for mark in shape.marks}
        if marks and not marks & asked.body.keys():
            raise BadValue(f"body: it has no {listed(sorted(marks))}, which {asked.endpoint} takes")
        return asked.endpoint
    fitting = [shape for shape in SHAPES if not shape.modalities or card.modality in shape.modalities]
    for shape in (*fitting, *SHAPES):
        if any(mark in asked.body for mark in shape.marks):
            return shape.endpoint
    needed = listed(list(dict.fromkeys(shape.marks[0] for shape in fitting)))
    raise BadValue(f"the request has no {needed}, so it is no call to {card.slug}, a model of {card.modality}")


def asked(found: Request, endpoint: str) -> list[Asked]:
    """Every parameter of a request that is not null, each with a value of its form.

    Raises `BadValue`, naming the parameter, for a value of another form.
    """
    given = [Asked(name, value, parameter(endpoint, name)) for name, value in found.body.items() if value is not None]
    for entry in given:
        if entry.row is not None:
            _check(entry.name, entry.value, entry.row)
    return given


def _check(name: str, value: object, row: Parameter) -> None:
    wanted = _WANTED[row.form]
    fits = isinstance(value, wanted[0]) and (row.form in ("flag", "any") or not isinstance(value, bool))
    if not fits:
        raise BadValue(f"{name}: {shown(value)} is not {wanted[1]}")
    least = {"count": 1, "limit": 0}.get(row.form)
    if least is not None and not (isinstance(value, int) and least <= value <= MAX_COUNT):
        raise BadValue(f"{name}: {shown(value)} is not {wanted[1]}")
    if row.role == TEXT and row.form == "text" and not value and name in ("prompt", "input"):
        raise BadValue(f"{name}: it is empty")


_WANTED: Mapping[str, tuple[tuple[type, ...], str]] = {
    "count": ((int,), f"a whole number from 1 to {MAX_COUNT:,}"),
    "limit": ((int,), f"a whole number from 0 to {MAX_COUNT:,}"),
    "text": ((str,), "a text"),
    "word": ((str, int), "a word"),
    "flag": ((bool,), "true or false"),
    "list": ((list,), "a list"),
    "any": ((object,), "a value"),
}


def shown(value: object) -> str:
    """A value as JSON, cut short."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _object(value: object, what: str) -> Body:
    if not isinstance(value, Mapping):
        raise BadValue(f"{what} is not a JSON object with a model and its parameters")
    return value


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise BadValue(f"the request says {name!r} twice")
        found[name] = value
    return found


def _no_number(name: str) -> object:
    raise BadValue(f"the request holds {name}, which is no number")
