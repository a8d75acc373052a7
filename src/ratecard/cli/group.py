"""The commands, each loaded when it is run."""

from __future__ import annotations

from importlib import import_module

import click

#: Each command lives in the module of its name, which is loaded when the command runs.
COMMANDS = (
    "validate", "build", "show", "search", "query", "where", "cost", "words", "bill", "route", "lint-request", "plan",
    "history", "diff", "new", "import", "reconcile", "audit", "verify-prices", "site", "serve", "completion",
)  # fmt: skip


class Commands(click.Group):
    """The commands, loaded on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, or None."""
        if name not in COMMANDS:
            return None
        word = "import_" if name == "import" else name.replace("-", "_")
        command = getattr(import_module(f"ratecard.cli.{word}"), word)
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
