"""Fallback chains in other tools' formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard import api
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.core.records import ApiError, Seller
from ratecard.routing import gateways
from ratecard.routing.gateways import FORMATS, Emitted, LeftOut, chain_as, goes_on
from ratecard.routing.question import Choice

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: By slug, the seller, model id and price of each offer.
OFFERS = {
    "toys/small": [("openrouter", "small/one", 1), ("deepinfra", "Small-One", 2), ("aigateway", "small", 3), ("nowhere", "s1", 4)],
    "toys/large": [("fireworks", "large", 5), ("openrouter", "toy/large:free", 50), ("openrouter", "toy/large", 50), ("azure", "large", 6)],
    "toys/solo": [("xai", "solo", 7), ("vercel", "xai/solo", 8)],
}  # fmt: skip


def card_text(offers: list[tuple[str, str, int]]) -> str:
    """A card that is sold so."""
    return "capabilities: {text-to-image: yes}\noffers:\n" + "".join(
        f"  - {{seller: {seller}, model_id: '{model_id}', tariffs: [{{sources: [{{url: https://example.org/a, "
        f"checked: 2026-11-01}}], rates: [{{meter: images, price: {price}}}]}}]}}\n"
        for seller, model_id, price in offers
    )


@pytest.fixture(name="toy", scope="module")
def _toy(catalog: Catalog) -> Catalog:
    sold = {slug: toys.card(card_text(offers), slug) for slug, offers in OFFERS.items()}
    named = {seller for offers in OFFERS.values() for seller, *_ in offers}
    sellers = {id: Seller(id, id, "reseller") for id in named} | catalog.sellers
    return catalog._replace(cards=sold, sellers=sellers, names={})


@pytest.fixture(name="chain", scope="module")
def _chain(toy: Catalog) -> tuple[Choice, ...]:
    """Every offer of up to ten, the cheapest first."""
    return gateways.best(api.route(images=1, max_cost=10, catalog=toy, at=NOON, any_seller=True), most=10)


def test_a_chain_is_the_choice_and_its_fallbacks(toy: Catalog) -> None:
    """The best are as many offers as asked for; a chain leaves out those that fail together; none where none does."""
    found = api.route(images=1, catalog=toy, at=NOON, any_seller=True)
    assert [choice.seller for choice in gateways.best(found, most=2)] == ["openrouter", "deepinfra"]
    assert gateways.chain(found) == (found.choice, *found.fallbacks)
    assert len({choice.seller for choice in gateways.chain(found)}) == len(gateways.chain(found)) > 1
    nothing = api.route(["mask"], images=1, catalog=toy, at=NOON, any_seller=True)
    assert gateways.chain(nothing) == gateways.best(nothing) == ()


def of(chain: tuple[Choice, ...], *sellers: str) -> list[Choice]:
    """The part of a chain at these sellers, in its order."""
    return [choice for choice in chain if choice.seller in sellers]


def test_the_toy_chain_is_in_order_of_cost(chain: tuple[Choice, ...]) -> None:
    """What the other tests are about."""
    assert [(choice.seller, int(choice.cost.total)) for choice in chain] == [
        ("openrouter", 1), ("deepinfra", 2), ("aigateway", 3), ("nowhere", 4), ("fireworks", 5), ("azure", 6),
        ("xai", 7), ("vercel", 8),
    ]  # fmt: skip


def deployment(name: str, parameters: dict[str, str]) -> dict[str, object]:
    """An entry of LiteLLM's list."""
    return {"model_name": name, "litellm_params": parameters, "model_info": {"id": name}}


def test_litellm_gets_a_group_for_every_offer_and_the_order_as_fallbacks(
    toy: Catalog, chain: tuple[Choice, ...]
) -> None:
    """Names have LiteLLM's prefixes; a seller it does not know is called as one that speaks OpenAI's API."""
    assert chain_as("litellm", chain, toy) == Emitted(
        {
            "model_list": [
                deployment("openrouter/small/one", {"model": "openrouter/small/one"}),
                deployment("deepinfra/Small-One", {"model": "deepinfra/Small-One"}),
                deployment(
                    "aigateway/small",
                    {
                        "model": "openai/small",
                        "api_base": "https://api.aigateway.sh/v1",
                        "api_key": "os.environ/AIGATEWAY_API_KEY",
                    },
                ),
                deployment("fireworks/large", {"model": "fireworks_ai/accounts/fireworks/models/large"}),
                deployment("azure/large", {"model": "azure/large"}),
                deployment("xai/solo", {"model": "xai/solo"}),
                deployment("vercel/xai/solo", {"model": "vercel_ai_gateway/xai/solo"}),
            ],
            "fallbacks": [
                {
                    "openrouter/small/one": [
                        "deepinfra/Small-One", "aigateway/small", "fireworks/large", "azure/large", "xai/solo", "vercel/xai/solo",
                    ]
                }
            ],
            "max_fallbacks": 6,
        },
        (
            LeftOut(
                "toys/small", "nowhere", "s1",
                "LiteLLM has no name for nowhere, and no OpenAI-compatible address of it is known",
            ),
        ),
        ("Azure answers to the names you gave your deployments: write those in place of the model's",),
    )  # fmt: skip


