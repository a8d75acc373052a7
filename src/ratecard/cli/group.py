"""The commands, each loaded when it is run."""

from __future__ import annotations

from importlib import import_module

import click

#: The commands by who runs them, with their sentences; each lives in the module of its name, loaded when it runs.
GROUPS = {
    "Commands": {
        "search": "Find models by name, maker, seller or use.",
        "show": "Show a model: price, capabilities, scores, sellers.",
        "cost": "Compute what a usage costs, line by line.",
        "route": "Find the best offer that meets every need.",
        "bill": "Add up what usage logs cost.",
        "history": "Show what a model has cost over time.",
        "words": "List the words for quantities, facts and capabilities.",
        "query": "Query the catalog in SQL, for reading only.",
        "plan": "Choose an offer for each task within a budget.",
        "lint-request": "List what a request asks of a model.",
        "diff": "Show what changed between two catalogs.",
        "where": "Show which database is used and what it contains.",
        "completion": "Print what completes words in your shell.",
    },
    "Commands for maintainers": {
        "new": "Write a draft of a card.",
        "validate": "Check the authored files.",
        "build": "Bring the database up to date with the authored files.",
        "import": "Compare another project's price list with the catalog.",
        "reconcile": "List where price lists disagree, worst first.",
        "audit": "Find prices and cards that deserve a second look.",
        "verify-prices": "Draw prices for a person to read at their sellers.",
        "site": "Build the static pages.",
        "serve": "Serve the built pages on this machine.",
    },
}
COMMANDS = tuple(name for names in GROUPS.values() for name in names)


class Commands(click.Group):
    """The commands, loaded on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the help."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sentence of each command, under who runs it."""
        for title, sentences in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(list(sentences.items()))

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
