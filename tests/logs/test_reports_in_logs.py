"""Logs whose rows hold what an API reported: read as `reports` reads each, and priced as `charges` prices it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import toys
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, RatecardError
from ratecard.core.records import Vocabulary
from ratecard.core.usage import Usage
from ratecard.logs import cost as costing
from ratecard.logs.bill import timed
from ratecard.logs.engines import Engine, rows
from ratecard.logs.logs import open_log
from ratecard.responses import report as reading
from ratecard.responses.charge import charge

CASES: list[dict[str, Any]] = [
    case
    for case in json.loads((toys.ROOT / "tests" / "responses" / "reports.json").read_text(encoding="utf-8"))
    if "body" in case
]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Said = Mapping[str, Any]


def log_of(path: Path, *lines: Mapping[str, Any]) -> str:
    """A log of JSON lines, each with its number."""
    texts = (json.dumps({"number": number, **line}) for number, line in enumerate(lines))
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(path)


def read(engine: Engine, words: Vocabulary, path: str, **mapping: str) -> list[Said | None]:
    """What each row of a log says, or None for one with a problem."""
    found = sorted(rows(engine, open_log(engine, [path], mapping, words).table), key=lambda row: int(row["number"]))
    return [None if row["rc_problem"] else said(row) for row in found]


def said(row: Mapping[str, Any]) -> Said:
    """A sound row's quantities, facts and who answered when."""
    at = row.get("rc_at")
    return {
        "quantities": {name.removeprefix("rc_q_"): n for name, n in row.items() if name.startswith("rc_q_") and n},
        "facts": {
            name.removeprefix("rc_f_"): value for name, value in row.items() if name.startswith("rc_f_") and value
        },
        "model": row["rc_model"],
        "seller": row.get("rc_seller") or "",
        "at": at.replace(microsecond=0) if at else None,
        "flavor": row["rc_flavor"],
    }


def reported(body: Mapping[str, Any]) -> Said | None:
    """What a body says when it is read alone; None where a usage cannot hold it, or it does not say the model."""
    try:
        report = reading.report(body)
        usage = report._replace(parts=report.parts[:1]).usage
    except BadValue:
        return None
    if not report.model:
        return None
    return {
        "quantities": {item: count for part in report.parts for item, count in items(part, usage)},
        "facts": dict(usage.facts),
        "model": report.model,
        "seller": report.seller,
        "at": report.at.replace(tzinfo=None) if report.at else None,
        "flavor": report.flavor.id,
    }


def items(part: Usage, first: Usage) -> Iterator[tuple[str, Decimal]]:
    """The quantities of a part, with the fact that it has beside those of the first part."""
    own = "".join(f"@{fact}={value}" for fact, value in part.facts.items() if first.facts.get(fact) != value)
    return ((meter + own, count) for meter, count in part.quantities.items() if count)


BY_FLAVOR: dict[str, list[Any]] = defaultdict(list)
for _case in CASES:
    BY_FLAVOR[_case["flavor"]].append(_case["body"])

#: Fields of messages that a response lies in.
HOLDERS = {"result", "response", "message", "attributes"}

#: The bodies that are no messages around a response.
PLAIN = {
    flavor: found
    for flavor, bodies in BY_FLAVOR.items()
    if (found := [body for body in bodies if not HOLDERS & set(body)])
}

#: Several flavors in one log: responses of four APIs.
MIXED = ("openai-chat", "anthropic-messages", "gemini", "bedrock-converse")
#: Flavors whose signs do not fit one number.
FAR_APART = ("azure-chat", "mistral-ocr", "vercel-ai-sdk")


@pytest.mark.parametrize("flavor", PLAIN)
def test_every_body_in_a_column_is_read_as_alone(
    flavor: str, tmp_path: Path, engine: Engine, vocabulary: Vocabulary
) -> None:
    """A column of responses has the quantities, facts, model, seller and time of each."""
    bodies = PLAIN[flavor]
    path = log_of(tmp_path / "log.jsonl", *({"response": body} for body in bodies))
    assert read(engine, vocabulary, path) == [reported(body) for body in bodies]


@pytest.mark.parametrize("flavor", PLAIN)
def test_every_body_as_a_line_is_read_as_alone(
    flavor: str, tmp_path: Path, engine: Engine, vocabulary: Vocabulary
) -> None:
    """Lines that are responses, or the messages these lie in, are read as such."""
    path = log_of(tmp_path / "log.jsonl", *PLAIN[flavor])
    assert read(engine, vocabulary, path) == [reported(body) for body in PLAIN[flavor]]


@pytest.mark.parametrize("flavors", [MIXED, FAR_APART], ids=["usual", "far-apart"])
def test_a_log_of_several_flavors_is_read_row_by_row(
    flavors: tuple[str, ...], tmp_path: Path, engine: Engine, vocabulary: Vocabulary
) -> None:
    """Each row is read by the rows of its own flavor."""
    bodies = [body for flavor in flavors for body in PLAIN[flavor]]
    path = log_of(tmp_path / "log.jsonl", *({"response": body} for body in bodies))
    assert read(engine, vocabulary, path) == [reported(body) for body in bodies]


