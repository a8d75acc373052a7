"""What people complain of in routers, in their words, held against this one over the whole market.

The words are of public reports: a request that is sent where it cannot be answered, a mask that is passed over, an
error that does not say which filter emptied the set, a wish that becomes a refusal, a price that is misread.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ratecard import api
from ratecard.core.catalog import Catalog
from ratecard.database import offer_attributes
from ratecard.requests.needs_of import Upload
from ratecard.routing.as_json import route_answer
from ratecard.routing.needs import Need
from ratecard.routing.question import Choice
from ratecard.routing.relaxation import KNOWN
from ratecard.routing.route import Route

AT = date(2026, 11, 21)
TOKENS = {"input_tokens": 5_000, "output_tokens": 500}

SEEN: dict[str, Any] = {
    "model": "auto",
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is on this picture?"},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
            ],
        }
    ],
}
TOLD: dict[str, Any] = {"model": "auto", "messages": [{"role": "user", "content": "Name three rivers."}]}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "rivers", "schema": {"type": "array"}}}


def chosen(found: Route) -> list[Choice]:
    """All that does, the best first."""
    return [found.choice, *found.candidates] if found.choice else []


def held(choice: Choice, word: str) -> str:
    """What is known of a capability where a choice is sold."""
    card, offer, _ = choice.offer
    return offer_attributes.held(card, offer, word).value


def test_the_image_was_sent_to_a_text_only_model(whole: Catalog) -> None:
    """A request with a picture goes to nobody of whom it is not known that he looks at pictures."""
    found = api.route(request=SEEN, **TOKENS, at=AT, catalog=whole)
    assert len(chosen(found)) > 100
    for choice in chosen(found):
        assert held(choice, "vision") == "yes"
        assert "image" in choice.offer[0].input_modalities
    assert all(held(choice, "vision") == "yes" for choice in found.fallbacks)  # "no fallback catches it"


def test_one_deployment_that_can_made_the_whole_group_eligible(whole: Catalog) -> None:
    """Each offer of a model is judged by itself: a seller that drops what the maker's own API does is left out."""
    found = api.route(request={**TOLD, "response_format": SCHEMA}, **TOKENS, at=AT, catalog=whole)
    bound = {choice.name for choice in chosen(found)}
    loose = [
        (slug, offer.seller, offer.model_id)
        for slug, card in whole.cards.items()
        if any(offer_attributes.held(card, offer, "structured-outputs").value == "yes" for offer in card.offers)
        for offer in card.offers
        if offer_attributes.held(card, offer, "structured-outputs").value == "no"
    ]
    assert loose
    assert bound.isdisjoint(loose)


def test_a_cheap_text_model_is_used_normally_and_one_that_sees_only_when_there_is_an_image(whole: Catalog) -> None:
    """The same conversation without the picture costs no more, and is not confined to models that see."""
    by_cost_alone = api.route(request=TOLD, **TOKENS, at=AT, catalog=whole)
    seen = api.route(request=SEEN, **TOKENS, at=AT, catalog=whole)
    assert by_cost_alone.choice is not None
    assert seen.choice is not None
    assert by_cost_alone.choice.funding <= seen.choice.funding
    assert {choice.name for choice in chosen(seen)} < {choice.name for choice in chosen(by_cost_alone)}


MASKED: dict[str, Any] = {"model": "auto", "prompt": "a red door", "n": 1}
FILES = {"image": Upload(120_000, "image/png", 1024, 1024), "mask": Upload(9_000, "image/png", 1024, 1024)}


def test_i_painted_a_mask_and_the_whole_image_was_regenerated(whole: Catalog) -> None:
    """A mask goes only where it is known to be heeded; who ignores it is told so, with a source."""
    found = api.route(request=MASKED, files=FILES, images=1, at=AT, catalog=whole)
    assert found.choice is not None
    assert {held(choice, "mask") for choice in chosen(found)} <= {"required", "optional"}
    reasons = [reason for rejection in found.rejected for reason in rejection.reasons if reason.code == "MASK_IGNORED"]
    assert reasons
    assert all(reason.source and reason.path == "mask" for reason in reasons)


