"""What an author may write in a card, a seller and the vocabularies, typed and documented.

The models accept the author's text, give each value its type and turn into the frozen records of
`ratecard.records`, field by field under the same names. Their field notes become
`catalog/schema/*.schema.json`, so that editors complete and explain them.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from ratecard import exact, records

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){1,3}")
_URL = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[^\s<>\"\\^`{|}]*)?|pkg:[a-z]+/[^\s<>\"\\]+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_SIZE = re.compile(r"[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
MAX_PLACES = 12


def _wrong(what: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError("ratecard", "{what}\0{mend}", {"what": what, "mend": mend})


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    number = exact.parse(value)
    if number is None:
        raise _wrong(f"{value!r} is not a number", "write digits with a point, such as 0.25 or 1_000")
    return number


def _price(number: Decimal) -> Decimal:
    if number < 0:
        raise _wrong(f"a price of {number} is below zero", "write what the source charges")
    if -int(number.as_tuple().exponent) > MAX_PLACES:
        raise _wrong(
            f"{number:f} has more than {MAX_PLACES} decimals",
            "write the price as the source prints it, with its `per`",
        )
    return number


def _whole(value: object) -> object:
    if not isinstance(value, str):
        return value
    number = exact.parse(value)
    if number is None or number != int(number) or number < 0:
        raise _wrong(f"{value!r} is not a whole number", "write digits only, such as 1024")
    return int(number)


def _positive(number: int) -> int:
    if number < 1:
        raise _wrong(f"{number} is below 1", "write 1 or more")
    return number


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError:
        raise _wrong(f"{value!r} is not a date", "write it as YEAR-MONTH-DAY, such as 2026-11-21") from None


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in ("true", "false"):
        raise _wrong(f"{value!r} is neither true nor false", "write true or false")
    return value == "true"


def _matching(pattern: re.Pattern[str], kind: str, mend: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise _wrong(f"{value!r} is not {kind}", mend)
        return value

    return AfterValidator(check)


def _clean(value: str) -> str:
    if not value.strip():
        raise _wrong("the text is empty", "fill it in or leave the key out")
    if _CONTROL.search(value):
        raise _wrong("the text holds a control character", "remove it, and write the text on one line")
    return value.strip()


def _pairs(value: dict[str, str]) -> records.Conditions:
    return frozenset(value.items())


def _detailed(value: object) -> object:
    return {"value": value} if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_clean), Field(max_length=2_000)]
Word = Annotated[str, AfterValidator(_clean), Field(max_length=200)]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Price = Annotated[Number, AfterValidator(_price), WithJsonSchema({"type": "number", "minimum": 0})]
Whole = Annotated[
    int, BeforeValidator(_whole), AfterValidator(_positive), WithJsonSchema({"type": "integer", "minimum": 1})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Url = Annotated[
    str,
    Field(max_length=500),
    _matching(_URL, "a web address", "write it from https:// on, without spaces (or a package as pkg:…)"),
]
PartialDay = Annotated[
    str, _matching(_PARTIAL_DAY, "a date or month", "write it as 2026-11-21, 2026-11 or 2026")
]
Size = Annotated[str, _matching(_SIZE, "a size", "write WIDTHxHEIGHT in pixels, such as 1024x1024")]
Slug = Annotated[
    str,
    _matching(SLUG, "a slug", "write provider/model in lower case letters, digits, dots, dashes"),
]
FactValue = Annotated[Word, WithJsonSchema({"type": ["string", "number"]})]
Conditions = Annotated[dict[Word, FactValue], AfterValidator(_pairs)]
ThreeValued = Literal["yes", "no", "unknown"]


class Entry(BaseModel):
    """A mapping an author writes; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, arbitrary_types_allowed=True)

    record: ClassVar[Any]

    def build(self, **given: object) -> Any:
        """The frozen record of this entry, with the values in `given` added."""
        values = {name: _built(getattr(self, name)) for name in type(self).model_fields}
        return self.record(**values, **given)


def _built(value: object) -> object:
    match value:
        case Entry():
            return value.build()
        case list() | tuple():
            return tuple(_built(item) for item in value)
        case dict():
            return {key: _built(item) for key, item in value.items()}
        case _:
            return value


class Source(Entry):
    """Where something was read, and when."""

    record = records.Source
    url: Url
    """The page it stands on, or the package as pkg:pypi/name@version."""
    checked: Day
    """The day someone last read it there."""
    as_of: PartialDay = ""
    """The date the page itself gives, in full or as year and month."""
    via: Word = ""
    """The data set that carried it, where the page was not read directly."""
    note: Text = ""
    """What a reader should know about this source."""


class Rate(Entry):
    """One row of a tariff: `price` for every `per` of a meter, where the conditions hold."""

    record = records.Rate
    meter: Word
    """What is counted: a word of meters.yaml."""
    price: Price
    """Money for one `per`, as the source prints it."""
    per: Whole = 1
    """How much of the meter the price buys; 1_000_000 for a price per million tokens."""
    when: Conditions = records.NO_CONDITIONS
    """The facts this rate is for; it applies only where all of them hold."""
    above: Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})] = 0
    """Applies to the whole request when its prompt has more tokens than this."""
    minimum: Annotated[Number, AfterValidator(_price)] = Decimal(0)
    """The least quantity that is billed, once there is any."""
    zero: Literal["", "free", "beta", "included", "unverified"] = ""
    """Why a price of 0 is 0. Needed there, refused elsewhere."""


