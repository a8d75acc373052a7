"""Quantities of many calls: thresholds and minimums see one of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard import api
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.errors import BadValue, Unpriced
from ratecard.core.moments import moment
from ratecard.pricing.asked import asked, cost_asked
from ratecard.pricing.cost import ONE_CALL, Cost

PRICES = """\
adjustments: [{name: batch, percent: -50, when: {service_tier: batch}}]
rates:
  - {meter: input_tokens, price: 1.25, per: 1_000_000}
  - {meter: input_tokens, price: 2.50, per: 1_000_000, above: 1000}
  - {meter: output_tokens, price: 10, per: 1_000_000}
  - {meter: output_tokens, price: 15, per: 1_000_000, above: 1000}
  - {meter: audio_seconds, price: 0.5, per: 100, minimum: 10}
"""


@pytest.fixture(name="shop", scope="module")
def _shop() -> Catalog:
    card = toys.card("")._replace(offers=(toys.offer(PRICES)._replace(seller="aigateway"),))
    return toys.bare_catalog()._replace(cards={card.slug: card}, names=names_of([card]))


@given(
    calls=st.integers(1, 10**6),
    tokens=st.integers(0, 3000),
    output=st.integers(0, 10**6),
    seconds=st.integers(0, 30),
    tier=st.sampled_from(["standard", "batch"]),
)
def test_many_calls_cost_as_much_as_each_by_itself(
    calls: int, tokens: int, output: int, seconds: int, tier: str, shop: Catalog
) -> None:
    """The cost of N calls of equal size is N times that of one, with its thresholds, minimums, percentages and fees."""
    each = {"input_tokens": tokens, "output_tokens": output, "audio_seconds": seconds}
    facts = {"service_tier": tier, "at": "2026-11-21", "catalog": shop}
    one = api.cost("toys/toy", **each, **facts)  # type: ignore[arg-type]  # facts are not typed
    all_calls = {meter: count * calls for meter, count in each.items()}
    found = api.cost("toys/toy", calls=calls, **all_calls, **facts)  # type: ignore[arg-type]  # the same
    assert (found.total, found.funding) == (one.total * calls, one.funding * calls)
    assert [line.rate for line in found.lines] == [line.rate for line in one.lines]
    assert sum(line.amount for line in found.lines) + sum(one.amount for one in found.adjustments) == found.total


def test_one_call_is_assumed_where_its_length_decides(shop: Catalog) -> None:
    """Without a number of calls, a price above a threshold says that it is of one call; one below has nothing to say."""
    for _ in range(2):  # resolved anew, then from the cache
        assert api.cost("toys/toy", input_tokens=1001, at="2026-11-21", catalog=shop).assumed == (ONE_CALL,)
        assert api.cost("toys/toy", input_tokens=1000, at="2026-11-21", catalog=shop).assumed == ()
    (told,) = api.cost("toys/toy", calls=2, input_tokens=1001, at="2026-11-21", catalog=shop).assumed
    assert (told.fact, told.value) == ("calls", "2")


@pytest.mark.parametrize("calls", [0, -1, "ten", 1.5, True, 10**13])
def test_a_number_of_calls_is_a_whole_one(calls: object, shop: Catalog) -> None:
    """Anything else is refused."""
    with pytest.raises(BadValue, match="not a number of calls"):
        api.cost("toys/toy", calls=calls, input_tokens=1, catalog=shop)  # type: ignore[arg-type]  # wrong on purpose
    assert api.cost("toys/toy", calls="20k", input_tokens=1, at="2026-11-21", catalog=shop).total


def test_inputs_that_a_list_counts_otherwise_may_be_left_out_with_a_word() -> None:
    """Whoever can say at least so much leaves out images that are billed by their tokens; anyone else is refused."""
    prices = "rates: [{meter: images, price: 1}, {meter: input_image_tokens, price: 1, per: 100}]"
    card = toys.card("")._replace(offers=(toys.offer(prices),))
    shop = toys.bare_catalog()._replace(cards={card.slug: card}, names=names_of([card]))

    def found(**words: int) -> Cost:
        return cost_asked(shop, "toys/toy", asked(shop, words), None, moment("2026-11-21"), at_least=True)

    least = found(images=1, input_images=2)
    assert (least.total, least.price_status) == (Decimal(1), "partial")
    assert least.warnings == (
        "fal bills input_images by input_image_tokens, which is not given; this total leaves it out",
    )
    whole = found(images=1, input_images=2, input_image_tokens=100)
    assert (whole.total, whole.warnings) == (Decimal(2), ())
    for refused in ({"images": 1, "input_audio_seconds": 2}, {"images": 0, "input_images": 2}, {"input_images": 2}):
        with pytest.raises(Unpriced):
            found(**refused)
    with pytest.raises(Unpriced):
        api.cost("toys/toy", images=1, input_images=2, at="2026-11-21", catalog=shop)


def test_a_mask_that_a_seller_does_not_take_is_warned_of() -> None:
    """A capability among the words says what is asked for; the price does not change."""
    card = toys.card("capabilities: {mask: {value: ignored}}")._replace(
        offers=(toys.offer("rates: [{meter: images, price: 1}]"),)
    )
    shop = toys.bare_catalog()._replace(cards={card.slug: card}, names=names_of([card]))
    assert api.cost("toys/toy", images=1, mask=True, catalog=shop, at="2026-11-21").warnings == (
        "mask is ignored at fal",
    )
    assert api.cost("toys/toy", images=1, mask="no", catalog=shop, at="2026-11-21").warnings == ()
    assert api.cost("toys/toy", images=1, vision="yes", catalog=shop, at="2026-11-21").warnings == (
        "no source says whether fal takes vision here",
    )
