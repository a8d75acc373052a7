"""`ratecard diff` and `history`: what changed between two catalogs, and what a model cost when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ratecard import api
from ratecard.cli.options import db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import display, moments
from ratecard.core.catalog import find
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.json_values import json_value
from ratecard.core.records import Rate, Vocabulary

if TYPE_CHECKING:  # the list of commands needs none of it
    from ratecard.market.diff import Change, HistoryEntry


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--catalog", "root", type=click.Path(file_okay=False, path_type=Path), default=Path("catalog"), show_default=True,
    help="The folder that a git revision is taken of.",
)  # fmt: skip
@click.option("--at", metavar="DATE", help="Compare the prices in force on this day; the newest source's if left out.")
@click.option("--seller", "sellers", multiple=True, metavar="ID", help="Only what concerns these sellers.")
@click.option("--limit", default=0, type=click.IntRange(0), help="At most so many changes; all if left out.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md", "atom"]), default="text", show_default=True,
    help="How to print the changes.",
)  # fmt: skip
@click.option("--exit-code", "telling", is_flag=True, help="End with 1 where anything differs.")
def diff(
    old: str, new: str, root: Path, at: str | None, sellers: tuple[str, ...], limit: int, form: str, telling: bool
) -> int:
    """What changed from OLD to NEW: models, offers, prices, capabilities, retirements.

    Each is a database, a catalog's folder, a git revision of the folder (--catalog), or FEED:FILE: the
    folder as importing that file would leave it.

    \b
    ratecard diff HEAD~3 catalog
    ratecard diff catalog litellm:model_prices_and_context_window.json
    ratecard diff old.db catalog.db --seller openai --format atom
    """
    from ratecard.market import snapshots  # here because the list of commands needs none of it
    from ratecard.market.diff import changes, concerning, newest_day

    before, after = (snapshots.state(name, root) for name in (old, new))
    day = moments.moment(at).date() if at else newest_day(before.catalog, after.catalog)
    found = concerning(changes(before.catalog, after.catalog, day), sellers)
    _print(found[: limit or None], form, f"{old} to {new}", day)
    for name, state in ((old, before), (new, after)):
        if state.problems:
            remark(f"{name}: its files have problems ({state.problems}); what they are about may be missing here")
    remark(f"{len(found)} changes" + (f", the first {limit} shown" if 0 < limit < len(found) else ""))
    return EXIT_FAILED if found and telling else 0


@click.command()
@click.argument("model")
@click.option("--seller", metavar="ID", help="Only as this seller sells it.")
@db_option
@output_options
def history(model: str, seller: str | None, db: str | None, form: str | None) -> None:
    """What a model cost when: every price list of each offer, oldest first.

    \b
    ratecard history openai/o3
    ratecard history deepseek/deepseek-chat --seller deepseek --json
    """
    from ratecard.market.diff import history as history_of  # here because the list of commands needs none of it

    catalog = api.open_catalog(db)
    spans = history_of(find(catalog, model), seller)
    if form:
        machine(form, [_answer(span) for span in spans], [row for span in spans for row in _rows(span)])
    elif spans:
        table([row for span in spans for row in _lines(span, catalog.vocabulary)])
        for note in dict.fromkeys(f"{span.seller}: {span.note}" for span in spans if span.note):
            remark(note)
    else:
        remark("no price list is known")


def _print(found: Sequence[Change], form: str, between: str, day: date) -> None:
    from ratecard.market import diff_formats  # here because the list of commands needs none of it

    heading = f"Changes from {between}"
    if form == "json":
        click.echo(json.dumps([json_value(change) for change in found], indent=2, ensure_ascii=False))
    elif form == "md":
        click.echo(diff_formats.markdown(found, heading), nl=False)
    elif form == "atom":
        click.echo(diff_formats.atom(found, heading, day), nl=False)
    elif found:
        click.echo(diff_formats.text(found))


def _answer(span: HistoryEntry) -> dict[str, object]:
    return {name: json_value(value) for name, value in span._asdict().items()}


def _rows(span: HistoryEntry) -> Iterator[dict[str, object]]:
    """A row for each rate of a price list, and one for a list without any."""
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
    """The same for people: what holds for the whole price list stands on its first line."""
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
    price = f"{display.price(rate.price, currency)} {display.per(rate.per, vocabulary.meters[rate.meter].unit)}"
    above = f"above {display.quantity(rate.above)}" if rate.above else ""
    rest = ", ".join(filter(None, (rate.zero, display.conditions(rate.when), above)))
    return f"{price} ({rest})" if rest else price
