"""The previews of pages, which other sites show beside a link: one for each model, one for everything else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from ratecard.records import Card
from ratecard.site import drawing, links, prices, settings
from ratecard.site import edition as editions
from ratecard.site.drawing import Preview
from ratecard.site.edition import Edition

#: The setting of a site that has previews.
MODELS = "models"
#: How many pictures are worth a second process, and how many it takes at a time.
MANY, BATCH = 400, 64

#: A picture's name in the site, what it shows, and the key of that.
Wanted = tuple[str, Preview, str]


def files(edition: Edition, before: Path) -> Iterator[tuple[str, bytes]]:
    """Every preview, where the site has them: one in `before` that shows the same is taken as it is.

    Raises `BadValue` where Pillow is not installed.
    """
    if edition.config.images != MODELS:
        return
    pen = drawing.Pen()
    pen.font(drawing.RULE)  # so that a missing Pillow is found before anything is drawn
    code = hashlib.sha256(Path(drawing.__file__).read_bytes()).digest()
    changed: list[Wanted] = []
    for name, preview in _previews(edition):
        key = hashlib.sha256(code + repr(preview).encode()).hexdigest()
        kept = _kept(before / name, key)
        if kept:
            yield name, kept
        else:
            changed.append((name, preview, key))
    yield from _drawn(changed, pen)


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


def _previews(edition: Edition) -> Iterator[tuple[str, Preview]]:
    yield links.SITE_PREVIEW, of_site(edition)
    for slug, card in sorted(edition.catalog.cards.items()):
        yield links.preview(slug), of_model(edition, card)


def _colours(edition: Edition) -> tuple[str, str, str, str]:
    held = {**settings.LIGHT, **edition.config.light}
    return held["page"], held["ink"], held["quiet"], held["accent"]


def _kept(path: Path, key: str) -> bytes:
    """The picture of an earlier build, where it shows the same; nothing else."""
    try:
        old = path.read_bytes()
    except OSError:
        return b""
    return old if drawing.drawn_from(old) == key else b""


def _drawn(changed: Sequence[Wanted], pen: drawing.Pen) -> Iterator[tuple[str, bytes]]:
    if len(changed) < MANY:
        yield from _batch(changed, pen)
        return
    import multiprocessing  # here because few builds draw so much

    # Processes that are started anew, since a copy of this one would copy the whole catalog.
    with multiprocessing.get_context("spawn").Pool() as pool:
        for batch in pool.imap(_batch, _batches(changed)):
            yield from batch


def _batches(changed: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    left = iter(changed)
    while batch := list(islice(left, BATCH)):
        yield batch


def _batch(wanted: Iterable[Wanted], pen: drawing.Pen | None = None) -> list[tuple[str, bytes]]:
    held = pen or drawing.Pen()
    return [(name, drawing.draw(preview, held, key)) for name, preview, key in wanted]
