"""`ratecard show`, `search` and `where`: look into the catalog."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import click

from ratecard import api
from ratecard.cli.options import db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import display
from ratecard.core.catalog import Catalog, find
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.evidence import price_status, tariff_at
from ratecard.core.json_values import json_value
from ratecard.core.records import Capability, Card, Offer, Rate
from ratecard.database import store


@click.command()
@click.argument("model")
@db_option
@output_options
def show(model: str, db: str | None, form: str | None) -> None:
    """All that is known of a model, with where it was read.

    \b
    ratecard show bfl/flux-2-pro
    ratecard show black-forest-labs/flux-2-pro --json
    """
    catalog = api.open_catalog(db)
    card = find(catalog, model)
    if form:
        machine(form, [_answer(card)], _prices(catalog, card), single=True)
    else:
        click.echo("\n".join(_portrait(catalog, card)))


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--modality", metavar="WORD", help="Only models that make this.")
@click.option("--need", "needs", multiple=True, metavar="CAPABILITY", help="Only models known to do this.")
@click.option("-q", "--quiet", is_flag=True, help="Print slugs only.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="At most so many.")
@db_option
@output_options
def search(
    text: tuple[str, ...], modality: str | None, needs: tuple[str, ...], quiet: bool, limit: int, db: str | None,
    form: str | None,
) -> int:  # fmt: skip
    """Models whose words match a text, best first.

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


@click.command()
@db_option
def where(db: str | None) -> None:
    """Which database is used, and what it holds."""
    path = store.where(db)
    catalog = store.read(path)
    click.echo(os.path.abspath(path))
    remark(f"{len(catalog.cards)} cards, digest {catalog.digest[:16]}")


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
    tariff = tariff_at(offer, _today()) if offer else None
    return {
        "slug": card.slug,
        "name": card.name,
        "provider": catalog.providers[card.provider].name,
        "seller": offer.seller if offer else "",
        "price": _price(catalog, tariff.rates[0], tariff.currency) if tariff and tariff.rates else "unknown",
        "status": price_status(tariff),
    }


def _price(catalog: Catalog, rate: Rate, currency: str) -> str:
    meter = catalog.vocabulary.meters[rate.meter]
    zero = f" ({rate.zero})" if rate.zero else ""
    return f"{display.price(rate.price, currency)} {display.per(rate.per, meter.unit)}{zero}"


def _portrait(catalog: Catalog, card: Card) -> Iterator[str]:
    yield f"{card.name} ({card.slug})"
    yield f"{display.article(card.modality)} model from {catalog.providers[card.provider].name}"
    if card.description:
        yield card.description
    yield from _facts(card)
    for offer in card.offers:
        yield ""
        yield from _offered(catalog, offer)
    for disagreement in card.disagreements:
        yield ""
        yield f"sources disagree about {disagreement.about}: held to {disagreement.held}, since {disagreement.why}"


def _facts(card: Card) -> Iterator[str]:
    lines = {
        "family": card.family,
        "aliases": ", ".join(card.aliases),
        "must carry": ", ".join(card.required_inputs),
        "can": _abilities(card.capabilities),
        "licence": card.licence.name,
        "life": ", ".join(f"{event.event} {event.date}" for event in card.lifecycle),
        "replaced by": card.replaced_by,
    }
    yield from (f"{label}: {text}" for label, text in lines.items() if text)


def _abilities(known: Mapping[str, Capability]) -> str:
    return ", ".join(f"{word} {found.value}" for word, found in known.items())


def _offered(catalog: Catalog, offer: Offer) -> Iterator[str]:
    tariff = tariff_at(offer, _today())
    yield f"{catalog.sellers[offer.seller].name} ({offer.seller}), as {offer.model_id}: price {price_status(tariff)}"
    for rate in tariff.rates if tariff else ():
        when = f" for {display.conditions(rate.when)}" if rate.when else ""
        yield f"  {_price(catalog, rate, tariff.currency if tariff else '')}{when}"
    for source in tariff.sources if tariff else ():
        yield f"  read at {source.url} on {source.checked}" + (f", via {source.via}" if source.via else "")
    if offer.capabilities:
        yield f"  here: {_abilities(offer.capabilities)}"


def _answer(card: Card) -> dict[str, object]:
    answer = json_value(card)
    assert isinstance(answer, dict)
    return answer


def _prices(catalog: Catalog, card: Card) -> Iterator[dict[str, object]]:
    for offer in card.offers:
        tariff = tariff_at(offer, _today())
        for rate in tariff.rates if tariff else ():
            held = json_value(rate._replace(when=frozenset()))
            assert isinstance(held, dict)
            yield {
                "slug": card.slug,
                "seller": offer.seller,
                "meter": rate.meter,
                "price": held["price"],
                "per": rate.per,
                "when": display.conditions(rate.when),
                "status": price_status(tariff),
            }


def _today() -> date:
    return datetime.now(UTC).date()
