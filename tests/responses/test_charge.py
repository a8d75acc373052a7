"""What reports of API calls cost, by the library and by the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard import cli, cost
from ratecard.core import moments
from ratecard.core.catalog import Catalog, named
from ratecard.core.errors import AmbiguousModel, BadValue, UnknownModel, UnknownSeller, Unpriced
from ratecard.database import store
from ratecard.market import build
from ratecard.responses import charge
from ratecard.responses import report as reading
from ratecard.responses.bodies import bodies
from ratecard.responses.charge import ResponseCost
from ratecard.responses.flavors import FLAVORS

NOON = "2026-11-21T12:00"

#: A card with each shape a report meets: thresholds, lifetimes, shares that are priced apart, alike or not at all.
TOY = """\
name: Toy
provider: openai
modality: text
ids: [toy-1, toy-1-2026-01-31]
sources: [{url: https://example.org/toy, checked: 2026-11-01}]
offers:
  - seller: openai
    model_id: toy
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        rates:
          - {meter: input_tokens, price: 1.00, per: 1_000_000}
          - {meter: input_tokens, price: 2.00, per: 1_000_000, above: 1000}
          - {meter: output_tokens, price: 10.00, per: 1_000_000}
          - {meter: cache_write_tokens, price: 1.25, per: 1_000_000, when: {cache_ttl: 5m}}
          - {meter: cache_write_tokens, price: 2.50, per: 1_000_000, when: {cache_ttl: 5m}, above: 1000}
          - {meter: cache_write_tokens, price: 3.00, per: 1_000_000, when: {cache_ttl: 1h}}
          - {meter: cache_write_tokens, price: 6.00, per: 1_000_000, when: {cache_ttl: 1h}, above: 1000}
          - {meter: searches, price: 10.00, per: 1000, when: {search_context: low}}
          - {meter: searches, price: 10.00, per: 1000, when: {search_context: high}}
          - {meter: input_audio_tokens, price: 7.00, per: 1_000_000}
        required: [cache_ttl, search_context]
        adjustments: [{name: Batch, percent: -50, when: {service_tier: batch}}]
  - seller: fal
    model_id: fal/toy
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        rates:
          - {meter: input_tokens, price: 4.00, per: 1_000_000}
          - {meter: output_tokens, price: 8.00, per: 1_000_000}
          - {meter: reasoning_tokens, price: 80.00, per: 1_000_000}
          - {meter: cache_write_tokens, price: 0, per: 1_000_000, zero: included}
          - {meter: searches, price: 1.00, per: 1000, when: {search_context: low}}
          - {meter: searches, price: 2.00, per: 1000, when: {search_context: high}}
        required: [search_context]
"""
TWIN = """\
name: Twin
provider: bfl
modality: text
sources: [{url: https://example.org/toy, checked: 2026-11-01}]
offers:
  - seller: runware
    model_id: same
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        rates: [{meter: input_tokens, price: 1.00, per: 1_000_000}, {meter: output_tokens, price: 1.00, per: 1_000_000}]
"""
OTHER = TWIN.replace("Twin", "Other").replace("seller: runware", "seller: openai").replace("bfl", "openai")


@pytest.fixture(name="toy_db", scope="module")
def _toy_db(tmp_path_factory: pytest.TempPathFactory, today: Any) -> Path:
    path = tmp_path_factory.mktemp("toys")
    root = toys.folder(path, ("openai/toy", TOY), ("fal/twin", TWIN), ("openai/other", OTHER))
    assert not build.build(root, path / "catalog.db", today).problems
    return path / "catalog.db"


@pytest.fixture(name="toy", scope="module")
def _toy(toy_db: Path) -> Catalog:
    return store.read(toy_db)


def chat(**usage: Any) -> dict[str, Any]:
    """A chat completion of the toy with this usage."""
    return {"object": "chat.completion", "model": "toy", "usage": usage}


def message(**usage: Any) -> dict[str, Any]:
    """A message of the toy with this usage."""
    return {"type": "message", "model": "toy", "usage": {"input_tokens": 0, "output_tokens": 0, **usage}}


def priced(toy: Catalog, body: object, **given: Any) -> ResponseCost:
    """What a response costs at noon."""
    return charge.charge(toy, reading.report(body), at=moments.moment(NOON), **given)


def lines(found: ResponseCost) -> dict[str, str]:
    """The amount of each line by what was counted and under which facts."""
    return {
        " ".join([line.meter, *(value for _, value in sorted(line.rate.when))]): str(line.amount.normalize())
        for line in found.cost.lines
    }


def test_two_lifetimes_are_priced_apart_and_added(toy: Catalog) -> None:
    """A report with writes of both lifetimes has a line for each, and one total."""
    body = message(
        input_tokens=100,
        output_tokens=10,
        cache_creation_input_tokens=500,
        cache_creation={"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 200},
    )
    found = priced(toy, body)
    assert lines(found) == {
        "input_tokens": "0.0001",
        "output_tokens": "0.0001",
        "cache_write_tokens 5m": "0.000375",
        "cache_write_tokens 1h": "0.0006",
    }
    assert found.cost.total == Decimal("0.001175")


def test_a_threshold_sees_the_input_of_all_parts(toy: Catalog) -> None:
    """Neither part passes a thousand tokens, the call does: every line is at the price above it."""
    body = message(
        input_tokens=400,
        cache_creation_input_tokens=700,
        cache_creation={"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 400},
    )
    assert {line.rate.above for line in priced(toy, body).cost.lines} == {1000}
    below = message(
        input_tokens=300,
        cache_creation_input_tokens=700,
        cache_creation={"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 400},
    )
    assert {line.rate.above for line in priced(toy, below).cost.lines} == {0}


def test_adjustments_of_parts_are_added_up(toy: Catalog) -> None:
    """A batch discount on two parts is one line."""
    body = message(
        input_tokens=400,
        service_tier="batch",
        cache_creation_input_tokens=500,
        cache_creation={"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 200},
    )
    found = priced(toy, body).cost
    assert [(change.name, change.amount) for change in found.adjustments] == [("Batch", Decimal("-0.0006875"))]
    assert found.total == sum(line.amount for line in found.lines) / 2


def test_reasoning_is_output_unless_it_has_a_rate(toy: Catalog) -> None:
    """What the output contains is billed as output where the price list does not tell it apart."""
    body = chat(prompt_tokens=0, completion_tokens=100, completion_tokens_details={"reasoning_tokens": 60})
    assert lines(priced(toy, body)) == {"output_tokens": "0.001"}
    assert lines(priced(toy, body, seller="fal")) == {"output_tokens": "0.00032", "reasoning_tokens": "0.0048"}


def test_a_write_that_is_included_in_the_input_is_billed_as_input(toy: Catalog) -> None:
    """A zero because it is included does not make those tokens free."""
    body = chat(prompt_tokens=100, completion_tokens=0, prompt_tokens_details={"cache_write_tokens": 60})
    assert lines(priced(toy, body, seller="fal")) == {"input_tokens": "0.0004"}


def test_media_in_the_prompt_are_input_unless_they_have_a_rate(toy: Catalog) -> None:
    """What is billed as what contains it is said to be assumed; what has a rate of its own is not."""
    details = [{"modality": "AUDIO", "tokenCount": 30}, {"modality": "IMAGE", "tokenCount": 50}]
    usage = {"promptTokenCount": 100, "candidatesTokenCount": 0, "promptTokensDetails": details}
    found = priced(toy, {"modelVersion": "toy", "usageMetadata": usage})
    assert lines(found) == {"input_tokens": "0.00007", "input_audio_tokens": "0.00021"}
    assert [tuple(assumed) for assumed in found.cost.assumed] == [
        ("input_image_tokens", "50", "billed as input_tokens, which contain them")
    ]


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 5}}, "no rate for cache_read_tokens"),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cache_write_tokens": 5}}, "no rate for cache_write_tokens"),
        ({"prompt_tokens": 9, "completion_tokens": 9, "completion_tokens_details": {"audio_tokens": 5}}, "no rate for output_audio_tokens"),
    ],
)  # fmt: skip
def test_what_may_cost_anything_else_stays_without_a_price(usage: dict[str, Any], words: str, toy: Catalog) -> None:
    """Cached input and sound are never billed as if they were plain tokens."""
    with pytest.raises(Unpriced, match=words):
        priced(toy, chat(**usage))


def test_a_fact_that_changes_nothing_need_not_be_known(toy: Catalog) -> None:
    """A search is priced where each context costs the same, and said to be assumed; else it has no price."""
    body = message(input_tokens=1, server_tool_use={"web_search_requests": 2})
    found = priced(toy, body)
    assert lines(found)["searches high"] == "0.02"
    assert ("search_context", "high", "whatever its value, the price is the same") in found.cost.assumed
    with pytest.raises(Unpriced, match="search_context=\\(not given\\)"):
        priced(toy, body, seller="fal")
    assert lines(priced(toy, body, seller="fal", facts={"search_context": "low"}))["searches low"] == "0.002"


def test_a_call_that_used_nothing_costs_nothing(toy: Catalog) -> None:
    """Zero usage costs zero."""
    assert priced(toy, chat(prompt_tokens=0, completion_tokens=0)).cost.total == 0


COUNT = st.integers(min_value=0, max_value=10**6)


@given(COUNT, COUNT)
def test_a_report_costs_what_its_usage_costs(toy_db: Path, given_in: int, given_out: int) -> None:
    """A report and the same quantities written by hand have the same total."""
    toy = store.read(toy_db)
    found = priced(toy, chat(prompt_tokens=given_in, completion_tokens=given_out)).cost.total
    words = {"input_tokens": given_in, "output_tokens": given_out}
    assert found == cost("toy", catalog=toy, at=NOON, **words).total


@pytest.mark.parametrize(
    ("name", "seller"),
    [
        ("openai/toy", None),
        ("toy", None),
        ("toy-1", None),
        ("TOY_1", None),
        ("models/toy", None),
        ("publishers/openai/models/toy", None),
        ("projects/p/locations/us-east5/publishers/openai/models/toy", None),
        ("arn:aws:bedrock:us-east-1::foundation-model/toy", None),
        ("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/toy", None),
        ("fal:toy", "fal"),
    ],
)
def test_what_wraps_a_name_is_taken_off(name: str, seller: str | None, toy: Catalog) -> None:
    """Paths and ARNs lead to the id inside them; a seller before the id is the one that answered."""
    found = named(toy, name)
    assert (found.card.slug, found.seller) == ("openai/toy", seller)
    assert priced(toy, {**chat(prompt_tokens=5), "model": name}).cost.seller == (seller or "openai")


@pytest.mark.parametrize(
    ("name", "candidate"),
    [
        ("toy-2026-02-28", "openai/toy"),
        ("toy-20260228", "openai/toy"),
        ("toy@20260228", "openai/toy"),
        ("toy-latest", "openai/toy"),
        ("toy:free", "openai/toy"),
        ("openai/toy:nitro", "openai/toy"),
        ("us.toy", "openai/toy"),
        ("eu.openai.toy-20260228-v1:0", "openai/toy"),
        ("somebody/toy", "openai/toy"),
        ("models/toy-001", "openai/toy"),
        ("toy-0613", "openai/toy"),
    ],
)
def test_a_variant_of_a_name_is_a_candidate_never_the_model(name: str, candidate: str, toy: Catalog) -> None:
    """A date, a region or a tag may change the price, so the name without it is only suggested."""
    with pytest.raises(UnknownModel) as caught:
        priced(toy, {**chat(prompt_tokens=5), "model": name})
    assert candidate == caught.value.suggestions[0]


def test_a_path_that_names_its_seller_is_priced_there(whole: Catalog) -> None:
    """An account's path and an ARN are of one seller; the seller given decides first, the plain id is the maker's."""
    path = {**chat(prompt_tokens=5), "model": "accounts/fireworks/models/gpt-oss-120b"}
    arn = {**message(input_tokens=5), "model": "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6"}
    plain = {**message(input_tokens=5), "model": "claude-opus-4-6"}
    found = [priced(whole, body).cost for body in (path, arn, plain)] + [priced(whole, path, seller="azure").cost]
    assert [(cost.slug, cost.seller) for cost in found] == [
        ("openai/gpt-oss-120b", "fireworks"),
        ("anthropic/claude-opus-4-6", "bedrock"),
        ("anthropic/claude-opus-4-6", "anthropic"),
        ("openai/gpt-oss-120b", "azure"),
    ]
    assert found[-1].model_id == "FW-GPT-OSS-120B"  # which is how Azure spells what Fireworks serves there


def test_each_part_is_priced_as_its_model(whole: Catalog, toy: Catalog, run: Any) -> None:
    """An adviser at the price of the adviser, a run of Claude Code by model, a container beside the model that ran in it."""
    adviser = {"type": "advisor_message", "model": "other", "input_tokens": 1000, "output_tokens": 100}
    body = message(input_tokens=10, output_tokens=10, iterations=[adviser]) | {"model": "fal/toy"}
    found = priced(toy, {**body, "model": "toy"}, seller="openai")
    assert "same" in {offer.model_id for offer in toy.cards["openai/other"].offers}
    assert found.models == {"toy": Decimal("0.00011"), "other": Decimal("0.0011")}
    assert found.cost.total == Decimal("0.00121")
    code, out, _ = run("--response", "-", "--seller", "openai", text={**body, "model": "toy"})
    assert (code, "of several models: $0.00011 toy and $0.0011 other" in out) == (0, True)
    calls = [{"type": "code_interpreter_call", "container_id": name} for name in ("a", "a", "b")]
    response = {
        "object": "response",
        "model": "gpt-5",
        "output": calls,
        "usage": {"input_tokens": 0, "output_tokens": 0},
    }
    assert (
        priced(whole, response).models["container"] == 2 * priced(whole, {**response, "output": calls[:1]}).cost.total
    )


def test_what_is_local_has_no_price(toy: Catalog) -> None:
    """None is invented, unless a seller is named."""
    for body in (
        {"model": "toy", "done": True, "prompt_eval_count": 26, "eval_count": 298},
        {**chat(prompt_tokens=26, completion_tokens=298), "system_fingerprint": "vllm-0.11.0"},
    ):
        with pytest.raises(Unpriced, match="no price is invented"):
            priced(toy, body)
        assert priced(toy, body, seller="openai").cost.total == Decimal("0.003006")


def test_a_tier_that_the_list_does_not_know_has_no_price(toy: Catalog) -> None:
    """The tier that a response says was served; one that is ignored is priced as usual."""
    body = {**chat(prompt_tokens=100), "service_tier": "priority"}
    with pytest.raises(Unpriced, match="service_tier=priority: this price list tells batch apart"):
        priced(toy, body)
    usual = priced(toy, chat(prompt_tokens=100)).cost.total
    assert priced(toy, body, ignore=["service_tier"]).cost.total == usual
    assert priced(toy, {**body, "service_tier": "batch"}).cost.total == usual / 2


def test_of_several_sellers_the_maker_is_assumed_or_one_is_asked_for(toy: Catalog) -> None:
    """Only where their prices differ and the response does not tell."""
    body = {**message(input_tokens=100), "model": "toy-1"}
    assert priced(toy, chat(prompt_tokens=100)).cost.assumed == ()
    found = priced(toy, body).cost
    assert [(assumed.fact, assumed.value) for assumed in found.assumed] == [("seller", "openai")]
    card = toy.cards["openai/toy"]
    swapped = toy._replace(cards={**toy.cards, card.slug: card._replace(offers=card.offers[::-1])})
    with pytest.raises(Unpriced, match="fal and openai have different prices; --seller names one"):
        priced(swapped, body)
    assert priced(swapped, body, seller="fal").cost.total == Decimal("0.0004")


def test_a_name_with_the_day_of_the_models_release_is_the_model(whole: Catalog) -> None:
    """OpenRouter's answers name models by it."""
    body = chat(prompt_tokens=5) | {"model": "anthropic/claude-4.6-sonnet-20260217"}
    assert priced(whole, body, seller="openrouter").cost.slug == "anthropic/claude-sonnet-4-6"
    with pytest.raises(UnknownModel):
        named(whole, "anthropic/claude-4.6-sonnet-20260218")


def test_of_several_models_of_one_name_the_sellers_is_meant(toy: Catalog) -> None:
    """The seller, or else whoever defined the API, decides; where neither sells it nothing is guessed."""
    assert named(toy, "same", "runware").card.slug == "fal/twin"
    assert named(toy, "same", "openai").card.slug == "openai/other"
    for seller in (None, "fal"):
        with pytest.raises(AmbiguousModel, match="several models are called 'same': fal/twin and openai/other"):
            named(toy, "same", seller)
    found = priced(toy, {**chat(prompt_tokens=5), "model": "same"})
    assert (found.cost.slug, found.cost.model_id) == ("openai/other", "same")


def test_the_seller_a_flavor_names_is_the_one_priced(toy: Catalog) -> None:
    """A report that only one seller makes is priced there, or not at all."""
    with pytest.raises(UnknownSeller, match="not sold by 'openrouter'"):
        priced(toy, chat(prompt_tokens=5, cost=0.1))
    assert priced(toy, chat(prompt_tokens=5, cost=0.1), seller="openai").cost.seller == "openai"


def test_what_the_api_states_is_compared(toy: Catalog) -> None:
    """The difference is our total less what the response states."""
    found = priced(toy, chat(prompt_tokens=500, completion_tokens=50, cost=0.0011, dreams=2), seller="openai")
    answer = charge.answer(found)
    assert answer["total"] == "0.001"
    assert answer["stated"] == [{"path": "usage.cost", "amount": "0.0011", "currency": "USD", "difference": "-0.0001"}]
    assert answer["unmapped"] == [{"path": "usage.dreams", "value": "2"}]
    assert answer["flavor"] == "openrouter-chat"


# The texts that hold responses.


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"a": 1}', 1),
        ('\ufeff {"a": 1}\n', 1),
        ('[{"a": 1}, {"a": 2}]', 2),
        ('{"a": 1}\n\n{"a": 2}\n', 2),
        ('{"id": 1, "usage": {}}\n{"id": 2, "usage": {}}', 2),
    ],
)
def test_a_text_holds_one_response_or_several(text: str, count: int) -> None:
    """An object, an array, or an object per line."""
    assert len(bodies(text)) == count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        ("[]", "the list is empty"),
        ("7", "another value"),
        ("[7]", "another value"),
        ('{"a": 1', "not JSON: line 1, column 8"),
        ('{"a": 1}\n{"a": }', "not JSON: line 2, column 7"),
        ("hello\nworld", "not JSON: line 1, column 1"),
        ("[" * 100_000, "nested too deeply"),
        ("data: {", "not JSON: line 1, column 2"),
        ('data: {"delta": "hi"}\n\ndata: [DONE]\n', "no event of the stream says what was used"),
        ("data: 7", "another value"),
        ('data: {"id": "a", "usage": {"x": 1}}\n\ndata: {"id": "b", "usage": {"x": 1}}', "several responses, a and b"),
    ],
)
def test_a_text_that_holds_none_says_where_and_why(text: str, words: str) -> None:
    """Line and column, or what is missing."""
    with pytest.raises(BadValue) as caught:
        bodies(text)
    assert words in str(caught.value)


