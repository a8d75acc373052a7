"""What options ask of the router: what is better, whom to prefer, own keys and prices, another day."""

from __future__ import annotations

import inspect
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import ratecard
import toys
from ratecard import api, cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, RatecardError, UnknownModel, UnknownWord
from ratecard.routing.arguments import Options
from ratecard.routing.question import Choice
from ratecard.routing.route import Route, versus

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: Prices, days they were checked, and what else tells the offers apart.
CARDS = {
    "toys/dear": """
        provider: bfl
        licence: {name: MIT, weights: open, commercial: yes}
        limits: {context_tokens: 200000}
        capabilities: {tool-calling: yes}
        offers:
          - {seller: openai, model_id: dear, mode: sync, tariffs: [{sources: [{url: https://e.org/a, checked: 2026-11-20}],
             rates: [{meter: input_tokens, price: 3, per: 1000000}]}]}
        """,
    "toys/cheap": """
        provider: openai
        limits: {context_tokens: 8000}
        lifecycle: [{event: retired, date: 2027-01-01, source: {url: https://e.org/end, checked: 2026-11-01}}]
        offers:
          - {seller: fal, model_id: cheap, mode: async, tariffs: [{sources: [{url: https://e.org/a, checked: 2025-01-01}],
             rates: [{meter: input_tokens, price: 1, per: 1000000}]}]}
          - {seller: aigateway, model_id: cheap, upstream: fal, tariffs: [{sources: [{url: https://e.org/a, checked: 2026-01-01}],
             rates: [{meter: input_tokens, price: 1, per: 1000000}, {meter: input_tokens, price: 2, per: 1000000, when: {region: eu}}]}]}
        """,
    "toys/middle": """
        provider: openai
        licence: {weights: closed, commercial: no}
        offers:
          - {seller: workers-ai, model_id: middle, tariffs: [{sources: [{url: https://e.org/a, checked: 2026-06-01}],
             rates: [{meter: input_tokens, price: 2, per: 1000000}]}]}
        """,
}


@pytest.fixture(name="toy", scope="module")
def _toy(catalog: Catalog) -> Catalog:
    cards = {slug: toys.card(text.replace("provider: ", "family: "), slug) for slug, text in CARDS.items()}
    makers = {"toys/dear": "bfl", "toys/cheap": "openai", "toys/middle": "openai"}
    return catalog._replace(
        cards={slug: card._replace(provider=makers[slug], modality="text") for slug, card in cards.items()},
        names={"small": ("toys/cheap",)},
    )


@pytest.fixture(name="ask")
def _ask(toy: Catalog) -> Any:
    def ask(**options: Any) -> Route:
        return api.route(**{"input_tokens": 1_000_000, "at": NOON, "catalog": toy, **options})

    return ask


def order(found: Route) -> list[str]:
    """All that does, the best first, as slug@seller."""
    chosen: list[Choice] = [found.choice, *found.candidates] if found.choice else []
    return [f"{choice.slug.removeprefix('toys/')}@{choice.seller}" for choice in chosen]


BY_COST = ["cheap@fal", "cheap@aigateway", "middle@workers-ai", "dear@openai"]


