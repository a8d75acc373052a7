"""The engines that read usage logs and add them up: DuckDB in this process, or Apache Spark."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.core.errors import BadLog, BadValue, RatecardError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

DUCKDB = "duckdb"
SPARK = "spark"
#: No engine but Python itself, for a few rows of CSV or JSON lines.
PYTHON = "python"

#: Settings that make Spark count like DuckDB: UTC, errors instead of wrapped or null numbers, exact decimals.
SPARK_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # rows with too few or too many fields are detected only if all fields are parsed
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.memory": "4g",  # plans of logs of many flavors are large, and the usual gigabyte is for all of them
}

#: Spark replaces a log4j configuration that names no appender, and warns if the level of its Python gateway is not the
#: root's.
_SILENT = """rootLogger.level = off
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = off
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
"""


class Engine(NamedTuple):
    """An open engine: its name, Ibis' connection to it, a folder for what is unpacked, and numbers for its views."""

    name: str
    backend: BaseBackend
    spool: str
    numbers: Iterator[int]
    native: Any


@contextmanager
def open_engine(name: str = DUCKDB) -> Iterator[Engine]:
    """The engine of a name, open within the block.

    Names are `duckdb`, `spark` (this machine, two threads), `local[4]` and `spark://host:port`. Raises `BadValue` for
    any other, and `RatecardError` if a dependency is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="ratecard-") as spool:
        if name == DUCKDB:
            backend = _duckdb()
            try:
                yield Engine(DUCKDB, backend, spool, itertools.count(), backend.con)
            finally:
                backend.disconnect()
        elif name == SPARK or name.startswith(("spark://", "local[")):
            session = _session("local[2]" if name == SPARK else name, spool)
            try:
                connected = library("ibis", "spark").pyspark.connect(session)
                yield Engine(SPARK, connected, spool, itertools.count(), session)
            finally:
                session.stop()
        else:
            raise BadValue(f"{name!r} is not an engine; write duckdb, python, spark, local[4] or spark://host:port")


def usual() -> str:
    """The engine of a bill that names none: DuckDB, or Python where that is not installed."""
    missing = [name for name in ("ibis", "duckdb") if not _is_installed(name)]
    return PYTHON if missing else DUCKDB


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # it is known to be missing
        return False


def rows(engine: Engine, expression: Any) -> list[dict[str, Any]]:
    """The rows of an expression, with exact values.

    Ibis passes Spark's rows through pandas, which turns whole numbers into floats in columns with nulls.
    """
    backend: Any = engine.backend
    if engine.name == DUCKDB:
        found: list[dict[str, Any]] = backend.to_pyarrow(expression).to_pylist()
        return found
    backend._run_pre_execute_hooks(expression)
    frame = backend.raw_sql(backend.compile(expression))
    moments = [field.name for field in frame.schema if field.dataType.typeName() == "timestamp"]
    return [_in_utc(row.asDict(), moments) for row in frame.collect()]


def _in_utc(row: dict[str, Any], moments: Sequence[str]) -> dict[str, Any]:
    """A row with its moments in UTC; Spark gives Python those of the machine's zone."""
    for name in moments:
        row[name] = row[name] and row[name].astimezone(UTC).replace(tzinfo=None)
    return row


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turns an engine's errors into `BadLog`; wrap it around queries."""
    errors = (("duckdb", "Error"), ("pyspark.errors", "PySparkException"), ("py4j.protocol", "Py4JError"))
    loaded = tuple(getattr(sys.modules[module], name) for module, name in errors if module in sys.modules)
    try:
        yield
    except loaded as error:
        raise BadLog(f"{what}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _duckdb() -> BaseBackend:
    ibis = library("ibis", "bulk")
    library("duckdb", "bulk")
    backend: BaseBackend = ibis.duckdb.connect()
    # nothing is fetched from the network
    for setting in (
        "autoinstall_known_extensions = false",
        "enable_progress_bar = true",  # for the progress of long runs
        "enable_progress_bar_print = false",
        "TimeZone = 'UTC'",
    ):
        backend.raw_sql(f"SET {setting}")
    return backend


def _session(master: str, spool: str) -> Any:
    sql = library("pyspark.sql", "spark")
    from pyspark.errors import PySparkRuntimeError

    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else any Python of the path, which may lack libraries
    builder = sql.SparkSession.builder.master(master).appName("ratecard")
    quiet = os.path.join(spool, "log4j2.properties")
    with open(quiet, "w", encoding="utf-8") as file:
        file.write(_SILENT)
    builder = builder.config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet}")
    for key, value in {**SPARK_SETTINGS, **(_LOCAL if master.startswith("local") else {})}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as error:
        raise RatecardError(f"Spark does not start ({_first_line(error)}); install a Java runtime 17") from error
    session.sparkContext.setLogLevel("OFF")
    return session


def library(name: str, extra: str) -> ModuleType:
    """A library of an extra, loaded late because a plain cost needs none of them."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        wanted = f'pip install "ratecard[{extra}]"'
        raise RatecardError(f"usage logs need {name.partition('.')[0]}, which is not installed: {wanted}") from error
