"""The capabilities, limits and modalities of models, from the claims of feeds.

A capability belongs to an offer: sellers of one model accept different parameters. A card holds what the
offers of its own maker state, else what all offers state; an offer holds what differs from its card. A
capability that the seller grants, not the model, is never on a card, since other offers would inherit it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ratecard.core import decimals
from ratecard.core.records import NO, NO_CONDITIONS, UNKNOWN, YES, Capability, Feed, Limits
from ratecard.market.evidence_files import ModelClaim, PriceClaim
from ratecard.market.listings import Listing, source

#: The tiers that a call can ask for; a batch is another way of calling.
TIERS = frozenset({("service_tier", "flex"), ("service_tier", "priority")})

#: The order of modalities on a card.
MODALITIES = ("text", "image", "audio", "video", "pdf", "file", "vector", "score")


def at_offer(listing: Listing) -> dict[str, Capability]:
    """The capabilities of an offer that feeds claim; unknown with a note where they contradict each other.

    Prices are claims too, where no feed states the capability: a price for cached input, or for a tier.
    """
    said: dict[str, dict[str, Feed]] = {}
    for feed, models in listing.models.items():
        for model in models:
            for word, value in model.capabilities.items():
                said.setdefault(word, {}).setdefault(value, feed)
    for feed, prices in listing.prices.items():
        for word in _priced(prices):
            said.setdefault(word, {YES: feed})
    found: dict[str, Capability] = {}
    for word, values in sorted(said.items()):
        if len(values) > 1:
            found[word] = Capability(UNKNOWN, None, f"{values[YES].name} says yes, {values[NO].name} no")
        else:
            ((value, feed),) = values.items()
            found[word] = Capability(value, source(feed))
    return found


def on_card(listings: Iterable[Listing], own: Container[str], by_seller: Container[str]) -> dict[str, Capability]:
    """The capabilities of a model: by the offers of its maker, the sellers in `own`, else by all offers.

    Those that sellers grant, the words in `by_seller`, are left out.
    """
    makers: dict[str, list[Capability]] = {}
    everyones: dict[str, list[Capability]] = {}
    for listing in listings:
        for word, found in at_offer(listing).items():
            everyones.setdefault(word, []).append(found)
            if listing.seller in own:
                makers.setdefault(word, []).append(found)
    return {
        word: _agreed(makers.get(word) or found) for word, found in sorted(everyones.items()) if word not in by_seller
    }


def differing(listing: Listing, card: Mapping[str, Capability]) -> dict[str, Capability]:
    """The capabilities of an offer that differ from its card."""
    found = at_offer(listing)
    return {word: said for word, said in found.items() if word not in card or said.value != card[word].value}


def unspoken(listing: Listing, *spoken: Mapping[str, Capability]) -> dict[str, Capability]:
    """The capabilities of an offer that its author did not write."""
    return {word: said for word, said in at_offer(listing).items() if not any(word in known for known in spoken)}


def limits(listings: Sequence[Listing], own: Container[str]) -> Limits:
    """The limits of a model: those of its maker's offers, else those that most feeds state."""
    makers = _limits(model for listing in listings if listing.seller in own for model in listing.named)
    everyones = _limits(model for listing in listings for model in listing.named)
    return Limits(
        context_tokens=makers.context_tokens or everyones.context_tokens,
        max_output_tokens=makers.max_output_tokens or everyones.max_output_tokens,
    )


def differing_limits(listing: Listing, card: Limits) -> Limits:
    """The limits of an offer that differ from its card."""
    stated = _limits(listing.named)
    return Limits(
        context_tokens=stated.context_tokens if stated.context_tokens != card.context_tokens else None,
        max_output_tokens=stated.max_output_tokens if stated.max_output_tokens != card.max_output_tokens else None,
    )


def completed(limits: Limits, listing: Listing, card: Limits) -> Limits:
    """The limits an author wrote at an offer, completed where neither the offer nor its card has one."""
    stated = _limits(listing.named)
    return limits._replace(
        context_tokens=limits.context_tokens or (None if card.context_tokens else stated.context_tokens),
        max_output_tokens=limits.max_output_tokens or (None if card.max_output_tokens else stated.max_output_tokens),
    )


def modalities(listings: Iterable[Listing], side: str, own: Container[str]) -> tuple[str, ...]:
    """The `inputs` or `outputs` of a model: by its maker's offers, else by at least half of all offers."""
    stated = [(listing.seller in own, {word for model in listing.named for word in getattr(model, side)})
              for listing in listings]  # fmt: skip
    said = [words for _, words in stated if words]
    voices = [words for is_own, words in stated if words and is_own] or said
    counts = Counter(word for words in voices for word in words)
    held = {word for word, count in counts.items() if 2 * count >= len(voices)}
    return (*(word for word in MODALITIES if word in held), *sorted(held - set(MODALITIES)))


def _priced(prices: Sequence[PriceClaim]) -> Iterator[str]:
    """The capabilities that one feed's prices imply."""
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


def _agreed(said: Sequence[Capability]) -> Capability:
    """The capability that all offers state; unknown with a note where they differ."""
    known = [found for found in said if found.value != UNKNOWN]
    counts = Counter(found.value for found in known)
    if len(counts) > 1:
        return Capability(UNKNOWN, None, f"offers differ: {counts[YES]} say yes, {counts[NO]} no")
    return known[0] if known else said[0]


def _limits(models: Iterable[ModelClaim]) -> Limits:
    """The limits that most claims state; the greater of two that equally many state."""
    found = list(models)
    context = Counter(model.context for model in found if model.context)
    output = Counter(model.max_output for model in found if model.max_output)
    return Limits(
        context_tokens=max(context, key=lambda size: (context[size], size), default=None),
        max_output_tokens=max(output, key=lambda size: (output[size], size), default=None),
    )
