"""Checks within an offer's price lists: words, zeros, bounds, ties and worked examples."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from ratecard.cards.reader import Document
from ratecard.cards.recovery import spelled
from ratecard.cards.yaml_tree import Path
from ratecard.core import decimals, display
from ratecard.core.errors import RatecardError, near
from ratecard.core.evidence import unit_price
from ratecard.core.periods import overlaps, window
from ratecard.core.problems import Problem
from ratecard.core.records import Card, Example, Meter, Offer, Rate, Seller, Tariff, Vocabulary
from ratecard.core.usage import fact_problem, reading_facts, usage_of
from ratecard.pricing.cost import cost
from ratecard.pricing.rates import PERIOD, could_tie, rate_for


def offer_problems(
    document: Document, path: Path, offer: Offer, vocabulary: Vocabulary, today: date
) -> Iterator[Problem]:
    """All problems in an offer's price lists."""
    for place, tariff in enumerate(offer.tariffs):
        here = (*path, "tariffs", place)
        if place and document.is_whole((*here, "effective")):
            yield from _order_problems(document, here, offer.tariffs[place - 1], tariff)
        found = [
            *_word_problems(document, here, tariff, vocabulary),
            *_period_problems(document, here, tariff),
            *(
                problem
                for number, rate in enumerate(tariff.rates)
                for problem in _rate_problems(document, (*here, "rates", number), rate, vocabulary)
            ),
        ]
        yield from found
        # A list in which a word or number is wrong cannot be reckoned with: what else it shows would follow from that.
        unsound = {problem.where for problem in found}
        yield from _tie_problems(document, here, tariff, unsound)
        if document.is_whole(here) and not found:
            yield from _default_problems(document, here, tariff, vocabulary)
            for number, example in enumerate(tariff.examples):
                wrong = _wrong(example, offer, tariff, vocabulary)
                if wrong:
                    total = (*here, "examples", number, "total")
                    yield document.problem(total, wrong, "correct the rates or the example")


def _order_problems(document: Document, path: Path, before: Tariff, tariff: Tariff) -> Iterator[Problem]:
    if tariff.effective is None:
        yield document.problem(
            path, "only an offer's first price list may lack `effective`", "add the first day it applies"
        )
    elif before.effective is not None and tariff.effective <= before.effective:
        yield document.problem(
            (*path, "effective"),
            f"{tariff.effective} is not after {before.effective}, the start of the previous price list",
            "put price lists in order, oldest first",
        )


def _word_problems(document: Document, path: Path, tariff: Tariff, vocabulary: Vocabulary) -> Iterator[Problem]:
    yield from _fact_problems(document, (*path, "defaults"), tariff.defaults, vocabulary)
    yield from unknown_words(document, (*path, "required"), "fact", tariff.required, vocabulary.facts)
    yield from unknown_words(document, (*path, "incomplete"), "meter", tariff.incomplete, vocabulary.meters)
    for place, claim in enumerate(tariff.claims):
        here = (*path, "claims", place)
        if claim.meter not in vocabulary.meters and document.holds((*here, "meter")):
            yield unknown(document, (*here, "meter"), "meter", claim.meter, vocabulary.meters)
        yield from _fact_problems(document, (*here, "when"), dict(claim.when), vocabulary)
    for place, adjustment in enumerate(tariff.adjustments):
        here = (*path, "adjustments", place)
        yield from _fact_problems(document, (*here, "when"), dict(adjustment.when), vocabulary)
        yield from unknown_words(document, (*here, "meters"), "meter", adjustment.meters, vocabulary.meters)
        if adjustment.percent <= -100 and document.holds((*here, "percent")):
            yield document.problem(
                (*here, "percent"), f"{adjustment.percent} % leaves nothing", "write a zero rate instead"
            )


def _fact_problems(
    document: Document, path: Path, facts: Mapping[str, str], vocabulary: Vocabulary
) -> Iterator[Problem]:
    for name, value in sorted(facts.items()):
        fact = vocabulary.facts.get(name)
        if fact is None:
            yield unknown(document, (*path, name), "fact", name, vocabulary.facts)
            continue
        wrong = fact_problem(fact, value)
        if wrong:
            yield document.problem((*path, name), f"{value!r} is {wrong}", "use one of the fact's values")


def _period_problems(document: Document, path: Path, tariff: Tariff) -> Iterator[Problem]:
    windows = []
    for name, texts in tariff.periods.items():
        for place, text in enumerate(texts):
            try:
                windows.append((name, window(text)))
            except ValueError as error:
                yield document.problem((*path, "periods", name, place), str(error), "correct the window")
    for (one, left), (other, right) in itertools.combinations(windows, 2):
        if one != other and overlaps(left, right):
            yield document.problem((*path, "periods", other), f"overlaps {one}", "separate the two")


