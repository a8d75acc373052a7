"""Renews what is generated in the documents: output of commands and references made from the code.

`python docs/regenerate.py DB MARKET` writes, where DB is a database of docs/catalog and MARKET one of the whole
catalog; the tests hold the documents to it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ratecard import api, cli
from ratecard.cards import schema
from ratecard.cards.schema import json_schema, vocabulary
from ratecard.cli.group import COMMANDS
from ratecard.database.query import Recipe, cookbook
from ratecard.logs import layouts
from ratecard.logs.layouts import ANY, LAYOUTS
from ratecard.market import coverage, price_lists
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Amount, Beside, Flavor

ROOT = Path(__file__).parent.parent

#: The moment examples are computed for, so that they do not change with the day.
DAY = date(2026, 11, 21)
AT = f"{DAY}T12:00"

#: The commands whose answer depends on the day.
_TIMED = ("cost", "route", "plan", "lint-request", "search", "show")

_CONSOLE = re.compile(r"```console\n\$ (.+)\n(?:.*\n)*?```\n")
_PART = re.compile(r"(<!-- (\w+): made by make docs -->\n).*?(<!-- end -->)", re.DOTALL)


def references(market: Path) -> dict[Path, str]:
    """Each document with parts made from the code and from the whole catalog in a database, as it should be."""
    json_schema.describe(schema.Entry)
    docs = ROOT / "docs"
    found = {docs / "cli.md": _commands(), docs / "cards.md": _cards()}
    made = {**_PARTS, "data.md": {**_PARTS["data.md"], **_counts(market)}}
    for name, parts in made.items():
        text = (docs / name).read_text(encoding="utf-8")
        found[docs / name] = _renewed(text, parts)
    return found


def _renewed(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    return _PART.sub(lambda part: f"{part[1]}{parts[part[2]]()}\n{part[3]}", text)


def consoles(text: str) -> str:
    """A document with the output of each of its commands."""
    return _CONSOLE.sub(lambda block: f"```console\n$ {block[1]}\n{output(shlex.split(block[1])[1:])}```\n", text)


def output(arguments: list[str]) -> str:
    """What a command prints at the root of the project, for the moment examples are computed for."""
    timed = [*arguments, "--at", AT] if arguments[0] in _TIMED and "-h" not in arguments else arguments
    stream = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        cli.run(timed)
    return stream.getvalue()


def _commands() -> str:
    parts = ["# Commands\n", "Made by `make docs` from the commands themselves.\n", _COMMON]
    parts += [f"## {command}\n\n```text\n{output([command, '-h'])}```\n" for command in COMMANDS]
    return "\n".join(parts)


def _cards() -> str:
    """What an author may write, from the schema itself: the card first, then what it is made of."""
    parts = [_CARDS_HEAD]
    for kind, entries in _entries().items():
        parts.append(f"## {kind}\n")
        parts += [_entry(entry) for entry in entries]
    return "\n".join(parts)


def _entries() -> dict[str, list[type[schema.Entry]]]:
    homes = {"Cards": "cards", "Sellers": "sellers", "Vocabularies": "vocabulary", "Sources": "entry"}
    found = {
        title: [entry for entry in schema.Entry.__subclasses__() if entry.__module__ == f"ratecard.cards.schema.{home}"]
        for title, home in homes.items()
    }
    found["Cards"].sort(key=lambda entry: (entry.__name__ != "Card", entry.__name__ != "Offer"))
    return found


def _entry(entry: type[schema.Entry]) -> str:
    rows = ["| key | needed | is |", "|---|---|---|"]
    for name, field in entry.model_fields.items():
        rows.append(f"| `{name}` | {'yes' if field.is_required() else ''} | {field.description} |")
    return f"### {entry.__name__}\n\n{entry.__doc__}\n\n" + "\n".join(rows) + "\n"


def _flavor(flavor: Flavor) -> str:
    signs = ", ".join(map(_named, flavor.signs))
    twin = next(other for other in FLAVORS if (other.amounts, other.facts) == (flavor.amounts, flavor.facts))
    rows = [(_measured(amount), _sum(amount), _within(amount)) for amount in flavor.amounts]
    for fact in [*flavor.facts, *flavor.sellers]:
        values = ", ".join(f"{said} → {value}" if value != said else said for said, value in fact.values if value)
        rows.append((f"{fact.fact}", f"`{fact.path}`: {values}", ""))
    for inner in flavor.inner:
        head = f"of `{inner.path}`, whose model is {f'`{inner.model}`' if inner.model else 'its key'}"
        rows += [(f"{_measured(amount)} {head}", _sum(amount), _within(amount)) for amount in inner.amounts]
    rows += [(f"`{row.meter}`", _beside(row), "") for row in flavor.beside if row.meter]
    seller = f" The seller is {flavor.seller}." if flavor.seller else ""
    stead = f" It stands instead of {flavor.instead_of}." if flavor.instead_of else ""
    stated = f" States {', '.join(f'`{row.path}`' for row in flavor.stated)}." if flavor.stated else ""
    shows = ", ".join(_beside(row) for row in flavor.beside if not row.meter)
    beside = f"\n\nBilled, counted nowhere and so without a price: {shows}." if shows else ""
    head = f"### {flavor.id}\n\n{flavor.api}. Signs: {signs}.{seller}{stead}{stated}"
    if twin is not flavor:
        return f"{head} Its fields are read as those of [{twin.id}](#{twin.id})."
    told = ", ".join(_named(path) for path in (*flavor.told, *flavor.mirrors))
    told = f"\n\nBills nothing of its own: {told}." if told else ""
    return f"{head}\n\n{_rows(('meter or fact', 'is', 'is part of'), rows)}{told}{beside}"


def _named(path: str) -> str:
    """The names of a number, as code."""
    return " or ".join(f"`{choice}`" for choice in path.split("|"))


def _beside(row: Beside) -> str:
    """Where something shows that usage does not count."""
    once = f", once for a model whose name begins with {' or '.join(row.once)}" if row.once else ""
    by = f", by `{row.by}`, sold as `{row.model}`" if row.by else ""
    return f"each `{row.path}`" + (f" unless {_named(row.unless)}" if row.unless else "") + by + once


def _measured(amount: Amount) -> str:
    under = "".join(f", {fact} {value}" for fact, value in amount.when)
    return f"`{amount.meter}`{under}"


def _sum(amount: Amount) -> str:
    terms = [*([f"{amount.calls} per response"] if amount.calls else []), *map(_named, amount.plus)]
    return " + ".join(terms) + "".join(f" − {_named(path)}" for path in amount.minus)


def _within(amount: Amount) -> str:
    return f"`{amount.within}`" + (", alike" if amount.alike else "") if amount.within else ""


def _layouts() -> str:
    """Every layout of a usage log that is recognised."""
    rows = []
    for layout in (*LAYOUTS, ANY):
        signs = ", ".join(" or ".join(f"`{name}`" for name in names) for names in layout.needs) or "any other log"
        model, seller, at = (" or ".join(f"`{name}`" for name in names) for names in layout[3:6])
        amounts = "<br>".join(f"`{amount.meter}` = {_terms_of(amount)}" for amount in layout.amounts)
        closed = "yes" if layout.closed else ""
        stated = f"`{layout.stated.column}`" if layout.stated else ""
        rows.append((layout.name, signs, model, seller, at, amounts or "columns called as meters", closed, stated))
    return _rows(("layout", "recognised by", "model", "seller", "time", "quantities", "closed", "own costs"), rows)


def _terms_of(amount: layouts.ColumnSum) -> str:
    plus = " + ".join(f"`{name}`" for name in amount.plus)
    return plus + "".join(f" − `{name}`" for name in amount.minus)


def _body(text: str | None) -> str:
    """A text without its first paragraph."""
    return (text or "").partition("\n\n")[2].strip()


def _counts(market: Path) -> dict[str, Callable[[], str]]:
    """The parts that count the whole catalog in a database."""
    catalog = api.open_catalog(str(market))
    newest = max(feed.seen for feed in catalog.feeds.values())
    return {
        "lists": lambda: _numbers(
            ("list", "version", "data of", "sellers", "prices", "quarantine", "offers", "joined"), 3,
            (
                (found.feed.name, found.feed.version, str(found.feed.seen), f"{found.sellers:,}", f"{found.prices:,}",
                 f"{found.quarantine:.2f} %", f"{found.offers:,}", f"{found.joined:,}")
                for found in coverage.lists(catalog, ROOT / "catalog")
            ),
        ),
        "statuses": lambda: _numbers(
            ("status", "means", "offers"), 2,
            (
                (f"`{status}`", meaning, f"{number:,}")
                for status, meaning, number in coverage.statuses(catalog, newest)
            ),
        ),
    }  # fmt: skip


def _numbers(heading: Sequence[str], texts: int, rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns after so many are numbers."""
    marks = ["---"] * texts + ["---:"] * (len(heading) - texts)
    return "\n".join(f"| {' | '.join(line)} |" for line in [heading, marks, *rows])


