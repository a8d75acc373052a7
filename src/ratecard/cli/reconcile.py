"""`ratecard reconcile`: where price lists disagree, worst first."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from ratecard import api
from ratecard.cli.options import db_option
from ratecard.cli.output import remark
from ratecard.core import decimals, display
from ratecard.core.errors import EXIT_FAILED, BadValue
from ratecard.core.json_values import json_value
from ratecard.market.reconcile import Dispute, disputes, undecided


@click.command()
@click.option("--over", default="1.5", show_default=True, metavar="FACTOR", help="Only differences above this factor.")
@click.option("--seller", "sellers", multiple=True, metavar="ID", help="Only at this seller; repeatable.")
@click.option("--undecided", "open_only", is_flag=True, help="Only unsettled disagreements.")
@click.option(
    "--limit", default=30, show_default=True, type=click.IntRange(0), help="Maximum number to show; 0 for all."
)
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--md", "form", flag_value="md", help="Print Markdown.")
@db_option
def reconcile(
    over: str, sellers: tuple[str, ...], open_only: bool, limit: int, form: str | None, db: str | None
) -> int:
    """List where price lists disagree, worst first, with the probable cause and what each one says.

    Exits with 1 if a difference above --over is not curated, settled by a majority or recorded in
    catalog/decisions.

    \b
    ratecard reconcile --over 3
    ratecard reconcile --seller openai --undecided --md
    """
    factor = decimals.parse(over)
    if factor is None:
        raise BadValue(f"--over {over}: not a number")
    found = [
        dispute
        for dispute in disputes(api.open_catalog(db))
        if (dispute.ratio is None or dispute.ratio > factor) and (not sellers or dispute.seller in sellers)
    ]
    left = undecided(found, factor)
    listed = left if open_only else found
    shown = listed[: limit or None]
    if form == "json":
        click.echo(json.dumps([json_value(dispute) for dispute in shown], indent=2, ensure_ascii=False))
    elif form == "md":
        click.echo("\n".join(_markdown(shown)))
    else:
        for dispute in shown:
            click.echo("\n".join(_text(dispute)))
    remark(f"{len(found)} disagreements above {over}, {len(left)} undecided")
    return EXIT_FAILED if left else 0


def _text(dispute: Dispute) -> Iterator[str]:
    factor = f"x{display.factor(dispute.ratio)}" if dispute.ratio else "zero versus a price"
    yield f"{dispute.slug} at {dispute.seller}: {_what(dispute)}, {factor}: {dispute.cause} [{dispute.state}]"
    for said in dispute.said:
        held = " <- held" if said.who == dispute.held else ""
        yield f"    {said.who} ({said.seen}): {said.value}{f' at {said.key}' if said.key else ''}{held}"
    if dispute.reason:
        yield f"    {dispute.reason}"


def _markdown(found: list[Dispute]) -> Iterator[str]:
    yield "| model | seller | price of | factor | probably | who says what | state |"
    yield "|---|---|---|---|---|---|---|"
    for dispute in found:
        said = "; ".join(f"{one.who} {one.value}" for one in dispute.said)
        factor = display.factor(dispute.ratio) if dispute.ratio else "zero"
        cells = (
            dispute.slug, dispute.seller, _what(dispute), factor, dispute.cause, said,
            dispute.state + (f": {dispute.reason}" if dispute.reason else ""),
        )  # fmt: skip
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _what(dispute: Dispute) -> str:
    cell = dispute.cell
    above = f"above {display.quantity(cell.above)}" if cell.above else ""
    return ", ".join(filter(None, (cell.meter, display.conditions(cell.when), above)))
