"""Ranks offers by the objectives of a route, and finds their Pareto front.

Each axis gives an offer a number, less being better; unknown values rank last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.records import UNKNOWN
from ratecard.database.offer_attributes import parsed
from ratecard.database.offer_index import members
from ratecard.routing.integer_costs import PLACES
from ratecard.routing.needs import Need
from ratecard.routing.question import Choice, Question
from ratecard.routing.rules import scores as benchmark_scores
from ratecard.routing.search import PricedCandidate

Number = int | Fraction

#: The evidence of a price, strongest first: the first word of its confidence.
CONFIDENCES = ("curated", "decided", "agreed", "majority", "single", "disputed")

#: The score of an unknown value: worse than any known one.
LAST = Fraction(10**18)

#: The axis of what must be paid for the usage.
COST = "cost"

#: The axes read from an attribute, and all axes that need no column of the caller.
BY_ATTRIBUTE = ("confidence", "freshness", "open-weights", "sync")
AXES = (COST, "preference", "fit", *BY_ATTRIBUTE)


class Objectives(NamedTuple):
    """The order of offers: by the first axis of `by` in which two differ, or by a weighted sum.

    `prefer` are names in order of preference. `columns` are the caller's own numbers by slug, each an axis in which
    more is better, or less where the axis is written with a minus.
    """

    by: tuple[str, ...] = (COST,)
    weights: Mapping[str, Decimal] = {}
    prefer: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, Decimal]] = {}

    @property
    def by_cost_alone(self) -> bool:
        """Whether offers are ordered by cost alone."""
        return not self.weights and self.by == (COST,)


CHEAPEST = Objectives()


#: The start of the name of an axis that is a benchmark.
QUALITY = "quality:"


def check_axes(objectives: Objectives, axes: Iterable[str]) -> None:
    """Raises `UnknownWord` for an unknown axis, and `BadValue` for `preference` without names."""
    for axis in axes:
        known = [*AXES, *objectives.columns]
        if axis.startswith(QUALITY):
            continue
        if axis.removeprefix("-") not in known:
            raise UnknownWord("objective", axis, known)
        if axis == "preference" and not objectives.prefer:
            raise BadValue("preference: name what is preferred, in order of preference")


class Dominated(NamedTuple):
    """An offer that another one dominates: at least as good in all axes, and better in `axes`."""

    choice: Choice
    by: Choice
    axes: tuple[str, ...]


class Front(NamedTuple):
    """The Pareto front: the offers that no other dominates, with their scores, and the dominated ones."""

    axes: tuple[str, ...]
    choices: tuple[Choice, ...]
    scores: tuple[tuple[Number | None, ...], ...]
    dominated: tuple[Dominated, ...]


def ranked(question: Question, objectives: Objectives, found: Sequence[PricedCandidate]) -> list[PricedCandidate]:
    """Priced candidates, best first; ties are broken by cost, then by name."""
    axes = list(objectives.weights) or list(objectives.by)
    columns = [scores(question, objectives, axis, found) for axis in axes]
    if not objectives.weights:
        keys = list(zip(*columns, strict=True))
    else:
        weighted = [
            [weight * part for part in _spread(column)]
            for weight, column in zip(map(Fraction, objectives.weights.values()), columns, strict=True)
        ]
        keys = [(sum(parts, Fraction(0)),) for parts in zip(*weighted, strict=True)]
    order = sorted(range(len(found)), key=lambda number: (keys[number], found[number]))
    return [found[number] for number in order]


def _spread(column: Sequence[Number]) -> list[Fraction]:
    """Scores scaled so that the best known is 0 and the worst is 1; unknown ones are 1."""
    known = [Fraction(number) for number in column if number != LAST]
    if not known or max(known) == min(known):
        return [Fraction(int(bool(known) and number == LAST)) for number in column]
    best, worst = min(known), max(known)
    return [(Fraction(number) - best) / (worst - best) if number != LAST else Fraction(1) for number in column]


def scores(question: Question, objectives: Objectives, axis: str, found: Sequence[PricedCandidate]) -> list[Number]:
    """The score of each priced candidate on an axis, less being better; `LAST` where unknown."""
    if axis == COST:
        return [Fraction(priced.amount) / 10**PLACES for priced in found]
    candidates = question.candidates.index.candidates
    own = axis.removeprefix("-")
    if own in objectives.columns:
        sign = 1 if axis.startswith("-") else -1
        column = objectives.columns[own]
        slugs = [candidates[priced.position].slug for priced in found]
        return [sign * Fraction(column[slug]) if slug in column else LAST for slug in slugs]
    if axis == "preference":
        return _by_candidate(question, found, _preferences(question, objectives.prefer), len(objectives.prefer))
    if axis == "fit":
        return [len(Choice(question, priced).compromises) for priced in found]
    attribute, score = ("benchmarks", _score_in(axis)) if axis.startswith(QUALITY) else _BY_TEXT[axis]
    texts = question.candidates.index.postings.get(attribute, {})
    return _by_candidate(
        question, found, [(held, score(text, question)) for text, held in texts.items()], score("", question)
    )


def _by_candidate(
    question: Question, found: Sequence[PricedCandidate], numbers: Iterable[tuple[int, Number]], otherwise: Number
) -> list[Number]:
    """The number of the first bit set that holds each priced candidate."""
    known: dict[int, Number] = {}
    for held, number in numbers:
        for position in members(held):
            known.setdefault(position, number)
    return [known.get(priced.position, otherwise) for priced in found]


def _preferences(question: Question, prefer: Sequence[str]) -> Iterator[tuple[int, Number]]:
    """The candidates that match each preferred name, with its rank."""
    for rank, entry in enumerate(prefer):
        others = question.candidates.against(Need("only", entry), question.setting).unmet
        yield question.candidates.everyone & ~others, rank


def _in_force(text: str, question: Question) -> list[str]:
    day = question.setting.day.isoformat()
    entries: list[list[str]] = parsed(text) if text else []
    return next((entry for entry in reversed(entries) if entry[0] <= day), [])


def _confidence(text: str, question: Question) -> Number:
    entry = _in_force(text, question)
    return CONFIDENCES.index(entry[3].split(" ")[0]) if entry else LAST


def _freshness(text: str, question: Question) -> Number:
    """Days since the price list was last checked."""
    entry = _in_force(text, question)
    return (question.setting.day - date.fromisoformat(entry[4])).days if entry else LAST


def _score_in(axis: str) -> Callable[[str, Question], Number]:
    """The published score in a benchmark, more being better."""
    name = axis.removeprefix(QUALITY)

    def score(text: str, question: Question) -> Number:
        found = benchmark_scores(text).get(name)
        return -Fraction(found[0]) if found else LAST

    return score


def _open_weights(text: str, question: Question) -> Number:
    weights = parsed(text)[1] if text else UNKNOWN
    return ("open", "closed").index(weights) if weights != UNKNOWN else LAST


#: The attribute and the score of the axes read from one.
_BY_TEXT: Mapping[str, tuple[str, Callable[[str, Question], Number]]] = {
    "confidence": ("tariffs", _confidence),
    "freshness": ("tariffs", _freshness),
    "open-weights": ("licence", _open_weights),
    "sync": ("mode", lambda text, question: int(text == "async") if text else LAST),
}


def front(question: Question, objectives: Objectives, axes: Sequence[str], found: Sequence[PricedCandidate]) -> Front:
    """The Pareto front over these axes; each dominated offer with the first that dominates it."""
    columns = [scores(question, objectives, axis, found) for axis in axes]
    vectors = list(zip(*columns, strict=True))
    order = sorted(range(len(found)), key=lambda number: (vectors[number], found[number]))
    kept: list[int] = []
    beaten: list[tuple[int, int]] = []
    for number in order:
        better = next((other for other in kept if _dominates(vectors[other], vectors[number])), None)
        if better is None:
            kept.append(number)
        else:
            beaten.append((number, better))
    choices = {number: Choice(question, found[number]) for number in order}
    signs = [-1 if axis in objectives.columns or axis.startswith(QUALITY) else 1 for axis in axes]
    return Front(
        axes=tuple(axes),
        choices=tuple(choices[number] for number in kept),
        scores=tuple(
            tuple(None if score == LAST else sign * score for sign, score in zip(signs, vectors[number], strict=True))
            for number in kept
        ),
        dominated=tuple(
            Dominated(choices[number], choices[other], tuple(_better(axes, vectors[other], vectors[number])))
            for number, other in beaten
        ),
    )


def _dominates(one: Sequence[Number], other: Sequence[Number]) -> bool:
    return one != other and all(mine <= its for mine, its in zip(one, other, strict=True))


def _better(axes: Sequence[str], one: Sequence[Number], other: Sequence[Number]) -> Iterator[str]:
    return (axis for axis, mine, its in zip(axes, one, other, strict=True) if mine < its)
