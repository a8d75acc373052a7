"""`ratecard site` and `ratecard serve`: the pages, and a look at them."""

from __future__ import annotations

from pathlib import Path

import click

from ratecard.cli.options import at_option, db_option
from ratecard.cli.output import remark
from ratecard.core import moments
from ratecard.database import store
from ratecard.site import incremental

site_option = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("site"), show_default=True,
    help="The folder of the pages.",
)  # fmt: skip


@click.command()
@site_option
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path),
    help="A YAML file with the site's name, addresses, colours and words. With base_url, where the site will stand, "
    "pages get canonical addresses and there is a sitemap.",
)  # fmt: skip
@click.option(
    "--usage", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A log of your calls, as `ratecard bill` reads it: a page ranks models by their shares of it. Several times "
    "for several files.",
)  # fmt: skip
@click.option("--volumes", is_flag=True, help="Show the ranking's quantities and costs beside the shares.")
@click.option("--images", is_flag=True, help="Draw a preview for each model, which other sites show beside a link.")
@at_option
@db_option
def site(
    out: Path,
    config: Path | None,
    usage: tuple[Path, ...],
    volumes: bool,
    images: bool,
    at: str | None,
    db: str | None,
) -> None:
    """The static pages of every model, provider, seller and collection.

    Only what has changed is written, and nothing is rendered where nothing has.

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
    chosen = chosen._replace(images="models") if images else chosen
    if usage:
        chosen = chosen._replace(usage=ranking.logs(usage, volumes=volumes))
    day = moments.moment(at).date()
    renewed = incremental.renew(Path(store.where(Path(db) if db else None)), out, day=day, config=chosen)
    remark(f"{out}: {renewed.files} files, {renewed.written or 'none'} of them written")


@click.command()
@site_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 for any free port.")
def serve(out: Path, port: int) -> None:
    """The built pages on this machine only, at http://127.0.0.1, answered as a host should answer.

    \b
    ratecard serve
    ratecard serve --port 0
    """
    from ratecard.site.serve import server

    with server(out, port) as running:
        remark(f"http://127.0.0.1:{running.server_port}/ shows {out}; stop with Ctrl-C")
        running.serve_forever()
