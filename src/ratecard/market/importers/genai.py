"""genai-prices: prices by date, time of day and variant, with units in the keys.

Windows have no days of the week and no dates in this feed: they hold every day, from the beginning. Their
name, peak or off_peak, is how their prices compare with the prices outside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import NamedTuple
from urllib.parse import urlsplit

from ratecard.core import periods
from ratecard.core.errors import BadFeed
from ratecard.market.importers import document
from ratecard.market.importers.claims import key_table
from ratecard.market.importers.entry_values import (
    FoundPrice,
    day,
    leaf,
    made,
    malformed,
    read,
    rejected,
    text,
    whole,
    words,
    written,
)
from ratecard.market.importers.feed import FeedEntry, FeedFacts

NAME = "genai-prices"
LICENCE = "MIT"
HOME = "https://github.com/pydantic/genai-prices"

#: The key, suffixes and threshold of a price.
_About = tuple[str, tuple[str, ...], int]

_DAY = 24 * 60
_PERIODS = {True: "peak", False: "off_peak"}
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/#?=&-]*)?", re.ASCII)
_TIME = re.compile(
    r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00(?:\.0+)?)?(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?", re.ASCII
)


def entries(parsed: object) -> Iterator[FeedEntry]:
    """The entries of the feed, seller by seller; raises `BadFeed` if it is not a list of sellers."""
    if not isinstance(parsed, list):
        raise BadFeed(f"{NAME}: not a list of sellers")
    for place, seller in enumerate(parsed):
        if not isinstance(seller, dict):
            yield malformed("", "", f"[{place}]", seller, "the seller is not an object")
            continue
        models, provider = seller.get("models"), text(seller.get("id"))
        if not isinstance(models, list):
            yield malformed(provider, "", f"[{place}]", models, "no list of models")
            continue
        pages = words(seller.get("pricing_urls"))
        for index, model in enumerate(models):
            yield _entry(provider, f"[{place}].models[{index}]", model, pages)


def raw(entry: FeedEntry) -> dict[str, Decimal]:
    """The prices of an entry as the feed writes them, by key, computed back from its claims."""
    return written(key_table("genai"), entry.claims)


def _entry(provider: str, key: str, model: object, pages: Sequence[str]) -> FeedEntry:
    if not isinstance(model, dict):
        return malformed(provider, "", key, model, "the entry is not an object")
    model_id = text(model.get("id"))
    if not provider or not model_id:
        return malformed(provider, model_id, key, model, "the entry or its seller has no id")
    prices, named = timed(list(_blocks(model)))
    claims, quarantined = read(key_table("genai"), prices)
    modality, outputs = made(model_id, ())
    facts = FeedFacts(
        name=text(model.get("name")),
        modality=modality,
        output_modalities=outputs,
        context_tokens=whole(model.get("context_window")),
        source=_source(text(model.get("price_comments")), pages),
    )
    return FeedEntry(provider, model_id, key, facts, claims, quarantined, named)


def _source(comment: str, pages: Sequence[str]) -> str:
    """The first page of the seller's own that a comment on the prices names, else the first of its price pages."""
    own = {_site(page) for page in pages}
    named = (match[0].rstrip(".") for match in _PAGE.finditer(comment))
    return next((page for page in named if _site(page) in own), next(iter(pages), ""))


def _site(page: str) -> str:
    """The last two words of the name of a page's host."""
    return ".".join((urlsplit(page).hostname or "").split(".")[-2:])


class PriceBlock(NamedTuple):
    """Prices under the same conditions, and the weekly windows they are limited to."""

    found: tuple[FoundPrice, ...]
    windows: tuple[str, ...] = ()


def _blocks(model: Mapping[str, object]) -> Iterator[PriceBlock]:
    """An entry's price lists, the plain and dated ones first, then the variants."""
    prices = model.get("prices")
    if isinstance(prices, list):
        for place, item in enumerate(prices):
            yield _block(f"prices[{place}]", item)
    elif "prices" in model:
        yield PriceBlock(tuple(_prices("prices", prices, ())))
    variants = model.get("price_variants")
    if isinstance(variants, list):
        for place, item in enumerate(variants):
            yield _variant(f"price_variants[{place}]", item)
    elif "price_variants" in model:
        yield PriceBlock(tuple(rejected("price_variants", variants, "the variants are not a list")))


def _variant(key: str, item: object) -> PriceBlock:
    when = item.get("when") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(when, dict) or not when:
        return PriceBlock(tuple(rejected(key, item, "the variant has no conditions")))
    suffixes = tuple(f"@{fact}={value}" for fact, value in sorted(when.items()))
    return _block(key, {name: value for name, value in item.items() if name != "when"}, suffixes)


def _block(key: str, item: object, suffixes: tuple[str, ...] = ()) -> PriceBlock:
    """A price list with its constraint."""
    if not isinstance(item, dict) or "prices" not in item:
        return PriceBlock(tuple(rejected(key, item, "the price list has no prices")))
    if item.keys() - {"prices", "constraint"}:
        parts = {name: value for name, value in item.items() if name != "constraint"}
        return PriceBlock(tuple(rejected(key, parts, "the price list has unknown parts")))
    effective, windows, why = _constraint(item.get("constraint"))
    prices = _prices(f"{key}.prices", item["prices"], suffixes)
    return PriceBlock(tuple(each._replace(effective=effective, why=each.why or why) for each in prices), windows)


