"""What goes into a call, as far as its request shows it: texts, images, recordings, tools, and mere pointers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ratecard.core.errors import BadValue
from ratecard.requests.body import shown
from ratecard.requests.parameters import (
    AUDIO_IN,
    DEFINITIONS,
    IMAGES_IN,
    ITEM_CONTENTS,
    ITEM_MARKS,
    ITEM_TEXTS,
    ITEMS,
    MASK_IN,
    PARTS,
    RUN_TOOLS,
    SEARCH,
    TEXT,
    TOLD_TOOLS,
    UNSEEN,
)
from ratecard.requests.requests import Asked

#: What a piece of content can be, beside the sides of a call.
ITEM, NAME, TOKEN_IDS, TOOL_RUN, UNKNOWN = "item", "name", "token ids", "tool run", "unknown"


class Piece(NamedTuple):
    """One piece of what goes in: what it is, its text if it has one, and where it stands."""

    kind: str
    text: str = ""
    where: str = ""
    times: int = 1


def pieces(given: Iterable[Asked]) -> Iterator[Piece]:
    """Every piece of what a request puts in, in its order; raises `BadValue` for what cannot be content."""
    for name, value, row in given:
        reader = _READERS.get(row.role) if row else None
        if reader is not None:
            yield from reader(name, value)


def _texts(name: str, value: object) -> Iterator[Piece]:
    """A text, texts, token ids, or lists of token ids."""
    if isinstance(value, str):
        yield Piece(TEXT, value, name)
        return
    if not isinstance(value, list) or not value:
        raise BadValue(f"{name}: {shown(value)} is neither a text nor a list of texts")
    if all(_is_id(entry) for entry in value):
        yield Piece(TOKEN_IDS, "", name, len(value))
        return
    for place, entry in enumerate(value):
        where = f"{name}[{place}]"
        if isinstance(entry, str):
            yield Piece(TEXT, entry, where)
        elif isinstance(entry, list) and entry and all(_is_id(part) for part in entry):
            yield Piece(TOKEN_IDS, "", where, len(entry))
        elif isinstance(entry, Mapping):
            yield from _content(where, [entry])
        else:
            raise BadValue(f"{where}: {shown(entry)} is neither a text nor a list of token ids")


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _items(name: str, value: object) -> Iterator[Piece]:
    """Messages or other items; a mere text is one message of the user."""
    if isinstance(value, str) and value:
        yield from (Piece(ITEM, "", name), Piece(TEXT, "user", name), Piece(TEXT, value, name))
        return
    if not isinstance(value, list) or not value:
        raise BadValue(f"{name}: {'it is empty' if value in ([], '') else f'{shown(value)} is not a list of messages'}")
    for place, item in enumerate(value):
        where = f"{name}[{place}]"
        if not isinstance(item, Mapping):
            raise BadValue(f"{where}: {shown(item)} is not an object with a role and its content")
        yield from _item(where, item)


def _item(where: str, item: Mapping[str, object]) -> Iterator[Piece]:
    if "role" not in item and "type" not in item:
        raise BadValue(f"{where}: it has no role, such as user")
    kind = item.get("type", "")
    if not isinstance(kind, str):
        raise BadValue(f"{where}.type: {shown(kind)} is not a text")
    yield Piece(ITEM, "", where)
    if kind in PARTS and "role" not in item:
        yield from _content(where, [item])
        return
    for key, value in item.items():
        place = f"{where}.{key}"
        if value is None or key in ITEM_MARKS:
            continue
        if key == "name" and "role" in item:
            yield Piece(NAME, "", place)
        if key in ITEM_TEXTS:
            yield from _told(place, value)
        elif key in ITEM_CONTENTS:
            yield from _content(place, value)
        else:
            yield Piece(UNKNOWN, "", place)


def _told(where: str, value: object) -> Iterator[Piece]:
    if isinstance(value, str):
        yield Piece(TEXT, value, where)
    elif isinstance(value, Mapping | list) and where.endswith(("tool_calls", "function_call")):
        yield Piece(DEFINITIONS, _json(value), where)
    else:
        raise BadValue(f"{where}: {shown(value)} is not a text")


def _content(where: str, value: object) -> Iterator[Piece]:
    if isinstance(value, str):
        yield Piece(TEXT, value, where)
        return
    if not isinstance(value, list):
        raise BadValue(f"{where}: {shown(value)} is neither a text nor a list of parts")
    for place, part in enumerate(value):
        yield _part(f"{where}[{place}]", part)


def _part(where: str, part: object) -> Piece:
    if isinstance(part, str):
        return Piece(TEXT, part, where)
    if not isinstance(part, Mapping) or not isinstance(part.get("type"), str):
        raise BadValue(f"{where}: {shown(part)} is not a part with a type, such as text")
    kind, key = PARTS.get(part["type"], (UNSEEN, ""))
    if kind != TEXT:
        return Piece(kind, "", f"{where} ({part['type']})")
    text = part.get(key)
    if not isinstance(text, str):
        raise BadValue(f"{where}.{key}: {shown(text)} is not a text")
    return Piece(TEXT, text, where)


def _definitions(name: str, value: object) -> Iterator[Piece]:
    """Tools and schemas: what the model is told of them as JSON, and the tools a seller runs itself."""
    if not isinstance(value, list):
        if not isinstance(value, Mapping):
            raise BadValue(f"{name}: {shown(value)} is not an object")
        if _has_schema(value):
            yield Piece(DEFINITIONS, _json(value), name)
        return
    for place, tool in enumerate(value):
        where = f"{name}[{place}]"
        if not isinstance(tool, Mapping):
            raise BadValue(f"{where}: {shown(tool)} is not an object")
        kind = tool.get("type", "function")
        if kind in TOLD_TOOLS:
            yield Piece(DEFINITIONS, _json(tool), where)
        else:
            yield Piece(TOOL_RUN, RUN_TOOLS.get(str(kind), ""), f"{where} ({kind})")


def _has_schema(value: Mapping[str, object]) -> bool:
    """Whether a format comes with a schema, in it or in an object right in it."""
    held = (value, *(entry for entry in value.values() if isinstance(entry, Mapping)))
    return any(key in entry for entry in held for key in ("schema", "json_schema", "definition"))


def _images(name: str, value: object) -> Iterator[Piece]:
    yield from (Piece(IMAGES_IN, "", name) for _ in (value if isinstance(value, list) else [value]))


def _one_of(kind: str, text: str = "") -> Callable[[str, object], Iterator[Piece]]:
    def read(name: str, value: object) -> Iterator[Piece]:
        yield Piece(kind, text, name)

    return read


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


#: How each side that a parameter can put in is read.
_READERS: Mapping[str, Callable[[str, object], Iterator[Piece]]] = {
    ITEMS: _items,
    TEXT: _texts,
    DEFINITIONS: _definitions,
    IMAGES_IN: _images,
    MASK_IN: _one_of(MASK_IN),
    AUDIO_IN: _one_of(AUDIO_IN),
    UNSEEN: _one_of(UNSEEN),
    SEARCH: _one_of(TOOL_RUN, "searches"),
}