def test_cost_counts_the_fee_that_has_to_be_paid(ask: Any) -> None:
    """Of two offers at the same price the one whose seller takes a fee on top comes later."""
    found = ask()
    assert order(found) == BY_COST
    assert [choice.funding for choice in found.candidates] == [Decimal("1.05"), 2, 3]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"by": ["freshness"]}, ["dear@openai", "middle@workers-ai", "cheap@aigateway", "cheap@fal"]),
        ({"by": ["open-weights", "cost"]}, ["dear@openai", "middle@workers-ai", "cheap@fal", "cheap@aigateway"]),
        ({"by": ["sync"]}, ["dear@openai", "cheap@fal", "cheap@aigateway", "middle@workers-ai"]),
        ({"by": ["confidence"]}, BY_COST),
        ({"prefer": ["seller:workers-ai", "toys/d*"]}, ["middle@workers-ai", "dear@openai", "cheap@fal", "cheap@aigateway"]),
        ({"prefer": ["provider:bfl"]}, ["dear@openai", "cheap@fal", "cheap@aigateway", "middle@workers-ai"]),
        ({"by": ["cost", "preference"], "prefer": ["toys/dear"]}, BY_COST),
        ({"by": {"cost": 1}}, BY_COST),
        ({"by": {"cost": 1, "freshness": 100}}, ["dear@openai", "middle@workers-ai", "cheap@aigateway", "cheap@fal"]),
        ({"by": {"quality": 3, "cost": 1}, "columns": {"quality": {"toys/dear": Decimal(9), "toys/cheap": Decimal(1)}}},
         ["dear@openai", "cheap@fal", "cheap@aigateway", "middle@workers-ai"]),
        ({"by": ["quality"], "columns": {"quality": {"toys/middle": Decimal(1)}}}, ["middle@workers-ai", *BY_COST[:2], "dear@openai"]),
        ({"by": ["-wait"], "columns": {"wait": {"toys/middle": Decimal(5), "toys/dear": Decimal(2)}}},
         ["dear@openai", "middle@workers-ai", *BY_COST[:2]]),
        ({"only": ["small"]}, ["cheap@fal", "cheap@aigateway"]),
        ({"only": ["provider:openai"], "ignore": ["seller:fal"]}, ["cheap@aigateway", "middle@workers-ai"]),
        ({"ignore": ["toys/*e"]}, BY_COST[:2] + BY_COST[3:]),
        ({"min_context": 100_000}, ["dear@openai"]),
        ({"region": "eu"}, ["cheap@aigateway"]),
        ({"keys": ["openai", "workers-ai"]}, ["middle@workers-ai", "dear@openai"]),
        ({"keys": ["aigateway"]}, ["cheap@aigateway"]),
        ({"max_cost": 2}, BY_COST[:3]),
        ({"max_cost": "1.04"}, ["cheap@fal"]),
        ({"prices": {"toys/dear": {"input_tokens": "0.5"}}}, ["dear@openai", *BY_COST[:3]]),
        ({"prices": {"toys/cheap@fal": {"input_tokens": 9}}}, ["cheap@aigateway", "middle@workers-ai", "dear@openai", "cheap@fal"]),
    ],
)  # fmt: skip
def test_each_option_decides_what_it_says(options: dict[str, Any], expected: list[str], ask: Any) -> None:
    """What is better, who is left, and at what prices."""
    assert order(ask(**options)) == expected


def test_an_own_key_waives_the_fee_of_a_gateway_that_passes_the_call_on_with_it(ask: Any) -> None:
    """With keys of the gateway and of whom it passes calls on to, the same call costs no fee, and names decide."""
    found = ask(keys=["aigateway", "fal"])
    assert order(found) == ["cheap@aigateway", "cheap@fal"]
    assert found.choice.cost.fees == ()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"by": ["speed"]}, UnknownWord, "speed"),
        ({"by": ["costs"]}, UnknownWord, "cost"),
        ({"by": ["preference"]}, BadValue, "preferred"),
        ({"by": {"cost": "-1"}}, BadValue, "-1"),
        ({"prefer": ["openai"]}, BadValue, "provider:openai or seller:openai"),
        ({"only": ["toys/chepa"]}, UnknownModel, "toys/cheap"),
        ({"only": ["seller:nobody"]}, UnknownWord, "nobody"),
        ({"keys": ["opena"]}, UnknownWord, "openai"),
        ({"prices": {"toys/none": {"input_tokens": 1}}}, UnknownModel, "toys/none"),
        ({"prices": {"toys/dear": {"tokens": 1}}}, UnknownWord, "tokens"),
        ({"fallbacks": -1}, BadValue, "fallbacks=-1"),
        ({"within": "0.5"}, BadValue, "1 or more"),
        ({"min_context": 0}, BadValue, "min_context=0"),
        ({"request": []}, BadValue, "JSON object"),
        ({"request": {"model": "a"}}, BadValue, "endpoints"),
        ({"request": {"messages": []}, "endpoint": "chat/completion"}, UnknownWord, "chat/completions"),
    ],
)
def test_what_names_nothing_is_an_error_that_says_what_and_how_to_mend(
    options: dict[str, Any], error: type[RatecardError], words: str, ask: Any
) -> None:
    """No option is passed over."""
    with pytest.raises(error) as raised:
        ask(**options)
    assert words in str(raised.value)


