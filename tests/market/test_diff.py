"""What changed between two catalogs, what a model cost when, and what feeds no longer list."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

import toys
from ratecard import api, cli
from ratecard.cards import reader
from ratecard.core import display, evidence, records
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadCatalog, BadDatabase, BadValue, UnknownSeller
from ratecard.core.records import Card, Offer
from ratecard.database import writer
from ratecard.market import build as building
from ratecard.market import diff, diff_formats, identity, merge, snapshots
from ratecard.market.diff import CatalogChange, history
from ratecard.market.importers import intake
from ratecard.market.importers.feed import FeedClaim, FeedEntry, FeedFacts

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
    return merge.market(reader.read(root).catalog, root)


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
    toys.models(root, *(f"openai/{name}" for name in (*LIVE, "gone", "bare", "o")))
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
    assert (card.name, card.lifecycle) == ("gone", ())
    assert offer.note == "no longer listed by LiteLLM, last seen there on 2026-10-01"
    assert evidence.price_status(offer.tariffs[0]) == "single"
    assert offer.tariffs[0].sources[0].checked == date(2026, 10, 1)
    assert not evidence.delisted(only(found, "openai/a"))


def test_the_end_of_one_offer_is_a_change_of_it_alone(root: Path) -> None:
    """A list that states an end at a seller for the first time: the offer changes, the model does not."""
    toys.models(root, "openai/gpt-5.5")
    azure = entry("gpt-5.5", provider="azure")
    take(root, "litellm", "1", "2026-10-01", entry("gpt-5.5"), azure)
    before = joined(root)
    ends = azure._replace(facts=azure.facts._replace(retired=date(2027, 1, 31)))
    take(root, "litellm", "2", "2026-11-01", entry("gpt-5.5"), ends)
    (change,) = [one for one in diff.changes(before, joined(root), NOON.date()) if one.kind == "retired"]
    assert (change.sellers, change.model_id, change.before, change.after) == (("azure",), "gpt-5.5", "", "2027-01-31")


def test_a_cost_of_what_is_no_longer_listed_carries_a_warning(dropped: Path) -> None:
    """The number is the last one known, and the bill says that it may hold no longer."""
    bill = api.cost("openai/gone", input_tokens="1M", catalog=joined(dropped), at=NOON)
    assert bill.total == 7
    assert bill.warnings == (
        "openai/gone at openai is no longer listed by LiteLLM, last seen there on 2026-10-01",
    )  # fmt: skip


def test_the_router_passes_over_what_is_no_longer_listed(dropped: Path) -> None:
    """After 90 days in which no list had it, it is rejected as DELISTED, unless what is unknown may pass."""
    lately = api.route(input_tokens="1M", only=["openai/gone"], catalog=joined(dropped), at=NOON)
    assert lately.choice is not None
    assert "last seen there on 2026-10-01" in lately.choice.warnings[0]
    take(dropped, "litellm", "3", "2026-12-31", *(entry(name) for name in LIVE))
    found = joined(dropped)
    answer = api.route(input_tokens="1M", providers=["openai"], allow=["stale"], catalog=found, at=NOON)
    reasons = {one.slug: [reason.code for reason in one.reasons] for one in answer.rejected}
    assert reasons["openai/gone"] == ["DELISTED"]
    options = {"allow": ["stale"], "allow_unknown": True, "any_seller": True}
    loose = api.route(input_tokens="1M", catalog=found, at=NOON, **options)
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


CARD = """\
capabilities: {{edit: {edit}}}
lifecycle: [{life}]
offers:
  - seller: {seller}
    model_id: toy
    tariffs:
      - sources: [{{url: https://example.org/p, checked: 2026-11-01}}]
        rates: [{rates}]
"""
PLAIN = {"edit": "yes", "life": "", "seller": "fal", "rates": "{meter: images, price: 0.04}"}


def toy(**told: str) -> Card:
    """A card that differs from the plain one in what is told."""
    return toys.card(CARD.format(**{**PLAIN, **told}))


def holding(catalog: Catalog, *cards: Card) -> Catalog:
    """A catalog of these cards alone."""
    return catalog._replace(cards={card.slug: card for card in cards})


def changed(catalog: Catalog, old: Card, new: Card) -> list[CatalogChange]:
    """What changed from one state of a card to another."""
    return diff.changes(holding(catalog, old), holding(catalog, new), date(2026, 11, 21))


RATES = [
    ("{meter: images, price: 0.05}", ["repriced: images: $0.040 -> $0.050 (+25%)"]),
    ("{meter: images, price: 0.03}", ["repriced: images: $0.040 -> $0.030 (-25%)"]),
    ("{meter: images, price: 0.040001}", ["repriced: images: $0.040 -> $0.040001 (less than 0.1%)"]),
    ("{meter: images, price: 40, per: 1000}", []),
    ("{meter: images, price: 0, zero: free}", ["repriced: images: $0.040 -> $0 (free) (-100%)"]),
    ("{meter: images, price: 0.04, minimum: 2}", ["repriced: images: $0.040 -> $0.040, at least 2"]),
    (
        "{meter: images, price: 0.04}, {meter: images, price: 0.08, when: {quality: high}}",
        ["rate added: images, quality high: not stated -> $0.080"],
    ),
    (
        "{meter: input_tokens, price: 5, per: 1_000_000}",
        ["rate added: input_tokens: not stated -> $5.00 per 1,000,000", "rate removed: images: $0.040 -> not stated"],
    ),
]


@pytest.mark.parametrize(("rates", "told"), RATES)
def test_a_price_that_moved_is_told_from_what_to_what(catalog: Catalog, rates: str, told: list[str]) -> None:
    """By meter, conditions and threshold; the same unit price written otherwise is no change."""
    found = changed(catalog, toy(), toy(rates=rates))
    assert [f"{change.kind}: {diff_formats._what(change)}" for change in found] == told


LIFE = "{event: retired, date: 2026-12-01, source: {url: https://example.org/r, checked: 2026-11-01}}"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"edit": "no"}, [("capability", "edit", "yes", "no")]),
        ({"life": LIFE}, [("retired", "", "", "2026-12-01")]),
        ({"seller": "groq"}, [("offer added", "", "", ""), ("offer removed", "", "", "")]),
        ({}, []),
    ],
)
def test_what_else_changes_has_its_kind(catalog: Catalog, more: dict[str, str], told: list[tuple[str, ...]]) -> None:
    """Capabilities, retirements, who sells it; a card that is the same tells nothing."""
    found = changed(catalog, toy(), toy(**more))
    assert [(change.kind, change.about, change.before, change.after) for change in found] == told


def test_models_come_and_go_in_one_line_each(catalog: Catalog) -> None:
    """Sorted by kind and slug, whatever order the catalogs are in; only some sellers' if asked."""
    a, b, c = (toy(seller=seller)._replace(slug=f"toys/{seller}") for seller in ("fal", "groq", "openai"))
    found = diff.changes(holding(catalog, c, a), holding(catalog, b, c), date(2026, 11, 21))
    assert [(change.kind, change.slug) for change in found] == [
        ("model added", "toys/groq"), ("model removed", "toys/fal"),
    ]  # fmt: skip
    assert [change.slug for change in diff.concerning(found, ["fal"])] == ["toys/fal"]


def test_what_is_no_longer_listed_is_told_and_so_is_its_return(dropped: Path) -> None:
    """A model that feeds dropped is not removed: it is delisted, with who dropped it."""
    gone = joined(dropped)
    take(dropped, "litellm", "3", "2026-11-10", *(entry(name) for name in LIVE), entry("gone", "8"))
    back = joined(dropped)
    day = date(2026, 11, 21)
    kinds = [change.kind for change in diff.changes(gone, back, day) if change.slug == "openai/gone"]
    assert kinds == ["listed again", "repriced"]
    (told,) = [change for change in diff.changes(back, gone, day) if change.kind == diff.DELISTED]
    assert told.after == "no longer listed by LiteLLM, last seen there on 2026-10-01"


def test_a_percentage_that_changes_is_told_as_the_price_it_makes(catalog: Catalog) -> None:
    """A batch that was at half and is now at a quarter is repriced; with the same percentage only the plain price is."""
    card = catalog.cards["openai/gpt-image-1"]
    source = records.Source("https://example.org", date(2026, 11, 1))

    def listed(price: str, percent: str) -> records.Tariff:
        batch = frozenset({("service_tier", "batch")})
        rates = (records.Rate("input_tokens", Decimal(price), 1_000_000),)
        return records.Tariff((source,), rates, adjustments=(records.Adjustment("batch", Decimal(percent), batch),))

    def told(old: records.Tariff, new: records.Tariff) -> list[tuple[str, list[tuple[str, str]], Decimal, Decimal]]:
        return [
            (change.kind, sorted(change.when), change.before.price, change.after.price)  # type: ignore[union-attr]
            for change in diff.repriced(card, card.offers[0], old, new)
        ]

    batch = [("service_tier", "batch")]
    assert told(listed("4", "-50"), listed("4", "-75")) == [(diff.REPRICED, batch, 2, 1)]
    assert told(listed("4", "-50"), listed("6", "-50")) == [(diff.REPRICED, [], 4, 6)]


def test_only_prices_in_force_on_the_day_are_compared(catalog: Catalog) -> None:
    """An announced price changes nothing before its day."""
    old = toy()
    ahead = old.offers[0].tariffs[0]._replace(effective=date(2027, 1, 1), rates=())
    new = old._replace(offers=(old.offers[0]._replace(tariffs=(*old.offers[0].tariffs, ahead)),))
    assert changed(catalog, old, new) == []
    later = diff.changes(holding(catalog, old), holding(catalog, new), date(2027, 1, 1))
    assert [change.kind for change in later] == ["rate removed"]
    assert diff.newest_day(holding(catalog, old)) == date(2026, 11, 1)


HOSTILE = "A|B](javascript:x) <script>&\"'*_`\x01\n# C"


def test_no_name_breaks_out_of_markdown(catalog: Catalog) -> None:
    """Whatever a name holds, it stays one cell of words."""
    new = toy(edit="no")._replace(name=HOSTILE)
    told = diff_formats.markdown(changed(catalog, toy(), new), "Changes from `a` to b")
    (row,) = [line for line in told.splitlines() if "toys/toy" in line]
    bare = row.replace("\\|", "").replace("\\<", "").replace("\\[", "").replace("\\]", "")
    assert bare.count("|") == 4
    assert not set("<[]") & set(bare)
    assert told.startswith("# Changes from \\`a\\` to b\n")


ATOM = {"a": diff_formats.ATOM}


def test_the_atom_feed_is_well_formed_whatever_a_name_holds(catalog: Catalog) -> None:
    """Title, id, updated and author stand where Atom wants them; names are escaped, what XML cannot hold is replaced."""
    found = changed(catalog, toy(), toy(edit="no")._replace(name=HOSTILE))
    feed = Xml.fromstring(diff_formats.atom(found, "Changes", date(2026, 11, 21)))
    assert feed.tag == f"{{{diff_formats.ATOM}}}feed"
    for path in ("a:id", "a:title", "a:updated", "a:author/a:name"):
        assert feed.findtext(path, namespaces=ATOM), path
    (told,) = feed.findall("a:entry", ATOM)
    title = told.findtext("a:title", namespaces=ATOM) or ""
    assert "<script>&" in title
    assert "\ufffd" in title
    assert told.findtext("a:updated", namespaces=ATOM) == "2026-11-21T00:00:00Z"
    assert (told.findtext("a:id", namespaces=ATOM) or "").startswith("urn:uuid:")


def test_an_entry_keeps_its_id(catalog: Catalog) -> None:
    """The same change has the same id on another day and under another name; another change has another."""

    def ids(new: Card, day: date) -> list[str]:
        feed = Xml.fromstring(diff_formats.atom(changed(catalog, toy(), new), "Changes", day))
        return [told.findtext("a:id", "", ATOM) for told in feed.findall("a:entry", ATOM)]

    first = ids(toy(edit="no"), date(2026, 11, 21))
    assert first == ids(toy(edit="no")._replace(name="Other"), date(2027, 1, 1))
    assert first != ids(toy(edit="unknown"), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [("1", "2", "+100%"), ("3", "2", "-33.3%"), ("2", "2", ""), ("0", "2", ""), ("2", "0", "-100%")],
)
def test_a_shift_is_a_rounded_percentage(before: str, after: str, shown: str) -> None:
    """With at most one decimal; none from zero."""
    assert display.shift(Decimal(before), Decimal(after)) == shown


@pytest.fixture(name="repository")
def _repository(root: Path) -> Path:
    """A git repository whose catalog had a toy at $0.04 and has it at $0.05."""

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=root.parent, check=True, capture_output=True)

    git("init", "-q")
    for price in ("0.04", "0.05"):
        toys.put(root, "toys/toy", toys.CARD + CARD.format(**{**PLAIN, "rates": f"{{meter: images, price: {price}}}"}))
        git("add", ".")
        git("commit", "-q", "-m", price)
    return root


@pytest.fixture(name="run")
def _run(repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(repository.parent)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_diff_reads_revisions_folders_and_databases(run: Any, repository: Path) -> None:
    """The same change, whichever way the two catalogs are named."""
    told = "repriced (1)\n  toys/toy at fal as toy: images: $0.040 -> $0.050 (+25%)\n"
    writer.write(joined(repository), Path("new.db"))
    for old, new in (("HEAD~1", "HEAD"), ("HEAD~1", "catalog"), ("HEAD~1", "new.db")):
        assert run("diff", old, new) == (0, told, "1 changes\n")
    assert run("diff", "new.db", "HEAD") == (0, "", "0 changes\n")


def test_diff_reads_a_feeds_file_without_importing_it(run: Any, repository: Path) -> None:
    """What an import would do to the catalog, told as any other change; the catalog stays as it was."""
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    Path("feed.json").write_text(
        '{"o": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2e-6, "output_cost_per_token": 1}}'
    )
    code, out, err = run("diff", "catalog", "litellm:feed.json")
    assert (code, err) == (0, "1 changes\n")
    assert "openai/o" in out
    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("text", "said"), [("{", "not JSON"), (None, "No such file")])
def test_diff_says_what_is_wrong_with_a_feeds_file(run: Any, text: str | None, said: str) -> None:
    """A file that is none is named with its flaw."""
    if text is not None:
        Path("feed.json").write_text(text)
    code, _, err = run("diff", "catalog", "litellm:feed.json")
    assert (code, said in err) == (1, True), err


def test_diff_says_by_its_exit_code_whether_anything_differs(run: Any) -> None:
    """Only where asked to, and only by what concerns the sellers asked for."""
    assert run("diff", "HEAD~1", "HEAD", "--exit-code")[0] == 1
    assert run("diff", "HEAD", "HEAD", "--exit-code")[0] == 0
    assert run("diff", "HEAD~1", "HEAD", "--exit-code", "--seller", "openai")[0] == 0


def test_diff_as_json_has_exact_prices_as_text(run: Any) -> None:
    """Old and new with what they are for, and nothing rounded."""
    (told,) = json.loads(run("diff", "HEAD~1", "HEAD", "--format", "json")[1])
    assert told == {
        "kind": "repriced", "slug": "toys/toy", "name": "Toy", "sellers": ["fal"], "model_id": "toy", "about": "images",
        "before": {"price": "0.04", "per": 1, "currency": "USD", "unit": "0.04"},
        "after": {"price": "0.05", "per": 1, "currency": "USD", "unit": "0.05"},
    }  # fmt: skip
    assert json.loads(run("diff", "HEAD", "HEAD", "--format", "json")[1]) == []


def test_diff_as_markdown_and_atom_depends_on_no_clock(run: Any) -> None:
    """The day is that of the newest source, unless one is given."""
    out = run("diff", "HEAD~1", "HEAD", "--format", "md")[1]
    assert "| Toy (toys/toy) | fal | images: $0.040 -\\> $0.050 (+25%) |" in out
    feed = Xml.fromstring(run("diff", "HEAD~1", "HEAD", "--format", "atom")[1])
    assert feed.findtext("a:updated", namespaces=ATOM) == "2026-11-01T00:00:00Z"
    feed = Xml.fromstring(run("diff", "HEAD~1", "HEAD", "--format", "atom", "--at", "2026-12-24")[1])
    assert feed.findtext("a:updated", namespaces=ATOM) == "2026-12-24T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("nothing-of-that-name", BadValue, "nor a git revision of catalog"),
        ("--output=x", BadValue, "nor a git revision"),
        ("absent.db", BadDatabase, "no such file"),
        (".git", BadValue, "without meters.yaml"),
    ],
)
def test_a_name_that_leads_nowhere_is_said(run: Any, name: str, error: type[Exception], words: str) -> None:
    """One clear message for what is no database, no catalog and no revision."""
    with pytest.raises(error, match=words):
        snapshots.state(name, Path("catalog"))
    assert run("diff", "HEAD", "--", name)[0] == (1 if error is BadDatabase else 2)


