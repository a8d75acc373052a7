"""What feeds state that models can do and take, at each offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.records import UNKNOWN, Capability, Feed, Limits, Offer
from ratecard.market import capabilities
from ratecard.market.evidence_files import ModelClaim, PriceClaim
from ratecard.market.listings import Listing

FEEDS = [Feed(name.lower(), name, "1", date(2026, 11, 1), "MIT", f"https://{name}.test", rank)
         for rank, name in enumerate(("First", "Second"), 1)]  # fmt: skip
WORDS = ["vision", "sampling", "prompt-caching"]
IMPLIED = {"json-mode": "structured-outputs"}


def listing(seller: str, *said: dict[str, str], **facts: object) -> Listing:
    """An offer of which each feed in turn says this."""
    models = [ModelClaim("m", capabilities=words, **facts) for words in said]  # type: ignore[arg-type]
    return Listing(seller, "m", {feed: [model] for feed, model in zip(FEEDS, models, strict=False)}, {})


def priced(*prices: tuple[str, str, str]) -> Listing:
    """An offer of which one feed states prices: meter, service tier, price."""
    claims = [
        PriceClaim("m", meter, frozenset({("service_tier", tier)} if tier else ()), 0, None, Decimal(price), 1_000_000,
                   Decimal(0), meter, price)
        for meter, tier, price in prices
    ]  # fmt: skip
    return Listing("shop", "m", {}, {FEEDS[0]: claims})


def values(known: Mapping[str, Capability]) -> dict[str, str]:
    """The bare values of capabilities."""
    return {word: found.value for word, found in known.items()}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"structured-outputs": "yes"}, {"structured-outputs": "yes", "json-mode": "yes"}),
        ({"structured-outputs": "yes", "json-mode": "no"}, {"structured-outputs": "yes", "json-mode": "no"}),
        ({"structured-outputs": "no"}, {"structured-outputs": "no"}),
    ],
)
def test_what_a_capability_implies_comes_with_it(said: dict[str, str], held: dict[str, str]) -> None:
    """Structured outputs are JSON; a feed that speaks of JSON mode itself is believed, and no says nothing of it."""
    found = capabilities.at_offer(listing("shop", said), IMPLIED)
    assert values(found) == held
    if len(held) > len(said):
        assert found["json-mode"].source == found["structured-outputs"].source
        assert found["json-mode"].note == "follows from structured-outputs"


def test_the_makers_word_is_passed_on_where_nobody_else_speaks() -> None:
    """The seller's own word and the card's go before it, and a note says whose word it is."""
    makers = capabilities.stated(listing("maker", {"vision": "yes", "sampling": "yes", "seed": "no"}), IMPLIED)
    offer = Offer("shop", "m", capabilities={"vision": Capability("no")})
    found = capabilities.with_makers(offer, makers, {"seed": Capability("yes")}).capabilities
    assert values(found) == {"vision": "no", "sampling": "yes"}
    assert found["sampling"].note == "stated of its maker's offer"
    assert found["sampling"].source is not None


def test_feeds_that_contradict_each_other_leave_an_offer_unknown() -> None:
    """The note names them, and nothing of it is passed on."""
    torn = listing("shop", {"vision": "yes"}, {"vision": "no"})
    found = capabilities.at_offer(torn, IMPLIED)["vision"]
    assert (found.value, found.source, found.note) == ("unknown", None, "First says yes, Second no")
    assert capabilities.stated(torn, IMPLIED) == {}


def test_what_a_seller_grants_is_not_passed_on() -> None:
    """That the maker keeps prompts in a cache says nothing of a reseller."""
    maker = listing("maker", {"prompt-caching": "yes", "service-tiers": "yes", "vision": "yes"})
    assert values(capabilities.stated(maker, IMPLIED)) == {"vision": "yes"}


@pytest.mark.parametrize(
    ("prices", "can"),
    [
        ([("input_tokens", "", "2"), ("cache_read_tokens", "", "0.5")], {"prompt-caching": "yes"}),
        ([("input_tokens", "", "2"), ("cache_read_tokens", "", "2")], {}),
        ([("input_tokens", "", "2"), ("cache_read_tokens", "", "0")], {}),
        ([("cache_read_tokens", "", "0.5")], {}),
        ([("input_tokens", "flex", "1")], {"service-tiers": "yes"}),
        ([("input_tokens", "priority", "4")], {"service-tiers": "yes"}),
        ([("input_tokens", "batch", "1")], {}),
    ],
)
def test_prices_tell_what_an_offer_grants(prices: list[tuple[str, str, str]], can: dict[str, str]) -> None:
    """A repeated prompt that costs less is cached, and a price of a tier is a tier; a batch is asked for otherwise."""
    assert values(capabilities.at_offer(priced(*prices), IMPLIED)) == can


def test_a_word_goes_before_a_price() -> None:
    """A feed that says no is not overruled by a price of another."""
    said = listing("shop", {"prompt-caching": "no"})
    prices = priced(("input_tokens", "", "2"), ("cache_read_tokens", "", "0.5")).prices
    assert values(capabilities.at_offer(said._replace(prices=prices), IMPLIED)) == {"prompt-caching": "no"}


def test_an_author_is_not_overruled() -> None:
    """Only what neither the card nor the offer speaks of is added, even where an author wrote that nobody knows."""
    said = listing("shop", {"vision": "yes", "sampling": "yes", "seed": "no"})
    found = capabilities.unspoken(said, IMPLIED, {"vision": Capability(UNKNOWN)}, {"seed": Capability("yes")})
    assert values(found) == {"sampling": "yes"}


def test_limits_stand_at_an_offer_where_they_differ_from_the_card() -> None:
    """A reseller that takes less says so; of lists that differ the most are believed."""
    card = Limits(context_tokens=200_000, max_output_tokens=8_000)
    shop = listing("shop", {}, context=32_000, max_output=8_000)
    assert capabilities.differing_limits(shop, card) == Limits(context_tokens=32_000)
    assert capabilities.differing_limits(listing("shop", {}, context=200_000, max_output=8_000), card) == Limits()
    assert capabilities.differing_limits(listing("shop", {}), card) == Limits()


def test_a_number_of_nines_is_no_limit() -> None:
    """Qiniu's list gives a video model a context of 99,999,999 tokens; 9,999 may well be what a model takes."""
    video = listing("shop", {}, context=99_999_999, max_output=99_999_999)
    assert capabilities.differing_limits(video, Limits()) == Limits()
    assert capabilities.completed(Limits(), video, Limits()) == Limits()
    assert capabilities.differing_limits(listing("shop", {}, context=9_999), Limits()).context_tokens == 9_999


