"""The ways to do a task: every offer that meets its needs, at each of the times and tiers its calls can wait for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard import exact, pricing, routing
from ratecard.catalog import Catalog, offer_of
from ratecard.errors import Unpriced
from ratecard.evidence import tariff_at
from ratecard.needs import Candidate, Need, Reason, reasons
from ratecard.periods import STANDARD, covers_the_week
from ratecard.pricing import Cost
from ratecard.records import Tariff
from ratecard.routing import Choice, Rejection, Route
from ratecard.tasks import ALLOWED, Task
from ratecard.terms import PERIOD
from ratecard.usage import Usage, usage
from ratecard.workloads.files import SERVICE_TIER, Place, needs_of, place
from ratecard.workloads.scores import Scores

#: Needs that look at a cost, which differs between the variants of an offer.
CEILINGS = ("max_cost", "max_price")
BATCH = (SERVICE_TIER, "batch")
#: The zero of calls that something bought beside them pays for, and what rules such an offer out.
INCLUDED = "included"

Facts = tuple[tuple[str, str], ...]


class Variant(NamedTuple):
    """An offer under the circumstances its calls are made in.

    `facts` are those circumstances beside what the task states, `windows` the hours (UTC) they mean. `cost` is that of
    one call, `amount` what must be paid for all of them, fees included.
    """

    slug: str
    seller: str
    model_id: str
    facts: Facts
    windows: tuple[str, ...]
    cost: Cost
    amount: Decimal
    preference: Decimal
    unknown: tuple[Reason, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What settles ties: slug, seller, model id, then the circumstances, of which none comes first."""
        return (self.slug, self.seller, self.model_id, *(f"{fact}={value}" for fact, value in self.facts))


class Ways(NamedTuple):
    """All ways to do a task, every offer that does not do, with its reasons, and what the router warns of."""

    variants: tuple[Variant, ...]
    rejected: tuple[Rejection, ...]
    warnings: tuple[str, ...]


class Asked(NamedTuple):
    """A task as offers are held against it."""

    catalog: Catalog
    task: Task
    scores: Scores
    currency: str
    at: datetime
    usage: Usage
    ceilings: tuple[Need, ...]
    only: tuple[Place, ...]
    ignore: tuple[Place, ...]
    prefer: tuple[Place, ...]


def ways(catalog: Catalog, task: Task, scores: Scores, currency: str, at: datetime) -> Ways:
    """The ways to do a task at the prices of a moment in UTC."""
    used = usage(catalog.vocabulary, {**task.usage, "size": task.size} if task.size else task.usage)
    needs = needs_of(catalog, task)
    ceilings = tuple(need for need in needs if need.kind in CEILINGS)
    places = (tuple(place(catalog, words) for words in listed) for listed in (task.only, task.ignore, task.prefer))
    asked = Asked(catalog, task, scores, currency, at, used, ceilings, *places)
    routed = route_of(asked, [need for need in needs if need.kind not in CEILINGS])
    variants: list[Variant] = []
    rejected: list[Rejection] = []
    for choice in (*([routed.choice] if routed.choice else []), *routed.candidates):
        found, against = _judged(asked, choice)
        variants += found
        if not found:
            rejected.append(Rejection(choice.slug, choice.seller, choice.model_id, tuple(dict.fromkeys(against))))
    for rejection in routed.rejected:
        found = list(_in_batches_alone(asked, rejection))
        variants += found
        if not found:
            rejected.append(rejection)
    return Ways(tuple(variants), tuple(rejected), routed.warnings)


def route_of(asked: Asked, needs: Sequence[Need]) -> Route:
    """What the router says of a task: which offers meet needs and have a price, and why the others do not."""
    task = asked.task
    return routing.route(
        asked.catalog, needs, asked.usage, asked.at, given=task.inputs, allow_unknown=task.allow_unknown
    )


def _judged(asked: Asked, choice: Choice) -> tuple[list[Variant], list[Reason]]:
    """The variants of an offer that do, and what speaks against the others."""
    against = [*_ruled_out(asked, choice.slug, choice.seller)]
    if against:
        return [], against
    found: list[Variant] = []
    for variant in _variants(asked, choice, choice.cost.tariff):
        speaks = list(_against_cost(asked, variant))
        against += speaks
        if not speaks:
            found.append(variant._replace(unknown=choice.unknown))
    return found, against if found or against else [_unpriced(choice.cost)]


def _unpriced(cost: Cost) -> Reason:
    sentence = "its price is not known for every hour its calls may come at"
    return Reason("PRICE_UNKNOWN", "price", "a price at any hour", "unknown", cost.tariff.sources[0], sentence)


def _in_batches_alone(asked: Asked, rejection: Rejection) -> Iterator[Variant]:
    """The variants of an offer against which nothing speaks but that single calls have no price there."""
    if asked.task.batch != ALLOWED or {reason.code for reason in rejection.reasons} != {"PRICE_UNKNOWN"}:
        return
    offer = offer_of(asked.catalog.cards[rejection.slug], rejection.seller, rejection.model_id)
    tariff = tariff_at(offer, asked.at.date()) if offer else None
    if tariff is None or any(_ruled_out(asked, rejection.slug, rejection.seller)):
        return
    for variant in _variants(asked, rejection, tariff):
        if not any(_against_cost(asked, variant)):
            yield variant


