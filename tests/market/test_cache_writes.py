"""Writes to a cache cost at least what the same tokens cost as a plain prompt, in every path alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard import api, cli
from ratecard.core.catalog import Catalog
from ratecard.core.evidence import unit_price
from ratecard.core.records import NO_CONDITIONS, Tariff
from ratecard.market import cache_writes
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.policy import PriceKey

AT = "2026-11-21"
BATCH = frozenset({("service_tier", "batch")})
HOUR = frozenset({("cache_ttl", "1h")})


def listed(prices: Mapping[PriceKey, str], id: str = "m") -> dict[PriceKey, PriceClaim]:
    """A list with these prices per million."""
    return {
        cell: PriceClaim(
            id, cell.meter, cell.when, cell.above, None, Decimal(text), 1_000_000, Decimal(0), "k", text
        )
        for cell, text in prices.items()
    }  # fmt: skip


def cell(meter: str, when: frozenset[tuple[str, str]] = NO_CONDITIONS, above: int = 0) -> PriceKey:
    """The place of a price of tokens in a list."""
    return PriceKey(f"{meter}_tokens", when, above)


def writes(
    prices: Mapping[PriceKey, str], id: str = "m", seller: str = "s", *, apart: bool = False
) -> dict[PriceKey, str]:
    """What writes cost by a list."""
    found = cache_writes.held(listed(prices, id), seller, priced_apart=apart)
    return {place: str(price.price) for place, price in found.items() if place.meter == "cache_write_tokens"}


def test_writes_that_cost_nothing_more_cost_what_input_costs() -> None:
    """GLM-5.2 by its maker's lists: 1.40 for input and 0 for a write, which is no gift; so in every tier and step."""
    said = {cell("input"): "1.4", cell("cache_read"): "0.26", cell("cache_write"): "0"}
    assert writes(said) == {cell("cache_write"): "1.4"}
    stepped = {**said, cell("input", BATCH): "0.7", cell("input", above=200_000): "2.8"}
    assert writes(stepped) == {
        cell("cache_write"): "1.4",
        cell("cache_write", BATCH): "0.7",
        cell("cache_write", above=200_000): "2.8",
    }


def test_a_list_without_a_price_of_writes_charges_them_as_input_where_nothing_prices_them_apart() -> None:
    """GPT-4o has a price of cached input alone; a list without any knows no cache; Claude's writes are dearer."""
    cached = {cell("input"): "2.5", cell("cache_read"): "1.25"}
    assert writes(cached) == {cell("cache_write"): "2.5"}
    assert writes({cell("input"): "2.5"}) == {}
    assert writes(cached, apart=True) == writes({**cached, cell("cache_write"): "0"}, apart=True) == {}


def test_a_price_of_writes_is_held_as_it_is() -> None:
    """Claude's writes cost more, for an hour more still; those of MiniMax's fast models cost what slow ones' do."""
    claude = {cell("input"): "3", cell("cache_write"): "3.75", cell("cache_write", HOUR): "6"}
    assert writes(claude, apart=True) == {cell("cache_write"): "3.75", cell("cache_write", HOUR): "6"}
    fast = {cell("input"): "0.6", cell("cache_write"): "0.375"}
    assert writes(fast, "MiniMax-M2.7-highspeed", apart=True) == {cell("cache_write"): "0.375"}


def test_five_minutes_of_storage_are_charged_beside_the_prompt() -> None:
    """OpenRouter charges writes of Gemini as input and five minutes of storage, and lists only the latter."""
    said = {cell("input"): "0.3", cell("cache_read"): "0.03", cell("cache_write"): "0.083333"}
    assert writes(said, "google/gemini-2.5-flash", "openrouter") == {cell("cache_write"): "0.383333"}


def test_what_is_cheaper_than_the_prompt_is_no_price_of_writes() -> None:
    """An hour of storage at BytePlus, and the price of a cached token above a step at Vertex AI."""
    storage = {cell("input"): "0.25", cell("cache_read"): "0.05", cell("cache_write"): "0.0083"}
    assert writes(storage, "seed-1-6", "byteplus") == {cell("cache_write"): "0.25"}
    swapped = {cell("input"): "1.25", cell("input", above=200_000): "2.5", cell("cache_write", above=200_000): "0.25"}
    assert writes(swapped, "gemini-2.5-pro", "vertex-ai")[cell("cache_write", above=200_000)] == "2.5"


def test_a_free_list_stays_free() -> None:
    """Nothing of a list of zeros is charged as anything else."""
    said = {cell("input"): "0", cell("cache_write"): "0"}
    assert writes(said) == {cell("cache_write"): "0"}


_PRICES = st.decimals(0, 100, places=2).map(str)


@given(st.dictionaries(st.sampled_from([cell("cache_read"), cell("cache_write"), cell("cache_write", HOUR)]), _PRICES),
       _PRICES, st.booleans())  # fmt: skip
def test_no_write_costs_less_than_input(said: dict[PriceKey, str], fresh: str, apart: bool) -> None:
    """Whatever a list states."""
    found = writes({cell("input"): fresh, **said}, apart=apart)
    assert all(Decimal(price) >= Decimal(fresh) for price in found.values())


def _lists(catalog: Catalog) -> Iterator[tuple[str, Tariff]]:
    for card in catalog.cards.values():
        for offer in card.offers:
            yield from ((offer.model_id, tariff) for tariff in offer.tariffs)


def test_no_shipped_list_gives_writes_away(whole: Catalog) -> None:
    """Of every list with a price of input, a write under the same conditions costs at least as much."""
    cheap = set()
    for model_id, tariff in _lists(whole):
        fresh = {(rate.when, rate.above): unit_price(rate) for rate in tariff.rates if rate.meter == "input_tokens"}
        for rate in tariff.rates:
            when = frozenset(pair for pair in rate.when if pair[0] != "cache_ttl")
            if rate.meter == "cache_write_tokens" and unit_price(rate) < fresh.get((when, rate.above), Decimal(0)):
                cheap.add(model_id.lower().rpartition("/")[2].rpartition("-")[2])
    assert cheap <= {"highspeed"}


@pytest.mark.parametrize(("model", "total"), [("openai/gpt-4o", "0.255"), ("openai/gpt-5-nano", "0.0052")])
def test_every_path_charges_the_same(
    model: str, total: str, frozen: Catalog, frozen_db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """10,000 tokens of input, 90,000 that were written and 500 of output: in a call, a response and a log."""
    name = model.partition("/")[2]
    words = {"input_tokens": 10_000, "cache_write_tokens": 90_000, "output_tokens": 500}
    assert api.cost(model, at=AT, catalog=frozen, **words).total == Decimal(total)
    usage = {
        "prompt_tokens": 100_000,
        "completion_tokens": 500,
        "prompt_tokens_details": {"cache_write_tokens": 90_000},
    }
    body = {"object": "chat.completion", "model": name, "choices": [], "usage": usage}
    assert api.cost(response=body, at=AT, catalog=frozen).total == Decimal(total)
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps({"model": model, "timestamp": f"{AT}T00:00:00Z", **words}) + "\n")
    cli.run(["bill", str(log), "--db", str(frozen_db), "--json"])
    assert Decimal(json.loads(capsys.readouterr().out)["totals"][0]["cost"]) == Decimal(total)
