"""A server on loopback that speaks OpenAI's API for every seller, and fails on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "It scatters."}}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
}
IMAGES = {"created": 1, "data": [{"b64_json": "aW1hZ2U="}]}
ANSWERS = {"/chat/completions": CHAT, "/images/generations": IMAGES}


class Stub:
    """The address to send calls to, `/seller/v1` behind it, and what was asked: seller, path and model of each call.

    `failing` gives the status for calls of a model; a status below 100 is that many seconds of silence instead.
    """

    def __init__(self, url: str, failing: Mapping[str, int]) -> None:
        self.url, self.failing = url, failing
        self.asked: list[tuple[str, str, str]] = []
        self.over = threading.Event()

    def answer(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """The status and body of an answer."""
        _, seller, _, rest = path.split("/", 3)
        model = str(body["model"])
        self.asked.append((seller, f"/{rest}", model))
        status = self.failing.get(model, 200)
        if status < 100:
            self.over.wait(status)
        if status > 200:
            return status, {"error": {"message": "on demand", "type": "stub", "code": None}}
        return 200, {**ANSWERS[f"/{rest}"], "model": model}


@contextmanager
def serving(failing: Mapping[str, int] = {}) -> Iterator[Stub]:
    """A stub that serves while the block runs, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = stub.answer(self.path, body)
            payload = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """A test's output is not the place for a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(f"http://127.0.0.1:{server.server_port}", failing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield stub
    finally:
        stub.over.set()  # nobody waits for silence that nobody hears
        server.shutdown()
        server.server_close()
        thread.join()
