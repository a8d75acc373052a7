"""Logs of every form, sound and broken: nothing is lost, and what is wrong is said."""

from __future__ import annotations

import gzip
import io
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import loggen
from ratecard.core.errors import BadLog, BadValue
from ratecard.core.records import Vocabulary
from ratecard.logs.engines import Engine, open_engine, reading, rows
from ratecard.logs.logs import open_log
from tallies import Reads, tally

TOKENS = {"input_tokens": "t_in-t_cached", "cache_read_tokens": "t_cached", "output_tokens": "t_out"}


def csv(path: Path, *lines: str, header: str = "model,input_tokens,output_tokens") -> Path:
    """Writes separated values."""
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def jsonl(path: Path, *lines: Any) -> Path:
    """Writes a JSON object a line; a text goes in as it is."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join((*texts, "")), encoding="utf-8")
    return path


def write(path: Path, **columns: Any) -> Path:
    """Writes Parquet."""
    parquet.write_table(pa.table(columns), path)
    return path


FORMS = ("parquet", "csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "jsonl.zst")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_the_same(form: str, tmp_path: Path, read: Reads) -> None:
    """The same rows give the same sums as Parquet, separated values and JSON, packed or not."""
    found = read(loggen.write(tmp_path / f"log.{form}", 1000), **TOKENS)
    assert found.rows == {None: 1000}
    assert found.sums == {"input_tokens": 101225406, "cache_read_tokens": 501890, "output_tokens": 4011444}
    assert found.rejected == 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_separates_values_is_seen(delimiter: str, tmp_path: Path, read: Reads) -> None:
    """Commas, semicolons, tabs and bars are told apart by the first line."""
    header = delimiter.join(("model", "input_tokens", "output_tokens"))
    path = csv(tmp_path / "log.csv", delimiter.join(("m", "1", "2")), header=header)
    assert read(path).sums == {"input_tokens": 1, "output_tokens": 2}


def test_the_original_columns_stay_beside_the_canonical_ones(
    tmp_path: Path, engine: Engine, vocabulary: Vocabulary
) -> None:
    """A row has what the log says of it under its own names, and what that means."""
    path = jsonl(
        tmp_path / "a.jsonl", {"model": "m", "usage": {"p": 3}, "ts": "2026-01-01T01:00:00+02:00", "team": "x"}
    )
    log = open_log(engine, [str(path)], {"input_tokens": "usage.p", "service_tier": "'batch'"}, vocabulary, ["team"])
    assert log.source_columns == ("model", "usage", "ts", "team")
    (row,) = rows(engine, log.table)
    assert json.loads(row["usage"]) == {"p": 3}
    assert {name: value for name, value in row.items() if name.startswith("rc_")} == {
        "rc_model": "m",
        "rc_at": datetime(2025, 12, 31, 23),  # noqa: DTZ001  # moments are in UTC and carry no zone
        "rc_q_input_tokens": 3,
        "rc_f_service_tier": "batch",
        "rc_by_team": "x",
        "rc_problem": None,
    }


NUMBERS = {
    "1": (1, None), " 7 ": (7, None), "5.0": (5, None), "+3": (3, None), "1e3": (1000, None), "": (None, "no quantity"),
    "-1": (None, "negative n"), "1.5": (None, "fraction in n"), "12d": (None, "text in n"), "x": (None, "text in n"),
    "NaN": (None, "NaN in n"), "Infinity": (None, "infinity in n"), "-inf": (None, "infinity in n"),
    "9223372036854775808": (None, "too large n"), "1e400": (None, "too large n"), "true": (None, "text in n"),
    "1000000000000000000": (10**18, None), "1000000000000000001": (None, "too large n"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_text_is_a_number_or_a_problem(form: str, tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """Whole numbers in any spelling count; everything else is a row with a reason."""
    path = tmp_path / f"log.{form}"
    if form == "csv":
        csv(path, *(f'{place},"{text}"' for place, text in enumerate(NUMBERS)), header="model,n")
    else:
        jsonl(path, *({"model": str(place), "n": text} for place, text in enumerate(NUMBERS)))
    log = open_log(engine, [str(path)], {"input_tokens": "n"}, vocabulary)
    found = {row["rc_model"]: (row["rc_q_input_tokens"], row["rc_problem"]) for row in rows(engine, log.table)}
    for place, (number, problem) in enumerate(NUMBERS.values()):
        quantity, said = found[str(place)]
        assert said == problem
        assert problem or quantity == number


def test_the_numbers_of_parquet_keep_their_types(tmp_path: Path, read: Reads) -> None:
    """Small, unsigned, decimal and floating numbers all count, each with its own way of being wrong."""
    path = write(
        tmp_path / "log.parquet",
        model=list("abcdef"),
        small=pa.array([1, -2, None, 3, 4, 5], type=pa.int8()),
        unsigned=pa.array([1, 2, 3, 2**64 - 1, 4, 5], type=pa.uint64()),
        floating=[1.0, 2.0, 3.0, 4.0, float("nan"), 1.5],
        decimal=pa.array([Decimal(1)] * 6, type=pa.decimal128(10, 2)),
    )
    told = {"input_tokens": "small", "output_tokens": "unsigned", "requests": "floating", "images": "decimal"}
    found = read(path, **told)
    assert found.rows == {
        None: 2, "negative small": 1, "too large unsigned": 1, "NaN in floating": 1, "fraction in floating": 1
    }  # fmt: skip
    assert found.sums == {"input_tokens": 1, "output_tokens": 4, "requests": 4, "images": 2}


def test_numbers_at_the_end_of_their_range_overflow_nothing(tmp_path: Path, read: Reads) -> None:
    """What would overflow a difference is a row with a problem."""
    path = write(tmp_path / "log.parquet", model=["a", "b", "c"], x=[2**63 - 1, -(2**63), 9], y=[-1, 2**63 - 1, 2])
    found = read(path, input_tokens="x-y", cache_read_tokens="y")
    assert found.rows == {None: 1, "too large x": 1, "negative x": 1}
    assert found.sums == {"input_tokens": 7, "cache_read_tokens": 2}


def test_parts_that_exceed_their_whole_are_a_problem(tmp_path: Path, read: Reads) -> None:
    """More cached than put in is no negative quantity but a row with a reason."""
    path = csv(tmp_path / "a.csv", "m,5,7", "m,9,2", header="model,prompt_tokens,cached_tokens")
    found = read(path, input_tokens="prompt_tokens-cached_tokens", cache_read_tokens="cached_tokens")
    assert found.rows == {None: 1, "cached_tokens exceed prompt_tokens": 1}
    assert found.sums == {"input_tokens": 7, "cache_read_tokens": 2}


def test_what_comes_in_parts_has_nine_decimals(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """Seconds of audio are decimals, exact as written."""
    path = csv(tmp_path / "a.csv", "m,0.1", "m,12.000000001", header="model,audio_seconds")
    log = open_log(engine, [str(path)], {}, vocabulary)
    assert sorted(row["rc_q_audio_seconds"] for row in rows(engine, log.table)) == [
        Decimal("0.1"),
        Decimal("12.000000001"),
    ]


MOMENT = datetime(2026, 1, 1)  # noqa: DTZ001  # in UTC, without a zone
TIMES = {
    "2026-01-01T00:00:00Z": MOMENT, "2026-01-01T02:00:00+02:00": MOMENT, "2026-01-01 00:00:00": MOMENT,
    "2026-01-01": MOMENT, "1767225600": MOMENT, "1767225600123": MOMENT, "1767225600123456": MOMENT,
    "1767225600123456789": MOMENT, "1767225600.5": MOMENT, "": None,
}  # fmt: skip


def test_times_of_all_kinds_are_one_moment(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """ISO texts with and without zone, dates, and counts since 1970 are read; without a zone means UTC."""
    bad = ("nope", "0", "99999999999999999999999", "1970-01-01", "2026-13-01")
    path = csv(tmp_path / "a.csv", *(f"m,1,{text}" for text in (*TIMES, *bad)), header="model,images,ts")
    log = open_log(engine, [str(path)], {}, vocabulary)
    found = {row["ts"] or "": (row["rc_at"], row["rc_problem"]) for row in rows(engine, log.table)}
    assert found == {text: (moment, None) for text, moment in TIMES.items()} | dict.fromkeys(
        bad, (None, "bad time in ts")
    )
    assert log.notes == ("times in ts without a zone are taken as UTC",)


def test_times_of_parquet_keep_their_moment(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """Timestamps with and without zone, dates and epochs name the same moment."""
    types = {
        "zoned": pa.array([datetime(2026, 1, 1, tzinfo=UTC)], type=pa.timestamp("us", tz="Europe/Berlin")),
        "plain": pa.array([MOMENT], type=pa.timestamp("us")),
        "day": pa.array([date(2026, 1, 1)]),
        "epoch": pa.array([1767225600]),
        "floating": pa.array([1767225600.25]),
    }
    path = write(tmp_path / "a.parquet", model=["m"], images=[1], **types)
    for name in types:
        (row,) = rows(engine, open_log(engine, [str(path)], {"at": name}, vocabulary).table)
        assert row["rc_at"] == MOMENT, name


def test_nested_columns_are_reached_by_path(tmp_path: Path, read: Reads) -> None:
    """Structs, maps and JSON texts are all reached by a dotted path; what is not there counts as nothing."""
    usage = pa.array([{"p": 1, "d": {"c": 2}}, {"p": None, "d": None}, None], type=pa.struct(
        [("p", pa.int32()), ("d", pa.struct([("c", pa.int64())]))]))  # fmt: skip
    attributes = pa.array([[("a.b", "4")], [], None], type=pa.map_(pa.string(), pa.string()))
    path = write(
        tmp_path / "a.parquet", model=["m"] * 3, usage=usage, attributes=attributes, text=['{"x":{"y":8}}', "{oops", ""]
    )
    told = {"input_tokens": "usage.p+usage.d.c", "output_tokens": 'attributes."a.b"', "images": "text.x.y"}
    found = read(path, **told)
    assert found.rows == {None: 1, "no quantity": 2}
    assert found.sums == {"input_tokens": 3, "output_tokens": 4, "images": 8}


def test_a_key_that_comes_late_counts_as_well(tmp_path: Path, read: Reads) -> None:
    """A column of JSON that only the last of many lines has is not overlooked."""
    lines = [{"model": "m", "input_tokens": 1}] * 30_000 + [{"model": "m", "cache_read_tokens": 5}]
    found = read(jsonl(tmp_path / "a.jsonl", *lines))
    assert found.sums == {"input_tokens": 30_000, "cache_read_tokens": 5}


def test_lines_of_json_that_are_no_objects_are_rows_with_a_problem(tmp_path: Path, read: Reads) -> None:
    """Broken lines, cut ones, bare values and bad encoding are counted, whatever stands around them."""
    path = jsonl(
        tmp_path / "a.jsonl",
        {"model": "a", "input_tokens": 1}, "{broken", "5", "null", "", '"text"', {"input_tokens": 3}, {},
        {"model": "a", "input_tokens": {"x": 1}}, {"model": "a", "input_tokens": "2"}, '{"model":"a","input_to',
    )  # fmt: skip
    with path.open("ab") as file:
        file.write(b'{"model":"a\xff","input_tokens":4}\n')
    found = read(path)
    assert found.total == 11
    assert found.sums == {"input_tokens": 3}
    assert found.problems["no model"] == 1
    assert found.problems["text in input_tokens"] == 1


def test_a_line_of_ten_megabytes_is_read_or_counted(tmp_path: Path, read: Reads) -> None:
    """A very long line costs itself at most, never its neighbours."""
    long = "y" * 10_000_000
    found = read(jsonl(tmp_path / "a.jsonl", *({"model": "m", "x": x, "images": 1} for x in ("", long, ""))))
    assert found.sums == {"images": 3}
    found = read(csv(tmp_path / "a.csv", "m,1,", f"m,1,{long}", "m,1,", header="model,images,x"))
    assert found.total == 3
    assert found.sums["images"] >= 2


def test_rows_of_another_width_are_counted(tmp_path: Path, read: Reads) -> None:
    """Too few and too many fields, and quotes within a field, are told from sound rows."""
    path = csv(tmp_path / "a.csv", "a,1,2", "b,1", "c,1,2,3", '"d""d",1,2', "", "e,5,6")
    found = read(path)
    assert found.total == 5
    assert found.sums == {"input_tokens": 7, "output_tokens": 10}
    assert found.rejected + sum(found.problems.values()) == 2


def test_a_rejected_line_is_shown_with_its_place(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """DuckDB's rejected lines come with file, line, reason and text."""
    path = csv(tmp_path / "a.csv", "a,1,2", "b,1", "c,1,2")
    log = open_log(engine, [str(path)], {}, vocabulary)
    assert tally(engine, log).rejected == 1
    assert log.rejected().samples == ((str(path), 3, "MISSING COLUMNS", "b,1"),)


