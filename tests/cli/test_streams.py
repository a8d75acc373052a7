"""What no command line and no stream may bring about: a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ratecard.cli.group import COMMANDS

COST = ("cost", "ideogram/ideogram-v2-edit", "images=1", "--at", "2026-11-21")
#: A line that fails early, one that finds nothing and says so on stderr, and one with warnings beside the result.
SAYING = [("cost", "no/such", "images=1"), ("search", "qqqq"), ("cost", "openai/gpt-image-1", "images=1")]

#: For each text of each command: a line in which it stands.
LINES = (
    "cost {} images=1", "cost openai/gpt-image-1 {}=1", "cost openai/gpt-image-1 images={}",
    "cost openai/gpt-image-1 images=1 quality={}", "cost openai/gpt-image-1 images=1 --seller {}",
    "cost openai/gpt-image-1 images=1 --db {}", "cost openai/gpt-image-1 images=1 --at {}",
    "cost openai/gpt-image-1 {} images=1 --csv", "cost --response {}", "cost openai/gpt-4o --usage {}",
    "cost --request {}", "cost openai/gpt-4o --sellers {} input_tokens=1", "cost openai/gpt-4o input_tokens=1 calls={}",
    "words {}", "words meters {}", "completion {}", "cost openai/gpt-4o --request - --expect {}=1", "show {}", "show {} --json", "search {}",
    "search image --modality {}", "search image --need {}", "history {}", "history openai/gpt-4o --seller {}", "new {}",
    "route --need {}", "route --size {}", "route --max-cost {}", "route --max-price {}=1", "route --provider {}",
    "route --not-seller {}", "route --licence {}", "route --input {}", "route {}=1", "diff {} {}", "validate {}",
    "validate --catalog {}", "build --catalog {}", "reconcile --seller {}", "reconcile --over {}", "audit --kind {}", "verify-prices --seller {}",
    "import {} {}", "import litellm {}", "site --out x --db {}", "serve --out {} --port x", "where --db {}", "bill {}",
    "query {}", "query --named {}", "query select+1 -p {}=1", "route --need vision --quality {} input_tokens=1", "lint-request {}", "lint-request - --model {}", "lint-request - --file {}", "plan {}", "{}",
)  # fmt: skip


def ratecard(*arguments: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
    """What a process of its own gives for a command line."""
    command = [sys.executable, "-m", "ratecard", *arguments]
    return subprocess.run(command, check=False, **options)  # type: ignore[call-overload,no-any-return]


#: A process that runs many command lines, each as the process of its own it would be but for the start.
EACH = """
import sys
from ratecard import cli
from ratecard.cli import streams
streams.prepare()
for line in sys.stdin.buffer.read().split(b"\\n"):
    arguments = [part.decode("utf-8", "surrogateescape") for part in line.split(b"\\0")]
    code = cli.run(arguments)
    assert code in range(6), (code, arguments)
"""


@pytest.mark.parametrize(
    "text", [b"\xff", b"a" * 100_000, b"../\xed\xa0\x80", "\u202e\x1b[31m\x01\U0001f600".encode(), b""]
)
def test_any_text_anywhere_is_understood_or_refused(text: bytes, frozen_db: Path, tmp_path: Path) -> None:
    """Bytes that are no text, the longest texts, control characters and nothing: an exit code and a clear message."""
    lines = [b"\0".join(word.encode().replace(b"{}", text) for word in line.split(" ")) for line in LINES]
    environment = {**os.environ, "RATECARD_DB": str(frozen_db)}
    done = subprocess.run(
        [sys.executable, "-c", EACH], input=b"\n".join(lines), env=environment, cwd=tmp_path, capture_output=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert b"Traceback" not in done.stderr
    assert {line.split()[0] for line in LINES} == {*COMMANDS, "{}"}


def test_a_name_that_is_no_text_is_an_unknown_model(db: Path) -> None:
    """The argument of a real process, byte for byte, is quoted in the error."""
    done = ratecard("cost", b"\xff", "images=1", "--db", str(db), capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"Error: unknown model '\\udcff'\n")


@pytest.mark.parametrize("option", ["--request", "--response"])
def test_half_a_character_and_a_nul_in_json_are_an_unknown_model(option: str, db: Path) -> None:
    """What JSON can escape and UTF-8 cannot write is quoted in the error."""
    call = {"model": "gpt\ud800\0", "messages": [{"role": "user", "content": "\ud800"}], "object": "chat.completion"}
    body = json.dumps({**call, "usage": {"prompt_tokens": 3, "completion_tokens": 2}}).encode()
    done = ratecard("cost", option, "-", "--db", str(db), input=body, capture_output=True)
    assert (done.returncode, done.stdout) == (3, b"")
    assert re.match(rb"Error: unknown model 'gpt\\+ud800\\x00'\n", done.stderr)


@pytest.mark.parametrize("arguments", [COST, ("show", "openai/gpt-image-1"), ("search", "image")])
def test_a_result_that_cannot_be_written_is_a_failure(arguments: tuple[str, ...], db: Path) -> None:
    """On a full disk the exit code says so, in one line on stderr; where stdout is closed nobody asked for it."""
    environment = {**os.environ, "RATECARD_DB": str(db)}
    with open("/dev/full", "wb") as full:
        done = ratecard(*arguments, stdout=full, stderr=subprocess.PIPE, env=environment)
    assert (done.returncode, done.stderr) == (1, b"Error: No space left on device\n")
    closed = ratecard(*arguments, stderr=subprocess.PIPE, env=environment, preexec_fn=lambda: os.close(1))
    assert (closed.returncode, closed.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", SAYING)
def test_what_is_said_beside_a_result_never_harms_it(arguments: tuple[str, ...], db: Path) -> None:
    """With stderr closed or full, stdout and the exit code are what they are with an open one."""
    environment = {**os.environ, "RATECARD_DB": str(db)}
    heard = ratecard(*arguments, capture_output=True, env=environment)
    assert heard.stderr
    with open("/dev/full", "wb") as full:
        unheard = ratecard(*arguments, stdout=subprocess.PIPE, stderr=full, env=environment)
    closed = ratecard(*arguments, stdout=subprocess.PIPE, env=environment, preexec_fn=lambda: os.close(2))
    for done in (unheard, closed):
        assert (done.returncode, done.stdout) == (heard.returncode, heard.stdout)
    deaf = ratecard(*arguments, env=environment, preexec_fn=lambda: os.closerange(0, 3))
    assert deaf.returncode == heard.returncode


def test_warnings_as_errors_and_few_characters_change_nothing(db: Path, tmp_path: Path) -> None:
    """Python's own switches meet nothing to warn of, and what an encoding lacks is escaped."""
    environment = {**os.environ, "RATECARD_DB": str(db)}
    usual = ratecard(*COST, capture_output=True, env=environment)
    strict = ratecard(*COST, capture_output=True, env={**environment, "PYTHONWARNINGS": "error"})
    assert (strict.returncode, strict.stdout, strict.stderr) == (0, usual.stdout, usual.stderr)
    western = {**environment, "PYTHONIOENCODING": "latin-1"}
    (tmp_path / "catalog" / "models").mkdir(parents=True)
    (tmp_path / "catalog" / "models" / "\u4e2d.yaml").write_text("name: x", encoding="utf-8")
    shown = ratecard("validate", capture_output=True, cwd=tmp_path, env=western)
    assert shown.returncode == 1
    assert rb"\u4e2d.yaml" in shown.stdout
