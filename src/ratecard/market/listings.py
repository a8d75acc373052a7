"""An offer as feeds list it: what each of them says of one model at one seller."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ratecard.core.records import Feed, Source
from ratecard.market.evidence_files import ModelClaim, PriceClaim


class Listing(NamedTuple):
    """What each feed says of one offer, the feeds in order of precedence.

    `gone` holds the feeds that listed it last, where none lists it any more; each is then as of the
    day it was last seen there.
    """

    seller: str
    model_id: str
    models: dict[Feed, list[ModelClaim]]
    prices: dict[Feed, list[PriceClaim]]
    gone: tuple[Feed, ...] = ()

    @property
    def named(self) -> list[ModelClaim]:
        """What feeds say of the model beside its prices."""
        return [model for models in self.models.values() for model in models]


def current(listings: Iterable[Listing]) -> list[Listing]:
    """The listings that a feed still holds; all of them where none does."""
    found = list(listings)
    return [listing for listing in found if not listing.gone] or found


@lru_cache
def source(feed: Feed) -> Source:
    """A feed as the source of what it claims."""
    return Source(feed.url, feed.seen, via=f"{feed.name} {feed.version}")


def rank(feed: Feed) -> tuple[int, date]:
    """Where a feed stands in the order of precedence."""
    return feed.rank, feed.seen
