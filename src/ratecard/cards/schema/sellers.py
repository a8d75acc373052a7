"""What a seller's file may hold, field by field."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ratecard.cards.schema.cards import Disagreement
from ratecard.cards.schema.entry import Entry, Source
from ratecard.cards.schema.scalars import Conditions, Flag, Price, Text, Url, Whole, Word
from ratecard.core import records


class Fee(Entry):
    """What a seller takes on top of the calls themselves."""

    record = records.Fee
    name: Word
    """What a bill calls it."""
    percent: Price
    """The percentage."""
    basis: Literal["on_top", "deducted"]
    """on_top: of the credit bought. deducted: of the payment."""
    waived: Conditions = {}
    """The facts under which it is not charged."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Where it was read."""
    note: Text = ""
    """What a reader should know about it."""


class ApiError(Entry):
    """One row of a seller's table of errors."""

    record = records.ApiError
    status: Whole
    """The HTTP status."""
    type: Word
    """The word in the body."""
    meaning: Text
    """What it means."""
    retry: Flag
    """Whether trying again can help."""


class Rule(Entry):
    """Something a seller states about how it works."""

    record = records.Rule
    about: Word
    """What it is about: fee, own key, mask, upload, …"""
    says: Text
    """The rule, in our words."""
    source: Source
    """Where it was read."""


class Seller(Entry):
    """Who sells calls."""

    record = records.Seller
    name: Word
    """The name people know it by."""
    kind: Literal["maker", "gateway", "cloud", "reseller", "unknown"]
    """maker: sells its own models. gateway: passes calls on. cloud, reseller: host the models of others."""
    url: Url = ""
    """Its web site."""
    base_url: Url = ""
    """The address its calls start with, where it speaks OpenAI's API."""
    key_variable: Word = ""
    """The environment variable its key is usually kept in."""
    key_placeholder: Word = ""
    """What a key looks like in an example."""
    media_url: Url = ""
    """What the address of a result looks like."""
    max_upload_bytes: Whole | None = None
    """The largest file it takes."""
    url_lifetime_hours: Whole | None = None
    """How long the address of a result works."""
    endpoints: tuple[Word, ...] = ()
    """The calls, of endpoints.yaml, that it answers for models that take in and put out text."""
    apart: tuple[Word, ...] = ()
    """Its ids of such models that these calls are not for."""
    fees: tuple[Fee, ...] = ()
    """What it takes on top of the calls."""
    errors: tuple[ApiError, ...] = ()
    """The errors it answers with."""
    rules: tuple[Rule, ...] = ()
    """How it says it works."""
    disagreements: tuple[Disagreement, ...] = ()
    """Where its own pages differ."""
