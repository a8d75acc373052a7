"""What feeds claim, joined with the cards."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard import api
from ratecard.cards import reader
from ratecard.core import catalog, evidence
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadCatalog, BadFeed, UnknownModel
from ratecard.core.records import Card, Offer, Source, Tariff
from ratecard.database import store, writer
from ratecard.market import audit, identity, merge, policy, reconcile
from ratecard.market import build as building
from ratecard.market.importers import intake
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts, Quarantined

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEEN = {
    "litellm": date(2026, 11, 12),
    "genai-prices": date(2026, 8, 21),
    "portkey": date(2026, 8, 21),
    "models-dev": date(2026, 7, 1),
}


def claim(meter: str, price: str, value: str = "", key: str = "k", **more: object) -> FeedClaim:
    """A claim of a price per million tokens."""
    return FeedClaim(meter, Decimal(price), 1_000_000, key, value or price, **more)  # type: ignore[arg-type]


def entry(provider: str, model_id: str, *claims: FeedClaim, **more: object) -> FeedEntry:
    """An entry with claims."""
    return FeedEntry(provider, model_id, model_id, claims=claims, **more)  # type: ignore[arg-type]


def put(root: Path, feed: str, *entries: FeedEntry) -> intake.Intake:
    """Imports entries as a feed's."""
    fresh = intake.intake(entries, identity.read(root))
    intake.write(root, feed, fresh, "1", SEEN[feed])
    return fresh


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = toys.folder(tmp_path)
    toys.models(root, "openai/x", "openai/o", "deepgram/x")
    return root


def joined(root: Path) -> Catalog:
    """The whole market of a catalog's folder."""
    return merge.market(reader.read(root).catalog, root)


def offer(found: Catalog, slug: str, seller: str) -> Offer:
    """One offer of the market."""
    held = catalog.offer_of(found.cards[slug], seller)
    assert held is not None
    return held


def newest(found: Catalog, slug: str, seller: str) -> Tariff:
    """The newest price list of an offer."""
    return offer(found, slug, seller).tariffs[-1]


def test_offers_of_one_model_meet_on_one_card(root: Path) -> None:
    """The ids of the maker, clouds and a gateway: one card, the maker's offer first, then the clouds' by price."""
    toys.models(root, "anthropic/claude-x-1")
    put(
        root,
        "litellm",
        entry("anthropic", "claude-x-1-20260101", claim("input_tokens", "3")),
        entry("bedrock_converse", "us.anthropic.claude-x-1-20260101-v1:0", claim("input_tokens", "3.3")),
        entry("openrouter", "openrouter/anthropic/claude-x-1-20260101", claim("input_tokens", "3")),
        entry("azure_ai", "azure_ai/claude-x-1-20260101", claim("input_tokens", "3")),
        entry("vertex_ai-anthropic_models", "vertex_ai/claude-x-1@20260101", claim("input_tokens", "3")),
    )
    found = joined(root)
    assert [(held.seller, dict(held.facts)) for held in found.cards["anthropic/claude-x-1"].offers] == [
        ("anthropic", {"snapshot": "20260101"}),
        ("azure", {"snapshot": "20260101"}),
        ("vertex-ai", {"snapshot": "20260101"}),
        ("bedrock", {"region": "us", "snapshot": "20260101"}),
        ("openrouter", {"snapshot": "20260101"}),
    ]
    total = api.cost("anthropic/claude-x-1", input_tokens="1M", seller="bedrock", catalog=found, at=NOON).total
    assert total == Decimal("3.3")


def test_one_id_that_feeds_spell_differently_is_one_offer(root: Path, tmp_path: Path) -> None:
    """A maker's prefix, a version mark and a dot for a dash are spellings: the lists speak of one offer, found by each."""
    toys.models(root, "anthropic/claude-x-1.5")
    put(
        root,
        "litellm",
        entry("openrouter", "anthropic/claude-x-1.5", claim("input_tokens", "3")),
        entry("openrouter", "openai/gpt-x", claim("input_tokens", "1")),
        entry("openrouter", "openai/gpt-y", claim("input_tokens", "1")),
        entry("bedrock", "anthropic.claude-x-1-5-v1:0", claim("input_tokens", "3")),
    )
    put(root, "portkey", entry("openrouter", "claude-x-1-5", claim("input_tokens", "4")))
    put(root, "models-dev", entry("openrouter", "claude-x-1.5", claim("input_tokens", "4")))
    found = joined(root)
    assert [(held.seller, held.model_id, held.ids) for held in found.cards["anthropic/claude-x-1.5"].offers] == [
        ("bedrock", "anthropic.claude-x-1-5-v1:0", ()),
        ("openrouter", "anthropic/claude-x-1.5", ("claude-x-1-5", "claude-x-1.5")),
    ]
    claims = newest(found, "anthropic/claude-x-1.5", "openrouter").claims
    assert [said.source.via.split(" ")[0] for said in claims] == ["LiteLLM", "Portkey", "models.dev"]
    writer.write(found, tmp_path / "catalog.db")
    held = store.read(tmp_path / "catalog.db")
    assert held.cards["anthropic/claude-x-1.5"] == found.cards["anthropic/claude-x-1.5"]
    for name in ("openrouter/claude-x-1.5", "openrouter/anthropic/claude-x-1-5"):
        assert catalog.sold(held, name)[1].model_id == "anthropic/claude-x-1.5"  # type: ignore[union-attr]


