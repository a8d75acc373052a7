"""The Markdown of a model's page, made from what the page shows.

Unlike that of other pages it is not made from the HTML: the page of a model with many sellers leaves most prices to
other pages, and parsing it takes 3 ms, too long for thousands of models.
"""

from __future__ import annotations

from collections.abc import Iterable

from ratecard.site.files.page_markdown import fenced, span, text
from ratecard.site.views import prices
from ratecard.site.views.model import ModelPage, Notice
from ratecard.site.views.offers import OfferRow
from ratecard.site.views.references import Reference
from ratecard.site.views.snippets import Call, Code


def markdown(page: ModelPage, day: str) -> str:
    """The facts of the page as Markdown."""
    head, references = page.head, page.dossier.references
    blocks = [
        f"# {text(head.name)}",
        _notice(head.notice) if head.notice else "",
        text(head.description),
        text(head.summary),
        _list(f"{label}: {text(value)}" for label, value in head.chips),
        f"As of {day}.",
        *(_call(page.call) if page.call else []),
        *_capabilities(page),
        *_prices(page),
        *_rest(page),
        *(["## Sources", "\n".join(map(source, references))] if references else []),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _notice(notice: Notice) -> str:
    successor = f" Successor: {text(notice.successor)}." if notice.successor else ""
    sellers = f" Sellers that go on selling it: {notice.sellers}." if notice.past and notice.sellers else ""
    return f"> **{'Retired' if notice.past else 'Retires'} on {notice.day}.**{successor}{sellers}"


def _call(call: Call) -> list[str]:
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
    assumed = [f"assumed: {text(offer.assumed)}"] if offer.assumed else []
    differs = [f"differs from the plain model: {text(offer.differs)}"] if offer.differs else []
    return _list(
        [*differs, *(lines or ["price unknown"]), f"status: {offer.status}{quoted}", f"fee: {offer.fee}", *assumed]
    )


def _rest(page: ModelPage) -> list[str]:
    turns = (f"{turn.event}: {turn.day} [{turn.reference.number}]" for turn in page.dossier.turns)
    disputes = (
        f"{text(dispute.about)}: {text(dispute.held)}, because {text(dispute.why)}. "
        + " ".join(f"[{said.reference.number}] says: {text(said.says)}." for said in dispute.sayings)
        for dispute in page.dossier.disputes
    )
    terms = (f"{label}: {text(value)}" for label, value in page.dossier.terms.rows)
    return [*_section("Lifecycle", turns), *_section("Licence", terms), *_section("Disagreements", disputes)]


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
