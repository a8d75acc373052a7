"""What a program holds is priced in one call, and what comes back prints, pickles and goes on as JSON."""

from __future__ import annotations

import dataclasses
import json
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

import ratecard
from ratecard import api, cli, open_catalog
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.usage import Usage
from ratecard.market import build as building
from toys import ROOT

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: GPT-4o costs $2.50 in, $1.25 cached and $10.00 out a million tokens: 0.00175 + 0.000375 + 0.0005.
CHAT = {
    "id": "c", "object": "chat.completion", "created": 1786000000, "model": "gpt-4o",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050,
              "prompt_tokens_details": {"cached_tokens": 300}},
}  # fmt: skip
PAID = Decimal("0.002625")


@pytest.fixture(name="frozen", scope="module")
def _frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("frozen") / "catalog.db"
    assert not building.build(ROOT / "docs" / "catalog", path, NOON.date()).problems
    return path


@pytest.fixture(name="held", scope="module")
def _held(frozen: Path) -> Catalog:
    return open_catalog(frozen)


@dataclasses.dataclass
class RunUsage:
    """The usage of a run, as pydantic-ai's dataclass has it."""

    input_tokens: int = 1000
    cache_write_tokens: int = 0
    cache_read_tokens: int = 300
    output_tokens: int = 50
    input_audio_tokens: int = 0
    cache_audio_read_tokens: int = 0
    output_audio_tokens: int = 0
    details: dict[str, int] = dataclasses.field(default_factory=dict)
    requests: int = 1
    tool_calls: int = 0


class Message:
    """A message with its fields in `to_dict`, and what its library calls the usage."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    def to_dict(self) -> dict[str, Any]:
        """The fields."""
        return self._fields


LANGCHAIN = {
    "content": "hi", "response_metadata": {"model_name": "gpt-4o"},
    "usage_metadata": {"input_tokens": 1000, "output_tokens": 50, "total_tokens": 1050,
                       "input_token_details": {"cache_read": 300}, "output_token_details": {}},
}  # fmt: skip


@pytest.mark.parametrize(
    "response",
    [CHAT, ChatCompletion.model_validate(CHAT), Message(**LANGCHAIN), LANGCHAIN],
    ids=["mapping", "openai", "to_dict", "langchain"],
)
def test_a_response_is_priced_in_one_call(response: object, held: Catalog) -> None:
    """As a mapping, or as the object that a library made of it; it names its model itself."""
    found = api.cost(response=response, catalog=held, at=NOON)
    assert (found.slug, found.total) == ("openai/gpt-4o", PAID)


@pytest.mark.parametrize(
    "usage",
    [dict(CHAT["usage"]), ChatCompletion.model_validate(CHAT).usage, RunUsage(),
     Usage({"input_tokens": Decimal(700), "cache_read_tokens": Decimal(300), "output_tokens": Decimal(50)})],
    ids=["mapping", "openai", "dataclass", "ours"],
)  # fmt: skip
def test_a_usage_is_priced_for_a_model(usage: object, held: Catalog) -> None:
    """The part of a response that counts, without the rest."""
    assert api.cost("gpt-4o", usage=usage, catalog=held, at=NOON).total == PAID


def test_a_usage_that_was_read_carries_its_model(held: Catalog) -> None:
    """So it is priced without naming the model again."""
    used = ratecard.usage(ChatCompletion.model_validate(CHAT))
    assert used.model == "gpt-4o"
    assert api.cost(usage=used, catalog=held, at=NOON).total == PAID
    with pytest.raises(BadValue, match="does not say which model answered"):
        api.cost(usage=Usage({"input_tokens": Decimal(1)}), catalog=held)


def test_a_response_costs_what_the_command_says(
    frozen: Path, held: Catalog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the last digit, with the same JSON."""
    file = tmp_path / "response.json"
    file.write_text(json.dumps(CHAT), encoding="utf-8")
    assert cli.run(["cost", "--response", str(file), "--json", "--db", str(frozen), "--at", "2026-11-21T12:00"]) == 0
    printed = json.loads(capsys.readouterr().out)
    answer = api.cost(response=CHAT, catalog=held, at=NOON).to_dict()
    assert {name: printed[name] for name in answer} == answer


def test_what_a_response_counts_besides_is_said(held: Catalog) -> None:
    """A number that no meter is known for is no part of the total, and a warning."""
    more = {**CHAT, "usage": {**CHAT["usage"], "dreams": 3}}
    warnings = api.cost(response=more, catalog=held, at=NOON).warnings
    assert "usage.dreams=3 belongs to no known quantity or fact; this total leaves it out" in warnings


def test_quantities_may_come_in_a_mapping(held: Catalog) -> None:
    """By ratecard's own words, which are disjoint."""
    used = {"input_tokens": 700, "cache_read_tokens": 300, "output_tokens": 50}
    assert api.cost("gpt-4o", usage=used, catalog=held, at=NOON).total == PAID


