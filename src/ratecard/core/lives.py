"""The life of an offer: when it ends, who says so, and when a list last showed it.

An offer's own events go before its model's. What ends at one seller goes on elsewhere: the end of a model is its
maker's, and ends an offer of another seller only if the weights are closed and no newer list shows the offer.
"""

from datetime import date, timedelta
from typing import NamedTuple

from ratecard.core.records import Card, Event, Offer, Source

RELEASED, LISTED, DEPRECATED, RETIRED = "released", "listed", "deprecated", "retired"

OPEN_WEIGHTS = "open"

#: How long an offer that no list has any more may be chosen.
UNSEEN = timedelta(days=90)


def event_of(what: Card | Offer, word: str) -> Event | None:
    """The event of this kind in the life of a model or of an offer, or None if unknown."""
    return next((event for event in what.lifecycle if event.event == word), None)


def released(card: Card, offer: Offer) -> date | None:
    """The day on which an offer's model was released: that of its own state of the model, else of the model."""
    found = event_of(offer, RELEASED) or event_of(card, RELEASED)
    return found.date if found else None


def end(card: Card, offer: Offer) -> Event | None:
    """What ends an offer, on a day that may be to come: its own end, else that of its model."""
    own, its = event_of(offer, RETIRED), event_of(card, RETIRED)
    if own or its is None:
        return own
    goes_on = offer.seen and (card.licence.weights == OPEN_WEIGHTS or offer.seen > its.date)
    return None if goes_on else its


def ended(card: Card, offer: Offer, day: date) -> bool:
    """True if an offer has ended by this day."""
    found = end(card, offer)
    return found is not None and found.date <= day


def is_alive(card: Card, day: date) -> bool:
    """True if an offer of a model has not ended by this day; of a model without offers, if the model has not."""
    return any(not ended(card, offer, day) for offer in card.offers or (Offer("", ""),))


def is_unseen(seen: date | None, newest: date | None) -> bool:
    """True if an offer that was last seen on a day is too long unseen by the day of the newest list."""
    return seen is None or newest is None or newest - seen > UNSEEN


class Outlived(NamedTuple):
    """A day that an offer has outlived, its own announced end or that of its model, and what is said of it."""

    date: date
    says: str


def outlived(card: Card, offer: Offer) -> Outlived | None:
    """The announced end, of the offer or of its model, after which a list still shows the offer."""
    announced, its = event_of(offer, DEPRECATED), event_of(card, RETIRED)
    if announced and announced.note:
        says = f"its end was announced for {announced.date}, {who(announced.source)} says; {announced.note}"
        return Outlived(announced.date, says)
    if its and end(card, offer) is None:
        return Outlived(its.date, f"its maker retired it on {its.date}; last listed here on {offer.seen}")
    return None


def saying(card: Card, offer: Offer, day: date) -> str:
    """In words, when an offer ends and who says so, or what it has outlived; empty if nothing is known."""
    found, announced, past = end(card, offer), event_of(offer, DEPRECATED), outlived(card, offer)
    if found:
        with_model = "" if event_of(offer, RETIRED) else " with its model"
        return f"{'ended' if found.date <= day else 'ends'}{with_model} on {found.date}, {who(found.source)} says"
    if announced and not announced.note:
        return f"deprecated on {announced.date}, {who(announced.source)} says"
    return past.says if past and past.date <= day else ""


def who(source: Source) -> str:
    """Whoever makes a statement: the list that it was taken from, else the host of its page, or its package."""
    name, _, version = source.via.rpartition(" ")
    host = source.url.partition("://")[2].partition("/")[0].removeprefix("www.")
    return name or version or host or source.url.removeprefix("pkg:")
