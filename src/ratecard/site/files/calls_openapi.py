"""The OpenAPI document of exactly the calls the pages show."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ratecard.core.records import Endpoint, Limits, Seller, Vocabulary
from ratecard.site.views import calls

Json = Mapping[str, object]

EXAMPLE_MODELS: Mapping[str, str] = {
    "images/generations": "bfl/flux-2-klein-9b",
    "images/edits": "bria/fibo-edit/edit",
}
SECURITY = "bearer"
ANSWER = "ImagesResponse"
FAILURE = "Error"

_IMAGE: Json = {
    "url": {"type": "string", "format": "uri", "description": "Where the image can be fetched."},
    "b64_json": {"type": "string", "description": "The image itself in base64."},
}
_ERROR: Json = {"message": {"type": "string"}, "type": {"type": "string"}, "code": {"type": "integer"}}
SCHEMAS: Json = {
    ANSWER: {
        "type": "object",
        "properties": {
            "created": {"type": "integer", "description": "Seconds since 1970 in UTC."},
            "data": {"type": "array", "items": {"type": "object", "properties": _IMAGE}},
        },
        "required": ["created", "data"],
    },
    FAILURE: {
        "type": "object",
        "properties": {"error": {"type": "object", "properties": _ERROR, "required": ["message", "type"]}},
        "required": ["error"],
    },
}


def document(vocabulary: Vocabulary, seller: Seller | None, day: str) -> str:
    """The document as JSON text."""
    return json.dumps(openapi(vocabulary, seller, day), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def openapi(vocabulary: Vocabulary, seller: Seller | None, day: str) -> dict[str, object]:
    """The document as OpenAPI 3.1 defines it."""
    shown = [vocabulary.endpoints[id] for id in calls.BODIES if id in vocabulary.endpoints]
    name = seller.name if seller else "OpenAI-shaped"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name} image calls",
            "version": day,
            "summary": "The calls that the pages of ratecard show.",
        },
        **({"servers": [{"url": seller.base_url}]} if seller and seller.base_url else {}),
        "security": [{SECURITY: []}],
        "paths": {endpoint.path: {"post": _operation(endpoint, seller)} for endpoint in shown},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {SECURITY: {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint, seller: Seller | None) -> Json:
    failures: dict[str, list[str]] = {}
    for error in seller.errors if seller else ():
        again = "; trying again can help" if error.retry else ""
        failures.setdefault(str(error.status), []).append(f"{error.type}: {error.meaning}{again}")
    return {
        "operationId": endpoint.id.replace("/", "-"),
        "summary": endpoint.label,
        "requestBody": {
            "required": True,
            "content": {body.content_type: _content(endpoint, body) for body in calls.BODIES[endpoint.id]},
        },
        "responses": {
            "200": _response("The images.", ANSWER),
            **{status: _response("\n".join(lines), FAILURE) for status, lines in failures.items()},
        },
    }


def _content(endpoint: Endpoint, body: calls.Body) -> Json:
    schema = {
        "type": "object",
        "properties": {field.name: _property(field) for field in body.fields},
        "required": [field.name for field in body.fields if field.required],
    }
    if body.content_type != calls.JSON:
        return {"schema": schema}
    model = EXAMPLE_MODELS[endpoint.id]
    return {"schema": schema, "example": calls.example(body, model, (), Limits())}


def _property(field: calls.BodyField) -> Json:
    kind: Json = {"type": "string", "format": "binary"} if field.type == "file" else {"type": field.type}
    choices: Json = {"enum": list(field.choices)} if field.choices else {}
    least: Json = {"minimum": 1} if field.type == "integer" else {}
    return {**kind, **choices, **least, "description": field.sentence}


def _response(description: str, schema: str) -> Json:
    content = {calls.JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}
