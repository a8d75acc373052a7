"""`ratecard serve`: the built site on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from ratecard.cli.options import site_option
from ratecard.cli.output import remark


@click.command()
@site_option
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any free one."
)
def serve(out: Path, port: int) -> None:
    """Serve the built site at http://127.0.0.1, with the headers a host should send.

    \b
    ratecard serve
    ratecard serve --port 0
    """
    from ratecard.site.serve import server

    with server(out, port) as running:
        remark(f"http://127.0.0.1:{running.server_port}/ serves {out}; stop with Ctrl-C")
        running.serve_forever()
