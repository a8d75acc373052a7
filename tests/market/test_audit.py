"""What is formally right and still deserves a second look."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard import cli
from ratecard.core.catalog import Catalog
from ratecard.core.records import Card, Claim, Event, Source
from ratecard.database import writer
from ratecard.market import audit
from ratecard.market.audit import AuditFinding

DAY = date(2026, 11, 21)
READ = "sources: [{url: https://example.org/p, checked: 2026-11-01}]"


def offers(**rates: str) -> str:
    """A card's offers with one rate each, by seller."""
    rows = (
        f"  - seller: {seller}\n    model_id: toy\n    tariffs:\n      - {READ}\n        rates: [{{{rate}}}]\n"
        for seller, rate in rates.items()
    )
    return "offers:\n" + "".join(rows)


def price(number: str) -> str:
    """A plain price of input tokens."""
    return f"meter: input_tokens, price: {number}, per: 1_000_000"


def found(catalog: Catalog, *cards: Card, older_than: int = audit.OLD) -> list[AuditFinding]:
    """The findings of a catalog of these cards."""
    return audit.audit(catalog._replace(cards={card.slug: card for card in cards}), DAY, older_than)


def imported(card: Card, **changes: object) -> Card:
    """The card as if feeds alone had made its price lists."""
    made = tuple(
        offer._replace(tariffs=tuple(tariff._replace(confidence="single", **changes) for tariff in offer.tariffs))
        for offer in card.offers
    )
    return card._replace(offers=made)


def ended(card: Card, day: date, event: str = "retired") -> Card:
    """The card with a turn in its life."""
    return card._replace(lifecycle=(Event(event, day, Source("https://example.org/end", day)),))


def kinds(findings: list[AuditFinding]) -> list[tuple[str, str]]:
    """Kind and seller of each finding."""
    return [(finding.kind, finding.seller) for finding in findings]


def test_a_sound_card_has_no_findings(catalog: Catalog) -> None:
    """A price that was read lately, like those of others, is left alone."""
    assert found(catalog, toys.card(offers(fal=price("3"), openai=price("2"), replicate=price("4")))) == []


@pytest.mark.parametrize(("days", "kind"), [(19, [("stale", "fal")]), (20, [])])
def test_a_price_is_stale_when_nobody_read_it_for_longer(days: int, kind: list[object], catalog: Catalog) -> None:
    """The newest day anyone read it counts, and the last day allowed is not yet too late."""
    assert kinds(found(catalog, toys.card(offers(fal=price("3"))), older_than=days)) == kind


def test_an_import_is_as_fresh_as_its_feed(catalog: Catalog) -> None:
    """A claim beside a price says that it was read on the day the feed is of; a retired model may be old."""
    card = toys.card(offers(fal=price("3")))
    claim = Claim("input_tokens", Decimal(3), Source("https://example.org/feed", DAY), 1_000_000)
    assert found(catalog, imported(card, claims=(claim,)), older_than=5) == []
    assert "stale" not in dict(kinds(found(catalog, ended(card, DAY), older_than=5)))


@pytest.mark.parametrize(
    ("own", "side"),
    [("25", "above"), ("0.37", "below"), ("24", ""), ("0.375", "")],
)
def test_a_price_far_from_its_siblings_is_an_outlier(own: str, side: str, catalog: Catalog) -> None:
    """More than eight times the median of at least three other sellers, or less than an eighth of it."""
    card = toys.card(offers(fal=price(own), openai=price("2"), replicate=price("3"), together=price("100")))
    outliers = [finding for finding in found(catalog, card) if finding.kind == "outlier" and finding.seller == "fal"]
    assert len(outliers) == bool(side)
    assert all(f"times {side} $3.00 per 1M input tokens" in finding.what for finding in outliers)


def test_two_siblings_do_not_say_what_is_usual(catalog: Catalog) -> None:
    """It takes three other sellers, and only plain prices of the same meter count."""
    card = toys.card(
        offers(fal=price("100"), openai=price("2"), replicate=price("3"), together=price("2") + ", above: 1000")
    )
    assert "outlier" not in dict(kinds(found(catalog, card)))


