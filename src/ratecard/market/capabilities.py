"""What an offer can do and take as feeds state it, where its card's author says nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ratecard.core import decimals
from ratecard.core.records import NO, NO_CONDITIONS, UNKNOWN, YES, Capability, Feed, Limits, Offer
from ratecard.market.evidence_files import ModelClaim, PriceClaim
from ratecard.market.listings import Listing, source

#: What is known of some capabilities.
Known = Mapping[str, Capability]

#: The tiers a call can ask for, beside a batch, which is another way of calling.
TIERS = frozenset({("service_tier", "flex"), ("service_tier", "priority")})


def at_offer(listing: Listing) -> dict[str, Capability]:
    """What feeds say an offer can do; where they contradict each other, unknown with a note.

    Prices tell too, where nobody says it in words: of a lower price for a prompt that is repeated, and of tiers.
    """
    said: dict[str, dict[str, Feed]] = {}
    for feed, models in listing.models.items():
        for model in models:
            for word, value in model.capabilities.items():
                said.setdefault(word, {}).setdefault(value, feed)
    for feed, prices in listing.prices.items():
        for word in _priced(prices):
            said.setdefault(word, {YES: feed})
    return {word: _capability(values) for word, values in sorted(said.items())}


def stated(listing: Listing) -> dict[str, Capability]:
    """What feeds say in words that a maker's own offer can do, as it holds where the maker answers the calls."""
    prices = {"prompt-caching", "service-tiers"}
    return {
        word: said._replace(note="stated of its maker's offer")
        for word, said in at_offer(listing).items()
        if word not in prices and said.value != UNKNOWN
    }


def with_makers(offer: Offer, makers: Known, card: Known) -> Offer:
    """An offer with what its maker states, where neither its seller nor the card says anything."""
    added = {word: said for word, said in makers.items() if word not in offer.capabilities and word not in card}
    return offer._replace(capabilities={**offer.capabilities, **added}) if added else offer


def unspoken(listing: Listing, *spoken: Known) -> dict[str, Capability]:
    """What is said of an offer of which an author says nothing."""
    return {word: said for word, said in at_offer(listing).items() if not any(word in known for known in spoken)}


def differing_limits(listing: Listing, card: Limits) -> Limits:
    """The limits of an offer where they are others than those of its card."""
    stated = _limits(listing.named)
    return Limits(
        context_tokens=stated.context_tokens if stated.context_tokens != card.context_tokens else None,
        max_output_tokens=stated.max_output_tokens if stated.max_output_tokens != card.max_output_tokens else None,
    )


def completed(limits: Limits, listing: Listing, card: Limits) -> Limits:
    """The limits an author wrote at an offer, with those of which neither it nor its card says anything."""
    stated = _limits(listing.named)
    return limits._replace(
        context_tokens=limits.context_tokens or (None if card.context_tokens else stated.context_tokens),
        max_output_tokens=limits.max_output_tokens or (None if card.max_output_tokens else stated.max_output_tokens),
    )


def _priced(prices: Sequence[PriceClaim]) -> Iterator[str]:
    """The capabilities that one feed's prices show."""
    units = {
        price.meter: decimals.divide(price.price, Decimal(price.per))
        for price in prices
        if price.when == NO_CONDITIONS and not price.above
    }
    read, full = units.get("cache_read_tokens"), units.get("input_tokens")
    if read and full and read < full:
        yield "prompt-caching"
    if any(price.when & TIERS and price.price for price in prices):
        yield "service-tiers"


def _capability(values: Mapping[str, Feed]) -> Capability:
    if len(values) > 1:
        return Capability(UNKNOWN, None, f"{values[YES].name} says yes, {values[NO].name} no")
    ((value, feed),) = values.items()
    return Capability(value, source(feed))


def _limits(models: Iterable[ModelClaim]) -> Limits:
    """The limits that most state; of those that equally many state the greater."""
    found = list(models)
    context = Counter(model.context for model in found if model.context)
    output = Counter(model.max_output for model in found if model.max_output)
    return Limits(
        context_tokens=max(context, key=lambda size: (context[size], size), default=None),
        max_output_tokens=max(output, key=lambda size: (output[size], size), default=None),
    )