def _rows(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


#: The generated parts of each page, by the name in their marker.
def _recipe(recipe: Recipe) -> str:
    question, mark, rest = recipe.answers.partition("?")
    about = f"**{question}{mark}**{rest}" if mark else f"**{recipe.answers}**"
    return f"{about} (`{recipe.name}`)\n\n```sql\n{recipe.sql}\n```"


_PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "sql.md": {"cookbook": lambda: "\n" + "\n\n".join(map(_recipe, cookbook())) + "\n"},
    "usage.md": {"flavors": lambda: "\n\n".join(map(_flavor, FLAVORS))},
    "logs.md": {"layouts": _layouts},
    "planning.md": {"workload": lambda: "\n".join(map(_entry, (schema.Workload, schema.Task))).strip()},
    "data.md": {
        "policy": lambda: _body(price_lists.__doc__),
        "confidences": lambda: _rows(("confidence", "means"), coverage.CONFIDENCES.items()),
        "decisions": lambda: _body(_entry(vocabulary.Decision)),
    },
}

_CARDS_HEAD = """\
# What an author may write

Made by `make docs` from `src/ratecard/schema`; your editor shows the same through the first line of each file.

YAML is read strictly: every value is the text you wrote until a field gives it a type, so `no`, `on`, `16:30`
and `010` do not turn into something else. Duplicate and unknown keys, anchors, aliases and tags are refused.
A card's slug is its path under `catalog/models`.
"""

_COMMON = """\
Results go to stdout, remarks to stderr. A table is for people; `--json`, `--nl`, `--csv` and `--tsv` are for
programs, with money as decimal strings.

| exit code | means |
|---|---|
| 0 | done |
| 1 | failed, `validate` found problems, or the budget of `plan` does not suffice |
| 2 | the command line, or a workload it names, cannot be read |
| 3 | no model of that name; near names are on stderr |
| 4 | no offer meets every need |
| 5 | the price is not known; no number was printed. Of `bill`: some rows have no cost and are in no number |
| 6 | the calls of a log cost more than the budget of `bill` |
"""


if __name__ == "__main__":
    os.environ["RATECARD_DB"] = str(Path(sys.argv[1]).absolute())
    for path, text in references(Path(sys.argv[2])).items():
        path.write_text(text, encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        path.write_text(consoles(path.read_text(encoding="utf-8")), encoding="utf-8")
