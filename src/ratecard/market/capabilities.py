"""What an offer can do and take as feeds state it, where its card's author says nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ratecard.core.evidence import unit_price
from ratecard.core.records import NO, NO_CONDITIONS, UNKNOWN, YES, Capability, Feed, Limits, Offer, Seller
from ratecard.market.evidence_files import ModelClaim, PriceClaim
from ratecard.market.listings import Listing, source

#: Capabilities that come with another, by the one that they come with.
Implied = Mapping[str, str]

#: Limits from here on that are nothing but nines stand for unknown ones; 9,999 may be one.
FILLER = 999_999

#: The tiers that a call can ask for; a batch is another way of calling.
TIERS = frozenset({("service_tier", "flex"), ("service_tier", "priority")})


def at_offer(listing: Listing, implied: Implied) -> dict[str, Capability]:
    """The capabilities of an offer that feeds claim; unknown with a note where they contradict each other.

    Prices are claims too, where no feed states the capability: a price for cached input, or for a tier. What a
    capability implies comes with it, with the rule as a note.
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
    for word, by in implied.items():
        if word not in found and by in found and found[by].value == YES:
            found[word] = found[by]._replace(note=f"follows from {by}")
    return found


def stated(listing: Listing, implied: Implied) -> dict[str, Capability]:
    """What feeds say in words that a maker's own offer can do, as it holds where the maker answers the calls."""
    prices = {"prompt-caching", "service-tiers"}
    return {
        word: said._replace(note="; ".join(filter(None, ("stated of its maker's offer", said.note))))
        for word, said in at_offer(listing, implied).items()
        if word not in prices and said.value != UNKNOWN
    }


def with_makers(offer: Offer, makers: Mapping[str, Capability], card: Mapping[str, Capability]) -> Offer:
    """An offer with what its maker states, where neither its seller nor the card says anything."""
    added = {word: said for word, said in makers.items() if word not in offer.capabilities and word not in card}
    return offer._replace(capabilities={**offer.capabilities, **added}) if added else offer


def of_calls(seller: Seller | None, modality: str, ids: Iterable[str]) -> dict[str, Capability]:
    """What a seller's reference states of its calls to a model that has these ids there."""
    if seller is None:
        return {}
    spelled = {id.lower() for id in ids}
    general: dict[str, Capability] = {}
    exact: dict[str, Capability] = {}
    for said in seller.capabilities:
        entry = Capability(said.value, said.source, said.note)
        if said.modality == modality:
            general[said.capability] = entry
        elif not spelled.isdisjoint(map(str.lower, said.models)):
            exact[said.capability] = entry
    return {**general, **exact}


def unspoken(listing: Listing, implied: Implied, *spoken: Mapping[str, Capability]) -> dict[str, Capability]:
    """The capabilities of an offer that its author did not write."""
    said = at_offer(listing, implied)
    return {word: found for word, found in said.items() if not any(word in known for known in spoken)}


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


def _priced(prices: Sequence[PriceClaim]) -> Iterator[str]:
    """The capabilities that one feed's prices imply."""
    units = {price.meter: unit_price(price) for price in prices if price.when == NO_CONDITIONS and not price.above}
    read, full = units.get("cache_read_tokens"), units.get("input_tokens")
    if read and full and read < full:
        yield "prompt-caching"
    if any(price.when & TIERS and price.price for price in prices):
        yield "service-tiers"


def is_filler(limit: int) -> bool:
    """Whether a limit stands for one that a list does not know: a number of nothing but nines, such as 99,999,999."""
    return limit >= FILLER and set(str(limit)) == {"9"}


def _limits(models: Iterable[ModelClaim]) -> Limits:
    """The limits that most claims state; the greater of two that equally many state."""
    found = list(models)
    context = Counter(model.context for model in found if model.context and not is_filler(model.context))
    output = Counter(model.max_output for model in found if model.max_output and not is_filler(model.max_output))
    return Limits(
        context_tokens=max(context, key=lambda size: (context[size], size), default=None),
        max_output_tokens=max(output, key=lambda size: (output[size], size), default=None),
    )
