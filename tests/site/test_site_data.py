"""The pages about the data: what is counted, and where price lists disagree."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, elements, text, tree

import toys
from ratecard.cards import reader
from ratecard.core.catalog import Catalog
from ratecard.market import audit, coverage, identity, merge, policy, reconcile
from ratecard.market.importers import intake
from ratecard.market.importers.feed import FeedClaim, FeedEntry
from ratecard.market.reconcile import Tally
from ratecard.site import pages, rendering
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.views import data as data_page

HEAVIEST = 150_000
SEEN = {"litellm": date(2026, 11, 12), "portkey": date(2026, 8, 21)}


def rendered(catalog: Catalog, path: str) -> bytes:
    """One page of a catalog's site."""
    edition = Edition.of(catalog, DAY, SiteConfig())
    page = next(page for page in pages.pages(edition) if page.path == path)
    return rendering.render(page, edition)


def entries(count: int, *prices: str) -> list[FeedEntry]:
    """Models with a price of input tokens each; the first ones have the prices given, the others 1."""
    padded = [*prices, *["1"] * (count - len(prices))]
    claims = [FeedClaim("input_tokens", Decimal(price), 1_000_000, "k<ey>", price) for price in padded]
    return [FeedEntry("openai", f"m{number}", f"m{number}", claims=(claim,)) for number, claim in enumerate(claims)]


@pytest.fixture(name="root", scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cards = [
        (f"openai/m{number}", toys.CARD.replace("Toy", f"M {number}").replace("modality: image", "modality: text"))
        for number in range(35)
    ]
    root = toys.folder(tmp_path_factory.mktemp("two"), *cards)
    rows = identity.read(root)
    for feed, prices in {"litellm": ("1", "2", "5"), "portkey": ("1.004", "200", "0")}.items():
        intake.write(root, feed, intake.intake(entries(35, *prices), rows), "1", SEEN[feed])
    return root


@pytest.fixture(name="joined", scope="module")
def _joined(root: Path) -> Catalog:
    return merge.market(reader.read(root).catalog, root)


def test_pages_without_feeds_say_so(site: Path) -> None:
    """A catalog that nothing was imported into has counts, and nothing to compare."""
    data = text((site / "data/index.html").read_bytes())
    compared = (site / "data/disagreements/index.html").read_bytes()

    assert "No feed has been imported" in data
    assert "no feed has been imported" in text(compared)
    assert elements(compared, "table") == []


def test_every_kind_of_finding_has_its_count(site: Path, edition: Edition) -> None:
    """The catalog is judged in public: what `ratecard audit` finds, by kind."""
    found = Counter(finding.kind for finding in audit.audit(edition.catalog, edition.day))
    rows = [
        ["".join(cell.itertext()) for cell in row] for row in elements((site / "data/index.html").read_bytes(), "tr")
    ]
    shown = {row[0]: row[1] for row in rows}

    assert {kind: shown[kind] for kind in audit.KINDS} == {kind: f"{found[kind]:,}" for kind in audit.KINDS}


def test_the_pages_are_found_from_every_page(site: Path) -> None:
    """The footer, the start page and the docs lead to the data, and from there to the disagreements."""
    for name in ("index.html", "docs/index.html", "models/index.html"):
        hrefs = [link.get("href") or "" for link in elements((site / name).read_bytes(), "a")]
        assert any(href.endswith("data/") for href in hrefs), name


def test_the_counts_are_those_of_the_catalog(joined: Catalog) -> None:
    """Every offer has a status, every price list in force a confidence, and every claim its feed."""
    held = coverage.coverage(joined, DAY)

    assert sum(count for _, count in held.statuses) == held.offers
    assert sum(count for _, count in held.confidences) == held.priced
    assert held.confidences == (("agreed 2/2", 33), ("single", 1), ("disputed", 1))
    assert (held.claims["litellm"], held.claims["portkey"], held.claims["models-dev"]) == (35, 35, 0)
    assert held.largest == (("openai", 35, 35),)


def test_every_word_of_confidence_has_a_sentence() -> None:
    """What the policy can say is explained."""
    assert set(coverage.CONFIDENCES) == set(policy.WEAKEST_FIRST)
    assert coverage.meaning("majority 2/3") == coverage.CONFIDENCES["majority"]


def test_the_page_of_disagreements_is_computed(joined: Catalog) -> None:
    """Shared and differing prices by pair and seller, the conditions of the comparison, and the worst with its cause."""
    page = rendered(joined, "data/disagreements/index.html")
    words = text(page)

    assert "Input tokens LiteLLM and Portkey models 35 2 5.7%" in words
    assert "OpenAI 5.7% 2 of 35" in words
    assert "LiteLLM of 2026-11-12, Portkey models of 2026-08-21" in words
    assert "no more than 0.5% count as the same" in words
    assert "2 prices are told differently, under any conditions; 1 of them by more than a factor of 1.5" in words
    assert "LiteLLM $2.00 2 held Portkey models $200.00 200 unit slip x100 undecided" in words


def test_the_pages_are_valid_light_and_the_same_again(joined: Catalog) -> None:
    """Strict HTML, at most 150 KB, the same bytes for the same catalog in whatever order."""
    turned = joined._replace(cards=dict(reversed(list(joined.cards.items()))))
    for path in ("data/index.html", "data/disagreements/index.html"):
        page = rendered(joined, path)
        tree(page)
        assert len(page) <= HEAVIEST
        assert page == rendered(turned, path)


def test_the_whole_market_fits(whole: Catalog) -> None:
    """With every claim of the repository the page stays within its weight and lists a hundred at most."""
    edition = Edition.of(whole, DAY, SiteConfig())
    shown = data_page.disagreements_page(edition)
    context = {"page": shown}
    page = rendering.Page("data/disagreements/index.html", "data_disagreements.html", context)
    content = rendering.render(page, edition)

    tree(content)
    assert len(content) <= HEAVIEST
    assert len(shown.worst) <= data_page.WORST
    assert all(any(said.held for said in row.sayings) for row in shown.worst)


def test_a_site_of_two_feeds_is_built_whole(joined: Catalog, tmp_path: Path) -> None:
    """The pages about the data belong to every site."""
    build(joined, tmp_path / "site", day=DAY)

    assert b"data/disagreements/" in (tmp_path / "site/data/index.html").read_bytes()
    assert (tmp_path / "site/data/disagreements/index.html").is_file()


TALLIES = [
    Tally("a", "input_tokens", ("litellm", "portkey"), 30, 3),
    Tally("b", "input_tokens", ("litellm", "portkey"), 10, 9),
    Tally("c", "output_tokens", ("genai-prices", "litellm"), 30, 0),
]


def test_totals_sum_over_sellers_whatever_they_share() -> None:
    """A seller with few shared prices counts in the sum, and has no row of its own."""
    assert reconcile.totals(TALLIES) == [
        Tally("", "input_tokens", ("litellm", "portkey"), 40, 12),
        Tally("", "output_tokens", ("genai-prices", "litellm"), 30, 0),
    ]
    assert [[row.seller for row in grid.rows] for grid in reconcile.grids(TALLIES)] == [["", "a"], ["", "c"]]
