"""`ratecard site` and `ratecard serve`: the pages, and a look at them."""

from __future__ import annotations

from pathlib import Path

import click

from ratecard import api, renewal, store
from ratecard.cli.options import at_option, db_option
from ratecard.cli.output import remark

site_option = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("site"), show_default=True,
    help="The folder of the pages.",
)  # fmt: skip


@click.command()
@site_option
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path),
    help="A YAML file with the site's name, addresses, colours and words.",
)  # fmt: skip
@at_option
@db_option
def site(out: Path, config: Path | None, at: str | None, db: str | None) -> None:
    """The static pages of every model, provider, seller and collection.

    Only what has changed is written, and nothing is rendered where nothing has.

    \b
    ratecard site
    ratecard site --out public --at 2026-11-21
    ratecard site --config examples/site.yaml
    """
    from ratecard.site import SiteConfig, settings  # here because `serve` renders nothing

    chosen = settings.read(config) if config else SiteConfig()
    day = api.moment(at).date()
    renewed = renewal.renew(Path(store.where(Path(db) if db else None)), out, day=day, config=chosen)
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
    from ratecard.serving import server

    with server(out, port) as running:
        remark(f"http://127.0.0.1:{running.server_port}/ shows {out}; stop with Ctrl-C")
        running.serve_forever()
