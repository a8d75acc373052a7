"""Searches models by what people type: names in any spelling, makers, sellers, uses, and wishes such as cheapest."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ratecard.core import moments
from ratecard.core.errors import one_off
from ratecard.core.model_ids import normal
from ratecard.database.search_words import (
    CAPABILITY,
    CHEAP,
    CONTEXT,
    COUNTED,
    FREE,
    KIND,
    MODALITY,
    NEW,
    SAME,
    SYNONYMS,
    WEIGHTS,
    WISHES,
)
from ratecard.database.store import Path, connect

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CONTEXT = re.compile(r"\b(\d+)\s*([km])\s+(?:tokens?\s+)?(?:of\s+)?context\b|\bcontext\s+(\d+)\s*([km])\b")
#: A shorter word means only itself; a longer one may be the start of another, or misspelt.
SHORTEST = 3
#: The most cards that are put in order.
CANDIDATES = 2_000
#: The most words of a text, so that no text takes long.
MOST_WORDS = 16
#: Cheap models of fewer sellers come after those of as many.
SEVERAL = 2

MAKER = "maker"
#: The kinds of sellers whose name alone asks for what they sell.
OPEN_TO_ALL = ("cloud", "host", "gateway")


class Found(NamedTuple):
    """A model that was found, the seller that was asked for, and its id there if only that one fits."""

    slug: str
    seller: str = ""
    model_id: str = ""


class Condition(NamedTuple):
    """What a word asks of a model: a kind, a modality, a capability, a context, open weights or no price."""

    about: str
    value: str


#: What is meant where nothing says what a model is for.
CHAT = Condition(KIND, '["chat"]')


class Asked(NamedTuple):
    """A text as it was understood: the words of a name, conditions, a seller, and wishes about the order."""

    words: tuple[str, ...]
    conditions: tuple[Condition, ...]
    seller: str
    wishes: frozenset[str]


class Features(NamedTuple):
    """What the order of a card depends on."""

    id: int
    slug: str
    words: frozenset[str]
    provider: frozenset[str]
    sellers: int
    living: int
    retired: bool
    released: str


def search(path: Path, text: str, limit: int = 50, today: date | None = None) -> list[Found]:
    """The models that a text means, best first.

    First come those of exactly this name; then a maker's own before what others made of them, widely sold ones before
    others, and those that are sold before those that have ended. A misspelt word is read as a known one that differs in
    one letter, and words that fit nothing are left out from the end.
    """
    finder = _Finder(connect(path), str(today or moments.moment(None).date()))
    return finder.found(text)[:limit]


class _Finder:
    def __init__(self, connection: sqlite3.Connection, today: str) -> None:
        self._connection, self._today = connection, today
        self._terms: dict[str, int] | None = None
        self._exact: frozenset[str] = frozenset()

    def found(self, text: str) -> list[Found]:
        """All models that a text means, best first."""
        tokens = tuple(_TOKEN.findall(text.lower()))[:MOST_WORDS]
        if not tokens:
            return []
        called = [Found(slug) for slug in self._called(text)]
        asked, phrases = self._asked(text, tokens)
        if asked.words:
            self._exact = frozenset(one.slug for one in called)
        meant = self._meant(asked, phrases) if asked.words else self._ordered(asked)
        found: dict[str, Found] = {}
        for one in (*meant, *called):
            found.setdefault(one.slug, one)
        return list(found.values())

    def _asked(self, text: str, tokens: tuple[str, ...]) -> tuple[Asked, tuple[Condition, ...]]:
        """A text with its wishes and the context it asks for taken out, and the conditions that its other words state.

        Words that state conditions alone, and are no name, are conditions; beside others they may belong to the name.
        """
        wishes = frozenset(WISHES[token] for token in tokens if WISHES.get(token))
        window = _CONTEXT.search(text.lower())
        stated: list[Condition] = []
        if window:
            number, unit = (window[1], window[2]) if window[1] else (window[3], window[4])
            stated = [Condition(CONTEXT, str(int(number) * (1_000_000 if unit == "m" else 1_000)))]
            tokens = tuple(_TOKEN.findall(_CONTEXT.sub(" ", text.lower())))
        rest = tuple(token for token in tokens if token not in WISHES)
        words, met = _taken(rest, self._conditions())
        if words or not (met or stated):
            if not rest:
                stated = [CHAT]
            return Asked(rest, tuple(stated), "", wishes), met
        if any(condition in self._of_chats() for condition in met) and not {KIND, MODALITY} & {
            one.about for one in met
        }:
            stated = [*stated, CHAT]
        return Asked((), (*met, *stated), "", wishes), ()

    def _meant(self, asked: Asked, phrases: tuple[Condition, ...]) -> list[Found]:
        """The models of a name, at a seller that stands beside it, else those of what may have been meant."""
        at_shop: list[Found] = []
        for start, stop, seller, kind in self._shops(asked.words):
            left = (*asked.words[:start], *asked.words[stop:])
            if kind != MAKER if left else kind in OPEN_TO_ALL:
                at_shop = self._named(asked._replace(words=left, seller=seller))
                break
        return [*at_shop, *self._named(asked)] or self._otherwise(asked, phrases)

    def _otherwise(self, asked: Asked, phrases: tuple[Condition, ...]) -> list[Found]:
        """What a text means whose words are not all of one name: conditions or a maker beside a name, or a slip."""
        words, _ = _taken(asked.words, self._conditions())
        bare = asked._replace(words=words, conditions=(*asked.conditions, *phrases))
        if phrases and (found := self._named(bare)):
            return found
        for start, stop, seller, _ in self._shops(asked.words):
            left, also = _taken((*asked.words[:start], *asked.words[stop:]), self._conditions())
            beside = asked._replace(words=left, conditions=(*asked.conditions, *also), seller=seller)
            if found := self._named(beside):
                return found
        mended = bare._replace(words=tuple(self._mended(word) for word in words))
        if mended.words != words and (found := self._named(mended)):
            return found
        if found := self._ordered(asked, anywhere=True):
            return found
        for length in range(len(mended.words) - 1, 0, -1):
            if found := self._named(mended._replace(words=mended.words[:length])):
                return found
        return []

    def _of_chats(self) -> frozenset[Condition]:
        """The capabilities that models that chat are asked for."""
        rows = self._connection.execute("SELECT id FROM capabilities WHERE chat")
        return frozenset(Condition(CAPABILITY, id) for (id,) in rows)

    def _named(self, asked: Asked) -> list[Found]:
        """The models whose names have all words, in any of the spellings that mean the same."""
        found = self._ordered(asked)
        for word in asked.words:
            for other in SAME.get(word, ()):
                words = tuple(part for one in asked.words for part in (_TOKEN.findall(other) if one == word else [one]))
                found = [*self._ordered(asked._replace(words=words)), *found]
        return found

    def _called(self, text: str) -> list[str]:
        query = "SELECT slug FROM names JOIN cards ON id = card_id WHERE names.name = ? ORDER BY rank, slug"
        try:
            return [slug for (slug,) in self._connection.execute(query, (normal(text.strip()),))]
        except UnicodeEncodeError:
            return []

    def _conditions(self) -> Mapping[tuple[str, ...], tuple[Condition, ...]]:
        """The conditions of each phrase: capabilities by id and label, uses by label, and other words for them."""
        found: dict[tuple[str, ...], tuple[Condition, ...]] = {}
        for _, label, kinds, needs in self._connection.execute("SELECT id, label, kinds, needs FROM use_cases"):
            met = [Condition(KIND, kinds), *(Condition(CAPABILITY, need) for need in _list(needs))]
            found[tuple(_TOKEN.findall(label.lower()))] = tuple(met)
        for id, label in self._connection.execute("SELECT id, label FROM capabilities"):
            for name in (id, label):
                found[tuple(_TOKEN.findall(name.lower()))] = (Condition(CAPABILITY, id),)
        for phrase, stated in SYNONYMS.items():
            found[tuple(_TOKEN.findall(phrase))] = tuple(Condition(about, value) for about, value in stated)
        return found

    def _shops(self, tokens: tuple[str, ...]) -> Iterator[tuple[int, int, str, str]]:
        """Where a seller's name stands among some words, with its id and kind."""
        shops: dict[tuple[str, ...], tuple[str, str]] = {}
        rows = self._connection.execute("SELECT id, name, names, kind FROM sellers ORDER BY id DESC")
        for id, name, names, kind in rows:
            for word in (name, *_list(names), id):
                shops[tuple(_TOKEN.findall(word.lower()))] = id, kind
        for size in (3, 2, 1):
            for start in range(len(tokens) - size + 1):
                seller = shops.get(tokens[start : start + size])
                if seller:
                    yield start, start + size, *seller

    def _ordered(self, asked: Asked, *, anywhere: bool = False) -> list[Found]:
        """The models that fit, best first; `anywhere` looks into descriptions too."""
        ids = self._matching(asked, anywhere=anywhere)
        if not ids:
            return []
        cards = [
            card for card in self._features(ids, named=bool(asked.words)) if anywhere or _has(card.words, asked.words)
        ]
        prices = self._prices(ids, _counted(asked.conditions)) if CHEAP in asked.wishes else {}
        maker = _maker(cards) if asked.words else frozenset()
        cards.sort(key=lambda card: _rank(card, asked, prices, maker, card.slug in self._exact))
        free = self._free(ids) if Condition(FREE, "") in asked.conditions else {}
        return [Found(card.slug, *free.get(card.id, (asked.seller,))) for card in cards]

    def _matching(self, asked: Asked, *, anywhere: bool) -> list[int]:
        where, values = _where(asked)
        columns = "" if anywhere else "{slug name provider family further} : "
        source = "cards AS c"
        if asked.words:
            terms = " ".join(f'"{word}"{"*" if len(word) >= SHORTEST else ""}' for word in asked.words)
            source = "card_search JOIN cards AS c ON c.id = card_search.rowid"
            where.insert(0, "card_search MATCH ?")
            values.insert(0, f"{columns}({terms})")
        if not where:
            return []
        query = f"SELECT c.id FROM {source} WHERE {' AND '.join(where)} LIMIT {CANDIDATES}"
        try:
            return [id for (id,) in self._connection.execute(query, values)]
        except UnicodeEncodeError:
            return []

    def _features(self, ids: Sequence[int], *, named: bool) -> Iterator[Features]:
        """What the order of some cards depends on; an offer's own end goes before that of its model."""
        names = "(SELECT group_concat(name, ' ') FROM names WHERE card_id = c.id)" if named else "''"
        rows = self._connection.execute(
            f"""
            SELECT c.id, c.slug, c.name, c.family, p.name, count(DISTINCT o.seller),
              count(DISTINCT CASE WHEN coalesce(
                (SELECT date FROM offer_events WHERE offer_id = o.id AND event = 'retired'),
                CASE WHEN o.seen IS NULL OR (
                  made.date >= o.seen AND json_extract(c.licence, '$.weights') IS NOT 'open'
                ) THEN made.date END, '9999'
              ) > ? THEN o.seller END),
              coalesce(made.date <= ? AND json_extract(c.licence, '$.weights') IS NOT 'open', 0),
              coalesce((SELECT date FROM events WHERE card_id = c.id AND event = 'released'), ''),
              {names}
            FROM cards AS c JOIN providers AS p ON p.id = c.provider
            LEFT JOIN offers AS o ON o.card_id = c.id AND o.same_as IS NULL
            LEFT JOIN events AS made ON made.card_id = c.id AND made.event = 'retired'
            WHERE c.id IN ({",".join(map(str, ids))}) GROUP BY c.id
            """,
            (self._today, self._today),
        )
        for id, slug, name, family, provider, sellers, living, retired, released, names in rows:
            words = frozenset(_TOKEN.findall(f"{slug} {name} {family} {provider} {names}".lower()))
            by = frozenset(_TOKEN.findall(f"{provider} {slug.partition('/')[0]}".lower()))
            yield Features(id, slug, words, by, sellers, living, bool(retired), released)

    def _prices(self, ids: Sequence[int], meter: str) -> dict[int, float]:
        """What one of a meter costs at the first seller, where that is sure; without a meter a token in and one out."""
        rows = self._connection.execute(
            f"""
            SELECT o.card_id, sum(r.price_number)
            FROM offers AS o JOIN tariffs AS t ON t.offer_id = o.id JOIN rates AS r ON r.tariff_id = t.id
            WHERE o.card_id IN ({",".join(map(str, ids))}) AND o.position = 0 AND r.conditions = '{{}}' AND r.above = 0
              AND +r.meter IN (?, ?) AND t.price_status IN ('known', 'single') AND t.position = (
                SELECT max(position) FROM tariffs WHERE offer_id = o.id AND coalesce(effective, '') <= ?
              )
            GROUP BY o.card_id
            """,
            (meter or "input_tokens", meter or "output_tokens", self._today),
        )
        return {id: price for id, price in rows if price}

    def _free(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """The seller that takes nothing for each card, and the id there."""
        rows = self._connection.execute(
            "SELECT o.card_id, o.seller, o.model_id FROM offers AS o JOIN tariffs AS t ON t.offer_id = o.id"
            f" WHERE o.card_id IN ({','.join(map(str, ids))}) AND t.price_status IN ('free', 'beta')"
            " ORDER BY o.position DESC"
        )
        return {card: (seller, model_id) for card, seller, model_id in rows}

    def _mended(self, word: str) -> str:
        """The word of most cards that differs in one letter from a word of none."""
        if self._terms is None:
            self._connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, card_search, row)")
            self._terms = dict(self._connection.execute("SELECT term, doc FROM temp.terms").fetchall())
        known = self._terms
        if len(word) < SHORTEST or any(term.startswith(word) for term in known):
            return word
        near = [term for term in known if abs(len(term) - len(word)) <= 1 and one_off(word, term)]
        return max(near, key=lambda term: (known[term], term), default=word)


