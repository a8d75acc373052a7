"""`ratecard import`: another price list compared with the catalog, and imported into it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ratecard.cli.options import catalog_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.market.importers import FEEDS

if TYPE_CHECKING:
    from ratecard.market.importers import intake

#: How many changed prices are shown without --all.
SHOWN = 40


@click.command("import")
@click.argument("feed", type=click.Choice(sorted(FEEDS)))
@click.argument("source", metavar="FILE|URL")
@catalog_option
@click.option("--write", is_flag=True, help="Write the changes into the catalog; without it, only show them.")
@click.option("--version", help="The feed's version or commit, recorded in feeds.yaml; required with --write.")
@click.option("--seen", metavar="DATE", help="The day of the feed's data; default: today.")
@click.option("--report", is_flag=True, help="Also show how many offers join existing cards.")
@click.option("--all", "everything", is_flag=True, help="Show every changed price.")
def import_(
    feed: str,
    source: str,
    root: Path,
    write: bool,
    version: str | None,
    seen: str | None,
    report: bool,
    everything: bool,
) -> None:
    """Compare another project's price list with the catalog, and import it with --write.

    Facts written by an author never change. Values that cannot be imported are listed with the reason
    in evidence/FEED/quarantine.tsv.

    \b
    ratecard import litellm model_prices_and_context_window.json
    ratecard import models-dev api.json --write --version f3fc6922 --seen 2026-07-01
    """
    from ratecard.cards import reader  # here because the list of commands needs none of it
    from ratecard.market import identity  # here because the list of commands needs none of it
    from ratecard.market.importers import document, intake, sellers

    importer = import_module(f"ratecard.market.importers.{FEEDS[feed]}")
    catalog = reader.read(root).catalog
    parsed = document.parse(document.content(source), source)
    fresh = intake.intake(
        importer.entries(parsed), identity.read(root), catalog.vocabulary.meters, sellers.of(feed, parsed)
    )
    _report(fresh, intake.changes(root, feed, fresh), everything=everything)
    if report:
        from ratecard.market import merge  # here because the list of commands needs none of it

        unplaced = merge.unplaced(catalog, root, fresh.offers)
        placed = len(fresh.offers) - len(unplaced)
        click.echo(f"{len(fresh.offers)} offers: {placed} of known models, {len(unplaced)} that no card claims")
        for seller, model_id in unplaced[:SHOWN]:
            click.echo(f"  {seller} {model_id}")
    if not write:
        remark("nothing was written; --write imports it")
        return
    if version is None:
        raise click.UsageError("--write requires --version, which is recorded in feeds.yaml")
    day = moments.moment(seen).date() if seen else datetime.now(UTC).date()
    done = intake.write(root, feed, fresh, version, day)
    remark(f"{root}/evidence/{feed}: {'written' if done else 'unchanged'}")


def _report(fresh: intake.Intake, changes: list[intake.ClaimChange], *, everything: bool) -> None:
    held_back = sum(fresh.quarantined.values())
    share = 100 * held_back / max(1, held_back + fresh.claims)
    click.echo(f"{fresh.entries} entries, {fresh.claims} prices, {held_back} quarantined ({share:.2f} %)")
    for why, count in sorted(fresh.quarantined.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"  {count:6} {why}")
    kinds = Counter("new" if not change.before else "removed" if not change.after else "repriced" for change in changes)
    click.echo(", ".join(f"{kinds[kind]} {kind}" for kind in ("new", "removed", "repriced")))
    shown = changes if everything else changes[:SHOWN]
    for change in shown:
        before, after = change.before or "none", change.after or "none"
        click.echo(f"  {change.seller} {change.model_id} {change.what}: {before} -> {after}")
    if len(changes) > len(shown):
        click.echo(f"  and {len(changes) - len(shown)} more; --all shows them")
