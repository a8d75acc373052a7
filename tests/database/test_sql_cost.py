"""What a usage costs in SQL."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
import vectors
from laws import one_in
from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.core.usage import Usage
from ratecard.database import sql_cost, writer
from ratecard.pricing import cost as pricing
from vectors import make, oracle, strategies


@pytest.fixture(name="connection", scope="module")
def _connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("vectors") / "catalog.db"
    writer.write(vectors.catalog_of_vectors(), path)
    connection = sql_cost.connect(path)
    yield connection
    connection.close()


def written(parts: list[sql_cost.CostRow]) -> Mapping[str, Any]:
    """The rows of the statement as the vectors write a cost."""
    found = {name: [part for part in parts if part.part == name] for name in ("line", "adjustment", "fee", "assumed")}
    total, funding = ([part for part in parts if part.part == name] for name in ("total", "funding"))
    assert total[0].detail == funding[0].detail
    return {
        "currency": total[0].detail,
        "lines": [
            {
                "item": line.item, "meter": line.meter, "quantity": line.quantity, "price": line.price,
                "per": str(line.per), "amount": line.amount,
            }
            for line in found["line"]
        ],
        "adjustments": [_percentage(part) for part in found["adjustment"]],
        "total": total[0].amount,
        "fees": [_percentage(part) for part in found["fee"]],
        "funding": funding[0].amount,
        "assumed": {part.item: part.detail for part in found["assumed"]},
    }  # fmt: skip


def _percentage(part: sql_cost.CostRow) -> Mapping[str, Any]:
    return {"name": part.item, "percent": part.percent, "amount": part.amount}


def answer(parts: list[sql_cost.CostRow]) -> Mapping[str, Any]:
    """The rows of the statement as the vectors write a case's result."""
    if {part.part for part in parts} == {"unpriced"}:
        return {"unpriced": sorted((part.meter, part.detail) for part in parts)}
    return {"cost": written(parts)}


@pytest.mark.parametrize("case", vectors.cases(), ids=lambda case: case.name)
def test_the_statement_gives_what_the_vectors_say(case: vectors.Case, connection: sqlite3.Connection) -> None:
    """SQL alone comes to the same lines, percentages, fees and total, or names the same that lacks a price."""
    expected = {"unpriced": sorted(case.unpriced)} if case.cost is None else {"cost": case.cost}
    assert answer(sql_cost.bill(connection, case.offer, case.usage, case.at)) == expected


@one_in(6)
@given(bills=st.lists(strategies.bills(), min_size=20, max_size=20))
def test_statement_and_oracle_agree_on_what_nobody_thought_of(bills: list[strategies.Bill]) -> None:
    """Random price lists and usages cost the same in SQL as by the oracle, or lack the same prices."""
    agree(bills)


@one_in(20)
@given(bills=st.lists(strategies.widest_bills(), min_size=10, max_size=10))
def test_statement_and_oracle_agree_where_numbers_are_as_long_as_they_may_be(bills: list[strategies.Bill]) -> None:
    """The longest prices, percentages and quantities that may be written cost the same in SQL."""
    agree(bills)


def agree(bills: list[strategies.Bill]) -> None:
    """Asserts that bills come to the same by the statement as by the oracle."""
    with tempfile.TemporaryDirectory() as folder:
        writer.write(
            vectors.catalog_of({f"offer{place}": bill.offer for place, bill in enumerate(bills)}), Path(folder, "x.db")
        )
        connection = sql_cost.connect(Path(folder, "x.db"))
        for place, (offer, quantities, facts, at) in enumerate(bills):
            expected = dict(oracle.cost(make.words(), offer, quantities, facts, at))
            if "unpriced" in expected:
                expected = {"unpriced": [(lack["meter"], lack["why"]) for lack in expected["unpriced"]]}
            usage = vectors.usage_of(quantities, facts)
            assert answer(sql_cost.bill(connection, f"offer{place}", usage, datetime.fromisoformat(at))) == expected
        connection.close()


