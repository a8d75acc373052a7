"""A model's page cut to size: everything where there is room, else the essentials, with the rest on price pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.evidence import dated
from ratecard.core.records import Card, Offer, Rate, Tariff
from ratecard.site import links
from ratecard.site.edition import Edition, one_a_seller, page_offer, seller_name, status_of, tariff_of
from ratecard.site.views import capabilities, model_prices, offers, prices
from ratecard.site.views.model import Dossier, ModelPage
from ratecard.site.views.model_prices import Listed, PricePage
from ratecard.site.views.offers import OfferRow
from ratecard.site.views.prices import ShownPrice
from ratecard.site.views.references import Reference, numbered, sources_of_card

#: The number of characters on a page for everything that differs in length from model to model.
ROOM = 9_600
#: The average size of an entry of each kind, with tags; measured over the whole market.
SIZES: Mapping[str, int] = {
    "call": 3_600, "trial": 120, "question": 150, "error": 120, "price": 185, "folded": 130, "offer": 300, "claim": 130,
    "capability": 110, "difference": 60, "limit": 95, "turn": 150, "saying": 150, "worked": 200, "period": 80,
    "chart": 1_000, "reference": 260,
}  # fmt: skip
#: What a short page shows: prices of the seller it is about, sellers, further sources of a price, sellers that differ.
MAX_PRICES, MAX_SELLERS, MAX_CLAIMS, MAX_DIFFERENCES = 5, 6, 1, 3


class ShortSellerRow(NamedTuple):
    """A seller on a short page: its leading prices where they fit the columns, else in words; `path` from the page."""

    name: str
    differs: str
    path: str
    cells: tuple[ShownPrice, ...]
    words: str
    status: str


class Brief(NamedTuple):
    """Summaries that a short page prints in place of long lists."""

    prices: int
    claims: int
    columns: tuple[str, ...]
    sellers: tuple[ShortSellerRow, ...]
    others: int
    plain: tuple[tuple[str, str], ...]
    differing: bool
    repriced: bool
    ranges: tuple[tuple[str, str], ...]


class FittedPage(NamedTuple):
    """A model's page as its template prints it, and the price pages with what it leaves out."""

    page: ModelPage
    brief: Brief | None = None
    listed: tuple[Listed, ...] = ()
    price_pages: tuple[PricePage, ...] = ()
    sellers: int = 0

    @property
    def total(self) -> int:
        """The number of prices on the price pages."""
        return self.price_pages[0].part.total if self.price_pages else 0


def shown(edition: Edition, card: Card, page: ModelPage) -> FittedPage:
    """A page as it is where there is room, else shortened."""
    short = size(page) > ROOM and len(page.dossier.offers) > 0
    if not short and all(tariff == tariff_of(edition, offer) for offer in card.offers for tariff in dated(offer)):
        return FittedPage(page)  # it shows every rate
    listed = model_prices.lists(edition, card, page.dossier.offers)
    price_pages = tuple(model_prices.price_pages(card, listed))
    sellers = len({offer.seller for offer in card.offers})
    if not short:
        return FittedPage(page, None, listed, price_pages, sellers)
    brief = _brief(edition, card, page, price_pages)
    return FittedPage(_shortened(edition, card, page), brief, listed, price_pages, sellers)


def size(page: ModelPage) -> int:
    """The estimated size of the lists of a page, in characters."""
    found = page.dossier
    here = found.offer
    rows = [offer for offer in found.offers if not (offer.here and offer.folded)]
    counts = {
        "call": page.call is not None,
        "trial": page.trial is not None,
        "question": len(page.questions),
        "error": len(page.errors),
        "price": len(here.prices) if here else 0,
        "folded": sum(len(offer.prices) for offer in rows),
        "offer": len(found.offers),
        "claim": sum(map(_claims, found.offers)) + (2 * _claims(here) if here else 0),
        "capability": len(found.capabilities),
        "difference": sum(len(row.differences) for row in found.capabilities),
        "limit": len(found.limits),
        "turn": len(found.turns),
        "saying": sum(1 + len(dispute.sayings) for dispute in found.disputes),
        "worked": len(found.worked),
        "period": sum(1 + len(period.prices) for period in found.history),
        "chart": len(found.steps) + (found.spread is not None),
        "reference": len(found.references),
    }
    return sum(SIZES[kind] * count for kind, count in counts.items())


