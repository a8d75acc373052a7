"""The price list that an offer has: one list whole, and from others only what cannot contradict it.

1. A list that names a price goes before one that says zero, one near what other sellers of the model ask before one
   more than eight times off, the newest before older ones, of one day the one that reads the seller's own list
   (`reads` in feeds.yaml), then the order of precedence.
2. That list is held whole. Where it states two prices for one thing, the one that another list states is held.
3. Another list that agrees on every plain price that both state may add meters, and prices under conditions that
   the held list has no way to state (`expresses` in feeds.yaml). What it could state of a meter that it prices, and
   does not, it denies, unless it knows no prompt that is as long.
4. A decision in the ledger goes before all of it, for the price that it is about.
5. A zero for what the list has no price of, beside prices for something else, is no price: the model does not bill it.
   Only zeros for reading a repeated prompt stand, as a part of the price of the prompt.
6. Writing to a cache costs what input costs, where neither the list nor the model's maker has a price of writes, or
   only one that is below that of input. A list of a model whose maker prices them apart says nothing by silence.

A list is confirmed by each independent list that states the same plain prices (`derived_from` in feeds.yaml: lists that
copy one another are one voice). It is disputed if a list that is at most 45 days older, or newer, states others and no
more than half of such lists agree, if it contradicts itself, or if it is more than eight times off; a list that differs
by more than eight times, which no change of price explains, disputes it whatever its age. What reads the seller's own
list is disputed by nothing less.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.evidence import unit_price
from ratecard.core.records import Decision, Feed, Rate, Tariff
from ratecard.market import policy
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.policy import PriceKey

#: A price this many times above or below what other sellers of the model ask is not believed.
OFF = Decimal(8)
CURRENCY = "USD"
#: The least number of other sellers whose prices say what is usual.
OTHERS = 3
#: A list that is older by more than this says nothing against a newer one.
CONTEMPORARY = timedelta(days=45)
#: The rank of a list, at a seller, that reads the seller's own: it goes before all others of its day.
FIRST = 0
#: The word in `expresses` of a feed for prices above a number of tokens.
ABOVE = "above"

#: The meters of a prompt and of what of it is written to a cache.
INPUT, WRITE = "input_tokens", "cache_write_tokens"
#: Meters of a repeated prompt, which may be a part of the price of a prompt.
CACHE = re.compile("cache_(read|write)_")

#: Of lists that say nothing of the longest prompt.
NO_REACH: Mapping[Feed, int] = {}

#: What one list states: its claims by meter, conditions and threshold.
Cells = Mapping[PriceKey, Sequence[PriceClaim]]
#: The middle of what the other sellers of a model ask for one unit, by meter.
Typical = Mapping[str, Decimal]
Decisions = Mapping[PriceKey, Decision]


class HeldList(NamedTuple):
    """The prices that are held, the feeds that state them and nothing else, and how sure they are."""

    prices: Mapping[PriceKey, PriceClaim]
    sources: tuple[Feed, ...]
    confidence: str


def held(
    said: Mapping[Feed, Cells],
    typical: Typical,
    decisions: Decisions,
    *,
    former: bool = False,
    reach: Mapping[Feed, int] = NO_REACH,
) -> HeldList:
    """The list that is held of one or more that are at least as new as the last dated change of price.

    What was held on a `former` day no list says because it is new, so the order of precedence decides alone. `reach` is
    the longest prompt that a list knows of the model: of longer ones it says nothing.
    """
    newest = sorted(said, key=lambda feed: (0 if former else -feed.seen.toordinal(), feed.rank))
    order = sorted(newest, key=lambda feed: (_is_zero(said[feed]), _is_off(base_prices(said[feed]), typical)))
    chosen = order[0]
    prices, torn = _consistent(said[chosen], [said[feed] for feed in order[1:]])
    own = plain_prices(prices)
    agreeing = [feed for feed in order[1:] if _agrees(base_prices(said[feed]), own)]
    by = {cell.meter: chosen for cell in prices}
    for feed in agreeing:
        prices.update(_additions(by, prices, said[feed], reach))
        by = {cell.meter: feed for cell in prices} | by
    differing = [
        feed
        for feed in order[1:]
        if _differs(base_prices(said[feed]), own)
        and (_may_dispute(feed, chosen) or _is_off(base_prices(said[feed]), own))
    ]
    confidence = _confidence(chosen, agreeing, differing)
    if torn or _is_off(own, typical):
        confidence = policy.DISPUTED
    decided = dict(_decided(said, decisions))
    if decided:
        prices.update(decided)
        confidence = policy.DECIDED
    prices = _billed(prices)
    sources = [feed for feed in order if feed == chosen or _says_only(said[feed], prices)]
    return HeldList(prices, tuple(sorted(sources, key=lambda feed: feed.rank)), confidence)


def base_prices(cells: Cells) -> dict[str, Decimal]:
    """The prices of single units without conditions or threshold."""
    return plain_prices({cell: claims[0] for cell, claims in cells.items()})


def plain_prices(prices: Mapping[PriceKey, PriceClaim]) -> dict[str, Decimal]:
    """The prices of single units without conditions or threshold."""
    return {cell.meter: unit_price(price) for cell, price in prices.items() if not cell.when and not cell.above}


class Asked:
    """What the sellers of a model ask for single units, without conditions.

    `writes_apart` is whether writes to a cache have a price of their own, of which a list may be silent.
    """

    def __init__(self, by_seller: Mapping[str, Mapping[str, Decimal]], *, writes_apart: bool = True) -> None:
        self.by_seller = by_seller
        self.writes_apart = writes_apart
        self.sorted: dict[str, list[Decimal]] = {}
        for prices in by_seller.values():
            for meter, price in prices.items():
                if price:
                    insort(self.sorted.setdefault(meter, []), price)

    def elsewhere(self, seller: str) -> dict[str, Decimal]:
        """The middle of what others ask, of each meter that at least three state above zero."""
        own = self.by_seller.get(seller, {})
        return {
            meter: middle
            for meter, prices in self.sorted.items()
            if (middle := _middle_without(prices, own.get(meter))) is not None
        }


def _middle_without(prices: Sequence[Decimal], own: Decimal | None) -> Decimal | None:
    """The median of sorted prices without one of them; None for fewer than three."""
    others = list(prices)
    if own:
        others.pop(bisect_left(others, own))
    if len(others) < OTHERS:
        return None
    low, high = others[(len(others) - 1) // 2], others[len(others) // 2]
    return low if low == high else decimals.divide(decimals.add(low, high), Decimal(2))


def asked_of(sold: Iterable[tuple[str, Tariff]]) -> Asked:
    """What sellers ask by their price lists in dollars, each at least."""
    found: dict[str, dict[str, Decimal]] = {}
    for seller, tariff in sold:
        least = found.setdefault(seller, {})
        for meter, price in standard_prices(tariff).items():
            least[meter] = min(price, least.get(meter, price))
    return Asked(found)


def standard_prices(tariff: Tariff) -> dict[str, Decimal]:
    """The prices above zero of single units without conditions or threshold; none of a list in another currency."""
    if tariff.currency != CURRENCY:
        return {}
    rates = (rate for rate in own_rates(tariff) if rate.price and not rate.when and not rate.above)
    return {rate.meter: unit_price(rate) for rate in rates}


def own_rates(tariff: Tariff) -> list[Rate]:
    """The rates of a price list but for those of cache writes that cost what input costs, which say nothing more."""
    whole = {(unit_price(rate), rate.when, rate.above) for rate in tariff.rates if rate.meter == INPUT}
    return [
        rate for rate in tariff.rates
        if rate.meter != WRITE or (unit_price(rate), rate.when, rate.above) not in whole
    ]  # fmt: skip


def outlying(tariff: Tariff, typical: Typical) -> bool:
    """Whether a price list is more than eight times off what others ask for a meter."""
    return _is_off(standard_prices(tariff), typical)


def _may_dispute(feed: Feed, chosen: Feed) -> bool:
    """Whether a list that differs is of the time of the one that is held, and as near to the seller."""
    return feed.seen >= chosen.seen - CONTEMPORARY and (chosen.rank != FIRST or feed.rank == FIRST)


def _is_zero(cells: Cells) -> bool:
    return not any(claim.price for claims in cells.values() for claim in claims)


def _is_off(prices: Mapping[str, Decimal], typical: Typical) -> bool:
    pairs = [(price, typical[meter]) for meter, price in prices.items() if price and typical.get(meter)]
    return any(price * OFF < middle or price > middle * OFF for price, middle in pairs)


def _agrees(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> bool:
    shared = one.keys() & other.keys()
    return bool(shared) and all(policy.same(one[meter], other[meter]) for meter in shared)


def _differs(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> bool:
    return any(price and not policy.same(price, other[meter]) for meter, price in one.items() if meter in other)


def _consistent(cells: Cells, others: Sequence[Cells]) -> tuple[dict[PriceKey, PriceClaim], bool]:
    """One price for each cell of a list, and whether it states two that no other list settles.

    Claims of one entry of the list are held together, so that no list is made of two.
    """
    torn = {cell: claims for cell, claims in cells.items() if not _is_one(claims)}
    prices = {cell: max(claims, key=lambda claim: claim.per) for cell, claims in cells.items()}
    if not torn:
        return prices, False
    stated = {(cell, unit_price(claim)) for other in others for cell, claims in other.items() for claim in claims}
    backed: dict[str, int] = {}
    for cell, claims in torn.items():
        for claim in claims:
            backed[_entry(claim)] = backed.get(_entry(claim), 0) + ((cell, unit_price(claim)) in stated)
    best = max(sorted(backed), key=lambda entry: backed[entry])
    for cell, claims in torn.items():
        prices[cell] = next((claim for claim in claims if _entry(claim) == best), claims[0])
    return prices, not backed[best]


def _is_one(claims: Sequence[PriceClaim]) -> bool:
    """Whether claims are one price, rounded where it is for less: 0.00007167 a second for 0.0043 a minute."""
    return all(policy.same(unit_price(claim), unit_price(claims[0])) for claim in claims[1:])


def _entry(claim: PriceClaim) -> str:
    """The part of a list that a claim stands in: its entry, and the block of it."""
    entry, _, path = claim.key.rpartition(" ")
    return f"{entry} {path.partition('.')[0]}" if "." in path else entry


def _additions(
    by: Mapping[str, Feed], prices: Mapping[PriceKey, PriceClaim], cells: Cells, reach: Mapping[Feed, int]
) -> Iterator[tuple[PriceKey, PriceClaim]]:
    """What a list that agrees adds: further meters, and prices under conditions that the held list cannot state.

    `by` is the list that each meter is held from; of a meter that it does not price a list denies nothing. A step that
    it denies of the prompt is none of what was read from a cache or written to one either.
    """
    stepped = {cell.meter for cell in prices if cell.above}

    def denied(cell: PriceKey) -> bool:
        feed = by.get(cell.meter)
        knows = feed is not None and (not cell.above or reach.get(feed, cell.above) >= cell.above)
        return knows and feed is not None and bool(cell.when or cell.above) and _could_state(feed, cell)

    steps = {
        (cell.when, cell.above)
        for cell in cells
        if cell.meter == INPUT and cell.above and cell not in prices and denied(cell)
    }
    for cell, claims in cells.items():
        conditional = bool(cell.when or cell.above)
        if cell in prices or not claims[0].price or denied(cell) or (cell.when, cell.above) in steps:
            continue
        if cell.above and cell.meter in stepped:  # steps of two lists would reprice requests that neither reprices
            continue
        if not conditional or cell.meter in by or PriceKey(cell.meter, frozenset(), 0) in cells:
            yield cell, claims[0]


def _billed(prices: Mapping[PriceKey, PriceClaim]) -> dict[PriceKey, PriceClaim]:
    """The prices without zeros for meters that the list bills under no condition, if it bills any."""
    paid = {cell.meter for cell, price in prices.items() if price.price}
    return {cell: price for cell, price in prices.items() if not paid or cell.meter in paid or CACHE.match(cell.meter)}


def _could_state(feed: Feed, cell: PriceKey) -> bool:
    said = all(fact in feed.expresses or f"{fact}={value}" in feed.expresses for fact, value in cell.when)
    return said and (not cell.above or ABOVE in feed.expresses)


def _confidence(chosen: Feed, agreeing: Iterable[Feed], differing: Iterable[Feed]) -> str:
    """The confidence of a list by the independent lists that state the same, and those of its time that do not."""
    same = {feed.derived_from or feed.id for feed in (chosen, *agreeing)}
    others = {feed.derived_from or feed.id for feed in differing} - same
    votes, voices = len(same), len(same) + len(others)
    if others:
        return f"{policy.MAJORITY} {votes}/{voices}" if votes * 2 > voices else policy.DISPUTED
    return f"{policy.AGREED} {votes}/{votes}" if votes > 1 else policy.SINGLE


def _decided(said: Mapping[Feed, Cells], decisions: Decisions) -> Iterator[tuple[PriceKey, PriceClaim]]:
    """The prices that decisions hold, as long as they still judge what the feeds state."""
    for cell, decision in decisions.items():
        claims = [(feed.id, claim) for feed in said for claim in said[feed].get(cell, ())]
        voices = policy.voices(claims)
        if decision.held and policy.still_judges(decision, voices):
            yield cell, voices[decision.held]


def _says_only(cells: Cells, prices: Mapping[PriceKey, PriceClaim]) -> bool:
    """True if a list states no price but what is held."""
    shared = [cell for cell in cells if cell in prices]
    return bool(shared) and all(
        any(policy.same(unit_price(claim), unit_price(prices[cell])) for claim in cells[cell]) for cell in shared
    )
