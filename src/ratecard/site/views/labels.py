"""Names of models as their slugs suggest them, so that an index need not spell out each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ratecard.core.records import Card

_JOINTS = re.compile(r"[-_ ]+")
_NEW_LINE = re.compile(r"[\t\n\r]+")
#: The fewest names that share the spelling of a word for it to be listed.
ENOUGH = 2
_LAST = re.compile(r" (\w+)$", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")
#: Marks that say how a name follows from the last part of its slug: its words spelt as usual, with blanks between
#: (claude-opus is Claude Opus) or hyphens, with points between digits (4-5 is 4.5), then with a first hyphen (GPT-4.5),
#: and the first way with its last word in brackets (Nemotron 3 (free)).
MARKS = SPACED, HYPHENED, POINTED, LED, BRACKETED = "=", "-", ".", "_", "("


def spellings(cards: Iterable[Card]) -> dict[str, str]:
    """The usual spelling of slug words in names where it is not capitalized: gpt is GPT."""
    seen: dict[str, Counter[str]] = {}
    for card in cards:
        tail, words = _words(card.slug), card.name.split(" ")
        if card.name != _tail(card.slug) and len(tail) == len(words):
            for plain, written in zip(tail, words, strict=True):
                if plain == written.lower():
                    seen.setdefault(plain, Counter())[written] += 1
    usual = {plain: min(found, key=lambda word: (-found[word], word)) for plain, found in sorted(seen.items())}
    return {
        plain: written
        for plain, written in usual.items()
        if written != plain.capitalize() and seen[plain][written] >= ENOUGH
    }


def mark(card: Card, spelt: Mapping[str, str]) -> str:
    """The name as the index stores it: empty if it equals the end of the slug, a mark if it follows, else itself."""
    if card.name == _tail(card.slug):
        return ""
    words = [spelt.get(word, word.capitalize()) for word in _words(card.slug)]
    spaced = " ".join(words)
    pointed = _BETWEEN_DIGITS.sub(".", spaced)
    bracketed = _LAST.sub(lambda last: f" ({last[1].lower()})", spaced)
    ways = (spaced, "-".join(words), pointed, pointed.replace(" ", "-", 1), bracketed)
    for mark, way in zip(MARKS, ways, strict=True):
        if way == card.name:
            return mark
    # A leading quote distinguishes a name that is empty or looks like a mark.
    name = _NEW_LINE.sub(" ", card.name)
    return f"'{name}" if name in ("", *MARKS) or name.startswith("'") else name


def _tail(slug: str) -> str:
    return slug.rsplit("/", 1)[-1]


def _words(slug: str) -> Sequence[str]:
    return _JOINTS.split(_tail(slug).lower())
