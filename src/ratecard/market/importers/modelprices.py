"""model-prices: makers with their models, and what each cost from which day on, in dollars for a million tokens.

Its plans are subscriptions, which no call is billed by; its schedules are written on the cards that have peak hours.
Its status of a model has no day, and `removed` also stands beside names that never were sold, so that it ends no offer.

An entry has a list of dated prices for the standard way of serving and one for each other way. The day is when the
price began where a page documents it, else when the list noticed it. So a list that only adds to the one before it is
the same list, read better, and holds from the day of that one. The first list of an entry begins when it was noticed,
unless the next one held by then: that one's day is then its end, and its beginning is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.market.importers import document
from ratecard.market.importers.claims import key_table, section
from ratecard.market.importers.entry_values import (
    FoundPrice,
    by_seller,
    day,
    fields,
    flat,
    made,
    malformed,
    read,
    rejected,
    text,
    whole,
    written,
)
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined

NAME = "model-prices"
LICENCE = "MIT"
HOME = "pkg:pypi/model-prices"

_STANDARD = "standard"
#: The first day of a list of which only the end is known.
UNKNOWN = date.min
#: What is said of prices beside the prices themselves.
_SAID = frozenset({"source", "valid_from", "valid_from_basis", "model", "tiers"})
_DOCUMENTED = "documented"
#: The price of an hour of cache as a multiple of the price of a prompt, and the meter and fact that it is about.
_HOUR = "cache_write_1h_multiple"
_WRITES = "cache_write_tokens"
_FOR_AN_HOUR = ("cache_ttl", "1h")


class DatedList(NamedTuple):
    """The prices of one way of serving from a day on, by their path in the entry; no prices once it has ended."""

    since: date
    key: str
    way: str
    rates: Mapping[str, object] | None

    @property
    def found(self) -> tuple[FoundPrice, ...]:
        """The values in the positions of prices."""
        return tuple(_prices(f"{self.key}.rates", self.rates or {}, () if self.way == _STANDARD else (f"@{self.way}",)))


#: The prices that hold at one time, by way of serving.
_Whole = Mapping[str, DatedList]


def entries(parsed: object) -> Iterator[FeedEntry]:
    """The entries of the feed, seller by seller; raises `BadFeed` if it has no object of sellers."""
    yield from by_seller(fields(parsed).get("prices"), NAME, _entry)


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by key, computed back from its claims."""
    return written(key_table("modelprices"), entry.claims)


def _entry(provider: str, model_id: str, model: object) -> FeedEntry:
    key = f"{provider}.{model_id}"
    if not isinstance(model, dict):
        return malformed(provider, model_id, key, model, "the entry is not an object")
    dated: list[DatedList] = []
    faults: list[FoundPrice] = []
    for way, lists in model.items():
        for place, item in enumerate(lists if isinstance(lists, list) else [lists]):
            found = _dated(f"{way}[{place}]", way, item)
            if isinstance(found, DatedList):
                first = dated[-1] if place == 1 and dated and dated[-1].way == way else None
                if first and first.since > found.since:
                    dated[-1] = first._replace(since=UNKNOWN)  # it was noticed when the next one held already
                dated.append(found)
            else:
                faults += rejected(f"{way}[{place}]", item, found)
    ended = {found.way: found.since for found in dated if found.rates is None and _had_begun(dated, found)}
    faults += [
        price._replace(why=f"no longer sold since {ended[found.way]}")
        for found in dated if found.way in ended and found.rates for price in found.found
    ]  # fmt: skip
    claims, quarantined = _read(provider, [found for found in dated if found.rates and found.way not in ended], faults)
    modality, outputs = made(model_id, ())
    facts = FeedFacts(modality=modality, output_modalities=outputs, source=_page(dated))
    return FeedEntry(provider, model_id, key, facts, claims, quarantined)


def _dated(key: str, way: str, item: object) -> DatedList | str:
    """A list of prices, or why it cannot be read."""
    if not isinstance(item, dict) or not {"rates", "start"} <= item.keys():
        return "the dated list is not as expected"
    rates = item["rates"]
    if rates is not None and not isinstance(rates, dict):
        return "the prices are not an object"
    stated = item["start"] or fields(rates).get("valid_from")
    since = day(stated[: len("2026-01-31")]) if isinstance(stated, str) else None
    if rates is None and item["start"] is None:
        return DatedList(UNKNOWN, key, way, None)
    return DatedList(since, key, way, rates) if since else "the dated list has no first day"


