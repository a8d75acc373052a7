"""The Atom feed of what changed: one entry for each dated event that has happened."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from ratecard.market.diff_formats import ATOM, NAMESPACE, put
from ratecard.site.edition import Edition
from ratecard.site.views.changes import News

PATH = "changes.atom"
#: The number of events in the feed; the page and its JSON have all.
ENTRIES = 100


def atom(edition: Edition, events: Iterable[News]) -> str:
    """The feed as Atom 1.0 defines it; the same event has the same id in every build."""
    past = [event for event in events if event.day <= edition.day][:ENTRIES]
    base = edition.base
    feed = Xml.Element("feed", xmlns=ATOM)
    put(feed, "id", f"{base}{PATH}" if base else _urn(f"{edition.config.name} changes"))
    put(feed, "title", f"{edition.config.name}: what changed")
    put(feed, "updated", _moment(past[0] if past else None, edition))
    put(Xml.SubElement(feed, "author"), "name", edition.config.name)
    if base:
        put(feed, "link", "", rel="self", type="application/atom+xml", href=f"{base}{PATH}")
        put(feed, "link", "", rel="alternate", type="text/html", href=f"{base}changes/")
    for event in past:
        entry = Xml.SubElement(feed, "entry")
        put(entry, "id", _urn(identity(event)))
        put(entry, "title", event.title)
        put(entry, "updated", _moment(event, edition))
        put(entry, "category", "", term=event.kind)
        if base:
            put(entry, "link", "", rel="alternate", type="text/html", href=f"{base}{event.path}")
        put(entry, "content", event.text, type="text")
    Xml.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(feed, encoding="unicode") + "\n"


def identity(event: News) -> str:
    """The permanent id of an event, independent of names."""
    return "\n".join((event.day.isoformat(), event.kind, event.slug, event.seller_id, event.model_id))


def _moment(event: News | None, edition: Edition) -> str:
    return f"{(event.day if event else edition.day).isoformat()}T00:00:00Z"


def _urn(words: str) -> str:
    return uuid.uuid5(NAMESPACE, words.encode("utf-8", "replace").decode("utf-8")).urn
