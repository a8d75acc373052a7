"""Differences between two catalogs, and the price history of one model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.catalog import Catalog, event_date, offer_of
from ratecard.core.evidence import confidence, delisted, price_status, tariff_at, unit_price, until
from ratecard.core.records import NO_CONDITIONS, Capability, Card, Conditions, Offer, Rate, Source, Tariff

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

#: Every kind of change, in the order they are told in.
KINDS = (
    MODEL_ADDED, MODEL_REMOVED, RETIRED, DELISTED, LISTED_AGAIN, REPRICED, RATE_ADDED, RATE_REMOVED, OFFER_ADDED,
    OFFER_REMOVED, CAPABILITY,
)  # fmt: skip


class ChangedPrice(NamedTuple):
    """What so much of a meter costs; `zero` says why where it costs nothing."""

    price: Decimal
    per: int
    currency: str
    minimum: Decimal = Decimal(0)
    zero: str = ""
    unit: Decimal = Decimal(0)


class Change(NamedTuple):
    """One difference. `about` is a meter or a capability; what is empty does not apply.

    `sellers` are those it concerns: all that sell the model, or the one whose offer it is about.
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


def changes(old: Catalog, new: Catalog, day: date) -> list[Change]:
    """Every difference between two catalogs, with the prices in force on a day, in order.

    A price is the same where a single unit of the meter costs the same, whatever `per` it is written
    for. What a model that is new or gone consists of is not told line by line.
    """
    before, after = dict(old.cards), dict(new.cards)
    found = [_model(MODEL_ADDED, after[slug]) for slug in after.keys() - before.keys()]
    found += [_model(MODEL_REMOVED, before[slug]) for slug in before.keys() - after.keys()]
    for slug in before.keys() & after.keys():
        if before[slug] != after[slug]:
            found += _within(before[slug], after[slug], day)
    return sorted(found, key=_order)


def newest_day(*catalogs: Catalog) -> date:
    """The last day on which anyone checked a source of these catalogs; the first of days where nobody did."""
    return max(
        (day for catalog in catalogs for card in catalog.cards.values() for day in _days(card)), default=date.min
    )


def _days(card: Card) -> Iterator[date]:
    yield from (source.checked for source in card.sources)
    tariffs = (tariff for offer in card.offers for tariff in offer.tariffs)
    yield from (source.checked for tariff in tariffs for source in tariff.sources)


def _order(change: Change) -> tuple[object, ...]:
    place = (KINDS.index(change.kind), change.slug, change.sellers, change.model_id, change.about)
    return (*place, sorted(change.when), change.above)


def _model(kind: str, card: Card) -> Change:
    return Change(kind, card.slug, card.name, _sellers(card))


def _sellers(card: Card) -> tuple[str, ...]:
    return tuple(sorted({offer.seller for offer in card.offers}))


def _within(old: Card, new: Card, day: date) -> Iterator[Change]:
    """The differences between two states of one card."""
    yield from _retirement(old, new)
    base = Change(CAPABILITY, new.slug, new.name, _sellers(new))
    yield from _capabilities(base, old.capabilities, new.capabilities)
    before, after = _offers(old), _offers(new)
    for key in before.keys() | after.keys():
        base = Change("", new.slug, new.name, key[:1], key[1])
        if key not in before:
            yield base._replace(kind=OFFER_ADDED)
        elif key not in after:
            yield base._replace(kind=OFFER_REMOVED)
        else:
            yield from _offer(base, before[key], after[key], day)


def _offers(card: Card) -> dict[tuple[str, str], Offer]:
    return {(offer.seller, offer.model_id): offer for offer in card.offers}


def _retirement(old: Card, new: Card) -> Iterator[Change]:
    before, after = event_date(old, "retired"), event_date(new, "retired")
    if before != after:
        yield Change(
            RETIRED, new.slug, new.name, _sellers(new), before=_iso(before), after=_iso(after)
        )  # fmt: skip


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _capabilities(base: Change, old: Mapping[str, Capability], new: Mapping[str, Capability]) -> Iterator[Change]:
    for word in old.keys() | new.keys():
        before, after = (held[word].value if word in held else "" for held in (old, new))
        if before != after:
            yield base._replace(kind=CAPABILITY, about=word, before=before, after=after)


def _offer(base: Change, old: Offer, new: Offer, day: date) -> Iterator[Change]:
    yield from _capabilities(base, old.capabilities, new.capabilities)
    if delisted(old) != delisted(new):
        kind = DELISTED if delisted(new) else LISTED_AGAIN
        yield base._replace(kind=kind, after=new.note)
    yield from _between(base, tariff_at(old, day), tariff_at(new, day))


def repriced(card: Card, offer: Offer, old: Tariff, new: Tariff) -> list[Change]:
    """What a price list of an offer changes in the one before it, price by price, in order."""
    base = Change("", card.slug, card.name, (offer.seller,), offer.model_id)
    return sorted(_between(base, old, new), key=_order)


def _between(base: Change, old: Tariff | None, new: Tariff | None) -> Iterator[Change]:
    before, after = _prices(old), _prices(new)
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
    if tariff is None:
        return {}
    return {(rate.meter, rate.when, rate.above): _price(rate, tariff.currency) for rate in tariff.rates}


def _price(rate: Rate, currency: str) -> ChangedPrice:
    return ChangedPrice(rate.price, rate.per, currency, rate.minimum, rate.zero, unit_price(rate))


def _essence(price: ChangedPrice) -> ChangedPrice:
    """A price without how it is written."""
    return price._replace(price=price.unit, per=1)


def concerning(found: Iterable[Change], sellers: Iterable[str]) -> list[Change]:
    """The changes that concern some sellers; all of them where none is named."""
    wanted = set(sellers)
    return [change for change in found if not wanted or wanted & set(change.sellers)]


class HistoryEntry(NamedTuple):
    """A price list of an offer, in force from `since` and before `until`; None leaves that end open."""

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
    """The price lists of a model, offer by offer and oldest first; only those of `seller` where one is given.

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
