"""The forms and measures of a parameter's value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from ratecard.core import decimals
from ratecard.requests.tokens import words

#: More than any call takes; a larger number is a mistake.
MAX_COUNT = 10**9
#: Numbers of a larger magnitude are mistakes too, and slow to write out.
MAX_MAGNITUDE = 400

_SIZE = re.compile(r"[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")
_RATIO = re.compile(r"[1-9][0-9]{0,3}:[1-9][0-9]{0,3}")
_DIGITS = re.compile(r"[0-9]{1,10}")


def is_list(value: object) -> bool:
    """Whether a value is a list, as JSON or Python writes it."""
    return isinstance(value, list | tuple)


def text_of(value: object) -> str | None:
    """A scalar as JSON would write it; None for anything else."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            number = _number(value)
            return None if number is None else decimals.text(number)


def _number(value: object) -> Decimal | None:
    """A number of a magnitude that can be written out."""
    found = decimals.number(value)
    return found if found is None or not found or abs(found.adjusted()) <= MAX_MAGNITUDE else None


def _is_number(value: object) -> bool:
    return _number(value) is not None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_ids(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_whole(entry) for entry in value)


def _are_token_ids(value: object) -> bool:
    if not isinstance(value, list | tuple) or not value:
        return False
    return _are_ids(value) or all(entry and _are_ids(entry) for entry in value)


#: The form of a value whose parts are not read.
WHOLE = "token ids"

#: Each form of value by its name: a test, and its description in errors.
FORMS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "any": (lambda value: True, "a value"),
    "text": (_is_text, "a text"),
    "word": (lambda value: _is_text(value) or _is_number(value), "a word"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "count": (lambda value: _is_whole(value) and value != 0, f"a whole number from 1 to {MAX_COUNT:,}"),
    "whole": (_is_whole, f"a whole number from 0 to {MAX_COUNT:,}"),
    "number": (_is_number, "a number"),
    "list": (is_list, "a list"),
    WHOLE: (_are_token_ids, "the numbers of tokens, or lists of them"),
    "object": (lambda value: isinstance(value, Mapping), "an object"),
    "size": (lambda value: _is_text(value) and bool(_SIZE.fullmatch(str(value))), "a size such as 1024x1024"),
    "ratio": (lambda value: _is_text(value) and bool(_RATIO.fullmatch(str(value))), "a ratio such as 16:9"),
}


def spelled(value: object) -> object:
    """The value of a form field's text: true, false, a number, else the text itself."""
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    if _DIGITS.fullmatch(value):
        return int(value)
    number = decimals.parse(value)
    return value if number is None else number


def characters(value: object) -> str:
    """The characters of all texts in a value."""
    return str(sum(map(len, _texts(value))))


def tokens(value: object) -> str:
    """The minimum number of tokens of a value: one for each word with a letter or a digit.

    In a list or an object the first word of each text may share a token with the one before, since it is unknown how a
    model gets it.
    """
    texts = [words(text) for text in _texts(value)]
    if isinstance(value, str):
        return str(sum(texts))
    return str(sum(max(0, number - 1) for number in texts) + bool(sum(texts)))


def token_ids(value: object) -> str | None:
    """The number of tokens in a text of token ids; of several texts the longest."""
    if not isinstance(value, list | tuple) or not _are_token_ids(value):
        return None
    return str(len(value) if _are_ids(value) else max(map(len, value)))


def count(value: object) -> str:
    """The number of entries of a list, else one."""
    return str(len(value)) if isinstance(value, list | tuple) else "1"


def bytes_of(value: object) -> str | None:
    """The bytes of a file in the request, base64 in a data URL; None for a reference."""
    if isinstance(value, bytes | bytearray):
        return str(len(value))
    head, comma, data = value.partition(",") if isinstance(value, str) else ("", "", "")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        return None
    return str(len(data.rstrip("=")) * 3 // 4)


def dimensions(value: object) -> str | None:
    """The size of all files of a value as WIDTHxHEIGHT; None if unknown or different."""
    files = value if isinstance(value, list | tuple) else [value]
    sizes = {_dimensions(file) for file in files}
    return sizes.pop() if len(sizes) == 1 else None


def _dimensions(file: object) -> str | None:
    width, height = (file.get("width"), file.get("height")) if isinstance(file, Mapping) else (None, None)
    text = f"{width}x{height}"
    return text if _SIZE.fullmatch(text) else None


#: The measures of a value by name; None if it does not have one.
MEASURES: Mapping[str, Callable[[object], str | None]] = {
    "value": text_of,
    "one": lambda value: "1",
    "count": count,
    "characters": characters,
    "tokens": tokens,
    "token ids": token_ids,
    "bytes": bytes_of,
    "dimensions": dimensions,
}


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, names included; a value that contains itself is read once."""
    left, seen = [value], set[int]()
    while left:
        held = left.pop()
        if isinstance(held, str):
            yield held
        elif isinstance(held, Mapping | list | tuple) and id(held) not in seen:
            seen.add(id(held))
            left.extend(held)
            if isinstance(held, Mapping):
                left.extend(held.values())
