"""`ratecard plan`: an offer for each task of a workload, within a budget."""

from __future__ import annotations

import click

from ratecard.cli.options import at_option, db_option, output_options


@click.command()
@click.argument("workload", metavar="WORKLOAD.yaml")
@click.option(
    "--budget", metavar="MONEY", help="Maximum cost of all calls, fees included; overrides the workload's budget."
)
@at_option
@db_option
@output_options
def plan(workload: str, budget: str | None, at: str | None, db: str | None, form: str | None) -> int:
    """Choose an offer for each task of WORKLOAD.yaml within a budget.

    Of the plans within the budget, the most preferred wins, then the cheapest. Also shows what breaks
    first when money gets short or calls grow, and what 10% more budget buys.

    \b
    ratecard plan examples/workload.yaml --budget 100
    """
    from ratecard.cli import plan_report  # here because the list of commands reads no YAML

    return plan_report.run(workload, budget, at, db, form)
