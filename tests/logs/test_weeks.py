"""Periods of the week in a log, however oddly they cut it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ratecard import api
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import Card, Offer, Rate, Seller, Source, Tariff, Vocabulary
from ratecard.logs import cost
from ratecard.logs.engines import Engine, rows
from ratecard.logs.logs import open_log

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "windows",
    [("mon-mon 00:00-11:00",), ("sun-sun 13:00-24:00",), ("mon-sun 23:59-24:00",), ("tue-tue 07:07-14:14", "sat-sun 00:00-17:00")],
)  # fmt: skip
def test_every_hour_of_the_week_is_in_the_period_it_is_in(
    windows: tuple[str, ...], engine: Engine, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    """Windows whose length does not divide the week change no price outside them: rows cost what they cost alone."""
    rates = (Rate("requests", Decimal(2)), Rate("requests", Decimal(1), when=frozenset({("period", "off_peak")})))
    source = Source("https://example.org", date(2025, 1, 1))
    tariff = Tariff((source,), rates, periods={"off_peak": windows})
    card = Card("toys/toy", "Toy", "toys", "text", offers=(Offer("maker", "toy", tariffs=(tariff,)),))
    prices = Catalog(
        {card.slug: card}, {"maker": Seller("maker", "Maker", "maker")}, {}, {}, vocabulary, names_of([card])
    )
    moments = [MONDAY + timedelta(minutes=29 * step) for step in range(7 * 24 * 60 // 29 + 1)]
    lines = ({"model": "toys/toy", "at": at.isoformat(), "requests": 1, "n": n} for n, at in enumerate(moments))
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    log = open_log(engine, [str(path)], {}, vocabulary)
    found = cost.by_row(engine, log, cost.survey(engine, log, prices, MONDAY), prices)
    costs = {int(row["n"]): row["rc_cost"] for row in rows(engine, found.table.select("n", "rc_cost"))}
    assert costs == {n: api.cost("toys/toy", requests=1, at=at, catalog=prices).total for n, at in enumerate(moments)}
