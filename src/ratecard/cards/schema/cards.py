"""The schema of model cards."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from ratecard.cards.schema.entry import Entry, Source
from ratecard.cards.schema.scalars import (
    Conditions,
    Currency,
    Day,
    FactValue,
    Number,
    Percent,
    Price,
    Size,
    Slug,
    Text,
    ThreeValued,
    Url,
    Whole,
    Word,
    detailed,
    price,
    whole,
)
from ratecard.core import records

InputModality = Literal["text", "image", "video", "audio", "pdf"]
OutputModality = Literal["text", "image", "video", "audio", "vector", "score"]
Kind = Literal[
    "chat", "base", "code", "omni", "decision", "router", "translation", "moderation", "ocr", "image", "video",
    "embedding", "rerank", "transcription", "speech", "realtime", "music", "three-d", "other",
]  # fmt: skip
INPUTS: tuple[str, ...] = get_args(InputModality)
OUTPUTS: tuple[str, ...] = get_args(OutputModality)


def in_order(mapping: dict[str, Any]) -> dict[str, Any]:
    """A mapping in the order of its keys, in which a database keeps it."""
    return dict(sorted(mapping.items()))


class Rate(Entry):
    """One row of a tariff: `price` for every `per` of a meter, where the conditions hold."""

    record = records.Rate
    meter: Word
    """The meter, from meters.yaml."""
    price: Price
    """Price for `per` units, as printed by the source."""
    per: Whole = 1
    """Number of units the price is for; 1_000_000 for a price per million tokens."""
    when: Conditions = {}
    """Facts that must all hold for the rate to apply."""
    above: Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})] = 0
    """Applies to the whole request if its prompt has more tokens than this."""
    minimum: Annotated[Number, AfterValidator(price)] = Decimal(0)
    """Minimum quantity billed, if any is used."""
    zero: Literal["", "free", "beta", "included", "subscription", "unverified"] = ""
    """Reason for a price of 0; required there and only there."""


class Adjustment(Entry):
    """A percentage on lines, always shown as a line of its own."""

    record = records.Adjustment
    name: Word
    """Name on a bill, such as batch discount."""
    percent: Percent
    """The percentage: -50 halves, 10 adds a tenth."""
    when: Conditions = {}
    """Facts that must all hold. A rate with one of them as a condition already includes it."""
    meters: tuple[Word, ...] = ()
    """Meters it applies to; all if empty."""


class Claim(Entry):
    """A further source's price for a rate, which agrees with the tariff or disputes it."""

    record = records.Claim
    meter: Word
    """The meter."""
    price: Price
    """Price for `per` units."""
    per: Whole = 1
    """Number of units the price is for."""
    when: Conditions = {}
    """Conditions of the price."""
    above: Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})] = 0
    """Threshold of the price."""
    source: Source
    """The source of the claim."""
    key: Word = ""
    """Key in the source, if it is a data set."""
    value: Word = ""
    """Text of the value there."""


class Example(Entry):
    """A worked example that the tariff must reproduce."""

    record = records.Example
    usage: dict[Word, Number]
    """Quantities by meter."""
    facts: dict[Word, FactValue] = {}
    """Facts that differ from the defaults."""
    total: Number
    """The cost."""
    source: Url = ""
    """The page that publishes the example, if any."""


class Tariff(Entry):
    """One complete, dated price list of an offer."""

    record = records.Tariff
    effective: Day | None = None
    """First day it applies; omitted on a first tariff if unknown."""
    currency: Currency = "USD"
    """ISO 4217 code."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Sources of its prices."""
    defaults: dict[Word, FactValue] = {}
    """Facts assumed, and reported as assumed, if a caller omits them."""
    required: tuple[Word, ...] = ()
    """Facts without a default that a caller must give."""
    rates: tuple[Rate, ...]
    """The prices."""
    adjustments: Annotated[tuple[Adjustment, ...], Field(max_length=16)] = ()
    """Percentages applied to lines in this order, each to the result of the previous one."""
    periods: dict[Word, Annotated[tuple[Word, ...], Field(min_length=1)]] = {}
    """Weekly windows in UTC by name, such as off_peak: ["mon-fri 16:30-24:00"]."""
    claims: tuple[Claim, ...] = ()
    """Prices stated by further sources."""
    examples: tuple[Example, ...] = ()
    """Worked examples, recomputed by validation."""
    incomplete: tuple[Word, ...] = ()
    """Meters the seller charges for at an unknown price."""
    note: Text = ""
    """Remarks on this price list."""


class CapabilityEntry(Entry):
    """The value of one capability, with its source."""

    record = records.Capability
    value: Word
    """yes, no, unknown or another value listed in the vocabulary."""
    source: Source | None = None
    """Source; the card's sources if omitted."""
    note: Text = ""
    """A restriction, such as: only with a single input image."""


Capability = Annotated[CapabilityEntry, BeforeValidator(detailed, json_schema_input_type=str | CapabilityEntry)]


