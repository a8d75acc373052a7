"""`ratecard history`: what a model cost when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ratecard.cli.options import db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import display
from ratecard.core.catalog import find
from ratecard.core.json_values import json_value
from ratecard.core.records import Rate, Vocabulary
from ratecard.database.store import opened

if TYPE_CHECKING:  # the list of commands needs none of it
    from ratecard.market.diff import HistoryEntry


@click.command()
@click.argument("model")
@click.option("--seller", metavar="ID", help="Only this seller's offers.")
@db_option
@output_options
def history(model: str, seller: str | None, db: str | None, form: str | None) -> None:
    """Show what a model has cost over time: every price list of each offer, oldest first.

    \b
    ratecard history openai/o3
    ratecard history deepseek/deepseek-chat --seller deepseek --json
    """
    from ratecard.market.diff import history as history_of  # here because the list of commands needs none of it

    catalog = opened(db)
    spans = history_of(find(catalog, model), seller)
    if form:
        answers = [{name: json_value(value) for name, value in span._asdict().items()} for span in spans]
        machine(form, answers, [row for span in spans for row in _rows(span)])
    elif spans:
        table([row for span in spans for row in _lines(span, catalog.vocabulary)])
        for note in dict.fromkeys(f"{span.seller}: {span.note}" for span in spans if span.note):
            remark(note)
    else:
        remark("no price list is known")


def _rows(span: HistoryEntry) -> Iterator[dict[str, object]]:
    """One row per rate, or one for a price list without rates."""
    for rate in span.rates or (None,):
        yield {
            "slug": span.slug,
            "seller": span.seller,
            "model_id": span.model_id,
            "since": json_value(span.since),
            "until": json_value(span.until),
            "status": span.status,
            "confidence": span.confidence,
            "meter": rate.meter if rate else "",
            "when": display.conditions(rate.when) if rate else "",
            "above": rate.above if rate else "",
            "price": json_value(rate.price) if rate else "",
            "per": rate.per if rate else "",
            "currency": span.currency,
            "sources": " ".join(source.url for source in span.sources),
            "note": span.note,
        }


def _lines(span: HistoryEntry, vocabulary: Vocabulary) -> Iterator[dict[str, str]]:
    """Table rows; what applies to the whole price list is on its first row."""
    sources = ", ".join(dict.fromkeys(source.via or source.url for source in span.sources))
    for place, rate in enumerate(span.rates or (None,)):
        row = {
            "seller": span.seller,
            "from": str(span.since or "unknown"),
            "until": str(span.until or ""),
            "price": _price(rate, span.currency, vocabulary) if rate else "unknown",
            "status": span.status,
            "confidence": span.confidence,
            "sources": sources,
        }
        yield row if place == 0 else {name: text if name == "price" else "" for name, text in row.items()}


def _price(rate: Rate, currency: str, vocabulary: Vocabulary) -> str:
    price = display.rate(rate._replace(zero=""), currency, vocabulary)
    above = f"above {display.quantity(rate.above)}" if rate.above else ""
    rest = ", ".join(filter(None, (rate.zero, display.conditions(rate.when), above)))
    return f"{price} ({rest})" if rest else price
