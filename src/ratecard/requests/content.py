"""The input of a call, as far as its request shows it: texts, images, recordings, tools, and references."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ratecard.core.errors import BadValue
from ratecard.core.records import RequestParameter
from ratecard.requests.body import shown

#: The kinds of pieces: those of the `cost` of rows about parameters, and those that only content has.
TEXT, DEFINITIONS, UNSEEN = "text", "definitions", "unseen"
IMAGES_IN, MASK_IN, AUDIO_IN, VIDEO_IN = "images in", "mask in", "audio in", "video in"
ITEM, NAME, TOKEN_IDS, TOOL_RUN = "item", "name", "token ids", "tool run"

#: The parts of content: the kind of each, and the key that holds its text.
PARTS: Mapping[str, tuple[str, str]] = {
    "text": (TEXT, "text"),
    "input_text": (TEXT, "text"),
    "output_text": (TEXT, "text"),
    "summary_text": (TEXT, "text"),
    "reasoning_text": (TEXT, "text"),
    "refusal": (TEXT, "refusal"),
    "image_url": (IMAGES_IN, ""),
    "input_image": (IMAGES_IN, ""),
    "input_audio": (AUDIO_IN, ""),
    "video_url": (VIDEO_IN, ""),
    "input_video": (VIDEO_IN, ""),
}

#: The keys of a message or item that hold text the model reads.
ITEM_TEXTS = ("role", "name", "arguments", "tool_calls", "function_call", "refusal")
ITEM_CONTENTS = ("content", "output", "summary")

#: The kinds of tools that the model gets as text, and the meters of those a seller runs itself.
TOLD_TOOLS = ("function", "custom")
RUN_TOOLS: Mapping[str, str] = {
    "web_search": "searches",
    "web_search_preview": "searches",
    "file_search": "file_searches",
    "code_interpreter": "code_executions",
}

#: The texts that must not be empty.
_NEVER_EMPTY = ("prompt", "input", "query")


class GivenParameter(NamedTuple):
    """A parameter of a request, with the row that says how it changes the cost, or another about it, or none."""

    name: str
    value: object
    row: RequestParameter | None = None

    @property
    def cost(self) -> str:
        """How it changes the cost, apart from the facts it decides."""
        return self.row.cost if self.row else ""


class Piece(NamedTuple):
    """One piece of the input: its kind, its text if any, and its place."""

    kind: str
    text: str = ""
    where: str = ""
    times: int = 1


def pieces(given: Iterable[GivenParameter]) -> Iterator[Piece]:
    """Every piece of a request's input, in order; raises `BadValue` for invalid content."""
    for entry in given:
        only_text = entry.row is not None and entry.row.form == "text"
        if only_text and entry.cost == TEXT and entry.value == "" and entry.name in _NEVER_EMPTY:
            raise BadValue(f"{entry.name}: it is empty")
        if reader := _READERS.get(entry.cost):
            yield from reader(entry.name, entry.value)


def _texts(name: str, value: object) -> Iterator[Piece]:
    """A text, texts, token ids, or lists of token ids."""
    if isinstance(value, str):
        yield Piece(TEXT, value, name)
        return
    if not isinstance(value, list | tuple) or not value:
        raise BadValue(f"{name}: {shown(value)} is neither a text nor a list of texts")
    if all(_is_id(entry) for entry in value):
        yield Piece(TOKEN_IDS, "", name, len(value))
        return
    for place, entry in enumerate(value):
        where = f"{name}[{place}]"
        if isinstance(entry, str):
            yield Piece(TEXT, entry, where)
        elif isinstance(entry, list | tuple) and entry and all(_is_id(part) for part in entry):
            yield Piece(TOKEN_IDS, "", where, len(entry))
        elif isinstance(entry, Mapping) and "type" in entry:
            yield from _content(where, [entry])
        elif isinstance(entry, Mapping):
            for key, held in entry.items():
                yield Piece(IMAGES_IN if key in ("image", "image_url") else TEXT, _text(held), f"{where}.{key}")
        else:
            raise BadValue(f"{where}: {shown(entry)} is neither a text nor a list of token ids")


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _items(name: str, value: object) -> Iterator[Piece]:
    """Messages or other items; a plain text is one message of the user."""
    if isinstance(value, str) and value:
        yield from (Piece(ITEM, "", name), Piece(TEXT, "user", name), Piece(TEXT, value, name))
        return
    if not isinstance(value, list | tuple) or not value:
        raise BadValue(f"{name}: {'it is empty' if value in ([], '') else f'{shown(value)} is not a list of messages'}")
    for place, item in enumerate(value):
        where = f"{name}[{place}]"
        yield from _item(where, item)


