"""What a request will cost as the pages work it out: run by Chromium, the same as the package without a tokenizer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from browser import opened
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from forecast_toys import BODIES, CARDS, COSTS, HELLO, NOW, SEEN, bodies, toy_catalog
from laws import one_in
from ratecard.cli.forecast_report import answer
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, Unpriced
from ratecard.core.records import Card, Offer
from ratecard.core.usage import usage_of
from ratecard.pricing import as_json
from ratecard.requests.body import request
from ratecard.requests.forecast import Asking, forecast_of
from ratecard.requests.tokens import Count
from ratecard.site.edition import Edition
from ratecard.site.files import price_data, request_data

Json = Mapping[str, Any]

#: The forecasts of requests, each at a card's price data, with what is stated and expected beside it.
FORECASTS = """
async ([home, words, rows, asked]) => {
  const { forecast, openNames, parsed } = await import(home + "assets/forecast.js");
  const { Unpriced, BadValue, usage } = await import(home + "assets/cost.js");
  const { text } = await import(home + "assets/exact.js");
  const end = (number) => number && text(number);
  return asked.map(({ card, offer, request, stated, expect, at }) => {
    const place = { card, offer: card.offers[offer], words, rows, at: new Date(at) };
    try {
      const found = forecast(place, parsed(request), usage(words, stated), usage(words, expect));
      const quantities = found.quantities.map(({ meter, least, expected, most, why }) =>
        ({ meter, min: end(least), expected: end(expected), max: end(most), why }));
      return { ...found, quantities, open: openNames(found) };
    } catch (error) {
      if (error instanceof Unpriced) return { missing: error.missing };
      if (error instanceof BadValue) return { wrong: error.message };
      throw error;
    }
  });
}
"""

Run = Callable[[Catalog, list[Json]], list[Json]]


@pytest.fixture(name="run", scope="module")
def _run(home: str, browser: Browser, edition: Edition) -> Iterator[Run]:
    """Forecasts requests on a page of the site, under its strict policy."""
    rows = json.loads(request_data.document(edition))
    with opened(browser) as (page, complaints):
        page.goto(home)

        def run(catalog: Catalog, asked: list[Json]) -> list[Json]:
            words = json.loads(price_data.words(catalog.vocabulary))
            return list(page.evaluate(FORECASTS, [home, words, rows, asked]))

        yield run
        assert complaints == []


def absent(encoding: str) -> Count | None:
    """What counts where no tokenizer is installed: nothing."""
    return None


def asked(catalog: Catalog, card: Card, offer: Offer, body: object, **beside: Json) -> Json:
    """A request as the script is asked it."""
    return {
        "card": json.loads(price_data.prices(catalog, card)),
        "offer": card.offers.index(offer),
        "request": json.dumps(body),
        "stated": beside.get("stated", {}),
        "expect": beside.get("expect", {}),
        "at": as_json.moment(NOW),
    }


def said(catalog: Catalog, card: Card, offer: Offer, body: object, **beside: Json) -> Json:
    """What the package says of a request without a tokenizer, in the form of the script's answer."""
    words = catalog.vocabulary
    asking = Asking(usage_of(words, beside.get("stated", {})), usage_of(words, beside.get("expect", {})), absent)
    try:
        found = forecast_of(catalog, request(body), card.slug, offer.seller, NOW, asking, offer.model_id)
    except Unpriced as failure:
        return {"missing": list(failure.missing)}
    except BadValue as failure:
        return {"wrong": str(failure)}
    whole = answer(found)
    kept = ("endpoint", "minimum", "expected", "maximum", "open", "notes", "warnings")
    named = {
        "minimum": whole["min"],
        "maximum": whole["max"],
        "quantities": [_in_a_page(entry) for entry in whole["quantities"]],
    }
    return {name: {**whole, **named}[name] for name in kept} | {
        "quantities": named["quantities"],
        "excluded": whole["not_included"],
        "given": [_open(entry) for entry in found.given],
        "circumstances": [_open(entry) for entry in found.circumstances],
        "parameters": {name: became or "" for name, became in whole["parameters"].items()},
    }


def _open(entry: Any) -> Json:
    return {**entry._asdict(), "values": list(entry.values)}


def _in_a_page(entry: dict[str, Any]) -> Json:
    return {
        **entry,
        "why": [why.replace("no tokenizer is installed", "no tokenizer runs in this page") for why in entry["why"]],
    }


def told(found: Json) -> Json:
    """The script's answer without what the package says elsewhere: the zero of a line, the sources of a price list."""
    if not found.keys() - {"missing", "wrong"}:
        return found
    return {**found, **{end: _cost(found[end]) for end in ("minimum", "expected", "maximum")}}


