"""Models as rows of tables and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ratecard.core.catalog import event_date, retired
from ratecard.core.records import Card, Offer
from ratecard.site import links
from ratecard.site.edition import Edition, priced_offer, provider_name, seller_name, status_of, tariff_of
from ratecard.site.views import capabilities, collections, prices
from ratecard.site.views.estimate_box import Estimate, one_image
from ratecard.site.views.prices import Headline


class ModelRow(NamedTuple):
    """A model as a row of a list."""

    slug: str
    name: str
    path: str
    provider: str
    provider_path: str
    modality: str
    family: str
    headline: Headline
    one: Estimate | None
    seller: str
    status: str
    capabilities: tuple[str, ...]
    mask: str
    born: str
    retired: str


#: The rows of an edition by slug: a model is in many lists.
_cache: WeakKeyDictionary[Edition, dict[str, ModelRow]] = WeakKeyDictionary()


def model_rows(edition: Edition, cards: Iterable[Card]) -> tuple[ModelRow, ...]:
    """Models by provider and name."""
    found = [model_row(edition, card) for card in cards]
    return tuple(sorted(found, key=row_order))


def seller_rows(edition: Edition, seller: str) -> tuple[ModelRow, ...]:
    """The models one seller sells, at the price of its first offer of each, by provider and name."""
    found = [model_row(edition, card, offer) for card, offer in edition.sold.get(seller, ())]
    return tuple(sorted(found, key=row_order))


def model_row(edition: Edition, card: Card, offer: Offer | None = None) -> ModelRow:
    """A model with the price of an offer, by default the one lists show."""
    if offer:
        return _row(edition, card, offer)
    if edition.catalog.cards.get(card.slug) is not card:  # a draft of it, of which only the caller knows
        return _row(edition, card, priced_offer(edition, card))
    cached = _cache.setdefault(edition, {})
    if card.slug not in cached:
        cached[card.slug] = _row(edition, card, priced_offer(edition, card))
    return cached[card.slug]


def _row(edition: Edition, card: Card, offer: Offer | None) -> ModelRow:
    tariff = tariff_of(edition, offer)
    born = collections.born(card)
    end = event_date(card, "retired") if retired(card, edition.day) else None
    return ModelRow(
        slug=card.slug,
        name=card.name,
        path=links.model(card.slug),
        provider=provider_name(edition, card),
        provider_path=links.provider(card.provider),
        modality=card.modality,
        family=card.family,
        headline=prices.headline(tariff, edition.catalog.vocabulary),
        one=one_image(edition, card, offer),
        seller=seller_name(edition, offer.seller) if offer and tariff else "",
        status=status_of(edition, offer),
        capabilities=capabilities.named(edition, card),
        mask=capabilities.value(card, None, capabilities.MASK),
        born=born.isoformat() if born else "",
        retired=end.isoformat() if end else "",
    )


def newest_rows(edition: Edition, count: int) -> tuple[ModelRow, ...]:
    """The models released or listed last, the newest first."""
    dated = [model_row(edition, card) for card in edition.catalog.cards.values() if collections.born(card)]
    past = [row for row in dated if row.born <= edition.day.isoformat()]
    return tuple(sorted(past, key=lambda row: (row.born, row.slug), reverse=True)[:count])


def row_order(row: ModelRow) -> tuple[str, str, str]:
    """Sort key: by provider and name."""
    return (row.provider.lower(), row.name.lower(), row.slug)
