"""Which pages a site has, and what each prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ratecard.catalog import retired
from ratecard.records import Card, Collection, Provider
from ratecard.site import (
    calls,
    collections,
    comparison,
    cost_page,
    data_page,
    guide,
    links,
    listing,
    manual,
    model_page,
    parts,
    prices,
    seller_page,
    topics,
)
from ratecard.site import edition as editions
from ratecard.site.edition import Edition
from ratecard.site.news import REPRICED, news
from ratecard.site.rendering import Page

NEWEST = 8
#: How many of the latest changes of price stand before everything else that happened.
LATEST = 20
INDEX = "index.html"
MISSING = "404.html"


def pages(edition: Edition) -> Iterator[Page]:
    """Every page that is made from a template."""
    for section in SECTIONS:
        yield from section(edition)
    yield from of_models(edition, cards(edition))


def cards(edition: Edition) -> list[Card]:
    """The cards by slug."""
    return [card for _, card in sorted(edition.catalog.cards.items())]


def providers(edition: Edition) -> list[Provider]:
    """Every maker of a model, by name, also those of which only the id is known."""
    known = edition.catalog.providers
    ids = sorted({card.provider for card in edition.catalog.cards.values()})
    return sorted((known.get(id) or Provider(id, id) for id in ids), key=lambda maker: maker.name.lower())


def held(edition: Edition) -> list[tuple[Collection, tuple[Card, ...]]]:
    """The collections with their members, by title."""
    catalog, day = edition.catalog, edition.day
    entries = sorted(catalog.collections.values(), key=lambda entry: entry.title.lower())
    return [(entry, collections.members(entry, catalog, day)) for entry in entries]


def _home(edition: Edition) -> Iterator[Page]:
    catalog = edition.catalog
    offers = [offer for card in catalog.cards.values() for offer in card.offers]
    ended = sum(retired(card, edition.day) for card in catalog.cards.values())
    counts = (
        (len(catalog.cards), "models", "models/"),
        (len(providers(edition)), "providers", "providers/"),
        (len({offer.seller for offer in offers}), "sellers", "sellers/"),
        (sum(editions.has_price(edition, offer) for offer in offers), "offers with a price", "models/"),
        (ended, "retired, still priced", links.collection("retired")),
    )
    known = tuple(entry for entry in counts if entry[2] != "collections/retired/" or "retired" in catalog.collections)
    context = {
        "counts": known,
        "collections": [(entry, len(members)) for entry, members in held(edition)],
        "newest": listing.newest(edition, NEWEST),
        "changes": [event for event in news(edition) if event.kind == REPRICED and event.day <= edition.day][:NEWEST],
    }
    yield Page(INDEX, "home.html", context)


def _lists(edition: Edition) -> Iterator[Page]:
    return parts.parted("models/", "models.html", listing.rows(edition, cards(edition)), {})


def of_models(edition: Edition, some: Iterable[Card]) -> Iterator[Page]:
    """The pages of some models."""
    for card in some:
        page = model_page.model_page(edition, card)
        context = {"page": page, "twin": links.twin(card.slug)}
        yield Page(f"{links.model(card.slug)}{INDEX}", "model.html", context, page)


def _providers(edition: Edition) -> Iterator[Page]:
    made = {maker.id: [card for card in cards(edition) if card.provider == maker.id] for maker in providers(edition)}
    entries = [(maker, links.provider(maker.id), len(made[maker.id])) for maker in providers(edition)]
    yield Page(f"providers/{INDEX}", "providers.html", {"entries": entries})
    for maker in providers(edition):
        context = {
            "name": maker.name,
            "id": maker.id,
            "url": links.safe_url(maker.url),
            "rows": listing.rows(edition, made[maker.id]),
        }
        yield Page(f"{links.provider(maker.id)}{INDEX}", "provider.html", context)


def _collections(edition: Edition) -> Iterator[Page]:
    found = held(edition)
    entries = [(entry, links.collection(entry.id), len(members)) for entry, members in found]
    yield Page(f"collections/{INDEX}", "collections.html", {"entries": entries})
    for entry, members in found:
        context = {"entry": entry, "rows": listing.rows(edition, members)}
        yield Page(f"{links.collection(entry.id)}{INDEX}", "collection.html", context)


def _sellers(edition: Edition) -> Iterator[Page]:
    entries = sorted(edition.catalog.sellers.values(), key=lambda seller: seller.name.lower())
    shown = [seller_page.seller_page(edition, seller) for seller in entries]
    yield Page(f"sellers/{INDEX}", "sellers.html", {"entries": [(page, links.seller(page.id)) for page in shown]})
    for page in shown:
        yield Page(f"{links.seller(page.id)}{INDEX}", "seller.html", {"page": page})


def _comparisons(edition: Edition) -> Iterator[Page]:
    found = comparison.comparisons(edition)
    yield Page(f"compare/{INDEX}", "comparisons.html", {"entries": found})
    for entry in found:
        yield Page(f"{entry.path}{INDEX}", "comparison.html", {"page": entry})


def _changes(edition: Edition) -> Iterator[Page]:
    events = news(edition)
    past = [event for event in events if event.day <= edition.day]
    repriced = [event for event in past if event.kind == REPRICED]
    context = {
        "announced": [event for event in reversed(events) if event.day > edition.day],
        "prices": repriced[:LATEST],
        "repriced": len(repriced),
    }
    yield from parts.parted("changes/", "changes.html", past, context)


def _docs(edition: Edition) -> Iterator[Page]:
    seller = edition.catalog.sellers.get(edition.config.gateway)
    endpoints = edition.catalog.vocabulary.endpoints
    shown = [(endpoints[id], bodies) for id, bodies in calls.BODIES.items() if id in endpoints]
    words = {"statuses": prices.STATUS_SENTENCES.items(), "zeros": prices.ZERO_SENTENCES.items()}
    yield Page(f"docs/{INDEX}", "docs.html", {"guide": seller is not None, **words})
    yield Page(f"docs/api/{INDEX}", "docs_api.html", {"seller": seller, "calls": shown})
    if seller:
        yield Page(f"docs/images/{INDEX}", "docs_images.html", {"guide": guide.guide(edition, seller)})


def _data(edition: Edition) -> Iterator[Page]:
    yield Page(f"data/{INDEX}", "data.html", {"page": data_page.data_page(edition)})
    found = data_page.disagreements_page(edition)
    yield Page(f"data/disagreements/{INDEX}", "data_disagreements.html", {"page": found})


def _single(edition: Edition) -> Iterator[Page]:
    yield Page(f"{links.COST}{INDEX}", "cost.html", {"page": cost_page.cost_page(edition)})
    yield Page(MISSING, "not_found.html", {})


#: The pages besides those of models, in sections that can be made apart; what takes longest comes first.
SECTIONS: tuple[Callable[[Edition], Iterator[Page]], ...] = (
    topics.pages, _data, _sellers, _home, _lists, _providers, _collections, _comparisons, _changes, _docs,
    manual.pages, _single,
)  # fmt: skip


def addresses(paths: Iterable[str]) -> list[str]:
    """The paths of pages as a reader sees them, without index.html."""
    return sorted(path.removesuffix(INDEX) for path in paths if path != MISSING)
