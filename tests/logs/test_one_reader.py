"""One reader: a response costs the same, or is refused in the same words, whichever way it is given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from billed import Bills
from test_reports_in_logs import CASES, NOON, log_of

import ratecard
from ratecard import cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, RatecardError
from ratecard.logs import cost as costing
from ratecard.logs.bill import timed
from ratecard.logs.engines import Engine, rows
from ratecard.logs.keys import AT
from ratecard.logs.logs import open_log
from ratecard.logs.reports.reader import reason
from ratecard.responses import bodies as texts
from ratecard.responses.charge import charge
from ratecard.responses.report import report
from toys import ROOT

APART: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "responses" / "reports_apart.json").read_text(encoding="utf-8")
)
BODIES: list[dict[str, Any]] = [case["body"] for case in (*CASES, *APART) if "body" in case]

#: A stream of each API that has its own kind of events, as its lines.
STREAMS = {
    "chat": (
        {"id": "c1", "model": "gpt-4o", "choices": [{"delta": {"content": "a"}}], "usage": None},
        {"id": "c1", "model": "gpt-4o", "choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 7}},
    ),
    "anthropic": (
        {"type": "message_start", "message": {"id": "m1", "model": "claude-sonnet-4-5", "type": "message",
         "usage": {"input_tokens": 20, "cache_read_input_tokens": 5, "output_tokens": 1}}},
        {"type": "message_delta", "usage": {"output_tokens": 7}},
    ),
    "gemini": (
        {"modelVersion": "gemini-2.5-flash", "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}},
        {"modelVersion": "gemini-2.5-flash",
         "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 20, "totalTokenCount": 29}},
    ),
}  # fmt: skip


class Came(NamedTuple):
    """What became of a response: its cost, or why it has none."""

    cost: Decimal | None
    problem: str | None = None


def alone(catalog: Catalog, body: Mapping[str, Any]) -> Came:
    """What `cost --response` says of a body."""
    try:
        read = report(body)
        apart = any(part.model for part in read.parts)  # a row of a log is of one model
        (read if apart else read._replace(parts=read.parts[:1])).usage.quantities  # noqa: B018  # what no meter holds is refused
        return Came(charge(catalog, read, at=read.at or NOON).cost.total)
    except BadValue as error:
        return Came(None, "no model" if "does not say which model" in str(error) else reason(str(error)))
    except RatecardError:
        return Came(None)


def billed(engine: Engine, catalog: Catalog, path: str) -> list[Came]:
    """What `bill` says of each row of a log."""
    log = open_log(engine, [path], {}, catalog.vocabulary)
    log = timed(log, NOON) if AT in log.table.columns else log
    survey = costing.survey(engine, log, catalog, NOON)
    table = costing.by_row(engine, log, survey, catalog).table.select("number", "rc_cost", "rc_problem")
    found = sorted(rows(engine, table), key=lambda row: int(row["number"]))
    return [Came(row["rc_cost"], row["rc_problem"] or None) for row in found]


def differing(given: Sequence[object], found: Sequence[Came], expected: Sequence[Came]) -> list[object]:
    """The responses of which two say different things."""
    return [one for one in zip(given, found, expected, strict=True) if one[1] != one[2]]


def test_every_body_costs_in_a_log_what_it_costs_alone(engine: Engine, whole: Catalog, tmp_path: Path) -> None:
    """All bodies of all flavors in one log: the same money to the last digit, the same refusals in the same words."""
    path = log_of(tmp_path / "log.jsonl", *({"response": body} for body in BODIES))
    found = billed(engine, whole, path)
    assert differing(BODIES, found, [alone(whole, body) for body in BODIES]) == []
    assert sum(came.cost is not None for came in found) > 70


def test_every_body_costs_as_a_line_what_it_costs_alone(engine: Engine, whole: Catalog, tmp_path: Path) -> None:
    """The same where each line is a body, whatever flavors the other lines have."""
    found = billed(engine, whole, log_of(tmp_path / "log.jsonl", *BODIES))
    assert differing(BODIES, found, [alone(whole, body) for body in BODIES]) == []


def test_what_a_usage_refuses_a_log_refuses_too(engine: Engine, whole: Catalog, tmp_path: Path) -> None:
    """`ratecard.usage` raises for the same bodies, except where it cannot hold two parts that a row can."""
    path = log_of(tmp_path / "log.jsonl", *({"response": body} for body in BODIES))
    for body, came in zip(BODIES, billed(engine, whole, path), strict=True):
        try:
            ratecard.usage(body)
            refused = None
        except BadValue as error:
            refused = reason(str(error))
        assert came.problem in (refused, "no model") or (refused or "").startswith("the report has parts"), body


def test_a_document_is_read_as_its_file_is(engine: Engine, whole: Catalog, tmp_path: Path) -> None:
    """A body over several lines has the numbers that it has on one, fractions too."""
    body = {"number": 0, "object": "chat.completion", "provider": "OpenAI", "model": "openai/gpt-4o",
            "usage": {"prompt_tokens": 12, "completion_tokens": 5, "cost": 0.0123}}  # fmt: skip
    path = tmp_path / "log.json"
    path.write_text(json.dumps(body, indent=1), encoding="utf-8")
    assert billed(engine, whole, str(path)) == [alone(whole, body)]
    assert alone(whole, body).cost


@pytest.mark.parametrize("api", STREAMS)
def test_a_stream_in_a_column_is_one_call(api: str, engine: Engine, whole: Catalog, tmp_path: Path) -> None:
    """The events of a stream are billed once, as `cost --response` bills them."""
    stream = "".join(f"data: {json.dumps(event)}\n\n" for event in STREAMS[api]) + "data: [DONE]\n\n"
    (body,) = texts.bodies(stream)
    merged = json.loads(json.dumps(body, default=int))
    found = billed(engine, whole, log_of(tmp_path / "log.jsonl", {"response": stream}, {"response": merged}))
    assert found == [alone(whole, body)] * 2
    assert found[0].cost


def test_a_number_that_nothing_reads_is_in_no_total(engine: Engine, whole: Catalog, tmp_path: Path) -> None:
    """A row with it has a problem that names the field, the same for any number; zero is nothing to bill."""
    usage = {"prompt_tokens": 20, "completion_tokens": 7}
    lines = ({"model": "gpt-4o", "usage": {**usage, "dream_tokens": count}} for count in (3, 4, 0))
    found = billed(engine, whole, log_of(tmp_path / "log.jsonl", *lines))
    assert [came.problem for came in found] == ["no meter or fact is known for usage.dream_tokens"] * 2 + [None]
    assert [came.cost for came in found] == [None, None, Decimal("0.00012")]


def test_the_commands_say_the_same(bill: Bills, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`ratecard bill` of a file of responses has the total of `ratecard cost --response` of it."""
    lines = [
        {"model": "deepseek-v4-flash", "usage": {"prompt_tokens": 20 + number, "completion_tokens": 7}}
        for number in range(3)
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    total = bill(str(path), "--json").total
    assert cli.run(["cost", "--response", str(path), "--json"]) == 0
    answers = json.loads(capfd.readouterr().out)
    assert Decimal(total) == sum(Decimal(answer["total"]) for answer in answers)
