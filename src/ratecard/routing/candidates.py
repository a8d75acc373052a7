"""Places: where the calls of a route could go, what speaks against each, and what a usage costs there.

What is asked of all places at once is answered by sets of bits; what a person is told of one place is read from its
card. Both come from the same rules. All that is kept here follows from the catalog alone, so it is kept as long as
the catalog is used, and only so much of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import inf
from typing import Any, NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.core.records import Card, Offer, Rate, Seller
from ratecard.database import offer_index, store
from ratecard.database.offer_attributes import NO_OFFER
from ratecard.database.offer_index import Index, Place, bits, members
from ratecard.routing.integer_costs import PLACES, Asked, Factors, Sheet
from ratecard.routing.judging import NAMED, is_named, name
from ratecard.routing.needs import Need, Setting
from ratecard.routing.rules import attribute, verdicts

#: How many needs, sheets and orders of a catalog are kept, and of how many catalogs.
MAX_NEEDS, MAX_SHEETS, MAX_ORDERS, MAX_CATALOGS = 1_024, 100_000, 64, 4

#: What a card that nobody sells is judged by.
NO_SELLER = Seller("", "", "")

#: Floors are sums of binary fractions; what those are off by is a thousandth of this.
_UNDER = 1 - 1e-12
_UNIT = 10.0**PLACES


class Against(NamedTuple):
    """The places that a need speaks against: those that do not meet it, and those of which nobody knows."""

    unmet: int
    unknown: int


class Order:
    """Some places, rising by what a usage like one that was asked for costs there at least.

    The floors are for `counts` of each item. Where a place's price has become known, it moves back to it.
    """

    __slots__ = ("_known", "counts", "entries")

    def __init__(self, counts: Sequence[float], entries: list[tuple[float, int]]) -> None:
        self.counts, self.entries = counts, entries
        self._known: dict[int, float] = {}

    def learn(self, position: int, price: Factors | Unpriced) -> None:
        """Takes note of what each unit costs at a place, or that it has no price."""
        if isinstance(price, Unpriced):
            self._known[position] = inf
        else:
            least = sum([factor * count for factor, count in zip(price, self.counts, strict=True)])
            self._known[position] = least * _UNDER / 1e9

    def settled(self) -> list[tuple[float, int]]:
        """The places, each where it belongs by what is known now."""
        if self._known:
            known, self._known = self._known, {}
            self.entries = sorted((known.get(position, least), position) for least, position in self.entries)
        return self.entries

    def scale(self, counts: Sequence[float]) -> float:
        """How much of the floors is sure for other counts."""
        return min([count / own for count, own in zip(counts, self.counts, strict=True)], default=1.0) * _UNDER


class Block(NamedTuple):
    """Places by what is charged there, so that those that charge the same are priced once."""

    alike: tuple[tuple[Factors, tuple[int, ...]], ...]
    others: tuple[int, ...]


class Places:
    """The places of a catalog, and what was found out about them."""

    def __init__(self, catalog: Catalog, found: Index) -> None:
        self.catalog, self.index = catalog, found
        self.everywhere = (1 << len(found.places)) - 1
        self.kept: dict[object, Any] = {}
        self.hosts: dict[int, frozenset[str]] = {}
        self._against: dict[tuple[Need, object, str], Against] = {}
        self._sheets: dict[tuple[object, ...], dict[int, Sheet]] = {}
        self._orders: dict[tuple[object, ...], Order] = {}
        self._blocks: dict[tuple[object, ...], Block] = {}
        self._offers: dict[int, tuple[Card, Offer, Seller]] = {}

    def against(self, need: Need, setting: Setting) -> Against:
        """The places that a need speaks against, if it is not about what the usage costs."""
        key = (need, setting.day, setting.currency)
        found = self._against.get(key)
        if found is None:
            _make_room(self._against, MAX_NEEDS)
            found = self._against[key] = self._named(need) if need.kind in NAMED else self._judged(need, setting)
        return found

    def _judged(self, need: Need, setting: Setting) -> Against:
        unmet = unknown = 0
        rest = self.everywhere
        texts = self.index.holders.get(attribute(need), {})
        for held in texts.values():
            rest &= ~held
        for text, held in (*texts.items(), ("", rest)):
            found = verdicts(need, text, setting) if held else ()
            if any(not verdict.unknown for verdict in found):
                unmet |= held
            elif found:
                unknown |= held
        return Against(unmet, unknown)

    def _named(self, need: Need) -> Against:
        """The places that a list of names leaves out, or rules out."""
        providers, sellers = (self.index.holders.get(name, {}) for name in ("provider", "seller"))
        matching = 0
        for entry in need.value.split(","):
            kind, wanted = name(entry)
            if kind == "slug":
                matching |= bits([at for at, place in enumerate(self.index.places) if is_named(place.slug, wanted)])
            else:
                matching |= (providers if kind == "provider" else sellers).get(wanted, 0)
        return Against(self.everywhere & ~matching if NAMED[need.kind] else matching, 0)

    def of(self, slug: str) -> range:
        """The positions of a card."""
        start = bisect_left(self.index.places, (slug,))
        return range(start, bisect_left(self.index.places, (slug + "\0",)))

    def offer(self, position: int) -> tuple[Card, Offer, Seller]:
        """The card, offer and seller of a place."""
        found = self._offers.get(position)
        if found is None:
            place: Place = self.index.places[position]
            card = self.catalog.cards[place.slug]
            offer = card.offers[place.number] if card.offers else NO_OFFER
            seller = self.catalog.sellers[offer.seller] if offer.seller else NO_SELLER
            found = self._offers[position] = (card, offer, seller)
        return found

    def preload(self, positions: Iterable[int]) -> None:
        """Reads the cards of places that will be asked for, many at a time."""
        wanted = [position for position in positions if position not in self._offers]
        if wanted:
            store.preload(self.catalog, {self.index.places[position].slug for position in wanted})

    def sheet(self, position: int, asked: Asked) -> Sheet:
        """What is charged at a place for a usage like this."""
        sheets = self.sheets(asked)
        found = sheets.get(position)
        if found is None:
            card, offer, seller = self.offer(position)
            found = sheets[position] = Sheet(card, offer, seller, asked.at, self.catalog.vocabulary)
        return found

    def sheets(self, asked: Asked) -> dict[int, Sheet]:
        """The places of which it is known what is charged there for a usage like this."""
        found = self._sheets.get(asked.kind)
        if found is None:
            if sum(map(len, self._sheets.values())) >= MAX_SHEETS:
                self._sheets.clear()
                self._blocks.clear()
            found = self._sheets[asked.kind] = {}
        return found

    def order(self, among: int, asked: Asked) -> Order:
        """These places, the one that may be cheapest first; without those that surely have no price for the usage."""
        key = (among, asked.kind)
        found = self._orders.get(key)
        if found is None:
            _make_room(self._orders, MAX_ORDERS)
            found = self._orders[key] = Order(asked.floats, sorted(self._floors(among, asked)))
        return found

    def _floors(self, among: int, asked: Asked) -> Iterator[tuple[float, int]]:
        positions = list(members(among))
        least = [0.0] * len(positions)
        for item, count in zip(asked.items, asked.floats, strict=True):
            prices, scaled = self._floor(item), count * _UNIT * _UNDER
            least = [so_far + prices[position] * scaled for so_far, position in zip(least, positions, strict=True)]
        return ((floor, position) for floor, position in zip(least, positions, strict=True) if floor < inf)

    def _floor(self, item: str) -> Sequence[float]:
        """By place below what nobody sells a unit of an item; 0 where it is billed by what it is measured as."""
        own = self.index.floors.get(item)
        readings = [
            meter.id
            for meter in self.catalog.vocabulary.meters.values()
            if meter.reading and meter.reading.of == item and meter.id in self.index.floors
        ]
        if own and not readings:
            return own
        found = list(own) if own else [inf] * len(self.index.places)
        for meter in readings:
            for position, price in enumerate(self.index.floors[meter]):
                if price < inf and found[position] == inf:
                    found[position] = 0.0
        return found

    def block(self, among: int, asked: Asked) -> Block:
        """These places by what is charged there for a usage like this."""
        key = (among, asked.kind)
        found = self._blocks.get(key)
        if found is None:
            _make_room(self._blocks, MAX_ORDERS)
            found = self._blocks[key] = self._grouped(
                [position for _, position in self.order(among, asked).entries], asked
            )
        return found

    def _grouped(self, positions: Sequence[int], asked: Asked) -> Block:
        self.preload(positions)
        alike: dict[Factors, list[int]] = {}
        others: list[int] = []
        for position in positions:
            sure = self.sheet(position, asked).sure(asked)
            if sure is None:
                others.append(position)
            elif not isinstance(sure, Unpriced):
                alike.setdefault(sure, []).append(position)
        return Block(tuple((factors, tuple(sorted(held))) for factors, held in alike.items()), tuple(sorted(others)))

    def priced(self, prices: Mapping[int, Mapping[str, Decimal]]) -> Places:
        """These places with other prices of meters at some of them, for a single unit, whatever the circumstances."""
        floors = {meter: list(held) for meter, held in self.index.floors.items()}
        found = Places(self.catalog, self.index._replace(floors=floors))
        for position, changed in prices.items():
            card, offer, seller = self.offer(position)
            tariffs = tuple(
                tariff._replace(
                    rates=(
                        *(rate for rate in tariff.rates if rate.meter not in changed),
                        *(Rate(meter, price) for meter, price in changed.items()),
                    ),
                )
                for tariff in offer.tariffs
            )
            found._offers[position] = (card, offer._replace(tariffs=tariffs), seller)
            for meter in changed:
                floors.setdefault(meter, [inf] * len(self.index.places))[position] = 0.0
        return found


def _make_room(kept: dict[Any, Any], most: int) -> None:
    if len(kept) >= most:
        kept.clear()


_catalogs: dict[int, Places] = {}


def places(catalog: Catalog) -> Places:
    """The places of a catalog: of this very object, since they are those of its cards."""
    found = _catalogs.get(id(catalog))
    if found is None or found.catalog is not catalog:
        if len(_catalogs) >= MAX_CATALOGS:
            _catalogs.clear()
        found = _catalogs[id(catalog)] = Places(
            catalog, store.index_of(catalog) or offer_index.index(catalog.cards.values())
        )
    return found
