"""Writes `costs.json`: `make vectors`. The tests hold the file to what this would write."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from vectors import authored, oracle

HERE = Path(__file__).parent
FILE = HERE / "costs.json"
WORDS = HERE.parent.parent / "catalog"

#: What an engine needs to know of a meter.
BILLING = ("prompt", "reading", "instead_of", "whole")

ABOUT = """\
Test vectors that every engine of ratecard satisfies. meters: what is counted. facts: what prices depend on, each with the values
that mean the standard price. offers: by id, each with its
price lists, oldest first, and its seller's fees; what is not said is: no effective day, USD, per 1, no
condition, no minimum. cases: one a line, a usage at a moment in UTC and what it costs to the digit, or what of
it lacks a price. assumed: the facts nobody gave that the price depends on. Numbers are texts. Made by make.py;
the expected values come from oracle.py, which shares no code with any engine."""


def text() -> str:
    """The whole file, in the order of the authors: one meter, offer or case a line."""
    meters = billing_meters()
    offers: dict[str, Any] = {}
    cases: list[dict[str, Any]] = []
    for entry in authored.offers_and_cases(meters):
        if isinstance(entry, authored.Offer):
            assert slug(entry.id) not in offers, entry.id
            offers[slug(entry.id)] = offer(entry)
        else:
            cases.append(case(entry, meters, offers[slug(entry.offer)]))
    return (
        "{\n"
        + f'"about": {json.dumps(" ".join(ABOUT.split()))},\n'
        + f'"meters": {{\n{_entries(meters)}\n}},\n'
        + f'"facts": {{\n{_entries(plain_values())}\n}},\n'
        + f'"offers": {{\n{_entries(offers)}\n}},\n'
        + f'"cases": [\n{_lines(_json(found) for found in cases)}\n]\n'
        + "}\n"
    )


def billing_meters() -> dict[str, Any]:
    """The meters of the catalog, each with what matters to a bill."""
    meters = {}
    for id, word in sorted(_words("meters.yaml").items()):
        kept = {name: word[name] for name in BILLING if name in word}
        meters[id] = {name: True if value == "true" else value for name, value in kept.items()}
    return meters


def words() -> dict[str, Any]:
    """The meters and facts as the oracle reads them."""
    return {"meters": billing_meters(), "facts": plain_values()}


def plain_values() -> dict[str, list[str]]:
    """The facts of the catalog, each with the values that mean the standard price."""
    return {id: list(word.get("plain", [])) for id, word in sorted(_words("facts.yaml").items())}


@functools.cache
def _words(file: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.load((WORDS / file).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return read


def slug(words: str) -> str:
    """An offer's id: the words of the author, without blanks and commas, so that it can be a card's slug."""
    return words.replace(",", "").replace(" ", "-")


def offer(entry: authored.Offer) -> dict[str, Any]:
    """An offer as the file has it."""
    written = {
        "facts": pairs(entry.facts),
        "released": entry.released,
        "scaled": {meter: facts.split() for meter, facts in entry.scaled.items()},
        "means": {fact: pairs(values) for fact, values in entry.means.items()},
        "tariffs": [tariff(parts) for parts in entry.tariffs],
        "fees": [fee(words) for words in entry.fees],
    }
    return {name: value for name, value in written.items() if value}


def tariff(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A price list as the file has it, without what goes without saying."""
    written = {
        "effective": parts.get("effective"),
        "currency": parts.get("currency"),
        "defaults": pairs(parts.get("defaults", "")),
        "periods": parts.get("periods"),
        "adjustments": [adjustment(words) for words in parts.get("adjustments", ())],
    }
    return {name: value for name, value in written.items() if value} | {"rates": [*map(rate, parts["rates"])]}


_RATE = re.compile(
    r"(?P<meter>\S+) (?P<price>\S+)(?: per (?P<per>\d+))?(?: above (?P<above>\d+))?(?: minimum (?P<minimum>\S+))?"
    r"(?: zero (?P<zero>\S+))?(?: when (?P<when>.+))?"
)
_ADJUSTMENT = re.compile(r"(?P<name>[^:]+): (?P<percent>\S+)(?: on (?P<meters>.+?))? when (?P<when>.+)")
_FEE = re.compile(r"(?P<name>[^:]+): (?P<percent>\S+) (?P<basis>on_top|deducted)(?: waived (?P<waived>.+))?")


def rate(words: str) -> dict[str, Any]:
    """A rate such as `input_tokens 6 per 1000000 above 200000 when region=eu`."""
    found = _parts(_RATE, words)
    if found.get("per") == "1":
        del found["per"]
    return found


def adjustment(words: str) -> dict[str, Any]:
    """An adjustment such as `batch discount: -50 on input_tokens when service_tier=batch`."""
    found = _parts(_ADJUSTMENT, words)
    return {name: value.split() if name == "meters" else value for name, value in found.items()}


def fee(words: str) -> dict[str, Any]:
    """A fee such as `top-up fee: 5 on_top waived byok=on`."""
    return _parts(_FEE, words)


def _parts(form: re.Pattern[str], words: str) -> dict[str, Any]:
    match = form.fullmatch(words)
    assert match is not None, words
    found = {name: value for name, value in match.groupdict().items() if value}
    return {name: pairs(value) if name in ("when", "waived") else value for name, value in found.items()}


def pairs(words: str) -> dict[str, str]:
    """Words such as `quality=low size=1x1` as a mapping."""
    return dict(word.split("=") for word in words.split())


def case(entry: authored.Case, meters: Mapping[str, Any], sold: Mapping[str, Any]) -> dict[str, Any]:
    """A case with what the oracle says, which must be what the source said where there is one."""
    used = pairs(entry.usage)
    quantities = {word: value for word, value in used.items() if word in meters}
    facts = {word: value for word, value in used.items() if word not in meters}
    result = oracle.cost(words(), sold, quantities, facts, entry.at)
    if entry.total:
        assert result["cost"]["total"] == entry.total, (entry, result)
    source = {"source": entry.source} if entry.source else {}
    usage = {"offer": slug(entry.offer), "quantities": quantities, "facts": facts, "at": f"{entry.at}Z"}
    return {"name": " ".join(entry.name.split()), **usage, **source, **result}


def _entries(mapping: Mapping[str, Any]) -> str:
    return _lines(f"{json.dumps(name)}: {_json(value)}" for name, value in mapping.items())


def _lines(texts: Iterable[str]) -> str:
    return ",\n".join(texts)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
