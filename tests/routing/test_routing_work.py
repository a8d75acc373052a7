"""How much work a route is: counted in offers looked at, since seconds say little."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ratecard import api
from ratecard.core.catalog import Catalog
from ratecard.database import store
from ratecard.routing.integer_costs import ScaledUsage, UnitCosts

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(name="looked")
def _looked(monkeypatch: pytest.MonkeyPatch) -> list[ScaledUsage]:
    """Every time an offer's amount is worked out."""
    looked: list[ScaledUsage] = []
    amount = UnitCosts.amount

    def counted(self: UnitCosts, asked: ScaledUsage) -> int | Decimal | None:
        looked.append(asked)
        return amount(self, asked)

    monkeypatch.setattr(UnitCosts, "amount", counted)
    return looked


def chat(catalog: Catalog, tokens: int) -> object:
    """The cheapest of thousands of offers that call tools and see."""
    found = api.route(["tool-calling", "vision"], input_tokens=tokens, output_tokens=500, at=NOON, catalog=catalog)
    return found.choice


def test_a_question_like_one_before_looks_at_a_few_offers_of_thousands(
    whole: Catalog, looked: list[ScaledUsage]
) -> None:
    """Other counts of the same tokens are asked of those that may be cheapest alone, even the first time."""
    chat(whole, 5_000)
    assert 0 < len(looked) < 400
    looked.clear()
    chat(whole, 6_000)
    looked.clear()
    for tokens in (4_000, 5_500, 50_000):
        chat(whole, tokens)
    assert 0 < len(looked) <= 3 * 250


def test_a_choice_reads_the_cards_it_may_choose_and_no_others(whole: Catalog) -> None:
    """A first choice does not read the market: reasons and other candidates are worked out when they are looked at."""
    fresh = store.read(whole.cards.connection.execute("PRAGMA database_list").fetchone()[2])  # type: ignore[attr-defined]
    chat(fresh, 5_000)
    assert len(fresh.cards._read) < 300  # type: ignore[attr-defined]
