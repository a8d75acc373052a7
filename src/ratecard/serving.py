"""The built pages, served on this machine alone for someone to look at."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ratecard.errors import BadValue

ADDRESS = "127.0.0.1"
_HOSTS = frozenset({ADDRESS, "localhost"})


class _Pages(SimpleHTTPRequestHandler):
    """Files of one folder, to callers that name this machine (a page elsewhere cannot rebind to it)."""

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".md": "text/markdown; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
    }

    def send_head(self):  # type: ignore[no-untyped-def]  # the base class declares no type
        """The file asked for, or the site's own page for what is not there."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in _HOSTS:
            return self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return super().send_head()

    def list_directory(self, path: object) -> None:
        """Nothing: a folder without a page is not shown."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the browser shows what came."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the pages in a folder; raises `BadValue` where no pages are there."""
    if not (folder / "index.html").is_file():
        raise BadValue(f"{folder} holds no pages; run `ratecard site` first")
    return ThreadingHTTPServer((ADDRESS, port), partial(_Pages, directory=str(folder)))
