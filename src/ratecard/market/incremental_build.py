"""A part of a build: some changed cards, checked against the catalog already built."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import checks, reader
from ratecard.cards.layout import EVIDENCE, MODELS
from ratecard.core.catalog import Catalog, claims
from ratecard.core.problems import Problem, in_order
from ratecard.core.records import Card
from ratecard.database import store
from ratecard.market import merge


class Update(NamedTuple):
    """What some changed files mean for the database."""

    problems: tuple[Problem, ...]
    removed: tuple[str, ...]
    cards: tuple[Card, ...]
    names: Mapping[str, str] = {}


def names(record: Card | object) -> str:
    """Everything by which feeds may know a card: its ids, and what sellers call it."""
    if not isinstance(record, Card):
        return ""
    offers = (f"{offer.seller}:{offer.model_id}" for offer in record.offers)
    apart = (f"{seller}:{id}" for seller, ids in record.ids_at.items() for id in ids)
    return " ".join(sorted([*record.ids, *apart, *offers])) or "-"


def update(root: Path, db: Path, known: Mapping[str, str], today: date) -> Update | None:
    """The cards to put in and to take out for changed, new or missing files, each with its names so far.

    None where the change could break or move something elsewhere (a slug gone that others name, an
    alias that another card now claims, a name by which feeds may know another card): only a full build
    looks at all of them.
    """
    files = sorted(known)
    present = [reader.read_card(root, file) for file in files if os.path.exists(file)]
    removed = tuple(_slug(root, file) for file in files if not os.path.exists(file))
    if removed and (root / EVIDENCE).is_dir():
        return None
    held = store.read(db)
    around = _surroundings(held, db, present, removed, today)
    if around is None:
        return None
    problems = [problem for document in present for problem in document.problems]
    problems += [problem for document in present for problem in checks.document_problems(document, around)]
    if (root / EVIDENCE).is_dir() and any(names(document.record) != known[document.file] for document in present):
        return None if not problems else Update(tuple(in_order(problems)), (), ())
    cards = tuple(_joined(root, held, document.record) for document in present if document.record is not None)
    fresh = {document.file: names(document.record) for document in present}
    return Update(tuple(in_order(problems)), removed, cards, fresh)


def _joined(root: Path, held: Catalog, card: Card) -> Card:
    """A card with what feeds claim of its offers, those they alone know included."""
    before = held.cards.get(card.slug)
    places = [merge.OfferKey(offer.seller, offer.model_id.lower()) for offer in before.offers] if before else []
    return merge.rejoined(held, root, card, places) if (root / EVIDENCE).is_dir() else card


def _slug(root: Path, file: str) -> str:
    return Path(file).relative_to(root / MODELS).with_suffix("").as_posix()


def _surroundings(
    held: Catalog, db: Path, present: Sequence[reader.Document], removed: Sequence[str], today: date
) -> checks.Surroundings | None:
    ids = {document.id for document in present}
    rows = store.identities(db)
    slugs = ({slug for slug, _, _ in rows} | ids) - set(removed)
    owners: dict[str, list[str]] = {}
    for slug, claimed, replaced_by in rows:
        if slug in ids or slug in removed:
            continue
        if replaced_by and replaced_by not in slugs:
            return None
        for name in claimed:
            owners.setdefault(name, []).append(slug)
    if any(slug in owners for slug in ids):
        return None
    for document in present:
        for name in claims(document.record) if document.record else ():
            owners.setdefault(name, []).append(document.id)
    return checks.Surroundings(held.vocabulary, held.providers, held.sellers, slugs, owners, today)