def test_every_offer_of_the_market_costs_the_same_in_sql(whole: Catalog, market_db: Path, now: datetime) -> None:
    """Ten thousand real offers, each asked for some of all it prices: the same bill, or none by both."""
    connection = sql_cost.connect(market_db)
    meters = whole.vocabulary.meters
    differing, billed = [], 0
    for card, offer in [(sold, offer) for sold in whole.cards.values() for offer in sold.offers]:
        priced = {rate.meter for tariff in offer.tariffs for rate in tariff.rates}
        usage = Usage({meter: Decimal(200_003) for meter in priced if meters[meter].instead_of not in priced})
        rows = sql_cost.bill(connection, card.slug, usage, now, seller=offer.seller, model_id=offer.model_id)
        try:
            cost = pricing.cost(card, offer, whole.sellers[offer.seller], usage, whole.vocabulary, now)
        except Unpriced as failure:
            same = len(answer(rows).get("unpriced", ())) == len(failure.missing)
        else:
            same, billed = answer(rows) == {"cost": vectors.written(cost)}, billed + 1
        differing += [] if same else [f"{card.slug} at {offer.seller}"]
    connection.close()
    assert differing == []
    assert billed > 9_000


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ({"slug": "no/such"}, ("", "no such offer")),
        ({"seller": "nobody"}, ("", "no such offer")),
        ({"model_id": "nothing"}, ("", "no such offer")),
        ({"at": "yesterday"}, ("", "no such moment")),
        ({"facts": '{"qualty": "high"}'}, ("", "no such fact: qualty")),
        ({"quantities": '{"images": "-1"}'}, ("images", "not a quantity")),
        ({"quantities": '{"images": "ten"}'}, ("images", "not a quantity")),
        ({"quantities": '{"images": 1e20}'}, ("images", "not a quantity")),
        ({"quantities": '{"images": "1.2.3"}'}, ("images", "not a quantity")),
        ({"quantities": '{"images": null}'}, ("images", "not a quantity")),
        ({"quantities": '{"pictures": "1"}'}, ("pictures", "no rate")),
    ],
)
def test_what_the_statement_cannot_read_it_says(
    given: dict[str, str], row: tuple[str, str], connection: sqlite3.Connection
) -> None:
    """A word or number that is none leads to no bill, but to a row that names it."""
    known = {"slug": "when/nested", "at": None, "quantities": '{"images": "1"}', "facts": None}
    asked = {**known, "seller": None, "model_id": None, **given}
    parts = [sql_cost.CostRow(*found) for found in connection.execute(sql_cost.statement(), asked)]
    assert row in [(part.meter, part.detail) for part in parts]
    assert {part.part for part in parts} == {"unpriced"}


def test_what_is_left_out_goes_without_saying(connection: sqlite3.Connection) -> None:
    """Without a moment it is now, without facts the defaults hold, and numbers may be numbers."""
    asked = {"slug": "default/of-readings", "quantities": '{"images": 2}', "at": None, "facts": None}
    rows = connection.execute(sql_cost.statement(), {**asked, "seller": None, "model_id": None}).fetchall()
    parts = [sql_cost.CostRow(*row) for row in rows]
    assert [part.amount for part in parts if part.part == "total"] == ["0.0519"]


GUIDE = (toys.ROOT / "docs" / "sql.md").read_text(encoding="utf-8")


def test_the_guide_lists_every_reason_and_part(connection: sqlite3.Connection) -> None:
    """Whatever the statement may answer is explained."""
    reasons = set(re.findall(r"'((?:no such|no|price|given|fact|not a) [a-z ]+)(?:: )?'", sql_cost.statement()))
    parts = set(re.findall(r"SELECT \d, [\w.]+, '(\w+)'", sql_cost.statement()))
    assert reasons >= {why for case in vectors.cases() for _, why in case.unpriced}
    assert parts == {"line", "adjustment", "total", "fee", "funding", "assumed", "unpriced"}
    assert [word for word in reasons | parts if f"`{word}`" not in GUIDE] == []
