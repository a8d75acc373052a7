"""The JSON Schemas that a site publishes are those its own cards satisfy."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import yaml
from site_reading import ROOT, text

from ratecard.cards.schema import json_schema
from ratecard.core.catalog import Catalog
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.files import schemas

#: The quicker of those that are installed.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
AUTHORED = {"card": "models/**/*.yaml", "seller": "sellers/*.yaml"}
WORDS = ("meters", "facts", "capabilities", "endpoints", "parameters", "collections", "providers", "feeds")


def _published(site: Path, kind: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((site / schemas.path(kind)).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_kind_of_file_has_its_schema(site: Path) -> None:
    """There is a schema for each kind of file that an author may write, named on the page about JSON."""
    page = text((site / "docs/json/index.html").read_bytes())

    assert {f"{kind}.schema.json" for kind, _ in schemas.KINDS} == set(json_schema.schemas())
    for kind, _ in schemas.KINDS:
        assert f"/{schemas.path(kind)}" in page
        _published(site, kind)
    assert f"({schemas.path('card')})" in (site / "llms.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "pattern"), [*AUTHORED.items(), *((word, f"{word}.yaml") for word in WORDS)]
)  # fmt: skip
def test_the_catalogs_own_files_satisfy_them(kind: str, pattern: str, site: Path) -> None:
    """Every card, seller and word of the catalog satisfies the schema that is published for it."""
    validator = _published(site, kind)
    files = sorted((ROOT / "catalog").glob(pattern))
    assert files
    for file in files:
        document = yaml.compose(file.read_text("utf-8"), LOADER)
        assert document is not None
        value = as_an_editor(document)
        assert not [error.message for error in validator.iter_errors(value)], file


def test_a_mistake_is_found(site: Path) -> None:
    """A card with a word that no card has does not satisfy its schema."""
    found = [error.message for error in _published(site, "card").iter_errors({"nmae": "x"})]

    assert any("nmae" in message for message in found)


def test_an_address_is_part_of_the_id(catalog: Catalog, edition: Edition) -> None:
    """Where the site says where it stands, each schema has its own address there as its id; else it has none."""
    placed = replace(edition, config=SiteConfig(base_url="https://rates.example/site/"))

    for (path, text_), (_, bare) in zip(schemas.files(placed), schemas.files(edition), strict=True):
        assert json.loads(text_)["$id"] == f"https://rates.example/site/{path}"
        assert "$id" not in json.loads(bare)


def as_an_editor(node: yaml.Node) -> object:
    """A document as YAML 1.2 types it: a plain scalar can be a number or a truth value, a quoted one is text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): as_an_editor(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_an_editor(value) for value in node.value]
    text_ = str(node.value)
    if node.style or not re.fullmatch(r"-?[0-9][0-9_]*(\.[0-9]+)?|true|false", text_):
        return text_
    return text_ == "true" if text_ in ("true", "false") else json.loads(text_.replace("_", ""))
