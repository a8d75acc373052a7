"""What a usage costs."""

from __future__ import annotations

import decimal
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard.core import catalog as catalogs
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, Unpriced
from ratecard.core.records import Card, Fee, Offer, Seller, Vocabulary
from ratecard.core.usage import usage_of
from ratecard.pricing import cost

PLAIN = Seller("fal", "fal", "reseller")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def priced(
    offer: Offer, vocabulary: Vocabulary, at: datetime = NOON, seller: Seller = PLAIN, **words: object
) -> cost.Cost:
    """The cost of a usage at an offer of a toy card."""
    card = Card("toys/toy", "Toy", "openai", "image", offers=(offer,))
    return cost.cost(card, offer, seller, usage_of(vocabulary, words), vocabulary, at)


SHAPES = {
    "per image by quality": (
        """
        defaults: {quality: medium, size: 1024x1024}
        rates:
          - {meter: images, price: 0.011, when: {quality: low, size: 1024x1024}}
          - {meter: images, price: 0.042, when: {quality: medium, size: 1024x1024}}
        """,
        {"images": 2, "quality": "low"},
        "0.022",
    ),
    "first megapixel, each further one, input ones too": (
        """
        defaults: {size: 1024x1024, input_size: 1024x1024}
        rates:
          - {meter: images, price: 0.03}
          - {meter: extra_megapixels, price: 0.015}
          - {meter: input_megapixels, price: 0.015}
        """,
        {"images": 2, "size": "2048x1024", "input_images": 1},
        "0.105",
    ),
    "a minimum of billed megapixels": (
        """
        rates: [{meter: input_megapixels, price: 0.004, minimum: 3}]
        required: [input_size]
        """,
        {"input_megapixels": 1},
        "0.012",
    ),
    "per tile plus per step": (
        """
        defaults: {size: 1024x1024, steps: 25}
        rates: [{meter: tiles, price: 0.0058}, {meter: image_steps, price: 0.00011}]
        """,
        {"images": 1},
        "0.02595",
    ),
    "per tile times step": (
        """
        defaults: {size: 1024x1024, steps: 20}
        rates: [{meter: tile_steps, price: 0.00041}]
        """,
        {"images": 1, "size": "513x512", "steps": 10},
        "0.0082",
    ),
    "per pixel": (
        """
        defaults: {size: 1024x1024}
        rates: [{meter: pixels, price: 0.05, per: 1_000_000}]
        """,
        {"images": 1},
        "0.0524288",
    ),
    "per second with sound": (
        """
        defaults: {audio: off, seconds: 8}
        rates:
          - {meter: video_seconds, price: 0.20}
          - {meter: video_seconds, price: 0.40, when: {audio: on}}
        """,
        {"videos": 2, "audio": "on", "seconds": 5},
        "4",
    ),
    "per clip by length": (
        """
        defaults: {seconds: 5}
        rates:
          - {meter: videos, price: 0.35, when: {seconds: 5}}
          - {meter: videos, price: 0.70, when: {seconds: 10}}
        """,
        {"videos": 1, "seconds": 10},
        "0.7",
    ),
    "per minute with a minimum of ten seconds": (
        "rates: [{meter: audio_seconds, price: 0.006, per: 60, minimum: 10}]",
        {"audio_seconds": 4},
        "0.001",
    ),
    "tokens with cache": (
        """
        rates:
          - {meter: input_tokens, price: 2.50, per: 1_000_000}
          - {meter: cache_read_tokens, price: 1.25, per: 1_000_000}
          - {meter: output_tokens, price: 10, per: 1_000_000}
        """,
        {"input_tokens": 600, "cache_read_tokens": 400, "output_tokens": 100},
        "0.003",
    ),
    "cache writes by lifetime": (
        """
        defaults: {cache_ttl: 5m}
        rates:
          - {meter: cache_write_tokens, price: 3.75, per: 1_000_000, when: {cache_ttl: 5m}}
          - {meter: cache_write_tokens, price: 6, per: 1_000_000, when: {cache_ttl: 1h}}
        """,
        {"cache_write_tokens": "1M", "cache_ttl": "1h"},
        "6",
    ),
    "per request": ("rates: [{meter: requests, price: 0.01}]", {"requests": 3}, "0.03"),
    "batch at half price": (
        """
        rates: [{meter: input_tokens, price: 3, per: 1_000_000}]
        adjustments: [{name: batch discount, percent: -50, when: {service_tier: batch}}]
        """,
        {"input_tokens": 1_000_000, "service_tier": "batch"},
        "1.5",
    ),
    "two adjustments, each on what the one before left": (
        """
        rates: [{meter: input_tokens, price: 3, per: 1_000_000}]
        adjustments:
          - {name: batch discount, percent: -50, when: {service_tier: batch}}
          - {name: regional uplift, percent: 10, when: {region: eu}}
        """,
        {"input_tokens": 1_000_000, "service_tier": "batch", "region": "eu"},
        "1.65",
    ),
    "a rate that names the fact is not discounted again": (
        """
        rates:
          - {meter: input_tokens, price: 3, per: 1_000_000}
          - {meter: cache_read_tokens, price: 1, per: 1_000_000}
          - {meter: cache_read_tokens, price: 0.9, per: 1_000_000, when: {service_tier: batch}}
        adjustments: [{name: batch discount, percent: -50, when: {service_tier: batch}}]
        """,
        {"input_tokens": 1_000_000, "cache_read_tokens": 1_000_000, "service_tier": "batch"},
        "2.4",
    ),
    "free": ("rates: [{meter: images, price: 0, zero: free}]", {"images": 9}, "0"),
    "a reading given outright goes before the one derived": (
        """
        defaults: {input_size: 1024x1024}
        rates: [{meter: input_megapixels, price: 0.5}]
        """,
        {"input_megapixels": "1.5"},
        "0.75",
    ),
}