def _rate_problems(document: Document, path: Path, rate: Rate, vocabulary: Vocabulary) -> Iterator[Problem]:
    yield from _fact_problems(document, (*path, "when"), dict(rate.when), vocabulary)
    if document.holds((*path, "price")) and document.holds((*path, "zero")):
        if not rate.price and not rate.zero:
            yield document.problem(
                (*path, "price"),
                "a price of 0 does not say why",
                "add zero: free, beta, included, subscription or unverified",
            )
        if rate.price and rate.zero:
            yield document.problem((*path, "zero"), f"the price is {rate.price}, not 0", "remove `zero`")
    meter = vocabulary.meters.get(rate.meter)
    if meter is None:
        if document.holds((*path, "meter")):
            yield unknown(document, (*path, "meter"), "meter", rate.meter, vocabulary.meters)
    elif rate.price and document.holds((*path, "price")) and document.holds((*path, "per")):
        yield from _bound_problems(document, path, rate, meter)


def _bound_problems(document: Document, path: Path, rate: Rate, meter: Meter) -> Iterator[Problem]:
    unit, (low, high) = unit_price(rate), meter.bounds
    if low <= unit <= high:
        return
    side, bound = ("above", high) if unit > high else ("below", low)
    fitting = (factor for factor in (10, 100, 1000) if low <= unit * factor <= high or low <= unit / factor <= high)
    slip = next((f"; {factor}x off?" for factor in fitting), "")
    yield document.problem(
        (*path, "price"),
        f"{decimals.text(unit)} per {meter.unit} is {side} {decimals.text(bound)}, the bound of {meter.id}{slip}",
        "check price and `per` against the source",
    )


def _tie_problems(document: Document, path: Path, tariff: Tariff, unsound: Collection[str]) -> Iterator[Problem]:
    """Rates that could both apply; of those whose own words are in order, as `unsound` names the others."""
    for (left, one), (right, other) in itertools.combinations(enumerate(tariff.rates), 2):
        paths = [(*path, "rates", place) for place in (left, right)]
        whole = all(
            document.is_whole(rate) and not any(where.startswith(f"{spelled(rate)}.") for where in unsound)
            for rate in paths
        )
        if whole and one.meter != "none" and could_tie(one, other, tariff.rates):
            same = one.when == other.when
            yield document.problem(
                (*path, "rates", right),
                f"{'repeats' if same else 'could tie with'} rates[{left}] for {other.meter}",
                "remove one" if same else "give one of them the other's condition too",
            )


def _default_problems(document: Document, path: Path, tariff: Tariff, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Each priced meter needs a rate, and the facts of its reading, under the defaults or `required`."""
    held = frozenset(tariff.defaults.items())
    for name in dict.fromkeys(rate.meter for rate in tariff.rates):
        rates = [rate for rate in tariff.rates if rate.meter == name]
        asked = {fact for rate in rates for fact, _ in rate.when} & set(tariff.required)
        named = {dict(rate.when).get(PERIOD) for rate in rates}
        whole_week = bool(tariff.periods) and {*tariff.periods, "standard"} <= named
        if rate_for(rates, held, Decimal(0)) is None and not asked and not whole_week:
            yield document.problem(
                (*path, "rates"),
                f"no rate for {name} applies under the defaults",
                f"add defaults for {display.conditions(rates[0].when) or 'it'}, or list the fact in `required`",
            )
        meter = vocabulary.meters.get(name)
        for fact in reading_facts(meter.reading) if meter and meter.reading else ():
            if fact not in tariff.defaults and fact not in tariff.required:
                yield document.problem(
                    (*path, "rates"), f"{name} follows from {fact}, which has no default",
                    f"add {fact} to `defaults` or to `required`",
                )  # fmt: skip


def _wrong(example: Example, offer: Offer, tariff: Tariff, vocabulary: Vocabulary) -> str:
    """The difference between an example and its tariff's cost, or an empty text."""
    day = tariff.effective or max(source.checked for source in tariff.sources)
    card = Card("the example", "", "", "", offers=(offer,))
    alone, without_fees = offer._replace(tariffs=(tariff,)), Seller("", "", "maker")
    try:
        given = usage_of(vocabulary, {**example.usage, **example.facts})
        found = cost(card, alone, without_fees, given, vocabulary, datetime.combine(day, time(), UTC))
    except RatecardError as error:
        return str(error)
    if found.total == example.total:
        return ""
    return f"the example says {decimals.text(example.total)}, the rates give {decimals.text(found.total)}"


def unknown_words(
    document: Document, path: Path, kind: str, words: Iterable[str], known: Collection[str]
) -> Iterator[Problem]:
    """A problem for each word in a list at `path` that is not in the vocabulary."""
    for place, word in enumerate(words):
        if word not in known:
            yield unknown(document, (*path, place), kind, word, known)


def unknown(document: Document, path: Path, kind: str, word: str, known: Iterable[str]) -> Problem:
    """The problem of a word that is not in the vocabulary."""
    guesses = near(word, known, limit=1)
    file = "capabilities.yaml" if kind == "capability" else f"{kind}s.yaml"
    mend = f"did you mean {guesses[0]!r}?" if guesses else f"add it to {file}"
    return document.problem(path, f"{word!r} is not {display.article(kind)}", mend)
