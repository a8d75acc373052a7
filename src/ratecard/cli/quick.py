"""Reads plain command lines without click, which takes longer to load than most commands to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ratecard.cli.output import FORMATS

#: The options with a value that are read here, and those without one, each with the field that it sets.
VALUED = {"--at": "at", "--db": "db"}
FLAGS: Mapping[str, tuple[str, object]] = {f"--{form}": ("form", form) for form in FORMATS}


def read(
    arguments: Sequence[str], flags: Mapping[str, tuple[str, object]], valued: Mapping[str, str]
) -> tuple[list[str], dict[str, object]] | None:
    """The words of a command line and the fields that its options set; None for anything else, which click reads."""
    words: list[str] = []
    options: dict[str, object] = {}
    rest = iter(arguments)
    for argument in rest:
        name, mark, value = argument.partition("=")
        if argument in flags:
            field, meaning = flags[argument]
            options[field] = meaning
        elif name in valued:
            given = value if mark else next(rest, "-")
            if not mark and given.startswith("-"):
                return None
            options[valued[name]] = given
        elif argument.startswith("-"):
            return None
        else:
            words.append(argument)
    return words, options
