"""A row of a log costs what `ratecard.cost` says of it, to the last digit, and sums are the sums of the rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from laws import one_in
from ratecard import cost, open_catalog
from ratecard.core import decimals
from ratecard.core.catalog import Catalog, find
from ratecard.core.errors import BadValue, RatecardError, UnknownModel, UnknownSeller, Unpriced
from ratecard.logs import bill as bills

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: How a row without a cost is told, for each error that a cost raises.
STATUS = {UnknownModel: "unknown-model", UnknownSeller: "unknown-seller", BadValue: "bad-fact", Unpriced: "unpriced"}

#: Models under their slugs, other names and sellers' ids: with periods, changes of price, minimums, and not there.
MODELS = (
    "deepseek/deepseek-chat",
    "deepseek-reasoner",
    "deepseek/deepseek-v4-pro",
    "deepseek-v4-flash",
    "fal-ai/flux-pro/v1/erase",
    "bfl/flux-2-pro",
    "openai/gpt-image-1",
    "openai/gpt-image-2",
    "ideogram/ideogram-v2-edit",
    "leonardo/phoenix-1.0",
    "@cf/black-forest-labs/flux-1-schnell",
    "deepseek-v9",
    "DeepSeek-Chat",
)
SELLERS = ("", "", "", "openai", "deepseek", "aigateway", "cloudflare", "nobody")

#: Days around which prices change, and moments of a day on both sides of peak hours.
DAYS = st.sampled_from(
    ["2025-02-08", "2025-11-30", "2025-12-01", "2026-04-24", "2026-08-16", "2026-08-22", "2026-11-12"]
)
MINUTES = st.one_of(st.sampled_from([0, 30, 59, 60, 240, 600, 960, 989, 990, 1439]), st.integers(0, 3 * 1440))
COUNTS = st.one_of(st.just(0), st.integers(1, 5), st.integers(190_000, 300_000), st.integers(0, 10**12))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row of a log: a model, perhaps its seller, quantities, facts and a time."""
    at = datetime.fromisoformat(draw(DAYS)).replace(tzinfo=UTC) + timedelta(minutes=draw(MINUTES))
    row: dict[str, Any] = {"model": draw(st.sampled_from(MODELS)), "at": at.isoformat()}
    row["seller"] = draw(st.sampled_from(SELLERS))
    image = draw(st.booleans())
    meters = ("images", "input_images") if image else ("input_tokens", "cache_read_tokens", "output_tokens")
    row |= {meter: draw(st.integers(0, 9) if image else COUNTS) for meter in meters}
    if image:
        row["size"] = draw(st.sampled_from(["", "512x512", "1024x1024", "1536x1024", "99999x3"]))
        row["quality"] = draw(st.sampled_from(["", "low", "high", "splendid"]))
        row["steps"] = draw(st.sampled_from(["", "4", "25"]))
    row["byok"] = draw(st.sampled_from(["", "on"]))
    return row


METERS = ("images", "input_images", "input_tokens", "cache_read_tokens", "output_tokens")
FACTS = ("size", "quality", "steps", "byok")


def alone(row: dict[str, Any], catalog: Catalog) -> tuple[str, Decimal | None]:
    """What becomes of a row that is priced by itself."""
    words = {name: row[name] for name in (*METERS, *FACTS) if row.get(name) not in (None, "")}
    if not any(row.get(meter) for meter in METERS):
        words["input_tokens"] = 0
    try:
        find(catalog, row["model"])  # whose row it is comes before what is wrong with it
        found = cost(row["model"], at=row["at"], seller=row["seller"] or None, catalog=catalog, **words)
    except RatecardError as error:
        return STATUS[type(error)], None
    return "priced", found.total


def in_bulk(listed: Sequence[dict[str, Any]], catalog: Catalog, folder: Path) -> tuple[Any, bills.Bill]:
    """What becomes of rows that are priced as a log: row by row, and in sums."""
    path, out = folder / "log.jsonl", folder / "priced.parquet"
    numbered = ({"number": number, **row} for number, row in enumerate(listed))
    path.write_text("".join(json.dumps(row) + "\n" for row in numbered))
    asked = bills.BillRequest((str(path),), NOW, by=("model", "seller", "day"), out=str(out))
    found = bills.bill(catalog, asked)
    table = sorted(pq.read_table(out).to_pylist(), key=lambda row: int(row["number"]))
    return [(row["ratecard_status"], row["ratecard_cost"]) for row in table], found.bill


def agree(listed: Sequence[dict[str, Any]], catalog: Catalog, folder: Path) -> None:
    """Rows cost what they cost alone; sums and totals are the sums of these."""
    expected = [alone(row, catalog) for row in listed]
    found, bill = in_bulk(listed, catalog, folder)
    assert found == expected
    costs = [total for _, total in expected if total is not None]
    assert total(part.cost for part in bill.totals) == total(costs)
    assert total(group.cost for group in bill.groups if group.cost is not None) == total(costs)
    by_day: dict[str, list[Decimal]] = defaultdict(list)
    for row, (_, amount) in zip(listed, expected, strict=True):
        if amount is not None:
            by_day[row["at"][:10]].append(amount)
    summed = {
        day: total(g.cost or decimals.ZERO for g in bill.groups if g.rows and g.by["day"] == day) for day in by_day
    }
    assert summed == {day: total(amounts) for day, amounts in by_day.items()}
    assert bill.rows == len(listed) == sum(group.rows + group.unpriced for group in bill.groups)
    assert sum(part.rows for part in bill.unpriced) == sum(amount is None for _, amount in expected)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts."""
    return decimals.total(list(amounts))


@one_in(10)
@given(listed=st.lists(rows(), min_size=1, max_size=40))
def test_a_log_costs_what_its_rows_cost_alone(listed: list[dict[str, Any]], db: Path) -> None:
    """Whatever the models, sellers, facts, quantities and times: each row and each sum, to the last digit."""
    with TemporaryDirectory() as folder:
        agree(listed, open_catalog(db), Path(folder))


def test_every_model_costs_in_a_log_what_it_costs_alone(catalog: Catalog, tmp_path: Path) -> None:
    """A log of every model on both sides of each change of price."""
    days = ("2025-02-08", "2025-12-01", "2026-08-16", "2026-08-22", "2026-11-12")
    listed = [
        {"model": model, "at": f"{day}T{hour}:00:00+00:00", "seller": "", meter: count}
        for model in MODELS
        for day in days
        for hour, meter, count in (("00", "input_tokens", 250_001), ("17", "output_tokens", 7), ("23", "images", 2))
    ]
    agree(listed, catalog, tmp_path)
