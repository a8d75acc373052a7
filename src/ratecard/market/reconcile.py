"""Disagreements between price lists, with their size, probable cause and state, and how often lists agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from ratecard.core import decimals, display, lives
from ratecard.core.catalog import Catalog, alone
from ratecard.core.evidence import HeldPrices, unit_price
from ratecard.core.records import NO_CONDITIONS, Card, Claim, Decision, Feed, Offer, Tariff
from ratecard.market import policy
from ratecard.market.policy import PriceKey

#: The meters most lists state; the table of disagreements counts their plain prices.
COMPARED = ("input_tokens", "output_tokens", "cache_read_tokens")

#: The factors of wrong units.
SLIPS = (10, 100, 1_000, 1_000_000)
#: The smallest ratio that is a wrong unit, whatever else differs.
MUCH = Decimal(9)
#: The factors of regional premiums.
PREMIUMS = (Decimal("1.1"), Decimal("1.2"))

CARD = "the card"


class Said(NamedTuple):
    """The claim of one list: its name, the unit price, the day of its data, and its own key and value."""

    who: str
    price: Decimal
    seen: date
    key: str
    value: str


class Dispute(NamedTuple):
    """One price on which lists differ.

    `ratio` is the highest over the lowest price, None if one of them is zero. `state` is curated,
    majority 2/3, superseded, decided, open (with a reason in the ledger) or undecided.
    """

    slug: str
    seller: str
    model_id: str
    cell: PriceKey
    said: tuple[Said, ...]
    held: str
    ratio: Decimal | None
    cause: str
    state: str
    reason: str


class Tally(NamedTuple):
    """The number of plain prices of one meter that two lists share at a seller, and the number that differ."""

    seller: str
    meter: str
    feeds: tuple[str, str]
    shared: int
    differing: int


UNDECIDED = "undecided"
#: Only lists that are much older than the one held say otherwise.
SUPERSEDED = "superseded"
OPEN = "open"


def disputes(catalog: Catalog) -> list[Dispute]:
    """Every disagreement about a price in the newest price lists, the worst first, zeros last."""
    ledger = policy.ledger_of(catalog.decisions.values())
    feeds = {feed.url: feed for feed in catalog.feeds.values()}
    found = [
        dispute for card in _all(catalog) for offer in card.offers for dispute in _of_offer(feeds, card, offer, ledger)
    ]
    return sorted(found, key=_worst_first)


def undecided(found: Iterable[Dispute], over: Decimal) -> list[Dispute]:
    """The disagreements by more than a factor that have no decision or reason."""
    return [dispute for dispute in found if dispute.state == UNDECIDED and (dispute.ratio or decimals.ZERO) > over]


def tallies(catalog: Catalog) -> list[Tally]:
    """For each seller, meter and pair of lists: the plain prices both state, and those that differ.

    Plain prices are those without conditions or threshold, in the newest price list. Lists may differ
    without an error, since their data are of different days.
    """
    feeds = {feed.url: feed.id for feed in catalog.feeds.values()}
    counts: dict[tuple[str, str, tuple[str, str]], list[int]] = {}
    for card in _all(catalog):
        for offer in card.offers:
            cells = _by_cell(offer.tariffs[-1]) if offer.tariffs else {}
            for meter in COMPARED:
                claims = cells.get(PriceKey(meter, NO_CONDITIONS, 0), [])
                prices = {feeds[claim.source.url]: unit_price(claim) for claim in claims if claim.source.url in feeds}
                for one, other in combinations(sorted(prices), 2):
                    count = counts.setdefault((offer.seller, meter, (one, other)), [0, 0])
                    count[0] += 1
                    count[1] += not policy.same(prices[one], prices[other])
    return [Tally(*key, *count) for key, count in sorted(counts.items())]


def _all(catalog: Catalog) -> Iterator[Card]:
    """The cards, and each unplaced offer as one."""
    yield from catalog.cards.values()
    yield from map(alone, catalog.unplaced.values())


def _name(feeds: Mapping[str, Feed], claim: Claim) -> str:
    """The list that states a price, or the page that somebody read it on."""
    feed = feeds.get(claim.source.url)
    return feed.name if feed else lives.who(claim.source)


def _id(feeds: Mapping[str, Feed], claim: Claim) -> str:
    feed = feeds.get(claim.source.url)
    return feed.id if feed else claim.source.url


def _of_offer(feeds: Mapping[str, Feed], card: Card, offer: Offer, ledger: policy.Ledger) -> Iterator[Dispute]:
    if not offer.tariffs:
        return
    tariff = offer.tariffs[-1]
    holds = HeldPrices(tariff)
    for cell, claims in _by_cell(tariff).items():
        said = [
            Said(_name(feeds, claim), unit_price(claim), claim.source.checked, claim.key, claim.value)
            for claim in claims
        ]
        price = holds.of(*cell)
        if price is not None and not tariff.confidence:
            said.insert(0, Said(CARD, price, tariff.sources[0].checked, "", decimals.text(price)))
        prices = {statement.price for statement in said}
        low, high = min(prices), max(prices)
        if policy.same(low, high):
            continue
        decision = policy.decision(ledger, offer.seller, (offer.model_id, *offer.ids), cell)
        state, reason = _state(feeds, tariff, claims, decision)
        ratio = decimals.divide(high, low) if low else None
        held = next((one.who for one in said if one.price == price), "")
        cause = _cause(offer, cell, said, ratio, holds)
        yield Dispute(card.slug, offer.seller, offer.model_id, cell, tuple(said), held, ratio, cause, state, reason)


def _by_cell(tariff: Tariff) -> dict[PriceKey, list[Claim]]:
    """The imported claims of a price list by cell."""
    found: dict[PriceKey, list[Claim]] = {}
    for claim in tariff.claims:
        if claim.key:
            found.setdefault(PriceKey(claim.meter, claim.when, claim.above), []).append(claim)
    return found


def _state(
    feeds: Mapping[str, Feed], tariff: Tariff, claims: Sequence[Claim], decision: Decision | None
) -> tuple[str, str]:
    """The state of a dispute, and the reason for it."""
    if decision is not None:  # it comes up again as soon as a value that it judged changes
        holds = policy.still_judges(decision, policy.voices((_id(feeds, claim), claim) for claim in claims))
        return ((policy.DECIDED if decision.held else OPEN), decision.reason) if holds else (UNDECIDED, "")
    if not tariff.confidence:
        return policy.CURATED, ""
    kind = tariff.confidence.partition(" ")[0]
    return {policy.DISPUTED: UNDECIDED, policy.MAJORITY: tariff.confidence}.get(kind, SUPERSEDED), ""


def _cause(offer: Offer, cell: PriceKey, said: Sequence[Said], ratio: Decimal | None, holds: HeldPrices) -> str:
    """The probable cause of a difference, by its size and by other rates with the same price."""
    if ratio is None:
        return "one list says zero"
    for factor in SLIPS:
        if policy.same(ratio, Decimal(factor)):
            return f"unit slip x{factor}"
    if ratio > MUCH:
        near = min(SLIPS, key=lambda factor: abs((ratio / factor).ln()))
        return f"unit slip near x{near}, and another difference"
    other = _other_condition(cell, said, holds)
    if other:
        return f"other condition: {other}"
    for premium in PREMIUMS:
        if policy.same(ratio, premium):
            return f"other condition: a premium of x{premium} for a place, folded in by one"
    return _stale(offer, cell, said) or "unexplained"


def _other_condition(cell: PriceKey, said: Sequence[Said], holds: HeldPrices) -> str:
    """The conditions of another price of the meter that one list states here."""
    prices = {statement.price for statement in said}
    changes = [NO_CONDITIONS, *(one.when for one in holds.adjustments if cell.meter in (one.meters or (cell.meter,)))]
    for rate in holds.rates:
        for other in (PriceKey(rate[0], rate[1] | when, rate[2]) for when in changes if rate[0] == cell.meter):
            if other != cell and holds.of(*other) in prices:
                above = f"above {display.quantity(other.above)} tokens" if other.above else ""
                return ", ".join(filter(None, (display.conditions(other.when), above))) or "none"
    return ""


def _stale(offer: Offer, cell: PriceKey, said: Sequence[Said]) -> str:
    """The day since which a stated price no longer holds, or the lists with older data."""
    prices = {statement.price for statement in said}
    for earlier, later in zip(offer.tariffs, offer.tariffs[1:], strict=False):
        for rate in earlier.rates:
            if (rate.meter, rate.when, rate.above) == cell and unit_price(rate) in prices:
                return f"stale since {later.effective}"
    newest = max(statement.seen for statement in said)
    current = {statement.price for statement in said if statement.seen == newest}
    older = sorted({statement.who for statement in said if statement.price not in current})
    return f"perhaps stale: {', '.join(older)}" if older and len(current) == 1 else ""


def _worst_first(dispute: Dispute) -> tuple[bool, Decimal, str, str, str, int]:
    ratio, cell = dispute.ratio, dispute.cell
    return ratio is None, -(ratio or decimals.ZERO), dispute.slug, dispute.seller, cell.meter, cell.above


#: The least number of prices that two lists share at a seller for a percentage.
MIN_SHARED = 30

#: The `seller` of the row that sums all sellers.
ALL_SELLERS = ""


class GridRow(NamedTuple):
    """One seller, with a tally for each pair of lists, None if they share too few prices."""

    seller: str
    tallies: tuple[Tally | None, ...]


class Grid(NamedTuple):
    """Agreement on the plain prices of one meter: a row for all sellers, then one for each seller."""

    meter: str
    pairs: tuple[tuple[str, str], ...]
    rows: tuple[GridRow, ...]


def totals(tallies: Iterable[Tally]) -> list[Tally]:
    """Tallies summed over all sellers."""
    sums: dict[tuple[str, tuple[str, str]], list[int]] = {}
    for tally in tallies:
        held = sums.setdefault((tally.meter, tally.feeds), [0, 0])
        held[0] += tally.shared
        held[1] += tally.differing
    ordered = sorted(sums.items(), key=lambda item: (COMPARED.index(item[0][0]), item[0][1]))
    return [Tally(ALL_SELLERS, meter, feeds, *counts) for (meter, feeds), counts in ordered]


def grids(tallies: Sequence[Tally], at_least: int = MIN_SHARED) -> list[Grid]:
    """One grid for each meter; a seller has a row if two lists share at least `at_least` prices there."""
    summed = totals(tallies)
    pairs = tuple(sorted({tally.feeds for tally in summed}))
    found: list[Grid] = []
    for meter in COMPARED:
        by_seller: dict[str, dict[tuple[str, str], Tally]] = {}
        for tally in [*summed, *(tally for tally in tallies if tally.shared >= at_least)]:
            if tally.meter == meter:
                by_seller.setdefault(tally.seller, {})[tally.feeds] = tally
        shared = {seller: sum(tally.shared for tally in held.values()) for seller, held in by_seller.items()}
        sellers = sorted(shared, key=lambda seller: (seller != ALL_SELLERS, -shared[seller], seller))
        rows = tuple(GridRow(seller, tuple(map(by_seller[seller].get, pairs))) for seller in sellers)
        found += [Grid(meter, pairs, rows)] if rows else []
    return found
