"""`ratecard words`: the words of meters, facts, capabilities and sellers, with their synonyms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import click

from ratecard.cli.options import db_option, output_options
from ratecard.cli.output import machine, remark, table
from ratecard.core import display
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_FAILED, listed, near
from ratecard.core.records import CapabilityWord, Fact, Meter, Seller
from ratecard.database.store import opened

#: The most characters of synonyms in a row; other formats have all.
WIDEST = 60


class WordEntry(NamedTuple):
    """A word, what it means, its other names and an example of its use."""

    kind: str
    word: str
    means: str
    unit: str
    values: tuple[str, ...]
    also: tuple[str, ...]
    example: str


@click.command()
@click.argument("what", nargs=-1, metavar="[meters|facts|capabilities|sellers] [TEXT]...")
@db_option
@output_options
def words(what: tuple[str, ...], db: str | None, form: str | None) -> int:
    """List the words that commands take: what is counted, circumstances, capabilities, sellers.

    With a TEXT, those that have it in their name, meaning or synonyms.

    \b
    ratecard words meters
    ratecard words facts tier
    ratecard words transcription
    """
    catalog = opened(db)
    kinds, texts = (what[:1], what[1:]) if what[:1] and what[0] in _KINDS else (tuple(_KINDS), what)
    found = [entry for kind in kinds for entry in _KINDS[kind](catalog) if _has(entry, texts)]
    if not found:
        known = [name for kind in kinds for entry in _KINDS[kind](catalog) for name in (entry.word, *entry.also)]
        close = near(texts[0].lower(), [name.partition(" ")[0] for name in known])
        remark(f"no word matches {' '.join(texts)!r}" + (f"; did you mean {listed(close)}?" if close else ""))
        return EXIT_FAILED
    if form:
        rows = [{**entry._asdict(), "values": list(entry.values), "also": list(entry.also)} for entry in found]
        flat = ({**row, "values": ", ".join(row["values"]), "also": ", ".join(row["also"])} for row in rows)
        machine(form, rows, flat)
    elif not what:
        _overview(catalog)
    else:
        for place, kind in enumerate(kind for kind in kinds if any(entry.kind == kind for entry in found)):
            if len(kinds) > 1:
                print(f"{'' if not place else chr(10)}{kind}:")
            table([_shown(entry) for entry in found if entry.kind == kind])
    return 0


def _has(entry: WordEntry, texts: tuple[str, ...]) -> bool:
    whole = " ".join((entry.word, entry.means, *entry.values, *entry.also)).lower()
    plain = whole.replace("_", " ").replace("-", " ")
    return all(text.lower() in whole or text.lower().replace("-", " ") in plain for text in texts)


def _shown(entry: WordEntry) -> dict[str, str]:
    """An entry as a row; the values of a fact are in its example."""
    also = ", ".join(entry.also)
    also = also if len(also) <= WIDEST else f"{also[:WIDEST].rpartition(', ')[0]}, …"
    return {"word": entry.word, "means": entry.means, "also": also, "example": entry.example}


def _overview(catalog: Catalog) -> None:
    """Prints the names alone: a screen."""
    import textwrap  # here because only the overview needs it

    for kind, entries in _KINDS.items():
        found = list(entries(catalog))
        names = ", ".join(entry.word for entry in found)
        if kind == "sellers":
            counts: dict[str, int] = {}
            for seller in catalog.sellers.values():
                counts[seller.kind] = counts.get(seller.kind, 0) + 1
            names = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(counts.items()))
        print(f"{kind} ({len(found)}): `ratecard words {kind}` explains them")
        print(textwrap.fill(names, 110, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))


def _meters(catalog: Catalog) -> Iterator[WordEntry]:
    for meter in catalog.vocabulary.meters.values():
        yield _meter(meter)


def _meter(meter: Meter) -> WordEntry:
    means = display.plural(meter.unit) if meter.label.startswith("Per ") else meter.label
    follows = f", from {meter.reading.of} and {listed(meter.reading.times, 'and')}" if meter.reading else ""
    example = f"{meter.id}={1000 if meter.per > 1 else 1}"
    return WordEntry("meters", meter.id, f"{means[0].upper()}{means[1:]}{follows}", meter.unit, (), meter.also, example)


def _facts(catalog: Catalog) -> Iterator[WordEntry]:
    for fact in catalog.vocabulary.facts.values():
        yield WordEntry("facts", fact.id, fact.sentence, "", _values(fact), fact.also, f"{fact.id}={_value(fact)}")


def _values(fact: Fact) -> tuple[str, ...]:
    return ("on", "off") if fact.kind == "flag" else fact.values


def _value(fact: Fact) -> str:
    """An example of a value: one that is not the plain one."""
    examples = {"flag": "on", "integer": "10", "size": "1024x1024"}
    special = [value for value in fact.values if value not in fact.plain]
    return examples.get(fact.kind) or "|".join(special[:4]) + ("|…" if len(special) > 4 else "") or "WORD"


def _capabilities(catalog: Catalog) -> Iterator[WordEntry]:
    for word in catalog.vocabulary.capabilities.values():
        yield _capability(word)


def _capability(word: CapabilityWord) -> WordEntry:
    return WordEntry("capabilities", word.id, word.sentence, "", word.values, word.also, f"--need {word.id}")


def _sellers(catalog: Catalog) -> Iterator[WordEntry]:
    for seller in catalog.sellers.values():
        yield _seller(seller)


def _seller(seller: Seller) -> WordEntry:
    means = f"{seller.name}, {seller.kind}"
    return WordEntry("sellers", seller.id, means, "", (), seller.names, f"--seller {seller.id}")


_KINDS: Mapping[str, Callable[[Catalog], Iterator[WordEntry]]] = {
    "meters": _meters, "facts": _facts, "capabilities": _capabilities, "sellers": _sellers
}  # fmt: skip
