"""The frozen records everything else is made of: cards, offers, tariffs, rates and their words.

They hold no behaviour and import nothing heavy, so that a price can be computed without loading the
tools that read cards or build pages. What an author may write is `ratecard.cards.schema`; a test keeps the
two alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

#: Facts a rate or adjustment asks for, as (fact, value) pairs.
Conditions = frozenset[tuple[str, str]]
NO_CONDITIONS: Conditions = frozenset()

YES, NO, UNKNOWN = "yes", "no", "unknown"


class Source(NamedTuple):
    """Where something was read, and when."""

    url: str
    checked: date
    as_of: str = ""
    via: str = ""
    note: str = ""


class Rate(NamedTuple):
    """One row of a tariff: `price` for every `per` of a meter, where the conditions hold."""

    meter: str
    price: Decimal
    per: int = 1
    when: Conditions = NO_CONDITIONS
    above: int = 0
    minimum: Decimal = Decimal(0)
    zero: str = ""


class Adjustment(NamedTuple):
    """A percentage on lines, always shown as a line of its own."""

    name: str
    percent: Decimal
    when: Conditions = NO_CONDITIONS
    meters: tuple[str, ...] = ()


class Claim(NamedTuple):
    """What one more source says a rate is; it agrees with the tariff or disputes it.

    `key` and `value` are where and how a price list that was imported states it.
    """

    meter: str
    price: Decimal
    source: Source
    per: int = 1
    when: Conditions = NO_CONDITIONS
    above: int = 0
    key: str = ""
    value: str = ""


class Example(NamedTuple):
    """A worked example that the tariff must reproduce."""

    usage: Mapping[str, Decimal]
    total: Decimal
    facts: Mapping[str, str] = {}
    source: str = ""


class Tariff(NamedTuple):
    """One complete, dated price list of an offer."""

    sources: tuple[Source, ...]
    rates: tuple[Rate, ...]
    effective: date | None = None
    currency: str = "USD"
    defaults: Mapping[str, str] = {}
    required: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    periods: Mapping[str, tuple[str, ...]] = {}
    claims: tuple[Claim, ...] = ()
    examples: tuple[Example, ...] = ()
    incomplete: tuple[str, ...] = ()
    note: str = ""
    confidence: str = ""


class Capability(NamedTuple):
    """What is known of one capability, and from where."""

    value: str
    source: Source | None = None
    note: str = ""


class Limits(NamedTuple):
    """How much a call may ask for; None and () mean nobody said."""

    sizes: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    aspect_ratios: tuple[str, ...] = ()
    min_side: int | None = None
    max_side: int | None = None
    multiple_of: int | None = None
    min_pixels: int | None = None
    max_pixels: int | None = None
    max_aspect: Decimal | None = None
    max_images: int | None = None
    max_reference_images: int | None = None
    max_steps: int | None = None
    max_prompt_characters: int | None = None
    max_upload_bytes: int | None = None
    output_formats: tuple[str, ...] = ()
    response_formats: tuple[str, ...] = ()
    context_tokens: int | None = None
    max_output_tokens: int | None = None


class Offer(NamedTuple):
    """A card as one seller sells it, answered at its `endpoints` and no other, or at `answers` among others."""

    seller: str
    model_id: str
    upstream: str = ""
    endpoints: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    mode: str = UNKNOWN
    capabilities: Mapping[str, Capability] = {}
    limits: Limits = Limits()
    tariffs: tuple[Tariff, ...] = ()
    note: str = ""


class Event(NamedTuple):
    """A dated turn in a model's life: released, listed, deprecated, retired."""

    event: str
    date: date
    source: Source
    note: str = ""


class Licence(NamedTuple):
    """On what terms the weights may be used."""

    name: str = ""
    weights: str = UNKNOWN
    commercial: str = UNKNOWN
    source: Source | None = None


class Statement(NamedTuple):
    """What one source says in a disagreement."""

    says: str
    source: Source


class Disagreement(NamedTuple):
    """A fact that sources tell differently, what the card holds to, and why."""

    about: str
    held: str
    why: str
    statements: tuple[Statement, ...]


