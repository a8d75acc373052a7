"""`ratecard cost` as a newcomer types it, on the frozen catalog of the documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ratecard import cli
from ratecard.cli import cost_report

AT = ("--at", "2026-11-21T12:00")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="cost")
def _cost(frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["cost", *arguments, *AT])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_bill_answers_in_its_first_line(cost: Run) -> None:
    """Model, seller and what is paid; then the lines, what was assumed, and one line of where the price is from."""
    code, out, err = cost("gpt-4o", "input_tokens=1000", "output_tokens=100")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "openai/gpt-4o at OpenAI: $0.0035"
    assert lines[-2:] == [
        "assumed: OpenAI's own price; 2 others sell it, --sellers compares",
        "price known: 4 lists agree, newest LiteLLM 1.109.1 on 2026-11-12",
    ]
    assert len(lines) < 10
    assert "read at:\n  https://" in cost("gpt-4o", "input_tokens=1000", "--explain")[1]
    for named in (("gpt-4o", "--seller", "openai"), ("azure/gpt-4o",)):
        assert "own price" not in cost(*named, "input_tokens=1000")[1]


def test_a_doubtful_price_and_fees_are_in_the_first_line(cost: Run) -> None:
    """What has to be paid with fees, and a status that speaks against the price."""
    _, out, _ = cost("ideogram/ideogram-v2-edit", "images=100", "--seller", "aigateway")
    assert out.startswith("ideogram/ideogram-v2-edit at AIgateway: $8.00, $8.40 with fees\n")
    _, out, _ = cost("gpt-4o", "input_tokens=1000", "--seller", "openrouter")
    assert out.splitlines()[0].endswith(", price stale")


def test_tokens_of_many_calls_are_not_one_prompt(cost: Run) -> None:
    """One call is said to be assumed where its length decides; calls=N divides, --per-call multiplies."""
    month = ("input_tokens=1m", "output_tokens=200k")
    _, out, _ = cost("gemini-2.5-pro", *month)
    assert out.startswith("google/gemini-2.5-pro at Google Gemini API: $5.50\n")
    assert "assumed: one call of 1,000,000 input tokens (" in out
    _, out, _ = cost("gemini-2.5-pro", *month, "calls=100")
    assert out.startswith("google/gemini-2.5-pro at Google Gemini API: $3.25\n")
    assert "assumed: 100 calls, each of 10,000 input tokens\n" in out
    assert cost("gemini-2.5-pro", "input_tokens=10k", "output_tokens=2k", "calls=100", "--per-call")[1] == out
    code, _, err = cost("gemini-2.5-pro", "input_tokens=10k", "--per-call")
    assert (code, "calls=100" in err) == (2, True)


def test_a_prompt_that_no_call_can_have_is_refused(cost: Run) -> None:
    """The error names the limit and the way out; quantities are written in any of the usual ways."""
    for million in ("1e6", "1m", "1,000,000", "1000k", "1_000_000"):
        code, out, err = cost("gpt-4o", f"input_tokens={million}")
        assert (code, out) == (2, "")
        assert "takes at most 128,000 tokens in a call, and a prompt here has 1,000,000" in err
        assert "such as calls=10" in err
    assert cost("gpt-4o", "input_tokens=1m", "calls=10")[0] == 0
    code, _, err = cost("gpt-4o", "input_tokens=1m", "calls=2")
    assert (code, "each prompt here has 500,000" in err) == (2, True)


def test_an_embedder_takes_many_texts_in_a_call(cost: Run) -> None:
    """Its limit is that of each text, so that a million tokens are no mistake."""
    code, out, _ = cost("text-embedding-3-small", "input_tokens=1m")
    assert (code, out.splitlines()[0]) == (0, "openai/text-embedding-3-small at OpenAI: $0.02")


def test_openais_words_are_inclusive_and_the_subtraction_is_shown(cost: Run) -> None:
    """prompt_tokens holds the cached ones."""
    _, out, _ = cost("gpt-4o", "prompt_tokens=1000", "cached_tokens=400", "completion_tokens=100")
    assert out.startswith("openai/gpt-4o at OpenAI: $0.003\n")
    assert "assumed: input_tokens 600 (1000 prompt_tokens less 400 cached_tokens)" in out
    assert cost("gpt-4o", "input=600", "cached=400", "output=100")[1].splitlines()[0] == out.splitlines()[0]
    assert "service tier batch -50 %" in cost("gpt-4o", "input=1000", "batch=true")[1]


def test_an_image_edit_is_asked_in_peoples_words(cost: Run) -> None:
    """What becomes of the mask at this seller is said, and what the total leaves out."""
    code, out, err = cost("openai/gpt-image-1", "images=1", "input_images=1", "mask=yes", "size=1024x1024")
    assert code == 0
    assert out.startswith("openai/gpt-image-1 at OpenAI: at least $0.042\n")
    assert "\nmask: optional at OpenAI\n" in out
    assert "openai bills input_images by input_image_tokens, which is not given; this total leaves it out" in err
    _, out, _ = cost("bria/fibo-edit-1.5", "images=1", "mask=yes", "--json")
    assert json.loads(out)["capabilities"] == {"mask": "optional"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gpt-4o", "foo=1"), "'foo' is not a meter or fact; openai/gpt-4o has prices of input_tokens, output_tokens"),
        (("gpt-4o", "inptu_tokens=1"), "did you mean input_tokens"),
        (("gpt-4o",), "nothing to price: say how much of openai/gpt-4o is used, such as input_tokens=1000; openai/gpt"),
        (("leonardo/phoenix-1.0",), "such as images=1; leonardo/phoenix-1.0 has prices of images, which go by size and"),
        (("gpt-4o", "input_tokens=1", "--seller", "opnai"), "'opnai' is not a seller; did you mean openai"),
        (("gpt-4o", "input_tokens=1", "--sellers", "nobody,openai"), "'nobody' is no seller; --sellers takes any, known"),
        (("gpt-4o", "input_tokens=1", "--sellers", "host"), "none of the sellers asked for has openai/gpt-4o"),
        (("gpt-4o", "input_tokens=1", "--sellers", "--seller", "openai"), "use one of them"),
        (("gpt-4o", "input_tokens=1", "calls=x"), "calls=x: not a number of calls"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_the_words_of_this_model(arguments: tuple[str, ...], words: str, cost: Run) -> None:
    """What the model has prices of, near words, and the names that an option takes."""
    code, out, err = cost(*arguments)
    assert (code, out, words in err) == (2, "", True), err


def test_a_seller_is_named_as_people_name_it(cost: Run) -> None:
    """In any case, and by the names of libraries."""
    told = cost("gpt-4o", "input_tokens=1", "--seller", "azure")
    for name in ("Azure", "AZURE", "Microsoft Azure"):
        assert cost("gpt-4o", "input_tokens=1", "--seller", name) == told


def test_sellers_are_compared_by_what_is_paid(cost: Run) -> None:
    """One row a seller, with the facts that the maker assumes, and how much more it is than there."""
    code, out, err = cost("ideogram/ideogram-v2-edit", "--sellers", "images=100")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "ideogram/ideogram-v2-edit at Ideogram: $8.00, the least of 3 sellers"
    rows = [line.split() for line in out.splitlines()[4:7]]
    assert [row[0] for row in rows] == ["Ideogram", "fal", "AIgateway"]
    assert rows[2] == ["AIgateway", "gateway", "$8.00", "$8.40", "+5%", "known", "2026-11-21"]
    assert out.splitlines()[-1] == "assumed for all: speed default (what Ideogram assumes)"
    assert cost("ideogram/ideogram-v2-edit", "--all-sellers", "images=100") == (code, out, err)


def test_the_word_after_sellers_is_theirs_or_a_model(cost: Run) -> None:
    """Quantities are never taken for it, a model only if no seller has its name."""
    usage = ("input_tokens=1000", "--json")
    every = cost("gpt-4o", "--sellers", "any", *usage)
    assert cost("gpt-4o", "--sellers", *usage) == every
    assert cost("--sellers", "gpt-4o", *usage) == every
    assert cost("gpt-4o", *usage, "--sellers") == every
    kinds = {"maker": ["openai"], "cloud": ["azure"], "known": ["openai", "azure"], "azure": ["azure"]}
    for which, sellers in {**kinds, "OpenAI,openrouter": ["openai", "openrouter"]}.items():
        assert [one["seller"] for one in json.loads(cost("gpt-4o", "--sellers", which, *usage)[1])] == sellers


def test_json_is_an_array_where_several_are_asked_for(cost: Run) -> None:
    """An object for one model at one seller; the same keys everywhere."""
    one = json.loads(cost("gpt-4o", "input_tokens=1000", "--json")[1])
    several = json.loads(cost("gemini-2.5-pro", "--sellers", "input_tokens=1000", "--json")[1])
    models = json.loads(cost("gpt-4o", "gpt-4o-mini", "input_tokens=1000", "--json")[1])
    assert (len(several), len(models)) == (1, 2)
    assert {tuple(answer) for answer in (one, *several, *models)} == {tuple(one)}
    assert {"model", "seller", "total"} <= one.keys()


def test_sellers_without_a_price_are_one_line_and_no_failure(cost: Run) -> None:
    """Whoever has no price is named once at the end; only if nobody has one the command fails."""
    code, out, err = cost("gpt-4o", "--sellers", "input_tokens=1000", "searches=1")
    assert (code, out.count("\n") > 3) == (0, True)
    assert len([line for line in err.splitlines() if line.startswith("No price at")]) == 1
    code, out, err = cost("gpt-4o", "--sellers", "songs=1")
    assert (code, out, "No price at" in err) == (5, "", True)


def test_a_comparison_is_sorted_with_sure_prices_first(cost: Run) -> None:
    """A price in doubt is shown, after all that are sure."""
    found = json.loads(cost("gpt-4o", "--sellers", "input_tokens=1000", "--json")[1])
    assert [one["price_status"] for one in found] == ["known", "known", "stale"]
    totals = [Decimal(one["funding"]) for one in found[:2]]
    assert totals == sorted(totals)


def test_a_comparison_is_of_what_was_asked_for(cost: Run) -> None:
    """Facts select an id at each seller that stands for them, and a dated id is compared with itself alone."""
    usage = ("input_tokens=1000", "--json")
    found = json.loads(cost("anthropic/claude-sonnet-4-6", "--sellers", "region=eu", *usage)[1])
    assert [one["model_id"] for one in found if one["seller"] == "bedrock"] == ["eu.anthropic.claude-sonnet-4-6"]
    assert not [text for one in found if one["seller"] == "bedrock" for text in one["warnings"]]
    _, out, _ = cost("eu.anthropic.claude-sonnet-4-6", "--sellers", *usage)
    assert {one["model_id"] for one in json.loads(out)} == {"eu.anthropic.claude-sonnet-4-6"}


def test_the_first_line_of_a_comparison_says_what_speaks_against_the_least(cost: Run) -> None:
    """Where no price is sure, the first line says so."""
    _, out, _ = cost("gpt-4o", "--sellers", "openrouter", "input_tokens=1000")
    assert out.splitlines()[0] == "openai/gpt-4o at openrouter: $0.0025, price stale"
    _, out, _ = cost("openai/gpt-image-1", "--sellers", "openai", "images=1")
    assert out.splitlines()[0] == "openai/gpt-image-1 at OpenAI: $0.042, ended 2026-10-23"


@pytest.mark.parametrize(
    ("arguments", "spelled"),
    [
        (["m", "--sellers", "images=1"], ["m", "--sellers=any", "images=1"]),
        (["m", "--sellers"], ["m", "--sellers=any"]),
        (["m", "--sellers", "--json"], ["m", "--sellers=any", "--json"]),
        (["m", "--all-sellers"], ["m", "--sellers=any"]),
        (["--sellers", "cloud", "m"], ["--sellers=cloud", "m"]),
        (["--sellers", "a,b", "m"], ["--sellers=a,b", "m"]),
        (["--sellers", "m"], ["--sellers=?m"]),
        (["--sellers=maker", "m"], ["--sellers=maker", "m"]),
    ],
)  # fmt: skip
def test_sellers_is_spelled_out_for_both_parsers(arguments: list[str], spelled: list[str]) -> None:
    """The quick parser and click read the same."""
    assert cost_report.spelled_out(arguments) == spelled
    assert cost_report.plain_options(spelled)
