"""Judges the unit of prices by the block they came in: one list's prices of one meter at one seller, or of one model.

A price is compared with what other lists state of the same offer, else with the median of the model's other sellers.
One price may be far off for many reasons; where most of a block are off by one factor, or several of the same offers by
just that, its unit is another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.evidence import tariff_at, unit_price
from ratecard.core.records import Card, Feed
from ratecard.market import held_prices, merge, policy
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.listings import OfferKey

#: Factors by which a wrong unit is off, and how far from one a price may be: the comparison is rarely exact.
FACTORS = tuple(Decimal(factor) for factor in (7, 10, 100, 1_000, 1_000_000))
NEAR = Decimal("1.5")
#: About so many yuan are a dollar. A list in yuan is dearer; one that is cheaper by as much is a reseller's.
YUAN = FACTORS[0]
#: Two prices that are less than this many times apart back each other.
APART = Decimal(3)
#: The least number of other lists and sellers that show which of two prices is wrong, if no author does.
VOICES = 2
#: The least number of prices of a block that are off alike, and their least share of all that could be compared, unless
#: they are off by just the factor. Fewer prices make a block if all of a seller's are off.
LEAST = 3
SHARE = Decimal("0.6")
ALL = 2
#: Examples of a block in a message.
EXAMPLES = 3

#: Begins the name of a block of one model.
MODEL = "model "

#: The source of a price that an author wrote.
AUTHORED = ""


class Stated(NamedTuple):
    """A plain price of one unit that a list states of an offer."""

    source: str
    seller: str
    model_id: str
    slug: str
    meter: str
    price: Decimal


class Compared(NamedTuple):
    """A price beside what is usual instead, the factor it is off by, and whether by just that at the same offer."""

    stated: Stated
    usual: Decimal
    factor: Decimal
    exact: bool


class Example(NamedTuple):
    """A price of a block beside what it was compared with."""

    seller: str
    model_id: str
    price: Decimal
    usual: Decimal


class Block(NamedTuple):
    """Prices of one list and meter that are `factor` times what others state; below one if they are a part of it.

    They are those of a seller, or those of one model at several sellers.
    """

    source: str
    meter: str
    of: str
    factor: Decimal
    off: int
    compared: int
    examples: tuple[Example, ...]


def judged(stated: Iterable[Stated], source: str | None = None) -> list[Block]:
    """The blocks that are off, of all lists or of one, in order."""
    whole = list(dict.fromkeys(stated))
    offers: dict[tuple[str, str, str], list[Stated]] = {}
    models: dict[tuple[str, str], dict[str, list[Stated]]] = {}
    for one in whole:
        offers.setdefault((one.seller, one.model_id.lower(), one.meter), []).append(one)
        models.setdefault((one.slug, one.meter), {}).setdefault(one.seller, []).append(one)
    blocks: dict[tuple[str, str, str], list[Compared]] = {}
    for one in whole:
        if not one.source or (source is not None and one.source != source):
            continue
        same = [other for other in offers[one.seller, one.model_id.lower(), one.meter] if other.source != one.source]
        others = [prices for seller, prices in models[one.slug, one.meter].items() if seller != one.seller]
        if found := _compared(one, same, others):
            for of in _blocks(one):
                blocks.setdefault((one.source, one.meter, of), []).append(found)
    verdicts = (_judged(*key, compared) for key, compared in sorted(blocks.items()))
    return [block for block in verdicts if block]


def of_catalog(catalog: Catalog, day: date) -> Iterator[Stated]:
    """Every plain price in force, as authors and lists state it."""
    for card in catalog.cards.values():
        yield from _of_card(card, day)


def of_feeds(
    catalog: Catalog, root: Path, feed: Feed, fresh: Mapping[OfferKey, Sequence[PriceClaim]]
) -> Iterator[Stated]:
    """Every plain price of the cards and lists under `root`, with `fresh` ones instead of those of one feed."""
    listings = merge.listings(catalog, root)
    slugs = merge.slugs_of(catalog, root, [*listings, *fresh], feed.seen)
    for card in catalog.cards.values():
        yield from _of_card(card, feed.seen)
    for key, listing in listings.items():
        for other, prices in listing.prices.items():
            if other.id != feed.id and not listing.gone:
                yield from _of_claims(other, key.seller, slugs[key], prices)
    for key, imported in fresh.items():
        yield from _of_claims(feed, key.seller, slugs[key], imported)


def sentence(block: Block) -> str:
    """What is off in a block, with examples."""
    high = block.factor > 1
    off = decimals.text(block.factor if high else decimals.divide(decimals.ONE, block.factor))
    shown = "; ".join(
        f"{example.seller} {example.model_id} {decimals.text(example.price)} instead of {decimals.text(example.usual)}"
        for example in block.examples
    )
    yuan = ", as a price in yuan is" if block.factor == YUAN else ""
    return (
        f"{block.meter} of {block.of}: {block.off} of {block.compared} prices are about {off} times"
        f" {'above' if high else 'below'} what others state{yuan} ({shown})"
    )


def _of_card(card: Card, day: date) -> Iterator[Stated]:
    for offer in card.offers:
        tariff = tariff_at(offer, day)
        if tariff is None or tariff.currency != "USD":
            continue
        for rate in () if tariff.confidence else tariff.rates:
            if rate.price and not rate.when and not rate.above:
                yield Stated(AUTHORED, offer.seller, offer.model_id, card.slug, rate.meter, unit_price(rate))
        for claim in tariff.claims:
            if claim.price and claim.key and not claim.when and not claim.above:
                yield Stated(claim.source.via, offer.seller, offer.model_id, card.slug, claim.meter, unit_price(claim))


def _of_claims(feed: Feed, seller: str, slug: str, prices: Sequence[PriceClaim]) -> Iterator[Stated]:
    for claim in held_prices.in_force(prices, feed.seen) if slug else ():
        if claim.price and not claim.when and not claim.above:
            yield Stated(feed.id, seller, claim.model_id, slug, claim.meter, unit_price(claim))


def _compared(one: Stated, same: Sequence[Stated], others: Sequence[Sequence[Stated]]) -> Compared | None:
    """A price beside what is usual instead; None if too few state anything.

    Usual is what an author wrote of the offer, else what other lists state, else the median of the other sellers. A
    price that as many state as the usual one is not off.
    """
    authored = [each.price for each in same if not each.source]
    voices = [*same, *(each for prices in others for each in prices)]
    usual = _median(authored or [each.price for each in same] or list(map(_asked, others)))
    if usual is None or (len({(each.source, each.seller) for each in voices}) < VOICES and not authored):
        return None
    agreed = any(policy.same(one.price, each.price) for each in same)
    if agreed or (not authored and _backing(one.price, voices) >= _backing(usual, voices)):
        return Compared(one, usual, decimals.ONE, exact=False)
    factor = _factor(one.price, usual)
    return Compared(one, usual, factor, exact=bool(same) and policy.same(one.price, decimals.multiply(usual, factor)))


def _backing(price: Decimal, voices: Sequence[Stated]) -> int:
    """The number of sellers' prices in lists that are near a price."""
    near = (each for each in voices if max(price, each.price) < APART * min(price, each.price))
    return len({(each.source, each.seller) for each in near})


