"""The JSON Schemas that let editors check and complete the authored files.

`python -m ratecard.cards.schema.json_schema FOLDER` writes them; a test keeps the committed files current.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ratecard.cards import schema
from ratecard.cards.reader import WORDS


def schemas() -> dict[str, str]:
    """The text of each schema file by its name."""
    _describe(schema.Entry)
    adapters: dict[str, TypeAdapter[Any]] = {"card": TypeAdapter(schema.Card), "seller": TypeAdapter(schema.Seller)}
    adapters["decisions"] = TypeAdapter(dict[str, schema.Decision])
    adapters["workload"] = TypeAdapter(schema.Workload)
    adapters |= {name: TypeAdapter(dict[str, model]) for name, model in WORDS.items()}  # type: ignore[valid-type]  # the model is known only here
    texts: dict[str, str] = {}
    for name, adapter in adapters.items():
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"ratecard {name}"}
        body = json.dumps(head | adapter.json_schema(), indent=2, ensure_ascii=False)
        texts[f"{name}.schema.json"] = f"{body}\n"
    return texts


def _describe(kind: type[schema.Entry]) -> None:
    """Describes every field of an entry and of those that follow from it by the text below it."""
    ((_, *body),) = (node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                kind.model_fields[name].description = inspect.cleandoc(told)
    kind.model_rebuild(force=True)
    for further in kind.__subclasses__():
        _describe(further)


def write(folder: Path) -> None:
    """Writes every schema file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
