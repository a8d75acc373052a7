"""`ratecard import`: another price list compared with the catalog, and imported into it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ratecard.cli.options import catalog_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.core.errors import BadFeed
from ratecard.market.importers import FEEDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratecard.core.catalog import Catalog
    from ratecard.market.importers import intake
    from ratecard.market.units import Block

#: How many changed prices are shown without --all.
SHOWN = 40


@click.command("import")
@click.argument("feed", type=click.Choice(sorted(FEEDS)))
@click.argument("source", metavar="FILE|URL")
@catalog_option
@click.option("--write", is_flag=True, help="Write the changes into the catalog; without it, only show them.")
@click.option("--version", help="The feed's version or commit, recorded in feeds.yaml; required with --write.")
@click.option("--seen", metavar="DATE", help="The day of the feed's data; default: today.")
@click.option("--report", is_flag=True, help="Also show the cards that new offers join, and what joins none.")
@click.option(
    "--draft", "drafts", metavar="FOLDER", type=click.Path(path_type=Path),
    help="After --write, write a draft of a card into FOLDER for each model that no card is of.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Show every changed price and every offer.")
def import_(
    feed: str,
    source: str,
    root: Path,
    write: bool,
    version: str | None,
    seen: str | None,
    report: bool,
    drafts: Path | None,
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
    from ratecard.market.importers import claims, document, intake, sellers

    importer = import_module(f"ratecard.market.importers.{FEEDS[feed]}")
    catalog = reader.read(root).catalog
    parsed = document.parse(document.content(source), source)
    fresh = intake.intake(
        importer.entries(parsed),
        identity.read(root),
        catalog.vocabulary.meters,
        sellers.of(feed, parsed),
        claims.block_rows(FEEDS[feed]),
    )
    _report(fresh, intake.changes(root, feed, fresh), everything=everything)
    day = moments.moment(seen).date() if seen else datetime.now(UTC).date()
    if report:
        _joins(catalog, root, fresh, day, everything=everything)
    if wrong := intake.wrong_units(catalog, root, feed, fresh, day):
        raise BadFeed(_wrong_units(FEEDS[feed], wrong))
    if not write:
        if drafts:
            raise click.UsageError("--draft requires --write: a draft shows what is imported")
        remark("nothing was written; --write imports it")
        return
    if version is None:
        raise click.UsageError("--write requires --version, which is recorded in feeds.yaml")
    done = intake.write(root, feed, fresh, version, day)
    remark(f"{root}/evidence/{feed}: {'written' if done else 'unchanged'}")
    if drafts:
        from ratecard.market import card_draft  # here because the list of commands needs none of it

        found = {drafts / f"{slug}.yaml": text
                 for slug, text in card_draft.drafts(catalog, root, fresh.offers, day).items()}  # fmt: skip
        there = [file for file in found if file.exists()]
        for file in found.keys() - set(there):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(found[file], encoding="utf-8")
        kept = f", {len(there)} left as they were" if there else ""
        remark(f"{drafts}: {len(found)} drafts of cards{kept}; edit each and move it to {root / 'models'}")


def _wrong_units(name: str, blocks: Sequence[Block]) -> str:
    """What is wrong with the units of an import, and how to mend it."""
    from ratecard.market import units  # here because the list of commands needs none of it

    lines = "\n".join(f"  {units.sentence(block)}" for block in blocks)
    count = "a block is" if len(blocks) == 1 else f"{len(blocks)} blocks are"
    return (
        f"nothing was imported: {count} in another unit than the rest:\n{lines}\n"
        f"state the unit of each in `blocks` of market/importers/{name}.yaml, or that it is rejected and why"
    )


def _joins(catalog: Catalog, root: Path, fresh: intake.Intake, day: date, *, everything: bool) -> None:
    """Prints the cards that new offers join, then the offers that no card claims."""
    from ratecard.market import merge  # here because the list of commands needs none of it

    slugs = merge.slugs_of(catalog, root, fresh.offers, day)
    known = merge.listings(catalog, root)
    joining = [f"{seller} {model_id} -> {slug}" for (seller, model_id), slug in slugs.items()
               if slug and (seller, model_id) not in known]  # fmt: skip
    unplaced = [f"{seller} {model_id}" for (seller, model_id), slug in slugs.items() if not slug]
    placed = len(slugs) - len(unplaced)
    click.echo(f"{len(slugs)} offers: {placed} of known models, {len(unplaced)} that no card claims")
    for title, lines in (("new offers of known models", joining), ("offers that no card claims", unplaced)):
        click.echo(f"{len(lines)} {title}" + (":" if lines else ""))
        for line in lines if everything else lines[:SHOWN]:
            click.echo(f"  {line}")


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
