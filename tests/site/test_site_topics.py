"""Models by modality, capability, use case and family, and what was removed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, elements, text

from ratecard.core.catalog import Catalog, retired
from ratecard.site import paging
from ratecard.site.edition import Edition
from ratecard.site.views import topics
from ratecard.site.views.rows import model_row
from ratecard.site.views.topics import KINDS, TopicKind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
def test_each_topic_has_its_page_with_its_models(kind: TopicKind, site: Path, edition: Edition) -> None:
    """Every topic of a kind stands in its list, and its pages link exactly the models it is about."""
    overview = links_of(site / kind.path / "index.html")
    found = list(kind.topics(edition))

    assert found
    assert len({topic.path for topic in found}) == len(found)
    for topic in found:
        assert any(link.endswith(topic.path.removeprefix(kind.path)) for link in overview), topic.path
        assert listed(site / topic.path) == set(topic.slugs), topic.path


def test_every_model_is_under_its_modality(edition: Edition) -> None:
    """The modalities divide the models: each stands under one of them."""
    slugs = [slug for topic in topics.modalities(edition) for slug in topic.slugs]

    assert sorted(slugs) == sorted(edition.catalog.cards)


def test_a_capability_is_known_of_its_models(edition: Edition) -> None:
    """No model stands under a capability that nobody says it has, at its maker or at a seller."""
    words = edition.catalog.vocabulary.capabilities
    for topic in topics.capability_topics(edition):
        word = words[topic.path.split("/")[1]]
        for slug in topic.slugs:
            card = edition.catalog.cards[slug]
            said = [holder.get(word.id) for holder in (card.capabilities, *(one.capabilities for one in card.offers))]
            assert any(entry and entry.value in word.met_by for entry in said), (slug, word.id)


def test_a_capability_of_many_values_shows_each_statement(site: Path, edition: Edition, catalog: Catalog) -> None:
    """The page of masks names every model of which somebody says what it does with one, and whoever differs."""
    page = (site / "capabilities/mask/index.html").read_bytes()
    (table,) = [one for one in elements(page, "table") if "models" not in (one.get("class") or "")]
    found = {
        link.get("href"): "".join(row.itertext())
        for row in table.iter("tr")
        for link in row.iter("a")
        if link.get("class") != "ref"
    }
    stated = {
        card.slug: holders
        for card in catalog.cards.values()
        if (holders := [held["mask"].value for held in (card.capabilities, *(one.capabilities for one in card.offers))
                        if "mask" in held and held["mask"].value != "unknown"])
    }  # fmt: skip

    assert len(found) == len(stated) > 50
    for slug, values in stated.items():
        (shown,) = [words for address, words in found.items() if address and address.endswith(f"models/{slug}/")]
        assert all(value in shown for value in values), slug
    assert "Otherwise at" not in (site / "capabilities/edit/index.html").read_text()


def test_the_cheapest_never_mix_meters(edition: Edition, catalog: Catalog) -> None:
    """Each list goes by one meter's price in one unit, rising, without a zero and without the retired."""
    rows = {slug: model_row(edition, card) for slug, card in catalog.cards.items()}
    cards = [card for card in catalog.cards.values() if card.modality == "image"]
    found = topics.cheapest(edition, cards, rows)

    assert found
    for entry in found:
        prices = [line.prices[0] for _, line in entry.rows]
        assert {(price.label, price.unit) for price in prices} == {(entry.label, entry.unit)}
        assert [Decimal(price.value) for price in prices] == sorted(Decimal(price.value) for price in prices)
        assert all(Decimal(price.value) > 0 for price in prices)
        assert not any(retired(catalog.cards[row.slug], DAY) for row, _ in entry.rows)


def test_what_is_removed_is_what_is_retired(site: Path, catalog: Catalog) -> None:
    """The page of removed models names each retired one with its day, and no other."""
    ended = {slug for slug, card in catalog.cards.items() if retired(card, DAY)}

    assert ended
    assert ended <= listed(site / "removed")
    words = text((site / "removed" / "index.html").read_bytes())
    assert all(slug in words for slug in sorted(ended)[: paging.SIZE])


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (75, 1), (76, 2), (190, 3)])
def test_a_long_list_is_several_pages(count: int, pages: int) -> None:
    """Each entry stands on one page, and the pages lead to each other in order."""
    found = list(paging.parted("a/", "t.html", range(count), {}))
    held = [entry for page in found for entry in page.context["entries"]]  # type: ignore[attr-defined]

    assert held == list(range(count))
    assert [page.path for page in found] == [
        "a/index.html" if number == 1 else f"a/page/{number}/index.html" for number in range(1, pages + 1)
    ]
    shown = [page.context["part"] for page in found]
    assert [part.next for part in shown[:-1]] == [page.path.removesuffix("index.html") for page in found[1:]]  # type: ignore[attr-defined]
    assert shown[-1].next == shown[0].previous == ""  # type: ignore[attr-defined]


def links_of(page: Path) -> list[str]:
    """Where the links of a page lead, as they are written."""
    return [link.get("href") or "" for link in elements(page.read_bytes(), "a")]


def listed(folder: Path) -> set[str]:
    """The slugs in the tables of a list's pages."""
    pages = [folder / "index.html", *sorted(folder.glob("page/*/index.html"))]
    return {
        "".join(code.itertext())
        for page in pages
        for table in elements(page.read_bytes(), "table")
        if "models" in (table.get("class") or "")
        for code in table.iter("code")
    }