def _cost(cost: Json | None) -> Json | None:
    return cost and {
        **cost,
        "lines": [{name: value for name, value in line.items() if name != "zero"} for line in cost["lines"]],
        "tariff": cost["tariff"]["effective"],
    }


def test_every_kind_of_request_costs_what_the_package_says(run: Run) -> None:
    """For requests to every endpoint: the three costs, each quantity with its reasons, each fact and warning."""
    toy = toy_catalog()
    cases = [(toy.cards[body["model"]], body) for body, _ in COSTS]

    found = run(toy, [asked(toy, card, card.offers[0], body) for card, body in cases])

    assert {entry["endpoint"] for entry in found} >= set(request_data.GROUPS["every"]) - {"audio/translations"}
    for (card, body), entry in zip(cases, found, strict=True):
        assert told(entry) == told(said(toy, card, card.offers[0], body)), body


@pytest.mark.parametrize(
    ("body", "beside"),
    [
        (HELLO, {"expect": {"output_tokens": "50"}}),
        (SEEN, {"expect": {"output_tokens": "50", "input_tokens": "900"}}),
        (HELLO, {"stated": {"input_tokens": "1000"}, "expect": {"output_tokens": "50"}}),
        (HELLO, {"stated": {"cache_read_tokens": "2"}}),
        (HELLO, {"stated": {"cache_read_tokens": "99999"}}),
        (HELLO, {"stated": {"service_tier": "batch", "searches": "2"}}),
        ({**HELLO, "max_tokens": 10}, {"expect": {"output_tokens": "50"}}),
        (HELLO, {"expect": {"images": "5"}}),
        ({"model": "toys/image", "prompt": "a cat"}, {"expect": {"size": "1536x1024"}}),
        ({"model": "toys/image", "prompt": "a cat"}, {"expect": {"size": "512x512"}}),
        ({"model": "toys/image", "prompt": "a cat", "size": "1024x1024"}, {"expect": {"size": "1536x1024"}}),
        ({"url": "/v1/chat/completions", "body": {**HELLO, "max_tokens": 100}}, {}),
        ({"url": "/v1/images/edits", "body": HELLO}, {}),
        ({"url": "/v1/nothing", "body": HELLO}, {}),
        ({"url": "nowhere", "body": HELLO}, {}),
        ({"model": "openai/gpt-4o"}, {}),
        ([1], {}),
        ({**HELLO, "max_tokens": 1.0}, {}),
        (
            {**HELLO, "tools": [{"type": "function", "function": {"name": "é", "top": 0.5, "deep": [1, {"a": None}]}}]},
            {},
        ),
        (
            {
                **HELLO,
                "messages": [{"role": "user", "content": "a\x1fb\ufeffc \ud800 ½ — 漢字 🐈\u2003x"}],
                "max_tokens": 1,
            },
            {},
        ),
    ],
)
def test_what_is_known_and_expected_beside_a_request(body: Any, beside: dict[str, Json], run: Run) -> None:
    """What is stated and expected, lines of batches, strange texts and what cannot be read: all as the package says."""
    toy = toy_catalog()
    inner = body.get("body", body) if isinstance(body, dict) else {}
    card = toy.cards[inner.get("model", "openai/gpt-4o")]

    [found] = run(toy, [asked(toy, card, card.offers[0], body, **beside)])

    assert told(found) == told(said(toy, card, card.offers[0], body, **beside))


# Without shrinking: each step of it would ask the browser anew.
@settings(one_in(2), phases=[Phase.generate])
@given(cases=st.lists(st.tuples(st.sampled_from([card.slug for card in CARDS]), bodies), min_size=1, max_size=10))
def test_any_request_is_foreseen_or_refused_alike(cases: list[tuple[str, dict[str, object]]], run: Run) -> None:
    """Whatever a request holds, page and package give the same three costs, or refuse it for the same reason."""
    toy = toy_catalog()

    found = run(toy, [asked(toy, toy.cards[slug], toy.cards[slug].offers[0], body) for slug, body in cases])

    for (slug, body), entry in zip(cases, found, strict=True):
        assert told(entry) == told(said(toy, toy.cards[slug], toy.cards[slug].offers[0], body)), (slug, body)


def test_every_offer_of_the_catalog_is_foreseen_alike(catalog: Catalog, run: Run) -> None:
    """At every price list there is, requests of its modality cost what the package says, but for ids it warns of."""
    places = [
        (card, offer, body)
        for card in catalog.cards.values()
        for offer in card.offers
        for body in BODIES.get(card.modality, [])
    ]

    found = run(catalog, [asked(catalog, card, offer, body) for card, offer, body in places])

    assert sum("minimum" in entry for entry in found) > 200
    for (card, offer, body), entry in zip(places, found, strict=True):
        assert told(entry) == told(said(catalog, card, offer, body)), (card.slug, offer.seller, body)
