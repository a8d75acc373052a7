"""The index for the browser is small, and says of every model what its page says."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from browser import opened
from playwright.sync_api import Browser
from site_reading import DAY

from ratecard.core import display, evidence
from ratecard.core.catalog import Catalog
from ratecard.core.records import Capability, Card, Event, Limits, Offer, Source
from ratecard.database import store
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition, capability_of, priced_offer, tariff_of
from ratecard.site.files import search_index
from ratecard.site.views.rows import model_row

#: Bytes on the wire that what a search needs may take for each model: 36 KB for 2,000 of them.
PER_MODEL = 36_000 / 2_000
HERE = Source("https://example.com/models", DAY)

#: Everything the browser unpacks of the index, as plain values.
UNPACK = """async () => {
  const { load, loadFilters } = await import("/assets/catalog.js");
  const [index, filters] = await Promise.all([load(), loadFilters()]);
  const value = (column, row) => column.values[column.at[row]];
  return index.slugs.map((slug, row) => ({
    slug, name: index.names[row], provider: index.provider(row), seller: index.sellerAt(row),
    columns: Object.fromEntries(Object.entries(index.columns).map(([name, column]) => [name, value(column, row)])),
    prices: Object.fromEntries(index.prices.map((meter) => [meter.id, meter.amounts[meter.at[row]]]).filter(([, price]) => price)),
    mask: value(filters.columns.mask, row), confidence: value(filters.columns.confidence, row),
    licence: value(filters.columns.licence, row), others: value(filters.columns.others, row),
    answers: Object.fromEntries(Object.entries(filters.answers).map(([name, { words, values, at }]) =>
      [name, Object.fromEntries(words.map(([id], place) => [id, values[at[row]][place]]))])),
  }));
}"""


@pytest.fixture(name="unpacked", scope="module")
def _unpacked(home: str, browser: Browser) -> dict[str, Any]:
    with opened(browser) as (page, complaints):
        page.goto(home)
        found = {entry["slug"]: entry for entry in page.evaluate(UNPACK)}
        assert complaints == []
        return found


def test_every_model_is_in_the_index_under_its_name(unpacked: dict[str, Any], catalog: Catalog) -> None:
    """Slugs and names come out of their short forms as they went in, in the order of slugs."""
    assert [(entry["slug"], entry["name"]) for entry in unpacked.values()] == [
        (slug, card.name) for slug, card in sorted(catalog.cards.items())
    ]


def test_the_index_says_what_lists_say(unpacked: dict[str, Any], edition: Edition) -> None:
    """Provider, seller, status, modality and mask are those of the static list."""
    for card in edition.catalog.cards.values():
        row, found = model_row(edition, card), unpacked[card.slug]
        offer = priced_offer(edition, card)

        assert found["provider"] == row.provider
        assert found["seller"] == (offer.seller if offer and row.seller else "")
        assert found["columns"]["status"] == row.status, card.slug
        assert found["columns"]["modality"] == row.modality
        assert found["mask"] == row.mask
        assert (found["columns"]["life"] == "retired") == bool(row.retired)
        assert int(found["columns"]["sold_by"]) == len({held.seller for held in card.offers})


def test_a_draft_of_a_card_leaves_no_row_behind(edition: Edition, catalog: Catalog) -> None:
    """The row of another state of a card is made anew, and is not taken for the row of the edition's own."""
    own = catalog.cards["stanford/iclight-v2"]
    draft = own._replace(name="Another name")
    assert model_row(edition, draft).name == "Another name"
    assert model_row(edition, edition.catalog.cards[own.slug]).name == own.name
    assert model_row(edition, draft).name == "Another name"


def test_prices_are_those_of_the_headline(unpacked: dict[str, Any], edition: Edition) -> None:
    """Each price of a headline stands under its meter, exact, for as many as the meter is priced by."""
    meters = edition.catalog.vocabulary.meters
    for card in edition.catalog.cards.values():
        found = dict(unpacked[card.slug]["prices"])
        one = found.pop(search_index.ONE_IMAGE, None)
        row = model_row(edition, card)

        assert (one["value"] if one else None) == (row.one.value if row.one else None)
        printed = {price.label: price for price in row.headline.prices}
        assert {meters[meter].label for meter in found} == set(printed), card.slug
        for meter, said in found.items():
            price = printed[meters[meter].label]
            assert said["zero"] == price.zero
            usual = display.per(meters[meter].per, meters[meter].unit)
            assert price.unit != usual or said["value"] == price.value, card.slug
        assert any(said["from"] for said in found.values()) == row.headline.start


