"""The unit of prices, judged by the block they came in, on facts as lists stated them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard import cli
from ratecard.cards import reader
from ratecard.market import audit, merge, units
from ratecard.market.units import Stated


def stated(source: str, seller: str, meter: str, **prices: str) -> list[Stated]:
    """What a list states of a seller's models, whose ids are their cards' slugs."""
    return [Stated(source, seller, model, model, meter, Decimal(price)) for model, price in prices.items()]


#: Prices of one unit, and the blocks of them that are off with their factor.
CASES: dict[str, tuple[list[Stated], list[tuple[str, str, str]]]] = {
    "cents that are dollars, by other sellers": (
        [
            *stated("portkey", "together", "images", seedream="0.0003", imagen="0.0004", flux="0.0004", sd3="0.0019"),
            *stated("litellm", "fal", "images", seedream="0.03", imagen="0.04", flux="0.05", sd3="0.0019"),
            *stated("litellm", "runware", "images", seedream="0.03", imagen="0.04", flux="0.04", sd3="0.0019"),
        ],
        [("portkey", "together", "0.01")],
    ),
    "cents that are dollars, by other lists of the same offers": (
        [
            *stated("portkey", "minimax", "input_tokens", m27="3e-9", fast="6e-9"),
            *stated("litellm", "minimax", "input_tokens", m27="3e-7", fast="6e-7"),
            *stated("models-dev", "minimax", "input_tokens", m27="3e-7", fast="6e-7"),
        ],
        [("portkey", "minimax", "0.01")],
    ),
    "tenths, by the author of the cards": (
        [
            *stated("litellm", "stability", "images", erase="0.005", inpaint="0.005", creative="0.06", ultra="0.08"),
            *stated("", "stability", "images", erase="0.05", inpaint="0.05", creative="0.60", ultra="0.08"),
            *stated("litellm", "bedrock", "images", erase="0.07", inpaint="0.07", creative="0.60", ultra="0.14"),
            *stated("litellm", "stability", "images", sd3="0.065", turbo="0.04", core="0.03", medium="0.035"),
            *stated("", "stability", "images", sd3="0.065", turbo="0.04", core="0.03", medium="0.035"),
        ],
        [("litellm", "stability", "0.1")],
    ),
    "yuan for dollars": (
        [
            *stated("models-dev", "moark", "output_tokens", glm="0.000014", m21="0.0000084"),
            *stated("models-dev", "zai", "output_tokens", glm="0.0000022"),
            *stated("models-dev", "minimax", "output_tokens", m21="0.0000012"),
            *stated("litellm", "other", "output_tokens", glm="0.0000022", m21="0.0000012"),
        ],
        [("models-dev", "moark", "7")],
    ),
    "one model at every seller": (
        [
            Stated("portkey", seller, "kimi-k3", "kimi-k3", "input_tokens", Decimal(price))
            for seller, price in {"fireworks": "3e-5", "workers-ai": "3e-5", "azure": "3.3e-5"}.items()
        ]
        + [
            Stated("litellm", seller, "kimi-k3", "kimi-k3", "input_tokens", Decimal("3e-6"))
            for seller in ("fireworks", "workers-ai", "azure", "novita")
        ],
        [("portkey", "model kimi-k3", "10")],
    ),
    "a reseller that asks a seventh": (
        [
            *stated("models-dev", "reseller", "input_tokens", haiku="1.4e-7", opus="7.1e-7", sonnet="4.3e-7"),
            *stated("models-dev", "anthropic", "input_tokens", haiku="1e-6", opus="5e-6", sonnet="3e-6"),
            *stated("models-dev", "bedrock", "input_tokens", haiku="1e-6", opus="5e-6", sonnet="3e-6"),
        ],
        [],
    ),
    "prices cut to a tenth, which two lists know": (
        [
            *stated("portkey", "deepseek", "cache_read_tokens", chat="2.8e-9", reasoner="2.8e-9", v3="7e-8"),
            *stated("models-dev", "deepseek", "cache_read_tokens", chat="2.8e-9", reasoner="2.8e-9", v3="7e-8"),
            *stated("litellm", "deepseek", "cache_read_tokens", chat="2.8e-8", reasoner="2.8e-8", v3="7e-8"),
            *stated("litellm", "azure", "cache_read_tokens", chat="2.8e-8"),
        ],
        [],
    ),
    "two lists against each other": (
        [
            *stated("portkey", "openai", "input_tokens", a="1e-8", b="2e-8", c="3e-8"),
            *stated("litellm", "openai", "input_tokens", a="1e-6", b="2e-6", c="3e-6"),
        ],
        [],
    ),
    "one price of many": (
        [
            *stated("models-dev", "helicone", "input_tokens", nemo="2e-5", opus="5e-6", haiku="1e-6"),
            *stated("models-dev", "other", "input_tokens", nemo="2e-8", opus="5e-6", haiku="1e-6"),
            *stated("models-dev", "third", "input_tokens", nemo="2e-8", opus="5e-6", haiku="1e-6"),
        ],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_block_is_off_if_most_of_its_prices_are_off_alike(
    case: tuple[list[Stated], list[tuple[str, str, str]]],
) -> None:
    """Single prices, resellers, price cuts and two lists of which either may be right are no wrong unit."""
    found, expected = case
    assert [(block.source, block.of, str(block.factor)) for block in units.judged(found)] == expected
    assert units.judged(reversed(found)) == units.judged(found)
    assert units.judged(found, "genai-prices") == []


def cost(dollars: float) -> dict[str, float]:
    """A price of tokens as models.dev writes it."""
    return {"input": dollars, "output": 4 * dollars}


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    """A catalog in which two lists state what four models cost at OpenAI."""
    root = toys.folder(tmp_path)
    toys.models(root, *(f"openai/toy-{number}" for number in range(4)))
    models = {f"toy-{number}": {"id": f"toy-{number}", "cost": cost(1 + number)} for number in range(4)}
    (tmp_path / "models-dev.json").write_text(json.dumps({"openai": {"id": "openai", "models": models}}))
    entries = {f"toy-{number}": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": (1 + number) / 1e6}
               for number in range(4)}  # fmt: skip
    (tmp_path / "litellm.json").write_text(json.dumps(entries))
    for feed in ("models-dev", "litellm"):
        assert run(root, feed, tmp_path, "--write", "--version", "1", "--seen", "2026-11-01") == 0
    return root


def run(root: Path, feed: str, folder: Path, *more: str) -> int:
    """The exit code of an import of `<feed>.json` in a folder."""
    return cli.run(["import", feed, str(folder / f"{feed}.json"), "--catalog", str(root), *more])


@pytest.mark.parametrize(("unit", "stops"), [(100, False), (1, True)])
def test_an_import_stops_where_a_block_is_in_another_unit(
    unit: int, stops: bool, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the block, the factor and examples, and where its unit can be stated."""
    tree = {
        f"toy-{number}": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": (1 + number) * unit / 1e6}}}}
        for number in range(4)
    }
    (tmp_path / "portkey.json").write_text(json.dumps({"openai": tree}))
    capsys.readouterr()
    code = run(root, "portkey", tmp_path, "--write", "--version", "1", "--seen", "2026-11-02")
    err = capsys.readouterr().err
    assert (code == 0) is not stops
    assert (root / "evidence" / "portkey").is_dir() is not stops
    assert ("input_tokens of openai: 4 of 4 prices are about 100 times below" in err) is stops
    assert ("openai toy-0 0.00000001 instead of 0.000001" in err) is stops
    assert ("`blocks` of market/importers/portkey.yaml" in err) is stops


def test_the_audit_finds_a_block_in_the_catalog(root: Path) -> None:
    """Evidence that was committed before it was judged is judged as well."""
    folder, original = root / "evidence" / "portkey", root / "evidence" / "litellm"
    folder.mkdir()
    (folder / "quarantine.tsv").write_text("seller\tmodel_id\tkey\tvalue\twhy\n")
    (folder / "openai.models.tsv").write_text((original / "openai.models.tsv").read_text())
    heading, *lines = (original / "openai.prices.tsv").read_text().splitlines()
    cents = (line.split("\t") for line in lines)
    wrong = ["\t".join([*row[:5], f"{int(row[5]) / 100}", *row[6:]]) for row in cents]
    (folder / "openai.prices.tsv").write_text("\n".join([heading, *wrong]) + "\n")
    catalog = merge.market(reader.read(root).catalog, root)
    (block,) = (finding for finding in audit.audit(catalog, date(2026, 11, 21)) if finding.kind == "block")
    assert (block.slug, block.seller) == ("", "openai")
    assert block.what.startswith("Portkey models ")
    assert "input_tokens of openai: 4 of 4 prices are about 100 times below" in block.what