def _claims(offer: OfferRow) -> int:
    return len(offer.agreed) + len(offer.denied)


def _shortened(edition: Edition, card: Card, page: ModelPage) -> ModelPage:
    """The page with its long lists cut to what a short page shows."""
    offer = page_offer(edition, card)
    whole, tariff = page.dossier, tariff_of(edition, offer)
    here = whole.offer
    short = whole._replace(
        offer=here and here._replace(agreed=here.agreed[:MAX_CLAIMS], denied=here.denied[:MAX_CLAIMS]),
        offers=(),
        capabilities=tuple(row for row in _capabilities(whole) if _remarked(row)),
        limits=tuple(limit for limit in whole.limits if not limit.seller),
        worked=(),
        history=(),
        steps=(),
    )
    kept = frozenset(whole.references) - (quoted(whole._replace(references=())) - quoted(short._replace(references=())))
    kept -= _of_former_lists(edition, card, offer) - quoted(short._replace(references=()))
    short = short._replace(references=tuple(each for each in whole.references if each in kept))
    rates, currency = (main(tariff), tariff.currency) if tariff else ([], "")
    leading = tuple(prices.price(rate, edition.catalog.vocabulary, currency) for rate in rates)
    return page._replace(dossier=short, pricing=page.pricing._replace(prices=leading))


def _of_former_lists(edition: Edition, card: Card, here: Offer | None) -> frozenset[Reference]:
    """The sources of price lists that are not in force alone; the pages of prices have these lists, with them."""
    now = [offer._replace(tariffs=tuple(filter(None, [tariff_of(edition, offer)]))) for offer in card.offers]
    others = set(sources_of_card(card._replace(offers=tuple(now)), None))
    notes = numbered(sources_of_card(card, here))
    return frozenset(reference for source, reference in notes.items() if source not in others)


def _capabilities(whole: Dossier) -> tuple[capabilities.CapabilityRow, ...]:
    """The capabilities of the model, with where a seller differs while few do."""
    few = _differing(whole) <= MAX_DIFFERENCES
    return whole.capabilities if few else tuple(row._replace(differences=()) for row in whole.capabilities)


def _remarked(row: capabilities.CapabilityRow) -> bool:
    return bool(row.note or row.reference or row.differences)


def _without_remarks(whole: Dossier) -> tuple[tuple[str, str], ...]:
    """The capabilities without a note, source or difference, by value."""
    found: dict[str, list[str]] = {}
    for row in _capabilities(whole):
        if not _remarked(row):
            found.setdefault(row.value, []).append(row.label)
    return tuple((value, ", ".join(labels)) for value, labels in found.items())


def _differing(whole: Dossier) -> int:
    return sum(len(row.differences) for row in whole.capabilities)


def quoted(value: object) -> frozenset[Reference]:
    """Every source referenced anywhere in a part of a page."""
    found, rest = set(), [value]
    while rest:
        part = rest.pop()
        if type(part) is Reference:
            found.add(part)
        elif isinstance(part, tuple) and type(part) is not ShownPrice:
            rest += [each for each in part if isinstance(each, tuple)]
    return frozenset(found)


def main(tariff: Tariff) -> list[Rate]:
    """The rates of a price list that matter most, in its order.

    Those come first that hold unless told otherwise, then those under few circumstances of few values.
    """
    if len(tariff.rates) <= MAX_PRICES:
        return list(tariff.rates)
    assumed = frozenset(tariff.defaults.items())
    values = Counter(fact for fact, _ in frozenset().union(*(rate.when for rate in tariff.rates)))

    def apart(place: int) -> tuple[int, int, int]:
        rate = tariff.rates[place]
        told = rate.when - assumed
        return len(told) + bool(rate.above), sum(values[fact] for fact, _ in told), place

    return [tariff.rates[place] for place in sorted(sorted(range(len(tariff.rates)), key=apart)[:MAX_PRICES])]


