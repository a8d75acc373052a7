"""Terms kept ready say what the general way says, at a cost that does not grow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ratecard
import toys
from ratecard import api
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.errors import RatecardError
from ratecard.core.records import Card
from ratecard.core.usage import usage_of
from ratecard.database import store, writer
from ratecard.pricing import cache
from ratecard.pricing.asked import Asked, cost_asked
from ratecard.pricing.cost import Cost

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

TOYS = {
    "plain": """
        rates:
          - {meter: input_tokens, price: 2.50, per: 1_000_000}
          - {meter: cache_read_tokens, price: 1.25, per: 1_000_000}
          - {meter: output_tokens, price: 10, per: 1_000_000}
        """,
    "thresholds": """
        rates:
          - {meter: input_tokens, price: 3, per: 1_000_000}
          - {meter: input_tokens, price: 6, per: 1_000_000, above: 200_000}
          - {meter: input_tokens, price: 9, per: 1_000_000, above: 500_000}
          - {meter: cache_read_tokens, price: 0.3, per: 1_000_000}
          - {meter: output_tokens, price: 15, per: 1_000_000}
          - {meter: output_tokens, price: 22.5, per: 1_000_000, above: 200_000}
        """,
    "periods": """
        periods: {off_peak: ["mon-fri 16:30-24:00", "mon-fri 00:00-00:30"]}
        rates:
          - {meter: input_tokens, price: 0.27, per: 1_000_000}
          - {meter: input_tokens, price: 0.135, per: 1_000_000, when: {period: off_peak}}
          - {meter: output_tokens, price: 1.10, per: 1_000_000}
        """,
    "adjustments": """
        rates:
          - {meter: input_tokens, price: 3, per: 1_000_000}
          - {meter: output_tokens, price: 9, per: 1_000_000}
        adjustments: [{name: batch discount, percent: -50, when: {service_tier: batch}}]
        """,
    "minimum": "rates: [{meter: audio_seconds, price: 0.006, per: 60, minimum: 10}]",
    "endless": "rates: [{meter: audio_seconds, price: 0.0043, per: 60}, {meter: requests, price: 0.01}]",
    "readings": """
        defaults: {size: 1024x1024, steps: 25, quality: high}
        rates:
          - {meter: images, price: 0.03, when: {quality: high}}
          - {meter: images, price: 0.01, when: {quality: low}}
          - {meter: extra_megapixels, price: 0.015}
          - {meter: image_steps, price: 0.00011}
        """,
    "only further megapixels": """
        defaults: {size: 1024x1024}
        rates: [{meter: extra_megapixels, price: 0.015}]
        """,
    "first seen": """
        effective: 2026-11-20
        rates: [{meter: images, price: 0.04}, {meter: input_tokens, price: 1, per: 1_000_000}]
        """,
}

TWO_IDS = """
offers:
  - seller: aigateway
    model_id: near
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-20}]
        rates: [{meter: input_tokens, price: 1, per: 1_000_000}, {meter: images, price: 1}]
  - seller: aigateway
    model_id: far
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-20}]
        rates: [{meter: input_tokens, price: 2, per: 1_000_000}, {meter: images, price: 1}]
