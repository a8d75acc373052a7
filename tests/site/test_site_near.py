"""The page for addresses that lead nowhere tells models with near slugs."""

from __future__ import annotations

import pytest
from browser import follow, opened
from playwright.sync_api import Browser


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("openai%2Fgpt-imag-1", "openai/gpt-image-1"),
        ("ideogram-v2-edti", "ideogram/ideogram-v2-edit"),
        ("iclight", "stanford/iclight-v2"),
        ("models/openai/gpt-imag-1/", "openai/gpt-image-1"),
        ("models/stanford/iclight-v3/", "stanford/iclight-v2"),
    ],
)
def test_a_misspelt_slug_finds_its_model(asked: str, found: str, home: str, browser: Browser) -> None:
    """What was asked for need not be right: the nearest slug comes first, and leads to the model's page."""
    with opened(browser) as (page, complaints):
        page.goto(home + asked)
        first = page.locator("#near-models a").first
        first.wait_for()

        assert first.text_content() == found
        assert first.get_attribute("href") == f"{home}models/{found}/"
        assert [said for said in complaints if "404" not in said] == []


def test_nothing_is_suggested_for_nonsense(home: str, browser: Browser) -> None:
    """What is like no slug gets no suggestion, and no heading over none."""
    with opened(browser) as (page, _):
        with page.expect_response("**/slugs.json"):
            page.goto(home + "qqqqqqqqqqqqqqqqqqq")
        page.wait_for_load_state("networkidle")

        assert page.locator("#near-models").inner_html() == ""
        assert page.locator("h1").text_content() == "There is no page here"


def test_without_scripts_the_page_still_leads_on(home: str, browser: Browser) -> None:
    """Links to all models and to the start need no script."""
    with opened(browser, java_script_enabled=False) as (page, _):
        page.goto(home + "404.html")
        follow(page.get_by_role("link", name="all models"))

        assert page.url == home + "models/"
