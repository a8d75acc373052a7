"""What `ratecard bill` says beside a bill: repeats, days, a budget, the month, another model, the log's own costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from billed import Bills, Came, log

from ratecard.core.errors import EXIT_OVER_BUDGET
from ratecard.market import build as building
from toys import ROOT

#: Calls at $2.50 and $10.00 a million for GPT-4o and $3.00 and $15.00 for Claude Sonnet 4.5: $0.30, again, $0.165, $0.57.
CALLS = (
    "request_id,at,model,team,input_tokens,output_tokens,paid",
    "a,2026-11-01T10:00:00Z,gpt-4o,x,100000,5000,0.30",
    "a,2026-11-01T10:00:05Z,gpt-4o,x,100000,5000,0.30",
    "b,2026-11-02T10:00:00Z,claude-sonnet-4-5,x,50000,1000,0.2",
    "c,2026-11-04T12:30:00Z,gpt-4o,y,200000,7000,",
)
UNKNOWN = "d,2026-11-04T09:00:00Z,no-such-model,y,200000,7000,0.1"

#: Bills some lines with options.
Asks = Callable[..., Came]


@pytest.fixture(name="frozen", scope="module")
def _frozen(tmp_path_factory: pytest.TempPathFactory, today: date) -> str:
    """A database of the catalog with frozen prices."""
    path = tmp_path_factory.mktemp("frozen") / "catalog.db"
    assert not building.build(ROOT / "docs" / "catalog", path, today).problems
    return str(path)


@pytest.fixture(name="ask", params=["duckdb", "python"])
def _ask(request: pytest.FixtureRequest, tmp_path: Path, bill: Bills, frozen: str) -> Asks:
    """Bills lines on each engine, at frozen prices."""

    def asking(lines: Sequence[str] | str, *options: str, name: str = "log.csv") -> Came:
        return bill(log(tmp_path, lines, name), "--db", frozen, "--engine", request.param, *options)

    return asking


def test_a_repeated_call_is_billed_once(ask: Asks) -> None:
    """Rows alike in --unique count once, how many were left out is said, and one without an id is a call of its own."""
    found = ask(CALLS, "--unique", "request_id", "--json")
    assert (found.code, found.total, found.json["rows"]) == (0, "1.035", 3)
    assert "1 line repeats a call by request_id, and a call is billed once" in found.json["notes"]
    assert (
        ask(
            [*CALLS, ",2026-11-04,gpt-4o,z,1,1,", ",2026-11-04,gpt-4o,z,1,1,"], "--unique", "request_id", "--json"
        ).json["rows"]
        == 5
    )
    assert ask(CALLS, "--unique", "nothing").code == 1


def test_of_repeats_the_one_with_most_counts(ask: Asks) -> None:
    """A stream that was written down as it grew is its last state, in whatever order it lies."""
    lines = ["id,model,input_tokens,output_tokens", "a,gpt-4o,10,1", "a,gpt-4o,10,9", "a,gpt-4o,10,x", "a,gpt-4o,10,5"]
    found = ask(lines, "--unique", "id", "--json").json
    assert [group["output_tokens"] for group in found["groups"]] == ["9"]


def test_days_are_in_order(ask: Asks) -> None:
    """--daily has a line for each day, the first first, and for each of --by in it."""
    found = ask(CALLS, "--daily", "--json").json["groups"]
    assert [(group["day"], group["cost"]) for group in found] == [
        ("2026-11-01", "0.6"), ("2026-11-02", "0.165"), ("2026-11-04", "0.57"),
    ]  # fmt: skip
    found = ask(CALLS, "--daily", "--by", "team", "--json").json["groups"]
    assert [(group["day"], group["team"]) for group in found] == [
        ("2026-11-01", "x"), ("2026-11-02", "x"), ("2026-11-04", "y"),
    ]  # fmt: skip


#: What is added up by, and the groups of `CALLS`.
EXPRESSIONS = {
    "day(at)": ["2026-11-01", "2026-11-02", "2026-11-04"],
    "week(at)": ["2026-10-26", "2026-11-02"],
    "weekday(at)": ["Monday", "Sunday", "Wednesday"],
    "lower(request_id)": ["a", "b", "c"],
    "left(model, 3)": ["cla", "gpt"],
}


@pytest.mark.parametrize("by", EXPRESSIONS)
def test_sums_are_made_by_what_is_made_of_a_column(by: str, ask: Asks) -> None:
    """The start of its time, its weekday, and its text in part."""
    found = ask(CALLS, "--by", f"{by},team", "--json").json["groups"]
    assert sorted({group[by] for group in found}) == EXPRESSIONS[by]
    assert sum(group["rows"] for group in found) == 4
    assert ask(CALLS, "--by", by.replace("(", "(no_")).code == 1
    assert ask(CALLS, "--by", "left(model)").code == 1


def test_a_budget_says_what_of_it_is_used(ask: Asks) -> None:
    """What is left; if more was used the exit code is 6, and with rows of no price it is the least that was used."""
    found = ask(CALLS, "--budget", "2")
    assert (found.code, "budget $2.00: 66.8% used, $0.66 left" in found.out) == (0, True)
    found = ask([*CALLS, UNKNOWN], "--budget", "2")
    assert (found.code, "budget $2.00: at least 66.8% used, $0.66 left" in found.out) == (5, True)
    found = ask([*CALLS, UNKNOWN], "--budget", "1", "--json")
    assert (found.code, found.json["budget"]) == (
        EXIT_OVER_BUDGET, {"currency": "USD", "amount": "1", "used": "1.335", "over": True, "complete": False},
    )  # fmt: skip
    assert ask(CALLS, "--budget", "much").code == 2
    assert "budget €1.00: 0.0% used" in ask(CALLS, "--budget", "1 EUR").out


def test_the_month_is_projected_from_the_days_seen(ask: Asks) -> None:
    """As a projection, with the days it is made of; a month that is complete needs none."""
    found = ask(CALLS, "--forecast", "--budget", "5")
    assert (
        "projection of 2026-11: $10.01, 200.2% of the budget, if its 30 days are as the 4 from 2026-11-01 to 2026-11-04 "
        "($1.34, until 12:30); no trend or weekday is reckoned\n"
    ) in found.out
    (projection,) = ask(CALLS, "--forecast", "--json").json["projections"]
    assert projection == {
        "month": "2026-11", "currency": "USD", "first": "2026-11-01", "last": "2026-11-04", "days": 30,
        "cost": "1.335", "projected": "10.0125",
    }  # fmt: skip
    whole = [*CALLS, "e,2026-11-30T10:00:00Z,gpt-4o,x,0,1000,"]
    assert "projection of 2026-11: none, the log has all its days ($1.34)" in ask(whole, "--forecast").out
    earlier = ask([*CALLS, "z,2026-10-30T10:00:00Z,gpt-4o,x,1000000,0,"], "--forecast", "--json").json["projections"]
    assert [one["cost"] for one in earlier] == ["1.335"]
    assert ask(["model,input_tokens", "gpt-4o,1"], "--forecast").code == 1


def test_the_same_calls_are_priced_at_another_model(ask: Asks) -> None:
    """Beside each line and in total, with the difference."""
    found = ask(CALLS, "--as", "claude-sonnet-4-5", "--json").json
    assert [(group["cost"], group["instead"]) for group in found["groups"]] == [("1.17", "1.455"), ("0.165", "0.165")]
    assert (found["as"]["totals"][0]["cost"], found["as"]["same_rows"]) == ("1.62", True)
    text = ask(CALLS, "--as", "claude-sonnet-4-5").out
    assert "as claude-sonnet-4-5: $1.62 for 4 rows, $0.2850 (21.3%) more\n" in text
    assert ask(CALLS, "--as", "no-such-model").code == 3
    assert ask(CALLS, "--as", "gpt-4o", "--seller", "anthropic").code == 2
    assert ask(CALLS, "--as", "same").code == 2


def test_what_has_no_price_there_is_said(ask: Asks) -> None:
    """At another seller of the same models: rows that it does not sell, and the difference of those that it does."""
    found = ask([*CALLS, UNKNOWN], "--as", "same", "--seller", "openai")
    for words in (
        "as the same models at openai: $1.17 for 3 of 5 rows\n",
        "  not all rows have both prices; the 3 rows of lines that do: $1.17, the same\n",
        "  without a cost there: 1 row: anthropic/claude-sonnet-4-5 is not sold by 'openai'",
    ):
        assert words in found.out
    assert not ask([*CALLS, UNKNOWN], "--as", "same", "--seller", "openai", "--json").json["as"]["same_rows"]


def test_cached_input_is_input_where_another_model_has_no_price_for_it(ask: Asks) -> None:
    """As an assumption that is said: DeepSeek has no price for what is written to a cache."""
    lines = ["model,input_tokens,cache_read_tokens,cache_write_tokens", "claude-sonnet-4-5,1000,2000,3000"]
    found = ask(lines, "--as", "deepseek/deepseek-v4-flash", "--at", "2026-11-21T12:00", "--json").json
    assert found["as"]["totals"][0]["cost"] == "0.000606"  # off-peak: 4,000 at $0.15 and 2,000 at $0.003
    assert {part["says"] for part in found["as"]["assumed"]} >= {
        "cache_write_tokens without a price of their own are input_tokens"
    }


def test_stated_costs_are_compared_by_model(ask: Asks) -> None:
    """The largest difference first; rows with one of the two costs alone are counted apart."""
    stated = ask([*CALLS, UNKNOWN], "--stated", "paid", "--json").json["stated"]
    assert stated["models"] == [
        {"model": "anthropic/claude-sonnet-4-5", "currency": "USD", "rows": 1, "stated": "0.2", "cost": "0.165"},
        {"model": "openai/gpt-4o", "currency": "USD", "rows": 2, "stated": "0.6", "cost": "0.6"},
    ]
    assert (stated["unstated"], stated["alone"]) == (1, [{"currency": "USD", "rows": 1, "stated": "0.1"}])
    text = ask([*CALLS, UNKNOWN], "--stated", "paid").out
    assert "stated in paid: $0.80 for 3 rows; by the catalog $0.765, $0.0350 (4.4%) less\n" in text
    assert text.rstrip().splitlines()[-1].split() == [
        "anthropic/claude-sonnet-4-5",
        "1",
        "$0.2000",
        "$0.1650",
        "-$0.0350",
    ]


def test_stated_costs_of_another_currency_are_not_compared(ask: Asks) -> None:
    """A column of currencies says what each row is in."""
    lines = ["model,input_tokens,price,currency", "gpt-4o,1000,0.0025,usd", "gpt-4o,1000,0.9,EUR"]
    stated = ask(lines, "--stated", "price", "--json").json["stated"]
    assert [(one["rows"], one["stated"]) for one in stated["models"]] == [(1, "0.0025")]
    assert stated["alone"] == [{"currency": "EUR", "rows": 1, "stated": "0.9"}]


#: A row of each layout that has a column of its own costs, and what that states.
STATED: dict[str, tuple[dict[str, Any], str]] = {
    "LiteLLM spend logs": (
        {"model": "gpt-4o", "custom_llm_provider": "openai", "prompt_tokens": 1000, "completion_tokens": 0,
         "startTime": "2026-08-03", "spend": 0.0025}, "0.0025",
    ),
    "Langfuse observations": (
        {"traceId": "t", "type": "GENERATION", "startTime": "2026-08-03", "model": "gpt-4o",
         "usageDetails": {"input": 1000}, "totalCost": 0.0025}, "0.0025",
    ),
    "Helicone requests": (
        {"request_created_at": "2026-08-03", "response_model": "gpt-4o", "provider": "OPENAI", "prompt_tokens": 1000,
         "completion_tokens": 0, "cost_usd": 2.5e-3}, "0.0025",
    ),
    "Portkey logs": (
        {"created_at": "2026-08-03", "ai_org": "openai", "ai_model": "gpt-4o", "req_units": 1000, "res_units": 0,
         "cost": 0.25, "cost_currency": "USD"}, "0.0025",
    ),
    "OpenRouter logs": (
        {"generation_id": "g", "created_at": "2026-08-03", "cost_total": 0.0025, "tokens_prompt": 1000,
         "tokens_completion": 0, "model_permaslug": "openai/gpt-4o"}, "0.0025",
    ),
    "OpenRouter generations": (
        {"data": {"total_cost": 0.0025, "created_at": "2026-08-03", "model": "openai/gpt-4o",
                  "native_tokens_prompt": 1000, "native_tokens_completion": 0}}, "0.0025",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED)
def test_the_costs_of_known_layouts_are_compared_unasked(name: str, ask: Asks) -> None:
    """By the column that each tool keeps its costs in, in its own unit."""
    row, expected = STATED[name]
    found = ask(f"{json.dumps(row)}\n" * 2, "--json", name="log.jsonl").json
    assert found["recognised"] == name
    ((one),) = found["stated"]["models"]
    assert (one["rows"], Decimal(one["stated"]), Decimal(one["cost"])) == (
        2,
        2 * Decimal(expected),
        2 * Decimal(expected),
    )


def test_a_row_without_a_quantity_has_no_price(ask: Asks) -> None:
    """What was used is unknown, which is not zero; a zero is."""
    found = ask(["model,input_tokens,output_tokens", "gpt-4o,,", "gpt-4o,0,", "gpt-4o,10,5"], "--json")
    assert (found.code, [part["reason"] for part in found.json["unpriced"]]) == (5, ["no quantity"])


def test_a_key_that_no_row_has_is_an_error(ask: Asks) -> None:
    """In --map, as a column that is not there; sums and differences of keys are read part by part."""
    lines = '{"model": "gpt-4o", "u": {"in": 1000, "hit": 400, "a b": 50}}\n'
    found = ask(lines, "--map", "input_tokens=u.in-u.hit,output_tokens=u.typo", name="log.jsonl")
    assert (found.code, found.out) == (1, "")
    assert "u.typo: no row has anything there" in found.err
    found = ask(lines, "--map", 'input_tokens=u.in-u.hit,output_tokens=u."a b"', "--json", name="log.jsonl")
    assert found.total == "0.002"  # 600 at $2.50 and 50 at $10.00
    found = ask(lines, "--map", "input_tokens=u.hit-u.in", "--json", name="log.jsonl")
    assert (found.code, found.json["unpriced"][0]["reason"]) == (5, "u.in exceed u.hit")


def test_a_column_of_counts_is_no_meter_where_nothing_is_billed_by_it(ask: Asks) -> None:
    """How many requests and sessions a day had; where it is all that the log has, or is mapped, it is what is billed."""
    lines = ["model,input_tokens,requests,sessions", "gpt-4o,1000,5,2"]
    found = ask(lines, "--json")
    assert (found.code, found.total) == (0, "0.0025")
    assert {part["says"] for part in found.json["assumed"]} >= {"requests is a count that is not billed"}
    assert ask(lines, "--map", "requests=requests").code == 5
    assert ask(["model,requests", "gpt-4o,5"]).code == 5
