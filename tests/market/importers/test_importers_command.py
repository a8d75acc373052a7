"""`ratecard import` on feeds that are broken in every way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from laws import one_in
from ratecard import cli
from ratecard.market.importers import FEEDS, document

GOOD: dict[str, Any] = {
    "litellm": {"x": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6}},
    "models-dev": {"openai": {"id": "openai", "models": {"x": {"id": "x", "cost": {"input": 1}}}}},
    "genai-prices": [{"id": "openai", "models": [{"id": "x", "prices": {"input_mtok": 1}}]}],
    "portkey": {"openai": {"x": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0001}}}}}},
    "model-prices": {"prices": {"openai": {"x": {"standard": [{"start": "2026-01-01", "rates": {"input": 1}}]}}}},
    "pi-ai": {"providers": {"openai": {"x": {"type": "chat", "cost": {"input": 1}}}}},
    "openrouter": {"data": [{"id": "openai/x", "pricing": {"prompt": "0.000001"}}]},
}


def state(root: Path) -> dict[str, bytes]:
    """Every file of a catalog's folder."""
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def run(root: Path, feed: str, file: Path, *more: str) -> int:
    """The exit code of an import."""
    return cli.run(["import", feed, str(file), "--catalog", str(root), *more])


@pytest.mark.parametrize("feed", FEEDS)
def test_a_dry_run_changes_nothing_and_says_so(feed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --write only the report is given; with it the files are written, and a second time nothing happens."""
    root, file = toys.folder(tmp_path), tmp_path / "feed.json"
    file.write_text(json.dumps(GOOD[feed]))
    before = state(root)
    assert run(root, feed, file) == 0
    out, err = capsys.readouterr()
    assert state(root) == before
    assert "1 prices, 0 quarantined" in out
    assert "none -> 1 per 1000000" in out
    assert "nothing was written" in err
    assert run(root, feed, file, "--write") == 2
    assert run(root, feed, file, "--write", "--version", "1", "--seen", "2026-11-01") == 0
    assert state(root) != before
    after = state(root)
    assert run(root, feed, file, "--write", "--version", "1", "--seen", "2026-11-01") == 0
    assert state(root) == after
    assert "unchanged" in capsys.readouterr().err


BROKEN = {
    "no file": None,
    "no JSON": b"<html>",
    "NaN": b'{"x": {"litellm_provider": "openai", "input_cost_per_token": NaN}}',
    "a key twice": b'{"x": {}, "x": {}}',
    "too deep": b'{"x": ' * 50_000,
    "no UTF-8": b"\xff",
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("feed", FEEDS)
def test_a_broken_file_is_one_message_and_leaves_the_catalog(
    feed: str, source: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is refused whole."""
    root, file = toys.folder(tmp_path), tmp_path / "feed.json"
    if source is not None:
        file.write_bytes(source)
    before = state(root)
    assert run(root, feed, file, "--write", "--version", "1") == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "feed.json" in err) == ("", 1, True), err
    assert state(root) == before


def test_a_file_of_two_hundred_megabytes_is_refused_without_being_parsed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Size is looked at before anything else, and no more than the limit is read."""
    root, file = toys.folder(tmp_path), tmp_path / "feed.json"
    with file.open("wb") as stream:
        stream.truncate(200_000_000)
    assert run(root, "litellm", file) == 1
    assert f"more than the {document.MAX_BYTES}" in capsys.readouterr().err


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(
    "value", ["1e400", "-1", '"x"', "null", "true", "[]", "{}", "1e-400", '"NaN"', "0.1" + "0" * 60]
)
def test_a_strange_price_is_quarantined_and_the_rest_taken(
    feed: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad value neither stops an import nor becomes a price."""
    root, file = toys.folder(tmp_path), tmp_path / "feed.json"
    text = json.dumps(GOOD[feed])
    for good in ("1e-06", ": 1}", "0.0001", '"0.000001"'):
        text = text.replace(good, f": {value}}}" if good.startswith(":") else value)
    file.write_text(text)
    assert run(root, feed, file, "--write", "--version", "1") == 0
    assert "Traceback" not in capsys.readouterr().err
    prices = [line for path in (root / "evidence").rglob("*.prices.tsv") for line in path.read_text().splitlines()[1:]]
    assert prices == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@one_in(2)
@given(value=json_values, feed=st.sampled_from(sorted(FEEDS)))
def test_any_json_is_imported_or_refused_without_a_crash(
    value: object, feed: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever a feed may turn into, the catalog stays readable and no exception escapes."""
    folder = tmp_path_factory.mktemp("fuzz")
    root, file = folder / "catalog", folder / "feed.json"
    root.mkdir()
    for name in ("identity.yaml", "feeds.yaml"):
        (root / name).write_bytes((toys.ROOT / "catalog" / name).read_bytes())
    file.write_text(json.dumps(value))
    assert run(root, feed, file, "--write", "--version", "1") in (0, 1)
