"""Estimates: what one image costs in a list, and the form on a model's page that asks for quantities."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display
from ratecard.core.errors import Unpriced
from ratecard.core.evidence import UNVERIFIED
from ratecard.core.records import Card, Meter, Offer, Seller, Tariff
from ratecard.core.usage import Usage
from ratecard.pricing import headline
from ratecard.pricing.cost import Cost, cost
from ratecard.pricing.headline import leading, measured
from ratecard.site.edition import Edition, priced_offer, seller_name, seller_of, status_of, tariff_of
from ratecard.site.files import price_data
from ratecard.site.views import prices

#: The initial quantity of a meter that is priced per thousand or more; it is one for others.
MANY = 1_000
#: The number of fields before a script adds the others.
MAX_FIELDS = 4


class QuantityField(NamedTuple):
    """A quantity that a reader may give; an empty value is none of it."""

    name: str
    label: str
    value: str


class Estimate(NamedTuple):
    """The cost of a usage: for people, as a decimal, the reason if zero, and the assumed facts."""

    shown: str
    value: str
    zero: str
    assumed: str


class EstimateBox(NamedTuple):
    """A form that leads to the calculator, filled in: its usage in words, what that costs, and the same for a shell."""

    model: str
    shop: str
    fields: tuple[QuantityField, ...]
    usage: str
    answer: Estimate | None
    command: str


def estimate_box(edition: Edition, card: Card) -> EstimateBox | None:
    """The box of a card, for the offer whose price lists show; None without a known price."""
    offer = priced_offer(edition, card)
    tariff = tariff_of(edition, offer)
    if offer is None or tariff is None or not tariff.rates:
        return None
    meters = edition.catalog.vocabulary.meters
    first = [meters[measured(meters[id])] for id in leading(tariff, edition.catalog.vocabulary)]
    fields = items(tariff, meters)
    usual = {meter.id: Decimal(MANY if meter.per >= MANY else 1) for meter in first}
    return EstimateBox(
        model=f"{card.slug}@{offer.seller}/{offer.model_id}",
        shop=seller_name(edition, offer.seller),
        fields=tuple(
            QuantityField(id, label(meters[id]), decimals.text(usual[id]) if id in usual else "")
            for id in fields[:MAX_FIELDS]
        ),
        usage=" and ".join(display.counted(count, meters[id].unit) for id, count in usual.items()),
        answer=_estimate(edition, card, offer, Usage(usual)),
        command=_command(edition, card, offer, usual),
    )


def items(tariff: Tariff, meters: Mapping[str, Meter]) -> list[str]:
    """The quantities of a price list: each meter, or what it is derived from; one where two measure the same."""
    found = dict.fromkeys(measured(meters[rate.meter]) for rate in tariff.rates)
    return [id for id in found if meters[id].instead_of not in found]


def label(meter: Meter) -> str:
    """A meter as the label of a field: Images, Input tokens."""
    words = display.plural(meter.unit)
    return words[:1].upper() + words[1:]


def one_image(edition: Edition, card: Card, offer: Offer | None) -> Estimate | None:
    """The cost of one image at an offer, which makes prices in different units comparable; None without a price."""
    if offer is None:
        return None
    found = headline.one_image(card, offer, _seller(edition, offer), edition.catalog.vocabulary, _noon(edition))
    return _shown(found, edition, display.price) if found else None


def _estimate(edition: Edition, card: Card, offer: Offer, usage: Usage) -> Estimate | None:
    """The cost of a usage at noon; None without a price."""
    try:
        bill = cost(card, offer, _seller(edition, offer), usage, edition.catalog.vocabulary, _noon(edition))
    except Unpriced:
        return None
    return _shown(bill, edition, display.money if bill.total else display.price)


def _shown(bill: Cost, edition: Edition, shown: Callable[[Decimal, str], str]) -> Estimate:
    zeros = dict.fromkeys(line.rate.zero for line in bill.lines if line.rate.zero)
    return Estimate(
        shown=shown(bill.total, bill.currency),
        value=decimals.text(bill.total),
        zero="" if bill.total else ", ".join(prices.ZERO_REASONS[zero] for zero in zeros),
        assumed=prices.facts(((assumed.fact, assumed.value) for assumed in bill.assumed), edition.catalog.vocabulary),
    )


def _seller(edition: Edition, offer: Offer) -> Seller:
    return seller_of(edition, offer) or Seller(offer.seller, offer.seller, "")


def _noon(edition: Edition) -> datetime:
    return datetime.combine(edition.day, time(12), UTC)


def _command(edition: Edition, card: Card, offer: Offer, usual: Mapping[str, Decimal]) -> str:
    """The shell command for the same cost, or nothing if no words select this offer."""
    match price_data.asked_as(edition.catalog, card, offer):
        case (model, *seller):
            words = [f"{id}={decimals.text(count)}" for id, count in usual.items()]
            unsure = ["--allow-unverified"] if status_of(edition, offer) == UNVERIFIED else []
            return shlex.join(["ratecard", "cost", model, *words, *(f"--seller={id}" for id in seller), *unsure])
        case _:
            return ""