def _taken(
    tokens: tuple[str, ...], conditions: Mapping[tuple[str, ...], tuple[Condition, ...]]
) -> tuple[tuple[str, ...], tuple[Condition, ...]]:
    """Some words without the longest phrases that state conditions, and these conditions."""
    left: list[str] = []
    met: list[Condition] = []
    place = 0
    while place < len(tokens):
        sizes = range(min(4, len(tokens) - place), 0, -1)
        size = next((size for size in sizes if tokens[place : place + size] in conditions), 0)
        if size:
            met += conditions[tokens[place : place + size]]
        else:
            left.append(tokens[place])
        place += size or 1
    return tuple(left), tuple(met)


def _where(asked: Asked) -> tuple[list[str], list[str]]:
    """Conditions in SQL about a card `c`, with their values."""
    met = "k.capability = ?1 AND k.value IN (SELECT value FROM capabilities AS w, json_each(w.met_by) WHERE w.id = ?1)"
    sql = {
        KIND: "c.kind IN (SELECT value FROM json_each(?1)) OR c.modality IN (SELECT value FROM json_each(?1))",
        MODALITY: "c.modality = ?1",
        CONTEXT: "json_extract(c.limits, '$.context_tokens') >= CAST(?1 AS INTEGER)",
        WEIGHTS: "json_extract(c.licence, '$.weights') = ?1",
        FREE: "?1 = '' AND c.id IN (SELECT o.card_id FROM tariffs AS t JOIN offers AS o ON o.id = t.offer_id"
        " WHERE t.price_status IN ('free', 'beta'))",
        CAPABILITY: f"EXISTS (SELECT 1 FROM card_capabilities AS k WHERE k.card_id = c.id AND {met}) OR c.id IN"
        f" (SELECT o.card_id FROM offer_capabilities AS k CROSS JOIN offers AS o ON o.id = k.offer_id WHERE {met})",
    }
    where, values = [], []
    for condition in dict.fromkeys(asked.conditions):
        written = sql[condition.about]
        where.append(f"({written.replace('?1', '?')})")
        values += [condition.value] * written.count("?1")
    if asked.seller:
        where.append("EXISTS (SELECT 1 FROM offers AS o WHERE o.card_id = c.id AND o.seller = ?)")
        values.append(asked.seller)
    return where, values


