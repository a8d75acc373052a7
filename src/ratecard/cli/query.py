"""`ratecard query`: SQL over the catalog."""

from __future__ import annotations

import click

from ratecard.cli.options import db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.database import query as querying
from ratecard.database import store


@click.command()
@click.argument("sql", required=False)
@click.option(
    "--named", metavar="[NAME]", is_flag=False, flag_value="",
    help="Run this query of the cookbook; without a name, list them.",
)  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="List the queries of the cookbook.")
@click.option(
    "-p",
    "--param",
    "pairs",
    multiple=True,
    nargs=2,
    metavar="NAME VALUE",
    help="The value of a parameter such as :model.",
)  # fmt: skip
@db_option
@output_options
def query(
    sql: str | None, named: str | None, listing: bool, pairs: tuple[tuple[str, str], ...], db: str | None,
    form: str | None,
) -> None:  # fmt: skip
    """Query the catalog in SQL, for reading only.

    \b
    ratecard query "SELECT slug, price FROM prices WHERE meter = 'images' ORDER BY price_number LIMIT 5"
    ratecard query --named model -p model openai/gpt-4o --csv
    """
    listing = listing or named == ""
    if sum([sql is not None, bool(named), listing]) != 1:
        raise click.UsageError("give a statement, or --named NAME, or --list")
    if listing:
        rows = [{"name": recipe.name, "answers": recipe.answers} for recipe in querying.cookbook()]
    else:
        statement = querying.named(named).sql if named else sql or ""
        rows = querying.query(store.where(db), statement, dict(pairs))
    if form:
        machine(form, rows, rows)
    elif rows:
        table([{name: "" if value is None else str(value) for name, value in row.items()} for row in rows])
    else:
        remark("no rows")
