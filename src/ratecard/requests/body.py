"""A request: a JSON body, or a line of a batch with a body in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ratecard.core.errors import BadValue

Body = Mapping[str, object]

#: A request may carry images and files as text, but not a library.
MAX_BYTES = 100_000_000


class Request(NamedTuple):
    """A body, and its envelope: a line of a batch names its endpoint and is served as a batch."""

    body: Body
    endpoint: str = ""
    batch: bool = False


def parse(text: bytes) -> Request:
    """The request that JSON text holds: a body, or a line of a batch with a body in it.

    Raises `BadValue` for anything else.
    """
    return request(load(text))


def load(text: bytes) -> object:
    """The parsed JSON text of a request; raises `BadValue` for any other text."""
    if len(text) > MAX_BYTES:
        raise BadValue(f"the request has {len(text):,} bytes; more than {MAX_BYTES:,} are not read")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
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


def request(found: object) -> Request:
    """The request in parsed JSON; raises `BadValue` unless it is an object."""
    if isinstance(found, Request):
        return found
    body = _object(found, "the request")
    url, inner = body.get("url"), body.get("body")
    if not isinstance(url, str) or inner is None:
        return Request(body)
    endpoint = url.rstrip("/").partition("/v1/")[2]
    if not endpoint:
        raise BadValue(f"url: {shown(url)} is no call such as /v1/chat/completions")
    return Request(_object(inner, "body"), endpoint, batch=True)


def model_of(asked: Request) -> str:
    """The model that a request names; raises `BadValue` where it names none."""
    named = asked.body.get("model")
    if named is None:
        raise BadValue("the request names no model; add one to it, or name it as MODEL")
    if not isinstance(named, str) or not named:
        raise BadValue(f"model: {shown(named)} is not a model's name")
    return named


def shown(value: object) -> str:
    """A value as JSON, truncated."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)
    except (ValueError, RecursionError):  # it holds itself, or is nested beyond what can be written
        text = "a value that holds itself or is nested too deep"
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
