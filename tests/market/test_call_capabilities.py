"""What sellers' references state of their calls, and what the catalog holds of masks by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ratecard.cards import checks, reader
from ratecard.core.catalog import Catalog
from ratecard.core.records import CallCapability, Capability, Seller, Source
from ratecard.market import capabilities, merge
from toys import ROOT

PAGE = Source("https://shop.test/reference", date(2026, 11, 30))


def said(value: str, *models: str, modality: str = "") -> CallCapability:
    """A statement of a seller's reference about masks."""
    return CallCapability("mask", value, models, modality, PAGE, "as the reference says")


SHOP = Seller("shop", "Shop", "host", capabilities=(said("unsupported", modality="image"), said("required", "a/Fill")))


@pytest.mark.parametrize(
    ("modality", "id", "value"),
    [("image", "a/draw", "unsupported"), ("image", "A/fill", "required"), ("video", "a/draw", ""), ("text", "a/fill", "required")],
)  # fmt: skip
def test_a_statement_about_an_id_goes_before_one_about_its_modality(modality: str, id: str, value: str) -> None:
    """An id is found in any case, and what holds for images says nothing of other models."""
    found = capabilities.of_calls(SHOP, modality, (id,))
    assert found == ({"mask": Capability(value, PAGE, "as the reference says")} if value else {})


def test_a_seller_that_states_nothing_leaves_everything_open() -> None:
    """Neither a seller without statements nor one without a file adds anything."""
    assert capabilities.of_calls(Seller("shop", "Shop", "host"), "image", ("a",)) == {}
    assert capabilities.of_calls(None, "image", ("a",)) == {}


CARD = """# yaml-language-server: $schema=../../schema/card.schema.json
name: Draw
provider: acme
modality: image
capabilities: {mask: optional}
sources: [{url: https://acme.test, checked: 2026-11-20}]
offers:
  - {seller: shop, model_id: draw}
  - {seller: shop, model_id: fill}
  - {seller: shop, model_id: both, capabilities: {mask: ignored}}
  - {seller: other, model_id: draw}
"""
SHOP_LINE = "# yaml-language-server: $schema=../schema/seller.schema.json\n"
STATED = f"""{SHOP_LINE}name: Shop
kind: host
capabilities:
  - {{capability: mask, value: unsupported, modality: image, source: {{url: https://shop.test/a, checked: 2026-11-30}}}}
  - {{capability: mask, value: unknown, models: [fill]}}
"""


@dataclass(frozen=True)
class World:
    """A small catalog in files."""

    root: Path

    def write(self, name: str, text: str) -> None:
        """Writes one of its files."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        return [problem.what for problem in checks.problems(reader.read(self.root), date(2026, 11, 30))]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The repository's vocabularies with one maker, one model and two sellers."""
    found = World(tmp_path / "catalog")
    for file in ROOT.glob("catalog/*.yaml"):
        found.write(file.name, file.read_text())
    found.write("providers.yaml", "# yaml-language-server: $schema=schema/providers.schema.json\nacme: {name: Acme}\n")
    found.write("models/acme/draw.yaml", CARD)
    found.write("sellers/shop.yaml", STATED)
    found.write("sellers/other.yaml", f"{SHOP_LINE}name: Other\nkind: host\n")
    return found


def test_an_authors_word_goes_before_the_sellers_and_that_before_the_cards(world: World) -> None:
    """The reference's word holds at its seller alone, and its unknown hides what the card says of the model."""
    assert world.problems() == []
    offers = merge.market(reader.read(world.root).catalog, world.root).cards["acme/draw"].offers
    found = {(one.seller, one.model_id): one.capabilities.get("mask") for one in offers}
    assert {key: entry and entry.value for key, entry in found.items()} == {
        ("shop", "draw"): "unsupported",
        ("shop", "fill"): "unknown",
        ("shop", "both"): "ignored",
        ("other", "draw"): None,
    }


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("{capability: masks, value: unsupported, models: [x]}", "'masks' is not a capability"),
        ("{capability: mask, value: no, models: [x], SOURCE}", "'no' is not a value of mask"),
        ("{capability: mask, value: optional, SOURCE}", "it holds for model ids or for a modality"),
        ("{capability: mask, value: optional, models: [x], modality: image, SOURCE}", "it holds for model ids or for a modality"),
        ("{capability: mask, value: optional, models: [x]}", "'optional' has no source"),
        ("{capability: mask, value: optional, models: [FILL], SOURCE}", "'FILL' is in capabilities[1] too"),
        ("{capability: mask, value: optional, modality: image, SOURCE}", "'image' is in capabilities[0] too"),
    ],
)  # fmt: skip
def test_a_statement_that_means_nothing_is_a_mistake(world: World, statement: str, what: str) -> None:
    """It names a capability and one of its values, ids or a modality, once, and where it was read."""
    source = "source: {url: https://shop.test, checked: 2026-11-30}"
    world.write("sellers/shop.yaml", f"{STATED}  - {statement.replace('SOURCE', source)}\n")
    assert any(what in problem for problem in world.problems()), world.problems()


