"""Every price of a model on pages of their own, seller by seller, and the same in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ratecard.records import Card
from ratecard.site import brevity, charts, linked_data, links, parts, price_lists, prices, twin
from ratecard.site import edition as editions
from ratecard.site.brevity import Shown
from ratecard.site.edition import Edition
from ratecard.site.offers import OfferRow
from ratecard.site.price_lists import Listed
from ratecard.site.references import Reference
from ratecard.site.rendering import Page

TEMPLATE = "model_prices.html"


class Entry(NamedTuple):
    """An offer in the table of contents: its seller, how many prices it states now, and where they stand."""

    seller: str
    model_id: str
    prices: int
    path: str


def pages(edition: Edition, card: Card, shown: Shown) -> Iterator[Page]:
    """The price pages of a model, none where its own page tells everything."""
    for sheet in shown.sheets:
        context: dict[str, object] = {
            "head": shown.page.head,
            "shown": shown,
            "part": sheet.part,
            "listed": sheet.listed,
            "steps": charts.steps(edition, card) if sheet.part.number == 1 else (),
            "contents": _contents(shown) if sheet.part.number == 1 else (),
            "references": _quoted(sheet.listed),
            "twin": links.price_twin(card.slug),
            "record": links.record(card.slug),
            "linked": _linked(edition, card),
        }
        if sheet.part.number == 1 and sheet.part.of > 1:
            listed = tuple(price_lists.lists(edition, card))
            whole = {"listed": listed, "part": parts.whole(sheet.part), "references": _quoted(listed)}
            context["whole"] = {**whole, "contents": ()}
        yield Page(f"{sheet.part.path}index.html", TEMPLATE, context)


def twins(edition: Edition, page: Page) -> Iterator[tuple[str, str]]:
    """The Markdown twin of all price pages of a model beside the first of them: its address and its text."""
    shown = page.context.get("shown")
    if page.template != TEMPLATE or not isinstance(shown, Shown):
        return
    slug = shown.page.head.slug
    if page.path == f"{links.price_lists(slug)}index.html":
        yield links.price_twin(slug), _markdown(edition, shown, price_lists.lists(edition, edition.catalog.cards[slug]))


def _contents(shown: Shown) -> tuple[Entry, ...]:
    begun = [each for sheet in shown.sheets for each in sheet.listed if each.anchor]
    entries = zip(begun, price_lists.places(shown.sheets), strict=True)
    return tuple(Entry(each.offer.seller, each.offer.model_id, each.of, path) for each, path in entries)


def _quoted(listed: tuple[Listed, ...]) -> tuple[Reference, ...]:
    return tuple(sorted(brevity.quoted(listed)))


def _linked(edition: Edition, card: Card) -> dict[str, object]:
    crumbs = (
        ("Models", "models/"),
        (editions.provider_name(edition, card), links.provider(card.provider)),
        (card.name, links.model(card.slug)),
        ("All prices", links.price_lists(card.slug)),
    )
    return {"@context": linked_data.CONTEXT, **linked_data.breadcrumb(edition, crumbs)}


def _markdown(edition: Edition, shown: Shown, listed: Iterable[Listed]) -> str:
    head, held = shown.page.head, tuple(listed)
    blocks = [
        f"# Every price of {twin.text(head.name)}",
        f"{twin.span(head.slug)}: {shown.total} prices at {shown.sellers} sellers, with their circumstances and "
        f"sources. As of {edition.day.isoformat()}.",
        *(block for each in held for block in _list(each)),
        "## Sources",
        "\n".join(map(twin.source, _quoted(held))),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _list(each: Listed) -> Iterator[str]:
    offer = each.offer
    if each.anchor:
        yield f"## {twin.text(offer.seller)}: {twin.span(offer.model_id)}"
    if offer.since or each.until or not each.now:
        yield f"### From {offer.since or 'an unknown day'}" + (f" until {each.until}" if each.until else "")
    yield "\n".join(f"- {line}" for line in _lines(each))


def _lines(each: Listed) -> Iterator[str]:
    offer = each.offer
    yield from (_stated(price) for price in offer.prices)
    if not offer.prices:
        yield "price unknown"
    yield f"status: {offer.status}" + "".join(f" [{reference.number}]" for reference in offer.references)
    yield from (f"agrees on {len(more.prices)} prices [{more.reference.number}]" for more in offer.agreed)
    yield from (f"disputes: {_stated(other.price)} [{other.reference.number}]" for other in offer.denied)
    yield from map(twin.text, _besides(offer))
    for label, said in each.differences:
        noted = f" ({twin.text(said.note)})" if said.note else ""
        yield f"{label}: {said.value}{noted}" + (f" [{said.reference.number}]" if said.reference else "")
    yield from (f"{limit.label}: {twin.text(limit.value)}" for limit in each.limits)
    yield from (
        f"worked example: {twin.text(one.usage)}: {one.total}" + (f" ({one.zero})" if one.zero else "")
        for one in each.worked
    )


def _stated(price: prices.Price) -> str:
    return twin.text(f"{price.label}: {prices.phrase(price)}")


def _besides(offer: OfferRow) -> Iterator[str]:
    """What a seller says of a price list besides its prices."""
    if offer.assumed:
        yield f"assumed unless told otherwise: {offer.assumed}"
    if offer.missing:
        yield f"without a price: {', '.join(offer.missing)}"
    yield from offer.adjustments
    yield f"fee: {offer.fee}"
    yield from filter(None, (offer.tariff_note, offer.note))
