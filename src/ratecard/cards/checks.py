"""Checks across the parts of a catalog, beyond the schema of each file; every check yields all its problems."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ratecard.cards import tariff_checks, yaml_tree
from ratecard.cards.reader import Document, Draft, read
from ratecard.cards.schema.cards import INPUTS, OUTPUTS
from ratecard.cards.yaml_tree import Path as TreePath
from ratecard.core.catalog import Catalog, claims
from ratecard.core.display import article
from ratecard.core.errors import near
from ratecard.core.model_ids import forms, normal
from ratecard.core.problems import Problem, in_order
from ratecard.core.records import (
    MEASURED,
    OPEN,
    UNKNOWN,
    Capability,
    CapabilityWord,
    Card,
    Limits,
    RequestParameter,
    Seller,
    Vocabulary,
)
from ratecard.core.synonyms import spelled, synonym
from ratecard.core.usage import fact_problem, reading_problem

#: The keys of days on which a source was read, or that it states as its own.
_DAYS_READ = frozenset({"checked", "as_of"})


class Surroundings(NamedTuple):
    """The context a card is checked in: the vocabulary and the other cards and sellers.

    `owners` are the cards that claim each name, `offers` those that have each seller's id as an offer.
    """

    vocabulary: Vocabulary
    providers: Collection[str]
    sellers: Collection[str]
    slugs: Container[str]
    owners: Mapping[str, Iterable[str]]
    offers: Mapping[tuple[str, str], Iterable[str]]
    today: date


def validate(root: Path, today: date) -> list[Problem]:
    """All problems in a catalog's files, sorted by file and line."""
    return problems(read(root), today)


def problems(draft: Draft, today: date) -> list[Problem]:
    """All problems of a catalog that has been read."""
    catalog = draft.catalog
    owners: dict[str, list[str]] = {}
    offers: dict[tuple[str, str], list[str]] = {}
    for card in catalog.cards.values():
        for name in claims(card):
            owners.setdefault(name, []).append(card.slug)
        for offer in card.offers:
            offers.setdefault((offer.seller, offer.model_id.lower()), []).append(card.slug)
    known = (catalog.vocabulary, catalog.providers, catalog.sellers, catalog.cards)
    around = Surroundings(*known, owners, offers, today)
    found = [*draft.problems, *_word_problems(catalog)]
    for document in draft.documents:
        found.extend(document_problems(document, around))
    return in_order(found)


def document_problems(document: Document, around: Surroundings) -> Iterator[Problem]:
    """The problems of one file within its catalog."""
    yield from _reading_problems(document, around.today)
    match document.record:
        case Card() as card:
            yield from _card_problems(document, card, around)
        case Seller() as seller:
            yield from _seller_problems(document, seller, around)


def _reading_problems(document: Document, today: date) -> Iterator[Problem]:
    """Days on which nothing can have been read or printed yet; prices and events may be announced."""
    for path, text in yaml_tree.scalars(document.tree, _DAYS_READ):
        if text > str(today)[: len(text)] and document.holds(path):
            yield document.problem(path, f"{text} is in the future", "write the day it was read")


def _card_problems(document: Document, card: Card, around: Surroundings) -> Iterator[Problem]:
    if document.holds(("provider",)) and card.provider not in around.providers:
        guesses = near(card.provider.lower(), around.providers, limit=1)
        line = f"add `{card.provider.lower()}: {{name: {card.provider}}}` to providers.yaml"
        hint = f"did you mean {guesses[0]!r}?" if guesses else line
        yield document.problem(("provider",), f"no provider {card.provider!r}", hint)
    elif card.provider != (folder := card.slug.partition("/")[0]) and folder in around.providers:
        what = f"the card lies in models/{folder} and says provider {card.provider}"
        yield document.problem(("provider",), what, f"move it to models/{card.provider}, or write {folder}")
    yield from _capability_problems(document, ("capabilities",), card.capabilities, around)
    yield from _input_problems(document, card, around)
    yield from _limit_problems(document, ("limits",), card.limits)
    yield from _id_problems(document, card, around)
    yield from _lifecycle_problems(document, card, around)
    yield from _offer_problems(document, card, around)


