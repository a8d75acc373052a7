"""The lists of pages as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ratecard.core.json_values import json_value
from ratecard.site import links
from ratecard.site.edition import Edition
from ratecard.site.views.graded import GradedRow, Said
from ratecard.site.views.prices import Headline
from ratecard.site.views.ranking import Portion
from ratecard.site.views.rows import ModelRow

Json = dict[str, object]
#: What a template prints.
Context = Mapping[str, Any]

#: The pages whose lists are files of their own already.
FILES: Mapping[str, str] = {
    "models/": "api/v1/models.json",
    "providers/": "api/v1/providers.json",
    "sellers/": "api/v1/sellers.json",
    "changes/": "api/v1/changes.json",
    "changes/announced/": "api/v1/changes.json",
    "docs/api/": "openapi.json",
    "docs/json/": "api/openapi.json",
}


def document(edition: Edition, template: str, context: Context) -> str:
    """The text of a page's list, with an entry a line so that two editions differ in the lines that changed."""
    found: Json = {"as_of": edition.day.isoformat(), **MADE[template](context)}
    parts = []
    for name, value in found.items():
        body = ",\n".join(map(_compact, value)) if isinstance(value, list) else ""
        parts.append(f"{json.dumps(name)}: " + (f"[\n{body}\n]" if body else _compact(value)))
    return "{" + ",\n".join(parts) + "}\n"


def row(entry: ModelRow) -> Json:
    """A model as a list shows it, without unknown values."""
    found: Json = {
        "slug": entry.slug,
        "name": entry.name,
        "provider": entry.provider,
        "modality": entry.modality,
        "family": entry.family,
        "prices": headline(entry.headline),
        "lowest_of_several": entry.headline.start,
        "one_image": entry.one.value if entry.one and entry.modality == "image" else "",
        "seller": entry.seller,
        "status": entry.status,
        "capabilities": list(entry.capabilities),
        "mask": entry.mask if entry.modality == "image" else "",
        "born": entry.born,
        "retired": entry.retired,
        "page": entry.path,
        "record": links.record(entry.slug),
    }
    return {name: value for name, value in found.items() if value not in ("", False, [])}


def headline(line: Headline) -> list[Json]:
    """The prices of a line: what is counted, the price as a decimal text, and of how many."""
    found: list[Json] = []
    for price in line.prices:
        more = {"when": price.conditions, "zero": price.zero}
        said = {name: value for name, value in more.items() if value}
        found.append({"counts": price.label, "price": price.value, "unit": price.unit, **said})
    return found


def rows(entries: Iterable[ModelRow]) -> list[Json]:
    """Models as a list shows them."""
    return [row(entry) for entry in entries]


def _provider(context: Context) -> Json:
    return {"id": context["id"], "name": context["name"], "url": context["url"], "models": rows(_all(context))}


def _seller(context: Context) -> Json:
    page = context["page"]
    whole = json_value(page._replace(models=(), unplaced=(), references=()))
    assert isinstance(whole, dict)
    kept = {name: value for name, value in whole.items() if value}
    sources = [reference.url or reference.title for reference in page.references]
    unplaced: list[Json] = [
        {"model_id": offer.model_id, "prices": headline(Headline(offer.prices)), "status": offer.status}
        for offer in page.unplaced
    ]
    found: Json = {**kept, "sources": sources, "models": rows(page.models)}
    return {**found, "unplaced": unplaced} if unplaced else found


def _collection(context: Context) -> Json:
    held = context["held"]
    found: Json = {"id": held.entry.id, "title": held.entry.title, "query": held.entry.sentence}
    return {**found, "sql": held.sql.text, "models": rows(held.rows)}


def _collections(context: Context) -> Json:
    return {
        "collections": [
            {
                "id": held.entry.id, "title": held.entry.title, "query": held.entry.sentence,
                "models": len(held.rows), "page": held.path,
            }
            for held in context["entries"]
        ]
    }  # fmt: skip


