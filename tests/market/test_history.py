"""Prices of former days: which list held, and since when that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ratecard.core import evidence
from ratecard.core.errors import BadCatalog, Unpriced
from ratecard.core.records import (
    NO_CONDITIONS,
    Card,
    Conditions,
    Event,
    Feed,
    Meter,
    Offer,
    Seller,
    Source,
    Tariff,
    Vocabulary,
)
from ratecard.core.usage import Usage
from ratecard.market import held_prices, verifications
from ratecard.market.evidence_files import ModelClaim, PriceClaim
from ratecard.market.held_prices import Rows
from ratecard.market.identity import Identity
from ratecard.market.lifecycle import with_life
from ratecard.market.listings import Listing
from ratecard.pricing.cost import cost

GENAI = Feed(
    "genai-prices", "genai-prices", "1", date(2026, 11, 11), "MIT", "https://two.test", 2, expresses=("above",)
)
DATED = Feed(
    "model-prices", "model-prices", "1", date(2026, 10, 26), "MIT", "https://five.test", 6, expresses=("above",)
)
LITELLM = Feed("litellm", "LiteLLM", "1", date(2026, 11, 20), "MIT", "https://one.test", 1, expresses=("above",))
NEWEST = date(2026, 11, 20)
WORDS = Vocabulary(
    meters={
        name: Meter(name, name, "token", (Decimal(0), Decimal(1)), per=1) for name in ("input_tokens", "output_tokens")
    }
)


def price(meter: str, amount: str, since: str = "", when: Conditions = NO_CONDITIONS) -> PriceClaim:
    """A claim about a million tokens, of a day on or of none."""
    day = date.fromisoformat(since) if since else None
    return PriceClaim("m", meter, when, 0, day, Decimal(amount), 1_000_000, Decimal(0), f"k {meter}", amount)


def both(put_in: str, out: str, since: str = "") -> list[PriceClaim]:
    """The price of the prompt and of the answer."""
    return [price("input_tokens", put_in, since), price("output_tokens", out, since)]


def listed(prices: dict[Feed, list[PriceClaim]]) -> tuple[Tariff, ...]:
    """The price lists that claims come to."""
    rows = Rows(Identity(), {}, {}, {}, frozenset(), (), NEWEST)
    return held_prices.tariffs(Listing("acme", "m", {}, prices), rows)


def shown(tariffs: Sequence[Tariff]) -> list[tuple[str, str, str]]:
    """The first day, the price of a prompt and the status of each list."""
    return [
        (str(one.effective or ""), f"{one.rates[0].price:f}", evidence.price_status(one)) for one in tariffs
    ]  # fmt: skip


def test_the_first_list_known_stands_for_the_days_before() -> None:
    """GPT-4o was first read at $2.50; what it cost before is undated, and no first price of its own."""
    found = listed({LITELLM: both("2.5", "10"), DATED: both("2.5", "10", "2025-06-05")})

    assert shown(found) == [("", "2.5", "undated"), ("2025-06-05", "2.5", "known")]


def test_a_price_that_a_change_ended_is_known() -> None:
    """o3: who dates its prices says that $10 held until 2025-06-10."""
    old, new = both("10", "40"), both("2", "8", "2025-06-10")
    found = listed({GENAI: [*old, *new], DATED: both("10", "40", "2025-06-05") + new})

    assert shown(found)[:1] == [("", "10", "known")]
    assert shown(found)[-1] == ("2025-06-10", "2", "known")


def test_a_price_to_come_is_that_of_those_who_announce_it() -> None:
    """Gemini 3.7 Flash doubles on 2027-01-01; a list of October that does not know it says nothing against it."""
    found = listed({
        GENAI: [*both("0.75", "3.75"), *both("1.5", "7.5", "2027-01-01")], DATED: both("0.75", "3.75", "2026-08-13"),
    })  # fmt: skip

    assert shown(found)[-1] == ("2027-01-01", "1.5", "single")


def test_a_newer_price_does_not_hold_since_a_page_stated_another() -> None:
    """Gemini 3.6 Flash at Vertex AI cost $1.50 on 2026-08-09; that it costs $0.75 is known since a list says so."""
    page = Feed("https://acme.test/p", "acme.test", "", date(2026, 8, 9), "", "https://acme.test/p", 0)
    found = listed({page: both("1.5", "7.5", "2026-08-09"), LITELLM: both("0.75", "3.75")})
    same = listed({page: both("0.75", "3.75", "2026-08-09"), LITELLM: both("0.75", "3.75")})

    assert shown(found)[1:] == [("2026-08-09", "1.5", "single"), ("2026-11-20", "0.75", "single")]
    assert shown(same)[1:] == [("2026-08-09", "0.75", "known")]


def offered(lists: Sequence[Tariff], released: str = "") -> tuple[Card, Offer]:
    """A card with one offer, and its release."""
    source = Source("https://acme.test", NEWEST)
    life = (Event("released", date.fromisoformat(released), source),) if released else ()
    offer = Offer("acme", "m", tariffs=tuple(lists))
    return Card("acme/m", "M", "acme", "text", offers=(offer,), lifecycle=life), offer


@pytest.mark.parametrize(
    ("day", "status"), [("2025-08-07", "undated"), ("2026-11-19", "undated"), ("2026-11-20", "single")]
)
def test_a_price_is_known_from_its_first_reading_on(day: str, status: str) -> None:
    """Without a dated change the first reading is the first day that is sure, and the answer says so."""
    card, offer = offered(listed({LITELLM: both("1.25", "10")}), "2025-08-07")
    at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
    found = cost(card, offer, Seller("acme", "Acme", "maker"), Usage({"input_tokens": Decimal(8)}), WORDS, at)

    assert found.price_status == status
    assert ("its price before 2026-11-20 is not known; this is the first one that is" in found.warnings) == (
        status == "undated"
    )


def test_before_its_release_a_model_has_no_price() -> None:
    """GPT-5 cost nothing in 2020: there was none."""
    card, offer = offered(listed({LITELLM: both("1.25", "10")}), "2025-08-07")
    with pytest.raises(Unpriced, match="released on 2025-08-07; there is no price before"):
        cost(card, offer, Seller("acme", "Acme", "maker"), Usage({"input_tokens": Decimal(8)}), WORDS,
             datetime(2025, 8, 6, tzinfo=UTC))  # fmt: skip


def test_a_name_that_had_a_price_before_was_not_released_later() -> None:
    """deepseek-chat led from model to model; the day of the last of them is not its own."""
    _, offer = offered(listed({DATED: both("0.27", "1.1", "2025-02-09")}))
    listing = Listing("acme", "m", {LITELLM: [ModelClaim("m", released=date(2025, 12, 1))]}, {})

    assert with_life(offer, listing, own=True).lifecycle == ()


READINGS = """\
seller	model_id	meter	conditions	above	effective	price	per	verdict	url	day	note
acme	m	input_tokens			2024-11-04	1	1000000		https://acme.test/news	2024-11-04	read
acme	m	output_tokens			2024-11-04	5	1000000		https://acme.test/news	2024-11-04	read
acme	m	input_tokens			2024-12-03	0.8	1000000		https://acme.test/cut	2024-12-03	read
acme	m	input_tokens	service_tier=batch		2024-11-04	0.5	1000000		https://acme.test/news	2024-11-04	read
acme	m	input_tokens	service_tier=batch		2025-01-01	0.5	1000000	gone	https://acme.test/end	2025-01-01	read
acme	m	input_tokens				0.8	1000000	right	https://acme.test/pricing	2026-11-01	read
"""  # fmt: skip


def test_a_price_read_at_its_seller_stands_until_another_reading(tmp_path: Path) -> None:
    """Each reading adds to what was read before; what is gone ends; what was read lately is a list of its day."""
    (tmp_path / "verifications.tsv").write_text(READINGS)
    found = [
        (
            page.url,
            str(page.seen),
            sorted((str(one.effective), one.meter, len(one.when), str(one.price)) for one in prices),
        )
        for _, page, prices in verifications.pages(tmp_path, NEWEST)
    ]

    assert found == [
        ("https://acme.test/pricing", "2026-11-01", [("None", "input_tokens", 0, "0.8")]),
        ("https://acme.test/news", "2024-11-04", [
            ("2024-11-04", "input_tokens", 0, "1"), ("2024-11-04", "input_tokens", 1, "0.5"),
            ("2024-11-04", "output_tokens", 0, "5"),
        ]),
        ("https://acme.test/cut", "2024-12-03", [
            ("2024-12-03", "input_tokens", 0, "0.8"), ("2024-12-03", "input_tokens", 1, "0.5"),
            ("2024-12-03", "output_tokens", 0, "5"),
        ]),
        ("https://acme.test/end", "2025-01-01", [
            ("2025-01-01", "input_tokens", 0, "0.8"), ("2025-01-01", "output_tokens", 0, "5"),
        ]),
    ]  # fmt: skip


SONNET_4_5 = """\
seller	model_id	meter	conditions	above	effective	price	per	verdict	url	day	note
acme	m	input_tokens			2025-09-29	3	1000000		https://acme.test/pricing	2025-10-01	read
acme	m	output_tokens			2025-09-29	15	1000000		https://acme.test/pricing	2025-10-01	read
acme	m	input_tokens		200000	2025-09-29	6	1000000		https://acme.test/pricing	2025-10-01	read
acme	m	output_tokens		200000	2025-09-29	22.5	1000000		https://acme.test/pricing	2025-10-01	read
acme	m	input_tokens		200000	2026-04-30	6	1000000	gone	https://acme.test/notes	2026-05-01	read
acme	m	output_tokens		200000	2026-04-30	22.5	1000000	gone	https://acme.test/notes	2026-05-01	read
"""


@pytest.mark.parametrize(
    ("day", "total"),
    [("2025-09-30", "1.8225"), ("2026-04-29", "1.8225"), ("2026-04-30", "0.915"), ("2026-11-20", "0.915")],
)
def test_a_step_of_former_days_ended_on_its_day(day: str, total: str, tmp_path: Path) -> None:
    """Claude Sonnet 4.5 took prompts above 200,000 tokens at twice the price until 2026-04-30; today's lists have none."""
    (tmp_path / "verifications.tsv").write_text(SONNET_4_5)
    read = {page: prices for _, page, prices in verifications.pages(tmp_path, NEWEST)}
    card, offer = offered(listed({LITELLM: both("3", "15"), **read}))
    used = Usage({"input_tokens": Decimal(300_000), "output_tokens": Decimal(1_000)}, prompt=Decimal(300_000))
    at = datetime.fromisoformat(f"{day}T12:00+00:00")
    assert cost(card, offer, Seller("acme", "Acme", "maker"), used, WORDS, at).total == Decimal(total)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("acme\tm", "2 cells, not 12"),
        ("acme\tm\tinput_tokens\t\t\t\t1\t1\tperhaps\thttps://a.test\t2026-01-01\t", "'perhaps' is not a verdict"),
        ("acme\tm\tinput_tokens\t\t\t\t-1\t1\t\thttps://a.test\t2026-01-01\t", "'-1' is not a price"),
        ("acme\tm\tinput_tokens\t\t\t\t1\t1\t\t\t2026-01-01\t", "no url"),
        ("acme\tm\tinput_tokens\t\t\t\t1\t1\t\thttps://a.test\tyesterday\t", "yesterday"),
    ],
)
def test_a_line_that_is_no_reading_is_named(line: str, why: str, tmp_path: Path) -> None:
    """The error says the file, the line and what is wrong."""
    (tmp_path / "verifications.tsv").write_text(READINGS.splitlines()[0] + "\n" + line + "\n")
    with pytest.raises(BadCatalog, match=f"verifications.tsv:2:1: .*{why}"):
        verifications.read(tmp_path)
