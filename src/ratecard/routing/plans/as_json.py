"""Plans as JSON values, with money as decimal strings."""

from __future__ import annotations

from typing import Any

from ratecard.core import decimals
from ratecard.pricing.as_json import Json, moment
from ratecard.routing.as_json import need_answer, rejection_answer, relaxed_answer
from ratecard.routing.plans.variants import Variant, windows
from ratecard.routing.relaxation import nearest_rejections


def answer(plan: Any) -> Json:
    """A plan as a mapping ready for JSON."""
    return {
        "suffices": plan.suffices,
        "currency": plan.currency,
        "budget": None if plan.budget is None else decimals.text(plan.budget),
        "at": moment(plan.at),
        "catalog": plan.catalog,
        "total": decimals.text(plan.total),
        "fees": decimals.text(decimals.subtract(plan.funding, plan.total)),
        "funding": decimals.text(plan.funding),
        "least": decimals.text(plan.least),
        "most": decimals.text(plan.most),
        "preference": decimals.text(plan.preference),
        "tasks": [assigned_answer(each) for each in plan.assigned],
        "without_offer": [
            {
                "task": unserved.task.name,
                "needs": [need_answer(need) for need in unserved.route.needs],
                "without_score": unserved.unscored,
                "relax": relaxed_answer(unserved.route.relax) if unserved.route.relax else None,
                "nearest": [rejection_answer(each) for each in nearest_rejections(unserved.route.question)],
            }
            for unserved in plan.unserved
        ],
        "below": _step_answer(plan.below),
        "more": _step_answer(plan.more),
        "warnings": list(plan.warnings),
    }


def assigned_answer(each: Any) -> Json:
    """A task with its offer."""
    return {
        "task": each.task.name,
        "calls": each.task.calls,
        **_variant_answer(each.variant),
        "offers": each.offers,
        "paid": each.is_paid,
        "further_calls": each.growth,
    }


def _variant_answer(variant: Variant) -> Json:
    return {
        "slug": variant.choice.slug,
        "seller": variant.choice.seller,
        "model_id": variant.choice.model_id,
        "facts": dict(variant.facts),
        "windows": list(windows(variant)),
        "one_call": decimals.text(variant.choice.cost.total),
        "amount": decimals.text(variant.amount),
        "price_status": variant.choice.cost.price_status,
        "preference": decimals.text(variant.preference),
    }


def _step_answer(step: Any) -> Json | None:
    if step is None:
        return None
    return {
        "budget": decimals.text(step.budget),
        "cost": decimals.text(step.cost),
        "preference": None if step.preference is None else decimals.text(step.preference),
        "changes": [
            {"task": change.task, "before": _variant_answer(change.before), "after": _variant_answer(change.after)}
            for change in step.changes
        ],
        "unpaid": list(step.unpaid),
    }