def _asked(prices: Sequence[Stated]) -> Decimal:
    """What a seller asks, by its author's word or else the middle of the lists."""
    found = _median([one.price for one in prices if not one.source] or [one.price for one in prices])
    assert found is not None
    return found


def _median(prices: Sequence[Decimal]) -> Decimal | None:
    return sorted(prices)[len(prices) // 2] if prices else None


def _factor(price: Decimal, usual: Decimal) -> Decimal:
    """The factor that a price is off by, below one if it is too low; one if it is not off by any."""
    ratio = decimals.divide(max(price, usual), min(price, usual))
    distance, factor = min((max(ratio / factor, factor / ratio), factor) for factor in FACTORS)
    if distance > NEAR or (factor == YUAN and price < usual):
        return decimals.ONE
    return factor if price > usual else decimals.divide(decimals.ONE, factor)


def _blocks(one: Stated) -> Iterator[str]:
    yield one.seller
    yield f"{MODEL}{one.slug}"


def _judged(source: str, meter: str, of: str, compared: Sequence[Compared]) -> Block | None:
    counts = Counter(each.factor for each in compared if each.factor != 1)
    factor, off = max(counts.items(), key=lambda item: (item[1], item[0]), default=(decimals.ONE, 0))
    members = [each for each in compared if each.factor == factor]
    of_model = of.startswith(MODEL)
    several = {each.stated.seller if of_model else each.stated.model_id.lower() for each in members}
    least = ALL if off == len(compared) and not of_model else LEAST
    most = len(several) >= least and off >= SHARE * len(compared)
    if not most and len({each.stated.slug for each in members if each.exact}) < LEAST:
        return None
    examples = tuple(
        Example(each.stated.seller, each.stated.model_id, each.stated.price, each.usual)
        for each in sorted(members)[:EXAMPLES]
    )
    return Block(source, meter, of, factor, off, len(compared), examples)
