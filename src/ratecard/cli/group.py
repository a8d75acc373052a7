"""The commands, each loaded when it is run."""

from __future__ import annotations

from importlib import import_module

import click

#: Which module holds each command; only the one that is run is loaded.
COMMANDS = {
    "validate": "validate",
    "build": "validate",
    "show": "show",
    "search": "show",
    "where": "show",
    "cost": "cost",
    "bill": "bill",
    "route": "route",
    "lint-request": "lint_request",
    "plan": "plan",
    "history": "diff",
    "diff": "diff",
    "import": "import_",
    "reconcile": "reconcile",
    "audit": "audit",
    "site": "site",
    "serve": "site",
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
        module = import_module(f"ratecard.cli.{COMMANDS[name]}")
        word = name.replace("-", "_")
        command = getattr(module, f"{word}_" if hasattr(module, f"{word}_") else word)
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
