"""`ratecard site`: the static pages."""

from __future__ import annotations

from pathlib import Path

import click

from ratecard.cli.options import at_option, db_option, site_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.database import store
from ratecard.site import incremental


@click.command()
@site_option
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path),
    help="A YAML file with the site's name, addresses, colours and words. A base_url, the site's public address, adds "
    "canonical addresses and a sitemap.",
)  # fmt: skip
@click.option(
    "--usage", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A usage log, as `ratecard bill` reads it, for a page that ranks models by their shares of it; repeatable.",
)  # fmt: skip
@click.option("--volumes", is_flag=True, help="Show quantities and costs in the ranking, not only shares.")
@at_option
@db_option
def site(
    out: Path, config: Path | None, usage: tuple[Path, ...], volumes: bool, at: str | None, db: str | None
) -> None:
    """Build the static pages of every model, provider, seller and collection.

    Only files that changed are written, and nothing is rendered if nothing changed.

    \b
    ratecard site
    ratecard site --out public --at 2026-11-21
    ratecard site --config examples/site.yaml
    ratecard site --usage calls.parquet
    """
    from ratecard.site import settings  # here because `serve` renders nothing
    from ratecard.site.config import SiteConfig
    from ratecard.site.views import ranking  # here because `serve` renders nothing

    chosen = settings.read(config) if config else SiteConfig()
    if usage:
        chosen = chosen._replace(usage=ranking.logs(usage, volumes=volumes))
    day = moments.moment(at).date()
    renewed = incremental.renew(Path(store.where(Path(db) if db else None)), out, day=day, config=chosen)
    remark(f"{out}: {renewed.files} files, {renewed.written or 'none'} of them written")
