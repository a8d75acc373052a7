"""Every kind of page as Chromium shows it, under a policy that allows nothing but the site itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from browser import opened
from playwright.sync_api import Browser, Page
from site_reading import tree

from ratecard.core.catalog import Catalog
from ratecard.site import pages as planning
from ratecard.site.edition import Edition

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
#: WCAG 2.2 at levels A and AA, with what each of its versions brought.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
VIOLATIONS = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}}).then(found =>
  [...found.violations, ...found.incomplete].map(one => one.id + ": " + one.nodes.map(node => node.target + " " + node.failureSummary)))"""
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


def test_each_template_is_looked_at(kinds: dict[str, list[str]], catalog: Catalog) -> None:
    """No template is without a page that the tests below open."""
    assert set(kinds) >= {"home.html", "models.html", "model.html", "seller.html", "comparison.html", "not_found.html"}
    assert len(kinds["model.html"]) >= len({card.modality for card in catalog.cards.values()})


def test_axe_is_awake(home: str, browser: Browser) -> None:
    """Grey on grey is found, so that finding nothing elsewhere says something."""
    with opened(browser, bypass_csp=True) as (page, _):
        page.goto(home)
        page.add_style_tag(content=".lead { color: #999 }")
        page.evaluate(AXE.read_text(encoding="utf-8"))

        assert "color-contrast" in str(page.evaluate(VIOLATIONS, WCAG))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_kind_of_page(
    scheme: str, home: str, browser: Browser, kinds: dict[str, list[str]]
) -> None:
    """Axe finds no violation of WCAG 2.2 A and AA and nothing it is unsure of, whichever colours a reader prefers."""
    script = AXE.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    with opened(browser, color_scheme=scheme, bypass_csp=True) as (page, _):
        page.add_init_script(script)
        for address in _addresses(kinds):
            page.goto(home + address)
            found[address] = page.evaluate(VIOLATIONS, WCAG)

    assert {address: said for address, said in found.items() if said} == {}


def test_nothing_reaches_beyond_a_narrow_screen(home: str, browser: Browser, kinds: dict[str, list[str]]) -> None:
    """At 320 pixels no page scrolls sideways; only wide tables and code do, inside themselves."""
    with opened(browser, viewport=NARROW) as (page, _):
        for address in _addresses(kinds):
            page.goto(home + address)

            assert page.evaluate(OVERFLOWING) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], address


def test_the_strictest_policy_costs_nothing(home: str, browser: Browser, kinds: dict[str, list[str]]) -> None:
    """Under `default-src 'self'` no page has a complaint, and none asks another host for anything."""
    with opened(browser) as (page, complaints):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for address in _addresses(kinds):
            page.goto(home + address)

        assert complaints == []
        assert [url for url in asked if not url.startswith(home)] == []


def test_a_model_page_takes_three_requests(home: str, browser: Browser, kinds: dict[str, list[str]]) -> None:
    """A model's page, its style and at most one script is all that is fetched before anybody touches it."""
    for address in kinds["model.html"]:
        with opened(browser) as (page, _):
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(home + address)

            assert len([url for url in asked if not url.endswith("icon.svg")]) <= 3, asked


def test_everything_can_be_read_without_script(
    site: Path, home: str, browser: Browser, kinds: dict[str, list[str]]
) -> None:
    """With JavaScript off every heading, table and link of a page is there and can be seen."""
    with opened(browser, java_script_enabled=False) as (page, _):
        for address in _addresses(kinds):
            page.goto(home + address)
            content = (site / address / "index.html" if not address.endswith(".html") else site / address).read_bytes()
            for tag in ("h1", "h2", "caption"):
                for text in _texts(content, tag):
                    assert page.locator(tag).get_by_text(text, exact=True).first.is_visible(), (address, text)


def test_the_keyboard_leads_through_a_page(home: str, browser: Browser, kinds: dict[str, list[str]]) -> None:
    """The first key shows the way past the menu, and what has the focus is always outlined."""
    with opened(browser) as (page, _):
        for address in _addresses(kinds):
            page.goto(home + address)
            page.keyboard.press("Tab")

            assert _focused(page) == "Skip to content"
            for _ in range(8):
                page.keyboard.press("Tab")
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", address


def _addresses(kinds: dict[str, list[str]]) -> Iterator[str]:
    for addresses in kinds.values():
        yield from addresses


def _texts(content: bytes, tag: str) -> list[str]:
    return [" ".join("".join(element.itertext()).split()) for element in tree(content).iter(tag)]


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))
