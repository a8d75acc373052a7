"""The site of the whole market: thousands of pages, each found, titled and light."""

from __future__ import annotations

import gzip
import html
import os
import posixpath
import re
import statistics
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from site_reading import DAY

from ratecard import renewal

#: How much longer a full build takes than finding that there is nothing to do.
QUICKER = 50
MEDIAN_PAGE = (12_000, 4_000)

_LINK = re.compile(r'<[a-z]+ [^>]*?(?:href|src)="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_TITLE = re.compile(r"<title>([^<]*)</title>")
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')


@pytest.fixture(name="built", scope="module")
def _built(market_db: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The site of the whole market, and the seconds it took."""
    out = tmp_path_factory.mktemp("market site") / "site"
    start = _spent()
    renewal.renew(market_db, out, day=DAY)
    return out, _spent() - start


@pytest.fixture(name="texts", scope="module")
def _texts(built: tuple[Path, float]) -> dict[str, str]:
    out, _ = built
    return {page.relative_to(out).as_posix(): page.read_text(encoding="utf-8") for page in out.rglob("*.html")}


def test_every_link_and_anchor_leads_somewhere(built: tuple[Path, float], texts: dict[str, str]) -> None:
    """Every link inside the site names a file of it, and every fragment an id of that page."""
    out, _ = built
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    ids = {name: set(_ID.findall(text)) for name, text in texts.items()}

    astray = {
        (name, link)
        for name, text in texts.items()
        for link in set(map(html.unescape, _LINK.findall(text)))
        if not urlsplit(link).scheme and not _stands(name, link, files, ids)
    }

    assert astray == set()


def test_titles_and_descriptions_are_unique(texts: dict[str, str]) -> None:
    """No two of all pages have the same title or the same description."""
    for pattern in (_TITLE, _DESCRIPTION):
        found = Counter(pattern.findall(text)[0] for text in texts.values())

        assert [words for words, count in found.items() if count > 1] == []


def test_ids_are_unique_on_each_page(texts: dict[str, str]) -> None:
    """No id stands twice on any page."""
    for name, text in texts.items():
        ids = _ID.findall(text)
        assert len(ids) == len(set(ids)), name


def test_model_pages_are_light(texts: dict[str, str]) -> None:
    """Half of all model pages are below 12 KB, and 4 KB on the wire."""
    models = [text.encode() for name, text in texts.items() if re.match(r"models/.+/.+/index\.html", name)]

    assert statistics.median(map(len, models)) <= MEDIAN_PAGE[0]
    assert statistics.median(len(gzip.compress(page)) for page in models[::10]) <= MEDIAN_PAGE[1]


def test_finding_nothing_to_do_is_quick(built: tuple[Path, float], market_db: Path) -> None:
    """Where nothing changed, a build takes a fiftieth of a full one at most."""
    out, whole = built
    start = _spent()

    renewed = renewal.renew(market_db, out, day=DAY)

    assert renewed.written == 0
    assert (_spent() - start) * QUICKER <= whole


def _spent() -> float:
    """The seconds of processors, also of the processes that made pages, whatever else the machine does."""
    return sum(os.times()[:4])


def _stands(name: str, link: str, files: set[str], ids: dict[str, set[str]]) -> bool:
    parts = urlsplit(link)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    found = path if path in files else posixpath.normpath(posixpath.join(path, "index.html"))
    return found in files and (not parts.fragment or parts.fragment in ids.get(found, set()))
