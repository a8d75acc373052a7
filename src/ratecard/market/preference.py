"""The order of a card's offers: the first is the one that a cost without a seller is about."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from decimal import Decimal

from ratecard.core.evidence import COMPARABLE, STALE, UNPRICED, UNVERIFIED, price_status, unit_price
from ratecard.core.model_ids import normal
from ratecard.core.records import Offer, Seller

#: Kinds of sellers, those that serve a model themselves before those that pass calls on.
KINDS = ("maker", "cloud", "host", "gateway", "reseller", "unknown", "subscription", "local", "tool")

#: The meters by which offers of a text model are compared.
TOKENS = ("input_tokens", "output_tokens")

_NEVER = Decimal("Infinity")


def ordered(
    slug: str, authored: Sequence[Offer], fresh: Sequence[Offer], own: Container[str], sellers: Mapping[str, Seller]
) -> tuple[Offer, ...]:
    """The offers of a card: those its maker sells, as `own`, then those of its author, then others by kind and price.

    Of the others, those whose price was read lately go first.
    A seller goes before its further doors (`bedrock` before `bedrock-mantle`), whose price counts where it has none. Of
    one seller's offers the plain id comes first, else the one with the fewest facts, else the newest snapshot. A plain
    id at zero stays before a maker's variants of it, such as a faster serving at a price.
    """
    maker, _, tail = slug.partition("/")
    name = normal(tail)
    asked: dict[str, Decimal] = {}
    for offer in fresh:
        asked[offer.seller] = min(plain_price(offer), asked.get(offer.seller, _NEVER))
    house = _houses(asked)
    doors: dict[str, list[str]] = {}
    for seller, main in house.items():
        doors.setdefault(main, []).append(seller)
    cheapest = {
        seller: asked[main] if asked[main] != _NEVER else min(map(asked.__getitem__, doors[main]))
        for seller, main in house.items()
    }

    def rank(offer: Offer) -> tuple[object, ...]:
        kind = sellers[offer.seller].kind if offer.seller in sellers else "unknown"
        stale = bool(offer.tariffs) and offer.tariffs[-1].stale
        dear = not is_for_sale(offer), stale, KINDS.index(kind), cheapest[offer.seller]
        return (*dear, offer.seller, *plainness(offer, name))

    def makers_rank(offer: Offer) -> tuple[object, ...]:
        return (offer.seller != maker, offer.seller, *plainness(offer, name))

    sold = [offer for offer in fresh if offer.seller in own and is_for_sale(offer)]
    plain = {offer.seller for offer in sold if offer.facts.keys() <= {"snapshot"}}
    varied = {offer.seller for offer in sold} - plain  # sellers of variants alone, such as a faster serving
    makers = [*sold, *(offer for offer in fresh if offer.seller in varied and is_zero(offer))]
    leading = set(map(id, makers))
    return (
        *(offer for offer in authored if offer.seller in own),
        *sorted(makers, key=makers_rank),
        *(offer for offer in authored if offer.seller not in own),
        *sorted((offer for offer in fresh if id(offer) not in leading), key=rank),
    )


def _houses(sellers: Collection[str]) -> dict[str, str]:
    """The seller that each is a further door of, such as `bedrock` for `bedrock-mantle`; else itself."""
    return {
        seller: min((other for other in sellers if seller.startswith(f"{other}-")), key=len, default=seller)
        for seller in sellers
    }


def is_for_sale(offer: Offer) -> bool:
    """True if a price of an offer is known that is not a zero of which nobody says why."""
    return bool(offer.tariffs) and price_status(offer.tariffs[-1]) not in (UNPRICED, UNVERIFIED)


def is_zero(offer: Offer) -> bool:
    """True if an offer has a price list of zeros of which nobody says why."""
    return bool(offer.tariffs) and price_status(offer.tariffs[-1]) == UNVERIFIED


def plainness(offer: Offer, name: str) -> tuple[object, ...]:
    """The rank of an offer among those of its seller: the fewest facts, the newest snapshot, the name of its card.

    A snapshot is less of a difference than any other fact.
    """
    newest = tuple(-ord(sign) for sign in offer.facts.get("snapshot", ""))
    last = normal(offer.model_id.rpartition("/")[2])
    return (
        len(offer.facts.keys() - {"snapshot"}),
        len(offer.facts),
        newest,
        last != name,
        len(offer.model_id),
        offer.model_id,
    )


def plain_price(offer: Offer) -> Decimal:
    """An offer's price of a token in and out, or the sum of all its unit prices; infinite where one is not known."""
    if not offer.tariffs or price_status(offer.tariffs[-1]) not in {*COMPARABLE, STALE}:
        return _NEVER
    rates = [rate for rate in offer.tariffs[-1].rates if not rate.when and not rate.above]
    counted = [rate for rate in rates if rate.meter in TOKENS] or rates
    return sum(map(unit_price, counted), Decimal(0)) if rates else _NEVER
