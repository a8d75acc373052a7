"""The test vectors, and that the package's own engine satisfies them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

import vectors
from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.core.records import Vocabulary
from ratecard.core.usage import Usage
from ratecard.pricing import cost
from vectors import make, oracle, strategies

CATALOG = vectors.catalog_of_vectors()
CASES = vectors.cases()


def priced(catalog: Catalog, slug: str, usage: Usage, at: datetime) -> Mapping[str, Any] | tuple[str, ...]:
    """What the engine says: a cost as the vectors write it, or all that lacks a price."""
    card = catalog.cards[slug]
    offer = card.offers[0]
    try:
        return vectors.written(cost.cost(card, offer, catalog.sellers[offer.seller], usage, catalog.vocabulary, at))
    except Unpriced as failure:
        return failure.missing


def test_made_anew_the_vectors_are_the_same() -> None:
    """The file holds what its authors wrote and the oracle says, byte for byte."""
    assert vectors.FILE.read_text(encoding="utf-8") == make.text(), "run `make vectors`"


def test_the_oracle_shares_no_code_with_any_engine() -> None:
    """Whoever expects a result works it out without the package."""
    tree = ast.parse((vectors.FILE.parent / "oracle.py").read_text(encoding="utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert found == {"__future__", "collections.abc", "datetime", "fractions", "math", "typing"}


def test_the_words_of_the_vectors_are_those_of_the_catalog(vocabulary: Vocabulary) -> None:
    """The file needs nothing beside it, and what it says of meters is what the catalog says."""
    held = CATALOG.vocabulary.meters
    facts = {*CATALOG.vocabulary.facts}
    kept = {id: (meter.prompt, meter.whole, meter.reading, meter.instead_of) for id, meter in held.items()}
    words = vocabulary.meters.items()
    assert kept == {id: (meter.prompt, meter.whole, meter.reading, meter.instead_of) for id, meter in words}
    assert facts == {*vocabulary.facts}


def test_the_vectors_are_many_and_each_says_in_words_what_it_shows() -> None:
    """Hundreds of cases, no two of one name, every meter billed somewhere, every reason for having no price."""
    assert len(CASES) >= 700
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert {line["meter"] for case in CASES if case.cost for line in case.cost["lines"]} == {*CATALOG.vocabulary.meters}
    assert {why for case in CASES for _, why in case.unpriced} == {*vectors.REASONS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_engine_gives_what_the_vectors_say(case: vectors.Case) -> None:
    """Every line, percentage, fee and assumption to the digit, or an error that names all that is missing."""
    found = priced(CATALOG, case.offer, case.usage, case.at)
    if isinstance(found, tuple):
        assert vectors.says(found, case.unpriced), found
    else:
        assert found == case.cost


@given(bill=strategies.bills())
def test_engine_and_oracle_agree_on_what_nobody_thought_of(bill: strategies.Bill) -> None:
    """Random price lists and usages cost the same by the engine as by the oracle, or lack the same prices."""
    agree(bill)


@given(bill=strategies.widest_bills())
def test_engine_and_oracle_agree_where_numbers_are_as_long_as_they_may_be(bill: strategies.Bill) -> None:
    """The longest prices, percentages and quantities that may be written come to an exact cost."""
    agree(bill)


def agree(bill: strategies.Bill) -> None:
    """Asserts that a bill comes to the same by the engine as by the oracle."""
    offer, quantities, facts, at = bill
    expected = oracle.cost(make.words(), offer, quantities, facts, at)
    catalog = vectors.catalog_of({"offer": offer})
    found = priced(catalog, "offer", vectors.usage_of(quantities, facts), datetime.fromisoformat(at))
    if isinstance(found, tuple):
        assert vectors.says(found, tuple((lack["meter"], lack["why"]) for lack in expected["unpriced"])), (
            found,
            expected,
        )
    else:
        assert {"cost": found} == expected
