"""The site of the whole market: thousands of pages, each found, titled and light."""

from __future__ import annotations

import gzip
import html
import os
import posixpath
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from site_reading import DAY, tree

from ratecard.core import evidence
from ratecard.database import store
from ratecard.site import incremental
from ratecard.site.views import prices

#: How much longer a full build takes than finding that there is nothing to do.
QUICKER = 50
ATTEMPTS = 5
#: Of so many pages one is parsed, which takes a hundred times as long as to search it.
SAMPLE = 20
MEDIAN_PAGE = (13_000, 4_000)
#: The most bytes of a page, and of the same on the wire: of a model's own, and of any other but a guide.
MODEL_PAGE = (20_000, 6_000)
LIST_PAGE = (60_000, 12_000)

_LINK = re.compile(r'<[a-z]+ [^>]*?(?:href|src)="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_TITLE = re.compile(r"<title>([^<]*)</title>")
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')


@pytest.fixture(name="built", scope="module")
def _built(market_db: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The site of the whole market, and the seconds it took."""
    out = tmp_path_factory.mktemp("market site") / "site"
    start = _spent()
    incremental.renew(market_db, out, day=DAY)
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


def test_pages_are_valid_html(texts: dict[str, str]) -> None:
    """A strict parser finds no error on a twentieth of the pages, which are of every kind."""
    for name in sorted(texts)[::SAMPLE]:
        tree(texts[name].encode())


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


def test_model_pages_are_light(built: tuple[Path, float], texts: dict[str, str]) -> None:
    """Every model's page is below 20 KB, and 6 KB on the wire; half of them are below 13 KB, and 4 KB."""
    models = {name: _weight(text) for name, text in texts.items() if _is_model(built[0], name)}

    assert len(models) > 1_800
    assert {name: weight for name, weight in models.items() if _above(weight, MODEL_PAGE)} == {}
    assert statistics.median(raw for raw, _ in models.values()) <= MEDIAN_PAGE[0]
    assert statistics.median(packed for _, packed in models.values()) <= MEDIAN_PAGE[1]


def test_other_pages_are_light(built: tuple[Path, float], texts: dict[str, str]) -> None:
    """Every list, every part of one and every page of prices is below 60 KB, and 12 KB on the wire."""
    others = {name: _weight(text) for name, text in texts.items() if not _is_model(built[0], name)}

    found = {name: weight for name, weight in others.items() if _above(weight, LIST_PAGE)}

    assert {name for name in found if not name.startswith("docs/")} == set()


def test_every_rate_stands_on_a_page_of_its_model(texts: dict[str, str], market_db: Path) -> None:
    """Each rate of each price list stands once among the sellers of its model's page, or on its price pages."""
    market = store.read(market_db)
    sheets: dict[str, list[str]] = {}
    for name, text in texts.items():
        slug, found, _ = name.removeprefix("models/").partition("/prices/")
        sheets.setdefault(slug, []).extend([text] if found else [])

    for slug, card in market.cards.items():
        rates = Counter(
            (", ".join(filter(None, (shown.label, shown.conditions))), shown.value)
            for offer in card.offers
            for tariff in evidence.dated(offer)
            for shown in prices.prices(tariff, market.vocabulary)
        )

        page = texts[f"models/{slug}/index.html"]
        assert Counter(_told(page, sheets.get(slug, []))) == rates, slug


def test_price_pages_stand_only_where_they_are_needed(built: tuple[Path, float], texts: dict[str, str]) -> None:
    """A model whose page tells every price has no pages of prices, and one that has some leads there."""
    out, _ = built
    of_models = {name: text for name, text in texts.items() if name.startswith("models/")}
    with_pages = {name.removesuffix("prices/index.html") for name in of_models if name.endswith("/prices/index.html")}
    leading = {name.removesuffix("index.html") for name, text in of_models.items() if 'href="prices/' in text}

    assert with_pages == leading
    assert 100 < len(with_pages) < len(texts) / 6
    assert all((out / f"{name}prices.md").is_file() for name in with_pages)


def test_finding_nothing_to_do_is_quick(built: tuple[Path, float], market_db: Path) -> None:
    """Where nothing changed, a build takes a fiftieth of a full one at most."""
    out, whole = built
    took = []
    for _ in range(ATTEMPTS):  # the least of them: what else this process holds is swept through now and then
        start = _spent()
        assert incremental.renew(market_db, out, day=DAY).written == 0
        took.append(_spent() - start)

    assert min(took) * QUICKER <= whole, (took, whole)


def _spent() -> float:
    """The seconds of processors, also of the processes that made pages, whatever else the machine does."""
    return sum(os.times()[:4])


_ROW = re.compile(r'<th scope="row">([^<]*)</th>(?:<td>([^<]*)</td>)?<td class="number"><data value="([^"]*)">')
_LINE = re.compile(r'<li>([^<]*) <data value="([^"]*)">')


def _told(page: str, sheets: list[str]) -> Iterator[tuple[str, str]]:
    """The prices of all sellers that the pages of a model print: its price pages, else its own."""
    sellers = _section(page, "sellers")
    rows = sheets or ([_section(page, "pricing")] if "rates, above" in sellers else [])
    for label, conditions, value in (row for text in rows for row in _ROW.findall(text)):
        yield html.unescape(", ".join(filter(None, (label, conditions)))), value
    for words, value in [] if sheets else _LINE.findall(sellers):
        yield html.unescape(words), value


def _section(page: str, id: str) -> str:
    return page.partition(f'<section aria-labelledby="{id}">')[2].partition("</section>")[0]


def _is_model(out: Path, name: str) -> bool:
    return (out / name).with_name("prices.json").is_file()


def _weight(text: str) -> tuple[int, int]:
    content = text.encode()
    return len(content), len(gzip.compress(content, 9, mtime=0))


def _above(weight: tuple[int, int], most: tuple[int, int]) -> bool:
    return weight[0] > most[0] or weight[1] > most[1]


def _stands(name: str, link: str, files: set[str], ids: dict[str, set[str]]) -> bool:
    parts = urlsplit(link)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    found = path if path in files else posixpath.normpath(posixpath.join(path, "index.html"))
    return found in files and (not parts.fragment or parts.fragment in ids.get(found, set()))