def test_a_zero_needs_someone_who_vouches_for_it(catalog: Catalog) -> None:
    """An unverified zero is reported, one that the seller states is not."""
    card = toys.card(
        offers(fal="meter: images, price: 0, zero: unverified", openai="meter: images, price: 0, zero: free")
    )
    assert kinds(found(catalog, card)) == [("unproven-zero", "fal")]


@pytest.mark.parametrize(
    ("price_of_reseller", "reported"), [("0.9", True), ("0.996", False), ("1", False), ("2", False)]
)
def test_a_reseller_asks_no_less_than_every_price_of_the_maker(
    price_of_reseller: str, reported: bool, catalog: Catalog
) -> None:
    """Below the cheapest tier of the maker a price is doubtful; half a percent is rounding."""
    tiers = f"{price('2')}}}, {{{price('1')}, when: {{service_tier: batch}}"
    sellers = catalog.sellers
    assert sellers["hinow"].kind == "reseller"
    card = toys.card(offers(openai=tiers, hinow=price(price_of_reseller)))
    assert kinds(found(catalog, card)) == ([("under-upstream", "hinow")] if reported else [])


def test_a_successor_must_still_answer(catalog: Catalog) -> None:
    """A model that names a retired one as what follows it is reported."""
    old = toys.card("", slug="toys/old")._replace(replaced_by="toys/new")
    new = ended(toys.card("", slug="toys/new"), date(2026, 11, 1))._replace(replaced_by="toys/newest")
    findings = found(catalog, old, new, toys.card("", slug="toys/newest"))
    assert [(finding.kind, finding.slug) for finding in findings] == [("retired-recommended", "toys/old")]


@pytest.mark.parametrize(("usage", "reported"), [("{images: 1}", True), ("{images: 1, input_images: 1}", False)])
def test_an_example_has_every_input_that_is_charged(usage: str, reported: bool, catalog: Catalog) -> None:
    """Where every call carries an image and the list charges for it, the example shows what that adds."""
    text = f"""\
required_inputs: [prompt, image]
offers:
  - seller: fal
    model_id: toy
    tariffs:
      - {READ}
        rates: [{{meter: images, price: 0.04}}, {{meter: input_images, price: 0.01}}]
        examples: [{{usage: {usage}, total: 0.05}}]
"""
    assert [finding.kind for finding in found(catalog, toys.card(text))] == ["incomplete-example"] * reported


@pytest.mark.parametrize(
    ("event", "day", "reported"),
    [
        ("retired", "2026-11-21", True),
        ("deprecated", "2026-01-01", True),
        ("retired", "2026-11-22", False),
        ("released", "2026-01-01", False),
    ],
)
def test_what_ended_names_what_follows(event: str, day: str, reported: bool, catalog: Catalog) -> None:
    """A retired or deprecated model without a successor is reported from that day on."""
    card = ended(toys.card(""), date.fromisoformat(day), event)
    assert [finding.kind for finding in found(catalog, card)] == ["no-successor"] * reported
    assert found(catalog, card._replace(replaced_by="toys/next")) == []


def test_an_imported_price_out_of_bounds_names_the_slip(catalog: Catalog) -> None:
    """A wrong unit is probable; what an author wrote is held to its bounds when it is validated."""
    card = toys.card(offers(fal=price("50000")))
    assert found(catalog, card) == []
    (finding,) = found(catalog, imported(card))
    assert finding.kind == "out-of-bounds"
    assert "$50000.00 per 1M input tokens is above $200.00" in finding.what
    assert finding.what.endswith("probably a unit slip of x1000 or more")


