"""Every page says the same as Markdown, and every list the same as JSON."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import pytest
from markdown_it import MarkdownIt
from site_reading import DAY, elements, few, pages, tree

from ratecard.core.catalog import Catalog
from ratecard.core.records import Card
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.files.page_markdown import markdown

PARSER = MarkdownIt("commonmark").enable("table")
#: What the pages' style sets apart, and the twins with a mark.
LAYOUT = re.compile(r"[\s;·]+")
KINDS = (
    "providers/stanford", "sellers/aigateway", "families/flux-2", "modalities/image", "capabilities/mask",
    "collections/free-tier", "collections/cheapest-image", "removed", "collections", "families", "capabilities",
)  # fmt: skip


def _twin(site: Path, page: Path, media: str) -> Path | None:
    """The file that a page names as its other form."""
    for link in elements(page.read_bytes(), "link"):
        if link.get("rel") == "alternate" and link.get("type") == media:
            return Path((page.parent / str(link.get("href"))).resolve())
    return None


def _whole(site: Path) -> list[Path]:
    """The pages that are no model's and no part of a longer list."""
    return [page for page in pages(site) if page.name == "index.html" and not (page.parent / "prices.json").exists()]


def _cells(content: Element) -> list[str]:
    return [
        LAYOUT.sub("", "".join(_words(cell))) for row in content.iter("tr") for cell in row if cell.tag != "caption"
    ]