def test_fallbacks_are_as_many_and_as_dear_as_asked_for(ask: Any) -> None:
    """Who resells the choice's host is none, nor who costs too much."""
    assert [choice.slug for choice in ask().fallbacks] == ["toys/middle", "toys/dear"]
    assert ask(within="1.9").fallbacks == ()
    assert ask(fallbacks=0).fallbacks == ()


def test_two_days_compared(ask: Any) -> None:
    """What ends in between is removed, with the reason, and the choice costs more."""
    found = versus(ask(), ask(at="2027-01-01"))
    assert found.before is not None
    assert found.after is not None
    assert (found.before.slug, found.after.slug, found.difference) == ("toys/cheap", "toys/middle", 1)
    assert [(gone.slug, gone.reasons[0].code) for gone in found.removed] == [("toys/cheap", "RETIRED")] * 2
    assert found.added == ()
    own = versus(ask(), ask(keys=["aigateway", "fal"]))
    assert [(one.funding, other.funding) for one, other in own.changed] == [(Decimal("1.05"), 1)]


def test_a_request_decides_needs_and_facts_and_the_caller_what_is_used(ask: Any) -> None:
    """Its parameters are needs with their places; what nobody knows is said."""
    body = {
        "messages": [{"role": "user", "content": "x"}],
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "odd": 1,
    }
    found = ask(request=body)
    assert order(found) == ["dear@openai"]
    assert "tools[0].type" in {need.path for need in found.needs}
    assert found.unrecognized == ("odd",)
    paths = {reason.path for no in found.rejected for reason in no.reasons}
    assert paths == {"tools[0].type"}


# ------------------------------------------------------------------------------------------- on the command line


@pytest.fixture(name="run")
def _run(db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("RATECARD_DB", str(db))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["route", *arguments, "--at", "2026-11-21"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


EDIT = ("--need", "edit", "images=1")


def test_a_file_of_numbers_makes_an_axis(run: Any, tmp_path: Path) -> None:
    """`--column` brings numbers, `--by` goes by them, `--front` shows what nothing beats."""
    file = tmp_path / "quality.csv"
    file.write_text("slug,quality\nopenai/gpt-image-2,9\nbria/fibo-edit/edit,5.5\n", encoding="utf-8")
    code, out, _ = run(*EDIT, "--column", str(file), "--by", "quality", "--front", "quality")
    assert code == 0
    assert out.startswith("openai/gpt-image-2 at ")
    assert "Pareto front of cost and quality:" in out
    assert "quality 9" in out
    assert "quality unknown" not in out.partition("openai/gpt-image-2")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line must name columns"),
        ("slug\n", "the first line must name columns"),
        ("slug,quality\nopenai/gpt-image-2,good\n", "not a number"),
    ],
)
def test_a_file_of_numbers_that_is_none_is_told_line_and_remedy(text: str, said: str, run: Any, tmp_path: Path) -> None:
    """What a cell holds and where."""
    file = tmp_path / "quality.csv"
    file.write_text(text, encoding="utf-8")
    code, _, err = run(*EDIT, "--column", str(file), "--by", "quality")
    assert code == 2
    assert said in err


