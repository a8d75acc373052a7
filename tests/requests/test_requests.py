"""Requests: what can be read as one, for which endpoint it is, and what goes in."""

from __future__ import annotations

import json

import pytest

from ratecard.core.errors import BadValue
from ratecard.core.records import Card, Vocabulary
from ratecard.requests import body as envelopes
from ratecard.requests import requests
from ratecard.requests.content import DEFINITIONS, ITEM, NAME, TOKEN_IDS, TOOL_RUN, UNKNOWN, pieces
from ratecard.requests.parameters import (
    AUDIO_IN,
    DIMENSIONS,
    EVERY,
    FORMS,
    IMAGES_IN,
    OPEN,
    PARAMETERS,
    RUN_TOOLS,
    TEXT,
    UNSEEN,
    parameter,
)

TEXT_MODEL = Card("openai/gpt-4o", "Toy", "openai", "text")


def card(modality: str) -> Card:
    """A model of a kind."""
    return TEXT_MODEL._replace(modality=modality)


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
        envelopes.parse(text)
    assert str(caught.value).startswith(message)


def test_a_request_beyond_all_measure_is_not_read() -> None:
    """What is longer than any request is refused before it is parsed."""
    with pytest.raises(BadValue, match=r"has 100,000,001 bytes; more than 100,000,000 are not read"):
        envelopes.parse(b" " * (envelopes.MAX_BYTES + 1))


def test_a_line_of_a_batch_is_its_body_at_its_endpoint() -> None:
    """A batch names its endpoint beside the body and is served as a batch."""
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": []}}
    found = envelopes.parse(json.dumps(line).encode())
    assert found == envelopes.Request({"model": "m", "messages": []}, "chat/completions", batch=True)
    assert requests.endpoint_of(found, TEXT_MODEL) == "chat/completions"


@pytest.mark.parametrize(
    ("body", "message"),
    [({}, "the request names no model; add one to it, or name it as MODEL"), ({"model": 3}, "model: 3 is not a"), ({"model": ""}, 'model: "" is not a')],
)  # fmt: skip
def test_a_request_without_a_model_says_so(body: dict[str, object], message: str) -> None:
    """The model is in the request or on the command line."""
    with pytest.raises(BadValue) as caught:
        envelopes.model_of(envelopes.request(body))
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
    found = envelopes.Request(dict.fromkeys(names, "x"))
    assert requests.endpoint_of(found, card(modality)) == endpoint


@pytest.mark.parametrize(
    ("modality", "message"),
    [
        ("text", "the request has no messages, input or prompt, so it is no call to openai/gpt-4o, a model of text"),
        (
            "image",
            "the request has no messages, image, prompt or input, so it is no call to openai/gpt-4o, a model of image",
        ),
        (
            "embedding",
            "the request has no messages, input or prompt, so it is no call to openai/gpt-4o, a model of embedding",
        ),
    ],
)
def test_a_body_that_fits_no_endpoint_says_what_is_missing(modality: str, message: str) -> None:
    """Without messages, a prompt or an input there is no call."""
    with pytest.raises(BadValue) as caught:
        requests.endpoint_of(envelopes.Request({"model": "m", "temperature": 1}), card(modality))
    assert str(caught.value) == message


def test_a_batch_for_an_endpoint_that_is_not_priced_is_refused() -> None:
    """Where nobody said what the parameters of a call decide, its cost is not made up."""
    with pytest.raises(BadValue, match="url: 'rerank' is none of the endpoints that are known"):
        requests.endpoint_of(envelopes.Request({"documents": ["a"]}, "rerank", batch=True), TEXT_MODEL)


def test_a_line_of_a_batch_needs_what_its_endpoint_takes() -> None:
    """The endpoint of a batch is named, so that its body can be held to it."""
    with pytest.raises(BadValue, match="body: it has no messages, which chat/completions takes"):
        requests.endpoint_of(envelopes.Request({"prompt": "a"}, "chat/completions", batch=True), TEXT_MODEL)


