"""What a request is for: its endpoint, and what each of its parameters is known to decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ratecard.core.errors import BadValue, listed
from ratecard.core.records import Card
from ratecard.requests.body import Request, shown
from ratecard.requests.parameters import EVERY, SHAPES, TEXT, Parameter, parameter

#: More than any call takes; beyond it a number is a slip.
MAX_COUNT = 10**9
#: The texts without which a call asks for nothing.
NEVER_EMPTY = ("prompt", "input")


class Asked(NamedTuple):
    """A parameter of a request with its row, where there is one."""

    name: str
    value: object
    row: Parameter | None


def endpoint_of(asked: Request, card: Card) -> str:
    """The endpoint a request is made for, by its envelope, its names and the kind of its model.

    Raises `BadValue` where it could be for none.
    """
    if asked.endpoint:
        if asked.endpoint not in EVERY:
            raise BadValue(f"url: {asked.endpoint!r} is none of the endpoints that are known: {listed(EVERY)}")
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
    if row.role == TEXT and row.form == "text" and not value and name in NEVER_EMPTY:
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
