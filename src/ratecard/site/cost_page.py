"""The page that works costs out, and what stands on it before a script runs."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from ratecard.site import listing
from ratecard.site.edition import Edition
from ratecard.site.estimate_box import estimate_box
from ratecard.site.snippets import Code


class CostPage(NamedTuple):
    """One question as an address, in a shell and in Python, about a model that has a price."""

    model: str
    query: str
    shell: Code
    python: Code


def cost_page(edition: Edition) -> CostPage | None:
    """The page with a question about the newest model whose box has an answer; None where no model has."""
    slugs = [row.slug for row in listing.newest(edition, len(edition.catalog.cards))]
    for slug in (*slugs, *sorted(edition.catalog.cards)):
        box = estimate_box(edition, edition.catalog.cards[slug])
        if box and box.answer and box.command.startswith(f"ratecard cost {slug} ") and "--" not in box.command:
            return _page(slug, box.command)
    return None


def _page(slug: str, command: str) -> CostPage:
    words = shlex.split(command)[3:]
    keywords = ", ".join([f'"{slug}"', *words])
    return CostPage(
        model=slug,
        query="&".join([f"m={slug}", *words]),
        shell=Code("sh", command),
        python=Code("python", f"from ratecard import cost\n\nprint(cost({keywords}).total)"),
    )
