"""`ratecard search`: models by the words of their cards."""

from __future__ import annotations

import click

from ratecard import api
from ratecard.cli.options import db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import display, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.evidence import price_status, tariff_at
from ratecard.core.records import Card
from ratecard.database import store


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--modality", metavar="WORD", help="Only models that produce this.")
@click.option(
    "--need", "needs", multiple=True, metavar="CAPABILITY",
    help="Only models known to have this capability; repeatable.",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print only slugs.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Maximum number of results.")
@db_option
@output_options
def search(
    text: tuple[str, ...], modality: str | None, needs: tuple[str, ...], quiet: bool, limit: int, db: str | None,
    form: str | None,
) -> int:  # fmt: skip
    """Find models whose words match a text, best first.

    \b
    ratecard search relight
    ratecard search flux --need edit --json
    """
    catalog = api.open_catalog(db)
    slugs = store.search(store.where(db), " ".join(text), limit=1_000)
    cards = [card for card in map(catalog.cards.__getitem__, slugs) if _fits(catalog, card, modality, needs)][:limit]
    rows = [_row(catalog, card) for card in cards]
    if form:
        machine(form, rows, rows)
    elif quiet:
        click.echo("\n".join(card.slug for card in cards))
    elif rows:
        table(rows)
    else:
        remark("no model matches")
    return 0 if cards else EXIT_FAILED


def _fits(catalog: Catalog, card: Card, modality: str | None, needs: tuple[str, ...]) -> bool:
    words = catalog.vocabulary.capabilities
    held = (card.capabilities, *(offer.capabilities for offer in card.offers))
    return (modality in (None, card.modality)) and all(
        any(need in known and known[need].value in words[need].met_by for known in held)
        for need in needs
        if need in words
    )


def _row(catalog: Catalog, card: Card) -> dict[str, str]:
    offer = card.offers[0] if card.offers else None
    tariff = tariff_at(offer, moments.moment(None).date()) if offer else None
    rate = tariff.rates[0] if tariff and tariff.rates else None
    return {
        "slug": card.slug,
        "name": card.name,
        "provider": catalog.providers[card.provider].name,
        "seller": offer.seller if offer else "",
        "price": display.rate(rate, tariff.currency, catalog.vocabulary) if tariff and rate else "unknown",
        "status": price_status(tariff),
    }
