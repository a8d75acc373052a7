"""Disagreements between price lists: by how much, the probable cause and the state; how often lists agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from ratecard.core import decimals, display
from ratecard.core.catalog import Catalog
from ratecard.core.evidence import unit_price
from ratecard.core.records import NO_CONDITIONS, Card, Claim, Decision, Feed, Offer, Rate, Tariff
from ratecard.market import policy
from ratecard.market.policy import PriceKey

#: The meters most lists state; the table of disagreements counts their plain prices.
COMPARED = ("input_tokens", "output_tokens", "cache_read_tokens")

#: Factors that a wrong unit makes, and those that a premium for a place makes.
SLIPS = (10, 100, 1_000, 1_000_000)
#: A ratio beyond this is a wrong unit, whatever else it is.
MUCH = Decimal(9)
PREMIUMS = (Decimal("1.1"), Decimal("1.2"))

CARD = "the card"


class Said(NamedTuple):
    """What one list says: its name, the price for one unit, the day its data are of, and how it stands there."""

    who: str
    price: Decimal
    seen: date
    key: str
    value: str


class Dispute(NamedTuple):
    """One price that lists tell differently.

    `ratio` is the highest over the lowest price, None where one of them is zero. `state` is how the
    matter stands: curated, majority 2/3, decided, open (with a reason in the ledger) or undecided.
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
    """How many plain prices of one meter two lists share at a seller, and how many differ."""

    seller: str
    meter: str
    feeds: tuple[str, str]
    shared: int
    differing: int


UNDECIDED = "undecided"
OPEN = "open"


def disputes(catalog: Catalog) -> list[Dispute]:
    """Every disagreement about a price in the newest price lists, the worst first, zeros last."""
    ledger = {
        (decision.seller, decision.model_id.lower(), PriceKey(decision.meter, decision.when, decision.above)): decision
        for decision in catalog.decisions.values()
    }
    found = [
        dispute
        for card in catalog.cards.values()
        for offer in card.offers
        for dispute in _of_offer(catalog, card, offer, ledger)
    ]
    return sorted(found, key=_worst_first)


def undecided(found: Iterable[Dispute], over: Decimal) -> list[Dispute]:
    """The disagreements that nobody settled or noted, by more than a factor."""
    return [dispute for dispute in found if dispute.state == UNDECIDED and (dispute.ratio or decimals.ZERO) > over]


def tallies(catalog: Catalog) -> list[Tally]:
    """For each seller, meter and pair of lists: the plain prices both state, and those that differ.

    Plain prices are those without conditions or threshold, in the newest price list. That two lists
    differ does not say that one is wrong: their data are of different days.
    """
    counts: dict[tuple[str, str, tuple[str, str]], list[int]] = {}
    for card in catalog.cards.values():
        for offer in card.offers:
            for meter, prices in _plain_prices(catalog, offer):
                for one, other in combinations(sorted(prices), 2):
                    count = counts.setdefault((offer.seller, meter, (one, other)), [0, 0])
                    count[0] += 1
                    count[1] += not policy.same(prices[one], prices[other])
    return [Tally(*key, *count) for key, count in sorted(counts.items())]


def _of_offer(
    catalog: Catalog, card: Card, offer: Offer, ledger: Mapping[tuple[str, str, PriceKey], Decision]
) -> Iterator[Dispute]:
    tariff = _newest(offer)
    if tariff is None:
        return
    rates = {PriceKey(rate.meter, rate.when, rate.above): rate for rate in tariff.rates}
    for cell, claims in _by_cell(tariff).items():
        said = _said(catalog, tariff, claims, rates.get(cell))
        prices = {statement.price for statement in said}
        low, high = min(prices), max(prices)
        if policy.same(low, high):
            continue
        decision = ledger.get((offer.seller, offer.model_id.lower(), cell))
        state, reason = _state(catalog, tariff, claims, decision)
        ratio = decimals.divide(high, low) if low else None
        held = next((one.who for one in said if cell in rates and one.price == unit_price(rates[cell])), "")
        cause = _cause(offer, cell, said, ratio, rates)
        yield Dispute(card.slug, offer.seller, offer.model_id, cell, said, held, ratio, cause, state, reason)


def _newest(offer: Offer) -> Tariff | None:
    return offer.tariffs[-1] if offer.tariffs else None


def _by_cell(tariff: Tariff) -> dict[PriceKey, list[Claim]]:
    """The imported claims of a price list by what they are of."""
    found: dict[PriceKey, list[Claim]] = {}
    for claim in tariff.claims:
        if claim.key:
            found.setdefault(PriceKey(claim.meter, claim.when, claim.above), []).append(claim)
    return found


def _said(catalog: Catalog, tariff: Tariff, claims: Sequence[Claim], rate: Rate | None) -> tuple[Said, ...]:
    own = []
    if not tariff.confidence and rate is not None:
        own = [Said(CARD, unit_price(rate), tariff.sources[0].checked, "", decimals.text(rate.price))]
    feeds = _feeds(catalog)
    return tuple(
        own
        + [
            Said(feeds[claim.source.url].name, unit_price(claim), claim.source.checked, claim.key, claim.value)
            for claim in claims
        ]
    )


