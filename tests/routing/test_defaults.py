"""What the router chooses for a caller who does not say otherwise, and how to say otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

import toys
from ratecard import api, cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import UnknownWord
from ratecard.core.records import Benchmark, Seller
from ratecard.routing.route import Route

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

#: Sellers of every kind, and what speaks against some.
SELLERS = {
    "maker": Seller("maker", "Maker", "maker"),
    "cloud": Seller("cloud", "Cloud", "cloud"),
    "host": Seller("host", "Host", "host"),
    "twin": Seller("twin", "Twin", "host", host="host"),
    "gateway": Seller("gateway", "Gateway", "gateway"),
    "passage": Seller("passage", "Passage", "gateway"),
    "reseller": Seller("reseller", "Reseller", "reseller"),
    "plan": Seller("plan", "Plan", "subscription"),
    "nobody": Seller("nobody", "Nobody", "unknown"),
    "altered": Seller("altered", "Altered", "host", caution="it changes the weights"),
}

ASKED = {"input_tokens": 1_000_000, "output_tokens": 1_000_000}


def card(name: str, *offers: str, kind: str = "chat", weights: str = "open", more: str = "") -> Any:
    """A model with offers, each a seller, an id and a price: of a million tokens, in and out."""
    sold = "".join(
        f"""
          - seller: {seller}
            model_id: {model_id}
            capabilities: {{tool-calling: yes}}
            tariffs:
              - sources: [{{url: https://example.org/prices, checked: 2026-11-01}}]
                rates:
                  - {{meter: input_tokens, price: {price}, per: 1000000}}
                  - {{meter: output_tokens, price: {price}, per: 1000000}}"""
        for seller, model_id, price in (offer.split() for offer in offers)
    )
    text = f"""
        kind: {kind}
        licence: {{weights: {weights}}}
        {more}
        offers: {sold}
        """
    return toys.card(text, f"toys/{name}")._replace(modality="text", provider="maker")


def ask(catalog: Catalog, *cards: Any, needs: Any = (), **options: Any) -> Route:
    """The route among some cards, of the usage of a chat unless another is given."""
    named = {one.slug: one for one in cards}
    found = catalog._replace(cards=named, sellers=SELLERS)
    usage = {} if "images" in options or "input_tokens" in options else ASKED
    return api.route(needs, catalog=found, at=NOON, **usage, **options)


def codes(route: Route) -> dict[str, list[str]]:
    """The reasons against each offer."""
    return {f"{found.slug}@{found.seller}": [reason.code for reason in found.reasons] for found in route.rejected}


def chosen(route: Route) -> str:
    """The choice."""
    return f"{route.choice.slug}@{route.choice.seller}" if route.choice else ""


def test_nobody_is_sent_to_a_seller_of_another_kind_unasked(catalog: Catalog) -> None:
    """Makers, clouds, hosts and gateways answer; each of the others says why not."""
    sold = card(
        "model", "nobody m 1", "reseller m 1", "plan m 1", "altered m 1", "gateway m 2", "cloud m 3", "maker m 4"
    )
    found = ask(catalog, sold)
    assert chosen(found) == "toys/model@gateway"
    assert codes(found) == {
        "toys/model@nobody": ["SELLER_KIND"],
        "toys/model@reseller": ["SELLER_KIND"],
        "toys/model@plan": ["SELLER_KIND"],
        "toys/model@altered": ["SELLER_CAUTION"],
    }
    cautious = next(entry for entry in found.rejected if entry.seller == "altered")
    assert cautious.reasons[0].sentence == "it changes the weights"
    assert chosen(ask(catalog, sold, any_seller=True)) == "toys/model@altered"


@pytest.mark.parametrize(
    ("weights", "price", "confidence", "choice"),
    [
        ("closed", "2.9", "single", "toys/model@maker"),
        ("closed", "3", "single", "toys/model@gateway"),
        ("closed", "2.9", "agreed", "toys/model@gateway"),
        ("open", "2.9", "single", "toys/model@gateway"),
    ],
)
def test_a_price_far_below_the_makers_that_one_list_alone_states_is_no_answer(
    weights: str, price: str, confidence: str, choice: str, catalog: Catalog
) -> None:
    """A gateway pays the maker of a closed model; an open one it may find for less."""
    sold = card("model", f"gateway m {price}", "maker m 4", weights=weights)
    first, second = sold.offers
    doubtful = first._replace(tariffs=(first.tariffs[0]._replace(confidence=confidence),))
    found = ask(catalog, sold._replace(offers=(doubtful, second)))
    assert chosen(found) == choice
    if choice.endswith("maker"):
        assert codes(found) == {"toys/model@gateway": ["SELLER_CAUTION"]}
        told = found.rejected[0].reasons[0].sentence
        assert told == "one list alone states a price here that is 72% of the price at Maker"


@pytest.mark.parametrize("named", [{"sellers": ["nobody"]}, {"only": ["seller:nobody"]}, {"keys": ["nobody"]}])
def test_whoever_names_a_seller_gets_it(named: dict[str, Any], catalog: Catalog) -> None:
    """By name, in a list of names, or by the key that is held."""
    assert chosen(ask(catalog, card("model", "nobody m 1", "maker m 4"), **named)) == "toys/model@nobody"


def test_whoever_names_a_model_gets_it_at_a_seller_in_good_standing(catalog: Catalog) -> None:
    """Of whatever kind and size, and however few sell it."""
    sold = card("guard-1b-preview", "nobody m 1", "gateway m 2", kind="moderation")
    assert chosen(ask(catalog, sold, only=["toys/guard*"])) == "toys/guard-1b-preview@gateway"
    assert chosen(ask(catalog, sold)) == ""


def test_a_chat_goes_to_a_model_that_its_maker_or_two_hosts_sell(catalog: Catalog) -> None:
    """A gateway alone does not say who runs a model; two names of one host are one."""
    found = ask(
        catalog,
        card("passed-on", "gateway a 1", "passage a 1"),
        card("one-host", "host b 1", "twin b 1"),
        card("two-hosts", "host c 3", "cloud c 4"),
        card("makers", "maker d 5"),
    )
    assert chosen(found) == "toys/two-hosts@host"
    assert codes(found)["toys/passed-on@gateway"] == ["FEW_HOSTS"]
    assert codes(found)["toys/one-host@host"] == ["FEW_HOSTS"]


@pytest.mark.parametrize("kind", ["base", "moderation", "ocr", "translation", "router", "code", "decision", "other"])
def test_a_chat_goes_to_no_model_for_anything_else(kind: str, catalog: Catalog) -> None:
    """Guards, readers of scans, base models: they have prices of tokens too."""
    cheap = card("else", "maker a 1", kind=kind)
    found = ask(catalog, cheap, card("chat", "maker b 2"), needs=["tool-calling"])
    assert chosen(found) == "toys/chat@maker"
    assert codes(found) == {"toys/else@maker": ["OTHER_KIND"]}
    assert chosen(ask(catalog, cheap, kinds=[kind])) == "toys/else@maker"


def test_a_need_for_something_else_is_no_chat(catalog: Catalog) -> None:
    """Tokens in without an answer, or a capability of other models, ask for no chat."""
    embeds = card("embeds", "maker a 1", kind="embedding", more="capabilities: {embeddings: yes}")
    assert chosen(ask(catalog, embeds, needs=["embeddings"], input_tokens=1_000)) == "toys/embeds@maker"
    assert chosen(ask(catalog, embeds, needs=["embeddings"])) == "toys/embeds@maker"
    assert chosen(ask(catalog, embeds)) == ""


@pytest.mark.parametrize(
    ("name", "small"),
    [
        ("llama-3.2-1b-instruct", True), ("qwen3-0.6b", True), ("prompt-guard-2-22m", True), ("gemma-3n-e4b-it", True),
        ("llama-3.1-8b-instruct", False), ("mixtral-8x7b-instruct", False), ("qwen3-30b-a3b", False),
        ("mistral-7b-instruct-v0.3", False), ("gpt-5-nano", False), ("o1", False),
    ],
)  # fmt: skip
def test_a_chat_goes_to_no_model_whose_name_says_that_it_is_small(name: str, small: bool, catalog: Catalog) -> None:
    """Below seven billion parameters, of which those that are active at a time are a part."""
    found = ask(catalog, card(name, "maker a 1"))
    assert codes(found) == ({f"toys/{name}@maker": ["SMALL_MODEL"]} if small else {})
    assert chosen(ask(catalog, card(name, "maker a 1"), allow=["small"])) == f"toys/{name}@maker"


def test_previews_of_what_is_released_and_experiments_are_left_out(catalog: Catalog) -> None:
    """A preview without a release is the model; the ids of one seller are compared, and the cards of one maker."""
    found = ask(
        catalog,
        card("lite", "maker lite-preview-09-2025 1", "maker lite 2"),
        card("fast-preview", "maker fast-preview 1"),
        card("fast", "maker fast 2"),
        card("new-preview", "maker new-preview 3"),
        card("try-exp", "maker try-exp 1"),
    )
    assert sorted(f"{one.slug}:{one.model_id}" for one in (found.choice, *found.candidates) if one) == [
        "toys/fast:fast", "toys/lite:lite", "toys/new-preview:new-preview",
    ]  # fmt: skip
    assert {(one.slug, one.reasons[0].code, one.reasons[0].sentence) for one in found.rejected} == {
        ("toys/lite", "PREVIEW_OF_RELEASE", "it is a preview; lite is released"),
        ("toys/fast-preview", "PREVIEW_OF_RELEASE", "it is a preview; toys/fast is released"),
        ("toys/try-exp", "EXPERIMENTAL", "it is an experiment"),
    }


def test_quality_is_a_published_score_or_unknown(catalog: Catalog) -> None:
    """A need, an axis and a front; the best score of a benchmark counts, and says who published it."""

    def scored(name: str, price: int, *scores: str) -> Any:
        found = [
            Benchmark(
                "SWE-Bench Verified", "resolved", Decimal(score), variant, "", "https://example.org", date(2026, 9, 1)
            )
            for score, variant in (text.split() for text in scores)
        ]
        return card(name, f"maker m {price}")._replace(benchmarks=tuple(found))

    cards = scored("low", 1, "40 low", "55 high"), scored("high", 2, "70 high"), card("silent", "maker m 1")
    found = ask(catalog, *cards, quality={"swe-bench verified": 60})
    assert chosen(found) == "toys/high@maker"
    assert codes(found) == {"toys/low@maker": ["QUALITY_TOO_LOW"], "toys/silent@maker": ["QUALITY_UNKNOWN"]}
    low = next(one for one in found.rejected if one.slug == "toys/low")
    assert low.reasons[0].sentence == "scored 55 in SWE-Bench Verified, high, https://example.org says on 2026-09-01"
    ranked = ask(catalog, *cards, by=["quality:SWE-Bench Verified"])
    assert [one.slug for one in (ranked.choice, *ranked.candidates) if one] == ["toys/high", "toys/low", "toys/silent"]
    front = ranked.front("cost", "quality:SWE-Bench Verified")
    assert [one.slug for one in front.choices] == ["toys/low", "toys/high"]
    with pytest.raises(UnknownWord, match="'arena' is not a benchmark"):
        ask(catalog, *cards, quality={"arena": 1})


def test_gateways_that_do_not_say_where_open_weights_run_do_not_follow_one_another(catalog: Catalog) -> None:
    """They may pass on to the same host; a host that has several names is one."""
    sold = card("model", "gateway m 1", "passage m 2", "host m 3", "twin m 4", "cloud m 5")
    assert [one.seller for one in ask(catalog, sold).fallbacks] == ["host", "cloud"]
    closed = card("model", "gateway m 1", "maker m 2", "cloud m 5", weights="closed")
    assert [one.seller for one in ask(catalog, closed).fallbacks] == ["cloud"]


def test_an_answer_for_people_is_short(db: Any, capsys: Any) -> None:
    """The choice, three fallbacks, at most five more and one line of why the rest are not among them."""
    asked = ["route", "--need", "edit", "--need", "mask", "images=10", "--db", str(db), "--at", "2026-11-21"]
    assert cli.run(asked) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "openai/gpt-image-1-mini at openai: $0.11"
    assert len(out) <= 20
    assert out[-1].endswith("; --explain says why each")
    assert cli.run([*asked, "--explain"]) == 0
    explained = capsys.readouterr().out
    for heading in ("Fallbacks:", "Also eligible (", "Would cost less:", "Why offers were rejected:", "Rejected ("):
        assert heading in explained
