"""The pages about the data: counts, and disagreements between price lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, display, evidence
from ratecard.core.records import Meter
from ratecard.market import audit, coverage, policy, reconcile
from ratecard.market.reconcile import Dispute, Grid, Said, Tally
from ratecard.site import links
from ratecard.site.edition import Edition, seller_name
from ratecard.site.views import charts, prices
from ratecard.site.views.charts import Bar

#: The number of sellers and of disputes that are listed.
LARGEST = 30
WORST = 28

#: Disputes up to this factor are counted but not listed.
FACTOR = Decimal("1.5")


class Count(NamedTuple):
    """A count of a status or confidence, with its meaning."""

    word: str
    style: str
    number: int
    sentence: str


class FeedRow(NamedTuple):
    """A price list that is imported, and how many of its claims the catalog holds."""

    name: str
    url: str
    version: str
    seen: str
    licence: str
    claims: int


class SellerCounts(NamedTuple):
    """A seller with its offers."""

    name: str
    path: str
    offers: int
    priced: int


class DataPage(NamedTuple):
    """The page of counts."""

    counts: tuple[tuple[int, str], ...]
    statuses: tuple[Count, ...]
    confidences: tuple[Count, ...]
    feeds: tuple[FeedRow, ...]
    imported: bool
    findings: tuple[Count, ...]
    sellers: tuple[SellerCounts, ...]


class Pair(NamedTuple):
    """Two price lists compared on one meter."""

    label: str
    lists: str
    shared: int
    differing: int
    share: str


class GridCell(NamedTuple):
    """A cell: how many shared prices differ."""

    counts: str
    share: str


class SellerCells(NamedTuple):
    """One seller's cells, None where two lists share too little."""

    name: str
    path: str
    cells: tuple[GridCell | None, ...]


class GridTable(NamedTuple):
    """The sellers of one meter."""

    label: str
    pairs: tuple[str, ...]
    rows: tuple[SellerCells, ...]


class DisputeClaim(NamedTuple):
    """A price of one list, as written there and as shown."""

    who: str
    shown: str
    value: str
    written: str
    held: bool


class DisputeRow(NamedTuple):
    """A price on which lists disagree."""

    slug: str
    path: str
    seller: str
    seller_path: str
    what: str
    unit: str
    factor: str
    cause: str
    sayings: tuple[DisputeClaim, ...]
    state: str
    reason: str


class DisagreementsPage(NamedTuple):
    """The page of disagreements: their number, their sellers, and the largest."""

    lists: tuple[tuple[str, str], ...]
    tolerance: str
    enough: int
    factor: str
    pairs: tuple[Pair, ...]
    grids: tuple[GridTable, ...]
    found: int
    above: int
    zeros: int
    worst: tuple[DisputeRow, ...]
    bars: tuple[Bar, ...]


def data_page(edition: Edition) -> DataPage:
    """Everything the page about the data prints."""
    held = coverage.coverage(edition.catalog, edition.day)
    findings = Counter(finding.kind for finding in audit.audit(edition.catalog, edition.day))
    return DataPage(
        counts=(
            (held.models, "models"),
            (held.sellers, "sellers"),
            (held.offers, "offers"),
            (held.priced, "offers with a price"),
            (held.lists, "dated price lists"),
            (sum(held.claims.values()), "imported claims"),
        ),
        statuses=tuple(Count(word, word, count, prices.STATUS_SENTENCES[word]) for word, count in held.statuses),
        confidences=tuple(Count(word, "", count, coverage.meaning(word)) for word, count in held.confidences),
        feeds=tuple(
            FeedRow(
                feed.name, links.safe_url(feed.url), feed.version, feed.seen.isoformat(), feed.licence,
                held.claims[feed.id],
            )
            for feed in sorted(edition.catalog.feeds.values(), key=lambda feed: feed.rank)
        ),
        imported=any(held.claims.values()),
        findings=tuple(Count(kind, "", findings[kind], means) for kind, means in audit.KINDS.items()),
        sellers=tuple(
            SellerCounts(seller_name(edition, id), links.seller(id), offers, priced)
            for id, offers, priced in held.largest[:LARGEST]
        ),
    )  # fmt: skip


