"""Whole processes and imports: start to end, one after the other in every round."""

from __future__ import annotations

import compileall
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import measure
import peers
from table import Table

ROUNDS = 15
PROCESSES = ("python -c pass", "ratecard cost", "first cost in Python", "genai-prices calc")
COMMANDS = {
    "ratecard cost": ("cost", "openai/gpt-4o", "input_tokens=1000", "output_tokens=100"),
    "ratecard cost --sellers": ("cost", "openai/gpt-4o", "--sellers", "input_tokens=1000", "output_tokens=100"),
    "ratecard cost, a wrong name": ("cost", "openai/gpt-4oo", "input_tokens=1000"),
    "ratecard route": ("route", "--need", "tool-calling", "input_tokens=10000", "output_tokens=500"),
    "ratecard show": ("show", "openai/gpt-4o"),
    "ratecard search": ("search", "claude sonnet 4.5"),
    "ratecard history": ("history", "openai/gpt-4o"),
    "ratecard where": ("where",),
    "ratecard words": ("words", "meters"),
    "ratecard query": ("query", "select seller, meter, price from prices where slug = 'openai/gpt-4o'"),
}
#: The commands that end with an error, as they should.
REFUSED = {"ratecard cost, a wrong name"}
IMPORTS = ("python -c pass", "import ratecard.api", "import genai_prices", "import tokencost", "import litellm")
ROWS = {"Whole processes": PROCESSES, "Commands": ("python -c pass", *COMMANDS), "Imports": IMPORTS}

_FIRST = "from ratecard import cost; cost('openai/gpt-4o', input_tokens=1000, output_tokens=100)"


def tables() -> Iterator[Table]:
    """Commands from start to end, then what importing a library takes."""
    compileall.compile_dir(str(measure.ROOT / "src"), quiet=1)
    yield _table(
        "Whole processes",
        "Times of the processor, with the whole shipped catalog: 1,000 input and 100 output tokens of gpt-4o.",
        _commands(),
        "genai-prices calc",
    )
    own = str(Path(sys.executable).with_name("ratecard"))
    yield _table(
        "Commands",
        "What a person types: times of the processor, with the whole shipped catalog and all that is printed.",
        {"python -c pass": [sys.executable, "-c", "pass"]} | {name: [own, *words] for name, words in COMMANDS.items()},
        "ratecard cost",
    )
    pythons = {name: str(peers.commands(name) / "python") for name in peers.PEERS}
    yield _table(
        "Imports",
        "A process that imports a library and ends, each with the interpreter its library is installed for.",
        {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import ratecard.api": [sys.executable, "-c", "import ratecard.api"],
            "import genai_prices": [pythons["genai-prices"], "-c", "import genai_prices"],
            "import tokencost": [pythons["tokencost"], "-c", "import tokencost"],
            "import litellm": [pythons["litellm"], "-c", "import litellm"],
        },
        "import genai_prices",
    )


def _commands() -> dict[str, Sequence[str]]:
    own = str(Path(sys.executable).with_name("ratecard"))
    genai = str(peers.commands("genai-prices") / "genai-prices")
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "ratecard cost": [own, "cost", "openai/gpt-4o", "input_tokens=1000", "output_tokens=100", "--json"],
        "first cost in Python": [sys.executable, "-c", _FIRST],
        "genai-prices calc": [genai, "calc", "-i", "1000", "-o", "100", "gpt-4o"],
    }


def _table(title: str, note: str, commands: dict[str, Sequence[str]], peer: str) -> Table:
    jobs = {
        name: lambda command=command, name=name: measure.process(command, check=name not in REFUSED)
        for name, command in commands.items()
    }
    seconds = measure.interleaved(jobs, ROUNDS)
    floor = seconds["python -c pass"]
    rows = [
        (name, f"{took * 1e3:.0f}", f"{(took - floor) * 1e3:.0f}", f"{took / floor:.1f}", f"{seconds[peer] / took:.1f}")
        for name, took in seconds.items()
    ]
    return Table(title, note, ("", "ms", "ms more than pass", "times pass", f"times faster than {peer}"), rows)
