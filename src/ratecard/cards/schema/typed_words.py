"""The keywords of costs as types, so that editors complete them and type checkers refuse misspelt ones.

`python -m ratecard.cards.schema.typed_words CATALOG FILE` writes them; a test keeps the committed file current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ratecard.cards.reader import read_words
from ratecard.core.records import Fact, Meter

#: The facts whose names mean something else as keywords of a route.
OF_ROUTES = ("size", "quality", "region")

_HEAD = """\
\"\"\"The keywords of costs: meters and facts, made by `make schema` from meters.yaml and facts.yaml.\"\"\"

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypedDict

Quantity = int | float | str | Decimal


class RouteWords(TypedDict, total=False):
    \"\"\"The keywords of a route.\"\"\"

{route}


class Words(RouteWords, total=False):
    \"\"\"The keywords of a cost and of a forecast.\"\"\"

{rest}
"""


def text(root: Path) -> str:
    """The module's text for the catalog in a folder."""
    found, _ = read_words(root)
    meters: Mapping[str, Meter] = found["meters"]
    facts: Mapping[str, Fact] = found["facts"]
    shared = {name: fact for name, fact in facts.items() if name not in OF_ROUTES}
    route = [*(f"    {name}: Quantity  # {meter.label}" for name, meter in meters.items()), *_lines(shared)]
    return _HEAD.format(route="\n".join(route), rest="\n".join(_lines({name: facts[name] for name in OF_ROUTES})))


def _lines(facts: Mapping[str, Fact]) -> Iterator[str]:
    for name, fact in facts.items():
        values = f"Literal[{', '.join(map(_quoted, fact.values))}] | str" if fact.values else "str"
        kind = {"flag": "bool | str", "integer": "int | str"}.get(fact.kind, values)
        yield f"    {name}: {kind}  # {fact.sentence}"


def _quoted(value: str) -> str:
    return f'"{value}"'


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(text(Path(sys.argv[1])), encoding="utf-8")
