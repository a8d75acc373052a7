"""Laws of reading: whatever stands in a log, every line is accounted for, and sound ones add up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from laws import one_in
from ratecard.core.records import Vocabulary
from ratecard.logs.cells import MOST
from ratecard.logs.engines import Engine
from ratecard.logs.logs import open_log
from tallies import Tally, tally

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")), max_size=8)
numbers = st.one_of(
    st.integers(-10, MOST + 10).map(str),
    st.integers(0, 5000).map(str),
    st.decimals(-5, 5, places=2).map(str),
    st.floats(0, 5).map(lambda number: repr(round(number, 4))),
    st.sampled_from(["nan", "-inf", "1e300"]),
    st.sampled_from(["", " 12 ", "5.0", "1e3", "NaN", "inf", "9" * 30, "0x10", "1,5", "None", '"', "-0"]),
    words,
)


def python_reads(text: str | None) -> int | None:
    """A text as Python reads it, to four decimals: 0 where there is none, None where it is no whole quantity."""
    stripped = (text or "").strip(" ")
    if not stripped:
        return 0
    try:
        number = Decimal(stripped)
    except InvalidOperation:
        return None
    if not number.is_finite() or not stripped.isascii() or "_" in stripped:
        return None
    return int(number) if 0 <= number <= MOST and round(number, 4) == int(number) else None


def sums_in_python(rows: Sequence[tuple[str, str | None, str | None]]) -> tuple[int, int]:
    """What the sound rows come to."""
    read = [(python_reads(first), python_reads(second)) for model, first, second in rows if model]
    sound = [(first, second) for first, second in read if first is not None and second is not None]
    return sum(first for first, _ in sound), sum(second for _, second in sound)


def came_to(engine: Engine, name: str, text: str, vocabulary: Vocabulary) -> Tally:
    """What a log of this text comes to."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(text.encode())
        return tally(engine, open_log(engine, [str(path)], {"input_tokens": "a", "output_tokens": "b"}, vocabulary))


@one_in(2)
@given(rows=st.lists(st.tuples(words, numbers, numbers), min_size=1, max_size=30))
def test_separated_values_of_any_content(
    rows: list[tuple[str, str, str]], engine: Engine, vocabulary: Vocabulary
) -> None:
    """Fine, problem and rejected rows are as many as were written, and the fine ones sum as in Python."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("model", "a", "b"), *rows])
    found = came_to(engine, "log.csv", text.getvalue(), vocabulary)
    assert found.total == len(rows)
    assert (found.sums.get("input_tokens", 0), found.sums.get("output_tokens", 0)) == sums_in_python(rows)


@one_in(2)
@given(lines=st.lists(st.one_of(words, st.tuples(words, numbers, numbers).map(",".join)), min_size=1, max_size=30))
def test_lines_of_any_garbage(lines: list[str], engine: Engine, vocabulary: Vocabulary) -> None:
    """Whatever the lines, with quotes or without, each is a row, part of one, or rejected."""
    found = came_to(engine, "log.csv", "\n".join(("model,a,b", *lines, "")), vocabulary)
    assert found.total <= len(lines)
    unquoted = [line.replace('"', "") for line in lines]
    found = came_to(engine, "log.csv", "\n".join(("model,a,b", *unquoted, "")), vocabulary)
    assert found.total == sum(1 for line in unquoted if line)


@one_in(2)
@given(
    rows=st.lists(
        st.one_of(
            st.tuples(words, numbers, numbers).map(lambda row: dict(zip(("model", "a", "b"), row, strict=True))),
            st.fixed_dictionaries({"model": words}, optional={"a": st.integers(0, 99), "b": st.none() | st.booleans()}),
            words.filter(lambda text: text.strip(" ") and "{" not in text),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_lines_of_json_of_any_content(
    rows: list[dict[str, object] | str], engine: Engine, vocabulary: Vocabulary
) -> None:
    """Every line of JSON is a row, sound or with a problem, and the sound ones sum as in Python."""
    first = {"model": "m", "a": 1, "b": 2}
    lines = [json.dumps(row) if isinstance(row, dict) else row for row in (first, *rows)]
    found = came_to(engine, "log.jsonl", "\n".join((*lines, "")), vocabulary)
    assert (found.total, found.rejected) == (len(lines), 0)
    whole = [row for row in (first, *rows) if isinstance(row, dict)]
    told = [(str(row["model"]), said(row.get("a")), said(row.get("b"))) for row in whole]
    assert (found.sums["input_tokens"], found.sums["output_tokens"]) == sums_in_python(told)


def said(value: object) -> str | None:
    """A value of JSON as text."""
    return None if value is None else str(value)