def disagreements_page(edition: Edition) -> DisagreementsPage:
    """Everything the page about disagreements prints."""
    catalog = edition.catalog
    voices = {feed.id: feed.derived_from or feed.id for feed in catalog.feeds.values()}
    tallies = [one for one in reconcile.tallies(catalog) if len({voices[id] for id in one.feeds}) > 1]
    found = reconcile.disputes(catalog)
    above = [dispute for dispute in found if dispute.ratio is not None and dispute.ratio > FACTOR]
    compared = {id for tally in tallies for id in tally.feeds}
    feeds = sorted((catalog.feeds[id] for id in compared), key=lambda feed: feed.rank)
    return DisagreementsPage(
        lists=tuple((feed.name, feed.seen.isoformat()) for feed in feeds),
        tolerance=display.percent(decimals.multiply(policy.TOLERANCE, Decimal(100))),
        enough=reconcile.MIN_SHARED,
        factor=decimals.text(FACTOR),
        pairs=tuple(
            Pair(
                _label(edition, tally.meter), _names(edition, tally.feeds), tally.shared, tally.differing,
                display.share(tally.differing, tally.shared),
            )
            for tally in reconcile.totals(tallies)
        ),
        grids=tuple(_grid(edition, grid) for grid in reconcile.grids(tallies)),
        found=len(found),
        above=len(above),
        zeros=sum(dispute.ratio is None for dispute in found),
        worst=tuple(_dispute(edition, dispute) for dispute in above[:WORST]),
        bars=charts.factors(found),
    )  # fmt: skip


def _grid(edition: Edition, grid: Grid) -> GridTable:
    rows = tuple(
        SellerCells(
            seller_name(edition, row.seller), links.seller(row.seller),
            tuple(_cell(tally) if tally else None for tally in row.tallies),
        )
        for row in grid.rows
        if row.seller != reconcile.ALL_SELLERS
    )  # fmt: skip
    return GridTable(_label(edition, grid.meter), tuple(_names(edition, pair) for pair in grid.pairs), rows)


def _cell(tally: Tally) -> GridCell:
    return GridCell(f"{tally.differing} of {tally.shared}", display.share(tally.differing, tally.shared))


def _dispute(edition: Edition, dispute: Dispute) -> DisputeRow:
    meter = edition.catalog.vocabulary.meters.get(dispute.cell.meter)
    above = f"above {display.quantity(dispute.cell.above)}" if dispute.cell.above else ""
    what = (_label(edition, dispute.cell.meter), display.conditions(dispute.cell.when), above)
    held = _held(edition, dispute)
    return DisputeRow(
        slug=dispute.slug,
        path=links.model(dispute.slug),
        seller=seller_name(edition, dispute.seller),
        seller_path=links.seller(dispute.seller),
        what=", ".join(filter(None, what)),
        unit=display.per(meter.per, meter.unit) if meter else "",
        factor=display.factor(dispute.ratio) if dispute.ratio is not None else "",
        cause=dispute.cause,
        sayings=tuple(_saying(said, meter, held=said.price == held) for said in dispute.said),
        state=dispute.state,
        reason=dispute.reason,
    )


def _held(edition: Edition, dispute: Dispute) -> Decimal | None:
    """The price for one unit that the catalog holds, where it holds any."""
    for offer in edition.catalog.cards[dispute.slug].offers:
        if (offer.seller, offer.model_id) == (dispute.seller, dispute.model_id) and offer.tariffs:
            return evidence.HeldPrices(offer.tariffs[-1]).of(*dispute.cell)
    return None


def _saying(said: Said, meter: Meter | None, *, held: bool) -> DisputeClaim:
    price = decimals.multiply(said.price, Decimal(meter.per if meter else 1))
    return DisputeClaim(said.who, display.money(price), decimals.text(price), said.value, held)


def _label(edition: Edition, meter: str) -> str:
    known = edition.catalog.vocabulary.meters.get(meter)
    return known.label if known else meter


def _names(edition: Edition, feeds: Sequence[str]) -> str:
    return " and ".join(edition.catalog.feeds[id].name for id in feeds)
