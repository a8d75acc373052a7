"""The site of the repository's catalog, built once for all tests of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, served
from playwright.sync_api import Browser
from site_reading import DAY, PUBLIC, few, selected

from ratecard.core.catalog import Catalog
from ratecard.database import store, writer
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from shared import once


@pytest.fixture(scope="session")
def catalog(catalog: Catalog) -> Catalog:
    """The repository's catalog without most of its brief cards, as `selected` says."""
    return selected(catalog)


@pytest.fixture(scope="session")
def db(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of that catalog."""
    return once(tmp_path_factory, "site-db", lambda folder: writer.write(catalog, folder / "catalog.db")) / "catalog.db"


@pytest.fixture(name="edition", scope="session")
def _edition(catalog: Catalog) -> Edition:
    return Edition.of(catalog, DAY, SiteConfig())


@pytest.fixture(name="site", scope="session")
def _site(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "built", lambda folder: build(catalog, folder / "site", day=DAY)) / "site"


@pytest.fixture(name="public", scope="session")
def _public(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site with an address of its own."""

    def address(folder: Path) -> None:
        build(catalog, folder / "site", day=DAY, config=SiteConfig(base_url=PUBLIC))

    return once(tmp_path_factory, "public", address) / "site"


@pytest.fixture(scope="session")
def few_db(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a few cards, for tests that build many sites."""
    return once(tmp_path_factory, "few-db", lambda folder: writer.write(few(catalog), folder / "few.db")) / "few.db"


@pytest.fixture(scope="session")
def few_site(few_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of those few cards."""
    return once(tmp_path_factory, "few", lambda folder: build(store.read(few_db), folder / "site", day=DAY)) / "site"


@pytest.fixture(name="browser", scope="session")
def _browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(name="home", scope="session")
def _home(site: Path) -> Iterator[str]:
    """The address the built site is served at, under a strict policy."""
    with served(site) as address:
        yield address
