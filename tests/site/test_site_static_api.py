"""The catalog as JSON: every file fits its schema, and says what the catalog says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from openai.types import Model
from site_reading import DAY

from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.evidence import tariff_at
from ratecard.core.json_values import json_value
from ratecard.site.edition import Edition
from ratecard.site.files import api_openapi

#: What OpenAPI 3.1.0 requires of the parts of a document that this one has: https://spec.openapis.org/oas/v3.1.0.
OPENAPI: dict[str, Any] = {
    "type": "object",
    "required": ["openapi", "info", "paths"],
    "properties": {
        "openapi": {"pattern": r"^3\.1\.\d+$"},
        "info": {"required": ["title", "version"]},
        "servers": {"items": {"required": ["url"]}},
        "paths": {"patternProperties": {"^/": {"$ref": "#/$defs/path"}}, "additionalProperties": False},
        "components": {"properties": {"schemas": {"propertyNames": {"pattern": r"^[a-zA-Z0-9._-]+$"}}}},
    },
    "$defs": {
        "path": {
            "properties": {"parameters": {"items": {"$ref": "#/$defs/parameter"}}},
            "patternProperties": {"^(get|post)$": {"$ref": "#/$defs/operation"}},
            "minProperties": 1,
        },
        "parameter": {
            "required": ["name", "in", "schema"],
            "properties": {"in": {"enum": ["query", "header", "path", "cookie"]}},
            "if": {"properties": {"in": {"const": "path"}}},
            "then": {"required": ["required"], "properties": {"required": {"const": True}}},
        },
        "operation": {
            "required": ["responses", "operationId"],
            "properties": {
                "responses": {
                    "minProperties": 1,
                    "patternProperties": {"^[1-5][0-9]{2}$": {"required": ["description"]}},
                    "additionalProperties": False,
                }
            },
        },
    },
}


@pytest.fixture(name="document", scope="module")
def _document(site: Path) -> Any:
    return read(site, "api/openapi.json")


def read(site: Path, name: str) -> Any:
    """A file of JSON in the site."""
    return json.loads((site / name).read_text("utf-8"))


@pytest.mark.parametrize("name", ["openapi.json", "api/openapi.json"])
def test_both_documents_are_openapi(name: str, site: Path) -> None:
    """They have what OpenAPI 3.1 requires, their schemas are JSON Schema 2020-12, and every reference leads somewhere."""
    document = read(site, name)
    jsonschema.validate(document, OPENAPI)
    held = document["components"]["schemas"]
    for schema in held.values():
        Draft202012Validator.check_schema(schema)
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in held
    ids = [operation["operationId"] for path in document["paths"].values() for operation in operations(path)]
    assert len(ids) == len(set(ids))


def test_each_file_fits_its_schema(site: Path, document: Any, catalog: Catalog) -> None:
    """Every file a path of the document stands for is there, and is what the document says."""
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        name = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        files = [path.replace("{slug}", slug) for slug in catalog.cards] if "{slug}" in path else [path]
        validator = Draft202012Validator(schemas[name])
        for file in files:
            assert list(validator.iter_errors(read(site, file[1:]))) == [], file


def test_every_list_has_a_path(document: Any) -> None:
    """The document has each list, each model whole, and OpenAI's shape."""
    lists = {f"/api/v1/{name}.json" for name in api_openapi.LISTS}

    assert set(document["paths"]) == lists | {"/v1/models", "/models/{slug}.json"}


def test_the_prices_are_those_in_force(site: Path, catalog: Catalog) -> None:
    """There is a row for each rate of each list in force, with the decimal as it is authored."""
    rows = read(site, "api/v1/prices.json")["prices"]
    held = [
        (
            card.slug,
            offer.seller,
            offer.model_id,
            rate.meter,
            decimals.text(rate.price),
            rate.per,
            dict(sorted(rate.when)),
        )
        for _, card in sorted(catalog.cards.items())
        for offer in card.offers
        if (tariff := tariff_at(offer, DAY))
        for rate in tariff.rates
    ]

    assert [
        (row["model"], row["seller"], row["model_id"], row["meter"], row["price"], row["per"], row.get("when", {}))
        for row in rows
    ] == held
    assert all(row["zero"] for row in rows if row["price"] == "0")


def test_a_record_is_the_whole_card(site: Path, catalog: Catalog) -> None:
    """The file of a model holds everything that the catalog knows of it."""
    for slug, card in catalog.cards.items():
        record = read(site, f"models/{slug}.json")
        assert record.pop("as_of") == DAY.isoformat()
        assert len(record.pop("price_statuses")) == len(card.offers)
        assert record == json.loads(json.dumps(json_value(card)))


def test_openais_client_reads_the_list_of_models(site: Path, catalog: Catalog) -> None:
    """Each entry is a Model as OpenAI's own package has it."""
    listed = read(site, "v1/models")

    assert listed["object"] == "list"
    assert [Model.model_validate(entry, strict=True).id for entry in listed["data"]] == sorted(catalog.cards)


def test_every_slug_is_in_the_list_of_slugs(site: Path, catalog: Catalog) -> None:
    """The page for missing addresses knows every model."""
    assert read(site, "slugs.json") == sorted(catalog.cards)


def test_counts_agree(site: Path, edition: Edition) -> None:
    """Providers and sellers are told with as many models and offers as there are."""
    offers = sum(len(card.offers) for card in edition.catalog.cards.values())
    known = edition.catalog.sellers

    assert sum(maker["models"] for maker in read(site, "api/v1/providers.json")["providers"]) == len(
        edition.catalog.cards
    )
    assert sum(seller["offers"] for seller in read(site, "api/v1/sellers.json")["sellers"]) == offers
    assert {seller["id"] for seller in read(site, "api/v1/sellers.json")["sellers"]} == set(known)


def operations(path: Any) -> list[Any]:
    """The operations of a path."""
    return [operation for method, operation in path.items() if method in ("get", "post")]


def references(part: Any) -> list[str]:
    """Every reference within a document."""
    if isinstance(part, dict):
        return [
            *([part["$ref"]] if "$ref" in part else []),
            *(name for held in part.values() for name in references(held)),
        ]
    return [name for held in part for name in references(held)] if isinstance(part, list) else []