def _input_problems(document: Document, card: Card, around: Surroundings) -> Iterator[Problem]:
    """Capabilities for which a model needs an input that the card does not list."""
    if not card.input_modalities or not document.is_whole(("input_modalities",)):
        return
    for id, held in card.capabilities.items():
        word = around.vocabulary.capabilities.get(id)
        needed = "image" if word and word.input == "mask" else word.input if word else ""
        if word and needed and held.value in word.met_by and needed not in card.input_modalities:
            what = f"{id} is {held.value}, but input_modalities lacks {needed}"
            yield document.problem(("capabilities", id), what, f"add {needed} there, or correct {id}")


def _id_problems(document: Document, card: Card, around: Surroundings) -> Iterator[Problem]:
    """Ids that another card claims too or that the card states twice, and sellers of ids that are none."""
    for seller in card.ids_at:
        if seller not in around.sellers:
            yield _no_seller(document, ("ids_at", seller), seller, around)
    known = set(forms(card.slug.partition("/")[2]))
    for place, id in enumerate(card.ids):
        path: TreePath = ("ids", place)
        others = sorted({slug for form in forms(id) for slug in around.owners.get(form, ())} - {card.slug})
        if others:
            yield document.problem(path, f"{id!r} is also a name of {others[0]}", "keep it on one card")
        elif normal(id) in known:
            yield document.problem(path, f"{id!r} says the same as the slug or an id before it", "remove it")
        known |= set(forms(id))


def _no_seller(document: Document, path: TreePath, name: str, around: Surroundings) -> Problem:
    guesses = near(name, around.sellers, limit=1)
    hint = f"did you mean {guesses[0]!r}?" if guesses else f"add sellers/{name}.yaml"
    return document.problem(path, f"no seller {name!r}", hint)


def _lifecycle_problems(document: Document, card: Card, around: Surroundings) -> Iterator[Problem]:
    days: dict[str, date] = {}
    for place, event in enumerate(card.lifecycle):
        path: TreePath = ("lifecycle", place)
        if not document.holds((*path, "event")):
            continue
        if event.event in days:
            yield document.problem(path, f"{event.event} appears twice", "keep one of them")
        days.setdefault(event.event, event.date)
    if days.get("released", date.min) > days.get("retired", date.max):
        yield document.problem(("lifecycle",), "retired before it was released", "check both dates")
    if card.replaced_by and card.replaced_by not in around.slugs:
        yield document.problem(
            ("replaced_by",), f"no card {card.replaced_by!r}", "add its card, or name one that exists"
        )
    if card.replaced_by == card.slug:
        yield document.problem(("replaced_by",), "a card cannot replace itself", "name its successor")


def _offer_problems(document: Document, card: Card, around: Surroundings) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for place, offer in enumerate(card.offers):
        path: TreePath = ("offers", place)
        first = seen.setdefault((offer.seller, offer.model_id), place)
        if first != place:
            yield document.problem(
                path, f"{offer.seller} already offers {offer.model_id!r} as offers[{first}]", "join the two"
            )
        others = sorted({*around.offers.get((offer.seller, offer.model_id.lower()), ())} - {card.slug})
        if others and document.holds((*path, "model_id")) and document.holds((*path, "seller")):
            what = f"{offer.model_id!r} at {offer.seller} is also an offer of {others[0]}"
            yield document.problem((*path, "model_id"), what, "keep it on the card of the model that it calls")
        for key in ("seller", "upstream"):
            name = getattr(offer, key)
            if name and name not in around.sellers and document.holds((*path, key)):
                yield _no_seller(document, (*path, key), name, around)
        endpoints = around.vocabulary.endpoints
        yield from tariff_checks.unknown_words(document, (*path, "endpoints"), "endpoint", offer.endpoints, endpoints)
        yield from _capability_problems(document, (*path, "capabilities"), offer.capabilities, around)
        yield from _limit_problems(document, (*path, "limits"), offer.limits)
        yield from tariff_checks.offer_problems(document, path, offer, around.vocabulary, around.today)