"""


def toy_cards() -> dict[str, Card]:
    """A card for each toy price list, at a seller without fees and at one with a fee."""
    cards = {"toys/two-ids": toys.card(TWO_IDS, "toys/two-ids")}
    for name, text in TOYS.items():
        slug = f"toys/{name.replace(' ', '-')}"
        offer = toys.offer(text)._replace(model_id=slug.removeprefix("toys/"))
        cards[slug] = toys.card("", slug)._replace(offers=(offer, offer._replace(seller="aigateway")))
    return cards


@pytest.fixture(name="shop", scope="module")
def _shop(whole: Catalog) -> Catalog:
    """The toys, and of the shipped catalog every fiftieth card and every one whose prices are out of the ordinary."""
    kept = toy_cards()
    for number, card in enumerate(whole.cards.values()):
        lists = [tariff for offer in card.offers for tariff in offer.tariffs]
        rare = any(tariff.periods or tariff.adjustments for tariff in lists)
        if number % 50 == 0 or rare or any(rate.minimum for tariff in lists for rate in tariff.rates):
            kept[card.slug] = card
    return whole._replace(cards=kept, names=names_of(kept.values()))


counts = st.one_of(
    st.integers(0, 5),
    st.sampled_from([199_999, 200_000, 200_001, 500_000, 500_001, 10**18, 10**18 + 1, -1]),
    st.integers(0, 10**18),
    st.sampled_from([True, False, None, "20k", "0", "ten", Decimal("0.5"), Decimal(0), 1.5, 0.0, float("nan")]),
)

moments = st.one_of(
    st.sampled_from(
        [
            NOON + timedelta(hours=hours, minutes=minutes, seconds=seconds)
            for hours in (-36, -12, 0, 4, 12, 48)
            for minutes in (-30, 0, 29, 30)
            for seconds in (-1, 0, 1)
        ]
    ),
    st.integers(0, 5 * 365 * 86_400).map(lambda seconds: NOON - timedelta(days=1000) + timedelta(seconds=seconds)),
)


@st.composite
def words(draw: st.DrawFn, shop: Catalog, card: Card) -> dict[str, Any]:
    """Words that a price list of the card knows, some of them, and now and then others."""
    lists = [tariff for offer in card.offers for tariff in offer.tariffs]
    rates = [rate for tariff in lists for rate in tariff.rates]
    meters = sorted({rate.meter for rate in rates} | {"input_tokens", "images"})
    facts = sorted({pair for rate in rates for pair in rate.when} | {("quality", "high"), ("size", "2048x1024")})
    facts += [
        ("service_tier", "batch"),
        ("byok", True),
        ("byok", False),
        ("steps", 4),
        ("steps", True),
        ("size", "big"),
    ]
    chosen = draw(st.lists(st.sampled_from(meters), unique=True, min_size=0, max_size=4))
    given = {meter: draw(counts) for meter in chosen}
    return given | dict(draw(st.lists(st.sampled_from(facts), max_size=2)))


def outcome(job: Callable[..., object], *given: object, **words: object) -> object:
    """What a call gives, or which error with which text."""
    try:
        return job(*given, **words)
    except RatecardError as error:
        return type(error), str(error)


def generally(catalog: Catalog, model: str, seller: str | None, at: datetime, given: dict[str, Any]) -> Cost:
    """What a usage costs where nothing is kept ready."""
    return cost_asked(catalog, model, Asked(usage_of(catalog.vocabulary, given)), seller, at)


@given(data=st.data())
def test_a_cost_is_what_the_general_way_says(data: st.DataObject, shop: Catalog) -> None:
    """Whatever is asked, in whatever order and however often: the same cost to the last field, or the same error."""
    asked = []
    for _ in range(data.draw(st.integers(1, 3))):
        card = data.draw(st.sampled_from(sorted(shop.cards.values(), key=lambda card: card.slug)))
        offer = data.draw(st.sampled_from([None, *card.offers]))
        model = data.draw(st.sampled_from([card.slug, offer.model_id] if offer else [card.slug, "nothing/of-it"]))
        seller = data.draw(st.sampled_from([None, offer.seller])) if offer else None
        given = data.draw(words(shop, card))
        quantities = [name for name in given if name in shop.vocabulary.meters]
        asked.append((model, seller, given))
        asked.append((model, seller, {**given, **{name: data.draw(counts) for name in quantities}}))
    for at in data.draw(st.lists(moments, min_size=1, max_size=3)):
        for model, seller, given in asked + asked:
            quick = outcome(api.cost, model, seller=seller, at=at, catalog=shop, **given)
            slow = outcome(generally, shop, model, seller, at, given)
            assert quick == slow


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("seller", ["fal", "aigateway"])
def test_every_shape_of_price_costs_the_same_ever_after(name: str, seller: str, shop: Catalog) -> None:
    """The first, second and third call agree with the general way, at every minute around every boundary."""
    slug = f"toys/{name.replace(' ', '-')}"
    card = shop.cards[slug]
    known = {rate.meter: 250_000 for rate in card.offers[0].tariffs[0].rates}
    items = {
        shop.vocabulary.meters[meter].reading.of if meter in ("extra_megapixels", "image_steps") else meter
        for meter in known
    }
    for minutes in (-721, -720, -719, 0, 0, 269, 270, 719, 720, 749, 750):
        at = NOON + timedelta(minutes=minutes)
        for count in (3, 0, 200_000, 200_001, 3):
            given = {item: count + number for number, item in enumerate(sorted(items))}
            quick = outcome(api.cost, slug, seller=seller, at=at, catalog=shop, **given)
            slow = outcome(generally, shop, slug, seller, at, given)
            assert quick == slow


WARM = {
    "up to and above each threshold": (
        "toys/thresholds",
        [{"input_tokens": count} for count in (199_999, 200_000, 200_001, 500_000, 500_001, 200_000)],
    ),
    "with and without an adjustment": (
        "toys/adjustments",
        [{"input_tokens": 1000, "service_tier": tier} for tier in ("batch", "standard", "batch", "priority", "batch")],
    ),
    "counts that are no plain numbers": (
        "toys/plain",
        [
            {"input_tokens": count}
            for count in (1, True, False, 1.5, "20k", Decimal("1e3"), -1, 10**18, 10**18 + 1, None)
        ],
    ),
    "counts that no line is made for": (
        "toys/only-further-megapixels",
        [{"images": count, "size": "512x512"} for count in (1, 2, -1, True, 0.5, "x", 10**19)],
    ),
    "facts of several kinds": (
        "toys/readings",
        [{"images": 1, "steps": steps} for steps in (1, True, "1", 1.0, Decimal(1), 0, "on", 1)],
    ),
}


@pytest.mark.parametrize(("slug", "asked"), WARM.values(), ids=WARM)
def test_what_was_asked_before_changes_no_answer(slug: str, asked: list[dict[str, Any]], shop: Catalog) -> None:
    """A value that is like one before, but not it, is judged for itself, in any order."""
    for usage_words in [*asked, *reversed(asked)]:
        quick = outcome(api.cost, slug, at=NOON, catalog=shop, **usage_words)
        assert quick == outcome(generally, shop, slug, None, NOON, usage_words)


def test_what_is_the_same_number_may_be_another_fact(shop: Catalog) -> None:
    """steps=1 is a fact and steps=True is none, though Python says that they are equal."""
    asked = {"images": 1, "steps": 1}
    assert api.cost("toys/readings", at=NOON, catalog=shop, **asked).lines
    with pytest.raises(ratecard.BadValue, match="steps=True"):
        api.cost("toys/readings", at=NOON, catalog=shop, images=1, steps=True)


def test_a_warning_about_other_ids_is_never_lost(shop: Catalog) -> None:
    """Where a seller has several ids for a card, every call says which one was priced."""
    for _ in range(3):
        assert len(api.cost("toys/two-ids", at=NOON, catalog=shop, input_tokens=1).warnings) == 1
        assert api.cost("far", at=NOON, catalog=shop, input_tokens=1).warnings == ()


def test_what_is_kept_is_bounded(catalog: Catalog) -> None:
    """Endless days, words and catalogs take no endless memory."""
    kept = cache.Cache(catalog._replace(cards=toy_cards()))
    for day in range(cache.MAX_ENTRIES + 10):
        at, given = NOON + timedelta(days=day), {"input_tokens": 1}
        kept.add("toys/plain", None, given, usage_of(catalog.vocabulary, given), at)
    assert len(kept._forms) <= cache.MAX_ENTRIES
    assert len(kept._rates) <= cache.MAX_ENTRIES
    for _ in range(2 * cache.MAX_CATALOGS):
        cache.cache_of(catalog._replace())
    assert len(cache._caches) <= cache.MAX_CATALOGS


def test_many_threads_get_the_same_costs(db: Path) -> None:
    """Threads that open, settle and price at once all get what one alone gets."""
    asked = [("openai/gpt-image-1", {"images": 2, "quality": quality}) for quality in ("low", "medium", "high")]
    asked += [("bfl/flux-2-pro", {"images": count}) for count in range(1, 9)]
    fresh = store.read(db)
    alone = [api.cost(model, at=NOON, catalog=store.read(db), **given) for model, given in asked]
    with ThreadPoolExecutor(8) as threads:
        jobs = [
            threads.submit(api.cost, model, at=NOON, catalog=fresh, **given)
            for _ in range(50)
            for model, given in asked
        ]
        assert [job.result() for job in jobs] == alone * 50


def test_the_default_catalog_is_the_one_that_was_opened_last(
    db: Path, tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`open_catalog()` decides at once what `cost` takes; left alone, `cost` looks again when the second is over."""
    other = tmp_path / "other.db"
    writer.write(catalog._replace(cards=toy_cards(), names={}), other)
    monkeypatch.setenv("RATECARD_DB", str(other))
    api.open_catalog()
    assert ratecard.cost("toys/plain", input_tokens=4).total == Decimal("0.00001")
    monkeypatch.setenv("RATECARD_DB", str(db))
    api.open_catalog()
    with pytest.raises(ratecard.UnknownModel):
        ratecard.cost("toys/plain", input_tokens=4)
    latest = api._default.latest
    api._default.latest = latest._replace(since=latest.since - 1, until=latest.until - 1)
    monkeypatch.setenv("RATECARD_DB", str(other))
    assert ratecard.cost("toys/plain", input_tokens=4).total == Decimal("0.00001")


