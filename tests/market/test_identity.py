"""Which card an offer belongs to: the rows of identity.yaml, and all offers that were read by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ratecard.core.catalog import Catalog
from ratecard.core.records import Card
from ratecard.market import identity
from ratecard.market.identity import Decoration, Identity, Joiner, Meaning

CATALOG = Path(__file__).parents[2] / "catalog"
PLACED = Path(__file__).with_name("placed.tsv")


@pytest.fixture(scope="module")
def rows() -> Identity:
    """The rows of identity.yaml."""
    return identity.read(CATALOG)


@pytest.fixture(scope="module")
def joiner(rows: Identity, catalog: Catalog) -> Joiner:
    """The joiner of the catalog's cards."""
    return Joiner(rows, catalog.cards.values())


def offers() -> Iterator[tuple[str, str, str]]:
    """Each offer that was read by hand: seller, model id, and the slug of its card or `-`."""
    with PLACED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield from ((seller, row["model_id"], row["slug"]) for seller in row["sellers"].split(","))


def where(joiner: Joiner, seller: str, model_id: str) -> tuple[str, dict[str, str]] | None:
    """The card of an offer, and the facts by which it differs."""
    placed = joiner.placed(seller, model_id)
    return (placed.slug, dict(placed.facts)) if placed else None


@pytest.mark.parametrize("decoration", identity.read(CATALOG).decorations, ids=lambda row: row.id)
def test_a_decoration_is_taken_off_its_example(decoration: Decoration) -> None:
    """Each row states an id and what is left of it."""
    given, left = decoration.example.split(" -> ")
    assert decoration.take.sub(decoration.give, given) == left


def test_every_offer_that_was_read_by_hand_joins_its_card(joiner: Joiner) -> None:
    """The normal form, the decorations and the cards' ids place all of them, without a list of offers."""
    wrong = []
    for seller, model_id, slug in offers():
        placed = joiner.placed(seller, model_id)
        if (placed.slug if placed else "-") != slug:
            wrong.append((seller, model_id, slug, placed))
    assert wrong == []


def test_few_offers_are_unplaced() -> None:
    """At most one of twenty, none of them a model that two sellers list under one id."""
    found = list(offers())
    unplaced = [offer for offer in found if offer[2] == "-"]
    assert len(unplaced) * 20 <= len(found)


@pytest.mark.parametrize(
    ("seller", "model_id", "slug", "facts"),
    [
        ("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5", {"region": "eu", "snapshot": "20250929"}),
        ("vertex-ai", "claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5", {"snapshot": "20250929"}),
        ("openrouter", "anthropic/claude-sonnet-4.5:batch", "anthropic/claude-sonnet-4-5", {"service_tier": "batch"}),
        ("deepbricks", "Claude-Sonnet-4.5", "anthropic/claude-sonnet-4-5", {}),
        ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "meta/llama-3.3-70b-instruct", {"speed": "turbo"}),
        ("workers-ai", "@cf/meta/llama-3.1-8b-instruct-fp8", "meta/llama-3.1-8b-instruct", {"precision": "fp8"}),
        ("xai", "grok-4-fast-non-reasoning", "xai/grok-4-fast", {"reasoning_mode": "off"}),
        ("google", "gemini-2.5-pro-preview-05-06", "google/gemini-2.5-pro", {"snapshot": "preview-05-06"}),
        ("azure", "gpt-4o-realtime-preview-2024-12-17", "openai/gpt-4o-realtime", {"snapshot": "preview-2024-12-17"}),
        ("azure", "FW-Kimi-K2.6", "moonshotai/kimi-k2.6", {"route": "fireworks"}),
        ("nano-gpt", "claude-opus-4-1-thinking:8192", "anthropic/claude-opus-4-1", {"reasoning_budget": "8192", "reasoning_mode": "on"}),
        ("nano-gpt", "TEE/deepseek-v3.1", "deepseek/deepseek-v3.1", {"route": "tee"}),
        ("openrouter", "mistralai/mistral-7b-instruct:free", "mistral/mistral-7b-instruct-v0.3", {"route": "free"}),
    ],
)  # fmt: skip
def test_an_offer_says_how_it_differs_from_the_plain_model(
    joiner: Joiner, seller: str, model_id: str, slug: str, facts: dict[str, str]
) -> None:
    """What is taken off an id is not lost: it is a fact of the offer."""
    assert where(joiner, seller, model_id) == (slug, facts)


