"""The command line, as people and programs use it."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import toys
from ratecard import cli
from ratecard.cli import cost_report, search_report, show_report
from ratecard.cli.group import COMMANDS, GROUPS
from ratecard.cli.group import cli as group
from ratecard.database import store

RATECARD = [sys.executable, "-m", "ratecard"]


@pytest.fixture(name="run")
def _run(db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("RATECARD_DB", str(db))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def test_a_cost_as_json_has_every_field_with_money_as_text(run: Any, frozen_db: Path) -> None:
    """The answer names model, lines, total, fee, funding, assumptions, status, sources and warnings."""
    asked = ("ideogram/ideogram-v2-edit", "images=100", "--json", "--at", "2026-11-21", "--seller", "aigateway")
    code, out, err = run("cost", *asked, "--db", str(frozen_db))
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert list(answer) == [
        "model", "seller", "model_id", "currency", "at", "lines", "adjustments", "total", "fees", "funding", "assumed",
        "price_status", "tariff", "warnings",
    ]  # fmt: skip
    assert (Decimal(answer["total"]), Decimal(answer["funding"])) == (Decimal("8.00"), Decimal("8.40"))
    assert answer["lines"] == [
        {"item": "images", "meter": "images", "quantity": "100", "price": "0.08", "per": "1", "when": {}, "amount": "8"}
    ]
    assert answer["fees"] == [{"name": "top-up fee", "percent": "5", "amount": "0.4"}]
    assert answer["tariff"]["sources"][0]["url"].startswith("https://")
    assert answer["at"] == "2026-11-21T00:00:00Z"


def test_a_bill_for_people_shows_lines_fee_assumptions_and_source(run: Any, frozen_db: Path) -> None:
    """A person sees what was counted, at which rate, what was assumed and where the price was read."""
    code, out, _ = run("cost", "leonardo/phoenix-1.0", "images=2", "--db", str(frozen_db))
    assert code == 0
    for words in (
        "tiles",
        "image_steps",
        "$0.0519",
        "assumed: size 1024x1024",
        "assumed: steps 25",
        "price known",
        "https://",
    ):
        assert words in out, words


def test_several_models_are_compared(run: Any) -> None:
    """One row each; a model without a price is said on stderr and decides the exit code."""
    code, out, err = run("cost", "bfl/flux-2-pro", "ideogram/ideogram-v2-edit", "images=10")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["bfl/flux-2-pro", "ideogram/ideogram-v2-edit"]
    code, out, err = run("cost", "bfl/flux-2-pro", "openai/gpt-image-2.6-flare", "images=1", "--json")
    assert code == 5
    assert [answer["model"] for answer in json.loads(out)] == ["bfl/flux-2-pro"]
    assert "No price: openai/gpt-image-2.6-flare" in err


def test_all_sellers_are_told_of_together(run: Any) -> None:
    """What holds for several sellers is said once; those without a price are named, and one with a price is enough."""
    code, out, err = run("cost", "bfl/flux-2-dev", "images=1", "--all-sellers")
    said = err.splitlines()

    assert code == 0
    assert "Workers AI" in out
    assert "aigateway" not in out
    assert len(said) == len(set(said))
    assert "No price at aigateway: nobody has confirmed" in err
    _, out, _ = run("cost", "ideogram/ideogram-v2-edit", "images=10", "--all-sellers", "--json")
    sure = [one["funding"] for one in json.loads(out) if one["price_status"] in ("known", "single", "partial")]
    assert sure[0] == json.loads(out)[0]["funding"]
    assert sure == sorted(sure, key=Decimal)
    allowed, out, _ = run("cost", "bfl/flux-2-dev", "images=1", "--seller", "aigateway", "--allow-unverified")
    assert (allowed, "total" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["cost", "openai/gpt-imge-2", "images=1"], 3, "did you mean openai/gpt-image-2"),
        (["cost", "claude-opus-9-20991231", "input_tokens=1"], 3, "unknown model"),
        (["cost", "openai/gpt-image-2.6-flare", "images=1"], 5, "its price is not known"),
        (["cost", "bfl/flux-2-pro", "input_tokens=1"], 5, "no rate for input_tokens"),
        (["cost", "bfl/flux-2-pro"], 2, "say how much"),
        (["cost", "bfl/flux-2-pro", "image=1"], 2, "did you mean images"),
        (["cost", "bfl/flux-2-pro", "at=1"], 2, "'at' is not a meter or fact"),
        (["cost", "bfl/flux-2-pro", "images=-1"], 2, "not a quantity"),
        (["cost", "bfl/flux-2-pro", "images=1", "images=2"], 2, "given twice"),
        (["cost", "bfl/flux-2-pro", "images=1", "--seller", "nobody"], 2, "not sold by 'nobody'"),
        (["cost", "bfl/flux-2-pro", "images=1", "--at", "yesterday"], 2, "not a date or time"),
        (["cost", "bfl/flux-2-pro", "images=1", "--db", "/nonexistent.db"], 1, "no such file"),
        (["cost", "images=1"], 2, "name a model"),
        (["cost"], 2, "name a model"),
        (["cost", "--sellr", "x"], 2, "No such option"),
        (["price"], 2, "No such command"),
        (["route", "--need", "edit", "--need", "mask", "images=1", "--max-cost", "0.0001"], 4, ""),
        (["route", "--need", "editng", "images=1"], 2, "not a capability"),
        (["route", "--need", "edit"], 2, "nothing to compare"),
        (["route", "images=1", "--max-price", "images"], 2, "--max-price"),
        (["show", "nothing"], 3, "unknown model"),
        (["search", "zzzzzz"], 1, "no model matches"),
        (["where", "--db", "/nonexistent.db"], 1, "no such file"),
        (["serve", "--out", "/nonexistent"], 2, "holds no pages"),
    ],
)  # fmt: skip
def test_every_failure_has_its_code_and_a_clear_message(arguments: list[str], code: int, words: str, run: Any) -> None:
    """What goes wrong is one message on stderr, nothing on stdout, and an exit code that says which kind."""
    found, out, err = run(*arguments)
    assert (found, words in err) == (code, True), err
    assert code == 4 or out == ""


def test_no_name_that_is_not_in_the_catalog_is_ever_priced(run: Any) -> None:
    """Prefixes and suffixes of real names find nothing; another case or a seller's prefix is the same name."""
    for slug in ("openai/gpt-image-2", "bfl/flux-2-pro"):
        for name in (slug + "-x", slug[:-1], slug + " ", "x/" + slug, "x:" + slug, slug + "*"):
            assert run("cost", name, "images=1")[0] == 3, name
        plain = run("cost", slug, "images=1", "--at", "2026-11-21")
        for name in (slug.upper(), slug.replace("/", ":"), slug.partition("/")[2]):
            assert run("cost", name, "images=1", "--at", "2026-11-21") == plain, name


