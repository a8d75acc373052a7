"""The previews of pages, which other sites show beside a link: one for each model, one for everything else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ratecard.core.records import Card
from ratecard.site import edition as editions
from ratecard.site import links, settings
from ratecard.site.edition import Edition
from ratecard.site.files import preview_png
from ratecard.site.files.preview_png import Preview
from ratecard.site.views import prices

#: The setting of a site that has previews.
MODELS = "models"


def files(edition: Edition, before: Path, wanted: Iterable[Card | None] | None = None) -> Iterator[tuple[str, bytes]]:
    """Every preview, or those that are wanted, where the site has them; None is the site's own.

    One in `before` that shows the same is taken as it is. Raises `BadValue` where Pillow is not installed.
    """
    if edition.config.images != MODELS:
        return
    pen = preview_png.Pen()
    pen.font(preview_png.RULE)  # so that a missing Pillow is found before anything is drawn
    code = hashlib.sha256(Path(preview_png.__file__).read_bytes()).digest()
    for name, preview in _previews(edition, wanted):
        key = hashlib.sha256(code + repr(preview).encode()).hexdigest()
        yield name, _kept(before / name, key) or preview_png.draw(preview, pen, key)


def of_model(edition: Edition, card: Card) -> Preview:
    """What the preview of a model shows: the price of the offer a list shows, with the day it was last checked."""
    offer = editions.priced_offer(edition, card)
    tariff = editions.tariff(edition, offer)
    line = prices.headline(tariff, edition.catalog.vocabulary)
    start = "from " if line.start else ""
    rows = tuple((start + price.shown, _unit(price)) for price in line.prices)
    maker = editions.provider_name(edition, card)
    foot = ["no source that was read states one"]
    if offer and tariff:
        status = editions.status(edition, offer)
        checked = max(source.checked for source in tariff.sources).isoformat()
        foot = [f"at {editions.seller_name(edition, offer.seller)}", f"checked {checked}"]
        foot += [] if status in ("known", "free") else [status]
    return Preview(
        site=edition.config.name,
        title=card.name,
        instead=card.slug,
        about=f"{maker} · {card.modality} model",
        prices=rows or (("Price unknown", ""),),
        foot=" · ".join(foot),
        colours=_colours(edition),
    )


def _unit(price: prices.Price) -> str:
    return " · ".join(filter(None, (price.unit, price.zero, price.conditions)))


def of_site(edition: Edition) -> Preview:
    """What the preview of every other page shows: the site's name and heading."""
    config = edition.config
    return Preview(config.name, config.heading, config.name, config.footer, (), "", _colours(edition))


def _previews(edition: Edition, wanted: Iterable[Card | None] | None) -> Iterator[tuple[str, Preview]]:
    everything = (None, *(card for _, card in sorted(edition.catalog.cards.items())))
    for card in everything if wanted is None else wanted:
        if card is None:
            yield links.SITE_PREVIEW, of_site(edition)
        else:
            yield links.preview(card.slug), of_model(edition, card)


def _colours(edition: Edition) -> tuple[str, str, str, str]:
    held = {**settings.LIGHT, **edition.config.light}
    return held["page"], held["ink"], held["quiet"], held["accent"]


def _kept(path: Path, key: str) -> bytes:
    """The picture of an earlier build, where it shows the same; nothing else."""
    try:
        old = path.read_bytes()
    except OSError:
        return b""
    return old if preview_png.drawn_from(old) == key else b""
