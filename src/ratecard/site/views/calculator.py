"""The page of the calculator as it is before a script runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from ratecard.site.edition import Edition
from ratecard.site.views.estimate_box import estimate_box
from ratecard.site.views.rows import newest_rows
from ratecard.site.views.snippets import Code


class CostPage(NamedTuple):
    """One question as an address, in a shell and in Python, about a model that has a price."""

    model: str
    query: str
    shell: Code
    python: Code


def cost_page(edition: Edition) -> CostPage | None:
    """The page with a question about the newest model whose box has an answer; None where no model has."""
    for slug, words in _questions(edition):
        keywords = ", ".join([f'"{slug}"', *words])
        return CostPage(
            model=slug,
            query="&".join([f"m={slug}", *words]),
            shell=Code("sh", shlex.join(["ratecard", "cost", slug, *words])),
            python=Code("python", f"from ratecard import cost\n\nprint(cost({keywords}).total)"),
        )
    return None


def compared(edition: Edition) -> tuple[str, ...]:
    """The same usage at two models, then at every seller of one, as commands; nothing where no two models share one."""
    asked: dict[tuple[str, ...], str] = {}
    for slug, words in _questions(edition):
        if asked.setdefault(words, slug) != slug:
            rest = shlex.join(words)
            return f"ratecard cost {asked[words]} {slug} {rest}", f"ratecard cost {slug} {rest} --sellers"
    return ()


def _questions(edition: Edition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The models whose box has an answer in words alone, the newest first, with those words."""
    slugs = [row.slug for row in newest_rows(edition, len(edition.catalog.cards))]
    for slug in dict.fromkeys((*slugs, *sorted(edition.catalog.cards))):
        box = estimate_box(edition, edition.catalog.cards[slug])
        if box and box.answer and box.command.startswith(f"ratecard cost {slug} ") and "--" not in box.command:
            yield slug, tuple(shlex.split(box.command)[3:])