@pytest.mark.parametrize(("text", "words", "total"), SHAPES.values(), ids=SHAPES)
def test_every_shape_of_price(text: str, words: dict[str, object], total: str, vocabulary: Vocabulary) -> None:
    """Each shape found in the wild is a few rates and comes out to the digit."""
    assert priced(toys.offer(text), vocabulary, **words).total == Decimal(total)


LONG_CONTEXT = """
rates:
  - {meter: input_tokens, price: 3, per: 1_000_000}
  - {meter: input_tokens, price: 6, per: 1_000_000, above: 200_000}
  - {meter: input_tokens, price: 9, per: 1_000_000, above: 500_000}
  - {meter: cache_read_tokens, price: 0.3, per: 1_000_000}
"""


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ({"input_tokens": 200_000}, "0.6"),
        ({"input_tokens": 200_001}, "1.200006"),
        ({"input_tokens": 100_000, "cache_read_tokens": 100_000}, "0.33"),
        ({"input_tokens": 100_001, "cache_read_tokens": 100_000}, "0.630006"),
        ({"input_tokens": 600_000}, "5.4"),
    ],
)
def test_long_context_reprices_the_whole_request(words: dict[str, object], total: str, vocabulary: Vocabulary) -> None:
    """Above a threshold on the whole prompt, cached part included, every token costs the higher rate."""
    assert priced(toys.offer(LONG_CONTEXT), vocabulary, **words).total == Decimal(total)


OFF_PEAK = """
periods: {off_peak: ["mon-fri 16:30-24:00", "mon-fri 00:00-00:30"]}
rates:
  - {meter: input_tokens, price: 0.27, per: 1_000_000}
  - {meter: input_tokens, price: 0.135, per: 1_000_000, when: {period: off_peak}}
"""