def _capability_problems(
    document: Document, path: TreePath, held: Mapping[str, Capability], around: Surroundings
) -> Iterator[Problem]:
    words = around.vocabulary.capabilities
    for id, capability in held.items():
        word = words.get(id)
        if word is None:
            yield tariff_checks.unknown(document, (*path, id), "capability", id, words)
        elif capability.value not in word.values and document.holds((*path, id)):
            yield document.problem(
                (*path, id), f"{capability.value!r} is not a value of {id}", f"write {', '.join(word.values)}"
            )
        elif word.by_seller and capability.value in word.met_by and path[0] != "offers":
            yield document.problem(
                (*path, id), f"{id} is what a seller grants, so it holds at an offer", "write it there"
            )


def _limit_problems(document: Document, path: TreePath, limits: Limits) -> Iterator[Problem]:
    for least, most in (("min_side", "max_side"), ("min_pixels", "max_pixels")):
        low, high = getattr(limits, least), getattr(limits, most)
        if low is not None and high is not None and low > high:
            yield document.problem((*path, least), f"{least} {low} is above {most} {high}", "swap them")


def _seller_problems(document: Document, seller: Seller, around: Surroundings) -> Iterator[Problem]:
    facts, endpoints = around.vocabulary.facts, around.vocabulary.endpoints
    for place, fee in enumerate(seller.fees):
        path: TreePath = ("fees", place)
        if fee.percent >= 100 and document.holds((*path, "percent")):
            yield document.problem((*path, "percent"), f"a fee of {fee.percent} %", "write the percentage, such as 5")
        for fact, _ in sorted(fee.waived):
            if fact not in facts:
                yield tariff_checks.unknown(document, (*path, "waived", fact), "fact", fact, facts)
    if seller.host and seller.host not in around.sellers:
        yield document.problem(("host",), f"no seller {seller.host!r}", f"add sellers/{seller.host}.yaml")
    yield from tariff_checks.unknown_words(document, ("endpoints",), "endpoint", seller.endpoints, endpoints)
    yield from _call_problems(document, seller, around)


def _call_problems(document: Document, seller: Seller, around: Surroundings) -> Iterator[Problem]:
    """Statements of a seller's reference about no model, about one twice, or without a source."""
    seen: dict[tuple[str, str], int] = {}
    for place, said in enumerate(seller.capabilities):
        path: TreePath = ("capabilities", place)
        words = around.vocabulary.capabilities
        word = words.get(said.capability)
        if word is None:
            yield tariff_checks.unknown(document, (*path, "capability"), "capability", said.capability, words)
        elif said.value not in word.values:
            mend = f"write {', '.join(word.values)}"
            yield document.problem((*path, "value"), f"{said.value!r} is not a value of {said.capability}", mend)
        if bool(said.models) == bool(said.modality):
            yield document.problem(path, "it holds for model ids or for a modality", "write one of models and modality")
        if said.source is None and said.value != UNKNOWN:
            yield document.problem(path, f"{said.value!r} has no source", "name the reference it was read in")
        for id in said.models or (said.modality,):
            first = seen.setdefault((said.capability, id.lower()), place)
            if first != place:
                yield document.problem(path, f"{id!r} is in capabilities[{first}] too", "keep one of them")


