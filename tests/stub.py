"""A server on loopback that speaks OpenAI's API for every seller, and fails on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "It scatters."}}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
}
TEXT = {
    "id": "cmpl-1",
    "object": "text_completion",
    "created": 1,
    "choices": [{"index": 0, "finish_reason": "stop", "text": "It scatters.", "logprobs": None}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9},
}
SAID = {"type": "output_text", "text": "It scatters.", "annotations": []}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "status": "completed",
    "output": [{"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [SAID]}],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 4,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 9,
    },
}
IMAGES = {"created": 1, "data": [{"b64_json": "aW1hZ2U="}]}
ADDRESSES = {"created": 1, "data": [{"url": "https://media.example/result.png"}]}
VECTORS = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.5, -0.25]}],
    "usage": {"prompt_tokens": 8, "total_tokens": 8},
}
RANKED = {"id": "rerank-1", "results": [{"index": 0, "relevance_score": 0.98}], "usage": {"total_tokens": 9}}
VIDEO = {
    "id": "video_1",
    "object": "video",
    "created_at": 1,
    "status": "completed",
    "progress": 100,
    "seconds": "4",
    "size": "720x1280",
}
#: What each call answers: a mapping as JSON, bytes as they are.
ANSWERS: Mapping[str, Mapping[str, Any] | bytes] = {
    "/chat/completions": CHAT,
    "/completions": TEXT,
    "/responses": RESPONSE,
    "/images/generations": IMAGES,
    "/images/edits": IMAGES,
    "/images/variations": IMAGES,
    "/embeddings": VECTORS,
    "/rerank": RANKED,
    "/audio/speech": b"sound",
    "/audio/transcriptions": {"text": "It scatters."},
    "/audio/translations": {"text": "It scatters."},
    "/videos": VIDEO,
    "/videos/video_1": VIDEO,
    "/videos/video_1/content": b"film",
}


class Upload(NamedTuple):
    """A file as it came in a form."""

    name: str
    content_type: str
    content: bytes


class Received(NamedTuple):
    """A call as it came: with which key, and its fields."""

    authorization: str
    content_type: str
    fields: Mapping[str, Any]


class Stub:
    """The address to send calls to, `/seller/v1` behind it, and what was asked: seller, path and model of each call.

    `failing` gives the status for calls of a model; a status below 100 is that many seconds of silence instead. Where
    `as_url` is set, images are answered as addresses. `received` holds the fields of each call that had some.
    """

    def __init__(self, url: str, failing: Mapping[str, int]) -> None:
        self.url, self.failing, self.as_url = url, failing, False
        self.asked: list[tuple[str, str, str]] = []
        self.received: list[Received] = []
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
        return 200, self.found(rest, model)

    def found(self, rest: str, model: str = "") -> Any:
        """What stands at a path: the answer with the model's name, or what was made."""
        answer = ADDRESSES if self.as_url and rest.startswith("images/") else ANSWERS[f"/{rest}"]
        return answer if isinstance(answer, bytes) else {**answer, "model": model}


def fields(content_type: str, body: bytes) -> dict[str, Any]:
    """The fields of a body, whether it is JSON or a form."""
    if content_type.startswith("application/json"):
        read: dict[str, Any] = json.loads(body)
        return read
    form = BytesParser(EmailMessage, policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    return dict(_field(part) for part in form.iter_parts())


def _field(part: EmailMessage) -> tuple[str, Any]:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    file = part.get_filename()
    name = str(part.get_param("name", header="content-disposition"))
    return name, Upload(file, part.get_content_type(), content) if file else content.decode()


@contextmanager
def serving(failing: Mapping[str, int] = {}) -> Iterator[Stub]:
    """A stub that serves while the block runs, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content_type = self.headers["Content-Type"]
            read = fields(content_type, self.rfile.read(int(self.headers["Content-Length"])))
            stub.received.append(Received(self.headers["Authorization"] or "", content_type, read))
            self.send(*stub.answer(self.path, read))

        def do_GET(self) -> None:
            self.send(200, stub.found(self.path.split("/", 3)[3]))

        def do_OPTIONS(self) -> None:
            """What a browser asks before it sends a call to another host."""
            self.send_response(204)
            self.open_to_browsers()
            self.end_headers()

        def send(self, status: int, answer: Any) -> None:
            payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.open_to_browsers()
            self.send_header("Content-Type", "audio/mpeg" if isinstance(answer, bytes) else "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def open_to_browsers(self) -> None:
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "authorization, content-type")

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
