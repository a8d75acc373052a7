"""The price pages of a model: every price, seller by seller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ratecard.core.records import Card
from ratecard.site import links, paging
from ratecard.site.edition import Edition, provider_name
from ratecard.site.files import linked_data
from ratecard.site.rendering import INDEX, Page
from ratecard.site.views import charts, model_prices, model_short
from ratecard.site.views.model_prices import Listed
from ratecard.site.views.model_short import FittedPage
from ratecard.site.views.references import Reference


class ContentsEntry(NamedTuple):
    """An offer in the table of contents: its seller, the number of its current prices, and their address.

    `again` marks one of a seller that stands above already.
    """

    seller: str
    model_id: str
    differs: str
    again: bool
    prices: int
    path: str


def pages(edition: Edition, card: Card, shown: FittedPage) -> Iterator[Page]:
    """The price pages of a model; none where its own page shows every price."""
    crumbs = (
        ("Models", "models/"),
        (provider_name(edition, card), links.provider(card.provider)),
        (card.name, links.model(card.slug)),
        ("All prices", links.price_lists(card.slug)),
    )
    for page in shown.price_pages:
        context: dict[str, object] = {
            "head": shown.page.head,
            "shown": shown,
            "part": page.part,
            "listed": page.listed,
            "steps": charts.steps(edition, card) if page.part.number == 1 else (),
            "contents": _contents(shown) if page.part.number == 1 else (),
            "references": _quoted(page.listed),
            "record": links.prices(card.slug),
            "linked": {"@context": linked_data.CONTEXT, **linked_data.breadcrumb(edition, crumbs)},
        }
        if page.part.number == 1 and page.part.of > 1:
            whole = {"listed": shown.listed, "part": paging.whole(page.part), "references": _quoted(shown.listed)}
            context["whole"] = {**whole, "contents": ()}
        yield Page(f"{page.part.path}{INDEX}", "model_prices.html", context)


def _contents(shown: FittedPage) -> tuple[ContentsEntry, ...]:
    begun = [each for page in shown.price_pages for each in page.listed if each.anchor]
    entries = zip(begun, model_prices.addresses(shown.price_pages), strict=True)
    found: dict[str, None] = {}
    contents = []
    for each, path in entries:
        offer = each.offer
        contents.append(
            ContentsEntry(offer.seller, offer.model_id, offer.differs, offer.seller in found, each.of, path)
        )
        found[offer.seller] = None
    return tuple(contents)


def _quoted(listed: tuple[Listed, ...]) -> tuple[Reference, ...]:
    return tuple(sorted(model_short.quoted(listed)))
