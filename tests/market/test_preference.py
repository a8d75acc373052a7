"""The order of a card's offers: which one a cost without a seller is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ratecard.core.records import Offer, Rate, Seller, Source, Tariff
from ratecard.market import preference

SOURCE = Source("https://example.org", date(2026, 11, 1))
SELLERS = {
    id: Seller(id, id, kind)
    for id, kind in {
        "maker": "maker", "shop": "maker", "cloud": "cloud", "dear-cloud": "cloud", "cloud-b": "cloud", "gateway": "gateway", "plan": "subscription",
    }.items()
}  # fmt: skip


def offer(seller: str, model_id: str, price: str = "", **facts: str) -> Offer:
    """An offer at a price per input token; without a price list where none is given."""
    tariffs = (Tariff((SOURCE,), (Rate("input_tokens", Decimal(price)),)),) if price else ()
    return Offer(seller, model_id, facts=facts, tariffs=tariffs)


def ordered(*fresh: Offer, authored: tuple[Offer, ...] = ()) -> list[tuple[str, str]]:
    """The order of some offers of a model by `maker`, which sells it as `maker` and as `shop`."""
    found = preference.ordered("maker/m", authored, fresh, {"maker", "shop"}, SELLERS)
    return [(offer.seller, offer.model_id) for offer in found]


def test_the_maker_goes_first_and_gateways_go_last() -> None:
    """The maker's main shop, its other shop, then clouds before gateways, whatever they cost."""
    found = ordered(
        offer("plan", "m", "0.0"), offer("gateway", "m", "1"), offer("cloud", "m", "3"), offer("shop", "m", "2"),
        offer("maker", "m", "2"),
    )  # fmt: skip
    assert [seller for seller, _ in found] == ["maker", "shop", "cloud", "gateway", "plan"]


def test_of_one_kind_the_cheapest_known_price_goes_first() -> None:
    """A seller whose price is not known goes behind those whose price is."""
    found = ordered(offer("dear-cloud", "m", "3"), offer("cloud", "m", "2"))
    assert found == [("cloud", "m"), ("dear-cloud", "m")]
    assert ordered(offer("dear-cloud", "m", "3"), offer("cloud", "m")) == [("dear-cloud", "m"), ("cloud", "m")]


def test_a_seller_goes_before_its_further_doors() -> None:
    """An id that both have means the seller's own, though only its further door has a price that is known."""
    door, shop = offer("cloud-b", "m", "2"), offer("cloud", "m")
    found = ordered(offer("dear-cloud", "m", "3"), door, shop._replace(tariffs=door.tariffs))
    assert [seller for seller, _ in found] == ["cloud", "cloud-b", "dear-cloud"]
    at_home = ordered(offer("dear-cloud", "m", "3"), offer("cloud-b", "m", "2"), offer("cloud", "m", "4"))
    assert [seller for seller, _ in at_home] == ["dear-cloud", "cloud", "cloud-b"]


def test_a_maker_that_states_no_price_does_not_lead() -> None:
    """A zero of which nobody says why is no price."""
    zero = Rate("input_tokens", Decimal(0), zero="unverified")
    free = Offer("maker", "m", tariffs=(Tariff((SOURCE,), (zero,)),))
    assert ordered(free, offer("gateway", "m", "1")) == [("gateway", "m"), ("maker", "m")]


def test_a_makers_zero_goes_before_its_variants_alone() -> None:
    """A plain id at zero beside a faster one at a price is what the name means; beside a priced snapshot it is a gap."""
    zero = Rate("input_tokens", Decimal(0), zero="unverified")
    free = Offer("maker", "m", tariffs=(Tariff((SOURCE,), (zero,)),))
    fast, dated = offer("maker", "m-x", "1", speed="x"), offer("maker", "m-1", "1", snapshot="1")
    assert [model_id for _, model_id in ordered(free, fast)] == ["m", "m-x"]
    assert [model_id for _, model_id in ordered(free, dated, fast)] == ["m-1", "m-x", "m"]


def test_of_one_sellers_plain_ids_the_cards_own_goes_first() -> None:
    """So that the slug means the offer of its very name."""
    assert ordered(offer("maker", "a", "1"), offer("maker", "m", "1"))[0] == ("maker", "m")


def test_what_an_author_wrote_goes_before_what_feeds_list() -> None:
    """Only the maker's own offers go before it."""
    found = ordered(offer("cloud", "m", "1"), offer("maker", "m", "1"), authored=(offer("gateway", "mine", "5"),))
    assert found == [("maker", "m"), ("gateway", "mine"), ("cloud", "m")]


def test_of_one_seller_the_plain_id_goes_first_then_the_newest_snapshot() -> None:
    """Fewer facts go before more; of equally many the newest snapshot."""
    found = ordered(
        offer("maker", "m-2024-05-13", "5", snapshot="2024-05-13"),
        offer("maker", "eu.m-2024-08-06", "5", snapshot="2024-08-06", region="eu"),
        offer("maker", "m-2024-08-06", "5", snapshot="2024-08-06"),
        offer("maker", "m", "5"),
    )
    assert [model_id for _, model_id in found] == ["m", "m-2024-08-06", "m-2024-05-13", "eu.m-2024-08-06"]


def test_the_order_does_not_depend_on_the_order_given() -> None:
    """The same offers give the same card."""
    offers = [offer("cloud", "b", "1"), offer("cloud", "a", "1"), offer("gateway", "a", "1"), offer("maker", "a", "1")]
    assert ordered(*offers) == ordered(*reversed(offers))
