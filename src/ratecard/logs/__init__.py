"""Usage logs in bulk: files of any size as one table, on DuckDB or Spark."""