def _prices(key: str, prices: object, suffixes: tuple[str, ...]) -> Iterator[FoundPrice]:
    if not isinstance(prices, dict):
        yield from rejected(key, prices, "the prices are not an object")
        return
    for name, value in prices.items():
        if isinstance(value, dict):
            yield from _tiered(f"{key}.{name}", value, name, suffixes)
        else:
            yield from leaf(f"{key}.{name}", value, name, suffixes)


def _tiered(key: str, price: Mapping[str, object], name: str, suffixes: tuple[str, ...]) -> Iterator[FoundPrice]:
    tiers = price.get("tiers")
    if price.keys() != {"base", "tiers"} or not isinstance(tiers, list):
        yield from rejected(key, price, "the tiers are not as expected")
        return
    yield from leaf(f"{key}.base", price["base"], name, suffixes)
    for place, tier in enumerate(tiers):
        here = f"{key}.tiers[{place}]"
        if not isinstance(tier, dict) or tier.keys() != {"start", "price"}:
            yield from rejected(here, tier, "the tier is not as expected")
            continue
        start = whole(tier["start"])
        why = "" if start else "the tier has no start"
        for found in leaf(f"{here}.price", tier["price"], name, suffixes):
            yield found._replace(above=start or 0, why=found.why or why)


def _constraint(constraint: object) -> tuple[date | None, tuple[str, ...], str]:
    """The first day and the windows of prices, or why they are unknown."""
    if constraint is None:
        return None, (), ""
    unclear = None, (), "the constraint is not understood"
    if not isinstance(constraint, dict) or not constraint:
        return unclear
    effective = day(constraint.get("start_date"))
    start, end = minute(constraint.get("start_time")), minute(constraint.get("end_time"))
    windows = () if start is None or end is None else spans(start, end)
    understood = ({"start_date"} if effective else set()) | ({"start_time", "end_time"} if windows else set())
    return (effective, windows, "") if constraint.keys() == understood else unclear


def minute(value: object) -> int | None:
    """The minute of the UTC day of a time; None if it is not a time of a whole minute."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    ahead = int(match[4] or 0) * 60 + int(match[5] or 0)
    return (int(match[1]) * 60 + int(match[2]) + (ahead if match[3] == "-" else -ahead)) % _DAY


# What feeds with times of the day share.


def spans(start: int, end: int, days: Sequence[str] = ("mon-sun",)) -> tuple[str, ...]:
    """Windows on some days from one minute of the day to another, split at midnight."""
    parts = [(start, end)] if start < end else [(start, _DAY), (0, end)]
    return tuple(
        periods.window_text(on, begin, until) for on in days for begin, until in parts if begin < until and start != end
    )


def timed(blocks: Sequence[PriceBlock]) -> tuple[list[FoundPrice], dict[str, tuple[str, ...]]]:
    """The prices of blocks, with the period of those in windows, and the windows of each period."""
    names = list(_names(blocks))
    groups: dict[str, list[PriceBlock]] = {}
    for name, block in zip(names, blocks, strict=True):
        if block.windows:
            groups.setdefault(name, []).append(block)
    windows = {name: tuple(dict.fromkeys(part for block in group for part in block.windows))
               for name, group in groups.items()}  # fmt: skip
    faults = {name: _fault(name, group, windows) for name, group in groups.items()}
    found: list[FoundPrice] = []
    for name, block in zip(names, blocks, strict=True):
        when = frozenset({("period", name)} if block.windows else ())
        found += [each._replace(when=each.when | when, why=each.why or faults.get(name, "")) for each in block.found]
    return found, {name: parts for name, parts in windows.items() if not faults[name]}


def _names(blocks: Iterable[PriceBlock]) -> Iterator[str]:
    """Each block's period: standard, or how its prices compare with the standard ones before it."""
    standard: dict[_About, Decimal] = {}
    for block in blocks:
        stated = _numbers(block)
        if not block.windows:
            standard |= stated
            yield periods.STANDARD
            continue
        shared = stated.keys() & standard.keys()
        dearer = {stated[about] > standard[about] for about in shared if stated[about] != standard[about]}
        yield _PERIODS[dearer.pop()] if len(dearer) == 1 else ""


def _numbers(block: PriceBlock) -> dict[_About, Decimal]:
    return {
        (found.name, found.suffixes, found.above): number
        for found in block.found
        if not found.why and (number := document.number(found.value)) is not None
    }


def _fault(name: str, group: Iterable[PriceBlock], windows: Mapping[str, tuple[str, ...]]) -> str:
    """Why a period's prices are rejected, if so."""
    if not name:
        return "the window's prices are neither all above nor all below the standing ones"
    others = [part for other, parts in windows.items() if other != name for part in parts]
    if any(periods.overlaps(*map(periods.window, pair)) for pair in product(windows[name], others)):
        return "the window overlaps another one"
    stated = [(block.windows, _numbers(block)) for block in group]
    split = any(one[0] != other[0] and one[1] != other[1] for one, other in combinations(stated, 2))
    return "windows of the same kind have different prices" if split else ""