def test_spellings_that_one_feed_prices_apart_stay_apart(root: Path) -> None:
    """Nothing is lost where a list states two prices: each spelling is an offer with its own."""
    toys.models(root, "openai/x-2", "openai/o-2")
    put(
        root,
        "litellm",
        entry("groq", "x-2", claim("input_tokens", "1")),
        entry("groq", "openai/x-2", claim("input_tokens", "2")),
        entry("groq", "openai/o-2", claim("input_tokens", "2")),
        entry("groq", "o-2", claim("input_tokens", "2"), claim("output_tokens", "4")),
    )
    found = joined(root)
    assert [held.model_id for held in found.cards["openai/x-2"].offers] == ["x-2", "openai/x-2"]
    assert [(held.model_id, held.ids) for held in found.cards["openai/o-2"].offers] == [("o-2", ("openai/o-2",))]


def test_what_merely_looks_alike_is_not_merged(root: Path) -> None:
    """Another size, another version and an id that no card claims are unplaced, each at its seller."""
    toys.models(root, "openai/gpt-x")
    put(
        root,
        "litellm",
        entry("openai", "gpt-x", claim("input_tokens", "2")),
        entry("openai", "gpt-x-2026-01-01", claim("input_tokens", "2")),
        entry("openai", "gpt-x-mini", claim("input_tokens", "2")),
        entry("openai", "gpt-x.5", claim("input_tokens", "2")),
        entry("nano-gpt", "some-model", claim("input_tokens", "1")),
        entry("groq", "some-model", claim("input_tokens", "1")),
    )
    found = joined(root)
    assert [held.model_id for held in found.cards["openai/gpt-x"].offers] == ["gpt-x", "gpt-x-2026-01-01"]
    assert set(found.unplaced) == {
        "openai/gpt-x-mini", "openai/gpt-x.5", "nano-gpt/some-model", "groq/some-model",
    }  # fmt: skip


def test_an_unplaced_offer_is_priced_at_its_seller_alone(root: Path) -> None:
    """It keeps its prices, and its id means it only where the seller is named."""
    put(root, "litellm", entry("groq", "some-model", claim("input_tokens", "1")))
    found = joined(root)
    assert api.cost("groq/some-model", input_tokens="1M", catalog=found, at=NOON).total == 1
    assert api.cost("some-model", input_tokens="1M", seller="groq", catalog=found, at=NOON).total == 1
    with pytest.raises(UnknownModel):
        api.cost("some-model", input_tokens="1M", catalog=found, at=NOON)


def test_the_price_held_follows_the_policy(root: Path) -> None:
    """All agree, the newer ones agree, one alone, an older one differs: the newest is held, and old news disputes nothing."""
    toys.models(root, *(f"openai/{name}" for name in ("all", "most", "one", "none")))
    for feed, prices in {
        "litellm": ("1", "2", "9", "5"),
        "genai-prices": ("1", "2", None, "6"),
        "portkey": ("1", "3", None, None),
    }.items():
        names = ("all", "most", "one", "none")
        put(
            root,
            feed,
            *(
                entry("openai", name, claim("input_tokens", price))
                for name, price in zip(names, prices, strict=True)
                if price
            ),
        )
    found = joined(root)
    held = {name: newest(found, f"openai/{name}", "openai") for name in ("all", "most", "one", "none")}
    assert {name: evidence.confidence(tariff) for name, tariff in held.items()} == {
        "all": "agreed 3/3", "most": "agreed 2/2", "one": "single", "none": "single",
    }  # fmt: skip
    assert [tariff.rates[0].price for tariff in held.values()] == [1, 2, 9, 5]
    assert [evidence.price_status(tariff) for tariff in held.values()] == ["known", "known", "single", "single"]
    assert [claim.value for claim in evidence.disputes(held["most"])] == ["3"]


