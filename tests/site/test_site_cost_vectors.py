"""What a usage costs as the pages work it out: the module of the site, run by Chromium, to the last digit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from browser import opened
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

import vectors
from laws import one_in
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, Unpriced
from ratecard.core.records import Card, Event, Offer, Seller
from ratecard.core.usage import Usage, usage_of
from ratecard.pricing import as_json
from ratecard.pricing import cost as pricing
from ratecard.site.files import price_data
from vectors import strategies

Json = Mapping[str, Any]
Bill = Mapping[str, Any]

#: Costs of bills, each of a card's price data, the place of an offer in it, quantities, facts and a moment.
COSTS = """
async ([home, words, bills]) => {
  const { cost, Unpriced } = await import(home + "assets/cost.js");
  const { decimal } = await import(home + "assets/exact.js");
  return bills.map(({ card, offer, quantities, facts, at }) => {
    const counts = Object.entries(quantities).map(([meter, count]) => [meter, decimal(count)]);
    try {
      return cost(card, card.offers[offer], { quantities: Object.fromEntries(counts), facts }, words, new Date(at));
    } catch (error) {
      if (error instanceof Unpriced) return { missing: error.missing };
      throw error;
    }
  });
}
"""

READ = """
async ([home, words, given]) => {
  const { usage, BadValue } = await import(home + "assets/cost.js");
  const { text } = await import(home + "assets/exact.js");
  return given.map((entry) => {
    try {
      const { quantities, facts } = usage(words, entry);
      return [Object.fromEntries(Object.entries(quantities).map(([meter, count]) => [meter, text(count)])), facts];
    } catch (error) {
      if (error instanceof BadValue) return error.message;
      throw error;
    }
  });
}
"""

Run = Callable[[str, Json, Sequence[Any]], list[Any]]


@pytest.fixture(name="run", scope="module")
def _run(home: str, browser: Browser) -> Iterator[Run]:
    """Runs a function of the modules on a page of the site, under its strict policy."""
    with opened(browser) as (page, complaints):
        page.goto(home)
        yield lambda function, words, entries: list(page.evaluate(function, [home, dict(words), list(entries)]))
        assert complaints == []


def bill(catalog: Catalog, card: Card, offer: Offer, used: Usage, at: datetime) -> Bill:
    """A usage of an offer, with the data that the pages have of the card."""
    return {
        "card": json.loads(price_data.prices(catalog, card)),
        "offer": card.offers.index(offer),
        "quantities": {meter: decimals.text(count) for meter, count in used.quantities.items()},
        "facts": dict(used.facts),
        "at": as_json.moment(at),
    }


def words(catalog: Catalog) -> Json:
    """The words as the pages have them."""
    read: Json = json.loads(price_data.words(catalog.vocabulary))
    return read


def expected(catalog: Catalog, card: Card, offer: Offer, used: Usage, at: datetime) -> Json:
    """What `ratecard cost --json` says, but for the sources, which stand on the page; and why a zero is zero."""
    seller = catalog.sellers.get(offer.seller) or Seller(offer.seller, offer.seller, "")
    try:
        cost = pricing.cost(card, offer, seller, used, catalog.vocabulary, at)
    except Unpriced as failure:
        return {"missing": list(failure.missing)}
    answer = as_json.cost_answer(cost)
    lines = [
        {**line, "zero": each.rate.zero} if each.rate.zero else line
        for line, each in zip(answer["lines"], cost.lines, strict=True)
    ]
    return {**answer, "lines": lines, "tariff": {"effective": answer["tariff"]["effective"]}}


def as_vector(answer: Json) -> Json:
    """A cost as the vectors write it."""
    parts = ("item", "meter", "quantity", "price", "per", "amount")
    kept = ("currency", "adjustments", "total", "fees", "funding")
    return {
        **{name: answer[name] for name in kept},
        "lines": [{part: line[part] for part in parts} for line in answer["lines"]],
        "assumed": {each["fact"]: each["value"] for each in answer["assumed"]},
    }


def test_the_browser_gives_what_the_vectors_say(run: Run) -> None:
    """Every line, percentage, fee and total of every vector to the last digit, or all that lacks a price."""
    catalog, cases = vectors.catalog_of_vectors(), vectors.cases()
    cards = [catalog.cards[case.offer] for case in cases]
    bills = [bill(catalog, card, card.offers[0], case.usage, case.at) for card, case in zip(cards, cases, strict=True)]

    found = run(COSTS, words(catalog), bills)

    for case, answer in zip(cases, found, strict=True):
        if case.cost is None:
            assert vectors.says(answer["missing"], case.unpriced), case.name
        else:
            assert as_vector(answer) == case.cost, case.name


@one_in(6)
@given(bills=st.lists(strategies.bills() | strategies.widest_bills(), min_size=20, max_size=20))
def test_browser_and_package_agree_on_what_nobody_thought_of(bills: list[strategies.Bill], run: Run) -> None:
    """Random price lists and usages cost the same in the browser as in Python, word for word and digit for digit."""
    asked, wanted = [], []
    for offer, quantities, facts, at in bills:
        catalog = vectors.catalog_of({"offer": offer})
        card = catalog.cards["offer"]
        case = (catalog, card, card.offers[0], vectors.usage_of(quantities, facts), datetime.fromisoformat(at))
        asked.append(bill(*case))
        wanted.append(expected(*case))

    assert run(COSTS, words(vectors.catalog_of_vectors()), asked) == wanted


def test_every_offer_of_the_catalog_costs_the_same_in_the_browser(run: Run, catalog: Catalog) -> None:
    """Each price list there is, on its first day, before it and today: the answer of the command line to the letter."""
    asked, wanted = [], []
    for card in catalog.cards.values():
        for offer in card.offers:
            for used, at in usages(catalog, offer):
                asked.append(bill(catalog, card, offer, used, at))
                wanted.append(expected(catalog, card, offer, used, at))

    found = run(COSTS, words(catalog), asked)

    assert len(found) > 2 * sum(bool(card.offers) for card in catalog.cards.values())
    for answer, want, case in zip(found, wanted, asked, strict=True):
        assert answer == want, (case["card"]["slug"], case["quantities"], case["facts"])


def test_the_browser_says_what_has_ended(run: Run, catalog: Catalog) -> None:
    """An offer's own end before its model's, an announced one that a list does not bear out, and what its maker retired."""
    card = catalog.cards["openai/gpt-image-1"]
    source, (past, later) = card.sources[0], (date(2026, 5, 1), date(2026, 6, 1))
    retired, noted = (
        Event("retired", past, source),
        Event("deprecated", past, source, "still listed on 2026-06-01 by it"),
    )
    asked, wanted = [], []
    for own in ((), (retired,), (noted,), (retired._replace(date=date(2027, 1, 1)),)):
        for of_model in ((), (retired,)):
            offer = card.offers[0]._replace(lifecycle=own, seen=later)
            living = card._replace(lifecycle=of_model, offers=(offer,))
            case = (
                catalog,
                living,
                offer,
                Usage({"images": Decimal(1)}, {"quality": "low"}),
                datetime(2026, 11, 21, tzinfo=UTC),
            )
            asked.append(bill(*case))
            wanted.append(expected(*case))
    assert run(COSTS, words(catalog), asked) == wanted
    assert len({tuple(answer["warnings"]) for answer in wanted}) == 4


def usages(catalog: Catalog, offer: Offer) -> Iterator[tuple[Usage, datetime]]:
    """Usages of everything an offer prices, with nothing said, with each rate's conditions, and at several times."""
    now = datetime(2026, 11, 21, 17, tzinfo=UTC)
    for tariff in offer.tariffs:
        meters = [catalog.vocabulary.meters[rate.meter] for rate in tariff.rates]
        items = {meter.reading.of if meter.reading else meter.id for meter in meters}
        items -= {meter.instead_of for meter in meters}
        quantities = {item: Decimal(place * 3 + 7) for place, item in enumerate(sorted(items))}
        for rate in tariff.rates:
            yield Usage(quantities, {**dict(rate.when), "size": "1536x1025", "input_size": "640x480"}), now
        since = datetime.combine(tariff.effective or tariff.sources[0].checked, now.time(), UTC)
        for at in (now, since, since - timedelta(days=1)):
            yield Usage(quantities), at
            yield Usage(quantities, {"steps": "7", "byok": "on", "service_tier": "batch"}), at
    yield Usage({"requests": Decimal(1)}), now


