"""Prices that somebody read at the seller's own address: `verifications.tsv`, and samples of prices to read.

A line is one price on one page, on the day of the copy that was read. Each page and day is a list of its own, which
votes as one that reads the seller's own. A price whose page says since when, or of a former day, is a dated one.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ratecard.cards.layout import VERIFICATIONS
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadCatalog
from ratecard.core.evidence import FRESH_DAYS, tariff_at
from ratecard.core.records import Conditions, Feed
from ratecard.market import price_lists
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.listings import OfferKey
from ratecard.market.policy import PriceKey

RIGHT, WRONG, GONE = "right", "wrong", "gone"
#: What a reading says of the price that the catalog held; nothing where it was read for the history.
VERDICTS = ("", RIGHT, WRONG, GONE)


#: The rank of a price in an older list of another project, which was read for the history.
_LAST = 100


class Verification(NamedTuple):
    """A price of an offer as its seller's page `url` stated it on a day, and whether the catalog was right."""

    seller: str
    model_id: str
    meter: str
    when: Conditions
    above: int
    effective: date | None
    price: Decimal
    per: int
    verdict: str
    url: str
    day: date
    note: str

    @property
    def cell(self) -> PriceKey:
        """What the price is for."""
        return PriceKey(self.meter, self.when, self.above)


#: The heading of the file: the fields, with the conditions under the word that people write.
HEADING = ("seller", "model_id", "meter", "conditions", *Verification._fields[4:])


def read(root: Path) -> list[Verification]:
    """The readings of a catalog; raises `BadCatalog` with file and line for one that cannot be read."""
    file = root / VERIFICATIONS
    if not file.is_file():
        return []
    first, *lines = file.read_text(encoding="utf-8").split("\n")
    if first.split("\t") != list(HEADING):
        raise BadCatalog([f"{file}:1:1: the heading is not {' '.join(HEADING)}, separated by tabs"])
    found: list[Verification] = []
    for place, line in enumerate(lines, 2):
        if line:
            try:
                found.append(_verification(line.split("\t")))
            except (ValueError, ArithmeticError) as error:
                raise BadCatalog([f"{file}:{place}:1: not a reading of a price: {error}"]) from None
    return found


def pages(root: Path, newest: date) -> Iterator[tuple[OfferKey, Feed, list[PriceClaim]]]:
    """What sellers' own pages state of each offer, each page of a day as a feed.

    What a page states since a day, and of former days, are dated lists. A page seldom has every price, so a price
    stands until another reading of it.
    """
    former = newest - timedelta(days=FRESH_DAYS)
    by_offer: dict[OfferKey, list[Verification]] = {}
    for found in read(root):
        since = found.effective or (found.day if found.day < former else None)
        by_offer.setdefault(OfferKey(found.seller, found.model_id.lower()), []).append(found._replace(effective=since))
    for offer, readings in sorted(by_offer.items()):
        held: dict[PriceKey, Verification] = {}
        for since, group in groupby(sorted(readings, key=_since), key=_since):
            changed = list(group)
            if since == date.min:
                for page, stated in groupby(sorted(changed, key=_page), key=_page):
                    prices = [_claim(found) for found in stated if found.verdict != GONE]
                    if prices:
                        yield offer, _feed(*page), prices
                continue
            for found in changed:
                held[found.cell] = found
            held = {cell: found for cell, found in held.items() if found.verdict != GONE}
            last = max(changed, key=lambda found: found.day)
            yield offer, _feed(last.url, last.day), [_claim(found._replace(effective=since)) for found in held.values()]


def _since(found: Verification) -> date:
    return found.effective or date.min


def _page(found: Verification) -> tuple[str, date]:
    return found.url, found.day


def _feed(url: str, day: date) -> Feed:
    """A page as a list of prices: a seller's own goes before all others of its day, an old list of others last."""
    host = url.partition("://")[2].partition("/")[0].removeprefix("www.")
    return Feed(url, host or url, "", day, "", url, price_lists.FIRST if host else _LAST, keeps_ended=True)


def _claim(found: Verification) -> PriceClaim:
    return PriceClaim(
        found.model_id, found.meter, found.when, found.above, found.effective, found.price, found.per, Decimal(0),
        found.url, decimals.text(found.price),
    )  # fmt: skip


def sample(catalog: Catalog, sellers: Iterable[str], number: int, seed: int, day: date) -> Iterator[tuple[str, ...]]:
    """Lines of the file without verdict, page and day: prices in force, chosen at random, for somebody to read."""
    wanted = set(sellers)
    held = [
        (offer.seller, offer.model_id, rate.meter, _text(rate.when), str(rate.above or ""), "",
         decimals.text(rate.price), str(rate.per), "", "", "", "")
        for card in catalog.cards.values()
        for offer in card.offers
        if (not wanted or offer.seller in wanted) and (tariff := tariff_at(offer, day))
        for rate in tariff.rates
        if rate.price
    ]  # fmt: skip
    held.sort()
    yield from sorted(random.Random(seed).sample(held, min(number, len(held))))


def _verification(cells: list[str]) -> Verification:
    if len(cells) != len(HEADING):
        raise ValueError(f"{len(cells)} cells, not {len(HEADING)}")
    said: Mapping[str, str] = dict(zip(HEADING, cells, strict=True))
    missing = [name for name in ("seller", "model_id", "meter", "price", "per", "url", "day") if not said[name]]
    if missing:
        raise ValueError(f"no {missing[0]}")
    if said["verdict"] not in VERDICTS:
        raise ValueError(f"{said['verdict']!r} is not a verdict: right, wrong, gone or nothing")
    price = Decimal(said["price"])
    if not price.is_finite() or price < 0:
        raise ValueError(f"{said['price']!r} is not a price")
    pairs = (part.partition("=") for part in said["conditions"].split(",") if part)
    return Verification(
        said["seller"], said["model_id"], said["meter"],
        frozenset((fact, value) for fact, _, value in pairs),
        int(said["above"] or 0),
        date.fromisoformat(said["effective"]) if said["effective"] else None,
        decimals.shortened(price), int(said["per"]), said["verdict"], said["url"],
        date.fromisoformat(said["day"]), said["note"],
    )  # fmt: skip


def _text(when: Conditions) -> str:
    return ",".join(f"{fact}={value}" for fact, value in sorted(when))
