"""An offer as feeds list it: each feed's claims about one model at one seller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ratecard.core.model_ids import forms
from ratecard.core.records import Feed, Source
from ratecard.market.evidence_files import ModelClaim, PriceClaim

_Claim = TypeVar("_Claim")


class OfferKey(NamedTuple):
    """The key of an offer: a seller and a model id in lower case."""

    seller: str
    model_id: str


class Listing(NamedTuple):
    """Each feed's claims about one offer, the feeds in order of precedence.

    If no feed lists it any more, `gone` holds the last feeds that did, as of the day it was last seen. `ids` are
    other spellings of the model id.
    """

    seller: str
    model_id: str
    models: dict[Feed, list[ModelClaim]]
    prices: dict[Feed, list[PriceClaim]]
    gone: tuple[Feed, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def seen(self) -> date:
        """The day of the newest list that has it."""
        return max(feed.seen for feed in (*self.models, *self.prices))

    @property
    def named(self) -> list[ModelClaim]:
        """The claims about the model rather than its prices."""
        return [model for models in self.models.values() for model in models]


def joined(spellings: Sequence[Listing], tail: str, *, as_path: bool) -> list[Listing]:
    """One listing of an id that feeds spell differently, as the seller's other ids are: as a path with `/` or not.

    Of several such spellings one that ends with the model's name, `tail`, is taken, else the first feed's. A feed
    that lists several apart keeps them apart if their prices differ; else its first one speaks.
    """

    def order(listing: Listing) -> tuple[object, ...]:
        strange = ("/" in listing.model_id) != as_path, not any(form.endswith(tail) for form in forms(listing.model_id))
        feed = min(map(rank, {**listing.models, **listing.prices}))
        return (*strange, feed, -len(listing.model_id), listing.model_id)

    found: list[Listing] = []
    for listing in sorted(current(spellings), key=order):
        at = next((at for at, held in enumerate(found) if _agree(held, listing)), None)
        if at is None:
            found.append(listing)
        else:
            held = found[at]
            found[at] = held._replace(
                models=_in_order({**listing.models, **held.models}),
                prices=_in_order({**listing.prices, **held.prices}),
                ids=(*held.ids, listing.model_id),
            )
    return found


def is_stepped(listing: Listing) -> bool:
    """Whether a feed states a price above a number of tokens."""
    return any(price.above for prices in listing.prices.values() for price in prices)


def with_prices_of(listing: Listing, other: Listing) -> Listing:
    """A listing with what feeds that do not list it state of another one."""
    return listing._replace(prices=_in_order({**other.prices, **listing.prices}))


def _in_order(by_feed: dict[Feed, list[_Claim]]) -> dict[Feed, list[_Claim]]:
    return {feed: by_feed[feed] for feed in sorted(by_feed, key=rank)}


def _agree(one: Listing, other: Listing) -> bool:
    """True unless a feed states another price for the same unit and conditions under another spelling."""
    for feed in one.prices.keys() & other.prices.keys():
        stated = {(price.meter, price.when, price.above, price.effective): price for price in one.prices[feed]}
        for price in other.prices[feed]:
            known = stated.get((price.meter, price.when, price.above, price.effective))
            if known and known.price * price.per != price.price * known.per:
                return False
    return True


def current(listings: Iterable[Listing]) -> list[Listing]:
    """The listings that a feed still holds; all of them if none does."""
    found = list(listings)
    return [listing for listing in found if not listing.gone] or found


@lru_cache
def source(feed: Feed) -> Source:
    """A feed as the source of its claims."""
    return Source(feed.url, feed.seen, via=f"{feed.name} {feed.version}" if feed.version else "")


def is_page(feed: Feed) -> bool:
    """True if a feed is a page that somebody read, and no list of another project."""
    return feed.id == feed.url


def rank(feed: Feed) -> tuple[int, date]:
    """A feed's position in the order of precedence."""
    return feed.rank, feed.seen
