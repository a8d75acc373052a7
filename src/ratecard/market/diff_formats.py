"""Changes between two catalogs as text, as Markdown and as an Atom feed."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from xml.etree import ElementTree as Xml

from ratecard.core import display
from ratecard.core.json_values import json_value
from ratecard.market.diff import DELISTED, LISTED_AGAIN, CatalogChange, ChangedPrice

ATOM = "http://www.w3.org/2005/Atom"

#: The namespace of the ids of feeds and entries; fixed, since readers know entries by their ids.
NAMESPACE = uuid.UUID("6f1d5c0e-6a0b-5a3e-9f57-7c1f0f3f2a10")

#: The number of sellers named in a change; further ones are counted.
SHOWN_SELLERS = 5

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~&!])")
#: The characters that XML 1.0 cannot hold, even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(found: Sequence[CatalogChange]) -> str:
    """The changes for a terminal, one a line, grouped by kind."""
    lines: list[str] = []
    for kind, group in _by_kind(found):
        lines.append(f"{kind} ({len(group)})")
        lines += [f"  {': '.join(filter(None, (_where(change), _what(change))))}" for change in group]
    return "\n".join(lines)


def markdown(found: Sequence[CatalogChange], heading: str) -> str:
    """The changes as a Markdown document, every name escaped."""
    lines = [f"# {_word(heading)}"]
    if not found:
        lines += ["", "Nothing changed."]
    for kind, group in _by_kind(found):
        lines += ["", f"## {kind.capitalize()} ({len(group)})", "", "| model | sellers | what |", "|---|---|---|"]
        for change in group:
            cells = (f"{change.name} ({change.slug})", _sellers(change), _what(change))
            lines.append(f"| {' | '.join(map(_word, cells))} |")
    return "\n".join(lines) + "\n"


def atom(found: Sequence[CatalogChange], heading: str, day: date) -> str:
    """The changes as an Atom 1.0 feed of one day; equal changes have equal ids."""
    updated = f"{day.isoformat()}T00:00:00Z"
    feed = Xml.Element("feed", xmlns=ATOM)
    put(feed, "id", _urn("feed"))
    put(feed, "title", heading)
    put(feed, "updated", updated)
    put(Xml.SubElement(feed, "author"), "name", "ratecard")
    for change in found:
        entry = Xml.SubElement(feed, "entry")
        put(entry, "id", _urn(_identity(change)))
        put(entry, "title", f"{change.kind}: {': '.join(filter(None, (change.name, _what(change))))}")
        put(entry, "updated", updated)
        put(entry, "category", "", term=change.kind)
        put(entry, "content", ": ".join(filter(None, (change.kind, _where(change), _what(change)))), type="text")
    Xml.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(feed, encoding="unicode") + "\n"


def put(parent: Xml.Element, tag: str, words: str, **attributes: str) -> None:
    """Adds an element with a text; characters that XML cannot hold are replaced."""
    Xml.SubElement(parent, tag, attributes).text = _UNWRITABLE.sub("\ufffd", words) or None


def _urn(words: str) -> str:
    return uuid.uuid5(NAMESPACE, words.encode("utf-8", "replace").decode("utf-8")).urn


def _identity(change: CatalogChange) -> str:
    """The identity of a change, whatever the model's name and other sellers."""
    sellers = change.sellers if change.model_id else ()
    return json.dumps(json_value(change._replace(name="", sellers=sellers)), ensure_ascii=False, sort_keys=True)


def _by_kind(found: Sequence[CatalogChange]) -> Iterator[tuple[str, list[CatalogChange]]]:
    for kind, group in groupby(found, key=lambda change: change.kind):
        yield kind, list(group)


def _where(change: CatalogChange) -> str:
    sellers = _sellers(change)
    if change.model_id:
        return f"{change.slug} at {sellers} as {change.model_id}"
    return f"{change.slug} at {sellers}" if sellers else change.slug


def _sellers(change: CatalogChange) -> str:
    shown, more = change.sellers[:SHOWN_SELLERS], len(change.sellers) - SHOWN_SELLERS
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _what(change: CatalogChange) -> str:
    """The subject of a change and its values before and after."""
    if change.kind in (DELISTED, LISTED_AGAIN):
        return str(change.after)
    above = f"above {display.quantity(change.above)}" if change.above else ""
    about = ", ".join(filter(None, (change.about, display.conditions(change.when), above)))
    if not change.before and not change.after:
        return about
    before, after, shift = change.before, change.after, ""
    if isinstance(before, ChangedPrice) and isinstance(after, ChangedPrice) and before.currency == after.currency:
        shift = display.shift(before.unit, after.unit)
    moved = f"{_side(before)} -> {_side(after)}{f' ({shift})' if shift else ''}"
    return f"{about}: {moved}" if about else moved


def _side(side: ChangedPrice | str) -> str:
    if isinstance(side, str):
        return side or "not stated"
    price = f"{display.price(side.price, side.currency)}{f' per {display.quantity(side.per)}' if side.per > 1 else ''}"
    least = f", at least {display.quantity(side.minimum)}" if side.minimum else ""
    return f"{price}{least}{f' ({side.zero})' if side.zero else ''}"


def _word(words: str) -> str:
    return " ".join(_MARKDOWN.sub(r"\\\1", words).split())