def _ruled_out(asked: Asked, slug: str, seller: str) -> Iterator[Reason]:
    """What the task's own lists say against an offer."""
    task, here = asked.task, f"{slug} at {seller}"
    if task.only and not any(place.holds(slug, seller) for place in asked.only):
        yield Reason("NOT_AMONG_ONLY", "only", ", ".join(task.only), here, None, "it is not among those asked for")
    if any(place.holds(slug, seller) for place in asked.ignore):
        yield Reason("IGNORED", "ignore", ", ".join(task.ignore), here, None, "it is among those to ignore")
    if _preference(asked, slug, seller) is None:
        sentence = f"{asked.scores.file} gives it no {task.quality}"
        yield Reason("SCORE_UNKNOWN", "quality", task.quality, "unknown", None, sentence, unknown=True)


def _preference(asked: Asked, slug: str, seller: str) -> Decimal | None:
    """How much an offer is preferred: its score, or its place in the list counted from below; None where unknown."""
    task = asked.task
    if task.quality:
        score = asked.scores.of(task.quality, slug, seller)
        return None if score is None else exact.multiply(score, task.weight)
    ranks = (rank for rank, place in enumerate(asked.prefer) if place.holds(slug, seller))
    return exact.multiply(Decimal(len(asked.prefer) - next(ranks, len(asked.prefer))), task.weight)


def _variants(asked: Asked, found: Choice | Rejection, tariff: Tariff) -> Iterator[Variant]:
    """An offer at each tier and, where it can wait, each part of the week; else at the dearest part."""
    tiers: list[Facts] = [(), *([(BATCH,)] if asked.task.batch == ALLOWED and _has_batch_price(tariff) else [])]
    for tier in tiers:
        parts = [()] if PERIOD in asked.usage.facts else _parts(tariff)
        priced = [_variant(asked, found, tier + part, _windows(tariff, part)) for part in parts]
        known = [variant for variant in priced if variant and (not tier or _is_for(BATCH, variant.cost))]
        if asked.task.off_peak == ALLOWED or len(parts) == 1:
            yield from known
        elif len(known) == len(parts):
            yield max(known, key=lambda variant: variant.amount)


def _parts(tariff: Tariff) -> list[Facts]:
    """The parts of the week that a price list tells apart, as facts."""
    if not tariff.periods:
        return [()]
    other = () if covers_the_week(tariff.periods) else (STANDARD,)
    return [((PERIOD, name),) for name in (*sorted(tariff.periods), *other)]


def _windows(tariff: Tariff, part: Facts) -> tuple[str, ...]:
    return tuple(window for _, name in part for window in tariff.periods.get(name, ()))


def _has_batch_price(tariff: Tariff) -> bool:
    conditions = [*(rate.when for rate in tariff.rates), *(change.when for change in tariff.adjustments)]
    return any(BATCH in when for when in conditions)


def _is_for(fact: tuple[str, str], cost: Cost) -> bool:
    """Whether a rate or adjustment that a cost was made with asks for a fact."""
    applied = {change.name for change in cost.adjustments}
    adjusted = any(fact in change.when for change in cost.tariff.adjustments if change.name in applied)
    return adjusted or any(fact in line.rate.when for line in cost.lines)


def _variant(asked: Asked, found: Choice | Rejection, facts: Facts, windows: tuple[str, ...]) -> Variant | None:
    """An offer under circumstances, or None where it has no price then."""
    cost = found.cost if isinstance(found, Choice) and not facts else _cost(asked, found, facts)
    if cost is None:
        return None
    amount = exact.multiply(cost.funding, Decimal(asked.task.calls))
    preference = _preference(asked, found.slug, found.seller)
    assert preference is not None, "an offer without a score is ruled out before it is priced"
    return Variant(found.slug, found.seller, found.model_id, facts, windows, cost, amount, preference)


def _cost(asked: Asked, found: Choice | Rejection, facts: Facts) -> Cost | None:
    catalog = asked.catalog
    card = catalog.cards[found.slug]
    offer = offer_of(card, found.seller, found.model_id)
    if offer is None:
        return None
    used = asked.usage._replace(facts={**asked.usage.facts, **dict(facts)})
    try:
        return pricing.cost(card, offer, catalog.sellers[found.seller], used, catalog.vocabulary, asked.at)
    except Unpriced:
        return None


def _against_cost(asked: Asked, variant: Variant) -> Iterator[Reason]:
    """What the cost of one call says against a variant."""
    cost, catalog = variant.cost, asked.catalog
    source = cost.tariff.sources[0]
    if cost.currency != asked.currency:
        sentence = f"it is priced in {cost.currency}, the budget is in {asked.currency}"
        yield Reason("OTHER_CURRENCY", "currency", asked.currency, cost.currency, source, sentence)
    if not cost.total and asked.task.included != ALLOWED and any(line.rate.zero == INCLUDED for line in cost.lines):
        sentence = "its calls are included in something bought beside them, which the budget does not count"
        yield Reason("PRICE_INCLUDED", INCLUDED, "a price of its own", "included", source, sentence)
    if asked.ceilings:
        card, seller = catalog.cards[variant.slug], catalog.sellers[variant.seller]
        offer = offer_of(card, variant.seller, variant.model_id)
        assert offer is not None, "what has a cost has an offer"
        candidate = Candidate(card, offer, seller, catalog.vocabulary, asked.at.date(), frozenset(), cost)
        for need in asked.ceilings:
            yield from reasons(need, candidate)
