"""Synonyms: the other words by which people and APIs call meters, facts and capabilities.

The vocabulary lists them (`also`), in one of four forms: `completion_tokens` is another word, `audio_minutes * 60`
one that counts so many units, `prompt_tokens - cached_tokens` one that includes what another word counts, and
`batch = batch` a yes or no that stands for a value of the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from ratecard.core import decimals
from ratecard.core.errors import BadValue
from ratecard.core.records import CapabilityWord, Vocabulary

#: How people write yes and no.
YES_OR_NO = {"on": True, "off": False, "yes": True, "no": False, "true": True, "false": False}


class Synonym(NamedTuple):
    """What a word means: `times` units of a meter, without what `less` counts; or a fact, at a `value` if set."""

    word: str
    name: str
    times: Decimal = decimals.ONE
    less: str = ""
    value: str = ""


class Told(NamedTuple):
    """How a word was read: the meter, its quantity, and the words it comes from."""

    name: str
    quantity: str
    why: str


class _Word(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def also(self) -> tuple[str, ...]: ...


def synonym(text: str, name: str) -> Synonym:
    """A synonym of a word, from one of the four forms; raises `ValueError` for any other."""
    match text.split(" "):
        case [word]:
            return Synonym(word, name)
        case [word, "*", times]:
            return Synonym(word, name, times=Decimal(int(times)))
        case [word, "-", less]:
            return Synonym(word, name, less=less)
        case [word, "=", value]:
            return Synonym(word, name, value=value)
    raise ValueError(f"{text!r} has none of the forms of a synonym")


def synonyms(entries: Iterable[_Word]) -> dict[str, Synonym]:
    """The synonyms of words by the word, and the words themselves, all in their plain spelling."""
    found: dict[str, Synonym] = {}
    for entry in entries:
        found[spelled(entry.id)] = Synonym(entry.id, entry.id)
        for text in entry.also:
            known = synonym(text, entry.id)
            found.setdefault(spelled(known.word), known)
    return found


def spelled(word: str) -> str:
    """A word in lower case, with underscores."""
    return word.lower().replace("-", "_")


def capability_called(word: str, capabilities: Mapping[str, CapabilityWord]) -> str | None:
    """The capability that a word means, or None."""
    if word in capabilities:
        return word
    found = synonyms(capabilities.values()).get(spelled(word))
    return found.name if found else None


def is_yes(word: str, value: object) -> bool:
    """Whether a value means yes; raises `BadValue` for one that is neither yes nor no."""
    found = value if isinstance(value, bool) else YES_OR_NO.get(str(value).lower())
    if found is None:
        raise BadValue(f"{word}={value}: neither yes nor no")
    return found


def by_name(vocabulary: Vocabulary, words: Mapping[str, object]) -> tuple[dict[str, object], tuple[Told, ...]]:
    """The words of a usage by the names of meters and facts, and how quantities under other words were read.

    Words that are no synonyms stay as they are. Raises `BadValue` where a meter or fact is given twice, or where it is
    not certain whether one quantity is a part of another.
    """
    if all(word in vocabulary.meters or word in vocabulary.facts for word in words):
        return dict(words), ()
    known = synonyms([*vocabulary.meters.values(), *vocabulary.facts.values()])
    meant = {word: known.get(spelled(word), Synonym(word, word)) for word in words}
    named = {found.word: word for word, found in meant.items()}
    found: dict[str, object] = {}
    told: list[Told] = []
    for word, one in meant.items():
        if one.name in found:
            raise BadValue(f"{one.name} is given twice, once as {word}")
        if one.value:
            if is_yes(word, words[word]):
                found[one.name] = one.value
        elif one.name == word or (one.times == 1 and not one.less):
            found[one.name] = words[word]
        else:
            part = named.get(one.less, "")
            amount = decimals.subtract(
                decimals.multiply(_number(word, words[word]), one.times), _number(part, words[part]) if part else 0
            )
            if amount < 0:
                raise BadValue(f"{part}={words[part]}: more than {word}={words[word]}, which includes it")
            found[one.name] = amount
            if part or one.times != 1:
                less = f" less {words[part]} {part}" if part else ""
                told.append(Told(one.name, decimals.text(amount), f"{words[word]} {word}{less}"))
    _check_parts(known, meant, found)
    return found, tuple(told)


def _check_parts(known: Mapping[str, Synonym], meant: Mapping[str, Synonym], found: Mapping[str, object]) -> None:
    """Raises `BadValue` where a part is given beside a word that does not include it, or the other way round."""
    given = {one.word: word for word, one in meant.items()}
    wholes = [one for one in known.values() if one.less]
    for whole in wholes:
        part = known[spelled(whole.less)]
        if whole.word in given and part.name in found and whole.less not in given:
            word = given[whole.word]
            raise BadValue(f"{word} includes what {part.name} counts; say with {whole.less} how much of it that is")
        covered = any(other.word in given for other in wholes if other.less == whole.less)
        if whole.less in given and part.name != whole.less and whole.name in found and not covered:
            word = given[whole.less]
            raise BadValue(f"{word} is a part of {whole.word}; {whole.name} leaves it out: write {part.name} with it")


def _number(word: str, value: object) -> Decimal:
    number = decimals.parse_scaled(value) if isinstance(value, str) else decimals.number(value)
    if number is None or number < 0:
        raise BadValue(f"{word}={value}: not a quantity; write a number of 0 or more, such as 1000 or 20k")
    return number
