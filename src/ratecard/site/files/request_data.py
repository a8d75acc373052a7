"""What the pages forecast requests by: the rows that say what each parameter of a call decides, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ratecard.core.catalog import retired
from ratecard.core.json_values import json_value
from ratecard.core.records import Limits
from ratecard.requests import bounds, facts, parameters, requests, tokens
from ratecard.requests.tokens import Framing
from ratecard.site.edition import Edition
from ratecard.site.views import calls

#: The endpoints that are alike in what goes in or comes out, by what they do.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "every": parameters.EVERY,
    "writing": parameters.WRITING,
    "framed": parameters.FRAMED,
    "drawing": parameters.DRAWING,
    "filming": (parameters.VIDEOS,),
    "listening": parameters.LISTENING,
    "speaking": (parameters.SPEECH,),
    "embedding": (parameters.EMBEDDINGS,),
}


#: Requests to begin with: which endpoint each is for, and the parameters that bound what it costs.
SAMPLES: Mapping[str, Mapping[str, object]] = {
    parameters.CHAT: {"max_completion_tokens": 500},
    parameters.RESPONSES: {"max_output_tokens": 500},
    parameters.COMPLETIONS: {"max_tokens": 500},
    parameters.EMBEDDINGS: {},
    parameters.GENERATIONS: {},
    parameters.EDITS: {},
    parameters.SPEECH: {},
    parameters.TRANSCRIPTIONS: {},
    parameters.VIDEOS: {"seconds": "8"},
}


def document(edition: Edition) -> bytes:
    """Every row and number of the forecast that is no law, and requests to begin with, for the scripts of all pages."""
    found = {
        "groups": GROUPS,
        "parameters": json_value(parameters.PARAMETERS),
        "shapes": [{"modalities": (), **shape._asdict()} for shape in parameters.SHAPES],
        "sides": [row._asdict() for row in parameters.DIMENSIONS],
        "parts": parameters.PARTS,
        "items": {"texts": parameters.ITEM_TEXTS, "contents": parameters.ITEM_CONTENTS, "marks": parameters.ITEM_MARKS},
        "tools": {"told": parameters.TOLD_TOOLS, "run": parameters.RUN_TOOLS},
        "framing": {"known": _framing(tokens.KNOWN_FRAMING), "other": _framing(tokens.OTHER_FRAMING)},
        "bytes_per_token": tokens.BYTES_PER_TOKEN,
        "most_of_anything": requests.MAX_COUNT,
        "never_empty": requests.NEVER_EMPTY,
        "within": bounds.WITHIN,
        "listed": facts.LISTED,
        "samples": list(_samples(edition)),
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _samples(edition: Edition) -> Iterator[Mapping[str, object]]:
    """A request to each endpoint that models of the catalog are called by, with its label and kind of model."""
    for id, most in SAMPLES.items():
        if (endpoint := edition.catalog.vocabulary.endpoints.get(id)) is None:
            continue
        cards = (card for _, card in sorted(edition.catalog.cards.items()) if card.modality == endpoint.modality)
        slugs = (card.slug for card in cards if not retired(card, edition.day))
        carried = calls.fields(id, "", (), Limits())
        body = {name: value for name, value in carried.items() if name != "model"} | dict(most)
        yield {"label": endpoint.label, "modality": endpoint.modality, "model": next(slugs, ""), "body": body}


def _framing(found: Framing) -> Mapping[str, object]:
    return found._asdict()