def _topics(context: Context) -> Json:
    kind = context["kind"]
    topics = [
        {"title": topic.title, "sentence": topic.sentence, "models": topic.size, "page": topic.path}
        for topic in context["topics"]
    ]
    return {"title": kind.label, "topics": topics}


def _topic(context: Context) -> Json:
    topic, front = context["topic"], context["front"]
    cheapest = [
        {
            "counts": entry.label, "unit": entry.unit, "others": entry.others,
            "models": [{"slug": row.slug, "seller": row.seller, "prices": headline(line)} for row, line in entry.rows],
        }
        for entry in context["cheapest"]
    ]  # fmt: skip
    found: Json = {"title": topic.title, "sentence": topic.sentence}
    if cheapest:
        found["cheapest"] = cheapest
    if front:
        found["front"] = [
            {
                "page": row.path,
                "context_tokens": row.tokens,
                "price": row.value,
                "unit": front.unit,
                "seller": row.seller,
            }
            for row in front.rows
        ]
    if topic.graded:
        found["stated"] = [_stated(model.slug, entry) for entry in topic.graded.rows for model in entry.models]
    return {**found, "models": rows(_all(context))}


def _stated(slug: str, entry: GradedRow) -> Json:
    elsewhere = [_said(said) | {"sellers": list(said.sellers)} for said in entry.elsewhere]
    return {"slug": slug, **_said(entry.own), **({"elsewhere": elsewhere} if elsewhere else {})}


def _said(entry: Said) -> Json:
    source = (entry.reference.url or entry.reference.title) if entry.reference else ""
    return {"value": entry.value, **({"source": source} if source else {})}


def _removed(context: Context) -> Json:
    ended = [row(entry.row) | ({"successor": entry.successor} if entry.successor else {}) for entry in _all(context)]
    return {"models": ended, "offers": [json_value(offer) for offer in context["lost"]]}


def _comparison(context: Context) -> Json:
    page = context["page"]
    slugs = [entry.slug for entry in page.models]
    lines = {line.label: dict(zip(slugs, line.values, strict=True)) for line in page.lines}
    return {"family": page.family, "models": rows(page.models), "differences": lines}


def _ranking(context: Context) -> Json:
    found = context["ranking"]
    models = [
        {
            "slug": entry.slug, "name": entry.name, "calls": _portion(entry.calls),
            **{column.id: _portion(part) for column, part in zip(found.columns, entry.portions, strict=True) if part},
        }
        for entry in found.entries
    ]  # fmt: skip
    said: Json = {"calls": found.calls, "first": found.first, "last": found.last}
    left = {
        name: [{"model": one.model, "why": one.why, "calls": _portion(one.calls)} for one in entries]
        for name, entries in (("unresolved", found.unresolved), ("unpriced", found.unpriced))
    }
    return {name: value for name, value in said.items() if value} | {"models": models, **left}


def _portion(part: Portion) -> Json:
    return {"percent": part.percent, **({"amount": part.amount} if part.amount else {})}


def _whole_page(context: Context) -> Json:
    whole = json_value(context["page"])
    assert isinstance(whole, dict)
    return whole


def _all(context: Context) -> Sequence[Any]:
    """The entries of a list, on however many pages they are printed."""
    held = context.get("whole", context)
    entries: Sequence[Any] = held["entries"] if "entries" in held else held["rows"]
    return entries


#: One encoder for all, since `json.dumps` makes one for each call with options.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


#: The templates whose pages have a JSON twin, and its content.
MADE: Mapping[str, Callable[[Context], Json]] = {
    "provider.html": _provider,
    "seller.html": _seller,
    "collection.html": _collection,
    "collections.html": _collections,
    "topics.html": _topics,
    "topic.html": _topic,
    "removed.html": _removed,
    "comparison.html": _comparison,
    "ranking.html": _ranking,
    "data.html": _whole_page,
    "data_disagreements.html": _whole_page,
}
