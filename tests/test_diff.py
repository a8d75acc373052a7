"""What changed between two catalogs, what a model cost when, and what feeds no longer list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard import api, evidence, identity, market, reader
from ratecard import build as building
from ratecard.catalog import Catalog
from ratecard.errors import BadCatalog
from ratecard.importers import intake
from ratecard.importers.feed import FeedClaim, FeedEntry, FeedFacts
from ratecard.records import Offer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIVE = ("a", "b", "c", "d", "e", "f")


def entry(model_id: str, price: str = "1", provider: str = "openai") -> FeedEntry:
    """An entry with one price per million tokens, and a name to know it by."""
    claim = FeedClaim("input_tokens", Decimal(price), 1_000_000, "k", price)
    return FeedEntry(provider, model_id, model_id, FeedFacts(name=model_id.upper(), modality="text"), (claim,))


def take(root: Path, feed: str, version: str, seen: str, *entries: FeedEntry) -> bool:
    """Imports entries as one version of a feed's."""
    fresh = intake.intake(entries, identity.read(root))
    return intake.write(root, feed, fresh, version, date.fromisoformat(seen))


def joined(root: Path) -> Catalog:
    """The whole market of a catalog's folder."""
    return market.market(reader.read(root).catalog, root)


def removed(root: Path, feed: str = "litellm") -> list[str]:
    """The lines of the prices a feed no longer lists."""
    file = root / "evidence" / feed / "removed.tsv"
    return file.read_text().splitlines()[1:] if file.exists() else []


def only(catalog: Catalog, slug: str) -> Offer:
    """The one offer of a card."""
    (offer,) = catalog.cards[slug].offers
    return offer


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = toys.folder(tmp_path)
    for file in sorted((root / "evidence").rglob("*.tsv")):
        file.unlink()
    return root


@pytest.fixture(name="dropped")
def _dropped(root: Path) -> Path:
    """A catalog whose only feed listed `gone` once and lists it no more."""
    live = [entry(name) for name in LIVE]
    take(root, "litellm", "1", "2026-10-01", *live, entry("gone", "7"))
    take(root, "litellm", "2", "2026-11-01", *live)
    return root


def test_what_a_feed_drops_stays_with_its_last_price_and_says_so(dropped: Path) -> None:
    """The card keeps name, offer and price; the note names the feed and the day it was last seen, and no event."""
    found = joined(dropped)
    card, offer = found.cards["openai/gone"], only(found, "openai/gone")
    assert (card.name, card.lifecycle) == ("GONE", ())
    assert offer.note == "no longer listed by LiteLLM, last seen there on 2026-10-01"
    assert evidence.price_status(offer.tariffs[0]) == "known"
    assert offer.tariffs[0].sources[0].checked == date(2026, 10, 1)
    assert not evidence.delisted(only(found, "openai/a"))


def test_a_cost_of_what_is_no_longer_listed_carries_a_warning(dropped: Path) -> None:
    """The number is the last one known, and the bill says that it may hold no longer."""
    bill = api.cost("openai/gone", input_tokens="1M", catalog=joined(dropped), at=NOON)
    assert bill.total == 7
    assert bill.warnings == (
        "openai/gone at openai is no longer listed by LiteLLM, last seen there on 2026-10-01",
    )  # fmt: skip


def test_the_router_passes_over_what_is_no_longer_listed(dropped: Path) -> None:
    """It is rejected as DELISTED, unless what is unknown may pass."""
    found = joined(dropped)
    answer = api.route(input_tokens="1M", providers=["openai"], catalog=found, at=NOON)
    reasons = {one.slug: [reason.code for reason in one.reasons] for one in answer.rejected}
    assert reasons["openai/gone"] == ["DELISTED"]
    loose = api.route(input_tokens="1M", allow_unknown=True, catalog=found, at=NOON)
    assert loose.choice is not None
    assert "openai/gone" in {loose.choice.slug, *(one.slug for one in loose.candidates)}


def test_what_is_gone_is_kept_once_and_stays_kept(dropped: Path) -> None:
    """Importing again, the same version or a later one, changes nothing of it."""
    line = "openai\tgone\t2026-10-01\tinput_tokens\t\t\t\t7\t1000000\t\tk\t7"
    live = [entry(name) for name in LIVE]
    assert removed(dropped) == [line]
    assert take(dropped, "litellm", "2", "2026-11-01", *live) is False
    assert take(dropped, "litellm", "3", "2026-11-02", *live) is True
    assert removed(dropped) == [line]