WRITTEN = (
    {"images": "2", "quality": "high"}, {"input_tokens": "20k"}, {"input_tokens": "1_000"}, {"audio_seconds": "1.50"},
    {"images": "1.5"}, {"images": "-1"}, {"images": ""}, {"images": "1e3"}, {"images": "01"}, {"images": "NaN"}, {"images": "."},
    {"images": "9" * 41}, {"images": "1000000000000000001"}, {"images": "1G"}, {"audio_seconds": "0.5k"}, {"images": "1.5k"},
    {"images": "_1"}, {"images": "1__0"}, {"images": " 1"}, {"images": "١"}, {"quality": "best"}, {"byok": "yes"}, {"byok": "on"},
    {"steps": "0"}, {"steps": "25"}, {"steps": "٢"}, {"size": "1024×1024"}, {"size": "1024x1024"}, {"size": "0x1"}, {"region": "eu west"},
    {"input_tokens": "1,000,000"}, {"input_tokens": "1e6"}, {"input_tokens": "1.5E+3"}, {"input_tokens": "1,00"}, {"images": "1e99"},
    {"input_tokens": "2m"}, {"input_tokens": "3B"}, {"audio_seconds": "1,000.5K"}, {"input_tokens": "1e-3"}, {"input_tokens": "1,000e3"},
    {"input_tokens": "e3"}, {"input_tokens": "k"}, {"region": "eu-west.1"}, {"region": ""}, {"region": "a" * 65}, {"audio_seconds": "0." + "1" * 38},
)  # fmt: skip


def test_words_are_read_as_the_command_line_reads_them(run: Run, catalog: Catalog) -> None:
    """What is typed into a field means the same as on the command line, or is refused in the same words."""
    assert run(READ, words(catalog), WRITTEN) == [meant(catalog, given_words) for given_words in WRITTEN]


def meant(catalog: Catalog, given_words: Mapping[str, str]) -> Sequence[Any] | str:
    """The quantities and facts that words stand for, or why they stand for none."""
    try:
        used = usage_of(catalog.vocabulary, given_words)
    except BadValue as refused:
        return str(refused)
    return [{meter: decimals.text(count) for meter, count in used.quantities.items()}, dict(used.facts)]


@pytest.mark.parametrize("word", ["imagse", "toString", "constructor"])
def test_a_word_that_is_none_is_refused(word: str, run: Run, catalog: Catalog) -> None:
    """A word that is neither a meter nor a fact is named, never passed over."""
    assert run(READ, words(catalog), [{word: "1"}]) == [f"'{word}' is not a meter or fact"]
