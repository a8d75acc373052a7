"""`ratecard words` and what shells complete with."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ratecard import cli
from ratecard.cli.completing import candidates
from ratecard.cli.completion import SHELLS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="run")
def _run(frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_words_are_listed_with_meaning_synonyms_and_example(run: Run) -> None:
    """By kind, by text, or the names of all on a screen."""
    code, out, _ = run("words", "meters", "audio_seconds")
    assert code == 0
    assert "audio_minutes * 60" in out
    assert "audio_seconds=1" in out
    assert "--need speech-to-text" in run("words", "transcription")[1]
    assert "service_tier=batch|flex" in run("words", "facts", "tier")[1]
    assert "--seller azure" in run("words", "sellers", "microsoft")[1]
    overview = run("words")[1]
    assert [line.split()[0] for line in overview.splitlines() if not line.startswith(" ")] == [
        "meters", "facts", "capabilities", "sellers",
    ]  # fmt: skip
    assert len(overview.splitlines()) < 50


def test_words_have_the_formats_of_other_commands(run: Run) -> None:
    """JSON is an array with all of them; rows are flat."""
    entries = json.loads(run("words", "--json")[1])
    assert {entry["kind"] for entry in entries} == {"meters", "facts", "capabilities", "sellers"}
    assert next(entry for entry in entries if entry["word"] == "output_tokens")["also"][0] == "output"
    rows = list(csv.DictReader(io.StringIO(run("words", "facts", "--csv")[1])))
    assert {"word", "means", "values", "also", "example"} <= rows[0].keys()


def test_a_text_that_no_word_has_is_a_failure_with_a_guess(run: Run) -> None:
    """The near ones are named."""
    code, out, err = run("words", "capabilities", "transcripton")
    assert (code, out) == (1, "")
    assert "did you mean transcription" in err


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("ratecard wo", ["words"]),
        ("ratecard cost openai/gpt-4o", ["openai/gpt-4o", "openai/gpt-4o-mini"]),
        ("ratecard cost gpt-4o", ["gpt-4o", "gpt-4o-mini"]),
        ("ratecard cost leon", ["leonardo/"]),
        ("ratecard cost openai/gpt-4o out", ["output_tokens="]),
        ("ratecard cost openai/gpt-4o output_tokens=5 output_t", []),
        ("ratecard cost openai/gpt-4o input_im", ["input_image_tokens=", "input_images="]),
        ("ratecard cost openai/gpt-4o service_tier=pr", ["service_tier=priority"]),
        ("ratecard cost openai/gpt-4o --seller az", ["azure"]),
        ("ratecard cost openai/gpt-4o --sellers cl", ["cloud"]),
        ("ratecard cost openai/gpt-4o --sellers openai,az", ["openai,azure"]),
        ("ratecard cost openai/gpt-4o --expl", ["--explain"]),
        ("ratecard route --need transcripti", ["transcription"]),
        ("ratecard route images=1 --need remo", ["remove-background"]),
        ("ratecard show stanf", ["stanford/"]),
        ("ratecard words c", ["capabilities"]),
        ("ratecard completion f", ["fish"]),
        ("ratecard cost --response docs/re", []),
        ("ratecard serve x", []),
    ],
)  # fmt: skip
def test_a_shell_is_offered_what_can_follow(line: str, offered: list[str], run: Run) -> None:
    """Commands, options, models, sellers, and the words that the model named has prices of."""
    assert run("where")[0] == 0
    assert candidates(line) == offered


def test_no_catalog_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell is never shown an error."""
    monkeypatch.setenv("RATECARD_DB", "/nonexistent.db")
    assert candidates("ratecard cost open") == []


def test_bash_completes_a_line(frozen_db: Path, tmp_path: Path) -> None:
    """The script asks the command, and drops what stands before an equals sign, which is a word of its own to bash."""
    command = tmp_path / "ratecard"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m ratecard "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = (
        f"{SHELLS['bash'].replace('VARIABLE', '_RATECARD_COMPLETE')}\ncompopt() {{ :; }}\n"
        "try() { COMP_LINE=$1 COMP_POINT=${#1}; _ratecard ratecard; printf '%s ' \"${COMPREPLY[@]}\"; echo; }\n"
        "try 'ratecard cost openai/gpt-4o out'\ntry 'ratecard cost openai/gpt-4o service_tier=pri'\n"
        "try 'ratecard cost openai/gpt-4o'\n"
    )
    path = f"{tmp_path}:/usr/bin:/bin"
    given = {"PATH": path, "RATECARD_DB": str(frozen_db), "PYTHONPATH": str(Path(cli.__file__).parents[2])}
    done = subprocess.run(["bash", "-c", script], env=given, capture_output=True, text=True, check=True)
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["output_tokens="], ["priority"], ["openai/gpt-4o", "openai/gpt-4o-mini"],
    ]  # fmt: skip


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(shell: str, run: Run) -> None:
    """It hands over the line up to the cursor."""
    code, out, err = run("completion", shell)
    assert (code, err, "_RATECARD_COMPLETE=" in out) == (0, "", True)
    assert "VARIABLE" not in out
