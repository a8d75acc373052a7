"""Chromium looking at a site on loopback, whose server allows nothing but the site itself."""

from __future__ import annotations

import functools
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright

from ratecard.site import serve

#: What the strictest host of a site sends along: no inline script or style, nothing of another host.
STRICT = "default-src 'self'; base-uri 'none'; object-src 'none'"
#: The system's own Chromium, told to keep to itself.
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of this machine; a test that needs one is left out, with what to install, where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        pytest.skip("install chromium (Debian: apt-get install chromium), which the pages are tested in")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield running
        running.close()


@contextmanager
def served(folder: Path, policy: str = STRICT) -> Iterator[str]:
    """The address of a site that is served while the block runs, each answer with a content security policy."""
    with serve.server(folder, 0, policy) as running:
        running.handle_error = lambda *given: None  # type: ignore[method-assign]  # a browser hangs up as it likes
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/"
        finally:
            running.shutdown()
            thread.join()


@contextmanager
def opened(browser: Browser, **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page of its own, with the complaints of its console: errors, failed requests and refused resources.

    Pages with the same options are opened one after the other in the same context, since a context is a profile of the
    browser, which takes much longer to make than a page. The site keeps nothing there.
    """
    context = _context(browser, json.dumps(options, sort_keys=True))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
    try:
        yield page, complaints
    finally:
        for left in context.pages:
            left.close()


@functools.lru_cache(maxsize=16)
def _context(browser: Browser, options: str) -> BrowserContext:
    return browser.new_context(**json.loads(options))


def follow(link: Locator) -> None:
    """Click a link to another page, and wait until that page is whole: what is read next is never half of a page."""
    with link.page.expect_event("load"):
        link.click()


def _failure(request: Request) -> list[str]:
    # What a reader left before it came was not refused.
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]