def test_limits_an_author_left_open_are_filled() -> None:
    """Those an author wrote, at the offer or on its card, stay as they are."""
    shop = listing("shop", {}, context=32_000, max_output=8_000)
    found = capabilities.completed(Limits(max_images=4, max_output_tokens=4_000), shop, Limits())
    assert found == Limits(max_images=4, context_tokens=32_000, max_output_tokens=4_000)
    assert capabilities.completed(Limits(), shop, Limits(context_tokens=1, max_output_tokens=1)) == Limits()


SAID = st.dictionaries(st.sampled_from(WORDS), st.sampled_from(["yes", "no"]))


@given(SAID, SAID, SAID)
def test_an_offer_is_told_as_feeds_tell_it(first: dict[str, str], second: dict[str, str], card: dict[str, str]) -> None:
    """What the card leaves open is what feeds say, whichever of them is heard first."""
    held = {word: Capability(value) for word, value in card.items()}
    told = capabilities.unspoken(listing("shop", first, second), IMPLIED, held)
    assert told.keys() == (first.keys() | second.keys()) - card.keys()
    for word, found in told.items():
        said = {words[word] for words in (first, second) if word in words}
        assert found.value == (said.pop() if len(said) == 1 else UNKNOWN)
    assert values(told) == values(capabilities.unspoken(listing("shop", second, first), IMPLIED, held))
