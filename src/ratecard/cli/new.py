"""`ratecard new`: a draft of a card for a model."""

from __future__ import annotations

from pathlib import Path

import click

from ratecard.cli.options import catalog_option
from ratecard.cli.output import remark
from ratecard.core import moments


@click.command()
@click.argument("slug", metavar="MAKER/MODEL")
@catalog_option
def new(slug: str, root: Path) -> None:
    """Write a draft of a card, with what feeds state of the model as comments.

    \b
    ratecard new acme/acme-large-2
    """
    from ratecard.cards import reader  # here because the list of commands does not need pydantic
    from ratecard.market import card_draft  # here because the list of commands does not need it

    text = card_draft.draft(reader.read(root).catalog, root, slug, moments.moment(None).date())
    file = root / "models" / f"{slug}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text)
    remark(f"{file}: written; edit it, then run `ratecard validate {file}`")
