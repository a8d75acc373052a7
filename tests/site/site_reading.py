"""Pages as a strict parser and a reader see them."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

from ratecard.cards import reader
from ratecard.core.catalog import Catalog, names_of

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 21)
#: Where the site stands that has an address.
PUBLIC = "https://catalog.example/rates"

_BLOCKS = {"p", "li", "td", "th", "tr", "h1", "h2", "h3", "dt", "dd", "caption", "figcaption", "pre", "div", "br"}


#: How many cards of each modality that state neither an offer nor a sentence stand for the others of their kind.
BRIEF = 5
#: Such a card that tests name.
NAMED = {"anthropic/claude-sonnet-4-5"}


def selected(catalog: Catalog) -> Catalog:
    """The repository's catalog as most tests of the site take it.

    It has every card that is written in full, with offers or a description, some of the others (the first of each
    modality and those that tests name), and the cards and sellers of docs/catalog in place of those of the same name.
    The site of all cards and of what feeds offer is that of test_site_whole.py.
    """
    still = reader.read(ROOT / "docs" / "catalog").catalog
    seen: Counter[str] = Counter()
    cards = {}
    for slug, card in {**catalog.cards, **still.cards}.items():
        full = card.offers or card.description or slug in still.cards or slug in NAMED
        seen[card.modality] += not full
        if full or seen[card.modality] <= BRIEF:
            cards[slug] = card
    return catalog._replace(cards=cards, sellers={**catalog.sellers, **still.sellers}, names=names_of(cards.values()))


def few(catalog: Catalog) -> Catalog:
    """One card in twelve and some that tests name, with their sellers: enough where a whole site is built for one look."""
    named = {"bria/fibo-edit/edit", "openai/gpt-image-2", "deepseek/deepseek-v4-pro", "deepseek/deepseek-v4-flash"}
    cards = {
        slug: card for number, (slug, card) in enumerate(catalog.cards.items()) if number % 12 == 0 or slug in named
    }
    selling = {offer.seller for card in cards.values() for offer in card.offers}
    sellers = {id: seller for id, seller in catalog.sellers.items() if id in selling}
    return catalog._replace(cards=cards, sellers=sellers, names=names_of(cards.values()))


@functools.cache
def tree(page: bytes) -> Element:
    """The page's elements; raises for anything that is not valid HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(page)
    return found


def head(page: bytes, tag: str) -> list[Element]:
    """Every element of a kind in the page's head, which alone is parsed."""
    return elements(page.partition(b"<body")[0], tag)


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