def test_what_is_not_known_is_unknown(unpacked: dict[str, Any], edition: Edition) -> None:
    """A capability is a yes where an offer has it, a no where all that is said is no, and else unknown."""
    for card in edition.catalog.cards.values():
        answers = unpacked[card.slug]["answers"]
        for word, letter in answers["can"].items():
            offers = card.offers or (None,)
            said = [capability_of(card, offer, word).value for offer in offers]
            assert letter == ("y" if "yes" in said else "u" if "unknown" in said else "n"), (card.slug, word)
        for group, held in (("takes", card.input_modalities), ("gives", card.output_modalities)):
            for word, letter in answers[group].items():
                assert letter == ("u" if not held else "y" if word in held else "n")


def test_the_rest_is_as_the_card_has_it(unpacked: dict[str, Any], edition: Edition) -> None:
    """Licence, confidence and sellers are those of the card."""
    for card in edition.catalog.cards.values():
        found = unpacked[card.slug]
        tariff = tariff_of(edition, priced_offer(edition, card))

        assert found["licence"] == f"{card.licence.weights} {card.licence.commercial}"
        assert found["confidence"] == (evidence.confidence(tariff) if tariff else "")
        assert {*found["others"].split(), found["seller"]} - {""} == {offer.seller for offer in card.offers}


@pytest.mark.parametrize(
    "name", ["Plain", "plain", "=", "-", "'quoted", "Two  blanks", "ÄÖ–☃ 𝄞", 'A "quote" \\ and', "Plain (free)", ""]
)
def test_any_name_survives(name: str, edition: Edition, home: str, browser: Browser) -> None:
    """Whatever a model is called, the browser has it to the letter."""
    slugs = ("a/plain", "a/two-blanks", "a/plain-free", "b/plain")
    cards = [Card(slug, name, "a", "text") for slug in slugs]
    packed = json.loads(dict(search_index.files(edition, cards))[search_index.MODELS])
    with opened(browser) as (page, _):
        page.goto(home)
        script = "async packed => (await import('/assets/catalog.js')).unpack(packed).names"

        assert page.evaluate(script, packed) == [name] * len(slugs)


def test_a_retirement_ahead_makes_a_model_deprecated(edition: Edition) -> None:
    """A model with an end that is announced is deprecated until that day, and one that ended is retired."""
    ended, ahead = (Event("retired", day, HERE) for day in (DAY.replace(year=2025), DAY.replace(year=2027)))
    cards = [Card("a/a", "A", "a", "text", lifecycle=(ended,)), Card("a/b", "B", "a", "text", lifecycle=(ahead,))]

    assert _column(edition, [*cards, Card("a/c", "C", "a", "text")], "life") == ["retired", "deprecated", ""]


def test_the_longest_context_of_all_sellers_counts(edition: Edition) -> None:
    """A context window is the longest that the card or one of its offers states."""
    offer = Offer("s", "m", limits=Limits(context_tokens=200), capabilities={"vision": Capability("yes")})
    card = Card("a/a", "A", "a", "text", limits=Limits(context_tokens=100), offers=(offer,))

    assert _column(edition, [card, Card("a/b", "B", "a", "text")], "context") == ["200", ""]


def test_the_index_of_the_whole_market_is_small(market_db: Path) -> None:
    """What a search needs stays within 36 KB on the wire for every 2,000 models."""
    market = store.read(market_db)
    edition = Edition.of(market, DAY, SiteConfig())
    text = dict(search_index.files(edition, market.cards.values()))[search_index.MODELS]

    assert len(market.cards) > 1_800
    assert len(gzip.compress(text.encode(), 9, mtime=0)) <= PER_MODEL * len(market.cards)


def test_prices_are_shown_as_pages_show_them(unpacked: dict[str, Any], home: str, browser: Browser) -> None:
    """The browser writes every price as the pages do."""
    amounts = sorted({price["value"] for entry in unpacked.values() for price in entry["prices"].values()})
    amounts += ["1", "1.5", "0.009", "0.0099999", "1234567.1", "0.00000000000000000001", "10", "0.5"]
    with opened(browser) as (page, _):
        page.goto(home)
        script = "async texts => { const { price } = await import('/assets/money.js'); return texts.map((text) => price(text)); }"

        assert page.evaluate(script, amounts) == [display.price(Decimal(text)) for text in amounts]


def _column(edition: Edition, cards: list[Card], name: str) -> list[str]:
    column = json.loads(dict(search_index.files(edition, cards))[search_index.MODELS])["columns"][name]
    return [column["values"][ord(letter) - 0x23] for letter in column["rows"]]
