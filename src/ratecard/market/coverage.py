"""The size of a catalog: models, offers and price lists by status and confidence, and claims by feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.evidence import PRICE_STATUSES, confidence, price_status, tariff_at
from ratecard.market.policy import AGREED, CURATED, DECIDED, DISPUTED, MAJORITY, SINGLE, WEAKEST_FIRST

#: The meaning of each word of confidence; a price list has one.
CONFIDENCES: Mapping[str, str] = {
    CURATED: "An author read the price at its source and wrote it on the card.",
    AGREED: "Independent lists state the same plain prices, and none of their time states others.",
    DECIDED: "Lists differ, and a decision with its reason and source says which one is right.",
    MAJORITY: "Lists of one time differ, and more than half of them state what is held.",
    SINGLE: "One list states these prices, and no other of its time, or newer, states any.",
    DISPUTED: "Lists of one time differ, the list contradicts itself, or its prices are far off what others ask.",
}


class Coverage(NamedTuple):
    """The counts of a catalog on a day.

    `statuses` counts offers, `confidences` price lists in force and `claims` each feed's prices; `largest`
    has each seller's offers and its offers with a price, the largest first.
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
    """The counts of a catalog on a day."""
    offers = [offer for card in catalog.cards.values() for offer in card.offers]
    in_force = [(offer, tariff_at(offer, day)) for offer in offers]
    held = [tariff for _, tariff in in_force if tariff is not None]
    sold = Counter(offer.seller for offer in offers)
    priced = Counter(offer.seller for offer, tariff in in_force if tariff is not None)
    statuses = Counter(price_status(tariff) for _, tariff in in_force)
    confidences = Counter(map(confidence, held))
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
        confidences=tuple((word, confidences[word]) for word in sorted(confidences, key=_strength, reverse=True)),
        claims={feed.id: claims[feed.id] for feed in catalog.feeds.values()},
        largest=tuple((id, sold[id], priced[id]) for id in sorted(sold, key=lambda seller: (-sold[seller], seller))),
    )


def meaning(confidence: str) -> str:
    """The sentence for a confidence such as `majority 2/3`."""
    return CONFIDENCES[confidence.partition(" ")[0]]


def _strength(confidence: str) -> tuple[int, str]:
    return WEAKEST_FIRST.index(confidence.partition(" ")[0]), confidence
