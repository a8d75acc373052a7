"""Renews what is generated in the documents: command output, module table, command reference.

`python docs/regenerate.py` writes; the tests hold the committed documents to what it would write.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ratecard import cli
from ratecard.cards import reader, schema
from ratecard.cards.layout import EVIDENCE
from ratecard.cards.schema import vocabulary
from ratecard.cli.group import COMMANDS
from ratecard.core import display
from ratecard.core.catalog import Catalog
from ratecard.logs import layouts
from ratecard.logs.layouts import ANY, LAYOUTS
from ratecard.market import agreement, coverage, evidence_files, merge, policy, reconcile
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Amount, Flavor

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "ratecard"
CATALOG = ROOT / "catalog"

#: The moment examples are computed for, so that they do not change with the day.
AT = "2026-11-21T12:00"

#: The commands whose answer depends on the day.
_TIMED = ("cost", "route", "plan", "lint-request")

_CONSOLE = re.compile(r"```console\n\$ (.+)\n(?:.*\n)*?```\n")
_PART = re.compile(r"(<!-- (\w+): made by make docs -->\n).*?(<!-- end -->)", re.DOTALL)


def documents(db: Path) -> dict[Path, str]:
    """Each document with generated parts, as it should be."""
    os.environ["RATECARD_DB"] = str(db)
    readme = ROOT / "README.md"
    requests, routing = ROOT / "docs" / "requests.md", ROOT / "docs" / "routing.md"
    return {
        readme: _CONSOLE.sub(_console, readme.read_text(encoding="utf-8")),
        ROOT / "docs" / "cli.md": _commands(),
        ROOT / "docs" / "cards.md": _cards(),
        requests: _CONSOLE.sub(_console, requests.read_text(encoding="utf-8")),
        routing: _CONSOLE.sub(_console, routing.read_text(encoding="utf-8")),
        ROOT / "docs" / "usage.md": _usage((ROOT / "docs" / "usage.md").read_text(encoding="utf-8")),
        ROOT / "docs" / "logs.md": _logs((ROOT / "docs" / "logs.md").read_text(encoding="utf-8")),
        ROOT / "docs" / "planning.md": _planning((ROOT / "docs" / "planning.md").read_text(encoding="utf-8")),
        ROOT / "docs" / "data.md": _data((ROOT / "docs" / "data.md").read_text(encoding="utf-8")),
    }


def _console(block: re.Match[str]) -> str:
    output = _output(shlex.split(block[1])[1:])
    return f"```console\n$ {block[1]}\n{output}```\n"


def _output(arguments: list[str]) -> str:
    """What a command prints, for the moment examples are computed for."""
    timed = [*arguments, "--at", AT] if arguments[0] in _TIMED and "-h" not in arguments else arguments
    stream = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        cli.run(timed)
    return stream.getvalue()


def _commands() -> str:
    parts = ["# Commands\n", "Made by `make docs` from the commands themselves.\n", _COMMON]
    parts += [f"## {command}\n\n```text\n{_output([command, '-h'])}```\n" for command in COMMANDS]
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


def _usage(text: str) -> str:
    """The page about reported usage, with every flavor and its fields."""
    flavors = "\n\n".join(_flavor(flavor) for flavor in FLAVORS)
    return _PART.sub(lambda part: f"{part[1]}{flavors}\n{part[3]}", _CONSOLE.sub(_console, text))


def _flavor(flavor: Flavor) -> str:
    signs = ", ".join(" or ".join(f"`{path}`" for path in sign.split("|")) for sign in flavor.signs)
    twin = next(other for other in FLAVORS if (other.amounts, other.facts) == (flavor.amounts, flavor.facts))
    rows = [(_measured(amount), _sum(amount), _within(amount)) for amount in flavor.amounts]
    for fact in [*flavor.facts, *flavor.sellers]:
        values = ", ".join(f"{said} → {value}" if value != said else said for said, value in fact.values if value)
        rows.append((f"{fact.fact}", f"`{fact.path}`: {values}", ""))
    seller = f" The seller is {flavor.seller}." if flavor.seller else ""
    stead = f" It stands instead of {flavor.instead_of}." if flavor.instead_of else ""
    stated = f" States {', '.join(f'`{row.path}`' for row in flavor.stated)}." if flavor.stated else ""
    shows = ", ".join(f"`{row.path}`" + (f" unless `{row.unless}`" if row.unless else "") for row in flavor.beside)
    beside = f"\n\nBilled, counted nowhere and so reported: {shows}." if shows else ""
    head = f"### {flavor.id}\n\n{flavor.api}. Signs: {signs}.{seller}{stead}{stated}"
    if twin is not flavor:
        return f"{head} Its fields are read as those of [{twin.id}](#{twin.id})."
    told = f"\n\nBills nothing of its own: {', '.join(f'`{path}`' for path in flavor.told)}." if flavor.told else ""
    return f"{head}\n\n{_rows(('meter or fact', 'is', 'is part of'), rows)}{told}{beside}"


def _measured(amount: Amount) -> str:
    under = "".join(f", {fact} {value}" for fact, value in amount.when)
    return f"`{amount.meter}`{under}"


def _sum(amount: Amount) -> str:
    terms = [*([f"{amount.calls} per response"] if amount.calls else []), *(f"`{path}`" for path in amount.plus)]
    return " + ".join(terms) + "".join(f" − `{path}`" for path in amount.minus)


def _within(amount: Amount) -> str:
    return f"`{amount.within}`" + (", alike" if amount.alike else "") if amount.within else ""


def _logs(text: str) -> str:
    """The page about usage logs, with every layout that is recognised."""
    rows = []
    for layout in (*LAYOUTS, ANY):
        signs = ", ".join(" or ".join(f"`{name}`" for name in names) for names in layout.needs) or "any other log"
        model, seller, at = (" or ".join(f"`{name}`" for name in names) for names in layout[3:6])
        amounts = "<br>".join(f"`{amount.meter}` = {_terms_of(amount)}" for amount in layout.amounts)
        closed = "yes" if layout.closed else ""
        rows.append((layout.name, signs, model, seller, at, amounts or "columns called as meters", closed))
    table = _rows(("layout", "recognised by", "model", "seller", "time", "quantities", "closed"), rows)
    return _PART.sub(lambda part: f"{part[1]}{table}\n{part[3]}", _CONSOLE.sub(_console, text))


def _planning(text: str) -> str:
    """The page about plans, with every key of a workload."""
    keys = f"{_entry(schema.Workload)}\n{_entry(schema.Task)}".strip()
    return _PART.sub(lambda part: f"{part[1]}{keys}\n{part[3]}", _CONSOLE.sub(_console, text))


def _terms_of(amount: layouts.Amount) -> str:
    plus = " + ".join(f"`{name}`" for name in amount.plus)
    return plus + "".join(f" − `{name}`" for name in amount.minus)


def _data(text: str) -> str:
    """The page about the data, with what is counted from the catalog's files; the database may hold less."""
    authored = reader.read(CATALOG).catalog
    joined = merge.market(authored, CATALOG)
    labels = {meter.id: meter.label for meter in authored.vocabulary.meters.values()}
    parts = {
        "feeds": _feeds(authored),
        "coverage": _coverage(authored),
        "quarantine": _quarantine(authored),
        "policy": (policy.__doc__ or "").partition("\n\n")[2].strip(),
        "confidences": _rows(("confidence", "means"), coverage.CONFIDENCES.items()),
        "disagreements": agreement.table(reconcile.tallies(joined), joined.feeds, labels),
        "decisions": _entry(vocabulary.Decision).partition("\n\n")[2].strip(),
    }
    return _PART.sub(lambda part: f"{part[1]}{parts[part[2]]}\n{part[3]}", text)


