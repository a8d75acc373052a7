"""An open catalog of AI models and what they cost.

>>> from ratecard import cost, route
>>> cost("openai/gpt-image-1", images=2, quality="high").total
Decimal('0.334')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratecard.api import cost, forecast, lint, needs_of, open_catalog, plan, route, usage
    from ratecard.core.errors import (
        BadCatalog,
        BadDatabase,
        BadValue,
        BadWorkload,
        NoRoute,
        RatecardError,
        UnknownModel,
        UnknownSeller,
        UnknownWord,
        Unpriced,
    )
    from ratecard.core.usage import Usage
    from ratecard.core.words import Words
    from ratecard.pricing.cost import Cost, Line
    from ratecard.requests.forecast import Forecast
    from ratecard.requests.needs_of import Needs, Upload
    from ratecard.routing.plans.plan import Plan
    from ratecard.routing.route import Route

__version__ = "0.1.0"

__all__ = [
    "BadCatalog",
    "BadDatabase",
    "BadValue",
    "BadWorkload",
    "Cost",
    "Forecast",
    "Line",
    "Needs",
    "NoRoute",
    "Plan",
    "RatecardError",
    "Route",
    "UnknownModel",
    "UnknownSeller",
    "UnknownWord",
    "Unpriced",
    "Upload",
    "Usage",
    "Words",
    "cost",
    "forecast",
    "lint",
    "needs_of",
    "open_catalog",
    "plan",
    "route",
    "usage",
]

#: Which module each public name comes from; loaded when it is first asked for, so that a price is
#: not kept waiting by the router or by what builds pages.
_HOMES = {
    "api": ("cost", "forecast", "lint", "needs_of", "open_catalog", "plan", "route", "usage"),
    "core.errors": (
        "BadCatalog",
        "BadDatabase",
        "BadValue",
        "BadWorkload",
        "NoRoute",
        "RatecardError",
        "UnknownModel",
        "UnknownSeller",
        "UnknownWord",
        "Unpriced",
    ),
    "requests.forecast": ("Forecast",),
    "requests.needs_of": ("Needs", "Upload"),
    "pricing.cost": ("Cost", "Line"),
    "routing.route": ("Route",),
    "core.usage": ("Usage",),
    "core.words": ("Words",),
    "routing.plans.plan": ("Plan",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            found: object = getattr(import_module(f"ratecard.{home}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module 'ratecard' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
