"""Which offer does, and why not the others."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard import api
from ratecard.core import records
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.records import Limits
from ratecard.core.usage import Usage
from ratecard.database import offer_index
from ratecard.routing import integer_costs, needs, relaxation, rules
from ratecard.routing.candidates import Order
from ratecard.routing.needs import Need
from ratecard.routing.question import Choice
from ratecard.routing.route import Route, route

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

CANDIDATES = {
    "toys/edits": """
        required_inputs: [prompt, image]
        input_modalities: [text, image]
        output_modalities: [image]
        capabilities: {edit: yes, mask: optional, text-to-image: no}
        licence: {name: Apache-2.0, weights: open, commercial: yes}
        limits: {sizes: [1024x1024], max_images: 4}
        offers:
          - seller: fal
            model_id: edits
            mode: sync
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates: [{meter: images, price: 0.05}]
          - seller: aigateway
            model_id: edits
            mode: async
            capabilities: {mask: ignored}
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates: [{meter: images, price: 0.04}]
        """,
    "toys/generates": """
        input_modalities: [text]
        output_modalities: [image]
        required_inputs: [prompt]
        capabilities: {text-to-image: yes, edit: no}
        licence: {name: Research, weights: closed, commercial: no}
        limits: {max_side: 2048, multiple_of: 16, max_images: 1}
        offers:
          - seller: fal
            model_id: generates
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                defaults: {size: 1024x1024}
                rates: [{meter: megapixels, price: 0.01}]
        """,
    "toys/zero": """
        capabilities: {text-to-image: yes}
        offers:
          - seller: fal
            model_id: zero
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates: [{meter: images, price: 0, zero: beta}]
        """,
    "toys/gone": """
        capabilities: {text-to-image: yes, edit: yes, mask: required}
        required_inputs: [prompt, image, mask]
        lifecycle:
          - {event: retired, date: 2026-05-12, source: {url: https://example.org/gone, checked: 2026-11-01}}
        offers:
          - seller: fal
            model_id: gone
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates: [{meter: images, price: 0.01}]
        """,
    "toys/unsold": "capabilities: {edit: yes}\n",
    "toys/unpriced": "capabilities: {edit: yes}\noffers: [{seller: fal, model_id: unpriced}]\n",
}


@pytest.fixture(name="toy", scope="module")
def _toy(catalog: Catalog) -> Catalog:
    cards = {slug: toys.card(text, slug) for slug, text in CANDIDATES.items()}
    return catalog._replace(cards=cards, names={})


def codes(found: Route) -> dict[str, list[str]]:
    """The codes against each rejected offer."""
    return {
        f"{rejection.slug}@{rejection.seller}": [reason.code for reason in rejection.reasons]
        for rejection in found.rejected
    }


def test_the_cheapest_that_meets_every_need_is_chosen_and_every_other_has_all_its_reasons(toy: Catalog) -> None:
    """One answer holds the choice and, for each rejected offer, all that speaks against it."""
    found = api.route(["edit", "mask"], images=10, catalog=toy, at=NOON)
    assert found.choice is not None
    assert (found.choice.slug, found.choice.seller, found.choice.cost.total) == ("toys/edits", "fal", Decimal("0.5"))
    assert not found.candidates
    assert codes(found) == {
        "toys/edits@aigateway": ["MASK_IGNORED"],
        "toys/generates@fal": ["CAPABILITY_MISSING", "CAPABILITY_UNKNOWN"],
        "toys/gone@fal": ["RETIRED"],
        "toys/unpriced@fal": ["PRICE_UNKNOWN", "CAPABILITY_UNKNOWN"],
        "toys/unsold@": ["NOT_SOLD", "CAPABILITY_UNKNOWN"],
        "toys/zero@fal": ["PRICE_BETA", "CAPABILITY_UNKNOWN", "CAPABILITY_UNKNOWN"],
    }


def test_a_model_that_needs_an_image_is_not_chosen_for_a_prompt_alone(toy: Catalog) -> None:
    """Inputs that no need implies are not at hand."""
    found = api.route(images=1, catalog=toy, at=NOON)
    assert found.choice is not None
    assert found.choice.slug == "toys/generates"
    assert codes(found)["toys/edits@fal"] == ["INPUT_IMAGE_REQUIRED"]
    assert codes(found)["toys/gone@fal"] == ["RETIRED", "INPUT_IMAGE_REQUIRED", "INPUT_MASK_REQUIRED"]


def test_an_id_for_another_tier_or_region_is_not_chosen(toy: Catalog) -> None:
    """An id that stands for batches answers only calls that ask for them; an id of a region is sold for it."""
    card = toy.cards["toys/generates"]
    (plain,) = card.offers
    facts = {"batch": {"service_tier": "batch"}, "eu": {"region": "eu"}}
    ids = [plain, *(plain._replace(model_id=f"generates:{name}", facts=held) for name, held in facts.items())]
    sold = toy._replace(cards={card.slug: card._replace(offers=tuple(ids))})
    asked = {"images": 1, "size": "1024x1024", "catalog": sold, "at": NOON}
    assert {choice.model_id for choice in options(api.route(**asked))} == {"generates", "generates:eu"}
    assert codes(api.route(**asked)) == {"toys/generates@fal": ["TIER_NOT_ASKED_FOR"]}
    assert len(options(api.route(**asked, service_tier="batch"))) == 3
    regional = api.route(**asked, region="eu")
    assert regional.choice is not None
    assert (regional.choice.model_id, regional.candidates) == ("generates:eu", ())


def options(found: Route) -> list[Choice]:
    """The choice and the others that do."""
    return [found.choice, *found.candidates] if found.choice else []


def test_a_retired_model_is_still_routed_for_a_day_it_answered(toy: Catalog) -> None:
    """The moment decides what is retired."""
    found = api.route(["mask"], images=1, catalog=toy, at="2026-05-11")
    assert found.choice is not None
    assert found.choice.slug == "toys/gone"


NEEDS = [
    ({"needs": ["edit"], "sync": True}, "toys/edits@aigateway", "ASYNC_ONLY"),
    ({"sync": True}, "toys/generates@fal", "MODE_UNKNOWN"),
    ({"inputs": ["image"]}, "toys/generates@fal", "INPUT_MODALITY_UNSUPPORTED"),
    ({"inputs": ["image"]}, "toys/unpriced@fal", "INPUT_MODALITY_UNKNOWN"),
    ({"outputs": ["video"]}, "toys/generates@fal", "OUTPUT_MODALITY_UNSUPPORTED"),
    ({"size": "1000x1000"}, "toys/generates@fal", "SIZE_UNSUPPORTED"),
    ({"size": "512x512", "needs": ["edit"]}, "toys/edits@fal", "SIZE_UNSUPPORTED"),
    ({"size": "512x512"}, "toys/zero@fal", "SIZE_UNKNOWN"),
    ({"n": 2}, "toys/generates@fal", "TOO_MANY_IMAGES"),
    ({"n": 2}, "toys/zero@fal", "MAX_IMAGES_UNKNOWN"),
    ({"max_cost": "0.009"}, "toys/generates@fal", "OVER_BUDGET"),
    ({"max_price": {"megapixels": "0.005"}}, "toys/generates@fal", "PRICE_ABOVE_CEILING"),
    ({"max_price": {"images": "0.005"}}, "toys/generates@fal", "PRICE_NOT_COMPARABLE"),
    ({"providers": ["bfl"]}, "toys/generates@fal", "PROVIDER_NOT_ASKED_FOR"),
    ({"not_providers": ["openai"]}, "toys/generates@fal", "PROVIDER_RULED_OUT"),
    ({"sellers": ["aigateway"]}, "toys/generates@fal", "SELLER_NOT_ASKED_FOR"),
    ({"not_sellers": ["fal"]}, "toys/generates@fal", "SELLER_RULED_OUT"),
    ({"licence": ["open-weights"]}, "toys/generates@fal", "LICENCE_MISMATCH"),
    ({"licence": ["commercial"]}, "toys/zero@fal", "LICENCE_UNKNOWN"),
    ({"licence": ["Apache-2.0"]}, "toys/generates@fal", "LICENCE_MISMATCH"),
    ({"without": ["text-to-image"]}, "toys/generates@fal", "CAPABILITY_UNWANTED"),
]


@pytest.mark.parametrize(("options", "offer", "code"), NEEDS)
def test_each_kind_of_need_has_its_reason(options: dict[str, object], offer: str, code: str, toy: Catalog) -> None:
    """Every need that an offer does not meet is named by its code, with a sentence."""
    found = api.route(images=1, catalog=toy, at=NOON, **options)  # type: ignore[arg-type]
    assert code in codes(found)[offer]
    for rejection in found.rejected:
        assert all(reason.sentence and reason.need and reason.required for reason in rejection.reasons)


@pytest.mark.parametrize(
    "options",
    [{"size": "512x512"}, {"size": "2048x1024", "n": 1}, {"max_cost": "0.02"}, {"max_price": {"megapixels": "0.01"}},
     {"providers": ["openai"]}, {"sellers": ["fal"]}, {"outputs": ["image"]}, {"without": ["edit"]}],
)  # fmt: skip
def test_needs_that_are_met_are_no_reason(options: dict[str, object], toy: Catalog) -> None:
    """An offer that does what is asked stays."""
    found = api.route(["text-to-image"], images=1, catalog=toy, at=NOON, **options)  # type: ignore[arg-type]
    assert found.choice is not None
    assert found.choice.slug == "toys/generates"


def test_unknown_passes_only_when_allowed_and_with_a_warning(toy: Catalog) -> None:
    """What nobody knows never satisfies a need by itself."""
    strict = api.route(["mask", "text-to-image"], images=1, catalog=toy, at=NOON, sync=True)
    assert strict.choice is None
    lenient = api.route(["text-to-image"], images=1, catalog=toy, at=NOON, sync=True, allow_unknown=True)
    assert [choice.slug for choice in (lenient.choice, *lenient.candidates) if choice] == [
        "toys/zero",
        "toys/generates",
    ]
    assert any("is unknown" in warning or "are unknown" in warning for warning in lenient.candidates[0].warnings)


def test_ties_go_to_the_first_slug_then_seller(toy: Catalog) -> None:
    """Equal cost is decided by name, so that the answer is always the same."""
    cards = dict(toy.cards)
    cards["toys/aaa"] = cards["toys/generates"]._replace(slug="toys/aaa")
    found = api.route(["text-to-image"], images=1, catalog=toy._replace(cards=cards), at=NOON)
    assert [choice.slug for choice in (found.choice, *found.candidates) if choice] == ["toys/aaa", "toys/generates"]


@pytest.mark.parametrize(
    ("options", "error"),
    [({"needs": ["editng"]}, UnknownWord), ({"image": 1}, UnknownWord), ({"images": 1, "max_cost": "free"}, BadValue),
     ({}, BadValue), ({"images": 1, "sellers": ["nobody"]}, UnknownWord), ({"images": 1, "n": 0}, BadValue),
     ({"images": 1, "size": "big"}, BadValue), ({"images": 1, "max_price": {"image": "1"}}, UnknownWord)],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error(options: dict[str, object], error: type[Exception], toy: Catalog) -> None:
    """A misspelt need is refused rather than ignored."""
    with pytest.raises(error):
        api.route(catalog=toy, at=NOON, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "size", "fits"),
    [
        (Limits(), "1x1", None),
        (Limits(sizes=("1024x1024",)), "1024x1024", True),
        (Limits(max_side=2048), "2048x2048", True),
        (Limits(max_side=2048), "2049x10", False),
        (Limits(min_side=64), "63x64", False),
        (Limits(max_pixels=1048576), "1024x1025", False),
        (Limits(min_pixels=921600), "640x480", False),
        (Limits(multiple_of=16), "1024x1000", False),
        (Limits(max_aspect=Decimal(3)), "3000x1000", True),
        (Limits(max_aspect=Decimal(3)), "1000x3001", False),
    ],
)
def test_whether_a_size_fits(limits: Limits, size: str, fits: bool | None) -> None:
    """A size fits where every stated bound holds; where none is stated nobody knows."""
    problem = rules.size_problem(limits, size)
    assert (None if problem is None else problem == "") == fits


@pytest.fixture(name="sold", scope="module")
def _sold(catalog: Catalog) -> Catalog:
    """The cards with offers, and of those without, which are all answered alike, one in fifty."""
    cards = enumerate(catalog.cards.items())
    return catalog._replace(cards={slug: card for number, (slug, card) in cards if card.offers or number % 50 == 0})


@given(wanted=st.sets(st.sampled_from(["edit", "mask", "text-to-image", "seed", "upscale"])), images=st.integers(1, 50))
def test_every_offer_is_answered_exactly_once_and_the_choice_is_the_cheapest(
    wanted: set[str], images: int, sold: Catalog
) -> None:
    """Candidates and rejections together are all offers; no candidate misses a need; more needs never add one."""
    listed = [needs.capability(word, sold.vocabulary) for word in sorted(wanted)]
    usage = Usage({"images": Decimal(images)}, {})
    found = route(sold, listed, usage, NOON)
    chosen = [choice for choice in (found.choice, *found.candidates) if choice]
    offers = sorted(
        (card.slug, offer.seller) for card in sold.cards.values() for offer in card.offers or (records.Offer("", ""),)
    )
    answered = sorted(
        [(choice.slug, choice.seller) for choice in chosen] + [(no.slug, no.seller) for no in found.rejected]
    )
    assert answered == offers
    assert [choice.cost.funding for choice in chosen] == sorted(choice.cost.funding for choice in chosen)
    assert [choice.funding for choice in chosen] == [choice.cost.funding for choice in chosen]
    assert all(rejection.reasons for rejection in found.rejected)
    without = route(sold, [*listed, Need("sync", "sync")], usage, NOON)
    assert {(choice.slug, choice.seller) for choice in (without.choice, *without.candidates) if choice} <= {
        (choice.slug, choice.seller) for choice in chosen
    }


def test_masks_on_the_real_catalog(catalog: Catalog) -> None:
    """Nothing that drops a mask is ever chosen for one, and each such offer is told why."""
    found = api.route(["edit", "mask"], images=10, catalog=catalog, at=NOON)
    words = catalog.vocabulary.capabilities["mask"].met_by
    for choice in (found.choice, *found.candidates):
        assert choice is not None
        card = catalog.cards[choice.slug]
        offer = next(
            offer for offer in card.offers if offer.seller == choice.seller and offer.model_id == choice.model_id
        )
        held = offer.capabilities.get("mask") or card.capabilities["mask"]
        assert held.value in words
    ignored = [no for no in found.rejected if "MASK_IGNORED" in {reason.code for reason in no.reasons}]
    assert {no.seller for no in ignored} == {"aigateway"}
    assert all(reason.source for no in ignored for reason in no.reasons if reason.code == "MASK_IGNORED")


def test_an_input_that_is_charged_for_but_not_counted_is_said(catalog: Catalog) -> None:
    """An edit sends an image; where the price list charges for that and the usage gives none, a warning says so."""

    def told(**words: int) -> list[str]:
        found = api.route(["edit"], images=1, sellers=["openai"], catalog=catalog, at=NOON, **words)  # type: ignore[arg-type]
        return [text for choice in (found.choice, *found.candidates) if choice for text in choice.warnings]

    bare = told()
    assert any("openai/gpt-image-2 at openai also charges for input_image_tokens" in text for text in bare)
    assert not [text for text in told(input_image_tokens=800) if "gpt-image-2 " in text and "also charges" in text]


def sold(price: str, seller: str, **more: object) -> str:
    """A model sold by the token, and dearer in long prompts where a price for these is given."""
    long = f", {{meter: input_tokens, price: {more['long']}, above: 200000}}" if "long" in more else ""
    upstream = f"upstream: {more['upstream']}" if "upstream" in more else ""
    return f"""
        offers:
          - seller: {seller}
            {upstream}
            model_id: sold
            tariffs:
              - sources: [{{url: https://example.org/a, checked: 2026-11-01}}]
                rates: [{{meter: input_tokens, price: {price}}}{long}]
        """


def catalog_with(catalog: Catalog, **cards: str) -> Catalog:
    """The words of the repository with these cards alone."""
    return catalog._replace(
        cards={f"toys/{name}": toys.card(text, f"toys/{name}") for name, text in cards.items()}, names={}
    )


def test_a_prompt_as_long_as_the_threshold_has_the_price_of_short_ones(catalog: Catalog) -> None:
    """A longer prompt asked for before does not change what one of exactly the threshold costs."""
    toy = catalog_with(catalog, a=sold("1", "fal", long="3"))
    for count, price in ((200_001, 3), (200_000, 1), (200_001, 3)):
        found = route(toy, [], Usage({"input_tokens": Decimal(count)}), NOON)
        assert found.choice is not None
        assert found.choice.funding == count * price


def test_a_fallback_may_cost_exactly_ten_times_the_choice(catalog: Catalog) -> None:
    """A dearer one is no fallback."""
    toy = catalog_with(
        catalog,
        a=sold("1", "openai"),
        b=sold("10", "fal", upstream="bfl"),
        c=sold("10.1", "workers-ai", upstream="workers-ai"),
    )
    found = route(toy, [], Usage({"input_tokens": Decimal(3)}), NOON)
    assert [choice.slug for choice in found.fallbacks] == ["toys/b"]


@given(price=st.decimals("1e-9", 1000, places=12), count=st.integers(1, 10**9))
def test_a_lower_bound_is_below_the_price(price: Decimal, count: int, catalog: Catalog) -> None:
    """The bound of the index and the one learnt from a price are just below it, however floats are rounded."""
    toy = catalog_with(catalog, a=sold(f"{price:f}", "fal"))
    bounds = offer_index.index(toy.cards.values(), toy.sellers).lower_bounds["input_tokens"]
    assert Decimal(bounds[0]) < price
    each = int(price.scaleb(integer_costs.PRICE_PLACES))
    order = Order((float(count),), [(0.0, 0)])
    order.learn(0, (each,))
    ((least, _),) = order.current_entries()
    exact = Fraction(each * count * 10**integer_costs.QUANTITY_PLACES)
    assert exact * Fraction("0.999999") < Fraction(least) < exact


def test_what_a_caller_left_out_by_name_is_shown_after_what_misses_several_needs(catalog: Catalog) -> None:
    """The nearest misses are told first, and a seller that was ruled out is no near miss."""
    toy = catalog_with(
        catalog,
        a="capabilities: {edit: yes, mask: optional}\n" + textwrap.dedent(sold("1", "fal")),
        b="capabilities: {edit: no, mask: ignored}\n" + textwrap.dedent(sold("1", "openai")),
        c="capabilities: {edit: no, mask: optional}\n" + textwrap.dedent(sold("1", "openai")),
    )
    wanted = [Need("not_seller", "fal"), Need("capability", "edit"), Need("capability", "mask")]
    found = route(toy, wanted, Usage({"input_tokens": Decimal(3)}), NOON)
    shown = relaxation.nearest(found.question, found.rejected_bits, 3)
    assert [found.question.candidates.index.candidates[position].slug for position in shown] == [
        "toys/c",
        "toys/b",
        "toys/a",
    ]


def test_no_price_in_doubt_is_chosen_unless_asked_for(whole: Catalog) -> None:
    """Stale and disputed prices, zeros and offers that are free for now are rejected with a code each, and a switch."""
    found = api.route(["text-to-image"], images=1, at=NOON, catalog=whole)
    codes = {reason.code for no in found.rejected for reason in no.reasons}

    assert found.choice is not None
    assert {one.cost.price_status for one in (found.choice, *found.fallbacks)} <= {"known", "single", "partial"}
    assert {"PRICE_STALE", "PRICE_DISPUTED", "PRICE_ZERO_UNVERIFIED", "PRICE_BETA"} <= codes
    beta = api.route(["text-to-image"], images=1, allow=["beta"], at=NOON, catalog=whole)
    assert beta.choice is not None
    assert (beta.choice.slug, beta.choice.cost.price_status) == ("bytedance/stable-diffusion-xl-lightning", "beta")
    with pytest.raises(UnknownWord, match="stale"):
        api.route(["text-to-image"], images=1, allow=["stalest"], at=NOON, catalog=whole)


def test_tokens_that_come_out_ask_for_an_answer_in_text(whole: Catalog) -> None:
    """Neither a reranker nor an embedding answers 500 tokens, however cheap its input is."""
    found = api.route(input_tokens=10_000, output_tokens=500, at=NOON, catalog=whole)
    ranked = api.route(outputs=["score"], input_tokens=10_000, at=NOON, catalog=whole, allow_unknown=True)

    assert found.choice is not None
    assert {"text"} <= set(whole.cards[found.choice.slug].output_modalities or ("text",))
    assert not {"baai/bge-m3", "baai/bge-reranker-v2-m3"} & {one.slug for one in (found.choice, *found.fallbacks)}
    assert ranked.choice is not None
