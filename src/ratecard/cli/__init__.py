"""The command line: each command parses, calls the library and prints."""

from __future__ import annotations

import gc
import os
import sys

from ratecard.errors import EXIT_FAILED, RatecardError, UnknownModel

INTERRUPTED = 130


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] != ["cost"]:
        sys.exit(run(arguments))
    gc.disable()  # a price is answered before there is anything worth collecting
    code = run(arguments)
    os._exit(code)  # taking the interpreter apart would take longer than the price did


def run(arguments: list[str]) -> int:
    """The exit code of a command line; every foreseen failure is one clear message on stderr."""
    try:
        code = _quickly(arguments) if arguments[:1] == ["cost"] else _by_click(arguments)
        sys.stdout.flush()
        return code
    except RatecardError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except OSError as error:
        print(f"Error: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return EXIT_FAILED


def complain(error: RatecardError) -> None:
    """Says on stderr what went wrong."""
    if isinstance(error, UnknownModel):
        print(f"Error: unknown model {error.name!r}", file=sys.stderr)
        for slug in error.suggestions:
            print(f"  did you mean {slug}", file=sys.stderr)
    else:
        print(f"Error: {error}", file=sys.stderr)


def _quickly(arguments: list[str]) -> int:
    """A cost without loading click where the arguments are plain, since loading it takes longer."""
    from ratecard.cli import bill

    request = bill.plain_request(arguments[1:])
    return bill.run(request) if request else _by_click(arguments)


def _by_click(arguments: list[str]) -> int:
    import click  # here because a plain cost does without it

    from ratecard.cli.group import cli

    color = False if os.environ.get("NO_COLOR") else None
    try:
        code = cli.main(arguments, prog_name="ratecard", standalone_mode=False, color=color)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0