@pytest.mark.parametrize(
    ("seller", "model_id"),
    [
        ("openrouter", "~anthropic/claude-opus-latest"),  # a line whose model changes
        ("anyone", "claude-sonnet-4.55"),
        ("anyone", "claude-sonnet-45"),
        ("anyone", "nvidia/claude-sonnet-4.5"),  # another maker's name
        ("anyone", "deepseek-v3-0925"),  # a date is another model where weights are open
        ("anyone", "auto"),  # one word says nothing
        ("google", "gemini-pro-latest"),
    ],
)
def test_what_merely_looks_alike_joins_nothing(joiner: Joiner, seller: str, model_id: str) -> None:
    """Another version, another maker's prefix, a floating line and a single word are unplaced."""
    assert joiner.placed(seller, model_id) is None


def test_a_date_is_a_snapshot_only_where_its_maker_sells_it_as_one(rows: Identity) -> None:
    """OpenAI's dated ids are snapshots of one product; DeepSeek's are models of their own."""
    cards = [Card("openai/gpt-9", "GPT-9", "openai", "text"), Card("deepseek/v9", "V9", "deepseek", "text")]
    joiner = Joiner(rows, cards)
    assert where(joiner, "azure", "gpt-9-2027-01-02") == ("openai/gpt-9", {"snapshot": "2027-01-02"})
    assert joiner.placed("azure", "deepseek/v9-2027-01-02") is None


def test_two_decorations_that_leave_the_same_are_both_tried(rows: Identity) -> None:
    """One that is for some makers alone does not hide another that is for all at a seller."""
    take = re.compile("-[0-9]+$")
    both = (
        Decoration("toys", take, "", of=frozenset({"toys"})),
        Decoration("shop", take, "", at=frozenset({"groq"}), means={"snapshot": "1"}),
    )
    joiner = Joiner(rows._replace(decorations=both), [Card("openai/gpt-x", "X", "openai", "text")])
    assert where(joiner, "groq", "gpt-x-12") == ("openai/gpt-x", {"snapshot": "1"})
    assert where(joiner, "azure", "gpt-x-12") is None


def test_a_floating_name_means_the_model_of_its_day(rows: Identity) -> None:
    """Which model it is changes, so an offer joins the one that a source names for the day of its list, or none."""
    days = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
    meanings = {"gpt-latest": (Meaning(days[1], "openai/gpt-8"), Meaning(days[2], "openai/gpt-9"))}
    cards = [Card(f"openai/gpt-{version}", "GPT", "openai", "text") for version in (8, 9)]
    joiner = Joiner(rows._replace(floating=meanings), cards)
    found = [joiner.placed("openrouter", "~openai/gpt-latest", day) for day in days]
    assert [placed and (placed.slug, placed.facts) for placed in found] == [
        None,
        ("openai/gpt-8", {"snapshot": "latest"}),
        ("openai/gpt-9", {"snapshot": "latest"}),
    ]
    assert joiner.placed("openrouter", "~openai/gpt-latest") is None


def test_each_meaning_of_a_floating_name_is_a_card(rows: Identity, joiner: Joiner, catalog: Catalog) -> None:
    """A renamed card takes the row with it; rows are in the order of their days."""
    slugs = catalog.cards
    for name, meanings in rows.floating.items():
        assert {meaning.card for meaning in meanings} <= slugs.keys()
        assert list(meanings) == sorted(meanings)
        assert joiner.placed("openrouter", name, date(2026, 11, 30)) is not None


def test_an_id_that_a_card_claims_whole_goes_before_decorations(rows: Identity) -> None:
    """A turbo that is a model of its own is not taken for a faster serving."""
    cards = [Card("toys/big-2", "Big", "toys", "text"), Card("toys/big-2-turbo", "Turbo", "toys", "text")]
    joiner = Joiner(rows, cards)
    assert where(joiner, "deepinfra", "toys/Big-2-Turbo") == ("toys/big-2-turbo", {})
    assert where(joiner, "deepinfra", "toys/Big-2-Turbo-FP8") == ("toys/big-2-turbo", {"precision": "fp8"})
    assert where(joiner, "deepinfra", "toys/Big-2-Fast") == ("toys/big-2", {"speed": "fast"})


def test_an_id_keeps_its_prefix_where_the_rest_is_another_thing(rows: Identity) -> None:
    """Perplexity's Agent API sells `perplexity/sonar` at $0.25, its Sonar API `sonar` at $1; feeds put its name before."""
    assert identity.bare_id(rows, "perplexity", "perplexity", "perplexity/perplexity/sonar") == "perplexity/sonar"
    assert identity.bare_id(rows, "perplexity", "perplexity-agent", "perplexity/sonar") == "perplexity/sonar"
    assert identity.bare_id(rows, "perplexity", "perplexity", "perplexity/sonar-pro") == "sonar-pro"
