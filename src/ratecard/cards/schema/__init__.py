"""The schema of authored files.

The models type the author's text and build the frozen records of `ratecard.core.records`, whose fields
have the same names. Their docstrings become `catalog/schema/*.schema.json`, which editors show.
"""

from ratecard.cards.schema.cards import Card
from ratecard.cards.schema.entry import Entry
from ratecard.cards.schema.scalars import SLUG
from ratecard.cards.schema.sellers import Seller
from ratecard.cards.schema.vocabulary import (
    CapabilityWord,
    Collection,
    Decision,
    Endpoint,
    Fact,
    Feed,
    Meter,
    Provider,
    RequestParameter,
    UseCase,
)
from ratecard.cards.schema.workloads import Task, Workload

__all__ = [
    "SLUG",
    "CapabilityWord",
    "Card",
    "Collection",
    "Decision",
    "Endpoint",
    "Entry",
    "Fact",
    "Feed",
    "Meter",
    "Provider",
    "RequestParameter",
    "Seller",
    "Task",
    "UseCase",
    "Workload",
]