def test_an_answer_costs_no_less_than_a_tenth_of_the_prompt(catalog: Catalog) -> None:
    """Few models ask more for what they read than for what they write, and none ten times as much."""
    rates = "{meter: input_tokens, price: 5, per: 1_000_000}, {meter: output_tokens, price: %s, per: 1_000_000}"
    card = toys.card(offers(fal="%s").replace("{%s}", rates % "0.15"))
    (finding,) = found(catalog, card)
    assert (finding.kind, finding.seller) == ("cheap-output", "fal")
    assert "output_tokens at $0.15 per 1M output tokens is less than a tenth of $5.00" in finding.what
    assert found(catalog, toys.card(offers(fal="%s").replace("{%s}", rates % "0.50"))) == []


def test_findings_stand_in_order_and_every_kind_is_explained(catalog: Catalog) -> None:
    """The same catalog gives the same findings in the same order, each of a kind that has a sentence."""
    findings = audit.audit(catalog, DAY)
    turned = catalog._replace(cards=dict(reversed(list(catalog.cards.items()))))
    assert findings == sorted(findings) == audit.audit(turned, DAY)
    assert {finding.kind for finding in findings} <= set(audit.KINDS)
    assert len(audit.CHECKS) + len([audit.UNPLACED, audit.BLOCK, audit.UNDECIDED, audit.IDLE_DECISION]) == len(
        audit.KINDS
    )


@pytest.fixture(name="many")
def _many(catalog: Catalog, tmp_path: Path) -> Path:
    cards = [ended(toys.card("", slug=f"toys/t{number}"), DAY) for number in range(25)]
    path = tmp_path / "many.db"
    writer.write(catalog._replace(cards={card.slug: card for card in cards}), path)
    return path


def test_the_command_shows_counts_and_at_most_twenty_of_a_kind(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """People see the first twenty and how many more there are; --all shows them."""
    arguments = ["audit", "--db", str(many), "--at", "2026-11-21"]
    assert cli.run(arguments) == 1
    out, err = capsys.readouterr()
    assert (out.count("retired on"), "and 5 more" in out, err) == (20, True, "25 findings\n")
    assert cli.run([*arguments, "--all"]) == 1
    assert capsys.readouterr().out.count("retired on") == 25


@pytest.mark.parametrize(
    ("limits", "code", "said"),
    [
        ("# none\n", 1, "25 findings of no-successor, where"),
        ("no-successor 24\n", 1, "allows 24"),
        ("no-successor 25\n", 0, "25 findings\n"),
        ("no-successor 30 # of May\n", 0, "can allow fewer than 30"),
        ("no-successor many\n", 2, "limits.txt:1: not a kind of finding and a number"),
        ("no-successors 3\n", 2, "limits.txt:1: not a kind of finding and a number"),
    ],
)
def test_more_findings_than_a_file_allows_are_a_failure(
    limits: str, code: int, said: str, many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that faults only become fewer: kinds that the file does not name may have none."""
    file = tmp_path / "limits.txt"
    file.write_text(limits)
    assert cli.run(["audit", "--db", str(many), "--at", "2026-11-21", "--limits", str(file)]) == code
    assert said in capsys.readouterr().err


def test_the_command_answers_programs_in_full(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON and separated values hold every finding with its fields; no finding is no failure."""
    arguments = ["audit", "--db", str(many), "--at", "2026-11-21"]
    assert cli.run([*arguments, "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert cli.run([*arguments, "--csv"]) == 1
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == rows
    assert (len(rows), list(rows[0])) == (25, ["kind", "slug", "seller", "what", "mend"])
    assert cli.run([*arguments, "--kind", "outlier"]) == 0
    assert capsys.readouterr() == ("", "no findings\n")


def test_an_offer_that_no_card_claims_is_found_with_its_seller(catalog: Catalog) -> None:
    """It is in no list and no route until a card claims its id."""
    card = toys.card(offers(fal=price("3")))
    alone = catalog._replace(
        cards={card.slug: card}, unplaced={"fal/mystery": card.offers[0]._replace(model_id="mystery")}
    )
    assert [(finding.kind, finding.slug, finding.seller) for finding in audit.audit(alone, DAY)] == [
        ("unplaced", "fal/mystery", "fal")
    ]
