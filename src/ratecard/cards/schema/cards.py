"""What a model card may hold, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from ratecard.cards.schema.entry import Entry, Source
from ratecard.cards.schema.scalars import (
    Conditions,
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
INPUTS: tuple[str, ...] = get_args(InputModality)
OUTPUTS: tuple[str, ...] = get_args(OutputModality)


class Rate(Entry):
    """One row of a tariff: `price` for every `per` of a meter, where the conditions hold."""

    record = records.Rate
    meter: Word
    """What is counted: a word of meters.yaml."""
    price: Price
    """Money for one `per`, as the source prints it."""
    per: Whole = 1
    """How much of the meter the price buys; 1_000_000 for a price per million tokens."""
    when: Conditions = {}
    """The facts this rate is for; it applies only where all of them hold."""
    above: Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})] = 0
    """Applies to the whole request when its prompt has more tokens than this."""
    minimum: Annotated[Number, AfterValidator(price)] = Decimal(0)
    """The least quantity that is billed, once there is any."""
    zero: Literal["", "free", "beta", "included", "unverified"] = ""
    """Why a price of 0 is 0. Needed there, refused elsewhere."""


class Adjustment(Entry):
    """A percentage on lines, always shown as a line of its own."""

    record = records.Adjustment
    name: Word
    """What a bill calls it, such as batch discount."""
    percent: Percent
    """The percentage: -50 halves, 10 adds a tenth."""
    when: Conditions = {}
    """The facts it is for. A rate that names one of them itself is already that price."""
    meters: tuple[Word, ...] = ()
    """The meters it covers; all of them where none are listed."""


class Claim(Entry):
    """What one more source says a rate is; it agrees with the tariff or disputes it."""

    record = records.Claim
    meter: Word
    """What is counted."""
    price: Price
    """Money for one `per`."""
    per: Whole = 1
    """How much of the meter the price buys."""
    when: Conditions = {}
    """The facts it is for."""
    above: Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})] = 0
    """The threshold it is for."""
    source: Source
    """Who says so."""
    key: Word = ""
    """Where the source states it, if the source is a data set."""
    value: Word = ""
    """How it stands there."""


class Example(Entry):
    """A worked example that the tariff must reproduce."""

    record = records.Example
    usage: dict[Word, Number]
    """Quantities by meter."""
    facts: dict[Word, FactValue] = {}
    """Circumstances that differ from the defaults."""
    total: Number
    """What it costs."""
    source: Url = ""
    """Where the example is published, if it is."""


class Tariff(Entry):
    """One complete, dated price list of an offer."""

    record = records.Tariff
    effective: Day | None = None
    """The first day it holds; left out on a first tariff when nobody knows."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    """Three letters, ISO 4217."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Where its numbers were read."""
    defaults: dict[Word, FactValue] = {}
    """Facts assumed, and reported as assumed, when a caller gives none."""
    required: tuple[Word, ...] = ()
    """Facts that have no default and must be given."""
    rates: tuple[Rate, ...]
    """The prices."""
    adjustments: Annotated[tuple[Adjustment, ...], Field(max_length=16)] = ()
    """Percentages on lines, applied in this order, each on what the ones before it left."""
    periods: dict[Word, Annotated[tuple[Word, ...], Field(min_length=1)]] = {}
    """Weekly windows in UTC by name, such as off_peak: ["mon-fri 16:30-24:00"]."""
    claims: tuple[Claim, ...] = ()
    """What further sources say of the same prices."""
    examples: tuple[Example, ...] = ()
    """Worked examples; validation recomputes them."""
    incomplete: tuple[Word, ...] = ()
    """Meters that this seller is known to charge for without a known price."""
    note: Text = ""
    """What a reader should know about this price list."""


class CapabilityEntry(Entry):
    """What is known of one capability, and from where."""

    record = records.Capability
    value: Word
    """yes, no or unknown, or a value the vocabulary lists for this capability."""
    source: Source | None = None
    """Where it was read; the card's own sources where it is left out."""
    note: Text = ""
    """A condition on it, such as: only with a single input image."""


Capability = Annotated[CapabilityEntry, BeforeValidator(detailed, json_schema_input_type=str | CapabilityEntry)]


