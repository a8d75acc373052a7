"""News by the catalog's own dates: price lists taking effect, and lifecycle events of models."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ratecard.core import display
from ratecard.core.evidence import dated, until
from ratecard.core.records import Card, Offer, Rate, Source, Tariff
from ratecard.market import diff
from ratecard.market.diff import CatalogChange
from ratecard.site import links
from ratecard.site.edition import Edition, seller_name
from ratecard.site.views import prices
from ratecard.site.views.prices import ShownPrice

PRICED = "priced"
REPRICED = "repriced"

#: The kinds of news, in the order of a day.
KINDS = (REPRICED, PRICED, "retired", "deprecated", "released", "listed")

#: The number of moves of one event on a page; the model's page and the JSON have all.
SHOWN = 4


class Move(NamedTuple):
    """One price that a new list changes; a side is None if it has no price."""

    label: str
    conditions: str
    before: ShownPrice | None
    after: ShownPrice | None
    shift: str

    @property
    def text(self) -> str:
        """The move in words: Input tokens: $0.27 per 1M input tokens → $0.28 per 1M input tokens (+3.7%)."""
        sides = (_side(self.before), _side(self.after))
        about = ", ".join(filter(None, (self.label, self.conditions)))
        return f"{about}: {' → '.join(sides)}" + (f" ({self.shift})" if self.shift else "")


class News(NamedTuple):
    """A dated event; `seller` and the fields after it are set only for prices."""

    day: date
    kind: str
    slug: str
    name: str
    source: Source
    note: str = ""
    seller: str = ""
    seller_id: str = ""
    model_id: str = ""
    moves: tuple[Move, ...] = ()
    changes: tuple[CatalogChange, ...] = ()

    @property
    def leading(self) -> tuple[Move, ...]:
        """The moves a page shows."""
        return self.moves[:SHOWN]

    @property
    def further(self) -> int:
        """The number of moves that a page leaves out."""
        return max(0, len(self.moves) - SHOWN)

    @property
    def path(self) -> str:
        """The page of the model."""
        return links.model(self.slug)

    @property
    def url(self) -> str:
        """The address of the source, where it may be linked."""
        return links.safe_url(self.source.url)

    @property
    def source_title(self) -> str:
        """The source as a reader needs it."""
        return links.title(self.source.url)

    @property
    def title(self) -> str:
        """The event in a few words: repriced: DeepSeek V4 Pro at DeepSeek."""
        return f"{self.kind}: {self.name}" + (f" at {self.seller}" if self.seller else "")

    @property
    def text(self) -> str:
        """The event in full."""
        return "; ".join([*filter(None, (self.note,)), *(move.text for move in self.moves)]) or self.title


def news(edition: Edition, cards: Iterable[Card] | None = None) -> tuple[News, ...]:
    """Every dated event of the catalog (or of some of its cards), the newest first; later days are announced."""
    chosen = edition.catalog.cards.values() if cards is None else cards
    found: list[News] = []
    for card in chosen:
        found += (News(turn.date, turn.event, card.slug, card.name, turn.source, turn.note) for turn in card.lifecycle)
        for offer in card.offers:
            lists = dated(offer)
            turns = zip((None, *lists), lists, strict=False)
            found += (_listed(edition, card, offer, old, new) for old, new in turns if new.effective)
    return tuple(sorted(found, key=_order))


def _listed(edition: Edition, card: Card, offer: Offer, old: Tariff | None, new: Tariff) -> News:
    """A price list as news, with the prices it changes; there may be none."""
    places = {(rate.meter, rate.when, rate.above): place for place, rate in reversed([*enumerate(new.rates)])}
    found = sorted(
        diff.repriced(card, offer, old, new) if old else (),
        key=lambda change: (bool(change.when), places.get((change.about, change.when, change.above), len(places))),
    )
    same, end = old is not None and not found, until(offer, new)
    notes = ("no price differs" if same else "", f"held until {end.isoformat()}" if end else "")
    return News(
        day=new.effective or date.min,
        kind=REPRICED if found else PRICED,
        slug=card.slug,
        name=card.name,
        source=new.sources[0],
        note="; ".join(filter(None, notes)),
        seller=seller_name(edition, offer.seller),
        seller_id=offer.seller,
        model_id=offer.model_id,
        moves=tuple(_move(edition, change) for change in found),
        changes=tuple(found),
    )


def _move(edition: Edition, change: CatalogChange) -> Move:
    before, after = (_price(edition, change, side) for side in (change.before, change.after))
    shown = after or before
    assert shown is not None  # a move has at least one side
    shift = ""
    if isinstance(change.before, diff.ChangedPrice) and isinstance(change.after, diff.ChangedPrice):
        same = change.before.currency == change.after.currency
        shift = display.shift(change.before.unit, change.after.unit) if same else ""
    return Move(shown.label, shown.conditions, before, after, shift)


def _price(edition: Edition, change: CatalogChange, side: diff.ChangedPrice | str) -> ShownPrice | None:
    if isinstance(side, str):
        return None
    rate = Rate(change.about, side.price, side.per, change.when, change.above, side.minimum, side.zero)
    return prices.price(rate, edition.catalog.vocabulary, side.currency)


def _side(price: ShownPrice | None) -> str:
    if price is None:
        return "not charged"
    return f"{price.shown} {price.unit}" + (f" ({price.zero})" if price.zero else "")


def _order(event: News) -> tuple[object, ...]:
    place = KINDS.index(event.kind) if event.kind in KINDS else len(KINDS)
    return (-event.day.toordinal(), place, event.slug, event.seller_id, event.model_id)
