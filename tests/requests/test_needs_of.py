"""What a request needs: the table of parameters, and needs read from any request."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ratecard
from ratecard.cards import checks, reader
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.errors import BadValue, RatecardError, UnknownWord
from ratecard.core.records import Limits, RequestParameter, Vocabulary
from ratecard.requests import values
from ratecard.requests.needs_of import Needs, Upload, needs_of
from ratecard.routing.needs import Need
from toys import ROOT, bare_catalog, folder

HELD: list[dict[str, Any]] = json.loads((ROOT / "tests" / "requests" / "requests.json").read_text(encoding="utf-8"))
LISTED = [
    tuple(line.split())
    for line in (ROOT / "tests" / "requests" / "parameters.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
CHAT = {"messages": [{"role": "user", "content": "Name three rivers."}]}

#: The words of the catalog, for tests that hypothesis runs many times.
WORDS = bare_catalog().vocabulary


def needs(body: object, **known: Any) -> Needs:
    """What a request needs, in the words of the repository's catalog."""
    return needs_of(body, WORDS, **known)


def held(case: Mapping[str, Any]) -> Needs:
    """What one of the held requests needs."""
    known = {name: case[name] for name in ("endpoint", "modality") if name in case}
    files = {name: [Upload(**upload) for upload in uploads] for name, uploads in case.get("files", {}).items()}
    return needs(case["body"], files=files, **known)


def told(need: Need) -> str:
    """A need on one line, as the held requests have it."""
    return f"{need.strength}{' lenient' if need.lenient else ''} {need.kind} {need.value} @ {need.path}"


@pytest.mark.parametrize("case", HELD, ids=lambda case: case["about"])
def test_a_request_needs_what_its_parameters_say(case: dict[str, Any]) -> None:
    """Endpoint, needs with strength and place, words, inputs and what nobody knows are those held for each request."""
    found = held(case)
    call, *others = found.needs
    assert call == Need("endpoint", found.endpoint, lenient=True)
    assert {
        "endpoint": found.endpoint,
        "needs": [told(need) for need in others],
        "words": dict(found.words),
        "inputs": list(found.inputs),
        "unrecognized": list(found.unrecognized),
    } == case["expected"]


