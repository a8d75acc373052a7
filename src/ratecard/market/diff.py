"""Differences between two catalogs, and the price history of one model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, event_date, offer_of
from ratecard.core.evidence import HeldPrices, confidence, delisted, price_status, tariff_at, unit_price, until
from ratecard.core.records import NO_CONDITIONS, Card, Conditions, Offer, Rate, Source, Tariff

MODEL_ADDED = "model added"
MODEL_REMOVED = "model removed"
RETIRED = "retired"
DELISTED = "delisted"
LISTED_AGAIN = "listed again"
REPRICED = "repriced"
RATE_ADDED = "rate added"
RATE_REMOVED = "rate removed"
OFFER_ADDED = "offer added"
OFFER_REMOVED = "offer removed"
CAPABILITY = "capability"

#: Every kind of change, in the order of reports.
KINDS = (
    MODEL_ADDED, MODEL_REMOVED, RETIRED, DELISTED, LISTED_AGAIN, REPRICED, RATE_ADDED, RATE_REMOVED, OFFER_ADDED,
    OFFER_REMOVED, CAPABILITY,
)  # fmt: skip


class ChangedPrice(NamedTuple):
    """The price of a quantity of a meter; `zero` is the reason for a price of zero."""

    price: Decimal
    per: int
    currency: str
    minimum: Decimal = Decimal(0)
    zero: str = ""
    unit: Decimal = Decimal(0)


class CatalogChange(NamedTuple):
    """One difference; `about` is a meter or a capability, and an empty field does not apply.

    `sellers` are all that sell the model, or the one whose offer changed.
    """

    kind: str
    slug: str
    name: str
    sellers: tuple[str, ...]
    model_id: str = ""
    about: str = ""
    when: Conditions = NO_CONDITIONS
    above: int = 0
    before: ChangedPrice | str = ""
    after: ChangedPrice | str = ""


def changes(old: Catalog, new: Catalog, day: date) -> list[CatalogChange]:
    """Every difference between two catalogs, with the prices in force on a day, in order.

    Prices are equal if a single unit of the meter costs the same, whatever their `per`. A model that is
    added or removed is a single change.
    """
    before, after = dict(old.cards), dict(new.cards)
    found = [_model(MODEL_ADDED, after[slug]) for slug in after.keys() - before.keys()]
    found += [_model(MODEL_REMOVED, before[slug]) for slug in before.keys() - after.keys()]
    for slug in before.keys() & after.keys():
        if before[slug] != after[slug]:
            found += _within(before[slug], after[slug], day)
    return sorted(found, key=_order)


def newest_day(*catalogs: Catalog) -> date:
    """The last day on which a source of these catalogs was checked; `date.min` without sources."""
    cards = [card for catalog in catalogs for card in catalog.cards.values()]
    tariffs = (tariff for card in cards for offer in card.offers for tariff in offer.tariffs)
    sources = (*(card.sources for card in cards), *(tariff.sources for tariff in tariffs))
    return max((source.checked for found in sources for source in found), default=date.min)


def _order(change: CatalogChange) -> tuple[object, ...]:
    place = (KINDS.index(change.kind), change.slug, change.sellers, change.model_id, change.about)
    return (*place, sorted(change.when), change.above)


def _model(kind: str, card: Card) -> CatalogChange:
    return CatalogChange(kind, card.slug, card.name, _sellers(card))


def _sellers(card: Card) -> tuple[str, ...]:
    return tuple(sorted({offer.seller for offer in card.offers}))


def _within(old: Card, new: Card, day: date) -> Iterator[CatalogChange]:
    """The differences between two states of one card."""
    base = CatalogChange("", new.slug, new.name, _sellers(new))
    yield from _ends(base, old, new)
    yield from _capabilities(base, old, new)
    before, after = ({(offer.seller, offer.model_id): offer for offer in card.offers} for card in (old, new))
    for seller, model_id in before.keys() | after.keys():
        base = CatalogChange("", new.slug, new.name, (seller,), model_id)
        if (seller, model_id) not in before:
            yield base._replace(kind=OFFER_ADDED)
        elif (seller, model_id) not in after:
            yield base._replace(kind=OFFER_REMOVED)
        else:
            yield from _offer(base, before[seller, model_id], after[seller, model_id], day)


def _ends(base: CatalogChange, old: Card | Offer, new: Card | Offer) -> Iterator[CatalogChange]:
    before, after = (str(event_date(held, RETIRED) or "") for held in (old, new))
    if before != after:
        yield base._replace(kind=RETIRED, before=before, after=after)


def _capabilities(base: CatalogChange, old: Card | Offer, new: Card | Offer) -> Iterator[CatalogChange]:
    for word in old.capabilities.keys() | new.capabilities.keys():
        before, after = (held.capabilities[word].value if word in held.capabilities else "" for held in (old, new))
        if before != after:
            yield base._replace(kind=CAPABILITY, about=word, before=before, after=after)


def _offer(base: CatalogChange, old: Offer, new: Offer, day: date) -> Iterator[CatalogChange]:
    yield from _ends(base, old, new)
    yield from _capabilities(base, old, new)
    if delisted(old) != delisted(new):
        kind = DELISTED if delisted(new) else LISTED_AGAIN
        yield base._replace(kind=kind, after=new.note)
    yield from _between(base, tariff_at(old, day), tariff_at(new, day))


def repriced(card: Card, offer: Offer, old: Tariff, new: Tariff) -> list[CatalogChange]:
    """The changes of an offer's price list from the one before it, price by price, in order."""
    base = CatalogChange("", card.slug, card.name, (offer.seller,), offer.model_id)
    return sorted(_between(base, old, new), key=_order)