def test_a_request_is_priced_by_what_is_expected_of_it(held: Catalog) -> None:
    """Where that is open, it is asked for."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
    found = api.cost(request=body, output_tokens=100, catalog=held, at=NOON)
    assert {line.meter: line.quantity for line in found.lines}["output_tokens"] == 100
    with pytest.raises(BadValue, match="the request leaves output_tokens open"):
        api.cost(request=body, catalog=held, at=NOON)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"response": CHAT, "usage": CHAT["usage"]}, "exclude each other"),
        ({"response": CHAT, "output_tokens": 5}, "quantities come from the response"),
        ({"response": object()}, "object is no response: pass a mapping"),
        ({"response": {"id": 1}}, "no usage of a known flavor"),
    ],
)
def test_what_cannot_be_priced_says_why(given: dict[str, Any], said: str, held: Catalog) -> None:
    """Two sources, quantities beside one, or none."""
    with pytest.raises(BadValue, match=said):
        api.cost(catalog=held, **given)


def test_a_cost_prints_itself(held: Catalog) -> None:
    """Short in a shell, as a bill when printed, as a table in a notebook; it pickles and goes on as JSON."""
    found = api.cost("gpt-4o", input_tokens=1000, output_tokens=50, catalog=held, at=NOON)
    assert repr(found) == "Cost(0.003 USD, openai/gpt-4o at openai)"
    lines = str(found).splitlines()
    assert lines[0] == "openai/gpt-4o at openai: $0.003"
    assert "input_tokens" in lines[4]
    assert "$0.0025" in lines[4]
    assert lines[-1].startswith("price ")
    assert found._repr_html_().startswith("<table><caption>openai/gpt-4o at openai: $0.003</caption>")
    assert pickle.loads(pickle.dumps(found)) == found
    assert json.loads(json.dumps(found.to_dict()))["total"] == "0.003"


def test_a_route_prints_itself(held: Catalog) -> None:
    """In a line in a shell, in three when printed: what, why, and what else."""
    found = api.route("tool-calling", input_tokens=1000, output_tokens=50, catalog=held, at=NOON)
    assert found.choice is not None
    assert len(repr(found)) <= 200
    what, why, otherwise = str(found).splitlines()
    assert what.startswith(f"{found.choice.slug} at {found.choice.seller}, as {found.choice.model_id}: $")
    assert "known to meet tool-calling, by cost" in why
    assert otherwise.startswith("else ")
    nothing = api.route("relight", images=1, max_cost="0.0001", catalog=held, at=NOON)
    assert (repr(nothing), str(nothing)) == ("Route(choice=None)", "no offer meets every need")


def test_a_choice_says_where_to_call(held: Catalog) -> None:
    """The address and the variable of a key, where the seller's file states them."""
    choice = api.route("tool-calling", sellers="openai", input_tokens=1000, catalog=held, at=NOON).choice
    assert choice is not None
    assert (choice.base_url, choice.key_variable) == (held.sellers["openai"].base_url, "OPENAI_API_KEY")


@pytest.mark.parametrize(
    "option", [{"needs": "vision"}, {"sellers": "openai"}, {"by": "freshness"}, {"only": "gpt-4o"}]
)
def test_a_text_where_several_may_stand_is_one(option: dict[str, str], held: Catalog) -> None:
    """It is not taken for its letters."""
    several = {name: [value] for name, value in option.items()}
    one, other = (api.route(input_tokens=1000, catalog=held, at=NOON, **given) for given in (option, several))
    assert one.choice == other.choice
    assert one.choice is not None


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"outputs": ["vidoe"]}, "'vidoe' is not a output; did you mean video"),
        ({"inputs": "img"}, "'img' is not a input"),
        ({"region": "germany"}, "'germany' is not a region"),
        ({"licence": "foo"}, "'foo' is not a licence"),
    ],
)
def test_an_unknown_word_is_an_error_and_not_an_empty_answer(option: dict[str, Any], said: str, held: Catalog) -> None:
    """Where nothing can match, it is said."""
    with pytest.raises(UnknownWord, match=said):
        api.route(input_tokens=1000, catalog=held, at=NOON, **option)


def test_a_response_of_the_responses_api_is_read_as_an_object(held: Catalog) -> None:
    """With its cached and reasoning tokens."""
    made = Response.model_validate({
        "id": "r", "object": "response", "created_at": 1786000000, "model": "gpt-4o", "output": [],
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        "usage": {"input_tokens": 1000, "input_tokens_details": {"cached_tokens": 300, "cache_write_tokens": 0}, "output_tokens": 50,
                  "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 1050},
    })  # fmt: skip
    assert api.cost(response=made, catalog=held, at=NOON).total == PAID


def test_the_package_lists_its_names_once() -> None:
    """Of a shell's completion, too."""
    assert dir(ratecard) == sorted(ratecard.__all__)
