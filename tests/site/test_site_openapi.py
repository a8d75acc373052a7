"""The OpenAPI document describes exactly the calls that the pages show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ratecard.core.catalog import Catalog
from ratecard.site.edition import Edition, page_offer, seller_of
from ratecard.site.views import calls, snippets


@pytest.fixture(name="document", scope="module")
def _document(site: Path) -> Any:
    return json.loads((site / "openapi.json").read_text("utf-8"))


def test_the_document_is_openapi(document: Any) -> None:
    """It names its version, its server, and for every call a request and answers that are defined."""
    assert document["openapi"] == "3.1.0"
    assert set(document["info"]) >= {"title", "version"}
    assert document["servers"] == [{"url": "https://api.aigateway.sh/v1"}]
    for path in document["paths"].values():
        operation = path["post"]
        assert operation["requestBody"]["content"]
        assert "200" in operation["responses"]
        for answer in operation["responses"].values():
            reference = answer["content"]["application/json"]["schema"]["$ref"]
            assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_the_document_has_the_calls_of_the_catalog(document: Any, catalog: Catalog) -> None:
    """Its paths are those of the endpoints that pages show, and its answers the gateway's errors."""
    paths = {endpoint.path for endpoint in catalog.vocabulary.endpoints.values() if endpoint.id in calls.BODIES}
    statuses = {str(error.status) for error in catalog.sellers["aigateway"].errors}

    assert set(document["paths"]) == paths
    for path in document["paths"].values():
        assert set(path["post"]["responses"]) == {"200", *statuses}


def test_every_field_of_an_example_is_defined(document: Any) -> None:
    """Examples carry every required field and none the schema does not know."""
    for path in document["paths"].values():
        for body in path["post"]["requestBody"]["content"].values():
            example = body.get("example", {})
            schema = body["schema"]
            assert set(example) <= set(schema["properties"])
            assert not example or set(schema["required"]) <= set(example)


def test_examples_are_those_of_the_pages(document: Any, edition: Edition) -> None:
    """The document's example for a model is the request body its page shows."""
    card = edition.catalog.cards["bfl/flux-2-klein-9b"]
    offer = page_offer(edition, card)
    call = snippets.call(card, offer, seller_of(edition, offer), edition.catalog.vocabulary, full=False)
    body = document["paths"]["/images/generations"]["post"]["requestBody"]["content"]["application/json"]

    assert call is not None
    assert json.loads(call.request.text.replace('   // or "b64_json"', "")) == body["example"]


def test_every_shown_request_fits_the_document(document: Any, edition: Edition) -> None:
    """Each page's request has the fields that the document requires and only fields it knows."""
    for card in edition.catalog.cards.values():
        offer = page_offer(edition, card)
        call = snippets.call(card, offer, seller_of(edition, offer), edition.catalog.vocabulary, full=True)
        if call is None or offer is None:
            continue
        path = edition.catalog.vocabulary.endpoints[offer.endpoints[0]].path
        schema = document["paths"][path]["post"]["requestBody"]["content"][call.content_type]["schema"]
        fields = _fields(call)

        assert set(schema["required"]) <= fields <= set(schema["properties"]), card.slug


def _fields(call: snippets.Call) -> set[str]:
    if call.content_type == calls.JSON:
        return set(json.loads(call.request.text.replace('   // or "b64_json"', "")))
    return {line.partition("=")[0] for line in call.request.text.splitlines()}
