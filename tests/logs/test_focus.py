"""`ratecard bill --format focus`: what FOCUS 1.2 asks of the columns that an estimate has."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from billed import MIXED, Bills, log

import toys
from ratecard.market import build as building

#: The columns, which are the specification's own but for x_Estimate; those of what was billed or contracted are not.
COLUMNS = {
    *("BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeDescription"),
    "ChargeClass",
    *("ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit"),
    *("InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit"),
    *("ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "SkuId", "SkuMeter", "SkuPriceId"),
    "x_Estimate",
}


def lines(text: str) -> list[dict[str, str]]:
    """The lines of separated values."""
    return list(csv.DictReader(io.StringIO(text)))


def check(found: list[dict[str, str]], total: Decimal) -> None:
    """Every product is exact, and all of it is the total of the bill."""
    for line in found:
        assert line.keys() == COLUMNS
        assert Decimal(line["ListUnitPrice"]) * Decimal(line["PricingQuantity"]) == Decimal(line["ListCost"])
    assert sum(Decimal(line["ListCost"]) for line in found) == total


def test_a_bill_in_the_columns_of_focus(tmp_path: Path, bill: Bills) -> None:
    """One line for each day, model and meter; what has no price is on stderr and in the exit code."""
    path = log(tmp_path, MIXED)
    found = bill(path, "--format", "focus")
    assert found.code == 5
    assert "Without a cost: 4 of 7 rows" in found.err
    term_costs = lines(found.out)
    check(term_costs, Decimal(bill(path, "--json").total))
    assert [line["ChargePeriodStart"] for line in term_costs] == sorted(
        line["ChargePeriodStart"] for line in term_costs
    )
    first = next(line for line in term_costs if line["SkuId"] == "deepseek/deepseek-v4-pro/input_tokens")
    assert {name: first[name] for name in sorted(COLUMNS) if name.startswith(("Billing", "Charge", "Consumed"))} == {
        "BillingCurrency": "USD",
        "BillingPeriodEnd": "2026-10-01T00:00:00Z",
        "BillingPeriodStart": "2026-09-01T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ChargeDescription": f"{first['ChargeDescription'].partition(':')[0]}: Input tokens "
        "(list price, estimated from a usage log)",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": "2026-09-02T00:00:00Z",
        "ChargePeriodStart": "2026-09-01T00:00:00Z",
        "ConsumedQuantity": "10000",
        "ConsumedUnit": "Input Tokens",
    }
    assert (first["PricingQuantity"], first["PricingUnit"]) == ("0.01", "1000000 Input Tokens")
    assert (first["ProviderName"], first["ServiceCategory"]) == ("DeepSeek", "AI and Machine Learning")
    assert {line["x_Estimate"] for line in term_costs} == {"list prices of ratecard; not an invoice"}


def test_lines_are_written_to_a_file(tmp_path: Path, bill: Bills) -> None:
    """--out gets the lines instead of stdout; in Parquet, numbers are decimals."""
    path = log(tmp_path, MIXED)
    term_costs = lines(bill(path, "--format", "focus").out)
    for form in ("csv", "parquet", "jsonl"):
        out = tmp_path / f"focus.{form}"
        found = bill(path, "--format", "focus", "--out", str(out))
        assert (found.code, found.out) == (5, "")
        assert f"{out}: {len(term_costs)} lines in FOCUS 1.2 columns (an estimate)\n" in found.err
    assert lines((tmp_path / "focus.csv").read_text()) == term_costs
    table = pq.read_table(tmp_path / "focus.parquet").to_pylist()
    assert {row["ChargeClass"] for row in table} == {None}
    assert [row["ListCost"] for row in table] == [Decimal(line["ListCost"]) for line in term_costs]


def test_a_log_without_times_has_charges_without_a_period(tmp_path: Path, bill: Bills, frozen_db: Path) -> None:
    """A day that nobody knows is not made up."""
    path = log(tmp_path, ["model,images", "ideogram/ideogram-v2-edit,100"])
    (line,) = lines(bill(path, "--format", "focus", "--db", str(frozen_db)).out)
    assert (line["ChargePeriodStart"], line["BillingPeriodEnd"]) == ("", "")
    assert (line["ListCost"], line["PricingUnit"]) == ("8", "Images")


CARD = """
name: Sound
provider: openai
modality: image
sources: [{url: https://example.org/toy, checked: 2026-11-01}]
offers:
  - seller: fal
    model_id: sound
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        rates:
          - {meter: audio_seconds, price: %s, per: 60, minimum: %s}
"""


@pytest.mark.parametrize("price", ["0.006", "0.01", "0.07"])
@pytest.mark.parametrize("minimum", ["1", "10"])
def test_products_are_exact_where_quotients_do_not_end(
    price: str, minimum: str, tmp_path: Path, today: date, bill: Bills
) -> None:
    """77 of 60 seconds is no decimal: the unit is a second then, or a request, and the product stays the cost."""
    folder = toys.folder(tmp_path, ("toys/sound", CARD.lstrip() % (price, minimum)))
    db = tmp_path / "toys.db"
    problems = building.build(folder, db, today).problems
    assert not problems, problems
    path = log(tmp_path, ["model,audio_seconds", "toys/sound,77", "toys/sound,3", "toys/sound,77", "toys/sound,0.5"])
    found = lines(bill(path, "--format", "focus", "--db", str(db)).out)
    check(found, Decimal(bill(path, "--json", "--db", str(db)).total))
    assert sum(Decimal(line["ConsumedQuantity"]) for line in found) == Decimal("157.5")