def _words(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield child.tail or ""


@functools.cache
def _rendered(text: str) -> Element:
    return tree(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>twin</title><body>{PARSER.render(text)}</body></html>".encode()
    )


def test_every_page_names_its_markdown(site: Path) -> None:
    """Every page but the one for errors has a Markdown twin that begins with its main heading."""
    for page in pages(site):
        found = _twin(site, page, "text/markdown")
        if page.name == "404.html":
            assert found is None
            continue
        assert found is not None, page
        heading = " ".join("".join(elements(page.read_bytes(), "h1")[0].itertext()).split())
        assert "".join(next(_rendered(found.read_text("utf-8")).iter("h1")).itertext()) == heading, page


def test_a_page_and_its_markdown_have_the_same_tables(site: Path) -> None:
    """Every cell of every table stands in the twin, with the same words and numbers, in the same order."""
    for page in _whole(site):
        if _PARTED.search(page.as_posix()) or (page.parent / "page").is_dir():
            continue
        found = _twin(site, page, "text/markdown")
        assert found is not None
        cells = _cells(tree(page.read_bytes()))
        twins = _cells(_rendered(found.read_text("utf-8")))
        assert [cell for cell in twins if cell] == [cell for cell in cells if cell], page


_PARTED = re.compile(r"/page/\d+/")


def test_a_page_and_its_markdown_have_the_same_links(site: Path) -> None:
    """What a page links within its content, its twin links by the same words, save anchors and ways between parts."""
    for page in _whole(site):
        if (page.parent / "page").is_dir() or _PARTED.search(page.as_posix()):
            continue
        main = elements(page.read_bytes(), "main")[0]
        inside = [link for link in _shown(main) if not str(link.get("href")).startswith("#")]
        found = _twin(site, page, "text/markdown")
        assert found is not None
        linked = ["".join(link.itertext()) for link in _rendered(found.read_text("utf-8")).iter("a")]
        words = [LAYOUT.sub("", "".join(link.itertext())) for link in inside]

        assert [LAYOUT.sub("", link) for link in linked[:-1]] == words, page


def _shown(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag in ("nav", "form", "noscript", "svg") or child.get("data-without") is not None:
            continue
        if child.tag == "a":
            yield child
        yield from _shown(child)


def test_links_of_twins_lead_somewhere(site: Path) -> None:
    """Every link of a twin that stays inside the site names a file of it."""
    found = 0
    for twin in sorted(site.rglob("*.md")):
        for link in _rendered(twin.read_text("utf-8")).iter("a"):
            address = urlsplit(str(link.get("href")))
            if address.scheme or not address.path:
                continue
            target = (twin.parent / unquote(address.path)).resolve()
            assert (target / "index.html").is_file() if target.is_dir() else target.is_file(), (twin, address)
            found += 1
    assert found > 1_000


def test_a_long_list_has_one_twin(catalog: Catalog, site: Path) -> None:
    """A list of several pages has one Markdown and one JSON with all of it, which each of its pages names."""
    out = site
    listed = list((out / "modalities/image").rglob("index.html"))
    assert len(listed) > 1

    assert {_twin(out, page, "text/markdown") for page in listed} == {(out / "modalities/image.md").resolve()}
    assert {_twin(out, page, "application/json") for page in listed} == {(out / "modalities/image.json").resolve()}
    slugs = {card.slug for card in catalog.cards.values() if card.modality == "image"}
    text = (out / "modalities/image.md").read_text("utf-8")
    assert all(f"`{slug}`" in text for slug in slugs)
    data = json.loads((out / "modalities/image.json").read_text("utf-8"))
    assert {model["slug"] for model in data["models"]} == slugs


@pytest.mark.parametrize("name", KINDS)
def test_each_list_has_its_data(name: str, site: Path) -> None:
    """A page that lists something has JSON with every number of its tables and every model's slug."""
    page = site / name / "index.html"
    found = _twin(site, page, "application/json")
    assert found == (site / f"{name}.json").resolve()
    text = found.read_text("utf-8")
    data = json.loads(text)

    assert data["as_of"] == DAY.isoformat()
    numbers = {Decimal(number) for number in re.findall(r'[":\[]([0-9]+(?:\.[0-9]+)?)[",\]}]', text)}
    for row in tree(page.read_bytes()).iter("tr"):
        assert all(Decimal(str(number.get("value"))) in numbers for number in row.iter("data")), name
        for link in row.iter("a"):
            target = str(link.get("href"))
            assert "models/" not in target or f'"{target.partition("models/")[2].rstrip("/")}"' in text, target


@pytest.mark.parametrize(
    ("page", "data"),
    [("models", "api/v1/models.json"), ("providers", "api/v1/providers.json"), ("sellers", "api/v1/sellers.json"),
     ("changes", "api/v1/changes.json"), ("data", "data.json"), ("data/disagreements", "data/disagreements.json"),
     ("models/openai/gpt-image-1", "models/openai/gpt-image-1.json")],
)  # fmt: skip
def test_lists_that_are_files_already_are_named(page: str, data: str, site: Path) -> None:
    """A page whose list is a file of the API names that one."""
    found = _twin(site, site / page / "index.html", "application/json")

    assert found == (site / data).resolve()
    assert json.loads(found.read_text("utf-8"))


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<h1>A *b* &amp; c</h1>", "# A \\*b\\* & c"),
        ("<p>One <a href='x'>x</a> <a href=\"../y/\">y</a></p>", "One x [y](to ../y/)"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<dl><div><dt>a</dt><dd>b\n c</dd></div></dl>", "- **a**: b c"),
        ("<table><caption>t</caption><thead><tr><th>a</th><th class=\"number\">b</th></tr></thead>"
         "<tbody><tr><th>x | y</th><td>1<br>two</td></tr></tbody></table>",
         "*t*\n\n| a | b |\n| --- | ---: |\n| x \\| y | 1; two |"),
        ("<figure class=\"code\"><figcaption>sh</figcaption><pre><code>a &lt; b\n\n\n\n`c`</code></pre></figure>",
         "```sh\na < b\n\n\n\n`c`\n```"),
        ("<p>- not a list</p>", "\\- not a list"),
        ("<p>1. not a list</p>", "1\\. not a list"),
        ("<p>a</p><form><p>b</p><input/></form><svg><path/></svg><p>c</p>", "a\n\nc"),
        ("<p>a\x01b</p>", "ab"),
        ("<p><code>a`b</code></p>", "`` a`b ``"),
    ],
)  # fmt: skip
def test_each_element_has_its_markdown(html: str, says: str) -> None:
    """What the templates use is written as CommonMark and its tables write it; words stay words."""
    resolve = {"../y/": "to ../y/"}
    text = markdown(f'<main id="main">{html}</main>', lambda href: resolve.get(href, ""))

    assert text == says.replace("(to ../y/)", "(to%20../y/)") + "\n"


def test_hostile_names_stay_words(catalog: Catalog, tmp_path: Path) -> None:
    """A name full of Markdown and HTML makes no link, table or heading of its own in a twin."""
    name = "# [x](javascript:alert(1)) | `a` <b> *c*"
    kept = few(catalog)
    slug, card = next(iter(sorted(kept.cards.items())))
    odd: dict[str, Card] = {**kept.cards, slug: card._replace(name=name)}
    out = tmp_path / "site"
    build(kept._replace(cards=odd), out, day=DAY, config=SiteConfig())
    document = _rendered((out / "providers" / f"{card.provider}.md").read_text("utf-8"))

    assert name in {"".join(link.itertext()) for link in document.iter("a")}
    assert not any(str(link.get("href")).startswith("javascript") for link in document.iter("a"))