class Card(NamedTuple):
    """A model: its facts, whoever sells it."""

    slug: str
    name: str
    provider: str
    modality: str
    family: str = ""
    description: str = ""
    strengths: tuple[str, ...] = ()
    use_cases: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    input_modalities: tuple[str, ...] = ()
    output_modalities: tuple[str, ...] = ()
    required_inputs: tuple[str, ...] = ()
    capabilities: Mapping[str, Capability] = {}
    limits: Limits = Limits()
    lifecycle: tuple[Event, ...] = ()
    replaced_by: str = ""
    licence: Licence = Licence()
    sources: tuple[Source, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    offers: tuple[Offer, ...] = ()


class Provider(NamedTuple):
    """Who makes models."""

    id: str
    name: str
    url: str = ""


class Fee(NamedTuple):
    """What a seller takes on top of the calls themselves, as a percentage.

    `basis` says of what: `on_top` is a percentage of the credit bought (100 of credit costs 105),
    `deducted` a percentage of the payment (a payment of 100 leaves 95).
    """

    name: str
    percent: Decimal
    basis: str
    waived: Conditions = NO_CONDITIONS
    sources: tuple[Source, ...] = ()
    note: str = ""


class ApiError(NamedTuple):
    """One row of a seller's table of errors."""

    status: int
    type: str
    meaning: str
    retry: bool


class Rule(NamedTuple):
    """Something a seller states about how it works, with its source."""

    about: str
    says: str
    source: Source


class Seller(NamedTuple):
    """Who sells calls; at `endpoints` it answers for all models of words in and words out but those `apart`."""

    id: str
    name: str
    kind: str
    url: str = ""
    base_url: str = ""
    key_variable: str = ""
    key_placeholder: str = ""
    media_url: str = ""
    max_upload_bytes: int | None = None
    url_lifetime_hours: int | None = None
    endpoints: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    fees: tuple[Fee, ...] = ()
    errors: tuple[ApiError, ...] = ()
    rules: tuple[Rule, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


class Reading(NamedTuple):
    """How a quantity follows from another: so many `of`, times each factor."""

    of: str
    times: tuple[str, ...]


class Meter(NamedTuple):
    """What is counted."""

    id: str
    label: str
    unit: str
    bounds: tuple[Decimal, Decimal]
    per: int = 1
    prompt: bool = False
    whole: bool = False
    input: str = ""
    reading: Reading | None = None
    instead_of: str = ""


class Fact(NamedTuple):
    """A circumstance that a rate may depend on."""

    id: str
    label: str
    kind: str
    sentence: str
    values: tuple[str, ...] = ()


class CapabilityWord(NamedTuple):
    """A capability that cards may declare and needs may name.

    `by_seller` is one that a seller grants rather than the model: what holds at one says nothing of another.
    """

    id: str
    label: str
    sentence: str
    input: str = ""
    values: tuple[str, ...] = (YES, NO, UNKNOWN)
    met_by: tuple[str, ...] = (YES,)
    bound: bool = False
    by_seller: bool = False


class Endpoint(NamedTuple):
    """A call that a seller answers."""

    id: str
    label: str
    path: str
    modality: str
    content_type: str
    sends: tuple[str, ...]
    marks: tuple[str, ...] = ()
    rank: int = 1


#: Stands in a row of `RequestParameter` for the value that is measured in the request.
MEASURED = "measured"


class RequestParameter(NamedTuple):
    """What parameters of a request ask of whoever answers it: the needs they cause, and the usage they decide.

    A need whose value is `measured` takes what `measure` makes of the parameter's. `values` are the only ones the
    row is about, `default` those that ask for nothing; nor does any beside a parameter of `unless`. `adds` sums up.
    """

    id: str
    endpoints: tuple[str, ...]
    paths: tuple[str, ...]
    sentence: str
    form: str = "any"
    measure: str = "value"
    values: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: Mapping[str, str] = {}
    strength: str = "hard"
    lenient: bool = False
    adds: bool = False
    words: tuple[str, ...] = ()
    absent: str = ""
    inputs: tuple[str, ...] = ()


class Collection(NamedTuple):
    """A list of models that answers one stated query."""

    id: str
    title: str
    sentence: str
    modality: str = ""
    needs: tuple[str, ...] = ()
    price_status: tuple[str, ...] = ()
    lifecycle: str = ""
    newest_per_provider: bool = False


class Feed(NamedTuple):
    """Another project's price list: `seen` is the day its data are of, `rank` its place in precedence, from 1."""

    id: str
    name: str
    version: str
    seen: date
    licence: str
    url: str
    rank: int


class Decision(NamedTuple):
    """Which of several claimed prices is right, or that it stays open, and why.

    It is about the price of one meter under conditions at one offer, and judged exactly the texts in
    `values`, by feed: where one of them changes, the matter is open again.
    """

    id: str
    seller: str
    model_id: str
    meter: str
    values: Mapping[str, str]
    reason: str
    source: Source
    date: date
    held: str = ""
    when: Conditions = NO_CONDITIONS
    above: int = 0


class Vocabulary(NamedTuple):
    """The words of a catalog: what may be counted, depended on, needed, called and asked for in a call."""

    meters: Mapping[str, Meter] = {}
    facts: Mapping[str, Fact] = {}
    capabilities: Mapping[str, CapabilityWord] = {}
    endpoints: Mapping[str, Endpoint] = {}
    parameters: Mapping[str, RequestParameter] = {}
