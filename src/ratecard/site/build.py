"""The static site: every page of a catalog, published in one step."""

from __future__ import annotations

import contextlib
import functools
import gc
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.records import Card
from ratecard.database import sql_cost, writer
from ratecard.site import links, pages, rendering, settings, workers
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.files import (
    api,
    api_openapi,
    atom,
    calls_openapi,
    compare_data,
    llms_full,
    llms_txt,
    model_markdown,
    page_markdown,
    price_data,
    schemas,
    search_index,
)
from ratecard.site.publish import File, SiteDraft, drafted
from ratecard.site.rendering import Page
from ratecard.site.views import guide, model, ranking, request_builder
from ratecard.site.views.changes import news

__all__ = ["SiteConfig", "build"]

USUAL = SiteConfig()
#: Models per share: few, so that all processors are busy until the end.
AT_ONCE = 50


def build(
    catalog: Catalog,
    out: Path,
    *,
    day: date,
    config: SiteConfig = USUAL,
    database: bytes | None = None,
    processes: int | None = None,
) -> int:
    """Render the catalog as of a day and put the site in place of `out`; returns the number of files.

    The same catalog, day and settings give the same bytes with any number of processes; the default is one for each
    processor. `database` is the catalog as `writer` writes it, if that exists already. A failure leaves the old site.
    """
    with _unswept(), drafted(out) as draft:
        edition = Edition.of(catalog, day, config, ranking.of_logs(catalog, config.usage, day))
        rendering.preload()
        work = [functools.partial(_done, share, draft) for share in shares(edition, database)]
        done = workers.done(work, processes or workers.processors())
        last = _done(functools.partial(_last, edition, done), draft)
        return sum(each.files for each in (*done, last))


class SiteFile(NamedTuple):
    """A file of the site; `is_page` for a page, `full_text` for its part of `llms-full.txt`."""

    name: str
    content: bytes
    is_page: bool = False
    full_text: str = ""


#: Makes some of the files, independently of the others.
Share = Callable[[], Iterator[SiteFile | File]]


class ShareResult(NamedTuple):
    """The result of a share of work: the number of files, the pages, and the parts of `llms-full.txt`."""

    files: int
    pages: tuple[str, ...]
    full_text: tuple[str, ...]


def shares(edition: Edition, database: bytes | None) -> list[Share]:
    """All files but the last ones, in shares; the longest come first, so that all end together."""
    cards = pages.cards(edition)
    return [
        functools.partial(_database, edition.catalog, database),
        *(functools.partial(_section, edition, section) for section in pages.SECTIONS),
        functools.partial(_lists, edition),
        functools.partial(_index, edition),
        functools.partial(_assets, edition),
        *(functools.partial(_models, edition, cards[at : at + AT_ONCE]) for at in range(0, len(cards), AT_ONCE)),
    ]


def _done(share: Share, draft: SiteDraft) -> ShareResult:
    made = []
    for file in share():
        held = SiteFile(*file)
        draft.put(held.name, held.content)
        made.append(held._replace(content=b""))
    listed = tuple(each.name for each in made if each.is_page)
    return ShareResult(len(made), listed, tuple(each.full_text for each in made if each.full_text))


def _section(edition: Edition, section: Callable[[Edition], Iterator[Page]]) -> Iterator[SiteFile | File]:
    for page in section(edition):
        yield from _of_page(edition, page)


def _models(edition: Edition, cards: Sequence[Card]) -> Iterator[SiteFile | File]:
    """All files of some models."""
    for card in cards:
        page = model.model_page(edition, card)
        for each in pages.of_model(edition, card, page):
            yield from _of_page(edition, each)
        text = model_markdown.markdown(page, edition.day.isoformat()).encode()
        yield SiteFile(links.twin(card.slug), text, full_text=llms_full.model_text(edition, page))
        yield links.badge(card.slug), page.badge.encode()
        yield links.compared(card.slug), compare_data.document(edition, card).encode()
        yield links.prices(card.slug), price_data.prices(edition.catalog, card)
        yield links.record(card.slug), api.whole(edition, card).encode()
        if page.trial:
            yield links.trial(card.slug), request_builder.verdicts(edition, page.trial)


def _of_page(edition: Edition, page: Page) -> Iterator[SiteFile | File]:
    """A page and the twins that are made from it."""
    content = rendering.render(page, edition)
    yield SiteFile(page.path, content, is_page=True)
    yield from page_markdown.files(edition, page, content)


def _assets(edition: Edition) -> Iterator[File]:
    folder = rendering.templates()
    yield "words.json", price_data.words(edition.catalog.vocabulary)
    yield "cost.sql", sql_cost.statement().encode()
    yield "icon.svg", (folder / "icon.svg").read_bytes()
    yield "style.css", settings.style((folder / "style.css").read_text("utf-8"), edition.config).encode()
    for path in sorted((folder / "assets").glob("*.js")):
        yield f"assets/{path.name}", path.read_bytes()


def _database(catalog: Catalog, written: bytes | None) -> Iterator[File]:
    """The database of the catalog that the pages show."""
    if written is None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "catalog.db")
            writer.write(catalog, path)
            written = path.read_bytes()
    yield "catalog.db", written


def _lists(edition: Edition) -> Iterator[File]:
    events = news(edition)
    yield atom.PATH, atom.atom(edition, events).encode()
    yield api_openapi.PATH, api_openapi.document(edition).encode()
    for name, text in api.files(edition, events):
        yield name, text.encode()


def _index(edition: Edition) -> Iterator[File]:
    seller = edition.catalog.sellers.get(edition.config.gateway)
    document = calls_openapi.document(edition.catalog.vocabulary, seller, edition.day.isoformat())
    yield "openapi.json", document.encode()
    for name, text in (*search_index.files(edition, pages.cards(edition)), *schemas.files(edition)):
        yield name, text.encode()
    titles = [(path, words.title) for path, words in guide.titles(edition)]
    yield "llms.txt", llms_txt.llms(edition, pages.cards(edition), titles).encode()
    yield "robots.txt", llms_txt.robots(edition).encode()


def _last(edition: Edition, done: Sequence[ShareResult]) -> Iterator[File]:
    """The files that depend on all others."""
    yield "llms-full.txt", llms_full.document(edition, (text for each in done for text in each.full_text)).encode()
    if edition.config.base_url:
        addresses = pages.addresses(path for each in done for path in each.pages)
        yield "sitemap.xml", llms_txt.sitemap(edition, addresses).encode()


@contextlib.contextmanager
def _unswept() -> Iterator[None]:
    """Pauses garbage collection: a build makes millions of records and hardly any cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
