"""The files of a site that are read by programs: llms.txt, robots.txt and the sitemap."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from ratecard.records import Card
from ratecard.site import edition as editions
from ratecard.site import links, listing, twin
from ratecard.site.edition import Edition


def llms(edition: Edition, cards: Iterable[Card]) -> str:
    """The contents of llms.txt: what the site is, and where its Markdown stands."""
    base = edition.base
    models = [_model_line(edition, card, base) for card in cards]
    docs = ["docs/images/"] if edition.config.gateway in edition.catalog.sellers else []
    pages = (
        *((path, "Image generation", "how the calls work, which models edit and honour a mask") for path in docs),
        ("docs/api/", "API reference", "the fields and errors of the calls"),
        ("openapi.json", "OpenAPI document", "the same calls for programs"),
    )
    lists = (
        ("models/", "All models", "one line each, with price and capabilities"),
        ("collections/", "Collections", "models that answer a stated query"),
        ("sellers/", "Sellers", "fees, rules, errors and contradictions"),
        ("compare/", "Comparisons", "families side by side"),
    )
    return "\n".join(
        [
            f"# {twin.text(edition.config.name)}",
            "",
            "> AI models and what they cost: every price is a dated claim with its source, a zero says why it is",
            f"> zero, and what nobody states is unknown. As of {edition.day.isoformat()}.",
            "",
            "## Docs",
            "",
            *(f"- [{name}]({base}{path}): {what}" for path, name, what in pages),
            "",
            "## Models",
            "",
            *models,
            "",
            "## Optional",
            "",
            *(f"- [{name}]({base}{path}): {what}" for path, name, what in lists),
            "",
        ]
    )


def robots(edition: Edition) -> str:
    """The contents of robots.txt: everything may be read."""
    base = edition.config.base_url.rstrip("/")
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {base}/sitemap.xml\n" if base else "")


def sitemap(edition: Edition, paths: Iterable[str]) -> str:
    """The contents of sitemap.xml."""
    base = edition.base
    entries = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in paths)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def _model_line(edition: Edition, card: Card, base: str) -> str:
    row = listing.row(edition, card)
    price = row.headline.text or "price unknown"
    at = f" at {twin.text(row.seller)}" if row.seller else ""
    ended = f", retired {row.retired}" if row.retired else ""
    maker = twin.text(editions.provider_name(edition, card))
    return f"- [{_title(card.name)}]({base}{links.twin(card.slug)}): {card.modality}, {maker}, {price}{at}{ended}"


def _title(name: str) -> str:
    # As entities, since the parser of those who proposed the form knows no escaped brackets.
    return twin.text(name).replace("\\[", "&#91;").replace("\\]", "&#93;")
