"""A collection holds exactly the models that answer its query."""

from __future__ import annotations

from datetime import date, timedelta

from site_reading import DAY

from ratecard.catalog import Catalog, retired
from ratecard.records import Collection
from ratecard.site import collections


def _members(catalog: Catalog, id: str, day: date = DAY) -> list[str]:
    return [card.slug for card in collections.members(catalog.collections[id], catalog, day)]


def test_the_free_tier_holds_every_zero(catalog: Catalog) -> None:
    """It holds the models some seller offers at zero that still answer."""
    found = _members(catalog, "free-tier")

    assert "bytedance/stable-diffusion-xl-lightning" in found
    assert "stanford/iclight-v2" not in found


def test_the_frontier_holds_one_model_of_a_provider(catalog: Catalog) -> None:
    """It holds the newest dated model of each provider, and none that has ended."""
    cards = [catalog.cards[slug] for slug in _members(catalog, "frontier")]
    makers = [card.provider for card in cards]

    assert len(makers) == len(set(makers))
    assert not any(retired(card, DAY) for card in cards)
    for card in cards:
        rivals = (other for other in catalog.cards.values() if other.provider == card.provider)
        dates = [collections.born(rival) for rival in rivals if not retired(rival, DAY)]
        assert collections.born(card) == max(day for day in dates if day)


def test_the_day_decides_what_is_retired(catalog: Catalog) -> None:
    """A model is retired from its last day on, and not a day before."""
    end = date(2026, 10, 23)

    assert "openai/gpt-image-1" in _members(catalog, "retired", end)
    assert "openai/gpt-image-1" not in _members(catalog, "retired", end - timedelta(days=1))


def test_a_mask_counts_where_some_seller_honours_it(catalog: Catalog) -> None:
    """A gateway that ignores masks does not hide a maker that takes them."""
    assert "ideogram/ideogram-v2-edit" in _members(catalog, "mask")
    assert "stanford/iclight-v2" not in _members(catalog, "mask")


def test_a_need_that_is_no_word_is_met_by_nobody(catalog: Catalog) -> None:
    """A collection that asks for a capability nobody has a word for is empty."""
    query = Collection("x", "X", "Nothing", needs=("levitation",))

    assert collections.members(query, catalog, DAY) == ()
