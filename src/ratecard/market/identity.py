"""Which card an offer belongs to: the one that claims its model id, after the decorations of `identity.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.cards import yaml_tree
from ratecard.cards.layout import IDENTITY
from ratecard.core.catalog import claims
from ratecard.core.errors import BadCatalog
from ratecard.core.model_ids import forms, normal
from ratecard.core.records import Card

#: The largest number of decorations that are taken off an id.
MOST_DECORATIONS = 6

#: Facts that never make another model.
SWITCHES = frozenset(
    {"region", "service_tier", "route", "snapshot", "precision", "reasoning_mode", "reasoning_budget", "effort"}
)

#: A single word is too short a name to say which model it is, save at the seller that makes it.
_WORD = re.compile(r"[a-z]+|[0-9]+")
_JOINTS = (".", "--", "-", "_")
_FOREIGN = re.compile(r"[^a-z0-9._/-]+")


class Decoration(NamedTuple):
    """A part of a model id besides the model's name: `take` matches it, `means` are the facts it stands for.

    `at` are the only sellers, `of` the only providers whose models it is for; everywhere if empty.
    """

    id: str
    take: re.Pattern[str]
    example: str
    give: str = ""
    at: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    means: Mapping[str, str] = {}


class Meaning(NamedTuple):
    """The card that a floating name means since a day."""

    since: date
    card: str


class Identity(NamedTuple):
    """The rows of identity.yaml."""

    sellers: Mapping[str, str] = {}
    own: Mapping[str, str] = {}
    prefixes: Mapping[str, tuple[str, ...]] = {}
    makers: Mapping[str, str] = {}
    decorations: tuple[Decoration, ...] = ()
    floating: Mapping[str, tuple[Meaning, ...]] = {}
    apart: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    free: tuple[str, ...] = ()


class Placed(NamedTuple):
    """The card of an offer, and the facts by which the offer differs from the plain model.

    `name` is what is left of its id, in normal form: ids of one seller with equal facts and names are one id.
    """

    slug: str
    facts: Mapping[str, str]
    name: str


class Reading(NamedTuple):
    """A model id without some of its decorations, with their facts and the providers they are for."""

    text: str
    facts: tuple[tuple[str, str], ...] = ()
    of: tuple[frozenset[str], ...] = ()


def read(root: Path) -> Identity:
    """The rows in a catalog's folder; raises `BadCatalog` where the file cannot be read."""
    file = root / IDENTITY
    try:
        tree, flaws = yaml_tree.parse(file.read_bytes())
    except (OSError, yaml_tree.NotYaml) as error:
        raise BadCatalog([f"{file}: {error}"]) from None
    if flaws:
        raise BadCatalog([f"{file}:{flaw.mark.line}: {flaw.what}" for flaw in flaws])
    try:
        return _rows(yaml_tree.contents(tree))
    except KeyError as error:
        raise BadCatalog([f"{file}:1:1: the required key {error} is missing; add it"]) from None
    except (AttributeError, TypeError, ValueError, re.error) as error:
        raise BadCatalog([f"{file}:1:1: a row that cannot be read: {error}"]) from None


def _rows(rows: Any) -> Identity:
    return Identity(
        sellers=rows["sellers"],
        own=rows["own"],
        prefixes={seller: tuple(words) for seller, words in rows["prefixes"].items()},
        makers=rows["makers"],
        decorations=tuple(_decoration(id, row) for id, row in rows["decorations"].items()),
        floating={
            normal(name): tuple(Meaning(date.fromisoformat(str(row["since"])), row["card"]) for row in meanings)
            for name, meanings in rows["floating"].items()
        },
        apart=frozenset(rows["apart"]),
        whole=frozenset(rows.get("whole", ())),
        free=tuple(rows["free"]),
    )


def _decoration(id: str, row: Mapping[str, Any]) -> Decoration:
    return Decoration(
        id,
        re.compile(row["take"]),
        row["example"],
        row.get("give", ""),
        frozenset(row.get("at", ())),
        frozenset(row.get("of", ())),
        row.get("means", {}),
    )


def seller_of(identity: Identity, provider: str) -> str:
    """The seller a feed means by its provider's name."""
    return identity.sellers.get(provider) or _FOREIGN.sub("-", provider.lower()).strip("-/.") or "unnamed"


def bare_id(identity: Identity, seller: str, provider: str, model_id: str) -> str:
    """A seller's own model id, without what the feed puts before it to say whose it is."""
    before = {provider, seller, *identity.prefixes.get(seller, ())}
    while "/" in model_id and f"{seller}:{model_id}" not in identity.whole:
        first, _, rest = model_id.partition("/")
        if first not in before or not rest:
            break
        model_id = rest
    return model_id


def readings(identity: Identity, seller: str, model_id: str) -> Iterator[Reading]:
    """What a seller's model id may say: itself, then with one decoration less, then with two, and so on."""
    layer = [Reading(model_id.lower())]
    seen = {(layer[0].text, layer[0].of)}
    for _ in range(MOST_DECORATIONS):
        yield from layer
        layer = [fresh for known in layer for fresh in _barer(identity, seller, known, seen)]
    yield from layer