PLAIN = [
    ["ideogram/ideogram-v2-edit", "images=100"],
    ["ideogram/ideogram-v2-edit", "images=100", "--json"],
    ["--json", "ideogram/ideogram-v2-edit", "images=100", "--at", "2026-11-21"],
    ["ideogram/ideogram-v2-edit", "--seller", "fal", "images=100"],
    ["bfl/flux-2-pro", "ideogram/ideogram-v2-edit", "images=3", "--json"],
    ["openai/gpt-image-2.6-flare", "images=1"],
    ["bfl/flux-2-pro", "image=1"],
    ["nothing", "images=1"],
    ["ideogram/ideogram-v2-edit", "--sellers", "images=3"],
    ["--sellers", "ideogram/ideogram-v2-edit", "images=3", "--json"],
    ["ideogram/ideogram-v2-edit", "--sellers", "fal", "images=3", "--explain"],
    ["ideogram/ideogram-v2-edit", "images=3", "calls=3", "--per-call"],
]


@pytest.mark.parametrize("arguments", PLAIN)
def test_the_quick_way_to_a_cost_answers_like_the_ordinary_one(
    arguments: list[str], run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arguments that are read without click give the same output, remarks and exit code as with it."""
    assert cost_report.plain_options(cost_report.spelled_out(arguments))
    fixed = [*arguments, *([] if "--at" in arguments else ["--at", "2026-11-20T10:00"])]
    quick = run("cost", *fixed)
    monkeypatch.setattr(cost_report, "plain_options", lambda _: None)
    assert run("cost", *fixed) == quick


@pytest.mark.parametrize(
    "arguments", [["a", "--strict"], ["a", "--seller"], ["-h"], ["--usage=x", "a"], ["a", "--at", "-1"], []]
)
def test_what_is_not_plain_is_left_to_click(arguments: list[str]) -> None:
    """Anything beyond the plain options is read by click alone."""
    assert cost_report.plain_options(arguments) is None


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("show", ["bfl/flux-2-pro"]),
        ("show", ["bfl/flux-2-pro", "--all"]),
        ("show", ["--sellers", "bfl/flux-2-pro", "--at=2026-11-21"]),
        ("show", ["bfl/flux-2-pro", "--csv"]),
        ("show", ["nothing", "--json"]),
        ("search", ["flux", "2"]),
        ("search", ["flux", "-q"]),
        ("search", ["flux", "--at", "2026-11-21", "--json"]),
        ("search", ["flux", "--at", "soon"]),
        ("search", ["nothing-like-it"]),
    ],
)
def test_the_quick_ways_to_show_and_search_answer_like_the_ordinary_ones(
    command: str, arguments: list[str], run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words, formats and the usual options are read alike without click."""
    report = {"show": show_report, "search": search_report}[command]
    assert report.plain_options(arguments)
    quick = run(command, *arguments)
    monkeypatch.setattr(report, "plain_options", lambda _: None)
    assert run(command, *arguments) == quick


def test_what_is_not_plain_of_show_and_search_is_left_to_click() -> None:
    """Two models, no words, help and other options are read by click."""
    assert not any(map(show_report.plain_options, ([], ["a", "b"], ["-h"], ["a", "--at"])))
    assert not any(map(search_report.plain_options, ([], ["--need", "edit", "a"], ["--", "a"], ["--limit=3", "a"])))


def test_separated_values_and_lines_hold_the_same_as_json(run: Any) -> None:
    """--csv, --tsv and --nl carry the same numbers."""
    arguments = ("cost", "leonardo/phoenix-1.0", "images=1", "steps=25", "--at", "2026-11-21")
    lines = json.loads(run(*arguments, "--json")[1])["lines"]
    for flag, delimiter in (("--csv", ","), ("--tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(run(*arguments, flag)[1]), delimiter=delimiter))
        assert [(row["meter"], row["amount"]) for row in rows] == [(line["meter"], line["amount"]) for line in lines]
    assert json.loads(run(*arguments, "--nl")[1])["lines"] == lines


ROUTE_KEYS = ["choice", "fallbacks", "candidates", "rejected", "relax", "near_misses", "front", "needs", "unrecognized", "warnings",
              "catalog", "at", "rules"]  # fmt: skip


def test_a_route_as_json_answers_for_every_offer(run: Any) -> None:
    """The choice, the other candidates and all rejections with all their reasons."""
    code, out, _ = run("route", "--need", "edit", "--need", "mask", "images=10", "--json")
    answer = json.loads(out)
    assert (code, list(answer)) == (0, ROUTE_KEYS)
    assert {"model", "seller", "total"} <= set(answer["choice"])
    for rejected in answer["rejected"]:
        assert rejected["reasons"]
        for reason in rejected["reasons"]:
            assert list(reason) == ["code", "need", "required", "offered", "source", "sentence"]
    rows = list(csv.DictReader(io.StringIO(run("route", "--need", "edit", "--need", "mask", "images=10", "--csv")[1])))
    assert [row["verdict"] for row in rows].count("choice") == 1
    assert len(rows) == 1 + len(answer["candidates"]) + len(answer["rejected"])


def test_size_given_as_a_need_differs_from_size_as_a_fact(run: Any) -> None:
    """`size=` prices for a size; `--size` demands it of the model as well."""
    fact = json.loads(run("route", "--need", "text-to-image", "images=1", "size=512x512", "--json")[1])
    need = json.loads(run("route", "--need", "text-to-image", "images=1", "--size", "512x512", "--json")[1])
    assert len(need["candidates"]) < len(fact["candidates"])


def test_show_and_search_find_a_model_by_any_of_its_names(run: Any) -> None:
    """A card is shown by any of its ids, and found by words, those of its name first."""
    assert "FLUX.2 [pro]" in run("show", "black-forest-labs/flux-2-pro")[1]
    assert json.loads(run("show", "bfl/flux-2-pro", "--json")[1])["slug"] == "bfl/flux-2-pro"
    assert "  capabilities here: mask ignored" in run("show", "bfl/flux-2-klein-9b", "--all")[1]
    assert sorted(run("search", "relight", "-q")[1].split()) == [
        "stability-ai/stable-image-replace-background-and-relight", "stanford/iclight-v2",
    ]  # fmt: skip
    rows = json.loads(run("search", "flux", "--need", "edit", "--json")[1])
    assert rows
    assert all(row["slug"].startswith("bfl/") for row in rows)


def test_validate_and_build_end_with_one_where_there_are_problems(tmp_path: Path, run: Any) -> None:
    """Problems are listed in three forms, and nothing is built."""
    root = toys.folder(tmp_path, ("toys/toy", toys.CARD + "nonsense: 1\n"))
    code, out, err = run("validate", "--catalog", str(root))
    assert (code, "unknown key 'nonsense'" in out, "1 problem\n" in err) == (1, True, True)
    assert json.loads(run("validate", "--catalog", str(root), "--json")[1])[0]["line"] == 6
    assert run("validate", "--catalog", str(root), "--format", "github")[1].startswith("::error file=")
    assert run("validate", "--catalog", str(root), str(root / "sellers"))[0] == 0
    code, _, err = run("build", "--catalog", str(root), "--db", str(tmp_path / "x.db"))
    assert (code, (tmp_path / "x.db").exists(), "was not changed" in err) == (1, False, True)
    toys.put(root, "toys/toy", toys.CARD)
    assert run("build", "--catalog", str(root), "--db", str(tmp_path / "x.db"))[0] == 0
    assert run("show", "toys/toy", "--db", str(tmp_path / "x.db"))[0] == 0


def test_the_database_is_found_in_the_order_told(db: Path, tmp_path: Path) -> None:
    """--db goes before RATECARD_DB, that before ./catalog.db, which counts in a checkout and for commands alone."""
    for name in ("given.db", "named.db", "catalog.db"):
        (tmp_path / name).write_bytes(db.read_bytes())
    unset = {name: value for name, value in os.environ.items() if name != "RATECARD_DB"}

    def found(*arguments: str, **variables: str) -> str:
        command = [*RATECARD, "where", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=unset | variables, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    assert found("--db", "given.db", RATECARD_DB="named.db").endswith("/given.db")
    assert not found().startswith(str(tmp_path))
    (tmp_path / "catalog").mkdir()
    assert found(RATECARD_DB="named.db").endswith("/named.db")
    assert found() == str(tmp_path / "catalog.db")


def test_the_library_never_takes_a_catalog_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file called catalog.db there, even beside a folder catalog/, is not opened by a program."""
    (tmp_path / "catalog.db").write_bytes(b"")
    (tmp_path / "catalog").mkdir()
    (tmp_path / "installed.db").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RATECARD_DB")
    monkeypatch.setattr(store, "PACKAGED_DB", str(tmp_path / "installed.db"))
    assert store.where() == str(tmp_path / "installed.db")


def test_where_says_how_old_the_catalog_is(run: Any, frozen_db: Path) -> None:
    """The path is data; counts, the day it was built and the newest reading of each list are remarks."""
    _, out, err = run("where", "--db", str(frozen_db))
    assert out.strip() == str(frozen_db)
    assert "31 cards, " in err
    assert "built 20" in err
    assert "days ago" in err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, run: Any) -> None:
    """Help says what the command gives and shows one that can be copied."""
    code, out, _ = run(command, "-h")
    assert (code, f"ratecard {command}" in out) == (0, True)
    assert group.get_command(None, command)  # type: ignore[arg-type]


def test_a_closed_pipe_is_silent(db: Path) -> None:
    """`ratecard … | head` ends without a word."""
    command = f"{sys.executable} -m ratecard search image --limit 200 --db {db} | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("slug")


def test_no_colour_and_no_terminal_give_plain_text(db: Path) -> None:
    """Output holds no control sequences."""
    for extra in ({"NO_COLOR": "1"}, {}):
        done = subprocess.run(
            [*RATECARD, "cost", "-h"],
            capture_output=True,
            check=True,
            env={**os.environ, **extra, "RATECARD_DB": str(db)},
        )
        assert b"\x1b" not in done.stdout


def test_a_separated_cell_is_never_a_formula(run: Any) -> None:
    """What a spreadsheet would run is kept as text, and numbers stay numbers."""
    from ratecard.cli.output import separated

    rows = [{"a": "=1+1", "b": "-0.5", "c": "@x", "d": "\tx", "e": None}]
    assert separated(rows, ",").splitlines()[1] == "'=1+1,-0.5,'@x,'\tx,"


def test_serve_answers_this_machine_only_and_only_by_its_name(tmp_path: Path) -> None:
    """The server shows pages at 127.0.0.1, refuses other host names, and stops on Ctrl-C."""
    (tmp_path / "index.html").write_text("<title>x</title>", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    # a shell's background job ignores Ctrl-C, and so would what the job starts
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*RATECARD, "serve", "--out", str(tmp_path), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        assert process.stderr is not None
        url = process.stderr.readline().split()[0]
        assert url.startswith("http://127.0.0.1:")
        assert urllib.request.urlopen(url).read() == b"<title>x</title>"
        for path, host, status in (("", "evil.example", 421), ("none.html", "", 404), ("empty/", "", 404)):
            request = urllib.request.Request(url + path, headers={"Host": host} if host else {})
            with pytest.raises(urllib.error.HTTPError) as failure:
                urllib.request.urlopen(request)
            assert failure.value.code == status
            failure.value.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        process.stderr.close() if process.stderr else None
    assert process.returncode == cli.INTERRUPTED


@pytest.mark.parametrize(
    ("tokens", "code"), [("200000", 0), ("200k", 0), ("1e5", 0), ("2.5", 2), ("0", 2), ("many", 2)]
)
def test_a_context_is_asked_for_as_people_write_it(tokens: str, code: int, run: Any) -> None:
    """A number of tokens may have a suffix; the error says how one is written."""
    found, _, err = run("route", "--min-context", tokens, "input_tokens=1k")
    assert found in ((0, 4) if code == 0 else (code,))
    assert ("not a number of tokens, such as 200000 or 200k" in err) == (code == 2)


def test_the_help_tells_users_commands_from_those_of_maintainers(run: Any) -> None:
    """Each command has a whole sentence of at most 60 letters, and a user's stand first."""
    out = run("--help")[1]
    assert out.index("\n  cost ") < out.index("Commands for maintainers:") < out.index("\n  build ")
    assert "..." not in out.partition("Commands:")[2]
    for sentence in (sentence for names in GROUPS.values() for sentence in names.values()):
        assert sentence in out
        assert len(sentence) <= 60
