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


def _side() -> Json:
    price = _record("price per currency", price=MONEY, per=COUNT, currency=TEXT)
    return {"anyOf": [price, {"type": "null"}], "description": "Null where there is no price on this side."}


def _models() -> Json:
    optional = {"family": TEXT, "born": DAY, "retired": DAY, "context_tokens": COUNT}
    return _record(
        "slug name provider modality active sellers price_status page record", optional,
        slug=TEXT, name=TEXT, provider=TEXT, modality=TEXT, active={"type": "boolean"},
        sellers={"type": "array", "items": TEXT}, price_status=STATUS, page=TEXT, record=TEXT,
    )  # fmt: skip


def _providers() -> Json:
    return _record("id name models page", {"url": TEXT}, id=TEXT, name=TEXT, models=COUNT, page=TEXT)


def _sellers() -> Json:
    """A seller with everything known of it; other fields vary."""
    fields = {"id": TEXT, "name": TEXT, "kind": TEXT, "offers": COUNT, "page": TEXT}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _prices() -> Json:
    optional = {"when": WHEN, "above": COUNT, "minimum": MONEY, "zero": TEXT, "since": DAY}
    return _record(
        "model seller model_id meter price per currency status confidence", optional,
        model=TEXT, seller=TEXT, model_id=TEXT, meter=TEXT, price=MONEY, per=COUNT, currency=TEXT, status=STATUS,
        confidence=TEXT,
    )  # fmt: skip


def _changes() -> Json:
    move = _record("meter when above before after", meter=TEXT, when=WHEN, above=COUNT, before=_side(), after=_side())
    optional: Mapping[str, Json] = {
        "seller": TEXT, "model_id": TEXT, "note": TEXT, "prices": {"type": "array", "items": move},
    }  # fmt: skip
    return _record("day kind model name source", optional, day=DAY, kind=TEXT, model=TEXT, name=TEXT, source=TEXT)


def _whole_model() -> Json:
    """A card as the catalog holds it; which fields it has beyond these is up to what is known of it."""
    status = _record("seller model_id price_status", seller=TEXT, model_id=TEXT, price_status=STATUS)
    fields: Mapping[str, Json] = {
        "as_of": DAY, "price_statuses": {"type": "array", "items": status}, "slug": TEXT, "name": TEXT,
        "provider": TEXT, "modality": TEXT,
    }  # fmt: skip
    offers: Json = {"offers": {"type": "array", "items": {"type": "object", "required": ["seller", "model_id"]}}}
    return {"type": "object", "properties": {**fields, **offers}, "required": list(fields)}


def _openai_models() -> Json:
    created = COUNT | {"description": "Seconds since 1970; 0 where nobody says."}
    entry = _record("id object created owned_by", id=TEXT, object={"const": "model"}, created=created, owned_by=TEXT)
    return _record("object data", object={"const": "list"}, data={"type": "array", "items": entry})


#: The lists: what each is of, and the schema of an entry.
LISTS: Mapping[str, tuple[str, Json]] = {
    "models": ("Every model in brief.", _models()),
    "providers": ("Who makes models.", _providers()),
    "sellers": ("Who sells calls, with fees and errors.", _sellers()),
    "prices": ("Every price in force, a row for each rate of each offer.", _prices()),
    "changes": ("Dated events, the newest first; days to come are announced.", _changes()),
}


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
        name: _record(f"as_of {name}", {"as_of": DAY, name: {"type": "array", "items": entry}})
        for name, (_, entry) in LISTS.items()
    }
    return {**lists, "openai": _openai_models(), "model": _whole_model()}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _get(id: str, what: str, schema: Json) -> Json:
    answer = {"description": what, "content": {"application/json": {"schema": schema}}}
    return {"get": {"operationId": id, "summary": what, "responses": {"200": answer}}}
