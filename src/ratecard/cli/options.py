"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ratecard.core import decimals
from ratecard.core.errors import BadValue
from ratecard.core.usage import words_of

db_option = click.option(
    "--db",
    metavar="FILE",
    help="The catalog; default: RATECARD_DB, a checkout's ./catalog.db or the packaged one.",
)
at_option = click.option(
    "--at", metavar="DATE", help="The date or time to answer for, in UTC: 2026-11-21 or 2026-11-21T18:30; default: now."
)
catalog_option = click.option(
    "--catalog", "root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("catalog"),
    show_default=True, help="The folder with the authored files.",
)  # fmt: skip
site_option = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("site"), show_default=True,
    help="The folder of the site.",
)  # fmt: skip
words_argument = click.argument("words", nargs=-1, metavar="[NAME=VALUE]...")


def named_values(texts: Sequence[str], option: str) -> dict[str, str]:
    """The NAME=VALUE pairs of a repeatable option."""
    try:
        return words_of(texts)
    except BadValue as error:
        raise click.UsageError(f"{option}: {error}") from None


def tokens(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A callback of an option: a whole number of tokens above zero, as people write it (200000, 200k, 1e6)."""
    if value is None:
        return None
    number = decimals.parse_scaled(value)
    if number is None or number < 1 or number != int(number):
        raise click.BadParameter(f"{value!r} is not a number of tokens, such as 200000 or 200k", ctx, param)
    return int(number)


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --json, --nl, --csv and --tsv to a command, as the parameter `form`."""
    for name, text in (
        ("tsv", "Print tab-separated values."),
        ("csv", "Print comma-separated values."),
        ("nl", "Print JSON, one object per line."),
        ("json", "Print JSON, with money as decimal strings."),
    ):
        command = click.option(f"--{name}", "form", flag_value=name, help=text)(command)
    return command
