"""The Markdown of a model's page, made from what the page shows.

It is not made from the HTML as that of other pages is: a page leaves most prices of a model with many sellers to pages
of their own, and reading its HTML takes 3 ms, which thousands of models would add up to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ratecard.site.files.page_markdown import fenced, span, text
from ratecard.site.views import prices
from ratecard.site.views.model import ModelPage
from ratecard.site.views.offers import OfferRow
from ratecard.site.views.references import Reference
from ratecard.site.views.snippets import Call, Code


def markdown(page: ModelPage, day: str) -> str:
    """The facts of the page as Markdown."""
    blocks = [
        f"# {text(page.head.name)}",
        *_begin(page, day),
        *_call(page.call),
        *_capabilities(page),
        *_prices(page),
        *_rest(page),
        *_sources(page.dossier.references),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _begin(page: ModelPage, day: str) -> list[str]:
    return [
        _notice(page),
        text(page.head.description),
        text(page.head.summary),
        _list(f"{label}: {text(value)}" for label, value in page.head.chips),
        f"As of {day}.",
    ]


def _notice(page: ModelPage) -> str:
    if page.head.notice is None:
        return ""
    verb = "Retired on" if page.head.notice.past else "Retires on"
    successor = f" Successor: {text(page.head.notice.successor)}." if page.head.notice.successor else ""
    return f"> **{verb} {page.head.notice.day}.**{successor}"


def _call(call: Call | None) -> list[str]:
    if call is None:
        return []
    return [
        "## Call",
        f"{span(f'{call.method} {call.url}')}, {call.content_type}, model {span(call.model)}",
        _code(call.curl),
        _code(call.request),
        _code(call.response),
        *(block for tab in call.tabs for block in (f"### {tab.label}", _code(tab.code))),
    ]


def _code(block: Code) -> str:
    return fenced(block.language, block.text)


def _capabilities(page: ModelPage) -> list[str]:
    lines = [
        f"{row.label}: {row.value}"
        + (f" ({text(row.note)})" if row.note else "")
        + "".join(f"; at {text(other.seller)}: {other.value}" for other in row.differences)
        for row in page.dossier.capabilities
    ]
    limits = [
        f"{limit.label}: {text(limit.value)}" + (f" (at {text(limit.seller)})" if limit.seller else "")
        for limit in page.dossier.limits
    ]
    facts = (f"{label}: {text(value)}" for label, value in page.dossier.facts)
    return [
        *_section("Facts", facts),
        *_section("Strengths", map(text, page.strengths)),
        *_section("Use cases", map(text, page.use_cases)),
        *_section("Capabilities", lines),
        *_section("Limits", limits),
    ]


def _prices(page: ModelPage) -> list[str]:
    if not page.dossier.offers:
        return ["## Prices", "No seller is known."]
    blocks = [
        "## Prices",
        f"Status at {text(page.pricing.shop)}: {page.pricing.status}. {page.pricing.status_sentence}",
    ]
    for offer in page.dossier.offers:
        blocks += [f"### {text(offer.seller)}: {span(offer.model_id)}", _offer(offer)]
    examples = (
        f"{text(example.usage)} at {text(example.seller)}: {example.total}"
        + (f" ({example.zero})" if example.zero else "")
        for example in page.dossier.worked
    )
    return blocks + _section("Worked examples", examples)


def _offer(offer: OfferRow) -> str:
    lines = [text(prices.phrase(price)) for price in offer.prices]
    quoted = "".join(f" [{reference.number}]" for reference in offer.references)
    lines = lines or ["price unknown"]
    lines += [f"status: {offer.status}{quoted}"]
    lines += [f"fee: {offer.fee}"]
    lines += [f"assumed: {text(offer.assumed)}"] if offer.assumed else []
    return _list(lines)


def _rest(page: ModelPage) -> list[str]:
    turns = (f"{turn.event}: {turn.day} [{turn.reference.number}]" for turn in page.dossier.turns)
    disputes = (
        f"{text(dispute.about)}: {text(dispute.held)}, because {text(dispute.why)}. "
        + " ".join(f"[{said.reference.number}] says: {text(said.says)}." for said in dispute.sayings)
        for dispute in page.dossier.disputes
    )
    terms = (f"{label}: {text(value)}" for label, value in page.dossier.terms.rows)
    return [
        *_section("Lifecycle", turns),
        *_section("Licence", terms),
        *_section("Disagreements", disputes),
    ]


def _sources(references: Sequence[Reference]) -> list[str]:
    return ["## Sources", "\n".join(map(source, references))] if references else []


def source(reference: Reference) -> str:
    """A source under its number."""
    return (
        f"{reference.number}. {reference.url or text(reference.title)} (checked {reference.checked}"
        + (f", as of {reference.as_of}" if reference.as_of else "")
        + (f", via {text(reference.via)}" if reference.via else "")
        + ")"
    )


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    body = _list(lines)
    return [f"## {heading}", body] if body else []


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
