"""What an author may write, typed and documented.

The models accept the author's text, give each value its type and turn into the frozen records of
`ratecard.records`, field by field under the same names. Their field notes become
`catalog/schema/*.schema.json`, so that editors complete and explain them.
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
    "Workload",
]
