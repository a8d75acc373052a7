"""Cards, offers and price lists made of what feeds claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from ratecard.core import decimals
from ratecard.core.errors import listed
from ratecard.core.evidence import DELISTED
from ratecard.core.records import (
    Claim,
    Conditions,
    Decision,
    Feed,
    Offer,
    Rate,
    Rule,
    Seller,
    Tariff,
)
from ratecard.market import policy
from ratecard.market.evidence_files import PriceClaim, SellerClaim
from ratecard.market.identity import Identity
from ratecard.market.listings import Listing, rank, source
from ratecard.market.policy import PriceKey
from ratecard.pricing.rates import PERIOD

#: A feed, and one thing it claims.
Voice = tuple[Feed, PriceClaim]

#: Where each meter stands in the vocabulary: the order in which a price list is read.
Order = Mapping[str, int]

#: Decisions by seller, model id in lower case, and cell.
Ledger = Mapping[tuple[str, str, PriceKey], Decision]


def offer(listing: Listing, rows: Identity, ledger: Ledger, order: Order) -> Offer:
    """The offer that claims make up, with nothing but its price lists."""
    return Offer(listing.seller, listing.model_id, tariffs=tariffs(listing, rows, ledger, order), note=note(listing))


def seller(known: Seller, feed: Feed, claim: SellerClaim) -> Seller:
    """A seller with what a feed says of it where nothing is said yet; how it is called is taken whole or not at all."""
    named = known._replace(name=known.name or claim.name, url=known.url or claim.url)
    if not claim.endpoints or known.endpoints or known.base_url not in ("", claim.base_url):
        return named
    says = f"Its calls have the form of OpenAI's: {feed.name} reaches it with the package {claim.value}"
    return named._replace(
        base_url=claim.base_url,
        key_variable=known.key_variable or claim.key_variable,
        endpoints=claim.endpoints,
        apart=claim.apart,
        rules=(*known.rules, Rule("calls", says, source(feed))),
    )


def answering(offer: Offer, listing: Listing | None, seller: Seller | None) -> Offer:
    """An offer with the calls of its seller, where a feed says that its model takes in and puts out text."""
    if listing is None or seller is None or offer.endpoints or offer.model_id in seller.apart:
        return offer
    talks = any(
        model.modality == "text" and "text" in model.inputs and "text" in model.outputs for model in listing.named
    )
    return offer._replace(answers=seller.endpoints) if talks else offer


def note(listing: Listing) -> str:
    """What must be known of an offer that no feed lists any more; nothing of any other."""
    if not listing.gone:
        return ""
    names = listed([feed.name for feed in listing.gone], "and")
    return f"{DELISTED} {names}, last seen there on {listing.gone[0].seen}"


def tariffs(listing: Listing, rows: Identity, ledger: Ledger, order: Order) -> tuple[Tariff, ...]:
    """The price lists that claims make up, oldest first.

    Feeds that date their prices give the history. The newest list holds what every feed claims whose
    data are not older than it; a list that lies ahead holds what is announced.
    """
    days = sorted({price.effective for prices in listing.prices.values() for price in prices}, key=_day)
    newest = max((feed.seen for feed in listing.prices), default=date.min)
    latest = max((day for day in days if _day(day) <= newest), key=_day, default=None)
    made = (_tariff(listing, rows, ledger, day, is_latest=day == latest) for day in days)
    return tuple(_ordered(tariff, order) for tariff in made if tariff.rates)


def ledger_of(decisions: Iterable[Decision]) -> Ledger:
    """Decisions by what they are about."""
    return {
        (decision.seller, decision.model_id.lower(), PriceKey(decision.meter, decision.when, decision.above)): decision
        for decision in decisions
    }


def applies(decision: Decision, values: Mapping[str, str]) -> bool:
    """Whether a decision still stands: what the feeds write is what it judged."""
    return dict(decision.values) == dict(values)


def in_force(prices: Iterable[PriceClaim], day: date) -> list[PriceClaim]:
    """Of one feed's claims those that hold on a day: the latest of each cell, once each price it states."""
    held: dict[PriceKey, list[PriceClaim]] = {}
    for price in sorted(prices, key=lambda price: _day(price.effective)):
        if _day(price.effective) <= day:
            others = [other for other in held.get(_cell(price), []) if other.effective == price.effective]
            known = any(exact_unit(other) == exact_unit(price) for other in others)
            held[_cell(price)] = others if known else [*others, price]
    return [price for found in held.values() for price in found]


def exact_unit(price: PriceClaim) -> Decimal:
    """The price of a single unit."""
    return decimals.divide(price.price, Decimal(price.per))


def claim(feed: Feed, price: PriceClaim) -> Claim:
    """A feed's claim as a card shows it."""
    return Claim(
        price.meter, price.price, source(feed), price.per, price.when, price.above, price.key, price.value
    )  # fmt: skip


