"""The OpenAPI document of the site's own JSON files, with the schema each of them satisfies."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ratecard.core.evidence import PRICE_STATUSES
from ratecard.site.edition import Edition
from ratecard.site.files.api import OPENAI_MODELS, PREFIX

Json = dict[str, object]

PATH = "api/openapi.json"

TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
DAY: Json = {"type": "string", "format": "date"}
MONEY: Json = {
    "type": "string",
    "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
    "description": "An exact decimal. It is a text, so that no reader makes a binary fraction of it.",
}
STATUS: Json = {"type": "string", "enum": list(PRICE_STATUSES)}
WHEN: Json = {"type": "object", "additionalProperties": TEXT, "description": "Facts under which the price holds."}


def _record(required: str, optional: Mapping[str, Json] | None = None, **fields: Json) -> Json:
    """An object of these fields and no others, of which the named ones are always there."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": required.split(),
        "additionalProperties": False,
    }


SIDE: Json = {
    "anyOf": [_record("price per currency", price=MONEY, per=COUNT, currency=TEXT), {"type": "null"}],
    "description": "Null where there is no price on this side.",
}


def _open_record(optional: Mapping[str, Json] | None = None, **required: Json) -> Json:
    """An object with at least the required fields; the others vary."""
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def _array(entry: Json) -> Json:
    return {"type": "array", "items": entry}


PRICE_CHANGE = _record("meter when above before after", meter=TEXT, when=WHEN, above=COUNT, before=SIDE, after=SIDE)
#: The lists: what each is of, and the schema of an entry.
LISTS: Mapping[str, tuple[str, Json]] = {
    "models": ("Every model in brief.", _record(
        "slug name provider modality active sellers price_status page record",
        {"family": TEXT, "born": DAY, "retired": DAY, "context_tokens": COUNT},
        slug=TEXT, name=TEXT, provider=TEXT, modality=TEXT, active={"type": "boolean"}, sellers=_array(TEXT),
        price_status=STATUS, page=TEXT, record=TEXT,
    )),
    "providers": ("Who makes models.", _record(
        "id name models page", {"url": TEXT}, id=TEXT, name=TEXT, models=COUNT, page=TEXT,
    )),
    "sellers": ("Who sells calls, with fees and errors.", _open_record(
        id=TEXT, name=TEXT, kind=TEXT, offers=COUNT, page=TEXT,
    )),
    "prices": ("Every price in force, a row for each rate of each offer.", _record(
        "model seller model_id meter price per currency status confidence",
        {"when": WHEN, "above": COUNT, "minimum": MONEY, "zero": TEXT, "since": DAY},
        model=TEXT, seller=TEXT, model_id=TEXT, meter=TEXT, price=MONEY, per=COUNT, currency=TEXT, status=STATUS,
        confidence=TEXT,
    )),
    "changes": ("Dated events, the newest first; days to come are announced.", _record(
        "day kind model name source",
        {"seller": TEXT, "model_id": TEXT, "note": TEXT, "prices": _array(PRICE_CHANGE)},
        day=DAY, kind=TEXT, model=TEXT, name=TEXT, source=TEXT,
    )),
}  # fmt: skip
PRICE_STATUS = _record("seller model_id price_status", seller=TEXT, model_id=TEXT, price_status=STATUS)
#: A card as the catalog holds it, with the fields that are known.
MODEL = _open_record(
    {"offers": _array({"type": "object", "required": ["seller", "model_id"]})},
    as_of=DAY, price_statuses=_array(PRICE_STATUS), slug=TEXT, name=TEXT, provider=TEXT, modality=TEXT,
)  # fmt: skip
OPENAI_MODEL = _record(
    "id object created owned_by", id=TEXT, object={"const": "model"},
    created=COUNT | {"description": "Seconds since 1970; 0 where nobody says."}, owned_by=TEXT,
)  # fmt: skip


def document(edition: Edition) -> str:
    """The document as JSON text."""
    return json.dumps(openapi(edition), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def openapi(edition: Edition) -> Json:
    """The document as OpenAPI 3.1 defines it."""
    paths: Json = {f"/{PREFIX}{name}.json": _get(name, what, _ref(name)) for name, (what, _) in LISTS.items()}
    paths[f"/{OPENAI_MODELS}"] = _get("openai-models", "Every model in the shape of OpenAI's list.", _ref("openai"))
    slug: Json = {"name": "slug", "in": "path", "required": True, "schema": TEXT, "description": "Its slashes stay."}
    whole = _get("model", "A model whole: every offer, price list, capability and source.", _ref("model"))
    paths["/models/{slug}.json"] = {**whole, "parameters": [slug]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{edition.config.name}: the catalog as JSON",
            "version": edition.day.isoformat(),
            "summary": "Static files, made anew with the site: no key, no limit, no query.",
        },
        "servers": [{"url": edition.base.rstrip("/") or ".."}],
        "security": [],
        "paths": paths,
        "components": {"schemas": schemas()},
    }


def schemas() -> Json:
    """The schema of each file by the name the document has for it."""
    lists: Json = {
        name: _record(f"as_of {name}", {"as_of": DAY, name: _array(entry)}) for name, (_, entry) in LISTS.items()
    }
    openai = _record("object data", object={"const": "list"}, data=_array(OPENAI_MODEL))
    return {**lists, "openai": openai, "model": MODEL}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _get(id: str, what: str, schema: Json) -> Json:
    answer = {"description": what, "content": {"application/json": {"schema": schema}}}
    return {"get": {"operationId": id, "summary": what, "responses": {"200": answer}}}
