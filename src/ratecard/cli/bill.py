"""`ratecard bill`: what usage logs cost, in total or row by row."""

from __future__ import annotations

from typing import Any

import click

from ratecard.cli.options import at_option, db_option, named_values, output_options


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("--by", metavar="NAME,...", default="model", show_default=True,
              help="Group by model, name, provider, seller, model_id, tariff, status, month, week, day, hour or any "
                   "column of the log; '' for one total.")  # fmt: skip
@click.option("--map", "mapping", metavar="NAME=COLUMN,...", multiple=True,
              help="The column for model, seller, at, a meter or a fact: input_tokens=t_in-t_cached.")  # fmt: skip
@click.option("--seller", metavar="SELLER", help="The seller of rows that name none.")
@click.option("--out", metavar="FILE",
              help="Write every row with its cost to FILE.parquet, FILE.csv or FILE.jsonl.")  # fmt: skip
@click.option("--format", "layout", type=click.Choice(["bill", "focus"]), default="bill", show_default=True,
              help="A bill, or FOCUS columns (an estimate at list prices).")  # fmt: skip
@click.option("--engine", default="", metavar="ENGINE",
              help="duckdb, python (a few rows), spark, local[4] or spark://host:port; default: duckdb, or "
                   "python where that is not installed.")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Print all groups and reasons, not only the first ones.")
@at_option
@db_option
@output_options
def bill(logs: tuple[str, ...], by: str, mapping: tuple[str, ...], form: str | None, **options: Any) -> int:
    """Add up what usage logs cost: Parquet, CSV or JSON lines, compressed or not; - for standard input.

    Columns are recognized, or named with --map. Rows without a price are counted and listed by reason,
    never treated as free; the exit code is 5 if there are any.

    \b
    ratecard bill spend.parquet
    ratecard bill 'logs/*.jsonl.gz' --by day,team --csv
    ratecard bill calls.csv --map model=name,input_tokens=t_in-t_cached,cache_read_tokens=t_cached
    ratecard bill calls.parquet --out priced.parquet
    """
    from ratecard.cli import bill_report  # here because Ibis takes longer to load than most commands

    columns = named_values([part for text in mapping for part in text.split(",")], "--map")
    names = tuple(dict.fromkeys(part.strip() for part in by.split(",") if part.strip()))
    return bill_report.run(bill_report.BillOptions(logs, names, columns, form=form, **options))
