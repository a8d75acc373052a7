"""What feeds state that models can do and take, on the card and at its offers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.records import UNKNOWN, Capability, Feed, Limits
from ratecard.market import capabilities
from ratecard.market.evidence_files import ModelClaim, PriceClaim
from ratecard.market.listings import Listing

FEEDS = [Feed(name.lower(), name, "1", date(2026, 11, 1), "MIT", f"https://{name}.test", rank)
         for rank, name in enumerate(("First", "Second"), 1)]  # fmt: skip
SELLERS = ["maker", "cloud", "shop"]
WORDS = ["vision", "sampling", "prompt-caching"]
BY_SELLER = frozenset({"prompt-caching"})
NOBODY: frozenset[str] = frozenset()


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


def values(known: dict[str, Capability]) -> dict[str, str]:
    """The bare values of capabilities."""
    return {word: found.value for word, found in known.items()}


def test_the_makers_word_stands_on_the_card_and_others_at_their_offers() -> None:
    """What a reseller refuses is told of its offer alone, and of one that says the same nothing is repeated."""
    maker, cloud, shop = (
        listing("maker", {"vision": "yes"}), listing("cloud", {"vision": "no"}), listing("shop", {"vision": "yes"})
    )  # fmt: skip
    card = capabilities.on_card([cloud, shop, maker], {"maker"}, NOBODY)
    assert values(card) == {"vision": "yes"}
    assert values(capabilities.differing(cloud, card)) == {"vision": "no"}
    assert capabilities.differing(shop, card) == capabilities.differing(maker, card) == {}


def test_without_a_makers_word_all_must_agree() -> None:
    """Where offers differ the card says that nobody knows, and each offer what is said of it."""
    cloud, shop = listing("cloud", {"vision": "no"}), listing("shop", {"vision": "yes"})
    assert values(capabilities.on_card([shop, shop], {"maker"}, NOBODY)) == {"vision": "yes"}
    card = capabilities.on_card([cloud, shop], {"maker"}, NOBODY)
    assert (card["vision"].value, card["vision"].note) == ("unknown", "offers differ: 1 say yes, 1 no")
    assert values(capabilities.differing(cloud, card)) == {"vision": "no"}


def test_feeds_that_contradict_each_other_leave_an_offer_unknown() -> None:
    """The note names them, and the card takes the word of offers that are clear."""
    torn, clear = listing("shop", {"vision": "yes"}, {"vision": "no"}), listing("cloud", {"vision": "yes"})
    found = capabilities.at_offer(torn)["vision"]
    assert (found.value, found.source, found.note) == ("unknown", None, "First says yes, Second no")
    card = capabilities.on_card([torn, clear], {"maker"}, NOBODY)
    assert values(card) == {"vision": "yes"}
    assert values(capabilities.differing(torn, card)) == {"vision": "unknown"}


def test_what_a_seller_grants_is_not_inherited() -> None:
    """That the maker keeps prompts in a cache says nothing of a reseller."""
    maker = listing("maker", {"prompt-caching": "yes", "vision": "yes"})
    card = capabilities.on_card([maker], {"maker"}, BY_SELLER)
    assert values(card) == {"vision": "yes"}
    assert values(capabilities.differing(maker, card)) == {"prompt-caching": "yes"}


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
    assert values(capabilities.at_offer(priced(*prices))) == can


def test_a_word_goes_before_a_price() -> None:
    """A feed that says no is not overruled by a price of another."""
    said = listing("shop", {"prompt-caching": "no"})
    prices = priced(("input_tokens", "", "2"), ("cache_read_tokens", "", "0.5")).prices
    assert values(capabilities.at_offer(said._replace(prices=prices))) == {"prompt-caching": "no"}


def test_an_author_is_not_overruled() -> None:
    """Only what neither the card nor the offer speaks of is added, even where an author wrote that nobody knows."""
    said = listing("shop", {"vision": "yes", "sampling": "yes", "seed": "no"})
    found = capabilities.unspoken(said, {"vision": Capability(UNKNOWN)}, {"seed": Capability("yes")})
    assert values(found) == {"sampling": "yes"}


def test_limits_are_the_makers_and_an_offers_own_where_they_differ() -> None:
    """A reseller that takes less says so at its offer; without a maker the most say what the card has."""
    maker = listing("maker", {}, context=200_000, max_output=8_000)
    shop = listing("shop", {}, context=32_000, max_output=8_000)
    limits = capabilities.limits([shop, shop, maker], {"maker"})
    assert limits == Limits(context_tokens=200_000, max_output_tokens=8_000)
    assert capabilities.differing_limits(shop, limits) == Limits(context_tokens=32_000)
    assert capabilities.differing_limits(maker, limits) == Limits()
    assert capabilities.limits([shop, shop, maker], NOBODY).context_tokens == 32_000


def test_limits_an_author_left_open_are_filled() -> None:
    """Those an author wrote, at the offer or on its card, stay as they are."""
    shop = listing("shop", {}, context=32_000, max_output=8_000)
    found = capabilities.completed(Limits(max_images=4, max_output_tokens=4_000), shop, Limits())
    assert found == Limits(max_images=4, context_tokens=32_000, max_output_tokens=4_000)
    assert capabilities.completed(Limits(), shop, Limits(context_tokens=1, max_output_tokens=1)) == Limits()


def test_modalities_are_the_makers_or_those_of_half_the_offers() -> None:
    """One seller's slip makes no model see, and lists that feeds give of one offer complete each other."""
    plain, seeing = listing("shop", {}, inputs=("text",)), listing("cloud", {}, inputs=("image", "text"))
    assert capabilities.modalities([plain, plain, seeing], "inputs", {"maker"}) == ("text",)
    assert capabilities.modalities([plain, seeing], "inputs", {"maker"}) == ("text", "image")
    assert capabilities.modalities([plain, plain, seeing], "inputs", {"cloud"}) == ("text", "image")
    assert capabilities.modalities([listing("shop", {})], "inputs", NOBODY) == ()
    both = seeing._replace(models={**plain.models, FEEDS[1]: [ModelClaim("m", inputs=("pdf",))]})
    assert capabilities.modalities([both], "inputs", NOBODY) == ("text", "pdf")


SAID = st.dictionaries(st.sampled_from(WORDS), st.sampled_from(["yes", "no"]))
LISTINGS = st.lists(st.builds(listing, st.sampled_from(SELLERS), SAID, SAID), max_size=6)


@given(LISTINGS, st.sampled_from([NOBODY, frozenset({"maker"})]), st.sampled_from([NOBODY, BY_SELLER]))
def test_an_offer_is_told_as_feeds_tell_it(
    found: list[Listing], own: frozenset[str], by_seller: frozenset[str]
) -> None:
    """Whatever the card says, at each offer stands what feeds say of it, and nothing twice."""
    card = capabilities.on_card(found, own, by_seller)
    for each in found:
        differing = capabilities.differing(each, card)
        said = capabilities.at_offer(each)
        assert {word: ({**card, **differing})[word].value for word in said} == values(said)
        assert all(word not in card or card[word].value != known.value for word, known in differing.items())
        assert differing.keys() >= said.keys() & by_seller


@given(LISTINGS, st.randoms())
def test_a_card_says_the_same_whatever_the_order_of_its_offers(found: list[Listing], random: Random) -> None:
    """No offer is heard before another."""
    shuffled = random.sample(found, len(found))
    first, second = (capabilities.on_card(each, {"maker"}, NOBODY) for each in (found, shuffled))
    assert values(first) == values(second)
