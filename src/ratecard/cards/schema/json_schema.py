"""The JSON Schemas that let editors check and complete the authored files.

`python -m ratecard.cards.schema.json_schema FOLDER` writes them; a test keeps the committed files current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ratecard.cards import schema
from ratecard.cards.reader import WORDS


def schemas() -> dict[str, str]:
    """The text of each schema file by its name."""
    adapters: dict[str, TypeAdapter[Any]] = {"card": TypeAdapter(schema.Card), "seller": TypeAdapter(schema.Seller)}
    adapters["decisions"] = TypeAdapter(dict[str, schema.Decision])
    adapters["workload"] = TypeAdapter(schema.Workload)
    adapters |= {name: TypeAdapter(dict[str, model]) for name, model in WORDS.items()}  # type: ignore[valid-type]  # the model is known only here
    return {f"{name}.schema.json": _text(name, adapter.json_schema()) for name, adapter in adapters.items()}


def write(folder: Path) -> None:
    """Writes every schema file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def _text(name: str, body: dict[str, Any]) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"ratecard {name}"}
    return json.dumps(head | body, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
