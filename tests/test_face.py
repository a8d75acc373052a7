"""The Python face: one call for what people hold, and results that print."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

import ratecard
import toys
from ratecard import Usage, cli, cost, route, usage
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.database import store
from ratecard.market import build
from ratecard.responses import charge, report

TOY = """\
name: Toy
provider: openai
modality: text
ids: [toy-1]
sources: [{url: https://example.org/toy, checked: 2026-11-01}]
offers:
  - seller: openai
    model_id: toy
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        rates:
          - {meter: input_tokens, price: 1.00, per: 1_000_000}
          - {meter: output_tokens, price: 10.00, per: 1_000_000}
          - {meter: cache_read_tokens, price: 0.10, per: 1_000_000}
          - {meter: cache_write_tokens, price: 1.25, per: 1_000_000, when: {cache_ttl: 5m}}
          - {meter: cache_write_tokens, price: 2.00, per: 1_000_000, when: {cache_ttl: 1h}}
        required: [cache_ttl]
"""
CHAT = {
    "object": "chat.completion",
    "model": "toy-1",
    "usage": {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "total_tokens": 1100,
        "prompt_tokens_details": {"cached_tokens": 400},
    },
}
WANTED = Decimal("0.00164")  # 600 × 1 + 400 × 0.10 + 100 × 10 millionths


@pytest.fixture(name="toy_db", scope="module")
def _toy_db(tmp_path_factory: pytest.TempPathFactory, today: object) -> Path:
    path = tmp_path_factory.mktemp("face")
    root = toys.folder(path, ("openai/toy", TOY))
    assert not build.build(root, path / "catalog.db", today).problems  # type: ignore[arg-type]  # the fixture's day
    return path / "catalog.db"


@pytest.fixture(name="toy", scope="module")
def _toy(toy_db: Path) -> Catalog:
    return store.read(toy_db)


@dataclasses.dataclass
class Reported:
    """A response as a library's dataclass."""

    model: str
    usage: Mapping[str, object]
    object: str = "chat.completion"


class Dumped:
    """A response as a library's model."""

    def model_dump(self) -> dict[str, object]:
        """The fields."""
        return CHAT


class Converted:
    """A response of a library whose objects have `to_dict`."""

    def to_dict(self) -> dict[str, object]:
        """The fields."""
        return CHAT


@pytest.mark.parametrize("response", [CHAT, Reported("toy-1", CHAT["usage"]), Dumped(), Converted()])  # type: ignore[arg-type]
def test_a_response_is_priced_in_one_call(toy: Catalog, response: object) -> None:
    """Whatever holds it, its model is read from it, and the money is that of `charge`."""
    found = cost(response=response, catalog=toy)
    assert found.total == WANTED == charge.charge(toy, report.report(CHAT)).cost.total
    assert usage(response).model == "toy-1"


def test_the_command_says_the_same(
    toy: Catalog, toy_db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`ratecard cost --response` prints the total of `cost(response=…)`."""
    (tmp_path / "body.json").write_text(json.dumps(CHAT))
    assert cli.run(["cost", "--response", str(tmp_path / "body.json"), "--db", str(toy_db), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == str(cost(response=CHAT, catalog=toy).total)


def test_a_usage_is_priced_in_one_call(toy: Catalog) -> None:
    """An API's usage, a mapping of keywords and a `Usage`, which carries the model that it was read with."""
    words = {"input_tokens": 600, "cache_read_tokens": 400, "output_tokens": 100}
    assert cost("toy", usage=CHAT["usage"], catalog=toy).total == WANTED
    assert cost("toy", usage=words, catalog=toy).total == WANTED
    assert cost(usage=usage(CHAT), catalog=toy).total == WANTED
    with pytest.raises(BadValue, match="name the model"):
        cost(usage=Usage({"input_tokens": Decimal(1)}), catalog=toy)


def test_two_lifetimes_are_priced_in_one_call(toy: Catalog) -> None:
    """What one usage cannot hold is priced part by part."""
    lives = {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 600}
    counts = {"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 1000, "cache_creation": lives}
    found = cost(response={"type": "message", "model": "toy", "usage": counts}, catalog=toy)
    assert found.total == Decimal("0.0017")


def test_a_request_costs_what_is_expected(toy: Catalog) -> None:
    """The expected cost, or an error that names what the request leaves open."""
    request = {"model": "toy", "messages": [{"role": "user", "content": "Hello"}]}
    known = {"input_tokens": 1000, "cache_read_tokens": 0}
    with pytest.raises(BadValue, match="output_tokens"):
        cost(request=request, catalog=toy, **known)
    assert cost(request=request, catalog=toy, output_tokens=10, **known).total == Decimal("0.0011")


def test_what_contradicts_itself_is_refused(toy: Catalog) -> None:
    """Two sources of quantities, quantities beside a report, and nothing at all."""
    with pytest.raises(BadValue, match="exclude each other"):
        cost(response=CHAT, usage=CHAT["usage"], catalog=toy)
    with pytest.raises(BadValue, match="remove input_tokens"):
        cost(response=CHAT, input_tokens=3, catalog=toy)
    with pytest.raises(BadValue, match="name a model"):
        cost(catalog=toy)


def test_one_word_stands_for_several(toy: Catalog) -> None:
    """A text where several words are meant is one word, not its letters."""
    asked = {"catalog": toy, "input_tokens": 1000, "at": "2026-11-21"}
    one = route("vision", sellers="openai", only="openai/toy", by="cost", **asked)  # type: ignore[arg-type]
    several = route(["vision"], sellers=["openai"], only=["openai/toy"], by=["cost"], **asked)  # type: ignore[arg-type]
    assert one.needs == several.needs


@pytest.mark.parametrize(
    "stated", [{"outputs": ["movie"]}, {"inputs": "img"}, {"licence": ["foo"]}, {"region": "germany"}]
)
def test_a_word_that_no_card_has_is_an_error(toy: Catalog, stated: dict[str, object]) -> None:
    """Unknown modalities, licences and regions do not end in no choice without a word."""
    with pytest.raises(UnknownWord):
        route(input_tokens=1000, catalog=toy, **stated)  # type: ignore[arg-type]


def test_only_public_names_are_listed() -> None:
    """`dir` gives each public name once, and nothing that was imported for them."""
    listed = [name for name in dir(ratecard) if not name.startswith("__")]
    assert listed == sorted(ratecard.__all__)


def test_results_print_in_short_and_as_the_bill(
    toy_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`repr` is one short line, `str` and `to_dict` are what the command prints, and a cost can be pickled."""
    monkeypatch.setenv("RATECARD_DB", str(toy_db))
    ratecard.open_catalog()
    found = cost("toy", input_tokens=1000, at="2026-11-21")
    assert repr(found) == "Cost($0.001 openai/toy at openai)"
    assert cli.run(["cost", "toy", "input_tokens=1000", "--at", "2026-11-21"]) == 0
    assert capsys.readouterr().out == f"{found}\n"
    assert cli.run(["cost", "toy", "input_tokens=1000", "--at", "2026-11-21", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found.to_dict()
    assert found._repr_html_().startswith("<pre>openai/toy")
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_route_prints_its_choice(toy: Catalog) -> None:
    """One short line, with or without a choice."""
    asked = {"catalog": toy, "input_tokens": 1000, "at": "2026-11-21"}
    assert repr(route(only="openai/toy", **asked)) == "Route(choice=openai/toy at openai $0.001, 0 fallbacks)"  # type: ignore[arg-type]
    assert repr(route("vision", any_seller=True, **asked)) == "Route(choice=None)"  # type: ignore[arg-type]
    assert route(only="openai/toy", **asked).to_dict()["choice"]["model"] == "openai/toy"  # type: ignore[arg-type]
