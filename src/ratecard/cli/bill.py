"""`ratecard bill`: what usage logs cost, in total or row by row."""

from __future__ import annotations

import re
from typing import Any

import click

from ratecard.cli.options import at_option, db_option, named_values, output_options


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("--by", metavar="NAME,...",
              help="Group by model, name, provider, seller, model_id, tariff, status, month, week, day, hour or any "
                   "column of the log, also as day(COLUMN), weekday(COLUMN), lower(COLUMN), left(COLUMN, 3); '' for "
                   "one total; default: model.")  # fmt: skip
@click.option("--map", "mapping", metavar="NAME=COLUMN,...", multiple=True,
              help="The column for model, seller, at, a meter or a fact: input_tokens=t_in-t_cached.")  # fmt: skip
@click.option("--seller", metavar="SELLER", help="The seller of rows that name none.")
@click.option("--daily", is_flag=True, help="A line for each day, in order, and for each NAME of --by in it.")
@click.option("--unique", metavar="COLUMN,...", default="",
              help="Bill rows that are alike in these columns, such as an id of the request, once.")  # fmt: skip
@click.option("--as", "instead", metavar="MODEL",
              help="What the same calls cost at another model and --seller; 'same': each its own.")  # fmt: skip
@click.option("--stated", metavar="COLUMN",
              help="Compare with the costs in a column; those of known layouts are compared anyway.")  # fmt: skip
@click.option("--budget", metavar="AMOUNT", help="How much of it is used; if more, the exit code is 6.")
@click.option("--forecast", is_flag=True, help="The whole month, if its days are as those that the log has of it.")
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
def bill(
    logs: tuple[str, ...], by: str | None, mapping: tuple[str, ...], stated: str | None, unique: str, **options: Any
) -> int:
    """Add up what usage logs cost: Parquet, CSV or JSON lines, compressed or not; - for standard input.

    Columns are recognized, or named with --map, and the transcripts of coding agents by their files. Rows without a
    price are counted and listed by reason, never treated as free; the exit code is 5 if there are any.

    \b
    ratecard bill spend.parquet
    ratecard bill 'logs/*.jsonl.gz' --by day,team --csv
    ratecard bill ~/.claude/projects --by day,project,model
    ratecard bill calls.csv --map model=name,input_tokens=t_in-t_cached,cache_read_tokens=t_cached
    ratecard bill calls.parquet --out priced.parquet
    ratecard bill calls.csv --daily --forecast --budget 500
    ratecard bill calls.csv --as claude-haiku-4-5 --unique request_id
    """
    from ratecard.cli import bill_report  # here because Ibis takes longer to load than most commands

    columns = named_values([part for text in mapping for part in text.split(",")], "--map")
    columns |= {"stated": stated} if stated else {}
    daily = options["daily"]
    names = (*(("day",) if daily else ()), *_names(by if by is not None else "" if daily else "model"))
    options["unique"] = _names(unique)
    return bill_report.run(bill_report.BillOptions(logs, tuple(dict.fromkeys(names)), columns, **options))


def _names(text: str) -> tuple[str, ...]:
    """Names with commas between them, each once."""
    parts = re.split(r",(?![^()]*\))", text)  # left(user, 3) has one of its own
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
