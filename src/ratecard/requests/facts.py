"""The facts of a request: those given, and the open ones with every value in the price list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ratecard.core.records import Card, Offer, Rate, Tariff, Vocabulary
from ratecard.core.usage import reading_facts
from ratecard.requests.bounds import FactValues
from ratecard.requests.needs_of import ParsedRequest

#: The value of an open fact.
OPEN = "?"

#: The limits that list the values of a fact.
LISTED: Mapping[str, str] = {"size": "sizes", "resolution": "resolutions"}
#: The fact that follows from the time of the call.
_TIMELY = "period"


class Facts(NamedTuple):
    """The facts of a request: the value of each that is given, with why, and those that are open."""

    given: Mapping[str, str]
    why: Mapping[str, str]
    open: frozenset[str]
    notes: tuple[str, ...] = ()


def facts(reading: ParsedRequest, vocabulary: Vocabulary, stated: Mapping[str, str]) -> Facts:
    """The facts that a request and its sender give, and those the request leaves to the seller."""
    decided = {fact: entry for fact, entry in reading.decided.items() if fact in vocabulary.facts}
    given = {**{fact: value for fact, (value, _) in decided.items()}, **stated}
    why = {fact: "a line of a batch" if path == "url" else f"given as {path}" for fact, (_, path) in decided.items()}
    why |= dict.fromkeys(stated, "given on the command line")
    usual = [entry for entry in reading.asked if entry.cost == "usual"]
    notes = tuple(f"{entry.name} {entry.value}: priced as without a {entry.name}" for entry in usual)
    return Facts(given, why, reading.left - given.keys(), notes)


def circumstances(
    card: Card, offer: Offer, tariff: Tariff, vocabulary: Vocabulary, meters: Iterable[str], found: Facts
) -> list[FactValues]:
    """Every open fact that the price of these meters depends on, with its possible values.

    A fact is open if the request leaves it to the seller, or if nothing is priced without it.
    """
    rates = [rate for meter in meters for rate in _rates(tariff, vocabulary, meter)]
    sure = {**tariff.defaults, **found.given}
    left = dict.fromkeys(found.open & _asked_for(rates, vocabulary), "the request leaves it to the seller")
    for fact in _needed(tariff, vocabulary, meters, sure):
        left.setdefault(fact, "not in the request, and without a default")
    known = {**found.given, **dict.fromkeys(left, OPEN)}
    open_facts = []
    for fact, why in sorted(left.items()):
        default, listed = tariff.defaults.get(fact, ""), vocabulary.facts[fact].values
        values = _values(rates, fact, known) or _limits(card, offer, fact)
        values = tuple(dict.fromkeys((*values, *([default] if default else []))))
        ordered = tuple(sorted(values, key=listed.index)) if listed else values  # such as low before high
        expected = default or (values[0] if len(values) == 1 else "")
        if values:
            said = f"{why}; the price list's default is expected" if default else why
            open_facts.append(FactValues(fact, ordered, expected, said))
    return open_facts


def _rates(tariff: Tariff, vocabulary: Vocabulary, meter: str) -> list[Rate]:
    """The rates of a meter, and of those that are readings of it."""
    readings = {name for name, other in vocabulary.meters.items() if other.reading and other.reading.of == meter}
    return [rate for rate in tariff.rates if rate.meter in {meter, *readings}]


def _asked_for(rates: Iterable[Rate], vocabulary: Vocabulary) -> set[str]:
    """The facts that rates and readings ask for."""
    found: set[str] = set()
    for rate in rates:
        derived = vocabulary.meters[rate.meter].reading
        found |= {fact for fact, _ in rate.when} | set(reading_facts(derived) if derived else ())
    return found


def _needed(tariff: Tariff, vocabulary: Vocabulary, meters: Iterable[str], sure: Mapping[str, str]) -> Iterator[str]:
    """The missing facts without which a meter has no price."""
    held = frozenset(sure.items())
    for priced in dict.fromkeys(rate.meter for meter in meters for rate in _rates(tariff, vocabulary, meter)):
        rates = [rate for rate in tariff.rates if rate.meter == priced]
        possible = [rate for rate in rates if all(sure.get(fact, value) == value for fact, value in rate.when)]
        if not any(rate.when <= held for rate in rates):
            yield from {fact for rate in possible for fact, _ in rate.when if fact not in sure and fact != _TIMELY}
        derived = vocabulary.meters[priced].reading
        yield from (fact for fact in (reading_facts(derived) if derived else ()) if fact not in sure)


def _values(rates: Iterable[Rate], fact: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Every value of a fact in the rates that agree with what is known of the others."""
    agreeing = (
        dict(rate.when) for rate in rates if all(known.get(name, value) in (value, OPEN) for name, value in rate.when)
    )
    return tuple(sorted({when[fact] for when in agreeing if fact in when}))


def _limits(card: Card, offer: Offer, fact: str) -> tuple[str, ...]:
    """The values of a fact that a model takes, if known."""
    limits = LISTED.get(fact)
    if limits is None:
        return ()
    values: tuple[str, ...] = getattr(offer.limits, limits) or getattr(card.limits, limits)
    return values
