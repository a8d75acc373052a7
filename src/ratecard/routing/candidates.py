"""The candidates of a catalog: which of them fail a need, and what a usage costs at each.

Questions about all candidates are answered with bit sets, explanations of one candidate from its card; both follow the
same rules. Everything cached here is derived from the catalog, bounded in size and dropped with it.
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
from ratecard.database.offer_index import Candidate, Index, bits, members
from ratecard.routing.integer_costs import PLACES, QUANTITY_PLACES, Factors, ScaledUsage, UnitCosts
from ratecard.routing.needs import Need, Setting
from ratecard.routing.rules import NAMED, attribute, is_named, parse_name, verdicts

#: The sizes of the caches of a catalog, and how many catalogs have one.
MAX_NEEDS, MAX_SHEETS, MAX_ORDERS, MAX_CATALOGS = 1_024, 100_000, 64, 4

#: The seller of a card without offers.
NO_SELLER = Seller("", "", "")

#: Lower bounds are sums of floats, whose error is a thousandth of this margin.
_UNDER = 1 - 1e-12
_UNIT = 10.0**PLACES
#: Prices of a unit are in units of their own last place, amounts in tiny units of money.
_PER_UNIT = 10.0**QUANTITY_PLACES


class Against(NamedTuple):
    """The candidates that fail a need, and those for which it is unknown."""

    unmet: int
    unknown: int


class Order:
    """Candidates by ascending lower bound of the cost of one kind of usage.

    The bounds are for `counts` of each item, and are replaced by costs as these become known.
    """

    __slots__ = ("_known", "counts", "entries")

    def __init__(self, counts: Sequence[float], entries: list[tuple[float, int]]) -> None:
        self.counts, self.entries = counts, entries
        self._known: dict[int, float] = {}

    def learn(self, position: int, price: Factors | Unpriced) -> None:
        """Records the unit costs at a candidate, or that it has no price."""
        if isinstance(price, Unpriced):
            self._known[position] = inf
        else:
            least = sum([factor * count for factor, count in zip(price, self.counts, strict=True)])
            self._known[position] = least * _PER_UNIT * _UNDER

    def current_entries(self) -> list[tuple[float, int]]:
        """The candidates, sorted by what is known now."""
        if self._known:
            known, self._known = self._known, {}
            self.entries = sorted((known.get(position, least), position) for least, position in self.entries)
        return self.entries

    def scale(self, counts: Sequence[float]) -> float:
        """The factor by which the bounds hold for other counts."""
        return min([count / own for count, own in zip(counts, self.counts, strict=True)], default=1.0) * _UNDER


class Block(NamedTuple):
    """Candidates grouped by equal unit costs; `others` are priced one by one."""

    alike: tuple[tuple[Factors, tuple[int, ...]], ...]
    others: tuple[int, ...]


class Candidates:
    """The candidates of a catalog, with caches of what was computed for them."""

    def __init__(self, catalog: Catalog, found: Index) -> None:
        self.catalog, self.index = catalog, found
        self._prices: Mapping[int, Mapping[str, Decimal]] = {}
        self.everyone = (1 << len(found.candidates)) - 1
        self.frames: dict[object, Any] = {}
        self.hosts: dict[int, frozenset[str]] = {}
        self._against: dict[tuple[Need, object, str], Against] = {}
        self._unit_costs: dict[tuple[object, ...], dict[int, UnitCosts]] = {}
        self._orders: dict[tuple[object, ...], Order] = {}
        self._blocks: dict[tuple[object, ...], Block] = {}
        self._offers: dict[int, tuple[Card, Offer, Seller]] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Pickles where the catalog is, which is opened again."""
        return _again, (store.origin_of(self.catalog) or self.catalog, self._prices)

    def against(self, need: Need, setting: Setting) -> Against:
        """The candidates that fail a need, which must not be about the cost."""
        key = (need, setting.day, setting.currency)
        found = self._against.get(key)
        if found is None:
            _evict(self._against, MAX_NEEDS)
            found = self._against[key] = self._named(need) if need.kind in NAMED else self._judged(need, setting)
        return found

    def _judged(self, need: Need, setting: Setting) -> Against:
        unmet = unknown = 0
        rest = self.everyone
        texts = self.index.postings.get(attribute(need), {})
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
        """The candidates that a list of names excludes."""
        providers, sellers = (self.index.postings.get(name, {}) for name in ("provider", "seller"))
        matching = 0
        for entry in need.value.split(","):
            kind, wanted = parse_name(entry)
            if kind == "slug":
                matching |= bits([at for at, one in enumerate(self.index.candidates) if is_named(one.slug, wanted)])
            else:
                matching |= (providers if kind == "provider" else sellers).get(wanted, 0)
        return Against(self.everyone & ~matching if NAMED[need.kind] else matching, 0)

    def of(self, slug: str) -> range:
        """The positions of a card."""
        start = bisect_left(self.index.candidates, (slug,))
        return range(start, bisect_left(self.index.candidates, (slug + "\0",)))

    def offer(self, position: int) -> tuple[Card, Offer, Seller]:
        """The card, offer and seller of a candidate."""
        found = self._offers.get(position)
        if found is None:
            candidate: Candidate = self.index.candidates[position]
            card = self.catalog.cards[candidate.slug]
            offer = card.offers[candidate.number] if card.offers else NO_OFFER
            seller = self.catalog.sellers[offer.seller] if offer.seller else NO_SELLER
            found = self._offers[position] = (card, offer, seller)
        return found

    def preload(self, positions: Iterable[int]) -> None:
        """Reads the cards of candidates in one batch."""
        wanted = [self.index.candidates[position] for position in positions if position not in self._offers]
        if wanted:
            store.read_ahead(self.catalog, {one.slug for one in wanted}, {one.seller for one in wanted})

    def unit_costs(self, position: int, asked: ScaledUsage) -> UnitCosts:
        """The unit costs of this kind of usage at a candidate."""
        unit_costs_by_position = self.unit_costs_by_position(asked)
        found = unit_costs_by_position.get(position)
        if found is None:
            card, offer, seller = self.offer(position)
            found = unit_costs_by_position[position] = UnitCosts(card, offer, seller, asked.at, self.catalog.vocabulary)
        return found

    def unit_costs_by_position(self, asked: ScaledUsage) -> dict[int, UnitCosts]:
        """The cached unit costs of this kind of usage, by candidate."""
        found = self._unit_costs.get(asked.kind)
        if found is None:
            if sum(map(len, self._unit_costs.values())) >= MAX_SHEETS:
                self._unit_costs.clear()
                self._blocks.clear()
            found = self._unit_costs[asked.kind] = {}
        return found

    def order(self, among: int, asked: ScaledUsage) -> Order:
        """These candidates by lower bound of the cost, without those that cannot have a price for the usage."""
        key = (among, asked.kind)
        found = self._orders.get(key)
        if found is None:
            _evict(self._orders, MAX_ORDERS)
            found = self._orders[key] = Order(asked.floats, sorted(self._lower_bounds(among, asked)))
        return found

    def _lower_bounds(self, among: int, asked: ScaledUsage) -> Iterator[tuple[float, int]]:
        positions = list(members(among))
        least = [0.0] * len(positions)
        for item, count in zip(asked.items, asked.floats, strict=True):
            prices, scaled = self._lower_bound(item), count * _UNIT * _UNDER
            least = [so_far + prices[position] * scaled for so_far, position in zip(least, positions, strict=True)]
        return ((bound, position) for bound, position in zip(least, positions, strict=True) if bound < inf)

    def _lower_bound(self, item: str) -> Sequence[float]:
        """The lower bound of an item's unit price by candidate; 0 where another reading of it may be billed."""
        own = self.index.lower_bounds.get(item)
        readings = [
            meter.id
            for meter in self.catalog.vocabulary.meters.values()
            if meter.reading and meter.reading.of == item and meter.id in self.index.lower_bounds
        ]
        if own and not readings:
            return own
        found = list(own) if own else [inf] * len(self.index.candidates)
        for meter in readings:
            for position, price in enumerate(self.index.lower_bounds[meter]):
                if price < inf and found[position] == inf:
                    found[position] = 0.0
        return found

    def block(self, among: int, asked: ScaledUsage) -> Block:
        """These candidates grouped by their unit costs for this kind of usage."""
        key = (among, asked.kind)
        found = self._blocks.get(key)
        if found is None:
            _evict(self._blocks, MAX_ORDERS)
            positions = [position for _, position in self.order(among, asked).entries]
            self.preload(positions)
            alike: dict[Factors, list[int]] = {}
            others: list[int] = []
            for position in positions:
                sure = self.unit_costs(position, asked).sure(asked)
                if sure is None:
                    others.append(position)
                elif not isinstance(sure, Unpriced):
                    alike.setdefault(sure, []).append(position)
            groups = tuple((factors, tuple(sorted(held))) for factors, held in alike.items())
            found = self._blocks[key] = Block(groups, tuple(sorted(others)))
        return found

    def priced(self, prices: Mapping[int, Mapping[str, Decimal]]) -> Candidates:
        """These candidates with some unit prices replaced, whatever the facts."""
        lower_bounds = {meter: list(held) for meter, held in self.index.lower_bounds.items()}
        found = Candidates(self.catalog, self.index._replace(lower_bounds=lower_bounds))
        found._prices = prices
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
                lower_bounds.setdefault(meter, [inf] * len(self.index.candidates))[position] = 0.0
        return found


def _evict(cache: dict[Any, Any], most: int) -> None:
    if len(cache) >= most:
        cache.clear()


def _again(where: store.Origin | Catalog, prices: Mapping[int, Mapping[str, Decimal]]) -> Candidates:
    """The candidates of a catalog in a database, with the prices that replace its own."""
    found = candidates_of(store.catalog_at(where) if isinstance(where, store.Origin) else where)
    return found.priced(prices) if prices else found


_catalogs: dict[int, Candidates] = {}


def candidates_of(catalog: Catalog) -> Candidates:
    """The candidates of a catalog, cached by its identity."""
    found = _catalogs.get(id(catalog))
    if found is None or found.catalog is not catalog:
        if len(_catalogs) >= MAX_CATALOGS:
            _catalogs.clear()
        found = _catalogs[id(catalog)] = Candidates(
            catalog, store.index_of(catalog) or offer_index.index(catalog.cards.values(), catalog.sellers)
        )
    return found
