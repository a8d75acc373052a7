"""What the vocabularies may hold: meters, facts, capabilities, endpoints, parameters, providers, collections."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from ratecard.cards.schema.entry import Entry, Source
from ratecard.cards.schema.scalars import Conditions, Day, Flag, Number, Text, Url, Whole, Word, whole
from ratecard.core import records

Form = Literal[
    "any", "text", "word", "flag", "count", "whole", "number", "list", "token ids", "object", "size", "ratio"
]
Measure = Literal["value", "one", "count", "characters", "tokens", "token ids", "bytes", "dimensions"]
#: What goes in (text, items, definitions, unseen, images in, mask in, audio in, video in, search), what bounds how much
#: comes out (copies, output limit, tool limit, outputs), a charge that the request does not tell (extra), the usual
#: price (usual) or a fact left to the seller (open).
Cost = Literal[
    "", "text", "items", "definitions", "unseen", "images in", "mask in", "audio in", "video in", "search",
    "copies", "output limit", "tool limit", "outputs", "extra", "usual", "open",
]  # fmt: skip
#: A measured value, as a text.
Value = Annotated[Word, WithJsonSchema({"type": ["string", "number", "boolean"]})]
#: Another word for a meter, fact or capability (`ratecard.core.synonyms`).
Synonym = Annotated[
    Word,
    Field(pattern=r"^[a-z][a-z0-9_-]*( \* [1-9][0-9]*| - [a-z][a-z0-9_]*| = [a-zA-Z0-9._-]+)?$"),
    WithJsonSchema({"type": "string"}),
]


class Provider(Entry):
    """Who makes models."""

    record = records.Provider
    name: Word
    """The name people know it by."""
    url: Url = ""
    """Its web site."""


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
    input: Literal["", "image", "video", "audio"] = ""
    """What it counts of what a caller puts in, such as image."""
    reading: Reading | None = None
    """How it follows from another meter."""
    instead_of: Word = ""
    """The meter it measures in another way; a bill shows one of the two."""
    also: tuple[Synonym, ...] = ()
    """Other words for it: `word`, `word * 60` for one that counts 60 of it, `word - part` for one that includes it."""


class Fact(Entry):
    """A circumstance that a rate may depend on."""

    record = records.Fact
    label: Word
    """How a page names it."""
    kind: Literal["word", "flag", "integer", "size"]
    """How a value is written."""
    values: tuple[Word, ...] = ()
    """The only words accepted; any where none are listed."""
    plain: tuple[Word, ...] = ()
    """The words that mean the standard price."""
    scales: bool = False
    """Whether its values raise or lower all prices of a list by a percentage, as batches and regions do."""
    also: tuple[Synonym, ...] = ()
    """Other words for it: `word`, or `word = value` for a yes or no that stands for a value."""
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
    bound: Flag = False
    """Whether a call that needs it refers to what one seller keeps, so that no other can answer it."""
    by_seller: Flag = False
    """Whether a seller grants it rather than the model, so that what holds at one says nothing of another."""
    implied_by: Word = ""
    """Another capability that comes with it: an offer of which feeds state that one has it too."""
    chat: Flag = False
    """True for what models that chat are asked for."""
    also: tuple[Synonym, ...] = ()
    """Other words for it."""


class UseCase(Entry):
    """What models of some kinds are used for, where a card's author does not say it."""

    record = records.UseCase
    label: Word
    """How a page names it."""
    kinds: Annotated[tuple[Word, ...], Field(min_length=1)]
    """The kinds of models, or what they make, that it is for."""
    needs: tuple[Word, ...] = ()
    """Capabilities that a model must have for it, itself or at a seller."""


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
    marks: tuple[Word, ...] = ()
    """The parameters of which a request to it has one."""
    rank: Whole = 1
    """Its place among the calls a request could be for, from 1."""


ParameterPath = Annotated[
    Word,
    Field(pattern=r"^[a-z][A-Za-z0-9_]*(\[\])*(\.[a-z][A-Za-z0-9_]*(\[\])*)*$"),
    WithJsonSchema({"type": "string"}),
]


class RequestParameter(Entry):
    """What parameters of a request ask of whoever answers it."""

    record = records.RequestParameter
    endpoints: Annotated[tuple[Word, ...], Field(min_length=1)]
    """The calls that have it."""
    paths: Annotated[tuple[ParameterPath, ...], Field(min_length=1)]
    """Where it stands in the request: names joined by a dot, [] behind what is a list."""
    form: Form = "any"
    """How its value is written; a value that no row of its path takes is an error."""
    measure: Measure = "value"
    """What of the value is looked at."""
    values: tuple[Value, ...] = ()
    """The only measured values it is about; any where none are listed."""
    default: tuple[Value, ...] = ()
    """The measured values that ask for nothing."""
    unless: tuple[Word, ...] = ()
    """The parameters of the request beside which it asks for nothing."""
    needs: dict[Word, Word] = {}
    """The needs it causes: a value by kind of need; `measured` stands for the measured value."""
    strength: Literal["hard", "soft", "info"] = "hard"
    """Whether what it needs must be met, is told of where it is not, or only says what the call does."""
    lenient: Flag = False
    """Whether an offer of which nobody knows if it meets the needs passes, with a warning."""
    adds: Flag = False
    """Whether what is measured adds up over the whole request."""
    words: tuple[Word, ...] = ()
    """The facts and meters whose value or quantity is the measured one, or which it leaves open (`cost: open`)."""
    absent: Word = ""
    """What these are where the request does not say."""
    cost: Cost = ""
    """How the request's parameter changes the cost; nothing of its own beside its words where it is left out."""
    inputs: tuple[Literal["image", "mask", "video", "audio"], ...] = ()
    """What the caller has at hand who sends it."""
    sentence: Text
    """What it asks for, and why it counts as it does."""


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


class Feed(Entry):
    """Another project's price list that claims are imported from."""

    record = records.Feed
    name: Word
    """The name people know it by."""
    version: Word
    """The version that was imported last."""
    seen: Day
    """The day its data are of."""
    licence: Word
    """The licence it comes under."""
    url: Url
    """Its home."""
    rank: Whole
    """Its place in the order of precedence, from 1."""
    derived_from: Word = ""
    """The list that it copies, so that both are one voice."""
    expresses: tuple[Word, ...] = ()
    """The conditions of prices that it has a way to state: `above`, a fact, or a fact with one value."""
    keeps_ended: bool = False
    """Whether it goes on listing what is no longer sold, so that being listed there is no sign of life."""
    reads: tuple[Word, ...] = ()
    """The sellers whose own lists it reads: it goes first there among lists of one day, and what it shows is sold."""


class Decision(Entry):
    """Which of several claimed prices is right, or that it stays open, and why."""

    record = records.Decision
    seller: Word
    """The seller."""
    model_id: Word
    """What the seller calls the model."""
    meter: Word
    """What is counted."""
    when: Conditions = {}
    """The conditions of the price."""
    above: Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})] = 0
    """The threshold of the price."""
    values: Annotated[dict[Word, Word], Field(min_length=2)]
    """The texts that were judged, by feed, as the feeds write them."""
    held: Word = ""
    """The feed that is right; left out where the matter stays open."""
    reason: Text
    """Why."""
    source: Source
    """What settles it, or what was looked at."""
    date: Day
    """The day it was decided."""