def _had_begun(dated: Sequence[DatedList], end: DatedList) -> bool:
    return any(found.rates and found.way == end.way and found.since <= end.since for found in dated)


def _page(dated: Sequence[DatedList]) -> str:
    """The page that documents the standard prices in force; empty if they were only noticed."""
    now = next((found.rates for found in reversed(dated) if found.way == _STANDARD and found.rates), {})
    return text(now.get("source")) if now.get("valid_from_basis") == _DOCUMENTED else ""


def _read(
    provider: str, dated: Sequence[DatedList], faults: Sequence[FoundPrice]
) -> tuple[tuple[FeedClaim, ...], tuple[Quarantined, ...]]:
    """The claims of all times, each with the day from which the whole list that it stands in holds."""
    found = list(faults)
    for since, held in _times(dated):
        for part in held.values():
            found += [price._replace(effective=None if since == UNKNOWN else since) for price in part.found]
    claims, quarantined = read(key_table("modelprices"), found)
    if provider in section("modelprices", "hours"):
        rates = {part.key: part.rates for part in dated}
        claims = (*claims, *_hours(rates, claims))
    return claims, quarantined


def _times(dated: Sequence[DatedList]) -> Iterator[tuple[date, _Whole]]:
    """The whole lists that followed one another, and the first day of each, which is no day before the model was sold.

    Another way of serving may be older than the model.
    """
    first = min((found.since for found in dated if found.way == _STANDARD), default=UNKNOWN)
    now: dict[str, DatedList] = {}
    since = first
    for starts in sorted({max(found.since, first) for found in dated}):
        then = now | {found.way: found for found in dated if max(found.since, first) == starts}
        if now and not _only_adds(now, then):
            yield since, dict(now)
            since = starts
        now = then
    if now:
        yield since, now


def _only_adds(before: _Whole, after: _Whole) -> bool:
    stated = _stated(after)
    return all(stated.get(about) == price for about, price in _stated(before).items())


def _stated(held: _Whole) -> dict[tuple[object, ...], Decimal | None]:
    return {
        (price.name, price.suffixes, price.above): decimals.shortened(number) if number is not None else None
        for part in held.values()
        for price in part.found
        for number in [document.number(price.value)]
    }


def _prices(key: str, rates: Mapping[str, object], suffixes: tuple[str, ...]) -> Iterator[FoundPrice]:
    yield from _meant(flat(key, _priced(rates), suffixes))
    steps = rates.get("tiers", [])
    if not isinstance(steps, list):
        yield from rejected(f"{key}.tiers", steps, "the steps are not a list")
        return
    for place, step in enumerate(steps):
        here = f"{key}.tiers[{place}]"
        above = whole(fields(step).get("above"))
        if above is None:
            yield from rejected(here, step, "the step has no length")
            continue
        for found in _meant(flat(here, {name: value for name, value in step.items() if name != "above"}, suffixes)):
            yield found._replace(above=above)


def _priced(rates: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in rates.items() if name not in {*_SAID, _HOUR}}


def _meant(prices: Iterator[FoundPrice]) -> Iterator[FoundPrice]:
    """Prices without the zeros beside others: what a list writes for no price of a cache or of an answer in numbers."""
    found = list(prices)
    paid = any(document.number(price.value) for price in found)
    return (price for price in found if not paid or document.number(price.value) != 0)


def _hours(rates: Mapping[str, Mapping[str, object] | None], claims: Sequence[FeedClaim]) -> Iterator[FeedClaim]:
    """What an hour of cache costs, of each list that has a price for a write: a multiple of the price of the prompt."""
    writes = {(claim.when, claim.above, claim.effective) for claim in claims if claim.meter == _WRITES}
    for claim in claims:
        list_key = claim.key.partition(".")[0]
        multiple = document.number(fields(rates.get(list_key)).get(_HOUR))
        if multiple and claim.meter == "input_tokens" and (claim.when, claim.above, claim.effective) in writes:
            yield claim._replace(
                meter=_WRITES,
                price=decimals.multiply(claim.price, multiple),
                key=f"{list_key}.rates.{_HOUR}",
                value=str(multiple),
                when=claim.when | {_FOR_AN_HOUR},
            )