class Adjustment(Entry):
    """A percentage on lines, always shown as a line of its own."""

    record = records.Adjustment
    name: Word
    """What a bill calls it, such as batch discount."""
    percent: Number
    """The percentage: -50 halves, 10 adds a tenth."""
    when: Conditions = records.NO_CONDITIONS
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
    when: Conditions = records.NO_CONDITIONS
    """The facts it is for."""
    source: Source
    """Who says so."""


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
    adjustments: tuple[Adjustment, ...] = ()
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


Capability = Annotated[
    CapabilityEntry, BeforeValidator(_detailed, json_schema_input_type=str | CapabilityEntry)
]


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
    input_modalities: tuple[Literal["text", "image", "video", "audio", "document"], ...] = ()
    """What it takes in."""
    output_modalities: tuple[Literal["text", "image", "video", "audio", "vector", "score"], ...] = ()
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


class Provider(Entry):
    """Who makes models."""

    record = records.Provider
    name: Word
    """The name people know it by."""
    url: Url = ""
    """Its web site."""


class Fee(Entry):
    """What a seller takes on top of the calls themselves."""

    record = records.Fee
    name: Word
    """What a bill calls it."""
    percent: Price
    """The percentage."""
    basis: Literal["on_top", "deducted"]
    """on_top: of the credit bought. deducted: of the payment."""
    waived: Conditions = records.NO_CONDITIONS
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
    kind: Literal["maker", "gateway", "cloud", "reseller"]
    """maker: sells its own models. gateway: passes calls on. cloud and reseller: host others' models."""
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
    fees: tuple[Fee, ...] = ()
    """What it takes on top of the calls."""
    errors: tuple[ApiError, ...] = ()
    """The errors it answers with."""
    rules: tuple[Rule, ...] = ()
    """How it says it works."""
    disagreements: tuple[Disagreement, ...] = ()
    """Where its own pages differ."""


class Reading(Entry):
    """How a quantity follows from another: so many `of`, times each factor."""

    record = records.Reading
    of: Word
    """The meter it is derived from."""
    times: Annotated[tuple[Word, ...], Field(min_length=1)]
    """A whole-number fact, or `<measure> of <size fact>` (pixels, megapixels, extra megapixels, tiles)."""


class Meter(Entry):
    """What is counted."""

    record = records.Meter
    label: Word
    """How a page names the price."""
    unit: Word
    """One of it, in words."""
    bounds: Annotated[tuple[Number, Number], WithJsonSchema({"type": "array", "items": {"type": "number"}})]
    """The range in which a price for one unit is believable."""
    per: Whole = 1
    """The quantity a price is usually shown for."""
    prompt: Flag = False
    """Whether a long-context threshold counts it."""
    whole: Flag = False
    """Whether it comes in whole numbers only."""
    reading: Reading | None = None
    """How it follows from another meter."""
    instead_of: Word = ""
    """The meter it measures in another way; a bill shows one of the two."""


class Fact(Entry):
    """A circumstance that a rate may depend on."""

    record = records.Fact
    label: Word
    """How a page names it."""
    kind: Literal["word", "flag", "integer", "size"]
    """How a value is written."""
    values: tuple[Word, ...] = ()
    """The only words accepted; any where none are listed."""
    sentence: Text
    """What it means."""


class CapabilityWord(Entry):
    """A capability that cards may declare and needs may name."""

    record = records.CapabilityWord
    label: Word
    """How a page names it."""
    sentence: Text
    """What it means."""
    input: Literal["", "image", "mask", "video", "audio"] = ""
    """What a caller must have at hand to ask for it."""
    values: tuple[Word, ...] = (records.YES, records.NO, records.UNKNOWN)
    """The values a card may give."""
    met_by: tuple[Word, ...] = (records.YES,)
    """The values that satisfy a need for it."""


class Endpoint(Entry):
    """A call that a seller answers."""

    record = records.Endpoint
    label: Word
    """What it does."""
    path: Annotated[str, Field(pattern="^/[a-z/]+$")]
    """Its path behind the seller's base URL."""
    modality: Word
    """What it makes."""
    content_type: Word
    """The content type of its request."""
    sends: tuple[Word, ...]
    """What a request can carry."""


class Collection(Entry):
    """A list of models that answers one stated query."""

    record = records.Collection
    title: Word
    """The page's title."""
    sentence: Text
    """The query in words."""
    modality: Word = ""
    """Only models that make this."""
    needs: tuple[Word, ...] = ()
    """Only models with these capabilities."""
    price_status: tuple[Word, ...] = ()
    """Only models with an offer whose price has one of these statuses."""
    lifecycle: Literal["", "active", "retired"] = ""
    """Only models that still answer, or only those that no longer do."""
    newest_per_provider: Flag = False
    """Only the newest dated model of each provider."""