def test_a_model_that_must_have_a_mask_got_none(whole: Catalog) -> None:
    """Without a mask no model is chosen that cannot do without one."""
    found = api.route(request=MASKED, files={"image": FILES["image"]}, images=1, at=AT, catalog=whole)
    assert found.choice is not None
    assert not [choice for choice in chosen(found) if "mask" in choice.offer[0].required_inputs]


def test_the_schema_came_back_as_prose(whole: Catalog) -> None:
    """An answer bound to a schema is asked only of those known to bind it, not of those that merely answer in JSON."""
    found = api.route(request={**TOLD, "response_format": SCHEMA}, **TOKENS, at=AT, catalog=whole)
    assert len(chosen(found)) > 100
    assert {held(choice, "structured-outputs") for choice in chosen(found)} == {"yes"}
    loose = [
        rejection
        for rejection in found.rejected
        if any(reason.need == "structured-outputs" and not reason.unknown for reason in rejection.reasons)
    ]
    assert loose


def test_temperature_is_not_supported_so_there_were_no_endpoints_at_all(whole: Catalog) -> None:
    """A wish never empties the set: who would drop it stays, and is told to drop it."""
    only = {"only": ["openai/gpt-5", "openai/gpt-5-mini"], "sellers": ["openai"]}
    found = api.route(request={**TOLD, "temperature": 0.2}, **only, **TOKENS, at=AT, catalog=whole)
    assert found.choice is not None
    wishes = [reason for reason in found.choice.compromises if reason.path == "temperature"]
    assert wishes
    fitting = api.route(request={**TOLD, "temperature": 0.2}, **TOKENS, at=AT, catalog=whole, by=["fit", "cost"])
    assert fitting.choice is not None
    assert not fitting.choice.compromises


def test_the_error_does_not_say_which_filter_emptied_the_set(whole: Catalog) -> None:
    """Nothing fits: the answer names what cannot be had together and what to give up, with what that brings back."""
    found = api.route(["mask"], outputs=["video"], sellers=["openai"], max_cost="0.01", images=1, at=AT, catalog=whole)
    assert found.choice is None
    assert found.relax is not None
    assert found.relax.conflict
    assert found.relax.ways
    for way in found.relax.ways:
        assert way.offers > 0
        assert set(way.needs) <= {*found.question.hard, KNOWN}


def test_every_parameter_was_dropped_in_silence(whole: Catalog) -> None:
    """What nobody knows of a request is named, not passed over."""
    found = api.route(request={**TOLD, "no_such_parameter": 1}, **TOKENS, at=AT, catalog=whole)
    assert found.unrecognized == ("no_such_parameter",)
    assert any("no_such_parameter" in warning for warning in found.warnings)


def test_my_free_deployment_counts_as_the_most_expensive_one(whole: Catalog) -> None:
    """A free offer is chosen by who takes it; a price that is missing is no price, never a huge one."""
    found = api.route(request=TOLD, allow=["free", "stale"], **TOKENS, at=AT, catalog=whole)
    assert found.choice is not None
    assert found.choice.funding == 0
    assert {rate.zero for rate in found.choice.cost.tariff.rates} == {"free"}
    unpriced = [no for no in found.rejected if {reason.code for reason in no.reasons} == {"PRICE_UNKNOWN"}]
    assert unpriced


def test_a_plan_i_do_not_have_is_cheapest_of_all(whole: Catalog) -> None:
    """Calls that are included in a subscription are offered to whoever holds one, and to nobody else."""
    found = api.route(request=TOLD, **TOKENS, at=AT, catalog=whole)
    plans = {no.seller for no in found.rejected if "SUBSCRIPTION_NEEDED" in {reason.code for reason in no.reasons}}
    assert "alibaba-coding-plan" in plans
    mine = api.route(request=TOLD, keys=["alibaba-coding-plan"], **TOKENS, at=AT, catalog=whole)
    assert mine.choice is not None
    assert (mine.choice.seller, mine.choice.funding) == ("alibaba-coding-plan", 0)


