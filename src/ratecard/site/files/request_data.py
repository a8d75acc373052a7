"""What the pages forecast requests by: the rows that say what each parameter of a call decides, as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import product

from ratecard.core.catalog import retired
from ratecard.core.records import Limits, RequestParameter, Vocabulary
from ratecard.requests import bounds, content, facts, quantities, tokens, values
from ratecard.requests.tokens import Framing
from ratecard.site.edition import Edition
from ratecard.site.views import calls

EVERY = (
    *quantities.WRITING, quantities.EMBEDDINGS, "images/generations", "images/edits", quantities.SPEECH,
    *quantities.LISTENING, "videos",
)  # fmt: skip

#: The endpoints that are alike in what goes in or comes out, by what they do.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "every": EVERY,
    "writing": quantities.WRITING,
    "framed": quantities.FRAMED,
    "drawing": quantities.DRAWING,
    "filming": quantities.FILMING,
    "listening": quantities.LISTENING,
    "speaking": (quantities.SPEECH,),
    "embedding": (quantities.EMBEDDINGS,),
}


#: Requests to begin with: which endpoint each is for, and the parameters that bound what it costs.
SAMPLES: Mapping[str, Mapping[str, object]] = {
    "chat/completions": {"max_completion_tokens": 500},
    "responses": {"max_output_tokens": 500},
    "completions": {"max_tokens": 500},
    "embeddings": {},
    "images/generations": {},
    "images/edits": {},
    "audio/speech": {},
    "audio/transcriptions": {},
    "videos": {"seconds": "8"},
}


def document(edition: Edition) -> bytes:
    """Every row and number of the forecast that is no law, and requests to begin with, for the scripts of all pages."""
    found = {
        "groups": GROUPS,
        "parameters": list(_parameters(edition.catalog.vocabulary)),
        "shapes": list(_shapes(edition.catalog.vocabulary)),
        "sides": [{**row._asdict(), "endpoints": row.endpoints or EVERY} for row in quantities.DIMENSIONS],
        "parts": content.PARTS,
        "items": {"texts": content.ITEM_TEXTS, "contents": content.ITEM_CONTENTS, "marks": _MARKS},
        "tools": {"told": content.TOLD_TOOLS, "run": content.RUN_TOOLS},
        "framing": {"known": _framing(tokens.KNOWN_FRAMING), "other": _framing(tokens.OTHER_FRAMING)},
        "bytes_per_token": tokens.BYTES_PER_TOKEN,
        "most_of_anything": values.MAX_COUNT,
        "never_empty": ("prompt", "input"),
        "within": bounds.WITHIN,
        "listed": facts.LISTED,
        "samples": list(_samples(edition)),
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


_MARKS = ("type", "id", "status", "tool_call_id", "call_id", "cache_control", "phase")
#: The forms the scripts know, by those of the rows.
_FORMS = {
    "whole": "limit",
    "count": "count",
    "text": "text",
    "word": "word",
    "size": "word",
    "flag": "flag",
    "list": "list",
}


def _parameters(vocabulary: Vocabulary) -> Iterator[Mapping[str, object]]:
    """The parameters of each endpoint as the scripts read them: role, form, facts and what some values mean."""
    rows: dict[tuple[str, str], list[RequestParameter]] = {}
    for _, row in sorted(vocabulary.parameters.items()):
        for endpoint, path in product(row.endpoints, row.paths):
            rows.setdefault((endpoint, re.split(r"[.[]", path)[0]), []).append(row)
    for (endpoint, name), about in rows.items():
        direct = [row for row in about if name in row.paths]
        words = {
            word: None for row in direct for word in row.words if word in vocabulary.facts and word != "input_size"
        }
        means = {value: "?" for row in direct if row.cost == "open" for value in row.values}
        means |= {value: "" for row in direct if row.cost == "usual" for value in row.values}
        role = (
            "model"
            if name == "model"
            else next((row.cost for row in about if row.cost not in ("", "open", "usual")), "no cost")
        )
        forms = {_FORMS.get(row.form, "any") for row in direct}
        form = forms.pop() if len(forms) == 1 else "any"
        yield {
            "name": name,
            "endpoints": [endpoint],
            "role": "fact" if words and role in ("no cost", "extra") else role,
            "form": "word" if words and form != "flag" else form,
            "words": list(words),
            "means": means,
        }


def _shapes(vocabulary: Vocabulary) -> Iterator[Mapping[str, object]]:
    """The endpoints by what marks a request to them: one that any kind of model answers, or one of its kind."""
    for row in sorted(vocabulary.endpoints.values(), key=lambda row: row.rank):
        if row.id in EVERY:
            modalities = () if row.modality == "text" else (row.modality,)
            yield {"endpoint": row.id, "marks": row.marks, "modalities": modalities}


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
