"""Ratios against peers and against the floor, measured side by side in one run.

`python benchmarks/run.py` prints every table; names of modules after it choose some; `--write` puts the
tables into docs/performance.md, with the machine and the day.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from table import Table

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "performance.md"
#: The modules that measure, in the order of the document. Each has `ROWS`, the names of the rows by the title
#: of their table, and `tables()`, which measures and yields them.
MODULES = ("one_cost", "processes", "routing", "bulk", "bodies", "builds", "sites", "finding")

_PART = re.compile(r"(<!-- (\w+): made by benchmarks/run.py -->\n).*?(<!-- end -->)", re.DOTALL)


def main(arguments: list[str]) -> None:
    """Prints tables, and writes them into the document where asked to."""
    chosen = [name for name in arguments if name != "--write"] or list(MODULES)
    measured = {name: list(_tables(name)) for name in chosen}
    if "--write" in arguments:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(written(text, measured, machine()), encoding="utf-8")


def _tables(name: str) -> Iterable[Table]:
    module = import_module(name)
    for table in module.tables():
        assert table.names() == module.ROWS[table.title], table.title
        print(table.text(), flush=True)
        yield table


def written(text: str, measured: Mapping[str, Iterable[Table]], where: str) -> str:
    """The document with the parts of these modules renewed."""

    def part(found: re.Match[str]) -> str:
        tables = measured.get(found[2])
        if tables is None:
            return found[0]
        return (
            f"{found[1]}Measured on {where}.\n\n" + "\n\n".join(table.markdown() for table in tables) + f"\n{found[3]}"
        )

    return _PART.sub(part, text)


def machine() -> str:
    """The machine and the day, in words."""
    processor = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    day = datetime.now(UTC).date().isoformat()
    return f"{day}: {processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    main(sys.argv[1:])
