"""An open catalog of AI models and what they cost.

>>> from ratecard import cost, route
>>> cost("openai/gpt-image-1", images=2, quality="high").total
Decimal('0.334')
"""

from ratecard.api import cost, open_catalog, route
from ratecard.errors import (
    BadCatalog,
    BadDatabase,
    BadValue,
    RatecardError,
    UnknownModel,
    UnknownSeller,
    UnknownWord,
    Unpriced,
)
from ratecard.pricing import Cost, Line
from ratecard.routing import Route
from ratecard.usage import Usage

__version__ = "0.1.0"

__all__ = [
    "BadCatalog",
    "BadDatabase",
    "BadValue",
    "Cost",
    "Line",
    "RatecardError",
    "Route",
    "UnknownModel",
    "UnknownSeller",
    "UnknownWord",
    "Unpriced",
    "Usage",
    "cost",
    "open_catalog",
    "route",
]
