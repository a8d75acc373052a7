"""Logs whose lines are not rows yet: JSON documents and envelopes, written as JSON lines of their rows.

Usage APIs return pages of buckets, exports are lists, and OpenTelemetry's collector writes batches of spans.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from ratecard.core.errors import BadLog

#: A document is parsed whole.
MAX_BYTES = 1 << 28

#: The start of a file of which every line is an envelope.
_ENVELOPE = re.compile(rb'\s*\{\s*"(?:resourceSpans|resource_spans|object"\s*:\s*"(?:page|bucket)"|data"\s*:\s*\[)')
#: The keys of a bucket that its rows inherit: when it began and ended.
_OF_BUCKETS = ("start_time", "end_time", "starting_at", "ending_at", "start_time_iso", "end_time_iso")
#: The attributes that tell that a span used a model.
_USED = re.compile(r"gen_ai\.usage\.|llm\.token_count\.|ai\.usage\.")

Row = Mapping[str, Any]


def is_document(head: bytes) -> bool:
    """Whether a file that begins so is one JSON document, or has an envelope on each line."""
    first = head.lstrip().partition(b"\n")[0].strip()
    return first in (b"{", b"[") or first.startswith(b"[") or bool(_ENVELOPE.match(head))


def unfold(name: str, path: str, lines: str) -> None:
    """Writes the rows of a file's documents as JSON lines; raises `BadLog` for a file that has none."""
    with open(path, "rb") as file:
        text = file.read(MAX_BYTES + 1)
    if len(text) > MAX_BYTES:
        raise BadLog(f"{name} is one JSON document of over {MAX_BYTES >> 20} MiB; write one object a line")
    rows = [row for document in _documents(name, text) for row in _rows(document)]
    if not rows:
        raise BadLog(f"{name} is a JSON document without rows of usage; write one object a line")
    with open(lines, "w", encoding="utf-8") as plain:
        plain.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _documents(name: str, text: bytes) -> Iterator[Any]:
    """The JSON values of a file, one after another; a number that a float does not hold is its text."""
    decoder = json.JSONDecoder(parse_float=_number)
    place, whole = 0, text.decode("utf-8-sig", errors="replace")
    while True:
        while place < len(whole) and whole[place].isspace():
            place += 1
        if place == len(whole):
            return
        try:
            found, place = decoder.raw_decode(whole, place)
        except (ValueError, RecursionError) as error:
            line = whole.count("\n", 0, place) + 1
            raise BadLog(f"{name}: the JSON that begins in line {line} cannot be read: {error}") from None
        yield found


def _number(text: str) -> float | str:
    """A number with a point, which a float holds if its shortest text says the same."""
    found = float(text)
    return found if isfinite(found) and Decimal(repr(found)) == Decimal(text) else text


def _rows(document: Any) -> Iterator[Row]:
    if isinstance(document, list):
        for entry in document:
            yield from _rows(entry)
    elif isinstance(document, dict):
        if batches := document.get("resourceSpans", document.get("resource_spans")):
            yield from _spans(batches)
        elif isinstance(document.get("results"), list):
            yield from _of_bucket(document)
        elif _is_page(document):
            yield from _rows(document["data"])
        else:
            yield document


def _is_page(document: Row) -> bool:
    """Whether a document is a page of rows rather than a row: embeddings have a list of data too, and a usage."""
    return isinstance(document.get("data"), list) and "usage" not in document and "model" not in document


def _of_bucket(bucket: Row) -> Iterator[Row]:
    """The results of a bucket, each with its times."""
    times = {key: bucket[key] for key in _OF_BUCKETS if key in bucket}
    return ({**times, **result} for result in bucket["results"] if isinstance(result, dict))


def _spans(batches: Sequence[Any]) -> Iterator[Row]:
    """The spans that used a model, without those that only sum up what spans within them used."""
    found = [
        {**span, "attributes": attributes(span.get("attributes", ()))}
        for batch in batches
        for scope in batch.get("scopeSpans", batch.get("scope_spans", ()))
        for span in scope.get("spans", ())
    ]
    used = [span for span in found if any(map(_USED.match, span["attributes"]))]
    parents = {_id(span, "spanId"): _id(span, "parentSpanId") for span in found}
    sums: set[str] = set()
    for span in used:
        above = _id(span, "parentSpanId")
        while above and above not in sums:
            sums.add(above)
            above = parents.get(above, "")
    return (span for span in used if _id(span, "spanId") not in sums)


def _id(span: Row, key: str) -> str:
    snake = re.sub(r"(?<!^)([A-Z])", lambda letter: f"_{letter[1].lower()}", key)
    return str(span.get(key, span.get(snake)) or "")


def attributes(pairs: Any) -> dict[str, Any]:
    """Attributes as a mapping, from OTLP's list of keys with typed values."""
    if isinstance(pairs, dict):
        return pairs
    return {str(pair.get("key")): next(iter((pair.get("value") or {"": None}).values())) for pair in pairs}
