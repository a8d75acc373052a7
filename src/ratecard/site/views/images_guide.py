"""The guide to image generation, its tables drawn from the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ratecard.core import display
from ratecard.core.records import UNKNOWN, Card, Offer, Seller, Source
from ratecard.site import edition as editions
from ratecard.site import links
from ratecard.site.edition import Edition
from ratecard.site.views import calls, capabilities, rows, snippets
from ratecard.site.views import references as referencing
from ratecard.site.views.references import Reference, References
from ratecard.site.views.rows import Row
from ratecard.site.views.snippets import Code

#: The models the gateway's own guide names, in its order, by the ids it uses.
NAMED = (
    "bfl/flux-2-klein-9b",
    "bfl/flux-2-pro",
    "openai/dall-e-3",
    "google/imagen-3",
    "stability-ai/sdxl",
    "ideogram/ideogram-v3",
)
#: The model that answers edits at the gateway when a request names none.
DEFAULT_EDITOR = "bria/fibo-edit/edit"
EDITING = ("image-to-image", "edit")
SAMPLE_PROMPT = "a neon ramen shop in the rain, cinematic, 35mm"


class Pick(NamedTuple):
    """A model of the guide as it stands today; `row` is None where the catalog has no such model."""

    id: str
    row: Row | None
    strength: str
    successor: str
    successor_path: str


class Mask(NamedTuple):
    """What becomes of a mask where one offer is called."""

    row: Row
    seller: str
    value: str
    reference: Reference | None


class Guide(NamedTuple):
    """Everything the guide prints."""

    seller: Seller
    makers: tuple[str, ...]
    generate: Code
    answer: Code
    picks: tuple[Pick, ...]
    editors: tuple[Row, ...]
    edit: Code
    edit_json: Code
    default_editor: str
    default_editor_path: str
    masks: tuple[Mask, ...]
    upload: str
    hours: int | None
    waiting: tuple[Row, ...]
    references: tuple[Reference, ...]


def guide(edition: Edition, seller: Seller) -> Guide:
    """The guide for callers of a gateway."""
    cards = [card for _, card in sorted(edition.catalog.cards.items()) if card.modality == "image"]
    editors = [card for card in cards if _edits(edition, card)]
    notes = referencing.references(_mask_sources(editors))
    editor = edition.catalog.cards.get(DEFAULT_EDITOR)
    return Guide(
        seller=seller,
        makers=tuple(sorted({editions.provider_name(edition, card) for card in cards}, key=str.lower)),
        generate=_generate(),
        answer=Code("jsonc", _answer(seller)),
        picks=tuple(_pick(edition, id) for id in NAMED),
        editors=rows.rows(edition, editors),
        edit=_edit(seller),
        edit_json=_edit_json(),
        default_editor=DEFAULT_EDITOR,
        default_editor_path=links.model(DEFAULT_EDITOR) if editor else "",
        masks=tuple(_masks(edition, editors, notes)),
        upload=display.file_size(seller.max_upload_bytes) if seller.max_upload_bytes else "",
        hours=seller.url_lifetime_hours,
        waiting=rows.rows(edition, (card for card in cards if _waits(card))),
        references=tuple(notes.values()),
    )


def _edits(edition: Edition, card: Card) -> bool:
    words = edition.catalog.vocabulary.capabilities
    return any(capabilities.has(card, words[word]) for word in EDITING if word in words)


def _waits(card: Card) -> bool:
    return any(offer.mode == "async" for offer in card.offers)


def _generate() -> Code:
    fields: dict[str, calls.Value] = {
        "model": NAMED[0],
        "prompt": SAMPLE_PROMPT,
        "size": calls.SIZE,
        "n": 1,
        "response_format": "url",
    }
    return Code("http", f"POST /v1/images/generations\n\n{snippets.json_text(fields)}")


def _edit(seller: Seller) -> Code:
    lines = (
        f"curl {seller.base_url}/images/edits",
        f'-H "Authorization: Bearer ${seller.key_variable or "API_KEY"}"',
        "-F image=@cat.png",
        "-F 'prompt=make the cat wear sunglasses'",
        f"-F 'model={DEFAULT_EDITOR}'",
    )
    return Code("bash", " \\\n  ".join(lines))


def _edit_json() -> Code:
    fields: dict[str, calls.Value] = {"image_url": "https://example.com/cat.png", "prompt": "sunglasses"}
    return Code("json", snippets.json_text(fields))


def _answer(seller: Seller) -> str:
    return f'{{ "created": …, "data": [{{ "url": "{seller.media_url or "…"}" }}] }}'


def _pick(edition: Edition, id: str) -> Pick:
    card = edition.catalog.cards.get(edition.catalog.names.get(id, id))
    if card is None:
        return Pick(id, None, "", "", "")
    known = card.replaced_by in edition.catalog.cards
    return Pick(
        id=id,
        row=rows.row(edition, card),
        strength="; ".join(card.strengths) or card.description,
        successor=card.replaced_by,
        successor_path=links.model(card.replaced_by) if known else "",
    )


def _masks(edition: Edition, cards: Iterable[Card], notes: References) -> Iterable[Mask]:
    for card in cards:
        row = rows.row(edition, card)
        for offer in card.offers:
            entry = editions.capability(card, offer, capabilities.MASK)
            if entry.value != UNKNOWN:
                reference = notes.get(entry.source) if entry.source else None
                yield Mask(row, editions.seller_name(edition, offer.seller), entry.value, reference)


def _mask_sources(cards: Iterable[Card]) -> Iterable[Source]:
    for card in cards:
        offers: tuple[Offer | None, ...] = card.offers or (None,)
        for offer in offers:
            source = editions.capability(card, offer, capabilities.MASK).source
            if source:
                yield source
