"""Changes between two catalogs, told as text, as Markdown and as an Atom feed."""

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
from ratecard.market.diff import DELISTED, LISTED_AGAIN, Change, ChangedPrice

ATOM = "http://www.w3.org/2005/Atom"

#: Under what the ids of a feed and its entries are made; never to be changed, since readers know entries by them.
NAMESPACE = uuid.UUID("6f1d5c0e-6a0b-5a3e-9f57-7c1f0f3f2a10")

#: How many of a model's sellers are named before the others are only counted.
SHOWN_SELLERS = 5

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~&!])")
#: What XML 1.0 cannot hold, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(found: Sequence[Change]) -> str:
    """The changes for a terminal: one line each, under the kind they are of."""
    return "\n".join(_text(found))


def _text(found: Sequence[Change]) -> Iterator[str]:
    for kind, group in _by_kind(found):
        yield f"{kind} ({len(group)})"
        yield from (f"  {': '.join(filter(None, (_where(change), _what(change))))}" for change in group)


def markdown(found: Sequence[Change], heading: str) -> str:
    """The changes as a Markdown document; no name can break out of its cell."""
    return "\n".join(_markdown(found, heading)) + "\n"


def _markdown(found: Sequence[Change], heading: str) -> Iterator[str]:
    yield f"# {_word(heading)}"
    if not found:
        yield from ("", "Nothing changed.")
    for kind, group in _by_kind(found):
        yield from ("", f"## {kind.capitalize()} ({len(group)})", "", "| model | sellers | what |", "|---|---|---|")
        for change in group:
            cells = (f"{change.name} ({change.slug})", _sellers(change), _what(change))
            yield f"| {' | '.join(map(_word, cells))} |"


def atom(found: Sequence[Change], heading: str, day: date) -> str:
    """The changes as an Atom 1.0 feed of one day: the same changes give the same ids, whenever they are told."""
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
    """Add an element with words in it; what XML cannot hold is replaced."""
    Xml.SubElement(parent, tag, attributes).text = _UNWRITABLE.sub("\ufffd", words) or None


def _urn(words: str) -> str:
    return uuid.uuid5(NAMESPACE, words.encode("utf-8", "replace").decode("utf-8")).urn


def _identity(change: Change) -> str:
    """What makes a change the one it is, whatever the model is called and whoever else sells it."""
    told = change if change.model_id else change._replace(sellers=())
    return json.dumps(json_value(told._replace(name="")), ensure_ascii=False, sort_keys=True)


def _by_kind(found: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    for kind, group in groupby(found, key=lambda change: change.kind):
        yield kind, list(group)


def _where(change: Change) -> str:
    sellers = _sellers(change)
    if change.model_id:
        return f"{change.slug} at {sellers} as {change.model_id}"
    return f"{change.slug} at {sellers}" if sellers else change.slug


def _sellers(change: Change) -> str:
    shown, more = change.sellers[:SHOWN_SELLERS], len(change.sellers) - SHOWN_SELLERS
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _what(change: Change) -> str:
    """What changed, from what to what."""
    if change.kind in (DELISTED, LISTED_AGAIN):
        return str(change.after)
    above = f"above {display.quantity(change.above)}" if change.above else ""
    about = ", ".join(filter(None, (change.about, display.conditions(change.when), above)))
    if not change.before and not change.after:
        return about
    moved = f"{_side(change.before)} -> {_side(change.after)}"
    return f"{about}{': ' if about else ''}{moved}{_shift(change)}"


def _side(side: ChangedPrice | str) -> str:
    if isinstance(side, str):
        return side or "not stated"
    price = f"{display.price(side.price, side.currency)}{f' per {display.quantity(side.per)}' if side.per > 1 else ''}"
    least = f", at least {display.quantity(side.minimum)}" if side.minimum else ""
    return f"{price}{least}{f' ({side.zero})' if side.zero else ''}"


def _shift(change: Change) -> str:
    before, after = change.before, change.after
    if isinstance(before, str) or isinstance(after, str) or before.currency != after.currency:
        return ""
    shift = display.shift(before.unit, after.unit)
    return f" ({shift})" if shift else ""


def _word(words: str) -> str:
    return " ".join(_MARKDOWN.sub(r"\\\1", words).split())
