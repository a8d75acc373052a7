"""The command line: each command parses, calls the library and prints."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

from ratecard.cli import streams
from ratecard.core.errors import EXIT_FAILED, RatecardError, UnknownModel

INTERRUPTED = 130

#: The commands that answer in a blink, which collecting garbage and closing the interpreter would double.
QUICK = frozenset(["completion", "cost", "history", "query", "search", "show", "where", "words"])


def main() -> None:
    """Runs the command line and exits with its code."""
    arguments = sys.argv[1:]
    quickly = not QUICK.isdisjoint(arguments[:1])
    if quickly:
        gc.disable()  # what an answer leaves is not worth collecting
    streams.prepare()
    _take_checkout()
    code = complete(os.environ["_RATECARD_COMPLETE"]) if "_RATECARD_COMPLETE" in os.environ else run(arguments)
    if not streams.flush():
        code = code or EXIT_FAILED
    if quickly:
        os._exit(code)  # the interpreter's own end takes longer than a price
    sys.exit(code)


def complete(line: str) -> int:
    """Prints what a shell may complete a line with, one candidate a line."""
    from ratecard.cli import completing  # here because no other run needs it

    print("\n".join(completing.candidates(line)))
    return 0


def _take_checkout() -> None:
    """Takes ./catalog.db in a checkout of a catalog, for this process; a program that imports ratecard never does."""
    if os.path.isdir("catalog") and os.path.isfile("catalog.db"):
        os.environ.setdefault("RATECARD_DB", "catalog.db")


def run(arguments: list[str]) -> int:
    """Runs a command line and returns its exit code; an expected failure is one message on stderr."""
    try:
        quickly = _QUICKLY.get(arguments[0]) if arguments else None
        code = quickly(arguments) if quickly else _by_click(arguments)
        sys.stdout.flush()
        return code
    except RatecardError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return EXIT_FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        streams.say(f"Error: {where}{error.strerror or error}")
        return EXIT_FAILED


def complain(error: RatecardError) -> None:
    """Prints an error to stderr."""
    if isinstance(error, UnknownModel):
        streams.say(f"Error: unknown model {error.name!r}")
        for slug in error.suggestions:
            streams.say(f"  did you mean {slug}")
    else:
        streams.say(f"Error: {error}")


def _search(arguments: list[str]) -> int:
    from ratecard.cli import search_report

    options = search_report.plain_options(arguments[1:])
    return _by_click(arguments) if options is None else search_report.run(options)


def _show(arguments: list[str]) -> int:
    from ratecard.cli import show_report

    options = show_report.plain_options(arguments[1:])
    return _by_click(arguments) if options is None else show_report.run(options)


def _cost(arguments: list[str]) -> int:
    """Runs `cost`, without loading click if the arguments are plain."""
    from ratecard.cli import cost_report

    given = cost_report.spelled_out(arguments[1:])
    options = cost_report.plain_options(given)
    if options is None:
        return _by_click(["cost", *given])
    if options.sellers:
        from ratecard.cli import sellers_report

        return sellers_report.run(options)
    return cost_report.run(options)


def _by_click(arguments: list[str]) -> int:
    import click  # here because a plain cost does not need it

    from ratecard.cli.group import cli

    color = False if os.environ.get("NO_COLOR") else None
    try:
        code = cli.main(arguments, prog_name="ratecard", standalone_mode=False, color=color)
    except click.ClickException as error:
        with suppress(OSError):  # stderr may be closed; the exit code is enough
            error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


#: What runs a command without loading click if its arguments are plain.
_QUICKLY = {"cost": _cost, "search": _search, "show": _show}
