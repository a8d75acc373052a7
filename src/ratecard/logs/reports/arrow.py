"""What the reader finds in a batch of rows, as columns of Arrow; Spark's workers of Python need no more than this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from ratecard.logs.reports import reader
from ratecard.logs.reports.reader import FACT, PLACES, QUANTITY, Reading

_FINE = f"decimal(38, {PLACES})"
_TYPES = {
    "string": pa.string(),
    "timestamp(6)": pa.timestamp("us"),
    "int64": pa.int64(),
    _FINE: pa.decimal128(38, PLACES),
}


def types(reading: Reading) -> dict[str, str]:
    """The columns that come back, each with its type in Ibis' words."""
    texts = (reader.FLAVOR, reader.MODEL, reader.SELLER, reader.ID, reader.PROBLEM)
    return {
        **dict.fromkeys(texts, "string"),
        reader.AT: "timestamp(6)",
        **{FACT + fact: "string" for fact in reader.FACTS},
        **{QUANTITY + meter: "int64" if whole else _FINE for meter, whole in reading.whole.items()},
    }


def read(reading: Reading, texts: pa.ListArray) -> pa.StructArray:
    """What is read in a batch of rows, each the list of its texts."""
    columns = _columns(reading, texts)
    return pa.StructArray.from_arrays(list(columns.values()), list(columns))


def batches(reading: Reading, start: str, rows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of rows with what is read in the texts of their last column, in columns whose names begin so."""
    for batch in rows:
        *own, texts = batch.columns
        columns = _columns(reading, texts)
        names = [*batch.schema.names[:-1], *(start + name for name in columns)]
        yield pa.RecordBatch.from_arrays([*own, *columns.values()], names)


def _columns(reading: Reading, texts: pa.ListArray) -> dict[str, pa.Array]:
    found = reader.read(reading, texts.to_pylist())
    kinds = {name: _TYPES[kind] for name, kind in types(reading).items()}
    return {
        name: pa.array(found[name], kind) if name in found else pa.nulls(len(texts), kind)
        for name, kind in kinds.items()
    }
