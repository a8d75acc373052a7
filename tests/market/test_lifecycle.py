"""Lives of offers: what a list says of one seller's offer is said of that offer alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard import api
from ratecard.cards import reader
from ratecard.core import lives
from ratecard.core.catalog import Catalog, event_date
from ratecard.core.records import Card, Event, Feed, Licence, Offer, Seller, Source
from ratecard.database import store, writer
from ratecard.market import audit, identity, lifecycle, merge
from ratecard.market.importers import intake
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts
from ratecard.market.listings import Listing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = NOON.date()
SEEN = {"litellm": "2026-11-12", "portkey": "2026-08-21", "models-dev": "2026-07-01"}

#: A card of a model with open weights, and of one with closed weights, each with a released day.
OPEN = """\
name: Kimi
provider: moonshotai
modality: text
sources: [{url: https://example.org/model, checked: 2026-11-01}]
licence: {weights: open}
"""


def listing(provider: str, model_id: str, ends: str = "", released: str = "") -> FeedEntry:
    """An entry with one price and the dates that the feed states."""
    claim = FeedClaim("input_tokens", Decimal(1), 1_000_000, "k", "1")
    ends_on, born = (date.fromisoformat(day) if day else None for day in (ends, released))
    return FeedEntry(provider, model_id, model_id, FeedFacts(released=born, retired=ends_on), (claim,))


def put(root: Path, feed: str, *entries: FeedEntry, seen: str = "") -> None:
    """Imports entries as a feed's of its day."""
    fresh = intake.intake(entries, identity.read(root))
    day = seen or SEEN[feed]
    intake.write(root, feed, fresh, day, date.fromisoformat(day))


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = toys.folder(tmp_path)
    toys.models(root, "openai/gpt-5.4", "openai/gpt-5", "anthropic/claude-haiku-4-5", "openai/gpt-4.5")
    toys.put(root, "moonshotai/kimi-k2.5", OPEN)
    return root


def joined(root: Path) -> Catalog:
    """The whole market of a catalog's folder."""
    return merge.market(reader.read(root).catalog, root)


def at(found: Catalog, slug: str, seller: str) -> Offer:
    """The offer of a seller."""
    return next(offer for offer in found.cards[slug].offers if offer.seller == seller)


def ended(found: Catalog, slug: str, day: date = DAY) -> set[str]:
    """The sellers whose offers of a model have ended."""
    card = found.cards[slug]
    return {offer.seller for offer in card.offers if lives.ended(card, offer, day)}


def refused(found: Catalog, slug: str) -> dict[str, list[str]]:
    """The sellers that the router refuses for a model, with the reasons; however old the prices are."""
    answer = api.route(input_tokens="1M", only=[slug], allow=["stale"], any_seller=True, catalog=found, at=NOON)
    return {
        one.seller: [reason.sentence for reason in one.reasons]
        for one in answer.rejected
        if one.slug == slug and one.seller
    }


def test_the_end_at_one_seller_is_its_own(root: Path) -> None:
    """GitHub Copilot ended gpt-5.4: it lives at OpenAI and at Azure, and the model has not ended."""
    copilot = listing("github_copilot", "gpt-5.4", "2026-10-19")
    put(root, "litellm", listing("openai", "gpt-5.4"), listing("azure", "gpt-5.4", "2027-09-02"), copilot)
    found = joined(root)
    assert found.cards["openai/gpt-5.4"].lifecycle == ()
    assert ended(found, "openai/gpt-5.4") == {"github-copilot"}
    assert refused(found, "openai/gpt-5.4") == {"github-copilot": ["retired on 2026-10-19, LiteLLM says"]}
    assert audit.audit(found, DAY) == []
    bill = api.cost("openai/gpt-5.4", input_tokens="1M", seller="github-copilot", catalog=found, at=NOON)
    assert "openai/gpt-5.4 at github-copilot was retired on 2026-10-19, LiteLLM says" in bill.warnings
    assert lives.saying(found.cards["openai/gpt-5.4"], at(found, "openai/gpt-5.4", "azure"), DAY) == (
        "ends on 2027-09-02, LiteLLM says"
    )


@pytest.mark.parametrize(
    ("slug", "rows"),
    [
        ("openai/gpt-4.1", [("openai", ""), ("azure", "2027-04-14"), ("github_copilot", "2026-06-01")]),
        ("openai/gpt-5-mini", [("openai", "2026-12-11"), ("openrouter", ""), ("github_copilot", "2026-10-19")]),
        ("openai/gpt-oss-120b", [("groq", ""), ("bedrock", ""), ("fireworks_ai", "2026-11-07")]),
        ("moonshotai/kimi-k2.6", [("moonshot", ""), ("baseten", "2026-10-16"), ("together_ai", "2026-08-19")]),
        ("google/gemini-2.5-flash", [("gemini", ""), ("vertex_ai", "2026-10-20"), ("databricks", "2026-10-02")]),
        ("anthropic/claude-sonnet-4-5", [("anthropic", "2026-11-30"), ("openrouter", ""), ("azure_ai", "2026-11-30")]),
    ],
)
def test_living_models_are_refused_only_where_they_ended(slug: str, rows: list[tuple[str, str]], root: Path) -> None:
    """Models that LiteLLM's list of 2026-11-12 has with an end at some seller: on 2026-11-21 no other seller is refused."""
    toys.models(root, slug)
    name = slug.partition("/")[2]
    put(root, "litellm", *(listing(provider, name, ends) for provider, ends in rows))
    found = joined(root)
    past = {identity.seller_of(identity.read(root), provider) for provider, ends in rows if "" < ends <= str(DAY)}
    assert refused(found, slug).keys() == past
    assert ended(found, slug) == past
    assert (event_date(found.cards[slug], "retired") or date.max) > DAY


def test_hosts_of_open_weights_outlive_the_makers_offer(root: Path) -> None:
    """The maker ended its own offer of Kimi, and so the model; a host goes on selling it, one has ended it itself."""
    put(
        root,
        "litellm",
        listing("moonshot", "kimi-k2.5", "2026-08-31"),
        listing("fireworks_ai", "kimi-k2.5", "2026-09-25"),
        listing("deepinfra", "kimi-k2.5"),
    )
    put(root, "models-dev", listing("nebius", "kimi-k2.5"))
    found = joined(root)
    assert event_date(found.cards["moonshotai/kimi-k2.5"], "retired") == date(2026, 8, 31)
    assert ended(found, "moonshotai/kimi-k2.5") == {"moonshotai", "fireworks"}
    assert refused(found, "moonshotai/kimi-k2.5").keys() == {"moonshotai", "fireworks"}
    bill = api.cost("moonshotai/kimi-k2.5", input_tokens="1M", seller="deepinfra", catalog=found, at=NOON)
    assert "its maker retired it on 2026-08-31; last listed here on 2026-11-12" in bill.warnings[0]


def test_closed_weights_end_with_their_maker_where_no_newer_list_shows_them(root: Path) -> None:
    """A cloud that a list of November has still sells it; what only a list of July has ended in October."""
    put(root, "litellm", listing("openai", "gpt-4.5", "2026-10-23"), listing("azure", "gpt-4.5"))
    put(root, "models-dev", listing("poe", "gpt-4.5"))
    found = joined(root)
    assert ended(found, "openai/gpt-4.5", date(2026, 10, 22)) == set()
    assert ended(found, "openai/gpt-4.5") == {"openai", "poe"}
    card, offer = found.cards["openai/gpt-4.5"], at(found, "openai/gpt-4.5", "poe")
    assert lives.saying(card, offer, DAY) == "ended with its model on 2026-10-23, LiteLLM says"


def test_a_model_ends_with_the_last_of_its_makers_plain_offers(root: Path) -> None:
    """The end of a snapshot is not the model's; another of the maker's sellers that a newer list has goes on."""
    snapshot = listing("openai", "gpt-5-2025-08-07", "2026-10-23")
    put(root, "litellm", listing("openai", "gpt-5"), snapshot, listing("moonshot", "kimi-k2.5", "2026-08-31"))
    put(root, "models-dev", listing("moonshotai-cn", "kimi-k2.5"), seen="2026-09-01")
    found = joined(root)
    assert found.cards["openai/gpt-5"].lifecycle == found.cards["moonshotai/kimi-k2.5"].lifecycle == ()
    assert ended(found, "moonshotai/kimi-k2.5") == {"moonshotai"}
    put(root, "models-dev", listing("moonshotai-cn", "kimi-k2.5"), seen="2026-08-31")
    assert ended(joined(root), "moonshotai/kimi-k2.5") == {"moonshotai", "moonshotai-cn"}


def test_an_end_that_a_later_list_does_not_bear_out_is_a_warning(root: Path) -> None:
    """Announced for May, and listed in July by a list that drops what ended: it may be chosen, with a warning."""
    put(root, "litellm", listing("azure", "gpt-5.4", "2026-05-01"), listing("openai", "gpt-4.5", "2026-05-01"))
    put(root, "models-dev", listing("azure", "gpt-5.4"))
    put(root, "portkey", listing("openai", "gpt-4.5"))
    found = joined(root)
    card, offer = found.cards["openai/gpt-5.4"], at(found, "openai/gpt-5.4", "azure")
    says = "its end was announced for 2026-05-01, LiteLLM says; still listed on 2026-07-01 by models.dev"
    assert (lives.saying(card, offer, DAY), refused(found, "openai/gpt-5.4")) == (says, {})
    bill = api.cost("openai/gpt-5.4", input_tokens="1M", seller="azure", catalog=found, at=NOON)
    assert f"openai/gpt-5.4 at azure: {says}" in bill.warnings
    assert ended(found, "openai/gpt-4.5") == {"openai"}  # Portkey keeps what has ended


def test_an_end_stands_when_its_list_has_dropped_the_offer(root: Path) -> None:
    """Azure's GPT-4.5 ended in July; LiteLLM took the entry out in November, and Portkey keeps it without an end."""
    put(root, "litellm", listing("azure", "gpt-4.5", "2026-07-14"), listing("openai", "gpt-5.4"), seen="2026-11-01")
    put(root, "portkey", listing("azure", "gpt-4.5"))
    put(root, "litellm", listing("openai", "gpt-5.4"), listing("openai", "gpt-5"))
    found = joined(root)
    assert ended(found, "openai/gpt-4.5") == {"azure"}
    event = lives.event_of(at(found, "openai/gpt-4.5", "azure"), lives.RETIRED)
    assert event is not None
    assert event.source is not None
    assert (event.date.isoformat(), event.source.via) == ("2026-07-14", "LiteLLM as of 2026-11-01")


def test_not_sooner_than_is_no_end(root: Path) -> None:
    """A year after the release is how long a seller promises a model."""
    toys.put(
        root,
        "anthropic/claude-haiku-4-5",
        "name: Haiku\nprovider: anthropic\nmodality: text\n"
        "sources: [{url: https://example.org/model, checked: 2026-11-01}]\n"
        "lifecycle: [{event: released, date: 2025-10-15, source: {url: https://example.org, checked: 2026-11-01}}]\n",
    )
    put(root, "litellm", listing("vertex_ai", "claude-haiku-4-5", "2026-10-15"))
    assert ended(joined(root), "anthropic/claude-haiku-4-5") == set()


@pytest.mark.parametrize(
    ("stated", "card", "at_reseller"),
    [
        ({"openai": "2025-08-07", "helicone": "2025-01-01"}, "2025-08-07", ""),
        ({"helicone": "2025-01-01", "frogbot": "1970-01-01"}, "", ""),
        ({"helicone": "2025-08-20"}, "", "2025-08-20"),
        ({"openai": "2025-08-07", "helicone": "2025-06-01"}, "2025-08-07", ""),
        ({"openai": "2025-08-07", "helicone": "2025-08-20"}, "2025-08-07", "2025-08-20"),
    ],
)
def test_a_model_is_released_by_its_maker(stated: dict[str, str], card: str, at_reseller: str, root: Path) -> None:
    """The day of the maker's listing, never a reseller's; the epoch and the first of a year are no days."""
    put(root, "models-dev", *(listing(seller, "gpt-5", released=day) for seller, day in stated.items()))
    found = joined(root).cards["openai/gpt-5"]
    assert str(event_date(found, "released") or "") == card
    listed = {str(event.date) for offer in found.offers for event in offer.lifecycle if event.event == "listed"}
    assert listed == ({at_reseller} if at_reseller else set())


def test_an_author_has_the_last_word_on_a_model_and_its_makers_offers(root: Path) -> None:
    """The end that a card states ends the maker's offer, however new the list that has it."""
    source = "{url: https://example.org, checked: 2026-11-01}"
    toys.put(
        root, "moonshotai/kimi-k2.5", f"{OPEN}lifecycle: [{{event: retired, date: 2026-05-12, source: {source}}}]\n"
    )
    put(root, "litellm", listing("moonshot", "kimi-k2.5"), listing("deepinfra", "kimi-k2.5"))
    found = joined(root)
    assert ended(found, "moonshotai/kimi-k2.5") == {"moonshotai"}
    assert [event.source.url for event in found.cards["moonshotai/kimi-k2.5"].lifecycle] == ["https://example.org"]


def test_the_audit_finds_an_end_that_is_another_sellers(root: Path) -> None:
    """An author copied what LiteLLM says of Copilot: the audit names it; the end of the maker's own offer is none."""
    end = "{event: retired, date: 2026-10-19, source: {url: https://e.org, checked: 2026-11-01, via: LiteLLM 1}}"
    toys.put(root, "moonshotai/kimi-k2.5", f"{OPEN}lifecycle: [{end}]\n")
    rows = [listing("github_copilot", "kimi-k2.5", "2026-10-19"), listing("openai", "gpt-4.5", "2026-10-19")]
    put(root, "litellm", *rows)
    found = [one for one in audit.audit(joined(root), DAY) if one.kind == audit.FOREIGN_END]
    assert [(one.slug, one.seller, one.what) for one in found] == [
        ("moonshotai/kimi-k2.5", "github-copilot", "retired on 2026-10-19, which LiteLLM says of github-copilot alone")
    ]


@pytest.mark.parametrize(("newest", "reasons"), [("2026-10-30", []), ("2026-10-31", ["DELISTED"])])
def test_what_is_unseen_for_more_than_90_days_is_no_candidate(newest: str, reasons: list[str], root: Path) -> None:
    """Counted to the newest list, never to the clock; with unknown allowed it may be chosen."""
    feeds = root / "feeds.yaml"
    feeds.write_text(
        "litellm:\n  {name: LiteLLM, version: 1, seen: 2026-08-01, licence: MIT, url: https://example.org, rank: 1}\n"
    )
    live = [listing("openai", f"m{number}") for number in range(8)]
    put(root, "litellm", *live, listing("openai", "gpt-4.5"), seen="2026-08-01")
    put(root, "litellm", *live, seen=newest)
    found = joined(root)
    assert at(found, "openai/gpt-4.5", "openai").seen == date(2026, 8, 1)
    late = datetime(2030, 1, 1, tzinfo=UTC)
    answer = api.route(input_tokens="1M", only=["openai/gpt-4.5"], allow=["stale"], catalog=found, at=late)
    codes = [reason.code for one in answer.rejected if one.slug == "openai/gpt-4.5" for reason in one.reasons]
    assert codes == reasons
    loose = api.route(
        input_tokens="1M", only=["openai/gpt-4.5"], allow=["stale"], allow_unknown=True, catalog=found, at=late
    )
    assert loose.choice is not None


def test_lives_are_kept_in_the_database_and_told_by_a_view(root: Path, tmp_path: Path) -> None:
    """What is written is read back; `ends` has the day of each offer that ends, as Python says."""
    copilot = listing("github_copilot", "gpt-5.4", "2026-10-19")
    put(root, "litellm", listing("openai", "gpt-5.4"), copilot, listing("openai", "gpt-4.5", "2026-10-23"))
    put(root, "models-dev", listing("poe", "gpt-4.5"), listing("nebius", "kimi-k2.5"))
    found = joined(root)
    path = tmp_path / "lives.db"
    writer.write(found, path)
    read = store.read(path)
    assert dict(read.cards) == dict(found.cards)
    rows = store.connect(path).execute("SELECT slug, seller, date FROM ends").fetchall()
    known = {
        (card.slug, offer.seller, str(end.date))
        for card in found.cards.values()
        for offer in card.offers
        if (end := lives.end(card, offer))
    }
    assert set(rows) == known
    assert ("openai/gpt-4.5", "poe", "2026-10-23") in known


def test_what_gateways_pass_on_ends_with_the_model() -> None:
    """With closed weights, unless a list that drops what is gone still shows it; a cloud keeps its own dates."""
    its = Event(lives.RETIRED, date(2026, 6, 1), Source("https://maker.example", date(2026, 9, 1)))
    sold = tuple(Offer(seller, "m") for seller in ("gateway", "shown", "heir", "cloud", "closed"))
    card = Card("toys/m", "M", "maker", "text", lifecycle=(its,), licence=Licence(weights="closed"), offers=sold)
    over = Event(lives.RETIRED, date(2024, 8, 1), its.source)
    sellers = {
        "gateway": Seller("gateway", "", "gateway"),
        "shown": Seller("shown", "", "gateway"),
        "heir": Seller("heir", "", "gateway", host="cloud"),
        "cloud": Seller("cloud", "", "cloud"),
        "closed": Seller("closed", "", "host", closed=over),
    }
    keeps = Feed("keeps", "Keeps", "1", date(2026, 11, 1), "MIT", "", 1, keeps_ended=True)
    drops = Feed("drops", "Drops", "1", date(2026, 11, 1), "MIT", "", 2)

    def listing(offer: Offer) -> Listing:
        return Listing(offer.seller, "m", {drops if offer.seller == "shown" else keeps: []}, {})

    ended = lifecycle.ended_elsewhere(card, listing, sellers)
    assert {offer.seller: [event.date for event in offer.lifecycle] for offer in ended.offers} == {
        "gateway": [its.date], "shown": [], "heir": [], "cloud": [], "closed": [over.date],
    }  # fmt: skip
    open_weights = card._replace(licence=Licence(weights="open"))
    assert not any(offer.lifecycle for offer in lifecycle.ended_elsewhere(open_weights, listing, sellers).offers[:4])
