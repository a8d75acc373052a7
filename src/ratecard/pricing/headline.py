"""The price in one line: of what the seller counts first under the facts assumed by default, or of one image."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ratecard.core import decimals, display
from ratecard.core.errors import Unpriced
from ratecard.core.evidence import tariff_at, unit_price
from ratecard.core.records import Card, Meter, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.core.usage import Usage

if TYPE_CHECKING:  # what is priced by tokens needs none of it
    from ratecard.pricing.cost import Cost

#: The most prices of a headline; a model's own page has them all.
MAX_LEADING = 2

IMAGE = "image"
ONE_IMAGE = Usage({"images": Decimal(1)})
ONE_IMAGE_FROM_ANOTHER = Usage({"images": Decimal(1), "input_images": Decimal(1)})


def headline_rates(tariff: Tariff | None, vocabulary: Vocabulary) -> list[tuple[Rate, bool]]:
    """The rates that make up a headline, each with whether it holds under the facts assumed by default."""
    if tariff is None or not tariff.rates:
        return []
    rates = [default_rate(tariff, meter) for meter in leading(tariff, vocabulary)]
    return [(rate, by_default(tariff, rate)) for rate in rates]


def leading(tariff: Tariff, vocabulary: Vocabulary) -> list[str]:
    """The meters that make up a headline: the first that counts no images put in, and what is counted with it."""
    meters = list(dict.fromkeys(rate.meter for rate in tariff.rates))
    meters.sort(key=lambda meter: meter in vocabulary.meters and vocabulary.meters[meter].input == IMAGE)
    first = vocabulary.meters.get(meters[0]) or unlisted(meters[0])
    together = [meter for meter in meters if _together(first, vocabulary.meters.get(meter))]
    return together[:MAX_LEADING] or meters[:1]


def measured(meter: Meter) -> str:
    """The quantity that a meter is a reading of, else the meter itself."""
    return meter.reading.of if meter.reading else meter.id


def default_rate(tariff: Tariff, meter: str) -> Rate:
    """The rate of a meter under the facts assumed by default, else the lowest."""
    rates = [rate for rate in tariff.rates if rate.meter == meter]
    if len(rates) == 1:
        return rates[0]
    usual = [rate for rate in rates if by_default(tariff, rate)]
    if usual:
        return max(usual, key=lambda rate: len(rate.when))
    return min(rates, key=unit_price)


def by_default(tariff: Tariff, rate: Rate) -> bool:
    """True if a rate holds under the facts assumed by default."""
    return not rate.above and (not rate.when or rate.when <= set(tariff.defaults.items()))


def unlisted(id: str) -> Meter:
    """A meter of which only the id is known."""
    words = id.replace("_", " ")
    return Meter(id, words.capitalize(), words, (decimals.ZERO, decimals.ZERO))


def one_image(card: Card, offer: Offer, seller: Seller, vocabulary: Vocabulary, at: datetime) -> Cost | None:
    """The cost of one image at an offer, which makes prices in different units comparable; None without a price.

    One image goes in where the model requires one and it is charged.
    """
    if card.modality != IMAGE:
        return None
    from ratecard.pricing.cost import cost  # here because what is priced by tokens needs none of it

    tariff = tariff_at(offer, at.date())
    usage = ONE_IMAGE_FROM_ANOTHER if _charges_for_its_input(card, tariff, vocabulary.meters) else ONE_IMAGE
    try:
        return cost(card, offer, seller, usage, vocabulary, at)
    except Unpriced:
        return None


def text(card: Card, offer: Offer, seller: Seller, vocabulary: Vocabulary, at: datetime) -> str:
    """What a default call pays at an offer, in words: $1.25 in, $10.00 out per 1M tokens; $0.042 per image."""
    tariff = tariff_at(offer, at.date())
    if image := one_image(card, offer, seller, vocabulary, at):
        return f"{display.price(image.total, image.currency)} per image"
    rates = headline_rates(tariff, vocabulary)
    if not tariff or not rates:
        return "unknown"
    if [rate.meter for rate, _ in rates] == ["input_tokens", "output_tokens"] and len({r.per for r, _ in rates}) == 1:
        costs = [display.price(rate.price, tariff.currency) for rate, _ in rates]
        return f"{costs[0]} in, {costs[1]} out {display.per(rates[0][0].per, 'token')}"
    start = "" if all(usual for _, usual in rates) else "from "
    return start + " + ".join(display.rate(rate, tariff.currency, vocabulary) for rate, _ in rates)


def _charges_for_its_input(card: Card, tariff: Tariff | None, meters: Mapping[str, Meter]) -> bool:
    if tariff is None or IMAGE not in card.required_inputs:
        return False
    return any("input_images" in (rate.meter, measured(meters[rate.meter])) for rate in tariff.rates)


def _together(first: Meter, other: Meter | None) -> bool:
    if other is None:
        return False
    if first.prompt:
        return other.id == first.id or (not other.prompt and other.per == first.per)
    return measured(other) == measured(first)
