"""Makes cards, offers and price lists from the claims of feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

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
from ratecard.market.capabilities import Implied
from ratecard.market.evidence_files import PriceClaim, SellerClaim
from ratecard.market.identity import Identity
from ratecard.market.listings import Listing, rank, source
from ratecard.market.policy import Ledger, PriceKey
from ratecard.pricing.rates import PERIOD

#: A feed and one of its claims.
Voice = tuple[Feed, PriceClaim]

#: The position of each meter in the vocabulary, which is the order of rates in a price list.
Order = Mapping[str, int]


class Rows(NamedTuple):
    """The rows of identity, the decisions, the order of the meters and the capabilities that others imply."""

    identity: Identity
    ledger: Ledger
    order: Order
    implied: Implied


def offer(listing: Listing, rows: Rows) -> Offer:
    """The offer that claims state, with its price lists only."""
    made = tariffs(listing, rows)
    return Offer(listing.seller, listing.model_id, ids=listing.ids, tariffs=made, note=note(listing))


def seller(known: Seller, feed: Feed, claim: SellerClaim) -> Seller:
    """A seller with its missing fields taken from a claim; the fields of its API are taken all or none."""
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
    """An offer with the endpoints of its seller, if a feed says that its model has text input and output."""
    if listing is None or seller is None or offer.endpoints or offer.model_id in seller.apart:
        return offer
    talks = any(
        model.modality == "text" and "text" in model.inputs and "text" in model.outputs for model in listing.named
    )
    return offer._replace(answers=seller.endpoints) if talks else offer


def note(listing: Listing) -> str:
    """The note of an offer that no feed lists any more; empty for any other offer."""
    if not listing.gone:
        return ""
    names = listed([feed.name for feed in listing.gone], "and")
    return f"{DELISTED} {names}, last seen there on {listing.gone[0].seen}"


def tariffs(listing: Listing, rows: Rows) -> tuple[Tariff, ...]:
    """The price lists that claims state, oldest first.

    Feeds that date their prices give the history. The newest list holds the claims of every feed whose
    data are not older than the list; a list in the future holds announced prices.
    """
    days = sorted({price.effective for prices in listing.prices.values() for price in prices}, key=_day)
    newest = max((feed.seen for feed in listing.prices), default=date.min)
    latest = max((day for day in days if _day(day) <= newest), key=_day, default=None)
    made = (_tariff(listing, rows, day, is_latest=day == latest) for day in days)
    return tuple(tariff for tariff in made if tariff.rates)


def in_force(prices: Iterable[PriceClaim], day: date) -> list[PriceClaim]:
    """One feed's claims that hold on a day: the latest of each cell, each distinct price once."""
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
    """A feed's claim as a record of the price list."""
    return Claim(
        price.meter, price.price, source(feed), price.per, price.when, price.above, price.key, price.value
    )  # fmt: skip


def _tariff(listing: Listing, rows: Rows, day: date | None, *, is_latest: bool) -> Tariff:
    """The price list of a day, its rates in the order of the vocabulary."""
    cells: dict[PriceKey, list[Voice]] = {}
    for feed, prices in listing.prices.items():
        if (is_latest and feed.seen >= _day(day)) or any(price.effective for price in prices):
            for price in in_force(prices, feed.seen if is_latest else _day(day)):
                cells.setdefault(_cell(price), []).append((feed, price))
    ordered = sorted(cells, key=lambda cell: (cell.meter, len(cell.when), sorted(cell.when), cell.above))
    decided = (listing.seller, (listing.model_id, *listing.ids))
    verdicts = {cell: _verdict(cells[cell], policy.decision(rows.ledger, *decided, cell)) for cell in ordered}
    thresholds = _thresholds(cells)
    verdicts = {
        cell: found
        for cell, found in verdicts.items()
        if _belongs(cell, found[0], cells, verdicts) and cell.above in thresholds[cell.meter, cell.when]
    }
    verdicts = _billed(verdicts)
    paid = any(price.price for price, _ in verdicts.values())
    why_zero = _why_zero(listing, rows.identity, paid=paid)
    rates = [
        Rate(
            price.meter, price.price, price.per, price.when, price.above, price.minimum,
            "" if price.price else why_zero,
        )
        for price, _ in verdicts.values()
    ]  # fmt: skip
    rates.sort(key=lambda rate: rows.order.get(rate.meter, len(rows.order)))
    unconditional = {rate.meter for rate in rates if not rate.when}
    required = {fact for rate in rates if rate.meter not in unconditional for fact, _ in rate.when}
    feeds = sorted({feed for claims in cells.values() for feed, _ in claims}, key=rank)
    return Tariff(
        sources=tuple(map(source, feeds)),
        rates=tuple(rates),
        effective=day,
        required=tuple(sorted(required)),
        periods=next((dict(model.periods) for model in listing.named if model.periods), {}),
        claims=tuple(claim(feed, price) for claims in cells.values() for feed, price in claims),
        confidence=policy.weakest([confidence for _, confidence in verdicts.values()]),
    )


