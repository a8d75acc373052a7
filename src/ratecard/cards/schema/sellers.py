"""The schema of seller files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ratecard.cards.schema.cards import Disagreement, Event
from ratecard.cards.schema.entry import Entry, Source
from ratecard.cards.schema.scalars import Conditions, Flag, Price, Text, Url, Whole, Word
from ratecard.core import records


class Fee(Entry):
    """A seller's charge on top of the calls."""

    record = records.Fee
    name: Word
    """Name on a bill."""
    percent: Price
    """The percentage."""
    basis: Literal["on_top", "deducted"]
    """on_top: of the credit bought. deducted: of the payment."""
    waived: Conditions = {}
    """Facts under which it is not charged."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """The source."""
    note: Text = ""
    """Remarks on the fee."""


class ApiError(Entry):
    """One row of a seller's table of errors."""

    record = records.ApiError
    status: Whole
    """The HTTP status."""
    type: Word
    """The error type in the response body."""
    meaning: Text
    """The meaning."""
    retry: Flag
    """True if a retry can succeed."""


class Rule(Entry):
    """A statement by a seller about how it works."""

    record = records.Rule
    about: Word
    """The subject: fee, own key, mask, upload, …"""
    says: Text
    """The statement, in our words."""
    source: Source
    """The source."""


class CallCapability(Entry):
    """A capability of a seller's calls, as its reference states it: of some model ids, or of all of a modality."""

    record = records.CallCapability
    capability: Word
    """The capability, from capabilities.yaml."""
    value: Word
    """Its value."""
    models: tuple[Word, ...] = ()
    """The seller's ids of the models it holds for."""
    modality: Literal["", "text", "image", "video", "audio", "embedding", "rerank"] = ""
    """The modality of the models it holds for, if it holds for all of one."""
    source: Source | None = None
    """The reference of these calls; omitted only where the value is unknown."""
    note: Text = ""
    """A restriction, or how the reference says it."""


class Seller(Entry):
    """A seller of calls."""

    record = records.Seller
    name: Word
    """The common name."""
    kind: Literal["maker", "cloud", "host", "gateway", "reseller", "subscription", "local", "tool", "unknown"]
    """maker: sells its own models. cloud, host: serve others' models. gateway, reseller: pass calls on."""
    host: Word = ""
    """Another seller whose machines answer all its calls, so that both fail together."""
    closed: Event | None = None
    """When it stopped selling: its offers end with it."""
    caution: Text = ""
    """Why nobody should be sent there unasked, such as weights that it changed."""
    names: tuple[Word, ...] = ()
    """What libraries call it, such as vertex_ai."""
    url: Url = ""
    """The website."""
    prices_url: Url = ""
    """The page or list that states its prices."""
    base_url: Url = ""
    """Base URL of its OpenAI-compatible API."""
    key_variable: Word = ""
    """The usual environment variable for its API key."""
    key_placeholder: Word = ""
    """Example API key."""
    media_url: Url = ""
    """Example result URL."""
    max_upload_bytes: Whole | None = None
    """Maximum upload size in bytes."""
    url_lifetime_hours: Whole | None = None
    """Lifetime of result URLs in hours."""
    endpoints: tuple[Word, ...] = ()
    """Endpoints, from endpoints.yaml, that serve its text-to-text models."""
    apart: tuple[Word, ...] = ()
    """Model ids these endpoints do not serve."""
    fees: tuple[Fee, ...] = ()
    """Charges on top of the calls."""
    errors: tuple[ApiError, ...] = ()
    """Its error responses."""
    means: dict[Word, dict[Word, Word]] = {}
    """By fact, its own words for values that others call otherwise: service_tier: {fast: priority}."""
    rules: tuple[Rule, ...] = ()
    """Its statements about how it works."""
    disagreements: tuple[Disagreement, ...] = ()
    """Contradictions between its own pages."""
    capabilities: tuple[CallCapability, ...] = ()
    """Capabilities of its calls that its reference states, such as what they do with a mask."""
