"""The route: the cheapest offer that meets every need, and every other one with all that speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ratecard.catalog import Catalog
from ratecard.errors import BadValue, Unpriced, listed
from ratecard.evidence import UNVERIFIED_ZERO
from ratecard.needs import Candidate, Need, Reason, at_hand, reasons, unmet_always
from ratecard.pricing import Cost, cost
from ratecard.records import Card, Offer, Seller
from ratecard.usage import Usage

#: What a card that nobody sells is judged as.
_NO_OFFER = Offer("", "")
_NO_SELLER = Seller("", "", "")


class Choice(NamedTuple):
    """An offer that meets every need, with what the usage costs there.

    `unknown` are the reasons that were let pass because unknown was allowed.
    """

    slug: str
    seller: str
    model_id: str
    cost: Cost
    unknown: tuple[Reason, ...] = ()


class Rejection(NamedTuple):
    """An offer that does not do, with every reason."""

    slug: str
    seller: str
    model_id: str
    reasons: tuple[Reason, ...]


class Route(NamedTuple):
    """The answer: the choice, the other candidates in order, and every rejection."""

    choice: Choice | None
    candidates: tuple[Choice, ...]
    rejected: tuple[Rejection, ...]
    warnings: tuple[str, ...]


def route(
    catalog: Catalog,
    needs: Sequence[Need],
    usage: Usage,
    at: datetime,
    *,
    given: Sequence[str] = (),
    allow_unknown: bool = False,
) -> Route:
    """The offers that meet every need, by cost of this usage, then slug, seller and model id.

    `given` are inputs the caller has besides a prompt and what the needs imply. Raises `BadValue`
    where the usage holds no quantity, since nothing could be compared.
    """
    if not any(usage.quantities.values()):
        raise BadValue("nothing to compare: say what will be used, such as images=1")
    inputs = at_hand(needs, given, catalog.vocabulary)
    candidates: list[Choice] = []
    rejected: list[Rejection] = []
    for found in _offers(catalog, inputs, at):
        verdict = _judged(found, needs, usage, at, allow_unknown=allow_unknown)
        if isinstance(verdict, Choice):
            candidates.append(verdict)
        else:
            rejected.append(verdict)
    candidates.sort(key=lambda choice: (choice.cost.total, choice.slug, choice.seller, choice.model_id))
    rejected.sort(key=lambda rejection: (rejection.slug, rejection.seller, rejection.model_id))
    choice = candidates[0] if candidates else None
    return Route(choice, tuple(candidates[1:]), tuple(rejected), tuple(_warnings(candidates, inputs, catalog)))


def _offers(catalog: Catalog, inputs: frozenset[str], at: datetime) -> Iterator[Candidate]:
    for card in catalog.cards.values():
        for offer in card.offers or (_NO_OFFER,):
            seller = catalog.sellers.get(offer.seller, _NO_SELLER)
            yield Candidate(card, offer, seller, catalog.vocabulary, at.date(), inputs)


def _judged(
    found: Candidate, needs: Sequence[Need], usage: Usage, at: datetime, *, allow_unknown: bool
) -> Choice | Rejection:
    price, against = _priced(found, usage, at, allow_unknown=allow_unknown)
    found = found._replace(cost=price)
    against += [*unmet_always(found), *(reason for need in needs for reason in reasons(need, found))]
    unknown = tuple(reason for reason in against if reason.unknown and allow_unknown)
    fatal = tuple(reason for reason in against if reason not in unknown)
    if fatal or price is None:
        return Rejection(found.card.slug, found.offer.seller, found.offer.model_id, fatal)
    return Choice(found.card.slug, found.offer.seller, found.offer.model_id, price, unknown)


def _priced(found: Candidate, usage: Usage, at: datetime, *, allow_unknown: bool) -> tuple[Cost | None, list[Reason]]:
    card, offer = found.card, found.offer
    if not offer.seller:
        return None, [_not_sold(card)]
    try:
        price = cost(card, offer, found.seller, usage, found.vocabulary, at)
    except Unpriced as error:
        return None, [_unpriced(error, offer)]
    if price.price_status == UNVERIFIED_ZERO and not allow_unknown:
        return price, [_unverified(price)]
    return price, []


def _not_sold(card: Card) -> Reason:
    return Reason("NOT_SOLD", "seller", "a seller", "none known", None, f"no seller of {card.name} is known")


def _unpriced(error: Unpriced, offer: Offer) -> Reason:
    source = offer.tariffs[-1].sources[0] if offer.tariffs else None
    missing = "; ".join(error.missing)
    return Reason("PRICE_UNKNOWN", "price", "a price for this usage", "unknown", source, missing)


def _unverified(price: Cost) -> Reason:
    return Reason(
        "PRICE_ZERO_UNVERIFIED", "price", "a price somebody vouches for", "0", price.tariff.sources[0],
        "its price of zero is not a confirmed free offer",
    )  # fmt: skip


def _warnings(candidates: Sequence[Choice], inputs: frozenset[str], catalog: Catalog) -> Iterator[str]:
    for choice in candidates:
        for reason in choice.unknown:
            yield f"{choice.slug} at {choice.seller}: {reason.sentence}"
        uncounted = _uncounted(choice.cost, inputs, catalog)
        if uncounted:
            offer = f"{choice.slug} at {choice.seller}"
            yield f"{offer} also charges for {listed(uncounted, 'and')}, which the usage does not give"


def _uncounted(price: Cost, inputs: frozenset[str], catalog: Catalog) -> list[str]:
    """The meters that charge for an input the needs imply, where the usage counts none of it."""
    meters = catalog.vocabulary.meters
    charged = [
        meter for meter in dict.fromkeys(rate.meter for rate in price.tariff.rates) if meters[meter].input in inputs
    ]
    counted = {meters[line.item].input for line in price.lines} | {meters[line.meter].input for line in price.lines}
    return [meter for meter in charged if meters[meter].input not in counted]
