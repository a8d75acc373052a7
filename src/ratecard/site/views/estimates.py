"""What one image costs at an offer: the number that makes prices in different units comparable."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display
from ratecard.core.errors import Unpriced
from ratecard.core.evidence import tariff_at
from ratecard.core.records import Card, Offer, Seller
from ratecard.core.usage import Usage
from ratecard.pricing import cost as pricing
from ratecard.site import edition as editions
from ratecard.site.edition import Edition
from ratecard.site.views import prices

ONE_IMAGE = Usage({"images": Decimal(1)})
ONE_IMAGE_FROM_ANOTHER = Usage({"images": Decimal(1), "input_images": Decimal(1)})


class Estimate(NamedTuple):
    """The cost of one image, and what was assumed for it."""

    shown: str
    value: str
    zero: str
    assumed: str


def one_image(edition: Edition, card: Card, offer: Offer | None) -> Estimate | None:
    """One image, or None where it has no price.

    Where every call must carry an image and that is charged for, one goes in.
    """
    if card.modality != "image" or offer is None:
        return None
    try:
        cost = _cost(edition, card, offer)
    except Unpriced:
        return None
    zeros = dict.fromkeys(line.rate.zero for line in cost.lines if line.rate.zero)
    return Estimate(
        shown=display.price(cost.total, cost.currency),
        value=decimals.text(cost.total),
        zero="" if cost.total else ", ".join(prices.ZERO_REASONS[zero] for zero in zeros),
        assumed=prices.facts(((assumed.fact, assumed.value) for assumed in cost.assumed), edition.catalog.vocabulary),
    )


def _cost(edition: Edition, card: Card, offer: Offer) -> pricing.Cost:
    seller = editions.seller_of(edition, offer) or Seller(offer.seller, offer.seller, "")
    noon = datetime.combine(edition.day, time(12), UTC)
    usage = ONE_IMAGE_FROM_ANOTHER if _charges_for_its_input(edition, card, offer) else ONE_IMAGE
    return pricing.cost(card, offer, seller, usage, edition.catalog.vocabulary, noon)


def _charges_for_its_input(edition: Edition, card: Card, offer: Offer) -> bool:
    tariff = tariff_at(offer, edition.day)
    if tariff is None or "image" not in card.required_inputs:
        return False
    meters = (edition.catalog.vocabulary.meters[rate.meter] for rate in tariff.rates)
    return any("input_images" in (meter.id, meter.reading.of if meter.reading else "") for meter in meters)
