"""`ratecard audit`: valid data that deserves a second look."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from ratecard import api
from ratecard.cli.options import at_option, db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import moments
from ratecard.core.errors import EXIT_FAILED
from ratecard.market.audit import KINDS, OLD
from ratecard.market.audit import audit as findings

#: How many findings of each kind the text output shows without --all.
SHOWN = 20


@click.command()
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help="Only findings of this kind; repeatable."
)
@click.option(
    "--older-than", default=OLD, show_default=True, type=click.IntRange(0), metavar="DAYS",
    help="Age at which a price is stale.",
)  # fmt: skip
@click.option(
    "--limits", "limited", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fail only where there are more findings than FILE allows: lines of a kind and a number.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help=f"Show all findings, not only {SHOWN} of each kind.")
@at_option
@db_option
@output_options
def audit(
    kinds: tuple[str, ...],
    older_than: int,
    limited: Path | None,
    everything: bool,
    at: str | None,
    db: str | None,
    form: str | None,
) -> int:
    """Find prices and cards that deserve a second look, with a likely fix.

    Reports stale prices, prices far from those of other sellers, unproven zeros, resellers below the
    maker, retired successors, examples that omit an input, models that ended without a successor or
    by the end of another seller's offer, imported prices out of bounds, disagreements about makers'
    prices that nobody decided, and offers that no card claims. Exits with 1 if there are findings, or
    more than --limits allows. JSON, CSV and TSV always list all.

    \b
    ratecard audit
    ratecard audit --kind outlier --kind out-of-bounds --all
    ratecard audit --kind unplaced --csv
    ratecard audit --older-than 90 --json
    ratecard audit --limits audit-limits.txt
    """
    allowed = limits(limited) if limited else None
    found = findings(api.open_catalog(db), moments.moment(at).date(), older_than)
    listed = [finding for finding in found if not kinds or finding.kind in kinds]
    if form:
        rows = [finding._asdict() for finding in listed]
        machine(form, rows, rows)
    elif listed:
        limit = None if everything else SHOWN
        counts = Counter(finding.kind for finding in listed)
        rows = [{"kind": kind, "findings": str(counts[kind]), "means": KINDS[kind]} for kind in KINDS if counts[kind]]
        table(rows, right=("findings",))
        for kind in filter(counts.__getitem__, KINDS):
            click.echo(f"\n{kind}: {KINDS[kind]}")
            of_kind = [finding for finding in listed if finding.kind == kind]
            for finding in of_kind[:limit]:
                seller = f" at {finding.seller}" if finding.seller else ""
                click.echo(f"  {finding.slug}{seller}: {finding.what}")
            click.echo(f"  -> {of_kind[0].mend}")
            if limit and len(of_kind) > limit:
                click.echo(f"  and {len(of_kind) - limit} more; --all shows them")
    remark(f"{len(listed)} findings" if listed else "no findings")
    if allowed is None:
        return EXIT_FAILED if listed else 0
    counts = Counter(finding.kind for finding in listed)
    above = [kind for kind in KINDS if counts[kind] > allowed.get(kind, 0)]
    for kind in above:
        remark(f"Error: {counts[kind]} findings of {kind}, where {limited} allows {allowed.get(kind, 0)}")
    for kind in allowed:
        if counts[kind] < allowed[kind]:
            remark(f"only {counts[kind]} findings of {kind}: {limited} can allow fewer than {allowed[kind]}")
    return EXIT_FAILED if above else 0


def limits(file: Path) -> dict[str, int]:
    """The most findings of each kind that a file allows; raises `UsageError` for a line that says something else."""
    found: dict[str, int] = {}
    for place, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        kind, _, number = line.partition("#")[0].strip().partition(" ")
        if kind and (kind not in KINDS or not number.strip().isdecimal()):
            raise click.UsageError(f"--limits: {file}:{place}: not a kind of finding and a number: outlier 217")
        if kind:
            found[kind] = int(number)
    return found
