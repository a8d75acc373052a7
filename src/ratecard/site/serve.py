"""Serves the built pages on this machine alone."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ratecard.core.errors import BadValue

ADDRESS = "127.0.0.1"
_HOSTS = frozenset({ADDRESS, "localhost"})
#: The policy that a site's host should send: nothing inline, nothing from another host. Each page restricts requests
#: further, to this host alone unless a reader can try a call there.
POLICY = (
    "default-src 'self'; connect-src 'self' https: http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; object-src 'none'"
)
NOT_FOUND = "404.html"
#: The start of the site in the links of the 404 page: what precedes the name of its style sheet.
_START = re.compile(rb'href="([^"]+)style\.css"')


class _Pages(SimpleHTTPRequestHandler):
    """Files of one folder, to callers that name this machine (a page elsewhere cannot rebind to it)."""

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        "": "application/json",  # v1/models, whose name is not ours to choose
        ".atom": "application/atom+xml; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".db": "application/vnd.sqlite3",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".md": "text/markdown; charset=utf-8",
        ".sql": "application/sql; charset=utf-8",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".xml": "application/xml",
    }

    def __init__(self, *given: object, policy: str, **options: object) -> None:
        self.policy = policy
        super().__init__(*given, **options)  # type: ignore[arg-type]  # what the server gives the base class

    def send_head(self):  # type: ignore[no-untyped-def]  # the base class declares no type
        """The file asked for, or the site's own page for what is not there."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in _HOSTS:
            return self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return super().send_head()

    def end_headers(self) -> None:
        """The headers of every answer, with the policy."""
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def list_directory(self, path: object) -> None:
        """Nothing: a folder without a page is not shown."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """An error response; 404 has the site's own page, as on a host."""
        page = Path(self.directory, NOT_FOUND)
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            return super().send_error(code, message, explain)
        content = page.read_bytes()
        if begin := _START.search(content):  # links that work at any address, as the site begins at the server's root
            content = content.replace(b'"' + begin[1], b'"/')
        self.send_response(code)
        self.send_header("Content-Type", self.extensions_map[".html"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the browser shows the response."""


def server(folder: Path, port: int, policy: str = POLICY) -> ThreadingHTTPServer:
    """A server of the pages in a folder, under a content security policy.

    Raises `BadValue` where no pages are there, or the port is taken.
    """
    if not (folder / "index.html").is_file():
        raise BadValue(f"{folder} holds no pages; run `ratecard site` first")
    try:
        return ThreadingHTTPServer((ADDRESS, port), partial(_Pages, directory=str(folder), policy=policy))
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadValue(f"port {port}: {reason}; give another with `--port`, or 0 for any free one") from error