def _between(base: CatalogChange, old: Tariff | None, new: Tariff | None) -> Iterator[CatalogChange]:
    before, after = _prices(old), _prices(new)
    for cell, _ in _percents(old).items() ^ _percents(new).items():
        for tariff, prices in ((old, before), (new, after)):
            if tariff is not None and _percents(tariff).get(cell) is not None:
                prices.update(_under_percentage(tariff, cell))
    for cell in before.keys() | after.keys():
        meter, when, above = cell
        about = base._replace(about=meter, when=when, above=above)
        if cell not in before:
            yield about._replace(kind=RATE_ADDED, after=after[cell])
        elif cell not in after:
            yield about._replace(kind=RATE_REMOVED, before=before[cell])
        elif _essence(before[cell]) != _essence(after[cell]):
            yield about._replace(kind=REPRICED, before=before[cell], after=after[cell])


def _prices(tariff: Tariff | None) -> dict[tuple[str, Conditions, int], ChangedPrice]:
    """The prices of a list by meter, conditions and threshold."""
    found: dict[tuple[str, Conditions, int], ChangedPrice] = {}
    if tariff is None:
        return found
    for rate in tariff.rates:
        price = ChangedPrice(rate.price, rate.per, tariff.currency, rate.minimum, rate.zero, unit_price(rate))
        found[rate.meter, rate.when, rate.above] = price
    return found


def _percents(tariff: Tariff | None) -> dict[tuple[str, Conditions, int], Decimal]:
    """The percentages of a list by meter and conditions."""
    if tariff is None:
        return {}
    meters = tuple(dict.fromkeys(rate.meter for rate in tariff.rates))
    return {
        (meter, change.when, 0): change.percent
        for change in tariff.adjustments
        for meter in change.meters or meters
        if change.percent
    }


def _under_percentage(
    tariff: Tariff, cell: tuple[str, Conditions, int]
) -> dict[tuple[str, Conditions, int], ChangedPrice]:
    """The price that a percentage makes of the plain one of a meter, where there is one."""
    meter, when, _ = cell
    plain = next(
        (rate for rate in tariff.rates if (rate.meter, rate.when, rate.above) == (meter, NO_CONDITIONS, 0)), None
    )
    unit = HeldPrices(tariff).of(meter, when)
    if plain is None or unit is None:
        return {}
    price = decimals.multiply(unit, Decimal(plain.per))
    return {cell: ChangedPrice(price, plain.per, tariff.currency, plain.minimum, "", unit)}


def _essence(price: ChangedPrice) -> ChangedPrice:
    """A price whatever quantity it is written for."""
    return price._replace(price=price.unit, per=1)


def concerning(found: Iterable[CatalogChange], sellers: Iterable[str]) -> list[CatalogChange]:
    """The changes that concern some sellers; all changes if no seller is given."""
    wanted = set(sellers)
    return [change for change in found if not wanted or wanted & set(change.sellers)]


class HistoryEntry(NamedTuple):
    """A price list of an offer, in force from `since` to before `until`; None is an open end."""

    slug: str
    seller: str
    model_id: str
    since: date | None
    until: date | None
    status: str
    confidence: str
    currency: str
    rates: tuple[Rate, ...]
    sources: tuple[Source, ...]
    note: str = ""


def history(card: Card, seller: str | None = None) -> list[HistoryEntry]:
    """The price lists of a model, offer by offer and oldest first; only those of `seller` if it is given.

    Raises `UnknownSeller` if that seller does not sell the model.
    """
    if seller is not None:
        offer_of(card, seller)
    return [
        HistoryEntry(
            card.slug, offer.seller, offer.model_id, tariff.effective, until(offer, tariff), price_status(tariff),
            confidence(tariff), tariff.currency, tariff.rates, tariff.sources,
            "; ".join(filter(None, (offer.note, tariff.note))),
        )
        for offer in card.offers if seller in (None, offer.seller)
        for tariff in offer.tariffs
    ]  # fmt: skip
