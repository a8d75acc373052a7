"""The static site: every page of a catalog, published in one step."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ratecard import sql, writer
from ratecard.catalog import Catalog
from ratecard.site import (
    contrast,
    feed,
    finding,
    full_text,
    guides,
    links,
    openapi,
    pages,
    previews,
    price_data,
    ranking,
    rendering,
    request_data,
    schemas,
    static_api,
    static_openapi,
    texts,
    theme,
    trial,
    twin,
    twins,
)
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.news import news
from ratecard.site.release import File, publish

__all__ = ["SiteConfig", "build"]

USUAL = SiteConfig()
ASSETS = ("icon.svg",)
STYLE = "style.css"
#: Scripts of the pages, published as they are; nothing needs them to be read.
SCRIPTS = "assets"
DATABASE = "catalog.db"


def build(catalog: Catalog, out: Path, *, day: date, config: SiteConfig = USUAL) -> int:
    """Render the catalog as of a day and put the site in place of `out`; returns the number of files.

    The same catalog, day and settings give the same bytes. A failure leaves the site that was there.
    """
    counted = ranking.counted(catalog, config, day)
    return publish(files(Edition.of(catalog, day, counted), out), out)


def files(edition: Edition, before: Path) -> Iterator[File]:
    """Every file of the site with its content; `before` is the site as it stands, whose pictures are taken over."""
    environment = rendering.environment()
    planned = list(pages.pages(edition))
    for page in planned:
        content = rendering.render(environment, page, edition)
        yield page.path, content
        yield from twins.files(environment, edition, page, content)
        if page.model:
            yield links.twin(page.model.head.slug), twin.markdown(page.model, edition.day.isoformat()).encode()
            yield links.badge(page.model.head.slug), page.model.badge.encode()
        if page.model and page.model.trial:
            yield links.trial(page.model.head.slug), trial.verdicts(edition, page.model.trial)
    for card in pages.cards(edition):
        yield links.compared(card.slug), contrast.document(edition, card).encode()
        yield links.prices(card.slug), price_data.prices(edition.catalog, card)
    yield from previews.files(edition, before)
    yield "words.json", price_data.words(edition.catalog.vocabulary)
    yield "cost.sql", sql.statement().encode()
    yield "requests.json", request_data.document(edition)
    for name in ASSETS:
        yield name, (rendering.templates() / name).read_bytes()
    yield STYLE, theme.style((rendering.templates() / STYLE).read_text("utf-8"), edition.config).encode()
    for path in sorted((rendering.templates() / SCRIPTS).glob("*.js")):
        yield f"{SCRIPTS}/{path.name}", path.read_bytes()
    yield DATABASE, _database(edition.catalog)
    events = news(edition)
    yield feed.PATH, feed.atom(edition, events).encode()
    yield static_openapi.PATH, static_openapi.document(edition).encode()
    for name, text in static_api.files(edition, events):
        yield name, text.encode()
    for name, text in _texts(edition, planned):
        yield name, text.encode()


def _database(catalog: Catalog) -> bytes:
    """The database of exactly the catalog the pages show, so that the two are published together."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, DATABASE)
        writer.write(catalog, path)
        return path.read_bytes()


def _texts(edition: Edition, planned: list[rendering.Page]) -> Iterator[tuple[str, str]]:
    seller = edition.catalog.sellers.get(edition.config.gateway)
    yield "openapi.json", openapi.document(edition.catalog.vocabulary, seller, edition.day.isoformat())
    yield from finding.files(edition, pages.cards(edition))
    yield from schemas.files(edition)
    titles = [(path, words.title) for path, words in guides.titles(edition)]
    yield "llms.txt", texts.llms(edition, pages.cards(edition), titles)
    yield "llms-full.txt", full_text.document(edition, [page.model for page in planned if page.model])
    yield "robots.txt", texts.robots(edition)
    if edition.config.base_url:
        yield "sitemap.xml", texts.sitemap(edition, pages.addresses(planned))
