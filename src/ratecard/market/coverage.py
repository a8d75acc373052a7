"""How much a catalog holds: models, offers and price lists by status and confidence, and claims by feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.evidence import PRICE_STATUSES, confidence, price_status, tariff_at
from ratecard.market.policy import AGREED, CURATED, DECIDED, DISPUTED, MAJORITY, SINGLE, WEAKEST_FIRST

#: What each word of confidence means; a price list has that of its least sure price.
CONFIDENCES: Mapping[str, str] = {
    CURATED: "An author read the price at its source and wrote it on the card.",
    AGREED: "Every imported list that states these prices states the same.",
    DECIDED: "Lists differ, and a decision with its reason and source says which one is right.",
    MAJORITY: "Lists differ, more than half of them agree, and what they say is held.",
    SINGLE: "Only one imported list states these prices, so that nothing could be compared.",
    DISPUTED: "Lists differ and no price has more than half of them; the first list in precedence is held.",
}


class Coverage(NamedTuple):
    """The counts of a catalog on a day.

    `statuses` counts offers, `confidences` price lists in force, `claims` what each feed claims of
    prices, `largest` has for each seller its offers and those with a price, the most first.
    """

    models: int
    offers: int
    priced: int
    lists: int
    sellers: int
    statuses: tuple[tuple[str, int], ...]
    confidences: tuple[tuple[str, int], ...]
    claims: Mapping[str, int]
    largest: tuple[tuple[str, int, int], ...]


def coverage(catalog: Catalog, day: date) -> Coverage:
    """What a catalog holds on a day."""
    offers = [offer for card in catalog.cards.values() for offer in card.offers]
    in_force = [(offer, tariff_at(offer, day)) for offer in offers]
    held = [tariff for _, tariff in in_force if tariff is not None]
    sold = Counter(offer.seller for offer in offers)
    priced = Counter(offer.seller for offer, tariff in in_force if tariff is not None)
    statuses = Counter(price_status(tariff) for _, tariff in in_force)
    feeds = {feed.url: feed.id for feed in catalog.feeds.values()}
    lists = [tariff for offer in offers for tariff in offer.tariffs]
    claims = Counter(feeds.get(claim.source.url, "") for tariff in lists for claim in tariff.claims if claim.key)
    return Coverage(
        models=len(catalog.cards),
        offers=len(offers),
        priced=len(held),
        lists=len(lists),
        sellers=len(sold),
        statuses=tuple((status, statuses[status]) for status in reversed(PRICE_STATUSES) if statuses[status]),
        confidences=_surest_first(confidence(tariff) for tariff in held),
        claims={feed.id: claims[feed.id] for feed in catalog.feeds.values()},
        largest=tuple((id, sold[id], priced[id]) for id in sorted(sold, key=lambda seller: (-sold[seller], seller))),
    )


def meaning(confidence: str) -> str:
    """The sentence for a confidence such as `majority 2/3`."""
    return CONFIDENCES[confidence.partition(" ")[0]]


def _surest_first(found: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(found)
    words = sorted(counts, reverse=True)
    return tuple((word, counts[word]) for word in sorted(words, key=_rank, reverse=True))


def _rank(confidence: str) -> int:
    return WEAKEST_FIRST.index(confidence.partition(" ")[0])
