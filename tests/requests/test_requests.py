"""Requests: what can be read as one, for which endpoint it is, and what goes in."""

from __future__ import annotations

import json
import re

import pytest

from ratecard.core.errors import BadValue
from ratecard.requests.body import MAX_BYTES, Request, model_of, parse, request
from ratecard.requests.content import (
    AUDIO_IN,
    DEFINITIONS,
    IMAGES_IN,
    ITEM,
    NAME,
    TEXT,
    TOKEN_IDS,
    TOOL_RUN,
    UNSEEN,
)
from ratecard.requests.needs_of import read
from toys import bare_catalog

WORDS = bare_catalog().vocabulary


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the request is not JSON: Expecting value at line 1, column 1"),
        (b'{"model": ', "the request is not JSON: Expecting value at line 1, column 11"),
        (b"[]", "the request is not a JSON object"),
        (b'"gpt-4o"', "the request is not a JSON object"),
        (b'{"model": "a", "model": "b"}', "the request says 'model' twice"),
        (b'{"n": NaN}', "the request holds NaN, which is no number"),
        (b'{"n": Infinity}', "the request holds Infinity, which is no number"),
        (b'{"model": "\xff"}', "the request is not UTF-8 text: byte 11 ends it"),
        (b"[" * 200_000, "the request is nested too deep to be one"),
        (b'{"n": ' + b"9" * 5000 + b"}", "the request cannot be read: "),
        (b'{"url": "/rerank", "body": {}}', 'url: "/rerank" is no call such as /v1/chat/completions'),
        (b'{"url": "/v1/responses", "body": 3}', "body is not a JSON object"),
    ],
    ids=range(12),
)
def test_what_is_no_request_is_refused(text: bytes, message: str) -> None:
    """Each failure to read a request says what is wrong with it, and where."""
    with pytest.raises(BadValue) as caught:
        parse(text)
    assert str(caught.value).startswith(message)


def test_a_request_beyond_all_measure_is_not_read() -> None:
    """What is longer than any request is refused before it is parsed."""
    with pytest.raises(BadValue, match=r"has 100,000,001 bytes; more than 100,000,000 are not read"):
        parse(b" " * (MAX_BYTES + 1))


def test_a_line_of_a_batch_is_its_body_at_its_endpoint() -> None:
    """A batch names its endpoint beside the body and is served as a batch."""
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": []}}
    found = parse(json.dumps(line).encode())
    assert found == Request({"model": "m", "messages": []}, "chat/completions", batch=True)


@pytest.mark.parametrize(
    ("body", "message"),
    [({}, "the request names no model; add one to it, or name it as MODEL"), ({"model": 3}, "model: 3 is not a"), ({"model": ""}, 'model: "" is not a')],
)  # fmt: skip
def test_a_request_without_a_model_says_so(body: dict[str, object], message: str) -> None:
    """The model is in the request or on the command line."""
    with pytest.raises(BadValue) as caught:
        model_of(request(body))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("modality", "names", "endpoint"),
    [
        ("text", ["messages"], "chat/completions"),
        ("image", ["messages"], "chat/completions"),
        ("audio", ["messages"], "chat/completions"),
        ("text", ["input"], "responses"),
        ("text", ["previous_response_id"], "responses"),
        ("text", ["prompt"], "completions"),
        ("text", ["prompt", "image"], "completions"),
        ("image", ["prompt"], "images/generations"),
        ("image", ["prompt", "image"], "images/edits"),
        ("image", ["image_url"], "images/edits"),
        ("video", ["prompt"], "videos"),
        ("video", ["prompt", "image"], "videos"),
        ("audio", ["input", "voice"], "audio/speech"),
        ("audio", ["input"], "audio/speech"),
        ("audio", ["file"], "audio/transcriptions"),
        ("text", ["file"], "audio/transcriptions"),
        ("embedding", ["input"], "embeddings"),
    ],
)
def test_the_endpoint_follows_from_the_names_and_the_kind_of_model(
    modality: str, names: list[str], endpoint: str
) -> None:
    """A body does not name its endpoint; its parameters and its model do."""
    values = {"messages": [{"role": "user", "content": "x"}]}
    found = Request({name: values.get(name, "x") for name in names})
    assert read(found, WORDS, modality=modality).endpoint == endpoint


#: A parameter without which a body is no call to an endpoint.
MARKS: dict[str, dict[str, object]] = {
    "chat/completions": {"messages": [{"role": "user", "content": "hi"}]},
    "responses": {"input": "hi"},
}


def put_in(endpoint: str, body: dict[str, object]) -> list[tuple[str, str]]:
    """What goes in with the parameters of a body, as kinds and texts."""
    marks = MARKS.get(endpoint, {})
    held = read({**body, **{name: value for name, value in marks.items() if name not in body}}, WORDS, endpoint)
    return [(piece.kind, piece.text) for piece in held.pieces if re.match(r"\w+", piece.where)[0] in body]


TOOL = {"type": "function", "function": {"name": "f"}}


