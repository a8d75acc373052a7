"""The result of importing a feed: entries with their claims and rejected values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.records import NO_CONDITIONS, Conditions


class FeedClaim(NamedTuple):
    """One price that a feed states, in our words and in its own.

    `key` is the path inside the entry and `value` the text at that path; `effective` is the first day
    on which it holds.
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
    """A rejected price value, and why."""

    key: str
    value: str
    why: str


class FeedFacts(NamedTuple):
    """The facts of a model, as a feed states them; empty where it states none."""

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
    """One entry of a feed: its seller and model, facts, claims and rejected values.

    `provider` and `model_id` are the feed's own names; a region or the like within a model id becomes a
    condition of the claims. `periods` are weekly windows in UTC that conditions name. `key` is the path
    of the entry in the feed. Some entries are not models, such as defaults.
    """

    provider: str
    model_id: str
    key: str
    facts: FeedFacts = FeedFacts()
    claims: tuple[FeedClaim, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    periods: Mapping[str, tuple[str, ...]] = {}
    is_model: bool = True
