"""A part of a build: some changed cards, checked against the catalog already built."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard import checks, reader, store
from ratecard.catalog import Catalog
from ratecard.layout import MODELS
from ratecard.problems import Problem, in_order
from ratecard.records import Card


class Update(NamedTuple):
    """What some changed files mean for the database."""

    problems: tuple[Problem, ...]
    removed: tuple[str, ...]
    cards: tuple[Card, ...]


def update(root: Path, db: Path, files: Sequence[str], today: date) -> Update | None:
    """The cards to put in and to take out for some changed, new or missing files.

    None where the change could break a card that did not change (a slug gone that others name, an
    alias that another card now claims): only a full build looks at all of them.
    """
    present = [reader.read_card(root, file) for file in files if os.path.exists(file)]
    removed = tuple(_slug(root, file) for file in files if not os.path.exists(file))
    held = store.read(db)
    around = _surroundings(held, db, present, removed, today)
    if around is None:
        return None
    problems = [problem for document in present for problem in document.problems]
    problems += [problem for document in present for problem in checks.document_problems(document, around)]
    cards = tuple(document.record for document in present if document.record is not None)
    return Update(tuple(in_order(problems)), removed, cards)


def _slug(root: Path, file: str) -> str:
    return Path(file).relative_to(root / MODELS).with_suffix("").as_posix()


def _surroundings(
    held: Catalog, db: Path, present: Sequence[reader.Document], removed: Sequence[str], today: date
) -> checks.Surroundings | None:
    ids = {document.id for document in present}
    rows = store.identities(db)
    slugs = ({slug for slug, _, _ in rows} | ids) - set(removed)
    owners: dict[str, list[str]] = {}
    for slug, aliases, replaced_by in rows:
        if slug in ids or slug in removed:
            continue
        if replaced_by and replaced_by not in slugs:
            return None
        for alias in aliases:
            owners.setdefault(alias, []).append(slug)
    if any(slug in owners for slug in ids):
        return None
    for document in present:
        for alias in document.record.aliases if document.record else ():
            owners.setdefault(alias, []).append(document.id)
    return checks.Surroundings(held.vocabulary, held.providers, held.sellers, slugs, owners, today)
