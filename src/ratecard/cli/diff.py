"""`ratecard diff`: what changed between two catalogs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ratecard.cli.output import remark
from ratecard.core import display, moments
from ratecard.core.errors import EXIT_FAILED
from ratecard.core.json_values import json_value


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--catalog", "root", type=click.Path(file_okay=False, path_type=Path), default=Path("catalog"), show_default=True,
    help="The catalog folder that git revisions refer to.",
)  # fmt: skip
@click.option(
    "--at", metavar="DATE", help="Compare the prices in force on this day; default: the day of the newest source."
)
@click.option("--seller", "sellers", multiple=True, metavar="ID", help="Only changes at this seller; repeatable.")
@click.option(
    "--limit", default=0, show_default=True, type=click.IntRange(0), help="Maximum number of changes; 0 for all."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md", "atom"]), default="text", show_default=True,
    help="Output format.",
)  # fmt: skip
@click.option("--exit-code", "telling", is_flag=True, help="Exit with 1 if anything differs.")
def diff(
    old: str, new: str, root: Path, at: str | None, sellers: tuple[str, ...], limit: int, form: str, telling: bool
) -> int:
    """Show what changed from OLD to NEW: models, offers, prices, capabilities, retirements.

    OLD and NEW are each a database, a catalog folder, a git revision of the folder (--catalog), or
    FEED:FILE, which is the folder after importing that file.

    \b
    ratecard diff HEAD~3 catalog
    ratecard diff catalog litellm:model_prices_and_context_window.json
    ratecard diff old.db catalog.db --seller openai --format atom
    """
    from ratecard.market import diff_formats, snapshots  # here because the list of commands needs none of it
    from ratecard.market.diff import changes, concerning, newest_day

    before, after = (snapshots.state(name, root) for name in (old, new))
    day = moments.moment(at).date() if at else newest_day(before.catalog, after.catalog)
    found = concerning(changes(before.catalog, after.catalog, day), sellers)
    heading, shown = f"Changes from {old} to {new}", found[: limit or None]
    if form == "json":
        click.echo(json.dumps([json_value(change) for change in shown], indent=2, ensure_ascii=False))
    elif form == "md":
        click.echo(diff_formats.markdown(shown, heading), nl=False)
    elif form == "atom":
        click.echo(diff_formats.atom(shown, heading, day), nl=False)
    elif shown:
        click.echo(diff_formats.text(shown))
    for name, state in ((old, before), (new, after)):
        if state.problems:
            remark(
                f"{name}: {display.counted(state.problems, 'problem')} in its files; the affected data may be missing"
            )
    remark(f"{len(found)} changes" + (f", the first {limit} shown" if 0 < limit < len(found) else ""))
    return EXIT_FAILED if found and telling else 0