def test_a_list_that_reads_the_sellers_own_goes_first_there_alone(root: Path) -> None:
    """Of lists of one day, Portkey's is held at the seller whose own list it reads, and nothing disputes it."""
    feeds = root / "feeds.yaml"
    text = re.sub(r"(portkey:.*?rank: 3)", r"\1, reads: [deepgram]", feeds.read_text(), flags=re.DOTALL)
    feeds.write_text(text.replace(SEEN["portkey"].isoformat(), SEEN["litellm"].isoformat()))
    for feed, price in (("litellm", "1"), ("portkey", "2")):
        said = claim("input_tokens", price)
        fresh = intake.intake([entry("openai", "x", said), entry("deepgram", "x", said)], identity.read(root))
        intake.write(root, feed, fresh, "1", SEEN["litellm"])
    found = joined(root)
    held = {seller: newest(found, f"{seller}/x", seller) for seller in ("openai", "deepgram")}
    assert {seller: tariff.rates[0].price for seller, tariff in held.items()} == {"openai": 1, "deepgram": 2}
    assert [evidence.price_status(tariff) for tariff in held.values()] == ["disputed", "single"]


def test_prices_under_other_conditions_are_not_compared(root: Path) -> None:
    """A batch price in one list and a standard one in another are two prices, not a dispute."""
    put(
        root,
        "litellm",
        entry(
            "openai",
            "x",
            claim("input_tokens", "2"),
            claim("input_tokens", "1", when=frozenset({("service_tier", "batch")})),
        ),
    )
    put(root, "portkey", entry("openai", "x", claim("input_tokens", "2")))
    tariff = newest(joined(root), "openai/x", "openai")
    assert tariff.confidence == "agreed 2/2"
    assert [(rate.price, rate.when) for rate in tariff.rates] == [(Decimal(2), frozenset())]
    assert [(one.name, one.percent) for one in tariff.adjustments] == [("service tier batch", Decimal(-50))]


def test_dated_prices_become_history_and_old_lists_do_not_speak_for_later_days(root: Path) -> None:
    """Each day a list dates begins a price list; a list whose data are older than it is not heard on it."""
    put(
        root,
        "genai-prices",
        entry(
            "openai",
            "o",
            claim("input_tokens", "10"),
            claim("input_tokens", "2", effective=date(2025, 6, 10)),
            claim("input_tokens", "1", effective=date(2026, 8, 1)),
        ),
    )
    put(root, "models-dev", entry("openai", "o", claim("input_tokens", "2")))
    put(root, "litellm", entry("openai", "o", claim("input_tokens", "1")))
    found = joined(root)
    assert [tariff.effective for tariff in offer(found, "openai/o", "openai").tariffs] == [
        None, date(2025, 6, 10), date(2026, 8, 1),
    ]  # fmt: skip
    for day, total in (("2025-06-09", 10), ("2025-06-10", 2), ("2026-07-31", 2), ("2026-08-01", 1), ("2026-11-21", 1)):
        assert api.cost("openai/o", input_tokens="1M", catalog=found, at=day).total == total
    assert newest(found, "openai/o", "openai").confidence == "agreed 2/2"


@pytest.mark.parametrize(
    ("provider", "model_id", "prices", "zero", "status"),
    [
        ("openrouter", "openai/x-1:free", ("0", "0"), "free", "free"),
        ("github-copilot", "x-1", ("0", "0"), "subscription", "subscription"),
        ("openai", "x-1", ("0.1", "0"), "", "single"),
        ("groq", "x-1", ("0", "0"), "unverified", "unverified"),
    ],
)
def test_a_claimed_zero_says_why(
    root: Path, provider: str, model_id: str, prices: tuple[str, str], zero: str, status: str
) -> None:
    """Free by its name, part of a subscription, or nobody knows; beside a price it is none."""
    toys.models(root, "openai/x-1")
    put(root, "litellm", entry(provider, model_id, claim("input_tokens", prices[0]), claim("output_tokens", prices[1])))
    found = joined(root)
    tariff = newest(found, "openai/x-1", provider)
    assert {rate.zero for rate in tariff.rates if not rate.price} == ({zero} if zero else set())
    assert evidence.price_status(tariff) == status


def test_what_a_model_does_not_bill_has_no_price(root: Path) -> None:
    """A zero beside a price for something else is none; of a repeated prompt it is a part of the prompt's price."""
    toys.models(root, "openai/x-1")
    put(
        root,
        "litellm",
        entry("openai", "x-1", FeedClaim("images", Decimal("0.04"), 1, "k", "0.04"), claim("input_tokens", "0")),
        entry("groq", "x-1", claim("input_tokens", "1"), claim("output_tokens", "0"), claim("cache_read_tokens", "0")),
    )
    found = joined(root)
    assert [rate.meter for rate in newest(found, "openai/x-1", "openai").rates] == ["images"]
    rates = newest(found, "openai/x-1", "groq").rates
    assert [(rate.meter, rate.zero) for rate in rates] == [
        ("input_tokens", ""),
        ("cache_read_tokens", "included"),
        ("cache_write_tokens", ""),
    ]


