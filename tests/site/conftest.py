"""The site of the repository's own catalog, built once for all tests of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_reading import DAY

from ratecard.catalog import Catalog
from ratecard.site import SiteConfig, build
from ratecard.site.edition import Edition


@pytest.fixture(name="edition", scope="session")
def _edition(catalog: Catalog) -> Edition:
    return Edition.of(catalog, DAY, SiteConfig())


@pytest.fixture(name="site", scope="session")
def _site(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "site"
    build(catalog, out, day=DAY)
    return out