def _verdict(claims: Sequence[Voice], decision: Decision | None) -> tuple[PriceClaim, str]:
    """The claim that is held in a cell, and its confidence."""
    if len(claims) == 1 and decision is None:
        return claims[0][1], policy.SINGLE  # which the policy says too; most cells have one claim
    voices = policy.voices((feed.id, price) for feed, price in claims)
    prices = {voice: exact_unit(price) for voice, price in voices.items()}
    # A decision holds as long as the feeds state the values that it was made for.
    holds = decision is not None and dict(decision.values) == {voice: price.value for voice, price in voices.items()}
    decided = prices.get(decision.held) if decision and holds else None
    order = [feed.id for feed in sorted({feed for feed, _ in claims}, key=rank)]
    found = policy.verdict(prices, order, decided)
    return voices[found.feed], found.confidence


def _thresholds(cells: Mapping[PriceKey, Sequence[Voice]]) -> dict[tuple[str, Conditions], frozenset[int]]:
    """The long-context thresholds that are held for each meter and conditions.

    Where lists differ about the threshold of the higher price, most lists are followed, else the first in
    rank. A mix of them would reprice requests that no list reprices.
    """
    said: dict[tuple[str, Conditions], dict[Feed, set[int]]] = {}
    for cell, claims in cells.items():
        for feed, _ in claims:
            said.setdefault((cell.meter, cell.when), {}).setdefault(feed, {0}).add(cell.above)
    found: dict[tuple[str, Conditions], frozenset[int]] = {}
    for key, by_feed in said.items():
        stated = [frozenset(by_feed[feed]) for feed in sorted(by_feed, key=rank) if len(by_feed[feed]) > 1]
        found[key] = max(stated, key=stated.count, default=frozenset({0}))
    return found


def _belongs(
    cell: PriceKey,
    price: PriceClaim,
    cells: Mapping[PriceKey, Sequence[Voice]],
    verdicts: Mapping[PriceKey, tuple[PriceClaim, str]],
) -> bool:
    """Whether a price may be held: the price of a period only together with the plain price of its list.

    Otherwise a list with peak prices and one with off-peak prices could be mixed.
    """
    plain = cell._replace(when=frozenset(pair for pair in cell.when if pair[0] != PERIOD))
    if plain == cell or plain not in verdicts:
        return True
    held = exact_unit(verdicts[plain][0])
    feeds = {feed for feed, other in cells[cell] if other == price}
    return any(feed in feeds and policy.same(exact_unit(other), held) for feed, other in cells[plain])


def _billed(verdicts: Mapping[PriceKey, tuple[PriceClaim, str]]) -> dict[PriceKey, tuple[PriceClaim, str]]:
    """The prices without zeros for meters that a list bills under no condition, if it bills any.

    An image model at $0 a token does not answer tokens for nothing: it does not bill them. Only a zero for a repeated
    prompt stands, as a part of the price of the prompt.
    """
    paid = {cell.meter for cell, (price, _) in verdicts.items() if price.price}
    return {
        cell: found
        for cell, found in verdicts.items()
        if not paid or cell.meter in paid or cell.meter.startswith(("cache_read_", "cache_write_"))
    }


def _why_zero(listing: Listing, rows: Identity, *, paid: bool) -> str:
    """The reason for a price of zero: free by its id, included in a subscription or a paid list, or unverified."""
    if listing.model_id.endswith(rows.free):
        return "free"
    return "included" if paid or listing.seller in rows.subscriptions else "unverified"


def _cell(price: PriceClaim) -> PriceKey:
    return PriceKey(price.meter, price.when, price.above)


def _day(day: date | None) -> date:
    return day or date.min