def mask(catalog: Catalog, slug: str, seller: str, id: str) -> str:
    """What the catalog holds of masks at an offer."""
    card = catalog.cards[slug]
    own = next((one.capabilities for one in card.offers if (one.seller, one.model_id) == (seller, id)), {})
    stated = capabilities.of_calls(catalog.sellers[seller], card.modality, (id,))
    return {**card.capabilities, **stated, **own}.get("mask", Capability("unknown")).value


@pytest.mark.parametrize(
    ("slug", "seller", "id", "value"),
    [
        # The maker takes the transparent part of an image for a mask, a host wants the mask.
        ("bfl/flux-pro-1.0-fill", "bfl", "flux-pro-1.0-fill", "optional"),
        ("bfl/flux-pro-1.0-fill", "fal", "fal-ai/flux-pro/v1/fill", "required"),
        # A gateway takes the mask and drops it; another has no field for one.
        ("openai/gpt-image-1", "openai", "gpt-image-1", "optional"),
        ("openai/gpt-image-1", "vercel", "openai/gpt-image-1", "ignored"),
        ("openai/gpt-image-1", "openrouter", "openai/gpt-image-1", "unsupported"),
        ("openai/gpt-image-1", "poe", "openai/gpt-image-1", "unknown"),
        # One endpoint of a model draws, the other edits.
        ("openai/gpt-image-2", "fal", "openai/gpt-image-2", "unsupported"),
        ("openai/gpt-image-2", "fal", "openai/gpt-image-2/edit", "optional"),
        # Open weights: each host for itself.
        ("stability-ai/sdxl", "workers-ai", "@cf/stabilityai/stable-diffusion-xl-base-1.0", "optional"),
        ("stability-ai/sdxl", "together", "stabilityai/stable-diffusion-xl-base-1.0", "unsupported"),
        ("stability-ai/sdxl", "nscale", "stabilityai/stable-diffusion-xl-base-1.0", "unknown"),
        # Models that take images without a mask, and one that takes none.
        ("google/gemini-3-pro-image", "google", "gemini-3-pro-image", "unsupported"),
        ("bytedance/seedream-4.5", "byteplus", "seedream-4-5", "unsupported"),
        ("openai/dall-e-3", "openai", "dall-e-3", "unsupported"),
        # A mask or words that name the area.
        ("amazon/nova-canvas", "bedrock", "amazon.nova-canvas-v1:0", "optional"),
        ("stability-ai/search-and-replace", "stability-ai", "search-and-replace", "unsupported"),
        ("ideogram/ideogram-v3-edit", "ideogram", "ideogram-v3-edit", "required"),
    ],
)
def test_what_references_say_of_masks_is_held(catalog: Catalog, slug: str, seller: str, id: str, value: str) -> None:
    """One offer of each kind, as read in the sellers' references on 30 November 2026."""
    assert mask(catalog, slug, seller, id) == value


def test_whatever_is_said_of_a_mask_by_reference_names_it(catalog: Catalog) -> None:
    """A statement without a source is an open question alone."""
    for seller in catalog.sellers.values():
        for entry in seller.capabilities:
            assert entry.source or entry.value == "unknown", (seller.id, entry)


def test_every_value_of_a_mask_on_a_card_names_its_own_source(catalog: Catalog) -> None:
    """A reader of the table finds where each was read, not only where the card was."""
    for card in catalog.cards.values():
        for held in (card.capabilities, *(offer.capabilities for offer in card.offers)):
            entry = held.get("mask")
            assert entry is None or entry.source or entry.value == "unknown", card.slug
