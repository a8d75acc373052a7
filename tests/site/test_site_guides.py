"""The guide to each modality: calls that work, and numbers that the catalog gives."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, elements, few, text

from ratecard.core import evidence, lives
from ratecard.core.catalog import Catalog, retired
from ratecard.database import store
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.views import guide_words
from ratecard.site.views.guide import Guide, Shown, guides, titles
from stub import Stub, serving
from warm import Warm

FILES = {"photo.png": b"a photo", "mask.png": b"a mask", "speech.mp3": b"a sentence"}
NEW = "levitation"


@pytest.fixture(name="market", scope="module")
def _market(market_db: Path) -> Edition:
    return Edition.of(store.read(market_db), DAY, SiteConfig())


@pytest.fixture(name="found", scope="module")
def _found(market: Edition) -> dict[str, Guide]:
    return {guide.modality: guide for guide in guides(market)}


def test_every_modality_has_a_guide(found: dict[str, Guide], market: Edition) -> None:
    """There is one for whatever a model makes that still answers, at an address of its own."""
    answering = {card.modality for card in market.catalog.cards.values() if not retired(card, DAY)}

    assert set(found) == answering
    assert len({guide.path for guide in found.values()}) == len(found)
    assert [(guide.path, guide.words) for guide in found.values()] == list(titles(market))


def test_a_new_modality_needs_no_code(catalog: Catalog, tmp_path: Path) -> None:
    """Models that make what has no words of its own get a short guide that says what the catalog knows, and no more."""
    card = catalog.cards["deepseek/deepseek-v4-pro"]._replace(slug="x/floats", modality=NEW)
    kept = few(catalog)
    build(kept._replace(cards={**kept.cards, card.slug: card}), tmp_path / "site", day=DAY)
    page = text((tmp_path / "site" / "docs" / NEW / "index.html").read_bytes())

    assert "No call of OpenAI's shape is known" in page
    assert "None is on record with a source." in page
    assert "$1.32" in page


def test_meters_are_counted_apart(found: dict[str, Guide], market: Edition) -> None:
    """Each row is of one meter: as many models and offers as have it, and the range of its known prices above zero."""
    for guide in found.values():
        cards = [card for card in market.catalog.cards.values() if card.modality == guide.modality]
        lists = [
            (card, tariff)
            for card in cards
            for offer in card.offers
            if not lives.ended(card, offer, DAY)
            if (tariff := evidence.tariff_at(offer, DAY))
        ]
        offers = Counter(meter for _, tariff in lists for meter in {rate.meter for rate in tariff.rates})
        models = {(rate.meter, card.slug) for card, tariff in lists for rate in tariff.rates}

        assert {row.id: row.offers for row in guide.meters} == offers
        assert {row.id: row.models for row in guide.meters} == Counter(meter for meter, _ in models)
        assert all(row.zeros <= row.offers for row in guide.meters)
        for row in guide.meters:
            values = [Decimal(price.value) for price in row.prices]
            assert len(values) in (0, 3)
            assert values == sorted(values)
            assert all(values), row


def test_circumstances_are_those_of_the_prices(found: dict[str, Guide], market: Edition) -> None:
    """Each fact that any price depends on is listed with what it is, and for how many models it matters."""
    facts = market.catalog.vocabulary.facts
    rows = {row.id: row for row in found["text"].circumstances}

    assert rows["service_tier"].sentence == facts["service_tier"].sentence
    assert rows["service_tier"].models > rows["region"].models > 0
    assert {"batch", "priority"} <= set(rows["service_tier"].values)
    assert any(row.label == "Length of the prompt" for row in found["text"].circumstances)


def test_parameters_are_those_of_the_calls(found: dict[str, Guide], market: Edition) -> None:
    """Each call lists every parameter that is understood at it."""
    parameters = market.catalog.vocabulary.parameters.values()
    chat = next(call for call in found["text"].calls if call.address.endswith("/chat/completions"))

    assert len(chat.parameters) == sum("chat/completions" in row.endpoints for row in parameters)
    assert {"chat/completions", "images/edits", "audio/speech", "videos", "embeddings", "rerank"} <= {
        _parts(call.address)[1] for guide in found.values() for call in guide.calls
    }


def test_mistakes_have_their_sources(found: dict[str, Guide]) -> None:
    """Each mistake is told with where it was told first, and no two guides tell the same."""
    told = [one for words in guide_words.WORDS.values() for one in words.mistakes]

    assert len({one.says for one in told}) == len(told)
    assert all(one.url.startswith("https://") for one in told)
    assert found["rerank"].words.mistakes == ()


def test_the_choices_are_dated_and_lead_to_their_query(site: Path) -> None:
    """A guide says of which day its choices are, and links the collection they are from."""
    page = (site / "docs/images/prices/index.html").read_bytes()

    assert "ORDER BY price" in text(page)
    assert any(str(link.get("href")).endswith("collections/cheapest-image/") for link in elements(page, "a"))
    assert any(time.get("datetime") == DAY.isoformat() for time in elements(page, "time"))


def _parts(address: str) -> tuple[str, str]:
    """The base URL of a call, up to its version, and the endpoint below it."""
    match = re.fullmatch(r"(?:POST )?(https://.+?/v[0-9][^/]*(?:/openai)?)/(.+)", address)
    assert match, address
    return match[1], match[2]


def _calls(found: dict[str, Guide]) -> list[Shown]:
    return [call for guide in found.values() for call in guide.calls]


def test_each_call_is_answered(found: dict[str, Guide], tmp_path: Path, with_openai: Warm) -> None:
    """Every call of every guide runs as it stands, with curl and with the SDK, at whichever seller it is sent to."""
    environment = {"PATH": os.environ["PATH"]}
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    with serving() as stub:
        stub.as_url = True
        for call in _calls(found):
            assert call.python
            base, endpoint = _parts(call.address)
            shell, code = (text.replace(base, f"{stub.url}/shop/v1") for text in (call.curl.text, call.python.text))
            done = subprocess.run(
                ["bash", "-c", shell], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            _answered(done, stub, endpoint)
            done = with_openai.run("-c", code, folder=tmp_path, environment=environment, ignored=("Warning",))
            _answered(done, stub, endpoint)


def _answered(done: subprocess.CompletedProcess[str], stub: Stub, endpoint: str) -> None:
    """A program ended well and called the endpoint first."""
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    assert [path for _, path, _ in stub.asked][:1] == [f"/{endpoint}"], done.args
    stub.asked.clear()