def test_without_git_a_revision_cannot_be_found(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what is missing."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadValue, match="git is not installed"):
        snapshots.state("HEAD", repository)


def test_a_state_counts_the_problems_of_its_files(run: Any, repository: Path) -> None:
    """What cannot be read is said, never left out in silence."""
    toys.put(repository, "toys/other", "name: [")
    assert snapshots.state(str(repository), repository).problems
    assert "catalog: 1 problem in its files" in run("diff", "HEAD", "catalog")[2]


def test_history_tells_every_price_list_with_the_days_it_holds_on(root: Path) -> None:
    """Oldest first; it ends where the next one begins; of one seller if asked, of none that does not sell it."""
    claims = [
        FeedClaim("input_tokens", Decimal(price), 1_000_000, "k", price, effective=day)
        for price, day in (("10", None), ("2", date(2025, 6, 10)))
    ]
    take(root, "genai-prices", "1", "2026-08-21", entry("o")._replace(claims=tuple(claims)))
    card = joined(root).cards["openai/o"]
    spans = history(card)
    assert [(span.since, span.until, span.rates[0].price) for span in spans] == [
        (None, date(2025, 6, 10), 10), (date(2025, 6, 10), None, 2),
    ]  # fmt: skip
    assert history(card, "openai") == spans
    with pytest.raises(UnknownSeller):
        history(card, "fal")


def test_history_is_printed_for_people_and_for_programs(run: Any, dropped: Path) -> None:
    """A table with what is no longer listed beside it; JSON by price list, separated values by rate."""
    writer.write(joined(dropped), Path("catalog.db"))
    code, out, err = run("history", "openai/gone", "--db", "catalog.db")
    assert (code, err) == (0, "openai: no longer listed by LiteLLM, last seen there on 2026-10-01\n")
    assert "$7.00 per 1M input tokens" in out
    (told,) = json.loads(run("history", "openai/gone", "--db", "catalog.db", "--json")[1])
    assert (told["since"], told["until"], told["rates"][0]["price"]) == (None, None, "7")
    lines = run("history", "openai/gone", "--db", "catalog.db", "--csv")[1].splitlines()
    assert lines[0].startswith("slug,seller,model_id,since,until,status,confidence,meter,when,above,price,per")
    assert len(lines) == 2
