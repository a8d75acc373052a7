"""What importing a feed yields: entries with their claims, and what could not be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from ratecard.core.records import NO_CONDITIONS, Conditions


class FeedClaim(NamedTuple):
    """One price as a feed states it, in our words and in its own.

    `key` is the path inside the entry and `value` the text that stands there, so that the claim can be
    found again; `effective` is the first day the feed says it holds.
    """

    meter: str
    price: Decimal
    per: int
    key: str
    value: str
    when: Conditions = NO_CONDITIONS
    above: int = 0
    minimum: Decimal = Decimal(0)
    effective: date | None = None


class Quarantined(NamedTuple):
    """A price value that is not taken over, and why."""

    key: str
    value: str
    why: str


class FeedFacts(NamedTuple):
    """What a feed says of a model beside its prices; empty where it says nothing."""

    name: str = ""
    family: str = ""
    modality: str = ""
    input_modalities: tuple[str, ...] = ()
    output_modalities: tuple[str, ...] = ()
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    released: date | None = None
    retired: date | None = None
    weights: str = ""
    capabilities: Mapping[str, str] = {}
    source: str = ""


class FeedEntry(NamedTuple):
    """One entry of a feed: what the feed calls seller and model, its facts, claims and rejects.

    `provider` and `model_id` are the feed's own; `region` and the like that a feed writes into a model
    id are conditions of the claims. `periods` are weekly windows in UTC that conditions name. `key` is
    where the entry stands in the feed. Some feeds hold entries that are no models, such as defaults.
    """

    provider: str
    model_id: str
    key: str
    facts: FeedFacts = FeedFacts()
    claims: tuple[FeedClaim, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    periods: Mapping[str, tuple[str, ...]] = {}
    is_model: bool = True


class Importer(Protocol):
    """A module that reads one feed."""

    #: The feed's name, licence and home, as reports and NOTICE give them.
    NAME: str
    LICENCE: str
    HOME: str

    def entries(self, document: Any) -> Iterator[FeedEntry]:
        """The entries of a parsed document, in the document's order."""

    def raw(self, entry: FeedEntry) -> dict[str, Decimal]:
        """The prices of an entry as the feed writes them, by key, computed back from its claims."""
