"""Usage: quantities by meter and the facts that apply, as an invoice would list them.

Quantities are disjoint: input read from a cache is not also counted as input.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadValue, UnknownWord, listed
from ratecard.core.records import Fact, Meter, Reading, Vocabulary

#: One megapixel is 1024 x 1024 pixels: sellers that bill by it price 1024x1024 as exactly one.
MEGAPIXEL = 1024 * 1024
#: Workers AI bills images by tiles of 512 x 512 pixels, rounded up.
TILE = 512

MAX_QUANTITY = Decimal(10) ** 18
_SIZE = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")
_FLAGS = {"yes": "on", "true": "on", "no": "off", "false": "off"}
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Usage(NamedTuple):
    """Quantities by meter, and facts by name.

    `prompt` is the input of the whole call, for thresholds, if this usage is only a part of it. `model` is who
    answered, if a response said so.
    """

    quantities: Mapping[str, Decimal] = {}
    facts: Mapping[str, str] = {}
    prompt: Decimal | None = None
    model: str = ""


def usage_of(vocabulary: Vocabulary, words: Mapping[str, object]) -> Usage:
    """The usage given by keywords, such as images=2, quality="high"; synonyms are read as what they mean.

    Numbers may be ints, Decimals, floats (taken at their shortest decimal) or texts such as `20k`.
    Raises `UnknownWord` for a word that is neither a meter nor a fact, and `BadValue` for a value
    that cannot be one.
    """
    quantities: dict[str, Decimal] = {}
    facts: dict[str, str] = {}
    given = words
    if any(word not in vocabulary.meters and word not in vocabulary.facts for word in words):
        from ratecard.core.synonyms import by_name  # here because most words are names

        given, _ = by_name(vocabulary, words)
    for word, value in given.items():
        if word in vocabulary.meters:
            quantities[word] = quantity(vocabulary.meters[word], value)
        elif word in vocabulary.facts:
            facts[word] = fact_value(vocabulary.facts[word], value)
        else:
            raise UnknownWord("meter or fact", word, [*vocabulary.meters, *vocabulary.facts])
    return Usage(quantities, facts)


def quantity(meter: Meter, value: object) -> Decimal:
    """Parses a quantity; raises `BadValue` unless it is a number from 0 with at most `MAX_DIGITS` decimals."""
    number = decimals.parse_scaled(value) if isinstance(value, str) else decimals.number(value)
    if number is None or not 0 <= number <= MAX_QUANTITY:
        raise BadValue(f"{meter.id}={value}: not a quantity; write a number of 0 or more, such as 1000 or 20k")
    if decimals.places(number) > decimals.MAX_DIGITS:
        raise BadValue(f"{meter.id}={value}: more than {decimals.MAX_DIGITS} decimals; round it")
    if meter.whole and number != int(number):
        raise BadValue(f"{meter.id}={value}: {meter.id} are whole numbers")
    return number


def fact_value(fact: Fact, value: object) -> str:
    """A fact's value as rates write it; raises `BadValue` if it is invalid for the fact."""
    text = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
    if fact.kind == "flag":
        text = _FLAGS.get(text.lower(), text)
    problem = fact_problem(fact, text)
    if problem:
        raise BadValue(f"{fact.id}={value}: {problem}")
    return text


def fact_problem(fact: Fact, text: str) -> str:
    """The problem with a fact's value, or an empty text."""
    match fact.kind:
        case "flag" if text not in ("on", "off"):
            return "neither on nor off"
        case "integer" if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and text[0] != "0"):
            return "not a whole number above 0"
        case "size" if not _SIZE.fullmatch(text):
            return "not a size; write WIDTHxHEIGHT, such as 1024x1024"
        case "word" if fact.values and text not in fact.values:
            return f"not one of {listed(fact.values)}"
        case "word" if not _WORD.fullmatch(text):
            return "not a word of letters, digits, dots and dashes"
    return ""


def reading_facts(reading: Reading) -> list[str]:
    """The facts a reading depends on."""
    return [factor.rpartition(" of ")[2] for factor in reading.times]


def reading_problem(reading: Reading, vocabulary: Vocabulary) -> str:
    """The problem with a reading's words, or an empty text."""
    for factor in reading.times:
        measure, _, fact = factor.rpartition(" of ")
        if fact not in vocabulary.facts:
            return f"{fact!r} is not a fact"
        if measure and measure not in _MEASURES:
            return f"{measure!r} is not one of {listed(sorted(_MEASURES))}"
        wanted = "size" if measure else "integer"
        if vocabulary.facts[fact].kind != wanted:
            return f"{fact!r} is not a fact of kind {wanted}"
    return ""


def reading_times(reading: Reading, facts: Mapping[str, str]) -> Decimal:
    """The quantity of the derived meter for one unit of its source; `facts` must hold all it depends on."""
    result = decimals.ONE
    for factor in reading.times:
        measure, _, fact = factor.rpartition(" of ")
        count = _MEASURES[measure](*dimensions(facts[fact])) if measure else int(facts[fact])
        result = decimals.multiply(result, Decimal(count))
    return result


def dimensions(size: str) -> tuple[int, int]:
    """The width and height of a size."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def megapixels(width: int, height: int) -> int:
    """Megapixels of 1024 x 1024 pixels, rounded up."""
    return -(-width * height // MEGAPIXEL)


def tiles(width: int, height: int) -> int:
    """Tiles of 512 x 512 pixels, rounded up."""
    return -(-width // TILE) * -(-height // TILE)


_MEASURES = {
    "pixels": lambda width, height: width * height,
    "megapixels": megapixels,
    "extra megapixels": lambda width, height: megapixels(width, height) - 1,
    "tiles": tiles,
}


def words_of(texts: Iterable[str]) -> dict[str, str]:
    """Parses NAME=VALUE arguments; raises `BadValue` for one without `=` or given twice."""
    words: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadValue(f"{text!r} is not NAME=VALUE, such as images=2")
        if name in words:
            raise BadValue(f"{name} is given twice")
        words[name] = value
    return words
