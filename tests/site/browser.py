"""Chromium looking at a site on loopback, whose server allows nothing but the site itself."""

from __future__ import annotations

import functools
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright

from ratecard.site import serve

#: What the strictest host of a site sends along: no inline script or style, nothing of another host.
STRICT = "default-src 'self'; base-uri 'none'; object-src 'none'"
#: The size of a window where none is asked for, and the milliseconds to wait for something.
USUAL, PATIENCE = {"width": 1280, "height": 720}, 30_000
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
def opened(browser: Browser, script: str = "", **options: object) -> Iterator[tuple[Page, list[str]]]:
    """An empty page, with the complaints of its console: errors, failed requests and refused resources.

    `script` runs in whatever it shows. Who asks for the same gets the same page, emptied: another one takes a browser
    longer than to show most pages, and the site keeps nothing that could be left over.
    """
    context = _context(browser, script, json.dumps(options, sort_keys=True))
    page = context.pages[0] if context.pages else context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    listeners: dict[Any, Callable[[Any], None]] = {
        "console": lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        "pageerror": lambda error: complaints.append(str(error)),
        "requestfailed": lambda request: complaints.extend(_failure(request)),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        yield page, complaints
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        for other in context.pages[1:]:
            other.close()
        page.mouse.move(0, 0)
        page.set_viewport_size(options.get("viewport", USUAL))  # type: ignore[arg-type]  # as new_context takes it
        page.goto("about:blank")


@functools.lru_cache(maxsize=32)
def _context(browser: Browser, script: str, options: str) -> BrowserContext:
    context = browser.new_context(**json.loads(options))
    if script:
        context.add_init_script(script)
    return context


def follow(link: Locator) -> None:
    """Click a link to another page, and wait until that page is whole: what is read next is never half of a page."""
    with link.page.expect_event("load"):
        link.click()


def _failure(request: Request) -> list[str]:
    # What a reader left before it came was not refused.
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]
