"""`cost --request`, `lint-request` and `route --request` read every body alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import ratecard
from forecast_toys import priced_card, toy_catalog
from ratecard.core import moments
from ratecard.core.errors import BadValue, Unpriced
from ratecard.requests.body import request
from ratecard.requests.forecast import forecast_of
from ratecard.requests.lint import lint_of
from toys import ROOT

NOW = moments.moment("2026-11-21T12:00")
RATES = "rates:\n" + "".join(
    f"  - {{meter: {meter}, price: 1}}\n"
    for meter in ("input_tokens", "output_tokens", "images", "videos", "input_characters", "audio_seconds", "queries")
)
MODALITIES = sorted({row.modality for row in toy_catalog().vocabulary.endpoints.values()})
CARDS = {f"toys/any-{modality}": priced_card(f"toys/any-{modality}", modality, RATES) for modality in MODALITIES}
CATALOG = toy_catalog()._replace(cards=CARDS, names={})
WORDS = CATALOG.vocabulary
HELD: list[dict[str, Any]] = json.loads((ROOT / "tests" / "requests" / "requests.json").read_text(encoding="utf-8"))

#: A value of each form, then one that no form takes but `any`.
SAMPLES: dict[str, list[object]] = {
    "any": ["x"], "text": ["x", 3], "word": ["8", []], "flag": [True, "yes"], "count": [2, 0], "whole": [0, -1],
    "number": [1, "warm"], "list": [["x"], "x"], "token ids": [[1, 2], [True]], "object": [{}, 3],
    "size": ["1024x1024", "big"], "ratio": ["1:1", "wide"],
}  # fmt: skip
MARKS: dict[str, object] = {"messages": [{"role": "user", "content": "hi"}]}


def built(path: str, value: object) -> object:
    """A value at the end of a path behind its first name."""
    for name in reversed(path.replace("[]", ".[]").split(".")):
        value = [value] if name == "[]" else {name: value}
    return value


def of_rows() -> Iterator[tuple[str, str, dict[str, object]]]:
    """For every row, endpoint, path and value: a body with it and nothing else but what its endpoint needs."""
    for row in WORDS.parameters.values():
        for endpoint in row.endpoints:
            needed = {name: MARKS.get(name, "x") for name in WORDS.endpoints[endpoint].marks[:1]}
            for path in row.paths:
                for value in (*row.values, *row.default, *SAMPLES[row.form]):
                    held = built(path, value)
                    assert isinstance(held, dict)
                    yield f"{row.id} {path}", endpoint, {**needed, **held}


def answers(body: dict[str, object], endpoint: str) -> dict[str, tuple[object, ...]]:
    """What each command finds: the endpoint and the unrecognized places, or why it refuses the body."""
    found: dict[str, tuple[object, ...]] = {}
    sent = {"url": f"/v1/{endpoint}", "body": body} if endpoint else body
    model = str(body["model"])
    try:
        forecast = forecast_of(CATALOG, request(sent), model, None, NOW)
        found["cost"] = (forecast.endpoint, sorted(entry.name for entry in forecast.parameters if not entry.became))
    except BadValue as error:
        found["cost"] = (str(error),)
    except Unpriced:
        pass  # it is read; its price list lacks a rate
    try:
        lint = lint_of(CATALOG, sent, NOW, model=model)
        found["lint"] = (lint.needs.endpoint, sorted(lint.needs.unrecognized))
    except BadValue as error:
        found["lint"] = (str(error),)
    try:
        route = ratecard.route(request=sent, catalog=CATALOG, at=NOW, input_tokens=1, output_tokens=1)
        called = next(need.value for need in route.needs if need.kind == "endpoint")
        found["route"] = (called, sorted(route.unrecognized))
    except BadValue as error:
        found["route"] = (str(error),)
    return found


def test_every_row_means_the_same_to_all_commands() -> None:
    """Endpoint, refusal with its message, and unrecognized parameters agree for each row of the table."""
    priced = 0
    for about, endpoint, body in of_rows():
        model = f"toys/any-{WORDS.endpoints[endpoint].modality}"
        found = answers({**body, "model": model}, endpoint)
        assert len({repr(answer) for answer in found.values()}) == 1, (about, body, found)
        priced += "cost" in found
    assert priced > 1_000


@pytest.mark.parametrize("case", HELD, ids=lambda case: case["about"])
@pytest.mark.parametrize("modality", MODALITIES)
def test_every_held_request_means_the_same_to_all_commands(case: dict[str, Any], modality: str) -> None:
    """The endpoint is the same whether it is named or told from the parameters and the kind of model."""
    inner = case["body"].get("body", case["body"]) if "url" in case["body"] else case["body"]
    body = {**inner, **dict.fromkeys(case.get("files", {}), "x"), "model": f"toys/any-{modality}"}
    for endpoint in {"", case.get("endpoint", "").removeprefix("/v1/")}:
        found = answers(body, endpoint)
        assert len({repr(answer) for answer in found.values()}) == 1, found


def test_a_reranking_is_priced() -> None:
    """The query and the documents go in as tokens, and the call is at least one query."""
    body = {"model": "toys/any-rerank", "query": "a", "documents": ["b", {"text": "c"}]}
    found = forecast_of(CATALOG, request(body), "toys/any-rerank", None, NOW)
    assert found.endpoint == "rerank"
    amounts = {entry.meter: (entry.least, entry.most) for entry in found.quantities}
    assert amounts == {"input_tokens": (3, 3), "queries": (1, 2)}


def test_a_variation_of_an_image_is_priced() -> None:
    """The images that come out are counted."""
    body = {"model": "toys/any-image", "image": "a.png", "n": 2}
    line = {"url": "/v1/images/variations", "body": body}
    found = forecast_of(CATALOG, request(line), "toys/any-image", None, NOW)
    assert {entry.meter: entry.expected for entry in found.quantities}["images"] == 2
