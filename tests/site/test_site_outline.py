"""Long pages have an outline beside them where there is room, and nothing moves out of sight for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import opened
from playwright.sync_api import Browser
from site_reading import elements, pages

from ratecard.site import rendering

LONG = "models/ideogram/ideogram-v2-edit/"


def test_an_outline_links_each_section(site: Path) -> None:
    """Where a page has one, it names every section with a heading, in order; pages of few sections have none."""
    seen = 0
    for page in pages(site):
        content = page.read_bytes()
        sections = [heading.get("id") for heading in elements(content, "h2") if heading.get("id")]
        found = [nav for nav in elements(content, "nav") if nav.get("class") == "outline"]
        assert rendering.OUTLINE.strip() not in content.decode(), page
        for nav in found:
            assert [link.get("href") for link in nav.iter("a")] == [f"#{id}" for id in sections], page
            assert len(sections) >= rendering.MIN_SECTIONS, page
            seen += 1
    assert seen > 100


def test_a_heading_with_marks_in_it_is_text_in_the_outline() -> None:
    """Tags within a heading are left out, and a page without the mark stays as it is."""
    headings = "".join(
        f'<h2 id="s{number}">A <code>b</code> &amp; {number}</h2>' for number in range(rendering.MIN_SECTIONS)
    )

    assert '<a href="#s0">A b &amp; 0</a>' in rendering.outlined(rendering.OUTLINE + headings)
    assert rendering.outlined(headings) == headings
    assert rendering.outlined(rendering.OUTLINE + '<h2 id="a">A</h2>') == '<h2 id="a">A</h2>'


@pytest.mark.parametrize(("width", "beside"), [(360, False), (1024, False), (1280, True), (1920, True)])
def test_the_outline_stands_beside_the_text(width: int, beside: bool, home: str, browser: Browser) -> None:
    """It is there on wide screens alone, to the right of the text, stays in view, and no page scrolls sideways."""
    with opened(browser, viewport={"width": width, "height": 800}) as (page, _):
        page.goto(home + LONG)
        found = page.locator("nav.outline")

        assert found.is_visible() == beside
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if beside:
            text, box = page.locator("main").bounding_box(), found.bounding_box()
            assert text
            assert box
            assert box["x"] >= text["x"] + text["width"]
            page.get_by_role("link", name="All sellers", exact=True).click()
            page.wait_for_url("**#sellers")
            assert page.locator("#sellers").bounding_box()["y"] < 400  # type: ignore[index]
            assert found.bounding_box()["y"] >= 0  # type: ignore[index]
