"""The size of a catalog: models, offers and price lists by status and confidence, and claims by feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard.cards.layout import EVIDENCE
from ratecard.core.catalog import Catalog
from ratecard.core.evidence import (
    BETA,
    FREE,
    KNOWN,
    PARTIAL,
    PRICE_STATUSES,
    STALE,
    SUBSCRIPTION,
    UNDATED,
    UNPRICED,
    UNVERIFIED,
    confidence,
    price_status,
    tariff_at,
)
from ratecard.core.evidence import DISPUTED as DISPUTED_PRICE
from ratecard.core.evidence import SINGLE as SINGLE_LIST
from ratecard.core.records import Feed
from ratecard.market import evidence_files
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


class ListCoverage(NamedTuple):
    """What became of a list at its last import.

    `quarantine` is the percentage of its values that were not taken, `offers` counts those that it lists and `joined`
    those of them that a card claims.
    """

    feed: Feed
    sellers: int
    prices: int
    quarantine: float
    offers: int
    joined: int


def lists(catalog: Catalog, root: Path) -> list[ListCoverage]:
    """What became of each list that was imported, in the order of precedence."""
    claimed = {
        (offer.seller, id.lower())
        for card in catalog.cards.values()
        for offer in card.offers
        for id in (offer.model_id, *offer.ids)
    }
    found: list[ListCoverage] = []
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        folder = root / EVIDENCE / feed.id
        sellers = evidence_files.sellers(root, feed.id)
        if not sellers:
            continue
        prices = sum(_lines(file) for file in folder.glob(f"*{evidence_files.PRICES}"))
        refused = _lines(folder / evidence_files.QUARANTINE)
        offers = {
            (seller, model.model_id.lower())
            for seller in sellers
            for model in evidence_files.models(folder / f"{seller}{evidence_files.MODELS}")
        }
        share = 100 * refused / (prices + refused) if prices else 0.0
        found.append(ListCoverage(feed, len(sellers), prices, share, len(offers), len(offers & claimed)))
    return found


def _lines(file: Path) -> int:
    """The lines of a file below its heading."""
    return file.read_bytes().count(b"\n") - 1 if file.is_file() else 0


#: The meaning of each status of a price.
STATUSES: Mapping[str, str] = {
    KNOWN: "The seller states it, or two lists do that are independent of each other.",
    SINGLE_LIST: "One list that is not the seller's own states it.",
    STALE: "Nobody has read it in the 90 days before the newest reading.",
    UNDATED: "What was paid on that day is not known; this is the first price that is. Only of former days.",
    DISPUTED_PRICE: "Lists of one time differ, the list contradicts itself, or it is more than eight times off.",
    UNVERIFIED: "A zero that nobody has confirmed; `cost` prints no total without `--allow-unverified`.",
    SUBSCRIPTION: "Part of a plan that is paid by the month or in advance.",
    BETA: "The seller takes nothing while it is in beta.",
    FREE: "A zero that its seller calls so.",
    PARTIAL: "The seller also charges for something at a price that is not known.",
    UNPRICED: "No list states a price.",
}


def statuses(catalog: Catalog, day: date) -> list[tuple[str, str, int]]:
    """Each status of a price, its meaning, and how many offers have such a price on a day."""
    counts = Counter(price_status(tariff_at(offer, day)) for card in catalog.cards.values() for offer in card.offers)
    return [(status, means, counts[status]) for status, means in STATUSES.items()]


def meaning(confidence: str) -> str:
    """The sentence for a confidence such as `majority 2/3`."""
    return CONFIDENCES[confidence.partition(" ")[0]]


def _strength(confidence: str) -> tuple[int, str]:
    return WEAKEST_FIRST.index(confidence.partition(" ")[0]), confidence