def test_a_curated_price_is_never_overwritten(root: Path) -> None:
    """Claims stand beside it, are shown as disputes, and neither change the price nor its status."""
    toys.put(root, "openai/toy", toys.CARD + "offers:\n  - seller: openai\n    model_id: toy\n    tariffs:\n"
             "      - sources: [{url: https://example.org/p, checked: 2026-11-01}]\n        rates: [{meter: images, price: 0.04}]\n")  # fmt: skip
    put(root, "litellm", entry("openai", "toy", FeedClaim("images", Decimal("0.4"), 1, "k", "0.4")))
    put(root, "portkey", entry("openai", "toy", claim("output_image_tokens", "40")))
    found = joined(root)
    tariff = newest(found, "openai/toy", "openai")
    assert [rate.price for rate in tariff.rates] == [Decimal("0.04")]
    assert evidence.price_status(tariff) == "known"
    assert evidence.confidence(tariff) == "curated"
    disputes = reconcile.disputes(found)
    assert [(one.state, one.cause, one.held) for one in disputes] == [("curated", "unit slip x10", "the card")]


DECISION = """\
x-input:
  seller: openai
  model_id: X
  meter: input_tokens
  values: {litellm: "5", portkey: "6"}
  held: portkey
  reason: the maker's page says 6
  source: {url: https://example.org/p, checked: 2026-11-01}
  date: 2026-11-01
"""


def test_a_decision_holds_until_a_value_it_judged_changes(root: Path) -> None:
    """What was settled does not come up again, until a list says something else."""
    put(root, "litellm", entry("openai", "x", claim("input_tokens", "5")))
    put(root, "portkey", entry("openai", "x", claim("input_tokens", "6")))
    assert [one.state for one in reconcile.disputes(joined(root))] == ["superseded"]
    (root / "decisions").mkdir(exist_ok=True)
    (root / "decisions/openai.yaml").write_text(DECISION, encoding="utf-8")
    found = joined(root)
    assert newest(found, "openai/x", "openai").rates[0].price == 6
    assert newest(found, "openai/x", "openai").confidence == policy.DECIDED
    assert [(one.state, one.reason) for one in reconcile.disputes(found)] == [("decided", "the maker's page says 6")]
    put(root, "litellm", entry("openai", "x", claim("input_tokens", "7")))
    found = joined(root)
    assert [one.state for one in reconcile.disputes(found)] == ["undecided"]
    assert len(reconcile.undecided(reconcile.disputes(found), Decimal(1))) == 1


def test_the_audit_names_what_nobody_decided_and_decisions_that_judge_nothing(root: Path) -> None:
    """A difference of four times at a maker wants a decision; when the lists agree again, it is to be taken out."""

    def kinds() -> set[str]:
        found = audit.audit(joined(root), date(2026, 11, 21))
        return {one.kind for one in found} & {audit.UNDECIDED, audit.IDLE_DECISION}

    put(root, "models-dev", entry("openai", "x", claim("input_tokens", "24")))
    put(root, "portkey", entry("openai", "x", claim("input_tokens", "6")))
    (root / "decisions").mkdir(exist_ok=True)
    (root / "decisions/openai.yaml").write_text(DECISION.replace('litellm: "5"', 'models-dev: "1"'), encoding="utf-8")
    assert kinds() == {audit.UNDECIDED, audit.IDLE_DECISION}
    (root / "decisions/openai.yaml").write_text(DECISION.replace('litellm: "5"', 'models-dev: "24"'), encoding="utf-8")
    assert kinds() == set()
    put(root, "models-dev", entry("openai", "x", claim("input_tokens", "6")))
    assert kinds() == {audit.IDLE_DECISION}


CAUSES = [
    (("2", "200"), (), "unit slip x100"),
    (("2", "0"), (), "one list says zero"),
    (("2", "2.2"), (), "other condition: a premium of x1.1 for a place, folded in by one"),
    (("2", "5"), (), "perhaps stale: Portkey models"),
    (("2", "320"), (), "unit slip near x100, and another difference"),
    (
        ("4", "2"),
        (claim("input_tokens", "2", when=frozenset({("service_tier", "batch")})),),
        "other condition: service_tier batch",
    ),
]