def _has(words: frozenset[str], wanted: Sequence[str]) -> bool:
    """True if each wanted word is one of a name, or the start of one."""
    return all(one in words or (len(one) >= SHORTEST and any(word.startswith(one) for word in words)) for one in wanted)


def _counted(conditions: Iterable[Condition]) -> str:
    """The meter that models of a kind are compared by; none where it is tokens."""
    kinds = (kind for about, value in conditions if about == KIND for kind in _list(value))
    return next((COUNTED[kind] for kind in kinds if kind in COUNTED), "")


def _maker(cards: Iterable[Features]) -> frozenset[str]:
    """The words of the maker whose models make up most of what is sold under a name; none if nobody's do."""
    sold: Counter[frozenset[str]] = Counter()
    for card in cards:
        sold[card.provider] += card.living
    maker = max(sold, key=lambda words: sold[words], default=frozenset[str]())
    return maker if sold[maker] * 2 > sold.total() else frozenset()


def _rank(
    card: Features, asked: Asked, prices: Mapping[int, float], maker: frozenset[str], exact: bool
) -> tuple[object, ...]:
    """The order of cards: of just these numbers; sold before ended; of this name; by the wishes; own; by sellers."""
    exact = exact and maker in (frozenset(), card.provider)
    tail = _TOKEN.findall(card.slug.partition("/")[2].lower())
    numbers = Counter(word for word in asked.words if word.isdigit())
    missing = 0 if exact else sum((numbers - Counter(tail)).values())
    named = {word for word in asked.words if word not in card.provider}
    begun = sum(word not in card.words for word in asked.words)
    derived = card.provider != maker if maker else bool(named) and not set(tail[:1]) & named
    extra = len([word for word in tail if word not in asked.words])
    wishes = asked.wishes
    price = (card.living < SEVERAL, prices.get(card.id, float("inf"))) if CHEAP in wishes else ()
    newest = -int(card.released.replace("-", "") or 0) if NEW in wishes else 0
    over = 0 if exact and numbers else 2 if not card.living else int(card.retired)
    return (missing > 0, over, not exact, begun, price, derived, newest, -card.living / (3 + extra), card.slug)


def _list(text: str) -> list[str]:
    return [str(one) for one in json.loads(text)]
