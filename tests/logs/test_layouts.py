"""Exports and reports of other tools, each recognised by its columns and billed as its own account says."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from billed import Bills

from ratecard.market import build as building
from toys import ROOT

#: Rows of each layout and what they cost, at $2.50 and $10.00 a million for GPT-4o ($1.25 cached), $3.00, $15.00,
#: $0.30, $3.75 for Claude Sonnet 4.5 (batches at half), $0.10, $0.40, $0.01 for Gemini 2.5 Flash-Lite.
EXPORTS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "OpenAI usage API": (
        [
            {"model": "gpt-4o", "input_tokens": 2000, "output_tokens": 300, "input_cached_tokens": 1000,
             "num_model_requests": 2, "batch": False, "service_tier": None, "start_time": 1785715200},
            {"model": "gpt-4o", "input_tokens": 2000, "output_tokens": 300, "input_cached_tokens": 0,
             "num_model_requests": 2, "batch": True, "service_tier": None, "start_time": 1785715200},
            {"model": "gpt-4o", "input_tokens": 2000, "output_tokens": 300, "input_cached_tokens": 0,
             "num_model_requests": 2, "batch": False, "service_tier": "priority", "start_time": 1785715200},
        ],
        "0.02435",  # 0.0025 + 0.00125 + 0.003, then half of 0.008, then 0.0085 + 0.0051 at the priority's own prices
    ),
    "Anthropic usage report": (
        [
            {"model": "claude-sonnet-4-5", "uncached_input_tokens": 1000, "cache_read_input_tokens": 2000,
             "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 0}, "output_tokens": 100,
             "server_tool_use": {"web_search_requests": 0}, "service_tier": "standard",
             "starting_at": "2026-08-01T00:00:00Z"},
            {"model": "claude-sonnet-4-5", "uncached_input_tokens": 1000, "cache_read_input_tokens": 0,
             "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}, "output_tokens": 100,
             "server_tool_use": {"web_search_requests": 0}, "service_tier": "batch",
             "starting_at": "2026-08-01T00:00:00Z"},
        ],
        "0.00885",  # 0.003 + 0.0006 + 0.0015 + 0.0015, then 0.0015 + 0.00075
    ),
    "Langfuse observations": (
        [
            {"id": "a", "traceId": "t", "type": "GENERATION", "startTime": "2026-08-03T10:00:00Z", "model": "gpt-4o",
             "usageDetails": {"input": 700, "input_cached_tokens": 300, "output": 50, "total": 1050}},
            {"id": "b", "traceId": "t", "type": "SPAN", "startTime": "2026-08-03T10:00:00Z", "model": None,
             "usageDetails": {}},
        ],
        "0.002625",  # 0.00175 + 0.000375 + 0.0005
    ),
    "Helicone requests": (
        [{"request_created_at": "2026-08-03T10:00:00Z", "response_model": "gpt-4o", "provider": "OPENAI",
          "prompt_tokens": 1000, "prompt_cache_read_tokens": 300, "prompt_cache_write_tokens": 0,
          "completion_tokens": 50, "reasoning_tokens": 0}],
        "0.002625",
    ),
    "Portkey logs": (
        [{"created_at": "2026-08-03T10:00:00Z", "ai_org": "openai", "ai_model": "gpt-4o", "req_units": 1000,
          "res_units": 50, "cost": 0.3}],
        "0.003",
    ),
    "OpenRouter generations": (
        [{"data": {"model": "openai/gpt-4o", "created_at": "2026-08-03T10:00:00Z", "tokens_prompt": 990,
                   "native_tokens_prompt": 1000, "native_tokens_completion": 50, "native_tokens_cached": 300,
                   "native_tokens_completion_images": 0, "num_search_results": 0}}],
        "0.002625",
    ),
    "Claude Code": (
        [
            {"type": "user", "message": {"role": "user", "content": "hi"}, "sessionId": "s", "isSidechain": False,
             "timestamp": "2026-08-03T10:00:00Z"},
            *[
                {"type": "assistant", "requestId": "r1", "sessionId": "s", "isSidechain": False,
                 "timestamp": f"2026-08-03T10:00:0{second}Z",
                 "message": {"id": "m1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
                             "usage": {"input_tokens": 10, "cache_creation_input_tokens": 400,
                                       "cache_read_input_tokens": 1000, "output_tokens": output}}}
                for second, output in ((1, 1), (2, 100), (3, 30))
            ],
            {"type": "assistant", "sessionId": "s", "isSidechain": False, "timestamp": "2026-08-03T10:00:09Z",
             "message": {"id": "x", "model": "<synthetic>", "usage": {"input_tokens": 0, "output_tokens": 0}}},
        ],
        "0.00333",  # once: 0.00003 + 0.0015 + 0.0003 + 0.0015
    ),
    "Codex CLI": (
        [
            {"timestamp": "2026-08-03T10:00:00Z", "type": "session_meta", "payload": {"id": "x"}},
            {"timestamp": "2026-08-03T10:00:01Z", "type": "turn_context", "payload": {"model": "gpt-4o", "cwd": "/x"}},
            *[
                {"timestamp": f"2026-08-03T10:00:0{second}Z", "type": "event_msg",
                 "payload": {"type": "token_count", "info": {
                     "total_token_usage": {"input_tokens": total, "total_tokens": total + 50},
                     "last_token_usage": {"input_tokens": 1000, "cached_input_tokens": 300, "output_tokens": 50,
                                          "reasoning_output_tokens": 20}}}}
                for second, total in ((2, 1000), (3, 1000), (4, 2000))
            ],
            {"timestamp": "2026-08-03T10:00:05Z", "type": "event_msg", "payload": {"type": "token_count", "info": None}},
        ],
        "0.00525",  # two calls of 0.002625
    ),
    "Gemini CLI": (
        [{"sessionId": "s", "model": "gemini-2.5-flash-lite", "timestamp": "2026-08-03T10:00:00Z",
          "tokens": {"input": 2000, "output": 100, "cached": 500, "thoughts": 50, "tool": 10, "total": 2160}}],
        "0.000216",  # 0.000151 + 0.000005 + 0.00006
    ),
    "LiteLLM spend logs": (
        [{"request_id": "r", "model": "gpt-4o", "model_group": "gpt-4o", "custom_llm_provider": "openai",
          "prompt_tokens": 1000, "completion_tokens": 50, "startTime": "2026-08-03 10:00:00",
          "metadata": json.dumps({"usage_object": {"prompt_tokens_details": {"cached_tokens": 300, "audio_tokens": 0}}})}],
        "0.002625",
    ),
}  # fmt: skip


@pytest.fixture(name="frozen", scope="module")
def _frozen(tmp_path_factory: pytest.TempPathFactory, today: date) -> str:
    """A database of the catalog with frozen prices."""
    path = tmp_path_factory.mktemp("frozen") / "catalog.db"
    assert not building.build(ROOT / "docs" / "catalog", path, today).problems
    return str(path)


def written(folder: Path, rows: list[dict[str, Any]]) -> str:
    """A log of JSON lines."""
    path = folder / "log.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_and_billed_as_it_counts(name: str, tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Without --map: by its columns, with what is part of what, tiers, and rows that have no usage."""
    rows, expected = EXPORTS[name]
    found = bill(written(tmp_path, rows), "--json", "--db", frozen)
    assert (found.code, found.err.count("Error")) == (0, 0), found.err
    assert found.json["recognised"] == name
    assert Decimal(found.total) == Decimal(expected)


