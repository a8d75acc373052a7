"""What the pages forecast requests by: the rows that say what each parameter of a call decides, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ratecard.forecasting import bounds, circumstances, parameters, requests, tokenizing
from ratecard.forecasting.tokenizing import Framing
from ratecard.plain import plain

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


def document() -> bytes:
    """Every row and number of the forecast that is no law, for the scripts of all pages."""
    found = {
        "groups": GROUPS,
        "parameters": plain(parameters.PARAMETERS),
        "shapes": [{"modalities": (), **shape._asdict()} for shape in parameters.SHAPES],
        "sides": [row._asdict() for row in parameters.DIMENSIONS],
        "parts": parameters.PARTS,
        "items": {"texts": parameters.ITEM_TEXTS, "contents": parameters.ITEM_CONTENTS, "marks": parameters.ITEM_MARKS},
        "tools": {"told": parameters.TOLD_TOOLS, "run": parameters.RUN_TOOLS},
        "framing": {"known": _framing(tokenizing.KNOWN_FRAMING), "other": _framing(tokenizing.OTHER_FRAMING)},
        "bytes_per_token": tokenizing.BYTES_PER_TOKEN,
        "most_of_anything": requests.MAX_COUNT,
        "never_empty": requests.NEVER_EMPTY,
        "within": bounds.WITHIN,
        "listed": circumstances.LISTED,
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _framing(found: Framing) -> Mapping[str, object]:
    return found._asdict()