def test_a_conversation_kept_at_one_seller_was_sent_to_another(whole: Catalog) -> None:
    """What refers to something one seller keeps has no fallback, and says why."""
    body = {"model": "auto", "input": "Go on.", "previous_response_id": "resp_1"}
    found = api.route(request=body, sellers=["openai"], allow_unknown=True, **TOKENS, at=AT, catalog=whole)
    assert found.choice is not None
    assert found.fallbacks == ()
    assert "only one seller holds" in found.unbound


def test_the_fallback_went_down_with_the_first(whole: Catalog) -> None:
    """Who sells on what the choice's host serves is no fallback for it."""
    found = api.route(["edit", "mask"], images=10, at=AT, catalog=whole)
    assert found.choice is not None
    assert len(found.fallbacks) == 3
    sellers = [choice.seller for choice in (found.choice, *found.fallbacks)]
    assert len(set(sellers)) == 4
    upstreams = {choice.offer[1].upstream for choice in found.fallbacks} - {""}
    assert upstreams.isdisjoint(sellers)


def test_the_recommended_models_are_already_shut_down(whole: Catalog) -> None:
    """The day decides: what is announced to end is gone on the day it ends, and named with its successor."""
    now = api.route(["text-to-image"], only=["openai/gpt-image*"], images=1, at=AT, catalog=whole)
    later = api.route(["text-to-image"], only=["openai/gpt-image*"], images=1, at="2027-01-01", catalog=whole)
    assert now.choice is not None
    assert now.choice.slug == "openai/gpt-image-1-mini"
    assert "openai/gpt-image-1-mini" not in {choice.slug for choice in chosen(later)}
    told = [reason for no in later.rejected if no.slug == "openai/gpt-image-1-mini" for reason in no.reasons]
    assert any(reason.code == "RETIRED" and reason.source for reason in told)


def test_the_gateways_fee_was_not_in_the_comparison(whole: Catalog) -> None:
    """Compared is what has to be paid: a top-up fee counts, and an own key waives it."""
    slug = "stanford/iclight-v2"
    fee = api.route(["relight"], only=[slug], sellers=["aigateway"], images=1, at=AT, catalog=whole)
    assert fee.choice is not None
    assert fee.choice.funding == fee.choice.cost.total * Decimal("1.05")
    own = api.route(["relight"], only=[slug], keys=["aigateway", "fal"], images=1, at=AT, catalog=whole)
    by_seller = {choice.seller: choice for choice in chosen(own)}
    assert set(by_seller) == {"aigateway", "fal"}
    assert by_seller["aigateway"].funding == by_seller["aigateway"].cost.total == fee.choice.cost.total
    direct = [no for no in own.rejected if no.slug == slug and no.seller not in ("aigateway", "fal")]
    assert all("NO_KEY" in {reason.code for reason in no.reasons} for no in direct)


def test_needs_say_where_in_the_request_they_come_from(whole: Catalog) -> None:
    """A rejection for a need of a request points at the very place."""
    found = api.route(request=SEEN, **TOKENS, at=AT, catalog=whole)
    assert Need("capability", "vision", "hard", "messages[0].content[1].type") in found.needs
    paths = {reason.path for no in found.rejected[:200] for reason in no.reasons if reason.need == "vision"}
    assert paths == {"messages[0].content[1].type"}


def test_nobody_could_say_which_prices_the_router_had_gone_by(whole: Catalog) -> None:
    """An answer names the catalog it is of, the moment and the version of the rules."""
    answer = route_answer(api.route(["edit"], images=1, at=AT, catalog=whole))
    assert len(whole.digest) == 64
    assert (answer["catalog"], answer["at"], answer["rules"]) == (whole.digest, "2026-11-21T00:00:00Z", Route.rules)
