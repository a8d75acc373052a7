"""llms-full.txt: every model with its prices in one text, to pick and cost by; the Markdown of each has the rest."""

from __future__ import annotations

from collections.abc import Iterable

from ratecard.site import links
from ratecard.site.edition import Edition
from ratecard.site.files import page_markdown
from ratecard.site.views import prices
from ratecard.site.views.model import ModelPage

#: The most prices of an offer; the Markdown of the model has all.
MAX_PRICES = 6


def document(edition: Edition, models: Iterable[str]) -> str:
    """The text: the rules of the site, then every model."""
    statuses = (f"- {word}: {sentence}" for word, sentence in prices.STATUS_SENTENCES.items())
    zeros = (f"- {word}: {sentence}" for word, sentence in prices.ZERO_SENTENCES.items())
    begin = [
        f"# {page_markdown.text(edition.config.name)}",
        f"> AI models and what they cost, in full. As of {edition.day.isoformat()}.",
        "Every price is a dated claim with its source, which each model's own page names. A price without a source "
        "is unknown, which is not zero. Prices are decimals and exact.",
        "## How to read the status of a price",
        "\n".join(statuses),
        "## How to read a zero",
        "\n".join(zeros),
        "## Models",
    ]
    return "\n\n".join([*begin, *models]) + "\n"


def model_text(edition: Edition, page: ModelPage) -> str:
    """A model: its facts, and each seller's prices in a line."""
    head, text = page.head, page_markdown.text
    chips = (*head.chips, ("makes", head.modality))
    lines = [f"### {text(head.name)}", "", f"- {'; '.join(f'{label}: {text(value)}' for label, value in chips)}"]
    if head.notice:
        lines.append(f"- {'retired' if head.notice.past else 'retires'} on {head.notice.day}")
    if head.description:
        lines.append(f"- {text(head.description)}")
    if able := [row.label for row in page.dossier.capabilities if row.value in ("yes", "required", "optional")]:
        lines.append(f"- can: {text(', '.join(able))}")
    for offer in page.dossier.offers:
        told = "; ".join(f"{price.label.lower()} {prices.phrase(price)}" for price in offer.prices[:MAX_PRICES])
        more = len(offer.prices) - MAX_PRICES
        price = text(f"{told}; and {more} more" if more > 0 else told) or "price unknown"
        lines.append(f"- at {text(offer.seller)} as {page_markdown.span(offer.model_id)} ({offer.status}): {price}")
    return "\n".join([*lines, f"- more: {edition.base}{links.twin(head.slug)}"])