def _tariff(listing: Listing, rows: Identity, ledger: Ledger, day: date | None, *, is_latest: bool) -> Tariff:
    cells: dict[PriceKey, list[Voice]] = {}
    for feed, prices in listing.prices.items():
        if (is_latest and feed.seen >= _day(day)) or _dates(prices):
            for price in in_force(prices, feed.seen if is_latest else _day(day)):
                cells.setdefault(_cell(price), []).append((feed, price))
    decided = {cell: ledger.get((listing.seller, listing.model_id.lower(), cell)) for cell in cells}
    verdicts = {cell: _verdict(claims, decided[cell]) for cell, claims in sorted(cells.items(), key=_cell_order)}
    thresholds = _thresholds(cells)
    verdicts = {
        cell: found
        for cell, found in verdicts.items()
        if _belongs(cell, found[0], cells, verdicts) and cell.above in thresholds[cell.meter, cell.when]
    }
    paid = any(price.price for price, _ in verdicts.values())
    rates = tuple(_rate(price, listing, rows, paid=paid) for price, _ in verdicts.values())
    feeds = sorted({feed for claims in cells.values() for feed, _ in claims}, key=rank)
    return Tariff(
        sources=tuple(map(source, feeds)),
        rates=rates,
        effective=day,
        required=_required(rates),
        periods=_periods(listing),
        claims=tuple(claim(feed, price) for claims in cells.values() for feed, price in claims),
        confidence=policy.weakest([confidence for _, confidence in verdicts.values()]),
    )


def _ordered(tariff: Tariff, order: Order) -> Tariff:
    """A price list with its rates in the order of the vocabulary: what every call is charged for comes first."""
    rates = sorted(tariff.rates, key=lambda rate: order.get(rate.meter, len(order)))
    return tariff._replace(rates=tuple(rates))


def _verdict(claims: Sequence[Voice], decision: Decision | None) -> tuple[PriceClaim, str]:
    """The claim that is held in a cell, and how sure that is."""
    voices = policy.voices((feed.id, price) for feed, price in claims)
    prices = {voice: exact_unit(price) for voice, price in voices.items()}
    judged = decision is not None and applies(decision, {voice: price.value for voice, price in voices.items()})
    decided = prices.get(decision.held) if decision and judged else None
    order = [feed.id for feed in sorted({feed for feed, _ in claims}, key=rank)]
    found = policy.verdict(prices, order, decided)
    return voices[found.feed], found.confidence


def _thresholds(cells: Mapping[PriceKey, Sequence[Voice]]) -> dict[tuple[str, Conditions], frozenset[int]]:
    """The long-context thresholds that are held for each meter and conditions.

    Lists that set them apart disagree about where the higher price begins: most lists are followed,
    else the first in rank. Mixing them would reprice requests that no list reprices.
    """
    said: dict[tuple[str, Conditions], dict[Feed, set[int]]] = {}
    for cell, claims in cells.items():
        for feed, _ in claims:
            said.setdefault((cell.meter, cell.when), {}).setdefault(feed, {0}).add(cell.above)
    return {key: _most(by_feed) for key, by_feed in said.items()}


def _most(by_feed: Mapping[Feed, set[int]]) -> frozenset[int]:
    stated = [frozenset(by_feed[feed]) for feed in sorted(by_feed, key=rank) if len(by_feed[feed]) > 1]
    return max(stated, key=stated.count, default=frozenset({0}))


def _belongs(
    cell: PriceKey,
    price: PriceClaim,
    cells: Mapping[PriceKey, Sequence[Voice]],
    verdicts: Mapping[PriceKey, tuple[PriceClaim, str]],
) -> bool:
    """Whether a price may be held: one for a part of the week only beside the plain price it belongs to.

    A list that is peak by day and one that is off-peak by default would otherwise be mixed.
    """
    plain = cell._replace(when=frozenset(pair for pair in cell.when if pair[0] != PERIOD))
    if plain == cell or plain not in verdicts:
        return True
    held = exact_unit(verdicts[plain][0])
    feeds = {feed for feed, other in cells[cell] if other == price}
    return any(feed in feeds and policy.same(exact_unit(other), held) for feed, other in cells[plain])


def _rate(price: PriceClaim, listing: Listing, rows: Identity, *, paid: bool) -> Rate:
    zero = "" if price.price else _zero(listing, rows, paid=paid)
    return Rate(price.meter, price.price, price.per, price.when, price.above, price.minimum, zero)


def _zero(listing: Listing, rows: Identity, *, paid: bool) -> str:
    """Why a claimed zero is one: stated by the id, part of a subscription or of a paid list, or nobody knows."""
    if listing.model_id.endswith(rows.free):
        return "free"
    return "included" if paid or listing.seller in rows.subscriptions else "unverified"


def _required(rates: Sequence[Rate]) -> tuple[str, ...]:
    """The facts without which some meter has no rate."""
    plain = {rate.meter for rate in rates if not rate.when}
    return tuple(sorted({fact for rate in rates if rate.meter not in plain for fact, _ in rate.when}))


def _periods(listing: Listing) -> dict[str, tuple[str, ...]]:
    for found in listing.models.values():
        for model in found:
            if model.periods:
                return dict(model.periods)
    return {}


def _dates(prices: Iterable[PriceClaim]) -> bool:
    return any(price.effective for price in prices)


def _cell(price: PriceClaim) -> PriceKey:
    return PriceKey(price.meter, price.when, price.above)


def _cell_order(item: tuple[PriceKey, object]) -> tuple[str, int, list[tuple[str, str]], int]:
    cell = item[0]
    return cell.meter, len(cell.when), sorted(cell.when), cell.above


def _day(day: date | None) -> date:
    return day or date.min
