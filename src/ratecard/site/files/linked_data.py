"""JSON-LD of pages in schema.org terms: breadcrumbs, and a model as a product with its known prices."""

from __future__ import annotations

from collections.abc import Sequence

from ratecard.core import decimals
from ratecard.core.records import Card, Rate
from ratecard.site import links
from ratecard.site.edition import Edition, page_offer, provider_name, seller_name, status_of, tariff_of

Json = dict[str, object]

CONTEXT = "https://schema.org"
#: Prices an offer states here; a page has every rate.
MAX_PRICES = 2


def of_model(edition: Edition, card: Card) -> Json:
    """The page of a model: its breadcrumb and the model, with an offer only where the price is known."""
    maker = provider_name(edition, card)
    crumbs = (("Models", "models/"), (maker, links.provider(card.provider)), (card.name, links.model(card.slug)))
    return {"@context": CONTEXT, "@graph": [breadcrumb(edition, crumbs), _software(edition, card, maker)]}


def breadcrumb(edition: Edition, crumbs: Sequence[tuple[str, str]]) -> Json:
    """The breadcrumbs of a page; all but the last have addresses if the site has one."""
    last = len(crumbs)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name}
            | ({"item": f"{edition.base}{path}"} if edition.base and place < last else {})
            for place, (name, path) in enumerate(crumbs, 1)
        ],
    }


def _software(edition: Edition, card: Card, maker: str) -> Json:
    found: Json = {
        "@type": "SoftwareApplication",
        "name": card.name,
        "identifier": card.slug,
        "applicationCategory": f"AI {card.modality} model",
        "creator": {"@type": "Organization", "name": maker},
    }
    if edition.base:
        found["url"] = f"{edition.base}{links.model(card.slug)}"
    offer = page_offer(edition, card)
    tariff = tariff_of(edition, offer)
    if offer and tariff and status_of(edition, offer) in ("known", "single", "free", "partial"):
        rates = [rate for rate in tariff.rates if rate.price or rate.zero == "free"][:MAX_PRICES]
        found["offers"] = {
            "@type": "Offer",
            "seller": {"@type": "Organization", "name": seller_name(edition, offer.seller)},
            "priceSpecification": [_price(edition, rate, tariff.currency) for rate in rates],
            **({"validFrom": tariff.effective.isoformat()} if tariff.effective else {}),
        }
    return found


def _price(edition: Edition, rate: Rate, currency: str) -> Json:
    meter = edition.catalog.vocabulary.meters.get(rate.meter)
    found: Json = {
        "@type": "UnitPriceSpecification",
        "price": decimals.text(rate.price),
        "priceCurrency": currency,
        "unitText": meter.unit if meter else rate.meter,
    }
    if rate.per > 1:
        found["referenceQuantity"] = {"@type": "QuantitativeValue", "value": rate.per}
    if rate.when:
        found["description"] = ", ".join(f"{fact} {value}" for fact, value in sorted(rate.when))
    return found