def test_what_comes_back_is_no_longer_gone(dropped: Path) -> None:
    """It leaves the files of what is gone, whatever the case of its letters, and has the new price alone."""
    take(dropped, "litellm", "3", "2026-11-10", *(entry(name) for name in LIVE), entry("Gone", "8"))
    assert removed(dropped) == []
    assert not (dropped / "evidence/litellm/removed-models.tsv").exists()
    offer = only(joined(dropped), "openai/gone")
    assert (offer.note, offer.tariffs[0].rates[0].price) == ("", 8)


def test_what_is_missing_from_the_same_version_is_not_gone(root: Path) -> None:
    """The feed cannot have dropped it; it is read differently now."""
    live = [entry(name) for name in LIVE]
    take(root, "litellm", "1", "2026-10-01", *live, entry("renamed"))
    take(root, "litellm", "1", "2026-10-01", *live)
    assert removed(root) == []
    assert "openai/renamed" not in joined(root).cards


def test_what_another_feed_still_lists_is_not_gone(dropped: Path) -> None:
    """A feed that dropped it has no say any more; the last to drop it is the one that is held."""
    live = [entry(name) for name in LIVE]
    take(dropped, "portkey", "1", "2026-11-05", *live, entry("gone", "9"))
    offer = only(joined(dropped), "openai/gone")
    assert (offer.note, offer.tariffs[0].rates[0].price, offer.tariffs[0].confidence) == ("", 9, "single")
    take(dropped, "portkey", "2", "2026-11-06", *live)
    offer = only(joined(dropped), "openai/gone")
    assert offer.note == "no longer listed by Portkey models, last seen there on 2026-11-05"
    assert offer.tariffs[0].rates[0].price == 9


def test_a_curated_price_does_not_rest_on_the_feed_that_dropped_it(dropped: Path) -> None:
    """An author's price list stays without a note; an offer without one keeps what was claimed last."""
    head = toys.CARD + "offers:\n  - seller: openai\n    model_id: gone\n"
    toys.put(dropped, "openai/gone", head + "    tariffs:\n      - sources: [{url: https://example.org/p, checked: 2026-11-01}]\n"
             "        rates: [{meter: images, price: 0.04}]\n")  # fmt: skip
    offer = only(joined(dropped), "openai/gone")
    assert (offer.note, offer.tariffs[0].claims, offer.tariffs[0].rates[0].meter) == ("", (), "images")
    toys.put(dropped, "openai/gone", head)
    offer = only(joined(dropped), "openai/gone")
    assert evidence.delisted(offer)
    assert offer.tariffs[0].rates[0].price == 7


def test_a_model_listed_without_prices_is_kept_too(root: Path) -> None:
    """Its name and what it can do stay, and its price stays unknown."""
    live = [entry(name) for name in LIVE]
    take(root, "litellm", "1", "2026-10-01", *live, entry("bare")._replace(claims=()))
    take(root, "litellm", "2", "2026-11-01", *live)
    offer = only(joined(root), "openai/bare")
    assert (offer.tariffs, evidence.delisted(offer)) == ((), True)


def test_a_build_in_part_keeps_what_is_gone(dropped: Path, tmp_path: Path, today: date) -> None:
    """A changed card is joined again with the bytes of a full build."""
    toys.put(dropped, "openai/gone", toys.CARD)
    building.build(dropped, tmp_path / "a.db", today)
    toys.put(dropped, "openai/gone", toys.CARD.replace("Toy", "Other"))
    building.build(dropped, tmp_path / "a.db", today)
    building.build(dropped, tmp_path / "b.db", today, anew=True)
    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()
    assert evidence.delisted(only(api.open_catalog(tmp_path / "a.db"), "openai/gone"))


@pytest.mark.parametrize("name", ["removed.tsv", "removed-models.tsv"])
def test_a_damaged_file_of_what_is_gone_is_named_with_its_line(dropped: Path, name: str) -> None:
    """What cannot be read says which file and line, and nothing is built."""
    file = dropped / "evidence/litellm" / name
    file.write_text(file.read_text().replace("2026-10-01", "lately").replace("\t7\t", "\tseven\t"))
    with pytest.raises(BadCatalog, match=rf"{name}:2:1"):
        joined(dropped)
