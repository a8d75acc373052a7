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
    texts: dict[str, str] = {}
    for name, adapter in adapters.items():
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"ratecard {name}"}
        body = json.dumps(head | adapter.json_schema(), indent=2, ensure_ascii=False)
        texts[f"{name}.schema.json"] = f"{body}\n"
    return texts


def write(folder: Path) -> None:
    """Writes every schema file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
