"""`ratecard show`: a model on one screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ratecard import cli


@pytest.fixture(name="run")
def _run(frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))

    def run(*arguments: str) -> tuple[int, str]:
        code = cli.run(list(arguments))
        return code, capsys.readouterr().out

    return run


def test_a_model_is_shown_on_one_screen(run: Any) -> None:
    """Price with its thresholds and tiers, context, abilities and sellers stand in at most 45 lines of 110 letters."""
    code, out = run("show", "google/gemini-2.5-pro")
    lines = out.splitlines()

    assert code == 0
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 110
    assert "  $1.25 per 1M input tokens" in lines
    assert "  $2.50 per 1M input tokens, above 200,000 tokens" in lines
    assert any(line.startswith("context: ") for line in lines)
    assert any(line.startswith("can: ") and "tool-calling" in out for line in lines)
    assert any(line.startswith("seller ") and line.endswith("read") for line in lines)


def test_a_seller_has_one_row_whatever_the_number_of_its_ids(run: Any) -> None:
    """The table has a row a seller; --sellers lists all of them."""
    _, out = run("show", "openai/gpt-4o", "--sellers")
    table = out[out.index("seller ") :].splitlines()[2:]
    names = [line.split()[0] for line in table]
    card = json.loads(run("show", "openai/gpt-4o", "--json")[1])

    assert len(names) == len(set(names))
    assert set(names) == {offer["seller"] for offer in card["offers"]}


def test_an_image_model_is_shown_with_the_price_of_one_image(run: Any) -> None:
    """What a call pays that names nothing stands before the list of prices."""
    _, out = run("show", "openai/gpt-image-2")
    assert "for one image (quality medium, size 1024x1024)" in out


def test_everything_is_printed_on_request(run: Any) -> None:
    """--all says under which id and from which page each price was read."""
    _, out = run("show", "openai/gpt-image-2", "--all")
    assert "read at https://" in out
    assert "capabilities: " in out
