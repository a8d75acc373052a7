"""The input of a build of the site, and look-ups that every page uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from ratecard.core import evidence
from ratecard.core.catalog import Catalog
from ratecard.core.records import Capability, CapabilityWord, Card, Offer, Seller, Tariff, Vocabulary
from ratecard.site import links
from ratecard.site.config import SiteConfig
from ratecard.site.views.ranking import Ranking

#: The capabilities listed first; the others follow by name.
LEADING = (
    *("text-to-image", "image-to-image", "edit", "mask", "outpaint", "erase", "relight"),
    *("remove-background", "replace-background", "upscale", "vectorize", "reference-images"),
)

NOTHING_SAID = Capability("unknown")


@dataclass(frozen=True, eq=False)
class Edition:
    """A catalog as of a day, with the settings of the site; it equals only itself, so that it can key a cache."""

    catalog: Catalog
    day: date
    config: SiteConfig
    families: Mapping[str, Sequence[Card]]
    """The models of each family, by the address of its comparison."""
    words: Sequence[CapabilityWord]
    """The capabilities in the order of the pages."""
    topics: Mapping[str, Set[str]]
    """The capabilities that any model declares, by modality."""
    sold: Mapping[str, Sequence[tuple[Card, Offer]]]
    """The models of each seller, by its id, each with the seller's first offer of it that has a price."""
    unplaced: Mapping[str, Sequence[Offer]]
    """The offers of no known model, by the id of their seller."""
    ranking: Ranking | None = None

    @property
    def base(self) -> str:
        """The public address of the site with a slash at its end, or nothing."""
        return f"{self.config.base_url.rstrip('/')}/" if self.config.base_url else ""

    @classmethod
    def of(cls, catalog: Catalog, day: date, config: SiteConfig, ranking: Ranking | None = None) -> Edition:
        """An edition with what its pages look up."""
        catalog = _in_memory(catalog)
        families: dict[str, list[Card]] = {}
        topics: dict[str, set[str]] = {}
        sold: dict[str, list[tuple[Card, Offer]]] = {}
        for _, card in sorted(catalog.cards.items()):
            if card.family:
                families.setdefault(links.family(card.family), []).append(card)
            topics.setdefault(card.modality, set()).update(card.capabilities)
            for offer in card.offers:
                topics[card.modality].update(offer.capabilities)
            for offer in one_a_seller(card, day):
                sold.setdefault(offer.seller, []).append((card, offer))
        unplaced: dict[str, list[Offer]] = {}
        for _, offer in sorted(catalog.unplaced.items()):
            unplaced.setdefault(offer.seller, []).append(offer)
        place = {id: number for number, id in enumerate(LEADING)}
        words = sorted(
            catalog.vocabulary.capabilities.values(),
            key=lambda word: (place.get(word.id, len(place)), word.label.lower(), word.id),
        )
        return cls(catalog, day, config, dict(sorted(families.items())), words, topics, sold, unplaced, ranking)


def _in_memory(catalog: Catalog) -> Catalog:
    """The catalog with its lazy mappings read: pages use all of it, in several processes."""
    words = catalog.vocabulary
    return catalog._replace(
        cards=dict(catalog.cards),
        sellers=dict(catalog.sellers),
        providers=dict(catalog.providers),
        collections=dict(catalog.collections),
        vocabulary=Vocabulary(
            meters=dict(words.meters),
            facts=dict(words.facts),
            capabilities=dict(words.capabilities),
            endpoints=dict(words.endpoints),
            parameters=dict(words.parameters),
            use_cases=dict(words.use_cases),
        ),
        names=dict(catalog.names),
        unplaced=dict(catalog.unplaced),
        feeds=dict(catalog.feeds),
        decisions=dict(catalog.decisions),
    )


def one_a_seller(card: Card, day: date) -> list[Offer]:
    """Each seller's first offer of a card that has a price on a day, else its first."""
    found: dict[str, Offer] = {}
    for offer in card.offers:
        held = found.setdefault(offer.seller, offer)
        if not evidence.tariff_at(held, day):
            found[offer.seller] = offer if evidence.tariff_at(offer, day) else held
    return list(found.values())


def page_offer(edition: Edition, card: Card) -> Offer | None:
    """The offer that a model's page is about: the gateway's, else the first, or None without offers."""
    gateway = (offer for offer in card.offers if offer.seller == edition.config.gateway)
    return next(gateway, card.offers[0] if card.offers else None)


def priced_offer(edition: Edition, card: Card) -> Offer | None:
    """The offer a list shows a price of: the page's, else the first with any, else the page's."""
    first = page_offer(edition, card)
    candidates = ([first] if first else []) + list(card.offers)
    return next((offer for offer in candidates if has_price(edition, offer)), first)


def has_price(edition: Edition, offer: Offer) -> bool:
    """True if a price list of this offer is in force."""
    return tariff_of(edition, offer) is not None


def tariff_of(edition: Edition, offer: Offer | None) -> Tariff | None:
    """The price list in force on the day of the edition."""
    return evidence.tariff_at(offer, edition.day) if offer else None


def status_of(edition: Edition, offer: Offer | None) -> str:
    """The price status of an offer."""
    return evidence.price_status(tariff_of(edition, offer))


def capability_of(card: Card, offer: Offer | None, word: str) -> Capability:
    """A capability at an offer: its own, else the card's, else unknown."""
    said = offer.capabilities.get(word) if offer else None
    return said or card.capabilities.get(word, NOTHING_SAID)


def provider_name(edition: Edition, card: Card) -> str:
    """The name of the maker."""
    provider = edition.catalog.providers.get(card.provider)
    return provider.name if provider else card.provider


def seller_of(edition: Edition, offer: Offer | None) -> Seller | None:
    """The seller of an offer, or None if the catalog has no entry."""
    return edition.catalog.sellers.get(offer.seller) if offer else None


def seller_name(edition: Edition, id: str) -> str:
    """The name of a seller."""
    seller = edition.catalog.sellers.get(id)
    return seller.name if seller else id