def _feeds(catalog: Catalog) -> str:
    heading = ("list", "version", "data of", "licence", "precedence", "sellers", "entries", "claims")
    rows = []
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        sellers = evidence_files.sellers(CATALOG, feed.id)
        lines = [
            sum(_count(CATALOG / EVIDENCE / feed.id / f"{seller}{kind}") for seller in sellers)
            for kind in (evidence_files.MODELS, evidence_files.PRICES)
        ]
        counts = (f"{count:,}" for count in (len(sellers), *lines))
        named = f"[{feed.name}]({feed.url})"
        rows.append((named, feed.version, feed.seen.isoformat(), feed.licence, str(feed.rank), *counts))
    return _rows(heading, rows)


def _coverage(catalog: Catalog) -> str:
    """What became of each list's values, and how its offers meet the rest of the catalog."""
    rows = []
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        folder = CATALOG / EVIDENCE / feed.id
        sellers = evidence_files.sellers(CATALOG, feed.id)
        if not sellers:
            continue
        taken = sum(_count(folder / f"{seller}{evidence_files.PRICES}") for seller in sellers)
        aside = _count(folder / evidence_files.QUARANTINE)
        places = {
            merge.Place(seller, model.model_id.lower())
            for seller in sellers
            for model in evidence_files.models(folder / f"{seller}{evidence_files.MODELS}")
        }
        met = merge.joins(catalog, CATALOG, feed.id, sorted(places))
        counts = (taken, aside, len(places), met.joined, met.alone, len(met.makerless))
        taken_text, aside_text, *others = (f"{count:,}" for count in counts)
        rows.append((feed.name, taken_text, aside_text, display.share(aside, taken + aside), *others))
    return _rows(
        ("list", "mapped", "quarantined", "share", "offers", "joined", "new", "of them without a stated maker"), rows
    )


def _count(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines()) - 1 if file.exists() else 0


def _quarantine(catalog: Catalog) -> str:
    """How many values of each list are not taken over, by reason."""
    rows = []
    for feed in sorted(catalog.feeds.values(), key=lambda feed: feed.rank):
        file = CATALOG / EVIDENCE / feed.id / evidence_files.QUARANTINE
        lines = file.read_text(encoding="utf-8").splitlines()[1:] if file.exists() else []
        reasons = Counter(line.rpartition("\t")[2] for line in lines)
        ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        rows += [(feed.name, why, f"{count:,}") for why, count in ordered]
        if file.exists() and not lines:
            rows.append((feed.name, "nothing is left out", "0"))
    return _rows(("list", "why it is not taken over", "values"), rows)


def _rows(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


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
"""


if __name__ == "__main__":
    for path, text in documents(ROOT / "catalog.db").items():
        path.write_text(text, encoding="utf-8")