class Work:
    """How many bytecode instructions ran, and how many Python functions were called."""

    def __init__(self, job: Callable[[], object]) -> None:
        self.instructions = self.calls = 0
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            job()
        finally:
            sys.settrace(before)
        self.calls -= 1  # the job itself

    def _trace(self, frame: FrameType, event: str, arg: object) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self.calls += event == "call"
        self.instructions += event == "opcode"
        return self._trace


@pytest.fixture(name="sizes", scope="module")
def _sizes(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Databases of a hundred cards and of twenty thousand."""
    folder, card, found = tmp_path_factory.mktemp("sizes"), toy_cards()["toys/plain"], {}
    for size in (100, 20_000):
        slugs = [f"toys/toy-{number:05}" for number in range(size)]
        cards = {slug: card._replace(slug=slug) for slug in slugs}
        found[size] = folder / f"{size}.db"
        writer.write(catalog._replace(cards=cards, names={}), found[size])
    return found


def test_a_first_cost_takes_no_longer_in_a_larger_catalog(sizes: dict[int, Path]) -> None:
    """Opening and pricing runs as many Python and SQLite instructions with 100 models as with 20,000."""

    def first(path: Path) -> tuple[int, int]:
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        def job() -> None:
            opened = store.read(path)
            opened.cards.connection.set_progress_handler(step, 1)  # type: ignore[attr-defined]
            api.cost("toys/toy-00050", at=NOON, catalog=opened, input_tokens=1)

        return Work(job).instructions, steps

    first(sizes[100])
    small, large = (min(first(sizes[size]) for _ in range(4)) for size in (100, 20_000))
    assert small == large  # the least of four, since one of them may have to let earlier catalogs go
    assert small[1] > 100


def test_what_comes_to_too_many_digits_is_an_error_when_asked_again_too(whole: Catalog) -> None:
    """Terms that were kept ready for a count raise what the general way raises where another count does not fit."""
    offer = toys.offer("rates: [{meter: images, price: 1}]")
    (tariff,) = offer.tariffs
    price = Decimal("1." + "7" * 998)
    offer = offer._replace(tariffs=(tariff._replace(rates=(tariff.rates[0]._replace(price=price),)),))
    card = toys.card("")._replace(offers=(offer,))
    shop = whole._replace(cards={card.slug: card}, names=names_of([card]))
    assert api.cost(card.slug, images=1, catalog=shop, at=NOON).total == price
    with pytest.raises(RatecardError, match="more than 1000 digits"):
        api.cost(card.slug, images=1_000_003, catalog=shop, at=NOON)
