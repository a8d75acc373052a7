"""The catalog that is published."""

from __future__ import annotations

from datetime import datetime

import pytest

from ratecard.core import catalog as catalogs
from ratecard.core import evidence
from ratecard.core.catalog import Catalog
from ratecard.core.errors import UnknownModel, UnknownSeller
from ratecard.core.records import Card, Offer

#: Every model that the reference pages name, as they name it, and the card it must lead to.
NAMED = {
    "stanford/iclight-v2": "stanford/iclight-v2",
    "bytedance/stable-diffusion-xl-lightning": "bytedance/stable-diffusion-xl-lightning",
    "runwayml/stable-diffusion-v1-5-img2img": "runwayml/stable-diffusion-v1-5-img2img",
    "ideogram/ideogram-v2-edit": "ideogram/ideogram-v2-edit",
    "bfl/flux-2-klein-9b": "bfl/flux-2-klein-9b",
    "bfl/flux-2-pro": "bfl/flux-2-pro",
    "openai/dall-e-3": "openai/dall-e-3",
    "google/imagen-3": "google/imagen-3",
    "stability-ai/sdxl": "stability-ai/sdxl",
    "ideogram/ideogram-v3": "ideogram/ideogram-v3",
    "bria/fibo-edit/edit": "bria/fibo-edit/edit",
    "bria/eraser": "bria/eraser",
    "bytedance/seedream-4.0-edit": "bytedance/seedream-4.0-edit",
    "bfl/flux-dev": "bfl/flux-dev",
    "recraft/recraft-v3": "recraft/recraft-v3",
    "black-forest-labs/flux-2-klein-9b": "bfl/flux-2-klein-9b",
    "@cf/black-forest-labs/flux-2-klein-9b": "bfl/flux-2-klein-9b",
    "black-forest-labs/flux-1-schnell": "bfl/flux-schnell",
    "stability/inpaint": "stability-ai/inpaint",
}


@pytest.mark.parametrize(("name", "slug"), NAMED.items())
def test_every_model_the_reference_names_is_there(name: str, slug: str, catalog: Catalog) -> None:
    """Each leads to its card, under whichever of its names."""
    assert catalogs.find(catalog, name).slug == slug


def test_the_core_is_large_enough_and_every_price_has_its_evidence(catalog: Catalog) -> None:
    """At least a hundred cards; every price list names its sources with the day they were read."""
    assert len(catalog.cards) >= 100
    tariffs = [tariff for card in catalog.cards.values() for offer in card.offers for tariff in offer.tariffs]
    assert len(tariffs) >= 150
    assert all(tariff.sources and all(source.checked for source in tariff.sources) for tariff in tariffs)


def test_a_providers_name_can_differ_from_the_slugs_prefix(catalog: Catalog) -> None:
    """Runwayml is Runway, bfl is Black Forest Labs."""
    names = {id: provider.name for id, provider in catalog.providers.items()}
    assert (names["runwayml"], names["bfl"]) == ("Runway", "Black Forest Labs")


#: Where the reference and what stands behind it differ: the card, and what the disagreement is about.
DISAGREEMENTS = [
    ("stanford/iclight-v2", "unit of the price"),
    ("stanford/iclight-v2", "text-to-image"),
    ("ideogram/ideogram-v2-edit", "mask"),
    ("ideogram/ideogram-v2-edit", "text-to-image"),
    ("bytedance/stable-diffusion-xl-lightning", "released"),
    ("runwayml/stable-diffusion-v1-5-img2img", "released"),
]


@pytest.mark.parametrize(("slug", "about"), DISAGREEMENTS)
def test_known_disagreements_stand_on_their_cards(slug: str, about: str, catalog: Catalog) -> None:
    """Both sides are kept with their sources, and the card says what it holds to and why."""
    found = next(item for item in catalog.cards[slug].disagreements if item.about == about)
    assert found.held
    assert found.why
    assert len({statement.source.url for statement in found.statements}) >= 1


ZEROS = [
    ("bytedance/stable-diffusion-xl-lightning", "aigateway", "beta"),
    ("bytedance/stable-diffusion-xl-lightning", "workers-ai", "beta"),
    ("runwayml/stable-diffusion-v1-5-img2img", "aigateway", "unverified"),
    ("bfl/flux-2-dev", "aigateway", "unverified"),
    ("bfl/flux-2-flex", "aigateway", "unverified"),
]


@pytest.mark.parametrize(("slug", "seller", "zero"), ZEROS)
def test_no_zero_of_the_reference_is_taken_for_free(slug: str, seller: str, zero: str, catalog: Catalog) -> None:
    """A beta price, an unpublished one and a missing one are told apart, and none is taken for a price."""
    offer = catalogs.offer_of(catalog.cards[slug], seller)
    assert offer is not None
    assert {rate.zero for rate in offer.tariffs[-1].rates} == {zero}
    assert evidence.price_status(offer.tariffs[-1]) == zero


