"""Frozen records: cards, offers, tariffs, rates and the vocabulary.

They have no behaviour and import nothing heavy, so a price is computed without loading the tools that
read cards or build pages. `ratecard.cards.schema` defines what authors may write; a test keeps the two in step.

Annotations are evaluated here and in other modules that a price loads: a named tuple compiles each one that is a text,
which takes most of the time to load it.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

#: Facts a rate or adjustment asks for, as (fact, value) pairs.
Conditions = frozenset[tuple[str, str]]
NO_CONDITIONS: Conditions = frozenset()

YES, NO, UNKNOWN = "yes", "no", "unknown"


class Source(NamedTuple):
    """The origin of a statement, and the date it was last checked."""

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
    """A further source's price for a rate, which agrees with the tariff or disputes it.

    `key` and `value` are the key and text in an imported price list.
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
    """One complete, dated price list of an offer.

    `stale` marks one that nobody has read for long, counted from the newest reading of the catalog; `undated` the first
    one known, for the days before the first on which it is known to hold.
    """

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
    stale: bool = False
    undated: bool = False


class Capability(NamedTuple):
    """The value of one capability, with its source."""

    value: str
    source: Source | None = None
    note: str = ""


class Limits(NamedTuple):
    """Limits of a call; None and () mean unknown."""

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


class Event(NamedTuple):
    """A dated lifecycle event: released, listed, deprecated, retired; in the future if it is announced."""

    event: str
    date: date
    source: Source
    note: str = ""


class Offer(NamedTuple):
    """A card as one seller sells it; `endpoints` is the full list of its calls, `answers` a partial one.

    `facts` are those by which its id differs from the plain model, such as a snapshot or a region; `ids` are other
    spellings of the id. `lifecycle` is what is said of this offer alone, `seen` the last day a list showed it.
    """

    seller: str
    model_id: str
    upstream: str = ""
    endpoints: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    mode: str = UNKNOWN
    facts: Mapping[str, str] = {}
    ids: tuple[str, ...] = ()
    capabilities: Mapping[str, Capability] = {}
    limits: Limits = Limits()
    tariffs: tuple[Tariff, ...] = ()
    note: str = ""
    lifecycle: tuple[Event, ...] = ()
    seen: date | None = None


class Licence(NamedTuple):
    """The terms under which the weights may be used."""

    name: str = ""
    weights: str = UNKNOWN
    commercial: str = UNKNOWN
    source: Source | None = None


class Statement(NamedTuple):
    """The statement of one source in a disagreement."""

    says: str
    source: Source


class Disagreement(NamedTuple):
    """A fact on which sources disagree, the value the card holds, and why."""

    about: str
    held: str
    why: str
    statements: tuple[Statement, ...]


class Benchmark(NamedTuple):
    """A published score of a model, and the day it is of.

    `variant` is the snapshot or the effort that was measured, `harness` the program around it; empty if nobody says.
    """

    benchmark: str
    metric: str
    score: Decimal
    variant: str
    harness: str
    source: str
    day: date


class Card(NamedTuple):
    """A model: its facts, whoever sells it.

    `ids` are the ids under which sellers offer it, `ids_at` those that mean it at one seller alone.
    """

    slug: str
    name: str
    provider: str
    modality: str
    kind: str = ""
    family: str = ""
    description: str = ""
    strengths: tuple[str, ...] = ()
    use_cases: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    ids_at: Mapping[str, tuple[str, ...]] = {}
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
    benchmarks: tuple[Benchmark, ...] = ()


class Provider(NamedTuple):
    """An organisation that makes models."""

    id: str
    name: str
    url: str = ""


class Fee(NamedTuple):
    """A seller's charge on top of the calls, as a percentage.

    `basis` says of which amount: `on_top` is a percentage of the credit bought (100 of credit costs 105),
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
    """A statement by a seller about how it works, with its source."""

    about: str
    says: str
    source: Source


class CallCapability(NamedTuple):
    """A capability of a seller's calls: of the model ids in `models`, or of all its models of a modality."""

    capability: str
    value: str
    models: tuple[str, ...] = ()
    modality: str = ""
    source: Source | None = None
    note: str = ""