def test_a_chain_of_one_needs_no_fallbacks_anywhere(toy: Catalog, chain: tuple[Choice, ...]) -> None:
    """What is empty is not written."""
    one = of(chain, "openrouter")
    assert chain_as("litellm", one, toy).config == {
        "model_list": [deployment("openrouter/small/one", {"model": "openrouter/small/one"})],
        "fallbacks": [],
    }
    assert chain_as("openrouter", one, toy).config == {"model": "small/one"}
    assert chain_as("vercel", of(chain, "vercel"), toy).config == {"model": "xai/solo"}


def test_openrouter_is_told_of_models_and_of_the_hosts_it_passes_calls_on_to(
    toy: Catalog, chain: tuple[Choice, ...]
) -> None:
    """A host's offer becomes OpenRouter's own id of the model, which is no variant, and a place in the order."""
    emitted = chain_as("openrouter", chain, toy)
    assert emitted.config == {
        "model": "small/one",
        "models": ["toy/large"],
        "provider": {"order": ["deepinfra", "fireworks", "azure"]},
    }
    assert [(left.seller, left.why) for left in emitted.left_out] == [
        ("aigateway", "OpenRouter passes no calls on to aigateway"),
        ("nowhere", "OpenRouter passes no calls on to nowhere"),
        ("xai", "OpenRouter does not sell toys/solo, as far as is known"),
        ("vercel", "OpenRouter passes no calls on to vercel"),
    ]
    assert emitted.notes[0] == (
        "toys/small at deepinfra is asked of OpenRouter as small/one: at the gateway's own price, and all hosts of a "
        "model before the next model"
    )
    assert len(emitted.notes) == 3


def test_openrouter_takes_four_models_at_most(toy: Catalog) -> None:
    """What is beyond its bound is left out and said, not cut off."""
    offers = {f"toys/m{number}": [("openrouter", f"toy/m{number}", number)] for number in range(1, 7)}
    sold = {slug: toys.card(card_text(listed), slug) for slug, listed in offers.items()}
    many = toy._replace(cards=sold)
    emitted = chain_as("openrouter", gateways.best(api.route(images=1, catalog=many, at=NOON, any_seller=True)), many)
    assert emitted.config == {"model": "toy/m1", "models": ["toy/m2", "toy/m3", "toy/m4"]}
    assert [(left.slug, left.why) for left in emitted.left_out] == [
        ("toys/m5", "OpenRouter takes 4 models at most"),
        ("toys/m6", "OpenRouter takes 4 models at most"),
    ]


def test_vercel_gets_its_models_and_order_as_options_of_the_gateway(toy: Catalog, chain: tuple[Choice, ...]) -> None:
    """The first model is the request's own, the others are options."""
    assert chain_as("vercel", of(chain, "xai", "vercel"), toy).config == {
        "model": "xai/solo",
        "providerOptions": {"gateway": {"order": ["xai"]}},
    }


def test_portkey_gets_targets_and_the_statuses_that_its_sellers_call_passing(
    toy: Catalog, chain: tuple[Choice, ...]
) -> None:
    """A target names provider and model; one that Portkey does not know is OpenAI's shape at another host."""
    emitted = chain_as("portkey", of(chain, "deepinfra", "aigateway", "fireworks"), toy)
    assert emitted.config == {
        "strategy": {"mode": "fallback", "on_status_codes": [408, 429, 500, 502, 503, 504]},
        "targets": [
            {"provider": "deepinfra", "override_params": {"model": "Small-One"}},
            {
                "provider": "openai",
                "custom_host": "https://api.aigateway.sh/v1",
                "override_params": {"model": "small"},
            },
            {"provider": "fireworks-ai", "override_params": {"model": "accounts/fireworks/models/large"}},
        ],
    }
    assert emitted.left_out == ()


