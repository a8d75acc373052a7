"""Responses and usages as other libraries hold them, made by their own constructors, are priced in one call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import toys
from ratecard import cli
from ratecard.database import store
from ratecard.market import build
from ratecard.responses.charge import charge
from ratecard.responses.report import bare_report, report

NOON = "2026-11-21T12:00"

#: A price list of OpenAI; those of the others are two, three and four times as high.
_OFFER = """\
  - seller: {seller}
    model_id: toy-1
    tariffs:
      - sources: [{{url: https://example.org/prices, checked: 2026-11-01}}]
        rates:
          - {{meter: input_tokens, price: {input}, per: 1_000_000}}
          - {{meter: output_tokens, price: {output}, per: 1_000_000}}
          - {{meter: cache_read_tokens, price: {read}, per: 1_000_000}}
          - {{meter: cache_write_tokens, price: 1.25, per: 1_000_000, when: {{cache_ttl: 5m}}}}
          - {{meter: cache_write_tokens, price: 2.00, per: 1_000_000, when: {{cache_ttl: 1h}}}}
        required: [cache_ttl]
"""
TOY = """\
name: Toy
provider: openai
modality: text
sources: [{url: https://example.org/toy, checked: 2026-11-01}]
offers:
""" + "".join(
    _OFFER.format(seller=seller, input=times, output=10 * times, read=f"0.{times}")
    for times, seller in enumerate(("openai", "google", "vertex-ai", "cohere"), 1)
)

#: Each object, and what it costs in millionths of a dollar.
CLIENTS = {
    "openai_chat": 700 + 30 + 500,
    "openai_response": 700 + 30 + 500,
    "openai_embedding": 1000,
    "anthropic_message": 700 + 30 + 400 * Decimal("1.25") + 600 * 2 + 500,
    "anthropic_usage": 700 + 500,
    "google": 700 + 30 + 500,
    "google_vertex": 3 * (700 + 30 + 500),  # its traffic is Vertex AI's
    "mistral": 1000 + 500,
    "cohere": 4 * (1000 + 500),  # only Cohere answers so
    "langchain": 700 + 30 + 500,
    "langchain_usage": 700 + 30 + 500,
    "langchain_plain": 1000 + 500,
    "pydantic_ai_response": 2 * (700 + 30 + 500),  # it names Google
    "pydantic_ai_run": 2 * (700 + 30 + 500),  # of two requests
    "agents_run": 2 * (700 + 30 + 500),  # the same
}
LITELLM = {
    "litellm": 700 + 30 + 500,
    "litellm_anthropic": 700 + 30 + 400 * Decimal("1.25") + 600 * 2 + 500,
}
#: The objects that name the model that answered.
NAMED = ("openai_chat", "openai_response", "openai_embedding", "google", "google_vertex", "mistral", "langchain",
         "pydantic_ai_response", "litellm")  # fmt: skip


@pytest.fixture(name="toy_db", scope="module")
def _toy_db(tmp_path_factory: pytest.TempPathFactory, today: Any) -> Path:
    path = tmp_path_factory.mktemp("objects")
    root = toys.folder(path, ("openai/toy", TOY))
    assert not build.build(root, path / "catalog.db", today).problems
    return path / "catalog.db"


@pytest.fixture(name="said", scope="module")
def _said(toy_db: Path) -> dict[str, Any]:
    """What is said of each object by the Python of the environment that has its library."""
    found: dict[str, Any] = {}
    for home, names in (("clients", CLIENTS), ("litellm", LITELLM)):
        given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(toys.ROOT / "src"), "RATECARD_DB": str(toy_db)}
        done = subprocess.run(
            [str(Path(sys.prefix, home, "bin", "python")), "-P", str(Path(__file__).with_name("held_objects.py")), *names],
            env={**given, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found |= json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", [*CLIENTS, *LITELLM])
def test_an_object_is_priced_in_one_call(name: str, said: dict[str, Any]) -> None:
    """To the amount worked out by hand, without a number left over."""
    answer = said[name]
    assert Decimal(answer["total"]) * 1_000_000 == (CLIENTS | LITELLM)[name]
    assert not answer["warnings"]
    assert answer["model"] == "openai/toy"


@pytest.mark.parametrize("name", [*CLIENTS, *LITELLM])
def test_the_command_and_the_library_say_the_same(
    name: str, said: dict[str, Any], toy_db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`ratecard cost --response`, or `--usage`, and `charge` price the object's JSON alike."""
    answer = said[name]
    body, alone = answer["fields"], answer["alone"]
    (tmp_path / "body.json").write_text(json.dumps(body), encoding="utf-8")
    source = ["--usage" if alone else "--response", str(tmp_path / "body.json")]
    assert cli.run(["cost", "toy-1", *source, "--at", NOON, "--json", "--db", str(toy_db)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {key: printed[key] for key in ("total", "lines", "seller")} == {
        key: answer[key] for key in ("total", "lines", "seller")
    }
    found = charge(store.read(toy_db), (bare_report if alone else report)(body), model="toy-1")
    assert found.cost.total == Decimal(answer["total"])


@pytest.mark.parametrize("name", NAMED)
def test_a_usage_carries_the_model_of_the_object(name: str, said: dict[str, Any]) -> None:
    """So that `cost(usage=usage(response))` needs no model."""
    assert said[name]["read_model"] == "toy-1"
