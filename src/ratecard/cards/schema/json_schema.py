"""The JSON Schemas that let editors check and complete the authored files.

`python -m ratecard.cards.schema.json_schema CATALOG` writes them into CATALOG/schema, with the words of that catalog; a
test keeps the committed files current.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from ratecard.cards import schema
from ratecard.cards.layout import SELLERS, SUFFIX
from ratecard.cards.reader import WORDS, read_words

#: The parts of files that are words of a catalog, by definition and property, and where those words are declared. A
#: mapping has them as its keys, a sequence as its members.
_PLACES = {
    "meters": ("Rate.meter", "Claim.meter", "Adjustment.meters", "Tariff.incomplete", "Example.usage"),
    "facts": (
        "Rate.when", "Adjustment.when", "Claim.when", "Tariff.defaults", "Tariff.required", "Example.facts",
        "Offer.facts", "Fee.waived",
    ),
    "capabilities": ("Card.capabilities", "Offer.capabilities", "CallCapability.capability"),
    "endpoints": ("Offer.endpoints",),
    "providers": ("Card.provider",),
    "sellers": ("Offer.seller", "Offer.upstream", "Card.ids_at"),
}  # fmt: skip

#: A price of nothing says why.
_ZERO = {"if": {"properties": {"price": {"const": 0}}}, "then": {"required": ["zero"]}}


def schemas(root: Path | None = None) -> dict[str, str]:
    """The text of each schema file by its name, with the words of the catalog in a folder if one is given."""
    describe(schema.Entry)
    adapters: dict[str, TypeAdapter[Any]] = {"card": TypeAdapter(schema.Card), "seller": TypeAdapter(schema.Seller)}
    adapters["decisions"] = TypeAdapter(dict[str, schema.Decision])
    adapters["workload"] = TypeAdapter(schema.Workload)
    adapters |= {name: TypeAdapter(dict[str, model]) for name, model in WORDS.items()}  # type: ignore[valid-type]  # the model is known only here
    words = _words(root) if root else {}
    texts: dict[str, str] = {}
    for name, adapter in adapters.items():
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"ratecard {name}"}
        body = adapter.json_schema()
        if "Rate" in body.get("$defs", {}):
            body["$defs"]["Rate"] |= _ZERO
        for kind, found in words.items():
            _restrict(body, kind, found)
        texts[f"{name}.schema.json"] = f"{json.dumps(head | body, indent=2, ensure_ascii=False)}\n"
    return texts


def describe(kind: type[schema.Entry]) -> None:
    """Describes every field of an entry and of those that follow from it by the text below it."""
    ((_, *body),) = (node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                kind.model_fields[name].description = inspect.cleandoc(told)
    kind.model_rebuild(force=True)
    for further in kind.__subclasses__():
        describe(further)


def _words(root: Path) -> dict[str, dict[str, Any]]:
    """The words that a catalog declares, by kind: each with its entry."""
    found, _ = read_words(root)
    sellers = sorted(file.stem for file in (root / SELLERS).glob(f"*{SUFFIX}"))
    return {kind: dict.fromkeys(sellers) if kind == "sellers" else dict(found[kind]) for kind in _PLACES}


def _restrict(body: dict[str, Any], kind: str, words: Mapping[str, Any]) -> None:
    """Adds the words of one kind to the schemas of the properties that hold them."""
    definitions = body.get("$defs", {})
    for place in _PLACES[kind]:
        owner, _, name = place.partition(".")
        found = (body if body.get("title") == owner else definitions.get(owner, {})).get("properties", {}).get(name)
        if found is None:
            continue
        if "additionalProperties" in found:
            found["propertyNames"] = {"enum": [*words]}
            if kind == "capabilities":
                found["properties"] = {id: _capability(definitions, word.values) for id, word in words.items()}
        else:
            found.get("items", found)["enum"] = [*words, *([""] if found.get("default") == "" else [])]


def _capability(definitions: dict[str, Any], values: Sequence[str]) -> dict[str, str]:
    """The form of a capability with these values, as a definition that others of the same values share."""
    listed = {"enum": [*values]}
    entry = {"$ref": "#/$defs/CapabilityEntry", "properties": {"value": listed}}
    name = f"Capability: {', '.join(values)}"
    definitions.setdefault(name, {"anyOf": [listed, entry]})
    return {"$ref": f"#/$defs/{quote(name)}"}


def write(root: Path) -> None:
    """Writes every schema file of a catalog into its folder of schemas."""
    folder = root / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas(root).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
