"""Pages as a strict parser and a reader see them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

from ratecard.cards import reader
from ratecard.core.catalog import Catalog, names_of

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 21)

_BLOCKS = {"p", "li", "td", "th", "tr", "h1", "h2", "h3", "dt", "dd", "caption", "figcaption", "pre", "div", "br"}


def frozen(catalog: Catalog) -> Catalog:
    """A catalog with the frozen cards and sellers of docs/catalog in place of those of the same name."""
    still = reader.read(ROOT / "docs" / "catalog").catalog
    cards, sellers = {**catalog.cards, **still.cards}, {**catalog.sellers, **still.sellers}
    return catalog._replace(cards=cards, sellers=sellers, names=names_of(cards.values()))


@functools.cache
def tree(page: bytes) -> Element:
    """The page's elements; raises for anything that is not valid HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(page)
    return found


def text(page: bytes) -> str:
    """What a reader sees, every run of blanks as one."""
    body = tree(page).find("body")
    assert body is not None
    return normal("".join(_words(body)))


def normal(words: str) -> str:
    """Words with every run of blanks as one."""
    return re.sub(r"\s+", " ", words).strip()


def elements(page: bytes, tag: str) -> list[Element]:
    """Every element of a kind, in the order of the page."""
    return list(tree(page).iter(tag))


def pages(site: Path) -> list[Path]:
    """Every HTML file of a site."""
    return sorted(site.rglob("*.html"))


def _words(element: Element) -> Iterator[str]:
    if element.get("class") == "outline":  # which says again what the headings say
        return
    around = " " if element.tag in _BLOCKS else ""
    yield around + (element.text or "")
    for child in element:
        yield from _words(child)
        yield child.tail or ""
    yield around