def test_lists_and_json_say_every_offer(toy: Catalog, chain: tuple[Choice, ...]) -> None:
    """A list is a line an offer; JSON has money as text and what a client must know of the seller."""
    assert gateways.text(chain_as("list", chain[:2], toy)) == (
        "toys/small openrouter small/one\ntoys/small deepinfra Small-One"
    )
    emitted = chain_as("json", of(chain, "aigateway"), toy)
    assert emitted == Emitted(
        [
            {
                "slug": "toys/small",
                "seller": "aigateway",
                "model_id": "small",
                "base_url": "https://api.aigateway.sh/v1",
                "key_variable": "AIGATEWAY_API_KEY",
                "total": "3",
                "currency": "USD",
            }
        ]
    )
    assert json.loads(gateways.text(emitted)) == emitted.config


@pytest.mark.parametrize("format", FORMATS)
@given(data=st.data())
def test_every_offer_of_a_chain_is_said_or_left_out_aloud(
    format: str, data: st.DataObject, toy: Catalog, chain: tuple[Choice, ...]
) -> None:
    """Nothing vanishes, whatever the chain; the same chain gives the same bytes."""
    part = data.draw(st.lists(st.sampled_from(chain), unique_by=lambda choice: choice.seller))
    named = [FORMATS[format].named(choice, toy) for choice in part]
    kept = [step for step in named if isinstance(step, gateways.ChainStep)]
    if not kept:
        with pytest.raises(BadValue, match="can express no offer of this chain"):
            chain_as(format, part, toy)
        return
    emitted = chain_as(format, part, toy)
    gone = [choice for choice, step in zip(part, named, strict=True) if isinstance(step, str)]
    assert [(left.slug, left.seller, left.model_id) for left in emitted.left_out] == [choice.name for choice in gone]
    said = gateways.text(emitted)
    assert all(step.model in said and step.provider in said for step in kept)
    assert gateways.text(chain_as(format, part, toy)) == said
    assert json.loads(json.dumps(emitted.config)) == emitted.config


def test_a_chain_that_cannot_be_said_at_all_is_an_error_with_every_reason(
    toy: Catalog, chain: tuple[Choice, ...]
) -> None:
    """No empty configuration is made."""
    with pytest.raises(
        BadValue, match=r"LiteLLM can express no offer of this chain: LiteLLM has no name for nowhere, and"
    ):
        chain_as("litellm", of(chain, "nowhere"), toy)
    with pytest.raises(BadValue, match="a list can express no offer of this chain: it is empty"):
        chain_as("list", [], toy)


@pytest.mark.parametrize("format", FORMATS)
def test_a_chain_among_a_formats_sellers_is_said_whole(format: str, toy: Catalog, chain: tuple[Choice, ...]) -> None:
    """What a tool cannot be told of can be ruled out before the choice."""
    among = of(chain, *gateways.sellers_for(format, toy))
    emitted = chain_as(format, among, toy)
    assert among
    assert emitted.left_out == ()
    assert not any("own price" in note for note in emitted.notes)


def test_an_unknown_format_is_met_with_those_there_are(toy: Catalog, chain: tuple[Choice, ...]) -> None:
    """The nearest is suggested."""
    with pytest.raises(BadValue, match="json, list, litellm, openrouter, portkey or vercel; did you mean litellm"):
        chain_as("litelm", chain, toy)


@pytest.mark.parametrize(
    ("status", "answer"),
    [(400, False), (401, False), (408, True), (418, True), (429, True), (500, False), (502, True), (529, True)],
)
def test_a_sellers_own_table_says_what_is_worth_another_try(status: int, answer: bool) -> None:
    """Where it lists a status it is believed; elsewhere too many calls, time and faults of servers pass."""
    table = (ApiError(418, "teapot", "It brews", retry=True), ApiError(500, "final", "It is broken", retry=False))
    assert goes_on(Seller("toy", "Toy", "maker", errors=table), status) is answer


def test_the_gateways_table_of_errors_decides_for_its_calls(catalog: Catalog) -> None:
    """What AIgateway says of its errors is what a chain does."""
    seller = catalog.sellers["aigateway"]
    assert [status for status in (401, 402, 404, 429, 500, 503) if goes_on(seller, status)] == [429, 500, 503]


def test_every_row_of_the_names_is_a_seller_of_the_market(whole: Catalog) -> None:
    """No name is left behind by a seller that went away."""
    tools = ("litellm", "portkey", "openrouter", "vercel", "remark")
    assert {seller for tool in tools for seller in gateways.names(tool)} <= set(whole.sellers)
    assert all(len(set(gateways.names(tool).values())) == len(gateways.names(tool)) for tool in tools[:4])
