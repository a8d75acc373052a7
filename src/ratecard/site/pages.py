"""The pages of a site and the context of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ratecard.core.records import Card, Collection, Provider
from ratecard.site import links, paging
from ratecard.site.edition import Edition, has_price
from ratecard.site.rendering import INDEX, MISSING, Page
from ratecard.site.views import (
    calculator,
    calls,
    cheapest,
    collection_sql,
    collections,
    data,
    docs,
    family,
    model,
    model_price_pages,
    model_short,
    popular,
    prices,
    topics,
)
from ratecard.site.views.changes import REPRICED, news
from ratecard.site.views.guide import guides
from ratecard.site.views.model import ModelPage
from ratecard.site.views.rows import ModelRow, model_row, model_rows
from ratecard.site.views.seller import seller_page
from ratecard.site.views.snippets import Code

#: The kinds of news on the home page and the number of each.
TOLD = ((REPRICED,), 5), (("deprecated", "retired"), 3)
#: The events on a page of all of them; each may tell of several prices.
TOLD_A_PAGE = 60
#: The number of latest price changes and announcements on the page of changes.
LATEST = 15
#: The fewest models of a seller on a page that has its offers of no known model too.
BESIDE = 40
#: Models per page of a comparison.
COMPARED = 24


class CollectionPage(NamedTuple):
    """A collection with its query in SQL and its models."""

    entry: Collection
    path: str
    rows: tuple[ModelRow, ...]
    sql: Code


def pages(edition: Edition) -> Iterator[Page]:
    """Every page that is made from a template."""
    for section in SECTIONS:
        yield from section(edition)
    for card in cards(edition):
        yield from of_model(edition, card, model.model_page(edition, card))


def cards(edition: Edition) -> list[Card]:
    """The cards by slug."""
    return [card for _, card in sorted(edition.catalog.cards.items())]


def providers(edition: Edition) -> list[Provider]:
    """Every provider with a model, by name; one without an entry is named by its id."""
    known = edition.catalog.providers
    ids = sorted({card.provider for card in edition.catalog.cards.values()})
    return sorted((known.get(id) or Provider(id, id) for id in ids), key=lambda maker: maker.name.lower())


def held(edition: Edition) -> list[CollectionPage]:
    """The collections with their models and queries: the authored ones by title, then the cheapest by modality."""
    catalog, day, words = edition.catalog, edition.day, edition.catalog.vocabulary.capabilities
    found = [
        CollectionPage(
            entry, links.collection(entry.id), model_rows(edition, collections.members(entry, catalog, day)),
            collection_sql.sql(entry, words, day),
        )
        for entry in sorted(catalog.collections.values(), key=lambda entry: entry.title.lower())
    ]  # fmt: skip
    for entry, meter, models in cheapest.collections(edition):
        rows = tuple(model_row(edition, least.card, least.offer) for least in models)
        sql = collection_sql.cheapest(entry.modality, meter.id, meter.per, cheapest.COUNT, day)
        found.append(CollectionPage(entry, links.collection(entry.id), rows, sql))
    return found


def _home(edition: Edition) -> Iterator[Page]:
    catalog = edition.catalog
    offers = [offer for card in catalog.cards.values() for offer in card.offers]
    counts = (
        (len(catalog.cards), "models", "models/"),
        (len({offer.seller for offer in offers}), "sellers", "sellers/"),
        (sum(has_price(edition, offer) for offer in offers), "offers with a price", "data/"),
    )
    past = [event for event in news(edition) if event.day <= edition.day]
    latest = [event for kinds, most in TOLD for event in [event for event in past if event.kind in kinds][:most]]
    context = {
        "counts": counts,
        "popular": popular.tables(edition),
        "collections": held(edition),
        "changes": sorted(latest, key=past.index),
    }
    yield Page(INDEX, "home.html", context)


def _lists(edition: Edition) -> Iterator[Page]:
    return paging.parted("models/", "models.html", model_rows(edition, cards(edition)), {})


def of_model(edition: Edition, card: Card, page: ModelPage) -> Iterator[Page]:
    """The page of a model and those of its prices."""
    shown = model_short.shown(edition, card, page)
    context = {"page": shown.page, "shown": shown}
    yield Page(f"{links.model(card.slug)}{INDEX}", "model.html", context, card.slug)
    yield from model_price_pages.pages(edition, card, shown)


def _providers(edition: Edition) -> Iterator[Page]:
    makers = providers(edition)
    made = {maker.id: [card for card in cards(edition) if card.provider == maker.id] for maker in makers}
    entries = [(maker, links.provider(maker.id), len(made[maker.id])) for maker in makers]
    yield Page(f"providers/{INDEX}", "providers.html", {"entries": entries})
    for maker in makers:
        context = {"name": maker.name, "id": maker.id, "url": links.safe_url(maker.url)}
        rows = model_rows(edition, made[maker.id])
        yield from paging.parted(links.provider(maker.id), "provider.html", rows, context)


def _collections(edition: Edition) -> Iterator[Page]:
    entries = held(edition)
    yield Page(f"collections/{INDEX}", "collections.html", {"entries": entries})
    for entry in entries:
        yield from paging.parted(entry.path, "collection.html", entry.rows, {"held": entry})


def _sellers(edition: Edition) -> Iterator[Page]:
    entries = sorted(edition.catalog.sellers.values(), key=lambda seller: (seller.name.lower(), seller.id))
    shown = [seller_page(edition, seller) for seller in entries]
    yield Page(f"sellers/{INDEX}", "sellers.html", {"entries": [(page, links.seller(page.id)) for page in shown]})
    for page in shown:
        size = max(paging.SIZE - len(page.unplaced), BESIDE)
        yield from paging.parted(links.seller(page.id), "seller.html", page.models, {"page": page}, size)


def _comparisons(edition: Edition) -> Iterator[Page]:
    found = family.comparisons(edition)
    yield Page(f"compare/{INDEX}", "comparisons.html", {"entries": found, "commands": calculator.compared(edition)})
    for entry in found:
        columns = [(row, [line.values[place] for line in entry.lines]) for place, row in enumerate(entry.models)]
        yield from paging.parted(entry.path, "comparison.html", columns, {"page": entry}, COMPARED)


def _changes(edition: Edition) -> Iterator[Page]:
    events = news(edition)
    past = [event for event in events if event.day <= edition.day]
    repriced = [event for event in past if event.kind == REPRICED]
    announced = [event for event in reversed(events) if event.day > edition.day]
    context = {
        "announced": announced[:LATEST], "coming": len(announced),
        "prices": repriced[:LATEST], "repriced": len(repriced),
    }  # fmt: skip
    yield from paging.parted("changes/", "changes.html", past, context, TOLD_A_PAGE)
    if len(announced) > LATEST:
        yield from paging.parted("changes/announced/", "announced.html", announced, {})


def _docs(edition: Edition) -> Iterator[Page]:
    found = guides(edition)
    for entry in found:
        yield Page(f"{entry.path}{INDEX}", "docs_guide.html", {"guide": entry})
        if entry.gateway:
            context = {"guide": entry.gateway, "priced": entry.path}
            yield Page(f"{entry.gateway.path}{INDEX}", "docs_images.html", context)
    seller = edition.catalog.sellers.get(edition.config.gateway)
    endpoints = edition.catalog.vocabulary.endpoints
    shown = [(endpoints[id], bodies) for id, bodies in calls.BODIES.items() if id in endpoints]
    words = {"statuses": prices.STATUS_SENTENCES.items(), "zeros": prices.ZERO_SENTENCES.items()}
    images = any(entry.gateway for entry in found)
    yield Page(f"docs/{INDEX}", "docs.html", {"guides": found, "images": images, **words})
    yield Page(f"docs/api/{INDEX}", "docs_api.html", {"seller": seller, "calls": shown})


def _data(edition: Edition) -> Iterator[Page]:
    yield Page(f"data/{INDEX}", "data.html", {"page": data.data_page(edition)})
    found = data.disagreements_page(edition)
    yield Page(f"data/disagreements/{INDEX}", "data_disagreements.html", {"page": found})


def _single(edition: Edition) -> Iterator[Page]:
    yield Page(f"{links.COST}{INDEX}", "cost.html", {"page": calculator.cost_page(edition)})
    if edition.ranking:
        yield Page(f"{links.RANKING}{INDEX}", "ranking.html", {"ranking": edition.ranking})
    yield Page(MISSING, "not_found.html", {})


#: All pages but those of models, in independent sections; the slowest come first.
SECTIONS: tuple[Callable[[Edition], Iterator[Page]], ...] = (
    topics.pages, _data, _sellers, _home, _lists, _providers, _collections, _comparisons, _changes, _docs,
    docs.pages, _single,
)  # fmt: skip


def addresses(paths: Iterable[str]) -> list[str]:
    """The paths of pages as a reader sees them, without index.html."""
    return sorted(path.removesuffix(INDEX) for path in paths if path != MISSING)
