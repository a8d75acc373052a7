"""What pricing a log takes does not grow with its rows, apart from what the engine does."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import FrameType

from loggen import write
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Adjustment, Card, Offer, Rate, Seller, Source, Tariff, Vocabulary
from ratecard.logs import cost, summary
from ratecard.logs.engines import Engine
from ratecard.logs.logs import open_log

MODELS = 40
METERS = {"input_tokens": "t_in", "cache_read_tokens": "t_cached", "output_tokens": "t_out"}


def catalog(vocabulary: Vocabulary) -> Catalog:
    """The models of a generated log, each with two tiers and a batch discount."""
    rates = tuple(
        Rate(meter, Decimal(price), 1_000_000, above=above)
        for meter, prices in zip(METERS, (("2.5", "5"), ("0.25", "0.5"), ("10", "15")), strict=True)
        for price, above in zip(prices, (0, 200_000), strict=True)
    )
    batch = Adjustment("batch discount", Decimal(-50), frozenset({("service_tier", "batch")}))
    tariff = Tariff((Source("https://example.org", date(2025, 1, 1)),), rates, adjustments=(batch,))
    slugs = [f"maker-{number % 40}/model-{number}" for number in range(MODELS)]
    cards = {
        slug: Card(slug, slug, "maker", "text", offers=(Offer("maker", slug, tariffs=(tariff,)),)) for slug in slugs
    }
    return Catalog(cards, {"maker": Seller("maker", "Maker", "maker")}, {}, {}, vocabulary, names_of(cards.values()))


def python_calls(engine: Engine, path: Path, prices: Catalog) -> int:
    """How many functions Python calls to bill a log by model."""
    calls = 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(counted)
    try:
        log = open_log(engine, [str(path)], {"model": "model", **METERS}, prices.vocabulary)
        survey = cost.survey(engine, log, prices, datetime(2026, 1, 20, tzinfo=UTC))
        summary.billed(cost.summed(engine, log, survey, prices, []), ["model"])
    finally:
        sys.setprofile(None)
    return calls


def test_python_does_as_much_for_many_rows_as_for_few(engine: Engine, vocabulary: Vocabulary, tmp_path: Path) -> None:
    """Two hundred times the rows of the same models are the same work for Python: prices are chosen once."""
    prices = catalog(vocabulary)
    few = write(tmp_path / "few.parquet", 5_000, MODELS, "BIGINT")
    many = write(tmp_path / "many.parquet", 1_000_000, MODELS, "BIGINT")
    python_calls(engine, few, prices)  # what is loaded and remembered once does not count
    assert python_calls(engine, many, prices) <= python_calls(engine, few, prices) + 7_000  # not one for a hundred rows
