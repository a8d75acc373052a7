"""`ratecard search`: models by the words of their cards."""

from __future__ import annotations

from datetime import datetime

import click

from ratecard.cli.options import at_option, db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import lives, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.evidence import price_status, tariff_at
from ratecard.core.records import Card
from ratecard.database import search as searching
from ratecard.database import store
from ratecard.database.opened import opened
from ratecard.database.search import Found
from ratecard.pricing import headline


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--modality", metavar="WORD", help="Only models that produce this.")
@click.option(
    "--need", "needs", multiple=True, metavar="CAPABILITY",
    help="Only models known to have this capability; repeatable.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print only slugs.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Maximum number of results.")
@at_option
@db_option
@output_options
def search(
    text: tuple[str, ...], modality: str | None, needs: tuple[str, ...], quiet: bool, limit: int, at: str | None,
    db: str | None, form: str | None,
) -> int:  # fmt: skip
    """Find models by name, maker, seller or use.

    \b
    ratecard search claude sonnet 4.5
    ratecard search cheapest vision model
    ratecard search flux --need edit --json
    """
    catalog, now = opened(db), moments.moment(at)
    found = searching.search(store.where(db), " ".join(text), limit=1_000, today=now.date())
    if modality or needs:
        found = [one for one in found if _fits(catalog, catalog.cards[one.slug], modality, needs)]
    found = found[:limit]
    rows = [] if quiet and not form else [_row(catalog, catalog.cards[one.slug], one, now) for one in found]
    if form:
        machine(form, rows, rows)
    elif quiet:
        click.echo("\n".join(one.slug for one in found))
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
    """A model with what a default call pays: at the seller that was asked for, else at the first that has a price."""
    fit = [offer for offer in card.offers if found.seller in ("", offer.seller)]
    fit = [offer for offer in fit if found.model_id in ("", offer.model_id)]
    offer = headline.first(fit, now.date())
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
