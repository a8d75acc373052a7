"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ratecard.errors import BadValue
from ratecard.usage import words_of

db_option = click.option(
    "--db", metavar="FILE", help="The catalog database; else RATECARD_DB, ./catalog.db, the packaged one."
)
at_option = click.option(
    "--at", metavar="DATE", help="The moment to price for, in UTC: 2026-11-21 or 2026-11-21T18:30. Now if left out."
)
words_argument = click.argument("words", nargs=-1, metavar="[NAME=VALUE]...")


def split(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Models and words apart: what has an equals sign is a word."""
    models = [argument for argument in arguments if "=" not in argument]
    return models, words_of(argument for argument in arguments if "=" in argument)


def named_values(texts: Sequence[str], option: str) -> dict[str, str]:
    """The NAME=VALUE pairs of an option that may be repeated."""
    try:
        return words_of(texts)
    except BadValue as error:
        raise click.UsageError(f"{option}: {error}") from None