@pytest.mark.parametrize(("prices", "further", "cause"), CAUSES)
def test_a_disagreement_has_a_probable_cause(
    root: Path, prices: tuple[str, str], further: tuple[FeedClaim, ...], cause: str
) -> None:
    """Its size and where else the price stands tell what probably happened."""
    put(root, "litellm", entry("openai", "x", claim("input_tokens", prices[0]), *further))
    put(root, "portkey", entry("openai", "x", claim("input_tokens", prices[1])))
    assert [one.cause for one in reconcile.disputes(joined(root))] == [cause]


def test_tallies_count_shared_and_differing_plain_prices(root: Path) -> None:
    """For each seller, meter and pair of lists; half a percent is rounding."""
    toys.models(root, *(f"openai/{name}" for name in "abcd"))
    put(
        root,
        "litellm",
        *(entry("openai", name, claim("input_tokens", price)) for name, price in (("a", "1"), ("b", "2"), ("c", "3"))),
    )
    put(
        root,
        "portkey",
        *(
            entry("openai", name, claim("input_tokens", price))
            for name, price in (("a", "1.004"), ("b", "4"), ("d", "3"))
        ),
    )
    assert reconcile.tallies(joined(root)) == [reconcile.Tally("openai", "input_tokens", ("litellm", "portkey"), 2, 1)]


def test_importing_twice_changes_nothing_and_order_does_not_matter(root: Path) -> None:
    """The same feed gives the same files, whatever the order of its entries."""
    entries = [entry("openai", name, claim("input_tokens", "1")) for name in ("a", "b", "c")]
    put(root, "litellm", *entries)
    rows = identity.read(root)
    again = intake.intake(reversed(entries), rows)
    assert intake.changes(root, "litellm", again) == []
    assert intake.write(root, "litellm", again, "1", SEEN["litellm"]) is False


def test_a_changed_price_is_one_line(root: Path) -> None:
    """A reviewer sees which model, which price, from what to what."""
    put(root, "litellm", *(entry("openai", name, claim("input_tokens", "1")) for name in ("a", "b")))
    before = (root / "evidence/litellm/openai.prices.tsv").read_text().splitlines()
    fresh = intake.intake(
        [entry("openai", "a", claim("input_tokens", "2")), entry("openai", "b", claim("input_tokens", "1"))],
        identity.read(root),
    )
    assert intake.changes(root, "litellm", fresh) == [
        intake.ClaimChange("openai", "a", "input_tokens", "1 per 1000000", "2 per 1000000")
    ]
    intake.write(root, "litellm", fresh, "2", SEEN["litellm"])
    after = (root / "evidence/litellm/openai.prices.tsv").read_text().splitlines()
    assert len(set(before) ^ set(after)) == 2
    assert "version: 2, seen: 2026-11-12" in (root / "feeds.yaml").read_text()


def test_a_feed_that_shrank_is_refused(root: Path) -> None:
    """A list that lost a fifth of its prices is not believed."""
    put(root, "litellm", *(entry("openai", str(number), claim("input_tokens", "1")) for number in range(10)))
    fresh = intake.intake([entry("openai", "1", claim("input_tokens", "1"))], identity.read(root))
    with pytest.raises(BadFeed, match="1 prices, where 10 were imported before"):
        intake.write(root, "litellm", fresh, "2", SEEN["litellm"])


def test_what_is_not_taken_over_is_listed_with_its_text_and_reason(root: Path) -> None:
    """Quarantine is a file like the others."""
    put(root, "litellm", FeedEntry("openai", "x", "x", quarantined=(Quarantined("price", "-1", "a sentinel"),)))
    lines = (root / "evidence/litellm/quarantine.tsv").read_text().splitlines()
    assert lines[1] == "openai\tx\tx price\t-1\ta sentinel"


def test_hostile_names_stay_inside_the_catalog(root: Path) -> None:
    """No provider or model name leads a file out of its folder or breaks a line."""
    names = ["../../x", "/etc/passwd", "a\tb\nc", "", ".", "..", "x" * 300, "a/b/c/d/e", "É", "a:b@c*d"]
    put(root, "litellm", *(entry(name, name, claim("input_tokens", "1"), facts=FeedFacts(name=name)) for name in names))
    files = sorted(path.relative_to(root).as_posix() for path in (root / "evidence").rglob("*.tsv"))
    assert all(path.startswith("evidence/litellm/") and path.count("/") == 2 for path in files)
    found = joined(root)
    assert all(reader.schema.SLUG.fullmatch(slug) for slug in found.cards), list(found.cards)


