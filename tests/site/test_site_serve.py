"""The built pages as `ratecard serve` shows them."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from ratecard.site import serve

NOT_FOUND = '<link href="./style.css"><a href="./">start</a><a href="./models/">all</a>'


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A site of few files."""
    files = (
        "index.html",
        "a.md",
        "b.json",
        "c.atom",
        "d.svg",
        "e.db",
        "f.js",
        "g.css",
        "h.txt",
        "i.xml",
        "v1/models",
        "j.sql",
    )
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "404.html").write_text(NOT_FOUND, encoding="utf-8")
    return tmp_path


@pytest.fixture(name="home")
def _home(folder: Path) -> Iterator[str]:
    """The address the site is served at."""
    with serve.server(folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


def answer(address: str, **headers: str) -> HTTPResponse | urllib.error.HTTPError:
    """What the server answers, whatever it is."""
    try:
        found: HTTPResponse = urllib.request.urlopen(urllib.request.Request(address, headers=headers))
    except urllib.error.HTTPError as failure:
        return failure
    return found


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("", "text/html; charset=utf-8"),
        ("a.md", "text/markdown; charset=utf-8"),
        ("b.json", "application/json"),
        ("c.atom", "application/atom+xml; charset=utf-8"),
        ("d.svg", "image/svg+xml"),
        ("e.db", "application/vnd.sqlite3"),
        ("f.js", "text/javascript; charset=utf-8"),
        ("g.css", "text/css; charset=utf-8"),
        ("h.txt", "text/plain; charset=utf-8"),
        ("i.xml", "application/xml"),
        ("j.sql", "application/sql; charset=utf-8"),
        ("v1/models", "application/json"),
    ],
)
def test_every_file_comes_as_what_it_is(path: str, type: str, home: str) -> None:
    """Each kind of file has its type, the policy that a host should send, and the day it was changed."""
    with answer(home + path) as found:
        assert (found.status, found.headers["Content-Type"]) == (200, type)
        assert found.headers["Content-Security-Policy"] == serve.POLICY
        assert found.headers["Last-Modified"]


def test_what_has_not_changed_is_not_sent_again(home: str) -> None:
    """A browser that holds a file of that time is told so."""
    with answer(home) as found:
        since = found.headers["Last-Modified"]
    with answer(home, **{"If-Modified-Since": since}) as again:
        assert again.status == 304


@pytest.mark.parametrize("path", ["nothing", "models/no/such/model/", "v1/", "a.md/x"])
def test_what_is_not_there_is_told_on_the_sites_own_page(path: str, home: str) -> None:
    """The status says that nothing is there, and the page's links lead on from any depth."""
    with answer(home + path) as found:
        assert (found.status, found.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert found.read().decode() == NOT_FOUND.replace("./", "/")


def test_the_page_leads_on_where_the_site_has_an_address(folder: Path, home: str) -> None:
    """A site that is to be published elsewhere is looked at here: its own page leads to what is served here."""
    (folder / "404.html").write_text(NOT_FOUND.replace("./", "https://example.com/prices/"), encoding="utf-8")
    with answer(f"{home}nothing/there") as found:
        assert found.read().decode() == NOT_FOUND.replace("./", "/")


def test_a_folder_without_such_a_page_still_says_so(folder: Path, home: str) -> None:
    """Where the folder has no page for it, the status alone says that nothing is there."""
    (folder / "404.html").unlink()
    with answer(f"{home}nothing") as found:
        assert found.status == 404
