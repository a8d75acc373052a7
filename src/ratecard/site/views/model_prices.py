"""Every price list of a model, divided into price pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ratecard.core.evidence import dated
from ratecard.core.records import Card, Offer, Tariff
from ratecard.site import links, paging
from ratecard.site.edition import Edition, page_offer, tariff_of
from ratecard.site.paging import ListPage
from ratecard.site.views import capabilities, offers
from ratecard.site.views.capabilities import Difference, LimitRow
from ratecard.site.views.offers import OfferRow, Worked
from ratecard.site.views.references import numbered, sources_of_card

#: The number of table lines on a page, and of those that the words about an offer take.
LINES, ABOUT = 190, 6
#: The fewest lines of a price list that begin at the foot of a page.
FEW = 10


class Listed(NamedTuple):
    """A price list of an offer, or a part of a long one, with the seller's capabilities, limits and examples.

    The first list of an offer has an `anchor` and the rest. `first` counts prices from 1.
    """

    offer: OfferRow
    anchor: str
    now: bool
    until: str
    first: int
    of: int
    differences: tuple[tuple[str, Difference], ...] = ()
    limits: tuple[LimitRow, ...] = ()
    worked: tuple[Worked, ...] = ()

    @property
    def last(self) -> int:
        """The number of the last price here."""
        return self.first + len(self.offer.prices) - 1


class PricePage(NamedTuple):
    """A page of price lists."""

    part: ListPage
    listed: tuple[Listed, ...]


def price_pages(card: Card, listed: Iterable[Listed]) -> list[PricePage]:
    """The pages: the offers in their order, the page's own first, each with its price lists, that in force first."""
    held = list(_paged(listed))
    sizes = [sum(len(each.offer.prices) for each in page) for page in held]
    return [PricePage(*each) for each in zip(paging.counted(links.price_lists(card.slug), sizes), held, strict=True)]


def addresses(found: Iterable[PricePage]) -> list[str]:
    """The address of each offer."""
    return [f"{page.part.path}#{each.anchor}" for page in found for each in page.listed if each.anchor]


def ordered(edition: Edition, card: Card) -> list[Offer]:
    """The offers of a card, the one its page is about first."""
    here = page_offer(edition, card)
    return sorted(card.offers, key=lambda offer: offer is not here)


def lists(edition: Edition, card: Card, rows: Iterable[OfferRow]) -> tuple[Listed, ...]:
    """Every price list whole, given the rows of the card's offers; an offer without any has an empty one."""
    here = page_offer(edition, card)
    notes = numbered(sources_of_card(card, here))
    held = sorted(zip(card.offers, rows, strict=True), key=lambda pair: pair[0] is not here)
    anchors = _anchors(offer for offer, _ in held)
    found: list[Listed] = []
    for (offer, row), anchor in zip(held, anchors, strict=True):
        now = tariff_of(edition, offer)
        differences, limits = capabilities.said_at(edition, offer, notes), capabilities.limits_of(offer.limits)
        whole = _listed(edition, offer, now, row)
        found.append(whole._replace(anchor=anchor, differences=differences, limits=limits))
        for tariff in reversed(dated(offer)):
            if tariff != now:
                found.append(_listed(edition, offer, tariff, offers.listed(edition, card, offer, tariff, notes)))
    return tuple(found)


def _listed(edition: Edition, offer: Offer, tariff: Tariff | None, row: OfferRow) -> Listed:
    return Listed(
        offer=row,
        anchor="",
        now=tariff == tariff_of(edition, offer),
        until=offers.until(offer, tariff),
        first=1,
        of=len(row.prices),
        worked=offers.worked_at(edition, offer, tariff),
    )


def _anchors(held: Iterable[Offer]) -> list[str]:
    """The ids of offers: each seller's own, with a number where one has several."""
    found: dict[str, None] = {}
    for offer in held:
        first = f"at-{links.anchor(offer.seller)}"
        tries = (first, *(f"{first}-{number}" for number in range(2, len(found) + 3)))
        found[next(each for each in tries if each not in found)] = None
    return list(found)


def _paged(listed: Iterable[Listed]) -> Iterator[tuple[Listed, ...]]:
    """The lists on as many pages as they need, one that is too long for the rest of a page in parts."""
    page: list[Listed] = []
    for whole in listed:
        for each in _cut(whole, LINES - _lines(page)):
            if page and _lines(page) + _lines([each]) > LINES:
                yield tuple(page)
                page = []
            page.append(each)
    yield tuple(page)


def _lines(page: Iterable[Listed]) -> int:
    return sum(ABOUT + len(each.offer.prices) + _extras(each) for each in page)


def _extras(each: Listed) -> int:
    """The number of lines other than prices."""
    return sum(map(len, (each.offer.agreed, each.offer.denied, each.differences, each.limits, each.worked)))


def _cut(whole: Listed, left: int) -> Iterator[Listed]:
    """A list in parts, the first for what is left of a page, the others for a page each."""
    count, page = len(whole.offer.prices), LINES - ABOUT - _extras(whole)
    room = left - ABOUT - _extras(whole)
    if count <= max(room, page):
        yield whole
        return
    at, room = 0, room if room >= FEW else page
    while at < count:
        part = whole.offer._replace(prices=whole.offer.prices[at : at + room])
        if at:
            whole = whole._replace(anchor="", differences=(), limits=(), worked=())
        yield whole._replace(offer=part, first=at + 1)
        at, room = at + room, LINES - ABOUT
