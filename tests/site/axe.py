"""Axe, which finds what keeps people from using a page: by keyboard, by ear, or with eyes unlike most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from browser import opened
from playwright.sync_api import Browser, Page

_SCRIPT = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
#: WCAG 2.2 at levels A and AA, with what each of its versions brought.
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
#: Axe's rules about colours among those.
_COLOURS = """tags => axe.getRules(["cat.color"])
  .filter(rule => rule.tags.some(tag => tags.includes(tag))).map(rule => rule.ruleId)"""
_VIOLATIONS = """([within, kind, values]) =>
  axe.run(within.length ? {include: within.map(one => [one])} : document, {runOnly: {type: kind, values}}).then(found =>
    [...found.violations, ...found.incomplete].map(one =>
      one.id + ": " + one.nodes.map(node => node.target + " " + node.failureSummary)))"""


@contextmanager
def watched(browser: Browser, **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page that axe looks at, wherever it goes, with the complaints of its console."""
    with opened(browser, _SCRIPT, **options) as (page, complaints):
        yield page, complaints


def violations(page: Page, *within: str) -> list[str]:
    """What axe finds against a page, or parts of it, and what it is unsure of."""
    found: list[str] = page.evaluate(_VIOLATIONS, [within, "tag", _WCAG])
    return found


def dark_violations(page: Page, *within: str) -> list[str]:
    """The same of its colours where a reader prefers dark ones, which changes nothing else: a test says so."""
    page.emulate_media(color_scheme="dark")
    found: list[str] = page.evaluate(_VIOLATIONS, [within, "rule", page.evaluate(_COLOURS, _WCAG)])
    page.emulate_media(color_scheme="light")
    return found
