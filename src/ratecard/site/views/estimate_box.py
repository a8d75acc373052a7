"""The estimate box of a model's page: what it asks for, and what it shows before a script runs."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display
from ratecard.core.errors import Unpriced
from ratecard.core.records import Card, Meter, Offer, Seller, Tariff
from ratecard.core.usage import Usage
from ratecard.pricing import cost as pricing
from ratecard.site import edition as editions
from ratecard.site.edition import Edition
from ratecard.site.files import price_data
from ratecard.site.views import prices

#: How much of a meter is filled in at first: a thousand where prices are per thousands, else one.
MANY = 1_000
#: How many fields there are before a script adds the others.
MAX_FIELDS = 4


class Field(NamedTuple):
    """A quantity that a reader may give; an empty value is none of it."""

    name: str
    label: str
    value: str


class Answer(NamedTuple):
    """What the quantities filled in come to, and under which facts that nobody gave."""

    usage: str
    value: str
    shown: str
    zero: str
    assumed: str


class EstimateBox(NamedTuple):
    """A form that leads to the calculator, filled in, with its answer and the same asked in a shell."""

    model: str
    shop: str
    fields: tuple[Field, ...]
    answer: Answer | None
    command: str


def estimate_box(edition: Edition, card: Card) -> EstimateBox | None:
    """The box of a card, for the offer a list shows a price of; None where nobody's price is known."""
    offer = editions.priced_offer(edition, card)
    tariff = editions.tariff(edition, offer)
    if offer is None or tariff is None or not tariff.rates:
        return None
    meters = edition.catalog.vocabulary.meters
    first = [meters[_item(meters[id])] for id in prices.leading(tariff, edition.catalog.vocabulary)]
    fields = items(tariff, meters)
    usual = {meter.id: Decimal(MANY if meter.per >= MANY else 1) for meter in first}
    return EstimateBox(
        model=f"{card.slug}@{offer.seller}/{offer.model_id}",
        shop=editions.seller_name(edition, offer.seller),
        fields=tuple(Field(id, label(meters[id]), _written(usual.get(id))) for id in fields[:MAX_FIELDS]),
        answer=_answer(edition, card, offer, usual),
        command=_command(edition, card, offer, usual),
    )


def items(tariff: Tariff, meters: Mapping[str, Meter]) -> list[str]:
    """What a usage of this price list may count: each meter, or what it is read off; one where two measure the same."""
    found = dict.fromkeys(_item(meters[rate.meter]) for rate in tariff.rates)
    return [id for id in found if meters[id].instead_of not in found]


def label(meter: Meter) -> str:
    """A meter as the label of a field: Images, Input tokens."""
    words = display.plural(meter.unit)
    return words[:1].upper() + words[1:]


def _item(meter: Meter) -> str:
    return meter.reading.of if meter.reading else meter.id


def _written(count: Decimal | None) -> str:
    return "" if count is None else decimals.text(count)


def _answer(edition: Edition, card: Card, offer: Offer, usual: Mapping[str, Decimal]) -> Answer | None:
    seller = editions.seller_of(edition, offer) or Seller(offer.seller, offer.seller, "")
    vocabulary = edition.catalog.vocabulary
    noon = datetime.combine(edition.day, time(12), UTC)
    try:
        cost = pricing.cost(card, offer, seller, Usage(usual), vocabulary, noon)
    except Unpriced:
        return None
    zeros = dict.fromkeys(line.rate.zero for line in cost.lines if line.rate.zero)
    return Answer(
        usage=" and ".join(display.counted(count, vocabulary.meters[id].unit) for id, count in usual.items()),
        value=decimals.text(cost.total),
        shown=display.money(cost.total, cost.currency) if cost.total else display.price(cost.total, cost.currency),
        zero="" if cost.total else ", ".join(prices.ZERO_REASONS[zero] for zero in zeros),
        assumed=prices.facts(((assumed.fact, assumed.value) for assumed in cost.assumed), vocabulary),
    )


def _command(edition: Edition, card: Card, offer: Offer, usual: Mapping[str, Decimal]) -> str:
    """The same asked in a shell, or nothing where no words mean this very offer."""
    match price_data.asked_as(edition.catalog, card, offer):
        case (model, *seller):
            words = [f"{id}={decimals.text(count)}" for id, count in usual.items()]
            return shlex.join(["ratecard", "cost", model, *words, *(f"--seller={id}" for id in seller)])
        case _:
            return ""
