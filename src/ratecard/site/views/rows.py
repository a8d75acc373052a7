"""Models as one line each, for tables and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ratecard.core.catalog import event_date, retired
from ratecard.core.records import Card, Offer
from ratecard.site import edition as editions
from ratecard.site import links
from ratecard.site.edition import Edition
from ratecard.site.views import capabilities, collections, estimates, prices
from ratecard.site.views.estimates import Estimate
from ratecard.site.views.prices import Headline


class Row(NamedTuple):
    """What a list says of a model."""

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


def rows(edition: Edition, cards: Iterable[Card]) -> tuple[Row, ...]:
    """Models by provider and name."""
    found = [row(edition, card) for card in cards]
    return tuple(sorted(found, key=order))


def rows_at(edition: Edition, seller: str) -> tuple[Row, ...]:
    """The models one seller sells, at that seller's prices, by provider and name."""
    found = [row(edition, card, offer) for card, offer in edition.sold.get(seller, ())]
    return tuple(sorted(found, key=order))


def row(edition: Edition, card: Card, offer: Offer | None = None) -> Row:
    """A model, with the price of an offer; of the one a list shows where none is given."""
    if offer:
        return _row(edition, card, offer)
    if card.slug not in edition.rows:
        edition.rows[card.slug] = _row(edition, card, editions.priced_offer(edition, card))
    return edition.rows[card.slug]


def _row(edition: Edition, card: Card, offer: Offer | None) -> Row:
    tariff = editions.tariff(edition, offer)
    born = collections.born(card)
    end = event_date(card, "retired") if retired(card, edition.day) else None
    return Row(
        slug=card.slug,
        name=card.name,
        path=links.model(card.slug),
        provider=editions.provider_name(edition, card),
        provider_path=links.provider(card.provider),
        modality=card.modality,
        family=card.family,
        headline=prices.headline(tariff, edition.catalog.vocabulary),
        one=estimates.one_image(edition, card, offer),
        seller=editions.seller_name(edition, offer.seller) if offer and tariff else "",
        status=editions.status(edition, offer),
        capabilities=capabilities.named(edition, card),
        mask=capabilities.value(card, None, capabilities.MASK),
        born=born.isoformat() if born else "",
        retired=end.isoformat() if end else "",
    )


def newest(edition: Edition, count: int) -> tuple[Row, ...]:
    """The models released or listed last, the newest first."""
    dated = [row(edition, card) for card in edition.catalog.cards.values() if collections.born(card)]
    past = [row for row in dated if row.born <= edition.day.isoformat()]
    return tuple(sorted(past, key=lambda row: (row.born, row.slug), reverse=True)[:count])


def order(row: Row) -> tuple[str, str, str]:
    """The place of a model in a list: by provider and name."""
    return (row.provider.lower(), row.name.lower(), row.slug)
