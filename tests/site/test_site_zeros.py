"""A zero says why, and what nobody states is unknown."""

from __future__ import annotations

import re
from pathlib import Path

from site_reading import elements, normal, pages, text

from ratecard.site.edition import Edition, page_offer, tariff_of
from ratecard.site.views import model
from ratecard.site.views.prices import ZERO_REASONS

REASONS = {reason for reason in ZERO_REASONS.values() if reason != ZERO_REASONS[""]}


def test_every_zero_says_why(site: Path) -> None:
    """Behind each price of zero stands its reason, in the same place."""
    seen = 0
    for page in pages(site):
        for parent in elements(page.read_bytes(), "body")[0].iter():
            for place, child in enumerate(parent):
                if child.tag == "data" and "$0" in (child.text or "") and float(child.get("value") or 0) == 0:
                    after = "".join(normal("".join(each.itertext())) for each in list(parent)[place + 1 : place + 3])
                    assert any(f"({reason}" in after for reason in REASONS), f"{page}: {after}"
                    seen += 1
    assert seen


def test_an_unknown_price_is_called_unknown(site: Path, edition: Edition) -> None:
    """A page whose seller states no price prints unknown and no number under Pricing."""
    found = 0
    for card in edition.catalog.cards.values():
        if tariff_of(edition, page_offer(edition, card)) is not None:
            continue
        page = text((site / "models" / card.slug / "index.html").read_bytes())
        pricing = page[page.index("Pricing") : page.index("Collections", page.index("Pricing"))]
        found += 1

        assert "unknown" in pricing
        assert not re.search(r"\$\d", pricing.split("You pay pass-through")[0])
    assert found


def test_every_rate_of_every_seller_stands_on_the_pages(site: Path, edition: Edition) -> None:
    """No rate in force is left out, whatever its seller: it is on the model's page or those of its prices."""
    for card in edition.catalog.cards.values():
        folder = site / "models" / card.slug
        found = (folder / "index.html", *(folder / "prices").rglob("index.html"))
        page = " ".join(text(file.read_bytes()) for file in found)
        dossier = model.model_page(edition, card).dossier

        for offer in dossier.offers:
            assert offer.model_id in page
            for price in offer.prices:
                assert price.shown in page


def test_the_twin_and_llms_txt_give_reasons_too(site: Path) -> None:
    """What programs read has no bare zero either."""
    for twin in sorted(site.rglob("*.md")):
        lines = [line for line in twin.read_text("utf-8").splitlines() if line.startswith("- $0 ")]
        assert all("(" in line for line in lines), twin
    for line in (site / "llms.txt").read_text("utf-8").splitlines():
        assert not re.search(r"\$0 per [^$(]*(?: at |$)", line), line
