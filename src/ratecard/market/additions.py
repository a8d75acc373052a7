"""A folder of cards, sellers and words of one's own, which adds to a catalog that is built already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ratecard.cards import checks, reader
from ratecard.cards.layout import MODELS, SELLERS, listing
from ratecard.core.catalog import Catalog, claims, names_of
from ratecard.core.problems import Problem, in_order
from ratecard.core.records import Card, Offer, Vocabulary
from ratecard.database import store, writer
from ratecard.market.build import Built


def build(folder: Path, base: store.Path, db: Path, today: date) -> Built:
    """Writes the catalog in the database `base` with what a folder adds to it.

    The folder has `models/`, `sellers/` and files of words as a catalog has, each as far as it needs them. What a card
    says of a model that the catalog has goes before what the catalog says, its offers too; the rest stays. Nothing is
    written if a file has a problem.
    """
    held = store.read(base)
    words, problems = reader.read_words(folder, alone=False)
    documents: list[reader.Document] = []
    for name, reading in ((SELLERS, reader.read_seller), (MODELS, reader.read_card)):
        files, strays = listing(folder / name)
        problems.extend(strays)
        documents.extend(reading(folder, file, alone=False) for file in files)
    if not documents and not any(words.values()) and not problems:
        problems.append(
            Problem(str(folder), 1, 1, "", "the folder adds nothing", "put cards into models/MAKER/MODEL.yaml")
        )
    whole = _joined(held, words, [document.record for document in documents if document.record is not None])
    problems += [problem for document in documents for problem in document.problems]
    problems += _problems(held, whole, documents, today)
    if problems:
        return Built(tuple(in_order(problems)), len(documents), 0)
    state = hashlib.sha256(held.digest.encode())
    for file in sorted(folder.rglob("*.yaml")):
        state.update(file.read_bytes())
    writer.write(whole._replace(digest=state.hexdigest()), db)
    return Built((), len(documents), len(whole.cards))


def _joined(held: Catalog, words: Mapping[str, Mapping[str, Any]], records: list[Any]) -> Catalog:
    """The catalog with words and records that add to it."""
    cards = dict(held.cards)
    for card in (record for record in records if isinstance(record, Card)):
        cards[card.slug] = _over(held.cards[card.slug], card) if card.slug in cards else card
    sellers = {record.id: record for record in records if not isinstance(record, Card)}
    return held._replace(
        cards=dict(sorted(cards.items())),
        sellers=dict(sorted({**held.sellers, **sellers}.items())),
        providers={**held.providers, **words["providers"]},
        collections={**held.collections, **words["collections"]},
        vocabulary=Vocabulary(*({**getattr(held.vocabulary, name), **words[name]} for name in Vocabulary._fields)),
        names=names_of(cards.values()),
    )


def _over(held: Card, own: Card) -> Card:
    """A card of the catalog, with what one's own says of it."""
    said = {name: value for name, value in own._asdict().items() if value != Card._field_defaults.get(name)}
    mine = {(offer.seller, offer.model_id) for offer in own.offers}
    rest: tuple[Offer, ...] = tuple(offer for offer in held.offers if (offer.seller, offer.model_id) not in mine)
    return held._replace(**{
        **said, "capabilities": {**held.capabilities, **own.capabilities}, "offers": (*own.offers, *rest),
    })  # fmt: skip


def _problems(held: Catalog, whole: Catalog, documents: list[reader.Document], today: date) -> Iterator[Problem]:
    """The problems of the documents beside the catalog that they add to."""
    owners: dict[str, list[str]] = {}
    offers: dict[tuple[str, str], list[str]] = {}
    for card in whole.cards.values():
        for name in claims(card):
            owners.setdefault(name, []).append(card.slug)
        for offer in card.offers:
            offers.setdefault((offer.seller, offer.model_id.lower()), []).append(card.slug)
    around = checks.Surroundings(whole.vocabulary, whole.providers, whole.sellers, whole.cards, owners, offers, today)
    for document in documents:
        yield from checks.document_problems(document, around)
        if document.id in held.sellers and not isinstance(document.record, Card):
            what = f"{document.id} is a seller of the catalog"
            yield Problem(document.file, 1, 1, "", what, "give yours another name")