def _barer(
    identity: Identity, seller: str, known: Reading, seen: set[tuple[str, tuple[frozenset[str], ...]]]
) -> Iterator[Reading]:
    """A reading with one decoration less, in each way, for each group of providers, not seen before."""
    for decoration in identity.decorations:
        found = None if decoration.at and seller not in decoration.at else decoration.take.search(known.text)
        text = decoration.take.sub(decoration.give, known.text) if found else ""
        of = (*known.of, *filter(None, [decoration.of]))
        if found and text and (text, of) not in seen:
            seen.add((text, of))
            facts = ((fact, found.expand(value)) for fact, value in decoration.means.items())
            yield Reading(text, (*known.facts, *facts), of)


class Joiner:
    """Finds the card of each offer; `providers` are known besides those of the cards."""

    def __init__(self, identity: Identity, cards: Iterable[Card], providers: Iterable[str] = ()) -> None:
        self._identity = identity
        self._makers: dict[str, str] = {**identity.makers, **{id: id for id in providers}}
        self._providers: dict[str, str] = {}
        self._by_offer: dict[tuple[str, str], str] = {}
        self._by_id: dict[str, set[str]] = {}
        for card in cards:
            self._providers[card.slug] = card.provider
            self._makers[card.provider] = card.provider
            for seller, ids in card.ids_at.items():
                self._by_offer |= {(seller, id.lower()): card.slug for id in ids}
            for offer in card.offers:
                self._by_offer[offer.seller, offer.model_id.lower()] = card.slug
            for id in claims(card):
                self._by_id.setdefault(id, set()).add(card.slug)

    def placed(self, seller: str, model_id: str, day: date = date.min) -> Placed | None:
        """The card that claims an offer, or that its floating name means on a day; None where none or several do."""
        for reading in readings(self._identity, seller, model_id):
            last = reading.text.rpartition("/")[2]
            if last in self._identity.apart:
                return None
            if meanings := self._identity.floating.get(normal(last)):
                held = [meaning.card for meaning in meanings if meaning.since <= day]
                facts = {**_facts(reading), "snapshot": "latest"}
                return Placed(held[-1], facts, normal(last)) if held and held[-1] in self._providers else None
            slug = self._by_offer.get((seller, reading.text)) or self._claiming(seller, reading.text)
            if slug and all(self._providers[slug] in providers for providers in reading.of):
                return Placed(slug, _facts(reading), self._name(slug, reading.text))
        return None

    def proposed(self, seller: str, model_id: str, *, sells_own: bool) -> tuple[str, str] | None:
        """The maker and the name of a model that no card claims, None where its id names no maker or a line of models.

        Of a seller that sells its own models alone, an id without a maker is one of them.
        """
        found = None
        own = self._identity.own.get(seller, "") if sells_own and "/" not in model_id else ""
        for reading in readings(self._identity, seller, model_id):
            maker, name = next(_prefixes(reading.text, self._makers), (own, reading.text))
            facts = dict(reading.facts)
            if maker and facts.keys() <= SWITCHES and all(maker in providers for providers in reading.of):
                found = None if "latest" in (facts.get("snapshot"), name.rpartition("-")[2]) else (maker, name)
        return found

    def _name(self, slug: str, text: str) -> str:
        """What is left of an id without the maker of its card, however often it says it, with dashes for dots."""
        rests = (rest for maker, rest in _parts(text, self._makers) if maker == self._providers[slug])
        rest = next(rests, "")
        return self._name(slug, rest) if rest else [*forms(text)][-1]

    def _claiming(self, seller: str, text: str) -> str:
        found: set[str] = set(self._by_id.get(normal(text), ()))
        for maker, name in _parts(text, self._makers):
            found |= {slug for slug in self._by_id.get(normal(name), ()) if self._providers[slug] == maker}
        if _WORD.fullmatch(text):
            found = {slug for slug in found if self._providers[slug] == self._identity.own.get(seller)}
        if len(found) > 1:
            found = {slug for slug in found if self._providers[slug] == self._identity.own.get(seller)}
        return next(iter(found)) if len(found) == 1 else ""


def _facts(reading: Reading) -> dict[str, str]:
    """The facts of a reading; what is said of one fact twice, as in `preview-2024-12-17`, in the order of the id."""
    said: dict[str, str] = {}
    for fact, value in reading.facts:  # the last of the id first
        said[fact] = f"{value}-{said[fact]}" if fact in said else value
    return dict(sorted(said.items()))


def _parts(text: str, makers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The maker that an id names and the rest of it, in each way it can be read."""
    if "/" in text:
        yield from _prefixes(text, makers)
        return
    for joint in _JOINTS:
        start = -1
        while (start := text.find(joint, start + 1)) > 0:
            if text[:start] in makers and text[start + len(joint) :]:
                yield makers[text[:start]], text[start + len(joint) :]


def _prefixes(text: str, makers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The maker that stands before an id and the rest of it; a dash may as well be a part of the name."""
    for mark in ("/", "--", "."):
        first, _, rest = text.partition(mark)
        if first in makers and rest:
            yield makers[first], rest
