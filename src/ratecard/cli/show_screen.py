"""A model on one screen: what it is, what it costs at its first seller, what it can do, and who sells it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import display, lives
from ratecard.core.catalog import Catalog
from ratecard.core.evidence import COMPARABLE, last_read, newest_scores, price_status, tariff_at
from ratecard.core.json_values import json_value
from ratecard.core.records import NO, UNKNOWN, YES, Capability, Card, Limits, Offer, Rate, Tariff
from ratecard.pricing import headline

WIDTH = 100
#: The most lines of prices, of sellers and of scores.
PRICES, SELLERS, SCORES = 12, 14, 6

INPUT, OUTPUT, CACHED = "input_tokens", "output_tokens", "cache_read_tokens"
MILLION = Decimal(1_000_000)
TIER = "service_tier"


class Sold(NamedTuple):
    """A seller of a model by its first offer, whether its price is sure, and its row of the table."""

    sure: bool
    row: Mapping[str, str]


def screen(catalog: Catalog, card: Card, at: datetime, *, everyone: bool = False) -> Iterator[str]:
    """The lines of the screen; `everyone` lists all sellers."""
    maker = catalog.providers[card.provider].name
    yield f"{card.name} ({card.slug}): {display.article(card.kind or card.modality)} model from {maker}"
    life = [f"{_tense(event.event, event.date <= at.date())} {event.date}" for event in card.lifecycle]
    yield from _wrapped("", [*([f"family {card.family}"] if card.family else []), *life])
    yield from textwrap.wrap(card.description, WIDTH)
    if card.replaced_by:
        yield f"replaced by {card.replaced_by}"
    yield ""
    first = next(iter(card.offers), None)
    yield from _price(catalog, card, first, at) if first else ["sold by nobody that is known"]
    yield ""
    yield from _facts_of_calls(card, first)
    yield from _scores(card)
    if card.offers:
        yield ""
        yield from _sellers(catalog, card, at, everyone=everyone)


def _tense(event: str, past: bool) -> str:
    return event if past else f"to be {event}"


def _price(catalog: Catalog, card: Card, offer: Offer, at: datetime) -> Iterator[str]:
    tariff = tariff_at(offer, at.date())
    seller = catalog.sellers[offer.seller]
    read = f", read {last_read(tariff)}" if tariff else ""
    yield f"price at {seller.name} ({offer.seller}), as {offer.model_id}: {price_status(tariff)}{read}"
    if life := lives.saying(card, offer, at.date()):
        yield f"  {life}"
    if tariff is None:
        return
    image = headline.one_image(card, offer, seller, catalog.vocabulary, at)
    if image:
        assumed = display.conditions((one.fact, one.value) for one in image.assumed)
        yield f"  {display.price(image.total, image.currency)} for one image{f' ({assumed})' if assumed else ''}"
    lines = [*_rates(catalog, tariff), *display.percentages(tariff.adjustments, catalog.vocabulary)]
    for line in lines[:PRICES]:
        yield from textwrap.wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    if len(lines) > PRICES:
        yield f"  and {len(lines) - PRICES} more; --all lists them"


def _rates(catalog: Catalog, tariff: Tariff) -> Iterator[str]:
    """The rates in words; those that differ in the value of one fact alone share a line."""
    plain = {(rate.meter, rate.above): rate for rate in tariff.rates if not rate.when}
    alike: dict[tuple[object, ...], list[Rate]] = {}
    for rate in tariff.rates:
        same = plain.get((rate.meter, rate.above))
        if rate.when and same and (rate.price, rate.per) == (same.price, same.per):
            continue
        facts = tuple(sorted(fact for fact, _ in rate.when))
        one = rate if len(facts) > 1 else None
        alike.setdefault((rate.meter, rate.price, rate.per, rate.above, rate.zero, facts, one), []).append(rate)
    for rates in alike.values():
        first = rates[0]
        when = display.conditions(first.when)
        if len(rates) > 1:
            when = f"{next(iter(first.when))[0]} {', '.join(value for rate in rates for _, value in rate.when)}"
        above = f"above {display.quantity(first.above)} tokens" if first.above else ""
        rest = "; ".join(filter(None, (above, when)))
        yield display.rate(first, tariff.currency, catalog.vocabulary) + (f", {rest}" if rest else "")


def _facts_of_calls(card: Card, offer: Offer | None) -> Iterator[str]:
    limits = card.limits
    own = offer.limits if offer else Limits()
    merged = {name: value or getattr(own, name) for name, value in limits._asdict().items()}
    context, most = merged.pop("context_tokens"), merged.pop("max_output_tokens")
    if context or most:
        parts = [f"{display.quantity(context)} tokens"] if context else []
        yield f"context: {', '.join([*parts, *([f'at most {display.quantity(most)} out'] if most else [])])}"
    if card.input_modalities:
        gives = f"; gives {', '.join(card.output_modalities)}" if card.output_modalities else ""
        needed = f" ({', '.join(card.required_inputs)} required)" if card.required_inputs else ""
        yield f"takes {', '.join(card.input_modalities)}{needed}{gives}"
    yield from _wrapped("limits: ", [_limit(name, value) for name, value in merged.items() if value], joint="; ")
    known = {**card.capabilities, **(offer.capabilities if offer else {})}
    yield from _wrapped("can: ", _having(known, YES))
    others = [f"{word} {found.value}" for word, found in known.items() if found.value not in (YES, NO, UNKNOWN)]
    yield from _wrapped("in part: ", others)
    yield from _wrapped("cannot: ", _having(known, NO))
    if card.licence.name:
        yield f"licence: {card.licence.name}"


def _limit(name: str, value: object) -> str:
    stated = json_value(value)
    return f"{name.replace('_', ' ')} {', '.join(map(str, stated)) if isinstance(stated, list) else stated}"


def _having(known: Mapping[str, Capability], value: str) -> list[str]:
    return sorted(word for word, found in known.items() if found.value == value)


def _scores(card: Card) -> Iterator[str]:
    scores = newest_scores(card.benchmarks)
    shown = [f"{score.benchmark} {score.score:f}" for score in scores[:SCORES]]
    more = [f"{len(scores) - SCORES} more (--all)"] if len(scores) > SCORES else []
    yield from _wrapped("scores: ", [*shown, *more])


def _sellers(catalog: Catalog, card: Card, at: datetime, *, everyone: bool) -> Iterator[str]:
    """The table of sellers, those of a sure price first."""
    first: dict[str, Offer] = {}
    for offer in card.offers:
        held = first.get(offer.seller)
        if held is None or (lives.ended(card, held, at.date()) and not lives.ended(card, offer, at.date())):
            first[offer.seller] = offer
    sold = sorted((_sold(catalog, card, offer, at) for offer in first.values()), key=lambda one: not one.sure)
    shown = sold if everyone else sold[:SELLERS]
    rows = [one.row for one in shown]
    used = [name for name in rows[0] if any(row[name] for row in rows)]
    right = ("in / 1M", "out / 1M", "cached / 1M")
    yield display.table([{name: row[name] for name in used} for row in rows], right)
    if len(sold) > len(shown):
        yield f"and {len(sold) - len(shown)} more; --sellers lists all"


def _sold(catalog: Catalog, card: Card, offer: Offer, at: datetime) -> Sold:
    tariff = tariff_at(offer, at.date())
    seller = catalog.sellers[offer.seller]
    status = price_status(tariff)
    over = seller.closed is not None and seller.closed.date <= at.date()
    end = lives.end(card, offer)
    ended = end is not None and end.date <= at.date()
    tokens = dict.fromkeys((INPUT, OUTPUT, CACHED), "")
    stated = {rate.meter for rate in tariff.rates} if tariff else set()
    if tariff and INPUT in stated and card.modality != headline.IMAGE:
        tokens = {meter: _per_million(tariff, meter) if meter in stated else "" for meter in tokens}
        words = ""
    else:
        words = headline.text(card, offer, seller, catalog.vocabulary, at)
    row = {
        "seller": offer.seller,
        "in / 1M": tokens[INPUT],
        "out / 1M": tokens[OUTPUT],
        "cached / 1M": tokens[CACHED],
        "price": words,
        "status": "closed" if over else f"ended {end.date}" if end and ended else status,
        "read": str(last_read(tariff)) if tariff else "",
    }
    return Sold(status in COMPARABLE and not over and not ended and not seller.caution, row)


def _per_million(tariff: Tariff, meter: str) -> str:
    rate = headline.default_rate(tariff, meter)
    return display.price(rate.price * (MILLION / rate.per), tariff.currency)


def _wrapped(label: str, words: Iterable[str], joint: str = ", ") -> list[str]:
    text = joint.join(words)
    return textwrap.wrap(f"{label}{text}", WIDTH, subsequent_indent="  ", break_on_hyphens=False) if text else []
