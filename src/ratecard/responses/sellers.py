"""Who answered a call whose response does not say so: the seller whose price is taken, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ratecard.core.catalog import Catalog, Named, offer_of, spellings
from ratecard.core.errors import Unpriced, listed
from ratecard.core.evidence import tariff_at, unit_price
from ratecard.core.records import Offer
from ratecard.core.usage import Usage
from ratecard.pricing.rates import Assumed

#: A kind of sellers: software that answers on a machine of one's own.
LOCAL = "local"
#: A kind of sellers: makers of what they sell.
MAKER = "maker"
#: The number of sellers that a message names.
_SHOWN = 5


def check_local(catalog: Catalog, name: str, seller: str) -> None:
    """Raises `Unpriced` for a call that was answered by software on a machine of one's own."""
    found = catalog.sellers.get(seller)
    if found and found.kind == LOCAL:
        said = f"{found.name} runs models locally, and no price is invented for them"
        raise Unpriced(name, seller, [f"{said}; --seller SELLER takes the price of a seller"])


def answering(
    catalog: Catalog, found: Named, seller: str | None, home: str, parts: Sequence[Usage], when: datetime
) -> tuple[str | None, Assumed | None]:
    """The seller of a call, and what is assumed of it: the one that is said, else the maker of the model.

    `home` is who defined the API that answered. None leaves the choice to the catalog.

    Raises `Unpriced` where it is not said which of several sellers with different prices answered and the maker is none
    of them.
    """
    place = seller or found.seller
    if place:
        return place, None
    facts = parts[0].facts if parts else {}
    first = offer_of(found.card, None, found.model_id, facts)
    if first is None or first.seller == home:
        return None, None
    name = found.model_id.lower()
    others = [offer for offer in found.card.offers if name in spellings(offer)] or list(found.card.offers)
    meters = {meter for part in parts for meter in part.quantities}
    own = _prices(first, meters, when)
    differ = sorted({offer.seller for offer in others if _prices(offer, meters, when) != own} - {first.seller})
    if not differ:
        return None, None
    if catalog.sellers[first.seller].kind == MAKER:
        told = f"the response does not say who answered; {len(differ)} other sellers have other prices"
        return first.seller, Assumed("seller", first.seller, told)
    some = [*differ[:_SHOWN], *([f"{len(differ) - _SHOWN} more"] if len(differ) > _SHOWN else [])]
    shown = listed([first.seller, *some], "and")
    why = f"the response does not say who answered, and {shown} have different prices; --seller names one"
    raise Unpriced(found.card.slug, "", [why])


def _prices(offer: Offer, meters: set[str], when: datetime) -> Mapping[object, object] | None:
    """What an offer charges for some meters, by what it depends on."""
    tariff = tariff_at(offer, when.date())
    if tariff is None:
        return None
    return {
        (rate.meter, rate.when, rate.above): (unit_price(rate), tariff.currency)
        for rate in tariff.rates
        if rate.meter in meters
    }