class Limits(Entry):
    """How much a call may ask for; what is left out is unknown."""

    record = records.Limits
    sizes: tuple[Size, ...] = ()
    """The only sizes accepted, as WIDTHxHEIGHT."""
    resolutions: tuple[Word, ...] = ()
    """Named resolution classes, such as 1K and 4K."""
    aspect_ratios: tuple[Annotated[str, Field(pattern="^[0-9]+:[0-9]+$")], ...] = ()
    """The aspect ratios accepted, as 16:9."""
    min_side: Whole | None = None
    """The least width and height in pixels."""
    max_side: Whole | None = None
    """The greatest width and height in pixels."""
    multiple_of: Whole | None = None
    """Width and height must be multiples of this."""
    min_pixels: Whole | None = None
    """The least width times height."""
    max_pixels: Whole | None = None
    """The greatest width times height."""
    max_aspect: Number | None = None
    """The greatest ratio of the longer side to the shorter one."""
    max_images: Whole | None = None
    """The most images one call returns (`n`)."""
    max_reference_images: Whole | None = None
    """The most images one call takes."""
    max_steps: Whole | None = None
    """The most diffusion steps."""
    max_prompt_characters: Whole | None = None
    """The longest prompt, in characters."""
    max_upload_bytes: Whole | None = None
    """The largest file, in bytes."""
    output_formats: tuple[Word, ...] = ()
    """File formats of the result, such as png."""
    response_formats: tuple[Word, ...] = ()
    """How a result is handed over: url, b64_json."""
    context_tokens: Whole | None = None
    """The context window in tokens."""
    max_output_tokens: Whole | None = None
    """The longest answer in tokens."""


class Offer(Entry):
    """A card as one seller sells it."""

    record = records.Offer
    seller: Word
    """Who sells it: a name under catalog/sellers."""
    model_id: Word
    """What the seller calls it."""
    upstream: Word = ""
    """The seller whose servers answer, where this one passes calls on."""
    endpoints: tuple[Word, ...] = ()
    """The calls it answers, the one to show first leading."""
    mode: Literal["sync", "async", "both", "unknown"] = "unknown"
    """Whether the answer comes at once or as a job to poll."""
    capabilities: dict[Word, Capability] = {}
    """Where this offer differs from the card."""
    limits: Limits = Limits()
    """Where this offer differs from the card."""
    tariffs: tuple[Tariff, ...] = ()
    """Its price lists, oldest first; none where no price is known."""
    note: Text = ""
    """What a reader should know about this offer."""


class Event(Entry):
    """A dated turn in a model's life."""

    record = records.Event
    event: Literal["released", "listed", "deprecated", "retired"]
    """released by its maker, listed by a seller, deprecated (announced), retired (no longer answers)."""
    date: Day
    """The day; in the future where it is announced."""
    source: Source
    """Where it was read."""
    note: Text = ""
    """What a reader should know about the date."""


class Licence(Entry):
    """On what terms the weights may be used."""

    record = records.Licence
    name: Word = ""
    """The licence, by its SPDX id where it has one."""
    weights: Literal["open", "closed", "unknown"] = "unknown"
    """Whether the weights can be had."""
    commercial: ThreeValued = "unknown"
    """Whether they may be used commercially."""
    source: Source | None = None
    """Where it was read."""


class Statement(Entry):
    """What one source says in a disagreement."""

    record = records.Statement
    says: Text
    """The fact as that source has it, in our words."""
    source: Source
    """Where it was read."""


class Disagreement(Entry):
    """A fact that sources tell differently."""

    record = records.Disagreement
    about: Word
    """What it is about: price, mask, released, …"""
    held: Text
    """What the card holds to."""
    why: Text
    """Why."""
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    """Who says what."""


class Card(Entry):
    """A model: its facts, whoever sells it. Its slug is its path under catalog/models."""

    record = records.Card
    name: Word
    """The name people know it by."""
    provider: Word
    """Who makes it: a word of providers.yaml."""
    modality: Literal["text", "image", "video", "audio", "embedding", "rerank"]
    """What it makes."""
    family: Word = ""
    """The family it belongs to."""
    description: Text = ""
    """One or two sentences of our own."""
    strengths: tuple[Word, ...] = ()
    """What it is good at, most important first."""
    use_cases: tuple[Word, ...] = ()
    """What people use it for, most important first."""
    aliases: tuple[Word, ...] = ()
    """Other names for exactly this model."""
    input_modalities: tuple[InputModality, ...] = ()
    """What it takes in."""
    output_modalities: tuple[OutputModality, ...] = ()
    """What it gives back."""
    required_inputs: tuple[Literal["prompt", "image", "mask", "video", "audio"], ...] = ()
    """What every call must carry."""
    capabilities: dict[Word, Capability] = {}
    """What it can do; what is left out is unknown."""
    limits: Limits = Limits()
    """How much a call may ask for."""
    lifecycle: tuple[Event, ...] = ()
    """Dated turns in its life."""
    replaced_by: Slug = ""
    """The slug of its successor."""
    licence: Licence = Licence()
    """On what terms the weights may be used."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """Where the card's facts were read."""
    disagreements: tuple[Disagreement, ...] = ()
    """Facts that sources tell differently."""
    offers: tuple[Offer, ...] = ()
    """Who sells it, the offer to price by default first."""