def attributes(**named: object) -> list[dict[str, Any]]:
    """Attributes as OTLP has them."""
    return [{"key": key.replace("__", "."), "value": {"intValue" if isinstance(value, int) else "stringValue": str(value)}}
            for key, value in named.items()]  # fmt: skip


ROW = EXPORTS["OpenAI usage API"][0][0]
SPAN = {"traceId": "t", "startTimeUnixNano": "1785751200000000000", "attributes": attributes(
    gen_ai__system="openai", gen_ai__request__model="gpt-4o", gen_ai__usage__input_tokens=1000,
    gen_ai__usage__output_tokens=50)}  # fmt: skip
#: Documents, the layout of their rows, and what these cost.
DOCUMENTS: dict[str, tuple[Any, str, str]] = {
    "a page of buckets": (
        {"object": "page", "data": [{"object": "bucket", "start_time": 1785715200, "results": [ROW, ROW]},
                                    {"object": "bucket", "start_time": 1785801600, "results": []}], "has_more": False},
        "OpenAI usage API", "0.0135",
    ),
    "a list": ([ROW, ROW], "OpenAI usage API", "0.0135"),
    "a page of rows": ({"data": EXPORTS["Langfuse observations"][0], "meta": {"page": 1}}, "Langfuse observations", "0.002625"),
    "batches of spans": (
        {"resourceSpans": [{"scopeSpans": [{"spans": [
            {**SPAN, "spanId": "agent"}, {"traceId": "t", "spanId": "step", "parentSpanId": "agent", "attributes": []},
            {**SPAN, "spanId": "one", "parentSpanId": "step"}, {**SPAN, "spanId": "two", "parentSpanId": "step"},
        ]}]}]},
        "OpenTelemetry spans with a column of attributes", "0.006",  # of the two calls, not of the agent that made them
    ),
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_read_as_its_rows(
    name: str, indent: int | None, tmp_path: Path, bill: Bills, frozen: str
) -> None:
    """On one line or on many: pages, lists and batches of spans."""
    document, recognised, expected = DOCUMENTS[name]
    path = tmp_path / "log.json"
    path.write_text(json.dumps(document, indent=indent), encoding="utf-8")
    found = bill(str(path), "--json", "--db", frozen)
    assert found.code == 0, found.err
    assert (found.json["recognised"], Decimal(found.total)) == (recognised, Decimal(expected))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"model": "gpt-4o", "input_tokens": 1},\n {"model": ]', "the JSON that begins in line 1 cannot be read"),
        ("[]", "is a JSON document without rows of usage"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused(text: str, said: str, tmp_path: Path, bill: Bills) -> None:
    """With its name and the place."""
    path = tmp_path / "log.json"
    path.write_text(text, encoding="utf-8")
    found = bill(str(path))
    assert found.code == 1
    assert str(path) in found.err
    assert said in found.err


def test_a_span_of_the_vercel_sdk_is_read_by_its_own_words(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Its provider names an interface too, and what was cached is part of the input."""
    told = {"gen_ai.system": "openai.chat", "gen_ai.response.model": "gpt-4o", "gen_ai.usage.input_tokens": 1000,
            "gen_ai.usage.output_tokens": 50, "ai.usage.promptTokens": 1000, "ai.usage.completionTokens": 50,
            "ai.usage.cachedInputTokens": 300}  # fmt: skip
    found = bill(
        written(tmp_path, [{"start_time": "2026-08-03T10:00:00Z", "attributes": told}]), "--json", "--db", frozen
    )
    assert (found.code, Decimal(found.total)) == (0, Decimal("0.002625"))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Anthropic usage report", "cache_creation.ephemeral_1h_input_tokens"),
        ("Helicone requests", "prompt_cache_write_tokens"),
        ("OpenRouter generations", "data.num_search_results"),
    ],
)
def test_what_a_layout_has_no_meter_for_has_no_price(
    name: str, path: str, tmp_path: Path, bill: Bills, frozen: str
) -> None:
    """A quantity beside those that are billed leaves its row out of the total and says so."""
    row = json.loads(json.dumps(EXPORTS[name][0][0]))
    *heads, last = path.split(".")
    holder = row
    for head in heads:
        holder = holder[head]
    holder[last] = 7
    found = bill(written(tmp_path, [row]), "--json", "--db", frozen)
    assert found.code == 5
    assert [part["reason"] for part in found.json["unpriced"]] == [f"{path} cannot be billed from this log"]


@pytest.mark.parametrize(
    ("row", "meter"),
    [({"characters": 45_000}, "input_characters"), ({"seconds": 600}, "audio_seconds"), ({"images": 3}, "images")],
)
def test_openais_other_reports_have_one_quantity(
    row: dict[str, Any], meter: str, tmp_path: Path, bill: Bills, frozen: str
) -> None:
    """Speeches, transcriptions and images of the usage API; one that the model has no price for says which."""
    more = {"object": "result", "model": "gpt-4o", "num_model_requests": 5, "start_time": 1785715200}
    found = bill(written(tmp_path, [{**row, **more}]), "--json", "--db", frozen)
    assert found.json["recognised"].startswith("OpenAI usage API, ")
    assert f"no rate for {meter}" in found.json["unpriced"][0]["reason"]
