"""The incremental build: some changed cards, checked against the catalog already built."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import checks, reader
from ratecard.cards.layout import BENCHMARKS, EVIDENCE, VERIFICATIONS
from ratecard.core.catalog import Catalog, claims, spellings
from ratecard.core.problems import Problem, in_order
from ratecard.core.records import Card
from ratecard.database import store
from ratecard.market import merge
from ratecard.market.listings import OfferKey


class Update(NamedTuple):
    """The changes to the database for some changed files."""

    problems: tuple[Problem, ...]
    removed: tuple[str, ...]
    cards: tuple[Card, ...]
    names: Mapping[str, str] = {}


def names(record: Card | object) -> str:
    """Every name by which feeds may refer to a card: its ids and the model ids of its offers."""
    if not isinstance(record, Card):
        return ""
    offers = (f"{offer.seller}:{offer.model_id}" for offer in record.offers)
    apart = (f"{seller}:{id}" for seller, ids in record.ids_at.items() for id in ids)
    return " ".join(sorted([*record.ids, *apart, *offers])) or "-"


def update(root: Path, db: Path, known: Mapping[str, str], today: date) -> Update | None:
    """The cards to write and to remove for changed, new or missing files, each with its previous names.

    None if the change could affect another card (a removed slug that others name, an alias that another
    card has, a name by which feeds may refer to another card, a fact by which a seller has prices); only a full build
    checks them all.
    """
    files = sorted(known)
    present = [reader.read_card(root, file) for file in files if os.path.exists(file)]
    removed = tuple(reader.slug_of(root, file) for file in files if not os.path.exists(file))
    has_claims = any((root / name).exists() for name in (EVIDENCE, BENCHMARKS, VERIFICATIONS))
    if removed and has_claims:
        return None
    fresh = {document.file: names(document.record) for document in present}
    if has_claims and fresh != dict(known):
        return None
    held = store.read(db)
    around = _surroundings(held, db, present, removed, today, has_claims=has_claims)
    if around is None:
        return None
    problems = [problem for document in present for problem in document.problems]
    problems += [problem for document in present for problem in checks.document_problems(document, around)]
    cards: list[Card] = []
    for card in (document.record for document in present if document.record is not None):
        before = held.cards.get(card.slug)
        keys = [OfferKey(offer.seller, id) for offer in before.offers for id in spellings(offer)] if before else []
        cards.append(merge.rejoined(held, root, card, keys))
        scaling = [fact.id for fact in held.vocabulary.facts.values() if fact.scales]
        after, earlier = (merge.scaled_prices([one] if one else [], scaling) for one in (cards[-1], before))
        if after != earlier:
            return None
    return Update(tuple(in_order(problems)), removed, tuple(cards), fresh)


def _surroundings(
    held: Catalog,
    db: Path,
    present: Sequence[reader.Document],
    removed: Sequence[str],
    today: date,
    *,
    has_claims: bool,
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
    # Beside claims no offer is new here, and what feeds call a card's is not its author's word.
    offers: dict[tuple[str, str], list[str]] = {}
    for slug, seller, id in () if has_claims else store.offers(db):
        if slug not in ids and slug not in removed:
            offers.setdefault((seller, id.lower()), []).append(slug)
    for document in present:
        for name in claims(document.record) if document.record else ():
            owners.setdefault(name, []).append(document.id)
        for offer in document.record.offers if document.record and not has_claims else ():
            offers.setdefault((offer.seller, offer.model_id.lower()), []).append(document.id)
    return checks.Surroundings(held.vocabulary, held.providers, held.sellers, slugs, owners, offers, today)