def test_numbers_of_any_length_are_exact() -> None:
    """No number is rounded, nor too long to be refused with a message."""
    (body,) = bodies('{"usage": {"prompt_tokens": ' + "9" * 5000 + ', "cost": 0.1234567890123456789}}')
    assert str(body["usage"]["cost"]) == "0.1234567890123456789"
    with pytest.raises(BadValue, match="not a quantity"):
        reading.report(body)


STREAM = """\
event: message_start
data: {"type": "message_start", "message": {"id": "msg_1", "type": "message", "model": "toy", "usage": \
{"input_tokens": 25, "cache_read_input_tokens": null, "output_tokens": 1}}}

event: content_block_delta
data: {"type": "content_block_delta", "delta": {"text": "Hi"}}

event: message_delta
data: {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}}

event: message_stop
data: {"type": "message_stop"}
"""


def test_the_events_of_a_stream_are_one_response() -> None:
    """Of usage the last word on each number counts; model and time may come from any event."""
    (body,) = bodies(STREAM)
    report = reading.report(body)
    assert report.model == "toy"
    assert report.usage.quantities == {"input_tokens": 25, "output_tokens": 15}
    chunks = [
        {"id": "c", "object": "chat.completion.chunk", "model": "toy", "usage": None},
        {
            "id": "c",
            "object": "chat.completion.chunk",
            "model": "toy",
            "usage": {"prompt_tokens": 3, "completion_tokens": 4},
        },
    ]
    (body,) = bodies("".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n")
    assert reading.report(body).usage.quantities == {"input_tokens": 3, "output_tokens": 4}


@given(st.text(max_size=200))
def test_no_text_is_too_strange_to_be_refused(text: str) -> None:
    """Any text is read or refused with a message."""
    with contextlib.suppress(BadValue):
        assert all(isinstance(body, dict) for body in bodies(text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "usage", "prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "cached_tokens", "model",
        "prompt_tokens_details", "usageMetadata", "promptTokenCount", "promptTokensDetails", "modality", "created",
        "cost", "response", "message", "service_tier", "iterations", "type", "gen_ai.usage.input_tokens",
    ]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_no_body_is_too_strange_to_be_refused(body: object) -> None:
    """Any JSON is read into quantities of zero or more, or refused with a message."""
    with contextlib.suppress(BadValue):
        found = reading.report(body)
        assert all(count >= 0 for part in found.parts for count in part.quantities.values())


# The command line.


@pytest.fixture(name="run")
def _run(toy_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    monkeypatch.setenv("RATECARD_DB", str(toy_db))

    def run(*arguments: str, text: object = "") -> tuple[int, str, str]:
        given = text if isinstance(text, bytes) else (text if isinstance(text, str) else json.dumps(text)).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = cli.run(["cost", *arguments, "--at", NOON])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_response_on_standard_input_has_a_bill(run: Any) -> None:
    """The bill names the flavor, what the response states, and what nobody mapped."""
    body = chat(prompt_tokens=500, completion_tokens=50, cost=0.0011, dreams=2)
    code, out, err = run("--response", "-", "--seller", "openai", text=body)
    assert code == 0
    assert "openai/toy at OpenAI" in out
    assert "openai/toy at OpenAI: $0.001\n" in out
    assert "usage as reported by OpenRouter chat completions (openrouter-chat)" in out
    assert "the response states usage.cost $0.0011: this total is $0.0001 less" in out
    assert err == "Warning: usage.dreams=2 belongs to no known quantity or fact; this total leaves it out\n"


def test_a_usage_alone_needs_its_model(run: Any, tmp_path: Path) -> None:
    """--usage reads the usage object from a file; the model is an argument."""
    file = tmp_path / "usage.json"
    file.write_text('{"prompt_tokens": 1000, "completion_tokens": 100}', encoding="utf-8")
    code, out, _ = run("openai/toy", "--usage", str(file), "--json")
    assert (code, json.loads(out)["total"]) == (0, "0.002")
    code, _, err = run("--usage", str(file))
    assert (code, err) == (2, "Error: a report of openai-chat does not say which model answered; name the model\n")


def test_half_a_character_is_printed_as_its_number(run: Any) -> None:
    """What no output can hold is written as an escape, as a name and as a value."""
    text = '{"object": "chat.completion", "model": "toy", "service_tier": "\\ud800", "usage": {"prompt_tokens": 1, "\\udfff": 2}}'
    code, _, err = run("--response", "-", text=text)
    assert (code, "service_tier=\\ud800" in err) == (5, True)
    code, out, err = run("--response", "-", "--ignore", "service_tier", "--json", text=text)
    assert code == 0
    assert json.loads(out)["unmapped"] == [
        {"path": "usage.\\udfff", "value": "2"},
        {"path": "service_tier", "value": "\\ud800"},
    ]
    assert "service_tier=\\ud800" in err
    assert run("--response", "-", text=text.replace('"toy"', '"\\ud800"'))[0] == 3


def test_a_response_that_is_there_twice_is_not_priced_twice(run: Any) -> None:
    """Neither of two that say they are the same is priced: they may be chunks of one."""
    first, second = {"id": "x", **chat(prompt_tokens=1000)}, {"id": "y", **chat(prompt_tokens=1000)}
    code, out, err = run("--response", "-", text=[first, second, first])
    assert code == 2
    assert out.splitlines()[-1] == "total of 1 of 3 responses  $0.001"
    assert "Error: responses 1 and 3: several have the id x, and a response is billed once" in err


def test_several_responses_are_a_table_with_a_total(run: Any) -> None:
    """Each is priced or complained about by its place; the exit code is that of the first without a price."""
    text = "\n".join(
        json.dumps(body)
        for body in (
            chat(prompt_tokens=1000),
            {"error": "overloaded"},
            chat(prompt_tokens=500, dreams=1),
            chat(prompt_tokens=500, dreams=1),
        )
    )
    code, out, err = run("--response", "-", text=text)
    assert code == 2
    assert out.splitlines()[-1] == "total of 3 of 4 responses  $0.002"
    assert [line.split()[0] for line in out.splitlines()[2:5]] == ["1", "3", "4"]
    assert "Error: response 2: no usage of a known flavor in it; there is error" in err
    assert "Warning: responses 3 and 4: usage.dreams=1" in err
    code, out, _ = run("--response", "-", "--nl", text=text)
    assert [json.loads(line)["response"] for line in out.splitlines()] == [1, 3, 4]
    code, out, _ = run("--response", "-", "--csv", text=text)
    assert [line.split(",")[0] for line in out.splitlines()] == ["response", "1", "3", "4"]


@pytest.mark.parametrize(
    ("arguments", "text", "code", "words"),
    [
        (["--response", "-"], "{", 2, "not JSON: line 1, column 2"),
        (["--response", "-"], b"\xff\xfe", 2, "is not UTF-8 text"),
        (["--response", "/nonexistent.json"], "", 1, "No such file"),
        (["--response", "-"], {"choices": []}, 2, "no usage of a known flavor in it; there is choices"),
        (["--response", "-", "--flavor", "openai"], chat(prompt_tokens=1), 2, "'openai' is not a flavor"),
        (["--response", "-"], chat(prompt_tokens=1, estimated_cost=1, is_byok=False), 2, "name its flavor"),
        (["--response", "-"], chat(prompt_tokens=1, dream_tokens=2), 5, "--ignore usage.dream_tokens prices the rest"),
        (["--ignore", "dreams", "openai/toy", "input_tokens=1"], "", 2, "--ignore requires --response"),
        (["--response", "-"], {**chat(prompt_tokens=1), "model": "toy-2026-02-28"}, 3, "did you mean openai/toy"),
        (["--response", "-", "input_tokens=5"], chat(prompt_tokens=1), 2, "remove input_tokens"),
        (["--response", "-", "imput=5"], chat(prompt_tokens=1), 2, "is not a meter or fact"),
        (["--response", "-", "--usage", "-"], "", 2, "--response, --usage and --request exclude each other"),
        (["--response", "-", "--all-sellers"], "", 2, "one seller"),
        (["--flavor", "openai-chat", "openai/toy", "input_tokens=1"], "", 2, "--flavor requires --response"),
        (["--response", "-", "--seller", "fal"], chat(prompt_tokens=1, prompt_tokens_details={"cached_tokens": 1}), 5, "no rate for cache_read_tokens"),
    ],
)  # fmt: skip
def test_a_response_that_has_no_price_says_why(
    arguments: list[str], text: object, code: int, words: str, run: Any
) -> None:
    """Every mistake has its exit code and one clear message."""
    found, out, err = run(*arguments, text=text)
    assert (found, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


def test_a_cost_loads_nothing_that_reads_reports(market_db: Path) -> None:
    """The quick way to a price is kept short."""
    code = """
import sys
from ratecard.cli import run
run(["cost", "openai/gpt-5", "input_tokens=5"])
assert not {"ratecard.reports", "ratecard.flavors", "ratecard.responses.charge"} & set(sys.modules)
"""
    environment = {**os.environ, "RATECARD_DB": str(market_db)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_response_of_a_real_model_has_its_price(frozen: Catalog) -> None:
    """A search and two lifetimes of a cache at the maker, priced by hand from frozen evidence."""
    body = {
        "type": "message",
        "model": "claude-sonnet-4-5",
        "usage": {
            "input_tokens": 1000,
            "output_tokens": 100,
            "cache_creation_input_tokens": 3000,
            "cache_creation": {"ephemeral_5m_input_tokens": 1000, "ephemeral_1h_input_tokens": 2000},
            "server_tool_use": {"web_search_requests": 1},
        },
    }
    found = charge.charge(frozen, reading.report(body), at=moments.moment(NOON)).cost
    assert (found.slug, found.seller) == ("anthropic/claude-sonnet-4-5", "anthropic")
    assert found.total == Decimal("0.003") + Decimal("0.0015") + Decimal("0.00375") + Decimal("0.012") + Decimal("0.01")


def test_the_page_lists_every_flavor() -> None:
    """docs/usage.md has a heading for each, and the README counts them."""
    page = (toys.ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    assert re.findall(r"^### (\S+)$", page, re.MULTILINE) == [flavor.id for flavor in FLAVORS]
    assert f"{len(FLAVORS)} [formats]" in (toys.ROOT / "README.md").read_text(encoding="utf-8")