def _brief(edition: Edition, card: Card, page: ModelPage, price_pages: Sequence[PricePage]) -> Brief:
    here = page.dossier.offer
    patterns = Counter(_pattern(edition, offer) for offer in card.offers)
    del patterns[()]
    columns = max(patterns, key=lambda pattern: (patterns[pattern], pattern), default=())
    start = len(links.model(card.slug))
    paths = [path[start:] for path in model_prices.addresses(price_pages)]
    rows = sorted(_sellers(edition, card, columns, paths), key=_by_price)
    return Brief(
        prices=len(here.prices) if here else 0,
        claims=max(0, len(here.agreed) - MAX_CLAIMS) + max(0, len(here.denied) - MAX_CLAIMS) if here else 0,
        columns=tuple(unit for _, unit in columns),
        sellers=tuple(rows[:MAX_SELLERS]),
        others=max(0, len(rows) - MAX_SELLERS),
        plain=_without_remarks(page.dossier),
        repriced=bool(page.dossier.history),
        differing=_differing(page.dossier) > MAX_DIFFERENCES,
        ranges=_ranges(edition, card),
    )


def _pattern(edition: Edition, offer: Offer) -> tuple[tuple[str, str], ...]:
    """The meters and units that an offer leads with; those of most offers are the columns of the table of sellers."""
    tariff = tariff_of(edition, offer)
    line = prices.headline(tariff, edition.catalog.vocabulary)
    plain = tariff and tariff.currency == "USD" and not line.start and not any(price.zero for price in line.prices)
    return tuple((price.label, price.unit) for price in line.prices) if plain else ()


def _sellers(
    edition: Edition, card: Card, columns: tuple[tuple[str, str], ...], paths: Sequence[str]
) -> Iterator[ShortSellerRow]:
    shown = one_a_seller(card, edition.day)
    for offer, path in zip(model_prices.ordered(edition, card), paths, strict=True):
        if offer not in shown:
            continue
        line = prices.headline(tariff_of(edition, offer), edition.catalog.vocabulary)
        fits = bool(columns) and _pattern(edition, offer) == columns
        yield ShortSellerRow(
            name=seller_name(edition, offer.seller),
            differs=offers.differs(edition, offer),
            path=path,
            cells=line.prices if fits else (),
            words="" if fits else line.text,
            status=status_of(edition, offer),
        )


def _by_price(row: ShortSellerRow) -> tuple[bool, bool, list[Decimal], str, str]:
    """Sort key: the cheapest first, then other units, last those without a price."""
    amounts = [Decimal(price.value) for price in row.cells]
    return not row.cells, not row.words, amounts, row.name.lower(), row.path


def _ranges(edition: Edition, card: Card) -> tuple[tuple[str, str], ...]:
    """Limits that differ between sellers: the range, and at how many sellers."""
    found: dict[str, list[capabilities.LimitRow]] = {}
    for limit in capabilities.limits(edition, card):
        if limit.seller:
            found.setdefault(limit.label, []).append(limit)
    return tuple((label, _range(held)) for label, held in found.items())


def _range(held: list[capabilities.LimitRow]) -> str:
    values = list(dict.fromkeys(limit.value for limit in held))
    at = f"at {len(held)} sellers" if len(held) > 1 else f"at {held[0].seller}"
    if len(values) == 1:
        return f"{values[0]} {at}"
    if all(value.replace(",", "").isdigit() for value in values):
        values.sort(key=lambda value: int(value.replace(",", "")))
        return f"{values[0]} to {values[-1]} {at}"
    return f"{len(values)} values {at}"