@pytest.mark.parametrize(
    ("at", "total"),
    [
        ("2026-11-20T16:29:59", "0.27"),
        ("2026-11-20T16:30:00", "0.135"),
        ("2026-11-20T00:29:59", "0.135"),
        ("2026-11-20T00:30:00", "0.27"),
        ("2026-11-21T18:00:00", "0.27"),
    ],
)
def test_off_peak_follows_the_clock_and_the_weekday(at: str, total: str, vocabulary: Vocabulary) -> None:
    """A window applies from its first second up to its end, on its days only."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert priced(toys.offer(OFF_PEAK), vocabulary, at=moment, input_tokens="1M").total == Decimal(total)


def test_a_period_given_outright_goes_before_the_clock(vocabulary: Vocabulary) -> None:
    """Who names the period is not asked for the time."""
    found = priced(toys.offer(OFF_PEAK), vocabulary, input_tokens="1M", period="off_peak")
    assert (found.total, found.assumed) == (Decimal("0.135"), ())


DATED = """
offers:
  - seller: fal
    model_id: toy
    tariffs:
      - sources: [{url: https://example.org/old, checked: 2025-03-01}]
        rates: [{meter: images, price: 0.05}]
      - effective: 2026-02-28
        sources: [{url: https://example.org/new, checked: 2026-03-01}]
        rates: [{meter: images, price: 0.04}]
"""


@pytest.mark.parametrize(
    ("day", "total"), [((2026, 2, 27, 23, 59, 59), "0.05"), ((2026, 2, 28), "0.04"), ((2024, 2, 29), "0.05")]
)
def test_the_price_list_in_force_on_the_day_counts(day: tuple[int, ...], total: str, vocabulary: Vocabulary) -> None:
    """A price list holds from its first day to the last second before the next one."""
    at = datetime(*day, tzinfo=UTC)  # type: ignore[arg-type, misc]
    assert priced(toys.card(DATED).offers[0], vocabulary, at=at, images=1).total == Decimal(total)


def test_a_day_before_anyone_saw_the_price_is_warned_about(vocabulary: Vocabulary) -> None:
    """Where nobody knows since when a price holds, an earlier day is priced with a warning."""
    offer = toys.card(DATED).offers[0]
    early = priced(offer, vocabulary, at=datetime(2025, 1, 1, tzinfo=UTC), images=1)
    late = priced(offer, vocabulary, at=datetime(2025, 6, 1, tzinfo=UTC), images=1)
    assert ["its price before 2025-03-01 is not known" in warning for warning in early.warnings] == [True]
    assert late.warnings == ()


def test_a_day_before_a_dated_first_price_list_is_unpriced(vocabulary: Vocabulary) -> None:
    """A price that is known to begin later is not applied earlier."""
    offer = toys.offer("effective: 2026-01-01\nrates: [{meter: images, price: 0.04}]")
    with pytest.raises(Unpriced, match="no price list was in force before 2026-01-01"):
        priced(offer, vocabulary, at=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), images=1)


UNPRICED = {
    "a quantity without a rate": (
        "rates: [{meter: images, price: 1}]",
        {"input_tokens": 5},
        "no rate for input_tokens",
    ),
    "a fact no rate is for": (
        "rates: [{meter: images, price: 1, when: {quality: low}}]\ndefaults: {quality: low}",
        {"images": 1, "quality": "hd"},
        "no rate for images with quality=hd",
    ),
    "a fact that must be given": (
        "rates: [{meter: requests, price: 1, when: {task: upscale}}]\nrequired: [task]",
        {"requests": 1},
        r"task=\(not given\)",
    ),
    "a size the reading needs": (
        "rates: [{meter: tiles, price: 0.01}]\nrequired: [size]",
        {"images": 1},
        "tiles needs size",
    ),
    "two measures of the same output": (
        "rates: [{meter: images, price: 1}, {meter: output_image_tokens, price: 40, per: 1_000_000}]",
        {"images": 1, "output_image_tokens": 4000},
        "measure the same output",
    ),
    "no rates at all": ("rates: []", {"images": 1}, "its price is not known"),
}


@pytest.mark.parametrize(("text", "words", "message"), UNPRICED.values(), ids=UNPRICED)
def test_what_no_rate_covers_raises(text: str, words: dict[str, object], message: str, vocabulary: Vocabulary) -> None:
    """There is no path from an unknown price to a number: the error names what is missing."""
    with pytest.raises(Unpriced, match=message):
        priced(toys.offer(text), vocabulary, **words)


def test_every_missing_part_is_named_at_once(vocabulary: Vocabulary) -> None:
    """One error lists all quantities without a rate."""
    with pytest.raises(Unpriced) as failure:
        priced(toys.offer("rates: [{meter: images, price: 1}]"), vocabulary, input_tokens=1, requests=1)
    assert len(failure.value.missing) == 2


def test_zero_of_an_unpriced_quantity_costs_nothing(vocabulary: Vocabulary) -> None:
    """A quantity of zero needs no rate."""
    assert priced(toys.offer("rates: [{meter: images, price: 1}]"), vocabulary, input_tokens=0, images=0).total == 0


def test_a_used_default_is_on_the_bill_and_an_unused_one_is_not(vocabulary: Vocabulary) -> None:
    """Assumptions are those that the price depends on and nobody gave."""
    offer = toys.offer(SHAPES["first megapixel, each further one, input ones too"][0])
    assert [part.fact for part in priced(offer, vocabulary, images=1).assumed] == ["size"]
    assert priced(offer, vocabulary, images=1, size="512x512").assumed == ()


def test_what_is_given_outright_depends_on_no_size(vocabulary: Vocabulary) -> None:
    """Megapixels that nobody had to work out assume no size, and one that is given makes no difference."""
    text = "defaults: {input_size: 1024x1024}\nrates: [{meter: input_megapixels, price: 0.5}]"
    assert priced(toys.offer(text), vocabulary, input_megapixels="1.5").assumed == ()
    found = priced(toys.offer(text), vocabulary, input_megapixels="1.5", input_size="2048x2048")
    assert found.warnings == ("input_size=2048x2048 is in none of the prices used here, and taken not to matter",)


def test_a_fact_that_makes_no_difference_is_said(vocabulary: Vocabulary) -> None:
    """Giving a fact the price does not depend on is no error, but not silent either."""
    found = priced(toys.offer("rates: [{meter: images, price: 1}]"), vocabulary, images=1, quality="hd")
    assert found.warnings == ("quality=hd is in none of the prices used here, and taken not to matter",)


FEE = Fee("top-up fee", Decimal(5), "on_top", frozenset({("byok", "on")}), note="their pages differ on own keys")


@pytest.mark.parametrize(
    ("basis", "words", "funding"),
    [("on_top", {}, "8.40"), ("deducted", {}, "8.421052631578947368"), ("on_top", {"byok": True}, "8")],
)
def test_fees_fund_the_calls_and_never_enter_the_total(
    basis: str, words: dict[str, object], funding: str, vocabulary: Vocabulary
) -> None:
    """The total is what the calls debit; a fee on top is 1.05 of it, one deducted 1/0.95, one waived nothing."""
    seller = PLAIN._replace(fees=(FEE._replace(basis=basis),))
    found = priced(toys.offer("rates: [{meter: images, price: 0.08}]"), vocabulary, seller=seller, images=100, **words)
    assert (found.total, found.funding) == (8, Decimal(funding))
    assert ("their pages differ on own keys" in found.warnings) == bool(words)


@pytest.mark.parametrize(
    "value", [-1, "-1", True, "ten", "1e-3", float("nan"), float("inf"), "0x10", None, "١٠", 10**19]
)
def test_what_is_no_quantity_is_refused(value: object, vocabulary: Vocabulary) -> None:
    """Negative, boolean, infinite or foreign numerals never become a cost."""
    with pytest.raises(BadValue, match="images="):
        usage_of(vocabulary, {"images": value})


WORKED = [
    ("ideogram/ideogram-v2-edit", "aigateway", {"images": 100}, "8.00", "8.40"),
    ("ideogram/ideogram-v2-edit", None, {"images": 100, "speed": "turbo"}, "5.00", "5.00"),
    ("leonardo/phoenix-1.0", "workers-ai", {"images": 1, "size": "1024x1024", "steps": 25}, "0.02595", "0.02595"),
    ("bfl/flux-schnell", "workers-ai", {"images": 1, "size": "1024x1024", "steps": 4}, "0.0006336", "0.0006336"),
    ("black-forest-labs/flux-1-schnell", "workers-ai", {"images": 1, "steps": 4}, "0.0006336", "0.0006336"),
    ("bfl/flux-2-pro", None, {"images": 1}, "0.03", "0.03"),
    ("bfl/flux-2-pro", None, {"images": 1, "input_megapixels": 1}, "0.045", "0.045"),
    ("bfl/flux-2-pro", None, {"images": 1, "input_images": 1}, "0.045", "0.045"),
    ("openai/gpt-image-1", None, {"images": 2, "quality": "high", "size": "1024x1024"}, "0.334", "0.334"),
]


@pytest.mark.parametrize(("model", "seller", "words", "total", "funding"), WORKED)
def test_published_worked_examples(
    model: str, seller: str | None, words: dict[str, object], total: str, funding: str, frozen: Catalog, now: datetime
) -> None:
    """The examples that sellers and pages print come out to the digit."""
    card = catalogs.find(frozen, model)
    offer = catalogs.offer_of(card, seller)
    assert offer is not None
    given = usage_of(frozen.vocabulary, words)
    found = cost.cost(card, offer, frozen.sellers[offer.seller], given, frozen.vocabulary, now)
    assert (found.total, found.funding) == (Decimal(total), Decimal(funding))


counts = st.integers(0, 10**15)
prices = st.decimals("0.000000000001", "1000000", places=12).filter(bool)
pers = st.sampled_from([1, 1_000, 1_000_000])
METERS = ("input_tokens", "output_tokens", "cache_read_tokens")


def _tariffed(rates: list[tuple[Decimal, int]]) -> Offer:
    listed = [
        toys.tariff("rates: [{meter: images, price: 1}]").rates[0]._replace(meter=meter, price=price, per=per)
        for meter, (price, per) in zip(METERS, rates, strict=True)
    ]
    base = toys.offer("rates: [{meter: images, price: 1}]")
    return base._replace(tariffs=(base.tariffs[0]._replace(rates=tuple(listed)),))


three_rates = st.lists(st.tuples(prices, pers), min_size=3, max_size=3)
three_counts = st.lists(counts, min_size=3, max_size=3)


@given(rates=three_rates, amounts=three_counts)
def test_the_total_is_the_sum_an_independent_oracle_gives(
    rates: list[tuple[Decimal, int]], amounts: list[int], vocabulary: Vocabulary
) -> None:
    """Exact fractions and the estimator agree to the last digit, and the lines add up to the total."""
    found = priced(_tariffed(rates), vocabulary, **dict(zip(METERS, amounts, strict=True)))
    oracle = sum(Fraction(price) * count / per for (price, per), count in zip(rates, amounts, strict=True))
    assert Fraction(found.total) == oracle
    assert sum((Fraction(line.amount) for line in found.lines), Fraction()) == oracle


@given(rates=three_rates, one=three_counts, other=three_counts)
def test_costs_add_up_where_no_threshold_applies(
    rates: list[tuple[Decimal, int]], one: list[int], other: list[int], vocabulary: Vocabulary
) -> None:
    """cost(a) + cost(b) = cost(a + b), and more usage never costs less."""
    offer = _tariffed(rates)
    left, right, both = (
        priced(offer, vocabulary, **dict(zip(METERS, amounts, strict=True))).total
        for amounts in (one, other, [a + b for a, b in zip(one, other, strict=True)])
    )
    assert Fraction(left) + Fraction(right) == Fraction(both)
    assert both >= max(left, right)


@given(rates=three_rates, amounts=three_counts, order=st.permutations(range(3)), precision=st.integers(1, 10))
def test_neither_order_nor_ambient_precision_changes_a_total(
    rates: list[tuple[Decimal, int]], amounts: list[int], order: list[int], precision: int, vocabulary: Vocabulary
) -> None:
    """The order of quantities and the caller's decimal context make no difference."""
    offer = _tariffed(rates)
    words = list(zip(METERS, amounts, strict=True))
    expected = priced(offer, vocabulary, **dict(words)).total
    with decimal.localcontext(prec=precision):
        found = priced(offer, vocabulary, **dict(words[index] for index in order)).total
    assert str(found) == str(expected)


@given(width=st.integers(1, 4000), height=st.integers(1, 4000), steps=st.integers(1, 50), images=st.integers(1, 20))
def test_readings_agree_with_counting_by_hand(
    width: int, height: int, steps: int, images: int, vocabulary: Vocabulary
) -> None:
    """Megapixels and tiles are begun ones, per image."""
    offer = toys.offer(
        """
        required: [size, steps]
        rates:
          - {meter: megapixels, price: 1}
          - {meter: tile_steps, price: 1}
        """
    )
    found = priced(offer, vocabulary, images=images, size=f"{width}x{height}", steps=steps)
    megapixels = len(range(0, width * height, 1024 * 1024))
    tiles = len(range(0, width, 512)) * len(range(0, height, 512))
    assert [line.quantity for line in found.lines] == [images * megapixels, images * tiles * steps]


def test_a_quotient_that_does_not_end_is_rounded_once_at_eighteen_decimals(vocabulary: Vocabulary) -> None:
    """A price per minute for a single second is the only kind of amount that is rounded, half-even."""
    offer = toys.offer("rates: [{meter: audio_seconds, price: 0.0043, per: 60}]")
    assert str(priced(offer, vocabulary, audio_seconds=1).total) == "0.000071666666666667"


def test_the_rate_with_the_most_conditions_wins(vocabulary: Vocabulary) -> None:
    """A more special rate goes before a more general one, wherever it stands."""
    offer = toys.offer(
        """
        rates:
          - {meter: images, price: 3, when: {quality: high, size: 512x512}}
          - {meter: images, price: 1}
          - {meter: images, price: 2, when: {quality: high}}
        """
    )
    totals = [
        priced(offer, vocabulary, images=1, **facts).total
        for facts in ({}, {"quality": "high"}, {"quality": "high", "size": "512x512"})
    ]
    assert totals == [1, 2, 3]


LONG = Decimal("1." + "23" * 600)


@pytest.mark.parametrize("field", ["rates", "adjustments", "fees"])
def test_numbers_beyond_all_bounds_are_an_error_not_a_rounded_cost(field: str, vocabulary: Vocabulary) -> None:
    """What no card may hold and what does not fit in a thousand digits is said, however it came about."""
    offer = toys.offer("rates: [{meter: images, price: 1.7}]\nadjustments: [{name: uplift, percent: 10}]")
    (tariff,) = offer.tariffs
    long = {
        "rates": tariff._replace(rates=(tariff.rates[0]._replace(price=LONG),)),
        "adjustments": tariff._replace(adjustments=(tariff.adjustments[0]._replace(percent=LONG),)),
        "fees": tariff,
    }
    seller = PLAIN._replace(fees=(FEE._replace(percent=LONG),)) if field == "fees" else PLAIN
    with pytest.raises(BadValue, match="toys/toy at fal: its numbers come to more than 1000 digits"):
        priced(offer._replace(tariffs=(long[field],)), vocabulary, seller=seller, images=3)


@pytest.mark.parametrize("count", [Decimal("1e-41"), 5e-324, Decimal("0." + "3" * 41), Decimal("1e-999999")])
def test_no_quantity_is_endlessly_fine(count: object, vocabulary: Vocabulary) -> None:
    """A quantity has forty decimals at most; whoever divided must round."""
    with pytest.raises(BadValue, match="more than 40 decimals; round it"):
        priced(toys.offer("rates: [{meter: megapixels, price: 1}]"), vocabulary, megapixels=count)
