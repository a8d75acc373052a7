"""What the tests of `ratecard bill` share: logs to bill, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

#: A log with a row for each thing that can become of one; its last line is no row.
MIXED = """\
timestamp,team,model,prompt_tokens,cached_tokens,completion_tokens
2026-09-01T08:00:00Z,search,deepseek/deepseek-v4-pro,12000,2000,500
2026-09-01T09:00:00Z,search,deepseek-v4-flash,100000,0,5000
2026-09-02T09:00:00Z,chat,deepseek-v4-flash,30000,10000,2000
2026-09-02T09:30:00Z,chat,deepseek-v4-flsh,30000,0,2000
2026-09-03T09:30:00Z,chat,,30000,0,2000
2026-09-03T09:30:00Z,chat,deepseek-v4-pro,abc,0,2000
,chat,deepseek-v4-pro,1000,0,200
2026-09-03T09:30:00Z,ops,google/gemini-3-pro-image,0,0,200,77
"""


class Came(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The result, read as JSON."""
        return json.loads(self.out)

    @property
    def total(self) -> str:
        """The one total, as it is written."""
        (total,) = self.json["totals"]
        found: str = total["cost"]
        return found


#: Runs `ratecard bill` with arguments.
Bills = Callable[..., Came]


def log(folder: Path, lines: Sequence[str] | str, name: str = "log.csv") -> str:
    """The path of a file of some lines."""
    path = folder / name
    path.write_text(lines if isinstance(lines, str) else "\n".join([*lines, ""]), encoding="utf-8")
    return str(path)