@pytest.mark.parametrize(
    ("endpoint", "name", "value", "message"),
    [
        ("images/generations", "n", "two", 'n: "two" is not a whole number from 1 to 1,000,000,000'),
        ("images/generations", "n", 0, "n: 0 is not a whole number from 1"),
        ("images/generations", "n", -1, "n: -1 is not a whole number from 1"),
        ("images/generations", "n", 2.5, "n: 2.5 is not a whole number from 1"),
        ("images/generations", "n", True, "n: true is not a whole number from 1"),
        ("images/generations", "n", 10**30, "n: 1000000000000000000000000000000 is not a whole number from 1"),
        ("chat/completions", "max_tokens", -1, "max_tokens: -1 is not a whole number from 0"),
        ("chat/completions", "max_completion_tokens", "9", 'max_completion_tokens: "9" is not a whole'),
        ("responses", "max_output_tokens", [1], "max_output_tokens: [1] is not a whole number from 0"),
        ("chat/completions", "messages", "hello", 'messages: "hello" is not a list'),
        ("chat/completions", "tools", {"a": 1}, 'tools: {"a": 1} is not a list'),
        ("images/generations", "prompt", ["a"], 'prompt: ["a"] is not a text'),
        ("images/generations", "prompt", "", "prompt: it is empty"),
        ("audio/speech", "input", "", "input: it is empty"),
        ("images/generations", "size", {"w": 1}, 'size: {"w": 1} is not a word'),
        ("videos", "generate_audio", "yes", 'generate_audio: "yes" is not true or false'),
    ],
)  # fmt: skip
def test_a_value_of_another_form_is_refused(endpoint: str, name: str, value: object, message: str) -> None:
    """A parameter's value has the form its row says; the error quotes the value."""
    with pytest.raises(BadValue) as caught:
        requests.asked(envelopes.Request({name: value}), endpoint)
    assert str(caught.value).startswith(message)


def test_null_is_the_same_as_nothing() -> None:
    """A parameter that is null is not given."""
    assert requests.asked(envelopes.Request({"n": None, "user": "u"}), "chat/completions") == [
        requests.Asked("user", "u", parameter("chat/completions", "user"))
    ]


def put_in(endpoint: str, body: dict[str, object]) -> list[tuple[str, str]]:
    """What goes in, as kinds and texts."""
    return [(piece.kind, piece.text) for piece in pieces(requests.asked(envelopes.Request(body), endpoint))]


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
         [(ITEM, ""), (TEXT, "user"), (TEXT, "hi"), (UNKNOWN, "")]),
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
        ("chat/completions", {"messages": []}, "messages: it is empty"),
        ("chat/completions", {"messages": ["hi"]}, 'messages[0]: "hi" is not an object with a role and its content'),
        ("chat/completions", {"messages": [{"content": "hi"}]}, "messages[0]: it has no role, such as user"),
        ("chat/completions", {"messages": [{"role": "user", "content": 3}]}, "messages[0].content: 3 is neither a text nor a list of parts"),
        ("chat/completions", {"messages": [{"type": ["a"]}]}, 'messages[0].type: ["a"] is not a text'),
        ("chat/completions", {"messages": [{"role": 3, "content": "a"}]}, "messages[0].role: 3 is not a text"),
        ("chat/completions", {"messages": [{"role": "user", "content": [{"text": "a"}]}]}, 'messages[0].content[0]: {"text": "a"} is not a part with a type'),
        ("chat/completions", {"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text: null is not a text"),
        ("chat/completions", {"tools": ["f"]}, 'tools[0]: "f" is not an object'),
        ("chat/completions", {"response_format": "json"}, 'response_format: "json" is not an object'),
        ("responses", {"input": 3}, "input: 3 is not a list of messages"),
        ("responses", {"input": ""}, "input: it is empty"),
        ("embeddings", {"input": 3}, "input: 3 is neither a text nor a list of texts"),
        ("embeddings", {"input": []}, "input: [] is neither a text nor a list of texts"),
        ("embeddings", {"input": [["a"]]}, 'input[0]: ["a"] is neither a text nor a list of token ids'),
        ("embeddings", {"input": [True]}, "input[0]: true is neither a text nor a list of token ids"),
    ],
)  # fmt: skip
def test_content_that_cannot_be_read_is_refused(endpoint: str, body: dict[str, object], message: str) -> None:
    """The error names the very place in the request."""
    with pytest.raises(BadValue) as caught:
        put_in(endpoint, body)
    assert str(caught.value).startswith(message)


def test_the_rows_speak_the_catalogs_words(vocabulary: Vocabulary) -> None:
    """Every fact and meter that a row names is one, every form is known, and no row stands twice."""
    seen: set[tuple[str, str]] = set()
    for row in PARAMETERS:
        assert row.form in FORMS
        assert set(row.words) <= set(vocabulary.facts)
        assert set(row.endpoints) <= set(EVERY)
        for endpoint in row.endpoints:
            assert (endpoint, row.name) not in seen, (endpoint, row.name)
            seen.add((endpoint, row.name))
        for meant in row.means.values():
            assert meant in ("", OPEN)
    for dimension in DIMENSIONS:
        assert set(dimension.meters) <= set(vocabulary.meters)
    assert set(RUN_TOOLS.values()) <= set(vocabulary.meters)
