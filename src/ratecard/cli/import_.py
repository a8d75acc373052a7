"""`ratecard import`: what another price list would change, and changing it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ratecard.cli.output import remark
from ratecard.cli.validate import catalog_option
from ratecard.core import moments
from ratecard.market.importers import FEEDS

if TYPE_CHECKING:
    from ratecard.core.catalog import Catalog
    from ratecard.market.importers import intake

#: How many changed prices a person is shown before being told how to see the rest.
SHOWN = 40


@click.command("import")
@click.argument("feed", type=click.Choice(sorted(FEEDS)))
@click.argument("source", metavar="FILE|URL")
@catalog_option
@click.option("--write", is_flag=True, help="Put it into the catalog; without this, only say what would change.")
@click.option("--version", help="The feed's version or commit, noted in feeds.yaml. Needed with --write.")
@click.option("--seen", metavar="DATE", help="The day the feed's data are of; today if left out.")
@click.option("--report", is_flag=True, help="Say as well which offers join cards that are there, and which do not.")
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
    """What another project's price list claims, put beside what is there.

    Nothing is changed without --write, and a fact that an author wrote is never changed at all. What
    cannot be taken over is listed with its reason in evidence/FEED/quarantine.tsv.

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
        _joins(catalog, root, feed, fresh)
    if not write:
        remark("nothing was changed; --write puts it into the catalog")
        return
    if version is None:
        raise click.UsageError("--write needs --version, to note what was imported")
    day = moments.moment(seen).date() if seen else datetime.now(UTC).date()
    done = intake.write(root, feed, fresh, version, day)
    remark(f"{root}/evidence/{feed}: {'written' if done else 'already so'}")


def _joins(catalog: Catalog, root: Path, feed: str, fresh: intake.Intake) -> None:
    from ratecard.market import merge  # here because the list of commands needs none of it

    found = merge.joins(catalog, root, feed, fresh.offers)
    click.echo(f"{len(fresh.offers)} offers: {found.joined} join a card that is there, {found.alone} make a new one")
    click.echo(f"{len(found.makerless)} new cards have no maker that any list states")
    for slug in found.makerless[:SHOWN]:
        click.echo(f"  {slug}")


def _report(fresh: intake.Intake, changes: list[intake.ClaimChange], *, everything: bool) -> None:
    held_back = sum(fresh.quarantined.values())
    share = 100 * held_back / max(1, held_back + fresh.claims)
    click.echo(f"{fresh.entries} entries, {fresh.claims} prices, {held_back} quarantined ({share:.2f} %)")
    for why, count in sorted(fresh.quarantined.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"  {count:6} {why}")
    kinds = Counter("new" if not change.before else "gone" if not change.after else "repriced" for change in changes)
    click.echo(", ".join(f"{kinds[kind]} {kind}" for kind in ("new", "gone", "repriced")))
    shown = changes if everything else changes[:SHOWN]
    for change in shown:
        before, after = change.before or "none", change.after or "none"
        click.echo(f"  {change.seller} {change.model_id} {change.what}: {before} -> {after}")
    if len(changes) > len(shown):
        click.echo(f"  and {len(changes) - len(shown)} more; --all shows them")