@pytest.mark.parametrize(
    ("text", "message"),
    [("nonsense\n", "another heading"), (None, "cells, not 10"), ("bad", "cannot be read")],
)
def test_a_damaged_file_of_claims_is_named_with_its_line(root: Path, text: str | None, message: str) -> None:
    """What cannot be read says which file and line, and nothing is built."""
    put(root, "litellm", entry("openai", "a", claim("input_tokens", "1")))
    file = root / "evidence/litellm/openai.prices.tsv"
    held = file.read_text()
    damaged = (
        text
        if text and text != "bad"
        else held + ("a\tb\n" if text is None else held.splitlines()[1].replace("\t1\t", "\tone\t") + "\n")
    )
    file.write_text(damaged)
    with pytest.raises(BadCatalog, match=message) as failure:
        joined(root)
    assert "openai.prices.tsv:" in str(failure.value)


def test_a_build_follows_the_evidence(root: Path, tmp_path: Path, today: date) -> None:
    """Changed claims are built in, and a changed card keeps its claims, with the bytes of a full build."""
    toys.put(root, "openai/toy", toys.CARD)
    scaled = {
        "service_tier": "0.5",
        "region": "1.1",
        "compliance": "1.2",
    }  # each a percentage, in the order of facts.yaml
    values = {"service_tier": "batch", "region": "us", "compliance": "fedramp"}
    prices = [
        claim(meter, price, when=frozenset({(fact, values[fact])}))
        for fact, price in scaled.items()
        for meter in ("input_tokens", "output_tokens")
    ]
    put(
        root,
        "litellm",
        entry("openai", "toy", claim("input_tokens", "1"), claim("output_tokens", "1"), *prices),
        entry("azure", "toy", claim("input_tokens", "1")),
    )
    db = tmp_path / "a.db"
    building.build(root, db, today)
    toys.put(root, "openai/toy", toys.CARD.replace("Toy", "Other"))
    building.build(root, db, today)
    building.build(root, tmp_path / "b.db", today, anew=True)
    assert db.read_bytes() == (tmp_path / "b.db").read_bytes()
    put(
        root,
        "litellm",
        entry("openai", "toy", claim("input_tokens", "2"), *prices),
        entry("groq", "t", claim("input_tokens", "1")),
    )
    building.build(root, db, today)
    found = api.open_catalog(db)
    assert api.cost("openai/toy", input_tokens="1M", catalog=found).total == 2
    assert [held.seller for held in found.cards["openai/toy"].offers] == ["openai"]


def test_facts_of_feeds_stand_at_the_offer(root: Path) -> None:
    """Limits, capabilities and the maker's dates come over, not names; where lists contradict each other nobody knows."""
    facts = FeedFacts(
        "GPT X", "gpt", "text", ("text", "image"), ("text",), 128_000, 16_000, date(2026, 1, 2), date(2027, 1, 1), "closed",
        {"vision": "yes", "reasoning": "no"},
    )  # fmt: skip
    put(root, "litellm", entry("openai", "x", claim("input_tokens", "1"), facts=facts))
    put(
        root,
        "models-dev",
        entry("openai", "x", claim("input_tokens", "1"), facts=FeedFacts(capabilities={"reasoning": "yes"})),
    )
    card: Card = joined(root).cards["openai/x"]
    assert (card.name, card.family, card.capabilities) == ("x", "", {})
    assert [(turn.event, turn.date) for turn in card.lifecycle] == [
        ("released", date(2026, 1, 2)),
        ("retired", date(2027, 1, 1)),
    ]
    (held,) = card.offers
    assert (held.limits.context_tokens, held.limits.max_output_tokens) == (128_000, 16_000)
    assert (held.capabilities["vision"].value, held.capabilities["reasoning"].value) == ("yes", "unknown")
    assert held.capabilities["vision"].source == Source(
        "https://github.com/BerriAI/litellm", date(2026, 11, 12), via="LiteLLM 1"
    )


def test_what_feeds_say_of_a_curated_model_stands_at_its_offers(root: Path) -> None:
    """An author's word holds at every offer, even a no; what an author left open is told of the offer it was said of."""
    offers = "capabilities: {edit: no}\noffers: [{seller: openai, model_id: toy-1}]\n"
    toys.put(root, "openai/toy-1", toys.CARD + offers)
    said = FeedFacts(capabilities={"edit": "yes", "seed": "yes"}, context_tokens=32_000)
    put(
        root,
        "litellm",
        *(entry(seller, "toy-1", claim("input_tokens", "1"), facts=said) for seller in ("openai", "azure")),
    )
    found = joined(root)
    assert set(found.cards["openai/toy-1"].capabilities) == {"edit"}
    for seller in ("openai", "azure"):
        held = offer(found, "openai/toy-1", seller)
        assert {word: known.value for word, known in held.capabilities.items()} == {"seed": "yes"}
        assert held.limits.context_tokens == 32_000