def _word_problems(catalog: Catalog) -> Iterator[Problem]:
    """Problems between the vocabularies; located by entry, since these files are small."""
    words = catalog.vocabulary
    for meter in words.meters.values():
        if meter.id in words.facts:
            yield _word("meters", meter.id, "a fact has the same name, so a usage could mean either")
        for other in filter(None, (meter.instead_of, meter.reading.of if meter.reading else "")):
            if other not in words.meters:
                yield _word("meters", meter.id, f"{other!r} is not a meter")
        wrong = reading_problem(meter.reading, words) if meter.reading else ""
        if wrong:
            yield _word("meters", meter.id, wrong)
        if not 0 < meter.bounds[0] < meter.bounds[1]:
            yield _word("meters", meter.id, "the bounds must satisfy 0 < low < high")
    yield from _capability_word_problems(words.capabilities)
    yield from _synonym_problems(words)
    for parameter in words.parameters.values():
        yield from (_word("parameters", parameter.id, wrong) for wrong in _parameter_problems(parameter, words))
    for file, entries in (("collections", catalog.collections), ("use_cases", words.use_cases)):
        for entry in entries.values():
            missing = [need for need in entry.needs if need not in words.capabilities]
            yield from (_word(file, entry.id, f"{need!r} is not a capability") for need in missing)


def _capability_word_problems(words: Mapping[str, CapabilityWord]) -> Iterator[Problem]:
    for word in words.values():
        if not set(word.met_by) <= set(word.values):
            yield _word("capabilities", word.id, "met_by holds a value that is not in values")
        if word.implied_by and word.implied_by not in words:
            yield _word("capabilities", word.id, f"{word.implied_by!r} is not a capability")


def _synonym_problems(words: Vocabulary) -> Iterator[Problem]:
    """Synonyms that mean something else already, and those of a part or value that does not exist."""
    usage: dict[str, str] = {spelled(word): word for word in (*words.meters, *words.facts)}
    needs: dict[str, str] = {spelled(word): word for word in words.capabilities}
    parts = {text for meter in words.meters.values() for text in (meter.id, *meter.also)}
    for file, entries, taken in (
        ("meters", words.meters, usage), ("facts", words.facts, usage), ("capabilities", words.capabilities, needs)
    ):  # fmt: skip
        for entry in entries.values():
            for text in entry.also:
                found = synonym(text, entry.id)
                other = taken.setdefault(spelled(found.word), entry.id)
                if other != entry.id or found.word == entry.id:
                    yield _word(file, entry.id, f"{found.word!r} already means {other}")
                if found.less and found.less not in parts:
                    yield _word(file, entry.id, f"{found.less!r}, which {found.word!r} is to include, is not a meter")
                if found.value and (file != "facts" or fact_problem(words.facts[entry.id], found.value)):
                    yield _word(file, entry.id, f"{found.word!r} stands for {found.value!r}, which is no value of it")


def _parameter_problems(row: RequestParameter, words: Vocabulary) -> Iterator[str]:
    """The problems of a request parameter: unknown words and impossible values."""
    yield from (f"{name!r} is not an endpoint" for name in row.endpoints if name not in words.endpoints)
    known: Mapping[str, Container[str]] = {
        "capability": words.capabilities, "endpoint": words.endpoints, "input": INPUTS, "output": OUTPUTS
    }  # fmt: skip
    for kind, value in row.needs.items():
        if kind == "size" or kind in Limits._fields:
            if value != MEASURED:
                yield f"{kind} is measured in the request; write `{kind}: {MEASURED}`"
        elif kind not in known:
            yield f"{kind!r} is not a kind of need that a request can have"
        elif value not in known[kind]:
            yield f"{value!r} is not {article(kind)}"
    for word in row.words:
        if word not in words.facts and word not in words.meters:
            yield f"{word!r} is neither a fact nor a meter"
        for value in row.values if word in words.facts and row.cost != OPEN else ():
            wrong = fact_problem(words.facts[word], value)
            if wrong:
                yield f"{word} {value}: {wrong}"
    if row.absent and not row.words:
        yield "`absent` has a value, but `words` is empty"


def _word(kind: str, id: str, what: str) -> Problem:
    return Problem(f"{kind}.yaml", 1, 1, id, what, "correct the entry")