def test_a_request_in_a_file_with_the_files_that_go_along(run: Any, tmp_path: Path) -> None:
    """The pixels of a PNG are read from its head; a mask makes a need with its place."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + (1024).to_bytes(4) + (1024).to_bytes(4)
    for name in ("a.png", "m.png"):
        (tmp_path / name).write_bytes(head + b"\x08\x06\x00\x00\x00")
    body = tmp_path / "body.json"
    body.write_text('{"model": "auto", "prompt": "a door", "n": 1}', encoding="utf-8")
    files = ("--file", f"image={tmp_path / 'a.png'}", "--file", f"mask={tmp_path / 'm.png'}")
    code, out, _ = run("--request", str(body), *files, "--json")
    assert code == 0
    answer = json.loads(out)
    assert {need.get("path") for need in answer["needs"]} >= {"mask", "image"}
    assert answer["choice"]


def test_a_chain_for_another_tool(run: Any) -> None:
    """`--as` prints nothing but the chain, and says on stderr what it cannot be told."""
    code, out, _ = run(*EDIT, "--as", "json")
    assert code == 0
    assert json.loads(out)
    assert run(*EDIT, "--as", "cobol")[0] == 2
    assert run("--need", "edit", "--output", "video", "images=1", "--as", "json")[0] == 4


def test_another_day_on_the_command_line(run: Any) -> None:
    """`--versus` says what changes; anything but a day or keys is a mistake in usage."""
    code, out, _ = run("--need", "text-to-image", "--seller", "openai", "images=1", "--versus", "at=2027-01-01")
    assert code == 0
    assert "No longer eligible:" in out
    assert "RETIRED" in out
    answer = json.loads(run(*EDIT, "--versus", "keys=fal,openai", "--json")[1])
    assert {"before", "after", "difference", "added", "removed", "changed"} == set(answer)
    assert run(*EDIT, "--versus", "seed=1")[0] == 2


def test_the_same_question_gives_the_same_bytes(run: Any) -> None:
    """All of the answer, twice, and with the needs the other way round."""
    first = run("--need", "edit", "--need", "mask", "images=1", "--json")[1]
    assert run("--need", "edit", "--need", "mask", "images=1", "--json")[1] == first
    answer = json.loads(first)
    assert (answer["at"], answer["rules"]) == ("2026-11-21T00:00:00Z", "2")


def test_a_request_alone_is_enough_and_what_is_assumed_is_said(run: Any, tmp_path: Path) -> None:
    """Tokens are counted, what comes out is all that is allowed; without a bound nothing is made up."""
    body = tmp_path / "body.json"
    text = {"model": "auto", "messages": [{"role": "user", "content": "Name three rivers."}], "max_tokens": 200, "n": 2}
    body.write_text(json.dumps(text), encoding="utf-8")
    code, out, err = run("--request", str(body), "--json")
    assert code == 0
    assert json.loads(out)["choice"]
    assert "Assumed: input_tokens=" in err
    assert "Assumed: output_tokens=400: all that max_tokens allows" in err
    stated = run("--request", str(body), "--json", "input_tokens=5", "output_tokens=5")
    assert "Assumed" not in stated[2]
    del text["max_tokens"]
    body.write_text(json.dumps(text), encoding="utf-8")
    code, _, err = run("--request", str(body))
    assert code == 2
    assert "how much may come out" in err


def test_embeddings_are_compared_by_what_goes_in(run: Any, tmp_path: Path) -> None:
    """Token ids count as they are; nothing comes out that is charged for."""
    body = tmp_path / "body.json"
    body.write_text('{"model": "auto", "input": [[1, 2, 3], [4, 5]], "dimensions": 256}', encoding="utf-8")
    _, _, err = run("--request", str(body), "--endpoint", "embeddings", "--allow-unknown")
    assert "Assumed: input_tokens=5: " in err
    assert "output_tokens" not in err


def test_the_signature_of_route_has_every_option_and_help_describes_it() -> None:
    """`ratecard.route` repeats the names and defaults of `Options`, and its help explains each of them."""
    parameters = inspect.signature(ratecard.route).parameters
    described = inspect.getdoc(ratecard.route) or ""
    for name in Options._fields:
        assert parameters[name].default == Options._field_defaults[name]
        assert re.search(rf"^ *([a-z_]+, )*{name}(, [a-z_]+)*: ", described, re.MULTILINE), name


def test_sellers_are_known_by_what_libraries_call_them(whole: Catalog) -> None:
    """DigitalOcean is `gradient_ai` in LiteLLM: one seller under either name, for a cost and for a route."""
    sold = next(
        card.slug
        for card in whole.cards.values()
        if any(offer.seller == "digitalocean" and offer.tariffs for offer in card.offers)
    )
    costs = {
        api.cost(sold, seller=name, input_tokens=1000, catalog=whole).total for name in ("digitalocean", "gradient_ai")
    }
    assert len(costs) == 1
    for option in ("sellers", "keys"):
        found = api.route(input_tokens=1000, allow_unknown=True, catalog=whole, **{option: ["gradient_ai"]})
        assert found.choice is not None
        assert found.choice.seller == "digitalocean"