class Seller(NamedTuple):
    """A seller of calls; `endpoints` serve all its text-to-text models except those in `apart`.

    `host` is another whose machines answer its calls, `closed` is when it stopped selling, and `caution` is why nobody
    should be sent there unasked.

    `names` are what feeds and libraries call it; `scaled` are, by meter, the facts that raise or lower a price in any
    of its price lists, such as service tiers and regions; `means` are, by fact, its own words for values.
    """

    id: str
    name: str
    kind: str
    host: str = ""
    closed: Event | None = None
    caution: str = ""
    names: tuple[str, ...] = ()
    url: str = ""
    prices_url: str = ""
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
    capabilities: tuple[CallCapability, ...] = ()
    scaled: Mapping[str, tuple[str, ...]] = {}
    means: Mapping[str, Mapping[str, str]] = {}


class Reading(NamedTuple):
    """Derives a quantity from the meter `of`, multiplied by each factor in `times`."""

    of: str
    times: tuple[str, ...]


class Meter(NamedTuple):
    """A unit of measurement that usage is counted in; `also` are its synonyms (`ratecard.core.synonyms`)."""

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
    also: tuple[str, ...] = ()


class Fact(NamedTuple):
    """A circumstance that a rate may depend on.

    `plain` are the values that mean the standard price; `scales` marks one whose values raise or lower all prices of a
    list by a percentage.
    """

    id: str
    label: str
    kind: str
    sentence: str
    values: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    scales: bool = False
    also: tuple[str, ...] = ()


class CapabilityWord(NamedTuple):
    """A capability that cards may declare and needs may name.

    `by_seller` marks one that depends on the seller, so its value at one seller says nothing about another;
    `implied_by` is another that comes with it. `chat` marks what models that chat are asked for.
    """

    id: str
    label: str
    sentence: str
    input: str = ""
    values: tuple[str, ...] = (YES, NO, UNKNOWN)
    met_by: tuple[str, ...] = (YES,)
    bound: bool = False
    by_seller: bool = False
    implied_by: str = ""
    chat: bool = False
    also: tuple[str, ...] = ()


class UseCase(NamedTuple):
    """What models of some kinds with some capabilities are used for."""

    id: str
    label: str
    kinds: tuple[str, ...]
    needs: tuple[str, ...] = ()


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


#: A placeholder in `RequestParameter.needs` for the value measured in the request.
MEASURED = "measured"
#: The `cost` of a row whose values leave its `words` to the seller.
OPEN = "open"


class RequestParameter(NamedTuple):
    """The meaning of request parameters: the needs they cause and the usage they determine.

    A need with the value `measured` takes the parameter's value as measured by `measure`. The row applies to
    `values` only, if any are listed; `default` values, and any value next to a parameter of `unless`, cause no need.
    `adds` sums the measured values over the request. `cost` says how the parameter changes the cost beyond its `words`.
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
    cost: str = ""
    inputs: tuple[str, ...] = ()


class Collection(NamedTuple):
    """A list of models selected by a query."""

    id: str
    title: str
    sentence: str
    modality: str = ""
    needs: tuple[str, ...] = ()
    price_status: tuple[str, ...] = ()
    lifecycle: str = ""
    newest_per_provider: bool = False


class Feed(NamedTuple):
    """Another project's price list: `seen` is the date of its data, `rank` its precedence from 1.

    `derived_from` is the list it copies, `expresses` are the conditions of prices that it has a way to state. A list
    that `keeps_ended` goes on listing what is no longer sold. It `reads` the own lists of some sellers.
    """

    id: str
    name: str
    version: str
    seen: date
    licence: str
    url: str
    rank: int
    derived_from: str = ""
    expresses: tuple[str, ...] = ()
    keeps_ended: bool = False
    reads: tuple[str, ...] = ()


class Decision(NamedTuple):
    """A ruling on which of several claimed prices is right, or that the question stays open, with the reason.

    It covers the price of one meter under conditions at one offer, and holds while the feeds in `values` state exactly
    these texts, and others no further price.
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
    """The words of a catalog: meters, facts, capabilities, endpoints, request parameters and use cases."""

    meters: Mapping[str, Meter] = {}
    facts: Mapping[str, Fact] = {}
    capabilities: Mapping[str, CapabilityWord] = {}
    endpoints: Mapping[str, Endpoint] = {}
    parameters: Mapping[str, RequestParameter] = {}
    use_cases: Mapping[str, UseCase] = {}
