"""The output of `ratecard search`: models with the price of a default call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ratecard.cli import quick
from ratecard.cli.output import machine, remark, table
from ratecard.core import lives, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.evidence import price_status, tariff_at
from ratecard.core.records import Card
from ratecard.database import search as searching
from ratecard.database import store
from ratecard.database.search import Found
from ratecard.database.store import opened
from ratecard.pricing import headline


class SearchOptions(NamedTuple):
    """The options of one `ratecard search`."""

    text: tuple[str, ...]
    modality: str | None = None
    needs: tuple[str, ...] = ()
    quiet: bool = False
    limit: int = 20
    at: str | None = None
    db: str | None = None
    form: str | None = None


_FLAGS = {**quick.FLAGS, "-q": ("quiet", True), "--quiet": ("quiet", True)}


def plain_options(arguments: Sequence[str]) -> SearchOptions | None:
    """Parses words and the usual options; returns None for anything else, which click parses."""
    words, options = quick.read(arguments, _FLAGS, quick.VALUED) or ([], {})
    return SearchOptions(tuple(words), **options) if words else None  # type: ignore[arg-type]  # as the fields are


def run(options: SearchOptions) -> int:
    """Prints the models that are found."""
    catalog, now = opened(options.db), moments.moment(options.at)
    found = searching.search(store.where(options.db), " ".join(options.text), limit=1_000, today=now.date())
    if options.modality or options.needs:
        found = [one for one in found if _fits(catalog, catalog.cards[one.slug], options.modality, options.needs)]
    found = found[: options.limit]
    short = options.quiet and not options.form
    rows = [] if short else [_row(catalog, catalog.cards[one.slug], one, now) for one in found]
    if options.form:
        machine(options.form, rows, rows)
    elif short:
        print("\n".join(one.slug for one in found))
    elif rows:
        shown = [name for name in rows[0] if any(row[name] for row in rows)]
        table([{name: row[name] for name in shown} for row in rows])
    else:
        remark("no model matches")
    return 0 if found else EXIT_FAILED


def _fits(catalog: Catalog, card: Card, modality: str | None, needs: tuple[str, ...]) -> bool:
    words = catalog.vocabulary.capabilities
    held = (card.capabilities, *(offer.capabilities for offer in card.offers))
    return (modality in (None, card.modality)) and all(
        any(need in known and known[need].value in words[need].met_by for known in held)
        for need in needs
        if need in words
    )


def _row(catalog: Catalog, card: Card, found: Found, now: datetime) -> dict[str, str]:
    """A model with what a default call pays: at the seller that was asked for, else at the card's first."""
    fit = [offer for offer in card.offers if found.seller in ("", offer.seller)]
    fit = [offer for offer in fit if found.model_id in ("", offer.model_id)]
    offer = next(iter(fit), None)
    end = lives.end(card, offer) if offer else None
    shop = catalog.sellers[offer.seller] if offer else None
    return {
        "slug": card.slug,
        "name": card.name,
        "provider": catalog.providers[card.provider].name,
        "seller": offer.seller if offer else "",
        "price": headline.text(card, offer, shop, catalog.vocabulary, now) if offer and shop else "unknown",
        "status": price_status(tariff_at(offer, now.date()) if offer else None),
        "ended": str(end.date) if end and end.date <= now.date() else "",
    }
