"""What changed, on its pages, in its feed and in its JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from site_reading import DAY, text

from ratecard.core.catalog import Catalog
from ratecard.core.records import Card, Event, Source
from ratecard.site import links
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.files import atom
from ratecard.site.views.changes import KINDS, PRICED, REPRICED, News, news

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
BASE = "https://catalog.example/rates"


def with_history(catalog: Catalog, *days: date | None) -> Card:
    """A card whose one offer has a price list from each of these days, each a tenth dearer than the one before."""
    card = catalog.cards["ideogram/ideogram-v2-edit"]
    offer = card.offers[0]
    tariff = offer.tariffs[0]
    lists = tuple(
        tariff._replace(
            effective=day, rates=(tariff.rates[0]._replace(price=Decimal("0.1") * (number + 1)),), examples=()
        )
        for number, day in enumerate(days)
    )
    return card._replace(offers=(offer._replace(tariffs=lists),), lifecycle=())


def test_a_price_list_is_news_on_the_day_it_takes_effect(edition: Edition, catalog: Catalog) -> None:
    """A first dated list is told as one, each further one with what it changes, an undated one not at all."""
    found = news(edition, [with_history(catalog, None, date(2026, 1, 1), date(2026, 6, 1))])

    assert [(event.day, event.kind) for event in found] == [(date(2026, 6, 1), REPRICED), (date(2026, 1, 1), REPRICED)]
    assert [move.text for move in found[1].moves] == ["Per image: $0.100 per image → $0.200 per image (+100%)"]
    assert [event.kind for event in news(edition, [with_history(catalog, date(2026, 1, 1))])] == [PRICED]


def test_a_list_with_the_same_prices_is_no_repricing(edition: Edition, catalog: Catalog) -> None:
    """A new list that changes no price says so, and does not count among the changes of price."""
    card = with_history(catalog, date(2026, 1, 1), date(2026, 6, 1))
    offer = card.offers[0]
    same = tuple(tariff._replace(rates=offer.tariffs[0].rates) for tariff in offer.tariffs)
    found = news(edition, [card._replace(offers=(offer._replace(tariffs=same),))])

    assert [(event.kind, event.note) for event in found] == [
        (PRICED, "no price differs"),
        (PRICED, "held until 2026-06-01"),
    ]


def test_turns_of_a_life_are_news(edition: Edition, catalog: Catalog) -> None:
    """Each dated event of a card stands once, with its source."""
    card = catalog.cards["ideogram/ideogram-v2-edit"]
    source = Source("https://a.example/news", DAY)
    told = news(edition, [card._replace(offers=(), lifecycle=(Event("retired", DAY, source, "gone"),))])

    assert [(event.kind, event.text, event.url) for event in told] == [("retired", "gone", "https://a.example/news")]


def test_the_newest_comes_first(edition: Edition) -> None:
    """Events stand by day, the newest first, and a day's by what they are about; all are of known kinds."""
    found = news(edition)

    assert [event.day for event in found] == sorted((event.day for event in found), reverse=True)
    assert {event.kind for event in found} <= set(KINDS)
    assert len(found) == sum(len(card.lifecycle) for card in edition.catalog.cards.values()) + sum(
        tariff.effective is not None
        for card in edition.catalog.cards.values()
        for offer in card.offers
        for tariff in offer.tariffs
    )


def test_every_event_stands_on_the_pages(site: Path, edition: Edition) -> None:
    """The pages of changes hold every past event and every announced one."""
    whole = "".join(text(page.read_bytes()) for page in sorted((site / "changes").rglob("*.html")))

    for event in news(edition):
        assert f"{event.day} {event.kind} {event.name}" in whole


def test_what_is_announced_has_not_happened(edition: Edition, catalog: Catalog) -> None:
    """A list that takes effect tomorrow is news of tomorrow, and not in the feed of today."""
    tomorrow = DAY + timedelta(days=1)
    found = news(edition, [with_history(catalog, None, tomorrow)])

    assert [event.day for event in found] == [tomorrow]
    assert parsed(edition, found).findall("atom:entry", ATOM) == []


@pytest.mark.parametrize("base", ["", BASE])
def test_the_feed_is_atom(base: str, edition: Edition) -> None:
    """RFC 4287: a feed and each entry has an id, a title and a moment; links and ids are addresses, ids differ."""
    public = replace(edition, config=SiteConfig(base_url=base))
    root = parsed(public, news(public))
    entries = root.findall("atom:entry", ATOM)

    assert root.tag == f"{{{ATOM['atom']}}}feed"
    assert root.findtext("atom:author/atom:name", "", ATOM)
    for holder in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"atom:{name}", ATOM)) == 1
        assert datetime.fromisoformat(holder.findtext("atom:updated", "", ATOM)).tzinfo is not None
        assert re.match(r"(urn:uuid|https):", holder.findtext("atom:id", "", ATOM))
    assert all(entry.find("atom:content", ATOM) is not None for entry in entries)
    assert len({entry.findtext("atom:id", "", ATOM) for entry in entries}) == len(entries) > 0
    assert root.findtext("atom:updated", "", ATOM) == entries[0].findtext("atom:updated", "", ATOM)
    addresses = [link.get("href") or "" for link in root.iter(f"{{{ATOM['atom']}}}link")]
    assert bool(addresses) == bool(base)
    assert all(address.startswith(f"{BASE}/") for address in addresses)


def test_the_feed_names_itself(edition: Edition) -> None:
    """A feed with an address links to itself and to the page, and each entry to its model."""
    public = replace(edition, config=SiteConfig(base_url=BASE))
    root = parsed(public, news(public))
    rels = {link.get("rel"): link.get("href") for link in root.findall("atom:link", ATOM)}

    assert rels == {"self": f"{BASE}/changes.atom", "alternate": f"{BASE}/changes/"}
    first = news(public)[0]
    past = next(event for event in news(public) if event.day <= DAY)
    link = root.find("atom:entry/atom:link", ATOM)
    assert first.day >= past.day
    assert link is not None
    assert link.get("href") == f"{BASE}/{links.model(past.slug)}"


def test_an_event_keeps_its_id(edition: Edition) -> None:
    """What a model or a seller is called does not make an event another one; its day and offer do."""
    event = next(event for event in news(edition) if event.seller)

    assert atom.identity(event._replace(name="x", seller="y", note="z")) == atom.identity(event)
    assert atom.identity(event._replace(model_id="x")) != atom.identity(event)
    assert atom.identity(event._replace(day=event.day + timedelta(days=1))) != atom.identity(event)


def test_the_json_has_the_prices_of_both_sides(edition: Edition, catalog: Catalog) -> None:
    """A change of price carries exact decimals of before and after."""
    from ratecard.site.files import api

    (later, _) = news(edition, [with_history(catalog, date(2026, 1, 1), date(2026, 6, 1))])
    (moved,) = json.loads(json.dumps(api.change(later)))["prices"]

    assert moved["before"] == {"price": "0.1", "per": 1, "currency": "USD"}
    assert moved["after"] == {"price": "0.2", "per": 1, "currency": "USD"}


def parsed(edition: Edition, events: tuple[News, ...]) -> Xml.Element:
    """The feed of these events as its readers see it."""
    return Xml.fromstring(atom.atom(edition, events))