def _feeds(catalog: Catalog) -> dict[str, Feed]:
    return {feed.url: feed for feed in catalog.feeds.values()}


def _state(catalog: Catalog, tariff: Tariff, claims: Sequence[Claim], decision: Decision | None) -> tuple[str, str]:
    feeds = _feeds(catalog)
    voices = policy.voices((feeds[claim.source.url].id, claim) for claim in claims)
    values = {voice: claim.value for voice, claim in voices.items()}
    if decision is not None and dict(decision.values) == values:
        return (policy.DECIDED if decision.held else OPEN), decision.reason
    if not tariff.confidence:
        return policy.CURATED, ""
    prices = {voice: unit_price(claim) for voice, claim in voices.items()}
    order = [feed.id for feed in sorted(feeds.values(), key=lambda feed: feed.rank)]
    confidence = policy.verdict(prices, order).confidence
    return (UNDECIDED if confidence == policy.DISPUTED else confidence), ""


def _cause(
    offer: Offer, cell: PriceKey, said: Sequence[Said], ratio: Decimal | None, rates: Mapping[PriceKey, Rate]
) -> str:
    """What probably made the difference, by its size and by where else the price stands."""
    if ratio is None:
        return "one list says zero"
    for factor in SLIPS:
        if policy.same(ratio, Decimal(factor)):
            return f"unit slip x{factor}"
    if ratio > MUCH:
        near = min(SLIPS, key=lambda factor: abs((ratio / factor).ln()))
        return f"unit slip near x{near}, and another difference"
    other = _other_condition(cell, said, rates)
    if other:
        return f"other condition: {other}"
    for premium in PREMIUMS:
        if policy.same(ratio, premium):
            return f"other condition: a premium of x{premium} for a place, folded in by one"
    stale = _stale(offer, cell, said)
    return stale or "unexplained"


def _other_condition(cell: PriceKey, said: Sequence[Said], rates: Mapping[PriceKey, Rate]) -> str:
    """The conditions under which the same meter has the price that one list gives without them."""
    prices = {statement.price for statement in said}
    for other, rate in rates.items():
        if other.meter == cell.meter and other != cell and unit_price(rate) in prices:
            above = f"above {display.quantity(other.above)} tokens" if other.above else ""
            return ", ".join(filter(None, (display.conditions(other.when), above))) or "none"
    return ""


def _stale(offer: Offer, cell: PriceKey, said: Sequence[Said]) -> str:
    """Since when a price that a list still gives no longer holds, or which lists are the older ones."""
    prices = {statement.price for statement in said}
    for earlier, later in zip(offer.tariffs, offer.tariffs[1:], strict=False):
        for rate in earlier.rates:
            if (rate.meter, rate.when, rate.above) == cell and unit_price(rate) in prices:
                return f"stale since {later.effective}"
    newest = max(statement.seen for statement in said)
    current = {statement.price for statement in said if statement.seen == newest}
    older = sorted({statement.who for statement in said if statement.price not in current})
    return f"perhaps stale: {', '.join(older)}" if older and len(current) == 1 else ""


def _plain_prices(catalog: Catalog, offer: Offer) -> Iterator[tuple[str, dict[str, Decimal]]]:
    tariff, feeds = _newest(offer), _feeds(catalog)
    for meter in COMPARED:
        claims = _by_cell(tariff).get(PriceKey(meter, NO_CONDITIONS, 0), []) if tariff else []
        yield meter, {feeds[claim.source.url].id: unit_price(claim) for claim in claims}


def _worst_first(dispute: Dispute) -> tuple[bool, Decimal, str, str, str, int]:
    cell = dispute.cell
    return (
        dispute.ratio is None,
        -(dispute.ratio or decimals.ZERO),
        dispute.slug,
        dispute.seller,
        cell.meter,
        cell.above,
    )


#: Minimum number of prices two lists share at a seller for a percentage to mean something.
MIN_SHARED = 20

#: The `seller` of the row that sums all sellers.
ALL_SELLERS = ""


class GridRow(NamedTuple):
    """One seller, with a tally for each pair of lists, or None where they share too few prices."""

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
    enough = [tally for tally in tallies if tally.shared >= at_least]
    return [
        Grid(meter, pairs, (_grid_row(ALL_SELLERS, meter, pairs, summed), *_grid_rows(meter, pairs, enough)))
        for meter in COMPARED
        if any(tally.meter == meter for tally in summed)
    ]


def _grid_rows(meter: str, pairs: Sequence[tuple[str, str]], tallies: Sequence[Tally]) -> list[GridRow]:
    shared: dict[str, int] = {}
    for tally in tallies:
        if tally.meter == meter:
            shared[tally.seller] = shared.get(tally.seller, 0) + tally.shared
    sellers = sorted(shared, key=lambda seller: (-shared[seller], seller))
    return [_grid_row(seller, meter, pairs, tallies) for seller in sellers]


def _grid_row(seller: str, meter: str, pairs: Sequence[tuple[str, str]], tallies: Iterable[Tally]) -> GridRow:
    found = {tally.feeds: tally for tally in tallies if (tally.seller, tally.meter) == (seller, meter)}
    return GridRow(seller, tuple(found.get(pair) for pair in pairs))
