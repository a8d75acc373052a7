"""What an author writes is text: nothing in it runs, links or changes a page's structure."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from site_reading import DAY, pages, text, tree

from ratecard.core.catalog import Catalog
from ratecard.site import links
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.files import page_markdown

EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(1)>'\"{{ 7*7 }}{% raw %}` ``` ]](javascript:alert(1))"
ADDRESSES = ["javascript:alert(1)", "data:text/html,x", "https://user:pass@host/", "https://a\n.example", "//x", ""]
ATTRIBUTES = {"href", "src", "datetime", "value"}


def poisoned(record: Any, inside: frozenset[str]) -> Any:
    """The record with the evil text in every field of free text, and a script for every address."""
    if hasattr(record, "_fields"):
        changed = {name: _value(name, getattr(record, name), inside) for name in record._fields}
        return record._replace(**changed)
    return record


def _value(name: str, value: Any, inside: frozenset[str]) -> Any:
    if name == "url" and value:
        return "javascript:alert(1)"
    if name in inside and isinstance(value, str):
        return EVIL
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(EVIL if name in inside and isinstance(item, str) else poisoned(item, inside) for item in value)
    if isinstance(value, dict):
        return {key: poisoned(item, inside) for key, item in value.items()}
    return poisoned(value, inside)


FREE = frozenset(
    (
        *("name", "description", "strengths", "use_cases", "note", "via", "says", "held", "why", "about"),
        *("model_id", "family", "title", "sentence", "meaning", "type", "label", "output_formats"),
        *("key_variable", "key_placeholder", "media_url", "base_url"),
    )
)


@pytest.fixture(name="hostile", scope="module")
def _hostile(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    slugs = ("ideogram/ideogram-v2-edit", "bytedance/stable-diffusion-xl-lightning", "openai/gpt-image-1")
    evil = catalog._replace(
        cards={slug: poisoned(catalog.cards[slug], FREE) for slug in slugs},
        sellers={id: poisoned(seller, FREE) for id, seller in catalog.sellers.items()},
        providers={id: poisoned(maker, FREE) for id, maker in catalog.providers.items()},
        collections={id: poisoned(entry, FREE) for id, entry in catalog.collections.items()},
        names={},
    )
    out = tmp_path_factory.mktemp("hostile") / "site"
    settings = SiteConfig(playground_url="javascript:alert(1)", report_url="data:text/html,x")
    build(evil, out, day=DAY, config=settings)
    return out


def test_hostile_text_stays_text(hostile: Path) -> None:
    """Authored text makes no element, no handler and no link, and is read as it was written."""
    seen = 0
    for page in pages(hostile):
        content = page.read_bytes()
        for element in tree(content).iter():
            if element.tag == "script" and element.get("type") == "application/ld+json":
                assert json.loads(element.text or "")["@context"] == "https://schema.org"
                continue
            assert element.tag != "img", page
            assert element.tag != "script" or re.fullmatch(r"[./]*assets/\w+\.js", element.get("src") or ""), page
            assert not any(name.startswith("on") for name in element.attrib), page
            sent = {"value"} if element.tag == "input" else set()  # what a form sends is text, whatever it says
            for name in ATTRIBUTES & set(element.attrib) - sent:
                assert "javascript:" not in (element.get(name) or ""), page
        seen += "{{ 7*7 }}" in text(content)
    assert seen > len(pages(hostile)) / 2


def test_hostile_text_stays_text_in_the_twin(hostile: Path) -> None:
    """Authored text makes no tag and no link in Markdown outside of code."""
    made_of_records = [file for file in (hostile / "models").rglob("*.md") if file.name != "prices.md"]
    assert made_of_records
    for file in made_of_records:  # those made of pages, which have links, are read in the next test
        prose = without_code(file.read_text("utf-8"))
        assert "\\<script" in prose
        assert not re.search(r"(?<!\\)(?:<|\]\()", prose)


def test_hostile_text_stays_text_in_the_twins_of_lists(hostile: Path) -> None:
    """In no twin does it make an element or a link: those there are lead to files of the site, or to plain addresses."""
    reader = MarkdownIt("commonmark").enable("table")
    for file in sorted(hostile.rglob("*.md")):
        tokens = [
            inner for token in reader.parse(file.read_text("utf-8")) for inner in (token, *(token.children or ()))
        ]
        assert not {token.type for token in tokens} & {"html_block", "html_inline", "image"}, file
        for target in (str(token.attrs["href"]) for token in tokens if token.type == "link_open"):
            inside = (file.parent / unquote(urlsplit(target).path)).resolve()
            assert target.startswith(("http://", "https://")) or inside.exists(), (file, target)


def without_code(markdown: str) -> str:
    """Markdown without its blocks and spans of code."""
    return re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown, flags=re.DOTALL)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_plain_web_addresses_are_links(address: str) -> None:
    """Anything but plain http and https is never linked."""
    assert links.safe_url(address) == ""


@pytest.mark.parametrize("address", ["https://bfl.ai", "http://example.com/a?b=c#d", "https://a.b-c.example:8080/x"])
def test_plain_web_addresses_are_links(address: str) -> None:
    """A plain address is linked as it stands."""
    assert links.safe_url(address) == address


def test_packages_are_named_not_linked(site: Path) -> None:
    """A package as a source is shown by its name and leads nowhere."""
    page = (site / "models/openai/gpt-image-1/index.html").read_bytes()

    assert "pkg:pypi/" in text(page)
    assert not any("pypi" in (element.get("href") or "") for element in tree(page).iter())


def test_code_keeps_its_fence() -> None:
    """Code that holds a fence is fenced by a longer one."""
    fenced = page_markdown.fenced("bash", "echo '```'")

    assert fenced.startswith("````bash\n")
    assert fenced.endswith("\n````")