@pytest.mark.parametrize(
    ("endpoint", "body", "found"),
    [
        ("chat/completions", {"messages": [{"role": "user", "content": "hi"}]}, [(ITEM, ""), (TEXT, "user"), (TEXT, "hi")]),
        ("chat/completions", {"messages": [{"role": "user", "name": "Ann", "content": "hi"}]},
         [(ITEM, ""), (TEXT, "user"), (NAME, ""), (TEXT, "Ann"), (TEXT, "hi")]),
        ("chat/completions", {"messages": [{"role": "assistant", "content": None, "tool_calls": [{"id": 1}]}]},
         [(ITEM, ""), (TEXT, "assistant"), (DEFINITIONS, '[{"id":1}]')]),
        ("chat/completions", {"messages": [{"role": "tool", "tool_call_id": "1", "content": "42"}]},
         [(ITEM, ""), (TEXT, "tool"), (TEXT, "42")]),
        ("chat/completions", {"messages": [{"role": "user", "content": [
            {"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "x"}},
            {"type": "input_audio", "input_audio": {}}, {"type": "file", "file": {}}, {"type": "hologram"}]}]},
         [(ITEM, ""), (TEXT, "user"), (TEXT, "see"), (IMAGES_IN, ""), (AUDIO_IN, ""), (UNSEEN, ""), (UNSEEN, "")]),
        ("chat/completions", {"messages": [{"role": "user", "content": "hi", "reasoning_content": "hm"}]},
         [(ITEM, ""), (TEXT, "user"), (TEXT, "hi")]),
        ("chat/completions", {"tools": [TOOL]}, [(DEFINITIONS, '{"type":"function","function":{"name":"f"}}')]),
        ("chat/completions", {"functions": [{"name": "f"}]}, [(DEFINITIONS, '{"name":"f"}')]),
        ("chat/completions", {"response_format": {"type": "json_object"}}, []),
        ("chat/completions", {"response_format": {"type": "json_schema", "json_schema": {}}},
         [(DEFINITIONS, '{"type":"json_schema","json_schema":{}}')]),
        ("responses", {"input": "hi"}, [(ITEM, ""), (TEXT, "user"), (TEXT, "hi")]),
        ("responses", {"input": "hi", "instructions": "be short"}, [(ITEM, ""), (TEXT, "user"), (TEXT, "hi"), (TEXT, "be short")]),
        ("responses", {"input": [{"type": "function_call_output", "call_id": "1", "output": "42"}]}, [(ITEM, ""), (TEXT, "42")]),
        ("responses", {"input": [{"type": "function_call", "name": "f", "arguments": "{}"}]}, [(ITEM, ""), (TEXT, "f"), (TEXT, "{}")]),
        ("responses", {"input": [{"type": "input_image", "image_url": "x"}]}, [(ITEM, ""), (IMAGES_IN, "")]),
        ("responses", {"tools": [{"type": "web_search"}, {"type": "mcp"}]}, [(TOOL_RUN, "searches"), (TOOL_RUN, "")]),
        ("responses", {"previous_response_id": "r", "input": "a"}, [(UNSEEN, ""), (ITEM, ""), (TEXT, "user"), (TEXT, "a")]),
        ("responses", {"text": {"format": {"type": "text"}, "verbosity": "low"}}, []),
        ("embeddings", {"input": "a"}, [(TEXT, "a")]),
        ("embeddings", {"input": ["a", [1, 2], "b"]}, [(TEXT, "a"), (TOKEN_IDS, ""), (TEXT, "b")]),
        ("embeddings", {"input": [1, 2, 3]}, [(TOKEN_IDS, "")]),
        ("embeddings", {"input": [{"type": "image_url", "image_url": "x"}]}, [(IMAGES_IN, "")]),
        ("images/edits", {"image": ["a", "b"], "prompt": "c", "mask": "m"},
         [(IMAGES_IN, ""), (IMAGES_IN, ""), (TEXT, "c"), ("mask in", "")]),
        ("audio/transcriptions", {"file": "a.mp3", "prompt": "names"}, [(AUDIO_IN, ""), (TEXT, "names")]),
    ],
)  # fmt: skip
def test_everything_that_goes_in_is_seen(endpoint: str, body: dict[str, object], found: list[tuple[str, str]]) -> None:
    """Texts, pictures, recordings, tools and pointers each become a piece; nothing is passed over."""
    assert put_in(endpoint, body) == found


@pytest.mark.parametrize(
    ("endpoint", "body", "message"),
    [
        ("chat/completions", {"messages": []}, "the request has no messages, which chat/completions takes"),
        ("chat/completions", {"messages": ["hi"]}, 'messages[0]: "hi" is not an object'),
        ("chat/completions", {"messages": [{"content": "hi"}]}, "messages[0]: it has no role, such as user"),
        ("chat/completions", {"messages": [{"role": "user", "content": 3}]}, "messages[0].content: 3 is not a text or a list"),
        ("chat/completions", {"messages": [{"type": ["a"]}]}, 'messages[0].type: ["a"] is not a text'),
        ("chat/completions", {"messages": [{"role": 3, "content": "a"}]}, "messages[0].role: 3 is not a text"),
        ("chat/completions", {"messages": [{"role": "user", "content": [{"text": "a"}]}]}, 'messages[0].content[0]: {"text": "a"} is not a part with a type'),
        ("chat/completions", {"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text: null is not a text"),
        ("chat/completions", {"tools": ["f"]}, 'tools[0]: "f" is not an object'),
        ("chat/completions", {"response_format": "json"}, 'response_format: "json" is not an object'),
        ("responses", {"input": 3}, "input: 3 is not a list of messages"),
        ("responses", {"input": ""}, "input: it is empty"),
        ("embeddings", {"input": 3}, "input: 3 is neither a text nor a list of texts"),
        ("embeddings", {"input": []}, "the request has no input, which embeddings takes"),
        ("embeddings", {"input": [["a"]]}, 'input[0]: ["a"] is not a text, the numbers of tokens'),
        ("embeddings", {"input": [True]}, "input[0]: true is not a text, the numbers of tokens"),
    ],
)  # fmt: skip
def test_content_that_cannot_be_read_is_refused(endpoint: str, body: dict[str, object], message: str) -> None:
    """The error names the very place in the request."""
    with pytest.raises(BadValue) as caught:
        put_in(endpoint, body)
    assert str(caught.value).startswith(message)
