"""The quantities of a request at an offer: each meter of its price list, with bounds and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.records import Card, Meter, Offer, Tariff
from ratecard.requests import tokens
from ratecard.requests.bounds import Quantity, joined, known, unknown
from ratecard.requests.content import (
    AUDIO_IN,
    DEFINITIONS,
    IMAGES_IN,
    ITEM,
    MASK_IN,
    NAME,
    TEXT,
    TOKEN_IDS,
    TOOL_RUN,
    UNSEEN,
    VIDEO_IN,
    GivenParameter,
    Piece,
)

CHAT = "chat/completions"
EMBEDDINGS, SPEECH, RERANK = "embeddings", "audio/speech", "rerank"
#: The calls whose texts are messages, with marks around each.
FRAMED = (CHAT, "responses")
WRITING = (*FRAMED, "completions")
DRAWING = ("images/generations", "images/edits", "images/variations")
LISTENING = ("audio/transcriptions", "audio/translations")
FILMING = ("videos", "videos/edits", "videos/extensions")

#: The `cost` of rows about parameters that bound the output, and of costs that a request does not determine.
COPIES, OUTPUT_LIMIT, TOOL_LIMIT, OUTPUTS, EXTRA = "copies", "output limit", "tool limit", "outputs", "extra"
TEXT_OUT, IMAGES_OUT, VIDEOS_OUT, AUDIO_OUT = "text out", "images out", "videos out", "audio out"


class Dimension(NamedTuple):
    """The meters that may charge a side of a call, preferred first; no endpoints means all."""

    endpoints: tuple[str, ...]
    side: str
    meters: tuple[str, ...]


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension((SPEECH,), TEXT, ("input_characters", "input_tokens")),
    Dimension((), TEXT, ("input_tokens", "input_characters")),
    Dimension((*WRITING, *LISTENING), TEXT_OUT, ("output_tokens",)),
    Dimension(DRAWING, IMAGES_OUT, ("images", "output_image_tokens", "output_tokens")),
    Dimension(FILMING, VIDEOS_OUT, ("videos", "output_video_tokens")),
    Dimension((SPEECH,), AUDIO_OUT, ("output_audio_tokens", "output_audio_seconds", "audio_seconds")),
    Dimension(WRITING, IMAGES_OUT, ("output_image_tokens", "images")),
    Dimension((CHAT,), AUDIO_OUT, ("output_audio_tokens", "output_audio_seconds")),
    Dimension((), IMAGES_IN, ("input_images", "input_image_tokens", "input_tokens")),
    Dimension(LISTENING, AUDIO_IN, ("audio_seconds", "input_audio_seconds", "input_audio_tokens")),
    Dimension((), AUDIO_IN, ("input_audio_tokens", "input_audio_seconds", "input_tokens")),
    Dimension((), VIDEO_IN, ("input_video_tokens", "input_video_seconds", "input_tokens")),
)


def meters(endpoint: str, side: str) -> tuple[str, ...]:
    """The meters that may charge a side of a call to an endpoint."""
    fitting = (row.meters for row in DIMENSIONS if row.side == side and endpoint in (row.endpoints or (endpoint,)))
    return next(fitting, ())


class Scene(NamedTuple):
    """A request at an offer: its parameters and pieces, and the meters the caller mentions."""

    card: Card
    offer: Offer
    tariff: Tariff
    words: Mapping[str, Meter]
    endpoint: str
    asked: tuple[GivenParameter, ...]
    pieces: tuple[Piece, ...]
    counter: tokens.Counter
    spoken: frozenset[str] = frozenset()


class ChargedQuantities(NamedTuple):
    """The quantities of a request by meter, and possible further costs."""

    quantities: Mapping[str, Quantity]
    excluded: tuple[str, ...]
    notes: tuple[str, ...]


def charged_quantities(at: Scene) -> ChargedQuantities:
    """The quantities that a request will be charged for."""
    parts = [*_text_in(at), *_media_in(at), *_tools(at), *_text_out(at), *_media_out(at)]
    if at.endpoint == RERANK and "queries" in _measured(at):
        documents = max(1, len(_pieces(at, TEXT, IMAGES_IN)) - 1)
        least, expected, most = Decimal(1), Decimal(-(-documents // 100)), Decimal(documents)
        parts.append(Quantity("queries", least, expected, most, ("one for up to 100 documents, at most one for each",)))
    if "requests" in _measured(at):
        parts.append(known("requests", 1, "one request"))
    found = joined(parts)
    return ChargedQuantities(_capped(at, found), tuple(_excluded(at)), tuple(_notes(at)))


def _measured(at: Scene) -> set[str]:
    """The meters the price list has rates for, as they are or by a reading."""
    priced = {rate.meter for rate in at.tariff.rates}
    return priced | {reading.of for meter in priced if (reading := at.words[meter].reading)}


def _meter(at: Scene, side: str) -> str:
    """The meter that charges a side of the call: one the caller mentions, else the first with a rate.

    A mention of text does not cover images that are counted as text.
    """
    offered, texts = meters(at.endpoint, side), meters(at.endpoint, TEXT)
    spoken = [meter for meter in offered if meter in at.spoken and (side == TEXT or meter not in texts)]
    measured = _measured(at)
    return next((meter for meter in (*spoken, *offered) if meter in spoken or meter in measured), "")


def _values(at: Scene, cost: str) -> list[tuple[str, object]]:
    return [(entry.name, entry.value) for entry in at.asked if entry.cost == cost]


def _pieces(at: Scene, *kinds: str) -> list[Piece]:
    return [piece for piece in at.pieces if piece.kind in kinds]


def _limit(at: Scene, name: str) -> int | None:
    """A limit of the offer, or of the model wherever it is sold."""
    own: int | None = getattr(at.offer.limits, name)
    general: int | None = getattr(at.card.limits, name)
    return general if own is None else own


def _text_in(at: Scene) -> Iterator[Quantity]:
    """The input text; free at a drawing model without a rate for it."""
    if at.endpoint in LISTENING and not _meter(at, AUDIO_IN).endswith("tokens"):
        return
    meter = _meter(at, TEXT)
    if not meter and at.endpoint in (*WRITING, EMBEDDINGS, SPEECH, RERANK):
        meter = meters(at.endpoint, TEXT)[0]
    texts = [piece.text for piece in _pieces(at, TEXT)]
    if meter == "input_characters":
        yield known(meter, sum(map(len, texts)), "the characters of its text")
    elif meter:
        yield from _tokens_in(at, meter, texts)


def _tokens_in(at: Scene, meter: str, texts: list[str]) -> Iterator[Quantity]:
    encoding = tokens.encoding_of(at.card)
    if texts:
        yield _as_quantity(meter, tokens.tokens(texts, encoding, at.counter))
    given = sum(piece.times for piece in _pieces(at, TOKEN_IDS))
    if given:
        yield known(meter, given, "token ids as given")
    if at.endpoint in FRAMED:
        framing = tokens.KNOWN_FRAMING if encoding else tokens.OTHER_FRAMING
        items, names = len(_pieces(at, ITEM)), len(_pieces(at, NAME))
        low, middle, high = (
            Decimal(items * message + names * name + reply)
            for message, name, reply in zip(framing.message, framing.name, framing.reply, strict=True)
        )
        yield Quantity(meter, low, middle, high, (f"{framing.why} assumed",))
    told = [piece.text for piece in _pieces(at, DEFINITIONS)]
    if told:
        counted = tokens.tokens(told, encoding, at.counter)
        loose = tokens.loose(told)
        expected = max(loose.least, min(counted.expected, loose.most))
        why = "tools and schemas, rewritten by the seller: at least their words, at most the bytes of their JSON"
        yield _as_quantity(meter, tokens.Tokens(loose.least, expected, loose.most, why))


def _as_quantity(meter: str, count: tokens.Tokens) -> Quantity:
    return Quantity(meter, Decimal(count.least), Decimal(count.expected), Decimal(count.most), (count.why,))


def _media_in(at: Scene) -> Iterator[Quantity]:
    """The input images, recordings and videos, and references."""
    context = _limit(at, "context_tokens")
    for side in (IMAGES_IN, AUDIO_IN, VIDEO_IN):
        found = _pieces(at, side)
        meter = _meter(at, side)
        if not found or not meter:
            continue
        if meter == "input_images":
            yield known(meter, len(found), "the images that go in")
        else:
            most = context if meter.endswith("tokens") else None
            yield unknown(meter, most, f"how much {_locations(found)} comes to is not in the request{_by(most)}")
    masks = _pieces(at, MASK_IN)
    if masks and _meter(at, IMAGES_IN) == "input_images":
        count, none = Decimal(len(masks)), Decimal(0)
        yield Quantity("input_images", none, none, count, ("a mask may count as an image that goes in",))
    unseen = [*_pieces(at, UNSEEN), *_pieces(at, TOOL_RUN)]
    if unseen and at.endpoint in (*WRITING, EMBEDDINGS):
        why = f"what {_locations(unseen)} brings in is not in the request{_by(context)}"
        yield unknown(meters(at.endpoint, TEXT)[0], context, why)


def _by(most: int | None) -> str:
    return "" if most is None else f": at most the model's context of {most:,} tokens"


def _locations(found: Iterable[Piece]) -> str:
    return " and ".join(dict.fromkeys(piece.where for piece in found))


def _capped(at: Scene, found: dict[str, Quantity]) -> dict[str, Quantity]:
    """Partly unseen input is bounded by the context as a whole, not in addition to the seen part."""
    context = _limit(at, "context_tokens")
    if context is None:
        return found
    capped = dict(found)
    for meter, entry in found.items():
        open_input = at.words[meter].prompt and entry.expected is None
        if open_input and entry.most is not None and entry.most > context:
            capped[meter] = entry._replace(most=max(Decimal(context), entry.least))
    return capped


def _tools(at: Scene) -> Iterator[Quantity]:
    """The tools that a seller runs, as often as the model likes."""
    limits = [value for _, value in _values(at, TOOL_LIMIT) if isinstance(value, int)]
    most = min(limits) if limits else None
    bound = "as often as the model likes" if most is None else f"at most max_tool_calls {most:,} times"
    for piece in _pieces(at, TOOL_RUN):
        if piece.text in _measured(at):
            yield unknown(piece.text, most, f"{piece.where} is used {bound}")


def _copies(at: Scene) -> int:
    """The number of answers, images or videos; one unless stated."""
    return max((value for _, value in _values(at, COPIES) if isinstance(value, int)), default=1)


def _text_out(at: Scene) -> Iterator[Quantity]:
    """The output text: from nothing to what the request or the model allows."""
    if not meters(at.endpoint, TEXT_OUT):
        return
    if at.endpoint in LISTENING and not _meter(at, AUDIO_IN).endswith("tokens"):
        return
    most, why = _most_out(at)
    yield unknown("output_tokens", most, why)
    drawn = _meter(at, IMAGES_OUT) if at.card.modality == "image" else ""
    if drawn:
        yield unknown(drawn, most if drawn.endswith("tokens") else None, f"the answer may hold images: {why}")
    if any(isinstance(value, list) and "audio" in value for _, value in _values(at, OUTPUTS)):
        yield unknown(_meter(at, AUDIO_OUT) or "output_audio_tokens", most, f"the answer is spoken too: {why}")


def _most_out(at: Scene) -> tuple[int | None, str]:
    copies = _copies(at)
    times = f" for each of {copies:,} answers" if copies > 1 else ""
    for name, value in sorted(_values(at, OUTPUT_LIMIT)):  # max_completion_tokens goes before max_tokens
        if isinstance(value, int):
            return value * copies, f"{name} {value:,}{times}"
    for name, label in (("max_output_tokens", "limit"), ("context_tokens", "context")):
        limit = _limit(at, name)
        if limit is not None:
            return limit * copies, f"no limit in the request: the model's {label} of {limit:,} tokens{times}"
    return None, "no limit in the request, and none of the model is known"


def _media_out(at: Scene) -> Iterator[Quantity]:
    """The output images, videos and recordings."""
    copies = _copies(at)
    for side, endpoints in ((IMAGES_OUT, DRAWING), (VIDEOS_OUT, FILMING), (AUDIO_OUT, (SPEECH,))):
        if at.endpoint not in endpoints:
            continue
        meter = _meter(at, side) or ("" if side == AUDIO_OUT else meters(at.endpoint, side)[0])
        if meter in ("images", "videos"):
            stated = ", ".join(name for name, _ in _values(at, COPIES))
            yield known(meter, copies, f"given as {stated}" if stated else "one, since the request asks for no number")
        elif meter:
            yield unknown(meter, None, f"how much comes out in {meter} is not in the request")


def _excluded(at: Scene) -> Iterator[str]:
    """Possible further charges, each with its place in the request."""
    for name, value in _values(at, EXTRA):
        if value or value == {}:
            yield f"{name}: what it costs cannot be told from the request"
    for piece in _pieces(at, TOOL_RUN):
        if piece.text not in _measured(at):
            yield f"{piece.where}: what the tool costs is not in this price list"


def _notes(at: Scene) -> Iterator[str]:
    """Notes on input without a rate, which a complete price list does not charge for."""
    for side in (IMAGES_IN, AUDIO_IN, VIDEO_IN):
        found = _pieces(at, side)
        if found and not _meter(at, side):
            yield f"{_locations(found)}: this price list has no rate for it"
    if at.endpoint not in WRITING:
        return
    measured = _measured(at)
    if "cache_read_tokens" in measured and "cache_read_tokens" not in at.spoken:
        yield "none of the input is taken to be read from a cache; give cache_read_tokens=… if some is"
    if "reasoning_tokens" in measured and "reasoning_tokens" not in at.spoken:
        yield "reasoning is taken to be charged as output; give reasoning_tokens=… for what is not"
    limit = _limit(at, "max_output_tokens")
    for name, value in _values(at, OUTPUT_LIMIT):
        if limit is not None and isinstance(value, int) and value > limit:
            yield f"{name} {value:,} is more than the model's limit of {limit:,} tokens"
