"""What a shell offers to complete a line of `ratecard` with; loads click only for the names of commands and options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ratecard import api
from ratecard.cli.cost_report import ANY, KNOWN, KNOWN_KINDS
from ratecard.core import moments
from ratecard.core.catalog import Catalog, sold
from ratecard.core.errors import RatecardError
from ratecard.database import store
from ratecard.pricing.cost import CALLS
from ratecard.pricing.priced_words import priced_words

#: The variable in which a shell hands over the line up to the cursor.
VARIABLE = "_RATECARD_COMPLETE"

_SELLERS = ("--seller", "--sellers", "--not-seller", "--key")
_NEEDS = ("--need", "--without")
_FILES = ("--response", "--usage", "--request", "--db", "--catalog", "--out", "--file", "--at")
_MODELS = ("--only", "--ignore", "--prefer", "--model")
#: Which words `--sellers` takes besides names.
_WHICH = (ANY, KNOWN, *KNOWN_KINDS)
_KINDS = ("meters", "facts", "capabilities", "sellers")


def candidates(line: str) -> list[str]:
    """What completes a line: whole words that begin as its last one does; none where the catalog cannot be read."""
    words = line.split(" ")[1:]
    begun = words[-1] if words else ""
    try:
        return sorted({word for word in _words([word for word in words[:-1] if word], begun) if word.startswith(begun)})
    except (RatecardError, OSError):
        return []


def _words(before: Sequence[str], begun: str) -> Iterable[str]:
    command = before[0] if before else ""
    if not command:
        from ratecard.cli.group import COMMANDS  # here because it loads click

        return COMMANDS
    if begun.startswith("-"):
        return _options(command)
    if before[-1] in _FILES:
        return ()  # the shell completes names of files
    if command == "completion":
        return ("bash", "zsh", "fish")
    catalog = api.open_catalog(_db(before))
    if before[-1] in _SELLERS:
        head, comma, _ = begun.rpartition(",")
        names = [f"{head}{comma}{seller}" for seller in catalog.sellers]
        return [*names, *_WHICH] if before[-1] == "--sellers" else names
    if before[-1] in _NEEDS:
        capabilities = catalog.vocabulary.capabilities.values()
        return [word.id for word in capabilities] + [name for word in capabilities for name in word.also if begun]
    if before[-1] in _MODELS or command in ("show", "history"):
        return _models(catalog, begun)
    if command == "words":
        return _KINDS if len(before) == 1 else ()
    if command in ("cost", "route"):
        usage = [word for word in _usage(catalog, before, begun) if word.startswith(begun)]
        named = command == "route" or any("=" not in word for word in before[1:])
        return usage if usage and named else _models(catalog, begun) if command == "cost" else ()
    return ()


def _db(before: Sequence[str]) -> str | None:
    return before[before.index("--db") + 1] if "--db" in before[:-1] else None


def _options(command: str) -> Iterator[str]:
    """The options of a command."""
    import click  # here because only options need it

    from ratecard.cli.group import cli

    found = cli.get_command(click.Context(cli), command)
    for parameter in found.params if found else ():
        if isinstance(parameter, click.Option) and not parameter.hidden:
            yield from parameter.opts
    yield "--help"


def _models(catalog: Catalog, begun: str) -> Iterator[str]:
    """Makers, then what follows them; and models without their maker, from two letters on."""
    for slug in store.slugs(catalog):
        maker, _, rest = slug.partition("/")
        if "/" in begun:
            yield slug
        elif begun != maker:
            yield f"{maker}/"
            if len(begun) > 1:
                yield rest
        else:
            yield slug


def _usage(catalog: Catalog, before: Sequence[str], begun: str) -> Iterable[str]:
    """Meters and facts with an equals sign, those that the model has prices of if one is named; or a fact's values."""
    vocabulary, (name, equals, _) = catalog.vocabulary, begun.partition("=")
    if equals:
        fact = vocabulary.facts.get(name)
        values = fact and (("on", "off") if fact.kind == "flag" else fact.values)
        return [f"{name}={value}" for value in values or ()]
    given = {word.partition("=")[0] for word in before}
    every = [f"{word}=" for word in (*vocabulary.meters, *vocabulary.facts, CALLS) if word not in given]
    models = [word for word in before[1:] if "=" not in word and not word.startswith("-")]
    if before[0] != "cost" or not models:
        return every if begun or before[0] == "route" else ()
    try:
        _, offer = sold(catalog, models[0])
    except RatecardError:
        return every
    items, facts = priced_words(offer, vocabulary, moments.moment(None))
    own = [f"{word}=" for word in (*items, *facts, CALLS) if word not in given]
    return own if any(word.startswith(begun) for word in own) else every
