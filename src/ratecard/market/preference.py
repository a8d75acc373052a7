"""The order of a card's offers: the first is the one that a cost without a seller is about."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from decimal import Decimal

from ratecard.core import decimals
from ratecard.core.evidence import KNOWN, UNPRICED, UNVERIFIED_ZERO, price_status
from ratecard.core.records import Offer, Seller

#: Kinds of sellers, those that serve a model themselves before those that pass calls on.
KINDS = ("maker", "cloud", "host", "gateway", "reseller", "unknown", "subscription", "local", "tool")

#: The meters by which offers of a text model are compared.
TOKENS = ("input_tokens", "output_tokens")

_NEVER = Decimal("Infinity")


def ordered(
    authored: Sequence[Offer], fresh: Sequence[Offer], own: Container[str], maker: str, sellers: Mapping[str, Seller]
) -> tuple[Offer, ...]:
    """The offers of a card: those its maker sells, as `own`, then those of its author, then others by kind and price.

    Of one seller's offers the plain id comes first, else the one with the fewest facts, else the newest snapshot.
    """
    cheapest: dict[str, Decimal] = {}
    for offer in fresh:
        cheapest[offer.seller] = min(plain_price(offer), cheapest.get(offer.seller, _NEVER))

    def rank(offer: Offer) -> tuple[object, ...]:
        kind = sellers[offer.seller].kind if offer.seller in sellers else "unknown"
        return (not is_for_sale(offer), KINDS.index(kind), cheapest[offer.seller], offer.seller, *plainness(offer))

    def makers_rank(offer: Offer) -> tuple[object, ...]:
        return (offer.seller != maker, offer.seller, *plainness(offer))

    makers = [offer for offer in fresh if offer.seller in own and is_for_sale(offer)]
    return (
        *(offer for offer in authored if offer.seller in own),
        *sorted(makers, key=makers_rank),
        *(offer for offer in authored if offer.seller not in own),
        *sorted((offer for offer in fresh if not (offer.seller in own and is_for_sale(offer))), key=rank),
    )


def is_for_sale(offer: Offer) -> bool:
    """True if a price of an offer is known that is not a zero of which nobody says why."""
    return bool(offer.tariffs) and price_status(offer.tariffs[-1]) not in (UNPRICED, UNVERIFIED_ZERO)


def plainness(offer: Offer) -> tuple[object, ...]:
    """The rank of an offer among those of its seller: the fewest facts first, then the newest snapshot."""
    newest = tuple(-ord(sign) for sign in offer.facts.get("snapshot", ""))
    return (len(offer.facts), newest, len(offer.model_id), offer.model_id)


def plain_price(offer: Offer) -> Decimal:
    """An offer's price of a token in and out, or the sum of all its unit prices; infinite where one is not known."""
    if not offer.tariffs or price_status(offer.tariffs[-1]) != KNOWN:
        return _NEVER
    rates = [rate for rate in offer.tariffs[-1].rates if not rate.when and not rate.above]
    counted = [rate for rate in rates if rate.meter in TOKENS] or rates
    return sum((decimals.divide(rate.price, Decimal(rate.per)) for rate in counted), Decimal(0)) if rates else _NEVER