def places(value: object, path: str = "") -> Iterator[str]:
    """The path of every place in a request, without the numbers of entries."""
    if value is None:
        return
    if path:
        yield path
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from places(entry, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for entry in value:
            yield from places(entry, f"{path}[]")


def sent(case: Mapping[str, Any]) -> dict[str, object]:
    """The parameters and files of a held request, as its paths name them."""
    body = case["body"].get("body", case["body"]) if "url" in case["body"] else case["body"]
    return {name.removesuffix("[]"): value for name, value in {**body, **case.get("files", {})}.items()}


def test_every_listed_parameter_has_a_row_and_a_request() -> None:
    """No parameter that the library's types or other makers' calls have is unknown, and each stands in a held request."""
    rows = {(endpoint, path) for row in WORDS.parameters.values() for endpoint in row.endpoints for path in row.paths}
    beginnings = {(endpoint, path[:end]) for endpoint, path in rows for end in range(len(path) + 1)}
    tried = {(case["expected"]["endpoint"], path) for case in HELD for path in places(sent(case))}
    assert len(LISTED) > 250
    for endpoint, path in LISTED:
        assert (endpoint, path) in beginnings, f"{endpoint} {path}: no row"
        assert (endpoint, path) in tried, f"{endpoint} {path}: no request in tests/requests/requests.json"


def test_every_row_is_about_a_held_request() -> None:
    """A row that no held request has a parameter of would not be tried at all."""
    tried = {(case["expected"]["endpoint"], path) for case in HELD for path in places(sent(case))}
    for row in WORDS.parameters.values():
        assert any((endpoint, path) in tried for endpoint in row.endpoints for path in row.paths), row.id


@pytest.mark.parametrize(
    ("body", "known", "message"),
    [
        ([], {}, "the request is not a JSON object"),
        ({}, {}, "the request has no messages, input, image, prompt, file, voice, documents or video, so it is a call to none"),
        ({"model": "m"}, {"endpoint": "chat/completions"}, "the request has no messages, which chat/completions takes"),
        ({"messages": "hi"}, {}, 'messages: "hi" is not a list'),
        ({"messages": [3]}, {}, "messages[0]: 3 is not an object"),
        ({"messages": [{"role": 3}]}, {}, "messages[0].role: 3 is not a text"),
        ({**CHAT, "n": 0}, {}, "n: 0 is not a whole number from 1 to 1,000,000,000"),
        ({**CHAT, "n": True}, {}, "n: true is not a whole number from 1 to"),
        ({**CHAT, "n": "2"}, {}, 'n: "2" is not a whole number from 1 to'),
        ({**CHAT, "temperature": "warm"}, {}, 'temperature: "warm" is not a number'),
        ({**CHAT, "temperature": float("inf")}, {}, "temperature: Infinity is not a number"),
        ({**CHAT, "stream": "yes"}, {}, 'stream: "yes" is not true or false'),
        ({**CHAT, "stop": 3}, {}, "stop: 3 is not a text or a list"),
        ({**CHAT, "tool_choice": 3}, {}, "tool_choice: 3 is not a text or an object"),
        ({**CHAT, "tools": {"type": "function"}}, {}, 'tools: {"type": "function"} is not a list'),
        ({**CHAT, "modalities": "text"}, {}, 'modalities: "text" is not a list'),
        ({**CHAT, 3: 4}, {}, "the request has a parameter whose name is no text: 3"),
        ({"messages": [{3: 4}]}, {}, "messages[0]: it has a name that is no text"),
        ({"prompt": "a", "size": 3}, {}, "size: 3 is not "),
        ({"prompt": "a", "n": 2, "num_images": 3}, {}, "num_images: 3 contradicts n, which is 2"),
        ({"prompt": "a", "seconds": "long"}, {"endpoint": "videos"}, "seconds: seconds=long: not a whole number above 0"),
        ({"prompt": "a", "size": "huge"}, {}, "size: huge: not a size; write WIDTHxHEIGHT"),
        ({"prompt": "a", "quality": "stunning"}, {}, "quality: stunning: not one of very-low"),
        ({**CHAT, "service_tier": "overnight"}, {}, "service_tier: overnight: not one of standard"),
        ({"messages": [{"content": "hi"}]}, {}, "messages[0]: it has no role, such as user"),
        ({"messages": [5]}, {}, "messages[0]: 5 is not an object"),
        ({"input": [None]}, {"endpoint": "responses"}, "input[0]: null is not an object"),
        ({"prompt": ""}, {"endpoint": "images/generations"}, "prompt: it is empty"),
        ({"image": "a", "image[]": "b"}, {}, "image: it is given twice"),
        ({"url": "/v1/embeddings", "body": 3}, {}, "body is not a JSON object"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(body: object, known: dict[str, str], message: str) -> None:
    """A value of another form than its parameter takes is named with its path and what it should be."""
    with pytest.raises(BadValue) as caught:
        needs(body, **known)
    assert str(caught.value).startswith(message)


def test_a_batch_at_another_tier_is_refused() -> None:
    """A line of a batch is served as a batch; who asks for another queue in it contradicts himself."""
    line = {"url": "/v1/chat/completions", "body": {**CHAT, "service_tier": "flex"}}
    with pytest.raises(BadValue, match="service_tier: flex contradicts url, which is batch"):
        needs(line)


@pytest.mark.parametrize("strange", [b"png", {"bytes": 3}, [3]])
def test_a_file_is_described_by_an_upload(strange: Any) -> None:
    """Anything else does not say what the file is."""
    with pytest.raises(BadValue, match=r"image: .* does not say what a file is; write Upload\(bytes=…\) or several"):
        needs({"prompt": "a"}, files={"image": strange})


def test_a_file_that_is_in_the_body_too_is_refused() -> None:
    """Nobody can tell which of the two is meant."""
    with pytest.raises(BadValue, match="mask: it is given twice"):
        needs({"prompt": "a", "mask": "b"}, files={"mask": Upload(3)})


def test_an_endpoint_that_is_not_known_is_refused_with_near_ones() -> None:
    """A slip in an endpoint's name is answered with what may have been meant."""
    with pytest.raises(UnknownWord, match="'image/edit' is not a known endpoint; did you mean images/edits"):
        needs(CHAT, endpoint="image/edit")


def test_no_mask_needs_no_mask() -> None:
    """A model that takes a mask or none is as good as any while no mask is sent; what must be sent its card says."""
    found = needs({"prompt": "make it blue"}, files={"image": Upload(5)})
    assert "mask" not in found.inputs
    assert not any(need.value == "mask" for need in found.needs)


def test_what_comes_from_a_request_is_never_held_against_an_offer_that_nobody_measured() -> None:
    """Limits are lenient, whatever request they come from: few sources state them."""
    for case in HELD:
        for need in held(case).needs:
            assert need.lenient or need.kind not in (*Limits._fields, "size", "endpoint"), told(need)


def test_the_default_catalog_gives_the_words(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without words of its own a request is read by the catalog that `open_catalog` gives, stored or authored alike."""
    monkeypatch.setenv("RATECARD_DB", str(db))
    ratecard.open_catalog()
    for case in HELD[::10]:
        if not {"files", "endpoint", "modality"} & case.keys():
            assert ratecard.needs_of(case["body"]) == held(case)


def test_a_body_may_be_any_mapping() -> None:
    """Whoever holds a request in types of Python's own need not turn it into JSON first."""
    found = needs(MappingProxyType({"messages": ({"role": "user", "content": "Name three rivers."},), "n": 2}))
    assert found == needs({**CHAT, "n": 2})


def test_an_open_file_is_an_image_like_any_other(tmp_path: Path) -> None:
    """What only Python can hold is not looked into."""
    path = tmp_path / "a.png"
    path.write_bytes(b"png")
    with path.open("rb") as file:
        found = needs({"prompt": "make it blue", "image": file, "mask": b"12345"})
    assert found.inputs == ("image", "mask")
    assert Need("max_upload_bytes", "5", path="mask", lenient=True) in found.needs


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted({path.split(".")[0].split("[")[0] for row in WORDS.parameters.values() for path in row.paths})


@given(
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), JSON, max_size=8),
    st.sampled_from([None, *WORDS.endpoints]),
)
@example({"messages": [{"role": "user", "content": [{"type": "text", "text": "\ud800"}]}]}, None)
@example({"input": 10**5000}, None)
@example({"[]": 1, "messages": []}, None)
def test_any_object_gives_needs_or_says_why_not(body: dict[str, object], endpoint: str | None) -> None:
    """Whatever is sent, the answer is needs or an error that is meant for people."""
    with suppress(RatecardError):
        assert needs(body, endpoint=endpoint).endpoint in WORDS.endpoints


def test_what_holds_itself_is_refused_or_read_once() -> None:
    """A Python object without end does not keep anyone waiting."""
    endless: list[object] = []
    endless.append(endless)
    assert needs({**CHAT, "logit_bias": {"1": endless}}).endpoint == "chat/completions"
    with pytest.raises(BadValue, match=r"functions\[0\]: a value that holds itself"):
        needs({**CHAT, "functions": endless})
    with pytest.raises(BadValue, match="n: a value that holds itself"):
        needs({**CHAT, "n": endless})


def shuffled(value: object, order: random.Random) -> object:
    """The same value with the names of all its objects in another order."""
    if isinstance(value, list):
        return [shuffled(entry, order) for entry in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    order.shuffle(names)
    return {name: shuffled(value[name], order) for name in names}


@given(st.sampled_from(HELD), st.randoms(use_true_random=False))
def test_the_order_of_names_changes_nothing(case: dict[str, Any], order: random.Random) -> None:
    """A request means the same however its objects are written."""
    assert held({**case, "body": shuffled(case["body"], order)}) == held(case)


@given(
    st.sampled_from(HELD),
    st.text(min_size=1, max_size=12).filter(lambda name: name.removesuffix("[]") not in NAMES),
    JSON,
)
def test_an_unknown_parameter_is_unrecognized_and_changes_nothing_else(
    case: dict[str, Any], name: str, value: object
) -> None:
    """One more name that nobody knows is one more place that is unrecognized, whatever its value holds."""
    body = case["body"]
    inner = {**body, "body": {**body["body"], name: value}} if "url" in body else {**body, name: value}
    before, after = held(case), held({**case, "body": inner})
    given_at_all = value is not None and value != []
    told_of = {name.removesuffix("[]") or name} if given_at_all else set()
    assert set(after.unrecognized) == set(before.unrecognized) | told_of
    assert after._replace(unrecognized=before.unrecognized) == before


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_the_largest_of_several_files_must_fit(sizes: list[int]) -> None:
    """A limit of bytes is one of each file, whichever it is."""
    found = needs({"prompt": "a"}, files={"image[]": [Upload(size) for size in sizes]})
    assert [need.value for need in found.needs if need.kind == "max_upload_bytes"] == [str(max(sizes))]
    assert [need.value for need in found.needs if need.kind == "max_reference_images"] == (
        [str(len(sizes))] if len(sizes) > 1 else []
    )


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_the_context_must_hold_the_words_of_all_messages(texts: list[str]) -> None:
    """What several messages take of the context adds up, and each word takes a token at least."""
    found = needs({"messages": [{"role": "user", "content": text} for text in texts]})
    words = sum(1 for text in texts for word in text.split() if any(map(str.isalnum, word)))
    assert [need.value for need in found.needs if need.kind == "context_tokens"] == ([str(words)] if words else [])


@pytest.mark.parametrize(
    ("measure", "value", "measured"),
    [
        ("value", 1.0, "1"),
        ("value", Decimal("0.50"), "0.5"),
        ("value", False, "false"),
        ("value", float("nan"), None),
        ("value", {"a": 1}, None),
        ("value", Decimal("1E+999999999"), None),
        ("one", "anything", "1"),
        ("count", [1, 2], "2"),
        ("count", "one", "1"),
        ("characters", "näh", "3"),
        ("tokens", "one, two - three", "3"),
        ("tokens", [{"name": "look up", "parameters": {"type": "object"}}], "2"),
        ("tokens", [], "0"),
        ("token ids", [5, 6, 7], "3"),
        ("token ids", [[5], (6, 7)], "2"),
        ("token ids", [[5], []], None),
        ("token ids", [5, "six"], None),
        ("token ids", "five", None),
        ("bytes", "data:image/png;base64,QUJD", "3"),
        ("bytes", "data:image/png;base64,QUI=", "2"),
        ("bytes", "data:text/plain,abc", None),
        ("bytes", "https://example.org/a.png", None),
        ("bytes", bytearray(b"abcd"), "4"),
        ("dimensions", [{"width": 2, "height": 3}, {"width": 2, "height": 3}], "2x3"),
        ("dimensions", [{"width": 2, "height": 3}, {"width": 3, "height": 3}], None),
        ("dimensions", {"width": 2}, None),
    ],
)  # fmt: skip
def test_each_measure_says_how_much_a_value_is(measure: str, value: object, measured: str | None) -> None:
    """A measure is a text, or nothing where the value does not say."""
    assert values.MEASURES[measure](value) == measured


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"endpoints": ("chat",)}, "'chat' is not an endpoint"),
        ({"needs": {"capability": "telepathy"}}, "'telepathy' is not a capability"),
        ({"needs": {"input": "smell"}}, "'smell' is not an input"),
        ({"needs": {"luck": "good"}}, "'luck' is not a kind of need that a request can have"),
        ({"needs": {"max_images": "3"}}, "max_images is measured in the request; write `max_images: measured`"),
        ({"words": ("colour",)}, "'colour' is neither a fact nor a meter"),
        ({"words": ("quality",), "values": ("ultra",)}, "quality ultra: not one of very-low, low"),
        ({"absent": "1", "words": ()}, "`absent` has a value, but `words` is empty"),
    ],
)  # fmt: skip
def test_a_row_may_only_use_words_that_are_known(change: dict[str, Any], problem: str, vocabulary: Vocabulary) -> None:
    """A slip in the table is found before anything is built."""
    row = RequestParameter("toy", ("images/generations",), ("toy",), "A toy.")._replace(**change)
    found = list(checks._parameter_problems(row, vocabulary))
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_slip_in_the_table_is_reported_with_its_row(tmp_path: Path, today: date) -> None:
    """`validate` names file, row and remedy."""
    root = folder(tmp_path)
    table = root / "parameters.yaml"
    table.write_text(table.read_text(encoding="utf-8").replace("capability: tool-calling", "capability: tools", 1))
    problems = checks.problems(reader.read(root), today)
    assert [(Path(problem.file).name, problem.where, problem.what) for problem in problems] == [
        ("parameters.yaml", "chat-tool-history", "'tools' is not a capability")
    ]


def test_a_model_left_open_does_not_say_what_kind_of_call_it_is(catalog: Catalog) -> None:
    """`auto` leaves the choice open, though some sellers have a text model of that name."""
    named = next(iter(catalog.cards.values()))._replace(slug="toys/auto", modality="text", ids=("auto",))
    toy = catalog._replace(cards={named.slug: named}, names=names_of([named]))
    files = {"image": Upload(bytes=9), "mask": Upload(bytes=9)}
    assert ratecard.needs_of({"model": "auto", "prompt": "x"}, files=files, catalog=toy).endpoint == "images/edits"