@pytest.mark.parametrize(("weights", "heard"), [("closed", ["azure", "openai", "openrouter"]), ("open", ["openai"])])
def test_the_makers_word_holds_where_the_maker_answers(root: Path, weights: str, heard: list[str]) -> None:
    """A cloud or gateway passes the call on to the maker of closed weights; a host serves what it likes."""
    toys.put(root, "openai/toy-1", toys.CARD + f"licence: {{weights: {weights}}}\n")
    put(
        root,
        "litellm",
        entry("openai", "toy-1", claim("input_tokens", "1"), facts=FeedFacts(capabilities={"seed": "yes"})),
    )
    others = ("azure", "openrouter", "groq")
    put(root, "portkey", *(entry(seller, "toy-1", claim("input_tokens", "1")) for seller in others))
    offers = joined(root).cards["openai/toy-1"].offers
    assert sorted(held.seller for held in offers if "seed" in held.capabilities) == heard


def test_a_feed_that_contradicts_itself_is_two_voices(root: Path) -> None:
    """Neither of its prices is picked in silence; another list that agrees with one of them settles it."""
    put(root, "portkey", entry("openai", "x", claim("input_tokens", "3", key="a"), claim("input_tokens", "1", key="b")))
    found = joined(root)
    assert newest(found, "openai/x", "openai").confidence == "disputed"
    assert [len(one.said) for one in reconcile.disputes(found)] == [2]
    put(root, "litellm", entry("openai", "x", claim("input_tokens", "1")))
    tariff = newest(joined(root), "openai/x", "openai")
    assert (tariff.confidence, tariff.rates[0].price) == ("agreed 2/2", 1)


def test_rounding_is_no_disagreement(root: Path) -> None:
    """A price per second that was rounded agrees with the price per minute it came from."""
    put(
        root, "litellm", entry("deepgram", "x", FeedClaim("audio_seconds", Decimal("0.00007167"), 1, "s", "0.00007167"))
    )
    put(root, "portkey", entry("deepgram", "x", FeedClaim("audio_seconds", Decimal("0.0043"), 60, "m", "0.0043")))
    found = joined(root)
    assert newest(found, "deepgram/x", "deepgram").confidence == "agreed 2/2"
    assert reconcile.disputes(found) == []


def test_lists_that_set_the_threshold_apart_are_not_mixed(root: Path) -> None:
    """Most lists decide where the higher price begins; a request between two thresholds is not repriced."""
    for feed, above in (("litellm", 200_000), ("genai-prices", 200_000), ("portkey", 128_000)):
        put(root, feed, entry("openai", "x", claim("input_tokens", "1"), claim("input_tokens", "2", above=above)))
    found = joined(root)
    assert [rate.above for rate in newest(found, "openai/x", "openai").rates] == [0, 200_000]
    assert api.cost("openai/x", input_tokens=150_000, catalog=found, at=NOON).total == Decimal("0.15")


def test_a_price_for_part_of_the_week_comes_only_with_its_plain_price(root: Path) -> None:
    """An old list's peak price does not enter a price list whose plain price is another's."""
    peak = frozenset({("period", "peak")})
    old = entry("openai", "x", claim("input_tokens", "1"), claim("input_tokens", "2", when=peak))
    put(root, "genai-prices", old._replace(periods={"peak": ("mon-sun 00:30-16:30",)}))
    put(root, "litellm", entry("openai", "x", claim("input_tokens", "5")))
    put(root, "portkey", entry("openai", "x", claim("input_tokens", "5")))
    assert [rate.price for rate in newest(joined(root), "openai/x", "openai").rates] == [5]


def test_a_report_names_the_offers_that_no_card_claims(root: Path) -> None:
    """Offers of models that have a card join it; the others are unplaced until a card claims them."""
    toys.put(root, "openai/toy-1", toys.CARD)
    offered = [("openai", "toy-1"), ("azure", "toy-1-2026-01-01"), ("openai", "new"), ("groq", "nobody-knows")]
    fresh = intake.intake([entry(*offer) for offer in offered], identity.read(root))
    slugs = merge.slugs_of(reader.read(root).catalog, root, fresh.offers, NOON.date())
    found = [key for key, slug in slugs.items() if not slug]
    assert found == [("groq", "nobody-knows"), ("openai", "new")]


