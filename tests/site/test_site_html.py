"""Every page is valid, can be found its way around in, and leads nowhere that does not exist."""

from __future__ import annotations

import gzip
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from site_reading import PUBLIC, elements, head, pages, text, tree

MODEL_PAGE = (20_000, 6_000)
LIST_PAGE = (60_000, 12_000)
#: A date, a month or a year, as a time element may have it for its text.
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def test_every_page_is_valid_html(site: Path) -> None:
    """A strict parser finds no error on any page."""
    for page in pages(site):
        tree(page.read_bytes())


def test_every_page_has_its_frame(site: Path) -> None:
    """A page has its language, one main heading, a description, landmarks and a skip link."""
    for page in pages(site):
        content = page.read_bytes()

        assert tree(content).get("lang") == "en", page
        assert len(elements(content, "h1")) == 1, page
        assert len(elements(content, "main")) == 1, page
        assert len(elements(content, "header")) == 1, page
        assert len(elements(content, "footer")) == 1, page
        assert any(meta.get("name") == "description" and meta.get("content") for meta in elements(content, "meta"))
        assert elements(content, "a")[0].get("href") == "#main", page


def test_titles_are_unique(site: Path) -> None:
    """No two pages have the same title."""
    titles = [elements(page.read_bytes(), "title")[0].text for page in pages(site)]

    assert len(titles) == len(set(titles))


def test_descriptions_are_unique(site: Path) -> None:
    """No two pages are described in the same words."""
    descriptions = [_description(page.read_bytes()) for page in pages(site)]

    assert [said for said, count in Counter(descriptions).items() if count > 1] == []


def test_each_page_knows_its_one_address(public: Path) -> None:
    """Where the site says where it stands, each page names its own address there and no other page's."""
    for page in pages(public):
        links = [link.get("href") for link in head(page.read_bytes(), "link") if link.get("rel") == "canonical"]
        address = page.relative_to(public).as_posix().removesuffix("index.html")
        assert links == [f"{PUBLIC}/{quote(address)}"], page


def test_ids_are_unique(site: Path) -> None:
    """No id stands twice on a page."""
    for page in pages(site):
        ids = [element.get("id") for element in tree(page.read_bytes()).iter() if element.get("id")]

        assert len(ids) == len(set(ids)), page


def test_every_link_inside_the_site_leads_somewhere(site: Path) -> None:
    """Each relative link is a file of the site, and each fragment an id on it."""
    files = {path.as_posix() for path in site.rglob("*") if path.is_file()}
    ids = {page.as_posix(): _ids(page) for page in pages(site)}
    for page in pages(site):
        for target, fragment in _targets(page, files):
            assert target in files, f"{page}: {target}"
            assert not fragment or fragment in ids[target], f"{page}: #{fragment}"


def test_tables_have_captions_and_headings(site: Path) -> None:
    """Each table says what it holds, and each heading cell what it is the heading of."""
    for page in pages(site):
        for table in elements(page.read_bytes(), "table"):
            assert table[0].tag == "caption", page
            assert all(cell.get("scope") in ("col", "row") for cell in table.iter("th")), page


def test_dates_and_numbers_are_marked(site: Path) -> None:
    """Each marked date and number carries itself in a form programs read."""
    for page in pages(site):
        content = page.read_bytes()

        assert all(_DATE.fullmatch(time.get("datetime") or time.text or "") for time in elements(content, "time")), page
        assert all(float(data.get("value") or "nothing") >= 0 for data in elements(content, "data")), page


def test_nothing_is_inline_and_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    """No page holds code or style of its own, an event handler, or a resource of another host."""
    for page in pages(site):
        for element in tree(page.read_bytes()).iter():
            assert element.tag not in ("style", "iframe", "object", "embed"), page
            assert not any(name.startswith("on") or name == "style" for name in element.attrib), page
            if element.tag == "script" and element.get("type") != "application/ld+json":
                assert element.get("src"), page
                assert element.get("type") == "module", page
            for address in (element.get("src"), element.get("href") if element.tag == "link" else None):
                assert not (address or "").startswith(("http", "//")) or element.get("rel") == "canonical", page


def test_every_sentence_has_the_right_article(site: Path) -> None:
    """No page says "a image"."""
    for page in pages(site):
        assert " a image" not in text(page.read_bytes()), page


def test_model_pages_are_light(site: Path) -> None:
    """A model page stays within 20 KB, and 6 KB on the wire."""
    for page in pages(site / "models"):
        if (page.parent / "prices.json").is_file():  # a model's, not a part of the list
            raw, packed = _weight(page)
            assert raw <= MODEL_PAGE[0], page
            assert packed <= MODEL_PAGE[1], page


def test_list_pages_are_light(site: Path) -> None:
    """Any other page but a guide stays within 60 KB, and 12 KB on the wire."""
    for page in pages(site):
        raw, packed = _weight(page)
        assert packed <= LIST_PAGE[1], page
        assert raw <= LIST_PAGE[0] or page.is_relative_to(site / "docs"), page


def _description(content: bytes) -> str:
    return next(meta.get("content", "") for meta in elements(content, "meta") if meta.get("name") == "description")


def _ids(page: Path) -> set[str]:
    return {element.get("id") or "" for element in tree(page.read_bytes()).iter()}


def _targets(page: Path, files: set[str]) -> Iterator[tuple[str, str]]:
    """The files that a page links, each with the id that the link ends in."""
    links = {element.get("href") or element.get("src") or "#main" for element in tree(page.read_bytes()).iter()}
    for link in links:
        address = urlsplit(link)
        if not address.scheme:
            path = posixpath.join(page.parent.as_posix(), unquote(address.path)) if address.path else page.as_posix()
            found = posixpath.normpath(path)
            yield found if found in files else posixpath.join(found, "index.html"), address.fragment


def _weight(page: Path) -> tuple[int, int]:
    content = page.read_bytes()
    return len(content), len(gzip.compress(content, 9, mtime=0))
