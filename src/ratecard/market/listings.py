"""An offer as feeds list it: each feed's claims about one model at one seller."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ratecard.core.records import Feed, Source
from ratecard.market.evidence_files import ModelClaim, PriceClaim


class Listing(NamedTuple):
    """Each feed's claims about one offer, the feeds in order of precedence.

    If no feed lists it any more, `gone` holds the last feeds that did, as of the day it was last seen.
    """

    seller: str
    model_id: str
    models: dict[Feed, list[ModelClaim]]
    prices: dict[Feed, list[PriceClaim]]
    gone: tuple[Feed, ...] = ()

    @property
    def named(self) -> list[ModelClaim]:
        """The claims about the model rather than its prices."""
        return [model for models in self.models.values() for model in models]


def current(listings: Iterable[Listing]) -> list[Listing]:
    """The listings that a feed still holds; all of them if none does."""
    found = list(listings)
    return [listing for listing in found if not listing.gone] or found


@lru_cache
def source(feed: Feed) -> Source:
    """A feed as the source of its claims."""
    return Source(feed.url, feed.seen, via=f"{feed.name} {feed.version}")


def rank(feed: Feed) -> tuple[int, date]:
    """A feed's position in the order of precedence."""
    return feed.rank, feed.seen
