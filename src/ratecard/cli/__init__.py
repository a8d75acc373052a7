"""The command line: each command parses, calls the library and prints."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from ratecard.errors import EXIT_FAILED, RatecardError, UnknownModel

INTERRUPTED = 130

#: Which module holds each command; only the one that is run is loaded.
COMMANDS = {
    "validate": "authoring",
    "build": "authoring",
    "show": "browsing",
    "search": "browsing",
    "where": "browsing",
    "cost": "costing",
    "route": "choosing",
    "site": "publishing",
    "serve": "publishing",
}


class Commands(click.Group):
    """The commands, loaded on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, or None."""
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"ratecard.cli.{COMMANDS[name]}"), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ratecard", message="%(prog)s %(version)s")
def cli() -> None:
    """AI models and what they cost: exact, explained, with evidence.

    \b
    ratecard cost openai/gpt-image-1 images=2 quality=high
    ratecard route --need edit --need mask images=10
    ratecard search relight
    """


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of a command line; every foreseen failure is one clear message on stderr."""
    color = False if os.environ.get("NO_COLOR") else None
    try:
        code = cli.main(arguments, prog_name="ratecard", standalone_mode=False, color=color)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except RatecardError as error:
        complain(error)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except OSError as error:
        click.echo(f"Error: {error.filename or ''}: {error.strerror or error}", err=True)
        return EXIT_FAILED


def complain(error: RatecardError) -> None:
    """Says on stderr what went wrong."""
    if isinstance(error, UnknownModel):
        click.echo(f"Error: unknown model {error.name!r}", err=True)
        for slug in error.suggestions:
            click.echo(f"  did you mean {slug}", err=True)
    else:
        click.echo(f"Error: {error}", err=True)