class Limits(Entry):
    """Limits of a call; omitted ones are unknown."""

    record = records.Limits
    sizes: tuple[Size, ...] = ()
    """Accepted sizes, as WIDTHxHEIGHT."""
    resolutions: tuple[Word, ...] = ()
    """Named resolution classes, such as 1K and 4K."""
    aspect_ratios: tuple[Annotated[str, Field(pattern="^[0-9]+:[0-9]+$")], ...] = ()
    """Accepted aspect ratios, such as 16:9."""
    min_side: Whole | None = None
    """Minimum width and height in pixels."""
    max_side: Whole | None = None
    """Maximum width and height in pixels."""
    multiple_of: Whole | None = None
    """Width and height must be multiples of this."""
    min_pixels: Whole | None = None
    """Minimum width times height."""
    max_pixels: Whole | None = None
    """Maximum width times height."""
    max_aspect: Number | None = None
    """Maximum ratio of the longer side to the shorter one."""
    max_images: Whole | None = None
    """Maximum number of images returned by a call (`n`)."""
    max_reference_images: Whole | None = None
    """Maximum number of input images."""
    max_steps: Whole | None = None
    """Maximum number of diffusion steps."""
    max_prompt_characters: Whole | None = None
    """Maximum prompt length in characters."""
    max_upload_bytes: Whole | None = None
    """Maximum file size in bytes."""
    output_formats: tuple[Word, ...] = ()
    """File formats of the result, such as png."""
    response_formats: tuple[Word, ...] = ()
    """Forms of delivery: url, b64_json."""
    context_tokens: Whole | None = None
    """The context window in tokens."""
    max_output_tokens: Whole | None = None
    """Maximum output in tokens."""


class Event(Entry):
    """A dated lifecycle event."""

    record = records.Event
    event: Literal["released", "listed", "deprecated", "retired"]
    """released by its maker, listed by a seller, deprecated (its end is announced), retired (no longer answers)."""
    date: Day
    """The date; in the future if announced."""
    source: Source
    """The source."""
    note: Text = ""
    """Remarks on the date."""


class Offer(Entry):
    """A card as one seller sells it."""

    record = records.Offer
    seller: Word
    """The seller: a file name in catalog/sellers."""
    model_id: Word
    """The seller's id for the model."""
    upstream: Word = ""
    """The seller that serves the calls, if this one forwards them."""
    endpoints: tuple[Word, ...] = ()
    """The endpoints it serves, the main one first."""
    mode: Literal["sync", "async", "both", "unknown"] = "unknown"
    """Synchronous calls, asynchronous jobs to poll, or both."""
    facts: Annotated[dict[Word, FactValue], AfterValidator(in_order)] = {}
    """Facts by which the id differs from the plain model, such as snapshot or region."""
    capabilities: dict[Word, Capability] = {}
    """Values that differ from the card."""
    limits: Limits = Limits()
    """Values that differ from the card."""
    tariffs: tuple[Tariff, ...] = ()
    """Price lists, oldest first; empty if no price is known."""
    note: Text = ""
    """Remarks on this offer."""
    lifecycle: tuple[Event, ...] = ()
    """Dated events of this offer alone."""


class Licence(Entry):
    """The terms under which the weights may be used."""

    record = records.Licence
    name: Word = ""
    """The licence, by SPDX id if it has one."""
    weights: Literal["open", "closed", "unknown"] = "unknown"
    """Availability of the weights."""
    commercial: ThreeValued = "unknown"
    """Permission for commercial use."""
    source: Source | None = None
    """The source."""


class Statement(Entry):
    """The statement of one source in a disagreement."""

    record = records.Statement
    says: Text
    """The statement, in our words."""
    source: Source
    """The source."""


class Disagreement(Entry):
    """A fact on which sources disagree."""

    record = records.Disagreement
    about: Word
    """The subject: price, mask, released, …"""
    held: Text
    """The value the card holds."""
    why: Text
    """The reason."""
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    """The statements of the sources."""


class Card(Entry):
    """A model: its facts, whoever sells it. Its slug is its path under catalog/models."""

    record = records.Card
    name: Word
    """The common name."""
    provider: Word
    """The maker, from providers.yaml."""
    modality: Literal["text", "image", "video", "audio", "embedding", "rerank"]
    """The kind of output."""
    kind: Kind | Literal[""] = ""
    """What it is used as; its modality if omitted."""
    family: Word = ""
    """The model family."""
    description: Text = ""
    """One or two sentences of our own."""
    strengths: tuple[Word, ...] = ()
    """Strengths, most important first."""
    use_cases: tuple[Word, ...] = ()
    """Common uses, most important first."""
    ids: tuple[Word, ...] = ()
    """Further names of exactly this model, such as sellers' ids; compared in normal form."""
    ids_at: Annotated[dict[Word, Annotated[tuple[Word, ...], Field(min_length=1)]], AfterValidator(in_order)] = {}
    """Ids that mean this model at one seller alone, by seller."""
    input_modalities: tuple[InputModality, ...] = ()
    """Modalities it accepts."""
    output_modalities: tuple[OutputModality, ...] = ()
    """Modalities it returns."""
    required_inputs: tuple[Literal["prompt", "image", "mask", "video", "audio"], ...] = ()
    """Inputs that every call requires."""
    capabilities: dict[Word, Capability] = {}
    """Capabilities; omitted ones are unknown."""
    limits: Limits = Limits()
    """Limits of a call."""
    lifecycle: tuple[Event, ...] = ()
    """Dated lifecycle events."""
    replaced_by: Slug = ""
    """The slug of its successor."""
    licence: Licence = Licence()
    """The terms under which the weights may be used."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Sources of the card's facts."""
    disagreements: tuple[Disagreement, ...] = ()
    """Facts on which sources disagree."""
    offers: tuple[Offer, ...] = ()
    """Offers of its sellers, the default one first."""