def test_price_status_covers_what_the_core_holds(catalog: Catalog) -> None:
    """Known, disputed, unverified and unknown prices all occur, and a disputed one names who disputes it."""
    statuses = {
        evidence.price_status(offer.tariffs[-1] if offer.tariffs else None)
        for card in catalog.cards.values()
        for offer in card.offers
    }
    assert {"known", "disputed", "unverified", "unknown"} <= statuses
    recraft = catalogs.offer_of(catalog.cards["recraft/recraft-v4-pro"], "recraft")
    assert recraft is not None
    assert [claim.source.via for claim in evidence.disputes(recraft.tariffs[-1])] == ["Portkey models 2026-08-21"]


def test_retired_models_stay_with_their_end_and_successor(catalog: Catalog, now: datetime) -> None:
    """What the reference recommends though it is gone is marked as such."""
    for slug in ("openai/dall-e-3", "google/imagen-3", "openai/gpt-image-1"):
        assert catalogs.retired(catalog.cards[slug], now.date())
    assert catalog.cards["openai/gpt-image-1"].replaced_by == "openai/gpt-image-2"
    assert not catalogs.retired(catalog.cards["openai/gpt-image-1.5"], now.date())


def test_a_name_that_is_near_is_suggested_and_not_found(catalog: Catalog) -> None:
    """Up to five near names, the nearest first."""
    with pytest.raises(UnknownModel) as failure:
        catalogs.find(catalog, "openai/gpt-imge-2")
    assert failure.value.suggestions[0] == "openai/gpt-image-2"
    assert len(failure.value.suggestions) <= 5
    with pytest.raises(UnknownSeller, match="it is sold by"):
        catalogs.offer_of(catalog.cards["bfl/flux-2-pro"], "nobody")


def test_the_gateway_is_whole(catalog: Catalog) -> None:
    """The reference gateway has its address, key, fee, errors, limits, rules and contradictions."""
    gateway = catalog.sellers["aigateway"]
    assert (gateway.name, gateway.base_url) == ("AIgateway", "https://api.aigateway.sh/v1")
    assert (gateway.key_variable, gateway.max_upload_bytes, gateway.url_lifetime_hours) == (
        "AIGATEWAY_API_KEY", 25 * 1024 * 1024, 24,
    )  # fmt: skip
    assert [(error.status, error.type) for error in gateway.errors] == [
        (401, "authentication_error"), (402, "insufficient_credits"), (404, "not_found"),
        (429, "rate_limit_error"), (500, "server_error"), (503, "service_unavailable"),
    ]  # fmt: skip
    assert len(gateway.disagreements) >= 12
    assert all(rule.source.url for rule in gateway.rules)


def test_an_offer_that_no_card_claims_is_found_at_its_seller(catalog: Catalog) -> None:
    """With its seller it goes before a card of this name that the seller does not sell, and before another seller's."""
    slug = "bfl/flux-dev"
    names = {"fal": slug, "openai": "odd", "azure": "odd"}
    unplaced = {f"{seller}/{id}": Offer(seller, id) for seller, id in names.items()}
    card = catalog.cards[slug]._replace(offers=())
    held = catalog._replace(cards={slug: card}, names={}, unplaced=unplaced)
    assert catalogs.find(held, slug) is card
    for seller, id in names.items():
        for name in (id, f"{seller}/{id}"):
            found, offer = catalogs.sold(held, name, seller)
            assert (found.slug, offer) == (f"{seller}/{id}", unplaced[f"{seller}/{id}"])
    with pytest.raises(UnknownModel):
        catalogs.find(held, "odd")


def test_an_id_of_one_seller_is_its_offer_and_facts_choose_among_the_others() -> None:
    """A seller's own id is meant as it stands; the model's name means the plain offer of its first seller."""
    ids = {"plain": {}, "own": {}, "m-batch": {"service_tier": "batch"}}
    offers = [Offer("fal", id, facts=facts) for id, facts in ids.items()] + [Offer("azure", "only-here")]
    card = Card("toys/m", "M", "toys", "text", offers=tuple(offers))
    asked = {"m": "plain", "own": "own", "M": "plain", "only-here": "only-here", "m-batch": "m-batch"}
    for name, id in asked.items():
        found = catalogs.offer_of(card, None, name)
        assert found is not None
        assert found.model_id == id
    batch = catalogs.offer_of(card, None, "m", {"service_tier": "batch"})
    assert batch is not None
    assert batch.model_id == "m-batch"


def test_a_name_with_more_around_it_suggests_the_model(catalog: Catalog) -> None:
    """A date, a region or a tag may change the price: the card without it is only suggested."""
    for name in ("gpt-image-1-2031-01-01", "us.openai.gpt-image-1", "gpt-image-1:nitro"):
        with pytest.raises(UnknownModel) as caught:
            catalogs.find(catalog, name)
        assert caught.value.suggestions[0] == "openai/gpt-image-1"
