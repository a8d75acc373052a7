"""The number of tokens in a text: counted if its tokenizer is known and installed, else bounded.

The bounds: a tokenizer that falls back to single bytes never needs more tokens than the text has bytes in UTF-8, and
the usual ones split a text at blanks first, so that every word with a letter or a digit takes a token of its own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from ratecard.core.records import Card

#: Counts the tokens of a text.
Count = Callable[[str], int]
#: Gives the count of an encoding by its name, or None where no tokenizer is installed.
Counter = Callable[[str], Count | None]


class Encoding(NamedTuple):
    """The encoding of a provider's models named `name`, or `name` with a suffix after a dash or its dot."""

    provider: str
    name: str
    encoding: str
    source: str = "pkg:pypi/tiktoken@0.14.0"


#: `o200k_harmony`, which gpt-oss uses, is `o200k_base` with further special tokens; they never come from a text.
ENCODINGS: tuple[Encoding, ...] = tuple(
    Encoding("openai", name, encoding)
    for encoding, names in (
        ("o200k_base", "o1 o3 o4-mini gpt-4o chatgpt-4o ft-gpt-4o gpt-4.1 gpt-4.5 gpt-5 gpt-5. gpt-oss"),
        ("cl100k_base", "gpt-4 ft-gpt-4 gpt-3.5-turbo gpt-35-turbo ft-gpt-3.5-turbo davinci-002 babbage-002"),
        ("cl100k_base", "text-embedding-ada-002 text-embedding-3-small text-embedding-3-large"),
    )
    for name in names.split()
)

#: The encoding that replaces an unpublished tokenizer, for expected numbers only.
STAND_IN = "o200k_base"

#: What OpenAI's price page gives for English text (https://openai.com/api/pricing, its questions about tokens).
BYTES_PER_TOKEN = 4


class Framing(NamedTuple):
    """The tokens that a chat adds to its messages, besides their roles and texts."""

    message: tuple[int, int, int]
    name: tuple[int, int, int]
    reply: tuple[int, int, int]
    why: str


#: Three a message, one a name, three before the reply: OpenAI's cookbook, `How_to_count_tokens_with_tiktoken`.
KNOWN_FRAMING = Framing((3, 3, 3), (1, 1, 1), (3, 3, 3), "3 tokens around each message and 3 before the reply")
#: An assumption, not a fact: chat templates differ, and most makers publish none; ChatML adds four besides the role.
OTHER_FRAMING = Framing((0, 4, 10), (0, 1, 3), (0, 3, 10), "0 to 10 tokens around each message and before the reply")


class Tokens(NamedTuple):
    """The least, expected and maximum number of tokens of a text, and why."""

    least: int
    expected: int
    most: int
    why: str = ""


def encoding_of(card: Card) -> str:
    """The encoding a model is known to use, or an empty text."""
    name = card.slug.rpartition("/")[2]
    known = [row for row in ENCODINGS if row.provider == card.provider and _named(name, row.name)]
    return max(known, key=lambda row: len(row.name)).encoding if known else ""


def _named(name: str, start: str) -> bool:
    return name == start or name.startswith(start if start.endswith(".") else f"{start}-")


def tokens(texts: Iterable[str], encoding: str, counter: Counter) -> Tokens:
    """The tokens of texts that are read one by one, by the encoding the model is known to use, if any."""
    held = [_whole(text) for text in texts]
    bounds = loose(held)
    count = counter(encoding or STAND_IN)
    if count is None:
        return bounds._replace(why=f"no tokenizer is installed: {_BOUNDS}, {_GUESS}")
    counted = sum(map(count, held))
    if encoding:
        return Tokens(counted, counted, counted, f"counted with {encoding}")
    other = f"counted with {STAND_IN}, which is not known to be this model's tokenizer: {_BOUNDS}"
    return bounds._replace(expected=_within(bounds.least, counted, bounds.most), why=other)


def loose(texts: Iterable[str]) -> Tokens:
    """Bounds on the tokens of texts for any tokenizer, even if blanks or marks change."""
    held = [_whole(text) for text in texts]
    least, most = sum(map(words, held)), sum(len(text.encode()) for text in held)
    return Tokens(least, _within(least, -(-most // BYTES_PER_TOKEN), most), most, _BOUNDS)


_BOUNDS = "at least one token a word, at most one a byte"
_GUESS = f"about {BYTES_PER_TOKEN} bytes a token expected"


def _within(least: int, number: int, most: int) -> int:
    return max(least, min(number, most))


def words(text: str) -> int:
    """The number of words with a letter or a digit: a mark alone may share a token with a line's end before it."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def _whole(text: str) -> str:
    """The text with halves of characters, which JSON can hold and UTF-8 cannot, replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@lru_cache(maxsize=4)
def installed(encoding: str) -> Count | None:
    """The count of an encoding by the tokenizer of `ratecard[tokens]`, or None where it is not installed.

    It carries its encodings inside, so that nothing is fetched.
    """
    try:
        with warnings.catch_warnings():  # the package opens its files by a function that Python advises against
            warnings.simplefilter("ignore", DeprecationWarning)
            from bpe_openai import _bindings  # here because it is an extra; its public face refuses long texts
    except ImportError:
        return None
    count: Count = _bindings.tokenizer_for_encoding(encoding).count
    return count
