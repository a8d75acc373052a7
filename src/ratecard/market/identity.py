"""Joins sellers, makers and models across price lists, by written rows and equal ids alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.cards import yaml_tree
from ratecard.cards.layout import IDENTITY
from ratecard.core.errors import BadCatalog
from ratecard.core.records import Card

#: The provider of a model whose maker no list states.
UNSTATED = "unstated"

_VERSION = re.compile(r"-v[0-9]+(?::[0-9]+[a-z]?)?$|:[0-9]+$")
_FOREIGN = re.compile(r"[^a-z0-9._/-]+")
_EDGES = re.compile(r"(^|/)[^a-z0-9]+")


class Identity(NamedTuple):
    """The rows of identity.yaml."""

    sellers: Mapping[str, str] = {}
    own: Mapping[str, str] = {}
    prefixes: Mapping[str, tuple[str, ...]] = {}
    makers: Mapping[str, str] = {}
    places: frozenset[str] = frozenset()
    free: tuple[str, ...] = ()
    subscriptions: frozenset[str] = frozenset()


def read(root: Path) -> Identity:
    """The rows in a catalog's folder; raises `BadCatalog` if the file cannot be read."""
    file = root / IDENTITY
    try:
        tree, flaws = yaml_tree.parse(file.read_bytes())
    except (OSError, yaml_tree.NotYaml) as error:
        raise BadCatalog([f"{file}: {error}"]) from None
    if flaws:
        raise BadCatalog([f"{file}:{flaw.mark.line}: {flaw.what}" for flaw in flaws])
    rows: Any = yaml_tree.contents(tree)
    return Identity(
        sellers=rows["sellers"],
        own=rows["own"],
        prefixes={seller: tuple(words) for seller, words in rows["prefixes"].items()},
        makers=rows["makers"],
        places=frozenset(rows["places"]),
        free=tuple(rows["free"]),
        subscriptions=frozenset(rows["subscriptions"]),
    )


def seller_of(identity: Identity, provider: str) -> str:
    """The seller that a feed's provider name stands for."""
    return identity.sellers.get(provider) or _slugged(provider)


def bare_id(identity: Identity, seller: str, provider: str, model_id: str) -> str:
    """A seller's own model id, without the feed's prefixes."""
    before = {provider, seller, *identity.prefixes.get(seller, ())}
    while "/" in model_id:
        first, _, rest = model_id.partition("/")
        if first not in before or not rest:
            break
        model_id = rest
    return model_id


class Joiner:
    """Finds the card of each offer, given the curated cards and the ids that makers use themselves."""

    def __init__(self, identity: Identity, curated: Iterable[Card], offered: Iterable[tuple[str, str]]) -> None:
        self._identity = identity
        self._by_offer: dict[tuple[str, str], str] = {}
        self._by_name: dict[str, str] = {}
        for card in curated:
            self._by_name[card.slug] = card.slug
            self._by_name |= dict.fromkeys(card.aliases, card.slug)
            for offer in card.offers:
                self._by_offer[offer.seller, offer.model_id.lower()] = card.slug
        self._by_id = self._ids_of_makers(offered)

    def slug(self, seller: str, model_id: str) -> str:
        """The slug of the card that an offer belongs to."""
        curated = self._by_offer.get((seller, model_id.lower()))
        if curated:
            return curated
        own = self._identity.own.get(seller)
        named = self._identity.makers.get(model_id.lower().partition("/")[0], own)
        if own and named == own:
            return self._named(f"{own}/{_slugged(model_id)}")
        return self._elsewhere(seller, model_id)

    def _elsewhere(self, seller: str, model_id: str) -> str:
        """The card of a model at a seller that did not make it: a maker named in the id, or an equal id."""
        for provider, rest in self._readings(model_id):
            if provider:
                return self._named(f"{provider}/{_slugged(rest)}")
            slugs = self._by_id.get(_slugged(rest), set())
            if len(slugs) == 1:
                return self._named(next(iter(slugs)))
        return self._named(f"{_slugged(seller)}/{_slugged(model_id)}")

    def _readings(self, model_id: str) -> Iterator[tuple[str, str]]:
        """The possible readings of an id: the maker it names and the maker's id, or no maker and the id itself."""
        makers = self._identity.makers
        text = model_id.lower()
        for mark in ("/", "."):
            first, _, rest = text.partition(mark)
            if first in self._identity.places and rest:
                text, (first, _, rest) = rest, rest.partition(mark)
            if first in makers and rest:
                without = _VERSION.sub("", rest) if mark == "." else rest
                yield makers[first], without
        yield "", text.rsplit("/", 1)[-1]

    def _named(self, slug: str) -> str:
        return self._by_name.get(slug, slug)

    def _ids_of_makers(self, offered: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
        """The slugs of makers' own ids, by id."""
        found: dict[str, set[str]] = {}
        for seller, model_id in offered:
            own = self._identity.own.get(seller)
            if own:
                bare = _slugged(model_id)
                found.setdefault(bare, set()).add(self._named(f"{own}/{bare}"))
        return found


def provider_of(identity: Identity, slug: str, known: Iterable[str]) -> str:
    """The provider that a slug's first part names, else `UNSTATED`."""
    first = slug.partition("/")[0]
    makers = {*identity.own.values(), *identity.makers.values(), *known}
    return first if first in makers else UNSTATED


def _slugged(text: str) -> str:
    """An id as part of a slug: in lower case, other characters as dashes, at most four parts."""
    plain = _EDGES.sub(r"\1", _FOREIGN.sub("-", text.lower())).strip("-/.") or "unnamed"
    *head, last = re.sub(r"/+", "/", plain).split("/", 2)
    return "/".join([*head, last.replace("/", "-")])
