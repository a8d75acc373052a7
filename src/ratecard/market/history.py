"""What a model cost when: every price list of its offers, oldest first."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ratecard.core.catalog import offer_of
from ratecard.core.evidence import confidence, price_status, until
from ratecard.core.records import Card, Rate, Source


class Span(NamedTuple):
    """A price list of an offer and the days it holds on: from `since`, before `until`; None is open."""

    slug: str
    seller: str
    model_id: str
    since: date | None
    until: date | None
    status: str
    confidence: str
    currency: str
    rates: tuple[Rate, ...]
    sources: tuple[Source, ...]
    note: str = ""


def history(card: Card, seller: str | None = None) -> list[Span]:
    """The price lists of each offer (of one seller), in the order of the offers, oldest first.

    Raises `UnknownSeller` where the card is not sold by that seller.
    """
    if seller is not None:
        offer_of(card, seller)
    return [
        Span(
            card.slug, offer.seller, offer.model_id, tariff.effective, until(offer, tariff), price_status(tariff),
            confidence(tariff), tariff.currency, tariff.rates, tariff.sources,
            "; ".join(filter(None, (offer.note, tariff.note))),
        )
        for offer in card.offers if seller in (None, offer.seller)
        for tariff in offer.tariffs
    ]  # fmt: skip
