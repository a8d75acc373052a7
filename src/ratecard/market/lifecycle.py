"""The lives of offers and of models, from what feeds state at each seller's listing.

A date at a listing belongs to that offer alone. Only what the maker states of its own offers is said of the model too.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from ratecard.core.evidence import dated
from ratecard.core.lives import DEPRECATED, LISTED, RELEASED, RETIRED, event_of
from ratecard.core.records import Card, Event, Feed, Offer, Seller
from ratecard.market.listings import Listing, source

#: No model that is sold is older; earlier dates, such as the first of 1970, stand for unknown ones.
OLDEST = date(2018, 1, 1)

#: The word in the snapshot of an offer that came before the model itself.
PREVIEW = "preview"

CLOSED = "closed"

#: The listing of an offer, if any.
Listings = Callable[[Offer], Listing | None]


def with_lives(card: Card, listings: Listings, own: Container[str]) -> Card:
    """A card with the lives of its offers, and with what its maker states of it at its `own` sellers.

    What an author wrote is kept.
    """
    makers = _plainest([offer for offer in card.offers if offer.seller in own])
    begun = (found for offer in makers if (listing := listings(offer)) and (found := _begun(listing, RELEASED, offer)))
    released = event_of(card, RELEASED) or min(begun, key=_day, default=None)
    since = released.date if released else None
    previewed = any(PREVIEW in offer.facts.get("snapshot", "") for offer in card.offers if offer.seller in own)
    offers = [
        with_life(offer, listings(offer), since, own=offer.seller in own, later=previewed or bool(offer.facts))
        for offer in card.offers
    ]
    end = event_of(card, RETIRED) or _end_of_all(_plainest([offer for offer in offers if offer.seller in own]))
    if end:
        offers = [_added(offer, end) if offer.seller in own else offer for offer in offers]
    missing = [event for event in (released, end) if event and event not in card.lifecycle]
    return card._replace(lifecycle=(*card.lifecycle, *missing), offers=tuple(offers))


#: The kinds of sellers that answer no call themselves.
PASSING_ON = frozenset({"gateway", "reseller"})


def ended_elsewhere(card: Card, listings: Listings, sellers: Mapping[str, Seller]) -> Card:
    """A card whose offers have ended with their sellers, or where these pass calls on, with its closed weights.

    A list that goes on listing what is no longer sold is no sign that a gateway still has somebody to ask.
    """
    its = event_of(card, RETIRED) if card.licence.weights == CLOSED else None

    def end(offer: Offer) -> Event | None:
        seller = sellers.get(offer.seller)
        if seller and seller.closed:
            return seller.closed
        listing = listings(offer)
        if its is None or listing is None or seller is None or seller.kind not in PASSING_ON or seller.host:
            return None
        shown = any(feed.seen > its.date and not feed.keeps_ended for feed in (*listing.models, *listing.prices))
        return None if shown else its

    return card._replace(offers=tuple(_added(offer, over) if (over := end(offer)) else offer for offer in card.offers))


def with_life(
    offer: Offer, listing: Listing | None, released: date | None = None, *, own: bool = False, later: bool = True
) -> Offer:
    """An offer with its life: what its author wrote, else what feeds state of it.

    `released` is the day its maker released the model; an earlier one is no date of an offer. A later one of its `own`
    is that of a state of the model, or of a model that was a preview first; else it is when the name led on to another.
    """
    newest = [entry.checked for tariff in offer.tariffs[-1:] for entry in tariff.sources]
    seen = max([*newest, *([listing.seen] if listing else [])], default=None)
    begun = _begun(listing, RELEASED if own else LISTED, offer) if listing else None
    is_own = begun and (released is None or (begun.date > released and (later or not own)))
    if begun and is_own and event_of(offer, begun.event) is None:
        offer = offer._replace(lifecycle=(*offer.lifecycle, begun))
    end = _end(listing, released) if listing else None
    return _added(offer._replace(seen=seen), end) if end else offer._replace(seen=seen)


def _plainest(offers: Sequence[Offer]) -> Sequence[Offer]:
    """The offers of the plain model, without snapshots and other variants; all of them if there is none."""
    return [offer for offer in offers if not offer.facts] or offers


def _added(offer: Offer, end: Event) -> Offer:
    """An offer with an end, unless it has one."""
    held = event_of(offer, RETIRED) or event_of(offer, DEPRECATED)
    return offer if held else offer._replace(lifecycle=(*offer.lifecycle, end))


def _end_of_all(offers: Sequence[Offer]) -> Event | None:
    """The last end of some offers, if no list that is newer than it shows one that has no end."""
    last = max((end for offer in offers if (end := event_of(offer, RETIRED))), key=_day, default=None)
    open_ended = [offer for offer in offers if event_of(offer, RETIRED) is None]
    goes_on = last and any(offer.seen and offer.seen > last.date for offer in open_ended)
    return None if goes_on else last


def _begun(listing: Listing, word: str, offer: Offer) -> Event | None:
    """The first day that a feed states for a listing, unless the offer had a price before.

    A first of January stands for a year. A name that leads from one model to the next has the day of the last of them.
    """
    days = (
        (claim.released, feed)
        for feed, claims in listing.models.items()
        for claim in claims
        if claim.released and claim.released >= OLDEST and (claim.released.month, claim.released.day) != (1, 1)
    )
    found = min(days, key=lambda stated: stated[0], default=None)
    return Event(word, found[0], source(found[1])) if found and not _sold_before(offer, found[0]) else None


def _sold_before(offer: Offer, day: date) -> bool:
    """True if a price list of an offer, or its end, is older than a day."""
    lists = dated(offer)
    is_older = any(tariff.effective and tariff.effective < day for tariff in lists)
    return is_older or any(after.effective and after.effective <= day for _, after in pairwise(lists))


def _end(listing: Listing, released: date | None) -> Event | None:
    """The end of an offer that its newest list with one states, announced only if a later list still shows it."""
    ends = {feed: day for feed in listing.models if (day := _last_day(listing, feed, released))}
    if not ends:
        return None
    feed = max(ends, key=lambda feed: (feed.seen, -feed.rank))
    day = ends[feed]
    later = max(_showing(listing, feed, day), key=lambda other: other.seen, default=None)
    if later is None:
        return Event(RETIRED, day, source(feed))
    return Event(DEPRECATED, day, source(feed), f"still listed on {later.seen} by {later.name}")


def _last_day(listing: Listing, feed: Feed, released: date | None) -> date | None:
    """The last of the ends that a feed states.

    An anniversary of the release is no end, but how long a seller promises the model: "not sooner than".
    """
    days = [claim.retired for claim in listing.models[feed] if claim.retired and claim.retired >= OLDEST]
    found = max(days, default=None)
    return None if found and released and (found.month, found.day) == (released.month, released.day) else found


def _showing(listing: Listing, feed: Feed, day: date) -> Iterator[Feed]:
    """The other lists, newer than an end, that show the offer without one, and do not keep what is no longer sold."""
    for other in () if listing.gone else {**listing.models, **listing.prices}:
        states_end = any(claim.retired for claim in listing.models.get(other, ()))
        if other != feed and other.seen > day and not other.keeps_ended and not states_end:
            yield other


def _day(event: Event) -> date:
    return event.date
