"""Usage logs made to measure: the same rows for the same numbers, from a few to hundreds of millions.

The rows are made inside DuckDB, so that a benchmark can ask for 10^8 of them. Run as a script:
`python tests/logs/loggen.py 10000000 log.parquet` (or `.csv`, `.jsonl`, each also with `.gz` or `.zst`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

#: One row per call: when, by which team, to which of many models, and its tokens; a tenth are long enough for the
#: dearer rates beyond 200,000 tokens, and one in twenty asks for a batch.
ROWS = """
    SELECT TIMESTAMP '2026-01-01' + to_seconds((i * 37) % 2592000) AS ts,
           'team-' || (hash(i) % 50) AS team,
           'maker-' || (hash(i * 7) % {models} % 40) || '/model-' || (hash(i * 7) % {models}) AS model,
           CAST(CASE WHEN hash(i * 3) % 10 = 0 THEN 200000 + hash(i * 13) % 800000 ELSE 1000 + hash(i * 3) % 99000 END
                AS {number}) AS t_in,
           CAST(hash(i * 5) % 1000 AS {number}) AS t_cached,
           CAST(hash(i * 11) % 8000 AS {number}) AS t_out,
           CASE WHEN hash(i * 17) % 20 = 0 THEN 'batch' ELSE 'standard' END AS service_tier
    FROM range({rows}) AS made(i)
"""


def write(path: Path, rows: int, models: int = 2000, number: str = "INTEGER", without: str = "") -> Path:
    """Writes a log of so many rows, perhaps without a column, in the form and compression that the path's endings name."""
    compression = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix, "none")
    form = path.with_suffix("").suffix if compression != "none" else path.suffix
    how = {
        ".parquet": "FORMAT parquet, COMPRESSION zstd",
        ".csv": f"FORMAT csv, HEADER, COMPRESSION {compression}",
        ".jsonl": f"FORMAT json, COMPRESSION {compression}",
    }[form]
    target = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        columns = f"* EXCLUDE {without}" if without else "*"
        made = f"SELECT {columns} FROM ({ROWS.format(rows=rows, models=models, number=number)})"
        connection.execute(f"COPY ({made}) TO '{target}' ({how})")
    return path


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
