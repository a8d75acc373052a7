"""The pages as Chromium shows them, under a policy that allows nothing but the site itself."""

from __future__ import annotations

from browser import opened
from playwright.sync_api import Browser


def test_the_start_is_shown_without_a_complaint(home: str, browser: Browser) -> None:
    """The start page is laid out by its own style sheet, and the console stays empty."""
    with opened(browser) as (page, complaints):
        page.goto(home)

        assert page.locator("h1").inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
        assert complaints == []
