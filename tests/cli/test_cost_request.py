"""`ratecard cost --request`: the forecast of a request, as people and programs see it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import toys
from ratecard import cli

POSTER = str(toys.ROOT / "docs" / "requests" / "poster.json")
AT = ("--at", "2026-11-21T12:00")


@pytest.fixture(name="run")
def _run(frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["cost", *arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


@pytest.fixture(name="body")
def _body(tmp_path: Path) -> Any:
    def body(**parameters: Any) -> str:
        path = tmp_path / "body.json"
        path.write_text(json.dumps(parameters), encoding="utf-8")
        return str(path)

    return body


def test_the_table_has_three_costs_and_every_reason(run: Any) -> None:
    """A line per meter, the totals, then why each number is what it is, and the sources."""
    code, out, err = run("--request", POSTER, "--seller", "ideogram", *AT)
    assert (code, err) == (0, "")
    assert out == (
        "ideogram/ideogram-v4.5 at Ideogram, images/generations\n"
        "\n"
        "meter   quantity    min  expected    max\n"
        "------  --------  -----  --------  -----\n"
        "images         2  $0.06     $0.12  $0.20\n"
        "total             $0.06     $0.12  $0.20\n"
        "\n"
        "images: given as n\n"
        "quality: low, medium or high (the request leaves it to the seller; the price list's default is expected)\n"
        "price known: read at https://ideogram.ai/blog/ideogram-api-pricing on 2026-11-21\n"
    )


def test_what_nobody_expects_or_bounds_is_said(run: Any, body: Any) -> None:
    """An open quantity has no expected cost, and one without a bound no most; the table says which and what to do."""
    path = body(model="openai/gpt-image-1", prompt="a hat", image="cat.png")
    code, out, _ = run("--request", path, "input_tokens=10", *AT)
    rows = {
        line.split()[0]: line.split() for line in out.splitlines() if line.startswith(("images", "input_i", "total"))
    }
    assert code == 0
    assert rows["images"][:3] == ["images", "1", "$0.042"]
    assert rows["total"] == ["total", "$0.04205", "unknown", "no", "bound"]
    assert "input_image_tokens: how much image comes to is not in the request\n" in out
    assert "no expected value for input_image_tokens; set it with --expect input_image_tokens=…\n" in out
    _, out, _ = run("--request", path, "input_tokens=10", "--expect", "input_image_tokens=1000", *AT)
    assert "total                                     $0.04205  $0.05205  no bound\n" in out


def test_json_holds_three_costs_and_what_they_rest_on(run: Any) -> None:
    """Each end is a cost like any other; quantities, facts and parameters stand beside them."""
    code, out, err = run("--request", POSTER, "--seller", "ideogram", "--json", *AT)
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert list(answer) == [
        "model", "seller", "model_id", "endpoint", "currency", "at", "min", "expected", "max", "quantities", "facts",
        "open", "not_included", "notes", "parameters", "warnings",
    ]  # fmt: skip
    assert [answer[end]["total"] for end in ("min", "expected", "max")] == ["0.06", "0.12", "0.2"]
    assert answer["max"]["lines"][0]["when"] == {"quality": "high"}
    assert answer["quantities"] == [{"meter": "images", "min": "2", "expected": "2", "max": "2", "why": ["given as n"]}]
    (fact,) = answer["facts"]
    assert (fact["fact"], fact["values"], fact["expected"]) == ("quality", ["low", "medium", "high"], "medium")
    assert answer["parameters"] == {"model": "model", "prompt": "text", "n": "copies", "quality": "fact quality"}


def test_what_is_unknown_is_null_in_json(run: Any, body: Any) -> None:
    """Neither an expected cost nor a bound is made up; an unknown parameter stands there with null."""
    path = body(model="openai/gpt-image-1", prompt="a hat", image="cat.png", sparkle=1)
    code, out, err = run("--request", path, "--json", *AT)
    answer = json.loads(out)
    assert code == 0
    assert (answer["expected"], answer["max"]) == (None, None)
    assert answer["open"] == ["input_image_tokens"]
    assert answer["parameters"]["sparkle"] is None
    assert "Warning: not understood, and left out of the cost: sparkle\n" in err


def test_separated_values_have_a_row_per_meter_and_the_total(run: Any) -> None:
    """The columns are quantities and amounts at each end."""
    _, out, _ = run("--request", POSTER, "--seller", "ideogram", "--csv", *AT)
    images, total = csv.DictReader(io.StringIO(out))
    assert (images["meter"], total["meter"]) == ("images", "total")
    assert (images["min_quantity"], images["min"], images["expected"], images["max"]) == ("2", "0.06", "0.12", "0.2")
    assert (total["min_quantity"], total["min"], total["expected"], total["max"]) == ("", "0.06", "0.12", "0.2")


def test_every_seller_and_several_models_are_compared(run: Any, body: Any) -> None:
    """One row per place, with the three totals."""
    path = body(model="ideogram/ideogram-v2-edit", prompt="a hat", image="cat.png", n=10)
    code, out, _ = run("--request", path, "--all-sellers", *AT)
    heading, _, *rows = out.splitlines()
    assert code == 0
    assert heading.split() == ["model", "seller", "model", "id", "min", "expected", "max", "price", "checked"]
    assert [row.split()[3:6] for row in rows] == [["$0.80"] * 3] * 3
    _, out, _ = run("ideogram/ideogram-v2-edit", "openai/gpt-image-2", "--request", path, "--nl", *AT)
    assert [json.loads(line)["model"] for line in out.splitlines()] == [
        "ideogram/ideogram-v2-edit",
        "openai/gpt-image-2",
    ]


def test_a_place_without_a_price_does_not_hide_the_others(run: Any, body: Any) -> None:
    """What has no price is said on stderr, and its exit code is that of the whole."""
    path = body(model="openai/gpt-image-2.6-flare", prompt="a hat")
    code, out, err = run("openai/gpt-image-2.6-flare", "ideogram/ideogram-v4.5", "--request", path, *AT)
    assert code == 5
    assert "ideogram/ideogram-v4.5" in out
    assert err.startswith("No price: openai/gpt-image-2.6-flare at openai: ")


def test_a_request_comes_from_stdin(frozen_db: Path) -> None:
    """A dash reads the request from standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "ratecard", "cost", "--request", "-", "--json", *AT],
        input=Path(POSTER).read_bytes(), capture_output=True, check=False,
        env={**os.environ, "RATECARD_DB": str(frozen_db)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["max"]["total"] == "0.2"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--request", "nowhere.json"), 2, "--request: nowhere.json: No such file or directory"),
        (("--request", str(toys.ROOT)), 2, "Is a directory"),
        (("--request", str(toys.ROOT / "LICENSE")), 2, "Error: the request is not JSON: "),
        (("--request", POSTER, "nobody/knows"), 3, "Error: unknown model 'nobody/knows'"),
        (("--request", POSTER, "--seller", "azure"), 2, "is not sold by 'azure'"),
        (("--request", POSTER, "--expect", "images"), 2, "'images' is not NAME=VALUE"),
        (("--request", POSTER, "--expect", "imges=2"), 2, "'imges' is not a meter or fact; did you mean images"),
        (("--request", POSTER, "--expect", "images=3"), 2, "--expect images=3: it can only be from 2 to 2: given as n"),
        (("--request", POSTER, "openai/gpt-image-2.6-flare"), 5, "its price is not known"),
        (("openai/gpt-image-2", "images=1", "--expect", "images=1"), 2, "--expect requires --request"),
        (("--json",), 2, "name a model, such as openai/gpt-image-1"),
    ],
)
def test_what_goes_wrong_is_said(run: Any, arguments: tuple[str, ...], code: int, message: str) -> None:
    """Every mistake is one clear message and the exit code of its kind; nothing is printed as a result."""
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert message in err


def test_a_plain_cost_loads_nothing_of_forecasts(db: Path) -> None:
    """Forecasts cost a plain price no time: none of their modules is loaded."""
    check = (
        "from ratecard.cli import run; run(['cost', 'openai/dall-e-3', 'images=1', '--json']); import sys;"
        "late = {'click', 'ratecard.forecasting'};"
        "assert not late & set(sys.modules), late & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, check=False, env={**os.environ, "RATECARD_DB": str(db)}
    )
    assert (done.returncode, done.stderr) == (
        0,
        b"Warning: openai/dall-e-3 at openai was retired on 2026-05-12, pypi/openai@3.52.0 says; "
        b"its successor is openai/gpt-image-2\n",
    )