@pytest.mark.parametrize("case", [case for case in CASES if HOLDERS & set(case["body"])], ids=lambda case: case["says"])
def test_a_response_within_a_message_is_found(
    case: dict[str, Any], tmp_path: Path, engine: Engine, vocabulary: Vocabulary
) -> None:
    """Lines of batch results, of streams and of spans hold a response; batch results are of the batch tier."""
    path = log_of(tmp_path / "log.jsonl", case["body"])
    assert read(engine, vocabulary, path) == [reported(case["body"])]


def test_attributes_are_read_in_every_form(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """A map, a struct, a JSON text, the list of the protocol and flat columns all say the same."""
    given = {
        "gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": "4",
        "gen_ai.response.model": "gpt-4o", "gen_ai.provider.name": "openai",
    }  # fmt: skip
    listed = [{"key": key, "value": {"stringValue": value}} for key, value in given.items()]
    expected = {"quantities": {"input_tokens": 10, "output_tokens": 4}, "facts": {}, "model": "gpt-4o"}
    expected |= {"seller": "openai", "at": None, "flavor": "opentelemetry"}
    tables = {
        "map": {"attributes": pa.array([list(given.items())], type=pa.map_(pa.string(), pa.string()))},
        "struct": {"attributes": pa.array([given])},
        "text": {"attributes": [json.dumps(given)]},
        "list": {"attributes": [json.dumps(listed)]},
        "columns": {key: [value] for key, value in given.items()},
        "prefixed": {f"attributes.{key}": [value] for key, value in given.items()},
    }
    for form, columns in tables.items():
        file = tmp_path / f"{form}.parquet"
        parquet.write_table(pa.table({"number": [0], **columns}), file)
        assert read(engine, vocabulary, str(file)) == [expected], form


def test_a_struct_of_parquet_is_read_as_json_is(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """A typed column of what was used needs no text."""
    bodies = BY_FLAVOR["anthropic-messages"][:2]
    file = tmp_path / "log.parquet"
    usage = [{key: value for key, value in body["usage"].items() if isinstance(value, int)} for body in bodies]
    parquet.write_table(pa.table({"number": [0, 1], "model": [body["model"] for body in bodies], "usage": usage}), file)
    expected = [
        reported({"type": "message", "model": b["model"], "usage": u}) for b, u in zip(bodies, usage, strict=True)
    ]
    assert read(engine, vocabulary, str(file), flavor="anthropic-messages") == expected


def test_a_price_that_a_former_list_lacks_leaves_the_other_rows_their_cost(
    tmp_path: Path, engine: Engine, whole: Catalog
) -> None:
    """Lists of former days often lack a price of audio: that is no error for rows of text, on any of the days."""
    times = ("2025-07-01T12:00:00Z", "2026-11-20T12:00:00Z")
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 20, "totalTokenCount": 29}
    entries = [{"at": at, "response": {"modelVersion": "gemini-2.5-flash", "usageMetadata": usage}} for at in times]
    log = open_log(engine, [log_of(tmp_path / "log.jsonl", *entries)], {"at": "at"}, whole.vocabulary)
    survey = costing.survey(engine, log, whole, NOON)
    found = rows(engine, costing.by_row(engine, log, survey, whole).table.select("number", "rc_cost"))
    assert [row["rc_cost"] for row in found] == [Decimal("0.0000527")] * 2


def test_a_row_costs_what_its_report_costs(tmp_path: Path, engine: Engine, whole: Catalog) -> None:
    """The cost of every row is that of its report alone, with reasoning billed as output where it is not priced apart."""
    bodies = [body for flavor in MIXED for body in BY_FLAVOR[flavor] if not HOLDERS & set(body) and reported(body)]
    path = log_of(tmp_path / "log.jsonl", *({"response": body} for body in bodies))
    log = timed(open_log(engine, [path], {}, whole.vocabulary), NOON)
    survey = costing.survey(engine, log, whole, NOON)
    table = costing.by_row(engine, log, survey, whole).table.select("number", "rc_cost")
    found = {int(row["number"]): row["rc_cost"] for row in rows(engine, table)}
    assert [
        pair for number, body in enumerate(bodies) if len(set(pair := (found[number], cost(whole, body)))) > 1
    ] == []
    assert sum(cost is not None for cost in found.values()) > 10


def cost(catalog: Catalog, body: Mapping[str, Any]) -> Decimal | None:
    """What a report costs alone, or None where it has no price."""
    report = reading.report(body)
    try:
        return charge(catalog, report, at=report.at or NOON).cost.total
    except RatecardError:
        return None
