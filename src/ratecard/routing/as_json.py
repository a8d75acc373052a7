"""Routes as JSON values, with money as decimal strings; equal questions give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ratecard.core import decimals
from ratecard.pricing.as_json import Json, moment, source_answer
from ratecard.routing.needs import Need, Reason
from ratecard.routing.question import Choice, Rejection
from ratecard.routing.ranking import Front, Number
from ratecard.routing.relaxation import Relaxed


def route_answer(route: Any, axes: Iterable[str] = ()) -> Json:
    """A complete `Route`; its front is over these axes, else over its objectives."""
    question = route.question
    return {
        "choice": choice_answer(route.choice) if route.choice else None,
        "fallbacks": [choice_answer(choice) for choice in route.fallbacks],
        "candidates": [choice_answer(choice) for choice in route.candidates],
        "rejected": [rejection_answer(rejection) for rejection in route.rejected],
        "relax": relaxed_answer(route.relax) if route.relax else None,
        "near_misses": [
            {
                **_named(miss.choice),
                "funding": decimals.text(miss.choice.funding),
                "saving": decimals.text(miss.saving),
                "need": need_answer(miss.need),
                "reasons": reasons_answer(miss.reasons),
            }
            for miss in route.near_misses
        ],
        "front": front_answer(route.front(*axes)),
        "needs": [need_answer(need) for need in route.needs],
        "unrecognized": list(route.unrecognized),
        "warnings": list(route.warnings),
        "catalog": question.candidates.catalog.digest,
        "at": moment(question.asked.at),
        "rules": route.rules,
    }


def choice_answer(choice: Choice) -> Json:
    """An eligible offer with its cost."""
    cost = choice.cost
    return {
        "model": choice.slug,
        "seller": choice.seller,
        "model_id": choice.model_id,
        "total": decimals.text(cost.total),
        "funding": decimals.text(cost.funding),
        "currency": cost.currency,
        "price_status": cost.price_status,
        "unknown": reasons_answer(choice.unknown),
        "compromises": reasons_answer(choice.compromises),
    }


def need_answer(need: Need) -> Json:
    """A need, without empty fields."""
    return {name: value for name, value in need._asdict().items() if value}


def reasons_answer(reasons: Iterable[Reason]) -> list[Json]:
    """Reasons with what was required, what is offered and the source."""
    return [
        {
            "code": reason.code,
            "need": reason.need,
            "required": reason.required,
            "offered": reason.offered,
            "source": source_answer(reason.source) if reason.source else None,
            "sentence": reason.sentence,
            **({"path": reason.path} if reason.path else {}),
        }
        for reason in reasons
    ]


def front_answer(front: Front) -> Json:
    """The Pareto front with its scores, and each dominated offer with the one that dominates it."""
    return {
        "axes": list(front.axes),
        "choices": [
            {**_named(choice), "scores": dict(zip(front.axes, map(_number, scores), strict=True))}
            for choice, scores in zip(front.choices, front.scores, strict=True)
        ],
        "dominated": [
            {**_named(entry.choice), "by": _named(entry.by), "on": list(entry.axes)} for entry in front.dominated
        ],
    }


def versus_answer(versus: Any) -> Json:
    """A `Versus`: the differences between two routes."""
    return {
        "before": choice_answer(versus.before) if versus.before else None,
        "after": choice_answer(versus.after) if versus.after else None,
        "difference": decimals.text(versus.difference) if versus.difference is not None else None,
        "added": [choice_answer(choice) for choice in versus.added],
        "removed": [rejection_answer(rejection) for rejection in versus.removed],
        "changed": [
            {**_named(after), "before": decimals.text(before.funding), "after": decimals.text(after.funding)}
            for before, after in versus.changed
        ],
    }


def rejection_answer(rejection: Rejection) -> Json:
    """A rejected offer with every reason."""
    return {
        "model": rejection.slug,
        "seller": rejection.seller,
        "model_id": rejection.model_id,
        "reasons": reasons_answer(rejection.reasons),
    }


def relaxed_answer(relaxed: Relaxed) -> Json:
    """Which needs to give up so that an offer fits."""
    return {
        "ways": [
            {
                "give_up": [need_answer(need) for need in way.needs],
                "offers": way.offers,
                "cheapest": choice_answer(way.cheapest),
            }
            for way in relaxed.ways
        ],
        "conflict": [need_answer(need) for need in relaxed.conflict],
    }


def _named(choice: Choice) -> Json:
    return {"model": choice.slug, "seller": choice.seller, "model_id": choice.model_id}


def _number(score: Number | None) -> str | None:
    return (
        None if score is None else decimals.text(decimals.divide(Decimal(score.numerator), Decimal(score.denominator)))
    )
