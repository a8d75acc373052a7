"""The likely usage of a request at any model, for comparing offers if its sender states none.

Input tokens are counted with one tokenizer for all models, or guessed from the bytes. The output is assumed to be all
that the request allows; without a limit it is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadValue
from ratecard.requests import tokens
from ratecard.requests.content import DEFINITIONS, ITEM, TEXT, TOKEN_IDS, GivenParameter, Piece
from ratecard.requests.needs_of import ParsedRequest
from ratecard.requests.quantities import COPIES, EMBEDDINGS, OUTPUT_LIMIT, WRITING

#: The endpoints whose calls are compared by the tokens of texts.
COUNTED = (*WRITING, EMBEDDINGS)


class Likely(NamedTuple):
    """An assumed quantity, and why."""

    meter: str
    quantity: Decimal
    why: str


def likely(reading: ParsedRequest, counter: tokens.Counter = tokens.installed) -> tuple[Likely, ...]:
    """The likely usage of a call in tokens; nothing for calls that are not compared by tokens.

    Raises `BadValue` if a request does not bound its output.
    """
    if reading.endpoint not in COUNTED:
        return ()
    found = [_input(reading.pieces, counter)]
    return tuple(found if reading.endpoint == EMBEDDINGS else [*found, _output(reading.asked)])


def _input(held: Sequence[Piece], counter: tokens.Counter) -> Likely:
    told = tokens.tokens((piece.text for piece in held if piece.kind in (TEXT, DEFINITIONS)), "", counter)
    given = sum(piece.times for piece in held if piece.kind == TOKEN_IDS)
    items = sum(piece.kind == ITEM for piece in held)
    around = items * tokens.OTHER_FRAMING.message[1] + (tokens.OTHER_FRAMING.reply[1] if items else 0)
    way = f"counted with {tokens.STAND_IN}" if counter(tokens.STAND_IN) else "about 4 bytes a token"
    return Likely("input_tokens", Decimal(told.expected + given + around), f"its text, {way}; images not counted")


def _output(asked: Iterable[GivenParameter]) -> Likely:
    rows = [(entry, entry.cost) for entry in asked if isinstance(entry.value, int)]
    limits = sorted((entry.name, entry.value) for entry, role in rows if role == OUTPUT_LIMIT)
    if not limits:
        raise BadValue(
            "the request does not say how much may come out: add output_tokens=500 or so, or a limit such as "
            "max_completion_tokens to the request"
        )
    copies = max((Decimal(str(entry.value)) for entry, role in rows if role == COPIES), default=decimals.ONE)
    name, most = limits[0]
    return Likely("output_tokens", decimals.multiply(Decimal(str(most)), copies), f"all that {name} allows")