def test_a_whole_build_tells_its_stages_in_order(root: Path, tmp_path: Path, today: date) -> None:
    """Whoever waits can be shown what is being done; a build with nothing to do tells nothing."""
    told: list[str] = []
    for _ in range(2):
        building.build(root, tmp_path / "a.db", today, tell=told.append)
    assert told == list(building.STAGES)


def test_an_unbelievable_price_is_held_back_with_its_text(root: Path) -> None:
    """A price per search that a list books as one per token would cost its readers a thousandfold."""
    meters = reader.read(root).catalog.vocabulary.meters
    found = entry("openai", "x", claim("input_tokens", "2000", "0.2"), claim("output_tokens", "0"))
    fresh = intake.intake([found], identity.read(root), meters)
    assert (fresh.claims, dict(fresh.quarantined)) == (0, {intake.UNBELIEVABLE: 1, intake.ZERO_LEFT: 1})
    assert f"0.2\t{intake.UNBELIEVABLE}" in fresh.files["quarantine.tsv"]


def test_a_zero_stands_beside_a_price_that_is_believed(root: Path) -> None:
    """A list of which nothing but zeros is left would say that the model is free."""
    meters = reader.read(root).catalog.vocabulary.meters
    prices = (claim("input_tokens", "2"), claim("output_tokens", "0"), claim("cache_write_tokens", "3000"))
    fresh = intake.intake([entry("openai", "x", *prices)], identity.read(root), meters)
    assert (fresh.claims, dict(fresh.quarantined)) == (2, {intake.UNBELIEVABLE: 1})


def test_an_entry_that_is_no_model_makes_no_offer(root: Path) -> None:
    """A seller's default row says how other rows are read; nobody can call it."""
    fresh = intake.intake([entry("openai", "default", is_model=False), entry("openai", "x")], identity.read(root))
    assert [place.model_id for place in fresh.offers] == ["x"]


def test_what_every_call_is_charged_for_comes_first(root: Path) -> None:
    """Rates stand in the order of the vocabulary, whatever order a list has and however words are spelled."""
    put(
        root,
        "litellm",
        entry("openai", "x", *(claim(meter, "1") for meter in ("cache_read_tokens", "output_tokens", "input_tokens"))),
    )
    (tariff,) = offer(joined(root), "openai/x", "openai").tariffs
    assert [rate.meter for rate in tariff.rates] == [
        "input_tokens",
        "output_tokens",
        "cache_read_tokens",
        "cache_write_tokens",
    ]


def test_a_step_that_is_stated_at_one_door_of_a_seller_holds_at_both(root: Path) -> None:
    """GPT-5.5 at Bedrock, as it was billed: LiteLLM lists it at the Mantle endpoint alone, with its step at 272,000."""
    toys.models(root, "openai/gpt-5.5")
    for door, more in (("bedrock", ""), ("bedrock-mantle", "host: bedrock\n")):
        page = "prices_url: https://aws.amazon.com/bedrock/pricing/\n"
        (root / "sellers" / f"{door}.yaml").write_text(f"name: {door}\nkind: cloud\n{more}{page}")
    plain = {"input_tokens": "5.5", "cache_read_tokens": "0.55", "output_tokens": "33"}
    long = {"input_tokens": "11", "cache_read_tokens": "1.1", "output_tokens": "49.5"}
    stated = [claim(meter, price) for meter, price in plain.items()]
    steps = [claim(meter, price, above=272_000) for meter, price in long.items()]
    put(root, "genai-prices", entry("aws", "openai.gpt-5.5", *stated))
    put(root, "litellm", entry("bedrock_mantle", "openai.gpt-5.5", *stated, *steps))
    found = joined(root)
    for seller in ("bedrock", "bedrock-mantle"):
        words = {"input_tokens": 200_238, "cache_read_tokens": 100_000, "output_tokens": 1_000}
        assert api.cost("openai/gpt-5.5", seller=seller, catalog=found, **words).total == Decimal("2.362118")


def test_a_zero_for_the_tokens_of_a_model_that_draws_is_no_price(root: Path) -> None:
    """Portkey has veo3.1 at fal at $0 for tokens, which fal sells by the second; an id that is free is free."""
    card = "name: x\nprovider: google\nmodality: video\nids: ['x:free']\n"
    toys.put(root, "google/x", f"{card}sources: [{{url: https://example.org/model, checked: 2026-11-01}}]\n")
    zeros = claim("input_tokens", "0"), claim("output_tokens", "0")
    put(root, "portkey", entry("fal-ai", "google/x", *zeros), entry("openrouter", "google/x:free", *zeros))
    found = joined(root)
    assert offer(found, "google/x", "fal").tariffs == ()
    assert [rate.zero for rate in newest(found, "google/x", "openrouter").rates] == ["free", "free"]