def test_a_quote_that_nothing_closes_loses_no_line(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """What an open quote swallows, far beyond what the engine writes down of it, is counted all the same."""
    sound = [f"m,{place},1" for place in range(200_000)]
    quoted = ['"a\nb",1,1', '"q""r",1,1']
    path = csv(tmp_path / "a.csv", *quoted, *sound, '"open,1,2', *sound, *sound)
    log = open_log(engine, [str(path)], {}, vocabulary)
    assert tally(engine, log).total == 600_003
    assert log.rejected().samples[-1].reason == "swallowed by a quote that is not closed"


def test_bytes_that_are_no_utf8_do_not_stop_a_log(tmp_path: Path, read: Reads) -> None:
    """A row in another encoding is a row, a problem or a rejected line, and the others stand."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"model,images\nm\xe9,1\nm,2\n")
    found = read(path)
    assert found.total == 2
    assert found.sums["images"] >= 2


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path, read: Reads) -> None:
    """Files written on Windows read as others do, down to their line ends."""
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfmodel,images\r\nm,2\r\n")
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"model":"m","images":3}\r\n')
    assert read(tmp_path / "a.csv", tmp_path / "a.jsonl").sums == {"images": 5}


def test_files_of_different_columns_are_one_log(tmp_path: Path, read: Reads) -> None:
    """Columns are joined by name over files and forms; where types differ the text decides."""
    found = read(
        write(tmp_path / "a.parquet", model=["m"], images=pa.array([1], type=pa.int32())),
        write(tmp_path / "b.parquet", model=["m"], images=pa.array([2], type=pa.int64()), region=["eu"]),
        csv(tmp_path / "c.csv", "3,m", header="images,model"),
        csv(tmp_path / "d.csv", "m,4", header="model,images"),
        jsonl(tmp_path / "e.jsonl", {"model": "m", "images": 5, "output_tokens": 6}),
    )
    assert found.rows == {None: 5}
    assert found.sums == {"images": 15, "output_tokens": 6}


def test_directories_patterns_and_folders_that_name_columns(tmp_path: Path, read: Reads) -> None:
    """A directory is read with all below it, and `team=a/` is a column; what is not a log is noted."""
    for team, count in (("a", 1), ("b", 2)):
        (tmp_path / f"team={team}").mkdir()
        write(tmp_path / f"team={team}" / "x.parquet", model=["m"], images=[count])
        csv(tmp_path / f"team={team}" / "y.csv", f"m,{count}", header="model,images")
    (tmp_path / "README.md").write_text("not a log", encoding="utf-8")
    (tmp_path / "_SUCCESS").write_text("", encoding="utf-8")
    found = read(tmp_path, by=["team"])
    assert found.sums == {"images": 6}
    assert "README.md" in found.log.notes[0]
    assert "rc_by_team" in found.log.table.columns
    assert read(tmp_path / "*" / "x.parquet").sums == {"images": 3}


def test_names_that_look_like_patterns_are_plain_names(tmp_path: Path, read: Reads) -> None:
    """Brackets, quotes, commas, a leading dot or a wrong ending in a file's name mislead no engine."""
    names = ("a[1].csv", "it's, {b}.csv", ".hidden.csv", "_c.csv", "plain.csv.gz")
    assert read(*(csv(tmp_path / name, "m,1", header="model,images") for name in names)).sums == {"images": 5}


def test_standard_input_is_a_log_too(tmp_path: Path, read: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads what is piped in, whatever its form."""
    packed = gzip.compress(b'{"model":"m","images":3}\n')
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert read("-").sums == {"images": 3}


def test_a_header_alone_is_a_log_without_rows(tmp_path: Path, read: Reads) -> None:
    """No rows are no error, and an empty file among others is noted."""
    (tmp_path / "b.jsonl").write_text("", encoding="utf-8")
    found = read(csv(tmp_path / "a.csv"), tmp_path / "b.jsonl")
    assert found.total == 0
    assert found.log.notes == (f"{tmp_path / 'b.jsonl'} is empty",)


def cut(path: Path, share: float = 0.5) -> Path:
    """Cuts a file short."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def written(path: Path, content: bytes) -> Path:
    """Writes bytes."""
    path.write_bytes(content)
    return path


BROKEN = {
    "cut parquet": (lambda at: cut(loggen.write(at / "a.parquet", 1000)), "is not a whole Parquet file"),
    "no parquet": (lambda at: written(at / "a.parquet", b"model,images\n"), "is not a Parquet file"),
    "cut gzip": (lambda at: cut(loggen.write(at / "a.csv.gz", 9999)), "cut short or damaged"),
    "cut gzip at its end": (lambda at: cut(loggen.write(at / "a.csv.gz", 999), 0.999), "cut short or damaged"),
    "cut zstd": (lambda at: cut(loggen.write(at / "a.csv.zst", 9999)), "cut short or damaged"),
    "no bytes": (lambda at: written(at / "a.csv", b""), "nothing to read"),
    "no objects": (lambda at: written(at / "a.jsonl", b"{oops\n"), "no line is a JSON object"),
    "one document": (lambda at: written(at / "a.json", b'[\n]\n'), "a JSON document without rows"),
    "utf-16": (lambda at: written(at / "a.csv", "model,images\n".encode("utf-16")), "is UTF-16"),
    "a name twice": (lambda at: csv(at / "a.csv", header="model,images,model"), "the column 'model' twice"),
    "names by case": (lambda at: csv(at / "a.csv", header="model,images,Model"), "columns 'model' and 'Model'"),
    "no file": (lambda at: at / "a.csv", "no such file"),
    "no match": (lambda at: at / "*.csv", "no file matches"),
    "no log in it": (lambda at: at, "no file in it ends in"),
    "elsewhere": (lambda at: "s3://bucket/a.csv", "only files of this machine"),
    "our own names": (lambda at: csv(at / "a.csv", header="model,images,rc_model"), "begins with rc_"),
    "no model": (lambda at: csv(at / "a.csv", header="when,images"), "pass --map model=COLUMN"),
    "no numbers": (lambda at: write(at / "a.parquet", model=["m"], images=[True]), "holds no numbers"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_log_is_refused_in_words(case: str, tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """A file that is not what it seems is refused as a whole, with what is wrong with it."""
    make, said = BROKEN[case]
    path = make(tmp_path)
    with pytest.raises(BadLog) as caught:
        open_log(engine, [str(path)], {}, vocabulary)
    assert said in str(caught.value)


def test_a_column_to_add_up_by_must_be_there(tmp_path: Path, read: Reads) -> None:
    """`--by` names a column of the log."""
    with pytest.raises(BadLog, match="no column 'team'"):
        read(csv(tmp_path / "a.csv"), by=["team"])


def test_damage_that_shows_only_on_the_way_is_a_bad_log(tmp_path: Path, engine: Engine, vocabulary: Vocabulary) -> None:
    """A Parquet file whose pages are damaged is refused in words where it is read."""
    path = loggen.write(tmp_path / "a.parquet", 50_000)
    content = bytearray(path.read_bytes())
    damaged = slice(len(content) // 10, len(content) * 9 // 10)
    content[damaged] = b"\xff" * len(content[damaged])
    path.write_bytes(content)
    log = open_log(engine, [str(path)], TOKENS, vocabulary)
    with pytest.raises(BadLog, match=r"a\.parquet"), reading(str(path)):
        tally(engine, log)


def test_engines_have_names() -> None:
    """Any other name is an error that lists them."""
    with pytest.raises(BadValue, match="duckdb, python, spark"), open_engine("postgres"):
        pass


def test_an_engine_leaves_nothing_behind(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """What was unpacked for an engine is gone when it closes."""
    path = loggen.write(tmp_path / "a.csv.gz", 10)
    with open_engine("duckdb") as engine:
        assert tally(engine, open_log(engine, [str(path)], TOKENS, vocabulary)).total == 10
        assert list(Path(engine.spool).iterdir())
    assert not Path(engine.spool).exists()