def _item(where: str, item: object) -> Iterator[Piece]:
    if not isinstance(item, Mapping):
        raise BadValue(f"{where}: {shown(item)} is not an object")
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
        if value is None:
            continue
        if key == "name" and "role" in item:
            yield Piece(NAME, "", place)
        if key in ITEM_TEXTS:
            yield from _told(place, value)
        elif key in ITEM_CONTENTS:
            yield from _content(place, value)


def _told(where: str, value: object) -> Iterator[Piece]:
    if isinstance(value, str):
        yield Piece(TEXT, value, where)
    elif isinstance(value, Mapping | list | tuple) and where.endswith(("tool_calls", "function_call")):
        yield Piece(DEFINITIONS, _json(value), where)
    else:
        raise BadValue(f"{where}: {shown(value)} is not a text")


def _content(where: str, value: object) -> Iterator[Piece]:
    if isinstance(value, str):
        yield Piece(TEXT, value, where)
        return
    if isinstance(value, Mapping):  # the output of a tool, such as a screenshot
        yield Piece(UNSEEN, "", where)
        return
    if not isinstance(value, list | tuple):
        raise BadValue(f"{where}: {shown(value)} is neither a text nor a list of parts")
    for place, part in enumerate(value):
        yield _part(f"{where}[{place}]", part)


def _part(where: str, part: object) -> Piece:
    if isinstance(part, str):
        return Piece(TEXT, part, where)
    if isinstance(part, Mapping) and "type" not in part and ("stdout" in part or "stderr" in part):
        return Piece(TEXT, "".join(_text(part[key]) for key in ("stdout", "stderr") if part.get(key)), where)
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
    """Tools and schemas: those the model gets as JSON, and the tools a seller runs itself."""
    if not isinstance(value, list | tuple):
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
    """Whether a format has a schema, in it or one level below."""
    held = (value, *(entry for entry in value.values() if isinstance(entry, Mapping)))
    return any(key in entry for entry in held for key in ("schema", "json_schema", "definition"))


def _images(name: str, value: object) -> Iterator[Piece]:
    yield from (Piece(IMAGES_IN, "", name) for _ in (value if isinstance(value, list | tuple) else [value]))


def _one_of(kind: str, text: str = "") -> Callable[[str, object], Iterator[Piece]]:
    def read(name: str, value: object) -> Iterator[Piece]:
        yield Piece(kind, text, name)

    return read


def _text(value: object) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    """A value as JSON for a model; empty if it cannot be written."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict, skipkeys=True)
    except (ValueError, TypeError, RecursionError):  # it holds itself, or more than JSON can
        return ""


#: The reader of each kind of input.
_READERS: Mapping[str, Callable[[str, object], Iterator[Piece]]] = {
    "items": _items,
    TEXT: _texts,
    DEFINITIONS: _definitions,
    IMAGES_IN: _images,
    MASK_IN: _one_of(MASK_IN),
    AUDIO_IN: _one_of(AUDIO_IN),
    UNSEEN: _one_of(UNSEEN),
    VIDEO_IN: _one_of(VIDEO_IN),
    "search": _one_of(TOOL_RUN, "searches"),
}
