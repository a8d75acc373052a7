"""Every kind of page as Chromium shows it, under a policy that allows nothing but the site itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from axe import dark_violations, violations, watched
from browser import USUAL, opened
from playwright.sync_api import Browser, Page
from site_reading import tree

from ratecard.core.catalog import Catalog
from ratecard.site import pages as planning
from ratecard.site.edition import Edition

NARROW = {"width": 320, "height": 640}
OVERFLOWING = """() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, pre, .skip"))
  .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(name="kinds", scope="session")
def _kinds(edition: Edition) -> dict[str, list[str]]:
    """Addresses of each template's pages; of models, one of each modality and layout."""
    found: dict[str, dict[object, str]] = {}
    for page in planning.pages(edition):
        about = page.context["page"] if page.slug else None
        kind = (about.head.modality, about.full) if about else ""
        found.setdefault(page.template, {}).setdefault(kind, page.path.removesuffix("index.html"))
    return {template: list(addresses.values()) for template, addresses in found.items()}


class Seen(NamedTuple):
    """What was seen of a page: what its loading asked for, and what it showed at each width and to each reader."""

    complaints: list[str]
    asked: list[str]
    violations: list[str]
    dark_violations: list[str]
    first_focus: str
    outlines: list[str]
    overflowing: list[str]
    width: int


@pytest.fixture(name="seen", scope="module")
def _seen(home: str, browser: Browser, kinds: dict[str, list[str]]) -> dict[str, Seen]:
    """Each kind of page, visited once under the strictest policy."""
    seen = {}
    with watched(browser) as (page, complaints):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for address in _addresses(kinds):
            complaints.clear()
            asked.clear()
            page.goto(home + address)
            loaded = [*complaints], [*asked]
            found, dark = violations(page), dark_violations(page)
            focus, outlines = _walked(page, 9)
            page.set_viewport_size(NARROW)
            overflowing, width = page.evaluate(OVERFLOWING), page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size(USUAL)
            seen[address] = Seen(*loaded, found, dark, focus, outlines, overflowing, width)
    return seen


def _walked(page: Page, steps: int) -> tuple[str, list[str]]:
    """What the first of some tabulators leads to, and how what each of them leads to is outlined."""
    focus, outlines = "", []
    for _ in range(steps):
        page.keyboard.press("Tab")
        focus = focus or str(page.evaluate("document.activeElement.innerText"))
        outlines.append(str(page.evaluate("getComputedStyle(document.activeElement).outlineStyle")))
    return focus, outlines


def test_each_template_is_looked_at(kinds: dict[str, list[str]], catalog: Catalog) -> None:
    """No template is without a page that the tests below open."""
    assert set(kinds) >= {"home.html", "models.html", "model.html", "seller.html", "comparison.html", "not_found.html"}
    assert len(kinds["model.html"]) >= len({card.modality for card in catalog.cards.values()})


def test_axe_is_awake(home: str, browser: Browser) -> None:
    """Grey on grey is found, so that finding nothing elsewhere says something."""
    with watched(browser, bypass_csp=True) as (page, _):
        page.goto(home)
        page.add_style_tag(
            content=".lead { color: #999 } @media (prefers-color-scheme: dark) { .lead { color: #444 } }"
        )

        assert "color-contrast" in str(violations(page))
        assert "color-contrast" in str(dark_violations(page, ".lead"))


def test_everybody_can_use_every_kind_of_page(seen: Mapping[str, Seen]) -> None:
    """Axe finds no violation of WCAG 2.2 A and AA and nothing it is unsure of."""
    assert {address: one.violations for address, one in seen.items() if one.violations} == {}


def test_dark_colours_can_be_told_apart(seen: Mapping[str, Seen]) -> None:
    """Nor does it where a reader prefers dark colours."""
    assert {address: one.dark_violations for address, one in seen.items() if one.dark_violations} == {}


def test_dark_pages_differ_in_nothing_but_colours(site: Path) -> None:
    """All that a preference for dark colours changes are colours, so that axe's other rules cannot find anything new."""
    style = (site / "style.css").read_text(encoding="utf-8")
    (block,) = re.findall(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{([^{}]*)\}\s*\}", style)

    assert style.count("prefers-color-scheme") == 1
    assert re.fullmatch(r"(\s*--[a-z-]+: #[0-9a-f]{6};)+\s*", block)


def test_nothing_reaches_beyond_a_narrow_screen(seen: Mapping[str, Seen]) -> None:
    """At 320 pixels no page scrolls sideways; only wide tables and code do, inside themselves."""
    assert {address: one.overflowing for address, one in seen.items() if one.overflowing} == {}
    assert {address: one.width for address, one in seen.items() if one.width > NARROW["width"]} == {}


def test_the_strictest_policy_costs_nothing(seen: Mapping[str, Seen], home: str) -> None:
    """Under `default-src 'self'` no page has a complaint, and none asks another host for anything."""
    assert {address: one.complaints for address, one in seen.items() if one.complaints} == {}
    assert [url for one in seen.values() for url in one.asked if not url.startswith(home)] == []


def test_a_model_page_takes_three_requests(seen: Mapping[str, Seen], home: str, kinds: dict[str, list[str]]) -> None:
    """A model's page, its style and at most one script is all that is fetched before anybody touches it."""
    for address in kinds["model.html"]:
        asked = [url.removeprefix(home) for url in seen[address].asked if not url.endswith("icon.svg")]

        assert asked[:2] == [address, "style.css"]
        assert len(asked) <= 3, asked


def test_everything_can_be_read_without_script(
    site: Path, home: str, browser: Browser, kinds: dict[str, list[str]]
) -> None:
    """With JavaScript off every heading, table and link of a page is there and can be seen."""
    with opened(browser, java_script_enabled=False) as (page, _):
        for address in _addresses(kinds):
            page.goto(home + address)
            content = (site / address / "index.html" if not address.endswith(".html") else site / address).read_bytes()
            for tag in ("h1", "h2", "caption"):
                visible = page.locator(tag).filter(visible=True).all_text_contents()
                assert set(_texts(content, tag)) <= {" ".join(text.split()) for text in visible}, (address, tag)


def test_the_keyboard_leads_through_a_page(seen: Mapping[str, Seen]) -> None:
    """The first key shows the way past the menu, and what has the focus is always outlined."""
    assert {one.first_focus for one in seen.values()} == {"Skip to content"}
    assert [address for address, one in seen.items() if "none" in one.outlines] == []


def _addresses(kinds: dict[str, list[str]]) -> Iterator[str]:
    for addresses in kinds.values():
        yield from addresses


def _texts(content: bytes, tag: str) -> list[str]:
    return [" ".join("".join(element.itertext()).split()) for element in tree(content).iter(tag)]
