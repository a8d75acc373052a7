"""llms.txt, robots.txt and the sitemap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from ratecard.core.records import Card
from ratecard.site import links
from ratecard.site.edition import Edition, provider_name
from ratecard.site.files import page_markdown, schemas
from ratecard.site.views.rows import model_row

IMAGES = ("docs/images.md", "Image generation", "how the calls work, which models edit and honour a mask")
#: The documentation pages in llms.txt other than guides, and the optional ones.
DOCS = (
    ("docs/api.md", "API reference", "the fields and errors of the calls"),
    ("docs/json.md", "Files for programs", "JSON, feed, badges and JSON Schemas"),
    ("openapi.json", "OpenAPI document", "the same calls for programs"),
    ("api/openapi.json", "OpenAPI document of the files", "lists of models, prices, sellers and changes as JSON"),
    (schemas.path("card"), "JSON Schema of a card", "what an author may write of a model"),
)
LISTS = (
    ("models.md", "All models", "one line each, with price and capabilities"),
    ("collections.md", "Collections", "models that answer a stated query"),
    ("modalities.md", "Modalities", "what costs least by each meter"),
    ("sellers.md", "Sellers", "fees, rules, errors and contradictions"),
    ("changes.md", "Changes", "prices, releases and retirements by day"),
    ("compare.md", "Comparisons", "families side by side"),
    ("data.md", "The data", "where prices come from and how sure they are"),
    ("llms-full.txt", "Everything in one text", "every model with each seller's prices"),
)


def llms(edition: Edition, cards: Iterable[Card], guides: Sequence[tuple[str, str]]) -> str:
    """The contents of llms.txt: what the site is, and the addresses of its Markdown; `guides` by path and title."""
    base = edition.base
    told = (
        (f"{path.rstrip('/')}.md", title, "calls, parameters, what is counted and prices") for path, title in guides
    )
    images = edition.config.gateway in edition.catalog.sellers and any("docs/images/" in path for path, _ in guides)
    pages = (*((IMAGES,) if images else ()), *told, *DOCS)
    return "\n".join(
        [
            f"# {page_markdown.text(edition.config.name)}",
            "",
            "> AI models and what they cost: every price is a dated claim with its source, a zero says why it is",
            f"> zero, and what no source states is unknown. As of {edition.day.isoformat()}.",
            "",
            "## Docs",
            "",
            *(f"- [{name}]({base}{path}): {what}" for path, name, what in pages),
            "",
            "## Models",
            "",
            *(_model_line(edition, card) for card in cards),
            "",
            "## Optional",
            "",
            *(f"- [{name}]({base}{path}): {what}" for path, name, what in LISTS),
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


def _model_line(edition: Edition, card: Card) -> str:
    row = model_row(edition, card)
    price = row.headline.text or "price unknown"
    at = f" at {page_markdown.text(row.seller)}" if row.seller else ""
    ended = f", retired {row.retired}" if row.retired else ""
    maker = page_markdown.text(provider_name(edition, card))
    # Brackets as entities: the reference parser of llms.txt does not read escaped ones.
    title = page_markdown.text(card.name).replace("\\[", "&#91;").replace("\\]", "&#93;")
    return f"- [{title}]({edition.base}{links.twin(card.slug)}): {card.modality}, {maker}, {price}{at}{ended}"
